/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run begins with event 1, tells its result, and ends with event 14. Where the log has lost a
 * part of that, BackupTime, which all events of a run but the first tell, holds them together. */
#include "check/backup-runs.h"

#include <string.h>

#include "base/utf.h"
#include "check/attempt.h"
#include "check/known-events.h"

enum {
	EVENT_STARTED = 1,
	EVENT_SUCCEEDED = 4,
	EVENT_ENDED = 14,

	LEVEL_ERROR = 2,

	CODES_OF_VSS = 0x80042,   /* 0x80042xxx */
	CODES_OF_BACKUP = 0x8078, /* 0x8078xxxx */
};

/* Events of the channel [manifest and message table of Microsoft-Windows-Backup]. */
static const struct outcome {
	uint32_t id;
	enum hv_backup_outcome outcome;
	bool alone; /* logged without a run: it did not come about */
	const char *meaning;
	const char *remedy;
} outcomes[] = {
	{ EVENT_SUCCEEDED, HV_BACKUP_SUCCEEDED, false, "finished successfully", NULL },
	{ 5, HV_BACKUP_FAILED, false, "failed", NULL },
	{ 7, HV_BACKUP_WITH_ERRORS, false, "completed with errors", NULL },
	{ 8, HV_BACKUP_FAILED, false, "was cancelled",
		"See who or what cancelled it, then run it again: wbadmin start backup" },
	{ 9, HV_BACKUP_FAILED, false, "failed: no shadow copy could be created", NULL },
	{ 17, HV_BACKUP_FAILED, true, "did not start: its engine could not be contacted",
		"Start the service and look at its state: Get-Service wbengine" },
	{ 18, HV_BACKUP_FAILED, true, "did not start: there is no schedule",
		"Look at the schedule and set it again: Get-WBPolicy" },
	{ 19, HV_BACKUP_FAILED, true, "could not be started", NULL },
	{ 49, HV_BACKUP_FAILED, true, "did not start: there is no backup target",
		"Connect the target: Get-WBBackupTarget (Get-WBPolicy)" },
	{ 50, HV_BACKUP_FAILED, true, "failed: the backup target is full",
		"Make room on the target, or delete old versions: wbadmin delete backup "
		"-keepVersions:N" },
	{ 52, HV_BACKUP_FAILED, true, "did not start: the share cannot be written to",
		"Check the rights on the share: Get-WBBackupTarget (Get-WBPolicy)" },
};

const struct hv_event_key hv_backup_event_keys[] = {
	{ .channel = HV_CHANNEL_BACKUP, .optional = true },
	{ .channel = NULL },
};

static const char *field(const struct hv_event *e, const char *name)
{
	for (size_t i = 0; i < e->field_count; i++)
		if (e->fields[i].value != NULL && hv_utf8_caseeq(e->fields[i].name, name))
			return e->fields[i].value;
	return NULL;
}

/* False when not told, or no number. */
static bool code_of(const struct hv_event *e, const char *name, uint32_t *ret)
{
	const char *text = field(e, name);

	return text != NULL && hv_backup_hresult(text, ret);
}

/* A failure that is logged without a run counts when it is an error, or does not tell. */
static const struct outcome *outcome_of(const struct hv_event *e)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(outcomes); i++)
		if (outcomes[i].id == e->event_id)
			return outcomes[i].alone && e->level > LEVEL_ERROR ? NULL : &outcomes[i];
	return NULL;
}

/* Whether an event that does not begin a run belongs to the newest one. */
static bool belongs(const struct hv_backup_run *run, const struct hv_event *e)
{
	const struct hv_event *earlier = run->said != NULL ? run->said : run->ended;
	const char *its = earlier != NULL ? field(earlier, "BackupTime") : NULL;
	const char *own = field(e, "BackupTime");

	if (its != NULL && own != NULL)
		return strcmp(its, own) == 0;
	return run->ended == NULL || hv_usec_sub(e->time, run->end) <= HV_ATTEMPT_SPAN;
}

static void note_codes(struct hv_backup_run *run, const struct hv_event *e)
{
	uint32_t code;

	if (run->hresult == 0 && code_of(e, "HRESULT", &code))
		run->hresult = code;
	if (run->detail == 0 && code_of(e, "DetailedHRESULT", &code))
		run->detail = code;
}

/* A success that tells an error is none. */
static void note_outcome(
	struct hv_backup_run *run, const struct hv_event *e, const struct outcome *o)
{
	note_codes(run, e);
	run->said = e;
	run->outcome = o->outcome;
	run->meaning = o->meaning;
	run->remedy = o->remedy;
	if (o->outcome == HV_BACKUP_SUCCEEDED && run->hresult != 0) {
		run->outcome = HV_BACKUP_WITH_ERRORS;
		run->meaning = "finished, and told an error";
	}
}

/* Event 14 ends every run; it tells the result of one whose own event is not there. */
static void note_end(struct hv_backup_run *run, const struct hv_event *e)
{
	uint32_t code = 0;

	run->ended = e;
	if (run->said != NULL)
		return;
	note_codes(run, e);
	run->said = e;
	if (!code_of(e, "HRESULT", &code)) {
		run->outcome = HV_BACKUP_UNCLEAR;
		run->meaning = "ended, with what result is not told";
	} else if (code != 0) {
		run->outcome = HV_BACKUP_FAILED;
		run->meaning = "ended with an error";
	} else {
		run->outcome = HV_BACKUP_SUCCEEDED;
		run->meaning = "ended without an error";
	}
}

static struct hv_backup_run *begin(struct hv_backup_runs *runs, const struct hv_event *e)
{
	struct hv_backup_run *run = &runs->items[runs->count++];

	*run = (struct hv_backup_run){ .start = e->time, .end = e->time };
	return run;
}

/* The start as the result tells it, for a run whose first event is not there. */
static void note_start(struct hv_backup_run *run, const struct hv_event *e)
{
	const char *text = field(e, "BackupTime");
	hv_usec start;

	if (text != NULL && hv_time_parse_iso(text, &start, NULL) == 0 && start < run->start)
		run->start = start;
}

static void read_event(struct hv_backup_runs *runs, const struct hv_event *e)
{
	struct hv_backup_run *run = runs->count > 0 ? &runs->items[runs->count - 1] : NULL;
	const struct outcome *o = outcome_of(e);
	const bool is_end = e->event_id == EVENT_ENDED;

	if (e->event_id == EVENT_STARTED) {
		begin(runs, e);
		return;
	}
	if (o == NULL && !is_end)
		return;
	if (run != NULL && belongs(run, e)) {
		if (o != NULL && o->alone)
			return; /* the run tells its result itself */
	} else {
		run = begin(runs, e);
		note_start(run, e);
	}
	if (is_end)
		note_end(run, e);
	else if (run->said == NULL || run->said == run->ended)
		note_outcome(run, e, o);
	run->end = e->time;
}

static bool is_of_channel(const struct hv_event *e)
{
	return hv_utf8_caseeq(e->channel, HV_CHANNEL_BACKUP);
}

int hv_backup_runs_read(const struct hv_host *host, hv_usec from, hv_usec to,
	struct hv_arena *arena, struct hv_backup_runs *ret, struct hv_err *err)
{
	struct hv_backup_runs runs = { .count = 0 };
	size_t most = 0;

	HV_FOREACH_EVENT (e, host)
		most += is_of_channel(e);
	runs.has_log = most > 0;
	for (size_t i = 0; i < host->event_log_count; i++) {
		const char *channel = host->event_logs[i].channel;

		runs.has_log |= channel != NULL && hv_utf8_caseeq(channel, HV_CHANNEL_BACKUP);
	}
	*ret = runs;
	if (most == 0)
		return 0;
	runs.items = hv_arena_array(arena, most, sizeof(*runs.items));
	if (runs.items == NULL)
		return hv_err_no_memory(err);
	HV_FOREACH_EVENT (e, host)
		if (is_of_channel(e) && e->time > from && e->time <= to)
			read_event(&runs, e);
	*ret = runs;
	return 0;
}

uint32_t hv_backup_run_code(const struct hv_backup_run *run)
{
	if (run->detail >> 12 == CODES_OF_VSS)
		return run->detail;
	if (run->hresult >> 12 == CODES_OF_VSS || run->hresult >> 16 == CODES_OF_BACKUP)
		return run->hresult;
	return 0;
}

const struct hv_backup_run *hv_backup_runs_last(const struct hv_backup_runs *runs)
{
	return runs->count > 0 ? &runs->items[runs->count - 1] : NULL;
}

const struct hv_backup_run *hv_backup_runs_ended(const struct hv_backup_runs *runs)
{
	for (size_t i = runs->count; i > 0; i--)
		if (runs->items[i - 1].outcome != HV_BACKUP_OPEN)
			return &runs->items[i - 1];
	return NULL;
}

enum hv_backup_mention hv_backup_run_mention(const struct hv_host *host,
	const struct hv_backup_run *run, const struct hv_vm *vm, uint32_t *ret_hresult)
{
	const struct hv_event *const told[] = { run->said, run->ended };
	enum hv_backup_mention worst = HV_BACKUP_NOT_NAMED;

	for (size_t i = 0; i < HV_ARRAY_LEN(told); i++) {
		enum hv_backup_mention m;

		if (told[i] == NULL || (i > 0 && told[i] == told[0]))
			continue;
		m = hv_backup_mention(host, told[i], vm->id, vm->name, ret_hresult);
		if (m == HV_BACKUP_REFUSED)
			return m;
		if (m == HV_BACKUP_COVERED)
			worst = m;
	}
	return worst;
}

static bool proves(const struct hv_host *host, const struct hv_event *e, const struct hv_vm *vm)
{
	uint32_t unused;

	return e != NULL && (e->event_id == EVENT_SUCCEEDED || e->event_id == EVENT_ENDED) &&
	       hv_backup_succeeded(e) &&
	       hv_backup_mention(host, e, vm->id, vm->name, &unused) == HV_BACKUP_COVERED;
}

struct hv_time hv_backup_runs_proof(
	const struct hv_host *host, const struct hv_backup_runs *runs, const struct hv_vm *vm)
{
	for (size_t i = runs->count; i > 0; i--) {
		const struct hv_backup_run *run = &runs->items[i - 1];

		if (run->outcome == HV_BACKUP_SUCCEEDED &&
			(proves(host, run->said, vm) || proves(host, run->ended, vm)))
			return (struct hv_time){ .usec = run->end, .known = true };
	}
	return (struct hv_time){ .known = false };
}
