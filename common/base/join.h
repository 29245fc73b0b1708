/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings put together in an arena. */
#ifndef HV_BASE_JOIN_H
#define HV_BASE_JOIN_H

#include "base/arena.h"
#include "base/buf.h"

enum { HV_JOIN_TEXT_MAX = 4096 }; /* bytes; a longer list ends with "..." */

/* joined (NULL or "": nothing yet) and text with "; " between them; joined itself when text is NULL
 * or stands in it already. In the arena; NULL when memory is short, or when there is nothing to
 * join. */
const char *hv_join(struct hv_arena *arena, const char *joined, const char *text);

/* A copy of what b holds. When b failed so does the arena, which makes the failure stick: NULL. */
const char *hv_arena_buf(struct hv_arena *arena, const struct hv_buf *b);

#endif
