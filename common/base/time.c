/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time stamps and durations in the proleptic Gregorian calendar, without leap seconds and without
 * the C library's clock or zones. */
#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

#define USEC_PER_MINUTE (60 * HV_USEC_PER_SEC)
#define USEC_PER_HOUR   (60 * USEC_PER_MINUTE)
#define USEC_PER_DAY    (24 * USEC_PER_HOUR)

/* 1601-01-01T00:00:00Z and 10000-01-01T00:00:00Z in seconds since 1970 */
#define SUPPORTED_FIRST (-INT64_C(11644473600) * HV_USEC_PER_SEC)
#define SUPPORTED_END   (INT64_C(253402300800) * HV_USEC_PER_SEC)

/* Four hundred Gregorian years are a whole number of days. Years are counted from March, so that
 * the leap day comes last. */
enum {
	DAYS_PER_ERA = 146097,
	YEARS_PER_ERA = 400,
	DAYS_TO_1970 = 719468, /* from 0000-03-01 */
};

enum { OFFSET_MINUTES_MAX = 14 * 60 }; /* the largest of xs:dateTime */

struct civil {
	int64_t year;
	int month;
	int day;
	int hour;
	int minute;
	int second;
	int usec;
};

hv_usec hv_usec_add(hv_usec a, hv_usec b)
{
	hv_usec sum;

	if (__builtin_add_overflow(a, b, &sum))
		return b < 0 ? HV_USEC_MIN : HV_USEC_MAX;
	return sum;
}

hv_usec hv_usec_sub(hv_usec a, hv_usec b)
{
	hv_usec difference;

	if (__builtin_sub_overflow(a, b, &difference))
		return b < 0 ? HV_USEC_MAX : HV_USEC_MIN;
	return difference;
}

static bool is_supported(hv_usec t)
{
	return t >= SUPPORTED_FIRST && t < SUPPORTED_END;
}

bool hv_time_from_filetime(uint64_t filetime, hv_usec *ret)
{
	/* A tenth of any uint64_t fits. */
	hv_usec t = (hv_usec)(filetime / 10) + SUPPORTED_FIRST;

	if (!is_supported(t))
		return false;
	*ret = t;
	return true;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

/* Days from the first of March to the first of the month that lies `months` after March. */
static int64_t days_before_month(int64_t months)
{
	return (153 * months + 2) / 5;
}

static int64_t days_from_civil(int64_t year, int month, int day)
{
	int64_t march_year = month <= 2 ? year - 1 : year;
	int64_t era = floor_div(march_year, YEARS_PER_ERA);
	int64_t year_of_era = march_year - era * YEARS_PER_ERA;
	int64_t day_of_year = days_before_month((month + 9) % 12) + day - 1;

	return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - DAYS_TO_1970;
}

static void civil_from_days(int64_t days, struct civil *c)
{
	int64_t shifted = days + DAYS_TO_1970;
	int64_t era = floor_div(shifted, DAYS_PER_ERA);
	int64_t day_of_era = shifted - era * DAYS_PER_ERA;
	/* Leap days passed so far are taken out (every 4, but not every 100 years, and the era's
	 * last). */
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
				      day_of_era / (DAYS_PER_ERA - 1)) /
			      365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t months = (5 * day_of_year + 2) / 153;

	c->day = (int)(day_of_year - days_before_month(months)) + 1;
	c->month = (int)(months < 10 ? months + 3 : months - 9);
	c->year = era * YEARS_PER_ERA + year_of_era + (c->month <= 2 ? 1 : 0);
}

static bool is_leap_year(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int64_t year, int month)
{
	static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return DAYS[month - 1] + (month == 2 && is_leap_year(year) ? 1 : 0);
}

static bool is_valid_clock(const struct civil *c)
{
	return c->hour <= 23 && c->minute <= 59 && c->second <= 59;
}

static bool is_valid_date(const struct civil *c)
{
	return c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= days_in_month(c->year, c->month);
}

static hv_usec clock_usec(const struct civil *c)
{
	return c->hour * USEC_PER_HOUR + c->minute * USEC_PER_MINUTE + c->second * HV_USEC_PER_SEC +
	       c->usec;
}

/* A civil time at this offset east of UTC; the year has at most four digits. */
static hv_usec civil_to_usec(const struct civil *c, int offset_minutes)
{
	return days_from_civil(c->year, c->month, c->day) * USEC_PER_DAY + clock_usec(c) -
	       offset_minutes * USEC_PER_MINUTE;
}

/* Exactly count digits (at most 8) at *p, which moves past them. */
static bool read_number(const char **p, int count, int *ret)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		char c = (*p)[i];

		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	*p += count;
	*ret = value;
	return true;
}

static bool read_char(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

/* A fraction of any length behind the point, truncated. */
static bool read_fraction_usec(const char **p, int *ret)
{
	size_t len = strspn(*p, "0123456789");
	int usec = 0;

	if (len == 0)
		return false;
	for (size_t i = 0; i < 6; i++)
		usec = usec * 10 + (i < len ? (*p)[i] - '0' : 0);
	*p += len;
	*ret = usec;
	return true;
}

static bool read_iso_date(const char **p, struct civil *c)
{
	int year;

	if (!read_number(p, 4, &year) || !read_char(p, '-') || !read_number(p, 2, &c->month) ||
		!read_char(p, '-') || !read_number(p, 2, &c->day))
		return false;
	c->year = year;
	return is_valid_date(c);
}

static bool read_iso_clock(const char **p, struct civil *c)
{
	if (!read_number(p, 2, &c->hour) || !read_char(p, ':') || !read_number(p, 2, &c->minute) ||
		!read_char(p, ':') || !read_number(p, 2, &c->second))
		return false;
	if (read_char(p, '.') && !read_fraction_usec(p, &c->usec))
		return false;
	return is_valid_clock(c);
}

/* +hh:mm, +hhmm or the same with '-', in minutes */
static bool read_iso_offset(const char **p, int *ret)
{
	bool west = **p == '-';
	int hours;
	int minutes;

	if (!read_char(p, '+') && !read_char(p, '-'))
		return false;
	if (!read_number(p, 2, &hours))
		return false;
	(void)read_char(p, ':');
	if (!read_number(p, 2, &minutes) || minutes > 59)
		return false;
	*ret = hours * 60 + minutes;
	if (*ret > OFFSET_MINUTES_MAX)
		return false;
	if (west)
		*ret = -*ret;
	return true;
}

static bool read_iso(const char *p, struct civil *c, int *offset_minutes)
{
	if (!read_iso_date(&p, c) || (!read_char(&p, 'T') && !read_char(&p, ' ')) ||
		!read_iso_clock(&p, c))
		return false;
	if (*p != '\0' && !read_char(&p, 'Z') && !read_iso_offset(&p, offset_minutes))
		return false;
	return *p == '\0';
}

static int supported_time(
	const char *s, const struct civil *c, int offset_minutes, hv_usec *ret, struct hv_err *err)
{
	hv_usec t = civil_to_usec(c, offset_minutes);

	if (!is_supported(t))
		return hv_err_set(
			err, HV_ERR_FORMAT, "time outside the years 1601 to 9999: \"%s\"", s);
	*ret = t;
	return 0;
}

int hv_time_parse_iso(const char *s, hv_usec *ret, struct hv_err *err)
{
	struct civil c = { .year = 0 };
	int offset_minutes = 0;

	if (!read_iso(s, &c, &offset_minutes))
		return hv_err_set(err, HV_ERR_FORMAT, "not an ISO 8601 date and time: \"%s\"", s);
	return supported_time(s, &c, offset_minutes, ret, err);
}

/* HHMMSS.mmmmmm, common to time stamps and intervals [DSP0004 5.2.4] */
static bool read_cim_clock(const char **p, struct civil *c)
{
	return read_number(p, 2, &c->hour) && read_number(p, 2, &c->minute) &&
	       read_number(p, 2, &c->second) && read_char(p, '.') && read_number(p, 6, &c->usec) &&
	       is_valid_clock(c);
}

static bool read_cim_date(const char **p, struct civil *c)
{
	int year;

	if (!read_number(p, 4, &year) || !read_number(p, 2, &c->month) ||
		!read_number(p, 2, &c->day))
		return false;
	c->year = year;
	return is_valid_date(c);
}

static bool read_cim_offset(const char **p, int *ret)
{
	bool west = **p == '-';
	int minutes;

	if (!read_char(p, '+') && !read_char(p, '-'))
		return false;
	if (!read_number(p, 3, &minutes))
		return false;
	*ret = west ? -minutes : minutes;
	return true;
}

int hv_time_parse_cim(const char *s, hv_usec *ret, struct hv_err *err)
{
	struct civil c = { .year = 0 };
	int offset_minutes = 0;
	const char *p = s;

	if (!read_cim_date(&p, &c) || !read_cim_clock(&p, &c) ||
		!read_cim_offset(&p, &offset_minutes) || *p != '\0')
		return hv_err_set(err, HV_ERR_FORMAT, "not a CIM date and time: \"%s\"", s);
	return supported_time(s, &c, offset_minutes, ret, err);
}

int hv_time_parse_cim_interval(const char *s, hv_usec *ret, struct hv_err *err)
{
	struct civil c = { .year = 0 };
	const char *p = s;
	int days;

	if (!read_number(&p, 8, &days) || !read_cim_clock(&p, &c) || strcmp(p, ":000") != 0)
		return hv_err_set(err, HV_ERR_FORMAT, "not a CIM interval: \"%s\"", s);
	/* Eight digits of days stay below INT64_MAX microseconds. */
	*ret = days * USEC_PER_DAY + clock_usec(&c);
	return 0;
}

static const struct duration_unit {
	const char *suffix;
	hv_usec usec;
} DURATION_UNITS[] = {
	{ "", HV_USEC_PER_SEC },
	{ "s", HV_USEC_PER_SEC },
	{ "m", USEC_PER_MINUTE },
	{ "h", USEC_PER_HOUR },
	{ "d", USEC_PER_DAY },
	{ "w", 7 * USEC_PER_DAY },
};

static const struct duration_unit *find_duration_unit(const char *suffix)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(DURATION_UNITS); i++) {
		if (strcmp(suffix, DURATION_UNITS[i].suffix) == 0)
			return &DURATION_UNITS[i];
	}
	return NULL;
}

int hv_duration_parse(const char *s, hv_usec *ret, struct hv_err *err)
{
	size_t number_len = strspn(s, "0123456789.");
	const struct duration_unit *unit = find_duration_unit(s + number_len);
	uint64_t usec;

	if (!unit)
		return hv_err_set(err, HV_ERR_FORMAT,
			"not a duration (a number and s, m, h, d or w): \"%s\"", s);
	if (hv_parse_scaled(s, number_len, (uint64_t)unit->usec, &usec, err))
		return -1;
	if (usec > (uint64_t)HV_USEC_MAX)
		return hv_err_set(err, HV_ERR_FORMAT, "too large: \"%s\"", s);
	*ret = (hv_usec)usec;
	return 0;
}

static struct civil civil_from_usec(hv_usec t)
{
	int64_t days = floor_div(t, USEC_PER_DAY);
	/* The product is not formed by subtraction: days * USEC_PER_DAY can lie below INT64_MIN. */
	hv_usec rest = t % USEC_PER_DAY < 0 ? t % USEC_PER_DAY + USEC_PER_DAY : t % USEC_PER_DAY;
	struct civil c = {
		.hour = (int)(rest / USEC_PER_HOUR),
		.minute = (int)(rest / USEC_PER_MINUTE % 60),
		.second = (int)(rest / HV_USEC_PER_SEC % 60),
		.usec = (int)(rest % HV_USEC_PER_SEC),
	};

	civil_from_days(days, &c);
	return c;
}

static void check_text(char ret[HV_TIME_TEXT_MAX], int len)
{
	if (len < 0 || len >= HV_TIME_TEXT_MAX)
		ret[0] = '\0';
}

void hv_time_format(hv_usec t, char ret[HV_TIME_TEXT_MAX])
{
	struct civil c = civil_from_usec(t);

	check_text(ret, snprintf(ret, HV_TIME_TEXT_MAX, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02dZ",
				c.year, c.month, c.day, c.hour, c.minute, c.second));
}

void hv_time_format_usec(hv_usec t, char ret[HV_TIME_TEXT_MAX])
{
	struct civil c = civil_from_usec(t);

	check_text(
		ret, snprintf(ret, HV_TIME_TEXT_MAX, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d.%06dZ",
			     c.year, c.month, c.day, c.hour, c.minute, c.second, c.usec));
}

void hv_duration_format(hv_usec d, char ret[HV_TIME_TEXT_MAX])
{
	static const struct {
		uint64_t seconds;
		char name;
	} UNITS[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	uint64_t usec = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
	uint64_t seconds = usec / (uint64_t)HV_USEC_PER_SEC;
	const char *sign = d < 0 && seconds > 0 ? "-" : "";
	size_t last = HV_ARRAY_LEN(UNITS) - 1;
	size_t i = 0;
	uint64_t smaller;

	while (i < last && seconds < UNITS[i].seconds)
		i++;
	smaller = i < last ? seconds % UNITS[i].seconds / UNITS[i + 1].seconds : 0;
	if (smaller > 0)
		check_text(ret, snprintf(ret, HV_TIME_TEXT_MAX, "%s%" PRIu64 "%c %" PRIu64 "%c",
					sign, seconds / UNITS[i].seconds, UNITS[i].name, smaller,
					UNITS[i + 1].name));
	else
		check_text(ret, snprintf(ret, HV_TIME_TEXT_MAX, "%s%" PRIu64 "%c", sign,
					seconds / UNITS[i].seconds, UNITS[i].name));
}
