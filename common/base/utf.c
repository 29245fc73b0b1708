/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 validation, UTF-16 decoding and comparison without regard to case. */
#include "base/utf.h"

#include <string.h>

#include "base/alloc.h"

enum {
	REPLACEMENT = 0xFFFD,
	CODE_POINT_MAX = 0x10FFFF,
	SEQUENCE_MAX = 4,
};

static bool is_surrogate(uint32_t c)
{
	return c >= 0xD800 && c <= 0xDFFF;
}

/* What the first byte of a sequence says: its length, the bits it carries and the smallest code
 * point for which that length is allowed [RFC 3629 3]. Length 0: not a first byte. */
struct lead {
	size_t len;
	uint32_t bits;
	uint32_t min;
};

static struct lead read_lead(unsigned char c)
{
	if (c < 0x80)
		return (struct lead){ .len = 1, .bits = c, .min = 0 };
	if (c >= 0xC2 && c <= 0xDF)
		return (struct lead){ .len = 2, .bits = c & 0x1F, .min = 0x80 };
	if (c >= 0xE0 && c <= 0xEF)
		return (struct lead){ .len = 3, .bits = c & 0x0F, .min = 0x800 };
	if (c >= 0xF0 && c <= 0xF4)
		return (struct lead){ .len = 4, .bits = c & 0x07, .min = 0x10000 };
	return (struct lead){ .len = 0 };
}

size_t hv_utf8_decode(const char *s, size_t len, uint32_t *ret_code_point)
{
	struct lead lead;
	uint32_t code_point;

	if (len == 0)
		return 0;
	lead = read_lead((unsigned char)s[0]);
	if (lead.len == 0 || lead.len > len)
		return 0;
	code_point = lead.bits;
	for (size_t i = 1; i < lead.len; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c & 0xC0) != 0x80)
			return 0;
		code_point = code_point << 6 | (c & 0x3F);
	}
	if (code_point < lead.min || code_point > CODE_POINT_MAX || is_surrogate(code_point))
		return 0;
	*ret_code_point = code_point;
	return lead.len;
}

/* Length of the ASCII at the start of s, in whole steps of eight bytes: most text is nothing else.
 */
static size_t ascii_prefix(const char *s, size_t len)
{
	size_t pos = 0;
	uint64_t word;

	for (; len - pos >= sizeof(word); pos += sizeof(word)) {
		memcpy(&word, s + pos, sizeof(word));
		if ((word & 0x8080808080808080) != 0)
			break;
	}
	return pos;
}

/* Length of the valid UTF-8 at the start of s. */
static size_t valid_prefix(const char *s, size_t len)
{
	size_t pos = ascii_prefix(s, len);
	size_t step;
	uint32_t unused;

	while ((step = hv_utf8_decode(s + pos, len - pos, &unused)) > 0) {
		pos += step;
		pos += ascii_prefix(s + pos, len - pos);
	}
	return pos;
}

bool hv_utf8_valid(const char *s, size_t len)
{
	return len == 0 || valid_prefix(s, len) == len;
}

size_t hv_utf8_cut(const char *s, size_t max)
{
	size_t len = 0;

	while (len < max && s[len] != '\0')
		len++;
	if (s[len] == '\0')
		return len;
	while (len > 0 && ((unsigned char)s[len] & 0xC0) == 0x80)
		len--;
	return len;
}

void hv_utf8_repair(struct hv_buf *b, const char *s, size_t len)
{
	while (len > 0) {
		size_t valid = valid_prefix(s, len);

		hv_buf_add(b, s, valid);
		s += valid;
		len -= valid;
		if (len > 0) {
			hv_buf_add_utf8(b, REPLACEMENT);
			s++;
			len--;
		}
	}
}

enum byte_order { LITTLE_ENDIAN_UTF16, BIG_ENDIAN_UTF16 };

static uint32_t utf16_unit(const uint8_t *bytes, enum byte_order order)
{
	unsigned int low = bytes[order == LITTLE_ENDIAN_UTF16 ? 0 : 1];
	unsigned int high = bytes[order == LITTLE_ENDIAN_UTF16 ? 1 : 0];

	return high << 8 | low;
}

/* Decodes one code point of at least two bytes. Returns its length in bytes. */
static size_t utf16_decode(
	const uint8_t *bytes, size_t len, enum byte_order order, uint32_t *ret_code_point)
{
	uint32_t first = utf16_unit(bytes, order);
	uint32_t second;

	if (!is_surrogate(first)) {
		*ret_code_point = first;
		return 2;
	}
	second = len >= 4 ? utf16_unit(bytes + 2, order) : 0;
	if (first < 0xDC00 && second >= 0xDC00 && second <= 0xDFFF) {
		*ret_code_point = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
		return 4;
	}
	*ret_code_point = REPLACEMENT;
	return 2;
}

static void utf16_to_utf8(struct hv_buf *b, const uint8_t *bytes, size_t len, enum byte_order order)
{
	size_t pos = 0;

	while (len - pos >= 2 && !hv_buf_failed(b)) {
		uint32_t code_point;

		pos += utf16_decode(bytes + pos, len - pos, order, &code_point);
		hv_buf_add_utf8(b, code_point);
	}
	if (len - pos == 1)
		hv_buf_add_utf8(b, REPLACEMENT);
}

void hv_utf16le_to_utf8(struct hv_buf *b, const uint8_t *bytes, size_t len)
{
	utf16_to_utf8(b, bytes, len, LITTLE_ENDIAN_UTF16);
}

static void add_utf8_text(struct hv_buf *b, const uint8_t *bytes, size_t len)
{
	hv_buf_add(b, bytes, len);
}

static void add_utf16le_text(struct hv_buf *b, const uint8_t *bytes, size_t len)
{
	utf16_to_utf8(b, bytes, len, LITTLE_ENDIAN_UTF16);
}

static void add_utf16be_text(struct hv_buf *b, const uint8_t *bytes, size_t len)
{
	utf16_to_utf8(b, bytes, len, BIG_ENDIAN_UTF16);
}

/* How a text file begins tells its encoding; the BOM is not part of the text. The rows without a
 * BOM recognise how XML and JSON written as UTF-16LE begin. */
static const struct text_form {
	uint8_t start[3];
	size_t start_len;
	size_t bom_len;
	void (*add)(struct hv_buf *b, const uint8_t *bytes, size_t len);
} TEXT_FORMS[] = {
	{ { 0xEF, 0xBB, 0xBF }, 3, 3, add_utf8_text },
	{ { 0xFF, 0xFE }, 2, 2, add_utf16le_text },
	{ { 0xFE, 0xFF }, 2, 2, add_utf16be_text },
	{ { '<', 0 }, 2, 0, add_utf16le_text },
	{ { '{', 0 }, 2, 0, add_utf16le_text },
	{ { '[', 0 }, 2, 0, add_utf16le_text },
	{ { 0 }, 0, 0, add_utf8_text },
};

static const struct text_form *find_text_form(const uint8_t *bytes, size_t len)
{
	const struct text_form *form = TEXT_FORMS;

	/* The last row matches everything. */
	while (form->start_len > len ||
		(form->start_len > 0 && memcmp(bytes, form->start, form->start_len) != 0))
		form++;
	return form;
}

static int check_text(const char *text, size_t len, size_t bom_len, struct hv_err *err)
{
	size_t valid = valid_prefix(text, len);
	const char *nul = memchr(text, '\0', len);

	if (valid < len)
		return hv_err_set(
			err, HV_ERR_FORMAT, "invalid UTF-8 at offset %zu", bom_len + valid);
	if (nul)
		return hv_err_set(err, HV_ERR_FORMAT, "NUL character at offset %zu of the text",
			(size_t)(nul - text));
	return 0;
}

int hv_text_decode(const uint8_t *bytes, size_t len, size_t max, char **ret, size_t *ret_len,
	struct hv_err *err)
{
	const struct text_form *form = find_text_form(bytes, len);
	HV_AUTO(buf) text = { .max = max };
	size_t text_len;
	char *taken;

	if (len > form->bom_len)
		form->add(&text, bytes + form->bom_len, len - form->bom_len);
	if (text.overflow)
		return hv_err_set(
			err, HV_ERR_LIMIT, "text is larger than the limit of %zu bytes", max);
	if (hv_buf_failed(&text))
		return hv_err_no_memory(err);
	if (check_text(hv_buf_str(&text), text.len, form->bom_len, err))
		return -1;
	text_len = text.len;
	taken = hv_buf_take(&text);
	if (!taken)
		return hv_err_no_memory(err);
	*ret = taken;
	*ret_len = text_len;
	return 0;
}

/* Upper-case letters whose lower-case one lies `delta` further on; with step 2 upper and lower case
 * alternate and first is an upper-case one. Turkish dotted and dotless i, long s and sharp s have
 * no partner here, as in the upper-case table of Windows. Sorted. */
static const struct fold_range {
	uint32_t first;
	uint32_t last;
	uint32_t step;
	int32_t delta;
} FOLD_RANGES[] = {
	{ 0x0041, 0x005A, 1, 32 }, /* Basic Latin */
	{ 0x00C0, 0x00D6, 1, 32 }, /* Latin-1 */
	{ 0x00D8, 0x00DE, 1, 32 },
	{ 0x0100, 0x012E, 2, 1 }, /* Latin Extended-A */
	{ 0x0132, 0x0136, 2, 1 },
	{ 0x0139, 0x0147, 2, 1 },
	{ 0x014A, 0x0176, 2, 1 },
	{ 0x0178, 0x0178, 1, -121 },
	{ 0x0179, 0x017D, 2, 1 },
	{ 0x01CD, 0x01DB, 2, 1 }, /* Latin Extended-B: Pinyin, Romanian and others */
	{ 0x01DE, 0x01EE, 2, 1 },
	{ 0x01F8, 0x021E, 2, 1 },
	{ 0x0222, 0x0232, 2, 1 },
	{ 0x0386, 0x0386, 1, 38 }, /* Greek */
	{ 0x0388, 0x038A, 1, 37 },
	{ 0x038C, 0x038C, 1, 64 },
	{ 0x038E, 0x038F, 1, 63 },
	{ 0x0391, 0x03A1, 1, 32 },
	{ 0x03A3, 0x03AB, 1, 32 },
	{ 0x03C2, 0x03C2, 1, 1 },  /* final sigma is a sigma */
	{ 0x0400, 0x040F, 1, 80 }, /* Cyrillic */
	{ 0x0410, 0x042F, 1, 32 },
	{ 0x0460, 0x0480, 2, 1 },
	{ 0x048A, 0x04BE, 2, 1 },
	{ 0x04C0, 0x04C0, 1, 15 },
	{ 0x04C1, 0x04CD, 2, 1 },
	{ 0x04D0, 0x052E, 2, 1 },
	{ 0x1E00, 0x1E94, 2, 1 }, /* Latin Extended Additional: Vietnamese and others */
	{ 0x1EA0, 0x1EFE, 2, 1 },
};

static uint32_t fold(uint32_t c)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(FOLD_RANGES) && c >= FOLD_RANGES[i].first; i++) {
		const struct fold_range *range = &FOLD_RANGES[i];

		if (c <= range->last)
			return (c - range->first) % range->step == 0
				       ? (uint32_t)((int32_t)c + range->delta)
				       : c;
	}
	return c;
}

/* The folded code point at *p, which moves past it; 0 at the end, where it stays. An invalid byte
 * gets a value above all code points, so that it equals nothing but itself. */
static uint32_t next_folded(const char **p)
{
	unsigned char first = (unsigned char)**p;
	uint32_t c;
	size_t len;

	if (first < 0x80) {
		*p += first != '\0';
		return first >= 'A' && first <= 'Z' ? first + 32u : first;
	}
	len = hv_utf8_decode(*p, strnlen(*p, SEQUENCE_MAX), &c);
	if (len > 0) {
		*p += len;
		return fold(c);
	}
	return CODE_POINT_MAX + 1 + (uint32_t)(unsigned char)*(*p)++;
}

int hv_utf8_casecmp(const char *a, const char *b)
{
	uint32_t in_a;
	uint32_t in_b;

	do {
		/* Most of what is compared are paths that begin alike. */
		while (*a == *b && *a != '\0' && (unsigned char)*a < 0x80) {
			a++;
			b++;
		}
		in_a = next_folded(&a);
		in_b = next_folded(&b);
	} while (in_a == in_b && in_a != 0);
	return in_a < in_b ? -1 : in_a > in_b;
}

bool hv_utf8_caseeq(const char *a, const char *b)
{
	return hv_utf8_casecmp(a, b) == 0;
}

size_t hv_utf8_caseprefix(const char *s, const char *prefix)
{
	const char *p = s;

	while (*prefix) {
		if (next_folded(&p) != next_folded(&prefix))
			return 0;
	}
	return (size_t)(p - s);
}

const char *hv_utf8_casestr(const char *haystack, const char *needle)
{
	if (*needle == '\0')
		return haystack;
	while (*haystack) {
		if (hv_utf8_caseprefix(haystack, needle) > 0)
			return haystack;
		(void)next_folded(&haystack);
	}
	return NULL;
}
