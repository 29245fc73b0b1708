/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of configuration files: comments begin with '#' or ';', blanks around a line, a key or a
 * value are no part of it, CRLF and a UTF-8 byte order mark are passed over. */
#ifndef HV_CLI_INI_TEXT_H
#define HV_CLI_INI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A piece of the text; borrowed, not NUL-terminated. */
struct hv_ini_piece {
	const char *text;
	size_t len;
};

struct hv_ini_lines {
	struct hv_ini_piece rest;
	size_t number; /* of the line that was given last, from 1 */
};

struct hv_ini_lines hv_ini_lines_start(const char *text, size_t len);

/* The next line that is neither empty nor a comment, without the blanks around it. */
bool hv_ini_lines_next(struct hv_ini_lines *lines, struct hv_ini_piece *ret);

struct hv_ini_piece hv_ini_trim(const char *text, size_t len);

bool hv_ini_equals(struct hv_ini_piece piece, const char *s);

/* "key = value", at the first '='. False when there is none; all of it is the key then. */
bool hv_ini_split(
	struct hv_ini_piece line, struct hv_ini_piece *ret_key, struct hv_ini_piece *ret_value);

#endif
