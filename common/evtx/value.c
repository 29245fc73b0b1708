/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Value types to text, in the forms of the event schema: decimal and hexadecimal numbers, ISO
 * times, SIDs, GUIDs. */
#include "evtx/value.h"

#include <math.h>

#include "base/parse.h"
#include "base/time.h"
#include "base/utf.h"

enum {
	SID_HEADER_SIZE = 8,
	SID_MAX_SUB_AUTHORITIES = 15,
	SYSTEMTIME_SIZE = 16,
	GUID_SIZE = 16,
	BOOL_SIZE = 4,
	TICKS_PER_SECOND = 10000000, /* of 100 ns */
	TICK_DIGITS = 7,
};

static uint64_t little_endian(const uint8_t *p, size_t size)
{
	uint64_t v = 0;

	for (size_t i = size; i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

static uint64_t big_endian(const uint8_t *p, size_t size)
{
	uint64_t v = 0;

	for (size_t i = 0; i < size; i++)
		v = v << 8 | p[i];
	return v;
}

/* Sign-extends a number of 1 to 8 bytes. */
static int64_t to_signed(uint64_t v, size_t size)
{
	unsigned int shift = (unsigned int)(64 - 8 * size) & 63;

	return (int64_t)(v << shift) >> shift;
}

static struct hv_evtx_text trimmed(const uint8_t *p, size_t size)
{
	struct hv_evtx_text text = { .bytes = p, .units = size / 2 };

	while (text.units > 0 && p[2 * text.units - 2] == 0 && p[2 * text.units - 1] == 0)
		text.units--;
	return text;
}

static bool add_string(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	hv_evtx_out_text(o, trimmed(p, size));
	return true;
}

/* The code page is not recorded: what is no UTF-8 becomes U+FFFD. */
static bool add_ansi_string(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	size_t pos = 0;

	while (size > 0 && p[size - 1] == 0)
		size--;
	while (pos < size && !o->full) {
		uint32_t c;
		size_t used = hv_utf8_decode((const char *)p + pos, size - pos, &c);

		hv_evtx_out_character(o, used > 0 ? c : 0xFFFD);
		pos += used > 0 ? used : 1;
	}
	return true;
}

static bool add_unsigned(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	hv_evtx_out_decimal(o, little_endian(p, size));
	return true;
}

static bool add_signed(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	int64_t v = to_signed(little_endian(p, size), size);

	if (v < 0)
		hv_evtx_out_char(o, '-');
	hv_evtx_out_decimal(o, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
	return true;
}

static bool add_hex(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	hv_evtx_out_hex(o, little_endian(p, size));
	return true;
}

static bool add_real(struct hv_evtx_out *o, double v)
{
	char text[HV_DOUBLE_TEXT_MAX];

	if (isnan(v)) {
		hv_evtx_out_string(o, "NaN");
	} else if (isinf(v)) {
		hv_evtx_out_string(o, v < 0 ? "-INF" : "INF");
	} else {
		hv_format_double(v, text);
		hv_evtx_out_string(o, text);
	}
	return true;
}

static bool add_real32(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	uint32_t bits = (uint32_t)little_endian(p, size);
	float v;

	memcpy(&v, &bits, sizeof(v));
	return add_real(o, (double)v);
}

static bool add_real64(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	uint64_t bits = little_endian(p, size);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return add_real(o, v);
}

static bool add_bool(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	hv_evtx_out_string(o, little_endian(p, size) ? "true" : "false");
	return true;
}

static bool add_binary(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	hv_evtx_out_hex_bytes(o, p, size);
	return true;
}

static void put_hex(char *to, uint64_t v, unsigned int digits)
{
	for (unsigned int i = digits; i > 0; i--) {
		to[i - 1] = "0123456789abcdef"[v & 0xF];
		v >>= 4;
	}
}

static bool add_guid(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	char text[] = "{00000000-0000-0000-0000-000000000000}";

	(void)size;
	put_hex(text + 1, little_endian(p, 4), 8);
	put_hex(text + 10, little_endian(p + 4, 2), 4);
	put_hex(text + 15, little_endian(p + 6, 2), 4);
	put_hex(text + 20, big_endian(p + 8, 2), 4);
	put_hex(text + 25, big_endian(p + 10, 6), 12);
	hv_evtx_out_bytes(o, text, sizeof(text) - 1);
	return true;
}

/* 2026-11-22T02:04:05.1234567Z. All 100 ns digits are kept. */
static bool add_filetime(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	uint64_t ticks = little_endian(p, size);
	char text[HV_TIME_TEXT_MAX];
	hv_usec t;

	if (!hv_time_from_filetime(ticks, &t))
		return false;
	hv_time_format(t, text);
	hv_evtx_out_bytes(o, text, strlen(text) - 1);
	hv_evtx_out_char(o, '.');
	hv_evtx_out_padded(o, ticks % TICKS_PER_SECOND, TICK_DIGITS);
	hv_evtx_out_char(o, 'Z');
	return true;
}

/* SYSTEMTIME [MS-DTYP 2.3.13]: eight 16-bit numbers, the third is the day of the week. */
static bool add_systemtime(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	static const struct {
		size_t offset;
		uint64_t max;
		unsigned int digits;
		char behind;
	} parts[] = {
		{ 0, 9999, 4, '-' },
		{ 2, 12, 2, '-' },
		{ 6, 31, 2, 'T' },
		{ 8, 23, 2, ':' },
		{ 10, 59, 2, ':' },
		{ 12, 60, 2, '.' },
		{ 14, 999, 3, '0' },
	};

	(void)size;
	for (size_t i = 0; i < HV_ARRAY_LEN(parts); i++) {
		if (little_endian(p + parts[i].offset, 2) > parts[i].max)
			return false;
	}
	for (size_t i = 0; i < HV_ARRAY_LEN(parts); i++) {
		hv_evtx_out_padded(o, little_endian(p + parts[i].offset, 2), parts[i].digits);
		hv_evtx_out_char(o, parts[i].behind);
	}
	hv_evtx_out_string(o, "000Z");
	return true;
}

static size_t sid_size(const uint8_t *p, size_t left)
{
	if (left < SID_HEADER_SIZE || p[1] > SID_MAX_SUB_AUTHORITIES)
		return 0;
	return SID_HEADER_SIZE + 4 * (size_t)p[1];
}

/* [MS-DTYP 2.4.2.1]: an authority of 2^32 and above is written in hex. */
static bool add_sid(struct hv_evtx_out *o, const uint8_t *p, size_t size)
{
	size_t needed = sid_size(p, size);
	uint64_t authority;

	if (needed == 0 || needed > size)
		return false;
	authority = big_endian(p + 2, 6);
	hv_evtx_out_string(o, "S-");
	hv_evtx_out_decimal(o, p[0]);
	hv_evtx_out_char(o, '-');
	if (authority > UINT32_MAX)
		hv_evtx_out_hex(o, authority);
	else
		hv_evtx_out_decimal(o, authority);
	for (size_t at = SID_HEADER_SIZE; at < needed; at += 4) {
		hv_evtx_out_char(o, '-');
		hv_evtx_out_decimal(o, little_endian(p + at, 4));
	}
	return true;
}

/* How a type is written. size 0: any; otherwise the value has `size` or `other_size` bytes. add()
 * returns false when the bytes are not such a value, and has written nothing then. */
struct type_form {
	size_t size;
	size_t other_size;
	bool (*add)(struct hv_evtx_out *o, const uint8_t *p, size_t size);
};

static const struct type_form TYPE_FORMS[] = {
	[HV_EVTX_TYPE_STRING] = { 0, 0, add_string },
	[HV_EVTX_TYPE_ANSI_STRING] = { 0, 0, add_ansi_string },
	[HV_EVTX_TYPE_INT8] = { 1, 1, add_signed },
	[HV_EVTX_TYPE_UINT8] = { 1, 1, add_unsigned },
	[HV_EVTX_TYPE_INT16] = { 2, 2, add_signed },
	[HV_EVTX_TYPE_UINT16] = { 2, 2, add_unsigned },
	[HV_EVTX_TYPE_INT32] = { 4, 4, add_signed },
	[HV_EVTX_TYPE_UINT32] = { 4, 4, add_unsigned },
	[HV_EVTX_TYPE_INT64] = { 8, 8, add_signed },
	[HV_EVTX_TYPE_UINT64] = { 8, 8, add_unsigned },
	[HV_EVTX_TYPE_REAL32] = { 4, 4, add_real32 },
	[HV_EVTX_TYPE_REAL64] = { 8, 8, add_real64 },
	[HV_EVTX_TYPE_BOOL] = { BOOL_SIZE, 1, add_bool },
	[HV_EVTX_TYPE_BINARY] = { 0, 0, add_binary },
	[HV_EVTX_TYPE_GUID] = { GUID_SIZE, GUID_SIZE, add_guid },
	[HV_EVTX_TYPE_SIZE] = { 8, 4, add_hex },
	[HV_EVTX_TYPE_FILETIME] = { 8, 8, add_filetime },
	[HV_EVTX_TYPE_SYSTEMTIME] = { SYSTEMTIME_SIZE, SYSTEMTIME_SIZE, add_systemtime },
	[HV_EVTX_TYPE_SID] = { 0, 0, add_sid },
	[HV_EVTX_TYPE_HEX32] = { 4, 4, add_hex },
	[HV_EVTX_TYPE_HEX64] = { 8, 8, add_hex },
	[HV_EVTX_TYPE_HANDLE] = { 8, 4, add_hex },
	[HV_EVTX_TYPE_XML] = { 0, 0, add_string },
};

static const struct type_form *find_form(uint8_t type)
{
	if (type >= HV_ARRAY_LEN(TYPE_FORMS) || !TYPE_FORMS[type].add)
		return NULL;
	return &TYPE_FORMS[type];
}

static void add_scalar(struct hv_evtx_out *o, const uint8_t *p, size_t size, uint8_t type)
{
	const struct type_form *form = find_form(type);
	bool suits;

	if (size == 0 || type == HV_EVTX_TYPE_NULL)
		return;
	suits = form && (form->size == 0 || size == form->size || size == form->other_size);
	if (!suits || !form->add(o, p, size))
		hv_evtx_out_hex_bytes(o, p, size);
}

/* Bytes up to the NUL that ends a string of characters of `width` bytes; all when there is none. */
static size_t terminated_size(const struct hv_cursor *c, size_t width, size_t *ret_text_size)
{
	size_t left = hv_cursor_left(c);
	const uint8_t *p = c->data + c->pos;

	for (size_t at = 0; left - at >= width; at += width) {
		if (little_endian(p + at, width) == 0) {
			*ret_text_size = at;
			return at + width;
		}
	}
	*ret_text_size = left;
	return left;
}

/* Bytes of the next item, and of these the ones that are shown. 0: not to be divided. */
static size_t item_size(const struct hv_cursor *rest, uint8_t type, size_t *ret_shown)
{
	const struct type_form *form = find_form(type);
	size_t size = form ? form->size : 0;

	if (type == HV_EVTX_TYPE_STRING)
		return terminated_size(rest, 2, ret_shown);
	if (type == HV_EVTX_TYPE_ANSI_STRING)
		return terminated_size(rest, 1, ret_shown);
	if (type == HV_EVTX_TYPE_SID)
		size = sid_size(rest->data + rest->pos, hv_cursor_left(rest));
	/* Items of a type with two sizes are taken as the larger ones where these fill the array.
	 */
	else if (form && size > 0 && hv_cursor_left(rest) % size != 0)
		size = form->other_size;
	*ret_shown = size;
	return size;
}

bool hv_evtx_array_next(struct hv_cursor *rest, uint8_t type, struct hv_evtx_value *ret)
{
	size_t left = hv_cursor_left(rest);
	uint8_t item_type = (uint8_t)(type & ~HV_EVTX_TYPE_ARRAY);
	size_t shown = 0;
	size_t size;

	if (left == 0)
		return false;
	size = item_size(rest, item_type, &shown);
	if (size == 0 || size > left)
		size = shown = left;
	*ret = (struct hv_evtx_value){
		.offset = (uint32_t)rest->pos,
		.size = (uint16_t)shown,
		.type = item_type,
	};
	return hv_cursor_skip(rest, size);
}

static void add_array(struct hv_evtx_out *o, const uint8_t *chunk, const struct hv_evtx_value *v)
{
	struct hv_cursor rest = hv_cursor_make(chunk, (size_t)v->offset + v->size);
	struct hv_evtx_value item;
	const char *separator = "";

	rest.pos = v->offset;
	while (!o->full && hv_evtx_array_next(&rest, v->type, &item)) {
		hv_evtx_out_string(o, separator);
		add_scalar(o, chunk + item.offset, item.size, item.type);
		separator = " ";
	}
}

void hv_evtx_value_text(struct hv_evtx_out *o, const uint8_t *chunk, const struct hv_evtx_value *v)
{
	if (hv_evtx_is_array(v))
		add_array(o, chunk, v);
	else
		add_scalar(o, chunk + v->offset, v->size, v->type);
}

bool hv_evtx_value_string(
	const uint8_t *chunk, const struct hv_evtx_value *v, struct hv_evtx_text *ret)
{
	if (v->type != HV_EVTX_TYPE_STRING)
		return false;
	*ret = trimmed(chunk + v->offset, v->size);
	return true;
}

bool hv_evtx_value_number(const uint8_t *chunk, const struct hv_evtx_value *v, uint64_t *ret)
{
	const struct type_form *form = find_form(v->type);
	uint64_t number;

	if (!form || (form->add != add_unsigned && form->add != add_signed) ||
		v->size != form->size)
		return false;
	number = little_endian(chunk + v->offset, v->size);
	if (form->add == add_signed && to_signed(number, v->size) < 0)
		return false;
	*ret = number;
	return true;
}
