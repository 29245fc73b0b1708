/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of foreign text. Used inside common/output only. */
#ifndef HV_OUTPUT_TEXT_H
#define HV_OUTPUT_TEXT_H

#include <stddef.h>

#include "base/buf.h"

/* Appends the first len bytes of s as hv_output_text() does, uncut. */
void hv_output_bytes(struct hv_buf *out, const char *s, size_t len);

#endif
