/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text is UTF-8 inside. It is validated when it enters (no overlong forms, no surrogates, nothing
 * above U+10FFFF) and decoded from UTF-16 at the source, with U+FFFD for what cannot be decoded. */
#ifndef HV_BASE_UTF_H
#define HV_BASE_UTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

/* Decodes one code point of s[0..len). Returns its length in bytes, or 0 when the bytes at s are
 * not valid UTF-8 (len 0 included). */
size_t hv_utf8_decode(const char *s, size_t len, uint32_t *ret_code_point);

bool hv_utf8_valid(const char *s, size_t len);

/* Length in bytes of the longest beginning of s that has at most max of them and does not end
 * inside a character. */
size_t hv_utf8_cut(const char *s, size_t max);

/* Appends s to b, each invalid byte replaced by U+FFFD. */
void hv_utf8_repair(struct hv_buf *b, const char *s, size_t len);

/* Appends UTF-16LE (len in bytes; an odd last byte becomes U+FFFD) as UTF-8. NULs are kept. */
void hv_utf16le_to_utf8(struct hv_buf *b, const uint8_t *bytes, size_t len);

/* A text file's bytes to valid UTF-8 without BOM, by its BOM: UTF-8, UTF-16LE, UTF-16BE; without a
 * BOM UTF-8, or UTF-16LE when the first two bytes are '<' 0 or '{' 0 or '[' 0. Invalid UTF-8 is an
 * error that names the offset; a NUL character is an error; output longer than max is an error.
 * *ret is yours (hv_free), NUL-terminated. */
int hv_text_decode(const uint8_t *bytes, size_t len, size_t max, char **ret, size_t *ret_len,
	struct hv_err *err) HV_MUST_USE;

/* Compares two UTF-8 strings as Windows compares names: without regard to case (simple folding of
 * Latin, Greek and Cyrillic letters; other scripts compare exactly). Order is that of folded code
 * points. */
int hv_utf8_casecmp(const char *a, const char *b);
bool hv_utf8_caseeq(const char *a, const char *b);
/* Length in bytes of the prefix of s that matches `prefix` without regard to case; 0 when it does
 * not match. */
size_t hv_utf8_caseprefix(const char *s, const char *prefix);
/* First place in haystack that matches needle without regard to case, or NULL. */
const char *hv_utf8_casestr(const char *haystack, const char *needle);

#endif
