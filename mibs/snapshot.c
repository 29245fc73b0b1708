/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Snapshots and their texts. What is foreign in them is neutralised as in the output of the
 * programs, but for the pipe sign, which means nothing to SNMP and much in a command. */
#include "mibs/snapshot.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "base/printable.h"
#include "base/utf.h"
#include "mibs/snapshot-parts.h"

enum {
	SEQUENCE_MAX = 4, /* bytes of a character */
	TAIL_MAX = 16,    /* "~0123abcd", "~4294967295" */
};

#define FNV_OFFSET UINT32_C(2166136261)
#define FNV_PRIME  UINT32_C(16777619)

static const char ELLIPSIS[] = "...";

void hv_snapshot_init(struct hv_snapshot *s)
{
	*s = (struct hv_snapshot){ .error = "", .computer = "", .windows = "" };
	hv_arena_init(&s->arena, HV_SNAPSHOT_BYTES_MAX);
}

void hv_snapshot_done(struct hv_snapshot *s)
{
	if (!s)
		return;
	hv_arena_done(&s->arena);
	hv_snapshot_init(s);
}

void hv_snapshot_move(struct hv_snapshot *ret, struct hv_snapshot *made)
{
	hv_snapshot_done(ret);
	*ret = *made;
	hv_snapshot_init(made);
}

int hv_snapshot_no_room(const struct hv_snapshot *s, size_t asked, struct hv_err *err)
{
	if (asked <= s->arena.max - s->arena.used)
		return hv_err_no_memory(err);
	return hv_err_set(
		err, HV_ERR_LIMIT, "more than %d bytes in one snapshot", HV_SNAPSHOT_BYTES_MAX);
}

int hv_snapshot_make_failed(struct hv_snapshot *ret, const char *error, struct hv_err *err)
{
	HV_AUTO(snapshot) made = { .answered = false };

	hv_snapshot_init(&made);
	made.error = hv_snapshot_text(&made.arena, error, HV_SNAPSHOT_LONG_TEXT_MAX, HV_TEXT_LINES);
	if (!made.error)
		return hv_err_no_memory(err);
	hv_snapshot_move(ret, &made);
	return 0;
}

/* --- Texts --- */

static bool is_fit(uint32_t c, enum hv_text_form form)
{
	return hv_printable(c) || (c == '\n' && form == HV_TEXT_LINES);
}

bool hv_snapshot_text_is_fit(const char *s, size_t len, enum hv_text_form form)
{
	while (len > 0) {
		uint32_t c = 0;
		size_t step = hv_utf8_decode(s, len, &c);

		if (step == 0 || !is_fit(c, form))
			return false;
		s += step;
		len -= step;
	}
	return true;
}

/* How a text was copied. */
struct copy {
	bool is_whole;    /* to its end */
	bool is_faithful; /* as it is */
};

/* As many characters of s as max octets hold. */
static struct copy add_fit(struct hv_buf *out, const char *s, size_t max, enum hv_text_form form)
{
	struct copy copy = { .is_faithful = true };

	while (*s != '\0') {
		uint32_t c = 0;
		size_t len = hv_utf8_decode(s, strnlen(s, SEQUENCE_MAX), &c);
		const bool as_is = len > 0 && is_fit(c, form);

		if (out->len + (as_is ? len : 1) > max)
			return copy;
		hv_buf_add(out, as_is ? s : "?", as_is ? len : 1);
		if (hv_buf_failed(out))
			return copy;
		copy.is_faithful = copy.is_faithful && as_is;
		s += len > 0 ? len : 1;
	}
	copy.is_whole = true;
	return copy;
}

/* Puts tail at the end, in place of what leaves no room for it. */
static void add_tail(struct hv_buf *out, const char *tail, size_t max)
{
	const size_t tail_len = strnlen(tail, max);

	hv_buf_truncate(out, hv_utf8_cut(hv_buf_str(out), max - tail_len));
	hv_buf_add(out, tail, tail_len);
}

static const char *keep(struct hv_arena *arena, const struct hv_buf *text)
{
	if (hv_buf_failed(text))
		return NULL;
	return text->len > 0 ? hv_arena_strndup(arena, text->data, text->len) : "";
}

/* Of several lines, mostly commands, none is left in half. */
static void leave_out_last_line(struct hv_buf *text, size_t max)
{
	const size_t len = text->len < max ? text->len : max;
	const char *end = len > 0 ? memrchr(text->data, '\n', len) : NULL;

	if (end)
		hv_buf_truncate(text, (size_t)(end - text->data) + 1);
}

const char *hv_snapshot_text(
	struct hv_arena *arena, const char *s, size_t max, enum hv_text_form form)
{
	HV_AUTO(buf) text = { .max = max };

	if (s && !add_fit(&text, s, max, form).is_whole) {
		if (form == HV_TEXT_LINES)
			leave_out_last_line(&text, max - strlen(ELLIPSIS));
		add_tail(&text, ELLIPSIS, max);
	}
	return keep(arena, &text);
}

/* --- Indexes --- */

/* FNV-1a: the same on every machine and in every version. */
static uint32_t hash(const char *s)
{
	uint32_t h = FNV_OFFSET;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * FNV_PRIME;
	return h;
}

const char *hv_index_text(struct hv_arena *arena, const char *name, size_t max)
{
	HV_AUTO(buf) text = { .max = max };
	HV_AUTO(buf) tail = { .max = TAIL_MAX };
	const struct copy copy = add_fit(&text, name, max, HV_TEXT_LINE);

	if (!copy.is_whole || !copy.is_faithful) {
		hv_buf_addf(&tail, "~%08" PRIx32, hash(name));
		add_tail(&text, hv_buf_str(&tail), max);
	}
	return hv_buf_failed(&tail) ? NULL : keep(arena, &text);
}

const char *hv_index_numbered(struct hv_arena *arena, const char *text, uint32_t n, size_t max)
{
	HV_AUTO(buf) numbered = { .max = max };
	HV_AUTO(buf) tail = { .max = TAIL_MAX };

	hv_buf_adds(&numbered, text);
	hv_buf_addf(&tail, "~%" PRIu32, n);
	add_tail(&numbered, hv_buf_str(&tail), max);
	return hv_buf_failed(&tail) ? NULL : keep(arena, &numbered);
}

int hv_index_cmp(const char *a, const char *b)
{
	const size_t len_a = strlen(a);
	const size_t len_b = strlen(b);

	if (len_a != len_b)
		return len_a < len_b ? -1 : 1;
	return memcmp(a, b, len_a);
}
