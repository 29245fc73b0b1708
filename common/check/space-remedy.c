/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to do about a volume or a shadow storage that runs full (reference: Move-VMStorage,
 * vssadmin). Never to move the checkpoint folder: from 2012 on that frees nothing, before it breaks
 * online backup. */
#include <stddef.h>
#include <stdint.h>

#include "check/layout.h"
#include "check/need.h"
#include "check/powershell.h"
#include "check/space.h"

enum {
	MIB = 1 << 20,
	MIN_SHADOW_MIB = 320, /* what Windows takes at least [MinDiffAreaFileSize] */
};

static bool before_2012(const struct hv_host *host)
{
	return hv_layout_by_hand(host);
}

/* What grows on the volume depends on the host's version. */
static void add_why(
	const struct hv_space_job *job, struct hv_finding *f, const struct hv_volume_use *use)
{
	const char *what;

	if (before_2012(job->host))
		what = "On this host the differencing disks of checkpoints (.avhd) grow in the "
		       "checkpoint folder, and a backup keeps its shadow copies on the volume of "
		       "the disks.";
	else if (use->users[HV_USE_DISKS].count > 0)
		what = "From Windows Server 2012 on a checkpoint creates a differencing disk "
		       "(.avhdx) beside each virtual hard disk, also the checkpoint of a backup; "
		       "it can grow as large as the disk.";
	else if (use->users[HV_USE_SHADOW_COPIES].count > 0)
		what = "The shadow copies that a backup makes of other volumes are kept here.";
	else if (use->users[HV_USE_SNAPSHOT_FOLDER].count > 0)
		what = "A checkpoint writes the configuration and the saved memory of the VM here.";
	else
		what = "A VM that restarts while the host is short of memory pages here.";
	hv_finding_why(job->out, f,
		"%s Without room the checkpoint or the shadow copy fails, and with it the backup; "
		"a full volume can pause its VMs. The default of 15 %% is a rule from the field, "
		"not Microsoft's; Hyper-V itself warned under 2 GB and paused VMs under 200 MB.",
		what);
}

static const char *volume_argument(struct hv_report *r, const char *title)
{
	return hv_need(r, hv_cmd_argument(&r->arena, title));
}

/* One disk, as an example, to the volume with most room. */
static void remedy_move_disk(
	const struct hv_space_job *job, struct hv_finding *f, const struct hv_volume_use *use)
{
	struct hv_arena *arena = &job->out->arena;
	const struct hv_disk *disk = use->disk;
	const char *folder, *to;

	if (disk == NULL)
		return;
	if (before_2012(job->host)) {
		hv_finding_remedy(job->out, f,
			"Or shut a VM down, move all its disks and its checkpoint folder to one "
			"other volume, attach the disks there, and for each: icacls \"FILE\" "
			"/grant \"NT VIRTUAL MACHINE\\VM-GUID\":(F)");
		return;
	}
	folder = hv_layout_new_folder(arena, disk->vm);
	(void)hv_need(job->out, folder);
	if (job->spare == NULL || folder == NULL || !hv_ps_printable(disk->place.path)) {
		hv_finding_remedy(job->out, f,
			"Or move a virtual hard disk to another volume, into a folder of the VM, "
			"with Move-VMStorage.");
		return;
	}
	to = hv_arena_printf(arena, "%s\\%s\\%s", job->spare->title, folder,
		hv_path_file_name(disk->place.path));
	if (to != NULL)
		hv_finding_remedy(job->out, f,
			"Or move a virtual hard disk to a volume with room for it, for example: %s",
			hv_need(job->out, hv_ps_move_disk(arena, disk->vm, disk->place.path, to)));
}

static void remedy_move_shadow_storage(
	const struct hv_space_job *job, struct hv_finding *f, const struct hv_volume *volume)
{
	const struct hv_shadow_storage *storage = volume->shadow_storage;
	const char *from = volume_argument(job->out, volume->title);
	uint64_t mib = volume->capacity_bytes.value / 10 / MIB;

	if (storage == NULL || storage->diff_volume != volume || job->spare == NULL)
		return;
	if (mib < MIN_SHADOW_MIB)
		mib = MIN_SHADOW_MIB;
	hv_finding_remedy(job->out, f,
		"Or keep its shadow copies elsewhere (this deletes the present ones): vssadmin "
		"delete shadowstorage /for=%s /on=%s, then vssadmin add shadowstorage /for=%s "
		"/on=%s /maxsize=%lluMB",
		from, from, from, volume_argument(job->out, job->spare->title),
		(unsigned long long)mib);
}

void hv_space_remedy(
	const struct hv_space_job *job, struct hv_finding *f, const struct hv_volume_use *use)
{
	const struct hv_volume *volume = use->volume;

	add_why(job, f, use);
	hv_finding_remedy(job->out, f,
		"Extend the volume, or delete checkpoints (%s) and shadow copies (vssadmin list "
		"%s=%s) that nobody needs.",
		before_2012(job->host) ? "in Hyper-V Manager" : "Get-VMSnapshot -VMName *",
		hv_volume_has_files(use) ? "shadows /for" : "shadowstorage /on",
		volume_argument(job->out, volume->title));
	remedy_move_disk(job, f, use);
	remedy_move_shadow_storage(job, f, volume);
	if (before_2012(job->host))
		hv_finding_remedy(job->out, f,
			"Leave a checkpoint folder on the volume of its VM's disks: online backup "
			"needs it there.");
	else if (use->users[HV_USE_DISKS].count > 0)
		hv_finding_remedy(job->out, f,
			"Another checkpoint folder does not help: the differencing disks stay "
			"beside the disks.");
}

void hv_space_shadow_remedy(
	const struct hv_space_job *job, struct hv_finding *f, const struct hv_volume *volume)
{
	const struct hv_shadow_storage *storage = volume->shadow_storage;
	const struct hv_volume *on = storage->diff_volume;
	const char *from = volume_argument(job->out, volume->title);
	const uint64_t more = storage->max_bytes.value / 2;

	hv_finding_remedy(job->out, f,
		"Delete the oldest shadow copy: vssadmin delete shadows /for=%s /oldest", from);
	if (on != NULL && on->free_bytes.known && more < on->free_bytes.value &&
		storage->max_bytes.value <= UINT64_MAX - more)
		hv_finding_remedy(job->out, f,
			"Or raise the maximum: vssadmin resize shadowstorage /for=%s /on=%s "
			"/maxsize=%lluMB",
			from, volume_argument(job->out, on->title),
			(unsigned long long)((storage->max_bytes.value + more) / MIB));
	else
		remedy_move_shadow_storage(job, f, volume);
}
