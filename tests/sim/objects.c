/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which object it is, and what becomes of it. */
#include "objects.h"

#include <jansson.h>
#include <string.h>

#include "base/utf.h"
#include "call.h"
#include "cim/bag.h"
#include "cim/instance-xml.h"
#include "cim/xml-tree.h"
#include "descriptor.h"
#include "instances.h"
#include "registry.h"
#include "resource.h"
#include "wql.h"

enum { MAX_KEYS = 4 };

/* Keys of classes; other classes have InstanceID when their rows have it. */
static const struct {
	const char *class_name;
	const char *keys[MAX_KEYS]; /* none: a singleton */
} keyed[] = {
	{ "Msvm_ComputerSystem", { "CreationClassName", "Name" } },
	{ "Msvm_VirtualSystemSnapshotService",
		{ "CreationClassName", "Name", "SystemCreationClassName", "SystemName" } },
	{ "Win32_OperatingSystem", { NULL } },
	{ "Win32_Volume", { "DeviceID" } },
	{ SIM_CLASS_SERVICE,
		{ "CreationClassName", "Name", "SystemCreationClassName", "SystemName" } },
};

/* What the rows of the class are, as Msvm_SummaryInformation: all VMs, whichever were asked for.
 * Embedded instances are elements of their own namespace. [DSP0230 6.5.5] */
static void add_summaries(struct sim_call *call)
{
	const struct sim_class *class =
		sim_store_class(&call->host->store, HV_NS_V2, HV_CLASS_SUMMARY);
	struct sim_class embedded = { .name = "SummaryInformation" };

	embedded.ns = class->ns;
	embedded.rows = class->rows;
	for (size_t i = 0;
		!sim_class_is_hidden(call->host, class) && i < json_array_size(class->rows); i++)
		sim_instance_add(&call->body, &call->request->arena, &embedded,
			json_array_get(class->rows, i));
}

/* Methods that change nothing and say that it went well. */
static const struct method {
	const char *class_name;
	const char *name;
	const char *made_from; /* class whose rows they answer with; when it could not be read they
				* fail. NULL: none */
	void (*add_output)(struct sim_call *call); /* NULL: none but ReturnValue */
} methods[] = {
	{ "Win32_Volume", "Mount", NULL, NULL },
	{ SIM_CLASS_SERVICE, "GetSummaryInformation", HV_CLASS_SUMMARY, add_summaries },
};

/* Captures that people made may lack the name of the class. */
static bool has_value(const struct sim_class *class, const json_t *row, const struct sim_pair *pair)
{
	if (sim_row_get(row, pair->name) == NULL)
		return hv_utf8_caseeq(pair->name, "CreationClassName") &&
		       hv_utf8_caseeq(pair->value, class->name);
	return sim_row_equals(row, pair->name, pair->value);
}

static bool is_property(const struct sim_class *class, const char *name)
{
	if (hv_utf8_caseeq(name, "CreationClassName") || json_array_size(class->rows) == 0)
		return true;
	for (size_t i = 0; i < json_array_size(class->rows); i++)
		if (sim_row_get(json_array_get(class->rows, i), name) != NULL)
			return true;
	return false;
}

static bool has_keys(struct sim_call *call, const char *const keys[MAX_KEYS])
{
	const struct sim_pairs *selectors = &call->request->selectors;

	if (keys[0] != NULL && selectors->count == 0) {
		sim_call_refuse(call, SIM_FAULT_KEYS_MISSING, "");
		return false;
	}
	for (size_t i = 0; i < MAX_KEYS && keys[i] != NULL; i++) {
		if (sim_pairs_get(selectors, keys[i]) == NULL) {
			sim_call_refuse(call, SIM_FAULT_NO_INSTANCE, "");
			return false;
		}
	}
	return true;
}

static bool check_selectors(struct sim_call *call, const struct sim_class *class)
{
	static const char *const by_id[MAX_KEYS] = { "InstanceID" };
	const struct sim_pairs *selectors = &call->request->selectors;

	for (size_t i = 0; i < selectors->count; i++) {
		if (!is_property(class, selectors->items[i].name)) {
			sim_call_refuse(call, SIM_FAULT_INVALID_SELECTORS, "");
			return false;
		}
	}
	for (size_t i = 0; i < HV_ARRAY_LEN(keyed); i++)
		if (hv_utf8_caseeq(keyed[i].class_name, class->name))
			return has_keys(call, keyed[i].keys);
	if (sim_row_get(json_array_get(class->rows, 0), "InstanceID") != NULL)
		return has_keys(call, by_id);
	return true;
}

/* The one row that has all that the selectors name. */
static const json_t *find_row(struct sim_call *call, const struct sim_class *class)
{
	const struct sim_pairs *selectors = &call->request->selectors;
	const json_t *found = NULL;

	if (sim_class_is_hidden(call->host, class))
		return NULL;
	for (size_t i = 0; i < json_array_size(class->rows); i++) {
		const json_t *row = json_array_get(class->rows, i);
		size_t n = 0;

		while (n < selectors->count && has_value(class, row, &selectors->items[n]))
			n++;
		if (n < selectors->count)
			continue;
		if (found != NULL)
			return NULL;
		found = row;
	}
	return found;
}

static const struct sim_class *find_object(
	struct sim_call *call, struct sim_resource *resource, const json_t **ret_row)
{
	const struct sim_class *class;

	if (!sim_resource_read(call, resource))
		return NULL;
	class = sim_store_class(&call->host->store, resource->ns, resource->name);
	if (class == NULL) {
		sim_call_refuse(call, SIM_FAULT_NO_INSTANCE, "");
		return NULL;
	}
	if (class->error != NULL) {
		sim_call_refuse(call, SIM_FAULT_PROVIDER, class->error);
		return NULL;
	}
	if (!check_selectors(call, class))
		return NULL;
	*ret_row = find_row(call, class);
	if (*ret_row == NULL)
		sim_call_refuse(call, SIM_FAULT_NO_INSTANCE, "");
	return *ret_row != NULL ? class : NULL;
}

void sim_get(struct sim_call *call)
{
	struct sim_resource resource;
	const json_t *row = NULL;
	const struct sim_class *class;

	call->host->counters.get++;
	if (call->request->body != NULL) {
		sim_call_refuse(call, SIM_FAULT_INVALID_BODY, "");
		return;
	}
	class = find_object(call, &resource, &row);
	if (class != NULL)
		sim_instance_add(&call->body, &call->request->arena, class, row);
}

/* "<resource>/Method" */
static const char *method_of(const struct sim_call *call)
{
	const char *uri = call->request->resource;
	const char *action = call->request->action;
	const size_t len = strlen(uri);

	if (len == 0 || strncmp(action, uri, len) != 0 || action[len] != '/')
		return NULL;
	return action + len + 1;
}

bool sim_is_method(const struct sim_call *call)
{
	return method_of(call) != NULL &&
	       hv_utf8_caseprefix(call->request->resource, HV_WMI_URI_PREFIX) > 0;
}

static const struct method *known_method(const char *class_name, const char *name)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(methods); i++)
		if (hv_utf8_caseeq(methods[i].class_name, class_name) &&
			strcmp(methods[i].name, name) == 0)
			return &methods[i];
	return NULL;
}

static bool has_failed(struct sim_call *call, const struct method *method, const char *ns)
{
	const struct sim_class *class =
		method->made_from != NULL
			? sim_store_class(&call->host->store, ns, method->made_from)
			: NULL;

	if (class == NULL || class->error == NULL)
		return false;
	sim_call_refuse(call, SIM_FAULT_PROVIDER, class->error);
	return true;
}

/* The input stands in the namespace of the class. */
static bool has_input(const struct sim_call *call, const char *method)
{
	const struct _xmlNode *body = call->request->body;
	const size_t len = strlen(method);

	return body != NULL && strncmp(hv_xml_name(body), method, len) == 0 &&
	       strcmp(hv_xml_name(body) + len, "_INPUT") == 0 &&
	       hv_utf8_caseeq(hv_xml_uri(body), call->request->resource);
}

/* Objects of which a host has one for each file are in no capture. */
static bool is_of_file(const struct sim_call *call)
{
	const char *slash = strrchr(call->request->resource, '/');

	return slash != NULL && hv_utf8_caseeq(slash + 1, "Win32_LogicalFileSecuritySetting");
}

static void invoke_on_file(struct sim_call *call)
{
	struct sim_resource resource;

	if (!sim_resource_read(call, &resource))
		return;
	if (strcmp(method_of(call), SIM_GET_DESCRIPTOR) != 0)
		sim_call_refuse(call, SIM_FAULT_ACTION, "");
	else if (!has_input(call, SIM_GET_DESCRIPTOR))
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
	else
		sim_descriptor_answer(call, sim_pairs_get(&call->request->selectors, "Path"));
}

/* Static methods of a provider that has no rows. */
static void invoke_registry(struct sim_call *call, const char *method)
{
	struct sim_resource resource;

	if (!sim_resource_read(call, &resource))
		return;
	if (!has_input(call, method))
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
	else
		sim_registry_answer(call, resource.ns, method);
}

static void answer(
	struct sim_call *call, const struct sim_class *class, const struct method *method)
{
	hv_buf_addf(&call->body, "<p:%s_OUTPUT xmlns:p=\"" HV_WMI_URI_PREFIX "%s/%s\">",
		method->name, class->ns, class->name);
	if (method->add_output != NULL)
		method->add_output(call);
	hv_buf_addf(&call->body, "<p:ReturnValue>0</p:ReturnValue></p:%s_OUTPUT>", method->name);
}

void sim_invoke(struct sim_call *call)
{
	struct sim_resource resource;
	const json_t *row = NULL;
	const struct sim_class *class;
	const struct method *method;
	const char *snapshot;

	call->host->counters.invoke++;
	if (call->host->denied & SIM_DENY_METHODS) {
		sim_call_refuse(call, SIM_FAULT_WMI_DENIED, "");
		return;
	}
	if (is_of_file(call)) {
		invoke_on_file(call);
		return;
	}
	if (sim_registry_has(strrchr(call->request->resource, '/') + 1, method_of(call))) {
		invoke_registry(call, method_of(call));
		return;
	}
	class = find_object(call, &resource, &row);
	if (class == NULL)
		return;
	snapshot = sim_snapshot_method(call->host, class->name, method_of(call));
	method = known_method(class->name, method_of(call));
	if (snapshot == NULL && method == NULL)
		sim_call_refuse(call, SIM_FAULT_ACTION, "");
	else if (!has_input(call, method_of(call)))
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
	else if (snapshot != NULL)
		sim_snapshot_invoke(call, class, snapshot);
	else if (!has_failed(call, method, class->ns))
		answer(call, class, method);
}
