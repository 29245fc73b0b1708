/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what ConvertTo-Json makes of the instances of one class, as Windows PowerShell 5.1 and
 * PowerShell 7 write it, from Get-CimInstance or Get-WmiObject. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf.h"
#include "cim/builder.h"
#include "cim/capture-json.h"
#include "cim/fields.h"
#include "cim/json.h"
#include "cim/namespace.h"

enum { PATH_TEXT_MAX = 160 }; /* "[n].Property" for messages */

/* Members that PowerShell adds to an instance and that no class has. */
static const char *const noise[] = {
	"CimClass",
	"CimInstanceProperties",
	"CimSystemProperties",
	"PSComputerName",
	"PSShowComputerName",
	"PSSourceJobInstanceId",
	"RunspaceId",
};

/* The same for Get-WmiObject; some classes have properties of these names, so they count only
 * beside __CLASS. */
static const char *const wmi_noise[] = {
	"ClassPath",
	"Container",
	"Options",
	"Path",
	"Properties",
	"Qualifiers",
	"Scope",
	"Site",
	"SystemProperties",
};

static bool is_listed(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static bool is_noise(const char *name, bool is_wmi_object)
{
	if (is_listed(noise, HV_ARRAY_LEN(noise), name) || strncmp(name, "__", 2) == 0)
		return true;
	return is_wmi_object && is_listed(wmi_noise, HV_ARRAY_LEN(wmi_noise), name);
}

/* Windows PowerShell wraps values that carry members of their own: {"value": [...], "Count": 2},
 * {"value": "/Date(0)/", "DateTime": "..."}. Returns what is inside, or value itself; borrowed. */
static json_t *unwrap(json_t *value)
{
	json_t *inner = json_object_get(value, "value");

	if (inner == NULL || (json_object_get(value, "Count") == NULL &&
				     json_object_get(value, "DateTime") == NULL))
		return value;
	return inner;
}

static int clean_value(json_t *value);

static int clean_array(json_t *array)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		json_t *value = json_array_get(array, i);
		json_t *inner = unwrap(value);

		if (clean_value(inner) < 0)
			return -1;
		if (inner != value && json_array_set(array, i, inner) < 0)
			return -1;
	}
	return 0;
}

static int clean_object(json_t *object)
{
	const bool is_wmi_object = json_object_get(object, "__CLASS") != NULL;
	const char *name;
	json_t *value;
	void *next;

	json_object_foreach_safe(object, next, name, value)
	{
		json_t *inner = unwrap(value);

		if (json_is_null(inner) || is_noise(name, is_wmi_object)) {
			(void)json_object_del(object, name);
			continue;
		}
		if (clean_value(inner) < 0)
			return -1;
		if (inner != value && json_object_set(object, name, inner) < 0)
			return -1;
	}
	return 0;
}

/* Takes noise, wrappings and null properties away, below value. -1 when memory is short. Recursion
 * is bounded by HV_CAPTURE_MAX_DEPTH, which hv_json_load has checked. */
static int clean_value(json_t *value)
{
	if (json_is_object(value))
		return clean_object(value);
	return json_is_array(value) ? clean_array(value) : 0;
}

/* The namespace that an instance tells: CimSystemProperties, the text of CimClass
 * ("ROOT/virtualization/v2:Msvm_X"), or
 * __NAMESPACE; that of the class when it does not. *ret is yours. */
static int find_namespace(
	const json_t *instance, const char *class_name, char **ret, struct hv_err *err)
{
	const json_t *system = json_object_get(instance, "CimSystemProperties");
	const json_t *class_object = json_object_get(instance, "CimClass");
	const char *class_text = json_string_value(class_object);
	const char *ns = json_string_value(json_object_get(system, "Namespace"));
	HV_AUTO(string) copy = NULL;

	if (ns == NULL)
		ns = json_string_value(json_object_get(
			json_object_get(class_object, "CimSystemProperties"), "Namespace"));
	if (ns == NULL)
		ns = json_string_value(json_object_get(instance, "__NAMESPACE"));
	if (ns == NULL && class_text != NULL && strchr(class_text, ':') != NULL) {
		copy = hv_strdup(class_text);
		if (copy == NULL)
			return hv_err_no_memory(err);
		copy[strcspn(copy, ":")] = '\0';
		ns = copy;
	}
	*ret = hv_namespace_normalise(ns != NULL ? ns : hv_namespace_of_class(class_name));
	return *ret == NULL ? hv_err_no_memory(err) : 0;
}

static bool ends_with(const char *text, const char *end)
{
	const size_t len = strlen(text);
	const size_t end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* "Win32_Volume (DeviceID = "...")": an instance as text. */
static bool is_instance_text(const char *text)
{
	static const char *const prefixes[] = { "Win32_", "Msvm_", "CIM_" };

	for (size_t i = 0; i < HV_ARRAY_LEN(prefixes); i++)
		if (strncmp(text, prefixes[i], strlen(prefixes[i])) == 0)
			return ends_with(text, ")") && strstr(text, " (") != NULL &&
			       strstr(text, " = ") != NULL;
	return false;
}

/* What ConvertTo-Json writes where its -Depth ends: the text form of the .NET object. */
static bool is_cut_short(const json_t *value)
{
	const char *text = json_string_value(value);

	if (text == NULL)
		return false;
	return (strncmp(text, "System.", 7) == 0 && ends_with(text, "[]")) ||
	       (strncmp(text, "@{", 2) == 0 && ends_with(text, "}")) ||
	       strstr(text, "</INSTANCE> <INSTANCE") != NULL || is_instance_text(text);
}

static bool any_cut_short(const json_t *value)
{
	bool cut = is_cut_short(value);

	for (size_t i = 0; !cut && i < json_array_size(value); i++)
		cut = is_cut_short(json_array_get(value, i));
	return cut;
}

/* Refuses an instance in which a property that is read was cut short. */
static int check_depth(const struct hv_bag *bag, json_t *instance, struct hv_err *err)
{
	const char *name;
	json_t *value;

	json_object_foreach(instance, name, value)
	{
		if (any_cut_short(value) && hv_class_reads(bag->ns, bag->class_name, name))
			return hv_err_set(err, HV_ERR_FORMAT,
				"%s: the value was cut short: the file was made with too small a "
				"-Depth of ConvertTo-Json (4 is enough)",
				name);
	}
	return 0;
}

static int pour_instance(
	json_t *instance, const struct hv_batch *batch, struct hv_sink *sink, struct hv_err *err)
{
	const struct hv_bag bag = {
		.ns = batch->ns,
		.class_name = batch->class_name,
		.props = instance,
	};

	if (clean_value(instance) < 0)
		return hv_err_no_memory(err);
	if (check_depth(&bag, instance, err) < 0)
		return -1;
	return sink->bag(sink->ctx, &bag, err);
}

/* instances: an array, or one instance. */
static int pour_instances(
	json_t *instances, const struct hv_batch *batch, struct hv_sink *sink, struct hv_err *err)
{
	const size_t count = json_is_array(instances) ? json_array_size(instances) : 1;

	for (size_t i = 0; i < count; i++) {
		json_t *instance =
			json_is_array(instances) ? json_array_get(instances, i) : instances;
		char path[PATH_TEXT_MAX];

		if (snprintf(path, sizeof(path), "[%zu]", i) >= (int)sizeof(path))
			path[0] = '\0';
		if (!json_is_object(instance))
			return hv_err_set(err, HV_ERR_FORMAT,
				"%s: %s: expected an object, an instance of %s", batch->origin,
				path, batch->class_name);
		if (pour_instance(instance, batch, sink, err) < 0)
			return hv_json_locate(err, batch->origin, path);
	}
	return 0;
}

static int pour(json_t *root, struct hv_batch *batch, struct hv_sink *sink, struct hv_err *err)
{
	json_t *instances = unwrap(root);
	const json_t *first = json_is_array(instances) ? json_array_get(instances, 0) : instances;
	HV_AUTO(string) ns = NULL;

	if (!json_is_null(instances) && !json_is_array(instances) && !json_is_object(instances))
		return hv_err_set(err, HV_ERR_FORMAT,
			"%s: expected an array of instances of %s, one instance, or null",
			batch->origin, batch->class_name);
	if (find_namespace(first, batch->class_name, &ns, err) < 0)
		return -1;
	batch->ns = ns;
	if (sink->batch(sink->ctx, batch, err) < 0)
		return hv_err_wrap(err, "%s", batch->origin);
	return json_is_null(instances) ? 0 : pour_instances(instances, batch, sink, err);
}

/* Nothing but blanks and a byte order mark, in UTF-8 or UTF-16. */
static bool is_blank(const uint8_t *bytes, size_t len)
{
	static const uint8_t blanks[] = { 0, ' ', '\t', '\r', '\n', 0xEF, 0xBB, 0xBF, 0xFF, 0xFE };

	for (size_t i = 0; i < len; i++)
		if (memchr(blanks, bytes[i], sizeof(blanks)) == NULL)
			return false;
	return true;
}

/* The class as WMI spells it: file names come in any case. */
static const char *class_spelling(const char *class_name)
{
	for (const struct hv_class_info *info = hv_class_infos; info->class_name != NULL; info++)
		if (hv_utf8_caseeq(info->class_name, class_name))
			return info->class_name;
	return class_name;
}

int hv_class_json_read(const uint8_t *bytes, size_t len, const char *class_name, const char *origin,
	struct hv_time read_at, struct hv_sink *sink, struct hv_err *err)
{
	struct hv_batch batch = {
		.class_name = class_spelling(class_name),
		.origin = origin,
		.read_at = read_at,
	};
	HV_AUTO(json) root = NULL;

	if (is_blank(bytes, len))
		return hv_err_set(err, HV_ERR_FORMAT,
			"%s: the file is empty; a class without instances is written as []",
			origin);
	if (hv_json_load(bytes, len, origin, &root, err) < 0)
		return -1;
	return pour(root, &batch, sink, err);
}
