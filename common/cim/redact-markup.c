/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags are told from text by their first character and end at a '>' outside of quotes. */
#include "cim/redact-markup.h"

#include <stdint.h>
#include <string.h>

#include "base/parse.h"
#include "base/utf.h"

#define BLANKS " \t\r\n"

enum { ENTITY_MAX = 10 }; /* "#x10FFFF;" and one more */

struct walk {
	const struct hv_markup_visitor *visitor;
	struct hv_markup_span element, title;
	struct hv_buf decoded, replaced;
	struct hv_buf *out;
	bool is_broken; /* a tag does not end: there are no more of them */
};

/* What is no text between tags and holds no entities. */
static const struct {
	const char *open, *close;
} literals[] = {
	{ "<![CDATA[", "]]>" },
	{ "<!--", "-->" },
};

bool hv_markup_is(const char *text)
{
	text += strspn(text, BLANKS);
	return text[0] == '<' && text[1] != '\0' && strchr(text, '>') != NULL;
}

bool hv_markup_is_name(struct hv_markup_span span, const char *name)
{
	return strlen(name) == span.len && memcmp(span.start, name, span.len) == 0;
}

static const struct {
	const char *name; /* with ';' */
	char character;
} entities[] = {
	{ "amp;", '&' },
	{ "lt;", '<' },
	{ "gt;", '>' },
	{ "quot;", '"' },
	{ "apos;", '\'' },
};

/* Decodes "#39;" or "#x27;". Returns its length; 0 when it is no character reference. */
static size_t decode_number(const char *s, size_t len, struct hv_buf *out)
{
	const char *end = memchr(s, ';', len < ENTITY_MAX ? len : ENTITY_MAX);
	char digits[ENTITY_MAX];
	uint64_t number;
	size_t n;
	int rc;

	if (end == NULL || s[0] != '#')
		return 0;
	n = (size_t)(end - s) - 1;
	memcpy(digits, s + 1, n);
	digits[n] = '\0';
	rc = digits[0] == 'x' ? hv_parse_hex_u64(digits + 1, 0x10FFFF, &number, NULL)
			      : hv_parse_u64(digits, 1, 0x10FFFF, &number, NULL);
	if (rc < 0 || number == 0)
		return 0;
	hv_buf_add_utf8(out, (uint32_t)number);
	return n + 2;
}

/* Decodes what follows a '&'. Returns its length; 0 when the '&' stands for itself. */
static size_t decode_entity(const char *s, size_t len, struct hv_buf *out)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(entities); i++) {
		const size_t n = strlen(entities[i].name);

		if (n <= len && memcmp(s, entities[i].name, n) == 0) {
			hv_buf_addc(out, entities[i].character);
			return n;
		}
	}
	return decode_number(s, len, out);
}

static void decode(struct hv_markup_span raw, struct hv_buf *out)
{
	size_t i = 0;

	while (i < raw.len) {
		const char *amp = memchr(raw.start + i, '&', raw.len - i);
		const size_t end = amp != NULL ? (size_t)(amp - raw.start) : raw.len;
		size_t n;

		hv_buf_add(out, raw.start + i, end - i);
		i = end;
		if (amp == NULL)
			return;
		n = decode_entity(amp + 1, raw.len - end - 1, out);
		if (n == 0)
			hv_buf_addc(out, '&');
		i += 1 + n;
	}
}

/* quote: the one around the value of an attribute; NUL for the text of an element. */
static void encode(const char *text, char quote, struct hv_buf *out)
{
	for (; *text != '\0'; text++) {
		const char *name = NULL;

		for (size_t i = 0; i < HV_ARRAY_LEN(entities); i++)
			if (entities[i].character == *text)
				name = entities[i].name;
		if (name != NULL && (strchr("&<>", *text) != NULL || *text == quote))
			hv_buf_addf(out, "&%s", name);
		else
			hv_buf_addc(out, *text);
	}
}

/* What shall stand for the decoded value. */
static const char *replace(struct walk *w, struct hv_markup_span attribute)
{
	const struct hv_markup_field field = {
		.element = w->element,
		.attribute = attribute,
		.title = w->title,
		.value = hv_buf_str(&w->decoded),
	};

	hv_buf_clear(&w->replaced);
	w->visitor->visit(w->visitor->ctx, &field, &w->replaced);
	if (hv_buf_failed(&w->decoded) || hv_buf_failed(&w->replaced))
		w->out->failed = true;
	return hv_buf_str(&w->replaced);
}

/* A value that stays as it was keeps its spelling. */
static void visit(struct walk *w, struct hv_markup_span attribute, struct hv_markup_span raw)
{
	const char *replaced;

	hv_buf_clear(&w->decoded);
	decode(raw, &w->decoded);
	replaced = replace(w, attribute);
	if (strcmp(hv_buf_str(&w->decoded), replaced) == 0)
		hv_buf_add(w->out, raw.start, raw.len);
	else
		encode(replaced, attribute.len > 0 ? raw.start[-1] : '\0', w->out);
}

static struct hv_markup_span name_at(const char *s, const char *end)
{
	struct hv_markup_span name = { .start = s };

	while (s + name.len < end && strchr(BLANKS "=/>", s[name.len]) == NULL)
		name.len++;
	return name;
}

/* Visits the attributes from s to end, where the tag ends. */
static void walk_attributes(struct walk *w, const char *s, const char *end)
{
	struct hv_markup_span name = { .start = s };

	while (s < end) {
		const char *close = NULL;

		if (*s == '"' || *s == '\'')
			close = memchr(s + 1, *s, (size_t)(end - s - 1));
		if (close != NULL) {
			const struct hv_markup_span raw = { s + 1, (size_t)(close - s - 1) };

			if (w->title.len == 0)
				w->title = raw;
			hv_buf_addc(w->out, *s);
			visit(w, name, raw);
			s = close;
		} else if (strchr(BLANKS "=", *s) == NULL && strchr(BLANKS "=", s[-1]) != NULL) {
			name = name_at(s, end);
		}
		hv_buf_addc(w->out, *s++);
	}
}

/* The '>' that ends the tag at s; NULL when it does not end. */
static const char *tag_end(const char *s)
{
	char quote = '\0';

	for (; *s != '\0'; s++) {
		if (quote != '\0')
			quote = *s == quote ? '\0' : quote;
		else if (*s == '"' || *s == '\'')
			quote = *s;
		else if (*s == '>')
			return s;
	}
	return NULL;
}

static bool is_tag(struct walk *w, const char *s)
{
	const bool opens = s[0] == '<' &&
			   (s[1] == '/' || s[1] == '?' || s[1] == '_' ||
				   (s[1] >= 'a' && s[1] <= 'z') || (s[1] >= 'A' && s[1] <= 'Z'));

	if (!opens || w->is_broken)
		return false;
	w->is_broken = tag_end(s) == NULL;
	return !w->is_broken;
}

/* Index of the literal that begins at s; -1 when none does. */
static int find_literal(const char *s)
{
	for (size_t i = 0; s[0] == '<' && i < HV_ARRAY_LEN(literals); i++)
		if (strncmp(s, literals[i].open, strlen(literals[i].open)) == 0)
			return (int)i;
	return -1;
}

static const char *walk_literal(struct walk *w, const char *s, int i)
{
	const struct hv_markup_span none = { .start = s };
	const char *start = s + strlen(literals[i].open);
	const char *end = strstr(start, literals[i].close);

	if (end == NULL)
		end = start + strlen(start);
	hv_buf_add(w->out, s, (size_t)(start - s));
	hv_buf_clear(&w->decoded);
	hv_buf_add(&w->decoded, start, (size_t)(end - start));
	hv_buf_adds(w->out, replace(w, none));
	s = *end != '\0' ? end + strlen(literals[i].close) : end;
	hv_buf_add(w->out, end, (size_t)(s - end));
	return s;
}

static const char *walk_tag(struct walk *w, const char *s)
{
	const char *end = tag_end(s);
	const char *name = s + 1;

	w->title = (struct hv_markup_span){ .len = 0 };
	w->element = name_at(name, end);
	hv_buf_add(w->out, s, (size_t)(name - s) + w->element.len);
	if (*name == '/' || *name == '?')
		w->element = (struct hv_markup_span){ .start = name };
	walk_attributes(w, name + w->element.len, end);
	hv_buf_addc(w->out, '>');
	return end + 1;
}

static const char *walk_text(struct walk *w, const char *s)
{
	const struct hv_markup_span none = { .start = s };
	struct hv_markup_span raw = { .start = s, .len = 1 };

	while (s[raw.len] != '\0' && !is_tag(w, s + raw.len) && find_literal(s + raw.len) < 0)
		raw.len++;
	if (strspn(s, BLANKS) >= raw.len)
		hv_buf_add(w->out, s, raw.len);
	else
		visit(w, none, raw);
	return s + raw.len;
}

void hv_markup_walk(const char *text, const struct hv_markup_visitor *visitor, struct hv_buf *out)
{
	struct walk w = { .visitor = visitor, .out = out, .element.start = text };

	hv_buf_init(&w.decoded, out->max);
	hv_buf_init(&w.replaced, out->max);
	while (*text != '\0' && !hv_buf_failed(out)) {
		const int literal = find_literal(text);

		if (literal >= 0)
			text = walk_literal(&w, text, literal);
		else
			text = is_tag(&w, text) ? walk_tag(&w, text) : walk_text(&w, text);
	}
	hv_buf_done(&w.decoded);
	hv_buf_done(&w.replaced);
}
