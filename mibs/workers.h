/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Polls in processes of their own: one that hangs, crashes or floods takes nothing else with it.
 * All that happens shows at one file descriptor, so that any event loop can host it. */
#ifndef HV_MIBS_WORKERS_H
#define HV_MIBS_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"

struct hv_workers;

struct hv_workers_plan {
	size_t parallel;         /* at a time */
	size_t result_bytes_max; /* of one; more ends it */
	hv_usec grace;           /* beyond its timeout, before it is killed */
	hv_usec (*now)(void *);  /* monotonic */
	/* One has ended. ok: bytes are all it wrote; else error says what became of it. */
	void (*done)(void *ctx, void *job, bool ok, const void *bytes, size_t len,
		const char *error, hv_usec took);
	void *ctx;
};

struct hv_workers *hv_workers_new(
	const struct hv_workers_plan *plan, struct hv_err *err) HV_MUST_USE;
void hv_workers_free(struct hv_workers *w); /* kills them all; done() is not called */
#define HV_AUTO_workers __attribute__((cleanup(hv_workers_cleanup))) struct hv_workers *
void hv_workers_cleanup(struct hv_workers **w);

/* Readable when hv_workers_dispatch() has something to do. */
int hv_workers_fd(const struct hv_workers *w);
void hv_workers_dispatch(struct hv_workers *w);

bool hv_workers_any_free(const struct hv_workers *w);
size_t hv_workers_running(const struct hv_workers *w);

/* Runs work(arg, out) in a process of its own; what it adds to *out is its result. It inherits no
 * descriptor but the standard ones, dies with this process and leaves no core file. job tells which
 * it was. */
int hv_workers_start(struct hv_workers *w, void *job, hv_usec timeout,
	void (*work)(const void *arg, struct hv_buf *out), const void *arg,
	struct hv_err *err) HV_MUST_USE;

/* Ends the worker of a job without a word. */
void hv_workers_drop(struct hv_workers *w, const void *job);

#endif
