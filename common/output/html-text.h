/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign text inside HTML and SVG, as content and as a quoted attribute alike; also well-formed
 * XML. What hv_output_text() neutralises is neutralised here, except for the pipe sign, which means
 * nothing here. Used inside common/output only. */
#ifndef HV_OUTPUT_HTML_TEXT_H
#define HV_OUTPUT_HTML_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { HV_HTML_MAX_TEXT = 1000 }; /* characters of one foreign string or sentence */

/* s, its end left out behind HV_HTML_MAX_TEXT characters. NULL: nothing. */
void hv_html_text(struct hv_buf *out, const char *s);

/* The first len bytes of s, uncut. */
void hv_html_bytes(struct hv_buf *out, const char *s, size_t len);

/* Whether the first len bytes are shown as they are: what a browser copies is what they hold. */
bool hv_html_is_faithful(const char *s, size_t len);

/* s for a place of that width in hundredths of the font's size; what does not fit is left out in
 * the middle, where names differ least. Widths are estimated: the place must clip. */
void hv_html_fit(struct hv_buf *out, const char *s, unsigned int width);

#endif
