/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What elements and attributes are made of: names, text, substitutions; and the attributes
 * themselves. */
#include "evtx/piece.h"

#include "evtx/evtx.h"

enum {
	BYTES_PER_TOKEN = 64, /* of a value: what counts as one more token */
};

bool hv_evtx_fail(struct hv_evtx_binxml *x, const char *problem)
{
	if (!x->problem)
		x->problem = problem;
	return false;
}

bool hv_evtx_damaged_token(struct hv_evtx_binxml *x)
{
	return hv_evtx_fail(x, "damaged token");
}

bool hv_evtx_pay(struct hv_evtx_binxml *x, size_t bytes)
{
	size_t price = 1 + bytes / BYTES_PER_TOKEN;

	if (x->out->full)
		return hv_evtx_fail(x, "larger than the limit");
	if (price > x->budget)
		return hv_evtx_fail(x, "more tokens than the limit");
	x->budget -= (uint32_t)price;
	return true;
}

bool hv_evtx_next_token(
	struct hv_evtx_binxml *x, const struct hv_evtx_tokens *t, enum hv_evtx_token *ret)
{
	if (!hv_evtx_peek(t, ret))
		return hv_evtx_fail(x, "unknown token or none");
	return hv_evtx_pay(x, 0);
}

struct hv_evtx_span hv_evtx_write_name(struct hv_evtx_binxml *x, struct hv_evtx_text name)
{
	struct hv_evtx_span span = { .start = x->out->len };

	if (!hv_evtx_out_name(x->out, name))
		hv_evtx_fail(x, "invalid name");
	span.len = x->out->len - span.start;
	return span;
}

bool hv_evtx_is_null(const struct hv_evtx_scope *scope, size_t index)
{
	return !hv_evtx_instance_has(scope->values, scope->count, index);
}

/* *ret is NULL when the substitution has no value. */
bool hv_evtx_resolve(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_scope *scope, struct hv_evtx_content *content,
	const struct hv_evtx_value **ret)
{
	struct hv_evtx_substitution substitution;

	if (!hv_evtx_read_substitution(t, &substitution))
		return hv_evtx_damaged_token(x);
	*ret = hv_evtx_is_null(scope, substitution.index) ? NULL
							  : &scope->values[substitution.index];
	if (!*ret && substitution.optional)
		content->null = true;
	else
		content->other = true;
	return hv_evtx_pay(x, *ret ? (*ret)->size : 0);
}

bool hv_evtx_write_entity_ref(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t)
{
	static const struct {
		const char *name;
		char character;
	} entities[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
		{ "apos", '\'' } };
	struct hv_evtx_text name;

	if (!hv_evtx_read_entity_ref(t, &name))
		return hv_evtx_damaged_token(x);
	for (size_t i = 0; i < HV_ARRAY_LEN(entities); i++) {
		if (hv_evtx_text_equals(name, entities[i].name)) {
			hv_evtx_out_character(x->out, (uint32_t)entities[i].character);
			return true;
		}
	}
	return hv_evtx_fail(x, "unknown entity");
}

bool hv_evtx_write_char_ref(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t)
{
	uint32_t character;

	if (!hv_evtx_read_char_ref(t, &character))
		return hv_evtx_damaged_token(x);
	hv_evtx_out_character(x->out, character);
	return true;
}

static bool literal(struct hv_evtx_binxml *x, bool read, struct hv_evtx_text text)
{
	if (!read)
		return hv_evtx_damaged_token(x);
	hv_evtx_out_text(x->out, text);
	return true;
}

bool hv_evtx_write_value_text(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t)
{
	struct hv_evtx_text text = { .bytes = NULL, .units = 0 };
	bool read = hv_evtx_read_value_text(t, &text);

	return literal(x, read, text);
}

/* As escaped text, which says the same and cannot be ended by the text itself. */
bool hv_evtx_write_cdata(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t)
{
	struct hv_evtx_text text = { .bytes = NULL, .units = 0 };
	bool read = hv_evtx_read_cdata(t, &text);

	return literal(x, read, text);
}

static bool attribute_substitution(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_scope *scope, struct hv_evtx_content *content)
{
	const struct hv_evtx_value *v = NULL;

	if (!hv_evtx_resolve(x, t, scope, content, &v))
		return false;
	if (v && v->type == HV_EVTX_TYPE_BINXML)
		return hv_evtx_fail(x, "BinXml in an attribute");
	if (v)
		hv_evtx_value_text(x->out, t->c.data, v);
	return true;
}

/* Everything up to a token that is not part of an attribute's value. */
static bool attribute_value(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_scope *scope, struct hv_evtx_content *content)
{
	enum hv_evtx_token token;

	while (hv_evtx_next_token(x, t, &token)) {
		bool ok;

		if (token == HV_EVTX_TOKEN_NORMAL_SUBSTITUTION ||
			token == HV_EVTX_TOKEN_OPTIONAL_SUBSTITUTION) {
			if (!attribute_substitution(x, t, scope, content))
				return false;
			continue;
		}
		if (token == HV_EVTX_TOKEN_VALUE)
			ok = hv_evtx_write_value_text(x, t);
		else if (token == HV_EVTX_TOKEN_CHAR_REF)
			ok = hv_evtx_write_char_ref(x, t);
		else if (token == HV_EVTX_TOKEN_ENTITY_REF)
			ok = hv_evtx_write_entity_ref(x, t);
		else
			return true;
		if (!ok)
			return false;
		content->other = true;
	}
	return false;
}

/* Whether one of the names before has the same text as the last one: that would be no XML. */
static bool is_repeated(const struct hv_evtx_out *o, const struct hv_evtx_span *names, size_t count,
	struct hv_evtx_span name)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i].len == name.len &&
			!memcmp(o->data + names[i].start, o->data + name.start, name.len))
			return true;
	}
	return false;
}

/* Writes one attribute, or nothing when its value is an optional one that is NULL. */
static bool attribute(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_scope *scope, struct hv_evtx_span *names, size_t *count)
{
	size_t start = x->out->len;
	struct hv_evtx_content content = { .null = false, .other = false };
	struct hv_evtx_text name;
	struct hv_evtx_span span;

	if (!hv_evtx_read_attribute(t, &name))
		return hv_evtx_damaged_token(x);
	hv_evtx_out_char(x->out, ' ');
	span = hv_evtx_write_name(x, name);
	if (x->problem)
		return false;
	if (is_repeated(x->out, names, *count, span))
		return hv_evtx_fail(x, "attribute given twice");
	hv_evtx_out_bytes(x->out, "=\"", 2);
	if (!attribute_value(x, t, scope, &content))
		return false;
	hv_evtx_out_char(x->out, '"');
	if (content.null && !content.other)
		hv_evtx_out_truncate(x->out, start);
	else
		names[(*count)++] = span;
	return true;
}

bool hv_evtx_write_attributes(
	struct hv_evtx_binxml *x, struct hv_evtx_tokens *t, const struct hv_evtx_scope *scope)
{
	struct hv_evtx_span names[HV_EVTX_MAX_ATTRIBUTES];
	size_t count = 0;
	enum hv_evtx_token token;

	while (hv_evtx_next_token(x, t, &token)) {
		if (token != HV_EVTX_TOKEN_ATTRIBUTE)
			return true;
		if (count == HV_EVTX_MAX_ATTRIBUTES)
			return hv_evtx_fail(x, "more attributes than the limit");
		if (!attribute(x, t, scope, names, &count))
			return false;
	}
	return false;
}
