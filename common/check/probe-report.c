/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of the probe, for people: first what it left behind, then each step. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/parse.h"
#include "check/explained.h"
#include "check/known-hresults.h"
#include "check/need.h"
#include "check/powershell.h"
#include "check/probe-parts.h"

#define DECI (HV_USEC_PER_SEC / 10)

/* Return values of the methods: those of CIM up to 6 [CIM_VirtualSystemSnapshotService], those of
 * Hyper-V from 32768 on [CIM_VirtualSystemManagementService of root\virtualization]. Which of the
 * two a host uses is not said for each method, so both are known. */
static const struct {
	uint64_t value;
	bool blames_vm;
	const char *text;
} return_values[] = {
	{ 0, false, "done" },
	{ 1, true, "not supported" },
	{ 2, true, "failed" },
	{ 3, true, "timeout" },
	{ 4, false, "invalid parameter" },
	{ 5, true, "invalid state" },
	{ 6, false, "invalid type" },
	{ 4096, false, "job started" },
	{ 32768, true, "failed" },
	{ 32769, false, "access denied" },
	{ 32770, true, "not supported" },
	{ 32771, false, "status is unknown" },
	{ 32772, true, "timeout" },
	{ 32773, false, "invalid parameter" },
	{ 32774, true, "in use" },
	{ 32775, true, "invalid state for this operation" },
	{ 32776, false, "incorrect data type" },
	{ 32777, true, "not available" },
	{ 32778, true, "out of memory" },
};

const char *hv_probe_return_text(struct hv_arena *arena, uint64_t value)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(return_values); i++)
		if (return_values[i].value == value)
			return hv_arena_printf(
				arena, "%" PRIu64 ", %s", value, return_values[i].text);
	return hv_arena_printf(arena, "%" PRIu64, value);
}

bool hv_probe_return_blames_vm(uint64_t value)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(return_values); i++)
		if (return_values[i].value == value)
			return return_values[i].blames_vm;
	return false;
}

/* "(0x80070002)": a number within a text that may be in any language. 0: none. */
static uint32_t hresult_in(const char *text)
{
	enum { DIGITS = 8 };

	for (const char *p = text ? strstr(text, "0x") : NULL; p; p = strstr(p + 2, "0x")) {
		char digits[DIGITS + 1] = "";
		uint64_t value;

		if (strspn(p + 2, "0123456789abcdefABCDEF") != DIGITS)
			continue;
		memcpy(digits, p + 2, DIGITS);
		if (hv_parse_hex_u64(digits, UINT32_MAX, &value, NULL) == 0)
			return (uint32_t)value;
	}
	return 0;
}

void hv_probe_take_job(struct hv_probe *p, const struct hv_job *job, struct hv_probe_outcome *ret)
{
	struct hv_arena *arena = &p->out->arena;
	const bool has_code = job->error_code.known && job->error_code.value != 0;

	ret->quoted = hv_arena_strdup(arena, job->error_text);
	ret->hresult = hresult_in(job->error_text);
	if (job->hresult.known && job->hresult.value != 0)
		ret->hresult = (uint32_t)job->hresult.value;
	ret->text = has_code ? hv_arena_printf(arena, "the host's job failed: error %s",
				       hv_probe_return_text(arena, job->error_code.value))
			     : "the host's job failed";
}

/* "1.2 s" */
static const char *seconds(struct hv_report *r, hv_usec time)
{
	return hv_need(r, hv_arena_printf(&r->arena, "%" PRId64 ".%" PRId64 " s",
				  time / HV_USEC_PER_SEC, time % HV_USEC_PER_SEC / DECI));
}

static const char *vm_title(struct hv_probe *p)
{
	return hv_need(p->out, hv_vm_title(&p->out->arena, &p->about));
}

static const struct {
	const char *item;   /* "create" */
	const char *metric; /* "create_time" */
	const char *done;
	const char *undone;
} steps[HV_PROBE_STEPS] = {
	[HV_PROBE_CREATE] = { "create", "create_time", "a checkpoint was created",
		"the checkpoint was not created" },
	[HV_PROBE_REMOVE] = { "remove", "remove_time", "the checkpoint was removed",
		"the checkpoint was not removed" },
	[HV_PROBE_MERGE] = { "merge", "merge_time",
		"the disks are merged and what they were before", "the disks did not merge" },
};

static enum hv_state state_of(enum hv_probe_end end)
{
	switch (end) {
	case HV_PROBE_NOT_REACHED:
	case HV_PROBE_DONE:
	case HV_PROBE_UNNEEDED:
		return HV_OK;
	case HV_PROBE_DOUBTFUL:
		return HV_WARNING;
	case HV_PROBE_UNCLEAR:
		return HV_UNKNOWN;
	case HV_PROBE_FAILED:
		break;
	}
	return HV_CRITICAL;
}

/* The table's remedy, when nothing in it has to be filled in but the VM's id. */
static void advise(struct hv_probe *p, struct hv_finding *f, const struct hv_probe_outcome *o)
{
	const struct hv_known_hresult *known = o->hresult ? hv_known_hresult(o->hresult) : NULL;

	if (o->advice)
		hv_finding_remedy(p->out, f, "%s: %s", o->advice_is_local ? "here" : "on the host",
			o->advice);
	else if (known && known->remedy && strchr(known->remedy, '{') == NULL)
		hv_finding_remedy(p->out, f, "%s", known->remedy);
	if (o->end == HV_PROBE_FAILED)
		hv_finding_remedy(p->out, f,
			"Run check_hyperv_layout, check_hyperv_space and check_hyperv_events for "
			"this virtual machine: they name the disk, the volume or the file, and the "
			"command.");
}

static void explain(struct hv_probe *p, struct hv_finding *f, const struct hv_probe_outcome *o)
{
	const struct hv_known_hresult *known = o->hresult ? hv_known_hresult(o->hresult) : NULL;

	if (known)
		hv_finding_why(p->out, f, "%s: %s", known->name, known->meaning);
	else if (o->end == HV_PROBE_FAILED)
		hv_finding_why(p->out, f,
			"A backup of this virtual machine needs a checkpoint too: it is the "
			"checkpoint and not the backup software that has to be repaired.");
	else if (o->end == HV_PROBE_UNCLEAR)
		hv_finding_why(p->out, f,
			"This says nothing about the virtual machine: the request, the account or "
			"the connection is to blame.");
}

static void report_step(struct hv_probe *p, enum hv_probe_step step)
{
	const struct hv_probe_outcome *o = &p->steps[step];
	const enum hv_state state = state_of(o->end);
	char code[sizeof(" (0x80070002)")] = "";
	struct hv_finding *f;

	if (o->end == HV_PROBE_NOT_REACHED || o->end == HV_PROBE_UNNEEDED)
		return;
	if (state == HV_OK) {
		hv_report_add(p->out, state, steps[step].item, NULL, "%s, %s", steps[step].done,
			seconds(p->out, o->took));
		return;
	}
	if (o->hresult)
		(void)snprintf(code, sizeof(code), " (0x%08" PRIX32 ")", o->hresult);
	f = hv_report_add(p->out, state, vm_title(p), NULL, "%s: %s%s%s%s%s, %s",
		o->end == HV_PROBE_DOUBTFUL ? steps[step].done : steps[step].undone,
		o->text ? o->text : "it failed", code, o->quoted ? ": \"" : "",
		o->quoted ? o->quoted : "", o->quoted ? "\"" : "", seconds(p->out, o->took));
	explain(p, f, o);
	advise(p, f, o);
	hv_finding_names_hresult(p->out, f, o->hresult);
}

/* --- What is left behind --- */

static const char *vm_arguments(struct hv_probe *p)
{
	struct hv_arena *arena = &p->out->arena;

	if (p->shares_name)
		return hv_need(
			p->out, hv_arena_printf(arena, "-VM (Get-VM -Id '%s')", p->about.id));
	return hv_need(p->out, hv_ps_vm(arena, &p->about));
}

/* [Remove-VMSnapshot] */
static void report_known_left(struct hv_probe *p, const char *what)
{
	struct hv_finding *f = hv_report_add(p->out, HV_CRITICAL, what, NULL,
		"checkpoint '%s' (%s) of %s", p->name ? p->name : p->id, p->id, vm_title(p));

	hv_finding_why(p->out, f,
		"The probe created it and could not remove it. It grows until it is removed.");
	hv_finding_remedy(p->out, f,
		"on the host: Remove-VMSnapshot -VMSnapshot (Get-VMSnapshot -Id '%s')", p->id);
}

static void report_unknown_left(struct hv_probe *p, const char *what)
{
	struct hv_finding *f;

	if (p->others)
		f = hv_report_add(p->out, HV_CRITICAL, what, NULL,
			"one of the new checkpoints of %s: %s", vm_title(p), p->others);
	else
		f = hv_report_add(
			p->out, HV_CRITICAL, what, NULL, "by the probe, of %s", vm_title(p));
	hv_finding_why(p->out, f,
		"The host was asked for a checkpoint, and which one it made, or whether it made "
		"one, could not be found out. The probe removes only what is certainly its own.");
	hv_finding_remedy(p->out, f, "on the host: Get-VMSnapshot %s", vm_arguments(p));
	hv_finding_remedy(p->out, f,
		"Remove the one that the probe made: Remove-VMSnapshot -VMSnapshot (Get-VMSnapshot "
		"-Id 'ID')");
}

static void report_left(struct hv_probe *p)
{
	const char *what = p->left == HV_PROBE_LEFT ? "CHECKPOINT LEFT BEHIND"
						    : "CHECKPOINT MAY BE LEFT BEHIND";

	if (p->left == HV_PROBE_LEFT_NOTHING)
		return;
	if (p->id && p->others == NULL)
		report_known_left(p, what);
	else
		report_unknown_left(p, what);
}

/* --- All together --- */

static hv_usec total(const struct hv_probe *p)
{
	hv_usec sum = 0;

	for (int i = 0; i < HV_PROBE_STEPS; i++)
		sum = hv_usec_add(sum, p->steps[i].took);
	return sum;
}

static double in_seconds(hv_usec time)
{
	return (double)time / (double)HV_USEC_PER_SEC;
}

static bool is_done(const struct hv_probe_outcome *o)
{
	return o->end == HV_PROBE_DONE || o->end == HV_PROBE_DOUBTFUL;
}

static bool all_done(const struct hv_probe *p)
{
	for (int i = 0; i < HV_PROBE_STEPS; i++)
		if (!is_done(&p->steps[i]))
			return false;
	return true;
}

static void report_total(struct hv_probe *p)
{
	const struct hv_probe_config *c = p->config;
	const double time = in_seconds(total(p));
	const bool crit = hv_range_alerts(&c->crit, time);
	char range[HV_RANGE_TEXT_MAX];
	struct hv_metric *m;

	if (!all_done(p)) {
		m = hv_report_metric_unknown(p->out, NULL, "time", "s");
	} else {
		m = hv_report_metric(p->out, NULL, "time", time, "s");
		if (crit || hv_range_alerts(&c->warn, time)) {
			hv_range_format(crit ? &c->crit : &c->warn, range);
			hv_report_add(p->out, crit ? HV_CRITICAL : HV_WARNING, vm_title(p), NULL,
				"creation, removal and merge took %s, against %s s",
				seconds(p->out, total(p)), range);
		}
	}
	m->warn = c->warn;
	m->crit = c->crit;
	m->has_min = true;
}

static void add_metrics(struct hv_probe *p)
{
	for (int i = 0; i < HV_PROBE_STEPS; i++) {
		const struct hv_probe_outcome *o = &p->steps[i];
		struct hv_metric *m =
			is_done(o) ? hv_report_metric(p->out, NULL, steps[i].metric,
					     in_seconds(o->took), "s")
				   : hv_report_metric_unknown(p->out, NULL, steps[i].metric, "s");

		m->has_min = true;
	}
}

void hv_probe_report(struct hv_probe *p)
{
	hv_report_about(p->out, &(struct hv_subject){ .vm_id = p->about.id });
	report_left(p);
	for (int i = 0; i < HV_PROBE_STEPS; i++)
		report_step(p, (enum hv_probe_step)i);
	if (p->interrupted)
		hv_report_add(p->out, HV_UNKNOWN, vm_title(p), NULL, "the probe was interrupted%s",
			p->left == HV_PROBE_LEFT_NOTHING ? "; what it had created is removed" : "");
	report_total(p);
	add_metrics(p);
	if (p->about.state != HV_VM_RUNNING)
		hv_report_limit(p->out, "the virtual machine was not running");
	hv_report_ok_text(p->out,
		"%s: a checkpoint was created in %s, removed in %s and merged in %s", vm_title(p),
		seconds(p->out, p->steps[HV_PROBE_CREATE].took),
		seconds(p->out, p->steps[HV_PROBE_REMOVE].took),
		seconds(p->out, p->steps[HV_PROBE_MERGE].took));
	hv_report_about(p->out, NULL);
}
