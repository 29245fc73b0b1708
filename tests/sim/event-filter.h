/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditions on events: the part of XPath 1.0 that the event log knows [MS-EVEN6 2.2.15], as far as
 * it asks about System. */
#ifndef HV_SIM_EVENT_FILTER_H
#define HV_SIM_EVENT_FILTER_H

#include <stdbool.h>

#include "base/arena.h"
#include "store.h"

enum {
	SIM_FILTER_MAX_COMPARISONS = 20, /* the event log takes no more in one query */
	SIM_FILTER_MAX_DEPTH = 32,
};

struct sim_filter_node;

struct sim_filter {
	const struct sim_filter_node *root; /* NULL: every event */
};

/* "*", or "*[System[...]]" with and, or, parentheses and comparisons of EventID, Level,
 * EventRecordID, Provider[@Name=...] and TimeCreated[@SystemTime...]. The filter lives in the
 * arena. False when the host would not take it. */
bool sim_filter_parse(struct sim_filter *ret, struct hv_arena *arena, const char *xpath);

/* now is the host's clock. */
bool sim_filter_matches(
	const struct sim_filter *filter, const struct sim_event *event, struct hv_time now);

#endif
