/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One instance's elements to a JSON object. The tree that they come from bounds their number and
 * depth. */
#include "cim/instance-xml.h"

#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf.h"
#include "cim/json.h"
#include "cim/namespace.h"
#include "cim/xml-tree.h"

#define ADDRESSING "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define CIM        "http://schemas.dmtf.org/wbem/wscim/1/common"
#define WSMAN      "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define XSI        "http://www.w3.org/2001/XMLSchema-instance"

static const char blanks[] = " \t\r\n";

static int object_of(const struct _xmlNode *parent, json_t **ret, struct hv_err *err);

/* Adds a value under a name that may be there already: then the two are an array. Takes value over.
 */
static int put(json_t *object, const char *name, json_t *value, struct hv_err *err)
{
	json_t *before = json_object_get(object, name);
	HV_AUTO(json) array = NULL;

	if (before == NULL)
		return json_object_set_new(object, name, value) < 0 ? hv_err_no_memory(err) : 0;
	if (json_is_array(before))
		return json_array_append_new(before, value) < 0 ? hv_err_no_memory(err) : 0;
	array = json_array();
	if (json_array_append(array, before) < 0) {
		json_decref(value);
		return hv_err_no_memory(err);
	}
	if (json_array_append_new(array, value) < 0 || json_object_set(object, name, array) < 0)
		return hv_err_no_memory(err);
	return 0;
}

static int text_value(const char *text, size_t len, json_t **ret, struct hv_err *err)
{
	json_t *value = json_stringn(text, len);

	if (value == NULL)
		return hv_err_no_memory(err);
	*ret = value;
	return 0;
}

/* The element's text as it stands. */
static int leaf_value(const struct _xmlNode *element, json_t **ret, struct hv_err *err)
{
	HV_AUTO(buf) text;

	hv_buf_init(&text, HV_INSTANCE_MAX_TEXT);
	hv_xml_add_text(&text, element);
	if (text.overflow)
		return hv_err_set(err, HV_ERR_LIMIT, "a value of more than %d bytes",
			(int)HV_INSTANCE_MAX_TEXT);
	if (hv_buf_failed(&text))
		return hv_err_no_memory(err);
	return text_value(hv_buf_str(&text), text.len, ret, err);
}

/* The same without the blanks of pretty printing. */
static int trimmed_value(const struct _xmlNode *element, json_t **ret, struct hv_err *err)
{
	HV_AUTO(json) whole = NULL;
	const char *text;
	size_t len;

	if (leaf_value(element, &whole, err) < 0)
		return -1;
	text = json_string_value(whole);
	text += strspn(text, blanks);
	len = strlen(text);
	while (len > 0 && strchr(blanks, text[len - 1]) != NULL)
		len--;
	return text_value(text, len, ret, err);
}

static bool is_nil(const struct _xmlNode *element)
{
	const char *nil = hv_xml_node_attr(element, XSI, "nil");

	return nil != NULL && (strcmp(nil, "true") == 0 || strcmp(nil, "1") == 0);
}

/* The wrapper that a date, time or interval has, in a namespace of its own or, within a fragment,
 * in none. */
static const struct _xmlNode *time_wrapper(const struct _xmlNode *property)
{
	static const char *const names[] = { "Datetime", "Interval", "Date", "Time",
		"CIM_DateTime" };
	const struct _xmlNode *only = hv_xml_first(property);

	if (only == NULL || hv_xml_next(only) != NULL || hv_xml_first(only) != NULL)
		return NULL;
	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++)
		if (hv_xml_is(only, CIM, names[i]) || hv_xml_is(only, "", names[i]))
			return only;
	return NULL;
}

/* The selectors of a reference: the content of an endpoint reference, as a rule without its own
 * element. NULL when the element is none. */
static const struct _xmlNode *reference_selectors(const struct _xmlNode *property)
{
	const struct _xmlNode *inner = hv_xml_child(property, ADDRESSING, "EndpointReference");
	const struct _xmlNode *parameters;

	if (inner == NULL)
		inner = property;
	parameters = hv_xml_child(inner, ADDRESSING, "ReferenceParameters");
	if (parameters == NULL)
		parameters = hv_xml_child(inner, ADDRESSING, "ReferenceProperties");
	return parameters;
}

static int value_of(const struct _xmlNode *element, json_t **ret, struct hv_err *err);

static int reference_value(const struct _xmlNode *parameters, json_t **ret, struct hv_err *err)
{
	const struct _xmlNode *set = hv_xml_child(parameters, WSMAN, "SelectorSet");
	HV_AUTO(json) object = json_object();

	if (object == NULL)
		return hv_err_no_memory(err);
	for (const struct _xmlNode *s = hv_xml_first(set); s != NULL; s = hv_xml_next(s)) {
		const char *name = hv_xml_node_attr(s, "", "Name");
		json_t *value = NULL;

		if (name == NULL)
			return hv_err_set(err, HV_ERR_FORMAT, "a selector without a name");
		if (value_of(s, &value, err) < 0 || put(object, name, value, err) < 0)
			return -1;
	}
	*ret = hv_take(&object);
	return 0;
}

static int value_of(const struct _xmlNode *element, json_t **ret, struct hv_err *err)
{
	const struct _xmlNode *inner;

	if (is_nil(element)) {
		*ret = json_null();
		return 0;
	}
	if (hv_xml_first(element) == NULL)
		return leaf_value(element, ret, err);
	inner = time_wrapper(element);
	if (inner != NULL)
		return trimmed_value(inner, ret, err);
	inner = reference_selectors(element);
	if (inner != NULL)
		return reference_value(inner, ret, err);
	return object_of(element, ret, err);
}

static int object_of(const struct _xmlNode *parent, json_t **ret, struct hv_err *err)
{
	HV_AUTO(json) object = json_object();

	if (object == NULL)
		return hv_err_no_memory(err);
	for (const struct _xmlNode *e = hv_xml_first(parent); e != NULL; e = hv_xml_next(e)) {
		json_t *value = NULL;

		if (value_of(e, &value, err) < 0 || put(object, hv_xml_name(e), value, err) < 0)
			return hv_err_wrap(err, "%s", hv_xml_name(e));
	}
	*ret = hv_take(&object);
	return 0;
}

/* The WMI namespace of an instance's element; *ret is yours. */
static int namespace_of(const struct _xmlNode *item, char **ret, struct hv_err *err)
{
	const char *uri = hv_xml_uri(item);
	const size_t prefix = hv_utf8_caseprefix(uri, HV_WMI_URI_PREFIX);
	const char *slash = strrchr(uri, '/');
	HV_AUTO(string) path = NULL;

	if (prefix == 0 || slash < uri + prefix)
		return hv_err_set(err, HV_ERR_FORMAT, "expected an instance, found <%.64s>",
			hv_xml_name(item));
	path = hv_strdup(uri + prefix);
	if (path == NULL)
		return hv_err_no_memory(err);
	path[slash - (uri + prefix)] = '\0';
	*ret = hv_namespace_normalise(path);
	return *ret == NULL ? hv_err_no_memory(err) : 0;
}

int hv_instance_xml_read(const struct _xmlNode *item, const char *asked_ns, const char *asked_class,
	const struct hv_sink *sink, struct hv_err *err)
{
	struct hv_bag bag = { .ns = asked_ns, .class_name = asked_class };
	HV_AUTO(string) ns = NULL;
	HV_AUTO(json) props = NULL;

	if (!hv_xml_is(item, WSMAN, "XmlFragment")) {
		if (namespace_of(item, &ns, err) < 0)
			return -1;
		bag.ns = ns;
		bag.class_name = hv_xml_name(item);
	}
	if (object_of(item, &props, err) < 0)
		return hv_err_wrap(err, "%s", bag.class_name);
	bag.props = props;
	return sink->bag(sink->ctx, &bag, err);
}
