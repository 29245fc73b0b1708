/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bounded cursor over foreign bytes: every read says whether the bytes were there, and moves on
 * only then. Little-endian, as all Windows formats. There is no way to read outside [data, data +
 * len). */
#ifndef HV_BASE_CURSOR_H
#define HV_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct hv_cursor {
	const uint8_t *data; /* borrowed */
	size_t len;
	size_t pos; /* <= len */
};

static inline struct hv_cursor hv_cursor_make(const uint8_t *data, size_t len)
{
	return (struct hv_cursor){ .data = data, .len = len, .pos = 0 };
}

static inline size_t hv_cursor_left(const struct hv_cursor *c)
{
	return c->len - c->pos;
}

static inline bool hv_cursor_bytes(struct hv_cursor *c, size_t n, const uint8_t **ret)
{
	if (n > hv_cursor_left(c))
		return false;
	*ret = c->data + c->pos;
	c->pos += n;
	return true;
}

static inline bool hv_cursor_skip(struct hv_cursor *c, size_t n)
{
	const uint8_t *unused;

	return hv_cursor_bytes(c, n, &unused);
}

static inline bool hv_cursor_seek(struct hv_cursor *c, size_t pos)
{
	if (pos > c->len)
		return false;
	c->pos = pos;
	return true;
}

static inline bool hv_cursor_u8(struct hv_cursor *c, uint8_t *ret)
{
	const uint8_t *p;

	if (!hv_cursor_bytes(c, 1, &p))
		return false;
	*ret = p[0];
	return true;
}

static inline bool hv_cursor_u16le(struct hv_cursor *c, uint16_t *ret)
{
	const uint8_t *p;

	if (!hv_cursor_bytes(c, 2, &p))
		return false;
	*ret = (uint16_t)(p[0] | (unsigned int)p[1] << 8);
	return true;
}

static inline bool hv_cursor_u32le(struct hv_cursor *c, uint32_t *ret)
{
	const uint8_t *p;

	if (!hv_cursor_bytes(c, 4, &p))
		return false;
	*ret = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
	return true;
}

static inline bool hv_cursor_u64le(struct hv_cursor *c, uint64_t *ret)
{
	uint32_t low;
	uint32_t high;

	if (hv_cursor_left(c) < 8 || !hv_cursor_u32le(c, &low) || !hv_cursor_u32le(c, &high))
		return false;
	*ret = (uint64_t)high << 32 | low;
	return true;
}

/* A cursor over the next n bytes of c, which moves past them. */
static inline bool hv_cursor_sub(struct hv_cursor *c, size_t n, struct hv_cursor *ret)
{
	const uint8_t *p;

	if (!hv_cursor_bytes(c, n, &p))
		return false;
	*ret = hv_cursor_make(p, n);
	return true;
}

#endif
