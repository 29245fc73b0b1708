/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wql.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf.h"

enum { TOKEN_MAX = 1 << 16 };

struct lexer {
	const char *at;
	struct hv_arena *arena;
};

static void skip_blanks(struct lexer *l)
{
	l->at += strspn(l->at, " \t\r\n");
}

static const char *take_name(struct lexer *l)
{
	size_t len;
	const char *name;

	skip_blanks(l);
	len = strspn(l->at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	if (len == 0 || (l->at[0] >= '0' && l->at[0] <= '9'))
		return NULL;
	name = hv_arena_strndup(l->arena, l->at, len);
	l->at += len;
	return name;
}

static bool take_word(struct lexer *l, const char *word)
{
	const char *before = l->at;
	const char *name = take_name(l);

	if (name != NULL && hv_utf8_caseeq(name, word))
		return true;
	l->at = before;
	return false;
}

static bool take_char(struct lexer *l, char c)
{
	skip_blanks(l);
	if (*l->at != c)
		return false;
	l->at++;
	return true;
}

/* 'text' or "text", in which a backslash takes away the meaning of what follows. */
static const char *take_string(struct lexer *l)
{
	const char quote = *l->at;
	HV_AUTO(buf) text;

	hv_buf_init(&text, TOKEN_MAX);
	for (l->at++; *l->at != quote; l->at++) {
		if (*l->at == '\\')
			l->at++;
		if (*l->at == '\0')
			return NULL;
		hv_buf_addc(&text, *l->at);
	}
	l->at++;
	return hv_buf_failed(&text) ? NULL : hv_arena_strdup(l->arena, hv_buf_str(&text));
}

static const char *take_value(struct lexer *l)
{
	size_t len;
	const char *value;

	skip_blanks(l);
	if (*l->at == '\'' || *l->at == '"')
		return take_string(l);
	len = (size_t)(*l->at == '-');
	len += strspn(l->at + len, "0123456789");
	if (len > (size_t)(*l->at == '-')) {
		value = hv_arena_strndup(l->arena, l->at, len);
		l->at += len;
		return value;
	}
	if (take_word(l, "TRUE"))
		return "true";
	return take_word(l, "FALSE") ? "false" : NULL;
}

static bool take_properties(struct lexer *l, struct sim_wql *wql)
{
	if (take_char(l, '*'))
		return true;
	do {
		const char *name = take_name(l);

		if (name == NULL || wql->property_count == SIM_WQL_MAX_PROPERTIES)
			return false;
		wql->properties[wql->property_count++] = name;
	} while (take_char(l, ','));
	return true;
}

static bool take_terms(struct lexer *l, struct sim_wql *wql)
{
	bool opens_group = true;

	do {
		struct sim_wql_term term = { .opens_group = opens_group };

		term.property = take_name(l);
		if (term.property == NULL || !take_char(l, '=') ||
			wql->term_count == SIM_WQL_MAX_TERMS)
			return false;
		term.value = take_value(l);
		if (term.value == NULL)
			return false;
		wql->terms[wql->term_count++] = term;
		opens_group = take_word(l, "OR");
	} while (opens_group || take_word(l, "AND"));
	return true;
}

bool sim_wql_parse(struct sim_wql *ret, struct hv_arena *arena, const char *query)
{
	struct lexer l = { .at = query, .arena = arena };

	*ret = (struct sim_wql){ .class_name = "" };
	if (!take_word(&l, "SELECT") || !take_properties(&l, ret) || !take_word(&l, "FROM"))
		return false;
	ret->class_name = take_name(&l);
	if (ret->class_name == NULL)
		return false;
	if (take_word(&l, "WHERE") && !take_terms(&l, ret))
		return false;
	skip_blanks(&l);
	return *l.at == '\0';
}

const struct json_t *sim_row_get(const struct json_t *row, const char *name)
{
	const json_t *exact = json_object_get(row, name);
	const char *key;
	json_t *value;

	if (exact != NULL)
		return exact;
	/* jansson walks only over what may be written */
	json_object_foreach((json_t *)(uintptr_t)row, key, value)
	{
		if (hv_utf8_caseeq(key, name))
			return value;
	}
	return NULL;
}

bool sim_row_equals(const struct json_t *row, const char *name, const char *value)
{
	const json_t *told = sim_row_get(row, name);
	HV_AUTO(buf) number;

	hv_buf_init(&number, TOKEN_MAX);
	if (json_is_string(told))
		return hv_utf8_caseeq(json_string_value(told), value);
	if (json_is_boolean(told))
		return hv_utf8_caseeq(json_is_true(told) ? "true" : "false", value);
	if (!json_is_integer(told))
		return false;
	hv_buf_addf(&number, "%" JSON_INTEGER_FORMAT, json_integer_value(told));
	return strcmp(hv_buf_str(&number), value) == 0;
}

bool sim_wql_matches(const struct sim_wql *wql, const struct json_t *row)
{
	bool group = true;

	for (size_t i = 0; i < wql->term_count; i++) {
		const struct sim_wql_term *term = &wql->terms[i];

		if (term->opens_group && i > 0) {
			if (group)
				return true;
			group = true;
		}
		group = group && sim_row_equals(row, term->property, term->value);
	}
	return group;
}
