/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings put together in an arena. */
#include "base/join.h"

#include <string.h>

static const char BETWEEN[] = "; ";
static const char MORE[] = "; ...";

/* Whether text is one whole element of the list. */
static bool holds(const char *joined, const char *text)
{
	size_t len = strlen(text);

	for (const char *p = strstr(joined, text); p; p = strstr(p + 1, text)) {
		bool starts = p == joined || (p - joined >= 2 && strncmp(p - 2, BETWEEN, 2) == 0);

		if (starts && (p[len] == '\0' || strncmp(p + len, BETWEEN, 2) == 0))
			return true;
	}
	return false;
}

const char *hv_join(struct hv_arena *arena, const char *joined, const char *text)
{
	size_t len = joined ? strlen(joined) : 0;

	if (!text || !*text)
		return joined;
	if (len == 0)
		return hv_arena_strdup(arena, text);
	if (holds(joined, text))
		return joined;
	if (len <= HV_JOIN_TEXT_MAX)
		return hv_arena_printf(arena, "%s%s%s", joined, BETWEEN, text);
	if (strcmp(joined + len - strlen(MORE), MORE) == 0)
		return joined;
	return hv_arena_printf(arena, "%s%s", joined, MORE);
}

const char *hv_arena_buf(struct hv_arena *arena, const struct hv_buf *b)
{
	if (hv_buf_failed(b)) {
		arena->failed = true;
		return NULL;
	}
	return hv_arena_strndup(arena, hv_buf_str(b), b->len);
}
