/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the full form of a capture (doc/capture-format.md). */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/time.h"
#include "cim/builder.h"
#include "cim/capture-json.h"
#include "cim/commands.h"
#include "cim/event-xml.h"
#include "cim/json.h"
#include "cim/namespace.h"

/* "event_logs[i].events[j]" with two numbers of 20 digits fits. */
enum { PATH_TEXT_MAX = 80 };

/* Levels of an instance: the root, "classes", the class, "instances", and itself. */
enum { INSTANCE_LEVEL = 5 };

struct capture_reader {
	const struct hv_json_doc *doc;
	const char *origin;
	unsigned int sections;
	struct hv_sink *sink;
	char path[PATH_TEXT_MAX]; /* of the object that is being read; "" for the root */
};

static int expected(
	const struct capture_reader *r, const char *key, const char *what, struct hv_err *err)
{
	return hv_err_set(err, HV_ERR_FORMAT, "%s: %s%s%s: expected %s", r->origin, r->path,
		r->path[0] != '\0' ? "." : "", key, what);
}

static void set_path(struct capture_reader *r, const char *list, size_t i)
{
	if (snprintf(r->path, sizeof(r->path), "%s[%zu]", list, i) >= (int)sizeof(r->path))
		r->path[0] = '\0';
}

/* The path of element j of a list of the object that is being read. */
static const char *element_path(
	const struct capture_reader *r, const char *list, size_t j, char path[PATH_TEXT_MAX])
{
	if (snprintf(path, PATH_TEXT_MAX, "%.48s.%s[%zu]", r->path, list, j) >= PATH_TEXT_MAX)
		path[0] = '\0';
	return path;
}

/* An optional text; NULL when it is not there or null. */
static int get_text(const struct capture_reader *r, const json_t *object, const char *key,
	const char **ret, struct hv_err *err)
{
	const json_t *value = json_object_get(object, key);

	if (value != NULL && !json_is_null(value) && !json_is_string(value))
		return expected(r, key, "text", err);
	*ret = json_string_value(value);
	return 0;
}

static int need_text(const struct capture_reader *r, const json_t *object, const char *key,
	const char **ret, struct hv_err *err)
{
	const char *text = NULL;

	if (get_text(r, object, key, &text, err) < 0)
		return -1;
	if (text == NULL || text[0] == '\0')
		return expected(r, key, "text", err);
	*ret = text;
	return 0;
}

static int get_time(const struct capture_reader *r, const json_t *object, const char *key,
	struct hv_time *ret, struct hv_err *err)
{
	const char *text = NULL;

	*ret = (struct hv_time){ .known = false };
	if (get_text(r, object, key, &text, err) < 0)
		return -1;
	if (text == NULL)
		return 0;
	if (hv_time_parse_iso(text, &ret->usec, NULL) < 0)
		return expected(r, key, "a time such as 2026-11-21T22:00:00Z", err);
	ret->known = true;
	return 0;
}

/* An optional list; NULL when it is not there or null. */
static int get_list(const struct capture_reader *r, const json_t *object, const char *key,
	const json_t **ret, struct hv_err *err)
{
	const json_t *value = json_object_get(object, key);

	if (value != NULL && !json_is_null(value) && !json_is_array(value))
		return expected(r, key, "a list", err);
	*ret = json_is_array(value) ? value : NULL;
	return 0;
}

static bool is_asked_for(const struct hv_batch *batch, unsigned int sections)
{
	for (const struct hv_class_info *info = hv_class_infos; info->class_name != NULL; info++)
		if (strcmp(info->ns, batch->ns) == 0 &&
			strcmp(info->class_name, batch->class_name) == 0)
			return (info->sections & sections) != 0;
	return true; /* unknown here; the sink may want it */
}

static int pour_instance(const struct capture_reader *r, const struct hv_batch *batch,
	const json_t *value, const char *path, struct hv_err *err)
{
	struct hv_bag bag = { .ns = batch->ns, .class_name = batch->class_name };
	HV_AUTO(json) instance = NULL;

	if (hv_json_doc_object(r->doc, value, &instance, err) < 0)
		return -1;
	if (!json_is_object(instance))
		return hv_err_set(
			err, HV_ERR_FORMAT, "%s: %s: expected an object", r->origin, path);
	bag.props = instance;
	if (r->sink->bag(r->sink->ctx, &bag, err) < 0)
		return hv_json_locate(err, r->origin, path);
	return 0;
}

static int pour_instances(const struct capture_reader *r, const struct hv_batch *batch,
	const json_t *instances, struct hv_err *err)
{
	char path[PATH_TEXT_MAX];

	for (size_t j = 0; j < json_array_size(instances); j++)
		if (pour_instance(r, batch, json_array_get(instances, j),
			    element_path(r, "instances", j, path), err) < 0)
			return -1;
	return 0;
}

static int read_class(struct capture_reader *r, const json_t *object, struct hv_err *err)
{
	HV_AUTO(string) ns = NULL;
	struct hv_batch batch = { .origin = NULL };
	const json_t *instances = NULL;
	const char *raw_ns = NULL;

	if (need_text(r, object, "namespace", &raw_ns, err) < 0 ||
		need_text(r, object, "class", &batch.class_name, err) < 0 ||
		get_text(r, object, "origin", &batch.origin, err) < 0 ||
		get_text(r, object, "error", &batch.error, err) < 0 ||
		get_time(r, object, "read_at", &batch.read_at, err) < 0 ||
		get_list(r, object, "instances", &instances, err) < 0)
		return -1;
	if (instances == NULL && batch.error == NULL)
		return expected(r, "instances", "a list, or an \"error\" beside it", err);
	if (batch.error != NULL && json_array_size(instances) > 0)
		return expected(r, "instances", "no instance beside an \"error\"", err);
	ns = hv_namespace_normalise(raw_ns);
	if (ns == NULL)
		return hv_err_no_memory(err);
	batch.ns = ns;
	if (batch.origin == NULL)
		batch.origin = r->origin;
	if (!is_asked_for(&batch, r->sections))
		return 0;
	if (r->sink->batch(r->sink->ctx, &batch, err) < 0)
		return hv_json_locate(err, r->origin, r->path);
	return pour_instances(r, &batch, instances, err);
}

static int pour_events(const struct capture_reader *r, const json_t *events,
	struct hv_channels *channels, struct hv_err *err)
{
	char path[PATH_TEXT_MAX];

	for (size_t j = 0; j < json_array_size(events); j++) {
		const json_t *event = json_array_get(events, j);

		if (!json_is_string(event))
			return hv_err_set(err, HV_ERR_FORMAT,
				"%s: %s: expected the XML of an event", r->origin,
				element_path(r, "events", j, path));
		hv_channels_note_xml(channels, json_string_value(event), json_string_length(event));
		if (r->sink->event(r->sink->ctx, json_string_value(event),
			    json_string_length(event), err) < 0)
			return hv_json_locate(err, r->origin, element_path(r, "events", j, path));
	}
	return 0;
}

static int read_event_log(struct capture_reader *r, const json_t *object, struct hv_err *err)
{
	struct hv_event_batch batch = { .records = 0 };
	struct hv_channels channels = { .count = 0 };
	const json_t *records = json_object_get(object, "records");
	const json_t *events = NULL;

	if (get_text(r, object, "channel", &batch.channel, err) < 0 ||
		get_text(r, object, "origin", &batch.origin, err) < 0 ||
		get_text(r, object, "error", &batch.error, err) < 0 ||
		get_text(r, object, "damage", &batch.damage, err) < 0 ||
		get_time(r, object, "since", &batch.since, err) < 0 ||
		get_time(r, object, "oldest", &batch.oldest, err) < 0 ||
		get_time(r, object, "newest", &batch.newest, err) < 0 ||
		get_time(r, object, "read_at", &batch.read_at, err) < 0 ||
		get_list(r, object, "events", &events, err) < 0)
		return -1;
	if (events == NULL && batch.error == NULL)
		return expected(r, "events", "a list, or an \"error\" beside it", err);
	batch.records = json_array_size(events);
	if (json_is_integer(records) && json_integer_value(records) >= 0)
		batch.records = (size_t)json_integer_value(records);
	else if (records != NULL && !json_is_null(records))
		return expected(r, "records", "a whole number", err);
	if (batch.origin == NULL)
		batch.origin = batch.channel != NULL ? batch.channel : r->origin;
	if (pour_events(r, events, &channels, err) < 0)
		return -1;
	if (batch.channel == NULL)
		batch.channels = &channels;
	if (r->sink->events(r->sink->ctx, &batch, err) < 0)
		return hv_json_locate(err, r->origin, r->path);
	return 0;
}

static int fail_command(const struct capture_reader *r, const struct hv_batch *batch,
	json_int_t exit_code, struct hv_err *err)
{
	char text[PATH_TEXT_MAX] = "";
	struct hv_batch failed = *batch;

	(void)snprintf(
		text, sizeof(text), "the command ended with status %lld", (long long)exit_code);
	failed.error = text;
	return r->sink->batch(r->sink->ctx, &failed, err);
}

/* Output of commands that are not known is passed over. */
static int read_command(struct capture_reader *r, const json_t *object, struct hv_err *err)
{
	struct hv_batch batch = { .origin = r->origin };
	const json_t *exit_code = json_object_get(object, "exit_code");
	const struct hv_command_reader *reader;
	const char *command = NULL;
	const char *output = NULL;

	if (get_text(r, object, "command", &command, err) < 0)
		return -1;
	reader = command != NULL ? hv_command_reader_of(command) : NULL;
	if (reader == NULL)
		return 0;
	batch.ns = reader->ns;
	batch.class_name = reader->class_name;
	if (!is_asked_for(&batch, r->sections))
		return 0;
	if (get_text(r, object, "stdout", &output, err) < 0 ||
		get_time(r, object, "read_at", &batch.read_at, err) < 0)
		return -1;
	if (json_integer_value(exit_code) != 0)
		return fail_command(r, &batch, json_integer_value(exit_code), err);
	if (output == NULL)
		output = "";
	if (reader->read((const uint8_t *)output, strlen(output), r->origin, batch.read_at, r->sink,
		    err) < 0)
		return hv_json_locate(err, r->origin, r->path);
	return 0;
}

static int read_list(struct capture_reader *r, const json_t *root, const char *key,
	int (*read)(struct capture_reader *, const json_t *, struct hv_err *), struct hv_err *err)
{
	const json_t *list = NULL;

	r->path[0] = '\0';
	if (get_list(r, root, key, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *object = json_array_get(list, i);

		set_path(r, key, i);
		if (!json_is_object(object))
			return hv_err_set(err, HV_ERR_FORMAT, "%s: %s: expected an object",
				r->origin, r->path);
		if (read(r, object, err) < 0)
			return -1;
	}
	r->path[0] = '\0';
	return 0;
}

static int check_format(const struct capture_reader *r, const json_t *root, struct hv_err *err)
{
	const char *format;

	if (!json_is_object(root))
		return hv_err_set(err, HV_ERR_FORMAT,
			"%s: expected an object with \"format\": \"" HV_CAPTURE_FORMAT "\"",
			r->origin);
	format = json_string_value(json_object_get(root, "format"));
	if (format == NULL)
		return expected(r, "format", "\"" HV_CAPTURE_FORMAT "\"", err);
	if (strcmp(format, HV_CAPTURE_FORMAT) != 0)
		return hv_err_set(err, HV_ERR_UNSUPPORTED,
			"%s: format is \"%.64s\", only \"" HV_CAPTURE_FORMAT "\" can be read",
			r->origin, format);
	return 0;
}

static int read_head(struct capture_reader *r, const json_t *root, struct hv_err *err)
{
	struct hv_time taken_at = { .known = false };
	const char *computer_name = NULL;

	if (check_format(r, root, err) < 0 ||
		get_text(r, root, "computer_name", &computer_name, err) < 0 ||
		get_time(r, root, "taken_at", &taken_at, err) < 0)
		return -1;
	return r->sink->host(r->sink->ctx, computer_name, taken_at, err);
}

int hv_capture_json_read(const uint8_t *bytes, size_t len, const char *origin,
	unsigned int sections, struct hv_sink *sink, struct hv_err *err)
{
	HV_AUTO(json_doc) doc = { .origin = origin };
	struct capture_reader reader = {
		.doc = &doc,
		.origin = origin,
		.sections = sections,
		.sink = sink,
	};

	if (hv_json_doc_load(&doc, bytes, len, origin, INSTANCE_LEVEL, err) < 0 ||
		read_head(&reader, doc.skeleton, err) < 0 ||
		read_list(&reader, doc.skeleton, "classes", read_class, err) < 0 ||
		read_list(&reader, doc.skeleton, "commands", read_command, err) < 0)
		return -1;
	if (!(sections & HV_SEC_EVENTS))
		return 0;
	return read_list(&reader, doc.skeleton, "event_logs", read_event_log, err);
}
