/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What checkpoints do to rows. Rows are replaced or changed where they stand; an enumeration that
 * is under way keeps those that it has. A shortage of memory shows as a row that is not there. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/utf.h"
#include "call.h"
#include "cim/bag.h"

enum { TEXT_MAX = 4096 };

#define SETTINGS "Msvm_VirtualSystemSettingData"
#define STORAGE  "Msvm_StorageAllocationSettingData"

struct json_t *sim_rows(struct sim_host *host, const char *class_name)
{
	const struct sim_class *class = sim_store_class(&host->store, HV_NS_V2, class_name);

	return class != NULL ? class->rows : NULL;
}

static const char *text_of(const json_t *row, const char *property)
{
	const char *text = json_string_value(json_object_get(row, property));

	return text != NULL ? text : "";
}

struct json_t *sim_rows_find(
	struct sim_host *host, const char *class_name, const char *property, const char *text)
{
	json_t *rows = sim_rows(host, class_name);

	for (size_t i = 0; i < json_array_size(rows); i++)
		if (hv_utf8_caseeq(text_of(json_array_get(rows, i), property), text))
			return json_array_get(rows, i);
	return NULL;
}

static void set(json_t *row, const char *property, json_t *value)
{
	if (json_object_set_new(row, property, value) < 0)
		(void)json_object_del(row, property);
}

/* The clock of the answers is the machine's own. */
static void set_now(json_t *row, const char *property)
{
	char text[sizeof("2026-11-22T20:45:00Z")];
	const time_t now = time(NULL);
	struct tm utc;

	if (gmtime_r(&now, &utc) != NULL &&
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc) > 0)
		set(row, property, json_string(text));
}

struct json_t *sim_job_add(struct sim_host *host, const char *class_name, int type)
{
	json_t *row = json_object();
	char id[SIM_ID_MAX];

	sim_host_id(host, "", id);
	set(row, "InstanceID", json_string(id));
	set(row, "Caption",
		json_string("Vorgang \xC3\xBC"
			    "ber Pr\xC3\xBC"
			    "fpunkte"));
	set(row, "JobState", json_integer(4));
	set(row, "JobType", json_integer(type));
	set(row, "ErrorCode", json_integer(0));
	set(row, "ErrorDescription", json_string(""));
	set(row, "PercentComplete", json_integer(50));
	if (strcmp(class_name, "Msvm_StorageJob") == 0)
		set(row, "JobCompletionStatusCode", json_integer(0));
	set_now(row, "TimeSubmitted");
	if (json_array_append_new(sim_rows(host, class_name), row) < 0)
		return NULL;
	return row;
}

void sim_job_end(struct sim_host *host, struct json_t *job, bool well)
{
	(void)host;
	set(job, "JobState", json_integer(well ? 7 : 10));
	if (well)
		return;
	set(job, "ErrorCode", json_integer(32768));
	set(job, "ErrorDescription",
		json_string("Das System kann die angegebene Datei nicht finden. (0x80070002)"));
	if (json_object_get(job, "JobCompletionStatusCode") != NULL)
		set(job, "JobCompletionStatusCode", json_integer(0x80070002));
}

void sim_vm_set_operation(struct sim_host *host, const char *vm, int operation)
{
	json_t *row = sim_rows_find(host, "Msvm_ComputerSystem", "Name", vm);

	if (row == NULL)
		return;
	set(row, "OperationalStatus",
		operation == 0 ? json_pack("[i]", 2) : json_pack("[ii]", 11, operation));
}

/* "Microsoft:<owner>\rest" */
static const char *behind_owner(const json_t *row, const char *owner)
{
	const char *id = text_of(row, "InstanceID");
	const size_t len = strlen("Microsoft:") + strlen(owner);
	HV_AUTO(buf) start = { .max = TEXT_MAX };

	hv_buf_addf(&start, "Microsoft:%s\\", owner);
	return hv_utf8_caseprefix(id, hv_buf_str(&start)) > 0 ? id + len : NULL;
}

static void set_owned_id(json_t *row, const char *owner, const char *rest)
{
	HV_AUTO(buf) id = { .max = TEXT_MAX };

	hv_buf_addf(&id, "Microsoft:%s%s", owner, rest);
	set(row, "InstanceID", json_string(hv_buf_str(&id)));
}

static bool is_hard_disk(const json_t *row)
{
	return hv_utf8_caseeq(
		text_of(row, "ResourceSubType"), "Microsoft:Hyper-V:Virtual Hard Disk");
}

/* The checkpoint has the files that the disks were. */
static void add_storage(struct sim_host *host, const char *vm, const char *snapshot)
{
	json_t *rows = sim_rows(host, STORAGE);
	const size_t count = json_array_size(rows);

	for (size_t i = 0; i < count; i++) {
		const json_t *row = json_array_get(rows, i);
		const char *rest = behind_owner(row, vm);
		json_t *copy = rest != NULL ? json_deep_copy(row) : NULL;

		if (copy == NULL)
			continue;
		set_owned_id(copy, snapshot, rest);
		(void)json_array_append_new(rows, copy);
	}
}

void sim_snapshot_add(struct sim_host *host, const char *vm, const char *snapshot)
{
	json_t *rows = sim_rows(host, SETTINGS);
	HV_AUTO(buf) id = { .max = TEXT_MAX };
	HV_AUTO(buf) name = { .max = TEXT_MAX };
	json_t *copy;

	hv_buf_addf(&id, "Microsoft:%s", vm);
	copy = json_deep_copy(sim_rows_find(host, SETTINGS, "InstanceID", hv_buf_str(&id)));
	hv_buf_addf(&name, "%s - (22.11.2026 - 20:45:00)", text_of(copy, "ElementName"));
	set_owned_id(copy, snapshot, "");
	set(copy, "ElementName", json_string(hv_buf_str(&name)));
	set(copy, "VirtualSystemType", json_string("Microsoft:Hyper-V:Snapshot:Realized"));
	set_now(copy, "CreationTime");
	if (json_array_append_new(rows, copy) == 0)
		add_storage(host, vm, snapshot);
}

static void remove_owned(json_t *rows, const char *snapshot)
{
	for (size_t i = json_array_size(rows); i > 0; i--)
		if (behind_owner(json_array_get(rows, i - 1), snapshot) != NULL)
			(void)json_array_remove(rows, i - 1);
}

void sim_snapshot_remove(struct sim_host *host, const char *snapshot)
{
	json_t *rows = sim_rows(host, SETTINGS);
	HV_AUTO(buf) id = { .max = TEXT_MAX };

	hv_buf_addf(&id, "Microsoft:%s", snapshot);
	for (size_t i = json_array_size(rows); i > 0; i--)
		if (hv_utf8_caseeq(
			    text_of(json_array_get(rows, i - 1), "InstanceID"), hv_buf_str(&id)))
			(void)json_array_remove(rows, i - 1);
	remove_owned(sim_rows(host, STORAGE), snapshot);
}

/* "disk.vhdx" goes on as "disk_<GUID>.avhdx" in the same folder. */
static void branch(json_t *row, const char *snapshot)
{
	const char *path =
		json_string_value(json_array_get(json_object_get(row, "HostResource"), 0));
	const char *dot = path != NULL ? strrchr(path, '.') : NULL;
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	if (dot == NULL)
		return;
	hv_buf_addf(&text, "%.*s_%s.avhdx", (int)(dot - path), path, snapshot);
	set(row, "HostResource", json_pack("[s]", hv_buf_str(&text)));
}

void sim_disks_branch(struct sim_host *host, const char *vm, const char *snapshot)
{
	json_t *rows = sim_rows(host, STORAGE);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);

		if (behind_owner(row, vm) == NULL || !is_hard_disk(row))
			continue;
		set(host->snapshots.bases, text_of(row, "InstanceID"),
			json_deep_copy(json_object_get(row, "HostResource")));
		branch(row, snapshot);
	}
}

void sim_disks_merge(struct sim_host *host)
{
	json_t *rows = sim_rows(host, STORAGE);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);
		json_t *base = json_object_get(host->snapshots.bases, text_of(row, "InstanceID"));

		if (base != NULL)
			set(row, "HostResource", json_incref(base));
	}
	(void)json_object_clear(host->snapshots.bases);
}
