/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of what sources hold. Events are printed as they come, so that a log of any size needs
 * no memory; classes and logs are collected for the tables behind them. */
#include "cli/capture-list.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "cim/builder.h"
#include "cim/event-xml.h"
#include "cli/write.h"
#include "output/output.h"

enum {
	OUT_MAX_BYTES = 8 << 20, /* printed at once: one event, or one line of a table */
	OUT_FLUSH_BYTES = 1 << 16,
	TEXT_MAX_CHARS = 1000,    /* of one name, path or reason */
	SECTIONS_MAX_BYTES = 256, /* the names of all sections */
	COUNT_TEXT_MAX = 24,      /* 2^64 has 20 digits */
};

/* Widths of columns. What is longer moves the rest of its line. */
enum {
	CLASS_WIDTH = 37,
	NAMESPACE_WIDTH = 24,
	CHANNEL_WIDTH = 45,
	COUNT_WIDTH = 9,
	TIME_WIDTH = 22,
	SECTIONS_WIDTH = 30,
};

struct class_row {
	const char *class_name;
	const char *ns;
	const char *origin;
	const char *error; /* NULL: read */
	struct hv_time read_at;
	size_t rows;
};

struct log_row {
	const char *origin;
	const char *channel;
	const char *error;
	const char *damage;
	size_t records;
	size_t kept;
	struct hv_time oldest, newest, read_at;
};

struct hv_capture_list {
	int out_fd;
	bool events;
	bool heading_printed;
	struct hv_buf out;
	struct hv_arena arena;
	struct class_row *classes;
	size_t class_count, class_capacity;
	struct log_row *logs;
	size_t log_count, log_capacity;
	/* Since the last log ended: */
	size_t kept;                   /* events understood */
	const char *channel;           /* of them all; "" when they differ */
	struct hv_time oldest, newest; /* of them */
	size_t lost;                   /* events that were not */
	struct hv_err first_lost;      /* why the first of them was not */
};

/* What has been printed goes out, from `limit` bytes on. */
static int flush(struct hv_capture_list *list, size_t limit, struct hv_err *err)
{
	if (hv_buf_failed(&list->out))
		return list->out.overflow
			       ? hv_err_set(err, HV_ERR_LIMIT, "one line is larger than %d bytes",
					 OUT_MAX_BYTES)
			       : hv_err_no_memory(err);
	if (list->out.len < limit)
		return 0;
	if (hv_write_all(list->out_fd, hv_buf_str(&list->out), list->out.len, err))
		return -1;
	hv_buf_clear(&list->out);
	return 0;
}

static void put_text(struct hv_capture_list *list, const char *s)
{
	hv_output_text(&list->out, s, TEXT_MAX_CHARS);
}

static void put_time(struct hv_capture_list *list, struct hv_time t)
{
	char text[HV_TIME_TEXT_MAX] = "-";

	if (t.known)
		hv_time_format(t.usec, text);
	hv_buf_adds(&list->out, text);
}

static void format_count(size_t count, char ret[COUNT_TEXT_MAX])
{
	int n = snprintf(ret, COUNT_TEXT_MAX, "%zu", count);

	assert(n > 0 && n < COUNT_TEXT_MAX);
	(void)n;
}

static int no_room(size_t rows, struct hv_err *err)
{
	return rows < HV_CAPTURE_LIST_MAX_ROWS
		       ? hv_err_no_memory(err)
		       : hv_err_set(err, HV_ERR_LIMIT, "more than %d classes or event logs",
				 HV_CAPTURE_LIST_MAX_ROWS);
}

static int take_host(
	void *ctx, const char *computer_name, struct hv_time taken_at, struct hv_err *err)
{
	struct hv_capture_list *list = ctx;

	if (!computer_name && !taken_at.known)
		return 0;
	hv_buf_adds(&list->out, "# host ");
	put_text(list, computer_name ? computer_name : "not told");
	hv_buf_adds(&list->out, ", taken ");
	put_time(list, taken_at);
	hv_buf_addc(&list->out, '\n');
	return flush(list, OUT_FLUSH_BYTES, err);
}

static int take_batch(void *ctx, const struct hv_batch *batch, struct hv_err *err)
{
	struct hv_capture_list *list = ctx;

	if (hv_grow(&list->classes, &list->class_capacity, list->class_count + 1,
		    HV_CAPTURE_LIST_MAX_ROWS, sizeof(*list->classes)))
		return no_room(list->class_count, err);
	list->classes[list->class_count++] = (struct class_row){
		.class_name = hv_arena_strdup(&list->arena, batch->class_name),
		.ns = hv_arena_strdup(&list->arena, batch->ns),
		.origin = hv_arena_strdup(&list->arena, batch->origin),
		.error = hv_arena_strdup(&list->arena, batch->error),
		.read_at = batch->read_at,
	};
	return hv_arena_failed(&list->arena) ? hv_err_no_memory(err) : 0;
}

static int take_bag(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_capture_list *list = ctx;

	(void)bag;
	(void)err;
	if (list->class_count > 0)
		list->classes[list->class_count - 1].rows++;
	return 0;
}

static void put_event(struct hv_capture_list *list, const struct hv_event *event)
{
	char time[HV_TIME_TEXT_MAX];

	hv_time_format_usec(event->time, time);
	hv_buf_addf(
		&list->out, "%llu\t%u\t", (unsigned long long)event->record_id, event->event_id);
	put_text(list, event->provider);
	hv_buf_addf(&list->out, "\t%u\t%s\t", event->level, time);
	put_text(list, event->channel);
	hv_buf_addc(&list->out, '\n');
}

/* An event that cannot be understood is damage of its log; the others still count. */
static int not_understood(
	struct hv_capture_list *list, const struct hv_err *problem, struct hv_err *err)
{
	if (problem->kind != HV_ERR_FORMAT)
		return hv_err_set(err, problem->kind, "%s", problem->text);
	if (list->lost == 0)
		list->first_lost = *problem;
	list->lost++;
	return 0;
}

/* What a source does not say of a log as a whole, its events do. */
static int note_channel(struct hv_capture_list *list, const char *channel, struct hv_err *err)
{
	if (list->kept > 0) {
		if (strcmp(list->channel, channel) != 0)
			list->channel = "";
		return 0;
	}
	list->channel = hv_arena_strdup(&list->arena, channel);
	return list->channel ? 0 : hv_err_no_memory(err);
}

static void note_event_time(struct hv_capture_list *list, hv_usec time)
{
	const struct hv_time t = { .usec = time, .known = true };

	if (list->kept == 0 || time < list->oldest.usec)
		list->oldest = t;
	if (list->kept == 0 || time > list->newest.usec)
		list->newest = t;
}

static const char *channel_of(struct hv_capture_list *list, const char *channel)
{
	if (channel || list->kept == 0)
		return hv_arena_strdup(&list->arena, channel);
	return list->channel[0] ? list->channel : "several channels";
}

static int take_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct hv_err problem = HV_ERR_INIT;
	struct hv_capture_list *list = ctx;
	HV_AUTO(host) host;
	struct hv_event event;

	hv_host_init(&host);
	if (hv_event_xml_parse(&host, xml, len, &event, &problem))
		return not_understood(list, &problem, err);
	if (note_channel(list, event.channel, err))
		return -1;
	note_event_time(list, event.time);
	list->kept++;
	if (!list->events)
		return 0;
	if (!list->heading_printed)
		hv_buf_adds(&list->out, "# record\tid\tprovider\tlevel\ttime\tchannel\n");
	list->heading_printed = true;
	put_event(list, &event);
	return flush(list, OUT_FLUSH_BYTES, err);
}

/* What the source says was damaged, and what was not understood here; NULL when nothing was. */
static const char *damage_of(struct hv_capture_list *list, const char *damage)
{
	if (list->lost == 0)
		return hv_arena_strdup(&list->arena, damage);
	return hv_arena_printf(&list->arena,
		"%s%s%zu of its records could not be understood (the first: %s)",
		damage ? damage : "", damage ? "; " : "", list->lost, list->first_lost.text);
}

static int take_events(void *ctx, const struct hv_event_batch *batch, struct hv_err *err)
{
	struct hv_capture_list *list = ctx;

	if (hv_grow(&list->logs, &list->log_capacity, list->log_count + 1, HV_CAPTURE_LIST_MAX_ROWS,
		    sizeof(*list->logs)))
		return no_room(list->log_count, err);
	list->logs[list->log_count++] = (struct log_row){
		.origin = hv_arena_strdup(&list->arena, batch->origin),
		.channel = channel_of(list, batch->channel),
		.error = hv_arena_strdup(&list->arena, batch->error),
		.damage = damage_of(list, batch->damage),
		.records = batch->records,
		.kept = list->kept,
		.oldest = batch->oldest.known ? batch->oldest : list->oldest,
		.newest = batch->newest.known ? batch->newest : list->newest,
		.read_at = batch->read_at,
	};
	list->kept = 0;
	list->lost = 0;
	list->oldest = list->newest = (struct hv_time){ .known = false };
	return hv_arena_failed(&list->arena) ? hv_err_no_memory(err) : 0;
}

static void put_padded(struct hv_capture_list *list, const char *s, size_t width)
{
	size_t start = list->out.len;

	put_text(list, s);
	do
		hv_buf_addc(&list->out, ' ');
	while (!hv_buf_failed(&list->out) && list->out.len - start < width);
}

static void put_time_padded(struct hv_capture_list *list, struct hv_time t)
{
	char text[HV_TIME_TEXT_MAX] = "-";

	if (t.known)
		hv_time_format(t.usec, text);
	put_padded(list, text, TIME_WIDTH);
}

/* A line of its own below a row: what went wrong. */
static void put_problem(struct hv_capture_list *list, const char *what, const char *reason)
{
	hv_buf_addf(&list->out, "    %s: ", what);
	put_text(list, reason);
	hv_buf_addc(&list->out, '\n');
}

/* The sections that need a class: "virtual machines, checkpoints"; "-" for a class that no check
 * reads. */
static void put_sections(struct hv_capture_list *list, const struct class_row *row)
{
	HV_AUTO(buf) text = { .max = SECTIONS_MAX_BYTES };

	for (const struct hv_class_info *c = hv_class_infos; c->class_name; c++) {
		if (strcasecmp(c->class_name, row->class_name) != 0 ||
			strcasecmp(c->ns, row->ns) != 0)
			continue;
		for (unsigned int s = 0; s < HV_SECTION_COUNT; s++)
			if (c->sections & HV_SEC(s))
				hv_buf_addf(&text, "%s%s", text.len > 0 ? ", " : "",
					hv_section_name((enum hv_section)s));
	}
	put_padded(list, text.len > 0 ? hv_buf_str(&text) : "-", SECTIONS_WIDTH);
}

static int put_class(struct hv_capture_list *list, const struct class_row *row, struct hv_err *err)
{
	char rows[COUNT_TEXT_MAX] = "-";

	if (!row->error)
		format_count(row->rows, rows);
	put_padded(list, row->class_name, CLASS_WIDTH);
	put_padded(list, row->ns, NAMESPACE_WIDTH);
	put_padded(list, rows, COUNT_WIDTH);
	put_time_padded(list, row->read_at);
	put_sections(list, row);
	put_text(list, row->origin ? row->origin : "-");
	hv_buf_addc(&list->out, '\n');
	if (row->error)
		put_problem(list, "not read", row->error);
	return flush(list, OUT_FLUSH_BYTES, err);
}

static int put_log(struct hv_capture_list *list, const struct log_row *row, struct hv_err *err)
{
	char records[COUNT_TEXT_MAX] = "-";
	char kept[COUNT_TEXT_MAX] = "-";

	if (!row->error) {
		format_count(row->records, records);
		format_count(row->kept, kept);
	}
	put_padded(list, row->channel ? row->channel : "-", CHANNEL_WIDTH);
	put_padded(list, records, COUNT_WIDTH);
	put_padded(list, kept, COUNT_WIDTH);
	put_time_padded(list, row->oldest);
	put_time_padded(list, row->newest);
	put_time_padded(list, row->read_at);
	put_text(list, row->origin ? row->origin : "-");
	hv_buf_addc(&list->out, '\n');
	if (row->error)
		put_problem(list, "not read", row->error);
	if (row->damage)
		put_problem(list, "damaged", row->damage);
	return flush(list, OUT_FLUSH_BYTES, err);
}

static int put_classes(struct hv_capture_list *list, struct hv_err *err)
{
	if (list->class_count > 0)
		hv_buf_addf(&list->out, "%-*s%-*s%-*s%-*s%-*s%s\n", CLASS_WIDTH, "CLASS",
			NAMESPACE_WIDTH, "NAMESPACE", COUNT_WIDTH, "ROWS", TIME_WIDTH, "READ AT",
			SECTIONS_WIDTH, "FOR", "FROM");
	for (size_t i = 0; i < list->class_count; i++)
		if (put_class(list, &list->classes[i], err))
			return -1;
	return 0;
}

static int put_logs(struct hv_capture_list *list, struct hv_err *err)
{
	if (list->log_count > 0)
		hv_buf_addf(&list->out, "%-*s%-*s%-*s%-*s%-*s%-*s%s\n", CHANNEL_WIDTH, "EVENT LOG",
			COUNT_WIDTH, "RECORDS", COUNT_WIDTH, "HELD", TIME_WIDTH, "OLDEST",
			TIME_WIDTH, "NEWEST", TIME_WIDTH, "READ AT", "FROM");
	for (size_t i = 0; i < list->log_count; i++)
		if (put_log(list, &list->logs[i], err))
			return -1;
	return 0;
}

static size_t count_problems(const struct hv_capture_list *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->class_count; i++)
		count += list->classes[i].error != NULL;
	for (size_t i = 0; i < list->log_count; i++)
		count += list->logs[i].error != NULL || list->logs[i].damage != NULL;
	return count;
}

struct hv_capture_list *hv_capture_list_new(int out_fd, bool events, struct hv_err *err)
{
	struct hv_capture_list *list = hv_alloc(sizeof(*list));

	if (!list) {
		(void)hv_err_no_memory(err);
		return NULL;
	}
	list->out_fd = out_fd;
	list->events = events;
	hv_buf_init(&list->out, OUT_MAX_BYTES);
	hv_arena_init(&list->arena, HV_CAPTURE_LIST_MAX_BYTES);
	return list;
}

void hv_capture_list_free(struct hv_capture_list *list)
{
	if (!list)
		return;
	hv_buf_done(&list->out);
	hv_arena_done(&list->arena);
	hv_free(list->classes);
	hv_free(list->logs);
	hv_free(list);
}

struct hv_sink hv_capture_list_sink(struct hv_capture_list *list)
{
	return (struct hv_sink){
		.ctx = list,
		.host = take_host,
		.batch = take_batch,
		.bag = take_bag,
		.event = take_event,
		.events = take_events,
	};
}

int hv_capture_list_finish(struct hv_capture_list *list, size_t *ret_problems, struct hv_err *err)
{
	if (put_classes(list, err) || put_logs(list, err) || flush(list, 0, err))
		return -1;
	*ret_problems = count_problems(list);
	return 0;
}
