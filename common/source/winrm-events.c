/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events of a live host: a subscription for each channel, so that one which is not there does not
 * spoil the others; and wevtutil in a remote shell when the host refuses subscriptions. The host
 * selects by event id and time [Consuming Events, XPath 1.0 limitations]. */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf.h"
#include "cim/event-xml.h"
#include "source/winrm-reading.h"

enum {
	PIECES_MAX = 16,       /* queries of one channel */
	CONDITIONS_MAX = 18,   /* of one piece; Windows refuses somewhat more than 20 */
	XPATH_MAX = 64 * 1024, /* all pieces of one channel */
	MESSAGE_MAX = 2048,
	ERRORS_MAX = 64 * 1024, /* what wevtutil writes about its failure */
};

/* Status of programs: Win32 errors [winerror.h] */
enum { STATUS_ACCESS_DENIED = 5, STATUS_CHANNEL_NOT_FOUND = 15007 };

struct channel {
	struct hv_winrm_reading *r;
	const char *name;
	bool optional;
	hv_usec since;
	struct hv_buf xpaths;            /* one a line */
	const char *queries[PIECES_MAX]; /* the same, one by one */
	size_t query_count;
	struct hv_buf damage; /* of what wevtutil wrote */
	size_t events;
};

/* --- What to ask for --- */

static void add_level(struct hv_buf *b, uint32_t max_level)
{
	for (uint32_t level = 1; level <= max_level; level++)
		hv_buf_addf(b, "%sLevel=%" PRIu32, level > 1 ? " or " : "", level);
}

/* Rather too much than too little: the level that belongs to an id is left to those who read. */
static size_t add_condition(struct hv_buf *b, const struct hv_event_key *key)
{
	if (key->id != 0) {
		hv_buf_addf(b, "EventID=%" PRIu32, key->id);
		return 1;
	}
	add_level(b, key->max_level);
	return key->max_level;
}

static void add_since(struct hv_buf *b, hv_usec since)
{
	char time[HV_TIME_TEXT_MAX];

	hv_time_format(since, time);
	hv_buf_addf(b, "TimeCreated[@SystemTime>='%.19s.000Z']", time);
}

static void add_piece(struct hv_buf *out, const struct hv_buf *conditions, hv_usec since)
{
	const bool has_time = since > HV_USEC_MIN;

	if (conditions->len == 0 && !has_time) {
		hv_buf_adds(out, "*\n");
		return;
	}
	hv_buf_adds(out, "*[System[");
	if (conditions->len > 0)
		hv_buf_addf(out, "(%s)%s", hv_buf_str(conditions), has_time ? " and " : "");
	if (has_time)
		add_since(out, since);
	hv_buf_adds(out, "]]\n");
}

static bool takes_everything(const struct hv_event_key *keys, const char *channel)
{
	for (const struct hv_event_key *k = keys; k && k->channel; k++)
		if (strcmp(k->channel, channel) == 0 && k->id == 0 && k->max_level == 0)
			return true;
	return keys == NULL;
}

void hv_winrm_event_xpath(
	struct hv_buf *out, const struct hv_event_key *keys, const char *channel, hv_usec since)
{
	HV_AUTO(buf) conditions = { .max = XPATH_MAX };
	size_t count = 0;

	if (takes_everything(keys, channel)) {
		add_piece(out, &conditions, since);
		return;
	}
	for (const struct hv_event_key *k = keys; k->channel; k++) {
		if (strcmp(k->channel, channel) != 0)
			continue;
		if (count >= CONDITIONS_MAX) {
			add_piece(out, &conditions, since);
			hv_buf_clear(&conditions);
			count = 0;
		}
		if (count > 0)
			hv_buf_adds(&conditions, " or ");
		count += add_condition(&conditions, k);
	}
	if (count > 0)
		add_piece(out, &conditions, since);
}

static int make_queries(struct channel *c, struct hv_err *err)
{
	char *line;

	hv_winrm_event_xpath(&c->xpaths, c->r->want->events.keys, c->name, c->since);
	if (hv_buf_failed(&c->xpaths))
		return hv_err_no_memory(err);
	for (line = c->xpaths.data; line && *line != '\0'; line++) {
		if (c->query_count == PIECES_MAX)
			return hv_err_set(err, HV_ERR_LIMIT, "%s: more than %d queries", c->name,
				(int)PIECES_MAX);
		c->queries[c->query_count++] = line;
		line = strchr(line, '\n');
		*line = '\0';
	}
	return 0;
}

/* --- What to tell --- */

static int tell_log(struct channel *c, const char *error, struct hv_err *err)
{
	const struct hv_winrm *w = c->r->w;
	const struct hv_event_batch batch = {
		.origin = w->config.host,
		.channel = c->name,
		.error = error,
		.damage = c->damage.len > 0 ? hv_buf_str(&c->damage) : NULL,
		.records = c->events,
		.since = { .usec = c->since, .known = c->since > HV_USEC_MIN },
		.read_at = { .usec = hv_winrm_host_time(w), .known = true },
	};

	return c->r->sink->events(c->r->sink->ctx, &batch, err);
}

/* A log that a host need not have is not missed. */
static int tell_failure(
	struct channel *c, const struct hv_err *why, bool absent, struct hv_err *err)
{
	const struct hv_client_failure *f = &c->r->w->client.failure;
	HV_AUTO(buf) text = { .max = MESSAGE_MAX };

	if (absent && c->optional)
		return 0;
	hv_buf_addf(&text, "%s: %s", c->name, why->text);
	if (f->is_fault && f->advice)
		hv_buf_addf(&text, " (on the host: %s)", f->advice);
	return tell_log(c, hv_buf_str(&text), err);
}

/* --- By subscription --- */

static int pour_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct channel *c = ctx;

	c->events++;
	return c->r->sink->event(c->r->sink->ctx, xml, len, err);
}

static int subscribe(struct channel *c, struct hv_err *err)
{
	struct hv_soap_event_query queries[PIECES_MAX];
	const struct hv_sink sink = { .ctx = c, .event = pour_event };
	size_t unused;

	for (size_t i = 0; i < c->query_count; i++)
		queries[i] = (struct hv_soap_event_query){
			.channel = c->name,
			.xpath = c->queries[i],
		};
	return hv_client_events(&c->r->w->client, queries, c->query_count, &sink, &unused, err);
}

/* --- By wevtutil --- */

/* The event logs of what wevtutil wrote, as one of this channel */
static int pour_log(void *ctx, const struct hv_event_batch *batch, struct hv_err *err)
{
	struct channel *c = ctx;

	(void)err;
	if (batch->damage)
		hv_buf_addf(&c->damage, "%s%s", c->damage.len > 0 ? "; " : "", batch->damage);
	return 0;
}

/* /uni:true makes it UTF-16, not always with a mark. */
static int decode(struct channel *c, const struct hv_buf *output, struct hv_err *err)
{
	struct hv_sink sink = { .ctx = c, .event = pour_event, .events = pour_log };
	const bool unmarked = output->len >= 2 && output->data[0] == '<' && output->data[1] == '\0';
	HV_AUTO(buf) marked = { .max = HV_CLIENT_MAX_OUTPUT + 2 };
	const struct hv_buf *text = output;

	if (unmarked) {
		hv_buf_add(&marked, "\xFF\xFE", 2);
		hv_buf_add(&marked, output->data, output->len);
		if (hv_buf_failed(&marked))
			return hv_err_no_memory(err);
		text = &marked;
	}
	return hv_event_xml_file((const uint8_t *)text->data, text->len, "wevtutil",
		(struct hv_time){ .known = false }, &sink, err);
}

static int program_failed(uint32_t status, const struct hv_buf *errors, struct hv_err *err)
{
	const char *words = hv_buf_str(errors);

	if (status == STATUS_ACCESS_DENIED)
		return hv_err_set(err, HV_ERR_IO,
			"wevtutil: the account may not read the log (on the host: " HV_ADVICE_EVENTS
			")");
	return hv_err_set(err, HV_ERR_IO, "wevtutil ended with status %" PRIu32 " (%.*s)", status,
		(int)strcspn(words, "\r\n"), words);
}

/* The host joins the arguments with blanks, so the query, which has some, is quoted; it holds no
 * quotation mark itself. */
static int run_query(struct hv_client_shell *shell, struct channel *c, const char *query,
	bool *ret_absent, struct hv_err *err)
{
	HV_AUTO(buf) output = { .max = HV_CLIENT_MAX_OUTPUT };
	HV_AUTO(buf) errors = { .max = ERRORS_MAX };
	HV_AUTO(buf) argument = { .max = XPATH_MAX };
	uint32_t status = 0;

	hv_buf_addf(&argument, "\"/q:%s\"", query);
	if (hv_buf_failed(&argument))
		return hv_err_no_memory(err);
	if (hv_client_shell_run(shell, "wevtutil",
		    (const char *const[]){ "qe", c->name, hv_buf_str(&argument), "/f:RenderedXml",
			    "/e:Events", "/uni:true" },
		    6, &output, &errors, &status, err))
		return -1;
	*ret_absent = status == STATUS_CHANNEL_NOT_FOUND;
	if (status != 0)
		return program_failed(status, &errors, err);
	return decode(c, &output, err);
}

static int run_queries(
	struct hv_client_shell *shell, struct channel *c, bool *ret_absent, struct hv_err *err)
{
	for (size_t i = 0; i < c->query_count; i++)
		if (run_query(shell, c, c->queries[i], ret_absent, err))
			return -1;
	return 0;
}

/* --- Which way --- */

/* What a log tells when one way or the other has been tried. */
static int conclude(
	struct channel *c, int result, const struct hv_err *why, bool absent, struct hv_err *err)
{
	if (result == 0)
		return tell_log(c, NULL, err);
	if (!hv_winrm_may_go_on(c->r->w) || why->kind == HV_ERR_NO_MEMORY)
		return hv_err_set(err, why->kind, "%s", why->text);
	return tell_failure(c, why, absent, err);
}

static bool is_refused(const struct hv_client_failure *f)
{
	return f->is_fault && f->fault != HV_FAULT_CHANNEL && f->fault != HV_FAULT_TIMED_OUT;
}

/* *way goes from AUTO to the one that the host takes. */
static int read_channel(struct channel *c, struct hv_client_shell *shell, enum hv_winrm_events *way,
	struct hv_err *err)
{
	struct hv_client *client = &c->r->w->client;
	struct hv_err why = HV_ERR_INIT;
	struct hv_err subscription = HV_ERR_INIT;
	bool absent = false;
	int result;

	if (*way != HV_WINRM_EVENTS_WINRS) {
		result = subscribe(c, &why);
		absent = client->failure.is_fault && client->failure.fault == HV_FAULT_CHANNEL;
		if (result == 0)
			*way = HV_WINRM_EVENTS_SUBSCRIBE;
		if (result == 0 || *way == HV_WINRM_EVENTS_SUBSCRIBE || c->events > 0 ||
			!is_refused(&client->failure))
			return conclude(c, result, &why, absent, err);
		subscription = why;
		hv_err_clear(&why);
	}
	*way = HV_WINRM_EVENTS_WINRS;
	result = shell->id ? 0 : hv_client_shell_open(client, shell, &why);
	if (result == 0)
		result = run_queries(shell, c, &absent, &why);
	if (result && hv_err_is_set(&subscription))
		(void)hv_err_wrap(&why, "subscription: %.300s; remote shell", subscription.text);
	return conclude(c, result, &why, absent, err);
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

int hv_winrm_read_events(struct hv_winrm_reading *r, struct hv_err *err)
{
	const struct hv_event_key *keys = r->want->events.keys;
	enum hv_winrm_events way = r->w->config.events;
	HV_AUTO(client_shell) shell = { .id = NULL };

	for (const struct hv_event_key *k = keys; k && k->channel; k++) {
		struct channel c = {
			.r = r,
			.name = k->channel,
			.optional = k->optional,
			.since = since_of(r),
			.xpaths = { .max = XPATH_MAX },
			.damage = { .max = MESSAGE_MAX },
		};
		int result;

		if (came_before(keys, k))
			continue;
		hv_winrm_tell_progress(r->w, c.name);
		result = make_queries(&c, err) || read_channel(&c, &shell, &way, err) ? -1 : 0;
		hv_buf_done(&c.xpaths);
		hv_buf_done(&c.damage);
		if (result)
			return -1;
	}
	return 0;
}
