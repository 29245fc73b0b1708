/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_updates: whether the host has the updates that its backups need. */
#include <inttypes.h>

#include "check/check.h"
#include "check/need.h"
#include "check/updates.h"
#include "cli/runner.h"

extern const struct hv_check check_hyperv_updates;

#define CONFIG struct hv_updates_config

static const struct hv_opt options[] = {
	HV_OPT(CONFIG, warn, 'w', "warning", "DURATION", "60d",
		"Warning when the newest installed update is older. Updates come once a month."),
	HV_OPT(CONFIG, crit, 'c', "critical", "DURATION", NULL,
		"Critical when the newest installed update is older. No limit by default."),
	HV_OPT(CONFIG, min_ubr, 0, "min-ubr", "BUILD=UBR", NULL,
		"Lowest revision of one build of Windows that is not critical, such as "
		"14393=7515. Only the one for the host's own build counts. Repeatable."),
	HV_OPT_COMMA_LIST(CONFIG, required, 0, "require-kb", "KB", NULL,
		"Update that has to be installed, such as KB3063283. Repeatable, or several "
		"separated by commas."),
	HV_OPT(CONFIG, rules, 0, "rule", "ID=STATE", NULL,
		"State of a rule in place of its default; ok silences it. Repeatable."),
	HV_OPT_END,
};

static int validate(const void *config, struct hv_err *err)
{
	return hv_updates_config_check(config, err);
}

static void tell_dates(const struct hv_updates_job *job)
{
	const struct hv_update_dates *d = &job->dates;

	if (d->not_told > 0)
		hv_report_note(job->out, "the date of %zu update%s is not told or not understood",
			d->not_told, d->not_told == 1 ? "" : "s");
	if (d->in_future > 0)
		hv_report_note(job->out, "the date of %zu update%s lies in the future",
			d->in_future, d->in_future == 1 ? "" : "s");
}

/* "6.3.9600.21563"; "" when not known */
static const char *level_text(const struct hv_updates_job *job)
{
	const struct hv_version v = job->host->version;
	const struct hv_build *b = &job->host->build;

	if (!v.known)
		return "";
	if (b->revision.known && (!b->number.known || b->number.value == v.build))
		return hv_arena_printf(&job->out->arena,
			"version %" PRIu32 ".%" PRIu32 ".%" PRIu32 ".%" PRIu64 ", ", v.major,
			v.minor, v.build, b->revision.value);
	return hv_arena_printf(&job->out->arena, "version %" PRIu32 ".%" PRIu32 ".%" PRIu32 ", ",
		v.major, v.minor, v.build);
}

static void summarise(const struct hv_updates_job *job)
{
	const struct hv_update_dates *d = &job->dates;
	const size_t count = job->host->update_count;
	const char *level = hv_need(job->out, level_text(job));
	char age[HV_TIME_TEXT_MAX];

	if (job->host->build.product != NULL)
		hv_report_note(job->out, "%s", job->host->build.product);
	hv_report_count(job->out, count, count, 0);
	hv_report_nothing_text(job->out,
		"%sthe host lists no installed update at all, so nothing is known about them",
		level);
	if (d->newest == NULL) {
		hv_report_ok_text(
			job->out, "%s%zu installed update%s", level, count, count == 1 ? "" : "s");
		return;
	}
	hv_duration_format(hv_updates_age(job), age);
	hv_report_ok_text(job->out, "%snewest of %zu installed update%s is %s, installed %s ago",
		level, count, count == 1 ? "" : "s", hv_update_name(d->newest), age);
}

static void eval(const struct hv_host *host, const void *config, hv_usec now, struct hv_report *out)
{
	struct hv_updates_job job;

	hv_updates_init(&job, host, config, now, out);
	hv_updates_judge_revision(&job);
	if (host->update_count > 0) {
		hv_updates_judge_age(&job);
		hv_updates_judge_required(&job);
		hv_updates_judge_recommended(&job);
		tell_dates(&job);
	}
	summarise(&job);
}

static const struct hv_example examples[] = {
	{ "--capture host.json", "Judge a captured host." },
	{ "--capture host.json --min-ubr 14393=7515 --min-ubr 17763=6532",
		"Hosts with Windows Server 2016 and 2019 have at least these revisions." },
	{ "--capture host.json --require-kb KB3046826,KB3063283",
		"These updates have to be installed." },
	{ "--capture host.json --rule recommended-kb=warning",
		"Tell every recommended update that the host does not list." },
	{ NULL, NULL },
};

const struct hv_check check_hyperv_updates = {
	.name = "check_hyperv_updates",
	.label = "UPDATES",
	.summary = "Whether the host has the updates that backups of its VMs need",
	.description =
		"Judges the age of the newest installed update, the revision of the host's "
		"Windows against a minimum, and updates by their KB numbers: those you ask for, "
		"and those that Microsoft recommends for Hyper-V on Windows Server 2008 to 2012 "
		"R2.\n"
		"Windows lists what Component Based Servicing installed. A later rollup or "
		"cumulative update may contain a fix without listing its number, so a missing "
		"recommended update is advice and no alarm on a host that has later ones. "
		"KB2920151 and its like are lists and no updates: no host ever lists them.",
	.needs = HV_SEC_OS | HV_SEC_UPDATES,
	.uses = HV_SEC_BUILD,
	.options = options,
	.config_size = sizeof(CONFIG),
	.rules = hv_update_rules,
	.states = {
		[HV_OK] = "The newest update is young enough, and nothing that was asked for is "
			  "missing.",
		[HV_WARNING] = "No update was installed for two months, or a recommended one is "
			       "missing on a host without later ones.",
		[HV_CRITICAL] = "The revision is below the minimum, or an update that was asked "
				"for is missing.",
		[HV_UNKNOWN] = "The host lists no update, tells no date of one, or does not tell "
			       "its revision where a minimum is given.",
	},
	.examples = examples,
	.validate = validate,
	.eval = eval,
};
HV_CHECK_MAIN(check_hyperv_updates);
