/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry.h"

#include <jansson.h>
#include <string.h>

#include "base/utf.h"
#include "call.h"
#include "cim/bag.h"
#include "cim/instance-xml.h"
#include "cim/xml-tree.h"
#include "escape.h"
#include "wql.h"

#define PROVIDER "StdRegProv"

enum { FOUND = 0, NOT_FOUND = 2, INVALID_HANDLE = 6 };

static const struct {
	const char *method;
	const char *output;
} methods[] = {
	{ "GetDWORDValue", "uValue" },
	{ "GetStringValue", "sValue" },
};

static const struct {
	const char *path;
	const char *class_name;
} keys[] = {
	{ "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", HV_CLASS_CURRENT_VERSION },
};

static const char *output_of(const char *method)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(methods); i++)
		if (strcmp(methods[i].method, method) == 0)
			return methods[i].output;
	return NULL;
}

bool sim_registry_has(const char *class_name, const char *method)
{
	return hv_utf8_caseeq(class_name, PROVIDER) && method != NULL && output_of(method) != NULL;
}

/* A parameter stands in the namespace of the input. */
static const char *parameter(struct sim_call *call, const char *name)
{
	const struct _xmlNode *input = call->request->body;

	return sim_request_text(call->request, hv_xml_child(input, hv_xml_uri(input), name));
}

static const struct sim_class *find_key(struct sim_call *call)
{
	const char *path = parameter(call, "sSubKeyName");

	for (size_t i = 0; i < HV_ARRAY_LEN(keys); i++)
		if (hv_utf8_caseeq(keys[i].path, path))
			return sim_store_class(
				&call->host->store, HV_NS_REGISTRY, keys[i].class_name);
	return NULL;
}

static void add_value(struct sim_call *call, const json_t *value)
{
	if (json_is_string(value))
		sim_escape(&call->body, json_string_value(value));
	else
		hv_buf_addf(&call->body, "%lld", (long long)json_integer_value(value));
}

void sim_registry_answer(struct sim_call *call, const char *ns, const char *method)
{
	const char *output = output_of(method);
	const struct sim_class *key = find_key(call);
	const bool is_machine = strcmp(parameter(call, "hDefKey"), "2147483650") == 0;
	const json_t *value = NULL;

	if (key != NULL && key->error != NULL) {
		sim_call_refuse(call, SIM_FAULT_PROVIDER, key->error);
		return;
	}
	if (is_machine && key != NULL)
		value = sim_row_get(json_array_get(key->rows, 0), parameter(call, "sValueName"));
	if (json_is_null(value))
		value = NULL;
	hv_buf_addf(&call->body,
		"<p:%s_OUTPUT xmlns:p=\"" HV_WMI_URI_PREFIX "%s/" PROVIDER
		"\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><p:ReturnValue>%d"
		"</p:ReturnValue><p:%s",
		method, ns,
		!is_machine     ? INVALID_HANDLE
		: value == NULL ? NOT_FOUND
				: FOUND,
		output);
	if (value == NULL) {
		hv_buf_addf(&call->body, " xsi:nil=\"true\"/></p:%s_OUTPUT>", method);
		return;
	}
	hv_buf_adds(&call->body, ">");
	add_value(call, value);
	hv_buf_addf(&call->body, "</p:%s></p:%s_OUTPUT>", output, method);
}
