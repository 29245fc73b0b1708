/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words are found in two ways: whole ones by a hash, and the longest one that a text begins with by
 * a sorted list. In that list everything between a word and a text that begins with it begins with
 * it too, so the word is the text's predecessor or a prefix of it. */
#include "cim/redact-words.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf.h"

enum { FIRST_SLOTS = 1024, MAX_SLOTS = 1 << 18 };

void hv_words_init(struct hv_words *w)
{
	*w = (struct hv_words){ .count = 0 };
	hv_arena_init(&w->arena, HV_WORDS_MAX_BYTES);
}

void hv_words_done(struct hv_words *w)
{
	hv_free(w->items);
	hv_free(w->slots);
	hv_free(w->sorted);
	hv_arena_done(&w->arena);
}

/* The same for all spellings of a word: letters outside of ASCII fold to others of these only. */
static uint32_t hash(const char *text, size_t len)
{
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + 32);
		if (c < 0x80)
			h = (h ^ c) * 16777619U;
	}
	return h;
}

size_t hv_word_length(const struct hv_word *word, const char *text)
{
	return hv_utf8_caseprefix(text, word->text);
}

/* The slot of text[0..len), or the free one where it belongs. */
static uint32_t *find_slot(const struct hv_words *w, const char *text, size_t len)
{
	size_t i = hash(text, len) & (w->slot_count - 1);

	while (w->slots[i] != 0 && hv_word_length(w->items[w->slots[i] - 1], text) != len)
		i = (i + 1) & (w->slot_count - 1);
	return &w->slots[i];
}

const struct hv_word *hv_words_find(const struct hv_words *w, const char *text, size_t len)
{
	uint32_t slot = w->count > 0 && len > 0 ? *find_slot(w, text, len) : 0;

	return slot > 0 ? w->items[slot - 1] : NULL;
}

/* Keeps at most half of the slots taken. */
static bool grow_slots(struct hv_words *w)
{
	const size_t count = w->slot_count > 0 ? 2 * w->slot_count : FIRST_SLOTS;
	uint32_t *slots;

	if (2 * (w->count + 1) <= w->slot_count)
		return true;
	slots = count <= MAX_SLOTS ? hv_alloc_array(count, sizeof(*slots)) : NULL;
	if (slots == NULL)
		return false;
	hv_free(w->slots);
	w->slots = slots;
	w->slot_count = count;
	for (size_t i = 0; i < w->count; i++)
		*find_slot(w, w->items[i]->text, w->items[i]->len) = (uint32_t)(i + 1);
	return true;
}

/* A new word; NULL when memory is short. */
static struct hv_word *make_word(struct hv_words *w, enum hv_word_kind kind, const char *text,
	size_t len, const char *replacement)
{
	struct hv_word *word = hv_arena_alloc(&w->arena, sizeof(*word));

	if (word == NULL)
		return NULL;
	word->kind = kind;
	word->len = len;
	word->text = hv_arena_strndup(&w->arena, text, len);
	word->replacement = hv_arena_strdup(&w->arena, replacement);
	if (word->text == NULL || word->replacement == NULL)
		return NULL;
	word->is_plain = hv_word_is_plain(word->text, len);
	return word;
}

const char *hv_words_add_as(struct hv_words *w, enum hv_word_kind kind, const char *text,
	size_t len, const char *replacement)
{
	const struct hv_word *known = hv_words_find(w, text, len);
	struct hv_word *word;

	if (known != NULL)
		return known->replacement;
	if (len > HV_WORD_MAX)
		return "too-long";
	if (w->count >= HV_WORDS_MAX)
		w->too_many = true;
	if (len == 0 || w->no_memory || w->too_many)
		return "";
	word = make_word(w, kind, text, len, replacement);
	if (word == NULL || !grow_slots(w) ||
		hv_grow(&w->items, &w->capacity, w->count + 1, HV_WORDS_MAX, sizeof(*w->items)) <
			0) {
		w->no_memory = true;
		return "";
	}
	w->items[w->count++] = word;
	*find_slot(w, word->text, len) = (uint32_t)w->count;
	return word->replacement;
}

unsigned int hv_words_number(struct hv_words *w, enum hv_word_kind kind)
{
	return ++w->numbers[kind];
}

/* Addresses for documentation [RFC 5737], then those for benchmarks [RFC 2544]. */
static const char *ipv4(struct hv_words *w, unsigned int number)
{
	static const char *const nets[] = { "192.0.2", "198.51.100", "203.0.113" };
	enum { HOSTS = 254 };
	const unsigned int net = (number - 1) / HOSTS;

	if (net < HV_ARRAY_LEN(nets))
		return hv_arena_printf(&w->arena, "%s.%u", nets[net], (number - 1) % HOSTS + 1);
	return hv_arena_printf(&w->arena, "198.%u.%u.%u", 18 + (number >> 16 & 1),
		number >> 8 & 255, number & 255);
}

static const char *replacement(struct hv_words *w, enum hv_word_kind kind, unsigned int number)
{
	static const char *const names[HV_WORD_KIND_COUNT] = {
		[HV_WORD_HOST] = "host",
		[HV_WORD_VM] = "vm",
		[HV_WORD_CHECKPOINT] = "checkpoint",
		[HV_WORD_DOMAIN] = "domain",
		[HV_WORD_USER] = "user",
		[HV_WORD_ORGANISATION] = "organisation",
		[HV_WORD_LABEL] = "label",
		[HV_WORD_SHARE] = "share",
		[HV_WORD_FOLDER] = "folder",
		[HV_WORD_DISK] = "disk",
		[HV_WORD_FILE] = "file",
	};

	if (kind == HV_WORD_IPV4)
		return ipv4(w, number);
	if (kind == HV_WORD_IPV6)
		return hv_arena_printf(&w->arena, "2001:db8::%x:%x", number >> 16, number & 0xFFFF);
	if (kind == HV_WORD_MAC)
		return hv_arena_printf(&w->arena, "00155D%06X", number);
	if (kind == HV_WORD_SID)
		return hv_arena_printf(&w->arena, "S-1-5-21-1-1-1-%u", number);
	return hv_arena_printf(&w->arena, "%s-%u", names[kind], number);
}

const char *hv_words_add(struct hv_words *w, enum hv_word_kind kind, const char *text, size_t len)
{
	const struct hv_word *known = hv_words_find(w, text, len);
	const char *made;

	if (known != NULL)
		return known->replacement;
	if (len > HV_WORD_MAX)
		return "too-long";
	if (len == 0 || w->no_memory || w->too_many)
		return "";
	made = replacement(w, kind, hv_words_number(w, kind));
	if (made == NULL) {
		w->no_memory = true;
		return "";
	}
	return hv_words_add_as(w, kind, text, len, made);
}

static int compare(const void *a, const void *b)
{
	struct hv_word *const *x = a;
	struct hv_word *const *y = b;

	return hv_utf8_casecmp((*x)->text, (*y)->text);
}

static void note_start(struct hv_words *w, unsigned char c)
{
	w->starts[c] = true;
	if (c >= 'A' && c <= 'Z')
		w->starts[c + 32] = true;
	else if (c >= 'a' && c <= 'z')
		w->starts[c - 32] = true;
	else if (c >= 0x80)
		for (size_t i = 0x80; i < HV_ARRAY_LEN(w->starts); i++)
			w->starts[i] = true;
}

void hv_words_sort(struct hv_words *w)
{
	hv_free(w->sorted);
	w->sorted_count = 0;
	w->sorted = hv_alloc_array(w->count > 0 ? w->count : 1, sizeof(struct hv_word *));
	if (w->sorted == NULL) {
		w->no_memory = true;
		return;
	}
	for (size_t i = 0; i < w->count; i++) {
		w->sorted[i] = w->items[i];
		note_start(w, (unsigned char)w->items[i]->text[0]);
	}
	qsort(w->sorted, w->count, sizeof(struct hv_word *), compare);
	for (size_t i = 0; i < w->count; i++) {
		struct hv_word *word = w->sorted[i];

		word->prefix = i > 0 ? w->sorted[i - 1] : NULL;
		while (word->prefix != NULL && hv_word_length(word->prefix, word->text) == 0)
			word->prefix = word->prefix->prefix;
	}
	w->sorted_count = w->count;
}

const struct hv_word *hv_words_at(const struct hv_words *w, const char *text)
{
	size_t low = 0;
	size_t high = w->sorted_count;
	const struct hv_word *word;

	if (!w->starts[(unsigned char)*text])
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (hv_utf8_casecmp(w->sorted[middle]->text, text) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	word = low > 0 ? w->sorted[low - 1] : NULL;
	while (word != NULL && hv_word_length(word, text) == 0)
		word = word->prefix;
	return word;
}

int hv_words_check(const struct hv_words *w, struct hv_err *err)
{
	if (w->too_many)
		return hv_err_set(
			err, HV_ERR_LIMIT, "more than %d names to redact", (int)HV_WORDS_MAX);
	return w->no_memory || w->arena.failed ? hv_err_no_memory(err) : 0;
}
