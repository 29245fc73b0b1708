/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock decides how far back events count, and reading a large event log is fast only when that
 * is known before. So: --now; else that of the live host, which is asked for as much as our own
 * clock says, moved by what the two differ; else captures are read first (with all their events:
 * the check drops old ones by time), and the newest of the times they were taken is the clock;
 * without a capture the newest modification time of the event logs; without those the times of the
 * configuration files; else the wall clock. An event log that goes on after the capture was taken
 * moves the clock on to its last event: what happened since must not be passed over as not yet
 * happened. */
#include "cli/gather.h"

#include "base/file.h"
#include "cim/builder.h"

struct gathering {
	const struct hv_gather_request *request;
	const struct hv_common *common;
	const struct hv_check *check;
	struct hv_source_want want;
	struct hv_builder builder;
	struct hv_time clock; /* as soon as it is known */
	const char *clock_origin;
	struct hv_time oldest;
};

/* A sink that looks at the times on their way to the builder. */
struct time_watch {
	struct hv_sink inner;
	struct hv_time taken;  /* told by the capture itself */
	struct hv_time newest; /* of the files and classes read */
};

static void keep_newest(struct hv_time *newest, struct hv_time t)
{
	if (t.known && (!newest->known || t.usec > newest->usec))
		*newest = t;
}

static void keep_oldest(struct hv_time *oldest, struct hv_time t)
{
	if (t.known && (!oldest->known || t.usec < oldest->usec))
		*oldest = t;
}

static int watch_host(
	void *ctx, const char *computer_name, struct hv_time taken_at, struct hv_err *err)
{
	struct time_watch *watch = ctx;

	keep_newest(&watch->taken, taken_at);
	return watch->inner.host(watch->inner.ctx, computer_name, taken_at, err);
}

static int watch_batch(void *ctx, const struct hv_batch *batch, struct hv_err *err)
{
	struct time_watch *watch = ctx;

	keep_newest(&watch->newest, batch->read_at);
	return watch->inner.batch(watch->inner.ctx, batch, err);
}

static int watch_bag(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct time_watch *watch = ctx;

	return watch->inner.bag(watch->inner.ctx, bag, err);
}

static int watch_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct time_watch *watch = ctx;

	return watch->inner.event(watch->inner.ctx, xml, len, err);
}

static int watch_events(void *ctx, const struct hv_event_batch *batch, struct hv_err *err)
{
	struct time_watch *watch = ctx;

	keep_newest(&watch->newest, batch->read_at);
	return watch->inner.events(watch->inner.ctx, batch, err);
}

static struct hv_sink watch_sink(struct time_watch *watch)
{
	return (struct hv_sink){
		.ctx = watch,
		.host = watch_host,
		.batch = watch_batch,
		.bag = watch_bag,
		.event = watch_event,
		.events = watch_events,
	};
}

/* Reads one place. *ret_time: when its data were current; not told when nothing says so. */
static int read_place(struct gathering *g, const struct hv_source *source, const char *path,
	struct hv_time *ret_time, struct hv_err *err)
{
	struct time_watch watch = { .inner = hv_builder_sink(&g->builder) };
	struct hv_sink sink = watch_sink(&watch);
	struct hv_file_info info;

	if (source->read(path, &g->want, &sink, err) != 0)
		return hv_err_wrap(err, "--%s", source->name);
	*ret_time = watch.taken.known ? watch.taken : watch.newest;
	if (!ret_time->known && hv_file_stat(path, &info, NULL) == 0)
		*ret_time = (struct hv_time){ .usec = info.modified_at, .known = true };
	return 0;
}

/* Reads all places of one source. *ret_newest: of their times. */
static int read_source(struct gathering *g, const struct hv_source_option *option,
	struct hv_time *ret_newest, struct hv_err *err)
{
	const struct hv_list *places = hv_source_places(option, g->common);
	struct hv_time newest = { .known = false };

	for (size_t i = 0; i < places->count; i++) {
		struct hv_time t = { .known = false };

		if (read_place(g, option->source, places->items[i], &t, err) != 0)
			return -1;
		keep_newest(&newest, t);
		if (option->is_recorded)
			keep_oldest(&g->oldest, t);
	}
	*ret_newest = newest;
	return 0;
}

static void set_since(struct gathering *g, hv_usec now)
{
	if (g->check->events_since != NULL)
		g->want.events.since = hv_usec_sub(now, g->check->events_since(g->request->config));
}

static void set_clock(struct gathering *g, struct hv_time t, const char *origin)
{
	if (g->clock.known || !t.known)
		return;
	g->clock = t;
	g->clock_origin = origin;
	set_since(g, t.usec);
	g->builder.since = g->want.events.since;
}

static int read_live(struct gathering *g, struct hv_client_failure *ret_failure, struct hv_err *err)
{
	const struct hv_live *live = g->request->live;
	const bool follow_clock = !g->clock.known;
	struct time_watch watch = { .inner = hv_builder_sink(&g->builder) };
	struct hv_sink sink = watch_sink(&watch);
	int result;

	if (live == NULL)
		return 0;
	if (follow_clock)
		set_since(g, g->request->wall);
	result = live->connection->cache_max_age > 0
			 ? hv_live_read_cached(live, &g->want, &sink, ret_failure, err)
			 : hv_live_read(live, &g->want, follow_clock, &sink, ret_failure, err);
	if (result != 0)
		return -1;
	keep_oldest(&g->oldest, watch.taken);
	set_clock(g, watch.taken, "the host's clock");
	return 0;
}

static int read_captures(struct gathering *g, struct hv_err *err)
{
	struct hv_time newest = { .known = false };

	for (size_t i = 0; i < hv_source_option_count; i++) {
		struct hv_time t = { .known = false };

		if (!hv_source_options[i].tells_clock)
			continue;
		if (read_source(g, &hv_source_options[i], &t, err) != 0)
			return -1;
		keep_newest(&newest, t);
	}
	set_clock(g, newest, "when the capture was taken");
	return 0;
}

/* The newest modification time of the event logs, before they are read. A log that cannot be looked
 * at is an error when it is read. */
static struct hv_time newest_log(const struct hv_list *files)
{
	struct hv_time newest = { .known = false };

	for (size_t i = 0; i < files->count; i++) {
		struct hv_file_info info;

		if (hv_file_stat(files->items[i], &info, NULL) == 0)
			keep_newest(&newest,
				(struct hv_time){ .usec = info.modified_at, .known = true });
	}
	return newest;
}

static int read_others(struct gathering *g, struct hv_err *err)
{
	struct hv_time newest = { .known = false };

	for (size_t i = 0; i < hv_source_option_count; i++) {
		struct hv_time t = { .known = false };

		if (hv_source_options[i].tells_clock)
			continue;
		if (read_source(g, &hv_source_options[i], &t, err) != 0)
			return -1;
		keep_newest(&newest, t);
	}
	set_clock(g, newest, "the newest file read");
	return 0;
}

static void start(struct gathering *g, struct hv_host *host)
{
	static const struct hv_event_key no_events[] = { { .channel = NULL } };
	unsigned int sections = g->check->needs | g->check->uses;
	bool wants_events = (sections & HV_SEC_EVENTS) != 0;

	g->want = (struct hv_source_want){
		.sections = sections,
		.events = { .keys = wants_events ? g->check->event_keys : no_events,
			.since = HV_USEC_MIN },
	};
	if (g->check->writers_interval != NULL)
		g->want.writers_interval = g->check->writers_interval(g->request->config);
	hv_builder_init(&g->builder, host, sections, &g->want.events);
}

/* Only --now may hide events that were recorded. One from the future of the wall clock comes from a
 * clock that is wrong and moves nothing. */
static void move_clock_to_events(struct gathering *g, const struct hv_host *host, hv_usec wall)
{
	hv_usec newest = g->clock.usec;

	if (g->common->now_time.known)
		return;
	HV_FOREACH_EVENT (e, host) {
		if (e->time > newest && e->time <= wall)
			newest = e->time;
	}
	if (newest == g->clock.usec)
		return;
	g->clock.usec = newest;
	g->clock_origin = "the last event, later than the capture";
}

int hv_gather(const struct hv_gather_request *request, struct hv_host *host, struct hv_clock *ret,
	struct hv_client_failure *ret_failure, struct hv_err *err)
{
	const struct hv_common *common = request->common;
	struct gathering g = { .request = request, .common = common, .check = request->check };

	*ret_failure = (struct hv_client_failure){ .trouble = HV_TROUBLE_NONE };
	start(&g, host);
	set_clock(&g, common->now_time, "--now");
	if (read_live(&g, ret_failure, err) != 0 || read_captures(&g, err) != 0)
		return -1;
	set_clock(&g, newest_log(&common->evtx_files), "the newest event log's modification");
	if (read_others(&g, err) != 0 || hv_builder_finish(&g.builder, err) != 0)
		return -1;
	set_clock(&g, (struct hv_time){ .usec = request->wall, .known = true }, "the wall clock");
	move_clock_to_events(&g, host, request->wall);
	*ret = (struct hv_clock){
		.now = g.clock.usec,
		.origin = g.clock_origin,
		.oldest_data = g.oldest,
	};
	return 0;
}

int hv_gather_sources(const struct hv_gather_sources *sources, struct hv_host *host,
	struct hv_clock *ret, struct hv_client_failure *ret_failure, struct hv_err *err)
{
	const struct hv_common *common = sources->common;
	const bool is_live = common->connect.hostname != NULL;
	const struct hv_live live = {
		.options = &common->connect,
		.connection = sources->connection,
		.env = sources->env,
		.deadline = is_live ? hv_live_deadline(sources->env, common->timeout.usec)
				    : (struct hv_deadline){ .now = NULL },
		.trace = sources->trace,
	};
	const struct hv_gather_request request = {
		.common = common,
		.check = sources->check,
		.config = sources->config,
		.wall = sources->wall,
		.live = is_live ? &live : NULL,
	};

	return hv_gather(&request, host, ret, ret_failure, err);
}
