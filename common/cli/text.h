/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text of descriptors for people: paragraphs and words, and filling to the terminal's width. */
#ifndef HV_CLI_TEXT_H
#define HV_CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { HV_TEXT_COLUMNS = 80 };

struct hv_text_piece {
	const char *text; /* borrowed; not NUL-terminated */
	size_t len;
	bool literal; /* of a line: begins with a blank, so it is not filled */
	bool apart;   /* of a line: an empty line stands before it */
};

/* Lines of a text; empty ones are only told of by `apart`. *pos starts at the text (NULL: no line).
 */
bool hv_text_line_next(const char **pos, struct hv_text_piece *ret);

/* Words of a line. *pos starts at 0. */
bool hv_text_word_next(const struct hv_text_piece *line, size_t *pos, struct hv_text_piece *ret);

/* Columns that UTF-8 text takes: its code points. */
size_t hv_text_columns(const char *text, size_t len);

/* Appends text filled to HV_TEXT_COLUMNS, every line indented, with a line break at the end. */
void hv_text_fill(struct hv_buf *out, const char *text, size_t indent);

#endif
