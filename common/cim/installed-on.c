/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cim/installed-on.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/parse.h"

enum {
	PARTS = 3,
	YEAR_DIGITS = 4,
	SHORT_DIGITS = 2,
	COMPACT_DIGITS = 8, /* yyyymmdd */
	FILETIME_DIGITS_MIN = 14,
	FILETIME_DIGITS_MAX = 16,
	MONTHS = 12,
};

/* 1980-01-01: what lies before is no date of an update. */
#define FIRST_DATE (HV_USEC_PER_SEC * INT64_C(315532800))

struct part {
	unsigned int value;
	size_t digits;
};

static bool to_date(unsigned int year, unsigned int month, unsigned int day, hv_usec *ret)
{
	char iso[] = "0000-00-00T00:00:00Z";
	const int len = snprintf(iso, sizeof(iso), "%04u-%02u-%02uT00:00:00Z", year, month, day);

	return len == (int)sizeof(iso) - 1 && hv_time_parse_iso(iso, ret, NULL) == 0 &&
	       *ret >= FIRST_DATE;
}

static bool read_part(const char **p, struct part *ret)
{
	ret->value = 0;
	ret->digits = strspn(*p, "0123456789");
	if (ret->digits != YEAR_DIGITS && (ret->digits == 0 || ret->digits > SHORT_DIGITS))
		return false;
	for (size_t i = 0; i < ret->digits; i++)
		ret->value = ret->value * 10 + (unsigned int)((*p)[i] - '0');
	*p += ret->digits;
	return true;
}

/* Three numbers with one separator between them, and nothing or a blank behind. */
static bool read_parts(const char *text, struct part parts[PARTS], char *ret_separator)
{
	for (size_t i = 0; i < PARTS; i++) {
		if (!read_part(&text, &parts[i]))
			return false;
		if (i + 1 == PARTS)
			break;
		if (*text == '\0' || strchr("/.-", *text) == NULL ||
			(i > 0 && *text != *ret_separator))
			return false;
		*ret_separator = *text++;
	}
	return *text == '\0' || *text == ' ';
}

/* Two numbers of which either may be the month. */
static bool read_either(
	unsigned int first, unsigned int second, unsigned int year, struct hv_installed_on *ret)
{
	struct hv_time month_first = { .known = false };
	struct hv_time day_first = { .known = false };

	month_first.known = to_date(year, first, second, &month_first.usec);
	day_first.known = to_date(year, second, first, &day_first.usec);
	if (!month_first.known && !day_first.known)
		return false;
	ret->day_first = !month_first.known && first > MONTHS;
	ret->on = month_first.known ? month_first.usec : day_first.usec;
	if (month_first.known && day_first.known && first != second)
		ret->exchanged_on = day_first;
	return true;
}

static bool parse_parts(const char *text, struct hv_installed_on *ret)
{
	struct part parts[PARTS];
	char separator = '\0';

	if (!read_parts(text, parts, &separator))
		return false;
	if (parts[0].digits == YEAR_DIGITS)
		return parts[1].digits <= SHORT_DIGITS && parts[2].digits <= SHORT_DIGITS &&
		       to_date(parts[0].value, parts[1].value, parts[2].value, &ret->on);
	if (parts[1].digits == YEAR_DIGITS || parts[2].digits != YEAR_DIGITS)
		return false;
	if (separator == '.')
		return to_date(parts[2].value, parts[1].value, parts[0].value, &ret->on);
	if (!read_either(parts[0].value, parts[1].value, parts[2].value, ret))
		return false;
	if (separator == '-' && ret->exchanged_on.known) {
		if (ret->exchanged_on.usec < ret->on)
			ret->on = ret->exchanged_on.usec;
		ret->exchanged_on.known = false;
	}
	return true;
}

static bool parse_compact(const char *text, struct hv_installed_on *ret)
{
	uint64_t number;

	if (hv_parse_u64(text, 0, UINT32_MAX, &number, NULL) < 0)
		return false;
	return to_date((unsigned int)(number / 10000), (unsigned int)(number / 100 % 100),
		(unsigned int)(number % 100), &ret->on);
}

static bool parse_filetime(const char *text, struct hv_installed_on *ret)
{
	uint64_t filetime;

	return hv_parse_hex_u64(text, UINT64_MAX, &filetime, NULL) == 0 &&
	       hv_time_from_filetime(filetime, &ret->on) && ret->on >= FIRST_DATE;
}

bool hv_installed_on_parse(const char *text, struct hv_installed_on *ret)
{
	const size_t len = strlen(text);
	struct hv_installed_on date = { .day_first = false };
	bool understood;

	if (strspn(text, "0123456789") == len && len == COMPACT_DIGITS)
		understood = parse_compact(text, &date);
	else if (strspn(text, "0123456789ABCDEFabcdef") == len && len >= FILETIME_DIGITS_MIN &&
		 len <= FILETIME_DIGITS_MAX)
		understood = parse_filetime(text, &date);
	else
		understood = parse_parts(text, &date);
	if (understood)
		*ret = date;
	return understood;
}
