/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The doctor's page as text: plugin output whose further lines are the page. Commands stand in one
 * line each, for copying. */
#include <stdint.h>
#include <string.h>

#include "base/utf.h"
#include "output/doctor-parts.h"
#include "output/doctor.h"
#include "output/more.h"
#include "output/output.h"
#include "output/text.h"

static const char *const shouted[HV_OUTLOOK_COUNT] = {
	[HV_OUTLOOK_GOOD] = "WILL BACK UP",
	[HV_OUTLOOK_UNKNOWN] = "NOT KNOWN",
	[HV_OUTLOOK_RISK] = "AT RISK",
	[HV_OUTLOOK_BAD] = "WILL FAIL",
};

static const char *const metrics[HV_OUTLOOK_COUNT] = {
	[HV_OUTLOOK_GOOD] = "vms_will_back_up",
	[HV_OUTLOOK_UNKNOWN] = "vms_not_known",
	[HV_OUTLOOK_RISK] = "vms_at_risk",
	[HV_OUTLOOK_BAD] = "vms_will_fail",
};

static const struct hv_more_form more_of_culprit = { "  more: ", "\n        ", "\n" };
static const struct hv_more_form more_of_evidence = { "    more: ", "\n          ", "\n" };

/* The parts of the page. */
struct page {
	struct hv_buf *out;
	unsigned int verbosity;
	struct hv_buf told; /* for hv_more() */
};

static void add_bounded(struct hv_buf *out, const char *s)
{
	hv_output_text(out, s, HV_OUTPUT_MAX_TEXT);
}

static void add_whole(struct hv_buf *out, const char *s)
{
	hv_output_text(out, s, SIZE_MAX);
}

/* Each line of the text behind this start; of the further ones blanks take its place. */
static void add_lines(struct hv_buf *out, const char *start, const char *text)
{
	const int indent = (int)strlen(start);

	for (bool first = true; text; first = false) {
		size_t len = strcspn(text, "\n");

		if (first)
			hv_buf_adds(out, start);
		else
			hv_buf_addf(out, "%*s", indent, "");
		hv_output_bytes(out, text, len);
		hv_buf_addc(out, '\n');
		text = text[len] ? text + len + 1 : NULL;
	}
}

static void add_perfdata(struct hv_buf *out, const struct hv_diagnosis *d)
{
	const size_t seen = d->host->vm_count;

	hv_buf_adds(out, " |");
	for (int i = HV_OUTLOOK_BAD; i >= HV_OUTLOOK_GOOD; i--)
		hv_buf_addf(out, " %s=%zu;;;0", metrics[i], d->outlooks[i]);
	hv_buf_addf(out, " seen=%zu judged=%zu excluded=%zu\n", seen,
		d->vm_count - d->outlooks[HV_OUTLOOK_UNKNOWN], seen - d->vm_count);
}

/* The remedy of what was told of another VM. */
static void add_told(struct hv_buf *out, const char *start, const struct hv_vm *vm)
{
	hv_buf_addf(out, "%sas for VM '", start);
	add_whole(out, vm->name);
	hv_buf_adds(out, "' above\n");
}

static void add_evidence(struct page *page, const struct hv_evidence *e, const struct hv_vm *vm)
{
	struct hv_buf *out = page->out;

	hv_buf_addf(out, "  %s %s: ", hv_state_name(e->finding->state), e->result->step->title);
	hv_doctor_finding(out, e, vm, add_whole);
	hv_buf_addc(out, '\n');
	if (e->told_for) {
		add_told(out, "    fix: ", e->told_for);
		return;
	}
	if (page->verbosity > 0)
		add_lines(out, "    why: ", e->finding->why);
	add_lines(out, "    fix: ", hv_doctor_remedy(e));
	if (page->verbosity > 0)
		hv_more(out, &page->told, e->result->check, e->finding, &more_of_evidence);
}

static void add_culprit(struct page *page, const struct hv_vm_diagnosis *vm)
{
	const struct hv_finding *f = vm->culprit->finding;
	struct hv_buf *out = page->out;

	hv_buf_adds(out, "  culprit: ");
	hv_doctor_finding(out, vm->culprit, vm->vm, add_whole);
	hv_buf_addf(out, " (%s", vm->culprit->result->step->title);
	if (f->rule)
		hv_buf_addf(out, ", rule %s", f->rule);
	hv_buf_adds(out, ")\n");
	if (vm->explained)
		hv_buf_addf(out, "  explains the logged error %s\n", vm->explained);
	if (vm->culprit->told_for) {
		add_told(out, "  To fix it: ", vm->culprit->told_for);
		return;
	}
	add_lines(out, "  why: ", f->why);
	if (f->remedy) {
		hv_buf_adds(out, "  To fix it:\n");
		add_lines(out, "    ", f->remedy);
	}
	hv_more(out, &page->told, vm->culprit->result->check, f, &more_of_culprit);
}

static void add_vm(struct page *page, const struct hv_vm_diagnosis *vm)
{
	struct hv_buf *out = page->out;

	hv_buf_adds(out, "\nVM '");
	add_whole(out, vm->vm->name);
	hv_buf_addf(out, "': %s\n", shouted[vm->outlook]);
	if (vm->culprit)
		add_culprit(page, vm);
	for (size_t i = 0; i < vm->evidence_count; i++) {
		if (&vm->evidence[i] != vm->culprit)
			add_evidence(page, &vm->evidence[i], vm->vm);
	}
}

static void add_plain_vms(struct hv_buf *out, const struct hv_diagnosis *d, enum hv_outlook outlook)
{
	const size_t count = hv_doctor_count_plain(d, outlook);
	size_t shown = 0;

	if (count == 0)
		return;
	hv_buf_addf(out, "\n%s (%zu): ", hv_doctor_plain_title(outlook), count);
	for (size_t i = 0; i < d->vm_count && shown < HV_OUTPUT_MAX_ITEMS; i++) {
		if (d->vms[i].outlook != outlook || hv_doctor_has_details(&d->vms[i]))
			continue;
		if (shown++ > 0)
			hv_buf_adds(out, ", ");
		add_bounded(out, d->vms[i].vm->name);
	}
	if (shown < count)
		hv_buf_addf(out, " and %zu more", count - shown);
	hv_buf_addc(out, '\n');
}

static void add_vms(struct page *page, const struct hv_diagnosis *d)
{
	struct hv_buf *out = page->out;
	size_t detailed = 0;

	for (size_t i = 0; i < d->vm_count; i++) {
		if (!hv_doctor_has_details(&d->vms[i]))
			continue;
		if (detailed++ < HV_OUTPUT_MAX_ITEMS)
			add_vm(page, &d->vms[i]);
	}
	if (detailed > HV_OUTPUT_MAX_ITEMS)
		hv_buf_addf(out, "\n%zu more VMs are not shown; --output json shows all\n",
			detailed - HV_OUTPUT_MAX_ITEMS);
	for (int i = HV_OUTLOOK_BAD; i >= HV_OUTLOOK_GOOD; i--)
		add_plain_vms(out, d, (enum hv_outlook)i);
}

static void add_host(struct page *page, const struct hv_diagnosis *d)
{
	struct hv_buf *out = page->out;

	if (d->host_evidence_count == 0)
		return;
	hv_buf_adds(out, "\nThe host\n");
	for (size_t i = 0; i < d->host_evidence_count; i++) {
		if (i == HV_OUTPUT_MAX_ITEMS) {
			hv_buf_addf(out, "  %zu more findings are not shown\n",
				d->host_evidence_count - i);
			return;
		}
		add_evidence(page, &d->host_evidence[i], NULL);
	}
}

static void add_notes(struct hv_buf *out, const struct hv_report *report)
{
	for (size_t i = 0; i < report->notes.count; i++)
		add_lines(out, "    note: ", report->notes.items[i]);
	if (report->limits)
		add_lines(out, "    note: not covered: ", report->limits);
}

static void add_steps(struct hv_buf *out, const struct hv_diagnosis *d, unsigned int verbosity)
{
	hv_buf_adds(out, "\nSteps\n");
	for (size_t i = 0; i < d->result_count; i++) {
		const struct hv_step_result *r = &d->results[i];

		hv_buf_addf(out, "  %s %s: ", hv_state_name(hv_report_state(r->report)),
			r->step->title);
		hv_doctor_step(out, r, add_bounded);
		hv_buf_addc(out, '\n');
		if (verbosity > 1)
			add_notes(out, r->report);
	}
	for (size_t i = 0; i < d->skipped_count; i++)
		hv_buf_addf(out, "  skipped %s: left out by --skip\n", d->skipped[i]->title);
}

void hv_output_doctor_text(const struct hv_diagnosis *d, unsigned int verbosity,
	const struct hv_lines *trace, struct hv_buf *out)
{
	struct page page = {
		.out = out,
		.verbosity = verbosity,
		.told = { .max = HV_MORE_TOLD_MAX },
	};
	char time[HV_TIME_TEXT_MAX];

	hv_buf_addf(out, "HYPERV DOCTOR %s - ", hv_state_name(d->state));
	hv_doctor_headline(out, d, add_bounded);
	add_perfdata(out, d);
	hv_time_format(d->now, time);
	hv_buf_adds(out, "\nHost: ");
	add_whole(out, hv_doctor_host_name(d));
	hv_buf_addf(out, ", judged as of %s\n", time);
	add_lines(out, "Warning: ", d->warning);
	add_vms(&page, d);
	add_host(&page, d);
	hv_buf_done(&page.told);
	add_steps(out, d, verbosity);
	for (size_t i = 0; verbosity > 2 && i < trace->count; i++)
		add_lines(out, "trace: ", trace->items[i]);
}
