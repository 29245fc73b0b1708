/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign text made safe for one line of plugin output. */
#include "output/text.h"

#include <stdint.h>
#include <string.h>

#include "base/printable.h"
#include "base/utf.h"
#include "output/output.h"

enum { BROKEN_BAR = 0x00A6 }; /* looks like the pipe sign, which would start performance data */

static const char ELLIPSIS[] = "...";

/* Bytes of the character at s; an invalid byte counts as one. */
static size_t char_len(const char *s, size_t len, uint32_t *ret_shown)
{
	uint32_t c = 0;
	size_t decoded = hv_utf8_decode(s, len, &c);

	if (c == '|')
		c = BROKEN_BAR;
	*ret_shown = decoded > 0 && hv_printable(c) ? c : '?';
	return decoded ? decoded : 1;
}

void hv_output_bytes(struct hv_buf *out, const char *s, size_t len)
{
	for (size_t pos = 0; pos < len;) {
		uint32_t shown;

		pos += char_len(s + pos, len - pos, &shown);
		hv_buf_add_utf8(out, shown);
	}
}

/* Bytes of the first max_chars characters of s. */
static size_t chars_len(const char *s, size_t max_chars)
{
	size_t len = strlen(s);
	size_t pos = 0;

	for (size_t i = 0; i < max_chars && pos < len; i++) {
		uint32_t unused;

		pos += char_len(s + pos, len - pos, &unused);
	}
	return pos;
}

void hv_output_text(struct hv_buf *out, const char *s, size_t max_chars)
{
	size_t ellipsis_len = strlen(ELLIPSIS);
	size_t len = chars_len(s, max_chars);

	if (s[len] == '\0') {
		hv_output_bytes(out, s, len);
		return;
	}
	hv_output_bytes(
		out, s, chars_len(s, max_chars > ellipsis_len ? max_chars - ellipsis_len : 0));
	hv_buf_adds(out, ELLIPSIS);
}
