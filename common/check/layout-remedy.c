/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a disk is brought into a folder of its VM: by storage migration, or by hand where there is
 * none. */
#include <stddef.h>

#include "base/parse.h"
#include "base/utf.h"
#include "check/layout.h"
#include "check/need.h"
#include "check/powershell.h"

/* Another disk of the VM with the same file name on the same volume: both must not get one path. */
static bool has_namesake(const struct hv_vm *vm, const struct hv_disk *disk)
{
	const char *file = hv_path_file_name(disk->place.path);

	HV_FOREACH_DISK (other, vm)
		if (other != disk && hv_same_volume(&other->place, &disk->place) &&
			hv_utf8_caseeq(hv_path_file_name(other->place.path), file))
			return true;
	return false;
}

const char *hv_layout_new_folder(struct hv_arena *arena, const struct hv_vm *vm)
{
	return hv_path_folder_name(arena, hv_ps_printable(vm->name) ? vm->name : vm->id);
}

/* <volume>\<VM>\<file>, with a folder more between when another disk of the VM has that file name.
 * NULL when memory is short. */
static const char *new_path(
	struct hv_arena *arena, const struct hv_vm *vm, const struct hv_disk *disk)
{
	const struct hv_place *place = &disk->place;
	const char *folder = hv_layout_new_folder(arena, vm);
	const char *file = hv_path_file_name(place->path);
	const char *root = hv_arena_strndup(arena, place->path, place->root_len);
	const char *dir = hv_arena_strndup(arena, place->path, (size_t)(file - place->path));

	if (folder == NULL || root == NULL || dir == NULL)
		return NULL;
	if (!has_namesake(vm, disk))
		return hv_arena_printf(arena, "%s\\%s\\%s", root, folder, file);
	if (place->in_root)
		return hv_arena_printf(arena, "%s\\%s\\%s\\%s", root, folder, folder, file);
	return hv_arena_printf(arena, "%s%s\\%s", dir, folder, file); /* dir ends with '\' */
}

static bool has_recovery_checkpoint(const struct hv_vm *vm)
{
	HV_FOREACH_CHECKPOINT (checkpoint, vm)
		if (checkpoint->kind == HV_CHECKPOINT_RECOVERY)
			return true;
	return false;
}

/* What has to be true before the move works. */
static void before_the_move(struct hv_report *r, struct hv_finding *f, const struct hv_host *host,
	const struct hv_vm *vm, const struct hv_disk *disk)
{
	if (hv_path_is_differencing(disk->place.path))
		hv_finding_remedy(r, f,
			"First: the attached file is the differencing disk of a checkpoint; delete "
			"the VM's checkpoints, wait for the merge, and run check_hyperv_layout "
			"again for what to do about the base file.");
	if (!has_recovery_checkpoint(vm) || hv_layout_by_hand(host))
		return;
	hv_finding_remedy(r, f,
		"First: a recovery checkpoint exists and blocks the move; wait for the running "
		"backup, or remove it when none runs: Remove-VMSnapshot -VMSnapshot "
		"(Get-VMSnapshot %s -SnapshotType Recovery)",
		hv_need(r, hv_ps_vm(&r->arena, vm)));
}

static void move_online(struct hv_report *r, struct hv_finding *f, const struct hv_vm *vm,
	const struct hv_disk *disk, const char *to)
{
	const struct hv_volume *volume = disk->place.volume;
	char free_text[HV_BYTES_TEXT_MAX] = "";

	hv_finding_remedy(
		r, f, "%s", hv_need(r, hv_ps_move_disk(&r->arena, vm, disk->place.path, to)));
	if (volume != NULL && volume->free_bytes.known)
		hv_format_bytes(volume->free_bytes.value, free_text);
	hv_finding_remedy(r, f,
		"Use this or Hyper-V Manager's storage move, not Explorer: the move sets the "
		"permissions right, also while the VM runs. It makes a copy, so %s needs as much "
		"free space as the file is large%s%s%s; not possible during a backup.",
		disk->place.root, *free_text != '\0' ? " (" : "", free_text,
		*free_text != '\0' ? " are free now)" : "");
}

static const char *const bus_names[] = {
	[HV_BUS_UNKNOWN] = "",
	[HV_BUS_IDE] = "IDE ",
	[HV_BUS_SCSI] = "SCSI ",
	[HV_BUS_FLOPPY] = "",
};

/* KB2249906 for the permission; there is no storage migration before 2012. */
static void move_by_hand(struct hv_report *r, struct hv_finding *f, const struct hv_vm *vm,
	const struct hv_disk *disk, const char *to)
{
	struct hv_arena *arena = &r->arena;
	const char *dir = hv_arena_strndup(arena, to, (size_t)(hv_path_file_name(to) - to) - 1);

	if (*hv_need(r, dir) == '\0')
		return;
	hv_finding_remedy(r, f, "1. Shut the VM down in its operating system (not saved state).");
	hv_finding_remedy(r, f, "2. At a command prompt: mkdir %s & move %s %s",
		hv_need(r, hv_cmd_quote(arena, dir)),
		hv_need(r, hv_cmd_quote(arena, disk->place.path)),
		hv_need(r, hv_cmd_quote(arena, to)));
	if (disk->controller.known && disk->slot.known)
		hv_finding_remedy(r, f,
			"3. In the VM's settings, %scontroller %llu, location %llu: attach the "
			"moved file.",
			bus_names[disk->bus], (unsigned long long)disk->controller.value,
			(unsigned long long)disk->slot.value);
	else
		hv_finding_remedy(r, f,
			"3. In the VM's settings, attach the moved file to the controller and "
			"location it had.");
	hv_finding_remedy(r, f, "4. icacls %s /grant \"NT VIRTUAL MACHINE\\%s\":(F)",
		hv_need(r, hv_cmd_quote(arena, to)), vm->id);
}

void hv_layout_remedy(struct hv_report *r, struct hv_finding *f, const struct hv_host *host,
	const struct hv_vm *vm, const struct hv_disk *disk)
{
	const char *to = new_path(&r->arena, vm, disk);

	if (*hv_need(r, to) == '\0')
		return;
	before_the_move(r, f, host, vm, disk);
	if (!hv_ps_printable(disk->place.path))
		hv_finding_remedy(r, f,
			"The file's name cannot be printed in a command: move it in Hyper-V "
			"Manager (Move, the virtual machine's storage) into a folder of the VM.");
	else if (hv_path_is_differencing(disk->place.path))
		return; /* moved alone, it would lose its parent */
	else if (hv_layout_by_hand(host))
		move_by_hand(r, f, vm, disk, to);
	else
		move_online(r, f, vm, disk, to);
}
