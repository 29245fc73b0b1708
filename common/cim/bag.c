/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accessors of a property bag: JSON values to what the caller wants. */
#include "cim/bag.h"

#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/parse.h"
#include "base/utf.h"

enum { REF_KEY_MAX = 65536 }; /* bytes of one key value of an object path */

/* The property's value; NULL when it is not there or null. */
static const json_t *told(const struct hv_bag *bag, const char *name)
{
	const json_t *value = json_object_get(bag->props, name);

	return json_is_null(value) ? NULL : value;
}

/* Element i of an array; a single value counts as an array of one. */
static const json_t *element(const struct hv_bag *bag, const char *name, size_t i)
{
	const json_t *value = told(bag, name);

	if (json_is_array(value))
		value = json_array_get(value, i);
	else if (i > 0)
		value = NULL;
	return json_is_null(value) ? NULL : value;
}

static bool as_string(const json_t *value, const char **ret)
{
	if (!json_is_string(value))
		return false;
	*ret = json_string_value(value);
	return true;
}

static bool as_u64(const json_t *value, uint64_t *ret)
{
	if (json_is_integer(value)) {
		if (json_integer_value(value) < 0)
			return false;
		*ret = (uint64_t)json_integer_value(value);
		return true;
	}
	return json_is_string(value) &&
	       hv_parse_u64(json_string_value(value), 0, UINT64_MAX, ret, NULL) == 0;
}

bool hv_bag_told(const struct hv_bag *bag, const char *name)
{
	const json_t *value = told(bag, name);

	return value != NULL && !(json_is_string(value) && json_string_length(value) == 0);
}

bool hv_bag_string(const struct hv_bag *bag, const char *name, const char **ret)
{
	return as_string(told(bag, name), ret);
}

bool hv_bag_u64(const struct hv_bag *bag, const char *name, uint64_t *ret)
{
	return as_u64(told(bag, name), ret);
}

bool hv_bag_bool(const struct hv_bag *bag, const char *name, bool *ret)
{
	const json_t *value = told(bag, name);
	const char *text;
	uint64_t number;

	if (json_is_boolean(value)) {
		*ret = json_is_true(value);
		return true;
	}
	if (as_string(value, &text) &&
		(hv_utf8_caseeq(text, "true") || hv_utf8_caseeq(text, "false"))) {
		*ret = hv_utf8_caseeq(text, "true");
		return true;
	}
	if (!as_u64(value, &number) || number > 1)
		return false;
	*ret = number == 1;
	return true;
}

/* "/Date(1700000000000)/" and "/Date(1700000000000+0100)/": milliseconds since 1970 UTC; the offset
 * is only for display. */
static bool parse_json_date(const char *text, hv_usec *ret)
{
	const size_t prefix_len = sizeof("/Date(") - 1;
	char digits[24];
	size_t len;
	int64_t ms;

	if (strncmp(text, "/Date(", prefix_len) != 0)
		return false;
	text += prefix_len;
	len = strspn(text + (*text == '-'), "0123456789") + (*text == '-');
	if (len == 0 || len >= sizeof(digits))
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	text += len;
	if (*text == '+' || *text == '-')
		text += 1 + strspn(text + 1, "0123456789");
	if (strcmp(text, ")/") != 0)
		return false;
	if (hv_parse_i64(digits, INT64_MIN / 1000, INT64_MAX / 1000, &ms, NULL) < 0)
		return false;
	*ret = ms * 1000;
	return true;
}

bool hv_bag_time(const struct hv_bag *bag, const char *name, hv_usec *ret)
{
	const size_t cim_point = sizeof("yyyymmddHHMMSS") - 1;
	const char *text;

	if (!hv_bag_string(bag, name, &text))
		return false;
	if (text[0] == '/')
		return parse_json_date(text, ret);
	if (strspn(text, "0123456789") == cim_point && text[cim_point] == '.')
		return hv_time_parse_cim(text, ret, NULL) == 0;
	return hv_time_parse_iso(text, ret, NULL) == 0;
}

size_t hv_bag_count(const struct hv_bag *bag, const char *name)
{
	const json_t *value = told(bag, name);

	if (value == NULL)
		return 0;
	return json_is_array(value) ? json_array_size(value) : 1;
}

bool hv_bag_string_at(const struct hv_bag *bag, const char *name, size_t i, const char **ret)
{
	return as_string(element(bag, name, i), ret);
}

bool hv_bag_u64_at(const struct hv_bag *bag, const char *name, size_t i, uint64_t *ret)
{
	return as_u64(element(bag, name, i), ret);
}

bool hv_bag_object(const struct hv_bag *bag, const char *name, struct hv_bag *ret)
{
	return !json_is_array(told(bag, name)) && hv_bag_object_at(bag, name, 0, ret);
}

bool hv_bag_object_at(const struct hv_bag *bag, const char *name, size_t i, struct hv_bag *ret)
{
	const json_t *value = element(bag, name, i);

	if (!json_is_object(value))
		return false;
	*ret = (struct hv_bag){ .ns = bag->ns, .class_name = "", .props = value };
	return true;
}

/* One value of an object path at *p, quoted (with \" and \\) or bare up to the next comma; *p moves
 * behind it. False when a quote is not closed. [Object paths: DSP0207; Windows escapes '"' and '\'
 * with '\'] */
static bool take_path_value(const char **p, struct hv_buf *value)
{
	const char *s = *p;

	if (*s != '"') {
		*p = s + strcspn(s, ",");
		hv_buf_add(value, s, (size_t)(*p - s));
		return true;
	}
	for (s++; *s != '"'; s++) {
		if (*s == '\\' && (s[1] == '\\' || s[1] == '"'))
			s++;
		if (*s == '\0')
			return false;
		hv_buf_addc(value, *s);
	}
	*p = s + 1;
	return true;
}

/* The value of key in "[\\host\namespace:]Class.Key="value",Key2=..."; the result is yours, NULL
 * when there is none. */
static char *find_path_key(const char *path, const char *key)
{
	HV_AUTO(buf) value;
	const char *equals = strchr(path, '=');
	const char *name = path;

	hv_buf_init(&value, REF_KEY_MAX);
	for (const char *p = path; equals != NULL && p < equals; p++)
		if (*p == '.')
			name = p + 1;
	while (equals != NULL) {
		const size_t name_len = (size_t)(equals - name);
		const char *p = equals + 1;

		hv_buf_clear(&value);
		hv_buf_adds(&value, "");
		if (!take_path_value(&p, &value))
			return NULL;
		if (name_len == strlen(key) && strncmp(name, key, name_len) == 0)
			return hv_buf_take(&value);
		if (*p != ',')
			return NULL;
		name = p + 1;
		equals = strchr(name, '=');
	}
	return NULL;
}

bool hv_bag_ref_key(const struct hv_bag *bag, const char *name, const char *key, char **ret)
{
	struct hv_bag object;
	const char *text;

	*ret = NULL;
	if (hv_bag_object(bag, name, &object)) {
		if (hv_bag_string(&object, key, &text))
			*ret = hv_strdup(text);
	} else if (hv_bag_string(bag, name, &text)) {
		*ret = find_path_key(text, key);
	}
	return *ret != NULL;
}
