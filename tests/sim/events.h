/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event log over WS-Management: Subscribe, Pull and Unsubscribe. */
#ifndef HV_SIM_EVENTS_H
#define HV_SIM_EVENTS_H

#include <stddef.h>

struct sim_call;
struct sim_subscription;

struct sim_subscriptions {
	struct sim_subscription *first;
	size_t count;
};

void sim_subscriptions_done(struct sim_subscriptions *subscriptions);

void sim_subscribe(struct sim_call *call);
void sim_pull_events(struct sim_call *call);
void sim_unsubscribe(struct sim_call *call);

#endif
