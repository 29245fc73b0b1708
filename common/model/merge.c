/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that several sources told become one. Of two answers to one question the first one told
 * stays. */
#include "model/merge.h"

#include "base/utf.h"
#include "model/compare.h"
#include "model/rows.h"

/* Takes a member over when it is not told yet. */
#define FILL(into, from, member)                                                                   \
	do {                                                                                       \
		if (!(into)->member.known)                                                         \
			(into)->member = (from)->member;                                           \
	} while (0)
#define FILL_TEXT(into, from, member)                                                              \
	do {                                                                                       \
		if (!(into)->member)                                                               \
			(into)->member = (from)->member;                                           \
	} while (0)

static void fill_place(struct hv_place *into, const struct hv_place *from)
{
	if (!into->path)
		*into = *from;
}

static int vm_compare(const void *a, const void *b)
{
	const struct hv_vm *vm_a = a;
	const struct hv_vm *vm_b = b;

	return hv_compare_text(vm_a->id, vm_b->id);
}

static bool vm_mergeable(const void *row)
{
	const struct hv_vm *vm = row;

	return vm->id != NULL;
}

static void fill_guest(struct hv_guest *into, const struct hv_guest *from)
{
	FILL_TEXT(into, from, os_name);
	FILL(into, from, os_version);
	FILL(into, from, product_type);
	FILL_TEXT(into, from, integration_services_version);
	into->is_windows |= from->is_windows;
}

static void fill_integration(struct hv_integration *into, const struct hv_integration *from)
{
	FILL(into, from, vss_setting);
	FILL(into, from, vss_status);
	FILL(into, from, version_state);
}

static bool has_name(const struct hv_vm *vm)
{
	return vm->name && *vm->name && !hv_utf8_caseeq(vm->name, vm->id);
}

static void vm_merge(void *into, const void *from)
{
	struct hv_vm *vm = into;
	const struct hv_vm *other = from;

	if (!has_name(vm))
		vm->name = other->name;
	if (vm->state == HV_VM_STATE_UNKNOWN)
		vm->state = other->state;
	if (vm->operation == HV_VM_OPERATION_OTHER)
		vm->operation = other->operation;
	FILL(vm, other, generation);
	FILL(vm, other, on_time_ms);
	FILL(vm, other, user_snapshot_type);
	if (other->scsi_controller.known && !vm->scsi_controller.value)
		vm->scsi_controller = other->scsi_controller; /* one of several rows has it */
	vm->fibre_channel |= other->fibre_channel;
	fill_place(&vm->configuration, &other->configuration);
	fill_place(&vm->snapshot_root, &other->snapshot_root);
	fill_place(&vm->swap_file_root, &other->swap_file_root);
	fill_guest(&vm->guest, &other->guest);
	FILL(vm, other, created_at);
	FILL(vm, other, last_backup);
	fill_integration(&vm->integration, &other->integration);
	vm->listed |= other->listed;
	vm->excluded |= other->excluded;
}

int hv_merge_vms(struct hv_host *host, struct hv_err *err)
{
	static const struct hv_rows_rule RULE = {
		.size = sizeof(struct hv_vm),
		.compare = vm_compare,
		.mergeable = vm_mergeable,
		.merge = vm_merge,
		.order = HV_ROWS_SORTED,
	};

	return hv_rows_arrange(&host->vms, &host->vm_count, &RULE, err);
}

static int volume_compare(const void *a, const void *b)
{
	const struct hv_volume *volume_a = a;
	const struct hv_volume *volume_b = b;

	return hv_compare_case(volume_a->device_id, volume_b->device_id);
}

static bool volume_mergeable(const void *row)
{
	const struct hv_volume *volume = row;

	return volume->device_id && *volume->device_id;
}

static void volume_merge(void *into, const void *from)
{
	struct hv_volume *volume = into;
	const struct hv_volume *other = from;

	FILL_TEXT(volume, other, name);
	FILL_TEXT(volume, other, label);
	FILL_TEXT(volume, other, file_system);
	FILL(volume, other, drive_type);
	FILL(volume, other, capacity_bytes);
	FILL(volume, other, free_bytes);
	FILL(volume, other, dirty);
	FILL(volume, other, access);
	volume->excluded |= other->excluded;
}

int hv_merge_volumes(struct hv_host *host, struct hv_err *err)
{
	static const struct hv_rows_rule RULE = {
		.size = sizeof(struct hv_volume),
		.compare = volume_compare,
		.mergeable = volume_mergeable,
		.merge = volume_merge,
		.order = HV_ROWS_AS_TOLD,
	};

	return hv_rows_arrange(&host->volumes, &host->volume_count, &RULE, err);
}

static int storage_compare(const void *a, const void *b)
{
	const struct hv_shadow_storage *storage_a = a;
	const struct hv_shadow_storage *storage_b = b;
	int order = hv_compare_case(storage_a->volume_id, storage_b->volume_id);

	return order ? order
		     : hv_compare_case(storage_a->diff_volume_id, storage_b->diff_volume_id);
}

static bool storage_mergeable(const void *row)
{
	const struct hv_shadow_storage *storage = row;

	return storage->volume_id && storage->diff_volume_id;
}

static void storage_merge(void *into, const void *from)
{
	struct hv_shadow_storage *storage = into;
	const struct hv_shadow_storage *other = from;

	FILL(storage, other, allocated_bytes);
	FILL(storage, other, used_bytes);
	FILL(storage, other, max_bytes);
}

int hv_merge_shadow_storages(struct hv_host *host, struct hv_err *err)
{
	static const struct hv_rows_rule RULE = {
		.size = sizeof(struct hv_shadow_storage),
		.compare = storage_compare,
		.mergeable = storage_mergeable,
		.merge = storage_merge,
		.order = HV_ROWS_AS_TOLD,
	};

	return hv_rows_arrange(&host->shadow_storages, &host->shadow_storage_count, &RULE, err);
}

static int disk_compare(const void *a, const void *b)
{
	const struct hv_disk *disk_a = a;
	const struct hv_disk *disk_b = b;
	int order = hv_compare_text(disk_a->owner_id, disk_b->owner_id);

	if (order)
		return order;
	order = hv_compare_case(disk_a->place.path, disk_b->place.path);
	return order ? order : (int)disk_a->kind - (int)disk_b->kind;
}

static bool disk_mergeable(const void *row)
{
	const struct hv_disk *disk = row;

	return disk->owner_id && disk->place.path;
}

static void disk_merge(void *into, const void *from)
{
	struct hv_disk *disk = into;
	const struct hv_disk *other = from;

	FILL_TEXT(disk, other, instance_id);
	FILL_TEXT(disk, other, parent);
	FILL(disk, other, shared);
	if (disk->bus == HV_BUS_UNKNOWN)
		disk->bus = other->bus;
	/* Numbers on another bus belong to another slot. */
	if (disk->bus == other->bus) {
		FILL(disk, other, controller);
		FILL(disk, other, slot);
	}
}

int hv_merge_disks(struct hv_host *host, struct hv_err *err)
{
	static const struct hv_rows_rule RULE = {
		.size = sizeof(struct hv_disk),
		.compare = disk_compare,
		.mergeable = disk_mergeable,
		.merge = disk_merge,
		.order = HV_ROWS_SORTED,
	};

	return hv_rows_arrange(&host->disks, &host->disk_count, &RULE, err);
}

static int checkpoint_compare(const void *a, const void *b)
{
	const struct hv_checkpoint *checkpoint_a = a;
	const struct hv_checkpoint *checkpoint_b = b;

	return hv_compare_text(checkpoint_a->id, checkpoint_b->id);
}

static bool checkpoint_mergeable(const void *row)
{
	const struct hv_checkpoint *checkpoint = row;

	return checkpoint->id != NULL;
}

static void checkpoint_merge(void *into, const void *from)
{
	struct hv_checkpoint *checkpoint = into;
	const struct hv_checkpoint *other = from;

	FILL_TEXT(checkpoint, other, vm_id);
	FILL_TEXT(checkpoint, other, name);
	FILL(checkpoint, other, created_at);
	FILL(checkpoint, other, automatic);
	/* A source that does not tell kinds calls every checkpoint a user's. */
	if (checkpoint->kind == HV_CHECKPOINT_USER)
		checkpoint->kind = other->kind;
}

int hv_merge_checkpoints(struct hv_host *host, struct hv_err *err)
{
	static const struct hv_rows_rule RULE = {
		.size = sizeof(struct hv_checkpoint),
		.compare = checkpoint_compare,
		.mergeable = checkpoint_mergeable,
		.merge = checkpoint_merge,
		.order = HV_ROWS_SORTED,
	};

	return hv_rows_arrange(&host->checkpoints, &host->checkpoint_count, &RULE, err);
}

static int event_compare(const void *a, const void *b)
{
	const struct hv_event *event_a = a;
	const struct hv_event *event_b = b;
	int order = hv_compare_usec(event_a->time, event_b->time);

	if (order == 0)
		order = hv_compare_u64(event_a->record_id, event_b->record_id);
	if (order == 0)
		order = hv_compare_u64(event_a->event_id, event_b->event_id);
	return order ? order : hv_compare_case(event_a->channel, event_b->channel);
}

/* Record ids start at 1. */
static bool event_mergeable(const void *row)
{
	const struct hv_event *event = row;

	return event->record_id != 0;
}

/* The log file itself holds no message, its export as XML may. */
static void event_merge(void *into, const void *from)
{
	struct hv_event *event = into;
	const struct hv_event *other = from;

	FILL_TEXT(event, other, computer);
	FILL_TEXT(event, other, vm_id);
	FILL_TEXT(event, other, vm_name);
	FILL(event, other, hresult);
	FILL_TEXT(event, other, message);
	if (event->level == 0)
		event->level = other->level;
	if (event->field_count == 0) {
		event->fields = other->fields;
		event->field_count = other->field_count;
	}
}

int hv_merge_events(struct hv_host *host, struct hv_err *err)
{
	static const struct hv_rows_rule RULE = {
		.size = sizeof(struct hv_event),
		.compare = event_compare,
		.mergeable = event_mergeable,
		.merge = event_merge,
		.order = HV_ROWS_SORTED,
	};

	return hv_rows_arrange(&host->events, &host->event_count, &RULE, err);
}

static int acl_compare_path(const void *a, const void *b)
{
	const struct hv_acl *acl_a = a;
	const struct hv_acl *acl_b = b;

	return hv_utf8_casecmp(acl_a->path, acl_b->path);
}

static bool any_acl(const void *row)
{
	(void)row;
	return true;
}

/* What could be read once is known. */
static void acl_merge(void *into, const void *from)
{
	struct hv_acl *acl = into;

	if (acl->error)
		*acl = *(const struct hv_acl *)from;
}

int hv_merge_acls(struct hv_host *host, struct hv_err *err)
{
	static const struct hv_rows_rule RULE = { .size = sizeof(struct hv_acl),
		.compare = acl_compare_path,
		.mergeable = any_acl,
		.merge = acl_merge,
		.order = HV_ROWS_SORTED };

	return hv_rows_arrange(&host->acls, &host->acl_count, &RULE, err);
}
