/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attempts: a checkpoint, backup or merge that goes wrong writes several events, which count as
 * one. */
#ifndef HV_CHECK_ATTEMPT_H
#define HV_CHECK_ATTEMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "check/known-events.h"
#include "model/host.h"

/* The messages of one attempt follow each other within seconds, or within the few minutes that VSS
 * waits for its writers; backup programs wait longer before they try again. */
#define HV_ATTEMPT_SPAN (300 * HV_USEC_PER_SEC)

/* An event of a known kind. */
struct hv_sighting {
	const struct hv_event *event;
	const struct hv_known_event *row; /* NULL: unclassified */
	enum hv_event_class event_class;
};

struct hv_attempts {
	size_t count;
	hv_usec first, last; /* first event of the first one, last event of the last one; valid when
				count > 0 */
};

/* What went wrong and has not been cleared. */
struct hv_failures {
	struct hv_attempts failed;
	struct hv_attempts cancelled;
	unsigned int classes;         /* bits 1 << enum hv_event_class of the failed attempts */
	uint32_t hresult;             /* of the last failed attempt that tells one; 0: none does */
	const struct hv_event *event; /* that told it, else the first event of the last attempt;
					 NULL: no attempt */
	const struct hv_known_event *row; /* of that event; NULL: unclassified */
	const char *disk;                 /* path that an event of that attempt names; NULL: none */
};

/* How much an HRESULT tells. */
enum hv_telling { HV_TELLS_NOTHING, HV_TELLS_CANCELLED, HV_TELLS_LITTLE, HV_TELLS_CAUSE };

/* One attempt, while its events are read. */
struct hv_attempt {
	bool open;
	hv_usec first, last;
	bool cancelled; /* some event says so */
	bool failed;    /* some event tells an error that no cancellation explains */
	unsigned int classes;
	enum hv_telling telling;
	uint32_t hresult;
	const struct hv_event *event;
	const struct hv_known_event *row;
	const char *disk;
};

/* The attempts of one VM at one sort of thing, while its events are read in the order of time.
 * Zeroed at first. */
struct hv_attempt_line {
	struct hv_failures
		failures; /* of the finished attempts; current after hv_attempt_line_finish() */
	struct hv_attempt attempt;
	const struct hv_sighting *attendant; /* the latest one */
	hv_usec last;                        /* event; valid when there are failures */
	size_t failed, cancelled;            /* attempts, cleared ones included */
};

bool hv_event_class_is_failure(enum hv_event_class c);

/* Adds an event of a failure. Strings that have to be made live in the arena. */
void hv_attempt_line_add(
	struct hv_attempt_line *line, struct hv_arena *arena, const struct hv_sighting *s);

/* Adds an event that says nothing on its own and may explain an attempt that tells no HRESULT. */
void hv_attempt_line_attend(struct hv_attempt_line *line, const struct hv_sighting *s);

/* Ends the attempt that is being read. */
void hv_attempt_line_finish(struct hv_attempt_line *line);

/* Ends all failures that are older than the success and puts them into *ret_cleared. False when
 * there are none. */
bool hv_attempt_line_clear(struct hv_attempt_line *line, const struct hv_event *success,
	struct hv_failures *ret_cleared);

#endif
