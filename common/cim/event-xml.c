/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One event's XML to a row of the model. */
#include "cim/event-xml.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/parse.h"
#include "cim/event-fields.h"
#include "cim/xml.h"

/* Children of <Event> that are looked at, and <Event> itself. */
enum part { PART_OTHER, PART_SYSTEM, PART_EVENT_DATA, PART_USER_DATA, PART_RENDERING };

/* Depth of elements: <Event> 1, its parts 2, System's children and Data 3. */
enum { DEPTH_EVENT = 1, DEPTH_PART = 2, DEPTH_ITEM = 3 };

enum {
	SCRATCH_MAX = 16 << 20
}; /* strings of one event on the way: a multiple of HV_EVENT_MAX_XML */

struct event_reader {
	const struct hv_event_key *keys;
	hv_usec since;
	struct hv_arena scratch; /* all strings until the event is wanted */
	struct hv_event event;
	struct hv_event_field *fields;
	size_t field_capacity;
	struct hv_buf text;    /* of the innermost element */
	const char *item_name; /* of the innermost element, in scratch; NULL once it has ended */
	unsigned int depth;
	enum part part;
	bool has_id, has_time;
	bool unwanted;
};

static void reader_init(struct event_reader *r, const struct hv_event_key *keys, hv_usec since)
{
	*r = (struct event_reader){ .keys = keys, .since = since };
	r->event.provider = r->event.channel = r->event.computer = "";
	hv_arena_init(&r->scratch, SCRATCH_MAX);
	hv_buf_init(&r->text, HV_EVENT_MAX_XML);
}

static void reader_done(struct event_reader *r)
{
	hv_buf_done(&r->text);
	hv_arena_done(&r->scratch);
	hv_free(r->fields);
}
#define HV_AUTO_event_reader __attribute__((cleanup(reader_done))) struct event_reader

static int scratch_text(
	struct event_reader *r, const char *text, size_t len, const char **ret, struct hv_err *err)
{
	const char *copy = hv_arena_strndup(&r->scratch, text, len);

	if (copy == NULL)
		return hv_err_no_memory(err);
	*ret = copy;
	return 0;
}

static enum part part_by_name(const char *name)
{
	static const struct {
		const char *name;
		enum part part;
	} parts[] = {
		{ "System", PART_SYSTEM },
		{ "EventData", PART_EVENT_DATA },
		{ "UserData", PART_USER_DATA },
		{ "RenderingInfo", PART_RENDERING },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(parts); i++)
		if (strcmp(parts[i].name, name) == 0)
			return parts[i].part;
	return PART_OTHER;
}

static int read_time(struct event_reader *r, const struct hv_xml_attrs *attrs, struct hv_err *err)
{
	const char *text = NULL;
	const char *value;
	size_t len;

	if (!hv_xml_attr(attrs, "SystemTime", &value, &len))
		return hv_err_set(err, HV_ERR_FORMAT, "TimeCreated has no SystemTime");
	if (scratch_text(r, value, len, &text, err) < 0)
		return -1;
	if (hv_time_parse_iso(text, &r->event.time, err) < 0)
		return hv_err_wrap(err, "TimeCreated/@SystemTime");
	r->has_time = true;
	return 0;
}

static int start_system_item(struct event_reader *r, const char *name,
	const struct hv_xml_attrs *attrs, struct hv_err *err)
{
	const char *value;
	size_t len;

	if (strcmp(name, "TimeCreated") == 0)
		return read_time(r, attrs, err);
	if (strcmp(name, "Provider") == 0 && hv_xml_attr(attrs, "Name", &value, &len))
		return scratch_text(r, value, len, &r->event.provider, err);
	return 0;
}

static int on_start(
	void *ctx, const char *name, const struct hv_xml_attrs *attrs, struct hv_err *err)
{
	struct event_reader *r = ctx;
	const char *value = name;
	size_t len = strlen(name);

	r->depth++;
	hv_buf_clear(&r->text);
	r->item_name = NULL;
	if (r->depth == DEPTH_EVENT && strcmp(name, "Event") != 0)
		return hv_err_set(err, HV_ERR_FORMAT, "expected <Event>, found <%.64s>", name);
	if (r->depth == DEPTH_PART)
		r->part = part_by_name(name);
	if (r->depth < DEPTH_ITEM || r->part == PART_OTHER)
		return 0;
	if (r->depth == DEPTH_ITEM && r->part == PART_SYSTEM &&
		start_system_item(r, name, attrs, err) < 0)
		return -1;
	if (r->part == PART_EVENT_DATA && strcmp(name, "Data") == 0 &&
		!hv_xml_attr(attrs, "Name", &value, &len))
		len = 0;
	return scratch_text(r, value, len, &r->item_name, err);
}

static int on_text(void *ctx, const char *text, size_t len, struct hv_err *err)
{
	struct event_reader *r = ctx;

	if (r->item_name == NULL)
		return 0;
	hv_buf_add(&r->text, text, len);
	return hv_buf_failed(&r->text) ? hv_err_no_memory(err) : 0;
}

static int parse_number(
	const char *name, const char *text, uint64_t max, uint64_t *ret, struct hv_err *err)
{
	if (hv_parse_u64(text, 0, max, ret, err) < 0)
		return hv_err_wrap(err, "%s", name);
	return 0;
}

/* Text of System's children, without the blanks that pretty printing leaves. */
static int end_system_item(struct event_reader *r, struct hv_err *err)
{
	const char *name = r->item_name;
	const char *raw = hv_buf_str(&r->text);
	const char *text = NULL;
	uint64_t number;
	size_t len;

	raw += strspn(raw, " \t\r\n");
	len = strcspn(raw, "\t\r\n");
	while (len > 0 && raw[len - 1] == ' ')
		len--;
	if (len == 0)
		return 0;
	if (scratch_text(r, raw, len, &text, err) < 0)
		return -1;
	if (strcmp(name, "EventID") == 0) {
		if (parse_number(name, text, UINT32_MAX, &number, err) < 0)
			return -1;
		r->event.event_id = (uint32_t)number;
		r->has_id = true;
	} else if (strcmp(name, "Level") == 0) {
		if (parse_number(name, text, UINT8_MAX, &number, err) < 0)
			return -1;
		r->event.level = (uint32_t)number;
	} else if (strcmp(name, "EventRecordID") == 0) {
		return parse_number(name, text, UINT64_MAX, &r->event.record_id, err);
	} else if (strcmp(name, "Channel") == 0) {
		r->event.channel = text;
	} else if (strcmp(name, "Computer") == 0) {
		r->event.computer = text;
	}
	return 0;
}

static int end_field(struct event_reader *r, struct hv_err *err)
{
	struct hv_event_field *field;

	if (r->event.field_count >= HV_EVENT_MAX_FIELDS)
		return hv_err_set(
			err, HV_ERR_FORMAT, "more than %d fields", (int)HV_EVENT_MAX_FIELDS);
	if (hv_grow(&r->fields, &r->field_capacity, r->event.field_count + 1, HV_EVENT_MAX_FIELDS,
		    sizeof(*r->fields)) < 0)
		return hv_err_no_memory(err);
	field = &r->fields[r->event.field_count];
	field->name = r->item_name;
	if (scratch_text(r, hv_buf_str(&r->text), r->text.len, &field->value, err) < 0)
		return -1;
	r->event.field_count++;
	return 0;
}

static int end_item(struct event_reader *r, struct hv_err *err)
{
	switch (r->part) {
	case PART_OTHER:
		return 0;
	case PART_SYSTEM:
		return r->depth == DEPTH_ITEM ? end_system_item(r, err) : 0;
	case PART_USER_DATA:
		/* An empty container is no field. */
		if (r->depth == DEPTH_ITEM && r->text.len == 0)
			return 0;
		return end_field(r, err);
	case PART_EVENT_DATA:
		return end_field(r, err);
	case PART_RENDERING:
		if (r->depth != DEPTH_ITEM || strcmp(r->item_name, "Message") != 0)
			return 0;
		return scratch_text(r, hv_buf_str(&r->text), r->text.len, &r->event.message, err);
	}
	return 0;
}

/* Called when all of System is known: the rest of an event that nobody asked for is not read. */
static int end_system(struct event_reader *r, struct hv_err *err)
{
	if (!r->has_id || !r->has_time)
		return hv_err_set(err, HV_ERR_FORMAT, "System has no %s",
			r->has_id ? "TimeCreated" : "EventID");
	r->unwanted = r->event.time < r->since || !hv_event_wanted(r->keys, r->event.channel,
							  r->event.event_id, r->event.level);
	return r->unwanted ? 1 : 0;
}

static int on_end(void *ctx, const char *name, struct hv_err *err)
{
	struct event_reader *r = ctx;
	int result = 0;

	(void)name;
	if (r->item_name != NULL)
		result = end_item(r, err);
	r->item_name = NULL;
	if (result == 0 && r->depth == DEPTH_PART && r->part == PART_SYSTEM)
		result = end_system(r, err);
	r->depth--;
	return result;
}

static int read_event(struct event_reader *r, const char *xml, size_t len, struct hv_err *err)
{
	const struct hv_xml_handler handler = {
		.ctx = r,
		.start = on_start,
		.end = on_end,
		.text = on_text,
	};

	if (len > HV_EVENT_MAX_XML)
		return hv_err_set(err, HV_ERR_FORMAT, "an event of %zu bytes, at most %d are read",
			len, (int)HV_EVENT_MAX_XML);
	if (hv_xml_parse(xml, len, HV_EVENT_MAX_DEPTH, &handler, err) < 0)
		return -1;
	if (!r->has_id || !r->has_time)
		return hv_err_set(err, HV_ERR_FORMAT, "the event has no System element");
	r->event.fields = r->fields;
	return 0;
}

/* A copy of text in the host's arena, or the same text of the event before: most events of a log
 * have much in common. */
static const char *keep(struct hv_host *host, const char *text, const char *before)
{
	if (text != NULL && before != NULL && strcmp(text, before) == 0)
		return before;
	return hv_arena_strdup(&host->arena, text);
}

static int keep_fields(struct hv_host *host, struct hv_event *event, const struct hv_event *before,
	struct hv_err *err)
{
	const struct hv_event_field *fields = event->fields;
	struct hv_event_field *kept;

	event->fields = NULL;
	if (event->field_count == 0)
		return 0;
	kept = hv_arena_array(&host->arena, event->field_count, sizeof(*kept));
	if (kept == NULL)
		return hv_err_no_memory(err);
	for (size_t i = 0; i < event->field_count; i++) {
		const bool comparable = before != NULL && i < before->field_count;

		kept[i].name =
			keep(host, fields[i].name, comparable ? before->fields[i].name : NULL);
		kept[i].value =
			keep(host, fields[i].value, comparable ? before->fields[i].value : NULL);
	}
	event->fields = kept;
	return 0;
}

/* The event with all strings in the host's arena. */
static int keep_event(struct hv_host *host, const struct event_reader *r, struct hv_event *ret,
	struct hv_err *err)
{
	const struct hv_event *before =
		host->event_count > 0 ? &host->events[host->event_count - 1] : NULL;
	struct hv_event event = r->event;

	event.provider = keep(host, event.provider, before != NULL ? before->provider : NULL);
	event.channel = keep(host, event.channel, before != NULL ? before->channel : NULL);
	event.computer = keep(host, event.computer, before != NULL ? before->computer : NULL);
	event.message = keep(host, event.message, before != NULL ? before->message : NULL);
	if (keep_fields(host, &event, before, err) < 0)
		return -1;
	if (hv_arena_failed(&host->arena))
		return hv_err_no_memory(err);
	if (hv_event_interpret(&event, &host->arena, err) < 0)
		return -1;
	*ret = event;
	return 0;
}

int hv_event_xml_parse(
	struct hv_host *host, const char *xml, size_t len, struct hv_event *ret, struct hv_err *err)
{
	HV_AUTO(event_reader) reader;

	reader_init(&reader, NULL, HV_USEC_MIN);
	if (read_event(&reader, xml, len, err) < 0)
		return -1;
	return keep_event(host, &reader, ret, err);
}

int hv_event_xml_add(struct hv_host *host, const char *xml, size_t len,
	const struct hv_event_key *keys, hv_usec since, bool *ret_added, struct hv_err *err)
{
	HV_AUTO(event_reader) reader;

	reader_init(&reader, keys, since);
	if (read_event(&reader, xml, len, err) < 0)
		return -1;
	if (!reader.unwanted) {
		struct hv_event *row;
		struct hv_event event;

		if (keep_event(host, &reader, &event, err) < 0)
			return -1;
		row = hv_host_add_event(host, err);
		if (row == NULL)
			return -1;
		*row = event;
	}
	if (ret_added != NULL)
		*ret_added = !reader.unwanted;
	return 0;
}
