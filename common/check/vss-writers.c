/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules about VSS writers, and what breaks them. */
#include "check/vss-writers.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/utf.h"
#include "check/explained.h"
#include "check/known-hresults.h"
#include "check/need.h"

/* [hyperv_v2: backing up and restoring virtual machines] */
#define HYPERV_WRITER "66841CD4-6DED-4F4B-8F17-FD23F8DDC3DE"

enum {
	PRODUCT_WORKSTATION = 1, /* [Win32_OperatingSystem.ProductType] */
	NAMES_MAX = 2048,        /* bytes of the names of writers in one finding */
};

/* [VSS_WRITER_STATE] */
enum {
	STATE_STABLE = 1,
	STATE_WAITING_FIRST = 2,
	STATE_WAITING_LAST = 5,
	STATE_FAILED_FIRST = 6,
	STATE_FAILED_LAST = 15,
};

const struct hv_rule hv_writer_rules[] = {
	{
		.id = HV_RULE_WRITER_FAILED,
		.summary = "The Hyper-V VSS writer is in a failed state",
		.states = "CRITICAL",
		.explanation =
			"Its state, the number in brackets, is one of 6 to 15: the last backup "
			"failed in it, and the writer has not been reset since. A backup through "
			"VSS may fail until it is.",
		.source = "Microsoft, VSS_WRITER_STATE; Writer errors and vetoes",
	},
	{
		.id = HV_RULE_WRITER_MISSING,
		.summary = "The Hyper-V VSS writer is not among those listed",
		.states = "CRITICAL; UNKNOWN when the list is not whole",
		.explanation =
			"Other writers are listed, but not that of Hyper-V: its service vmms does "
			"not run or does not answer. Client editions of Windows do not have it and "
			"are not judged.",
		.source =
			"Microsoft, Backing up and restoring virtual machines; In-box VSS writers",
	},
	{
		.id = HV_RULE_WRITER_WAITING,
		.summary = "The Hyper-V VSS writer waits for longer than a backup takes",
		.states = "WARNING",
		.explanation =
			"A writer waits (states 2 to 5) until the backup software is done, which "
			"is right as long as a backup runs. vssadmin does not tell since when, so "
			"this is judged only of live hosts that are asked at least every two "
			"hours: the same instance was found in the same state each time, no "
			"backup was seen, and the first time is longer ago than --waiting.",
		.source = "Microsoft, VSS_WRITER_STATE",
	},
	{
		.id = HV_RULE_OTHER_WRITER_FAILED,
		.summary = "Another VSS writer is in a failed state",
		.states = "WARNING",
		.explanation =
			"Backups of the host's own state or of applications on it fail with it. "
			"Those of virtual machines may still work.",
		.source = "Microsoft, VSS_WRITER_STATE",
	},
	{ .id = NULL },
};

/* What vssadmin prints in English; in other languages nothing is made of the text. */
static const struct {
	const char *text;
	uint32_t code;
} errors[] = {
	{ "Inconsistent shadow copy", 0x800423F0 },
	{ "Out of resources", 0x800423F1 },
	{ "Timed out", 0x800423F2 },
	{ "Retryable error", 0x800423F3 },
	{ "Non-retryable error", 0x800423F4 },
};

const struct hv_known_hresult *hv_writer_error(const char *text)
{
	for (size_t i = 0; text != NULL && i < HV_ARRAY_LEN(errors); i++)
		if (hv_utf8_caseeq(text, errors[i].text))
			return hv_known_hresult(errors[i].code);
	return NULL;
}

bool hv_writers_are_of_client(const struct hv_host *host)
{
	return host->product_type.known && host->product_type.value == PRODUCT_WORKSTATION;
}

bool hv_writer_state_is_failed(uint64_t state)
{
	return state >= STATE_FAILED_FIRST && state <= STATE_FAILED_LAST;
}

bool hv_writer_state_is_waiting(uint64_t state)
{
	return state >= STATE_WAITING_FIRST && state <= STATE_WAITING_LAST;
}

static bool is_failed(const struct hv_writer *w)
{
	return hv_writer_state_is_failed(w->state);
}

static bool is_waiting(const struct hv_writer *w)
{
	return hv_writer_state_is_waiting(w->state);
}

static bool is_known(const struct hv_writer *w)
{
	return w->state >= STATE_STABLE && w->state <= STATE_FAILED_LAST;
}

const char *hv_writer_state_text(uint64_t state)
{
	static const char *const TEXTS[] = {
		[1] = "stable",
		[2] = "waiting for freeze",
		[3] = "waiting for thaw",
		[4] = "waiting for what follows the shadow copy",
		[5] = "waiting for the backup to complete",
		[6] = "failed at identify",
		[7] = "failed at preparing the backup",
		[8] = "failed at preparing the shadow copy",
		[9] = "failed at freeze",
		[10] = "failed at thaw",
		[11] = "failed after the shadow copy was made",
		[12] = "failed at the completion of the backup",
		[13] = "failed before a restore",
		[14] = "failed after a restore",
		[15] = "failed at the end of the backup",
	};

	return state < HV_ARRAY_LEN(TEXTS) ? TEXTS[state] : NULL;
}

static const char *state_text(const struct hv_writer *w)
{
	const char *text = hv_writer_state_text(w->state);

	return text != NULL ? text : "unknown";
}

/* "; last error: 'Retryable error' (0x800423F3 ...)"; "" when it is not told. */
static const char *error_text(struct hv_report *r, const struct hv_writer *w)
{
	const struct hv_known_hresult *known = hv_writer_error(w->last_error);

	if (w->last_error == NULL || w->last_error[0] == '\0' ||
		hv_utf8_caseeq(w->last_error, "No error"))
		return "";
	if (known == NULL)
		return hv_need(r, hv_arena_printf(&r->arena, "; last error: '%s'", w->last_error));
	return hv_need(r, hv_arena_printf(&r->arena, "; last error: '%s' (0x%08" PRIX32 " %s)",
				  w->last_error, known->code, known->name));
}

static const char *item_of(struct hv_report *r, const struct hv_writer *w)
{
	return hv_need(r, hv_arena_printf(&r->arena, "writer '%s'", w->name));
}

static enum hv_state rule_state(
	const struct hv_writer_job *job, const char *rule, enum hv_state by_default)
{
	return hv_rule_state(job->rules, rule, by_default);
}

/* What more is told of: the state that is the fault, and the error. */
static void name_fault(struct hv_report *r, struct hv_finding *f, const struct hv_writer *w)
{
	const struct hv_known_hresult *known = hv_writer_error(w->last_error);

	hv_finding_names_writer(r, f, w->state);
	if (known != NULL)
		hv_finding_names_hresult(r, f, known->code);
}

static void judge_failed(const struct hv_writer_job *job, const struct hv_writer *w)
{
	const enum hv_state state = rule_state(job, HV_RULE_WRITER_FAILED, HV_CRITICAL);
	struct hv_finding *f;

	if (state == HV_OK)
		return;
	f = hv_report_add(job->out, state, item_of(job->out, w), HV_RULE_WRITER_FAILED,
		"state %" PRIu64 ", %s%s", w->state, state_text(w), error_text(job->out, w));
	hv_finding_why(job->out, f,
		"The last backup of this host's VMs through VSS failed in it, and the next ones may "
		"until the writer is reset.");
	name_fault(job->out, f, w);
	hv_writer_remedy_failed(job, f, w);
}

/* Since when it waits is known only where answers were compared. */
static void judge_waiting(const struct hv_writer_job *job, const struct hv_writer *w)
{
	const enum hv_state state = rule_state(job, HV_RULE_WRITER_WAITING, HV_WARNING);
	const hv_usec age = w->since.known ? hv_usec_sub(job->now, w->since.usec) : 0;
	const bool runs = hv_host_backup_runs(job->host);
	char since[HV_TIME_TEXT_MAX];
	char duration[HV_TIME_TEXT_MAX];
	struct hv_finding *f;

	if (runs || !hv_host_has(job->host, HV_SEC_JOBS) || !w->since.known ||
		age <= job->waiting || state == HV_OK) {
		hv_report_add(job->out, HV_OK, item_of(job->out, w), NULL,
			"state %" PRIu64 ", %s, which is right while a backup runs%s", w->state,
			state_text(w), error_text(job->out, w));
		if (!runs && !w->since.known)
			hv_report_note(job->out,
				"how long writer '%s' has been waiting is not told", w->name);
		return;
	}
	hv_time_format(w->since.usec, since);
	hv_duration_format(age, duration);
	f = hv_report_add(job->out, state, item_of(job->out, w), HV_RULE_WRITER_WAITING,
		"state %" PRIu64 ", %s, for %s (since %s or longer), and no backup is running%s",
		w->state, state_text(w), duration, since, error_text(job->out, w));
	hv_finding_why(job->out, f,
		"It waits for backup software that was broken off or hangs; the next backup may "
		"fail in it.");
	name_fault(job->out, f, w);
	hv_writer_remedy_waiting(job, f);
}

static void judge_hyperv(
	const struct hv_writer_job *job, const struct hv_writer *w, struct hv_writer_tally *tally)
{
	tally->hyperv++;
	tally->stable += w->state == STATE_STABLE;
	tally->waiting += is_waiting(w);
	if (is_failed(w))
		judge_failed(job, w);
	else if (is_waiting(w))
		judge_waiting(job, w);
	else if (is_known(w))
		hv_report_add(job->out, HV_OK, item_of(job->out, w), NULL, "stable%s",
			error_text(job->out, w));
	else
		hv_report_add(job->out, HV_UNKNOWN, item_of(job->out, w), NULL,
			"not judged, its state is %" PRIu64 "%s", w->state,
			error_text(job->out, w));
}

static void judge_missing(const struct hv_writer_job *job)
{
	const bool whole = job->host->sections[HV_SECTION_WRITERS].damage == NULL;
	const enum hv_state state =
		rule_state(job, HV_RULE_WRITER_MISSING, whole ? HV_CRITICAL : HV_UNKNOWN);
	struct hv_finding *f;

	if (hv_writers_are_of_client(job->host) || state == HV_OK)
		return;
	f = hv_report_add(job->out, whole ? state : HV_UNKNOWN, NULL, HV_RULE_WRITER_MISSING,
		"the Hyper-V VSS writer is not listed, only %zu other%s%s", job->host->writer_count,
		job->host->writer_count == 1 ? "" : "s",
		whole ? "" : ", as far as they could be read");
	hv_finding_why(job->out, f,
		"It is a part of the service vmms. Without it a backup through VSS does not get "
		"the VMs at all.");
	hv_writer_remedy_missing(job, f);
}

/* One finding for all of them. */
static void judge_others(const struct hv_writer_job *job, uint64_t count)
{
	const enum hv_state state = rule_state(job, HV_RULE_OTHER_WRITER_FAILED, HV_WARNING);
	HV_AUTO(buf) names = { .max = NAMES_MAX };
	struct hv_finding *f;

	if (count == 0 || state == HV_OK)
		return;
	HV_FOREACH_WRITER (w, job->host) {
		if (strcmp(w->id, HYPERV_WRITER) == 0 || !is_failed(w) || names.overflow)
			continue;
		hv_buf_addf(&names, "%s'%s' (state %" PRIu64 "%s)", names.len > 0 ? ", " : "",
			w->name, w->state, error_text(job->out, w));
	}
	if (hv_buf_failed(&names) && !names.overflow)
		job->out->failed = true;
	f = hv_report_add(job->out, state, NULL, HV_RULE_OTHER_WRITER_FAILED,
		"%" PRIu64 " other VSS writer%s failed: %s%s", count, count == 1 ? "" : "s",
		hv_buf_str(&names), names.overflow ? " ..." : "");
	hv_finding_why(job->out, f,
		"Backups of the host's own state, or of applications on it, fail in them; those of "
		"VMs may still work.");
	hv_finding_remedy(job->out, f,
		"Restart the service of each (which one tells Microsoft's list of in-box VSS "
		"writers) or, outside of working hours, the host; then, as administrator: "
		"vssadmin list writers");
	HV_FOREACH_WRITER (w, job->host) {
		if (strcmp(w->id, HYPERV_WRITER) != 0 && is_failed(w))
			name_fault(job->out, f, w);
	}
}

void hv_writers_judge(const struct hv_writer_job *job, struct hv_writer_tally *tally)
{
	uint64_t others = 0;

	HV_FOREACH_WRITER (w, job->host) {
		const bool is_hyperv = strcmp(w->id, HYPERV_WRITER) == 0;

		tally->judged += is_known(w);
		tally->failed += is_failed(w);
		if (is_hyperv)
			judge_hyperv(job, w, tally);
		else
			others += is_failed(w);
	}
	if (tally->hyperv == 0)
		judge_missing(job);
	judge_others(job, others);
}
