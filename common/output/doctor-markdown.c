/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The doctor's page as Markdown (CommonMark), for tickets. Foreign text never begins a line, so
 * that only what is special within a line needs a backslash; commands stand in code blocks. */
#include <stdint.h>
#include <string.h>

#include "output/doctor-parts.h"
#include "output/doctor.h"
#include "output/more.h"
#include "output/output.h"
#include "output/text.h"

enum {
	ESCAPED_MAX = 1 << 20, /* one text */
	FENCE_LEAST = 3,
};

static const struct hv_more_form more_of_culprit = { "**More:** `", "`, `", "`\n\n" };
static const struct hv_more_form more_of_evidence = { "; more: `", "`, `", "`" };

static void add_text(struct hv_buf *out, const char *s)
{
	HV_AUTO(buf) safe = { .max = ESCAPED_MAX };

	hv_output_text(&safe, s, SIZE_MAX);
	if (hv_buf_failed(&safe))
		out->failed = true;
	for (const char *p = hv_buf_str(&safe); *p; p++) {
		const bool is_link = *p == ':' && p[1] == '/';

		if (is_link || strchr("\\`*_{}[]<>#|~&!@$", *p))
			hv_buf_addc(out, '\\');
		hv_buf_addc(out, *p);
	}
}

/* Longer than any row of backticks in the text. */
static size_t fence_len(const char *text)
{
	size_t longest = FENCE_LEAST - 1;

	while (*text) {
		size_t len = strspn(text, "`");

		longest = len > longest ? len : longest;
		text += len > 0 ? len : 1;
	}
	return longest + 1;
}

static void add_fence(struct hv_buf *out, size_t len, const char *rest)
{
	for (size_t i = 0; i < len; i++)
		hv_buf_addc(out, '`');
	hv_buf_adds(out, rest);
}

static void add_code(struct hv_buf *out, const char *text)
{
	const size_t fence = fence_len(text);

	hv_buf_addc(out, '\n');
	add_fence(out, fence, "text\n");
	while (text) {
		size_t len = strcspn(text, "\n");

		hv_output_bytes(out, text, len);
		hv_buf_addc(out, '\n');
		text = text[len] ? text + len + 1 : NULL;
	}
	add_fence(out, fence, "\n\n");
}

static void add_told(struct hv_buf *out, const struct hv_vm *vm)
{
	hv_buf_adds(out, "as for VM '");
	add_text(out, vm->name);
	hv_buf_adds(out, "' above");
}

static void add_evidence(struct hv_buf *out, struct hv_buf *told, const struct hv_evidence *e,
	const struct hv_vm *vm)
{
	const char *remedy = e->told_for ? NULL : hv_doctor_remedy(e);

	hv_buf_addf(out, "- **%s** %s: ", hv_state_name(e->finding->state), e->result->step->title);
	hv_doctor_finding(out, e, vm, add_text);
	if (e->told_for) {
		hv_buf_adds(out, "; to fix it, ");
		add_told(out, e->told_for);
	}
	hv_more(out, told, e->result->check, e->finding, &more_of_evidence);
	hv_buf_addc(out, '\n');
	if (remedy)
		add_code(out, remedy);
}

static void add_culprit(struct hv_buf *out, struct hv_buf *told, const struct hv_vm_diagnosis *vm)
{
	const struct hv_finding *f = vm->culprit->finding;

	hv_buf_adds(out, "**Culprit:** ");
	hv_doctor_finding(out, vm->culprit, vm->vm, add_text);
	hv_buf_addf(out, " (%s", vm->culprit->result->step->title);
	if (f->rule)
		hv_buf_addf(out, ", rule %s", f->rule);
	hv_buf_addc(out, ')');
	if (vm->explained)
		hv_buf_addf(out, "; it explains the logged error %s", vm->explained);
	hv_buf_adds(out, "\n\n");
	if (vm->culprit->told_for) {
		hv_buf_adds(out, "**To fix it:** ");
		add_told(out, vm->culprit->told_for);
		hv_buf_adds(out, "\n\n");
		return;
	}
	if (f->why) {
		hv_buf_adds(out, "**Why:** ");
		add_text(out, f->why);
		hv_buf_adds(out, "\n\n");
	}
	if (f->remedy) {
		hv_buf_adds(out, "**To fix it:**\n");
		add_code(out, f->remedy);
	}
	hv_more(out, told, vm->culprit->result->check, f, &more_of_culprit);
}

static void add_vm(struct hv_buf *out, struct hv_buf *told, const struct hv_vm_diagnosis *vm)
{
	hv_buf_adds(out, "## VM '");
	add_text(out, vm->vm->name);
	hv_buf_addf(out, "': %s\n\n", hv_outlook_text(vm->outlook));
	if (vm->culprit)
		add_culprit(out, told, vm);
	for (size_t i = 0; i < vm->evidence_count; i++) {
		if (&vm->evidence[i] != vm->culprit)
			add_evidence(out, told, &vm->evidence[i], vm->vm);
	}
	hv_buf_addc(out, '\n');
}

static void add_plain_vms(struct hv_buf *out, const struct hv_diagnosis *d, enum hv_outlook outlook)
{
	const size_t count = hv_doctor_count_plain(d, outlook);
	const char *before = "";

	if (count == 0)
		return;
	hv_buf_addf(out, "## %s (%zu)\n\nVMs: ", hv_doctor_plain_title(outlook), count);
	for (size_t i = 0; i < d->vm_count; i++) {
		if (d->vms[i].outlook != outlook || hv_doctor_has_details(&d->vms[i]))
			continue;
		hv_buf_adds(out, before);
		add_text(out, d->vms[i].vm->name);
		before = ", ";
	}
	hv_buf_adds(out, "\n\n");
}

static void add_host(struct hv_buf *out, struct hv_buf *told, const struct hv_diagnosis *d)
{
	if (d->host_evidence_count == 0)
		return;
	hv_buf_adds(out, "## The host\n\n");
	for (size_t i = 0; i < d->host_evidence_count; i++)
		add_evidence(out, told, &d->host_evidence[i], NULL);
	hv_buf_addc(out, '\n');
}

static void add_steps(struct hv_buf *out, const struct hv_diagnosis *d)
{
	hv_buf_adds(out, "## Steps\n\n");
	for (size_t i = 0; i < d->result_count; i++) {
		const struct hv_step_result *r = &d->results[i];

		hv_buf_addf(out, "- **%s** %s: ", hv_state_name(hv_report_state(r->report)),
			r->step->title);
		hv_doctor_step(out, r, add_text);
		hv_buf_addc(out, '\n');
	}
	for (size_t i = 0; i < d->skipped_count; i++)
		hv_buf_addf(out, "- skipped %s: left out by --skip\n", d->skipped[i]->title);
}

void hv_output_doctor_markdown(const struct hv_diagnosis *d, struct hv_buf *out)
{
	HV_AUTO(buf) told = { .max = HV_MORE_TOLD_MAX };
	char time[HV_TIME_TEXT_MAX];

	hv_time_format(d->now, time);
	hv_buf_adds(out, "# Backup of the virtual machines of ");
	add_text(out, d->host->name ? d->host->name : "the host");
	hv_buf_addf(out, "\n\n**%s**: ", hv_state_name(d->state));
	hv_doctor_headline(out, d, add_text);
	hv_buf_addf(out, "\n\nJudged as of %s.\n\n", time);
	if (d->warning) {
		hv_buf_adds(out, "**Warning:** ");
		add_text(out, d->warning);
		hv_buf_adds(out, "\n\n");
	}
	for (size_t i = 0; i < d->vm_count; i++) {
		if (hv_doctor_has_details(&d->vms[i]))
			add_vm(out, &told, &d->vms[i]);
	}
	for (int i = HV_OUTLOOK_BAD; i >= HV_OUTLOOK_GOOD; i--)
		add_plain_vms(out, d, (enum hv_outlook)i);
	add_host(out, &told, d);
	add_steps(out, d);
}
