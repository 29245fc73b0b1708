/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of SMIv2, and the columns that many tables have. */
#include <string.h>

#include "base/time.h"
#include "base/utf.h"
#include "mibs/tree-parts.h"

/* DateAndTime with the distance from UTC (RFC 2579 2). */
enum { DATE_OCTETS = 11 };

bool hv_tree_set_number(struct hv_mib_value *ret, uint64_t number)
{
	ret->number = number;
	return true;
}

bool hv_tree_set_gauge(struct hv_mib_value *ret, uint64_t number)
{
	return hv_tree_set_number(ret, number < UINT32_MAX ? number : UINT32_MAX);
}

bool hv_tree_set_counter(struct hv_mib_value *ret, uint64_t number)
{
	return hv_tree_set_number(ret, (uint32_t)number);
}

bool hv_tree_set_truth(struct hv_mib_value *ret, bool is)
{
	return hv_tree_set_number(ret, is ? 1 : 2);
}

bool hv_tree_set_state(struct hv_mib_value *ret, enum hv_state state)
{
	return hv_tree_set_number(ret, (uint64_t)state + 1);
}

bool hv_tree_set_text(struct hv_mib_value *ret, const char *text, size_t max)
{
	const size_t len = text ? hv_utf8_cut(text, max) : 0;

	ret->bytes = len > 0 ? (const void *)text : ret->own;
	ret->len = len;
	return true;
}

static unsigned int number_at(const char *digits, size_t count)
{
	unsigned int number = 0;

	for (size_t i = 0; i < count; i++)
		number = number * 10 + (unsigned int)(digits[i] - '0');
	return number;
}

bool hv_tree_set_date(struct hv_mib_value *ret, hv_usec t)
{
	static const char form[] = "0000-00-00T00:00:00.000000Z";
	char text[HV_TIME_TEXT_MAX];
	unsigned int year;

	hv_time_format_usec(t, text);
	if (strlen(text) != sizeof(form) - 1 || text[4] != '-')
		return false; /* a year of more than four digits */
	year = number_at(text, 4);
	ret->own[0] = (unsigned char)(year >> 8);
	ret->own[1] = (unsigned char)(year & 0xFF);
	for (size_t i = 0; i < 5; i++) /* month, day, hour, minute, second */
		ret->own[2 + i] = (unsigned char)number_at(text + 5 + 3 * i, 2);
	ret->own[7] = (unsigned char)number_at(text + 20, 1);
	ret->own[8] = '+';
	ret->own[9] = 0;
	ret->own[10] = 0;
	ret->bytes = ret->own;
	ret->len = DATE_OCTETS;
	return true;
}

bool hv_tree_is_expired(const struct hv_tree_row *row)
{
	return hv_board_is_expired(row->host, &row->tree->now);
}

const void *hv_tree_member(const struct hv_tree_column *column, const struct hv_tree_row *row)
{
	return (const char *)row->row + column->at;
}

static const char *text_member(const struct hv_tree_column *column, const struct hv_tree_row *row)
{
	const char *const *member = hv_tree_member(column, row);

	return *member;
}

bool hv_tree_text(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_text(ret, text_member(column, row), HV_SNAPSHOT_TEXT_MAX);
}

bool hv_tree_long_text(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_text(ret, text_member(column, row), HV_SNAPSHOT_LONG_TEXT_MAX);
}

bool hv_tree_known_number(HV_TREE_COLUMN_ARGS)
{
	const struct hv_u64 *number = hv_tree_member(column, row);

	return number->known && !hv_tree_is_expired(row) && hv_tree_set_number(ret, number->value);
}

/* Absent while there are no data: zero would say that they are new. */
bool hv_tree_age(HV_TREE_COLUMN_ARGS)
{
	if (!row->host->has_snapshot)
		return false;
	return hv_tree_set_gauge(ret, hv_board_age(row->host, &row->tree->now));
}

bool hv_tree_stale(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_truth(ret, hv_board_is_stale(row->host, &row->tree->now));
}
