/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How checkpoints are removed, and what brings a merge about that did not happen. */
#include <string.h>

#include "base/utf.h"
#include "check/checkpoints.h"
#include "check/layout.h"
#include "check/need.h"
#include "check/powershell.h"

const char *hv_checkpoint_title(const struct hv_checkpoint *checkpoint)
{
	return checkpoint->name != NULL && *checkpoint->name != '\0' ? checkpoint->name
								     : checkpoint->id;
}

/* The arguments that name the VM. These commands delete: where the name is not told, or another VM
 * has it too, the id stands. NULL when memory is short. */
static const char *vm_arguments(
	struct hv_arena *arena, const struct hv_host *host, const struct hv_vm *vm)
{
	const struct hv_vm *end = host->vms + host->vm_count; /* sorted by name */
	const bool is_shared = (vm > host->vms && hv_utf8_caseeq(vm[-1].name, vm->name)) ||
			       (vm + 1 < end && hv_utf8_caseeq(vm[1].name, vm->name));

	if (!is_shared && !hv_utf8_caseeq(vm->name, vm->id))
		return hv_ps_vm(arena, vm);
	return hv_arena_printf(arena, "-VM (Get-VM -Id '%s')", vm->id);
}

static bool has_namesake(const struct hv_vm *vm, const struct hv_checkpoint *checkpoint)
{
	HV_FOREACH_CHECKPOINT (other, vm)
		if (other != checkpoint && other->name != NULL &&
			hv_utf8_caseeq(other->name, checkpoint->name))
			return true;
	return false;
}

/* Whether a command may call it by its name: it must mean this checkpoint and no other. */
static bool has_good_name(const struct hv_vm *vm, const struct hv_checkpoint *checkpoint)
{
	const char *name = checkpoint->name;

	return name != NULL && *name != '\0' && strpbrk(name, "*?[]`") == NULL &&
	       hv_ps_printable(name) && !has_namesake(vm, checkpoint);
}

/* The command that removes one checkpoint. NULL when memory is short. [Remove-VMSnapshot] */
static const char *remove_command(struct hv_arena *arena, const struct hv_host *host,
	const struct hv_vm *vm, const struct hv_checkpoint *checkpoint)
{
	const bool by_name = has_good_name(vm, checkpoint);
	const char *quoted = hv_ps_quote(arena, by_name ? checkpoint->name : checkpoint->id);
	const char *vm_args = by_name ? vm_arguments(arena, host, vm) : "";

	if (quoted == NULL || vm_args == NULL)
		return NULL;
	if (by_name)
		return hv_arena_printf(arena, "Remove-VMSnapshot %s -Name %s", vm_args, quoted);
	return hv_arena_printf(
		arena, "Remove-VMSnapshot -VMSnapshot (Get-VMSnapshot -Id %s)", quoted);
}

/* A backup's checkpoint cannot be deleted in Hyper-V Manager [KB3059372]. */
static void remove_backup(struct hv_report *r, struct hv_finding *f, const struct hv_host *host,
	const struct hv_vm *vm)
{
	const char *vm_args = hv_need(r, vm_arguments(&r->arena, host, vm));

	hv_finding_remedy(r, f,
		"When no backup of the VM runs: Remove-VMSnapshot -VMSnapshot (Get-VMSnapshot %s "
		"-SnapshotType Recovery)",
		vm_args);
	hv_finding_remedy(r, f,
		"Hyper-V Manager cannot delete it. The merge that follows needs free space on the "
		"volumes of the VM's disks.");
}

static void remove_by_hand(struct hv_report *r, struct hv_finding *f)
{
	hv_finding_remedy(r, f,
		"Delete what is not needed in Hyper-V Manager, then shut the VM down in its "
		"operating system and leave it off until the merge is done: before Windows Server "
		"2012 the disks merge only then.");
}

void hv_checkpoint_remedy_age(struct hv_report *r, struct hv_finding *f,
	const struct hv_checkpoint_query *query, const struct hv_vm *vm,
	enum hv_checkpoint_class which, hv_usec age)
{
	const struct hv_host *host = query->host;
	uint64_t found = 0;
	hv_usec its_age;

	if (hv_layout_by_hand(host)) {
		remove_by_hand(r, f);
		return;
	}
	if (which == HV_CHECKPOINTS_BACKUP) {
		remove_backup(r, f, host, vm);
		return;
	}
	HV_FOREACH_CHECKPOINT (checkpoint, vm) {
		if (hv_checkpoint_class(checkpoint) != which ||
			!hv_checkpoint_age(checkpoint, query->now, &its_age) || its_age <= age)
			continue;
		if (found++ < HV_CHECKPOINTS_MAX_NAMED)
			hv_finding_remedy(r, f, "%s",
				hv_need(r, remove_command(&r->arena, host, vm, checkpoint)));
	}
	if (found > HV_CHECKPOINTS_MAX_NAMED)
		hv_finding_remedy(r, f, "The other %llu: Get-VMSnapshot %s",
			(unsigned long long)(found - HV_CHECKPOINTS_MAX_NAMED),
			hv_need(r, vm_arguments(&r->arena, host, vm)));
	hv_finding_remedy(r, f,
		"The merge that follows runs by itself and needs free space on the volumes of the "
		"VM's disks.");
}

void hv_checkpoint_remedy_missing(struct hv_report *r, struct hv_finding *f,
	const struct hv_host *host, const struct hv_vm *vm)
{
	hv_finding_remedy(r, f, "Get-VMSnapshot %s", hv_need(r, vm_arguments(&r->arena, host, vm)));
	hv_finding_remedy(r, f,
		"Bring the files back to where they were, from a backup when they are lost; do not "
		"merge disks by hand.");
}

/* A checkpoint made and deleted starts the merge anew. */
void hv_checkpoint_remedy_unmerged(struct hv_report *r, struct hv_finding *f,
	const struct hv_host *host, const struct hv_vm *vm)
{
	if (hv_layout_by_hand(host)) {
		hv_finding_remedy(r, f,
			"Shut the VM down in its operating system (not saved state) and leave it "
			"off until the merge is done: before Windows Server 2012 the disks merge "
			"only then.");
		return;
	}
	hv_finding_remedy(r, f, "Checkpoint-VM -VM (Get-VM -Id %s) -SnapshotName 'merge'",
		hv_need(r, hv_ps_quote(&r->arena, vm->id)));
	hv_finding_remedy(r, f, "Remove-VMSnapshot %s -Name 'merge'",
		hv_need(r, vm_arguments(&r->arena, host, vm)));
	hv_finding_remedy(r, f,
		"Then wait for the merge. It needs free space, ideally as much as the disk is "
		"large. When it fails, check_hyperv_events tells why. Do not merge disks by hand.");
}

void hv_checkpoint_remedy_count(struct hv_report *r, struct hv_finding *f,
	const struct hv_host *host, const struct hv_vm *vm)
{
	if (hv_layout_by_hand(host))
		remove_by_hand(r, f);
	else
		hv_finding_remedy(r, f,
			"Look with Get-VMSnapshot %s and remove what is not needed with "
			"Remove-VMSnapshot.",
			hv_need(r, vm_arguments(&r->arena, host, vm)));
}
