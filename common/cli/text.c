/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/text.h"

#include <string.h>

bool hv_text_line_next(const char **pos, struct hv_text_piece *ret)
{
	const char *start = *pos;
	size_t empty = 0;
	size_t len;

	if (start == NULL)
		return false;
	while (*start == '\n') {
		start++;
		empty++;
	}
	if (*start == '\0')
		return false;
	len = strcspn(start, "\n");
	*ret = (struct hv_text_piece){
		.text = start,
		.len = len,
		.literal = *start == ' ' || *start == '\t',
		.apart = empty > 0,
	};
	*pos = start + len + (start[len] == '\n');
	return true;
}

bool hv_text_word_next(const struct hv_text_piece *line, size_t *pos, struct hv_text_piece *ret)
{
	size_t start = *pos;
	size_t end;

	while (start < line->len && line->text[start] == ' ')
		start++;
	if (start >= line->len)
		return false;
	for (end = start; end < line->len && line->text[end] != ' ';)
		end++;
	*ret = (struct hv_text_piece){ .text = line->text + start, .len = end - start };
	*pos = end;
	return true;
}

size_t hv_text_columns(const char *text, size_t len)
{
	size_t columns = 0;

	for (size_t i = 0; i < len; i++)
		columns += ((unsigned char)text[i] & 0xC0) != 0x80;
	return columns;
}

static void add_indent(struct hv_buf *out, size_t indent)
{
	for (size_t i = 0; i < indent; i++)
		hv_buf_addc(out, ' ');
}

static void fill_line(struct hv_buf *out, const struct hv_text_piece *line, size_t indent)
{
	size_t column = 0; /* 0: nothing stands in the line yet */
	size_t pos = 0;
	struct hv_text_piece word;

	while (hv_text_word_next(line, &pos, &word)) {
		size_t columns = hv_text_columns(word.text, word.len);

		if (column > 0 && column + 1 + columns > HV_TEXT_COLUMNS) {
			hv_buf_addc(out, '\n');
			column = 0;
		}
		if (column == 0) {
			add_indent(out, indent);
			column = indent;
		} else {
			hv_buf_addc(out, ' ');
			column++;
		}
		hv_buf_add(out, word.text, word.len);
		column += columns;
	}
	hv_buf_addc(out, '\n');
}

void hv_text_fill(struct hv_buf *out, const char *text, size_t indent)
{
	const char *pos = text;
	struct hv_text_piece line;

	while (hv_text_line_next(&pos, &line)) {
		if (line.apart)
			hv_buf_addc(out, '\n');
		if (!line.literal) {
			fill_line(out, &line, indent);
			continue;
		}
		add_indent(out, indent);
		hv_buf_add(out, line.text, line.len);
		hv_buf_addc(out, '\n');
	}
}
