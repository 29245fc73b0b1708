/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "source/winrm-probe.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/parse.h"
#include "cim/instance-xml.h"
#include "source/winrm-probe-parts.h"

#define SERVICE       "Msvm_VirtualSystemSnapshotService"
#define SYSTEM        "Msvm_ComputerSystem"
#define SETTINGS      "Msvm_VirtualSystemSettingData"
#define FULL_SNAPSHOT "2"

enum {
	CALLS_A_CONNECTION = 2, /* each may take all of its time */
	MAX_REFUSED_LOGINS = 2, /* in a row: further ones might lock the account */
};

int hv_winrm_probe_new(const struct hv_winrm_config *config, hv_usec call_limit,
	struct hv_winrm_probe **ret, struct hv_err *err)
{
	struct hv_winrm_probe *probe = hv_alloc(sizeof(*probe));

	if (!probe)
		return hv_err_no_memory(err);
	probe->config = *config;
	probe->call_limit = call_limit;
	probe->opened_at = config->opened_at;
	probe->wall = config->wall;
	hv_arena_init(&probe->answer_arena, HV_WINRM_PROBE_ARENA);
	*ret = probe;
	return 0;
}

static void hang_up(struct hv_winrm_probe *probe)
{
	hv_winrm_close(probe->winrm);
	probe->winrm = NULL;
}

void hv_winrm_probe_free(struct hv_winrm_probe *probe)
{
	if (!probe)
		return;
	hang_up(probe);
	hv_winrm_probe_forget(probe);
	hv_arena_done(&probe->answer_arena);
	hv_free(probe);
}

const struct hv_client_failure *hv_winrm_probe_failure(const struct hv_winrm_probe *probe)
{
	return &probe->failure;
}

static hv_usec now(const struct hv_winrm_probe *probe)
{
	return probe->config.deadline.now(probe->config.deadline.state);
}

/* MessageIDs of one connection are not those of another. */
static void dial(struct hv_winrm_probe *probe)
{
	struct hv_winrm_config *c = &probe->config;

	c->opened_at = now(probe);
	c->wall = hv_usec_add(probe->wall, hv_usec_sub(c->opened_at, probe->opened_at));
	c->deadline.at = hv_usec_add(c->opened_at, CALLS_A_CONNECTION * probe->call_limit);
	c->id_seed[1] += UINT64_C(1) << 32;
	probe->usable_until = hv_usec_add(c->opened_at, probe->call_limit);
}

/* A connection with time enough for one call. */
int hv_winrm_probe_connect(struct hv_winrm_probe *probe, struct hv_err *err)
{
	if (probe->refused_logins >= MAX_REFUSED_LOGINS)
		return hv_err_set(err, HV_ERR_IO,
			"the host refused the login; it is not tried again, lest the account is "
			"locked");
	if (probe->winrm && now(probe) < probe->usable_until)
		return 0;
	hang_up(probe);
	dial(probe);
	return hv_winrm_open(&probe->config, &probe->winrm, &probe->failure, err);
}

/* After a call. What broke is not used again. */
int hv_winrm_probe_finish(struct hv_winrm_probe *probe, int result)
{
	if (probe->failure.trouble == HV_TROUBLE_CREDENTIALS)
		probe->refused_logins++;
	else if (result == 0)
		probe->refused_logins = 0;
	if (result != 0 && probe->failure.trouble != HV_TROUBLE_NONE)
		hang_up(probe);
	return result;
}

/* The service's keys, as the host itself tells them. [Msvm_VirtualSystemSnapshotService;
 * CIM_Service]
 */
static const char *const key_names[] = {
	"CreationClassName",
	"Name",
	"SystemCreationClassName",
	"SystemName",
};

struct service {
	struct hv_arena *arena;
	struct hv_soap_selector keys[HV_ARRAY_LEN(key_names)];
	bool found;
};

static int take_service(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct service *service = ctx;

	for (size_t i = 0; i < HV_ARRAY_LEN(key_names); i++) {
		const char *value;

		if (!hv_bag_string(bag, key_names[i], &value))
			return hv_err_set(
				err, HV_ERR_FORMAT, SERVICE ": expected %s", key_names[i]);
		service->keys[i] = (struct hv_soap_selector){
			.name = key_names[i],
			.value = hv_arena_strdup(service->arena, value),
		};
	}
	service->found = true;
	return hv_arena_failed(service->arena) ? hv_err_no_memory(err) : 0;
}

static int find_service(struct hv_winrm_probe *probe, struct service *ret, struct hv_err *err)
{
	const struct hv_sink sink = { .ctx = ret, .bag = take_service };
	size_t rows = 0;

	if (hv_client_enumerate(
		    hv_winrm_client(probe->winrm), HV_NS_V2, SERVICE, NULL, &sink, &rows, err))
		return hv_err_wrap(err, SERVICE);
	if (!ret->found)
		return hv_err_set(err, HV_ERR_MISSING,
			SERVICE ": the host shows none; the account may lack rights");
	return 0;
}

struct output {
	struct hv_arena *arena;
	struct hv_probe_answer *answer;
};

static const char *ref_id(struct hv_arena *arena, const struct hv_bag *bag, const char *name)
{
	HV_AUTO(string) key = NULL;

	return hv_bag_ref_key(bag, name, "InstanceID", &key) ? hv_arena_strdup(arena, key) : NULL;
}

static int take_output(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	struct output *output = ctx;
	const char *checkpoint = ref_id(output->arena, bag, "ResultingSnapshot");
	char guid[HV_GUID_TEXT_LEN + 1];

	output->answer->return_value = hv_winrm_probe_number(bag, "ReturnValue");
	output->answer->job_id = ref_id(output->arena, bag, "Job");
	if (checkpoint && hv_guid_find(checkpoint, guid))
		output->answer->checkpoint_id = hv_arena_strdup(output->arena, guid);
	return hv_arena_failed(output->arena) ? hv_err_no_memory(err) : 0;
}

/* Whether the request surely did nothing. Its answer may be lost in many ways, but it did not leave
 * when there was no connection or login, and the host says so when it refuses. */
static bool is_surely_refused(const struct hv_client_failure *f)
{
	if (f->is_fault)
		return f->fault != HV_FAULT_TIMED_OUT && f->fault != HV_FAULT_ABORTED &&
		       f->fault != HV_FAULT_PROVIDER && f->fault != HV_FAULT_OTHER;
	return f->trouble == HV_TROUBLE_RESOLVE || f->trouble == HV_TROUBLE_REFUSED ||
	       f->trouble == HV_TROUBLE_UNREACHABLE || f->trouble == HV_TROUBLE_CREDENTIALS ||
	       f->trouble == HV_TROUBLE_NO_TICKET;
}

static void take_failure(struct hv_winrm_probe *probe, bool sent, struct hv_probe_answer *ret)
{
	ret->maybe_done = sent && !is_surely_refused(&probe->failure);
	ret->advice = probe->failure.advice;
	ret->advice_is_local = probe->failure.advice_is_local;
}

static int ask(struct hv_winrm_probe *probe, const char *method,
	const struct hv_soap_parameter *parameters, size_t count, struct hv_probe_answer *ret,
	bool *ret_sent, struct hv_err *err)
{
	struct service service = { .arena = &probe->answer_arena };
	struct output output = { .arena = &probe->answer_arena, .answer = ret };
	const struct hv_sink sink = { .ctx = &output, .bag = take_output };
	const struct hv_soap_object object = {
		.ns = HV_NS_V2,
		.class_name = SERVICE,
		.selectors = service.keys,
		.selector_count = HV_ARRAY_LEN(service.keys),
	};
	int result;

	if (hv_winrm_probe_connect(probe, err))
		return hv_err_wrap(err, "%s", probe->config.host);
	result = find_service(probe, &service, err);
	if (result == 0) {
		*ret_sent = true;
		result = hv_client_invoke(hv_winrm_client(probe->winrm), &object, method,
			parameters, count, &sink, err);
	}
	probe->failure = hv_winrm_client(probe->winrm)->failure;
	return result ? hv_err_wrap(err, "%s", method) : 0;
}

static int request(struct hv_winrm_probe *probe, const char *method,
	const struct hv_soap_parameter *parameters, size_t count, struct hv_probe_answer *ret,
	struct hv_err *err)
{
	enum { ACCESS_DENIED = 32769 };
	bool sent = false;

	*ret = (struct hv_probe_answer){ .maybe_done = false };
	hv_arena_done(&probe->answer_arena);
	hv_arena_init(&probe->answer_arena, HV_WINRM_PROBE_ARENA);
	probe->failure = (struct hv_client_failure){ .trouble = HV_TROUBLE_LOCAL };
	if (hv_winrm_probe_finish(probe, ask(probe, method, parameters, count, ret, &sent, err))) {
		take_failure(probe, sent, ret);
		return -1;
	}
	if (ret->return_value.known && ret->return_value.value == ACCESS_DENIED)
		ret->advice = HV_ADVICE_HYPERV;
	return 0;
}

int hv_winrm_probe_create(
	void *ctx, const char *vm_id, struct hv_probe_answer *ret, struct hv_err *err)
{
	const struct hv_soap_selector keys[] = {
		{ .name = "CreationClassName", .value = SYSTEM },
		{ .name = "Name", .value = vm_id },
	};
	const struct hv_soap_parameter parameters[] = {
		{ .name = "AffectedSystem",
			.resource_uri = HV_WMI_URI_PREFIX HV_NS_V2 "/" SYSTEM,
			.selectors = keys,
			.selector_count = HV_ARRAY_LEN(keys) },
		{ .name = "SnapshotSettings", .value = "" },
		{ .name = "SnapshotType", .value = FULL_SNAPSHOT },
	};

	return request(ctx, "CreateSnapshot", parameters, HV_ARRAY_LEN(parameters), ret, err);
}

int hv_winrm_probe_remove(
	void *ctx, const char *checkpoint_id, struct hv_probe_answer *ret, struct hv_err *err)
{
	char id[sizeof("Microsoft:") + HV_GUID_TEXT_LEN];
	const struct hv_soap_selector keys[] = { { .name = "InstanceID", .value = id } };
	const struct hv_soap_parameter parameters[] = {
		{ .name = "AffectedSnapshot",
			.resource_uri = HV_WMI_URI_PREFIX HV_NS_V2 "/" SETTINGS,
			.selectors = keys,
			.selector_count = HV_ARRAY_LEN(keys) },
	};

	(void)snprintf(id, sizeof(id), "Microsoft:%s", checkpoint_id);
	return request(ctx, "DestroySnapshot", parameters, HV_ARRAY_LEN(parameters), ret, err);
}
