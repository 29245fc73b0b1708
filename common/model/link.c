/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts a host together from what the sources told: everything is merged, sorted and connected. */
#include <stdlib.h>
#include <string.h>

#include "model/compare.h"
#include "model/host.h"
#include "model/merge.h"
#include "model/place.h"
#include "model/rows.h"

static int vm_compare_name(const void *a, const void *b)
{
	const struct hv_vm *vm_a = a;
	const struct hv_vm *vm_b = b;
	int order = hv_compare_case(vm_a->name, vm_b->name);

	return order ? order : strcmp(vm_a->id, vm_b->id);
}

static int vm_compare_id(const void *a, const void *b)
{
	const struct hv_vm *const *vm_a = a;
	const struct hv_vm *const *vm_b = b;

	return strcmp((*vm_a)->id, (*vm_b)->id);
}

/* People read by name, rows are joined by id. */
static int sort_vms(struct hv_host *host, struct hv_err *err)
{
	const struct hv_vm **by_id;

	if (host->vm_count == 0)
		return 0;
	by_id = hv_arena_array(&host->arena, host->vm_count, sizeof(by_id[0]));
	if (!by_id)
		return hv_err_no_memory(err);
	qsort(host->vms, host->vm_count, sizeof(*host->vms), vm_compare_name);
	for (size_t i = 0; i < host->vm_count; i++)
		by_id[i] = &host->vms[i];
	qsort(by_id, host->vm_count, sizeof(*by_id), vm_compare_id);
	host->vms_by_id = by_id;
	return 0;
}

static int link_vms(struct hv_host *host, struct hv_err *err)
{
	size_t kept = 0;

	if (hv_merge_vms(host, err))
		return -1;
	for (size_t i = 0; i < host->vm_count; i++) {
		struct hv_vm *vm = &host->vms[i];

		if (!vm->listed || !vm->id)
			continue;
		if (!vm->name || !*vm->name)
			vm->name = vm->id;
		host->vms[kept++] = *vm;
	}
	host->vm_count = kept;
	return sort_vms(host, err);
}

static bool is_mount_path(struct hv_arena *arena, const char *path)
{
	const char *normalised = path ? hv_path_normalise(arena, path) : NULL;
	size_t unused;
	enum hv_path_kind kind = normalised ? hv_path_split(normalised, &unused) : HV_PATH_OTHER;

	return kind == HV_PATH_DRIVE || kind == HV_PATH_CSV;
}

static void title_volume(struct hv_volume *volume, struct hv_arena *arena)
{
	const char *paths[] = { is_mount_path(arena, volume->name) ? volume->name : NULL,
		volume->device_id, volume->name };

	for (size_t i = 0; !volume->title && i < HV_ARRAY_LEN(paths); i++) {
		if (paths[i] && *paths[i])
			volume->title = hv_volume_name_text(arena, paths[i]);
	}
	if (!volume->title)
		volume->title = volume->label ? volume->label : "unnamed volume";
}

/* A volume without a mount path in its own row may have one among the mount points, as a cluster's
 * shared volume has. */
static void title_by_mount_point(
	struct hv_host *host, struct hv_volume_names *names, const struct hv_mount_point *mount)
{
	const struct hv_volume *found =
		hv_volume_names_device(names, &host->arena, mount->device_id);
	struct hv_volume *volume = found ? &host->volumes[found - host->volumes] : NULL;

	if (volume && !volume->title && !is_mount_path(&host->arena, volume->name) &&
		mount->directory)
		volume->title = hv_volume_name_text(&host->arena, mount->directory);
}

static void title_volumes(struct hv_host *host, struct hv_volume_names *names)
{
	for (size_t i = 0; i < host->mount_point_count; i++)
		title_by_mount_point(host, names, &host->mount_points[i]);
	for (size_t i = 0; i < host->volume_count; i++)
		title_volume(&host->volumes[i], &host->arena);
}

static int link_shadow_storages(
	struct hv_host *host, struct hv_volume_names *names, struct hv_err *err)
{
	if (hv_merge_shadow_storages(host, err))
		return -1;
	for (size_t i = 0; i < host->shadow_storage_count; i++) {
		struct hv_shadow_storage *s = &host->shadow_storages[i];
		struct hv_volume *volume;

		s->volume = hv_volume_names_device(names, &host->arena, s->volume_id);
		s->diff_volume = hv_volume_names_device(names, &host->arena, s->diff_volume_id);
		volume = s->volume ? &host->volumes[s->volume - host->volumes] : NULL;
		if (volume && !volume->shadow_storage)
			volume->shadow_storage = s;
	}
	return 0;
}

/* An unknown bus comes last. */
static int compare_bus(enum hv_bus a, enum hv_bus b)
{
	if (a == HV_BUS_UNKNOWN || b == HV_BUS_UNKNOWN)
		return (a == HV_BUS_UNKNOWN) - (b == HV_BUS_UNKNOWN);
	return (int)a - (int)b;
}

static int disk_compare_slot(const void *a, const void *b)
{
	const struct hv_disk *disk_a = a;
	const struct hv_disk *disk_b = b;
	int order = hv_compare_vm(disk_a->vm, disk_b->vm);

	if (order == 0 && !disk_a->vm)
		order = hv_compare_text(disk_a->owner_id, disk_b->owner_id);
	if (order == 0)
		order = compare_bus(disk_a->bus, disk_b->bus);
	if (order == 0)
		order = hv_compare_known(disk_a->controller, disk_b->controller);
	if (order == 0)
		order = hv_compare_known(disk_a->slot, disk_b->slot);
	return order ? order : hv_compare_case(disk_a->place.path, disk_b->place.path);
}

static int link_disks(struct hv_host *host, struct hv_err *err)
{
	static const struct hv_rows_rule SORT = { .size = sizeof(struct hv_disk),
		.compare = disk_compare_slot,
		.order = HV_ROWS_SORTED };

	if (hv_merge_disks(host, err))
		return -1;
	for (size_t i = 0; i < host->disk_count; i++)
		host->disks[i].vm = hv_host_vm(host, host->disks[i].owner_id);
	if (hv_rows_arrange(&host->disks, &host->disk_count, &SORT, err))
		return -1;
	for (size_t i = 0; i < host->disk_count && host->disks[i].vm; i++) {
		struct hv_vm *vm = &host->vms[host->disks[i].vm - host->vms];

		if (vm->disk_count++ == 0)
			vm->disks = &host->disks[i];
	}
	return 0;
}

static int checkpoint_compare_age(const void *a, const void *b)
{
	const struct hv_checkpoint *checkpoint_a = a;
	const struct hv_checkpoint *checkpoint_b = b;
	int order = hv_compare_vm(checkpoint_a->vm, checkpoint_b->vm);

	if (order == 0)
		order = hv_compare_time(checkpoint_a->created_at, checkpoint_b->created_at);
	return order ? order : hv_compare_text(checkpoint_a->id, checkpoint_b->id);
}

static int link_checkpoints(struct hv_host *host, struct hv_err *err)
{
	static const struct hv_rows_rule SORT = { .size = sizeof(struct hv_checkpoint),
		.compare = checkpoint_compare_age,
		.order = HV_ROWS_SORTED };

	if (hv_merge_checkpoints(host, err))
		return -1;
	for (size_t i = 0; i < host->checkpoint_count; i++)
		host->checkpoints[i].vm = hv_host_vm(host, host->checkpoints[i].vm_id);
	if (hv_rows_arrange(&host->checkpoints, &host->checkpoint_count, &SORT, err))
		return -1;
	for (size_t i = 0; i < host->checkpoint_count && host->checkpoints[i].vm; i++) {
		struct hv_vm *vm = &host->vms[host->checkpoints[i].vm - host->vms];

		if (vm->checkpoint_count++ == 0)
			vm->checkpoints = &host->checkpoints[i];
	}
	return 0;
}

static void locate_places(struct hv_host *host, struct hv_volume_names *names)
{
	for (size_t i = 0; i < host->vm_count; i++) {
		struct hv_vm *vm = &host->vms[i];

		hv_place_locate(&vm->configuration, names, &host->arena);
		hv_place_locate(&vm->snapshot_root, names, &host->arena);
		hv_place_locate(&vm->swap_file_root, names, &host->arena);
	}
	for (size_t i = 0; i < host->disk_count; i++) {
		/* What a pass-through disk calls its path is the name of an object of WMI, which
		 * reads like one of a share. */
		if (host->disks[i].kind != HV_DISK_PASS_THROUGH)
			hv_place_locate(&host->disks[i].place, names, &host->arena);
	}
}

int hv_host_link(struct hv_host *host, struct hv_err *err)
{
	HV_AUTO(volume_names) names = { .count = 0 };

	if (link_vms(host, err) || hv_merge_volumes(host, err) ||
		hv_volume_names_init(&names, host, err))
		return -1;
	title_volumes(host, &names);
	if (link_shadow_storages(host, &names, err) || link_disks(host, err) ||
		link_checkpoints(host, err) || hv_merge_events(host, err) ||
		hv_merge_acls(host, err))
		return -1;
	locate_places(host, &names);
	if (hv_arena_failed(&host->arena) || names.failed)
		return hv_err_no_memory(err);
	return 0;
}
