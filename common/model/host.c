/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host model: rows, sections, lookups. */
#include "model/host.h"

#include <string.h>

#include "base/alloc.h"
#include "base/join.h"
#include "base/parse.h"
#include "base/utf.h"
#include "model/rows.h"

static const char *const SECTION_NAMES[HV_SECTION_COUNT] = {
	[HV_SECTION_OS] = "operating system",
	[HV_SECTION_VOLUMES] = "volumes",
	[HV_SECTION_SHADOW_STORAGE] = "shadow copy storage",
	[HV_SECTION_VMS] = "virtual machines",
	[HV_SECTION_DISKS] = "virtual disks",
	[HV_SECTION_CHECKPOINTS] = "checkpoints",
	[HV_SECTION_GUESTS] = "guests",
	[HV_SECTION_INTEGRATION] = "integration services",
	[HV_SECTION_SUMMARY] = "integration services versions",
	[HV_SECTION_FIBRE_CHANNEL] = "virtual fibre channel",
	[HV_SECTION_EVENTS] = "events",
	[HV_SECTION_JOBS] = "jobs",
	[HV_SECTION_WRITERS] = "VSS writers",
	[HV_SECTION_ACL] = "permissions of files",
	[HV_SECTION_UPDATES] = "installed updates",
	[HV_SECTION_BUILD] = "build and revision",
};

const char *hv_section_name(enum hv_section section)
{
	return SECTION_NAMES[section];
}

bool hv_event_wanted(
	const struct hv_event_key *keys, const char *channel, uint32_t id, uint32_t level)
{
	if (!keys)
		return true;
	for (const struct hv_event_key *key = keys; key->channel; key++) {
		if ((key->id == 0 || key->id == id) &&
			(key->max_level == 0 || (level >= 1 && level <= key->max_level)) &&
			hv_utf8_caseeq(key->channel, channel))
			return true;
	}
	return false;
}

void hv_host_init(struct hv_host *host)
{
	*host = (struct hv_host){ .name = NULL };
	hv_arena_init(&host->arena, HV_HOST_MAX_BYTES);
}

void hv_host_done(struct hv_host *host)
{
	if (!host)
		return;
	hv_free(host->volumes);
	hv_free(host->mount_points);
	hv_free(host->shadow_storages);
	hv_free(host->vms);
	hv_free(host->disks);
	hv_free(host->checkpoints);
	hv_free(host->event_logs);
	hv_free(host->events);
	hv_free(host->jobs);
	hv_free(host->writers);
	hv_free(host->acls);
	hv_free(host->updates);
	hv_arena_done(&host->arena);
	hv_host_init(host);
}

struct hv_volume *hv_host_add_volume(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(&host->volumes, &host->volume_count, sizeof(*host->volumes), err);
}

struct hv_mount_point *hv_host_add_mount_point(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(
		&host->mount_points, &host->mount_point_count, sizeof(*host->mount_points), err);
}

struct hv_shadow_storage *hv_host_add_shadow_storage(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(&host->shadow_storages, &host->shadow_storage_count,
		sizeof(*host->shadow_storages), err);
}

struct hv_vm *hv_host_add_vm(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(&host->vms, &host->vm_count, sizeof(*host->vms), err);
}

struct hv_disk *hv_host_add_disk(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(&host->disks, &host->disk_count, sizeof(*host->disks), err);
}

struct hv_checkpoint *hv_host_add_checkpoint(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(
		&host->checkpoints, &host->checkpoint_count, sizeof(*host->checkpoints), err);
}

struct hv_event *hv_host_add_event(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(&host->events, &host->event_count, sizeof(*host->events), err);
}

struct hv_event_log *hv_host_add_event_log(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(
		&host->event_logs, &host->event_log_count, sizeof(*host->event_logs), err);
}

struct hv_job *hv_host_add_job(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(&host->jobs, &host->job_count, sizeof(*host->jobs), err);
}

struct hv_writer *hv_host_add_writer(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(&host->writers, &host->writer_count, sizeof(*host->writers), err);
}

struct hv_acl *hv_host_add_acl(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(&host->acls, &host->acl_count, sizeof(*host->acls), err);
}

struct hv_update *hv_host_add_update(struct hv_host *host, struct hv_err *err)
{
	return hv_rows_add(&host->updates, &host->update_count, sizeof(*host->updates), err);
}

int hv_place_set(struct hv_place *place, struct hv_host *host, const char *path, struct hv_err *err)
{
	const char *normalised;

	if (!path || !*path)
		return 0;
	normalised = hv_path_normalise(&host->arena, path);
	if (!normalised)
		return hv_err_no_memory(err);
	*place = (struct hv_place){ .path = normalised };
	return 0;
}

int hv_place_set_folder(
	struct hv_place *place, struct hv_host *host, const char *path, struct hv_err *err)
{
	if (hv_place_set(place, host, path, err))
		return -1;
	place->is_folder = place->path != NULL;
	return 0;
}

void hv_host_section_present(struct hv_host *host, enum hv_section section, const char *origin)
{
	struct hv_section_info *info = &host->sections[section];

	if (info->status != HV_SECTION_FAILED)
		info->status = HV_SECTION_PRESENT;
	info->origin = hv_join(&host->arena, info->origin, origin);
}

void hv_host_section_failed(struct hv_host *host, enum hv_section section, const char *error)
{
	struct hv_section_info *info = &host->sections[section];

	if (info->status != HV_SECTION_FAILED)
		info->error = hv_arena_strdup(&host->arena, error);
	info->status = HV_SECTION_FAILED;
}

void hv_host_section_damaged(struct hv_host *host, enum hv_section section, const char *damage)
{
	struct hv_section_info *info = &host->sections[section];

	info->damage = hv_join(&host->arena, info->damage, damage);
}

bool hv_host_has(const struct hv_host *host, unsigned int sections)
{
	for (unsigned int i = 0; i < HV_SECTION_COUNT; i++) {
		if ((sections & HV_SEC(i)) && host->sections[i].status != HV_SECTION_PRESENT)
			return false;
	}
	return true;
}

const struct hv_vm *hv_host_vm(const struct hv_host *host, const char *id)
{
	char guid[HV_GUID_TEXT_LEN + 1];
	size_t low = 0;
	size_t high = host->vms_by_id ? host->vm_count : 0;

	if (!id || !hv_guid_normalise(id, strlen(id), guid))
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(host->vms_by_id[middle]->id, guid);

		if (order == 0)
			return host->vms_by_id[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Device ids end with a '\' that is easily lost on the way. */
static size_t device_id_len(const char *device_id)
{
	size_t len = strlen(device_id);

	return len > 0 && device_id[len - 1] == '\\' ? len - 1 : len;
}

const struct hv_volume *hv_host_volume(const struct hv_host *host, const char *device_id)
{
	size_t len = device_id ? device_id_len(device_id) : 0;

	if (len == 0)
		return NULL;
	HV_FOREACH_VOLUME (v, host) {
		if (!v->device_id || device_id_len(v->device_id) != len)
			continue;
		if (hv_utf8_caseprefix(v->device_id, device_id) >= len ||
			hv_utf8_caseprefix(device_id, v->device_id) >= len)
			return v;
	}
	return NULL;
}

bool hv_host_backup_runs(const struct hv_host *host)
{
	enum { JOB_RUNNING = 4 }; /* [Msvm_ConcreteJob.JobState] */

	HV_FOREACH_JOB (job, host) {
		if (job->state.known && job->state.value == JOB_RUNNING &&
			(job->kind == HV_JOB_BACKUP || job->kind == HV_JOB_GUEST_SNAPSHOT))
			return true;
	}
	for (size_t i = 0; i < host->vm_count; i++) {
		if (host->vms[i].operation == HV_VM_BACKING_UP)
			return true;
	}
	return false;
}

const struct hv_acl *hv_host_acl(const struct hv_host *host, const char *path)
{
	size_t low = 0;
	size_t high = path ? host->acl_count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = hv_utf8_casecmp(host->acls[middle].path, path);

		if (order == 0)
			return &host->acls[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const char *hv_vm_title(struct hv_arena *arena, const struct hv_vm *vm)
{
	return hv_arena_printf(arena, "VM '%s'", vm->name);
}
