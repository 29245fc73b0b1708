/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign text made safe for HTML. */
#include "output/html-text.h"

#include <stdint.h>
#include <string.h>

#include "base/printable.h"
#include "base/utf.h"

/* Widths of characters, in hundredths of the font's size: generous, for common fonts. */
enum {
	WIDTH_NARROW = 38,
	WIDTH_USUAL = 63,
	WIDTH_BROAD = 88,
	WIDTH_FULL = 105, /* of ideographs */
	WIDTH_ELLIPSIS = 100,
	FIRST_FULL = 0x1100, /* Hangul; ideographs and emoji stand behind it */
};

static const char ELLIPSIS[] = "\xE2\x80\xA6";

/* One character of foreign text */
struct character {
	size_t len; /* bytes; an invalid byte is a character */
	uint32_t code_point;
	bool shown; /* as it is */
};

/* U+FFFE and U+FFFF are no characters of XML [XML 1.0 2.2]. */
static struct character character_at(const char *s, size_t len)
{
	struct character c = { .len = 0 };

	c.len = hv_utf8_decode(s, len, &c.code_point);
	c.shown = c.len > 0 && hv_printable(c.code_point) && c.code_point != 0xFFFE &&
		  c.code_point != 0xFFFF;
	if (!c.shown)
		c.code_point = '?';
	if (c.len == 0)
		c.len = 1;
	return c;
}

static void add_character(struct hv_buf *out, uint32_t code_point)
{
	if (code_point == '&')
		hv_buf_adds(out, "&amp;");
	else if (code_point == '<')
		hv_buf_adds(out, "&lt;");
	else if (code_point == '>')
		hv_buf_adds(out, "&gt;");
	else if (code_point == '"')
		hv_buf_adds(out, "&#34;");
	else if (code_point == '\'')
		hv_buf_adds(out, "&#39;");
	else
		hv_buf_add_utf8(out, code_point);
}

void hv_html_bytes(struct hv_buf *out, const char *s, size_t len)
{
	for (size_t pos = 0; pos < len;) {
		struct character c = character_at(s + pos, len - pos);

		add_character(out, c.code_point);
		pos += c.len;
	}
}

bool hv_html_is_faithful(const char *s, size_t len)
{
	for (size_t pos = 0; pos < len;) {
		struct character c = character_at(s + pos, len - pos);

		if (!c.shown)
			return false;
		pos += c.len;
	}
	return true;
}

void hv_html_text(struct hv_buf *out, const char *s)
{
	size_t len = s ? strlen(s) : 0;
	size_t pos = 0;

	for (size_t count = 0; pos < len; count++) {
		struct character c = character_at(s + pos, len - pos);

		if (count == HV_HTML_MAX_TEXT) {
			hv_buf_adds(out, ELLIPSIS);
			return;
		}
		add_character(out, c.code_point);
		pos += c.len;
	}
}

static unsigned int width_of(uint32_t code_point)
{
	if (code_point >= FIRST_FULL)
		return WIDTH_FULL;
	if (code_point < 0x80 && strchr(" !'(),.:;[]fijlrt", (int)code_point))
		return WIDTH_NARROW;
	if ((code_point >= 'A' && code_point <= 'Z') || code_point == 'm' || code_point == 'w' ||
		code_point == '@' || code_point == '%')
		return WIDTH_BROAD;
	return WIDTH_USUAL;
}

static size_t width_of_bytes(const char *s, size_t len)
{
	size_t width = 0;

	for (size_t pos = 0; pos < len;) {
		struct character c = character_at(s + pos, len - pos);

		width += width_of(c.code_point);
		pos += c.len;
	}
	return width;
}

/* Bytes from the start of s that are at least so wide. */
static size_t len_at_least(const char *s, size_t len, size_t width)
{
	size_t pos = 0;

	for (size_t sum = 0; pos < len && sum < width;) {
		struct character c = character_at(s + pos, len - pos);

		sum += width_of(c.code_point);
		pos += c.len;
	}
	return pos;
}

/* Bytes from the start of s that are at most so wide. */
static size_t len_at_most(const char *s, size_t len, size_t width)
{
	size_t pos = 0;

	for (size_t sum = 0; pos < len;) {
		struct character c = character_at(s + pos, len - pos);

		sum += width_of(c.code_point);
		if (sum > width)
			break;
		pos += c.len;
	}
	return pos;
}

void hv_html_fit(struct hv_buf *out, const char *s, unsigned int width)
{
	size_t len = strlen(s);
	size_t whole = width_of_bytes(s, len);
	size_t room = width > WIDTH_ELLIPSIS ? width - WIDTH_ELLIPSIS : 0;
	size_t head;
	size_t tail;

	if (whole <= width) {
		hv_html_bytes(out, s, len);
		return;
	}
	head = len_at_most(s, len, room / 2);
	tail = len_at_least(s, len, whole - room / 2);
	hv_html_bytes(out, s, head);
	hv_buf_adds(out, ELLIPSIS);
	hv_html_bytes(out, s + tail, len - tail);
}
