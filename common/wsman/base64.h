/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base64 [RFC 4648 4]. */
#ifndef HV_WSMAN_BASE64_H
#define HV_WSMAN_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

void hv_base64_encode(struct hv_buf *b, const void *bytes, size_t len);

/* Appends what text stands for. Blanks are passed over; padding must be complete. False when text
 * is not base64. */
bool hv_base64_decode(struct hv_buf *b, const char *text, size_t len) HV_MUST_USE;

#endif
