/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only door to the heap: zeroed, with checked products, never of size zero. */
#include "base/alloc.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { GROW_MIN_ITEMS = 8 };

/* The bytes of count elements: never zero, which would make "no memory" and "nothing asked for"
 * look the same. False when no object can be that large. */
static bool total_size(size_t count, size_t size, size_t *ret)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total) || total > PTRDIFF_MAX)
		return false;
	*ret = total ? total : 1;
	return true;
}

void *hv_alloc(size_t size)
{
	return hv_alloc_array(1, size);
}

void *hv_alloc_array(size_t count, size_t size)
{
	size_t total;

	return total_size(count, size, &total) ? calloc(1, total) : NULL;
}

void *hv_realloc_array(void *p, size_t count, size_t size)
{
	size_t total;

	return total_size(count, size, &total) ? realloc(p, total) : NULL;
}

char *hv_strdup(const char *s)
{
	size_t size = strlen(s) + 1;
	char *copy = malloc(size);

	if (copy)
		memcpy(copy, s, size);
	return copy;
}

void hv_free(void *p)
{
	free(p);
}

static size_t grown_capacity(size_t capacity, size_t needed, size_t max)
{
	size_t grown = capacity > max / 2 ? max : capacity * 2;

	if (grown < GROW_MIN_ITEMS && GROW_MIN_ITEMS <= max)
		grown = GROW_MIN_ITEMS;
	return grown < needed ? needed : grown;
}

int hv_grow(void *items, size_t *capacity, size_t needed, size_t max, size_t size)
{
	size_t grown;
	void *p;

	if (needed > max)
		return -1;
	if (needed <= *capacity)
		return 0;
	grown = grown_capacity(*capacity, needed, max);
	/* items is the address of some T *, which only memcpy may read as a void *. */
	memcpy(&p, items, sizeof(p));
	p = hv_realloc_array(p, grown, size);
	if (!p)
		return -1;
	memcpy(items, &p, sizeof(p));
	*capacity = grown;
	return 0;
}

void hv_free_p(void *p)
{
	void *owned;

	memcpy(&owned, p, sizeof(owned));
	hv_free(owned);
}
