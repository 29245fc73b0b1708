/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the builders of requests share; internal to common/wsman. Texts that cannot be written make
 * the envelope bad, which hv_envelope_close() tells. */
#ifndef HV_WSMAN_ENVELOPE_H
#define HV_WSMAN_ENVELOPE_H

#include "wsman/soap.h"

struct hv_envelope_option {
	const char *name;
	const char *value; /* NULL: xsi:nil */
};

struct hv_envelope_head {
	const char *resource; /* prefix of the resource URI */
	const char *ns;       /* WMI namespace that follows it; NULL: none */
	const char *name;     /* class or "*" that follows that; NULL: none */
	const char *action;
	const char *method;     /* NULL: action is whole; else the action is resource and method */
	const char *identifier; /* of a subscription; NULL: none */
	const struct hv_envelope_option *options;
	size_t option_count;
	const struct hv_soap_selector *selectors;
	size_t selector_count;
};

struct hv_envelope {
	struct hv_buf *out; /* borrowed */
	bool bad;
};

/* Everything up to and with <s:Body>. */
void hv_envelope_open(struct hv_envelope *e, struct hv_buf *out, const struct hv_soap_call *call,
	const struct hv_envelope_head *head);
void hv_envelope_text(struct hv_envelope *e, const char *text); /* escaped */
void hv_envelope_uri(struct hv_envelope *e, const struct hv_envelope_head *head);
void hv_envelope_selectors(
	struct hv_envelope *e, const struct hv_soap_selector *selectors, size_t count);
/* The end, from </s:Body> on. */
int hv_envelope_close(struct hv_envelope *e, struct hv_err *err) HV_MUST_USE;

#endif
