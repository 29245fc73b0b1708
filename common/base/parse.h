/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers from text and back, independent of the locale. The whole string must match: no leading
 * or trailing space, no sign for unsigned types, base 10 unless said. Errors name the text. */
#ifndef HV_BASE_PARSE_H
#define HV_BASE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

int hv_parse_u64(
	const char *s, uint64_t min, uint64_t max, uint64_t *ret, struct hv_err *err) HV_MUST_USE;
int hv_parse_i64(
	const char *s, int64_t min, int64_t max, int64_t *ret, struct hv_err *err) HV_MUST_USE;
int hv_parse_hex_u64(const char *s, uint64_t max, uint64_t *ret,
	struct hv_err *err) HV_MUST_USE; /* with or without 0x */

/* Decimal floating point: [+-]digits[.digits][e[+-]digits]; finite only ("nan", "inf", 1e309 are
 * refused). */
int hv_parse_double(const char *s, double *ret, struct hv_err *err) HV_MUST_USE;

/* A number with a unit: digits[.digits] in s[0..len), times unit (at most 2^59), rounded to the
 * nearest integer, halves up, without floating point. Above UINT64_MAX is refused. Errors name the
 * whole of s. */
int hv_parse_scaled(
	const char *s, size_t len, uint64_t unit, uint64_t *ret, struct hv_err *err) HV_MUST_USE;

/* A size in bytes: a number (fractions allowed) and a suffix: none or B; K KB M MB G GB T TB P PB
 * are decimal (10^3...); KiB MiB GiB TiB PiB are binary (2^10...). Case of the suffix does not
 * matter. The result is rounded to the nearest byte; above UINT64_MAX is refused. */
int hv_parse_bytes(const char *s, uint64_t *ret, struct hv_err *err) HV_MUST_USE;

/* Shortest decimal text that reads back as the same double, '.' as decimal point, no exponent for
 * 1e-5 <= |v| < 1e17. NUL-terminated; HV_DOUBLE_TEXT_MAX bytes always suffice. Not finite: "U". */
enum { HV_DOUBLE_TEXT_MAX = 40 };
void hv_format_double(double v, char ret[HV_DOUBLE_TEXT_MAX]);

/* "1.5 GiB", "200 MiB", "17 bytes": for people, one decimal at most, cut off and not rounded. */
enum { HV_BYTES_TEXT_MAX = 32 };
void hv_format_bytes(uint64_t bytes, char ret[HV_BYTES_TEXT_MAX]);

/* GUID text with or without braces, any case, to 36 upper-case characters without braces
 * (the form of Msvm_ComputerSystem.Name). False when s is no GUID. */
enum { HV_GUID_TEXT_LEN = 36 };
bool hv_guid_normalise(const char *s, size_t len, char ret[HV_GUID_TEXT_LEN + 1]);
/* The first GUID that stands anywhere in s (not within a longer run of hex digits). */
bool hv_guid_find(const char *s, char ret[HV_GUID_TEXT_LEN + 1]);

#endif
