/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the path of a virtual hard disk in an event. Which field holds it is not documented; so any
 * field that is an absolute path with the ending of a virtual hard disk will do, and the message
 * after the fields. */
#include "check/event-disk.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf.h"

/* Longer ones first: at one place the first match counts. */
static const char *const disk_endings[] = { ".avhdx", ".vhdx", ".avhd", ".vhds", ".vhd" };

static bool ends_as_disk(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < HV_ARRAY_LEN(disk_endings); i++) {
		size_t n = strlen(disk_endings[i]);

		if (len > n && hv_utf8_caseeq(path + len - n, disk_endings[i]))
			return true;
	}
	return false;
}

/* End of the first name in s that ends as that of a virtual hard disk; NULL when there is none. */
static const char *find_disk_end(const char *s)
{
	for (const char *p = strchr(s, '.'); p != NULL; p = strchr(p + 1, '.')) {
		for (size_t i = 0; i < HV_ARRAY_LEN(disk_endings); i++) {
			size_t len = hv_utf8_caseprefix(p, disk_endings[i]);

			if (len > 0)
				return p + len;
		}
	}
	return NULL;
}

static bool is_absolute(const char *s)
{
	bool is_letter = (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z');

	return (is_letter && s[1] == ':' && s[2] == '\\') || (s[0] == '\\' && s[1] == '\\');
}

/* The path in s that ends at end; NULL when there is none. */
static const char *find_path(const char *s, const char *end)
{
	const char *found = NULL;

	for (const char *p = s; p < end; p++) {
		if (is_absolute(p))
			found = p;
	}
	return found;
}

const char *hv_event_disk(struct hv_arena *arena, const struct hv_event *e)
{
	const char *start;
	const char *end;

	for (size_t i = 0; i < e->field_count; i++) {
		const char *value = e->fields[i].value;

		if (value != NULL && is_absolute(value) && ends_as_disk(value))
			return hv_arena_strdup(arena, value);
	}
	end = e->message == NULL ? NULL : find_disk_end(e->message);
	start = end == NULL ? NULL : find_path(e->message, end);
	return start == NULL ? NULL : hv_arena_strndup(arena, start, (size_t)(end - start));
}
