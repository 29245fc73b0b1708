/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Version numbers from text. */
#include "model/value.h"

#include <stddef.h>

/* The decimal number at *p, which moves past it. False when there is none or when it is too large.
 */
static bool read_part(const char **p, uint32_t *ret)
{
	const char *start = *p;
	uint32_t value = 0;

	for (; **p >= '0' && **p <= '9'; (*p)++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, (uint32_t)(**p - '0'), &value))
			return false;
	}
	if (*p == start)
		return false;
	*ret = value;
	return true;
}

/* The same behind a dot. */
static bool read_next_part(const char **p, uint32_t *ret)
{
	if (**p != '.')
		return false;
	(*p)++;
	return read_part(p, ret);
}

struct hv_version hv_version_parse(const char *s)
{
	struct hv_version version = { .known = false };
	uint32_t unused;

	if (!s || !read_part(&s, &version.major) || !read_next_part(&s, &version.minor))
		return (struct hv_version){ .known = false };
	if (*s != '\0' && !read_next_part(&s, &version.build))
		return (struct hv_version){ .known = false };
	while (*s != '\0') {
		if (!read_next_part(&s, &unused))
			return (struct hv_version){ .known = false };
	}
	version.known = true;
	return version;
}
