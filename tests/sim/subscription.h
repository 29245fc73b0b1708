/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A subscription to event logs; internal to events.c and subscribe.c. */
#ifndef HV_SIM_SUBSCRIPTION_H
#define HV_SIM_SUBSCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "call.h"
#include "query-list.h"

struct sim_position {
	const char *channel;
	uint64_t after;   /* events up to this record have been delivered before */
	uint64_t record;  /* of the last event that was delivered; 0: none was */
	bool is_current;  /* the last event of all is one of this channel */
	bool is_replayed; /* events that are there already are wanted */
};

struct sim_subscription {
	struct sim_subscription *next;
	char context[SIM_ID_MAX];
	char identifier[SIM_ID_MAX];
	struct hv_arena arena;
	struct sim_query_list queries;
	struct sim_position positions[SIM_MAX_SELECTS]; /* one a select */
	size_t next_event;                              /* of the store */
	bool has_started;                               /* the event that says so is delivered */
	bool is_rendered;
};

void sim_subscription_free(struct sim_subscription *s); /* accepts NULL */
static inline void sim_subscription_free_p(struct sim_subscription **p)
{
	sim_subscription_free(*p);
}
#define HV_AUTO_sim_subscription                                                                   \
	__attribute__((cleanup(sim_subscription_free_p))) struct sim_subscription *

/* Refuses when the plug-in that knows event logs is not there. */
bool sim_has_event_plugin(struct sim_call *call);

#endif
