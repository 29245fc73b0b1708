/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_prerequisites: virtual machines that the host cannot back up while they run. */
#include <string.h>

#include "check/platform.h"
#include "check/prerequisites.h"
#include "cli/runner.h"

extern const struct hv_check check_hyperv_prerequisites;

#define CONFIG struct hv_prerequisite_config

static const struct hv_opt options[] = {
	HV_OPT(CONFIG, product, 0, "product", "NAME", NULL,
		"The program that makes the backups: wsb (Windows Server Backup). Adds what this "
		"program in particular cannot do."),
	HV_OPT(CONFIG, grace, 0, "grace", "DURATION", "10m",
		"How long after its start a virtual machine's services need not answer."),
	HV_OPT(CONFIG, rules, 0, "rule", "ID=STATE", NULL,
		"State of a rule in place of its default; ok silences it. Repeatable."),
	HV_OPT_END,
};

static int validate(const void *config, struct hv_err *err)
{
	const CONFIG *cfg = config;

	if (cfg->product != NULL && strcmp(cfg->product, "wsb") != 0)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--product %s: expected wsb (Windows Server Backup)", cfg->product);
	return 0;
}

static const char *const metric_names[HV_VERDICT_COUNT] = {
	[HV_VERDICT_ONLINE] = "online_vms",
	[HV_VERDICT_NOT_RUNNING] = "not_running_vms",
	[HV_VERDICT_UNKNOWN] = "unknown_vms",
	[HV_VERDICT_SAVED_STATE] = "saved_state_vms",
	[HV_VERDICT_NOT_POSSIBLE] = "not_possible_vms",
};

struct tally {
	uint64_t kept, verdicts[HV_VERDICT_COUNT];
};

/* Of no VM the component is told: one finding for all of them. */
static void tell_unknown(
	const struct hv_host *host, const struct tally *tally, struct hv_report *out)
{
	const uint64_t unknown = tally->verdicts[HV_VERDICT_UNKNOWN];

	if (unknown > 0 && !hv_host_has(host, HV_SEC_INTEGRATION))
		hv_report_add(out, HV_UNKNOWN, NULL, HV_RULE_VSS_COMPONENT,
			"not known for %llu VM%s whether an online backup is possible: nothing is "
			"told of the components for backups (VSS)",
			(unsigned long long)unknown, unknown == 1 ? "" : "s");
}

static void tell_limits(const struct hv_host *host, struct hv_report *out)
{
	const unsigned int platform = hv_host_platform(host);

	if (platform == HV_HOST_UNKNOWN)
		hv_report_limit(out, "the host's version is not known");
	if (platform != HV_HOST_2008 && !hv_host_has(host, HV_SEC_FIBRE_CHANNEL))
		hv_report_limit(out, "virtual Fibre Channel not known");
	if (!hv_host_has(host, HV_SEC_GUESTS))
		hv_report_limit(out, "guests not known");
}

static void eval(const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	const struct hv_prerequisite_query query = { .host = host, .config = config };
	struct tally tally = { .kept = 0 };

	(void)now;
	HV_FOREACH_VM (vm, host) {
		tally.verdicts[hv_prerequisite_findings(&query, vm, out)]++;
		tally.kept++;
	}
	tell_unknown(host, &tally, out);
	tell_limits(host, out);
	hv_report_count(out, host->vm_count, tally.kept - tally.verdicts[HV_VERDICT_UNKNOWN],
		host->vm_count - tally.kept);
	hv_report_ok_text(out, "online backup possible of %llu running VM%s, %llu not running",
		(unsigned long long)tally.verdicts[HV_VERDICT_ONLINE],
		tally.verdicts[HV_VERDICT_ONLINE] == 1 ? "" : "s",
		(unsigned long long)tally.verdicts[HV_VERDICT_NOT_RUNNING]);
	for (size_t i = 0; i < HV_VERDICT_COUNT; i++)
		hv_report_metric(out, NULL, metric_names[i], (double)tally.verdicts[i], "")
			->has_min = true;
}

static const struct hv_example examples[] = {
	{ "--capture host.json", "Judge a captured host." },
	{ "--capture host.json --product wsb", "Windows Server Backup makes the backups." },
	{ "--capture host.json --rule pass-through=ok",
		"Pass-through disks are backed up from within the guests." },
	{ "--capture host.json --rule vss-component=warning",
		"Also warn where a backup has the disks only as after a power failure." },
	{ NULL, NULL },
};

const struct hv_check check_hyperv_prerequisites = {
	.name = "check_hyperv_prerequisites",
	.label = "PREREQUISITES",
	.summary = "Virtual machines that the host cannot back up while they run",
	.description =
		"Says for each virtual machine whether this host, by its version, can back it up "
		"while it runs: online, only in saved state, not at all, or not known; with all "
		"reasons: pass-through and shared disks, virtual Fibre Channel, a missing SCSI "
		"controller, the component for backups (VSS), and where checkpoints go.\n"
		"A virtual machine that does not run can be copied, except for what the host "
		"cannot see. Conditions within the guests, such as dynamic disks or their shadow "
		"storage, are not visible from the host.",
	.needs = HV_SEC_VMS | HV_SEC_DISKS,
	.uses = HV_SEC_OS | HV_SEC_VOLUMES | HV_SEC_GUESTS | HV_SEC_INTEGRATION |
		HV_SEC_FIBRE_CHANNEL,
	.options = options,
	.config_size = sizeof(CONFIG),
	.rules = hv_prerequisite_rules,
	.states = {
		[HV_OK] = "All running VMs can be backed up online.",
		[HV_WARNING] = "A running VM can be backed up in saved state only.",
		[HV_CRITICAL] = "A VM cannot be backed up by the host.",
		[HV_UNKNOWN] =
			"Virtual machines or their disks were not readable, or the host does not "
			"tell what a verdict needs.",
	},
	.examples = examples,
	.validate = validate,
	.eval = eval,
};
HV_CHECK_MAIN(check_hyperv_prerequisites);
