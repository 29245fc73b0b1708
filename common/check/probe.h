/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checkpoint probe: one checkpoint of one virtual machine is created and removed again, and the
 * merge is waited for. When this fails, it is the checkpoint and not the backup software that has
 * to be repaired [c-amie.co.uk, Hyper-V 0x80070002: less known step 1].
 *
 * Nothing that was there before is ever removed. What was created is removed whatever happens in
 * between; when that cannot be done, the report begins with it. The host, the clock and waiting are
 * functions, so that every course of things can be played through. */
#ifndef HV_CHECK_PROBE_H
#define HV_CHECK_PROBE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/time.h"
#include "check/option.h"
#include "check/report.h"
#include "check/space.h"
#include "model/probe-sight.h"

enum {
	HV_PROBE_MAX_CHECKPOINTS = 40, /* with so many already none is added; 50 are the limit */
	HV_PROBE_MAX_REMOVALS = 3,     /* requests to remove what was created */
};

struct hv_probe_config {
	const char *vm;                  /* name or GUID */
	struct hv_range warn, crit;      /* seconds, of all steps together */
	struct hv_duration step_timeout; /* of creation and of removal */
	struct hv_duration merge_timeout;
	struct hv_duration timeout; /* of everything; the time for the removal is kept back */
	struct hv_space_thresholds space;
	const char *rights_advice; /* to type when the account sees nothing; NULL: none */
};

/* Calls return 0, or -1 with err set. What they give is good until the next call of its kind. */
struct hv_probe_ops {
	void *ctx;
	hv_usec (*now)(void *ctx);              /* a clock that only goes forward */
	void (*pause)(void *ctx, hv_usec time); /* may return early when somebody wants it to end */
	bool (*stopped)(void *ctx);             /* somebody wants it to end */
	/* everything: also volumes and the version of Windows; else virtual machines, disks,
	 * checkpoints and jobs. */
	int (*look)(void *ctx, bool everything, const struct hv_host **ret, struct hv_err *err);
	/* *ret is set in any case. */
	int (*create)(
		void *ctx, const char *vm_id, struct hv_probe_answer *ret, struct hv_err *err);
	int (*remove)(void *ctx, const char *checkpoint_id, struct hv_probe_answer *ret,
		struct hv_err *err);
};

/* Runs the probe and reports each step. False when the first look failed: *err says why, nothing
 * was reported and nothing was changed. */
bool hv_probe_run(const struct hv_probe_config *config, const struct hv_probe_ops *ops,
	struct hv_report *out, struct hv_err *err) HV_MUST_USE;

/* Whether the probe may be run on this host now; else why not, as findings. *ret_vm: the virtual
 * machine. */
bool hv_probe_admits(const struct hv_probe_config *config, const struct hv_host *host,
	struct hv_report *out, const struct hv_vm **ret_vm) HV_MUST_USE;

/* "32775, invalid state for this operation" */
const char *hv_probe_return_text(struct hv_arena *arena, uint64_t value);

#endif
