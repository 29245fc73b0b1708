/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_space: free space on the volumes that checkpoints of virtual machines land on. */
#include <math.h>

#include "base/parse.h"
#include "check/check.h"
#include "check/space.h"
#include "check/volume-use.h"
#include "cli/runner.h"

extern const struct hv_check check_hyperv_space;

static const struct hv_opt options[] = {
	HV_OPT(struct hv_space_thresholds, warn_pct, 'w', "warning", "RANGE", "15:",
		"Percentage free that is not a warning. 15 % is a rule from the field, not "
		"Microsoft's."),
	HV_OPT(struct hv_space_thresholds, crit_pct, 'c', "critical", "RANGE",
		"5:", "Percentage free that is not critical."),
	HV_OPT(struct hv_space_thresholds, warn_bytes, 0, "warning-bytes", "SIZE", NULL,
		"Warning under this much free space, whatever the percentage."),
	HV_OPT(struct hv_space_thresholds, crit_bytes, 0, "critical-bytes", "SIZE", "2GiB",
		"Critical under this much free space, whatever the percentage."),
	HV_OPT(struct hv_space_thresholds, shadow_pct, 0, "shadow-storage-warning", "RANGE",
		"@90:", "Percentage used of a shadow storage's maximum: @90: warns from 90 % on."),
	HV_OPT_END,
};

/* "15:" and the like: alerts below start. */
static bool is_floor(const struct hv_range *r)
{
	return r->set && !r->inside && isinf(r->end) && r->end > 0;
}

static int validate(const void *config, struct hv_err *err)
{
	const struct hv_space_thresholds *t = config;
	char warn[HV_RANGE_TEXT_MAX], crit[HV_RANGE_TEXT_MAX];

	if (is_floor(&t->warn_pct) && is_floor(&t->crit_pct) &&
		t->crit_pct.start > t->warn_pct.start) {
		hv_range_format(&t->warn_pct, warn);
		hv_range_format(&t->crit_pct, crit);
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--warning %s and --critical %s contradict each other: critical would "
			"begin before warning",
			warn, crit);
	}
	if (t->warn_bytes.set && t->crit_bytes.set && t->crit_bytes.bytes > t->warn_bytes.bytes) {
		hv_format_bytes(t->warn_bytes.bytes, warn);
		hv_format_bytes(t->crit_bytes.bytes, crit);
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--warning-bytes (%s) and --critical-bytes (%s) contradict each other: "
			"critical would begin before warning",
			warn, crit);
	}
	return 0;
}

/* Files whose free space cannot be told: on shares, or on volumes that the host does not list. */
static void tell_unplaced(const struct hv_volume_uses *uses, struct hv_report *out)
{
	for (size_t i = 0; i < uses->unplaced_count; i++) {
		const struct hv_unplaced *file = &uses->unplaced[i];

		hv_report_about(
			out, &(struct hv_subject){ .vm_id = file->vm->id, .path = file->path });
		hv_report_add(out, HV_UNKNOWN, hv_vm_title(&out->arena, file->vm), NULL,
			"free space not judged, %s %s%s", file->what,
			file->path != NULL ? "lies on no known volume: " : "without a path",
			file->path != NULL ? file->path : "");
	}
	hv_report_about(out, NULL);
	if (uses->unplaced_more > 0)
		hv_report_add(out, HV_UNKNOWN, NULL, NULL,
			"%zu further files lie on no known volume", uses->unplaced_more);
	if (uses->smb_files == 0)
		return;
	hv_report_note(out, "not judged: %zu file%s or folder%s on shares of other hosts: %s",
		uses->smb_files, uses->smb_files == 1 ? "" : "s", uses->smb_files == 1 ? "" : "s",
		hv_volume_list_text(&out->arena, &uses->shares, NULL));
	hv_report_limit(out, "not judged: files on %s",
		hv_volume_list_text(&out->arena, &uses->shares, NULL));
}

static void tell_limits(
	const struct hv_host *host, const struct hv_volume_uses *uses, struct hv_report *out)
{
	if (!hv_host_has(host, HV_SEC_SHADOW_STORAGE))
		hv_report_limit(out, "shadow storage not known");
	if (uses->no_snapshot_folder > 0)
		hv_report_limit(out, "checkpoint folder of %zu VM%s not known",
			uses->no_snapshot_folder, uses->no_snapshot_folder == 1 ? "" : "s");
}

/* Volumes by what became of them. */
struct tally {
	uint64_t seen, judged, excluded, vms;
	const struct hv_volume *fullest;
};

static double free_pct(const struct hv_volume *volume)
{
	return hv_space_percent(volume->free_bytes.value, volume->capacity_bytes.value);
}

static void judge(
	const struct hv_space_job *job, const struct hv_volume_uses *uses, struct tally *tally)
{
	for (size_t i = 0; i < uses->count; i++) {
		const struct hv_volume *volume = uses->of[i].volume;

		if (!hv_volume_is_used(&uses->of[i]))
			continue;
		tally->seen++;
		if (volume->excluded) {
			tally->excluded++;
			continue;
		}
		hv_report_about(job->out, &(struct hv_subject){ .volume = volume->device_id });
		hv_space_judge_volume(job, &uses->of[i]);
		if (hv_volume_has_files(&uses->of[i]))
			hv_space_judge_shadow_storage(job, volume);
		hv_report_about(job->out, NULL);
		if (!hv_space_known(volume))
			continue;
		tally->judged++;
		if (tally->fullest == NULL || free_pct(volume) < free_pct(tally->fullest))
			tally->fullest = volume;
	}
}

static void summarise(const struct tally *tally, struct hv_report *out)
{
	hv_report_count(out, tally->seen, tally->judged, tally->excluded);
	if (tally->fullest != NULL)
		hv_report_ok_text(out,
			"%llu volume%s with files of %llu VM%s, least free %.0f %% on %s",
			(unsigned long long)tally->judged, tally->judged == 1 ? "" : "s",
			(unsigned long long)tally->vms, tally->vms == 1 ? "" : "s",
			floor(free_pct(tally->fullest)), tally->fullest->title);
	else if (tally->seen == tally->excluded) /* seeing nothing is not health */
		hv_report_add(out, HV_UNKNOWN, NULL, NULL, "no volume was judged: %s",
			tally->excluded > 0
				? "the filter leaves out all that hold files of virtual machines"
				: "no file of a virtual machine lies on a volume of this host");
}

static bool is_judged(const struct hv_place *place)
{
	return place->volume != NULL && !place->volume->excluded;
}

static bool lies_on_judged_volume(const struct hv_vm *vm)
{
	HV_FOREACH_DISK (disk, vm) {
		if (is_judged(&disk->place))
			return true;
	}
	return is_judged(&vm->snapshot_root) || is_judged(&vm->swap_file_root);
}

static void eval(const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	struct hv_space_job job = { .host = host, .thresholds = config, .out = out };
	struct hv_volume_uses uses;
	struct tally tally = { .seen = 0 };

	(void)now;
	if (!hv_volume_uses_make(&uses, &out->arena, host)) {
		out->failed = true;
		return;
	}
	job.spare = hv_space_spare(job.thresholds, &uses);
	HV_FOREACH_VM (vm, host)
		tally.vms += lies_on_judged_volume(vm);
	judge(&job, &uses, &tally);
	tell_unplaced(&uses, out);
	tell_limits(host, &uses, out);
	summarise(&tally, out);
}

static const struct hv_example examples[] = {
	{ "--capture host.json", "Judge a captured host." },
	{ "--capture host.json -w 20: -c 10: --critical-bytes 50GiB", "Alert earlier." },
	{ "--capture host.json --volume 'E:'", "Judge one volume only." },
	{ NULL, NULL },
};

const struct hv_check check_hyperv_space = {
	.name = "check_hyperv_space",
	.label = "SPACE",
	.summary = "Free space on the volumes that checkpoints of virtual machines land on",
	.description =
		"Judges the free space of every volume that a backup's checkpoint of a virtual "
		"machine needs: those of its virtual hard disks (from Windows Server 2012 on the "
		"checkpoint grows beside each disk), of its checkpoint folder and its smart paging "
		"file, and those that keep the shadow copies of these volumes. Other volumes are "
		"not judged. Shadow storage close to its maximum is a warning.\n"
		"Files on SMB shares are told but not judged: their free space is the file "
		"server's.",
	.needs = HV_SEC_VOLUMES | HV_SEC_VMS | HV_SEC_DISKS,
	.uses = HV_SEC_SHADOW_STORAGE | HV_SEC_OS,
	.options = options,
	.config_size = sizeof(struct hv_space_thresholds),
	.states = {
		[HV_OK] = "Every volume that virtual machines need has enough free space.",
		[HV_WARNING] =
			"A volume is below the warning threshold, or shadow storage is close to "
			"its maximum.",
		[HV_CRITICAL] = "A volume is below a critical threshold.",
		[HV_UNKNOWN] =
			"Volumes or virtual machines could not be read, or a file lies on no known "
			"volume.",
	},
	.examples = examples,
	.validate = validate,
	.eval = eval,
};
HV_CHECK_MAIN(check_hyperv_space);
