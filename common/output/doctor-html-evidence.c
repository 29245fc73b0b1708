/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was found, VM by VM and then about the host. A finding about many is told in full once. */
#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "output/doctor-html-parts.h"
#include "output/doctor-html.h"
#include "output/html-text.h"
#include "output/more.h"

/* What was told in full already */
struct told {
	const struct hv_finding **items; /* owned */
	size_t count, capacity;
	bool failed;
	struct hv_buf ids; /* for hv_more() */
};

static const struct hv_more_form more_form = { "<p class=\"why\">More: <code>", "</code>, <code>",
	"</code></p>\n" };

enum { TOLD_MAX = (HV_DOCTOR_HTML_MAX_VMS + 1) * (HV_DOCTOR_HTML_MAX_EVIDENCE + 1) };

static bool is_told(const struct told *told, const struct hv_finding *finding)
{
	for (size_t i = 0; i < told->count; i++)
		if (told->items[i] == finding)
			return true;
	return false;
}

/* Findings of several steps may advise the same. */
static bool is_remedy_told(const struct told *told, const char *remedy)
{
	for (size_t i = 0; i < told->count; i++)
		if (told->items[i]->remedy && strcmp(told->items[i]->remedy, remedy) == 0)
			return true;
	return false;
}

static void note(struct told *told, const struct hv_finding *finding)
{
	if (hv_grow(&told->items, &told->capacity, told->count + 1, TOLD_MAX, sizeof(*told->items)))
		told->failed = true;
	else
		told->items[told->count++] = finding;
}

static void add_badge(struct hv_buf *out, struct hv_doctor_look look, const char *text)
{
	hv_buf_addf(out, "<span class=\"badge %s\">%s %s</span>", look.class_name, look.mark, text);
}

/* A cmdlet: Verb-Noun; Hyper-V is none. */
static bool is_cmdlet(const char *s, size_t len)
{
	const char *dash = memchr(s, '-', len);
	size_t noun = dash ? (size_t)(s + len - dash) - 1 : 0;

	return noun > 1 && dash > s && isupper((unsigned char)s[0]) &&
	       isupper((unsigned char)dash[1]) && s[len - 1] != ':' && s[len - 1] != ',';
}

/* Whether a line of a remedy is a command as a whole: sentences start with a capital letter and
 * no cmdlet, or end with a full stop; programs are called by small letters. */
static bool is_command(const char *line, size_t len)
{
	size_t word = 0;

	while (word < len && line[word] != ' ')
		word++;
	if (word == 0 || line[len - 1] == '.')
		return false;
	if (line[0] == '$' || is_cmdlet(line, word))
		return true;
	for (size_t i = 0; i < word; i++)
		if (!islower((unsigned char)line[i]) && line[i] != '.')
			return false;
	return true;
}

/* Where a command starts that ends the sentence: "Or move it: Move-VMStorage ...". len: there is
 * none. */
static size_t command_in(const char *line, size_t len)
{
	if (len == 0 || line[len - 1] == '.')
		return len;
	for (size_t i = 2; i < len; i++) {
		size_t word = line[i] == '(' ? i + 1 : i;
		size_t end = word;

		if (line[i - 2] != ':' || line[i - 1] != ' ')
			continue;
		while (end < len && line[end] != ' ')
			end++;
		if (end > word && is_cmdlet(line + word, end - word))
			return i;
	}
	return len;
}

static void add_sentence(struct hv_buf *out, const char *line, size_t len)
{
	hv_buf_adds(out, "<p>");
	hv_html_bytes(out, line, len);
	hv_buf_adds(out, "</p>\n");
}

/* As it is to be typed. */
static void add_command(struct hv_buf *out, const char *line, size_t len)
{
	hv_buf_adds(out, "<pre>");
	hv_html_bytes(out, line, len);
	hv_buf_adds(out, "</pre>\n");
	if (!hv_html_is_faithful(line, len))
		hv_buf_adds(out, "<p class=\"caution\">Do not copy this: it holds characters that "
				 "cannot be shown, each replaced by a question mark.</p>\n");
}

static void add_remedy(struct hv_buf *out, const char *text)
{
	hv_buf_adds(out, "<div class=\"remedy\">\n<p class=\"label\">What to do</p>\n");
	while (*text) {
		size_t len = strcspn(text, "\n");
		size_t start = is_command(text, len) ? 0 : command_in(text, len);

		if (start > 0)
			add_sentence(out, text, start);
		if (start < len)
			add_command(out, text + start, len - start);
		text += len + (text[len] ? 1 : 0);
	}
	hv_buf_adds(out, "</div>\n");
}

/* "Layout", "CRITICAL", split-root */
static void add_origin(struct hv_buf *out, const struct hv_evidence *e)
{
	hv_buf_adds(out, "<p class=\"origin\">");
	add_badge(out, hv_doctor_look_state(e->finding->state), hv_state_name(e->finding->state));
	hv_buf_addc(out, ' ');
	hv_html_text(out, e->result->step->title);
	if (e->finding->rule) {
		hv_buf_adds(out, " \xC2\xB7 rule <code>");
		hv_html_text(out, e->finding->rule);
		hv_buf_adds(out, "</code>");
	}
	hv_buf_adds(out, "</p>\n");
}

static void add_reasons(struct hv_buf *out, struct told *told, const struct hv_finding *f)
{
	if (is_told(told, f)) {
		hv_buf_adds(
			out, "<p class=\"why\">Why this matters and what to do: see above.</p>\n");
		return;
	}
	if (f->why) {
		hv_buf_adds(out, "<p class=\"why\">");
		hv_html_text(out, f->why);
		hv_buf_adds(out, "</p>\n");
	}
	if (f->remedy && is_remedy_told(told, f->remedy))
		hv_buf_adds(out, "<p class=\"why\">What to do: the same as above.</p>\n");
	else if (f->remedy)
		add_remedy(out, f->remedy);
	note(told, f);
}

/* vm: whose heading stands above; NULL: none. */
static void add_finding(
	struct hv_buf *out, struct told *told, const struct hv_evidence *e, const struct hv_vm *vm)
{
	const struct hv_finding *f = e->finding;
	bool is_about_vm = vm && f->about.vm_id && strcmp(f->about.vm_id, vm->id) == 0;

	hv_buf_adds(out, "<p class=\"seen\">");
	if (f->item && !is_about_vm) {
		hv_html_text(out, f->item);
		hv_buf_adds(out, ": ");
	}
	hv_html_text(out, f->text ? f->text : "");
	hv_buf_adds(out, "</p>\n");
	if (f->why || f->remedy)
		add_reasons(out, told, f);
	hv_more(out, &told->ids, e->result->check, f, &more_form);
}

static void add_culprit(struct hv_buf *out, struct told *told, const struct hv_vm_diagnosis *vm)
{
	hv_buf_adds(out, "<div class=\"culprit\">\n<h4>" HV_MARK_BAD " To blame</h4>\n");
	add_finding(out, told, vm->culprit, vm->vm);
	if (vm->explained) {
		hv_buf_adds(out, "<p class=\"explains\">Explains the logged error <code>");
		hv_html_text(out, vm->explained);
		hv_buf_adds(out, "</code>.</p>\n");
	}
	add_origin(out, vm->culprit);
	hv_buf_adds(out, "</div>\n");
}

/* The findings but one. vm NULL: about the host. */
static void add_list(struct hv_buf *out, struct told *told, const struct hv_evidence *evidence,
	size_t count, const struct hv_finding *but, const struct hv_vm *vm)
{
	size_t shown = 0;
	size_t left_out = 0;

	hv_buf_adds(out, "<ul class=\"evidence\">\n");
	for (size_t i = 0; i < count; i++) {
		if (evidence[i].finding == but)
			continue;
		if (shown == HV_DOCTOR_HTML_MAX_EVIDENCE) {
			left_out++;
			continue;
		}
		shown++;
		hv_buf_adds(out, "<li>\n");
		add_origin(out, &evidence[i]);
		add_finding(out, told, &evidence[i], vm);
		hv_buf_adds(out, "</li>\n");
	}
	if (left_out > 0)
		hv_buf_addf(out, "<li>%zu more are not shown on this page.</li>\n", left_out);
	hv_buf_adds(out, "</ul>\n");
}

static void add_vm(struct hv_buf *out, struct told *told, const struct hv_vm_diagnosis *vm)
{
	struct hv_doctor_look look = hv_doctor_look_outlook(vm->outlook);
	const struct hv_finding *culprit = vm->culprit ? vm->culprit->finding : NULL;

	hv_buf_addf(out, "<article class=\"card %s\">\n<h3><bdi>", look.class_name);
	hv_html_text(out, vm->vm->name);
	hv_buf_adds(out, "</bdi> ");
	add_badge(out, look, hv_outlook_text(vm->outlook));
	hv_buf_adds(out, "</h3>\n");
	if (vm->culprit)
		add_culprit(out, told, vm);
	if (vm->evidence_count > (culprit ? 1 : 0)) {
		hv_buf_addf(out, "<h4>%s</h4>\n", culprit ? "Further evidence" : "Evidence");
		add_list(out, told, vm->evidence, vm->evidence_count, culprit, vm->vm);
	}
	hv_buf_adds(out, "</article>\n");
}

static bool is_good(const struct hv_vm_diagnosis *vm)
{
	return vm->outlook == HV_OUTLOOK_GOOD;
}

/* Names with their outlooks, of VMs from the given one on. */
static void add_names(struct hv_buf *out, const struct hv_diagnosis *d, size_t first, bool good)
{
	size_t shown = 0;
	size_t left_out = 0;

	hv_buf_adds(out, "<ul class=\"names\">\n");
	for (size_t i = first; i < d->vm_count; i++) {
		const struct hv_vm_diagnosis *vm = &d->vms[i];
		struct hv_doctor_look look = hv_doctor_look_outlook(vm->outlook);

		if (is_good(vm) != good)
			continue;
		if (shown == HV_DOCTOR_HTML_MAX_NAMES) {
			left_out++;
			continue;
		}
		shown++;
		hv_buf_addf(out, "<li class=\"%s\"><span class=\"mark\">%s</span> <bdi>",
			look.class_name, look.mark);
		hv_html_text(out, vm->vm->name);
		hv_buf_adds(out, "</bdi>");
		if (!good)
			hv_buf_addf(out, ": %s", hv_outlook_text(vm->outlook));
		hv_buf_adds(out, "</li>\n");
	}
	if (left_out > 0)
		hv_buf_addf(out, "<li>and %zu more</li>\n", left_out);
	hv_buf_adds(out, "</ul>\n");
}

/* Returns how many VMs are not good. */
static size_t add_vms(struct hv_buf *out, struct told *told, const struct hv_diagnosis *d)
{
	size_t count = 0;
	size_t next = d->vm_count;

	for (size_t i = 0; i < d->vm_count; i++) {
		if (is_good(&d->vms[i]))
			continue;
		if (count == 0)
			hv_buf_adds(out, "<section>\n<h2>What stands against a backup</h2>\n");
		if (count++ < HV_DOCTOR_HTML_MAX_VMS)
			add_vm(out, told, &d->vms[i]);
		else if (next == d->vm_count)
			next = i;
	}
	if (next < d->vm_count) {
		hv_buf_addf(out,
			"<p>%zu more virtual machines, without details on this page:</p>\n",
			count - HV_DOCTOR_HTML_MAX_VMS);
		add_names(out, d, next, false);
	}
	if (count > 0)
		hv_buf_adds(out, "</section>\n");
	return count;
}

int hv_doctor_evidence(const struct hv_diagnosis *d, struct hv_buf *out, struct hv_err *err)
{
	struct told told = { .ids = { .max = HV_MORE_TOLD_MAX } };
	size_t problems = add_vms(out, &told, d);

	if (problems < d->vm_count) {
		hv_buf_adds(out, "<section>\n<h2>Virtual machines that will back up</h2>\n");
		add_names(out, d, 0, true);
		hv_buf_adds(out, "</section>\n");
	}
	hv_buf_adds(out, "<section>\n<h2>The host</h2>\n");
	if (d->host_evidence_count > 0)
		add_list(out, &told, d->host_evidence, d->host_evidence_count, NULL, NULL);
	else
		hv_buf_adds(out, "<p class=\"quiet\">No step found anything wrong with the host "
				 "itself.</p>\n");
	hv_buf_adds(out, "</section>\n");
	hv_free(told.items);
	hv_buf_done(&told.ids);
	return told.failed ? hv_err_no_memory(err) : 0;
}
