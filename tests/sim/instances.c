/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "instances.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/parse.h"
#include "base/utf.h"
#include "cim/bag.h"
#include "cim/instance-xml.h"
#include "duration.h"
#include "escape.h"
#include "wql.h"
#include "wsman/uri.h"

#define CIM "http://schemas.dmtf.org/wbem/wscim/1/common"

/* How one instance, or a fragment of it, is written. */
struct writer {
	struct hv_buf *out;
	struct hv_arena *arena;
	const struct sim_class *class;
	const char *prefix;     /* of properties: "p:" or "" */
	const char *cim_prefix; /* of dates */
};

/* Properties that refer to another object, and the key of that; captures have them as objects or as
 * object paths. */
static const struct reference {
	const char *class_name;
	const char *property;
	const char *target;
	const char *key;
} references[] = {
	{ "Win32_MountPoint", "Directory", "Win32_Directory", "Name" },
	{ "Win32_MountPoint", "Volume", "Win32_Volume", "DeviceID" },
	{ "Win32_ShadowStorage", "Volume", "Win32_Volume", "DeviceID" },
	{ "Win32_ShadowStorage", "DiffVolume", "Win32_Volume", "DeviceID" },
};

static const struct reference *find_reference(const char *class_name, const char *property)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(references); i++)
		if (hv_utf8_caseeq(references[i].class_name, class_name) &&
			hv_utf8_caseeq(references[i].property, property))
			return &references[i];
	return NULL;
}

/* Properties that are dates in all classes, in whatever form the capture has them. */
static bool is_date_name(const char *name)
{
	static const char *const names[] = {
		"CreationTime",
		"InstallDate",
		"LastApplicationConsistentReplicationTime",
		"LastBootUpTime",
		"LastReplicationTime",
		"LastSuccessfulBackupTime",
		"LocalDateTime",
		"TimeOfLastConfigurationChange",
		"TimeOfLastStateChange",
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++)
		if (hv_utf8_caseeq(names[i], name))
			return true;
	return false;
}

static size_t digits_at(const char *text)
{
	return strspn(text, "0123456789");
}

/* "2026-11-21T22:30:00Z", "...+01:00" */
static bool looks_like_iso(const char *text)
{
	const char *t = strchr(text, 'T');

	return digits_at(text) == 4 && t == text + 10 &&
	       (strchr(t, 'Z') != NULL || strpbrk(t, "+-") != NULL);
}

/* "20261121223000.000000+060" */
static bool looks_like_cim(const char *text)
{
	return digits_at(text) == 14 && text[14] == '.' && strpbrk(text, "+-") != NULL;
}

static bool is_date(
	const struct sim_class *class, const json_t *row, const char *name, hv_usec *ret)
{
	const struct hv_bag bag = { .ns = class->ns, .class_name = class->name, .props = row };
	const char *text = json_string_value(json_object_get(row, name));

	if (text == NULL)
		return false;
	if (!is_date_name(name) && !looks_like_iso(text) && !looks_like_cim(text) &&
		strncmp(text, "/Date(", 6) != 0)
		return false;
	return hv_bag_time(&bag, name, ret);
}

/* Fractions have as many digits as they need. */
static void add_date(struct writer *w, hv_usec time)
{
	char text[HV_TIME_TEXT_MAX];
	size_t len;

	hv_time_format_usec(time, text);
	len = strlen(text) - 1; /* the Z */
	if (memchr(text, '.', len) != NULL) {
		while (text[len - 1] == '0')
			len--;
		len -= text[len - 1] == '.';
	}
	hv_buf_addf(w->out, "<%sDatetime>%.*sZ</%sDatetime>", w->cim_prefix, (int)len, text,
		w->cim_prefix);
}

static void open_property(struct writer *w, const char *name)
{
	hv_buf_addf(w->out, "<%s", w->prefix);
	sim_escape(w->out, name);
}

static void close_property(struct writer *w, const char *name)
{
	hv_buf_addf(w->out, "</%s", w->prefix);
	sim_escape(w->out, name);
	hv_buf_addc(w->out, '>');
}

static void add_scalar(struct writer *w, const json_t *value)
{
	char number[HV_DOUBLE_TEXT_MAX];

	if (json_is_string(value)) {
		sim_escape(w->out, json_string_value(value));
	} else if (json_is_integer(value)) {
		hv_buf_addf(w->out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	} else if (json_is_real(value)) {
		hv_format_double(json_real_value(value), number);
		hv_buf_adds(w->out, number);
	} else {
		hv_buf_adds(w->out, json_is_true(value) ? "true" : "false");
	}
}

static void add_selector(struct writer *w, const char *name, const json_t *value)
{
	hv_buf_adds(w->out, "<w:Selector Name=\"");
	sim_escape(w->out, name);
	hv_buf_adds(w->out, "\">");
	add_scalar(w, value);
	hv_buf_adds(w->out, "</w:Selector>");
}

static int by_name(const void *a, const void *b)
{
	return hv_utf8_casecmp(*(const char *const *)a, *(const char *const *)b);
}

/* What is no name of a property is nothing that a host would send. */
static bool is_name(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	const size_t first = strspn(name, letters);

	for (const char *p = name; *p != '\0'; p++)
		if (strchr(letters, *p) == NULL && (*p < '0' || *p > '9'))
			return false;
	return first > 0;
}

/* The names of an object's members in the order that Windows has; NULL when memory is short. */
static const char **sorted_names(struct hv_arena *arena, const json_t *object)
{
	const size_t size = json_object_size(object);
	const char **names = hv_arena_array(arena, size + 1, sizeof(*names));
	const char *name;
	json_t *value;
	size_t n = 0;

	if (names == NULL)
		return NULL;
	/* jansson walks only over what may be written */
	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		if (is_name(name))
			names[n++] = name;
	}
	qsort(names, n, sizeof(*names), by_name);
	return names;
}

static void add_selectors(struct writer *w, const json_t *object)
{
	const char **names = sorted_names(w->arena, object);

	for (; names != NULL && *names != NULL; names++)
		add_selector(w, *names, json_object_get(object, *names));
}

/* The content of an endpoint reference, without an element of its own. */
static void add_reference(struct writer *w, const json_t *row, const struct reference *reference)
{
	const struct hv_bag bag = { .ns = w->class->ns, .class_name = "", .props = row };
	const json_t *value = json_object_get(row, reference->property);
	HV_AUTO(string) key = NULL;

	hv_buf_addf(w->out,
		"<a:Address>" HV_URI_EPR
		"</a:Address><a:ReferenceParameters><w:ResourceURI>" HV_WMI_URI_PREFIX
		"%s/%s</w:ResourceURI><w:SelectorSet>",
		w->class->ns, reference->target);
	if (json_is_object(value)) {
		add_selectors(w, value);
	} else if (hv_bag_ref_key(&bag, reference->property, reference->key, &key)) {
		hv_buf_addf(w->out, "<w:Selector Name=\"%s\">", reference->key);
		sim_escape(w->out, key);
		hv_buf_adds(w->out, "</w:Selector>");
	}
	hv_buf_adds(w->out, "</w:SelectorSet></a:ReferenceParameters>");
}

/* Objects elsewhere are embedded instances. Captures bound the depth of the recursion. */
static void add_embedded(struct writer *w, const json_t *object)
{
	const char **names = sorted_names(w->arena, object);

	for (; names != NULL && *names != NULL; names++) {
		const json_t *value = json_object_get(object, *names);

		open_property(w, *names);
		hv_buf_addc(w->out, '>');
		if (json_is_object(value))
			add_embedded(w, value);
		else if (!json_is_array(value))
			add_scalar(w, value);
		close_property(w, *names);
	}
}

static void add_element(struct writer *w, const char *name, const json_t *value)
{
	open_property(w, name);
	if (value == NULL || json_is_null(value)) {
		hv_buf_adds(w->out, " xsi:nil=\"true\"/>");
		return;
	}
	hv_buf_addc(w->out, '>');
	if (json_is_object(value))
		add_embedded(w, value);
	else
		add_scalar(w, value);
	close_property(w, name);
}

static void add_property(struct writer *w, const json_t *row, const char *name)
{
	const struct reference *reference = find_reference(w->class->name, name);
	const json_t *value = json_object_get(row, name);
	hv_usec time;
	const bool interval =
		json_is_string(value) && strlen(json_string_value(value)) == 25 &&
		hv_time_parse_cim_interval(json_string_value(value), &time, NULL) == 0;

	if (json_is_array(value)) {
		for (size_t i = 0; i < json_array_size(value); i++)
			add_element(w, name, json_array_get(value, i));
	} else if (reference != NULL && value != NULL && !json_is_null(value)) {
		open_property(w, name);
		hv_buf_adds(w->out, " xmlns:a=\"" HV_URI_A "\" xmlns:w=\"" HV_URI_W "\">");
		add_reference(w, row, reference);
		close_property(w, name);
	} else if (interval || is_date(w->class, row, name, &time)) {
		open_property(w, name);
		hv_buf_addc(w->out, '>');
		if (interval) {
			hv_buf_addf(w->out, "<%sInterval>", w->cim_prefix);
			sim_duration_add(w->out, time);
			hv_buf_addf(w->out, "</%sInterval>", w->cim_prefix);
		} else {
			add_date(w, time);
		}
		close_property(w, name);
	} else {
		add_element(w, name, value);
	}
}

void sim_instance_add(struct hv_buf *out, struct hv_arena *arena, const struct sim_class *class,
	const struct json_t *row)
{
	struct writer w = {
		.out = out,
		.arena = arena,
		.class = class,
		.prefix = "p:",
		.cim_prefix = "cim:",
	};
	const char **names = sorted_names(arena, row);

	hv_buf_addf(out,
		"<p:%s xmlns:xsi=\"" HV_URI_XSI "\" xmlns:p=\"" HV_WMI_URI_PREFIX
		"%s/%s\" xmlns:cim=\"" CIM "\" xsi:type=\"p:%s_Type\">",
		class->name, class->ns, class->name, class->name);
	for (; names != NULL && *names != NULL; names++)
		add_property(&w, row, *names);
	hv_buf_addf(out, "</p:%s>", class->name);
}

void sim_fragment_add(struct hv_buf *out, struct hv_arena *arena, const struct sim_class *class,
	const struct json_t *row, const char *const *properties, size_t count)
{
	struct writer w = {
		.out = out,
		.arena = arena,
		.class = class,
		.prefix = "",
		.cim_prefix = "",
	};
	const char **names = sorted_names(arena, row);

	hv_buf_adds(out, "<w:XmlFragment xmlns:xsi=\"" HV_URI_XSI "\" xmlns:w=\"" HV_URI_W "\">");
	for (size_t i = 0; i < count; i++) {
		const char **name = names;

		while (name != NULL && *name != NULL && !hv_utf8_caseeq(*name, properties[i]))
			name++;
		if (name != NULL && *name != NULL)
			add_property(&w, row, *name);
		else
			add_element(&w, properties[i], NULL);
	}
	hv_buf_adds(out, "</w:XmlFragment>");
}
