/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The region allocator: a list of blocks that double in size, so that a host with one VM stays
 * small and one with ten thousand takes few allocations. Strings are packed without alignment. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

enum {
	BLOCK_SIZE_MIN = 4 * 1024,
	BLOCK_SIZE_MAX = 256 * 1024,
	ALIGN_STRING = 1,
	ALIGN_ANY = alignof(max_align_t),
};

struct hv_arena_block {
	struct hv_arena_block *next;
	size_t size; /* of bytes[] */
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

void hv_arena_init(struct hv_arena *a, size_t max)
{
	*a = (struct hv_arena){ .max = max };
}

void hv_arena_done(struct hv_arena *a)
{
	if (!a)
		return;
	while (a->blocks) {
		struct hv_arena_block *block = a->blocks;

		a->blocks = block->next;
		hv_free(block);
	}
	hv_arena_init(a, a->max);
}

static size_t next_block_size(const struct hv_arena *a)
{
	if (!a->blocks)
		return BLOCK_SIZE_MIN - sizeof(struct hv_arena_block);
	if (a->blocks->size >= BLOCK_SIZE_MAX / 2)
		return BLOCK_SIZE_MAX - sizeof(struct hv_arena_block);
	return (a->blocks->size + sizeof(struct hv_arena_block)) * 2 -
	       sizeof(struct hv_arena_block);
}

/* A new block for at least size bytes. One that is filled by this request alone goes behind the
 * newest block, whose rest stays in use. */
static struct hv_arena_block *add_block(struct hv_arena *a, size_t size)
{
	size_t usual = next_block_size(a);
	size_t block_size = size > usual ? size : usual;
	struct hv_arena_block *block;
	size_t total;

	if (__builtin_add_overflow(sizeof(*block), block_size, &total))
		return NULL;
	block = hv_alloc(total);
	if (!block)
		return NULL;
	block->size = block_size;
	if (a->blocks && size >= usual) {
		block->next = a->blocks->next;
		a->blocks->next = block;
	} else {
		block->next = a->blocks;
		a->blocks = block;
	}
	return block;
}

/* Where the next bytes of this alignment may start in a block; block->size when nowhere. */
static size_t aligned_start(const struct hv_arena_block *block, size_t align)
{
	size_t padding = (align - block->used % align) % align;

	return padding > block->size - block->used ? block->size : block->used + padding;
}

static void *place(struct hv_arena *a, struct hv_arena_block *block, size_t size, size_t align)
{
	size_t start = aligned_start(block, align);
	void *p = block->bytes + start;

	block->used = start + size;
	a->used += size;
	return p;
}

static bool fits(const struct hv_arena_block *block, size_t size, size_t align)
{
	return block && size <= block->size - aligned_start(block, align);
}

static void *allocate(struct hv_arena *a, size_t asked, size_t align)
{
	/* Never of size zero: NULL means failure and two results are never the same. */
	size_t size = asked ? asked : 1;
	struct hv_arena_block *block = a->blocks;

	if (a->failed || size > a->max - a->used) {
		a->failed = true;
		return NULL;
	}
	if (!fits(block, size, align))
		block = add_block(a, size);
	if (!block) {
		a->failed = true;
		return NULL;
	}
	return place(a, block, size, align);
}

void *hv_arena_alloc(struct hv_arena *a, size_t size)
{
	return allocate(a, size, ALIGN_ANY);
}

void *hv_arena_array(struct hv_arena *a, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total)) {
		a->failed = true;
		return NULL;
	}
	return allocate(a, total, ALIGN_ANY);
}

static const char *copy_string(struct hv_arena *a, const char *s, size_t len)
{
	char *copy = allocate(a, len + 1, ALIGN_STRING);

	/* The NUL is there already: blocks are zeroed. */
	if (copy)
		memcpy(copy, s, len);
	return copy;
}

const char *hv_arena_strdup(struct hv_arena *a, const char *s)
{
	return s ? copy_string(a, s, strlen(s)) : NULL;
}

const char *hv_arena_strndup(struct hv_arena *a, const char *s, size_t len)
{
	return s ? copy_string(a, s, strnlen(s, len)) : NULL;
}

const char *hv_arena_printf(struct hv_arena *a, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = hv_arena_vprintf(a, fmt, ap);
	va_end(ap);
	return text;
}

const char *hv_arena_vprintf(struct hv_arena *a, const char *fmt, va_list ap)
{
	va_list measured;
	char *text;
	int len;

	va_copy(measured, ap);
	len = vsnprintf(NULL, 0, fmt, measured);
	va_end(measured);
	if (len < 0) {
		a->failed = true;
		return NULL;
	}
	text = allocate(a, (size_t)len + 1, ALIGN_STRING);
	if (!text)
		return NULL;
	if (vsnprintf(text, (size_t)len + 1, fmt, ap) != len) {
		a->failed = true;
		return NULL;
	}
	return text;
}

bool hv_arena_failed(const struct hv_arena *a)
{
	return a->failed;
}
