/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts single events together to what happened to each virtual machine: attempts that failed or
 * were cancelled, and the later success that ended them. Pure: it reads the model and nothing else.
 */
#ifndef HV_CHECK_INCIDENT_H
#define HV_CHECK_INCIDENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "check/attempt.h"
#include "model/host.h"

/* Events may be this much later than `now`: the host's clock may differ, and events can be read
 * last. */
#define HV_EVENT_CLOCK_SKEW (300 * HV_USEC_PER_SEC)

struct hv_incident {
	const char *vm_id;
	const char *vm_name;           /* as told last by an event; NULL */
	const struct hv_vm *vm;        /* NULL: not among the host's VMs */
	bool excluded;                 /* by the user's filter */
	struct hv_failures checkpoint; /* open failures of checkpoints and backups */
	struct hv_failures
		merge; /* open failures of merges: another checkpoint's success does not end them */
	struct hv_failures cleared; /* what cleared_by ended */
	const struct hv_event
		*cleared_by;      /* the last success that ended failures; NULL: none did */
	size_t failed, cancelled; /* attempts of the whole window, cleared ones included */
};

struct hv_incidents {
	struct hv_incident *items; /* one per VM with events, ordered by its name */
	size_t count;
	size_t events;   /* of the known kinds, within the window */
	hv_usec newest;  /* of these; valid when events > 0 */
	size_t future;   /* of the known kinds, ignored: later than now + HV_EVENT_CLOCK_SKEW */
	size_t nameless; /* failures that name no VM, within the window */
	hv_usec nameless_last; /* valid when nameless > 0 */
};

bool hv_incident_is_failed(const struct hv_incident *in); /* something failed and is not cleared */
bool hv_incident_is_cancelled(const struct hv_incident
		*in); /* nothing failed; something was cancelled and is not cleared */
bool hv_incident_is_cleared(const struct hv_incident
		*in); /* everything that went wrong is cleared, and something did */

/* Looks at the events in (now - since, now + HV_EVENT_CLOCK_SKEW]. The result lives in the arena
 * and borrows from the host. */
int hv_incidents_collect(const struct hv_host *host, hv_usec since, hv_usec now,
	struct hv_arena *arena, struct hv_incidents *ret, struct hv_err *err) HV_MUST_USE;

#endif
