/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One walk over the text: where a word may begin, a path, a pattern or the longest known word is
 * taken, else all up to the next such place is copied. */
#include "cim/redact-text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf.h"
#include "cim/redact-path.h"
#include "cim/redact-pattern.h"

struct scan {
	struct hv_words *words;
	const char *text;
	size_t len;
	size_t pos;
	struct hv_buf *out;
};

/* The code point that ends before pos, or begins there; 0 when there is none. */
static uint32_t code_point_before(const struct scan *s, size_t pos)
{
	size_t start = pos;
	uint32_t c = 0;

	while (start > 0 && pos - start < 4) {
		start--;
		if (((unsigned char)s->text[start] & 0xC0) != 0x80)
			break;
	}
	return hv_utf8_decode(s->text + start, pos - start, &c) > 0 ? c : 0;
}

static uint32_t code_point_at(const struct scan *s, size_t pos)
{
	uint32_t c = 0;

	return hv_utf8_decode(s->text + pos, s->len - pos, &c) > 0 ? c : 0;
}

/* Letters and digits. Scripts that are written without blanks have their words everywhere. */
static bool is_of_word(uint32_t c)
{
	enum { LATIN_SIGNS = 0x80, LATIN_LETTERS = 0xC0, SIGNS = 0x2000, IDEOGRAMS = 0x2E80 };

	if (c < LATIN_SIGNS)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	return c >= LATIN_LETTERS && c < IDEOGRAMS && (c < SIGNS || c >= 0x2C00);
}

static bool is_boundary(const struct scan *s, size_t pos)
{
	return pos == 0 || pos == s->len || !is_of_word(code_point_before(s, pos)) ||
	       !is_of_word(code_point_at(s, pos));
}

static bool is_quote(uint32_t c)
{
	return c == '\'' || c == '"' || c == '`' || (c >= 0x2018 && c <= 0x201F) || c == 0xAB ||
	       c == 0xBB || c == 0x2039 || c == 0x203A || (c >= 0x300C && c <= 0x300F);
}

/* A number or a truth value, as programs read them. */
static bool is_value(const char *text, size_t len)
{
	return strspn(text, "0123456789.") >= len || hv_utf8_caseprefix(text, "true") == len ||
	       hv_utf8_caseprefix(text, "false") == len;
}

/* Whether what stands from s->pos to end is a name by its place: the whole text, as in
 * "name(Online)" too, or quoted. */
static bool is_name_by_place(const struct scan *s, size_t end)
{
	if (s->pos == 0 && end == s->len)
		return !is_value(s->text, s->len);
	if (s->pos == 0)
		return s->text[end] == '(';
	return is_quote(code_point_before(s, s->pos)) && is_quote(code_point_at(s, end));
}

static size_t take_word(const struct scan *s)
{
	const struct hv_word *word = hv_words_at(s->words, s->text + s->pos);

	for (; word != NULL; word = word->prefix) {
		const size_t end = s->pos + hv_word_length(word, s->text + s->pos);

		if (!is_boundary(s, end) || (word->is_plain && !is_name_by_place(s, end)))
			continue;
		hv_buf_adds(s->out, word->replacement);
		return end - s->pos;
	}
	return 0;
}

static size_t take_path(const struct scan *s)
{
	const size_t len = hv_redact_path_span(s->words, s->text, s->len, s->pos);

	if (len > 0)
		hv_redact_path(s->words, s->text + s->pos, len, s->out);
	return len;
}

static size_t take_any(const struct scan *s)
{
	size_t len;

	if (!is_boundary(s, s->pos))
		return 0;
	len = take_path(s);
	if (len == 0 && is_of_word(code_point_at(s, s->pos)))
		len = hv_redact_pattern(s->words, s->text, s->len, s->pos, s->out);
	return len > 0 ? len : take_word(s);
}

/* A path without a root, such as "Snapshots\GUID.xml". */
static bool is_relative_path(const char *text, size_t len)
{
	return strpbrk(text, "\\/") != NULL && strpbrk(text, "<>:\"|?*\t\r\n") == NULL &&
	       text[0] != '\\' && hv_redact_path_ending(text, len) > 0;
}

void hv_redact_text(struct hv_words *w, const char *text, struct hv_buf *out)
{
	struct scan s = { .words = w, .text = text, .len = strlen(text), .out = out };

	if (hv_words_find(w, text, s.len) == NULL && is_relative_path(text, s.len)) {
		hv_redact_path(w, text, s.len, out);
		return;
	}
	while (s.pos < s.len && !hv_buf_failed(out)) {
		size_t len = take_any(&s);

		if (len == 0) {
			len = 1;
			while (((unsigned char)text[s.pos + len] & 0xC0) == 0x80)
				len++;
			hv_buf_add(out, text + s.pos, len);
		}
		s.pos += len;
	}
}
