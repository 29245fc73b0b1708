/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request on its way to an answer, and the host that answers it. Operations cannot fail: they
 * write to the answer's body or refuse; a shortage of memory shows in the buffers and in `failed`.
 */
#ifndef HV_SIM_CALL_H
#define HV_SIM_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "enumerate.h"
#include "events.h"
#include "faults.h"
#include "host.h"
#include "request.h"
#include "shell.h"
#include "snapshot.h"
#include "store.h"

enum {
	SIM_ID_MAX = 48, /* "uuid:" and a UUID, and its NUL */
	SIM_PAGE_CHARS = 76800,
	SIM_MAX_PAGE_ITEMS = 32000, /* MaxBatchItems */
	SIM_ANSWER_MAX = 16 << 20,
};

struct sim_host {
	struct sim_store store;
	struct sim_enumerations enumerations;
	struct sim_subscriptions subscriptions;
	struct sim_shells shells;
	struct sim_snapshots snapshots;
	struct sim_counters counters;
	enum sim_generation generation;
	unsigned int denied;
	size_t page_chars;
	bool plain_enumerate;
	bool endless;
	bool german;
	uint64_t next_id;
};

struct sim_call {
	struct sim_host *host;
	struct sim_request *request;
	struct hv_buf header; /* elements of the answer's header beside the usual ones */
	struct hv_buf body;
	enum sim_fault fault;
	const char *detail; /* of the fault; lives in the request's arena or is static */
	bool failed;        /* memory is short */
};

static inline void sim_call_refuse(struct sim_call *call, enum sim_fault fault, const char *detail)
{
	call->fault = fault;
	call->detail = detail;
}

/* A new id: UPPERCASE, behind prefix, never the same twice. */
void sim_host_id(struct sim_host *host, const char *prefix, char ret[SIM_ID_MAX]);

/* Operations that are open count against a quota; refuses when it is used up. */
bool sim_call_takes_operation(struct sim_call *call);

#endif
