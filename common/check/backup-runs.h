/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runs of Windows Server Backup, put together from its events: when each began and ended, and
 * what came of it. Pure: it reads the model and nothing else. */
#ifndef HV_CHECK_BACKUP_RUNS_H
#define HV_CHECK_BACKUP_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "check/backup-components.h"
#include "model/host.h"

enum hv_backup_outcome {
	HV_BACKUP_OPEN = 0, /* it began; no end is told */
	HV_BACKUP_SUCCEEDED,
	HV_BACKUP_WITH_ERRORS, /* it ended, and part of it failed */
	HV_BACKUP_FAILED,
	HV_BACKUP_UNCLEAR, /* it ended; with what result is not told */
};

struct hv_backup_run {
	hv_usec start; /* of the first event, when its beginning is not told */
	hv_usec end;   /* of the last event */
	enum hv_backup_outcome outcome;
	const struct hv_event *said;  /* that told the outcome; NULL: OPEN */
	const struct hv_event *ended; /* event 14; NULL: none */
	const char *meaning;          /* of what was said, "the backup failed"; NULL: OPEN */
	const char *remedy;           /* NULL: that of the HRESULT */
	uint32_t hresult, detail;     /* HRESULT and DetailedHRESULT; 0: none, or not told */
};

struct hv_backup_runs {
	struct hv_backup_run *items; /* in the order of time */
	size_t count;
	bool has_log; /* the log of Windows Server Backup was read, whatever it holds */
};

/* What a check of these events has to ask a source for. */
extern const struct hv_event_key hv_backup_event_keys[];

/* Reads the events in (from, to]. The result lives in the arena and borrows from the host. */
int hv_backup_runs_read(const struct hv_host *host, hv_usec from, hv_usec to,
	struct hv_arena *arena, struct hv_backup_runs *ret, struct hv_err *err) HV_MUST_USE;

/* Of HRESULT and DetailedHRESULT the one whose meaning is that of a whole run: VSS or Windows
 * Server Backup's own. What is known of others, such as access denied, is about files of virtual
 * machines. 0: none. */
uint32_t hv_backup_run_code(const struct hv_backup_run *run);

/* The newest run that has ended; NULL: none. */
const struct hv_backup_run *hv_backup_runs_ended(const struct hv_backup_runs *runs);

/* The newest run of all; NULL: none. */
const struct hv_backup_run *hv_backup_runs_last(const struct hv_backup_runs *runs);

/* What one run says about a VM: of all its events that tell a result, the worst. ret_hresult as in
 * hv_backup_mention(). */
enum hv_backup_mention hv_backup_run_mention(const struct hv_host *host,
	const struct hv_backup_run *run, const struct hv_vm *vm, uint32_t *ret_hresult);

/* The newest time at which a run is proven to have backed the VM up: its event 4, or 14, tells
 * success, and its components cover the VM. A success that names no component proves nothing. */
struct hv_time hv_backup_runs_proof(
	const struct hv_host *host, const struct hv_backup_runs *runs, const struct hv_vm *vm);

#endif
