/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counters as text. */
#include <string.h>

#include "server-parts.h"

struct counter {
	const char *name;
	size_t offset;
};

#define OF_HOST(name)                                                                              \
	{                                                                                          \
#name, offsetof(struct sim_counters, name)                                         \
	}
#define OF_TRAFFIC(name)                                                                           \
	{                                                                                          \
#name, offsetof(struct sim_traffic, name)                                          \
	}

static const struct counter HOST[] = {
	OF_HOST(open_enumerations),
	OF_HOST(open_subscriptions),
	OF_HOST(open_shells),
	OF_HOST(open_commands),
	OF_HOST(open_checkpoints),
	OF_HOST(snapshot_create),
	OF_HOST(snapshot_destroy),
	OF_HOST(identify),
	OF_HOST(enumerate),
	OF_HOST(pull),
	OF_HOST(release),
	OF_HOST(get),
	OF_HOST(invoke),
	OF_HOST(subscribe),
	OF_HOST(event_pull),
	OF_HOST(unsubscribe),
	OF_HOST(shell_create),
	OF_HOST(shell_command),
	OF_HOST(shell_receive),
	OF_HOST(shell_send),
	OF_HOST(shell_signal),
	OF_HOST(shell_delete),
	OF_HOST(faults),
};

static const struct counter TRAFFIC[] = {
	OF_TRAFFIC(logins),
	OF_TRAFFIC(logins_refused),
	OF_TRAFFIC(connections),
	OF_TRAFFIC(requests),
	OF_TRAFFIC(bytes_in),
	OF_TRAFFIC(bytes_out),
	OF_TRAFFIC(sealed),
	OF_TRAFFIC(unsealed),
};

_Static_assert(sizeof(struct sim_counters) == HV_ARRAY_LEN(HOST) * sizeof(size_t), "all of them");
_Static_assert(sizeof(struct sim_traffic) == HV_ARRAY_LEN(TRAFFIC) * sizeof(size_t), "all of them");

static void add_counters(
	struct hv_buf *b, const struct counter *counters, size_t count, const void *values)
{
	for (size_t i = 0; i < count; i++) {
		const char *at = (const char *)values + counters[i].offset;
		size_t value;

		memcpy(&value, at, sizeof(value));
		hv_buf_addf(b, "%s=%zu\n", counters[i].name, value);
	}
}

void sim_server_counters(struct sim_server *s, struct hv_buf *b)
{
	pthread_mutex_lock(&s->lock);
	add_counters(b, HOST, HV_ARRAY_LEN(HOST), sim_host_counters(s->config.host));
	add_counters(b, TRAFFIC, HV_ARRAY_LEN(TRAFFIC), &s->traffic);
	pthread_mutex_unlock(&s->lock);
}
