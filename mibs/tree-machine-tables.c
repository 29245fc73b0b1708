/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The volumes and virtual machines that the last poll found. */
#include <stddef.h>

#include "mibs/tree-parts.h"

/* The whole of hvbVolumeFreePercent. */
enum { PERCENT_HUNDREDTHS = 10000 };

/* Hundredths of a per cent, without an overflow on the way. */
static uint64_t share(uint64_t part, uint64_t whole)
{
	if (part >= whole)
		return PERCENT_HUNDREDTHS;
	if (part <= UINT64_MAX / PERCENT_HUNDREDTHS)
		return part * PERCENT_HUNDREDTHS / whole;
	return part / (whole / PERCENT_HUNDREDTHS);
}

static bool volume_free_percent(HV_TREE_COLUMN_ARGS)
{
	const struct hv_snapshot_volume *volume = row->row;

	return volume->capacity_bytes.known && volume->capacity_bytes.value > 0 &&
	       volume->free_bytes.known && !hv_tree_is_expired(row) &&
	       hv_tree_set_gauge(
		       ret, share(volume->free_bytes.value, volume->capacity_bytes.value));
}

#define AT(member) offsetof(struct hv_snapshot_volume, member)
static const struct hv_tree_column volume_columns[] = {
	{ .id = 1, .name = "hvbVolumeIndex", .type = HV_MIB_OCTETS },
	{ .id = 2,
		.name = "hvbVolumeName",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(title) },
	{ .id = 3,
		.name = "hvbVolumeLabel",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(label) },
	{ .id = 4,
		.name = "hvbVolumeFileSystem",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(file_system) },
	{ .id = 5,
		.name = "hvbVolumeCapacity",
		.type = HV_MIB_COUNTER64,
		.value = hv_tree_known_number,
		.at = AT(capacity_bytes) },
	{ .id = 6,
		.name = "hvbVolumeFree",
		.type = HV_MIB_COUNTER64,
		.value = hv_tree_known_number,
		.at = AT(free_bytes) },
	{ .id = 7,
		.name = "hvbVolumeFreePercent",
		.type = HV_MIB_UNSIGNED,
		.value = volume_free_percent },
	{ .id = 8, .name = "hvbVolumeAge", .type = HV_MIB_UNSIGNED, .value = hv_tree_age },
	{ .id = 9, .name = "hvbVolumeStale", .type = HV_MIB_INTEGER, .value = hv_tree_stale },
};

static const void *volume_rows(const struct hv_board_host *host, size_t *ret_count)
{
	*ret_count = host->has_snapshot ? host->snapshot.volume_count : 0;
	return host->snapshot.volumes;
}

static struct hv_tree_index volume_index(const void *row)
{
	const struct hv_snapshot_volume *volume = row;

	return (struct hv_tree_index){
		.texts = { volume->volume },
		.text_count = 1,
	};
}

const struct hv_tree_table hv_tree_volume_table = {
	.prefix = { 6, 1 },
	.prefix_len = 2,
	.columns = volume_columns,
	.column_count = HV_ARRAY_LEN(volume_columns),
	.rows = volume_rows,
	.row_size = sizeof(struct hv_snapshot_volume),
	.index = volume_index,
};
#undef AT

static bool count(HV_TREE_COLUMN_ARGS)
{
	const uint64_t *number = hv_tree_member(column, row);

	return !hv_tree_is_expired(row) && hv_tree_set_gauge(ret, *number);
}

/* HvbMachineState. */
enum {
	MACHINE_RUNNING = 1,
	MACHINE_OFF,
	MACHINE_SAVED,
	MACHINE_PAUSED,
	MACHINE_CHANGING,
	MACHINE_NOT_KNOWN
};

static unsigned int machine_state(enum hv_vm_state state)
{
	switch (state) {
	case HV_VM_RUNNING:
		return MACHINE_RUNNING;
	case HV_VM_OFF:
		return MACHINE_OFF;
	case HV_VM_SAVED:
		return MACHINE_SAVED;
	case HV_VM_PAUSED:
		return MACHINE_PAUSED;
	case HV_VM_CHANGING:
		return MACHINE_CHANGING;
	case HV_VM_STATE_UNKNOWN:
		break;
	}
	return MACHINE_NOT_KNOWN;
}

static bool vm_state(HV_TREE_COLUMN_ARGS)
{
	const struct hv_snapshot_vm *vm = row->row;

	return hv_tree_set_number(
		ret, machine_state(hv_tree_is_expired(row) ? HV_VM_STATE_UNKNOWN : vm->state));
}

static bool vm_last_backup(HV_TREE_COLUMN_ARGS)
{
	const struct hv_snapshot_vm *vm = row->row;

	return vm->last_backup.known && hv_tree_set_date(ret, vm->last_backup.usec);
}

/* HvbVerdict. */
enum { VERDICT_GOOD = 1, VERDICT_RISK, VERDICT_BAD, VERDICT_NOT_KNOWN };

static unsigned int verdict(enum hv_outlook outlook)
{
	switch (outlook) {
	case HV_OUTLOOK_GOOD:
		return VERDICT_GOOD;
	case HV_OUTLOOK_RISK:
		return VERDICT_RISK;
	case HV_OUTLOOK_BAD:
		return VERDICT_BAD;
	case HV_OUTLOOK_UNKNOWN:
	case HV_OUTLOOK_COUNT:
		break;
	}
	return VERDICT_NOT_KNOWN;
}

static bool vm_verdict(HV_TREE_COLUMN_ARGS)
{
	const struct hv_snapshot_vm *vm = row->row;

	return hv_tree_set_number(
		ret, verdict(hv_tree_is_expired(row) ? HV_OUTLOOK_UNKNOWN : vm->outlook));
}

#define AT(member) offsetof(struct hv_snapshot_vm, member)
static const struct hv_tree_column vm_columns[] = {
	{ .id = 1, .name = "hvbVmId", .type = HV_MIB_OCTETS },
	{ .id = 2,
		.name = "hvbVmName",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(name) },
	{ .id = 3, .name = "hvbVmState", .type = HV_MIB_INTEGER, .value = vm_state },
	{ .id = 4,
		.name = "hvbVmGuest",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(guest) },
	{ .id = 5, .name = "hvbVmDisks", .type = HV_MIB_UNSIGNED, .value = count, .at = AT(disks) },
	{ .id = 6,
		.name = "hvbVmCheckpoints",
		.type = HV_MIB_UNSIGNED,
		.value = count,
		.at = AT(checkpoints) },
	{ .id = 7, .name = "hvbVmLastBackup", .type = HV_MIB_OCTETS, .value = vm_last_backup },
	{ .id = 8, .name = "hvbVmVerdict", .type = HV_MIB_INTEGER, .value = vm_verdict },
	{ .id = 9,
		.name = "hvbVmCulprit",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_long_text,
		.at = AT(culprit) },
	{ .id = 10,
		.name = "hvbVmRemedy",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_long_text,
		.at = AT(remedy) },
	{ .id = 11, .name = "hvbVmAge", .type = HV_MIB_UNSIGNED, .value = hv_tree_age },
	{ .id = 12, .name = "hvbVmStale", .type = HV_MIB_INTEGER, .value = hv_tree_stale },
};

static const void *vm_rows(const struct hv_board_host *host, size_t *ret_count)
{
	*ret_count = host->has_snapshot ? host->snapshot.vm_count : 0;
	return host->snapshot.vms;
}

static struct hv_tree_index vm_index(const void *row)
{
	const struct hv_snapshot_vm *vm = row;

	return (struct hv_tree_index){
		.texts = { vm->vm },
		.text_count = 1,
	};
}

const struct hv_tree_table hv_tree_vm_table = {
	.prefix = { 7, 1 },
	.prefix_len = 2,
	.columns = vm_columns,
	.column_count = HV_ARRAY_LEN(vm_columns),
	.rows = vm_rows,
	.row_size = sizeof(struct hv_snapshot_vm),
	.index = vm_index,
};
#undef AT
