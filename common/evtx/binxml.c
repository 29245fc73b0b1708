/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The expansion of one record: elements, their content, template instances, BinXml within values.
 */
#include "evtx/binxml.h"

#include "evtx/evtx.h"
#include "evtx/piece.h"
#include "evtx/value.h"

struct element {
	struct hv_evtx_span name;
	size_t start; /* of its text in the output */
};

static bool fragment(
	struct hv_evtx_binxml *x, struct hv_evtx_tokens *t, const struct hv_evtx_scope *scope);
static bool element(
	struct hv_evtx_binxml *x, struct hv_evtx_tokens *t, const struct hv_evtx_scope *scope);

static bool enter(struct hv_evtx_binxml *x)
{
	if (x->depth >= HV_EVTX_MAX_DEPTH)
		return hv_evtx_fail(x, "nested deeper than the limit");
	x->depth++;
	return true;
}

/* Writes a piece of the output once more. */
static void repeat(struct hv_evtx_out *o, struct hv_evtx_span span)
{
	hv_evtx_out_bytes(o, o->data + span.start, span.len);
}

/* The array of which the element consists, when it consists of nothing else; NULL otherwise. t is
 * behind the start tag. */
static const struct hv_evtx_value *only_array(
	const struct hv_evtx_tokens *t, const struct hv_evtx_scope *scope)
{
	struct hv_evtx_tokens ahead = *t;
	struct hv_evtx_substitution substitution;
	enum hv_evtx_token token;

	if (!hv_evtx_peek(&ahead, &token) || (token != HV_EVTX_TOKEN_NORMAL_SUBSTITUTION &&
						     token != HV_EVTX_TOKEN_OPTIONAL_SUBSTITUTION))
		return NULL;
	if (!hv_evtx_read_substitution(&ahead, &substitution) ||
		hv_evtx_is_null(scope, substitution.index) ||
		!hv_evtx_is_array(&scope->values[substitution.index]))
		return NULL;
	if (!hv_evtx_peek(&ahead, &token) || token != HV_EVTX_TOKEN_END)
		return NULL;
	return &scope->values[substitution.index];
}

/* Ends an element whose content begins at content_start, behind the '>'. */
static void close_element(struct hv_evtx_out *o, const struct element *e, size_t content_start)
{
	if (o->len == content_start) {
		hv_evtx_out_truncate(o, content_start - 1);
		hv_evtx_out_bytes(o, "/>", 2);
		return;
	}
	hv_evtx_out_bytes(o, "</", 2);
	repeat(o, e->name);
	hv_evtx_out_char(o, '>');
}

/* An array repeats the element for each of its items; one without items leaves one empty element
 * [MS-EVEN6 3.1.4.7]. Windows shows the strings of classic events in this way. */
static bool array_content(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_value *v, const struct element *e)
{
	struct hv_evtx_substitution substitution;
	/* Without the '>', which an empty item turns into "/>". */
	struct hv_evtx_span start_tag = { .start = e->start, .len = x->out->len - e->start };
	struct hv_cursor rest = hv_cursor_make(t->c.data, (size_t)v->offset + v->size);
	struct hv_evtx_value item = { .type = HV_EVTX_TYPE_NULL };
	size_t content_start;
	bool more;

	rest.pos = v->offset;
	more = hv_evtx_array_next(&rest, v->type, &item);
	do {
		if (!hv_evtx_pay(x, item.size + start_tag.len))
			return false;
		hv_evtx_out_char(x->out, '>');
		content_start = x->out->len;
		hv_evtx_value_text(x->out, t->c.data, &item);
		close_element(x->out, e, content_start);
		more = more && hv_evtx_array_next(&rest, v->type, &item);
		if (more)
			repeat(x->out, start_tag);
	} while (more);
	return hv_evtx_read_substitution(t, &substitution) && hv_evtx_skip_token(t);
}

static bool nested(
	struct hv_evtx_binxml *x, const struct hv_evtx_tokens *t, const struct hv_evtx_value *v)
{
	static const struct hv_evtx_scope no_values = { .values = NULL, .count = 0 };
	struct hv_evtx_tokens inner = {
		.c = hv_cursor_make(t->c.data, (size_t)v->offset + v->size),
		.chunk_len = t->chunk_len,
		.in_template = false,
	};

	inner.c.pos = v->offset;
	return fragment(x, &inner, &no_values);
}

static bool content_substitution(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_scope *scope, struct hv_evtx_content *content)
{
	const struct hv_evtx_value *v = NULL;

	if (!hv_evtx_resolve(x, t, scope, content, &v))
		return false;
	if (v && v->type == HV_EVTX_TYPE_BINXML)
		return nested(x, t, v);
	if (v)
		hv_evtx_value_text(x->out, t->c.data, v);
	return true;
}

/* One part of an element's content; *ret_end when it was the end tag. */
static bool content_token(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_scope *scope, struct hv_evtx_content *content, bool *ret_end)
{
	enum hv_evtx_token token;

	if (!hv_evtx_next_token(x, t, &token))
		return false;
	*ret_end = token == HV_EVTX_TOKEN_END;
	if (token == HV_EVTX_TOKEN_NORMAL_SUBSTITUTION ||
		token == HV_EVTX_TOKEN_OPTIONAL_SUBSTITUTION)
		return content_substitution(x, t, scope, content);
	if (*ret_end)
		return hv_evtx_skip_token(t);
	content->other = true;
	switch (token) {
	case HV_EVTX_TOKEN_OPEN_START:
		return element(x, t, scope);
	case HV_EVTX_TOKEN_VALUE:
		return hv_evtx_write_value_text(x, t);
	case HV_EVTX_TOKEN_CDATA:
		return hv_evtx_write_cdata(x, t);
	case HV_EVTX_TOKEN_CHAR_REF:
		return hv_evtx_write_char_ref(x, t);
	case HV_EVTX_TOKEN_ENTITY_REF:
		return hv_evtx_write_entity_ref(x, t);
	case HV_EVTX_TOKEN_PI_TARGET: /* says nothing about the event */
		return hv_evtx_read_pi(t) || hv_evtx_damaged_token(x);
	case HV_EVTX_TOKEN_EOF:
	case HV_EVTX_TOKEN_CLOSE_START:
	case HV_EVTX_TOKEN_CLOSE_EMPTY:
	case HV_EVTX_TOKEN_END:
	case HV_EVTX_TOKEN_ATTRIBUTE:
	case HV_EVTX_TOKEN_PI_DATA:
	case HV_EVTX_TOKEN_TEMPLATE:
	case HV_EVTX_TOKEN_NORMAL_SUBSTITUTION:
	case HV_EVTX_TOKEN_OPTIONAL_SUBSTITUTION:
	case HV_EVTX_TOKEN_FRAGMENT:
		break;
	}
	return hv_evtx_fail(x, "token in the wrong place");
}

/* Content and end tag. An element that would hold nothing but an optional value that is NULL
 * disappears. */
static bool filled_element(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_scope *scope, const struct element *e)
{
	struct hv_evtx_content content = { .null = false, .other = false };
	const struct hv_evtx_value *array = x->open > 1 ? only_array(t, scope) : NULL;
	size_t content_start;
	bool end = false;

	if (array)
		return array_content(x, t, array, e);
	hv_evtx_out_char(x->out, '>');
	content_start = x->out->len;
	while (!end) {
		if (!content_token(x, t, scope, &content, &end))
			return false;
	}
	if (content.null && !content.other && x->open > 1)
		hv_evtx_out_truncate(x->out, e->start);
	else
		close_element(x->out, e, content_start);
	return true;
}

/* Everything behind the element's name. */
static bool element_rest(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_scope *scope, const struct element *e)
{
	enum hv_evtx_token token;

	if (!hv_evtx_next_token(x, t, &token))
		return false;
	if (!hv_evtx_skip_token(t))
		return hv_evtx_damaged_token(x);
	if (token == HV_EVTX_TOKEN_CLOSE_START)
		return filled_element(x, t, scope, e);
	if (token != HV_EVTX_TOKEN_CLOSE_EMPTY)
		return hv_evtx_fail(x, "start tag without end");
	hv_evtx_out_bytes(x->out, "/>", 2);
	return true;
}

static bool element(
	struct hv_evtx_binxml *x, struct hv_evtx_tokens *t, const struct hv_evtx_scope *scope)
{
	struct element e = { .start = x->out->len };
	struct hv_evtx_start start;

	if (!enter(x))
		return false;
	if (!hv_evtx_read_start(t, &start))
		return hv_evtx_damaged_token(x);
	if (x->open == 0 && e.start > 0)
		return hv_evtx_fail(x, "more than one root element");
	x->open++;
	hv_evtx_out_char(x->out, '<');
	e.name = hv_evtx_write_name(x, start.name);
	if (x->problem || (start.has_attributes && !hv_evtx_write_attributes(x, t, scope)) ||
		!element_rest(x, t, scope, &e))
		return false;
	/* The event itself stays: Windows makes it depend on its user data, which not all events
	 * have. */
	if (x->open > 1 && start.dependency != HV_EVTX_NO_DEPENDENCY &&
		hv_evtx_is_null(scope, start.dependency))
		hv_evtx_out_truncate(x->out, e.start);
	x->open--;
	x->depth--;
	return true;
}

static bool template_instance(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t)
{
	size_t used = x->pool->used;
	struct hv_evtx_instance instance;
	struct hv_evtx_scope scope;
	bool ok;

	if (!hv_evtx_read_instance(t, x->pool, &instance))
		return hv_evtx_fail(x, "damaged template instance");
	if (!hv_evtx_pay(x, instance.value_count))
		return false;
	scope = (struct hv_evtx_scope){ .values = instance.values, .count = instance.value_count };
	ok = fragment(x, &instance.definition, &scope);
	x->pool->used = used;
	return ok;
}

static bool fragment_token(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_scope *scope, enum hv_evtx_token token)
{
	if (token == HV_EVTX_TOKEN_FRAGMENT)
		return hv_evtx_read_fragment_header(t) || hv_evtx_damaged_token(x);
	if (token == HV_EVTX_TOKEN_OPEN_START)
		return element(x, t, scope);
	if (token == HV_EVTX_TOKEN_TEMPLATE)
		return template_instance(x, t);
	if (token == HV_EVTX_TOKEN_PI_TARGET)
		return hv_evtx_read_pi(t) || hv_evtx_damaged_token(x);
	return hv_evtx_fail(x, "token in the wrong place");
}

/* What a record, a template definition or a BinXml value consists of, up to the end token or the
 * end of the bytes. */
static bool fragment(
	struct hv_evtx_binxml *x, struct hv_evtx_tokens *t, const struct hv_evtx_scope *scope)
{
	enum hv_evtx_token token;

	if (!enter(x))
		return false;
	while (hv_cursor_left(&t->c) > 0) {
		if (!hv_evtx_next_token(x, t, &token))
			return false;
		if (token == HV_EVTX_TOKEN_EOF)
			break;
		if (!fragment_token(x, t, scope, token))
			return false;
	}
	x->depth--;
	return true;
}

/* Whether the output begins with an element of that name. */
static bool is_event(const struct hv_evtx_out *o)
{
	static const char tag[] = "<Event";
	size_t len = sizeof(tag) - 1;

	return o->len > len && !memcmp(o->data, tag, len) && strchr(" />", o->data[len]);
}

bool hv_evtx_expand(struct hv_evtx_binxml *x, struct hv_evtx_tokens t)
{
	static const struct hv_evtx_scope no_values = { .values = NULL, .count = 0 };

	x->out->len = 0;
	x->out->full = false;
	x->pool->used = 0;
	x->depth = 0;
	x->open = 0;
	x->problem = NULL;
	if (!fragment(x, &t, &no_values))
		return false;
	if (x->out->full)
		return hv_evtx_fail(x, "larger than the limit");
	if (!is_event(x->out))
		return hv_evtx_fail(x, "no Event element");
	x->out->data[x->out->len] = '\0';
	return true;
}
