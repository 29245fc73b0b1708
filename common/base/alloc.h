/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only door to the heap. Every function returns NULL when memory is short or when a size
 * overflows; nothing here aborts. What these return is released with hv_free(). */
#ifndef HV_BASE_ALLOC_H
#define HV_BASE_ALLOC_H

#include <stddef.h>

#include "base/attr.h"

void *hv_alloc(size_t size) HV_MUST_USE;                     /* zeroed */
void *hv_alloc_array(size_t count, size_t size) HV_MUST_USE; /* zeroed, checked product */
void *hv_realloc_array(void *p, size_t count,
	size_t size) HV_MUST_USE; /* new tail not zeroed; on NULL, p stays valid */
char *hv_strdup(const char *s) HV_MUST_USE;
void hv_free(void *p); /* accepts NULL */

/* Grows *items (of *capacity elements of `size` bytes) so that it holds `needed` elements.
 * Returns -1 when memory is short or `needed` exceeds `max`; *items stays valid then. */
int hv_grow(void *items, size_t *capacity, size_t needed, size_t max, size_t size) HV_MUST_USE;

void hv_free_p(void *p); /* cleanup helper: p is the address of a pointer */
#define HV_AUTO_string __attribute__((cleanup(hv_free_p))) char *
#define HV_AUTO_bytes  __attribute__((cleanup(hv_free_p))) unsigned char *

#endif
