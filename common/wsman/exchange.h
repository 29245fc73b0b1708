/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request of a client and its answer: whether there is time for it, its MessageID, the post,
 * faults, the trace. Internal to common/wsman.
 *
 * begin, build the request into x.request with x.call, post, check, read x.answer. */
#ifndef HV_WSMAN_EXCHANGE_H
#define HV_WSMAN_EXCHANGE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "wsman/answer.h"
#include "wsman/client.h"
#include "wsman/fault.h"
#include "wsman/session.h"
#include "wsman/soap.h"

enum { HV_EXCHANGE_ID_MAX = 48 }; /* "uuid:" and a UUID */

/* Texts are borrowed. */
struct hv_exchange_plan {
	const char *name;          /* "Enumerate" */
	const char *place;         /* namespace, for the trace; NULL: none */
	const char *what;          /* class or program, for the trace; NULL: none */
	enum hv_repeat repeat;     /* whether the host may get it twice */
	enum hv_fault_kind denied; /* what a bare "access denied" means, see hv_fault_narrow() */
	bool closing; /* of something open: may use the reserve, and fails without a word */
};

struct hv_exchange {
	struct hv_client *client;
	struct hv_exchange_plan plan;
	char id[HV_EXCHANGE_ID_MAX];
	struct hv_soap_call call;
	struct hv_buf request;
	struct hv_answer answer;
	bool is_fault;
	struct hv_fault fault;
};

/* x is to be released with hv_exchange_done() also after an error. */
int hv_exchange_begin(struct hv_exchange *x, struct hv_client *c,
	const struct hv_exchange_plan *plan, struct hv_err *err) HV_MUST_USE;
void hv_exchange_done(struct hv_exchange *x);
#define HV_AUTO_exchange __attribute__((cleanup(hv_exchange_done))) struct hv_exchange

/* A fault is a success: x->fault. */
int hv_exchange_post(struct hv_exchange *x, struct hv_err *err) HV_MUST_USE;
bool hv_exchange_is_fault(const struct hv_exchange *x, enum hv_fault_kind kind);

/* Makes a fault an error. */
int hv_exchange_check(struct hv_exchange *x, struct hv_err *err) HV_MUST_USE;

/* Posts and checks. */
int hv_exchange_run(struct hv_exchange *x, struct hv_err *err) HV_MUST_USE;

/* Posts what is to close something, whatever comes of it. */
void hv_exchange_close(struct hv_exchange *x);

#endif
