/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loads JSON: limits are checked on the text, before a tree is built of it. */
#include "cim/json.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf.h"
#include "cim/capture-json.h"

/* Digits of the largest integer that certainly fits into json_int_t. */
enum { SAFE_DIGITS = 18 };

enum { MAX_SLICES = 1 << 24 };

/* The key of a mark, which is an object {"": number of the slice}. All objects of that level are
 * marks, so it cannot be taken for another. */
#define MARK_KEY ""

/* What one look at the text tells. */
struct survey {
	size_t big_integers;     /* integers of more than SAFE_DIGITS digits */
	size_t depth;            /* greatest nesting */
	struct hv_json_doc *doc; /* takes the slices; NULL: none are wanted */
	size_t level;            /* depth of slices */
};

/* Length of the string literal at s, quotes included; what is left when it is not closed. */
static size_t string_length(const char *s, size_t left)
{
	const char *end = s;

	for (;;) {
		size_t backslashes = 0;

		end = memchr(end + 1, '"', left - (size_t)(end + 1 - s));
		if (end == NULL)
			return left;
		while (end[-1 - (ptrdiff_t)backslashes] == '\\')
			backslashes++;
		if (backslashes % 2 == 0)
			return (size_t)(end - s) + 1;
	}
}

/* Length of the number at s, and whether it is a big integer without a sign. */
static size_t number_length(const char *s, size_t left, bool *ret_big)
{
	size_t digits = 0;
	size_t i;

	while (digits < left && s[digits] >= '0' && s[digits] <= '9')
		digits++;
	i = digits;
	while (i < left && s[i] != '\0' && strchr("0123456789+-.eE", s[i]) != NULL)
		i++;
	*ret_big = i == digits && digits > SAFE_DIGITS;
	return i > 0 ? i : 1;
}

static int open_slice(struct survey *s, size_t offset, struct hv_err *err)
{
	struct hv_json_doc *doc = s->doc;

	if (doc->count >= MAX_SLICES)
		return hv_err_set(err, HV_ERR_LIMIT, "%s: more than %d instances", doc->origin,
			(int)MAX_SLICES);
	if (hv_grow(&doc->slices, &doc->capacity, doc->count + 1, MAX_SLICES,
		    sizeof(*doc->slices)) < 0)
		return hv_err_no_memory(err);
	doc->slices[doc->count++] = (struct hv_json_slice){ .offset = offset };
	return 0;
}

/* The slice that is being looked at ends before `end`. */
static void close_slice(struct survey *s, size_t end, size_t big_before)
{
	struct hv_json_slice *slice = &s->doc->slices[s->doc->count - 1];

	slice->len = end - slice->offset;
	slice->has_big_integers = s->big_integers > big_before;
}

/* Walks over the text outside of string literals. */
static int survey_text(struct survey *s, const char *text, size_t len, struct hv_err *err)
{
	size_t depth = 0;
	size_t slice_depth = 0; /* of the open slice; 0: none is open */
	size_t big_before = 0;
	size_t step;

	for (size_t i = 0; i < len; i += step) {
		const char c = text[i];
		bool big = false;

		step = 1;
		if (c == '"') {
			step = string_length(text + i, len - i);
		} else if ((c >= '0' && c <= '9') || c == '-') {
			step = number_length(text + i, len - i, &big);
			s->big_integers += big;
		} else if (c == '[' || c == '{') {
			s->depth = ++depth > s->depth ? depth : s->depth;
			if (s->doc == NULL || c == '[' || slice_depth > 0 || depth != s->level)
				continue;
			if (open_slice(s, i, err) < 0)
				return -1;
			slice_depth = depth;
			big_before = s->big_integers;
		} else if ((c == ']' || c == '}') && depth > 0) {
			if (depth-- == slice_depth) {
				close_slice(s, i + 1, big_before);
				slice_depth = 0;
			}
		}
	}
	/* An object that does not end stays where it is, for the parser to complain. */
	if (slice_depth > 0)
		s->doc->count--;
	return 0;
}

/* Copies text with big integers quoted. */
static void copy_quoted(const char *text, size_t len, struct hv_buf *out)
{
	size_t step;

	for (size_t i = 0; i < len; i += step) {
		bool big = false;

		step = 1;
		if (text[i] == '"')
			step = string_length(text + i, len - i);
		else if ((text[i] >= '0' && text[i] <= '9') || text[i] == '-')
			step = number_length(text + i, len - i, &big);
		if (big)
			hv_buf_addc(out, '"');
		hv_buf_add(out, text + i, step);
		if (big)
			hv_buf_addc(out, '"');
	}
}

/* Where a piece of the document begins, for messages. */
struct piece_start {
	int lines;   /* before it */
	int columns; /* before it in its line */
};

static int syntax_error(
	const json_error_t *e, const char *origin, struct piece_start start, struct hv_err *err)
{
	const int line = e->line + start.lines;
	const int column = e->column + (e->line == 1 ? start.columns : 0);

	/* Mostly, jansson only fails to say why when memory is short. */
	if (json_error_code(e) == json_error_out_of_memory || e->text[0] == '\0')
		return hv_err_no_memory(err);
	if (json_error_code(e) == json_error_premature_end_of_input)
		return hv_err_set(err, HV_ERR_FORMAT,
			"%s: line %d: the JSON text ends too early; is the file complete?", origin,
			line);
	return hv_err_set(err, HV_ERR_FORMAT, "%s: line %d, column %d: not valid JSON: %s", origin,
		line, column, e->text);
}

static struct piece_start start_of(const char *text, size_t offset)
{
	struct piece_start start = { .lines = 0 };
	const char *line = text;
	const char *newline;

	while ((newline = memchr(line, '\n', (size_t)(text + offset - line))) != NULL) {
		start.lines++;
		line = newline + 1;
	}
	start.columns = (int)(text + offset - line);
	return start;
}

/* Parses len bytes of text at offset. */
static int parse(const char *text, size_t offset, size_t len, const char *origin, json_t **ret,
	struct hv_err *err)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	json_error_t json_err;
	json_t *tree = json_loadb(text + offset, len, flags, &json_err);

	if (tree == NULL)
		return syntax_error(&json_err, origin, start_of(text, offset), err);
	*ret = tree;
	return 0;
}

/* A quote before and behind a big integer, at most one for each SAFE_DIGITS bytes. */
static size_t quoted_max(size_t len)
{
	return len + 2 * (len / SAFE_DIGITS) + 1;
}

static int parse_quoted(const char *text, size_t offset, size_t len, const char *origin,
	json_t **ret, struct hv_err *err)
{
	HV_AUTO(buf) copy;

	hv_buf_init(&copy, quoted_max(len));
	copy_quoted(text + offset, len, &copy);
	if (hv_buf_failed(&copy))
		return hv_err_no_memory(err);
	return parse(hv_buf_str(&copy), 0, copy.len, origin, ret, err);
}

/* Bytes to text within the limits; *ret_text is the caller's. */
static int load_text(const uint8_t *bytes, size_t len, const char *origin, char **ret_text,
	size_t *ret_len, struct hv_err *err)
{
	if (len > HV_CAPTURE_MAX_BYTES)
		return hv_err_set(err, HV_ERR_LIMIT, "%s: %zu bytes, at most %d are read", origin,
			len, (int)HV_CAPTURE_MAX_BYTES);
	if (hv_text_decode(bytes, len, HV_CAPTURE_MAX_BYTES, ret_text, ret_len, err) < 0)
		return hv_err_wrap(err, "%s", origin);
	if ((*ret_text)[strspn(*ret_text, " \t\r\n")] == '\0') {
		hv_free(hv_take(ret_text));
		(void)hv_err_set(err, HV_ERR_FORMAT, "%s: the file is empty", origin);
		return -1;
	}
	return 0;
}

static int check_depth(const struct survey *s, const char *origin, struct hv_err *err)
{
	if (s->depth <= HV_CAPTURE_MAX_DEPTH)
		return 0;
	return hv_err_set(err, HV_ERR_LIMIT, "%s: nested %zu levels deep, at most %d are read",
		origin, s->depth, (int)HV_CAPTURE_MAX_DEPTH);
}

int hv_json_load(
	const uint8_t *bytes, size_t len, const char *origin, json_t **ret, struct hv_err *err)
{
	HV_AUTO(string) text = NULL;
	struct survey survey = { .depth = 0 };
	size_t text_len = 0;

	if (load_text(bytes, len, origin, &text, &text_len, err) < 0 ||
		survey_text(&survey, text, text_len, err) < 0 ||
		check_depth(&survey, origin, err) < 0)
		return -1;
	if (survey.big_integers > 0)
		return parse_quoted(text, 0, text_len, origin, ret, err);
	return parse(text, 0, text_len, origin, ret, err);
}

/* The mark of a slice, and as many line ends as the slice has, so that the lines that errors name
 * are right. */
static void add_mark(struct hv_buf *out, const char *slice, size_t len, size_t number)
{
	const char *end = slice + len;

	hv_buf_addf(out, "{\"" MARK_KEY "\":%zu}", number);
	while ((slice = memchr(slice, '\n', (size_t)(end - slice))) != NULL) {
		hv_buf_addc(out, '\n');
		slice++;
	}
}

static int parse_skeleton(struct hv_json_doc *doc, size_t text_len, struct hv_err *err)
{
	const size_t mark_max = sizeof("{\"\":}") + 20;
	HV_AUTO(buf) skeleton;
	size_t pos = 0;

	hv_buf_init(&skeleton, quoted_max(text_len) + doc->count * mark_max);
	for (size_t i = 0; i < doc->count; i++) {
		const struct hv_json_slice *slice = &doc->slices[i];

		copy_quoted(doc->text + pos, slice->offset - pos, &skeleton);
		add_mark(&skeleton, doc->text + slice->offset, slice->len, i);
		pos = slice->offset + slice->len;
	}
	copy_quoted(doc->text + pos, text_len - pos, &skeleton);
	if (hv_buf_failed(&skeleton))
		return hv_err_no_memory(err);
	return parse(hv_buf_str(&skeleton), 0, skeleton.len, doc->origin, &doc->skeleton, err);
}

int hv_json_doc_load(struct hv_json_doc *doc, const uint8_t *bytes, size_t len, const char *origin,
	size_t level, struct hv_err *err)
{
	struct survey survey = { .doc = doc, .level = level };
	size_t text_len = 0;

	*doc = (struct hv_json_doc){ .origin = origin };
	if (load_text(bytes, len, origin, &doc->text, &text_len, err) < 0 ||
		survey_text(&survey, doc->text, text_len, err) < 0 ||
		check_depth(&survey, origin, err) < 0)
		return -1;
	return parse_skeleton(doc, text_len, err);
}

void hv_json_doc_done(struct hv_json_doc *doc)
{
	json_decref(doc->skeleton);
	hv_free(doc->slices);
	hv_free(doc->text);
}

int hv_json_doc_object(
	const struct hv_json_doc *doc, const json_t *value, json_t **ret, struct hv_err *err)
{
	const json_t *mark = json_object_get(value, MARK_KEY);
	const struct hv_json_slice *slice;

	*ret = NULL;
	if (mark == NULL)
		return 0;
	slice = &doc->slices[json_integer_value(mark)];
	if (slice->has_big_integers)
		return parse_quoted(doc->text, slice->offset, slice->len, doc->origin, ret, err);
	return parse(doc->text, slice->offset, slice->len, doc->origin, ret, err);
}

int hv_json_locate(struct hv_err *err, const char *origin, const char *path)
{
	struct hv_err inner;

	if (err == NULL)
		return -1;
	inner = *err;
	hv_err_clear(err);
	return hv_err_set(err, inner.kind, "%s: %s%s%s", origin, path,
		inner.kind == HV_ERR_FORMAT ? "." : ": ", inner.text);
}
