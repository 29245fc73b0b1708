/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The growing byte buffer: all or nothing for each append, the first failure sticks. */
#include "base/buf.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

void hv_buf_init(struct hv_buf *b, size_t max)
{
	*b = (struct hv_buf){ .max = max };
}

void hv_buf_done(struct hv_buf *b)
{
	if (!b)
		return;
	hv_free(b->data);
	hv_buf_init(b, b->max);
}

/* Makes room for len more bytes and the NUL. False marks the buffer as failed. */
static bool reserve(struct hv_buf *b, size_t len)
{
	size_t max = b->max < SIZE_MAX ? b->max : SIZE_MAX - 1;

	if (b->failed)
		return false;
	if (len > max - b->len) {
		b->failed = true;
		b->overflow = true;
		return false;
	}
	if (hv_grow(&b->data, &b->capacity, b->len + len + 1, max + 1, 1)) {
		b->failed = true;
		return false;
	}
	return true;
}

void hv_buf_add(struct hv_buf *b, const void *bytes, size_t len)
{
	if (!reserve(b, len))
		return;
	if (len > 0)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void hv_buf_addc(struct hv_buf *b, char c)
{
	hv_buf_add(b, &c, 1);
}

void hv_buf_adds(struct hv_buf *b, const char *s)
{
	hv_buf_add(b, s, strlen(s));
}

void hv_buf_addf(struct hv_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	hv_buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void hv_buf_vaddf(struct hv_buf *b, const char *fmt, va_list ap)
{
	va_list measured;
	int len;

	va_copy(measured, ap);
	len = vsnprintf(NULL, 0, fmt, measured);
	va_end(measured);
	if (len < 0) {
		b->failed = true;
		return;
	}
	if (!reserve(b, (size_t)len))
		return;
	if (vsnprintf(b->data + b->len, (size_t)len + 1, fmt, ap) != len) {
		b->data[b->len] = '\0';
		b->failed = true;
		return;
	}
	b->len += (size_t)len;
}

static bool is_scalar_value(uint32_t code_point)
{
	return code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
}

void hv_buf_add_utf8(struct hv_buf *b, uint32_t code_point)
{
	uint32_t c = is_scalar_value(code_point) ? code_point : 0xFFFD;
	unsigned char bytes[4];
	size_t len = 0;

	if (c < 0x80) {
		bytes[len++] = (unsigned char)c;
	} else if (c < 0x800) {
		bytes[len++] = (unsigned char)(0xC0 | c >> 6);
		bytes[len++] = (unsigned char)(0x80 | (c & 0x3F));
	} else if (c < 0x10000) {
		bytes[len++] = (unsigned char)(0xE0 | c >> 12);
		bytes[len++] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
		bytes[len++] = (unsigned char)(0x80 | (c & 0x3F));
	} else {
		bytes[len++] = (unsigned char)(0xF0 | c >> 18);
		bytes[len++] = (unsigned char)(0x80 | (c >> 12 & 0x3F));
		bytes[len++] = (unsigned char)(0x80 | (c >> 6 & 0x3F));
		bytes[len++] = (unsigned char)(0x80 | (c & 0x3F));
	}
	hv_buf_add(b, bytes, len);
}

void hv_buf_truncate(struct hv_buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

void hv_buf_clear(struct hv_buf *b)
{
	hv_buf_truncate(b, 0);
	b->failed = false;
	b->overflow = false;
}

bool hv_buf_failed(const struct hv_buf *b)
{
	return b->failed;
}

const char *hv_buf_str(const struct hv_buf *b)
{
	return b->data ? b->data : "";
}

char *hv_buf_take(struct hv_buf *b)
{
	char *taken;

	/* Even an empty text has to come out as a string of its own. */
	if (!reserve(b, 0))
		return NULL;
	taken = hv_take(&b->data);
	taken[b->len] = '\0';
	hv_buf_init(b, b->max);
	return taken;
}
