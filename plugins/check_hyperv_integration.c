/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_integration: integration services of virtual machines, as far as backups need
 * them. */
#include "check/integration.h"
#include "cli/runner.h"

extern const struct hv_check check_hyperv_integration;

#define CONFIG struct hv_integration_config

static const struct hv_opt options[] = {
	HV_OPT(CONFIG, grace, 0, "grace", "DURATION", "10m",
		"How long after its start a virtual machine's services need not answer."),
	HV_OPT(CONFIG, rules, 0, "rule", "ID=STATE", NULL,
		"State of a rule in place of its default; ok silences it. Repeatable."),
	HV_OPT_END,
};

static void tell_limits(
	const struct hv_host *host, const struct hv_integration_tally *tally, struct hv_report *out)
{
	if (!host->version.known && !host->is_v1)
		hv_report_limit(out, "versions not judged, that of the host is not known");
	if (!hv_host_has(host, HV_SEC_GUESTS))
		hv_report_limit(out, "guests not known");
	else if (tally->guest_not_told > 0)
		hv_report_note(out, "%llu running VM%s nothing of the guest",
			(unsigned long long)tally->guest_not_told,
			tally->guest_not_told == 1 ? " tells" : "s tell");
	if (tally->version_not_told > 0)
		hv_report_limit(out,
			"whether integration services are up to date is not told for "
			"%llu VM%s",
			(unsigned long long)tally->version_not_told,
			tally->version_not_told == 1 ? "" : "s");
}

static void add_count(struct hv_report *out, const char *name, uint64_t count)
{
	hv_report_metric(out, NULL, name, (double)count, "")->has_min = true;
}

static void add_metrics(const struct hv_integration_tally *tally, struct hv_report *out)
{
	add_count(out, "running_vms", tally->running);
	add_count(out, "not_running_vms", tally->not_running);
	add_count(out, "starting_vms", tally->starting);
	add_count(out, "disabled_vms", tally->disabled);
	add_count(out, "no_contact_vms", tally->no_contact);
	add_count(out, "outdated_vms", tally->outdated);
	add_count(out, "faulty_vms", tally->faulty_vms);
}

/* VMs that do not run have no fault: a host where none runs is all right. */
static void eval(const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	const struct hv_integration_query query = { .host = host, .config = config };
	struct hv_integration_tally tally = { .running = 0 };
	uint64_t kept = 0;

	(void)now;
	HV_FOREACH_VM (vm, host) {
		hv_integration_findings(&query, vm, out, &tally);
		kept++;
	}
	tell_limits(host, &tally, out);
	hv_report_count(
		out, host->vm_count, tally.judged_vms + tally.not_running, host->vm_count - kept);
	hv_report_ok_text(out, "%llu running VM%s, no fault of the integration services",
		(unsigned long long)tally.running, tally.running == 1 ? "" : "s");
	add_metrics(&tally, out);
}

static const struct hv_example examples[] = {
	{ "--capture host.json", "Judge a captured host." },
	{ "--capture host.json --rule linux-no-contact=warning",
		"Also warn where the VSS daemon of a Linux guest does not answer." },
	{ "--capture host.json --grace 30m", "Guests that take long to start." },
	{ NULL, NULL },
};

const struct hv_check check_hyperv_integration = {
	.name = "check_hyperv_integration",
	.label = "INTEGRATION",
	.summary = "Integration services that a backup of running virtual machines needs",
	.description =
		"Judges for each running virtual machine whether the integration component for "
		"backups (VSS) is switched on and answers, and whether the integration services "
		"are up to date: up to Windows Server 2012 R2 by comparing versions, from 2016 on "
		"by what Hyper-V itself says, for there the numbers mean nothing.\n"
		"Guests that are not Windows have a rule of their own. Virtual machines that do "
		"not run are counted and not judged.",
	.needs = HV_SEC_VMS | HV_SEC_INTEGRATION,
	.uses = HV_SEC_OS | HV_SEC_GUESTS | HV_SEC_SUMMARY,
	.options = options,
	.config_size = sizeof(CONFIG),
	.rules = hv_integration_rules,
	.states = {
		[HV_OK] = "The integration services of all running VMs break no rule.",
		[HV_WARNING] =
			"The component for backups is off or does not answer, or integration "
			"services are out of date.",
		[HV_CRITICAL] = "Only when a rule is made so with --rule.",
		[HV_UNKNOWN] =
			"Virtual machines or their integration services were not readable, or the "
			"host does not tell what a verdict needs.",
	},
	.examples = examples,
	.eval = eval,
};
HV_CHECK_MAIN(check_hyperv_integration);
