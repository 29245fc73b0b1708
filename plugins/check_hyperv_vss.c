/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_vss: VSS writers that have failed, are missing or wait for too long. */
#include "check/check.h"
#include "check/vss-writers.h"
#include "cli/runner.h"

extern const struct hv_check check_hyperv_vss;

#define MINUTE       (60 * HV_USEC_PER_SEC)
#define INTERVAL_MIN (5 * MINUTE)

struct config {
	struct hv_duration waiting;
	struct hv_duration interval;
	struct hv_rule_states rules;
};

static const struct hv_opt options[] = {
	HV_OPT(struct config, waiting, 0, "waiting", "DURATION", "24h",
		"How long the Hyper-V writer may wait without a backup running."),
	HV_OPT(struct config, interval, 0, "vss-interval", "DURATION", "15m",
		"Do not ask a live host for its writers more often than this, at least 5m; in "
		"between the last answer is judged. When they were asked is remembered in the "
		"directory of --cache (--cache 0:DIR chooses one)."),
	HV_OPT(struct config, rules, 0, "rule", "ID=STATE", NULL,
		"State of a rule in place of its default; ok silences it. Repeatable."),
	HV_OPT_END,
};

static int validate(const void *config, struct hv_err *err)
{
	const struct config *cfg = config;

	if (cfg->interval.usec < INTERVAL_MIN)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--vss-interval: must be at least 5m, each question costs the host much");
	return 0;
}

static hv_usec writers_interval(const void *config)
{
	const struct config *cfg = config;

	return cfg->interval.usec;
}

/* A host that backs up is not asked, and that is no reason to wake anyone. */
static void tell_not_asked(const struct hv_host *host, struct hv_report *out)
{
	if (!hv_host_backup_runs(host)) {
		hv_report_add(out, HV_UNKNOWN, NULL, NULL,
			"the writers were not asked, as something was running on the host of which "
			"it is not known whether it is a backup");
		return;
	}
	hv_report_ok_text(out, "a backup is running, during which the writers are not asked");
	hv_report_limit(out, "VSS writers not judged");
}

static void summarise(
	const struct hv_host *host, const struct hv_writer_tally *tally, struct hv_report *out)
{
	hv_report_count(out, host->writer_count, tally->judged, 0);
	hv_report_ok_text(out, "%zu VSS writer%s, %s%s", host->writer_count,
		host->writer_count == 1 ? "" : "s",
		tally->failed == 0 ? "none of them failed" : "failures silenced by --rule",
		tally->stable > 0    ? ", that of Hyper-V is stable"
		: tally->waiting > 0 ? ", that of Hyper-V waits for the end of a backup"
				     : "");
	hv_report_metric(out, NULL, "writers", (double)host->writer_count, "")->has_min = true;
	hv_report_metric(out, NULL, "failed_writers", (double)tally->failed, "")->has_min = true;
	if (!hv_host_has(host, HV_SEC_JOBS) && tally->waiting > 0)
		hv_report_limit(out, "whether a backup is running is not known");
	if (hv_writers_are_of_client(host))
		hv_report_limit(out, "client editions of Windows have no writer for Hyper-V");
}

static void eval(const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	const struct config *cfg = config;
	const struct hv_writer_job job = {
		.host = host,
		.rules = &cfg->rules,
		.waiting = cfg->waiting.usec,
		.now = now,
		.out = out,
	};
	struct hv_writer_tally tally = { .judged = 0 };

	if (host->writer_count > 0) {
		hv_writers_judge(&job, &tally);
		summarise(host, &tally, out);
	} else if (host->writers_not_asked) {
		tell_not_asked(host, out);
	} else {
		hv_report_add(out, HV_UNKNOWN, NULL, NULL, "no VSS writer is listed at all");
	}
}

static const struct hv_example examples[] = {
	{ "-H hv01 -t 90", "Ask a host; vssadmin takes up to a minute." },
	{ "-H hv01 -t 90 --vss-interval 1h --waiting 12h", "Ask at most once an hour." },
	{ "--capture DIRECTORY", "Judge vssadmin.txt of a captured host." },
	{ NULL, NULL },
};

const struct hv_check check_hyperv_vss = {
	.name = "check_hyperv_vss",
	.label = "VSS",
	.summary = "VSS writers that have failed, are missing or wait for too long",
	.description =
		"Judges what \"vssadmin list writers\" prints, in any language of Windows: whether "
		"the VSS writer of Hyper-V is there, and whether it or another one has failed. "
		"Tells what the last error means and what Microsoft advises.\n"
		"To list the writers costs a host much. So a live host is asked at most every "
		"--vss-interval and never while a backup is running, which its jobs tell; then the "
		"verdict is that the writers are not judged. The account must be an administrator "
		"of the host. Hosts with Windows Server 2008 and 2008 R2 do not tell what their "
		"jobs are for: any of them counts as a backup.",
	.needs = HV_SEC_WRITERS,
	.uses = HV_SEC_JOBS | HV_SEC_VMS | HV_SEC_OS,
	.options = options,
	.config_size = sizeof(struct config),
	.rules = hv_writer_rules,
	.states = {
		[HV_OK] = "No VSS writer has failed, or a backup is running.",
		[HV_WARNING] = "The Hyper-V writer waits for too long, or another writer has failed.",
		[HV_CRITICAL] = "The Hyper-V writer has failed or is missing.",
		[HV_UNKNOWN] = "The writers could not be listed, or not all of them read.",
	},
	.examples = examples,
	.writers_interval = writers_interval,
	.validate = validate,
	.eval = eval,
};
HV_CHECK_MAIN(check_hyperv_vss);
