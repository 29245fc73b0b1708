/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last backup of each VM, and the rules about it. */
#include "check/backups.h"

#include "check/explained.h"
#include "check/known-hresults.h"
#include "check/need.h"

/* No backup is older than Hyper-V: WMI has 1601 for a time that is not set. */
#define EARLIEST (1199145600 * HV_USEC_PER_SEC) /* 2008-01-01 */
/* How far the clocks of host and judge may be apart. */
#define CLOCK_SKEW (3600 * HV_USEC_PER_SEC)

const struct hv_rule hv_backup_rules[] = {
	{
		.id = HV_RULE_BACKUP_SKIPPED,
		.summary = "A VM that the last run of Windows Server Backup left out",
		.states = "CRITICAL",
		.explanation =
			"The run ended, perhaps as a success, and its list of components tells an "
			"error for the VM. On the target the files look complete, and cannot be "
			"relied upon. A later backup of the VM clears it.",
		.source = "Microsoft-Windows-Backup, events 4, 7 and 14, ComponentInfo",
	},
	{
		.id = HV_RULE_BACKUP_OLD,
		.summary = "A VM whose last backup is too old",
		.states = "WARNING after --warning, CRITICAL after --critical",
		.explanation =
			"The newest of what Hyper-V itself tells, whichever program made the "
			"backup, and of the successful runs of Windows Server Backup whose list of "
			"components covers the VM. A run that names no component proves nothing "
			"for a single VM.",
		.source = "Msvm_ComputerSystem.LastSuccessfulBackupTime; Microsoft-Windows-Backup, "
			  "events 4 and 14",
	},
	{
		.id = HV_RULE_BACKUP_NEVER,
		.summary = "A VM without any known backup",
		.states = "WARNING and CRITICAL as for its age, since the VM was created; UNKNOWN, "
			  "once for the host, when Hyper-V tells no backup of any VM",
		.explanation =
			"Where other VMs have a time of their last backup, a VM without one was "
			"never backed up. Where none has, the backup program may be one that does "
			"not tell Hyper-V, or there is none. Windows Server 2008 and 2008 R2 "
			"tell no such times.",
		.source = "Msvm_ComputerSystem.LastSuccessfulBackupTime",
	},
	{
		.id = HV_RULE_BACKUP_FAILED,
		.summary = "The last run of Windows Server Backup failed",
		.states = "CRITICAL; UNKNOWN when its result is not told",
		.explanation =
			"It failed, was cancelled, or could not begin. A later run clears it. A "
			"run older than --warning also counts as cleared when every VM was backed "
			"up since: then something else makes the backups.",
		.source = "Microsoft-Windows-Backup, events 5, 8, 9, 14, 17 to 19, 49, 50 and 52",
	},
	{
		.id = HV_RULE_BACKUP_WARNINGS,
		.summary = "The last run of Windows Server Backup completed with errors",
		.states = "WARNING",
		.explanation = "Part of what it was to back up is not in the backup. The rule "
			       "skipped tells of the VMs among that.",
		.source = "Microsoft-Windows-Backup, event 7",
	},
	{
		.id = HV_RULE_BACKUP_NO_RUN,
		.summary = "Windows Server Backup has not run any more",
		.states = "as for the age of a backup; OK when a VM was backed up since",
		.explanation = "Its log tells of runs, the last of which began too long ago: the "
			       "scheduled task is disabled, or gone.",
		.source = "Microsoft-Windows-Backup, event 1",
	},
	{
		.id = HV_RULE_BACKUP_HANGS,
		.summary = "A run of Windows Server Backup that does not end",
		.states = "WARNING after --max-run",
		.explanation = "The run began, and no event tells its end. No other run begins "
			       "before it ends.",
		.source = "Microsoft-Windows-Backup, events 1 and 14",
	},
	{ .id = NULL },
};

/* One VM while it is judged. */
struct job {
	const struct hv_backup_query *query;
	const struct hv_vm *vm;
	struct hv_report *out;
	struct hv_backup_tally *tally;
	const char *title;
	struct hv_time last; /* backup */
	bool by_run;         /* a run of Windows Server Backup proves it */
};

bool hv_backup_time_is_set(const struct hv_time *t)
{
	return t->known && t->usec >= EARLIEST;
}

bool hv_backup_is_told(const struct hv_host *host, hv_usec now)
{
	for (size_t i = 0; i < host->vm_count; i++)
		if (hv_backup_time_is_set(&host->vms[i].last_backup) &&
			host->vms[i].last_backup.usec <= hv_usec_add(now, CLOCK_SKEW))
			return true;
	return false;
}

enum hv_state hv_backup_age_state(
	const struct hv_backup_config *config, hv_usec age, const struct hv_duration **ret)
{
	if (config->crit.set && age > config->crit.usec) {
		*ret = &config->crit;
		return HV_CRITICAL;
	}
	if (config->warn.set && age > config->warn.usec) {
		*ret = &config->warn;
		return HV_WARNING;
	}
	return HV_OK;
}

static hv_usec age_of(const struct job *job, hv_usec t)
{
	return t < job->query->now ? hv_usec_sub(job->query->now, t) : 0;
}

static void find_last(struct job *job)
{
	const struct hv_time told = job->vm->last_backup;

	job->last = hv_backup_runs_proof(job->query->host, &job->query->runs, job->vm);
	job->by_run = job->last.known;
	if (hv_backup_time_is_set(&told) && (!job->last.known || told.usec > job->last.usec)) {
		job->last = told;
		job->by_run = false;
	}
}

/* Adds what a rule found, in the state that the user wants; NULL when that is OK. */
static struct hv_finding *add(
	struct job *job, const char *rule, enum hv_state by_default, const char *text)
{
	const enum hv_state state = hv_rule_state(&job->query->config->rules, rule, by_default);

	if (state == HV_OK)
		return NULL;
	return hv_report_add(job->out, state, job->title, rule, "%s", hv_need(job->out, text));
}

/* The reason of an error, " (0x800423F4, non-transient writer error)"; "" when there is none. */
static const char *reason_text(struct hv_report *out, uint32_t hresult)
{
	const struct hv_known_hresult *known = hv_known_hresult(hresult);

	if (hresult == 0)
		return "";
	return hv_need(out,
		known == NULL ? hv_arena_printf(&out->arena, " (0x%08lX)", (unsigned long)hresult)
			      : hv_arena_printf(&out->arena, " (0x%08lX, %s)",
					(unsigned long)hresult, known->text));
}

/* The end of the run that left the VM out, unless it was backed up since. */
static bool judge_skipped(struct job *job)
{
	const struct hv_backup_run *run = hv_backup_runs_ended(&job->query->runs);
	char time[HV_TIME_TEXT_MAX];
	uint32_t hresult = 0;
	struct hv_finding *f;

	if (run == NULL || run->outcome == HV_BACKUP_FAILED ||
		hv_backup_run_mention(job->query->host, run, job->vm, &hresult) !=
			HV_BACKUP_REFUSED)
		return false;
	hv_time_format(run->end, time);
	if (job->last.known && job->last.usec > run->end) {
		hv_report_add(job->out, HV_OK, job->title, HV_RULE_BACKUP_SKIPPED,
			"left out by the run that ended at %s, and backed up since", time);
		return false;
	}
	job->tally->skipped++;
	f = add(job, HV_RULE_BACKUP_SKIPPED, HV_CRITICAL,
		hv_arena_printf(&job->out->arena, "left out of the backup that %s at %s%s",
			run->meaning, time, reason_text(job->out, hresult)));
	if (f == NULL)
		return false;
	hv_finding_why(job->out, f,
		"The run ended, but this VM is not in it. What lies on the target may look "
		"complete; it cannot be relied upon.");
	hv_finding_names_hresult(job->out, f, hresult);
	hv_backup_remedy_skipped(job->out, f, job->query, job->vm, hresult);
	return true;
}

static bool is_ahead(const struct job *job)
{
	return job->last.usec > hv_usec_add(job->query->now, CLOCK_SKEW);
}

static void add_to_range(struct hv_backup_tally *tally, hv_usec t)
{
	if (!tally->oldest.known || t < tally->oldest.usec)
		tally->oldest = (struct hv_time){ .usec = t, .known = true };
	if (!tally->newest.known || t > tally->newest.usec)
		tally->newest = (struct hv_time){ .usec = t, .known = true };
}

static const char *source_of(const struct job *job)
{
	return job->by_run ? "event log of Windows Server Backup" : "LastSuccessfulBackupTime";
}

static void judge_age(struct job *job, bool is_faulty)
{
	const hv_usec age = age_of(job, job->last.usec);
	char age_text[HV_TIME_TEXT_MAX], time[HV_TIME_TEXT_MAX], limit_text[HV_TIME_TEXT_MAX];
	const struct hv_duration *limit = NULL;
	const enum hv_state state = hv_backup_age_state(job->query->config, age, &limit);
	struct hv_finding *f;

	job->tally->backed_up++;
	job->tally->judged_vms++;
	add_to_range(job->tally, job->last.usec);
	hv_duration_format(age, age_text);
	hv_time_format(job->last.usec, time);
	if (limit == NULL) {
		if (!is_faulty)
			hv_report_add(job->out, HV_OK, job->title, NULL,
				"last backup %s ago, at %s (%s)", age_text, time, source_of(job));
		return;
	}
	hv_duration_format(limit->usec, limit_text);
	f = add(job, HV_RULE_BACKUP_OLD, state,
		hv_arena_printf(&job->out->arena, "last backup %s ago, at %s, more than %s (%s)",
			age_text, time, limit_text, source_of(job)));
	if (f == NULL)
		return;
	hv_finding_why(job->out, f, "What changed in the VM since then is in no known backup.");
	hv_backup_remedy_old(job->out, f, job->query, job->vm);
}

/* A time that cannot be is no proof, and no sign that the VM was never backed up. */
static void tell_ahead(struct job *job)
{
	char time[HV_TIME_TEXT_MAX];
	struct hv_finding *f;

	hv_time_format(job->last.usec, time);
	f = add(job, HV_RULE_BACKUP_OLD, HV_UNKNOWN,
		hv_arena_printf(&job->out->arena,
			"the last backup is told as at %s, which is yet to come (%s)", time,
			source_of(job)));
	if (f == NULL)
		return;
	hv_finding_why(job->out, f, "The age of the backup cannot be known.");
	hv_finding_remedy(job->out, f, "Compare the clocks: w32tm /query /status");
}

static void note_untold(struct job *job)
{
	struct hv_backup_tally *tally = job->tally;

	tally->untold++;
	if (tally->named == NULL)
		tally->named = job->title;
	else if (tally->untold <= HV_BACKUPS_MAX_NAMED)
		tally->named = hv_need(job->out,
			hv_arena_printf(&job->out->arena, "%s, %s", tally->named, job->title));
}

/* A VM without a backup counts from when it was created. */
static void judge_never(struct job *job, bool is_faulty)
{
	const struct hv_time *created = &job->vm->created_at;
	const bool is_known = hv_backup_time_is_set(created);
	const hv_usec age = is_known ? age_of(job, created->usec) : HV_USEC_MAX;
	const struct hv_duration *limit = NULL;
	const enum hv_state state = hv_backup_age_state(job->query->config, age, &limit);
	char age_text[HV_TIME_TEXT_MAX];
	struct hv_finding *f;

	hv_duration_format(age, age_text);
	if (limit == NULL) {
		job->tally->never++;
		job->tally->judged_vms++;
		hv_report_add(job->out, HV_OK, job->title, NULL, "no backup yet; created %s ago",
			age_text);
		return;
	}
	if (!job->query->is_told) {
		if (is_faulty)
			job->tally->judged_vms++; /* that it was left out says enough */
		else
			note_untold(job);
		return;
	}
	job->tally->never++;
	job->tally->judged_vms++;
	f = add(job, HV_RULE_BACKUP_NEVER, state,
		is_known ? hv_arena_printf(&job->out->arena,
				   "no backup known, and it was created %s ago", age_text)
			 : "no backup known");
	if (f == NULL)
		return;
	hv_finding_why(job->out, f,
		"Hyper-V tells the last backup of other VMs of this host, and none of this one.");
	hv_backup_remedy_old(job->out, f, job->query, job->vm);
}

void hv_backup_findings(const struct hv_backup_query *query, const struct hv_vm *vm,
	struct hv_report *out, struct hv_backup_tally *tally, struct hv_time *ret)
{
	struct job job = { .query = query, .vm = vm, .out = out, .tally = tally };
	bool is_faulty;

	job.title = hv_vm_title(&out->arena, vm);
	hv_report_about(out, &(struct hv_subject){ .vm_id = vm->id });
	find_last(&job);
	is_faulty = judge_skipped(&job);
	if (job.last.known && is_ahead(&job)) {
		tell_ahead(&job);
		job.last.known = false;
	} else if (job.last.known) {
		judge_age(&job, is_faulty);
	} else {
		judge_never(&job, is_faulty);
	}
	hv_report_about(out, NULL);
	*ret = job.last;
}
