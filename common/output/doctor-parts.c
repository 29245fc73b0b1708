/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all forms of the doctor's page say. */
#include "output/doctor-parts.h"

#include <string.h>

const char *hv_doctor_host_name(const struct hv_diagnosis *d)
{
	return d->host->name ? d->host->name : "not told";
}

bool hv_doctor_has_details(const struct hv_vm_diagnosis *vm)
{
	return vm->evidence_count > 0;
}

size_t hv_doctor_count_plain(const struct hv_diagnosis *d, enum hv_outlook outlook)
{
	size_t count = 0;

	for (size_t i = 0; i < d->vm_count; i++)
		count += d->vms[i].outlook == outlook && !hv_doctor_has_details(&d->vms[i]);
	return count;
}

const char *hv_doctor_plain_title(enum hv_outlook outlook)
{
	static const char *const titles[HV_OUTLOOK_COUNT] = {
		[HV_OUTLOOK_GOOD] = "Will back up",
		[HV_OUTLOOK_UNKNOWN] = "Not known, for a step that could not be judged",
		[HV_OUTLOOK_RISK] = "At risk, for what is said of the host",
		[HV_OUTLOOK_BAD] = "Will fail, for what is said of the host",
	};

	return titles[outlook];
}

const char *hv_doctor_remedy(const struct hv_evidence *e)
{
	return e->repeats || e->finding->state == HV_OK ? NULL : e->finding->remedy;
}

void hv_doctor_finding(struct hv_buf *out, const struct hv_evidence *e, const struct hv_vm *vm,
	hv_summary_text_fn *add_text)
{
	const char *id = e->finding->about.vm_id;

	if (vm && id && strcmp(vm->id, id) == 0)
		add_text(out, e->finding->text ? e->finding->text : "");
	else
		hv_summary_finding(out, e->finding, add_text);
}

void hv_doctor_step(
	struct hv_buf *out, const struct hv_step_result *result, hv_summary_text_fn *add_text)
{
	struct hv_summary s = hv_summary_make(result->report);

	if (result->not_judged) {
		hv_buf_adds(out, "not judged: ");
		add_text(out, result->not_judged);
		return;
	}
	hv_summary_line(out, &s, result->report, add_text);
}

/* ": VM 'x': ..." of the worst finding of the host or of what was not judged. */
static void add_host_reason(
	struct hv_buf *out, const struct hv_diagnosis *d, hv_summary_text_fn *add_text)
{
	const struct hv_evidence *worst = NULL;

	for (size_t i = 0; i < d->host_evidence_count; i++) {
		const struct hv_evidence *e = &d->host_evidence[i];

		if (!worst ||
			hv_state_rank(e->finding->state) > hv_state_rank(worst->finding->state))
			worst = e;
	}
	if (worst) {
		hv_buf_adds(out, ": ");
		hv_doctor_finding(out, worst, NULL, add_text);
	}
}

static void add_reason(
	struct hv_buf *out, const struct hv_diagnosis *d, hv_summary_text_fn *add_text)
{
	const struct hv_vm_diagnosis *vm = d->vm_count > 0 ? &d->vms[0] : NULL;
	const struct hv_evidence *e = NULL;

	for (size_t i = 0; vm && i < d->vm_count && d->vms[i].outlook == vm->outlook; i++) {
		if (hv_doctor_has_details(&d->vms[i])) {
			vm = &d->vms[i];
			e = vm->culprit ? vm->culprit : &vm->evidence[0];
			break;
		}
	}
	if (!e) {
		add_host_reason(out, d, add_text);
		return;
	}
	hv_buf_adds(out, ": VM '");
	add_text(out, vm->vm->name);
	hv_buf_adds(out, "': ");
	hv_doctor_finding(out, e, vm->vm, add_text);
}

/* " (mount points not known; Event log left out)": what the verdict does not cover. */
static void add_limits(
	struct hv_buf *out, const struct hv_diagnosis *d, hv_summary_text_fn *add_text)
{
	const char *before = " (";

	for (size_t i = 0; i < d->result_count; i++) {
		if (!d->results[i].report->limits)
			continue;
		hv_buf_adds(out, before);
		add_text(out, d->results[i].report->limits);
		before = "; ";
	}
	for (size_t i = 0; i < d->skipped_count; i++) {
		hv_buf_addf(out, "%s%s left out", before, d->skipped[i]->title);
		before = "; ";
	}
	if (*before == ';')
		hv_buf_addc(out, ')');
}

void hv_doctor_headline(
	struct hv_buf *out, const struct hv_diagnosis *d, hv_summary_text_fn *add_text)
{
	const char *of = d->vm_count == 1 ? "VM" : "VMs";
	bool first = true;

	if (d->vm_count == 0)
		hv_buf_adds(out, "no virtual machine to judge");
	else if (d->outlooks[HV_OUTLOOK_GOOD] == d->vm_count)
		hv_buf_addf(out, "%zu of %zu %s will back up", d->vm_count, d->vm_count, of);
	for (int i = HV_OUTLOOK_BAD; i > HV_OUTLOOK_GOOD; i--) {
		if (d->outlooks[i] == 0)
			continue;
		if (first)
			hv_buf_addf(out, "%zu of %zu %s %s", d->outlooks[i], d->vm_count, of,
				hv_outlook_text((enum hv_outlook)i));
		else
			hv_buf_addf(out, ", %zu %s", d->outlooks[i],
				hv_outlook_text((enum hv_outlook)i));
		first = false;
	}
	if (d->state != HV_OK)
		add_reason(out, d, add_text);
	add_limits(out, d, add_text);
}
