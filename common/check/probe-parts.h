/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the checkpoint probe share among themselves. */
#ifndef HV_CHECK_PROBE_PARTS_H
#define HV_CHECK_PROBE_PARTS_H

#include <stdint.h>

#include "check/probe.h"

enum hv_probe_step { HV_PROBE_CREATE, HV_PROBE_REMOVE, HV_PROBE_MERGE, HV_PROBE_STEPS };

enum hv_probe_end {
	HV_PROBE_NOT_REACHED = 0,
	HV_PROBE_DONE,
	HV_PROBE_UNNEEDED, /* nothing was there to be removed */
	HV_PROBE_FAILED,   /* of the VM or its host: the diagnosis */
	HV_PROBE_UNCLEAR,  /* of the account, the connection or the request: says nothing of the VM
			    */
	HV_PROBE_DOUBTFUL, /* done as far as the VM goes, but something is odd */
};

/* What came of a step. Texts live in the report's arena. */
struct hv_probe_outcome {
	enum hv_probe_end end;
	hv_usec took;
	const char *text;   /* what happened; NULL: what the step is for */
	const char *quoted; /* what the host says, localised; NULL: nothing */
	uint32_t hresult;   /* 0: none */
	const char *advice; /* what to type; NULL: none */
	bool advice_is_local;
};

enum hv_probe_left { HV_PROBE_LEFT_NOTHING, HV_PROBE_LEFT, HV_PROBE_MAY_BE_LEFT };

/* Texts that are kept. */
struct hv_probe_texts {
	const char **items;
	size_t count;
};

/* A live disk as it was before. */
struct hv_probe_disk {
	const char *instance_id; /* NULL: not told */
	const char *path;
};

struct hv_probe {
	const struct hv_probe_config *config;
	const struct hv_probe_ops *ops;
	struct hv_report *out;
	/* Before anything was asked for: */
	struct hv_vm about; /* id, name and folders of the VM */
	bool shares_name;   /* with another VM */
	struct hv_probe_texts checkpoints, failed_jobs;
	struct hv_probe_disk *disks;
	size_t disk_count;
	struct hv_time host_time;
	hv_usec begun, end; /* end: of everything but a removal that is due */
	/* The last look: */
	const struct hv_host *host; /* linked */
	const struct hv_vm *vm;
	const char *trouble; /* why it failed; NULL: it did not */
	/* What was created: */
	bool is_certain;       /* the host told its id */
	bool may_appear;       /* it is not there, yet may still come */
	const char *id, *name; /* NULL: not known */
	const char *others;    /* new ones beside it; NULL: none */
	enum hv_probe_left left;
	bool interrupted;
	struct hv_probe_outcome steps[HV_PROBE_STEPS];
};

/* Rows may come somewhat later than the end of the job that made them. */
#define HV_PROBE_ROWS_LATE (30 * HV_USEC_PER_SEC)

static inline hv_usec hv_probe_earlier(hv_usec a, hv_usec b)
{
	return a < b ? a : b;
}

static inline hv_usec hv_probe_later(hv_usec a, hv_usec b)
{
	return a > b ? a : b;
}

hv_usec hv_probe_now(const struct hv_probe *p);

/* Longer and longer, but not beyond the limit. */
void hv_probe_pause(const struct hv_probe *p, hv_usec since, hv_usec limit);

/* Whether somebody wants it to end. */
bool hv_probe_must_end(struct hv_probe *p);

/* The time that is kept back for the removal. */
hv_usec hv_probe_reserve(const struct hv_probe *p);

/* Looks at the host: p->host and p->vm, or p->trouble. */
bool hv_probe_look(struct hv_probe *p);

bool hv_probe_holds(const struct hv_probe_texts *texts, const char *text);

/* The new checkpoints of the last look. */
struct hv_probe_news {
	const struct hv_checkpoint *ours; /* a candidate */
	size_t candidates, others;
};

/* Names all new ones in p->others when ours cannot be told, or removed, alone. */
struct hv_probe_news hv_probe_find_news(struct hv_probe *p);
void hv_probe_take_ours(struct hv_probe *p, const struct hv_checkpoint *checkpoint);

enum hv_probe_job_end { HV_PROBE_JOB_ENDED, HV_PROBE_JOB_FAILED, HV_PROBE_JOB_LATE };

/* A host that cannot be asked for a while is waited for. A job that is no longer there has ended:
 * how, shows in what it did. */
enum hv_probe_job_end hv_probe_wait_for_job(
	struct hv_probe *p, const char *id, hv_usec limit, struct hv_probe_outcome *ret);
const char *hv_probe_wait_text(struct hv_probe *p, hv_usec since);

/* The answer to a request: whether it was accepted, and the job that it started. NULL in *ret_job:
 * it is done. */
bool hv_probe_is_accepted(struct hv_probe *p, const struct hv_probe_answer *answer,
	struct hv_probe_outcome *ret, const char **ret_job);
void hv_probe_take_error(struct hv_probe *p, const struct hv_probe_answer *answer,
	const struct hv_err *err, struct hv_probe_outcome *ret);

/* The steps. Whether the next one is needed: there is, or may be, something to be removed; there is
 * a merge to wait for. */
bool hv_probe_create(struct hv_probe *p);
bool hv_probe_remove(struct hv_probe *p);
void hv_probe_merge(struct hv_probe *p);

/* All findings and metrics. */
void hv_probe_report(struct hv_probe *p);

/* What a job says about its failure, as far as it says it. */
void hv_probe_take_job(struct hv_probe *p, const struct hv_job *job, struct hv_probe_outcome *ret);

/* Whether a return value speaks of the VM or its host, and not of the request or the account. */
bool hv_probe_return_blames_vm(uint64_t value);

#endif
