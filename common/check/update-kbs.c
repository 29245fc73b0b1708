/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Updates by their numbers: those that the user asks for, and those that are recommended. */
#include <inttypes.h>

#include "base/buf.h"
#include "check/explained.h"
#include "check/known-updates.h"
#include "check/need.h"
#include "check/updates.h"

enum { NUMBERS_TEXT_MAX = 1024 };

/* 2016-10-01: monthly rollups for Windows Server 2008 R2 to 2012 R2 began */
#define ROLLUPS_SINCE (HV_USEC_PER_SEC * INT64_C(1475280000))

static bool has_rollup(const struct hv_updates_job *job)
{
	const struct hv_update_dates *d = &job->dates;

	return d->newest == NULL || d->newest_on >= ROLLUPS_SINCE || d->not_told > 0 ||
	       d->in_future > 0;
}

/* What the absence of an update means. */
static const char *later_text(const struct hv_updates_job *job)
{
	return has_rollup(job) ? "a later rollup may contain the fix"
			       : "no update since the monthly rollups began is listed either";
}

static bool is_cumulative(const struct hv_host *host)
{
	return host->version.known && hv_version_cmp(host->version, HV_WINDOWS_2016) >= 0;
}

static void remedy_install(const struct hv_updates_job *job, struct hv_finding *f, uint32_t number)
{
	hv_finding_remedy(job->out, f,
		"Search the Microsoft Update Catalog for 'KB%" PRIu32
		"', and install the file for this version of Windows Server: wusa.exe FILE.msu",
		number);
	hv_finding_remedy(job->out, f,
		"Where wusa says that it does not apply to this computer, a later update has "
		"replaced it.");
}

static void required_missing(const struct hv_updates_job *job, const char *item, uint32_t number)
{
	const enum hv_state state =
		hv_rule_state(&job->cfg->rules, HV_RULE_REQUIRED_KB, HV_CRITICAL);
	struct hv_finding *f;

	if (state == HV_OK)
		return;
	f = hv_report_add(job->out, state, item, HV_RULE_REQUIRED_KB,
		"not among the updates that the host lists (%zu)", job->host->update_count);
	hv_finding_why(job->out, f,
		is_cumulative(job->host)
			? "What it fixes is not fixed by it. A later cumulative update may hold "
			  "the same without naming it: then ask for a revision with --min-ubr in "
			  "place of this number."
			: "What it fixes is not fixed by it. A later rollup may hold the same "
			  "without naming it: then ask for that one's number.");
	hv_finding_names_update(job->out, f, number);
	remedy_install(job, f, number);
}

void hv_updates_judge_required(const struct hv_updates_job *job)
{
	uint64_t missing = 0;

	for (size_t i = 0; i < job->cfg->required.count; i++) {
		const struct hv_update *update;
		const char *item;
		uint32_t number = 0;

		if (hv_kb_parse(job->cfg->required.items[i], &number, NULL) < 0)
			continue;
		item = hv_arena_printf(&job->out->arena, "KB%" PRIu32, number);
		update = hv_updates_find(job->host, number);
		if (update != NULL) {
			hv_report_add(job->out, HV_OK, item, HV_RULE_REQUIRED_KB, "installed");
			continue;
		}
		missing++;
		required_missing(job, item, number);
	}
	hv_report_metric(job->out, NULL, "missing_kbs", (double)missing, "")->has_min = true;
}

static void recommended_missing(
	const struct hv_updates_job *job, const struct hv_known_update *known)
{
	const bool alerts = known->sure && !has_rollup(job);
	const enum hv_state state = hv_rule_state(
		&job->cfg->rules, HV_RULE_RECOMMENDED_KB, alerts ? HV_WARNING : HV_OK);
	const char *item = hv_arena_printf(&job->out->arena, "KB%" PRIu32, known->number);
	struct hv_finding *f;

	f = hv_report_add(job->out, state, item, HV_RULE_RECOMMENDED_KB,
		"not among the updates that the host lists, for: %s%s%s%s; %s", known->subject,
		known->note != NULL ? " (" : "", known->note != NULL ? known->note : "",
		known->note != NULL ? ")" : "", later_text(job));
	hv_finding_names_update(job->out, f, known->number);
	if (state == HV_OK)
		return;
	hv_finding_why(job->out, f, "It concerns backups of VMs (%s). %s", known->source,
		has_rollup(job) ? "That the host does not list it is no proof that the fix is "
				  "missing."
				: "No later update that could contain the fix is listed.");
	remedy_install(job, f, known->number);
}

static bool is_missing(const struct hv_updates_job *job, const struct hv_known_update *known)
{
	return hv_known_update_fits(known, hv_updates_build(job->host)) &&
	       hv_updates_find(job->host, known->number) == NULL;
}

/* Members of a list that say nothing on backups: one finding for all. */
static uint64_t judge_members(const struct hv_updates_job *job)
{
	const enum hv_state state = hv_rule_state(&job->cfg->rules, HV_RULE_RECOMMENDED_KB, HV_OK);
	HV_AUTO(buf) numbers = { .max = NUMBERS_TEXT_MAX };
	const char *source = "";
	uint64_t missing = 0;

	for (const struct hv_known_update *k = hv_known_updates; k->number != 0; k++) {
		if (k->subject != NULL || !is_missing(job, k))
			continue;
		hv_buf_addf(&numbers, "%sKB%" PRIu32, missing > 0 ? ", " : "", k->number);
		source = k->source;
		missing++;
	}
	if (hv_buf_failed(&numbers))
		job->out->failed = true;
	if (missing > 0)
		hv_report_add(job->out, state, "recommended updates", HV_RULE_RECOMMENDED_KB,
			"%" PRIu64 " of a list for Hyper-V (%s) not among those that the host "
			"lists: %s; %s",
			missing, source, hv_buf_str(&numbers), later_text(job));
	return missing;
}

void hv_updates_judge_recommended(const struct hv_updates_job *job)
{
	uint64_t missing = 0;

	for (const struct hv_known_update *k = hv_known_updates; k->number != 0; k++) {
		if (k->subject == NULL || !is_missing(job, k))
			continue;
		missing++;
		recommended_missing(job, k);
	}
	missing += judge_members(job);
	hv_report_metric(job->out, NULL, "missing_recommended_kbs", (double)missing, "")->has_min =
		true;
}
