/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events of a live host: a subscription for each channel, so that one which is not there does not
 * spoil the others; and wevtutil in a remote shell when the host refuses subscriptions. The host
 * selects by event id and time. Of a log that has to be there the oldest event is asked for too: a
 * log that was cleared, or that begins late, would look like a host without failures. */
#include <string.h>

#include "base/buf.h"
#include "base/utf.h"
#include "cim/event-xml.h"
#include "source/winrm-reading.h"

enum { MESSAGE_MAX = 2048 };

#define EVERY_EVENT "*"

/* How events are read, from AUTO to the way that the host takes */
struct way {
	enum hv_winrm_events method;
	struct hv_client_shell shell;
};

static int make_queries(struct hv_winrm_channel *c, struct hv_err *err)
{
	char *line;

	hv_winrm_event_xpath(&c->xpaths, c->r->want->events.keys, c->name, c->since);
	if (hv_buf_failed(&c->xpaths))
		return hv_err_no_memory(err);
	for (line = c->xpaths.data; line && *line != '\0'; line++) {
		if (c->query_count == HV_WINRM_QUERIES_MAX)
			return hv_err_set(err, HV_ERR_LIMIT, "%s: more than %d queries", c->name,
				(int)HV_WINRM_QUERIES_MAX);
		c->queries[c->query_count++] = line;
		line = strchr(line, '\n');
		*line = '\0';
	}
	return 0;
}

/* --- What to tell --- */

/* A whole log without any event, which is another thing than none that is wanted. */
static bool is_empty(const struct hv_winrm_channel *c)
{
	return !c->optional && !c->oldest.known;
}

static int tell_log(struct hv_winrm_channel *c, const char *error, struct hv_err *err)
{
	const struct hv_winrm *w = c->r->w;
	const struct hv_event_batch batch = {
		.origin = w->config.host,
		.channel = c->name,
		.error = error,
		.damage = c->damage.len > 0 ? hv_buf_str(&c->damage) : NULL,
		.records = c->events,
		.since = { .usec = c->since, .known = c->since > HV_USEC_MIN && !is_empty(c) },
		.oldest = c->oldest,
		.read_at = { .usec = hv_winrm_host_time(w), .known = true },
	};

	return c->r->sink->events(c->r->sink->ctx, &batch, err);
}

/* A log that a host need not have is not missed. */
static int tell_failure(struct hv_winrm_channel *c, const struct hv_err *why, struct hv_err *err)
{
	const struct hv_client_failure *f = &c->r->w->client.failure;
	const char *advice = !c->advice && f->is_fault ? f->advice : c->advice;
	HV_AUTO(buf) text = { .max = MESSAGE_MAX };

	if (c->absent && c->optional)
		return 0;
	hv_buf_addf(&text, "%s: %s", c->name, why->text);
	if (advice)
		hv_buf_addf(&text, " (on the host: %s)", advice);
	return tell_log(c, hv_buf_str(&text), err);
}

/* --- The two ways --- */

static int pour_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct hv_winrm_channel *c = ctx;

	c->events++;
	return c->r->sink->event(c->r->sink->ctx, xml, len, err);
}

static int note_oldest(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct hv_winrm_channel *c = ctx;

	(void)err;
	c->oldest.known = hv_event_xml_time(xml, len, &c->oldest.usec);
	return 0;
}

static int subscribe(struct hv_winrm_channel *c, struct hv_err *err)
{
	const struct hv_soap_event_query every = { .channel = c->name, .xpath = EVERY_EVENT };
	const struct hv_sink pouring = { .ctx = c, .event = pour_event };
	const struct hv_sink noting = { .ctx = c, .event = note_oldest };
	struct hv_client *client = &c->r->w->client;
	struct hv_soap_event_query queries[HV_WINRM_QUERIES_MAX];
	size_t unused;
	int result;

	for (size_t i = 0; i < c->query_count; i++)
		queries[i] = (struct hv_soap_event_query){
			.channel = c->name,
			.xpath = c->queries[i],
		};
	result = hv_client_events(client, queries, c->query_count, 0, &pouring, &unused, err);
	if (result == 0 && !c->optional)
		result = hv_client_events(client, &every, 1, 1, &noting, &unused, err);
	c->absent = client->failure.is_fault && client->failure.fault == HV_FAULT_CHANNEL;
	return result;
}

static int run_queries(
	struct hv_winrm_channel *c, struct hv_client_shell *shell, struct hv_err *err)
{
	if (!shell->id && hv_client_shell_open(&c->r->w->client, shell, err))
		return -1;
	for (size_t i = 0; i < c->query_count; i++)
		if (hv_winrm_wevtutil(shell, c, c->queries[i], false, pour_event, err))
			return -1;
	if (c->optional)
		return 0;
	return hv_winrm_wevtutil(shell, c, EVERY_EVENT, true, note_oldest, err);
}

/* Whether another way may be better. What has been poured is not poured again. */
static bool is_refused(const struct hv_winrm_channel *c)
{
	const struct hv_client_failure *f = &c->r->w->client.failure;

	return f->is_fault && c->events == 0 && f->fault != HV_FAULT_CHANNEL &&
	       f->fault != HV_FAULT_TIMED_OUT;
}

static int read_channel(struct hv_winrm_channel *c, struct way *way, struct hv_err *err)
{
	const struct hv_client_failure *f = &c->r->w->client.failure;
	struct hv_err subscription = HV_ERR_INIT;

	if (way->method != HV_WINRM_EVENTS_WINRS && subscribe(c, &subscription) == 0) {
		way->method = HV_WINRM_EVENTS_SUBSCRIBE;
		return 0;
	}
	if (way->method == HV_WINRM_EVENTS_SUBSCRIBE ||
		(way->method == HV_WINRM_EVENTS_AUTO && !is_refused(c)))
		return hv_err_set(err, subscription.kind, "%s", subscription.text);
	if (way->method == HV_WINRM_EVENTS_AUTO && f->fault == HV_FAULT_ACCESS_EVENTS)
		c->advice = f->advice;
	way->method = HV_WINRM_EVENTS_WINRS;
	if (run_queries(c, &way->shell, err) == 0)
		return 0;
	return hv_err_is_set(&subscription)
		       ? hv_err_wrap(err, "subscription: %.300s; remote shell", subscription.text)
		       : -1;
}

/* Reads one channel and tells what came of it. -1 only when the reading has to end. */
static int tell_channel(struct hv_winrm_channel *c, struct way *way, struct hv_err *err)
{
	struct hv_err why = HV_ERR_INIT;

	hv_winrm_tell_progress(c->r->w, c->name);
	if (make_queries(c, err))
		return -1;
	if (read_channel(c, way, &why) == 0)
		return tell_log(c, NULL, err);
	if (!hv_winrm_may_go_on(c->r->w) || why.kind == HV_ERR_NO_MEMORY)
		return hv_err_set(err, why.kind, "%s", why.text);
	return tell_failure(c, &why, err);
}

static bool came_before(const struct hv_event_key *keys, const struct hv_event_key *key)
{
	for (; keys < key; keys++)
		if (hv_utf8_caseeq(keys->channel, key->channel))
			return true;
	return false;
}

static hv_usec since_of(const struct hv_winrm_reading *r)
{
	const hv_usec since = r->want->events.since;

	if (since == HV_USEC_MIN || !r->follow_clock)
		return since;
	return hv_usec_add(since, hv_winrm_clock_offset(r->w));
}

static int read_channels(struct hv_winrm_reading *r, struct way *way, struct hv_err *err)
{
	const struct hv_event_key *keys = r->want->events.keys;
	int result = 0;

	for (const struct hv_event_key *k = keys; result == 0 && k && k->channel; k++) {
		struct hv_winrm_channel c = {
			.r = r,
			.name = k->channel,
			.optional = k->optional,
			.since = since_of(r),
			.xpaths = { .max = HV_WINRM_XPATH_MAX },
			.damage = { .max = MESSAGE_MAX },
		};

		if (came_before(keys, k))
			continue;
		result = tell_channel(&c, way, err);
		hv_buf_done(&c.xpaths);
		hv_buf_done(&c.damage);
	}
	return result;
}

int hv_winrm_read_events(struct hv_winrm_reading *r, struct hv_err *err)
{
	struct way way = { .method = r->w->config.events, .shell = { .id = NULL } };
	const int result = read_channels(r, &way, err);

	hv_client_shell_close(&way.shell);
	return result;
}
