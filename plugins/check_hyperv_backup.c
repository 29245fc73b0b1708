/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_backup: age and result of the last backup of each virtual machine. */
#include "base/utf.h"
#include "check/age.h"
#include "check/backups.h"
#include "check/incident.h"
#include "cli/runner.h"

extern const struct hv_check check_hyperv_backup;

#define CONFIG struct hv_backup_config

#define DAY            (86400 * HV_USEC_PER_SEC)
#define LEAST_LOOKBACK (7 * DAY)

static const struct hv_opt options[] = {
	HV_OPT(CONFIG, warn, 'w', "warning", "DURATION", "26h",
		"Warning when the last backup of a virtual machine is older. Let it be a little "
		"longer than the time between two backups."),
	HV_OPT(CONFIG, crit, 'c', "critical", "DURATION", "50h",
		"Critical when the last backup of a virtual machine is older."),
	HV_OPT(CONFIG, max_run, 0, "max-run", "DURATION", "12h",
		"How long a run of Windows Server Backup may take."),
	HV_OPT(CONFIG, rules, 0, "rule", "ID=STATE", NULL,
		"State of a rule that is broken, in place of its own; ok silences it. "
		"Repeatable."),
	HV_OPT_END,
};

static int validate(const void *config, struct hv_err *err)
{
	const CONFIG *cfg = config;

	if (cfg->crit.usec < cfg->warn.usec)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--warning and --critical contradict each other: critical would begin "
			"before warning");
	return 0;
}

/* Beyond what is critical, so that a job that runs no more is not taken for one that never was. */
static hv_usec events_since(const void *config)
{
	const CONFIG *cfg = config;
	const hv_usec twice = hv_usec_add(cfg->crit.usec, cfg->crit.usec);

	return twice > LEAST_LOOKBACK ? twice : LEAST_LOOKBACK;
}

/* The name, or the id when another VM has the name too. */
static const char *label_of(const struct hv_host *host, const struct hv_vm *vm)
{
	const struct hv_vm *end = host->vms + host->vm_count; /* sorted by name */
	const bool is_shared = (vm > host->vms && hv_utf8_caseeq(vm[-1].name, vm->name)) ||
			       (vm + 1 < end && hv_utf8_caseeq(vm[1].name, vm->name));

	return is_shared ? vm->id : vm->name;
}

static void add_age(const struct hv_backup_query *query, const char *label, const char *name,
	const struct hv_time *t, struct hv_report *out)
{
	const hv_usec age = t->usec < query->now ? hv_usec_sub(query->now, t->usec) : 0;
	struct hv_metric *m;

	if (t->known)
		m = hv_report_metric(out, label, name, hv_age_seconds(age), "s");
	else
		m = hv_report_metric_unknown(out, label, name, "s");
	m->warn = hv_age_range(&query->config->warn);
	m->crit = hv_age_range(&query->config->crit);
	m->has_min = true;
}

static void add_metrics(const struct hv_backup_query *query, const struct hv_backup_tally *tally,
	struct hv_report *out)
{
	const struct hv_backup_run *last = hv_backup_runs_last(&query->runs);
	const struct {
		const char *name;
		uint64_t value;
	} plain[] = {
		{ "backed_up", tally->backed_up },
		{ "never", tally->never },
		{ "not_known", tally->untold },
		{ "skipped", tally->skipped },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(plain); i++)
		hv_report_metric(out, NULL, plain[i].name, (double)plain[i].value, "")->has_min =
			true;
	if (query->runs.has_log)
		add_age(query, NULL, "job_age",
			&(struct hv_time){
				.usec = last != NULL ? last->start : 0, .known = last != NULL },
			out);
}

static void say_ok(const struct hv_backup_query *query, const struct hv_backup_tally *tally,
	struct hv_report *out)
{
	char oldest[HV_TIME_TEXT_MAX];

	if (!tally->oldest.known) {
		hv_report_ok_text(out, "no backup is too old or failed");
		return;
	}
	hv_duration_format(
		tally->oldest.usec < query->now ? hv_usec_sub(query->now, tally->oldest.usec) : 0,
		oldest);
	hv_report_ok_text(out, "%llu VM%s backed up, the oldest of the last backups %s ago",
		(unsigned long long)tally->backed_up, tally->backed_up == 1 ? "" : "s", oldest);
}

static void eval(const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	struct hv_backup_query query = { .host = host, .config = config, .now = now };
	struct hv_backup_tally tally = { .judged_vms = 0 };
	struct hv_err err = HV_ERR_INIT;
	uint64_t kept = 0;

	if (hv_backup_runs_read(host, hv_usec_sub(now, events_since(config)),
		    hv_usec_add(now, HV_EVENT_CLOCK_SKEW), &out->arena, &query.runs, &err) < 0) {
		out->failed = true;
		return;
	}
	query.is_told = hv_backup_is_told(host, now);
	HV_FOREACH_VM (vm, host) {
		struct hv_time last;

		hv_backup_findings(&query, vm, out, &tally, &last);
		add_age(&query, label_of(host, vm), "backup_age", &last, out);
		kept++;
	}
	hv_backup_host_findings(&query, out, &tally);
	/* When nothing is known of any VM, one finding has said so. */
	if (tally.judged_vms > 0 || tally.untold == 0)
		hv_report_count(out, host->vm_count, tally.judged_vms, host->vm_count - kept);
	say_ok(&query, &tally, out);
	add_metrics(&query, &tally, out);
}

static const struct hv_example examples[] = {
	{ "--capture host.json", "Judge a captured host whose VMs are backed up every night." },
	{ "--capture host.json -w 8d -c 15d", "Backups once a week." },
	{ "--capture host.json --exclude 'test*' --max-run 20h",
		"Without VMs that have no backup; runs that may take twenty hours." },
	{ "--capture host.json --rule never=ok",
		"A backup program that does not tell Hyper-V: judges the jobs of Windows Server "
		"Backup, and VMs whose backup is known." },
	{ NULL, NULL },
};

const struct hv_check check_hyperv_backup = {
	.name = "check_hyperv_backup",
	.label = "BACKUP",
	.summary = "Age and result of the last backup of each virtual machine",
	.description =
		"Tells for each virtual machine when it was last backed up: by what Hyper-V itself "
		"tells (LastSuccessfulBackupTime, Windows Server 2012 and later, whichever program "
		"made the backup), or by a successful run of Windows Server Backup whose list of "
		"components covers the virtual machine, whichever is newer. A virtual machine "
		"that the last run left out is CRITICAL, even when the run as a whole is called a "
		"success.\n"
		"Of Windows Server Backup also the last run is judged: whether it failed, "
		"completed with errors, does not end, or has not been started any more. Runs are "
		"looked for in the last seven days, or twice as far back as is critical. A host "
		"without Windows Server Backup is judged by the virtual machines alone.\n"
		"Virtual machines that are off count as well. Leave those that have no backup out "
		"with --exclude.",
	.needs = HV_SEC_VMS,
	.uses = HV_SEC_OS | HV_SEC_EVENTS,
	.options = options,
	.config_size = sizeof(CONFIG),
	.rules = hv_backup_rules,
	.states = {
		[HV_OK] = "Every virtual machine was backed up in time, and no run failed.",
		[HV_WARNING] = "A backup is older than --warning, or the last run completed with "
			       "errors or does not end.",
		[HV_CRITICAL] = "A backup is older than --critical, a virtual machine was left "
				"out or never backed up, or the last run failed.",
		[HV_UNKNOWN] = "Virtual machines were not readable, or nothing tells of their "
			       "backups.",
	},
	.examples = examples,
	.event_keys = hv_backup_event_keys,
	.events_since = events_since,
	.validate = validate,
	.eval = eval,
};
HV_CHECK_MAIN(check_hyperv_backup);
