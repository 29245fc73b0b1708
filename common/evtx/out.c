/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML text: one pass over UTF-16LE that decodes, escapes and replaces what XML 1.0 does not allow.
 */
#include "evtx/out.h"

enum {
	REPLACEMENT = 0xFFFD,
	ASCII_COUNT = 128,
	DECIMAL_MAX = 20, /* digits of UINT64_MAX */
	HEX_MAX = 16,
};

/* What an ASCII character may be. Escape and control are not plain. */
enum {
	CLASS_ESCAPE = 1,
	CLASS_CONTROL = 2,
	CLASS_NOT_PLAIN = CLASS_ESCAPE | CLASS_CONTROL,
	CLASS_NAME = 4,       /* anywhere in a name */
	CLASS_NAME_START = 8, /* as its first character */
};

#define NAME_LETTER (CLASS_NAME | CLASS_NAME_START)

static const uint8_t ASCII_CLASS[ASCII_COUNT] = {
	[0x00 ... 0x08] = CLASS_CONTROL,
	[0x0B ... 0x0C] = CLASS_CONTROL,
	[0x0E ... 0x1F] = CLASS_CONTROL,
	['"'] = CLASS_ESCAPE,
	['&'] = CLASS_ESCAPE,
	['<'] = CLASS_ESCAPE,
	['>'] = CLASS_ESCAPE,
	['-'] = CLASS_NAME,
	['.'] = CLASS_NAME,
	['0' ... '9'] = CLASS_NAME,
	[':'] = NAME_LETTER,
	['A' ... 'Z'] = NAME_LETTER,
	['_'] = NAME_LETTER,
	['a' ... 'z'] = NAME_LETTER,
};

/* Characters above ASCII that may stand in a name [XML10 2.3]; those marked start may begin one.
 * Sorted. */
static const struct name_range {
	uint32_t first;
	uint32_t last;
	bool start;
} NAME_RANGES[] = {
	{ 0xB7, 0xB7, false },
	{ 0xC0, 0xD6, true },
	{ 0xD8, 0xF6, true },
	{ 0xF8, 0x2FF, true },
	{ 0x300, 0x36F, false },
	{ 0x370, 0x37D, true },
	{ 0x37F, 0x1FFF, true },
	{ 0x200C, 0x200D, true },
	{ 0x203F, 0x2040, false },
	{ 0x2070, 0x218F, true },
	{ 0x2C00, 0x2FEF, true },
	{ 0x3001, 0xD7FF, true },
	{ 0xF900, 0xFDCF, true },
	{ 0xFDF0, 0xFFFC, true }, /* U+FFFD would be a replacement */
	{ 0x10000, 0xEFFFF, true },
};

static const char HEX_UPPER[] = "0123456789ABCDEF";
static const char HEX_LOWER[] = "0123456789abcdef";

static uint32_t unit_at(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static bool is_surrogate(uint32_t unit)
{
	return unit >= 0xD800 && unit <= 0xDFFF;
}

/* Decodes one code point of at least one unit. Returns the number of units; a lone surrogate is
 * replaced. */
static size_t decode(const uint8_t *p, size_t units, uint32_t *ret)
{
	uint32_t first = unit_at(p);
	uint32_t second;

	*ret = first;
	if (!is_surrogate(first))
		return 1;
	second = units > 1 ? unit_at(p + 2) : 0;
	if (first < 0xDC00 && second >= 0xDC00 && second <= 0xDFFF) {
		*ret = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
		return 2;
	}
	*ret = REPLACEMENT;
	return 1;
}

/* Writes a code point that is no surrogate. At most 4 bytes. */
static size_t put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xC0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xE0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3F));
		to[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	to[0] = (char)(0xF0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3F));
	to[2] = (char)(0x80 | (c >> 6 & 0x3F));
	to[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

static size_t put_bytes(char *to, const char *bytes, size_t len)
{
	memcpy(to, bytes, len);
	return len;
}

/* Writes one character as XML text. At most 6 bytes. */
static size_t put_escaped(char *to, uint32_t c)
{
	if (c == '&')
		return put_bytes(to, "&amp;", 5);
	if (c == '<')
		return put_bytes(to, "&lt;", 4);
	if (c == '>')
		return put_bytes(to, "&gt;", 4);
	if (c == '"')
		return put_bytes(to, "&quot;", 6);
	return put_utf8(to, c);
}

static uint32_t allowed(uint32_t c)
{
	if (c < ASCII_COUNT)
		return ASCII_CLASS[c] & CLASS_CONTROL ? REPLACEMENT : c;
	if (is_surrogate(c) || c == 0xFFFE || c == 0xFFFF || c > 0x10FFFF)
		return REPLACEMENT;
	return c;
}

void hv_evtx_out_string(struct hv_evtx_out *o, const char *s)
{
	hv_evtx_out_bytes(o, s, strlen(s));
}

void hv_evtx_out_character(struct hv_evtx_out *o, uint32_t code_point)
{
	char bytes[8] = { 0 };

	hv_evtx_out_bytes(o, bytes, put_escaped(bytes, allowed(code_point)));
}

/* The spare bytes behind max let a character be written before the limit is looked at. */
static inline void add_text(struct hv_evtx_out *o, struct hv_evtx_text text,
	size_t (*put)(char *to, uint32_t c), uint8_t special)
{
	const uint8_t *p = text.bytes;
	size_t left = text.units;
	size_t len = o->len;

	while (left > 0) {
		uint32_t c = unit_at(p);
		size_t used = 1;

		if (c < ASCII_COUNT && !(ASCII_CLASS[c] & special)) {
			o->data[len++] = (char)c;
		} else {
			used = decode(p, left, &c);
			len += put(o->data + len, allowed(c));
		}
		if (len > o->max) {
			o->full = true;
			return;
		}
		p += 2 * used;
		left -= used;
	}
	o->len = len;
}

void hv_evtx_out_text(struct hv_evtx_out *o, struct hv_evtx_text text)
{
	add_text(o, text, put_escaped, CLASS_NOT_PLAIN);
}

void hv_evtx_out_plain(struct hv_evtx_out *o, struct hv_evtx_text text)
{
	add_text(o, text, put_utf8, CLASS_CONTROL);
}

static bool is_name_character(uint32_t c, bool first)
{
	if (c < ASCII_COUNT)
		return ASCII_CLASS[c] & (first ? CLASS_NAME_START : CLASS_NAME);
	for (size_t i = 0; i < HV_ARRAY_LEN(NAME_RANGES); i++) {
		if (c <= NAME_RANGES[i].last)
			return c >= NAME_RANGES[i].first && (NAME_RANGES[i].start || !first);
	}
	return false;
}

bool hv_evtx_out_name(struct hv_evtx_out *o, struct hv_evtx_text text)
{
	const uint8_t *p = text.bytes;
	size_t left = text.units;
	size_t len = o->len;

	if (left == 0)
		return false;
	while (left > 0) {
		uint32_t c;
		size_t used = decode(p, left, &c);

		if (!is_name_character(c, left == text.units))
			return false;
		len += put_utf8(o->data + len, c);
		if (len > o->max) {
			o->full = true;
			return true;
		}
		p += 2 * used;
		left -= used;
	}
	o->len = len;
	return true;
}

void hv_evtx_out_decimal(struct hv_evtx_out *o, uint64_t v)
{
	char digits[DECIMAL_MAX];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	hv_evtx_out_bytes(o, digits + at, sizeof(digits) - at);
}

void hv_evtx_out_padded(struct hv_evtx_out *o, uint64_t v, unsigned int digits)
{
	char text[DECIMAL_MAX];
	unsigned int count = digits < DECIMAL_MAX ? digits : DECIMAL_MAX;

	for (unsigned int i = count; i > 0; i--) {
		text[i - 1] = (char)('0' + v % 10);
		v /= 10;
	}
	hv_evtx_out_bytes(o, text, count);
}

void hv_evtx_out_hex(struct hv_evtx_out *o, uint64_t v)
{
	char digits[HEX_MAX];
	size_t at = sizeof(digits);

	do {
		digits[--at] = HEX_LOWER[v & 0xF];
		v >>= 4;
	} while (v > 0);
	hv_evtx_out_bytes(o, "0x", 2);
	hv_evtx_out_bytes(o, digits + at, sizeof(digits) - at);
}

void hv_evtx_out_hex_bytes(struct hv_evtx_out *o, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len && !o->full; i++) {
		char pair[2] = { HEX_UPPER[bytes[i] >> 4], HEX_UPPER[bytes[i] & 0xF] };

		hv_evtx_out_bytes(o, pair, sizeof(pair));
	}
}
