/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_acl: virtual hard disks that their virtual machines may not use. */
#include "check/check.h"
#include "check/file-access.h"
#include "cli/runner.h"

extern const struct hv_check check_hyperv_acl;

struct config {
	struct hv_rule_states rules;
};

static const struct hv_opt options[] = {
	HV_OPT(struct config, rules, 0, "rule", "ID=STATE", NULL,
		"State of a rule in place of its default; ok silences it. Repeatable."),
	HV_OPT_END,
};

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void tell_limits(
	const struct hv_host *host, const struct hv_access_tally *tally, struct hv_report *out)
{
	if (!hv_host_has(host, HV_SEC_CHECKPOINTS))
		hv_report_limit(out, "files under checkpoints not known");
	if (tally->smb > 0)
		hv_report_limit(out, "not judged: %llu file%s on SMB shares",
			(unsigned long long)tally->smb, plural(tally->smb));
	if (tally->parents_not_told > 0)
		hv_report_limit(out, "permissions of %llu file%s under checkpoints not told",
			(unsigned long long)tally->parents_not_told,
			plural(tally->parents_not_told));
	if (tally->folders_not_told > 0)
		hv_report_limit(out, "permissions of %llu folder%s not told",
			(unsigned long long)tally->folders_not_told,
			plural(tally->folders_not_told));
}

static void add_count(struct hv_report *out, const char *name, uint64_t count)
{
	hv_report_metric(out, NULL, name, (double)count, "")->has_min = true;
}

static void summarise(const struct hv_access_tally *tally, struct hv_report *out)
{
	hv_report_count(out, tally->seen, tally->judged, tally->excluded);
	hv_report_nothing_text(out, "no file was judged: %s",
		tally->smb > 0     ? "they lie on SMB shares"
		: tally->seen == 0 ? "no virtual machine has a virtual hard disk"
		: tally->seen == tally->excluded
			? "the filter leaves out all virtual machines that have one"
			: "the permissions of none could be read");
	hv_report_ok_text(out, "permissions of %llu %s judged, no fault",
		(unsigned long long)tally->judged,
		tally->judged == 1 ? "file" : "files and folders");
	add_count(out, "files_seen", tally->seen - tally->excluded);
	add_count(out, "files_judged", tally->judged);
	add_count(out, "faulty_files", tally->faulty);
}

static void eval(const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	const struct config *cfg = config;
	const struct hv_access_job job = { .host = host, .rules = &cfg->rules, .out = out };
	struct hv_access_tally tally = { .seen = 0 };

	(void)now;
	if (!hv_access_judge_all(&job, &tally)) {
		out->failed = true;
		return;
	}
	tell_limits(host, &tally, out);
	summarise(&tally, out);
}

static const struct hv_example examples[] = {
	{ "--capture host.json", "Judge a captured host." },
	{ "--capture host.json --rule foreign-vm=ok", "Entries of other VMs are all right." },
	{ NULL, NULL },
};

const struct hv_check check_hyperv_acl = {
	.name = "check_hyperv_acl",
	.label = "ACL",
	.summary = "Virtual hard disks that their virtual machines may not use",
	.description =
		"Judges the permissions of each virtual hard disk, of the files that checkpoints "
		"made its parents, and of the folders that these lie in: whether the virtual "
		"machine may read and write it under the account that it runs as, whether Hyper-V "
		"may create a checkpoint's file beside it, and whether it bears the entry of "
		"another virtual machine, the trace of files that were moved by hand. Prints the "
		"icacls command that puts it right.\n"
		"A live host is asked for each file, which takes long where there are many; run it "
		"seldom. Files on SMB shares are told but not judged. Members of groups are not "
		"looked up.",
	.needs = HV_SEC_VMS | HV_SEC_DISKS | HV_SEC_ACL,
	.uses = HV_SEC_CHECKPOINTS,
	.options = options,
	.config_size = sizeof(struct config),
	.rules = hv_access_rules,
	.states = {
		[HV_OK] = "All virtual machines may use their files.",
		[HV_WARNING] =
			"A folder lacks a right that checkpoints need, or a file bears the trace "
			"of having been moved by hand.",
		[HV_CRITICAL] = "A virtual machine may not use one of its virtual hard disks.",
		[HV_UNKNOWN] = "Virtual machines or permissions could not be read.",
	},
	.examples = examples,
	.eval = eval,
};
HV_CHECK_MAIN(check_hyperv_acl);
