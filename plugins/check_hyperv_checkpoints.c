/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_checkpoints: checkpoints of virtual machines that are left behind, too old or too
 * many, and merges that did not happen. */
#include "check/age.h"
#include "check/checkpoints.h"
#include "cli/runner.h"

extern const struct hv_check check_hyperv_checkpoints;

#define CONFIG struct hv_checkpoint_config
#define USER   aged[HV_CHECKPOINTS_USER]
#define BACKUP aged[HV_CHECKPOINTS_BACKUP]
#define AUTO   aged[HV_CHECKPOINTS_AUTOMATIC]

static const struct hv_opt options[] = {
	HV_OPT(CONFIG, warn, 'w', "warning", "RANGE", "40",
		"Number of checkpoints of one virtual machine that is not a warning. Hyper-V "
		"allows 50. Recovery points of Hyper-V Replica are not counted."),
	HV_OPT(CONFIG, crit, 'c', "critical", "RANGE", "49",
		"Number of checkpoints of one virtual machine that is not critical."),
	HV_OPT(CONFIG, USER.warn, 0, "user-warning", "DURATION", "7d",
		"Warning when a checkpoint that a person or a program made is older."),
	HV_OPT(CONFIG, USER.crit, 0, "user-critical", "DURATION", "14d",
		"Critical when a checkpoint that a person or a program made is older."),
	HV_OPT(CONFIG, BACKUP.warn, 0, "backup-warning", "DURATION", "4h",
		"Warning when a backup's checkpoint is older. Let it be longer than a backup "
		"takes."),
	HV_OPT(CONFIG, BACKUP.crit, 0, "backup-critical", "DURATION", "24h",
		"Critical when a backup's checkpoint is older."),
	HV_OPT(CONFIG, AUTO.warn, 0, "automatic-warning", "DURATION", NULL,
		"Warning when a checkpoint that Hyper-V made by itself is older. No limit by "
		"default: it stays until the VM starts anew."),
	HV_OPT(CONFIG, AUTO.crit, 0, "automatic-critical", "DURATION", NULL,
		"Critical when a checkpoint that Hyper-V made by itself is older."),
	HV_OPT(CONFIG, merge_warn, 0, "merge-warning", "DURATION", "24h",
		"Warning when a merge of disks has been running for longer."),
	HV_OPT(CONFIG, USER.count, 0, "user-count", "RANGE", NULL,
		"Number of user checkpoints of one virtual machine that is not a warning."),
	HV_OPT(CONFIG, BACKUP.count, 0, "backup-count", "RANGE", NULL,
		"Number of backup checkpoints of one virtual machine that is not a warning."),
	HV_OPT(CONFIG, AUTO.count, 0, "automatic-count", "RANGE", NULL,
		"Number of automatic checkpoints of one virtual machine that is not a warning."),
	HV_OPT(CONFIG, rules, 0, "rule", "ID=STATE", NULL,
		"State of a rule that is broken, in place of its own; ok silences it. "
		"Repeatable."),
	HV_OPT_END,
};

static const char *const class_names[HV_CHECKPOINTS_CLASSES] = {
	[HV_CHECKPOINTS_USER] = "user",
	[HV_CHECKPOINTS_BACKUP] = "backup",
	[HV_CHECKPOINTS_AUTOMATIC] = "automatic",
	[HV_CHECKPOINTS_REPLICA] = "replica",
	[HV_CHECKPOINTS_MISSING] = "missing",
};

static int validate(const void *config, struct hv_err *err)
{
	const CONFIG *cfg = config;

	for (size_t i = 0; i < HV_CHECKPOINTS_AGED; i++) {
		const struct hv_checkpoint_limits *limits = &cfg->aged[i];

		if (limits->warn.set && limits->crit.set && limits->crit.usec < limits->warn.usec)
			return hv_err_set(err, HV_ERR_ARGUMENT,
				"--%s-warning and --%s-critical contradict each other: critical "
				"would begin before warning",
				class_names[i], class_names[i]);
	}
	return 0;
}

static void add_ages(
	const CONFIG *config, const struct hv_checkpoint_tally *tally, struct hv_report *out)
{
	for (size_t i = 0; i < HV_CHECKPOINTS_AGED; i++) {
		const struct hv_time *oldest = &tally->oldest[i];
		struct hv_metric *m;

		if (!oldest->known && tally->of_class[i] > 0)
			m = hv_report_metric_unknown(out, class_names[i], "oldest", "s");
		else
			m = hv_report_metric(
				out, class_names[i], "oldest", hv_age_seconds(oldest->usec), "s");
		m->warn = hv_age_range(&config->aged[i].warn);
		m->crit = hv_age_range(&config->aged[i].crit);
		m->has_min = true;
	}
}

static void add_metrics(
	const CONFIG *config, const struct hv_checkpoint_tally *tally, struct hv_report *out)
{
	struct hv_metric *m = hv_report_metric(out, NULL, "most", (double)tally->most, "");

	m->warn = config->warn;
	m->crit = config->crit;
	m->has_min = true;
	for (size_t i = 0; i < HV_CHECKPOINTS_PLANNED; i++)
		hv_report_metric(out, NULL, class_names[i], (double)tally->of_class[i], "")
			->has_min = true;
	hv_report_metric(out, NULL, "unmerged_vms", (double)tally->unmerged_vms, "")->has_min =
		true;
	hv_report_metric(out, NULL, "merges", (double)tally->merges, "")->has_min = true;
	hv_report_metric(out, NULL, "faulty_vms", (double)tally->faulty_vms, "")->has_min = true;
	add_ages(config, tally, out);
}

static void tell_limits(const struct hv_host *host, struct hv_report *out)
{
	size_t strays = 0;

	for (size_t i = 0; i < host->checkpoint_count; i++)
		strays += host->checkpoints[i].vm == NULL;
	if (strays > 0)
		hv_report_note(out, "not judged: %zu checkpoint%s of no listed VM", strays,
			strays == 1 ? "" : "s");
	if (!hv_host_has(host, HV_SEC_DISKS))
		hv_report_limit(out, "merges not judged, virtual disks not known");
}

static void eval(const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	const struct hv_checkpoint_query query = { .host = host, .config = config, .now = now };
	struct hv_checkpoint_tally tally = { .most = 0 };
	uint64_t kept = 0, checkpoints = 0;

	HV_FOREACH_VM (vm, host) {
		hv_checkpoint_findings(&query, vm, out, &tally);
		checkpoints += vm->checkpoint_count;
		kept++;
	}
	hv_checkpoint_job_findings(&query, out, &tally);
	tell_limits(host, out);
	hv_report_count(out, host->vm_count, tally.judged_vms, host->vm_count - kept);
	hv_report_ok_text(out, "%llu VM%s, %llu checkpoint%s: none left behind or too old",
		(unsigned long long)kept, kept == 1 ? "" : "s", (unsigned long long)checkpoints,
		checkpoints == 1 ? "" : "s");
	add_metrics(config, &tally, out);
}

static const struct hv_example examples[] = {
	{ "--capture host.json", "Judge a captured host." },
	{ "--capture host.json --backup-warning 10h --backup-critical 20h",
		"Backups that take up to ten hours." },
	{ "--capture host.json --user-count 3 --user-warning 2d",
		"Also warn for more than three user checkpoints of a VM." },
	{ "--capture host.json --automatic-warning 30d",
		"Also warn for old checkpoints that Hyper-V made by itself." },
	{ NULL, NULL },
};

const struct hv_check check_hyperv_checkpoints = {
	.name = "check_hyperv_checkpoints",
	.label = "CHECKPOINTS",
	.summary = "Checkpoints left behind, too old or too many, and merges that did not happen",
	.description =
		"Judges the checkpoints of each virtual machine by what they are for, which "
		"Hyper-V tells in no language of people: those of a backup, of a user, automatic "
		"ones, and those whose files are missing. Recovery points of Hyper-V Replica are "
		"counted and never alarm. A VM that uses an .avhd or .avhdx file though no "
		"checkpoint is listed has a merge that did not happen.\n"
		"Ages are those at the time of the host or of the capture. Windows Server 2008 and "
		"2008 R2 do not tell checkpoints apart: all count as a user's.",
	.needs = HV_SEC_VMS | HV_SEC_CHECKPOINTS,
	.uses = HV_SEC_OS | HV_SEC_DISKS | HV_SEC_JOBS,
	.options = options,
	.config_size = sizeof(CONFIG),
	.rules = hv_checkpoint_rules,
	.states = {
		[HV_OK] = "No checkpoint breaks a rule.",
		[HV_WARNING] =
			"A checkpoint is too old, a VM has too many, or a merge did not happen, "
			"failed, or takes too long.",
		[HV_CRITICAL] =
			"A checkpoint is beyond a critical age, its files are missing, or a VM has "
			"no room for another.",
		[HV_UNKNOWN] =
			"Virtual machines or checkpoints were not readable, or the age of one is "
			"not known.",
	},
	.examples = examples,
	.validate = validate,
	.eval = eval,
};
HV_CHECK_MAIN(check_hyperv_checkpoints);
