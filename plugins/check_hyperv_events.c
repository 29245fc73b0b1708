/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_events: failed checkpoints, backups and merges of virtual machines in the host's
 * event logs. */
#include "check/event-logs.h"
#include "check/incident-findings.h"
#include "cli/runner.h"

struct config {
	struct hv_duration since;
	struct hv_range warn, crit;
};

static const struct hv_opt options[] = {
	HV_OPT(struct config, since, 0, "since", "DURATION", "26h",
		"How far to look back. Let it be a little longer than the time between two "
		"backups."),
	HV_OPT(struct config, warn, 'w', "warning", "RANGE", NULL,
		"Number of virtual machines with an unresolved failure that is not a warning. With "
		"--warning or --critical the ranges alone decide about failed and cancelled "
		"attempts."),
	HV_OPT(struct config, crit, 'c', "critical", "RANGE", NULL,
		"Number of virtual machines with an unresolved failure that is not critical."),
	HV_OPT_END,
};

static const struct hv_example examples[] = {
	{ "--evtx VMMS-Admin.evtx",
		"Judges an exported Microsoft-Windows-Hyper-V-VMMS-Admin log." },
	{ "--evtx VMMS-Admin.evtx --evtx Backup.evtx --vm-config 'Virtual Machines' -v",
		"With the log of Windows Server Backup, whose successes clear failures, and the "
		"VMs' configuration, which tells the disk to blame; -v shows remedies and what was "
		"cleared." },
	{ "--capture host.json --since 8d -c 2",
		"A capture of the whole host, eight days back; critical when more than two virtual "
		"machines have an unresolved failure." },
	{ NULL, NULL },
};

struct tally {
	uint64_t seen, excluded;
	size_t failed_vms, cleared_vms;
	size_t failed, cancelled; /* attempts */
};

static struct tally count(const struct hv_host *host, const struct hv_incidents *all)
{
	struct tally t = { .seen = host->vm_count };

	for (size_t i = 0; i < host->vm_count; i++)
		t.excluded += host->vms[i].excluded;
	for (size_t i = 0; i < all->count; i++) {
		const struct hv_incident *in = &all->items[i];

		t.seen += in->vm == NULL;
		t.excluded += in->vm == NULL && in->excluded;
		if (in->excluded)
			continue;
		t.failed_vms += hv_incident_is_failed(in);
		t.cleared_vms += hv_incident_is_cleared(in);
		t.failed += in->failed;
		t.cancelled += in->cancelled;
	}
	return t;
}

/* By the ranges when there are any; a cancelled attempt is at most a warning. */
static enum hv_state state_of(const struct config *config, const struct tally *t)
{
	if (!config->warn.set && !config->crit.set)
		return t->failed_vms > 0 ? HV_CRITICAL : HV_OK;
	if (hv_range_alerts(&config->crit, (double)t->failed_vms))
		return HV_CRITICAL;
	return hv_range_alerts(&config->warn, (double)t->failed_vms) ? HV_WARNING : HV_OK;
}

static void add_findings(const struct hv_host *host, const struct hv_incidents *all,
	const struct config *config, const struct tally *t, struct hv_report *out)
{
	bool by_ranges = config->warn.set || config->crit.set;
	enum hv_state state = state_of(config, t);

	for (size_t i = 0; i < all->count; i++) {
		const struct hv_incident *in = &all->items[i];

		if (in->excluded)
			continue;
		hv_report_about(out, &(struct hv_subject){ .vm_id = in->vm_id });
		if (hv_incident_is_failed(in))
			hv_incident_add_failed(out, host, in, state);
		else if (hv_incident_is_cancelled(in))
			hv_incident_add_cancelled(
				out, in, by_ranges && state == HV_OK ? HV_OK : HV_WARNING);
		else if (hv_incident_is_cleared(in))
			hv_incident_add_cleared(out, in);
	}
	hv_report_about(out, NULL);
	if (state != HV_OK && t->failed_vms == 0)
		hv_report_add(out, state, NULL, NULL,
			"no virtual machine has an unresolved failure, which the ranges do not "
			"allow");
}

static void add_metrics(const struct hv_incidents *all, const struct config *config,
	const struct tally *t, struct hv_report *out)
{
	const struct {
		const char *name;
		size_t value;
	} plain[] = {
		{ "failures", t->failed },
		{ "cancelled", t->cancelled },
		{ "cleared", t->cleared_vms },
		{ "events", all->events },
	};
	struct hv_metric *m = hv_report_metric(out, NULL, "failed_vms", (double)t->failed_vms, "");

	m->warn = config->warn;
	m->crit = config->crit;
	m->has_min = true;
	for (size_t i = 0; i < HV_ARRAY_LEN(plain); i++) {
		m = hv_report_metric(out, NULL, plain[i].name, (double)plain[i].value, "");
		m->has_min = true;
	}
}

static void eval(const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	const struct config *c = config;
	struct hv_err err = HV_ERR_INIT;
	struct hv_incidents all;
	struct tally t;

	if (hv_incidents_collect(host, c->since.usec, now, &out->arena, &all, &err) < 0) {
		out->failed = true;
		return;
	}
	if (!hv_event_logs_judge(out, host, hv_usec_sub(now, c->since.usec))) {
		hv_report_count(out, 0, 0, 0);
		return;
	}
	t = count(host, &all);
	add_findings(host, &all, c, &t, out);
	hv_incidents_add_gaps(out, &all);
	add_metrics(&all, c, &t, out);
	hv_incidents_ok_text(out, host, &all, t.failed_vms, c->since.usec);
	/* A log tells only of VMs that something happened to: that there is none to judge means
	 * nothing unless the VMs are known. */
	if (t.seen > t.excluded || hv_host_has(host, HV_SEC_VMS))
		hv_report_count(out, t.seen, t.seen - t.excluded, t.excluded);
}

static hv_usec events_since(const void *config)
{
	return ((const struct config *)config)->since.usec;
}

static int validate(const void *config, struct hv_err *err)
{
	if (((const struct config *)config)->since.usec <= 0)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--since must be longer than 0s");
	return 0;
}

const struct hv_check check_hyperv_events = {
	.name = "check_hyperv_events",
	.label = "EVENTS",
	.summary = "Failed checkpoints, backups and merges in the event logs of a Hyper-V host",
	.description =
		"Reads what the Virtual Machine Management Service (VMMS), the VMs' worker "
		"processes and Windows Server Backup wrote about checkpoints, backups and merges, "
		"and tells for each virtual machine whether its last attempt failed.\n\nThe events "
		"of one attempt, at most five minutes apart, count as one. A later success of the "
		"same virtual machine clears its failures: a completed checkpoint (event 18510, "
		"Windows Server 2016 and later) or a run of Windows Server Backup (event 4 or 14) "
		"whose list of components names the virtual machine without an error. Failed "
		"merges are cleared by a finished merge (event 19080). Deleting the virtual "
		"machine (event 13003) clears all. Cleared failures are shown with -v.\n\nEvents "
		"are known by log, id and virtual machine, or by error code or text where the id "
		"is not enough. A VMMS error with a storage error code that is not known otherwise "
		"is reported as unclassified and counts as a failure.\n\nWhen the disks are known, "
		"0x80070002 (file not found) on a virtual machine whose files break a layout rule "
		"is blamed on the disk that breaks it: the event itself often names another.",
	.needs = HV_SEC_EVENTS,
	.uses = HV_SEC_DISKS | HV_SEC_VMS | HV_SEC_VOLUMES | HV_SEC_OS | HV_SEC_GUESTS,
	.options = options,
	.config_size = sizeof(struct config),
	.states = {
		[HV_OK] = "No virtual machine has an unresolved failure in the time looked at.",
		[HV_WARNING] = "Checkpoints were cancelled and no later one succeeded; with "
			       "--warning: more VMs have unresolved failures than it allows.",
		[HV_CRITICAL] = "A virtual machine has a failure that no later success cleared; "
				"with --critical: more of them than it allows.",
		[HV_UNKNOWN] = "The events could not be read, or failures name no virtual machine.",
	},
	.examples = examples,
	.event_keys = hv_known_event_keys,
	.events_since = events_since,
	.validate = validate,
	.eval = eval,
};
HV_CHECK_MAIN(check_hyperv_events);
