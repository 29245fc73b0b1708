/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of a capture that must not be published, and what stands for each. Names are the same
 * in any case. Failure is sticky like that of hv_buf: add as often as you like and ask
 * hv_words_check() at the end. */
#ifndef HV_CIM_REDACT_WORDS_H
#define HV_CIM_REDACT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum {
	HV_WORDS_MAX = 100000,
	HV_WORDS_MAX_BYTES = 64 << 20, /* of all words and what stands for them */
	HV_WORD_MAX = 512,             /* bytes of one; longer ones all become the same */
};

enum hv_word_kind {
	HV_WORD_HOST = 0,
	HV_WORD_VM,
	HV_WORD_CHECKPOINT,
	HV_WORD_DOMAIN,
	HV_WORD_USER,
	HV_WORD_ORGANISATION,
	HV_WORD_LABEL,
	HV_WORD_SHARE,
	HV_WORD_FOLDER,
	HV_WORD_DISK, /* name of a virtual disk's file, without its ending */
	HV_WORD_FILE,
	HV_WORD_IPV4,
	HV_WORD_IPV6,
	HV_WORD_MAC,
	HV_WORD_SID,
	HV_WORD_KIND_COUNT,
};

struct hv_word {
	const char *text;
	size_t len;
	const char *replacement;
	enum hv_word_kind kind;
	bool is_plain;                /* may be an ordinary word of a sentence */
	const struct hv_word *prefix; /* the longest other word that this one begins with */
};

struct hv_words {
	struct hv_arena arena;
	struct hv_word **items; /* they live in the arena and do not move */
	size_t count, capacity;
	uint32_t *slots; /* hash of a word to its index + 1 */
	size_t slot_count;
	struct hv_word **sorted; /* as of the last hv_words_sort() */
	size_t sorted_count;
	bool starts[256]; /* bytes that a sorted word can begin with */
	unsigned int numbers[HV_WORD_KIND_COUNT];
	bool no_memory, too_many;
};

void hv_words_init(struct hv_words *w);
void hv_words_done(struct hv_words *w);
#define HV_AUTO_words __attribute__((cleanup(hv_words_done))) struct hv_words

/* Texts below are not terminated by their length, but must lie in a string that ends with a NUL. */

/* The word text[0..len); NULL when it is none. */
const struct hv_word *hv_words_find(const struct hv_words *w, const char *text, size_t len);

/* What stands for text[0..len), which becomes a word of that kind when it is none yet; "" after a
 * failure. */
const char *hv_words_add(struct hv_words *w, enum hv_word_kind kind, const char *text, size_t len);

/* As hv_words_add(), with a replacement of the caller's own. */
const char *hv_words_add_as(struct hv_words *w, enum hv_word_kind kind, const char *text,
	size_t len, const char *replacement);

/* The next number of a kind, for replacements of one's own. */
unsigned int hv_words_number(struct hv_words *w, enum hv_word_kind kind);

/* Makes the words known to hv_words_at(). */
void hv_words_sort(struct hv_words *w);

/* The longest sorted word that text begins with, wherever it may end; NULL when there is none. The
 * shorter ones follow as word->prefix. */
const struct hv_word *hv_words_at(const struct hv_words *w, const char *text);

/* Bytes of text that word takes up there; 0 when text does not begin with it. */
size_t hv_word_length(const struct hv_word *word, const char *text);

/* Whether a sentence may hold the word by chance: it is short, a number or an ordinary word. text
 * ends with a NUL behind it. */
bool hv_word_is_plain(const char *text, size_t len);

int hv_words_check(const struct hv_words *w, struct hv_err *err) HV_MUST_USE;

#endif
