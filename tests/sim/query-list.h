/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Structured event queries: <QueryList><Query Path=""><Select Path="">XPath. [MS-EVEN6 2.2.16] */
#ifndef HV_SIM_QUERY_LIST_H
#define HV_SIM_QUERY_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "event-filter.h"

enum { SIM_MAX_SELECTS = 256 };

struct sim_select {
	const char *channel;
	struct sim_filter filter;
};

struct sim_query_list {
	struct sim_select selects[SIM_MAX_SELECTS];
	size_t count;
};

/* Channels and filters live in the arena. False when the host would not take it. */
bool sim_query_list_parse(struct sim_query_list *ret, struct hv_arena *arena, const char *xml);

#endif
