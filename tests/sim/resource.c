/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Namespaces of a host, and who may read them. */
#include "resource.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf.h"
#include "call.h"
#include "cim/bag.h"
#include "cim/instance-xml.h"
#include "cim/namespace.h"

bool sim_class_is_hidden(const struct sim_host *host, const struct sim_class *class)
{
	return (host->denied & SIM_DENY_HYPERV) && hv_utf8_caseprefix(class->ns, HV_NS_V1) > 0;
}

static bool has_namespace(const struct sim_host *host, const char *ns)
{
	if (strcmp(ns, HV_NS_CIMV2) == 0)
		return true;
	if (host->denied & SIM_NO_HYPERV)
		return false;
	if (strcmp(ns, HV_NS_V1) == 0)
		return host->generation != SIM_2012_R2;
	return strcmp(ns, HV_NS_V2) == 0 && host->generation != SIM_2008_R2;
}

/* Splits "<prefix>root/cimv2/Win32_Volume". */
static bool split_resource(struct sim_call *call, struct sim_resource *ret)
{
	struct hv_arena *arena = &call->request->arena;
	const char *uri = call->request->resource;
	const size_t prefix = hv_utf8_caseprefix(uri, HV_WMI_URI_PREFIX);
	const char *slash = strrchr(uri, '/');
	HV_AUTO(string) ns = NULL;
	const char *path;

	if (prefix == 0 || slash <= uri + prefix || slash[1] == '\0')
		return false;
	path = hv_arena_strndup(arena, uri + prefix, (size_t)(slash - uri) - prefix);
	ns = path != NULL ? hv_namespace_normalise(path) : NULL;
	ret->ns = ns != NULL ? hv_arena_strdup(arena, ns) : NULL;
	ret->name = slash + 1;
	call->failed = call->failed || ret->ns == NULL;
	return ret->ns != NULL;
}

bool sim_resource_read(struct sim_call *call, struct sim_resource *ret)
{
	if (!split_resource(call, ret))
		sim_call_refuse(call, SIM_FAULT_NO_RESOURCE, "");
	else if (call->host->denied & SIM_DENY_WMI)
		sim_call_refuse(call, SIM_FAULT_WMI_DENIED, "");
	else if (!has_namespace(call->host, ret->ns))
		sim_call_refuse(call, SIM_FAULT_NO_NAMESPACE, "");
	return call->fault == SIM_FAULT_NONE;
}
