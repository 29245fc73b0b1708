/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many jobs, some of them at a time, each in a process of its own: one that crashes or hangs takes
 * no other with it. */
#ifndef HV_CLI_CAPTURE_JOBS_H
#define HV_CLI_CAPTURE_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/time.h"

enum { HV_JOB_TEXT_MAX = 2048 };

/* What a job tells. */
struct hv_job_report {
	int status; /* as an exit status */
	uint64_t bytes;
	uint64_t problems;
	char text[HV_JOB_TEXT_MAX]; /* why it failed */
};

struct hv_job_plan {
	size_t count;
	size_t parallel;        /* at a time */
	hv_usec timeout;        /* of one; a little later it is ended from outside */
	hv_usec grace;          /* between that and SIGTERM, and between SIGTERM and SIGKILL */
	int failed;             /* status of a job that told nothing */
	hv_usec (*now)(void *); /* monotonic */
	/* In a process of its own. It may leave SIGINT and SIGTERM blocked to its end. */
	void (*work)(void *ctx, size_t index, struct hv_job_report *ret);
	/* In this one, for every job, as it ends. */
	void (*done)(void *ctx, size_t index, const struct hv_job_report *report, hv_usec took);
	void *ctx;
};

/* Returns when no process is left. SIGINT and SIGTERM end them all: *ret_interrupted. */
int hv_jobs_run(
	const struct hv_job_plan *plan, bool *ret_interrupted, struct hv_err *err) HV_MUST_USE;

#endif
