/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_volumes: volumes of virtual machines that are damaged, unfit, read-only or gone. */
#include "check/check.h"
#include "check/volume-health.h"
#include "check/volume-use.h"
#include "cli/runner.h"

extern const struct hv_check check_hyperv_volumes;

enum { DRIVE_TYPE_FIXED = 3 }; /* [Win32_Volume.DriveType] */

struct config {
	struct hv_rule_states rules;
	bool all;
};

static const struct hv_opt options[] = {
	HV_OPT(struct config, rules, 0, "rule", "ID=STATE", NULL,
		"State of a rule in place of its default; ok silences it. Repeatable."),
	HV_OPT(struct config, all, 0, "all", NULL, NULL,
		"Judge the dirty bit and write protection of all local volumes, also of those "
		"that no virtual machine uses."),
	HV_OPT_END,
};

struct counts {
	uint64_t seen, judged, excluded;
};

static bool is_asked_for(const struct hv_volume_use *use, bool all)
{
	const struct hv_u64 type = use->volume->drive_type;

	return hv_volume_is_used(use) || (all && (!type.known || type.value == DRIVE_TYPE_FIXED));
}

static struct counts judge(const struct hv_volume_job *job, bool all, struct hv_volume_tally *tally)
{
	struct counts counts = { .seen = 0 };

	for (size_t i = 0; i < job->uses->missing_count; i++) {
		counts.seen++;
		counts.judged += hv_volume_judge_missing(job, &job->uses->missing[i], tally);
	}
	for (size_t i = 0; i < job->uses->count; i++) {
		const struct hv_volume_use *use = &job->uses->of[i];

		if (!is_asked_for(use, all))
			continue;
		counts.seen++;
		if (use->volume->excluded)
			counts.excluded++;
		else
			counts.judged += hv_volume_judge(job, use, tally);
	}
	return counts;
}

/* Files whose path names no volume, and volumes beyond those that are kept by name. */
static void tell_unclear(const struct hv_volume_uses *uses, struct hv_report *out)
{
	size_t told = 0;

	for (size_t i = 0; i < uses->unplaced_count; i++) {
		const struct hv_unplaced *file = &uses->unplaced[i];

		if (file->understood)
			continue;
		told++;
		hv_report_about(
			out, &(struct hv_subject){ .vm_id = file->vm->id, .path = file->path });
		hv_report_add(out, HV_UNKNOWN, hv_vm_title(&out->arena, file->vm), NULL,
			"%s not judged, %s%s", file->what,
			file->path != NULL ? "its path is not understood: "
					   : "its path is not told",
			file->path != NULL ? file->path : "");
	}
	hv_report_about(out, NULL);
	if (uses->unclear > told)
		hv_report_add(out, HV_UNKNOWN, NULL, NULL,
			"%zu further files whose path is not understood", uses->unclear - told);
	if (uses->missing_more > 0)
		hv_report_add(out, HV_UNKNOWN, NULL, NULL,
			"%zu further files lie on volumes that the host does not list",
			uses->missing_more);
}

static void tell_limits(const struct hv_host *host, const struct hv_volume_uses *uses,
	const struct hv_volume_tally *tally, struct hv_report *out)
{
	if (!hv_host_has(host, HV_SEC_SHADOW_STORAGE))
		hv_report_limit(out, "shadow storage not known");
	if (uses->smb_files > 0)
		hv_report_limit(out, "not judged: files on %s",
			hv_volume_list_text(&out->arena, &uses->shares, NULL));
	if (uses->no_snapshot_folder > 0)
		hv_report_limit(out, "checkpoint folder of %zu VM%s not known",
			uses->no_snapshot_folder, uses->no_snapshot_folder == 1 ? "" : "s");
	if (tally->dirty_not_told > 0)
		hv_report_limit(out, "dirty bit of %llu cluster shared volume%s not told",
			(unsigned long long)tally->dirty_not_told,
			tally->dirty_not_told == 1 ? "" : "s");
	if (tally->access_not_told > 0)
		hv_report_note(out, "whether it is read-only is not told for %llu volume%s",
			(unsigned long long)tally->access_not_told,
			tally->access_not_told == 1 ? "" : "s");
}

static void add_count(struct hv_report *out, const char *name, uint64_t count)
{
	hv_report_metric(out, NULL, name, (double)count, "")->has_min = true;
}

static void summarise(
	const struct counts *counts, const struct hv_volume_tally *tally, struct hv_report *out)
{
	hv_report_count(out, counts->seen, counts->judged, counts->excluded);
	hv_report_nothing_text(out, "no volume was judged: %s",
		counts->seen == 0 ? "no file of a virtual machine lies on a volume of this host"
		: counts->seen == counts->excluded
			? "the filter leaves out all that virtual machines use"
			: "what is needed was told of none");
	hv_report_ok_text(out, "%llu volume%s judged, no fault", (unsigned long long)counts->judged,
		counts->judged == 1 ? "" : "s");
	add_count(out, "vanished_volumes", tally->vanished);
	add_count(out, "unfit_volumes", tally->unsuitable);
	add_count(out, "read_only_volumes", tally->read_only);
	add_count(out, "dirty_volumes", tally->dirty);
}

static void eval(const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	const struct config *cfg = config;
	struct hv_volume_uses uses;
	const struct hv_volume_job job = {
		.host = host, .uses = &uses, .rules = &cfg->rules, .out = out
	};
	struct hv_volume_tally tally = { .dirty = 0 };
	struct counts counts;

	(void)now;
	if (!hv_volume_uses_make_all(&uses, &out->arena, host)) {
		out->failed = true;
		return;
	}
	counts = judge(&job, cfg->all, &tally);
	tell_unclear(&uses, out);
	tell_limits(host, &uses, &tally, out);
	summarise(&counts, &tally, out);
}

static const struct hv_example examples[] = {
	{ "--capture host.json", "Judge a captured host." },
	{ "--capture host.json --all", "Also volumes that no virtual machine uses." },
	{ "--capture host.json --rule dirty=critical", "A volume that needs chkdsk is an alarm." },
	{ NULL, NULL },
};

const struct hv_check check_hyperv_volumes = {
	.name = "check_hyperv_volumes",
	.label = "VOLUMES",
	.summary = "Volumes of virtual machines that are damaged, unfit, read-only or gone",
	.description =
		"Judges every volume that holds virtual hard disks, checkpoints, smart paging or "
		"the configuration of a virtual machine, and those that keep shadow copies of "
		"these: whether Windows wants to check it (dirty bit), whether its file system can "
		"hold what Hyper-V needs, whether it can be written to, and whether it is there at "
		"all. Prints the chkdsk command for the host's version, with what it means for the "
		"virtual machines.\n"
		"Files on SMB shares are told but not judged. The volumes inside the guests are "
		"not visible from the host.",
	.needs = HV_SEC_VOLUMES | HV_SEC_VMS | HV_SEC_DISKS,
	.uses = HV_SEC_SHADOW_STORAGE | HV_SEC_OS,
	.options = options,
	.config_size = sizeof(struct config),
	.rules = hv_volume_rules,
	.states = {
		[HV_OK] = "No volume that virtual machines use breaks a rule.",
		[HV_WARNING] = "Windows wants to check a volume with chkdsk.",
		[HV_CRITICAL] =
			"A volume that virtual machines use is gone, read-only, or has a file "
			"system that cannot hold their files.",
		[HV_UNKNOWN] =
			"Volumes or virtual machines could not be read, or the host does not tell "
			"what a verdict needs.",
	},
	.examples = examples,
	.eval = eval,
};
HV_CHECK_MAIN(check_hyperv_volumes);
