/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers to text: doubles for machines, sizes for people. Neither depends on the locale. */
#include "base/parse.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	DOUBLE_DIGITS_MAX = 17,  /* always enough to read an IEEE 754 double back */
	FIXED_EXPONENT_MIN = -5, /* 1e-5 and above ... */
	FIXED_EXPONENT_MAX = 16, /* ... below 1e17: written without exponent */
	SCIENTIFIC_TEXT_MAX = 64,
};

/* d.ddd * 10^exponent, without the point */
struct decimal {
	char digits[DOUBLE_DIGITS_MAX + 1];
	int count;
	int exponent;
};

/* The magnitude v rounded to count digits. printf may write any decimal point, so only digits are
 * read. */
static struct decimal decimal_round(double v, int count)
{
	struct decimal d = { .count = 0 };
	char text[SCIENTIFIC_TEXT_MAX];
	int len = snprintf(text, sizeof(text), "%.*e", count - 1, v);
	const char *p = text;

	if (len < 0 || (size_t)len >= sizeof(text))
		return d;
	for (; *p != 'e' && *p != '\0'; p++) {
		if (*p >= '0' && *p <= '9' && d.count < count)
			d.digits[d.count++] = *p;
	}
	if (*p == 'e')
		d.exponent = (int)strtol(p + 1, NULL, 10);
	return d;
}

/* The next larger decimal of as many digits. False when that takes another digit. */
static bool decimal_increment(struct decimal *d)
{
	for (int i = d->count - 1; i >= 0; i--) {
		if (d->digits[i] != '9') {
			d->digits[i]++;
			return true;
		}
		d->digits[i] = '0';
	}
	return false;
}

static bool decimal_reads_back(const struct decimal *d, double v)
{
	char text[SCIENTIFIC_TEXT_MAX];
	int len = snprintf(text, sizeof(text), "%se%d", d->digits, d->exponent - (d->count - 1));

	/* No decimal point, hence no locale. */
	return len > 0 && (size_t)len < sizeof(text) && strtod(text, NULL) == v;
}

/* The shortest decimal that reads back as the magnitude v. Above a power of two the doubles lie
 * further apart than below it: there the decimal next to the nearest one can be the one that reads
 * back. */
static struct decimal decimal_shortest(double v)
{
	for (int count = 1; count < DOUBLE_DIGITS_MAX; count++) {
		struct decimal d = decimal_round(v, count);

		if (decimal_reads_back(&d, v))
			return d;
		if (decimal_increment(&d) && decimal_reads_back(&d, v))
			return d;
	}
	return decimal_round(v, DOUBLE_DIGITS_MAX);
}

/* Text into an array of HV_DOUBLE_TEXT_MAX bytes: at most sign, 17 digits, point and five zeros or
 * an exponent of five characters. */
struct double_text {
	char *text;
	int len;
};

static void put(struct double_text *out, char c)
{
	if (out->len < HV_DOUBLE_TEXT_MAX - 1)
		out->text[out->len++] = c;
	out->text[out->len] = '\0';
}

static void put_fixed(struct double_text *out, const struct decimal *d)
{
	int first = d->exponent < 0 ? d->exponent : 0;
	int last = d->exponent > d->count - 1 ? d->exponent : d->count - 1;

	/* Index 0 is the first digit; places before it and behind the last one are zeros. */
	for (int i = first; i <= last; i++) {
		put(out, i >= 0 && i < d->count ? d->digits[i] : '0');
		if (i - first == (d->exponent > 0 ? d->exponent : 0) && i < last)
			put(out, '.');
	}
}

static void put_scientific(struct double_text *out, const struct decimal *d)
{
	char exponent[16];
	int len = snprintf(exponent, sizeof(exponent), "e%d", d->exponent);

	for (int i = 0; i < d->count; i++) {
		put(out, d->digits[i]);
		if (i == 0 && d->count > 1)
			put(out, '.');
	}
	for (int i = 0; i < len && (size_t)i < sizeof(exponent); i++)
		put(out, exponent[i]);
}

void hv_format_double(double v, char ret[HV_DOUBLE_TEXT_MAX])
{
	struct double_text out = { .text = ret };
	struct decimal d;

	if (!isfinite(v)) {
		put(&out, 'U');
		return;
	}
	if (v < 0)
		put(&out, '-');
	d = decimal_shortest(fabs(v));
	if (d.exponent >= FIXED_EXPONENT_MIN && d.exponent <= FIXED_EXPONENT_MAX)
		put_fixed(&out, &d);
	else
		put_scientific(&out, &d);
}

static const char *const BYTE_UNITS[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };

/* bytes in tenths of a unit, cut off: what is less than 2 GiB must not read as 2 GiB. With a unit
 * of at most 2^60 nothing here overflows. */
static uint64_t tenths_of(uint64_t bytes, uint64_t unit)
{
	return bytes / unit * 10 + bytes % unit * 10 / unit;
}

void hv_format_bytes(uint64_t bytes, char ret[HV_BYTES_TEXT_MAX])
{
	uint64_t unit = 1024;
	size_t i = 0;
	uint64_t tenths;
	int len;

	while (i < HV_ARRAY_LEN(BYTE_UNITS) - 1 && tenths_of(bytes, unit) >= UINT64_C(10240)) {
		unit *= 1024;
		i++;
	}
	tenths = tenths_of(bytes, unit);
	if (bytes < 1024)
		len = snprintf(ret, HV_BYTES_TEXT_MAX, "%" PRIu64 " %s", bytes,
			bytes == 1 ? "byte" : "bytes");
	else if (tenths % 10 == 0)
		len = snprintf(
			ret, HV_BYTES_TEXT_MAX, "%" PRIu64 " %s", tenths / 10, BYTE_UNITS[i]);
	else
		len = snprintf(ret, HV_BYTES_TEXT_MAX, "%" PRIu64 ".%" PRIu64 " %s", tenths / 10,
			tenths % 10, BYTE_UNITS[i]);
	if (len < 0 || len >= HV_BYTES_TEXT_MAX)
		ret[0] = '\0';
}
