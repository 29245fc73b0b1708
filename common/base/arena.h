/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A region allocator: everything in it is released at once. Used for one host or one report.
 * Failure is sticky like that of hv_buf: functions return NULL when memory is short or the arena's
 * maximum is reached, and hv_arena_failed() stays true. Strings in an arena are borrowed. */
#ifndef HV_BASE_ARENA_H
#define HV_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct hv_arena_block;

struct hv_arena {
	struct hv_arena_block *blocks; /* newest first */
	size_t used;                   /* bytes given out */
	size_t max;
	bool failed;
};

void hv_arena_init(struct hv_arena *a, size_t max);
void hv_arena_done(struct hv_arena *a);
#define HV_AUTO_arena __attribute__((cleanup(hv_arena_done))) struct hv_arena

void *hv_arena_alloc(
	struct hv_arena *a, size_t size) HV_MUST_USE; /* zeroed, aligned for any type */
void *hv_arena_array(struct hv_arena *a, size_t count, size_t size) HV_MUST_USE;
const char *hv_arena_strdup(
	struct hv_arena *a, const char *s) HV_MUST_USE; /* NULL in: NULL out, no failure */
const char *hv_arena_strndup(struct hv_arena *a, const char *s, size_t len) HV_MUST_USE;
const char *hv_arena_printf(struct hv_arena *a, const char *fmt, ...) HV_MUST_USE HV_PRINTF(2, 3);
const char *hv_arena_vprintf(struct hv_arena *a, const char *fmt, va_list ap) HV_MUST_USE
	HV_PRINTF(2, 0);
bool hv_arena_failed(const struct hv_arena *a);

#endif
