/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The requests of WS-Management as Windows understands them. Every function puts one envelope, in
 * UTF-8, into *out in place of what it held. Nothing here is random and nothing is remembered: the
 * same parameters make the same bytes. A text that XML cannot carry is an error. */
#ifndef HV_WSMAN_SOAP_H
#define HV_WSMAN_SOAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	HV_SOAP_MAX_REQUEST = 1 << 20, /* bytes: a good maximum for *out */
	HV_SOAP_MAX_ANSWER = 512000,  /* MaxEnvelopeSize; a host with a lower limit takes its own */
	HV_SOAP_MAX_ELEMENTS = 32000, /* items of one page; MaxBatchItems of Windows */
};

/* What all requests but Identify have in common. */
struct hv_soap_call {
	const char *to;         /* URL that is posted to */
	const char *message_id; /* "uuid:..."; the answer's RelatesTo repeats it */
	uint32_t timeout_ms;    /* OperationTimeout: how long the host may take */
};

struct hv_soap_selector {
	const char *name;
	const char *value;
};

/* One parameter of a method: a text, or a reference when resource_uri is set. */
struct hv_soap_parameter {
	const char *name;
	const char *value;
	const char *resource_uri; /* of the class that is referred to; NULL: no reference */
	const struct hv_soap_selector *selectors;
	size_t selector_count;
};

/* One object of a class; static methods and singletons need no selectors. */
struct hv_soap_object {
	const char *ns; /* as in struct hv_bag */
	const char *class_name;
	const struct hv_soap_selector *selectors;
	size_t selector_count;
};

/* Appends text as XML character data or attribute value: the only way a text gets into XML. False
 * when it has a character that XML 1.0 cannot carry or is not UTF-8; the rest is there then. */
bool hv_soap_escape(struct hv_buf *b, const char *text, size_t len) HV_MUST_USE;

int hv_soap_identify(struct hv_buf *out, struct hv_err *err) HV_MUST_USE;

/* WMI. The context is that of the latest answer. */
int hv_soap_enumerate(struct hv_buf *out, const struct hv_soap_call *call, const char *ns,
	const char *wql, struct hv_err *err) HV_MUST_USE;
int hv_soap_pull(struct hv_buf *out, const struct hv_soap_call *call, const char *ns,
	const char *context, struct hv_err *err) HV_MUST_USE;
int hv_soap_release(struct hv_buf *out, const struct hv_soap_call *call, const char *ns,
	const char *context, struct hv_err *err) HV_MUST_USE;
int hv_soap_get(struct hv_buf *out, const struct hv_soap_call *call,
	const struct hv_soap_object *object, struct hv_err *err) HV_MUST_USE;
int hv_soap_invoke(struct hv_buf *out, const struct hv_soap_call *call,
	const struct hv_soap_object *object, const char *method,
	const struct hv_soap_parameter *parameters, size_t parameter_count,
	struct hv_err *err) HV_MUST_USE;

/* Event log: a pull subscription that starts with the oldest event there is. Channels that cannot
 * be read are a fault, not passed over. */
struct hv_soap_event_query {
	const char *channel;
	const char *xpath; /* "*[System[...]]" */
};
int hv_soap_subscribe(struct hv_buf *out, const struct hv_soap_call *call,
	const struct hv_soap_event_query *queries, size_t query_count,
	struct hv_err *err) HV_MUST_USE;
int hv_soap_pull_events(struct hv_buf *out, const struct hv_soap_call *call, const char *context,
	uint32_t max_events, struct hv_err *err) HV_MUST_USE;
int hv_soap_unsubscribe(struct hv_buf *out, const struct hv_soap_call *call, const char *identifier,
	struct hv_err *err) HV_MUST_USE;

/* Remote commands. A shell's code page is UTF-8 and it loads no profile. */
enum hv_soap_via { HV_SOAP_VIA_CMD, HV_SOAP_DIRECTLY }; /* whether cmd.exe interprets the line */
int hv_soap_shell_create(
	struct hv_buf *out, const struct hv_soap_call *call, struct hv_err *err) HV_MUST_USE;
int hv_soap_shell_command(struct hv_buf *out, const struct hv_soap_call *call, const char *shell_id,
	enum hv_soap_via via, const char *command, const char *const *arguments,
	size_t argument_count, struct hv_err *err) HV_MUST_USE;
/* Bytes for the command's standard input, and its end. */
int hv_soap_shell_send(struct hv_buf *out, const struct hv_soap_call *call, const char *shell_id,
	const char *command_id, const void *bytes, size_t len, struct hv_err *err) HV_MUST_USE;
int hv_soap_shell_receive(struct hv_buf *out, const struct hv_soap_call *call, const char *shell_id,
	const char *command_id, struct hv_err *err) HV_MUST_USE;
/* Ends a command; needed also after it is done, or it keeps its place. */
int hv_soap_shell_terminate(struct hv_buf *out, const struct hv_soap_call *call,
	const char *shell_id, const char *command_id, struct hv_err *err) HV_MUST_USE;
int hv_soap_shell_delete(struct hv_buf *out, const struct hv_soap_call *call, const char *shell_id,
	struct hv_err *err) HV_MUST_USE;

#endif
