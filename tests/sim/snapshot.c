/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests about checkpoints, and what becomes of them as time passes. */
#include "snapshot.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "base/utf.h"
#include "call.h"
#include "cim/bag.h"
#include "cim/instance-xml.h"
#include "cim/xml-tree.h"
#include "wql.h"
#include "wsman/uri.h"

#define SERVICE "Msvm_VirtualSystemSnapshotService"

enum {
	LATE_FACTOR = 8,
	JOB_CREATE = 70, /* JobType [Msvm_ConcreteJob] */
	JOB_REMOVE = 72,
	STORAGE_JOB_MERGE = 5,
	OPERATION_CREATING = 32768, /* OperationalStatus [Msvm_ComputerSystem] */
	OPERATION_REMOVING = 32770,
	OPERATION_MERGING = 32772,
	DONE = 0, /* return values */
	JOB_STARTED = 4096,
	DENIED = 32769,
	INVALID_PARAMETER = 32773,
	IN_USE = 32774,
	INVALID_STATE = 32775,
};

static const char *const methods[] = { "CreateSnapshot", "DestroySnapshot" };

/* --- The service --- */

static int add_service(struct sim_host *host, struct hv_err *err)
{
	json_t *row = json_pack("{ss ss ss ss ss si}", "CreationClassName", SERVICE, "Name",
		"vssnapsvc", "SystemCreationClassName", "Msvm_ComputerSystem", "SystemName",
		host->store.computer_name, "ElementName",
		"Pr\xC3\xBC"
		"fpunktdienst",
		"EnabledState", 2);

	if (json_array_append_new(sim_rows(host, SERVICE), row) < 0)
		return hv_err_no_memory(err);
	return 0;
}

int sim_snapshots_init(
	struct sim_host *host, const struct sim_snapshot_config *config, struct hv_err *err)
{
	static const char *const classes[] = { SERVICE, "Msvm_ConcreteJob", "Msvm_StorageJob" };

	host->snapshots.config = *config;
	host->snapshots.bases = json_object();
	if (host->snapshots.bases == NULL)
		return hv_err_no_memory(err);
	if (!config->enabled)
		return 0;
	for (size_t i = 0; i < HV_ARRAY_LEN(classes); i++)
		if (sim_store_add_class(&host->store, HV_NS_V2, classes[i], err) < 0)
			return -1;
	return add_service(host, err);
}

void sim_snapshots_done(struct sim_snapshots *snapshots)
{
	json_decref(snapshots->bases);
	snapshots->bases = NULL;
}

/* --- As time passes --- */

static bool fails(const struct sim_host *host, enum sim_snapshot_failure failure)
{
	return host->snapshots.config.failure == failure;
}

static void make_checkpoint(struct sim_host *host)
{
	struct sim_snapshots *s = &host->snapshots;

	sim_snapshot_add(host, s->vm, s->snapshot);
	sim_disks_branch(host, s->vm, s->snapshot);
	host->counters.open_checkpoints++;
}

static void make_another(struct sim_host *host)
{
	char id[SIM_ID_MAX];

	sim_host_id(host, "", id);
	sim_snapshot_add(host, host->snapshots.vm, id);
}

static void end_creation(struct sim_host *host)
{
	struct sim_snapshots *s = &host->snapshots;
	const bool well = !fails(host, SIM_CREATE_JOB) && !fails(host, SIM_CREATE_HALF);

	if (!fails(host, SIM_CREATE_JOB) && !fails(host, SIM_CREATE_NOTHING))
		make_checkpoint(host);
	if (fails(host, SIM_CREATE_TWO))
		make_another(host);
	if (s->job != NULL)
		sim_job_end(host, s->job, well);
	sim_vm_set_operation(host, s->vm, 0);
	s->phase = SIM_IDLE;
}

static void end_merge(struct sim_host *host)
{
	struct sim_snapshots *s = &host->snapshots;
	const bool well = !fails(host, SIM_MERGE_JOB);

	if (well)
		sim_disks_merge(host);
	if (s->job != NULL)
		sim_job_end(host, s->job, well);
	sim_vm_set_operation(host, s->vm, 0);
	s->phase = SIM_IDLE;
}

static void begin_merge(struct sim_host *host)
{
	struct sim_snapshots *s = &host->snapshots;

	s->phase = SIM_MERGING;
	s->left = s->config.polls;
	s->job = NULL;
	if (s->left == 0) {
		end_merge(host);
		return;
	}
	s->job = sim_job_add(host, "Msvm_StorageJob", STORAGE_JOB_MERGE);
	sim_vm_set_operation(host, s->vm, OPERATION_MERGING);
}

static void end_removal(struct sim_host *host)
{
	struct sim_snapshots *s = &host->snapshots;
	const bool well = !fails(host, SIM_REMOVE_JOB);

	if (s->job != NULL)
		sim_job_end(host, s->job, well);
	sim_vm_set_operation(host, s->vm, 0);
	s->phase = SIM_IDLE;
	if (!well)
		return;
	sim_snapshot_remove(host, s->snapshot);
	host->counters.open_checkpoints--;
	begin_merge(host);
}

static bool is_stuck(const struct sim_host *host)
{
	switch (host->snapshots.phase) {
	case SIM_CREATING:
		return fails(host, SIM_CREATE_STUCK);
	case SIM_REMOVING:
		return fails(host, SIM_REMOVE_STUCK);
	case SIM_MERGING:
		return fails(host, SIM_MERGE_STUCK);
	case SIM_IDLE:
		break;
	}
	return true;
}

void sim_snapshots_look(struct sim_host *host, const struct sim_class *class)
{
	struct sim_snapshots *s = &host->snapshots;
	const char *seen = s->phase == SIM_MERGING ? "Msvm_StorageJob" : "Msvm_ConcreteJob";

	if (is_stuck(host) || strcmp(class->name, seen) != 0 || s->left-- > 0)
		return;
	switch (s->phase) {
	case SIM_CREATING:
		end_creation(host);
		return;
	case SIM_REMOVING:
		end_removal(host);
		return;
	case SIM_MERGING:
		end_merge(host);
		return;
	case SIM_IDLE:
		break;
	}
}

/* --- Requests --- */

const char *sim_snapshot_method(
	const struct sim_host *host, const char *class_name, const char *method)
{
	if (!host->snapshots.config.enabled || !hv_utf8_caseeq(class_name, SERVICE))
		return NULL;
	for (size_t i = 0; i < HV_ARRAY_LEN(methods); i++)
		if (strcmp(methods[i], method) == 0)
			return methods[i];
	return NULL;
}

/* Parameters stand in the namespace of the class and in the order of the method's definition. */
static bool has_parameters(const struct sim_call *call, const char *const *names, size_t count)
{
	const struct _xmlNode *e = hv_xml_first(call->request->body);
	size_t i = 0;

	for (; e != NULL; e = hv_xml_next(e)) {
		while (i < count && strcmp(names[i], hv_xml_name(e)) != 0)
			i++;
		if (i++ >= count || !hv_utf8_caseeq(hv_xml_uri(e), call->request->resource))
			return false;
	}
	return true;
}

static const struct _xmlNode *parameter(const struct sim_call *call, const char *name)
{
	const struct _xmlNode *e = hv_xml_first(call->request->body);

	while (e != NULL && strcmp(hv_xml_name(e), name) != 0)
		e = hv_xml_next(e);
	return e;
}

/* The row that a reference means: all keys, no more, of that class. A text is no reference. */
static const json_t *referred(struct sim_call *call, const char *name, const char *class_name,
	const char *const *keys, size_t key_count)
{
	const struct _xmlNode *parameters =
		hv_xml_child(parameter(call, name), HV_URI_A, "ReferenceParameters");
	const struct _xmlNode *set = hv_xml_child(parameters, HV_URI_W, "SelectorSet");
	const char *uri =
		sim_request_text(call->request, hv_xml_child(parameters, HV_URI_W, "ResourceURI"));
	const size_t prefix = hv_utf8_caseprefix(uri, HV_WMI_URI_PREFIX HV_NS_V2 "/");
	json_t *rows = sim_rows(call->host, class_name);
	size_t selectors = 0;

	for (const struct _xmlNode *s = hv_xml_first(set); s != NULL; s = hv_xml_next(s))
		selectors++;
	if (prefix == 0 || !hv_utf8_caseeq(uri + prefix, class_name) || selectors != key_count)
		return NULL;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		size_t matches = 0;

		for (const struct _xmlNode *s = hv_xml_first(set); s != NULL; s = hv_xml_next(s)) {
			const char *key = hv_xml_node_attr(s, "", "Name");
			const char *value = sim_request_text(call->request, s);

			for (size_t k = 0; key != NULL && k < key_count; k++)
				matches += hv_utf8_caseeq(keys[k], key) &&
					   (sim_row_get(row, key) != NULL
							   ? sim_row_equals(row, key, value)
							   : hv_utf8_caseeq(value, class_name));
		}
		if (matches == key_count)
			return row;
	}
	return NULL;
}

static void add_reference(struct hv_buf *out, const char *name, const char *class_name,
	const char *prefix, const char *id)
{
	hv_buf_addf(out,
		"<p:%s xmlns:a=\"" HV_URI_A "\" xmlns:w=\"" HV_URI_W "\"><a:Address>" HV_URI_EPR
		"</a:Address><a:ReferenceParameters><w:ResourceURI>" HV_WMI_URI_PREFIX HV_NS_V2
		"/%s</w:ResourceURI><w:SelectorSet><w:Selector Name=\"InstanceID\">%s%s"
		"</w:Selector></w:SelectorSet></a:ReferenceParameters></p:%s>",
		name, class_name, prefix, id, name);
}

static void answer(
	struct sim_call *call, const char *method, int value, const json_t *job, const char *made)
{
	hv_buf_addf(&call->body,
		"<p:%s_OUTPUT xmlns:xsi=\"" HV_URI_XSI "\" xmlns:p=\"" HV_WMI_URI_PREFIX HV_NS_V2
		"/" SERVICE "\">",
		method);
	if (job != NULL)
		add_reference(&call->body, "Job", "Msvm_ConcreteJob", "",
			json_string_value(json_object_get(job, "InstanceID")));
	else
		hv_buf_adds(&call->body, "<p:Job xsi:nil=\"true\"/>");
	if (made != NULL)
		add_reference(&call->body, "ResultingSnapshot", "Msvm_VirtualSystemSettingData",
			"Microsoft:", made);
	else if (strcmp(method, "CreateSnapshot") == 0)
		hv_buf_adds(&call->body, "<p:ResultingSnapshot xsi:nil=\"true\"/>");
	hv_buf_addf(&call->body, "<p:ReturnValue>%d</p:ReturnValue></p:%s_OUTPUT>", value, method);
}

static void begin(struct sim_host *host, enum sim_snapshot_phase phase, int type, int operation)
{
	struct sim_snapshots *s = &host->snapshots;

	s->phase = phase;
	s->left = s->config.polls;
	if (phase == SIM_CREATING && fails(host, SIM_CREATE_LATE))
		s->left *= LATE_FACTOR;
	s->job = sim_job_add(host, "Msvm_ConcreteJob", type);
	sim_vm_set_operation(host, s->vm, operation);
}

static void copy_guid(char ret[SIM_GUID_MAX], const char *text)
{
	char guid[HV_GUID_TEXT_LEN + 1] = "";

	(void)hv_guid_find(text != NULL ? text : "", guid);
	memcpy(ret, guid, sizeof(guid));
}

static void create(struct sim_call *call, const char *method)
{
	static const char *const names[] = { "AffectedSystem", "SnapshotSettings", "SnapshotType",
		"ResultingSnapshot" };
	static const char *const keys[] = { "CreationClassName", "Name" };
	struct sim_host *host = call->host;
	struct sim_snapshots *s = &host->snapshots;
	const char *type = sim_request_text(call->request, parameter(call, "SnapshotType"));
	const json_t *vm;
	char id[SIM_ID_MAX];

	host->counters.snapshot_create++;
	if (!has_parameters(call, names, HV_ARRAY_LEN(names))) {
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
		return;
	}
	vm = referred(call, "AffectedSystem", "Msvm_ComputerSystem", keys, HV_ARRAY_LEN(keys));
	if (vm == NULL || (strcmp(type, "2") != 0 && strcmp(type, "3") != 0)) {
		answer(call, method, INVALID_PARAMETER, NULL, NULL);
		return;
	}
	if (s->phase != SIM_IDLE || fails(host, SIM_CREATE_REFUSED)) {
		answer(call, method, INVALID_STATE, NULL, NULL);
		return;
	}
	if (fails(host, SIM_CREATE_DENIED)) {
		answer(call, method, DENIED, NULL, NULL);
		return;
	}
	sim_host_id(host, "", id);
	copy_guid(s->vm, json_string_value(json_object_get(vm, "Name")));
	copy_guid(s->snapshot, id);
	if (s->config.polls == 0) {
		s->job = NULL;
		end_creation(host);
		answer(call, method, DONE, NULL, s->snapshot);
		return;
	}
	begin(host, SIM_CREATING, JOB_CREATE, OPERATION_CREATING);
	answer(call, method, JOB_STARTED, s->job, NULL);
}

static void destroy(struct sim_call *call, const char *method)
{
	static const char *const names[] = { "AffectedSnapshot" };
	static const char *const keys[] = { "InstanceID" };
	struct sim_host *host = call->host;
	struct sim_snapshots *s = &host->snapshots;
	const json_t *row;

	host->counters.snapshot_destroy++;
	if (!has_parameters(call, names, HV_ARRAY_LEN(names))) {
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
		return;
	}
	row = referred(call, names[0], "Msvm_VirtualSystemSettingData", keys, HV_ARRAY_LEN(keys));
	if (row == NULL || strstr(json_string_value(json_object_get(row, "VirtualSystemType")),
				   ":Snapshot:") == NULL) {
		answer(call, method, INVALID_PARAMETER, NULL, NULL);
		return;
	}
	s->removals++;
	if (s->phase != SIM_IDLE || fails(host, SIM_REMOVE_REFUSED) ||
		(fails(host, SIM_REMOVE_ONCE) && s->removals == 1)) {
		answer(call, method, IN_USE, NULL, NULL);
		return;
	}
	copy_guid(s->snapshot, json_string_value(json_object_get(row, "InstanceID")));
	copy_guid(s->vm, json_string_value(json_object_get(row, "VirtualSystemIdentifier")));
	if (s->config.polls == 0) {
		s->job = NULL;
		end_removal(host);
		answer(call, method, DONE, NULL, NULL);
		return;
	}
	begin(host, SIM_REMOVING, JOB_REMOVE, OPERATION_REMOVING);
	answer(call, method, JOB_STARTED, s->job, NULL);
}

void sim_snapshot_invoke(struct sim_call *call, const struct sim_class *class, const char *method)
{
	(void)class;
	if (strcmp(method, "CreateSnapshot") == 0)
		create(call, method);
	else
		destroy(call, method);
}
