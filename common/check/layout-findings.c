/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layout of one VM in words. */
#include "check/layout-findings.h"

#include <string.h>

#include "check/need.h"
#include "check/powershell.h"

/* One VM while it is judged. */
struct job {
	const struct hv_layout_query *query;
	const struct hv_vm *vm;
	struct hv_report *out;
	const char *title;
	struct hv_vm_layout layout;
	uint64_t faults, unjudged;
};

/* A file or folder of the VM that has a place of its own. */
struct file {
	const struct hv_place *place;
	const char *what; /* NULL: a disk, its path says enough */
};

/* The state of a rule that is not about a single disk. */
static enum hv_state state_of(const struct job *job, const char *rule)
{
	return hv_rule_state(
		job->query->rules, rule, hv_layout_default_state(job->query->host, job->vm, rule));
}

/* The i-th place that the rules judge: live virtual disks, then the folders. False: nothing there.
 */
static bool file_at(const struct hv_vm *vm, size_t i, struct file *ret)
{
	struct file file;

	if (i < vm->disk_count) {
		if (vm->disks == NULL || !hv_layout_judges(&vm->disks[i]))
			return false;
		file = (struct file){ .place = &vm->disks[i].place };
	} else if (i == vm->disk_count) {
		file = (struct file){ .place = &vm->configuration, .what = "configuration folder" };
	} else {
		file = (struct file){ .place = &vm->snapshot_root, .what = "checkpoint folder" };
	}
	if (file.place->key == NULL)
		return false;
	*ret = file;
	return true;
}

static size_t file_count(const struct hv_vm *vm)
{
	return vm->disk_count + 2;
}

/* "the checkpoint folder D:\" or the path of a disk. NULL when memory is short. */
static const char *file_text(struct hv_arena *arena, const struct file *file)
{
	if (file->what == NULL)
		return file->place->path;
	return hv_arena_printf(arena, "the %s %s", file->what, file->place->path);
}

/* Never silently OK: what cannot be placed cannot be judged. */
static void not_understood(struct job *job, const char *what, const char *path)
{
	job->unjudged++;
	if (path != NULL)
		hv_report_add(job->out, HV_UNKNOWN, job->title, NULL,
			"%s not judged, its path is not understood: %s", what, path);
	else
		hv_report_add(job->out, HV_UNKNOWN, job->title, NULL,
			"%s not judged, its path is not told", what);
}

static void judge_understood(struct job *job)
{
	const struct hv_vm *vm = job->vm;

	HV_FOREACH_DISK (disk, vm) {
		if (disk->kind == HV_DISK_VHD && disk->place.key == NULL)
			not_understood(job, "a virtual hard disk", disk->place.path);
		if (disk->kind == HV_DISK_OTHER && disk->place.path != NULL) {
			job->unjudged++;
			hv_report_add(job->out, HV_UNKNOWN, job->title, NULL,
				"%s not judged, it is not told what kind of disk it is",
				disk->place.path);
		}
	}
	if (vm->configuration.path != NULL && vm->configuration.key == NULL)
		not_understood(job, "the configuration folder", vm->configuration.path);
	if (vm->snapshot_root.path != NULL && vm->snapshot_root.key == NULL)
		not_understood(job, "the checkpoint folder", vm->snapshot_root.path);
}

/* Why a disk bare in a root fails the backup; depends on what is known of host and guest. */
static void why_split_root(struct job *job, struct hv_finding *f)
{
	const struct hv_host *host = job->query->host;
	const char *doubt = "";

	if (host->version.known && hv_version_cmp(host->version, HV_WINDOWS_2012_R2) < 0) {
		hv_finding_why(job->out, f,
			"Microsoft does not support files of virtual machines in the root of a "
			"volume (KB2928127). From Windows Server 2012 R2 on, the backup of such a "
			"VM fails with 0x80070002.");
		return;
	}
	if (!host->version.known)
		doubt = " The host's version is not known and taken as 2012 R2 or later.";
	else if (!job->vm->guest.os_version.known || !job->vm->guest.is_windows)
		doubt = " The guest's Windows version is not known and taken as an affected one.";
	else if (hv_version_cmp(job->vm->guest.os_version, HV_WINDOWS_2008_R2) >= 0)
		doubt = " That was seen with guests older than this one (Windows 6.0) only.";
	hv_finding_why(job->out, f,
		"Microsoft does not support files of virtual machines in the root of a volume "
		"(KB2928127): Hyper-V cannot control the permissions there. With disks on two "
		"volumes the backup's checkpoint fails with 0x80070002, and the event names the "
		"VM's first disk instead of this one.%s",
		doubt);
}

static void why_disk(struct job *job, struct hv_finding *f, const char *rule)
{
	if (strcmp(rule, HV_RULE_SPLIT_ROOT) == 0)
		why_split_root(job, f);
	else if (strcmp(rule, HV_RULE_ROOT) == 0)
		hv_finding_why(job->out, f,
			"Microsoft does not support files of virtual machines in the root of a "
			"volume or share (KB2928127): Hyper-V cannot control the permissions "
			"there.");
	else
		hv_finding_why(job->out, f,
			"The known cure of backups that fail with 0x80070002 for VMs with disks on "
			"two volumes is a folder of the VM's name on the second one. Whether the "
			"name matters is not established; --rule vm-folder=ok silences this.");
}

static void add_disk(
	struct job *job, enum hv_state state, const char *rule, const struct hv_disk *disk)
{
	struct hv_arena *arena = &job->out->arena;
	const struct hv_place *place = &disk->place;
	const char *others = hv_volume_list_text(arena, &job->layout.volumes, place);
	struct hv_finding *f;

	if (strcmp(rule, HV_RULE_VM_FOLDER) == 0)
		f = hv_report_add(job->out, state, job->title, rule,
			"%s lies in no folder named after the VM, other disks on %s", place->path,
			others);
	else if (hv_layout_is_split(&job->layout))
		f = hv_report_add(job->out, state, job->title, rule,
			"%s lies in the root of %s, other disks on %s", place->path, place->root,
			others);
	else
		f = hv_report_add(job->out, state, job->title, rule, "%s lies in the root of %s",
			place->path, place->root);
	hv_finding_blame(job->out, f, place->path);
	why_disk(job, f, rule);
	hv_layout_remedy(job->out, f, job->query->host, job->vm, disk);
}

/* One finding per disk, with the worst rule. */
static void judge_disks(struct job *job, struct hv_layout_tally *tally)
{
	enum hv_state worst = HV_OK;
	uint64_t found = 0;

	HV_FOREACH_DISK (disk, job->vm) {
		const char *rule = NULL;
		const enum hv_state state = hv_layout_judge_disk(
			job->query->host, &job->layout, disk, job->query->rules, &rule);

		tally->root_disks += hv_layout_judges(disk) && disk->place.in_root;
		if (state == HV_OK)
			continue;
		found++;
		worst = hv_state_worse(worst, state);
		if (found <= HV_LAYOUT_MAX_DISK_FINDINGS)
			add_disk(job, state, rule, disk);
	}
	if (found > HV_LAYOUT_MAX_DISK_FINDINGS)
		hv_report_add(job->out, worst, job->title, NULL,
			"and %llu further disks like these",
			(unsigned long long)(found - HV_LAYOUT_MAX_DISK_FINDINGS));
	job->faults += found;
}

/* 'D:\sql01', quoted for PowerShell, on the volume of a place. NULL when memory is short. */
static const char *new_folder(struct job *job, const struct hv_place *place)
{
	struct hv_arena *arena = &job->out->arena;
	const char *folder = hv_layout_new_folder(arena, job->vm);
	const char *path =
		folder != NULL ? hv_arena_printf(arena, "%s\\%s", place->root, folder) : NULL;

	return path != NULL ? hv_ps_quote(arena, path) : NULL;
}

/* A folder that is the root itself: its files are handled like those in the root. */
static void judge_root_folder(
	struct job *job, const struct hv_place *folder, const char *what, const char *parameter)
{
	struct hv_arena *arena = &job->out->arena;
	const enum hv_state state = state_of(job, HV_RULE_ROOT);
	struct hv_finding *f;

	if (folder->key == NULL || !folder->in_root || state == HV_OK)
		return;
	job->faults++;
	f = hv_report_add(job->out, state, job->title, HV_RULE_ROOT, "the %s is the root of %s",
		what, folder->root);
	hv_finding_why(job->out, f,
		"Microsoft supports files of virtual machines only in a subfolder of a volume or "
		"share (KB2928127).");
	if (hv_layout_by_hand(job->query->host))
		hv_finding_remedy(job->out, f,
			"Export the VM, remove it, and import it from a subfolder; or, without "
			"checkpoints, choose another checkpoint folder on the same volume in its "
			"settings.");
	else
		hv_finding_remedy(job->out, f, "Move-VMStorage %s -%s %s",
			hv_need(job->out, hv_ps_vm(arena, job->vm)), parameter,
			hv_need(job->out, new_folder(job, folder)));
}

static void remedy_snapshot_volume(struct job *job, struct hv_finding *f)
{
	struct hv_arena *arena = &job->out->arena;

	if (job->layout.volumes.count > 1)
		hv_finding_remedy(job->out, f,
			"No checkpoint folder fits disks on several volumes: bring the disks to "
			"one volume first.");
	else if (hv_layout_by_hand(job->query->host))
		hv_finding_remedy(job->out, f,
			"Delete the VM's checkpoints, shut it down so that they merge, and choose "
			"a folder on %s as its snapshot file location in its settings.",
			job->layout.volumes.places[0]->root);
	else
		hv_finding_remedy(job->out, f, "Move-VMStorage %s -SnapshotFilePath %s",
			hv_need(job->out, hv_ps_vm(arena, job->vm)),
			hv_need(job->out, new_folder(job, job->layout.volumes.places[0])));
}

static void judge_snapshot_volume(struct job *job, struct hv_layout_tally *tally)
{
	const struct hv_place *folder = &job->vm->snapshot_root;
	const struct hv_volume_list *volumes = &job->layout.volumes;
	const enum hv_state state = state_of(job, HV_RULE_SNAPSHOT_VOLUME);
	struct hv_finding *f;

	if (state == HV_OK || volumes->count == 0)
		return;
	if (folder->path == NULL)
		tally->no_snapshot_folder++;
	if (folder->key == NULL)
		return;
	if (volumes->count == 1 && hv_same_volume(folder, volumes->places[0]))
		return;
	job->faults++;
	f = hv_report_add(job->out, state, job->title, HV_RULE_SNAPSHOT_VOLUME,
		"the checkpoint folder %s lies on %s, disks on %s", folder->path, folder->root,
		hv_volume_list_text(&job->out->arena, volumes, folder));
	hv_finding_why(job->out, f,
		"Before Windows Server 2012 R2, online backup needs the checkpoint folder on the "
		"same volume as every VHD file; otherwise the VM is saved during the backup, or "
		"its backup fails.");
	remedy_snapshot_volume(job, f);
}

static bool has_no_letter(const struct hv_place *place)
{
	if (place->volume == NULL)
		return place->kind == HV_PATH_VOLUME;
	return !hv_volume_has_path(place->volume);
}

static bool outside_backup(const struct job *job, const struct hv_place *place)
{
	return !hv_volume_set_contains(job->query->backup, place);
}

/* The first file for which a rule about places holds, and all volumes that it holds for. */
struct places {
	struct file first;
	struct hv_volume_list volumes;
};

static void judge_no_letter(struct job *job)
{
	const enum hv_state state = state_of(job, HV_RULE_NO_LETTER);
	struct places hit = { .volumes.count = 0 };
	struct file file;
	struct hv_finding *f;

	for (size_t i = 0; state != HV_OK && i < file_count(job->vm); i++) {
		if (!file_at(job->vm, i, &file) || !has_no_letter(file.place))
			continue;
		if (hit.volumes.count == 0)
			hit.first = file;
		hv_volume_list_add(&hit.volumes, file.place);
	}
	if (hit.volumes.count == 0)
		return;
	job->faults++;
	f = hv_report_add(job->out, state, job->title, HV_RULE_NO_LETTER,
		"%s lies on a volume without drive letter or mount path: %s",
		file_text(&job->out->arena, &hit.first),
		hv_volume_list_text(&job->out->arena, &hit.volumes, NULL));
	hv_finding_why(job->out, f,
		"On Windows Server 2008 and 2008 R2 the backup does not find files on such volumes "
		"(KB958184).");
	hv_finding_remedy(job->out, f,
		"Shut the VM down, give the volume a drive letter or a mount path (mountvol X: "
		"%s), and attach the VM's disks by that path.",
		hit.first.place->root);
}

static void judge_backup_set(struct job *job)
{
	const enum hv_state state = state_of(job, HV_RULE_BACKUP_SET);
	struct hv_arena *arena = &job->out->arena;
	struct places hit = { .volumes.count = 0 };
	struct file file;
	const char *where;
	struct hv_finding *f;

	if (job->query->backup->count == 0 || state == HV_OK)
		return;
	for (size_t i = 0; i < file_count(job->vm); i++) {
		if (!file_at(job->vm, i, &file) || !outside_backup(job, file.place))
			continue;
		if (hit.volumes.count == 0)
			hit.first = file;
		hv_volume_list_add(&hit.volumes, file.place);
	}
	if (hit.volumes.count == 0)
		return;
	job->faults++;
	where = hv_volume_list_text(arena, &hit.volumes, NULL);
	f = hv_report_add(job->out, state, job->title, HV_RULE_BACKUP_SET,
		"%s lies on %s, the backup contains %s only%s%s", file_text(arena, &hit.first),
		hit.first.place->root, job->query->backup->text,
		hit.volumes.count > 1 ? "; missing are " : "", hit.volumes.count > 1 ? where : "");
	hv_finding_why(job->out, f,
		"A backup by volumes that lacks one of a VM's volumes fails for that VM with "
		"0x800423F0 (inconsistent shadow copy, KB958662).");
	hv_finding_remedy(job->out, f,
		"Add %s to the volumes of the backup, or move the VM's files to volumes that it "
		"contains.",
		where);
}

/* Good news, for -v. */
static void tell_ok(struct job *job)
{
	const struct hv_vm_layout *layout = &job->layout;

	if (layout->disk_count == 0)
		hv_report_add(job->out, HV_OK, job->title, NULL,
			"no virtual hard disk, nothing to lay out");
	else
		hv_report_add(job->out, HV_OK, job->title, NULL, "%zu disk%s on %s",
			layout->disk_count, layout->disk_count == 1 ? "" : "s",
			hv_volume_list_text(&job->out->arena, &layout->volumes, NULL));
}

void hv_layout_findings(const struct hv_layout_query *query, const struct hv_vm *vm,
	struct hv_report *out, struct hv_layout_tally *tally)
{
	struct job job = { .query = query, .vm = vm, .out = out };

	job.title = hv_vm_title(&out->arena, vm);
	hv_report_about(out, &(struct hv_subject){ .vm_id = vm->id });
	hv_layout_of(&out->arena, vm, &job.layout);
	(void)hv_need(out, job.layout.folder);
	judge_understood(&job);
	judge_disks(&job, tally);
	judge_root_folder(&job, &vm->configuration, "configuration folder", "VirtualMachinePath");
	judge_root_folder(&job, &vm->snapshot_root, "checkpoint folder", "SnapshotFilePath");
	judge_snapshot_volume(&job, tally);
	judge_no_letter(&job);
	judge_backup_set(&job);
	if (job.faults == 0 && job.unjudged == 0)
		tell_ok(&job);
	tally->disks += job.layout.disk_count;
	tally->split_vms += hv_layout_is_split(&job.layout);
	tally->faulty_vms += job.faults > 0;
	tally->judged_vms += job.unjudged == 0;
	hv_report_about(out, NULL);
}
