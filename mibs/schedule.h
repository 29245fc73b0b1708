/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When which host is polled. Hosts do not start together, those that fail are asked less and less
 * often, and may use only a part of the workers, so that they keep nobody else waiting. Pure.
 *
 * How long a host takes shows only when it was asked. So those that answered the last time go
 * before those never asked, and these before those that failed; but a few workers (an eighth, at
 * least one) are for whoever has waited longest, so that nobody waits for ever. */
#ifndef HV_MIBS_SCHEDULE_H
#define HV_MIBS_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"

struct hv_schedule_entry {
	void *job; /* the caller's; unique */
	hv_usec interval;
	hv_usec due;
	hv_usec began;         /* the last time */
	unsigned int failures; /* in a row */
	bool answered;         /* the last time */
	bool running;
};

struct hv_schedule {
	struct hv_schedule_entry *entries;
	size_t count, capacity;
	size_t workers;      /* at a time */
	size_t suspects_max; /* of these, for hosts that failed the last time */
	size_t running, running_suspects;
	size_t running_unproven; /* suspects, and those never asked */
	hv_usec look_again;      /* nothing can begin before */
	size_t found;    /* where the last search ended: the next one is mostly for its neighbour */
	uint64_t random; /* state of the spread */
};

void hv_schedule_init(struct hv_schedule *s, size_t workers, uint64_t seed);
void hv_schedule_done(struct hv_schedule *s);

/* A job that is new begins soon: `place` of `count` new ones, spread over the lesser of the
 * interval and a second each. */
int hv_schedule_add(struct hv_schedule *s, void *job, hv_usec interval, size_t place, size_t count,
	hv_usec now, struct hv_err *err) HV_MUST_USE;
/* One that runs gives its place back; hv_schedule_ended() for it does nothing. */
void hv_schedule_remove(struct hv_schedule *s, const void *job);
/* The next time comes no later than an interval from now. */

/* The job that has waited longest of those that go first now, marked as running; NULL: none. */
void *hv_schedule_take(struct hv_schedule *s, hv_usec now);
/* It has ended: the next time is an interval after it began, give or take a twentieth; after a
 * failure, from its end, soon once (a tenth of the interval, at least 10 s), then twice as late
 * with each further one, at most four intervals. */
void hv_schedule_ended(struct hv_schedule *s, const void *job, bool failed, hv_usec now);
/* It could not even begin, which is no fault of its own: it is tried again in 10 s, and stands as
 * it stood. */
void hv_schedule_put_off(struct hv_schedule *s, const void *job, hv_usec now);

#endif
