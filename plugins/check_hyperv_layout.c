/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_layout: files of virtual machines that lie where a backup's checkpoint cannot be
 * created. */
#include "check/check.h"
#include "check/layout-findings.h"
#include "check/layout.h"
#include "cli/runner.h"

extern const struct hv_check check_hyperv_layout;

struct config {
	struct hv_rule_states rules;
	struct hv_list backup_volumes;
};

static const struct hv_opt options[] = {
	HV_OPT(struct config, rules, 0, "rule", "ID=STATE", NULL,
		"State of a rule in place of its default; ok silences it. Repeatable."),
	HV_OPT_COMMA_LIST(struct config, backup_volumes, 0, "backup-volumes", "VOLUME,...", NULL,
		"Volumes that the backup contains: drive letters (E:), mount paths, cluster shared "
		"volumes, device ids or shares. A file of a virtual machine elsewhere breaks the "
		"rule backup-set."),
	HV_OPT_END,
};

/* A name that is wrong would make a volume look as if the backup lacked it, or hide that it does.
 */
static void check_backup_names(
	const struct hv_volume_set *backup, const struct hv_host *host, struct hv_report *out)
{
	if (!hv_host_has(host, HV_SEC_VOLUMES))
		return;
	for (size_t i = 0; i < backup->count; i++)
		if (backup->items[i].volume == NULL && !backup->items[i].is_share)
			hv_report_add(out, HV_UNKNOWN, NULL, HV_RULE_BACKUP_SET,
				"--backup-volumes names %s, which this host does not have",
				backup->items[i].text);
}

static void tell_limits(
	const struct hv_host *host, const struct hv_layout_tally *tally, struct hv_report *out)
{
	if (!hv_host_has(host, HV_SEC_VOLUMES))
		hv_report_limit(out, "mount points not known");
	if (tally->no_snapshot_folder > 0)
		hv_report_limit(out, "checkpoint folder of %llu VM%s not known",
			(unsigned long long)tally->no_snapshot_folder,
			tally->no_snapshot_folder == 1 ? "" : "s");
	if (!host->version.known)
		hv_report_note(out,
			"host version not known: the rules are taken as they are for %s",
			hv_layout_by_hand(host) ? "Windows Server 2008 R2"
						: "Windows Server 2012 R2");
}

static void summarise(
	const struct hv_host *host, const struct hv_layout_tally *tally, struct hv_report *out)
{
	const uint64_t seen = host->vm_count;
	uint64_t kept = 0;

	HV_FOREACH_VM (vm, host)
		kept++;
	hv_report_count(out, seen, tally->judged_vms, seen - kept);
	hv_report_ok_text(out, "%llu VM%s, %llu disk%s: no layout fault", (unsigned long long)kept,
		kept == 1 ? "" : "s", (unsigned long long)tally->disks,
		tally->disks == 1 ? "" : "s");
	hv_report_metric(out, NULL, "faulty_vms", (double)tally->faulty_vms, "")->has_min = true;
	hv_report_metric(out, NULL, "split_vms", (double)tally->split_vms, "")->has_min = true;
	hv_report_metric(out, NULL, "root_disks", (double)tally->root_disks, "")->has_min = true;
}

static void eval(const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	const struct config *cfg = config;
	struct hv_volume_set backup;
	struct hv_layout_tally tally = { .disks = 0 };
	const struct hv_layout_query query = {
		.host = host, .rules = &cfg->rules, .backup = &backup
	};

	(void)now;
	if (!hv_volume_set_make(&backup, &out->arena, &cfg->backup_volumes, host)) {
		out->failed = true;
		return;
	}
	check_backup_names(&backup, host, out);
	HV_FOREACH_VM (vm, host)
		hv_layout_findings(&query, vm, out, &tally);
	tell_limits(host, &tally, out);
	summarise(host, &tally, out);
}

static const struct hv_example examples[] = {
	{ "--capture host.json", "Judge a captured host." },
	{ "--vm-config /mnt/vms",
		"Judge the configuration files of Windows Server 2008 to 2012 R2." },
	{ "--capture host.json --backup-volumes C:,E:",
		"Also see whether the backup of C: and E: is enough." },
	{ "--capture host.json --rule vm-folder=ok --rule split-root=critical",
		"Any subfolder will do, and a split layout is critical for every guest." },
	{ NULL, NULL },
};

const struct hv_check check_hyperv_layout = {
	.name = "check_hyperv_layout",
	.label = "LAYOUT",
	.summary = "Files of virtual machines where a backup's checkpoint cannot be created",
	.description =
		"Judges where the virtual hard disks, the configuration and the checkpoint folder "
		"of each virtual machine lie. A disk bare in the root of a second volume makes the "
		"backup of the VM fail with 0x80070002, with an event that names another disk; "
		"this check names the one to blame and prints the command that moves it.\n"
		"Not judged are ISO images, floppies, pass-through disks and the base files of "
		"checkpoints. Mount points are told from folders only when the source knows the "
		"host's volumes.",
	.needs = HV_SEC_VMS | HV_SEC_DISKS,
	.uses = HV_SEC_OS | HV_SEC_VOLUMES | HV_SEC_GUESTS | HV_SEC_CHECKPOINTS,
	.options = options,
	.config_size = sizeof(struct config),
	.rules = hv_layout_rules,
	.states = {
		[HV_OK] = "No file of a virtual machine breaks a rule.",
		[HV_WARNING] = "A layout that is not supported or that is known to make trouble.",
		[HV_CRITICAL] = "A layout with which backups are known to fail.",
		[HV_UNKNOWN] =
			"Virtual machines or disks were not readable, or a path not understood.",
	},
	.examples = examples,
	.eval = eval,
};
HV_CHECK_MAIN(check_hyperv_layout);
