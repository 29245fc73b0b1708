/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Msvm_SummaryInformation has no instances that could be enumerated: a method of the management
 * service makes them [hyperv_v2: Msvm_VirtualSystemManagementService.GetSummaryInformation]. */
#include <inttypes.h>

#include "base/attr.h"
#include "cim/instance-xml.h"
#include "source/winrm-reading.h"

#define SERVICE  "Msvm_VirtualSystemManagementService"
#define METHOD   "GetSummaryInformation"
#define SETTINGS "Msvm_VirtualSystemSettingData"
#define REALIZED HV_WMI_URI_PREFIX HV_NS_V2 "/" SETTINGS

enum {
	VMS_A_CALL = 64, /* an answer has all properties of each VM, and a host limits its size */
	KEY_COUNT = 4,
};

static const char *const key_names[KEY_COUNT] = {
	"CreationClassName",
	"Name",
	"SystemCreationClassName",
	"SystemName",
};

/* RequestedInformation: Name, and IntegrationServicesVersionState, for which the documentation
 * gives two numbers in two places. */
static const char *const wanted[] = { "0", "121", "132" };

struct summary {
	struct hv_winrm_pouring *p;
	struct hv_arena arena;
	struct hv_soap_selector keys[KEY_COUNT]; /* of the service; value NULL: not told yet */
	const struct hv_host *host;
};

static int take_service(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct summary *s = ctx;

	for (size_t i = 0; i < KEY_COUNT; i++) {
		const char *value;

		if (!hv_bag_string(bag, key_names[i], &value))
			return hv_err_set(err, HV_ERR_FORMAT, "%s: not told", key_names[i]);
		s->keys[i] = (struct hv_soap_selector){
			.name = key_names[i],
			.value = hv_arena_strdup(&s->arena, value),
		};
		if (s->keys[i].value == NULL)
			return hv_err_no_memory(err);
	}
	return 0;
}

static int take_answer(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct summary *s = ctx;
	const size_t count = hv_bag_count(bag, "SummaryInformation");
	uint64_t result;

	if (!hv_bag_u64(bag, "ReturnValue", &result))
		return hv_err_set(err, HV_ERR_FORMAT, METHOD ": ReturnValue not told");
	if (result != 0)
		return hv_err_set(err, HV_ERR_MISSING, METHOD " ended with %" PRIu64, result);
	for (size_t i = 0; i < count; i++) {
		struct hv_bag row;

		if (!hv_bag_object_at(bag, "SummaryInformation", i, &row))
			return hv_err_set(err, HV_ERR_FORMAT,
				METHOD ": SummaryInformation[%zu]: expected an instance", i);
		row.ns = s->p->info->ns;
		row.class_name = s->p->info->class_name;
		if (hv_winrm_pour(s->p, &row, err) < 0)
			return -1;
	}
	return 0;
}

/* What is asked of one call; the key of a VM's settings is made of its id. */
struct request {
	struct hv_soap_parameter parameters[VMS_A_CALL + HV_ARRAY_LEN(wanted)];
	struct hv_soap_selector selectors[VMS_A_CALL];
	size_t count;
};

static int add_vm(struct summary *s, struct request *request, const char *id, struct hv_err *err)
{
	struct hv_soap_selector *key = &request->selectors[request->count];
	const char *value = hv_arena_printf(&s->arena, "Microsoft:%s", id);

	if (value == NULL)
		return hv_err_no_memory(err);
	*key = (struct hv_soap_selector){ .name = "InstanceID", .value = value };
	request->parameters[request->count++] = (struct hv_soap_parameter){
		.name = "SettingData",
		.resource_uri = REALIZED,
		.selectors = key,
		.selector_count = 1,
	};
	return 0;
}

/* Asks for some VMs from `first` on; without any SettingData the host tells all. */
static int call(struct summary *s, size_t first, bool all, struct hv_err *err)
{
	const struct hv_soap_object service = {
		.ns = HV_NS_V2,
		.class_name = SERVICE,
		.selectors = s->keys,
		.selector_count = KEY_COUNT,
	};
	const struct hv_sink sink = { .ctx = s, .bag = take_answer };
	struct request request = { .count = 0 };

	for (size_t i = first; !all && i < s->host->vm_count && request.count < VMS_A_CALL; i++)
		if (add_vm(s, &request, s->host->vms[i].id, err) < 0)
			return -1;
	for (size_t i = 0; i < HV_ARRAY_LEN(wanted); i++)
		request.parameters[request.count++] = (struct hv_soap_parameter){
			.name = "RequestedInformation",
			.value = wanted[i],
		};
	return hv_client_invoke(&s->p->r->w->client, &service, METHOD, request.parameters,
		request.count, &sink, err);
}

static int ask_service(struct summary *s, struct hv_err *err)
{
	const struct hv_sink sink = { .ctx = s, .bag = take_service };
	const bool all = s->host->vm_count <= VMS_A_CALL;
	size_t rows = 0;
	size_t first = 0;

	if (hv_client_enumerate(&s->p->r->w->client, HV_NS_V2, SERVICE, NULL, &sink, &rows, err) <
		0)
		return -1;
	if (rows == 0)
		return hv_err_set(err, HV_ERR_MISSING, "the host shows no " SERVICE);
	do {
		if (call(s, first, all, err) < 0)
			return -1;
		first += VMS_A_CALL;
	} while (!all && first < s->host->vm_count);
	return 0;
}

int hv_winrm_ask_summary(struct hv_winrm_pouring *p, const struct hv_host *host, struct hv_err *err)
{
	struct summary s = { .p = p, .host = host };
	int result;

	if (host->version.known && hv_version_cmp(host->version, HV_WINDOWS_2016) < 0)
		return 0;
	hv_arena_init(&s.arena, HV_HOST_MAX_BYTES);
	result = ask_service(&s, err);
	hv_arena_done(&s.arena);
	return result;
}
