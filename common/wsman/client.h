/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be asked of one host's WS-Management service: WMI by WQL with all pages, methods, events
 * by pull subscription, remote commands. Whatever is opened on the host is closed again, also after
 * an error, as long as there is time. One request is under way at a time. */
#ifndef HV_WSMAN_CLIENT_H
#define HV_WSMAN_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "cim/sink.h"
#include "wsman/answer.h"
#include "wsman/fault.h"
#include "wsman/session.h"
#include "wsman/soap.h"
#include "wsman/transport.h"

enum {
	HV_CLIENT_MAX_PAGES = 100000,   /* of one enumeration or subscription */
	HV_CLIENT_MAX_ROWS = 1000000,   /* of one class; HV_HOST_MAX_ROWS */
	HV_CLIENT_MAX_EVENTS = 1000000, /* of one subscription */
	HV_CLIENT_MAX_EMPTY_PAGES = 8,  /* in a row: a host that goes round in circles */
	HV_CLIENT_EVENTS_A_PAGE = 200,  /* asked for */
	/* How long the host may wait for another event before it says that there is none: a host
	 * may take all of it, for each log, so it is a part of the time left and at most this. */
	HV_CLIENT_EVENTS_WAIT_MS = 5000,
	HV_CLIENT_EVENTS_WAIT_PARTS = 6,
	HV_CLIENT_OPERATION_MS = 60000, /* OperationTimeout at most; MaxTimeoutms of Windows */
	HV_CLIENT_MAX_OUTPUT =
		256 << 20, /* bytes of a remote command: a good maximum for its buffers */
};

/* Gets one line about each exchange, for people; never a secret. Foreign bytes are not neutralised.
 * line may be NULL. */
struct hv_trace {
	void (*line)(void *ctx, const char *text);
	void *ctx;
};

struct hv_client_config {
	const char *url;     /* "http://host:5985/wsman", as the host knows itself or not */
	uint64_t id_seed[2]; /* random: MessageIDs are made from it */
	/* Of the whole run, and how long before it no new work is begun, so that there is time left
	 * to close what is open. */
	struct hv_deadline deadline;
	hv_usec reserve;
	struct hv_trace trace;
};

/* Why the last call failed, beside its hv_err. There is no advice when time ran out on a host that
 * had answered before. */
struct hv_client_failure {
	enum hv_trouble
		trouble; /* HV_TROUBLE_NONE: a fault of the host, or an answer not understood */
	enum hv_fault_kind fault; /* HV_FAULT_OTHER when it was none */
	bool is_fault;
	const char *advice;   /* what to type; static; NULL: none */
	bool advice_is_local; /* here, on the monitoring host; else on the Windows host */
};

struct hv_client_counts {
	uint64_t requests;               /* SOAP bodies posted */
	uint64_t bytes_sent, bytes_read; /* of SOAP bodies */
};

struct hv_client {
	struct hv_session *session; /* borrowed */
	struct hv_client_config config;
	uint64_t next_id;
	struct hv_client_failure failure;
	struct hv_client_counts counts;
};

/* url is borrowed. */
void hv_client_init(
	struct hv_client *c, const struct hv_client_config *config, struct hv_session *session);

/* *ret borrows from arena. */
int hv_client_identify(struct hv_client *c, struct hv_arena *arena, struct hv_answer_identity *ret,
	struct hv_err *err) HV_MUST_USE;

/* All instances that the query brings, page by page, to the sink's bag(). ns and class_name as in
 * struct hv_bag. wql NULL: "SELECT * FROM <class_name>". An operation that the host aborted
 * (HV_FAULT_ABORTED), or a context that it lost, is begun again once unless rows have been poured.
 */
int hv_client_enumerate(struct hv_client *c, const char *ns, const char *class_name,
	const char *wql, const struct hv_sink *sink, size_t *ret_rows,
	struct hv_err *err) HV_MUST_USE;

/* One instance by its keys, and the output of a method: to the sink's bag(). */
int hv_client_get(struct hv_client *c, const struct hv_soap_object *object,
	const struct hv_sink *sink, struct hv_err *err) HV_MUST_USE;
int hv_client_invoke(struct hv_client *c, const struct hv_soap_object *object, const char *method,
	const struct hv_soap_parameter *parameters, size_t parameter_count,
	const struct hv_sink *sink, struct hv_err *err) HV_MUST_USE;

/* Events that match, oldest first, to the sink's event(): all there are, or the first max_events
 * when that is not 0. */
int hv_client_events(struct hv_client *c, const struct hv_soap_event_query *queries,
	size_t query_count, size_t max_events, const struct hv_sink *sink, size_t *ret_events,
	struct hv_err *err) HV_MUST_USE;

/* One shell for any number of commands, one after the other. */
struct hv_client_shell {
	struct hv_client *client;
	struct hv_arena arena;
	const char *id; /* NULL: not open */
};
int hv_client_shell_open(
	struct hv_client *c, struct hv_client_shell *ret, struct hv_err *err) HV_MUST_USE;
void hv_client_shell_close(struct hv_client_shell *shell); /* also when it was never opened */
#define HV_AUTO_client_shell __attribute__((cleanup(hv_client_shell_close))) struct hv_client_shell

/* One command line. No cmd.exe interprets it: it is the program and its arguments with blanks
 * between them, and what has blanks itself is for the caller to quote. */
struct hv_client_command {
	const char *program;
	const char *const *arguments;
	size_t argument_count;
	const void *input; /* for its standard input, which ends there; NULL: none */
	size_t input_len;
};

/* Runs it until it is done and appends what it wrote, as bytes, up to the maximum of each buffer. A
 * command is never sent twice. A host that does not tell an exit code: *ret_exit_code is 0. */
int hv_client_shell_run(struct hv_client_shell *shell, const struct hv_client_command *command,
	struct hv_buf *out, struct hv_buf *errors, uint32_t *ret_exit_code,
	struct hv_err *err) HV_MUST_USE;

#endif
