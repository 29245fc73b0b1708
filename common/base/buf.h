/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A growing byte buffer with a maximum declared at init. Failure is sticky: append as often as you
 * like, ask hv_buf_failed() once at the end. A failed buffer keeps what it had and takes no more.
 * The contents are always NUL-terminated (the NUL is not counted in len). */
#ifndef HV_BASE_BUF_H
#define HV_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct hv_buf {
	char *data; /* owned; NULL until the first append */
	size_t len;
	size_t capacity;
	size_t max;
	bool failed;   /* memory short or max exceeded */
	bool overflow; /* of these, max exceeded */
};

void hv_buf_init(struct hv_buf *b, size_t max);
void hv_buf_done(struct hv_buf *b);
#define HV_AUTO_buf __attribute__((cleanup(hv_buf_done))) struct hv_buf

void hv_buf_add(struct hv_buf *b, const void *bytes, size_t len);
void hv_buf_addc(struct hv_buf *b, char c);
void hv_buf_adds(struct hv_buf *b, const char *s);
void hv_buf_addf(struct hv_buf *b, const char *fmt, ...) HV_PRINTF(2, 3);
void hv_buf_vaddf(struct hv_buf *b, const char *fmt, va_list ap) HV_PRINTF(2, 0);
void hv_buf_add_utf8(struct hv_buf *b, uint32_t code_point); /* invalid ones become U+FFFD */

void hv_buf_truncate(struct hv_buf *b, size_t len); /* only shortens */
void hv_buf_clear(struct hv_buf *b);                /* keeps the memory, clears the failure */
bool hv_buf_failed(const struct hv_buf *b);
const char *hv_buf_str(const struct hv_buf *b);  /* never NULL; borrowed */
char *hv_buf_take(struct hv_buf *b) HV_MUST_USE; /* yours, hv_free(); NULL when the buffer failed */

#endif
