/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shell patterns without regard to case. fnmatch(3) folds by the locale, which here is always "C"
 * and knows no letter beyond ASCII. */
#include "check/filter.h"

#include <stddef.h>
#include <string.h>

#include "base/utf.h"

enum {
	GLYPH_SIZE = 5, /* four bytes of UTF-8 and a NUL */
	NAMES_MAX = 4,  /* of one volume */
};

/* One character as a string. */
struct glyph {
	char text[GLYPH_SIZE];
	size_t len; /* 0: end of the text */
};

/* The character at s; an invalid byte is one of its own. */
static struct glyph glyph_at(const char *s)
{
	struct glyph g = { .len = 0 };
	uint32_t unused;

	if (*s == '\0')
		return g;
	g.len = hv_utf8_decode(s, strnlen(s, GLYPH_SIZE - 1), &unused);
	if (g.len == 0)
		g.len = 1;
	memcpy(g.text, s, g.len);
	return g;
}

/* The ']' that ends a bracket expression after its '['; NULL when there is none. One that stands
 * first is a member of the set. */
static const char *bracket_end(const char *s)
{
	if (*s == '!' || *s == '^')
		s++;
	return *s ? strchr(s + 1, ']') : NULL;
}

/* Whether g is one of the set s..end, with ranges such as a-z. */
static bool set_holds(const char *s, const char *end, const struct glyph *g)
{
	while (s < end) {
		struct glyph first = glyph_at(s);
		struct glyph last = first;

		s += first.len;
		if (s + 1 < end && *s == '-') {
			last = glyph_at(s + 1);
			s += 1 + last.len;
		}
		if (hv_utf8_casecmp(first.text, g->text) <= 0 &&
			hv_utf8_casecmp(g->text, last.text) <= 0)
			return true;
	}
	return false;
}

/* Whether the first element of the pattern, which is not a star, matches g. *ret_rest: the pattern
 * behind it. */
static bool element_matches(const char *pattern, const struct glyph *g, const char **ret_rest)
{
	const char *end = *pattern == '[' ? bracket_end(pattern + 1) : NULL;
	struct glyph literal = glyph_at(pattern);
	bool matches;

	if (g->len == 0 || literal.len == 0)
		return false;
	if (end) {
		bool negated = pattern[1] == '!' || pattern[1] == '^';

		matches = set_holds(pattern + (negated ? 2 : 1), end, g) != negated;
	} else {
		matches = *pattern == '?' || hv_utf8_caseeq(literal.text, g->text);
	}
	if (matches)
		*ret_rest = end ? end + 1 : pattern + literal.len;
	return matches;
}

bool hv_filter_match(const char *pattern, const char *name)
{
	const char *after_star = NULL; /* of the last star seen */
	const char *retry = NULL;      /* where the rest behind it is tried next */

	for (;;) {
		struct glyph g = glyph_at(name);

		if (*pattern == '*') {
			after_star = ++pattern;
			retry = name;
		} else if (element_matches(pattern, &g, &pattern)) {
			name += g.len;
		} else if (*pattern == '\0' && g.len == 0) {
			return true;
		} else if (after_star && *retry) {
			/* The last star takes one character more. Earlier ones need not: what they
			 * could gain, it can take itself. */
			retry += glyph_at(retry).len;
			pattern = after_star;
			name = retry;
		} else {
			return false;
		}
	}
}

static bool any_matches(const struct hv_list *patterns, const char *const *names)
{
	for (size_t i = 0; i < patterns->count; i++) {
		for (const char *const *name = names; *name; name++) {
			if (hv_filter_match(patterns->items[i], *name))
				return true;
		}
	}
	return false;
}

bool hv_filter_keeps(const struct hv_filter *f, const char *const *names)
{
	if (f->include.count > 0 && !any_matches(&f->include, names))
		return false;
	return !any_matches(&f->exclude, names);
}

static void filter_event(const struct hv_filter *f, struct hv_event *e)
{
	const char *name = e->vm_name ? e->vm_name : e->vm_id;
	const char *names[] = { name, e->vm_id, NULL };

	e->excluded = name && !hv_filter_keeps(f, names);
}

void hv_filter_vms(const struct hv_filter *f, struct hv_host *host)
{
	for (size_t i = 0; i < host->event_count; i++)
		filter_event(f, &host->events[i]);
	for (size_t i = 0; i < host->vm_count; i++) {
		struct hv_vm *vm = &host->vms[i];
		const char *names[] = { vm->name, vm->id, NULL };

		vm->excluded = !hv_filter_keeps(f, names);
	}
}

void hv_filter_volumes(const struct hv_filter *f, struct hv_host *host)
{
	for (size_t i = 0; i < host->volume_count; i++) {
		struct hv_volume *v = &host->volumes[i];
		const char *const told[NAMES_MAX] = { v->title, v->name, v->label, v->device_id };
		const char *names[NAMES_MAX + 1] = { NULL };
		size_t count = 0;

		for (size_t n = 0; n < NAMES_MAX; n++) {
			if (told[n])
				names[count++] = told[n];
		}
		v->excluded = !hv_filter_keeps(f, names);
	}
}
