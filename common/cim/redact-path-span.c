/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a path begins and ends in a text. In a sentence nothing but its ending, a quote or a
 * character that no path can have ends it for certain; a blank does not. */
#include <string.h>

#include "base/utf.h"
#include "cim/redact-path.h"

static bool is_separator(char c)
{
	return c == '\\' || c == '/';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t skip_separators(const char *text, size_t len, size_t pos)
{
	while (pos < len && is_separator(text[pos]))
		pos++;
	return pos;
}

static size_t component_end(const char *text, size_t len, size_t pos)
{
	while (pos < len && !is_separator(text[pos]))
		pos++;
	return pos;
}

/* Whether backslashes at pos only separate what stands around them. */
static bool goes_on_before(const char *text, size_t pos)
{
	const char before = pos > 0 ? text[pos - 1] : ' ';

	return is_letter(before) || is_digit(before) || strchr("\\/:}", before) != NULL;
}

/* Length of what makes text[pos] the start of a path; 0 when it is none. */
static size_t path_start(const char *text, size_t len, size_t pos)
{
	const char *s = text + pos;
	size_t lead;

	if (is_letter(s[0]))
		return len - pos >= 3 && s[1] == ':' && is_separator(s[2]) ? 3 : 0;
	if (s[0] != '\\' || goes_on_before(text, pos))
		return 0;
	lead = skip_separators(text, len, pos) - pos;
	if (lead == 1)
		return hv_utf8_caseprefix(s, "\\Device\\");
	if (pos + lead >= len || strchr(" \t\r\n\"'<>|*:;,)", s[lead]) != NULL)
		return 0;
	return s[lead] == '?' ? lead + 1 : lead;
}

/* Where a path that begins before pos must end: at a character that none can have, or at the quote
 * that answers the one before the path. */
static size_t path_limit(const char *text, size_t len, size_t start, size_t pos)
{
	const char quote = start > 0 ? text[start - 1] : '\0';

	for (; pos < len; pos++) {
		const char c = text[pos];

		if (strchr("<>\"|*?:\t\r\n", c) != NULL)
			return pos;
		if (quote == '\'' && c == '\'' && !is_letter(text[pos + 1]) &&
			!is_digit(text[pos + 1]))
			return pos;
		if (c == ' ' && text[pos + 1] == '\\' && text[pos + 2] == '\\')
			return pos;
	}
	return len;
}

/* Whether a file's name goes on at s, behind what looks like its ending. */
static bool name_goes_on(const char *s)
{
	return is_letter(*s) || is_digit(*s) || is_separator(*s) || (unsigned char)*s >= 0x80 ||
	       *s == '-' || *s == '_' || (*s == '.' && is_letter(s[1]));
}

/* The first known ending between pos and limit after which the name does not go on; 0: none. */
static size_t end_by_ending(const char *text, size_t pos, size_t limit)
{
	for (; pos < limit; pos++) {
		const size_t n = text[pos] == '.' ? hv_redact_path_ending_at(text + pos) : 0;

		if (n > 0 && pos + n <= limit && !name_goes_on(text + pos + n))
			return pos + n;
	}
	return 0;
}

/* In a sentence the last component goes up to a blank, or as far as a name that is known. */
static size_t end_in_sentence(
	const struct hv_words *w, const char *text, size_t start, size_t limit)
{
	size_t last = limit;
	const struct hv_word *word;
	size_t end;

	while (last > start && !is_separator(text[last - 1]))
		last--;
	for (end = last; end < limit && text[end] != ' '; end++)
		;
	word = hv_words_at(w, text + last);
	if (word != NULL && last + hv_word_length(word, text + last) > end &&
		last + hv_word_length(word, text + last) <= limit)
		return last + hv_word_length(word, text + last);
	while (end > last && strchr(".,;)]'", text[end - 1]) != NULL)
		end--;
	return end;
}

/* "root" of "\\SERVER\root\cimv2:Class..." ends the path: the rest is not a file. */
static size_t object_path_span(const char *text, size_t len, size_t pos)
{
	const size_t server = skip_separators(text, len, pos);
	const size_t end = component_end(text, len, server);
	const size_t root = skip_separators(text, len, end);
	const size_t next = root + hv_utf8_caseprefix(text + root, "root");

	if (server - pos < 2 || next == root || (!is_separator(text[next]) && text[next] != ':'))
		return 0;
	return end - pos;
}

size_t hv_redact_path_span(const struct hv_words *w, const char *text, size_t len, size_t pos)
{
	const size_t start = path_start(text, len, pos);
	size_t limit = start > 0 ? object_path_span(text, len, pos) : 0;
	size_t end;

	if (start == 0 || limit > 0)
		return limit;
	limit = path_limit(text, len, pos, pos + start);
	end = end_by_ending(text, pos + start, limit);
	if (end > 0)
		return end - pos;
	if ((pos == 0 && limit == len) ||
		(pos > 0 && limit < len && strchr("'\"", text[limit]) != NULL &&
			text[limit] == text[pos - 1]))
		return limit - pos;
	return end_in_sentence(w, text, pos + start, limit) - pos;
}
