/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/ini-text.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

struct hv_ini_piece hv_ini_trim(const char *text, size_t len)
{
	while (len > 0 && is_blank(text[0])) {
		text++;
		len--;
	}
	while (len > 0 && is_blank(text[len - 1]))
		len--;
	return (struct hv_ini_piece){ .text = text, .len = len };
}

bool hv_ini_equals(struct hv_ini_piece piece, const char *s)
{
	return piece.len == strlen(s) && memcmp(piece.text, s, piece.len) == 0;
}

struct hv_ini_lines hv_ini_lines_start(const char *text, size_t len)
{
	static const char bom[] = "\xEF\xBB\xBF";
	size_t skip = len >= 3 && memcmp(text, bom, 3) == 0 ? 3 : 0;

	return (struct hv_ini_lines){ .rest = { .text = text + skip, .len = len - skip } };
}

bool hv_ini_lines_next(struct hv_ini_lines *lines, struct hv_ini_piece *ret)
{
	struct hv_ini_piece *rest = &lines->rest;

	while (rest->len > 0) {
		const char *end = memchr(rest->text, '\n', rest->len);
		size_t len = end == NULL ? rest->len : (size_t)(end - rest->text);
		struct hv_ini_piece line = hv_ini_trim(rest->text, len);

		rest->text += len + (end != NULL);
		rest->len -= len + (end != NULL);
		lines->number++;
		if (line.len == 0 || line.text[0] == '#' || line.text[0] == ';')
			continue;
		*ret = line;
		return true;
	}
	return false;
}

bool hv_ini_split(
	struct hv_ini_piece line, struct hv_ini_piece *ret_key, struct hv_ini_piece *ret_value)
{
	const char *equals = memchr(line.text, '=', line.len);
	size_t key_len = equals == NULL ? line.len : (size_t)(equals - line.text);

	*ret_key = hv_ini_trim(line.text, key_len);
	*ret_value = (struct hv_ini_piece){ .text = "" };
	if (equals == NULL)
		return false;
	*ret_value = hv_ini_trim(equals + 1, line.len - key_len - 1);
	return true;
}
