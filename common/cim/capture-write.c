/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collects what sources pour and writes a full-form capture (doc/capture-format.md): one instance
 * and one event a line, so that captures can be compared with diff. */
#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "cim/capture-json.h"
#include "cim/json.h"

enum {
	MAX_ENTRIES = 100000, /* classes, and event logs */
	MAX_ORIGINS = 1024,   /* bytes of the names of all origins of a class; more are not named */
};

/* One entry of "classes". Classes that were read are merged by namespace and class; each failure
 * stays an entry. */
struct class_entry {
	const char *ns;
	const char *class_name;
	const char *origin;
	const char *error;
	struct hv_time read_at;
	json_t *instances;
	json_t *by_key; /* key of an instance to the instance */
};

struct log_entry {
	struct hv_event_batch batch;
	json_t *events;
};

struct hv_capture_writer {
	struct hv_arena arena;
	const char *computer_name;
	struct hv_time taken_at;
	struct class_entry *classes;
	size_t class_count, class_capacity;
	struct log_entry *logs;
	size_t log_count, log_capacity;
	json_t *events; /* of the log that is being read */
};

struct hv_capture_writer *hv_capture_writer_new(struct hv_err *err)
{
	struct hv_capture_writer *w = hv_alloc(sizeof(*w));

	if (w != NULL) {
		hv_arena_init(&w->arena, HV_CAPTURE_MAX_BYTES);
		w->events = json_array();
	}
	if (w == NULL || w->events == NULL) {
		hv_capture_writer_free(w);
		(void)hv_err_no_memory(err);
		return NULL;
	}
	return w;
}

void hv_capture_writer_free(struct hv_capture_writer *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->class_count; i++) {
		json_decref(w->classes[i].instances);
		json_decref(w->classes[i].by_key);
	}
	for (size_t i = 0; i < w->log_count; i++)
		json_decref(w->logs[i].events);
	json_decref(w->events);
	hv_free(w->classes);
	hv_free(w->logs);
	hv_arena_done(&w->arena);
	hv_free(w);
}

static int keep(struct hv_capture_writer *w, const char *text, const char **ret, struct hv_err *err)
{
	*ret = hv_arena_strdup(&w->arena, text);
	return *ret == NULL && text != NULL ? hv_err_no_memory(err) : 0;
}

static int on_host(
	void *ctx, const char *computer_name, struct hv_time taken_at, struct hv_err *err)
{
	struct hv_capture_writer *w = ctx;

	if (taken_at.known && (!w->taken_at.known || w->taken_at.usec < taken_at.usec))
		w->taken_at = taken_at;
	if (w->computer_name != NULL || computer_name == NULL || computer_name[0] == '\0')
		return 0;
	return keep(w, computer_name, &w->computer_name, err);
}

static struct class_entry *find_entry(
	const struct hv_capture_writer *w, const char *ns, const char *class_name)
{
	for (size_t i = 0; i < w->class_count; i++) {
		struct class_entry *entry = &w->classes[i];

		if (entry->error == NULL && strcmp(entry->ns, ns) == 0 &&
			strcmp(entry->class_name, class_name) == 0)
			return entry;
	}
	return NULL;
}

static int add_entry(struct hv_capture_writer *w, const struct hv_batch *batch, struct hv_err *err)
{
	struct class_entry entry = { .read_at = batch->read_at };

	if (w->class_count >= MAX_ENTRIES)
		return hv_err_set(err, HV_ERR_LIMIT, "more than %d classes", (int)MAX_ENTRIES);
	if (hv_grow(&w->classes, &w->class_capacity, w->class_count + 1, MAX_ENTRIES,
		    sizeof(*w->classes)) < 0)
		return hv_err_no_memory(err);
	if (keep(w, batch->ns, &entry.ns, err) < 0 ||
		keep(w, batch->class_name, &entry.class_name, err) < 0 ||
		keep(w, batch->origin, &entry.origin, err) < 0 ||
		keep(w, batch->error, &entry.error, err) < 0)
		return -1;
	entry.instances = json_array();
	entry.by_key = json_object();
	w->classes[w->class_count++] = entry;
	return entry.instances == NULL || entry.by_key == NULL ? hv_err_no_memory(err) : 0;
}

/* Whether the names of origins, separated by "; ", already have this one. */
static bool names_origin(const char *origins, const char *origin)
{
	const size_t len = strlen(origin);

	for (const char *p = origins; (p = strstr(p, origin)) != NULL; p++)
		if ((p == origins || p[-1] == ' ') && (p[len] == '\0' || p[len] == ';'))
			return true;
	return false;
}

static int on_batch(void *ctx, const struct hv_batch *batch, struct hv_err *err)
{
	struct hv_capture_writer *w = ctx;
	struct class_entry *entry =
		batch->error != NULL ? NULL : find_entry(w, batch->ns, batch->class_name);

	if (entry == NULL)
		return add_entry(w, batch, err);
	if (batch->read_at.known &&
		(!entry->read_at.known || batch->read_at.usec < entry->read_at.usec))
		entry->read_at = batch->read_at;
	if (batch->origin == NULL)
		return 0;
	if (entry->origin == NULL)
		return keep(w, batch->origin, &entry->origin, err);
	if (strlen(entry->origin) + strlen(batch->origin) > MAX_ORIGINS ||
		names_origin(entry->origin, batch->origin))
		return 0;
	entry->origin = hv_arena_printf(&w->arena, "%s; %s", entry->origin, batch->origin);
	return entry->origin == NULL ? hv_err_no_memory(err) : 0;
}

/* Takes null properties away; recursion is bounded by the depth that readers allow. */
static void drop_nulls(json_t *value)
{
	const char *name;
	json_t *member;
	void *next;

	json_object_foreach_safe(value, next, name, member)
	{
		if (json_is_null(member))
			(void)json_object_del(value, name);
		else
			drop_nulls(member);
	}
	for (size_t i = 0; i < json_array_size(value); i++)
		drop_nulls(json_array_get(value, i));
}

static const char *instance_key(const json_t *instance)
{
	static const char *const keys[] = { "InstanceID", "DeviceID", "Name", "Id" };

	for (size_t i = 0; i < HV_ARRAY_LEN(keys); i++) {
		const char *key = json_string_value(json_object_get(instance, keys[i]));

		if (key != NULL && key[0] != '\0')
			return key;
	}
	return NULL;
}

/* An instance that two sources tell in the same words is kept once. */
static int add_instance(struct class_entry *entry, json_t *instance)
{
	const char *key = instance_key(instance);

	if (key != NULL) {
		const json_t *known = json_object_get(entry->by_key, key);

		if (known != NULL && json_equal(known, instance))
			return 0;
		if (known == NULL && json_object_set(entry->by_key, key, instance) < 0)
			return -1;
	}
	return json_array_append(entry->instances, instance);
}

static int on_bag(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_capture_writer *w = ctx;
	struct class_entry *entry = find_entry(w, bag->ns, bag->class_name);
	HV_AUTO(json) copy = json_deep_copy(bag->props);

	if (copy == NULL)
		return hv_err_no_memory(err);
	if (entry == NULL) {
		const struct hv_batch batch = { .ns = bag->ns, .class_name = bag->class_name };

		if (add_entry(w, &batch, err) < 0)
			return -1;
		entry = &w->classes[w->class_count - 1];
	}
	drop_nulls(copy);
	return add_instance(entry, copy) < 0 ? hv_err_no_memory(err) : 0;
}

static int on_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct hv_capture_writer *w = ctx;
	json_t *text = json_stringn(xml, len);

	if (text == NULL)
		return hv_err_set(
			err, HV_ERR_FORMAT, "an event is not valid UTF-8, or memory is short");
	return json_array_append_new(w->events, text) < 0 ? hv_err_no_memory(err) : 0;
}

static int on_events(void *ctx, const struct hv_event_batch *batch, struct hv_err *err)
{
	struct hv_capture_writer *w = ctx;
	struct log_entry log = { .batch = *batch };
	json_t *next;

	if (w->log_count >= MAX_ENTRIES)
		return hv_err_set(err, HV_ERR_LIMIT, "more than %d event logs", (int)MAX_ENTRIES);
	if (hv_grow(&w->logs, &w->log_capacity, w->log_count + 1, MAX_ENTRIES, sizeof(*w->logs)) <
		0)
		return hv_err_no_memory(err);
	if (keep(w, batch->origin, &log.batch.origin, err) < 0 ||
		keep(w, batch->channel, &log.batch.channel, err) < 0 ||
		keep(w, batch->error, &log.batch.error, err) < 0 ||
		keep(w, batch->damage, &log.batch.damage, err) < 0)
		return -1;
	next = json_array();
	if (next == NULL)
		return hv_err_no_memory(err);
	log.events = w->events;
	w->events = next;
	w->logs[w->log_count++] = log;
	return 0;
}

struct hv_sink hv_capture_writer_sink(struct hv_capture_writer *w)
{
	return (struct hv_sink){
		.ctx = w,
		.host = on_host,
		.batch = on_batch,
		.bag = on_bag,
		.event = on_event,
		.events = on_events,
	};
}

static int dump_chunk(const char *bytes, size_t len, void *out)
{
	hv_buf_add(out, bytes, len);
	return hv_buf_failed(out) ? -1 : 0;
}

/* Failure is that of the buffer: the caller looks at it once, at the end. */
static void write_json(struct hv_buf *out, const json_t *value)
{
	if (json_dump_callback(value, dump_chunk, out, JSON_COMPACT | JSON_ENCODE_ANY) < 0)
		out->failed = true;
}

static void write_text(struct hv_buf *out, const char *text)
{
	HV_AUTO(json) value = json_string(text);

	if (value == NULL)
		out->failed = true;
	else
		write_json(out, value);
}

/* ,"key":"text" unless it is not told. */
static void write_member(struct hv_buf *out, const char *key, const char *text)
{
	if (text == NULL)
		return;
	hv_buf_addf(out, ",\"%s\":", key);
	write_text(out, text);
}

static void write_time(struct hv_buf *out, const char *key, struct hv_time time)
{
	char text[HV_TIME_TEXT_MAX];

	if (!time.known)
		return;
	hv_time_format_usec(time.usec, text);
	hv_buf_addf(out, ",\"%s\":\"%s\"", key, text);
}

static void write_lines(struct hv_buf *out, const char *key, const json_t *list)
{
	hv_buf_addf(out, ",\"%s\":[", key);
	for (size_t i = 0; i < json_array_size(list); i++) {
		hv_buf_adds(out, i == 0 ? "\n" : ",\n");
		write_json(out, json_array_get(list, i));
	}
	hv_buf_adds(out, "]");
}

static void write_class(struct hv_buf *out, const struct class_entry *entry)
{
	hv_buf_adds(out, "{\"namespace\":");
	write_text(out, entry->ns);
	write_member(out, "class", entry->class_name);
	write_time(out, "read_at", entry->read_at);
	write_member(out, "origin", entry->origin);
	write_member(out, "error", entry->error);
	write_lines(out, "instances", entry->instances);
	hv_buf_adds(out, "}");
}

static void write_log(struct hv_buf *out, const struct log_entry *log)
{
	hv_buf_addf(out, "{\"records\":%zu", log->batch.records);
	write_member(out, "channel", log->batch.channel);
	write_time(out, "read_at", log->batch.read_at);
	write_member(out, "origin", log->batch.origin);
	write_member(out, "error", log->batch.error);
	write_member(out, "damage", log->batch.damage);
	write_time(out, "since", log->batch.since);
	write_time(out, "oldest", log->batch.oldest);
	write_time(out, "newest", log->batch.newest);
	write_lines(out, "events", log->events);
	hv_buf_adds(out, "}");
}

int hv_capture_writer_finish(struct hv_capture_writer *w, const char *producer,
	struct hv_time taken_at, struct hv_buf *out, struct hv_err *err)
{
	hv_buf_adds(out, "{\"format\":\"" HV_CAPTURE_FORMAT "\"");
	write_member(out, "producer", producer);
	write_member(out, "computer_name", w->computer_name);
	write_time(out, "taken_at", w->taken_at.known ? w->taken_at : taken_at);
	hv_buf_adds(out, ",\n\"classes\":[");
	for (size_t i = 0; i < w->class_count; i++) {
		hv_buf_adds(out, i == 0 ? "\n" : ",\n");
		write_class(out, &w->classes[i]);
	}
	hv_buf_adds(out, "],\n\"event_logs\":[");
	for (size_t i = 0; i < w->log_count; i++) {
		hv_buf_adds(out, i == 0 ? "\n" : ",\n");
		write_log(out, &w->logs[i]);
	}
	hv_buf_adds(out, "]}\n");
	if (out->overflow)
		return hv_err_set(
			err, HV_ERR_LIMIT, "the capture is larger than %zu bytes", out->max);
	return hv_buf_failed(out) ? hv_err_no_memory(err) : 0;
}
