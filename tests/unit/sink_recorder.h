/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sink that writes down what it is given, one line a call, so that a test can compare two
 * readings or a literal. */
#ifndef HV_TESTS_SINK_RECORDER_H
#define HV_TESTS_SINK_RECORDER_H

#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "cim/sink.h"

struct recorder {
	struct hv_buf log;
	const char *refuse; /* calls of bag() and event() fail with this text */
	struct hv_sink sink;
};

static inline void recorder_time(struct recorder *r, const char *key, struct hv_time time)
{
	char text[HV_TIME_TEXT_MAX];

	if (!time.known)
		return;
	hv_time_format_usec(time.usec, text);
	hv_buf_addf(&r->log, " %s=%s", key, text);
}

static inline void recorder_text(struct recorder *r, const char *key, const char *text)
{
	if (text != NULL)
		hv_buf_addf(&r->log, " %s=%s", key, text);
}

static inline int recorder_host(
	void *ctx, const char *name, struct hv_time taken_at, struct hv_err *err)
{
	struct recorder *r = ctx;

	(void)err;
	hv_buf_adds(&r->log, "host");
	recorder_text(r, "name", name);
	recorder_time(r, "taken_at", taken_at);
	hv_buf_addc(&r->log, '\n');
	return 0;
}

static inline int recorder_batch(void *ctx, const struct hv_batch *batch, struct hv_err *err)
{
	struct recorder *r = ctx;

	(void)err;
	hv_buf_addf(&r->log, "batch %s:%s", batch->ns, batch->class_name);
	recorder_time(r, "read_at", batch->read_at);
	recorder_text(r, "origin", batch->origin);
	recorder_text(r, "error", batch->error);
	hv_buf_addc(&r->log, '\n');
	return 0;
}

static inline int recorder_bag(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct recorder *r = ctx;
	char *text;

	if (r->refuse != NULL)
		return hv_err_set(err, HV_ERR_FORMAT, "%s", r->refuse);
	text = json_dumps(bag->props, JSON_COMPACT | JSON_SORT_KEYS);
	hv_buf_addf(&r->log, "bag %s:%s %s\n", bag->ns, bag->class_name, text);
	free(text);
	return 0;
}

static inline int recorder_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct recorder *r = ctx;

	if (r->refuse != NULL)
		return hv_err_set(err, HV_ERR_FORMAT, "%s", r->refuse);
	hv_buf_adds(&r->log, "event ");
	hv_buf_add(&r->log, xml, len);
	hv_buf_addc(&r->log, '\n');
	return 0;
}

static inline int recorder_events(void *ctx, const struct hv_event_batch *batch, struct hv_err *err)
{
	struct recorder *r = ctx;

	(void)err;
	hv_buf_addf(&r->log, "events %zu", batch->records);
	recorder_text(r, "channel", batch->channel);
	recorder_text(r, "origin", batch->origin);
	recorder_text(r, "error", batch->error);
	recorder_text(r, "damage", batch->damage);
	recorder_time(r, "since", batch->since);
	recorder_time(r, "oldest", batch->oldest);
	recorder_time(r, "newest", batch->newest);
	recorder_time(r, "read_at", batch->read_at);
	hv_buf_addc(&r->log, '\n');
	return 0;
}

static inline void recorder_init(struct recorder *r)
{
	*r = (struct recorder){ .refuse = NULL };
	hv_buf_init(&r->log, 1 << 24);
	r->sink = (struct hv_sink){
		.ctx = r,
		.host = recorder_host,
		.batch = recorder_batch,
		.bag = recorder_bag,
		.event = recorder_event,
		.events = recorder_events,
	};
}

static inline void recorder_done(struct recorder *r)
{
	hv_buf_done(&r->log);
}
#define HV_AUTO_recorder __attribute__((cleanup(recorder_done))) struct recorder

#endif
