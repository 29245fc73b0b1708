/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cim/vssadmin.h"

#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/parse.h"
#include "base/utf.h"
#include "cim/bag-make.h"

enum {
	ARENA_MAX = 32 << 20,
	TEXT_MAX = 3 * HV_VSSADMIN_MAX_BYTES, /* of UTF-16 or a code page as UTF-8 */
	STATE_DIGITS_MAX = 3,
	SAID_MAX = 200,
	HEADING_LINES = 2, /* name and copyright of the program */
};

struct line {
	const char *s;
	size_t len;
};

struct reader {
	struct hv_vssadmin_list *list;
	struct hv_vssadmin_writer block;
	bool error_is_next;
	struct line previous; /* within the block */
	size_t lines;
	struct line said; /* the last line with text */
};

void hv_vssadmin_list_done(struct hv_vssadmin_list *list)
{
	hv_free(list->writers);
	hv_arena_done(&list->arena);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\0';
}

static struct line trim(struct line l)
{
	while (l.len > 0 && is_blank(l.s[0])) {
		l.s++;
		l.len--;
	}
	while (l.len > 0 && is_blank(l.s[l.len - 1]))
		l.len--;
	return l;
}

/* What stands behind the first colon, also a full-width one; the whole line when it has none. */
static struct line behind_colon(struct line l)
{
	static const char WIDE[] = "\xEF\xBC\x9A";
	const char *colon = memchr(l.s, ':', l.len);
	const char *wide = memmem(l.s, l.len, WIDE, sizeof(WIDE) - 1);
	size_t skip;

	if (wide != NULL && (colon == NULL || wide < colon))
		skip = (size_t)(wide - l.s) + sizeof(WIDE) - 1;
	else if (colon != NULL)
		skip = (size_t)(colon - l.s) + 1;
	else
		return l;
	return trim((struct line){ .s = l.s + skip, .len = l.len - skip });
}

static struct line unquoted(struct line l)
{
	if (l.len >= 2 && l.s[0] == '\'' && l.s[l.len - 1] == '\'')
		return (struct line){ .s = l.s + 1, .len = l.len - 2 };
	return l;
}

/* A name ends with a quotation mark; nothing else in it counts. */
static bool is_name(struct line l)
{
	const struct line value = behind_colon(l);

	return value.len >= 2 && value.len < l.len && value.s[0] == '\'' &&
	       value.s[value.len - 1] == '\'';
}

static const char *keep(struct reader *r, struct line l)
{
	return hv_arena_strndup(&r->list->arena, l.s, l.len);
}

/* {GUID} */
static const char *find_guid(struct reader *r, struct line l)
{
	char guid[HV_GUID_TEXT_LEN + 1];
	const size_t len = HV_GUID_TEXT_LEN + 2;

	for (size_t i = 0; i + len <= l.len; i++)
		if (l.s[i] == '{' && hv_guid_normalise(l.s + i, len, guid))
			return hv_arena_strdup(&r->list->arena, guid);
	return NULL;
}

/* [n] */
static const char *find_state(struct reader *r, struct line l)
{
	for (size_t i = 0; i < l.len; i++) {
		size_t n = 0;

		if (l.s[i] != '[')
			continue;
		while (n < STATE_DIGITS_MAX && i + 1 + n < l.len && l.s[i + 1 + n] >= '0' &&
			l.s[i + 1 + n] <= '9')
			n++;
		if (n > 0 && i + 1 + n < l.len && l.s[i + 1 + n] == ']')
			return keep(r, (struct line){ .s = l.s + i + 1, .len = n });
	}
	return NULL;
}

/* What has neither a name in quotation marks nor id nor state is no block: a heading, a message. */
static int end_block(struct reader *r, struct hv_err *err)
{
	struct hv_vssadmin_list *list = r->list;
	const struct hv_vssadmin_writer block = r->block;

	r->block = (struct hv_vssadmin_writer){ .name = NULL };
	r->previous = (struct line){ .len = 0 };
	r->error_is_next = false;
	if (block.name == NULL && block.id == NULL && block.state == NULL)
		return 0;
	if (list->count >= HV_VSSADMIN_MAX_WRITERS)
		return hv_err_set(err, HV_ERR_LIMIT, "vssadmin lists more than %d writers",
			(int)HV_VSSADMIN_MAX_WRITERS);
	if (hv_grow(&list->writers, &list->capacity, list->count + 1, HV_VSSADMIN_MAX_WRITERS,
		    sizeof(*list->writers)) < 0)
		return hv_err_no_memory(err);
	list->writers[list->count++] = block;
	return 0;
}

static bool is_whole(const struct hv_vssadmin_writer *w)
{
	return w->id != NULL && w->instance_id != NULL && w->state != NULL && w->last_error != NULL;
}

static int take_guid(struct reader *r, const char *guid, struct hv_err *err)
{
	if (r->block.id != NULL && r->block.instance_id != NULL && end_block(r, err) < 0)
		return -1;
	if (r->block.id != NULL) {
		r->block.instance_id = guid;
		return 0;
	}
	r->block.id = guid;
	if (r->block.name == NULL && r->previous.len > 0)
		r->block.name = keep(r, unquoted(behind_colon(r->previous)));
	return 0;
}

static int take_line(struct reader *r, struct line l, struct hv_err *err)
{
	const char *found;
	int result = 0;

	if (r->error_is_next) {
		r->block.last_error = keep(r, behind_colon(l));
		r->error_is_next = false;
	} else if (is_name(l)) {
		result = end_block(r, err);
		r->block.name = keep(r, unquoted(behind_colon(l)));
	} else if ((found = find_guid(r, l)) != NULL) {
		result = take_guid(r, found, err);
	} else if (r->block.state == NULL && (found = find_state(r, l)) != NULL) {
		r->block.state = found;
		r->error_is_next = true;
	}
	r->previous = l;
	if (result == 0 && is_whole(&r->block))
		result = end_block(r, err);
	return result;
}

static int read_lines(struct reader *r, const char *text, size_t len, struct hv_err *err)
{
	size_t at = 0;

	while (at < len) {
		const char *end = memchr(text + at, '\n', len - at);
		const size_t n = end != NULL ? (size_t)(end - text) - at : len - at;
		const struct line l = trim((struct line){ .s = text + at, .len = n });

		at += n + 1;
		if (l.len == 0) {
			if (end_block(r, err) < 0)
				return -1;
			continue;
		}
		r->lines++;
		r->said = l;
		if (take_line(r, l, err) < 0)
			return -1;
	}
	return end_block(r, err);
}

static int no_writer(const struct reader *r, struct hv_err *err)
{
	const bool said = r->lines > HEADING_LINES;
	const size_t len = said && r->said.len < SAID_MAX ? r->said.len : SAID_MAX;

	return hv_err_set(err, HV_ERR_MISSING,
		"vssadmin lists no VSS writer at all%s%.*s%s: is the account an administrator? Do "
		"the services EventSystem and VSS work (Get-Service EventSystem, VSS)? See "
		"Microsoft's article 'No VSS writers are listed'",
		said ? " (" : "", said ? (int)len : 0, said ? r->said.s : "", said ? ")" : "");
}

/* Any bytes become some text. */
static int decode(const uint8_t *bytes, size_t len, struct hv_buf *text, struct hv_err *err)
{
	HV_AUTO(string) big_endian = NULL;
	size_t big_len = 0;

	if (len > HV_VSSADMIN_MAX_BYTES)
		return hv_err_set(err, HV_ERR_LIMIT, "more than %d bytes of vssadmin",
			(int)HV_VSSADMIN_MAX_BYTES);
	if (len >= 2 && bytes[0] == 0xFE && bytes[1] == 0xFF) {
		if (hv_text_decode(bytes, len, TEXT_MAX, &big_endian, &big_len, err) < 0)
			return -1;
		hv_buf_add(text, big_endian, big_len);
	} else if (len >= 2 && bytes[0] == 0xFF && bytes[1] == 0xFE) {
		hv_utf16le_to_utf8(text, bytes + 2, len - 2);
	} else if (len >= 2 && bytes[0] != 0 && bytes[1] == 0) {
		hv_utf16le_to_utf8(text, bytes, len);
	} else {
		const size_t mark = len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

		hv_utf8_repair(text, (const char *)bytes + mark, len - mark);
	}
	return hv_buf_failed(text) ? hv_err_no_memory(err) : 0;
}

int hv_vssadmin_parse(
	const uint8_t *bytes, size_t len, struct hv_vssadmin_list *ret, struct hv_err *err)
{
	struct reader r = { .list = ret };
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	*ret = (struct hv_vssadmin_list){ .count = 0 };
	hv_arena_init(&ret->arena, ARENA_MAX);
	if (decode(bytes, len, &text, err) < 0 ||
		read_lines(&r, hv_buf_str(&text), text.len, err) < 0)
		return -1;
	if (hv_arena_failed(&ret->arena))
		return hv_err_no_memory(err);
	return ret->count > 0 ? 0 : no_writer(&r, err);
}

int hv_vssadmin_pour(
	const struct hv_vssadmin_list *list, const struct hv_sink *sink, struct hv_err *err)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct hv_vssadmin_writer *w = &list->writers[i];
		const struct hv_bag_text properties[] = {
			{ "Name", w->name },
			{ "WriterId", w->id },
			{ "InstanceId", w->instance_id },
			{ "State", w->state },
			{ "LastError", w->last_error },
			{ "StateSince", w->since },
		};

		if (hv_bag_pour_texts(sink, HV_NS_COMMANDS, HV_CLASS_VSS_WRITER, properties,
			    HV_ARRAY_LEN(properties), err) < 0)
			return -1;
	}
	return 0;
}

int hv_vssadmin_pour_not_asked(const struct hv_sink *sink, const char *reason, struct hv_err *err)
{
	const struct hv_bag_text not_asked = { "NotAsked", reason };

	return hv_bag_pour_texts(sink, HV_NS_COMMANDS, HV_CLASS_VSS_WRITER, &not_asked, 1, err);
}

int hv_vssadmin_read(const uint8_t *bytes, size_t len, const char *origin, struct hv_time read_at,
	struct hv_sink *sink, struct hv_err *err)
{
	HV_AUTO(vssadmin_list) list = { .count = 0 };
	struct hv_batch batch = {
		.ns = HV_NS_COMMANDS,
		.class_name = HV_CLASS_VSS_WRITER,
		.origin = origin,
		.read_at = read_at,
	};
	struct hv_err why = HV_ERR_INIT;

	if (hv_vssadmin_parse(bytes, len, &list, &why) < 0) {
		if (why.kind == HV_ERR_NO_MEMORY)
			return hv_err_no_memory(err);
		batch.error = why.text;
		return sink->batch(sink->ctx, &batch, err);
	}
	if (sink->batch(sink->ctx, &batch, err) < 0)
		return -1;
	return hv_vssadmin_pour(&list, sink, err);
}
