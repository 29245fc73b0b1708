/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of WS-Management. One answer is parsed once and then asked for what the request was to
 * bring; strings that it gives are borrowed from it. An answer that is not what was asked for is an
 * error; whether it is a fault tells hv_fault_read(), to be called first. */
#ifndef HV_WSMAN_ANSWER_H
#define HV_WSMAN_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "cim/sink.h"

struct _xmlDoc;
struct _xmlNode;

enum {
	HV_ANSWER_MAX_BYTES = 8 << 20, /* many times what is asked for, MaxEnvelopeSize */
	HV_ANSWER_MAX_DEPTH = 64,      /* elements within elements */
	HV_ANSWER_MAX_ITEMS = 400000,  /* elements and attributes */
};

struct hv_answer {
	struct _xmlDoc *doc;
	const struct _xmlNode *body; /* its first element; NULL when the body is empty */
	const char *action;          /* "" when not told */
	const char *relates_to;      /* "" when not told */
	struct hv_arena arena;
};

/* Takes the bytes of a SOAP 1.2 envelope in UTF-8 or UTF-16. Characters that XML does not allow,
 * which come with messages of events, become blanks. *ret is released with hv_answer_done(), also
 * after an error. */
int hv_answer_parse(
	struct hv_answer *ret, const uint8_t *bytes, size_t len, struct hv_err *err) HV_MUST_USE;
void hv_answer_done(struct hv_answer *a);
#define HV_AUTO_answer __attribute__((cleanup(hv_answer_done))) struct hv_answer

/* Whether it answers the request of that MessageID; some faults do not tell and pass. */
int hv_answer_check_relates(
	const struct hv_answer *a, const char *message_id, struct hv_err *err) HV_MUST_USE;

/* One page of an enumeration or subscription. */
struct hv_answer_page {
	const char *context; /* for the next pull, or to be released; NULL: the sequence is over */
	size_t count;        /* items that it held */
};

/* Enumerate and Pull: each instance to the sink's bag() (see hv_instance_xml_read). */
int hv_answer_instances(struct hv_answer *a, const char *ns, const char *class_name,
	const struct hv_sink *sink, struct hv_answer_page *ret, struct hv_err *err) HV_MUST_USE;
/* Pull of a subscription: each event to the sink's event(), save those about the forwarding itself.
 */
int hv_answer_events(struct hv_answer *a, const struct hv_sink *sink, struct hv_answer_page *ret,
	struct hv_err *err) HV_MUST_USE;

/* Get, and the output of a method: to the sink's bag(). */
int hv_answer_instance(
	struct hv_answer *a, const struct hv_sink *sink, struct hv_err *err) HV_MUST_USE;

struct hv_answer_subscription {
	const char *identifier;
	const char *context;
};
int hv_answer_subscribed(
	struct hv_answer *a, struct hv_answer_subscription *ret, struct hv_err *err) HV_MUST_USE;

struct hv_answer_identity {
	const char *vendor;  /* "Microsoft Corporation" */
	const char *version; /* "OS: 6.3.9600 SP: 0.0 Stack: 3.0" */
	const char *os;      /* "6.3.9600"; "" when not told, as to those who did not log in */
	const char *stack;   /* "3.0"; "" when not told */
};
int hv_answer_identity(
	struct hv_answer *a, struct hv_answer_identity *ret, struct hv_err *err) HV_MUST_USE;

int hv_answer_shell_id(struct hv_answer *a, const char **ret, struct hv_err *err) HV_MUST_USE;
int hv_answer_command_id(struct hv_answer *a, const char **ret, struct hv_err *err) HV_MUST_USE;

struct hv_answer_output {
	bool done;          /* the command is over; else receive again */
	bool has_exit_code; /* then exit_code is what it returned */
	uint32_t exit_code;
};
/* Receive: appends to out and errors what the command wrote. Bytes, which may end amid a character.
 */
int hv_answer_output(struct hv_answer *a, const char *command_id, struct hv_buf *out,
	struct hv_buf *errors, struct hv_answer_output *ret, struct hv_err *err) HV_MUST_USE;

#endif
