/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words for incidents. */
#include "check/incident-findings.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/join.h"
#include "base/parse.h"
#include "base/utf.h"
#include "check/explained.h"
#include "check/known-hresults.h"
#include "check/layout.h"
#include "check/powershell.h"

#define FILE_NOT_FOUND 0x80070002u

enum { REMEDY_MAX = 4096 };

/* How long after a failure the log is worth reading. */
#define LOOK_AROUND (60 * HV_USEC_PER_SEC)

/* The disk that the layout rules blame for a missing file. */
struct culprit {
	const struct hv_disk *disk; /* NULL: none */
	const char *rule;
	const char *named; /* path that the event names; NULL: none, or the same disk */
};

/* Short memory makes the report fail as a whole, so the text no longer matters. */
static const char *or_empty(struct hv_report *out, const char *text)
{
	if (text == NULL)
		out->failed = true;
	return text == NULL ? "" : text;
}

const char *hv_incident_item(struct hv_report *out, const struct hv_incident *in)
{
	if (in->vm != NULL)
		return or_empty(out, hv_vm_title(&out->arena, in->vm));
	return or_empty(out, hv_arena_printf(&out->arena, "VM '%s'",
				     in->vm_name != NULL ? in->vm_name : in->vm_id));
}

static bool has_class(const struct hv_failures *f, enum hv_event_class c)
{
	return (f->classes & 1u << c) != 0;
}

static const char *noun_of(const struct hv_failures *f)
{
	if (f->failed.count == 0)
		return "cancelled checkpoint attempt";
	if (has_class(f, HV_EVENT_MERGE_FAILED))
		return "failed merge";
	if (has_class(f, HV_EVENT_CHECKPOINT_FAILED) || has_class(f, HV_EVENT_CHECKPOINT_CANCELLED))
		return "failed checkpoint attempt";
	return has_class(f, HV_EVENT_BACKUP_FAILED) ? "failed backup attempt"
						    : "unclassified VMMS error";
}

/* "3 failed checkpoint attempts since ..., last at ..." */
static const char *count_text(struct hv_report *out, const struct hv_failures *f)
{
	const struct hv_attempts *a = f->failed.count > 0 ? &f->failed : &f->cancelled;
	char first[HV_TIME_TEXT_MAX];
	char last[HV_TIME_TEXT_MAX];
	const char *text;

	hv_time_format(a->first, first);
	hv_time_format(a->last, last);
	text = a->count == 1 ? hv_arena_printf(&out->arena, "1 %s at %s", noun_of(f), last)
			     : hv_arena_printf(&out->arena, "%zu %ss since %s, last at %s",
				       a->count, noun_of(f), first, last);
	return or_empty(out, text);
}

/* ", 0x80070002 (file not found)" */
static const char *hresult_text(struct hv_report *out, const struct hv_failures *f)
{
	const struct hv_known_hresult *known = hv_known_hresult(f->hresult);

	if (f->hresult == 0)
		return "";
	return or_empty(out, known == NULL
				     ? hv_arena_printf(&out->arena, ", 0x%08" PRIX32, f->hresult)
				     : hv_arena_printf(&out->arena, ", 0x%08" PRIX32 " (%s)",
					       f->hresult, known->text));
}

/* "1 failed merge at ..., 0x80070005 (access denied)"; an event that no row explains is told by its
 * id. */
static const char *failures_text(struct hv_report *out, const struct hv_failures *f)
{
	const char *text;

	if (f->row == NULL && f->event != NULL)
		text = hv_arena_printf(&out->arena, "%s%s in event %" PRIu32, count_text(out, f),
			hresult_text(out, f), f->event->event_id);
	else
		text = hv_arena_printf(
			&out->arena, "%s%s", count_text(out, f), hresult_text(out, f));
	return or_empty(out, text);
}

static struct culprit find_culprit(struct hv_report *out, const struct hv_host *host,
	const struct hv_incident *in, const struct hv_failures *f)
{
	struct culprit c = { .disk = NULL };
	const char *named;

	if (f->hresult != FILE_NOT_FOUND || in->vm == NULL ||
		!hv_host_has(host, HV_SEC_VMS | HV_SEC_DISKS))
		return c;
	c.disk = hv_layout_culprit(host, in->vm, &out->arena, &c.rule);
	if (c.disk == NULL || f->disk == NULL)
		return c;
	named = or_empty(out, hv_path_normalise(&out->arena, f->disk));
	if (!hv_utf8_caseeq(named, c.disk->place.path))
		c.named = f->disk;
	return c;
}

static void explain_culprit(
	struct hv_report *out, struct hv_finding *finding, const struct culprit *c)
{
	if (c->named != NULL)
		hv_finding_why(out, finding,
			"The event names %s, but Hyper-V can log this error for the first disk of "
			"a VM although another is to blame: %s breaks the layout rule %s.",
			c->named, c->disk->place.path, c->rule);
	else
		hv_finding_why(out, finding,
			"%s breaks the layout rule %s, the likely cause; check_hyperv_layout tells "
			"why.",
			c->disk->place.path, c->rule);
}

static void explain_failures(
	struct hv_report *out, struct hv_finding *finding, const struct hv_failures *f)
{
	const struct hv_known_hresult *known =
		f->hresult == 0 ? NULL : hv_known_hresult(f->hresult);
	const char *seen = f->row != NULL ? f->row->meaning
					  : "Hyper-V logged a storage error for the VM in an event "
					    "that is not among the known ones.";

	if (known != NULL && known->meaning != NULL)
		hv_finding_why(out, finding, "%s %s", seen, known->meaning);
	else
		hv_finding_why(out, finding, "%s", seen);
}

static void name_failures(
	struct hv_report *out, struct hv_finding *finding, const struct hv_failures *f)
{
	hv_finding_names_event(out, finding, f->row);
	hv_finding_names_hresult(out, finding, f->hresult);
}

/* The VM's events around the last attempt, for want of a better remedy. */
static void show_log(struct hv_report *out, struct hv_finding *finding,
	const struct hv_incident *in, const struct hv_failures *f)
{
	const struct hv_attempts *a = f->failed.count > 0 ? &f->failed : &f->cancelled;
	char from[HV_TIME_TEXT_MAX];
	char to[HV_TIME_TEXT_MAX];

	hv_time_format(hv_usec_sub(a->last, HV_ATTEMPT_SPAN), from);
	hv_time_format(hv_usec_add(a->last, LOOK_AROUND), to);
	hv_finding_remedy(out, finding,
		"Read what else was logged for the VM then: (Get-WinEvent -LogName "
		"'" HV_CHANNEL_VMMS "' -FilterXPath \"*[System[TimeCreated[@SystemTime>='%s' and "
		"@SystemTime<='%s']]] and *[UserData[VmlEventLog[(VmId='%s')]]]\").Message",
		from, to, in->vm_id);
}

/* Whether a folder can stand between double quotes in a command for cmd.exe. */
static bool is_plain(const char *folder)
{
	return hv_ps_printable(folder) && strpbrk(folder, "\"%") == NULL;
}

/* The folder of the disk that the event names, else the VM's own, else a word to fill in. */
static const char *folder_of(
	struct hv_report *out, const struct hv_incident *in, const struct hv_failures *f)
{
	const char *folder = in->vm != NULL ? in->vm->configuration.path : NULL;

	if (f->disk != NULL)
		folder = or_empty(out, hv_arena_strndup(&out->arena, f->disk,
					       (size_t)(hv_path_file_name(f->disk) - f->disk - 1)));
	return folder != NULL && is_plain(folder) ? folder : "FOLDER";
}

/* The id as the event tells it, when it is one. */
static const char *id_of(const struct hv_incident *in)
{
	char guid[HV_GUID_TEXT_LEN + 1];

	return hv_guid_normalise(in->vm_id, strlen(in->vm_id), guid) ? in->vm_id : "VM-GUID";
}

/* The table's remedy with the user's own names in it. */
static const char *fill_in(struct hv_report *out, const char *remedy, const struct hv_incident *in,
	const struct hv_failures *f)
{
	const struct {
		const char *mark, *value;
	} marks[] = {
		{ "{vm-id}", id_of(in) },
		{ "{folder}", folder_of(out, in, f) },
	};
	HV_AUTO(buf) text = { .max = REMEDY_MAX };

	while (*remedy != '\0') {
		size_t step = 1;

		for (size_t i = 0; i < HV_ARRAY_LEN(marks); i++) {
			if (strncmp(remedy, marks[i].mark, strlen(marks[i].mark)) != 0)
				continue;
			step = strlen(marks[i].mark);
			hv_buf_adds(&text, marks[i].value);
		}
		if (step == 1)
			hv_buf_addc(&text, *remedy);
		remedy += step;
	}
	return or_empty(out, hv_arena_buf(&out->arena, &text));
}

const char *hv_incident_hresult_remedy(
	struct hv_report *out, const struct hv_vm *vm, uint32_t hresult)
{
	const struct hv_known_hresult *known = hresult == 0 ? NULL : hv_known_hresult(hresult);
	const struct hv_incident in = { .vm = vm, .vm_id = vm != NULL ? vm->id : "" };
	const struct hv_failures none = { .disk = NULL };

	return known == NULL || known->remedy == NULL ? NULL
						      : fill_in(out, known->remedy, &in, &none);
}

static void advise(struct hv_report *out, struct hv_finding *finding, const struct hv_incident *in,
	const struct hv_failures *f)
{
	const struct hv_known_hresult *known =
		f->hresult == 0 ? NULL : hv_known_hresult(f->hresult);

	if (f->row != NULL && f->row->remedy != NULL)
		hv_finding_remedy(out, finding, "%s", fill_in(out, f->row->remedy, in, f));
	else if (known != NULL && known->remedy != NULL)
		hv_finding_remedy(out, finding, "%s", fill_in(out, known->remedy, in, f));
	else
		show_log(out, finding, in, f);
}

static struct hv_finding *add_culprit(struct hv_report *out, const struct hv_host *host,
	const struct hv_incident *in, const struct hv_failures *f, enum hv_state state,
	const struct culprit *c)
{
	struct hv_finding *finding = hv_report_add(out, state, hv_incident_item(out, in), NULL,
		"%s; cause: %s (layout rule %s)%s", failures_text(out, f), c->disk->place.path,
		c->rule, c->named != NULL ? ", not the disk that the event names" : "");

	hv_finding_blame(out, finding, c->disk->place.path);
	explain_culprit(out, finding, c);
	hv_finding_names_rule(out, finding, "check_hyperv_layout", hv_layout_rules, c->rule);
	hv_layout_remedy(out, finding, host, in->vm, c->disk);
	return finding;
}

void hv_incident_add_failed(struct hv_report *out, const struct hv_host *host,
	const struct hv_incident *in, enum hv_state state)
{
	bool both = in->checkpoint.failed.count > 0 && in->merge.failed.count > 0;
	const struct hv_failures *f =
		in->checkpoint.failed.count > 0 ? &in->checkpoint : &in->merge;
	struct culprit c = find_culprit(out, host, in, f);
	struct hv_finding *finding;

	if (c.disk != NULL) {
		finding = add_culprit(out, host, in, f, state, &c);
	} else {
		finding = hv_report_add(out, state, hv_incident_item(out, in), NULL, "%s%s%s",
			failures_text(out, f), both ? "; " : "",
			both ? failures_text(out, &in->merge) : "");
		explain_failures(out, finding, f);
		advise(out, finding, in, f);
	}
	name_failures(out, finding, f);
	if (both) {
		advise(out, finding, in, &in->merge);
		name_failures(out, finding, &in->merge);
	}
}

void hv_incident_add_cancelled(
	struct hv_report *out, const struct hv_incident *in, enum hv_state state)
{
	const struct hv_failures *f = &in->checkpoint;
	struct hv_finding *finding = hv_report_add(
		out, state, hv_incident_item(out, in), NULL, "%s", failures_text(out, f));

	explain_failures(out, finding, f);
	advise(out, finding, in, f);
	name_failures(out, finding, f);
}

void hv_incident_add_cleared(struct hv_report *out, const struct hv_incident *in)
{
	char time[HV_TIME_TEXT_MAX];

	hv_time_format(in->cleared_by->time, time);
	hv_report_add(out, HV_OK, hv_incident_item(out, in), NULL,
		"%s; cleared by event %" PRIu32 " of %s at %s", failures_text(out, &in->cleared),
		in->cleared_by->event_id, in->cleared_by->channel, time);
}

void hv_incidents_add_gaps(struct hv_report *out, const struct hv_incidents *all)
{
	char time[HV_TIME_TEXT_MAX];

	if (all->nameless > 0) {
		hv_time_format(all->nameless_last, time);
		hv_report_add(out, HV_UNKNOWN, NULL, NULL,
			"%zu failure event%s no virtual machine, last at %s", all->nameless,
			all->nameless == 1 ? " names" : "s name", time);
	}
	if (all->future > 0) {
		hv_report_note(out, "events later than the time of the verdict, ignored: %zu",
			all->future);
		hv_report_limit(out, "%zu event%s from the future ignored", all->future,
			all->future == 1 ? "" : "s");
	}
}

void hv_incidents_ok_text(struct hv_report *out, const struct hv_host *host,
	const struct hv_incidents *all, size_t failed_vms, hv_usec since)
{
	size_t rows = host->sections[HV_SECTION_EVENTS].rows;
	char span[HV_TIME_TEXT_MAX];
	char newest[HV_TIME_TEXT_MAX] = "";
	const char *verdict = "no unresolved failure";

	hv_duration_format(since, span);
	if (failed_vms > 0)
		verdict = or_empty(out, hv_arena_printf(&out->arena,
						"%zu VM%s with unresolved failures, as allowed,",
						failed_vms, failed_vms == 1 ? "" : "s"));
	if (all->events > 0)
		hv_time_format(all->newest, newest);
	hv_report_ok_text(out,
		"%s in %s; %zu record%s read, %zu about checkpoints, backups or merges%s%s",
		verdict, span, rows, rows == 1 ? "" : "s", all->events,
		all->events > 0 ? ", newest of these " : "", newest);
}
