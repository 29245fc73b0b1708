/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers and GUIDs from text. The syntax is checked by hand, so that neither the locale nor the
 * habits of the C library (leading space, signs, "inf", hexadecimal floats) get in. */
#include "base/parse.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char DIGITS[] = "0123456789";

enum { NO_DIGIT = 16 };

static unsigned int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned int)(c - 'A') + 10;
	return NO_DIGIT;
}

static bool is_hex_digit(char c)
{
	return hex_value(c) != NO_DIGIT;
}

enum digits_result { DIGITS_OK, DIGITS_SYNTAX, DIGITS_TOO_LARGE };

/* All of s[0..len) as digits of the base. A syntax error counts for more than the size. */
static enum digits_result read_digits(const char *s, size_t len, unsigned int base, uint64_t *ret)
{
	enum digits_result result = len > 0 ? DIGITS_OK : DIGITS_SYNTAX;
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned int digit = hex_value(s[i]);

		if (digit >= base)
			return DIGITS_SYNTAX;
		if (__builtin_mul_overflow(value, base, &value) ||
			__builtin_add_overflow(value, digit, &value))
			result = DIGITS_TOO_LARGE;
	}
	if (result == DIGITS_OK)
		*ret = value;
	return result;
}

int hv_parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *ret, struct hv_err *err)
{
	uint64_t value = 0;
	enum digits_result result = read_digits(s, strlen(s), 10, &value);

	if (result == DIGITS_SYNTAX)
		return hv_err_set(err, HV_ERR_FORMAT, "not a whole number: \"%s\"", s);
	if (result == DIGITS_TOO_LARGE || value < min || value > max)
		return hv_err_set(err, HV_ERR_FORMAT,
			"not between %" PRIu64 " and %" PRIu64 ": \"%s\"", min, max, s);
	*ret = value;
	return 0;
}

/* The signed number of this sign and magnitude; false when there is none. */
static bool signed_value(bool negative, uint64_t magnitude, int64_t *ret)
{
	if (negative)
		return !__builtin_sub_overflow(0, magnitude, ret);
	return !__builtin_add_overflow(0, magnitude, ret);
}

int hv_parse_i64(const char *s, int64_t min, int64_t max, int64_t *ret, struct hv_err *err)
{
	const char *digits = *s == '-' || *s == '+' ? s + 1 : s;
	uint64_t magnitude = 0;
	int64_t value = 0;
	enum digits_result result = read_digits(digits, strlen(digits), 10, &magnitude);

	if (result == DIGITS_SYNTAX)
		return hv_err_set(err, HV_ERR_FORMAT, "not a whole number: \"%s\"", s);
	if (result == DIGITS_TOO_LARGE || !signed_value(*s == '-', magnitude, &value) ||
		value < min || value > max)
		return hv_err_set(err, HV_ERR_FORMAT,
			"not between %" PRId64 " and %" PRId64 ": \"%s\"", min, max, s);
	*ret = value;
	return 0;
}

int hv_parse_hex_u64(const char *s, uint64_t max, uint64_t *ret, struct hv_err *err)
{
	const char *digits = s[0] == '0' && (s[1] == 'x' || s[1] == 'X') ? s + 2 : s;
	uint64_t value = 0;
	enum digits_result result = read_digits(digits, strlen(digits), 16, &value);

	if (result == DIGITS_SYNTAX)
		return hv_err_set(err, HV_ERR_FORMAT, "not a hexadecimal number: \"%s\"", s);
	if (result == DIGITS_TOO_LARGE || value > max)
		return hv_err_set(err, HV_ERR_FORMAT, "above 0x%" PRIX64 ": \"%s\"", max, s);
	*ret = value;
	return 0;
}

/* Moves past the digits at *p; false when there are none. */
static bool skip_digits(const char **p)
{
	size_t len = strspn(*p, DIGITS);

	*p += len;
	return len > 0;
}

static void skip_sign(const char **p)
{
	if (**p == '+' || **p == '-')
		(*p)++;
}

static bool is_decimal_float(const char *s)
{
	skip_sign(&s);
	if (!skip_digits(&s))
		return false;
	if (*s == '.') {
		s++;
		if (!skip_digits(&s))
			return false;
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		skip_sign(&s);
		if (!skip_digits(&s))
			return false;
	}
	return *s == '\0';
}

int hv_parse_double(const char *s, double *ret, struct hv_err *err)
{
	locale_t c_locale;
	double value;

	if (!is_decimal_float(s))
		return hv_err_set(err, HV_ERR_FORMAT, "not a number: \"%s\"", s);
	/* strtod alone would take the decimal point of the program's locale. */
	c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (!c_locale)
		return hv_err_no_memory(err);
	value = strtod_l(s, NULL, c_locale);
	freelocale(c_locale);
	if (!isfinite(value))
		return hv_err_set(err, HV_ERR_FORMAT, "number too large: \"%s\"", s);
	*ret = value;
	return 0;
}

/* The fraction 0.digits of unit, rounded. From the last digit to the first each step divides the
 * sum by ten; rounding down at each step loses nothing of the integer part, and working with 2 *
 * unit leaves one bit to round by. */
static uint64_t scaled_fraction(const char *digits, size_t len, uint64_t unit)
{
	uint64_t doubled = 0;

	for (size_t i = len; i > 0; i--)
		doubled = (hex_value(digits[i - 1]) * (2 * unit) + doubled) / 10;
	return (doubled + 1) / 2;
}

int hv_parse_scaled(const char *s, size_t len, uint64_t unit, uint64_t *ret, struct hv_err *err)
{
	const char *point = memchr(s, '.', len);
	size_t whole_len = point ? (size_t)(point - s) : len;
	size_t fraction_len = point ? len - whole_len - 1 : 0;
	uint64_t value = 0;
	enum digits_result result = read_digits(s, whole_len, 10, &value);

	if (result == DIGITS_SYNTAX ||
		(point && (fraction_len == 0 || strspn(point + 1, DIGITS) < fraction_len)))
		return hv_err_set(err, HV_ERR_FORMAT, "no number in front: \"%s\"", s);
	if (result == DIGITS_TOO_LARGE || __builtin_mul_overflow(value, unit, &value) ||
		(point && __builtin_add_overflow(
				  value, scaled_fraction(point + 1, fraction_len, unit), &value)))
		return hv_err_set(err, HV_ERR_FORMAT, "too large: \"%s\"", s);
	*ret = value;
	return 0;
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool equals_ascii_case(const char *s, const char *lower)
{
	while (*lower && ascii_lower(*s) == *lower) {
		s++;
		lower++;
	}
	return *s == *lower;
}

static const struct byte_suffix {
	const char *text; /* lower case */
	uint64_t unit;
} BYTE_SUFFIXES[] = {
	{ "", 1 },
	{ "b", 1 },
	{ "k", UINT64_C(1000) },
	{ "kb", UINT64_C(1000) },
	{ "m", UINT64_C(1000000) },
	{ "mb", UINT64_C(1000000) },
	{ "g", UINT64_C(1000000000) },
	{ "gb", UINT64_C(1000000000) },
	{ "t", UINT64_C(1000000000000) },
	{ "tb", UINT64_C(1000000000000) },
	{ "p", UINT64_C(1000000000000000) },
	{ "pb", UINT64_C(1000000000000000) },
	{ "kib", UINT64_C(1) << 10 },
	{ "mib", UINT64_C(1) << 20 },
	{ "gib", UINT64_C(1) << 30 },
	{ "tib", UINT64_C(1) << 40 },
	{ "pib", UINT64_C(1) << 50 },
};

int hv_parse_bytes(const char *s, uint64_t *ret, struct hv_err *err)
{
	size_t number_len = strspn(s, "0123456789.");

	for (size_t i = 0; i < HV_ARRAY_LEN(BYTE_SUFFIXES); i++) {
		if (equals_ascii_case(s + number_len, BYTE_SUFFIXES[i].text))
			return hv_parse_scaled(s, number_len, BYTE_SUFFIXES[i].unit, ret, err);
	}
	return hv_err_set(err, HV_ERR_FORMAT,
		"not a size (a number, or a number and B, KB, MB, GB, TB, PB, KiB, MiB, GiB, TiB "
		"or PiB): \"%s\"",
		s);
}

static bool is_guid_hyphen(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

/* Whether s[0..HV_GUID_TEXT_LEN) is a GUID without braces; stops at a NUL. */
static bool is_bare_guid(const char *s)
{
	for (size_t i = 0; i < HV_GUID_TEXT_LEN; i++) {
		if (is_guid_hyphen(i) ? s[i] != '-' : !is_hex_digit(s[i]))
			return false;
	}
	return true;
}

static void copy_guid_upper(const char *s, char ret[HV_GUID_TEXT_LEN + 1])
{
	for (size_t i = 0; i < HV_GUID_TEXT_LEN; i++)
		ret[i] = s[i] >= 'a' && s[i] <= 'f' ? (char)(s[i] - 'a' + 'A') : s[i];
	ret[HV_GUID_TEXT_LEN] = '\0';
}

bool hv_guid_normalise(const char *s, size_t len, char ret[HV_GUID_TEXT_LEN + 1])
{
	if (len == HV_GUID_TEXT_LEN + 2 && s[0] == '{' && s[len - 1] == '}') {
		s++;
		len -= 2;
	}
	if (len != HV_GUID_TEXT_LEN || !is_bare_guid(s))
		return false;
	copy_guid_upper(s, ret);
	return true;
}

bool hv_guid_find(const char *s, char ret[HV_GUID_TEXT_LEN + 1])
{
	bool after_hex = false;

	for (; *s; s++) {
		if (!after_hex && is_bare_guid(s) && !is_hex_digit(s[HV_GUID_TEXT_LEN])) {
			copy_guid_upper(s, ret);
			return true;
		}
		after_hex = is_hex_digit(*s);
	}
	return false;
}
