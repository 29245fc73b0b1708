/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict on one VM in words, with all reasons. */
#include <string.h>

#include "base/attr.h"
#include "base/join.h"
#include "check/explained.h"
#include "check/integration.h"
#include "check/need.h"
#include "check/platform.h"
#include "check/prerequisites.h"

enum {
	MAX_REASONS = 16,    /* of one VM; no more rows can hold at a time */
	TEXT_MAX = 64 * 1024 /* bytes of all reasons */
};

static const char *const verdict_texts[HV_VERDICT_COUNT] = {
	[HV_VERDICT_ONLINE] = "online backup possible",
	[HV_VERDICT_NOT_RUNNING] = "does not run, nothing is in the way of a copy of its files",
	[HV_VERDICT_UNKNOWN] = "not known whether an online backup is possible",
	[HV_VERDICT_SAVED_STATE] = "no online backup, at best in saved state",
	[HV_VERDICT_NOT_POSSIBLE] = "backup not possible",
};

/* What was found of one VM. */
struct outcome {
	enum hv_verdict verdict;
	enum hv_state state;
	struct reason {
		const struct hv_prerequisite *row;
		const char *path;
	} reasons[MAX_REASONS];
	size_t count;
	const struct reason *worst; /* the first one that leads to the verdict; NULL: none */
	const char *remark;         /* what alerts nobody by default; NULL: none */
};

static bool applies(const struct hv_prerequisite_job *job, const struct hv_prerequisite *row)
{
	return (row->hosts & job->host) && (row->guests & job->guest) &&
	       (row->also_off || job->vm->state == HV_VM_RUNNING);
}

/* With no word about any VM's component there is one finding for all of them, not one each. */
static bool is_said_for_all(
	const struct hv_prerequisite_job *job, const struct hv_prerequisite *row)
{
	return row->verdict == HV_VERDICT_UNKNOWN &&
	       strcmp(row->rule, HV_RULE_VSS_COMPONENT) == 0 &&
	       !hv_host_has(job->query->host, HV_SEC_INTEGRATION);
}

static void add_reason(
	struct outcome *o, const struct hv_prerequisite *row, const char *path, enum hv_state state)
{
	if (o->count == MAX_REASONS)
		return;
	o->reasons[o->count] = (struct reason){ .row = row, .path = path };
	if (o->worst == NULL || row->verdict > o->worst->row->verdict)
		o->worst = &o->reasons[o->count];
	o->count++;
	o->state = hv_state_worse(o->state, state);
}

/* What is not told stays UNKNOWN, however bad the user calls the rule. */
static enum hv_state state_of(
	const struct hv_prerequisite_job *job, const struct hv_prerequisite *row)
{
	const enum hv_state state =
		hv_rule_state(&job->query->config->rules, row->rule, row->state);

	return row->verdict == HV_VERDICT_UNKNOWN && state != HV_OK ? HV_UNKNOWN : state;
}

static void raise_verdict(struct outcome *o, enum hv_verdict verdict)
{
	if (verdict > o->verdict)
		o->verdict = verdict;
}

static void collect(const struct hv_prerequisite_job *job, struct outcome *o)
{
	for (const struct hv_prerequisite *row = hv_prerequisites; row->rule != NULL; row++) {
		const char *path = NULL;
		enum hv_state state;

		if (!applies(job, row) || !row->holds(job, &path))
			continue;
		state = state_of(job, row);
		if (state == HV_OK) {
			if (row->state == HV_OK)
				o->remark = row->reason;
			continue;
		}
		raise_verdict(o, row->verdict);
		if (!is_said_for_all(job, row))
			add_reason(o, row, path, state);
	}
}

/* "backup not possible: a pass-through disk; a shared virtual disk (E:\x.vhdx)" */
static const char *reasons_text(struct hv_report *out, const struct outcome *o)
{
	HV_AUTO(buf) text;

	hv_buf_init(&text, TEXT_MAX);
	hv_buf_adds(&text, verdict_texts[o->verdict]);
	for (size_t i = 0; i < o->count; i++) {
		const struct reason *reason = &o->reasons[i];

		hv_buf_addf(&text, "%s%s", i == 0 ? ": " : "; ", reason->row->reason);
		if (reason->path != NULL)
			hv_buf_addf(&text, " (%s)", reason->path);
	}
	return hv_need(out, hv_arena_buf(&out->arena, &text));
}

static void tell(const struct hv_prerequisite_job *job, const char *title, const struct outcome *o)
{
	const struct reason *worst = o->worst;
	struct hv_finding *f = hv_report_add(
		job->out, o->state, title, worst->row->rule, "%s", reasons_text(job->out, o));

	if (worst->row->why != NULL)
		hv_finding_why(job->out, f, "%s", worst->row->why);
	else if (worst->row->verdict != HV_VERDICT_UNKNOWN)
		hv_finding_why(job->out, f, "%s", hv_vss_consequence(job->query->host));
	if (worst->path != NULL)
		hv_finding_blame(job->out, f, worst->path);
	for (size_t i = 0; i < o->count; i++) {
		const struct hv_prerequisite *row = o->reasons[i].row;

		if (row->remedy != NULL)
			row->remedy(job, f, o->reasons[i].path);
		if (strcmp(row->rule, worst->row->rule) != 0)
			hv_finding_names_rule(job->out, f, "check_hyperv_prerequisites",
				hv_prerequisite_rules, row->rule);
	}
}

static void tell_ok(struct hv_report *out, const char *title, const struct outcome *o)
{
	hv_report_add(out, HV_OK, title, NULL, "%s%s%s", verdict_texts[o->verdict],
		o->remark != NULL ? "; " : "", o->remark != NULL ? o->remark : "");
}

enum hv_verdict hv_prerequisite_findings(
	const struct hv_prerequisite_query *query, const struct hv_vm *vm, struct hv_report *out)
{
	const struct hv_prerequisite_job job = {
		.query = query,
		.vm = vm,
		.out = out,
		.host = hv_host_platform(query->host),
		.guest = hv_guest_platform(vm),
		.starting = hv_vm_is_starting(vm, &query->config->grace),
	};
	const char *title = hv_vm_title(&out->arena, vm);
	struct outcome o = {
		.verdict = vm->state == HV_VM_RUNNING ? HV_VERDICT_ONLINE : HV_VERDICT_NOT_RUNNING,
		.state = HV_OK,
	};

	hv_report_about(out, &(struct hv_subject){ .vm_id = vm->id });
	if (vm->state == HV_VM_STATE_UNKNOWN)
		raise_verdict(&o, HV_VERDICT_UNKNOWN);
	collect(&job, &o);
	if (o.count > 0)
		tell(&job, title, &o);
	else if (vm->state == HV_VM_STATE_UNKNOWN)
		hv_report_add(out, HV_UNKNOWN, title, NULL,
			"not judged, the host does not tell whether it runs");
	else if (o.verdict != HV_VERDICT_UNKNOWN)
		tell_ok(out, title, &o);
	hv_report_about(out, NULL);
	return o.verdict;
}
