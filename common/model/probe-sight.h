/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checkpoint probe makes of the jobs of a host, and what the host answers when it is asked
 * to do something. Filled by a source, judged by check/probe. */
#ifndef HV_MODEL_PROBE_SIGHT_H
#define HV_MODEL_PROBE_SIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/host.h"

enum {
	/* JobState [Msvm_ConcreteJob] */
	HV_JOB_COMPLETED = 7,
	HV_JOB_TERMINATED = 8,
	HV_JOB_KILLED = 9,
	HV_JOB_EXCEPTION = 10,
	HV_JOB_VENDOR = 32768, /* from here on: ended, in samples of Microsoft with warnings */

	/* JobType [Msvm_StorageJob] */
	HV_STORAGE_JOB_MERGE = 5,

	/* Return values of methods that mean no error [Msvm_VirtualSystemSnapshotService] */
	HV_METHOD_DONE = 0,
	HV_METHOD_JOB_STARTED = 4096,

	/* UserSnapshotType [Msvm_VirtualSystemSettingData] */
	HV_USER_SNAPSHOTS_DISABLED = 2,
};

/* Whether it is still to end. A job that does not tell its state is. */
static inline bool hv_probe_job_runs(const struct hv_job *job)
{
	return !job->state.known || job->state.value < HV_JOB_COMPLETED ||
	       (job->state.value > HV_JOB_EXCEPTION && job->state.value < HV_JOB_VENDOR);
}

static inline bool hv_probe_job_failed(const struct hv_job *job)
{
	return job->state.known && job->state.value >= HV_JOB_TERMINATED &&
	       job->state.value <= HV_JOB_EXCEPTION;
}

/* What came of a request that changes something. Texts are good until the next request. */
struct hv_probe_answer {
	struct hv_u64 return_value;
	const char *job_id;        /* NULL: none */
	const char *checkpoint_id; /* of the new checkpoint; NULL: not told */
	bool maybe_done;    /* it failed, yet the host may have got it: the answer was lost */
	const char *advice; /* what to type when it failed; static; NULL: none */
	bool advice_is_local;
};

#endif
