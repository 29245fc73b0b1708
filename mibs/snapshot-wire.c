/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A snapshot as bytes, little-endian: a mark, a version, the head, then each table with how many
 * rows it has. A text is its length and its octets; what may be unknown begins with whether it is
 * known. The same lists of fields write and read. */
#include <string.h>

#include "base/cursor.h"
#include "mibs/snapshot-parts.h"

enum { VERSION = 1 };

static const char MARK[] = { 'H', 'V', 'S', 'N' };

/* --- Writing --- */

static void put_number(struct hv_buf *out, uint64_t v, size_t octets)
{
	for (size_t i = 0; i < octets; i++)
		hv_buf_addc(out, (char)(unsigned char)(v >> (8 * i) & 0xFF));
}

static bool put_text(struct hv_buf *out, const char *text, size_t max)
{
	const size_t len = strlen(text);

	if (len > max)
		return false;
	put_number(out, len, sizeof(uint16_t));
	hv_buf_add(out, text, len);
	return true;
}

static void put_known(struct hv_buf *out, bool known, uint64_t value)
{
	hv_buf_addc(out, known ? 1 : 0);
	if (known)
		put_number(out, value, sizeof(value));
}

/* False when a text is too long. */
static bool put_field(
	struct hv_buf *out, const struct hv_snapshot_field *f, const unsigned char *row)
{
	const void *member = row + f->offset;

	switch (f->kind) {
	case HV_FIELD_BOOL:
		hv_buf_addc(out, *(const bool *)member ? 1 : 0);
		return true;
	case HV_FIELD_TEXT:
		return put_text(out, *(const char *const *)member, f->max);
	case HV_FIELD_NUMBER:
		put_number(out, *(const uint32_t *)member, sizeof(uint32_t));
		return true;
	case HV_FIELD_U64:
		put_number(out, *(const uint64_t *)member, sizeof(uint64_t));
		return true;
	case HV_FIELD_KNOWN: {
		const struct hv_u64 *v = member;

		put_known(out, v->known, v->value);
		return true;
	}
	case HV_FIELD_TIME: {
		const struct hv_time *t = member;

		put_known(out, t->known, (uint64_t)t->usec);
		return true;
	}
	}
	return false;
}

static bool put_fields(
	struct hv_buf *out, const struct hv_snapshot_field *fields, size_t count, const void *row)
{
	for (size_t i = 0; i < count; i++)
		if (!put_field(out, &fields[i], row))
			return false;
	return true;
}

static bool put_table(
	struct hv_buf *out, const struct hv_snapshot_table *table, const struct hv_snapshot *s)
{
	size_t count;
	const unsigned char *rows = hv_snapshot_rows(s, table, &count);

	if (count > HV_SNAPSHOT_ROWS_MAX)
		return false;
	put_number(out, count, sizeof(uint32_t));
	for (size_t i = 0; i < count; i++)
		if (!put_fields(out, table->fields, table->field_count, rows + i * table->row_size))
			return false;
	return true;
}

static bool put_all(struct hv_buf *out, const struct hv_snapshot *s)
{
	hv_buf_add(out, MARK, sizeof(MARK));
	put_number(out, VERSION, sizeof(uint16_t));
	if (!put_fields(out, hv_snapshot_head, HV_SNAPSHOT_HEAD_FIELDS, s))
		return false;
	for (size_t i = 0; i < HV_SNAPSHOT_TABLES; i++)
		if (!put_table(out, &hv_snapshot_tables[i], s))
			return false;
	return true;
}

int hv_snapshot_write(const struct hv_snapshot *s, struct hv_buf *out, struct hv_err *err)
{
	const size_t start = out->len;

	if (!put_all(out, s))
		return hv_err_set(err, HV_ERR_LIMIT,
			"a snapshot has a text that is too long, or "
			"too many rows");
	if (hv_buf_failed(out) && !out->overflow)
		return hv_err_no_memory(err);
	if (hv_buf_failed(out) || out->len - start > HV_SNAPSHOT_BYTES_MAX)
		return hv_err_set(err, HV_ERR_LIMIT,
			"%zu findings, %zu metrics and %zu VMs are too much for one snapshot",
			s->finding_count, s->metric_count, s->vm_count);
	return 0;
}

/* --- Reading --- */

struct reader {
	struct hv_cursor in;
	struct hv_snapshot *s;
	struct hv_err *err;
};

static int refuse(const struct reader *r, const char *why)
{
	return hv_err_set(
		r->err, HV_ERR_FORMAT, "bytes of a snapshot: %s at offset %zu", why, r->in.pos);
}

static int cut_short(const struct reader *r)
{
	return refuse(r, "cut short");
}

static int get_flag(struct reader *r, bool *ret)
{
	uint8_t flag;

	if (!hv_cursor_u8(&r->in, &flag))
		return cut_short(r);
	if (flag > 1)
		return refuse(r, "neither yes nor no");
	*ret = flag == 1;
	return 0;
}

static int get_text(struct reader *r, const struct hv_snapshot_field *f, const char **ret)
{
	const uint8_t *bytes;
	const char *text;
	uint16_t len;

	if (!hv_cursor_u16le(&r->in, &len) || !hv_cursor_bytes(&r->in, len, &bytes))
		return cut_short(r);
	text = (const char *)bytes;
	if (len > f->max)
		return refuse(r, "too long a text");
	if (!hv_snapshot_text_is_fit(text, len, f->form))
		return refuse(r, "text that cannot be shown");
	text = len > 0 ? hv_arena_strndup(&r->s->arena, text, len) : "";
	if (!text)
		return hv_snapshot_no_room(r->s, (size_t)len + 1, r->err);
	*ret = text;
	return 0;
}

static int get_number(struct reader *r, const struct hv_snapshot_field *f, uint32_t *ret)
{
	uint32_t v;

	if (!hv_cursor_u32le(&r->in, &v))
		return cut_short(r);
	if (v < f->min || v > f->max)
		return refuse(r, "a number beyond its limits");
	*ret = v;
	return 0;
}

static int get_known(struct reader *r, bool *ret_known, uint64_t *ret_value)
{
	if (get_flag(r, ret_known) != 0)
		return -1;
	if (*ret_known && !hv_cursor_u64le(&r->in, ret_value))
		return cut_short(r);
	return 0;
}

static int get_time(struct reader *r, struct hv_time *ret)
{
	uint64_t value = 0;

	if (get_known(r, &ret->known, &value) != 0)
		return -1;
	ret->usec = (hv_usec)value;
	return hv_snapshot_time_fits(ret->usec) ? 0 : refuse(r, "a time that cannot be");
}

static int get_field(struct reader *r, const struct hv_snapshot_field *f, unsigned char *row)
{
	void *member = row + f->offset;

	switch (f->kind) {
	case HV_FIELD_BOOL:
		return get_flag(r, member);
	case HV_FIELD_TEXT:
		return get_text(r, f, member);
	case HV_FIELD_NUMBER:
		return get_number(r, f, member);
	case HV_FIELD_U64:
		return hv_cursor_u64le(&r->in, member) ? 0 : cut_short(r);
	case HV_FIELD_KNOWN: {
		struct hv_u64 *v = member;

		return get_known(r, &v->known, &v->value);
	}
	case HV_FIELD_TIME:
		return get_time(r, member);
	}
	return -1;
}

static int get_fields(
	struct reader *r, const struct hv_snapshot_field *fields, size_t count, void *row)
{
	for (size_t i = 0; i < count; i++)
		if (get_field(r, &fields[i], row) != 0)
			return -1;
	return 0;
}

static int get_rows(
	struct reader *r, const struct hv_snapshot_table *table, unsigned char *rows, size_t count)
{
	unsigned char *before = NULL;

	for (size_t i = 0; i < count; i++) {
		unsigned char *row = rows + i * table->row_size;

		if (get_fields(r, table->fields, table->field_count, row) != 0)
			return -1;
		if (before && hv_snapshot_row_cmp(table, before, row) >= 0)
			return refuse(r, "rows out of order");
		before = row;
	}
	return 0;
}

static int get_table(struct reader *r, const struct hv_snapshot_table *table)
{
	unsigned char *rows;
	uint32_t count;

	if (!hv_cursor_u32le(&r->in, &count))
		return cut_short(r);
	if (count > HV_SNAPSHOT_ROWS_MAX)
		return hv_err_set(r->err, HV_ERR_LIMIT, "%u %s, more than the limit of %d", count,
			table->name, HV_SNAPSHOT_ROWS_MAX);
	if (count > hv_cursor_left(&r->in)) /* a row has more than one byte */
		return cut_short(r);
	if (count == 0)
		return 0;
	rows = hv_arena_array(&r->s->arena, count, table->row_size);
	if (!rows)
		return hv_snapshot_no_room(r->s, count * table->row_size, r->err);
	hv_snapshot_set_rows(r->s, table, rows, count);
	return get_rows(r, table, rows, count);
}

static int get_start(struct reader *r)
{
	const uint8_t *mark;
	uint16_t version;

	if (!hv_cursor_bytes(&r->in, sizeof(MARK), &mark) || !hv_cursor_u16le(&r->in, &version))
		return cut_short(r);
	if (memcmp(mark, MARK, sizeof(MARK)) != 0)
		return refuse(r, "not the mark of one");
	if (version != VERSION)
		return refuse(r, "another version");
	return 0;
}

/* A host that did not answer has told nothing, and only such a one has an error. */
static bool is_consistent(const struct hv_snapshot *s)
{
	if (s->answered)
		return *s->error == '\0';
	return s->check_count == 0 && s->finding_count == 0 && s->metric_count == 0 &&
	       s->volume_count == 0 && s->vm_count == 0;
}

static int get_all(struct reader *r)
{
	if (get_start(r) != 0 ||
		get_fields(r, hv_snapshot_head, HV_SNAPSHOT_HEAD_FIELDS, r->s) != 0)
		return -1;
	for (size_t i = 0; i < HV_SNAPSHOT_TABLES; i++)
		if (get_table(r, &hv_snapshot_tables[i]) != 0)
			return -1;
	if (hv_cursor_left(&r->in) > 0)
		return refuse(r, "something left over");
	return is_consistent(r->s) ? 0 : refuse(r, "an answer and an error");
}

int hv_snapshot_read(struct hv_snapshot *ret, const void *bytes, size_t len, struct hv_err *err)
{
	HV_AUTO(snapshot) read = { .answered = false };
	struct reader r = { .in = hv_cursor_make(bytes, len), .s = &read, .err = err };

	hv_snapshot_init(&read);
	if (len > HV_SNAPSHOT_BYTES_MAX)
		return hv_err_set(err, HV_ERR_LIMIT,
			"%zu bytes of a snapshot, more than the limit "
			"of %d",
			len, HV_SNAPSHOT_BYTES_MAX);
	if (get_all(&r) != 0)
		return -1;
	hv_snapshot_move(ret, &read);
	return 0;
}
