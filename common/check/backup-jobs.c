/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of the host and not of one VM: the last run of Windows Server Backup, and VMs that
 * nothing is known of. */
#include "check/backups.h"
#include "check/explained.h"
#include "check/known-hresults.h"
#include "check/need.h"

#define RUN_ITEM "Windows Server Backup"

static struct hv_finding *add(const struct hv_backup_query *query, struct hv_report *out,
	const char *item, const char *rule, enum hv_state by_default, const char *text)
{
	const enum hv_state state = hv_rule_state(&query->config->rules, rule, by_default);

	if (state == HV_OK)
		return NULL;
	return hv_report_add(out, state, item, rule, "%s", hv_need(out, text));
}

/* ", 0x807800A1 (a VSS operation failed)"; "" when there is none. */
static const char *code_text(struct hv_report *out, const char *what, uint32_t code)
{
	const struct hv_known_hresult *known = hv_known_hresult(code);

	if (code == 0)
		return "";
	return hv_need(out, known == NULL ? hv_arena_printf(&out->arena, ", %s0x%08lX", what,
						    (unsigned long)code)
					  : hv_arena_printf(&out->arena, ", %s0x%08lX (%s)", what,
						    (unsigned long)code, known->text));
}

/* "the run at 2026-11-22T02:00:00Z failed, 0x807800A1 (...), in detail 0x800423F4 (...)" */
static const char *run_text(struct hv_report *out, const struct hv_backup_run *run)
{
	char start[HV_TIME_TEXT_MAX];

	hv_time_format(run->start, start);
	return hv_arena_printf(&out->arena, "the last run, of %s, %s%s%s", start, run->meaning,
		code_text(out, "", run->hresult), code_text(out, "in detail ", run->detail));
}

static void explain(struct hv_report *out, struct hv_finding *f, const struct hv_backup_run *run)
{
	const struct hv_known_hresult *known = hv_known_hresult(hv_backup_run_code(run));

	if (known != NULL && known->meaning != NULL)
		hv_finding_why(out, f, "%s", known->meaning);
	else if (run->outcome == HV_BACKUP_UNCLEAR)
		hv_finding_why(out, f, "It may have failed.");
	else if (run->outcome == HV_BACKUP_WITH_ERRORS)
		hv_finding_why(out, f, "Part of what was to be backed up is not in the backup.");
	else
		hv_finding_why(out, f, "What it was to back up is in no backup of this run.");
}

/* Whether something else makes the backups now: all VMs have one that is newer. */
static bool is_overtaken(const struct hv_backup_query *query, const struct hv_backup_run *run,
	const struct hv_backup_tally *tally)
{
	const struct hv_duration *warn = &query->config->warn;

	return tally->oldest.known && tally->oldest.usec > run->end && tally->never == 0 &&
	       tally->untold == 0 && hv_usec_sub(query->now, run->end) > warn->usec;
}

static void tell_good_run(struct hv_report *out, const struct hv_backup_run *run)
{
	hv_report_add(out, HV_OK, RUN_ITEM, NULL, "%s", hv_need(out, run_text(out, run)));
}

/* What came of the last run that ended. */
static void judge_result(const struct hv_backup_query *query, const struct hv_backup_run *run,
	struct hv_report *out, const struct hv_backup_tally *tally)
{
	struct hv_finding *f = NULL;

	switch (run->outcome) {
	case HV_BACKUP_OPEN:
		return;
	case HV_BACKUP_SUCCEEDED:
		tell_good_run(out, run);
		return;
	case HV_BACKUP_WITH_ERRORS:
		if (is_overtaken(query, run, tally))
			break;
		f = add(query, out, RUN_ITEM, HV_RULE_BACKUP_WARNINGS, HV_WARNING,
			run_text(out, run));
		break;
	case HV_BACKUP_FAILED:
		if (is_overtaken(query, run, tally))
			break;
		f = add(query, out, RUN_ITEM, HV_RULE_BACKUP_FAILED, HV_CRITICAL,
			run_text(out, run));
		break;
	case HV_BACKUP_UNCLEAR:
		f = add(query, out, RUN_ITEM, HV_RULE_BACKUP_FAILED, HV_UNKNOWN,
			run_text(out, run));
		break;
	}
	if (f == NULL) {
		tell_good_run(out, run); /* allowed, or of the past */
		return;
	}
	explain(out, f, run);
	hv_finding_names_hresult(out, f, run->hresult);
	hv_finding_names_hresult(out, f, run->detail);
	hv_backup_remedy_run(out, f, run);
}

static void judge_open(
	const struct hv_backup_query *query, const struct hv_backup_run *run, struct hv_report *out)
{
	const hv_usec age = run->start < query->now ? hv_usec_sub(query->now, run->start) : 0;
	char start[HV_TIME_TEXT_MAX], text[HV_TIME_TEXT_MAX], limit[HV_TIME_TEXT_MAX];
	struct hv_finding *f = NULL;

	hv_time_format(run->start, start);
	hv_duration_format(age, text);
	hv_duration_format(query->config->max_run.usec, limit);
	if (age > query->config->max_run.usec)
		f = add(query, out, RUN_ITEM, HV_RULE_BACKUP_HANGS, HV_WARNING,
			hv_arena_printf(&out->arena,
				"the run that began at %s has not ended after %s, more than %s",
				start, text, limit));
	else
		hv_report_add(out, HV_OK, RUN_ITEM, NULL, "a run is in progress since %s", start);
	if (f == NULL)
		return;
	hv_finding_why(out, f, "It hangs, or was broken off: while it lasts no other run begins.");
	hv_finding_remedy(out, f, "See how far it is: wbadmin get status");
	hv_finding_remedy(out, f, "When it stands still: wbadmin stop job");
}

/* Windows Server Backup ran, and does so no more. A VM that was backed up since shows that
 * something else makes the backups. */
static void judge_pause(const struct hv_backup_query *query, const struct hv_backup_run *run,
	struct hv_report *out, const struct hv_backup_tally *tally)
{
	const hv_usec age = run->start < query->now ? hv_usec_sub(query->now, run->start) : 0;
	const struct hv_duration *limit = NULL;
	const enum hv_state state = hv_backup_age_state(query->config, age, &limit);
	char start[HV_TIME_TEXT_MAX], text[HV_TIME_TEXT_MAX], limit_text[HV_TIME_TEXT_MAX];
	struct hv_finding *f;

	if (limit == NULL || (tally->newest.known && tally->newest.usec > run->end))
		return;
	hv_time_format(run->start, start);
	hv_duration_format(age, text);
	hv_duration_format(limit->usec, limit_text);
	f = add(query, out, RUN_ITEM, HV_RULE_BACKUP_NO_RUN, state,
		hv_arena_printf(&out->arena, "the last run began %s ago, at %s, more than %s", text,
			start, limit_text));
	if (f == NULL)
		return;
	hv_finding_why(
		out, f, "No run began since: the schedule is gone, or its task is disabled.");
	hv_finding_remedy(out, f,
		"See the schedule: wbadmin get status; Get-WBSchedule "
		"(Get-WBPolicy)");
	hv_finding_remedy(out, f,
		"See the task: schtasks /query /v /fo list /tn "
		"\\Microsoft\\Windows\\Backup\\Microsoft-Windows-WindowsBackup");
}

/* One finding for all of them: it is the host that tells nothing. */
static void tell_untold(
	const struct hv_backup_query *query, struct hv_report *out, struct hv_backup_tally *tally)
{
	const uint64_t more =
		tally->untold > HV_BACKUPS_MAX_NAMED ? tally->untold - HV_BACKUPS_MAX_NAMED : 0;
	struct hv_finding *f;

	if (tally->untold == 0)
		return;
	f = add(query, out, NULL, HV_RULE_BACKUP_NEVER, HV_UNKNOWN,
		more == 0 ? hv_arena_printf(&out->arena, "no backup known of %s", tally->named)
			  : hv_arena_printf(&out->arena, "no backup known of %s and %llu more",
				    tally->named, (unsigned long long)more));
	hv_report_limit(out, "last backup of %llu VM%s not known",
		(unsigned long long)tally->untold, tally->untold == 1 ? "" : "s");
	if (f == NULL || f->state != HV_UNKNOWN)
		tally->judged_vms += tally->untold; /* the user decided */
	if (f == NULL)
		return;
	hv_finding_why(out, f, "%s%s",
		query->host->is_v1
			? "Windows Server 2008 and 2008 R2 do not tell when a VM was last backed up"
			: "Hyper-V tells no last backup of any VM of this host: there was none, or "
			  "the backup program does not tell it",
		query->runs.has_log ? ", and no successful run of Windows Server Backup names them."
				    : ", and there is no event log of Windows Server Backup.");
	hv_backup_remedy_untold(out, f, query);
}

void hv_backup_host_findings(
	const struct hv_backup_query *query, struct hv_report *out, struct hv_backup_tally *tally)
{
	const struct hv_backup_run *last = hv_backup_runs_last(&query->runs);
	const struct hv_backup_run *ended = hv_backup_runs_ended(&query->runs);

	tell_untold(query, out, tally);
	if (ended != NULL)
		judge_result(query, ended, out, tally);
	if (last == NULL)
		return;
	if (last->outcome == HV_BACKUP_OPEN)
		judge_open(query, last, out);
	else
		judge_pause(query, last, out, tally);
}
