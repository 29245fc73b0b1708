/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of a diagnosis: its frame, the sentence on top, the steps and what they do not cover. */
#include "output/doctor-html.h"

#include <config.h>

#include "output/doctor-html-parts.h"
#include "output/html-text.h"
#include "output/summary.h"

/* How many VMs there are of each outlook */
struct tally {
	size_t of[HV_OUTLOOK_BAD + 1];
};

static const enum hv_outlook WORST_FIRST[] = {
	HV_OUTLOOK_BAD,
	HV_OUTLOOK_RISK,
	HV_OUTLOOK_UNKNOWN,
	HV_OUTLOOK_GOOD,
};

struct hv_doctor_look hv_doctor_look_outlook(enum hv_outlook outlook)
{
	static const struct hv_doctor_look LOOKS[] = {
		[HV_OUTLOOK_GOOD] = { .class_name = "good", .mark = HV_MARK_GOOD },
		[HV_OUTLOOK_UNKNOWN] = { .class_name = "unknown", .mark = "?" },
		[HV_OUTLOOK_RISK] = { .class_name = "risk", .mark = "!" },
		[HV_OUTLOOK_BAD] = { .class_name = "bad", .mark = HV_MARK_BAD },
	};

	return LOOKS[outlook];
}

struct hv_doctor_look hv_doctor_look_state(enum hv_state state)
{
	static const enum hv_outlook OUTLOOKS[] = {
		[HV_OK] = HV_OUTLOOK_GOOD,
		[HV_WARNING] = HV_OUTLOOK_RISK,
		[HV_CRITICAL] = HV_OUTLOOK_BAD,
		[HV_UNKNOWN] = HV_OUTLOOK_UNKNOWN,
	};

	return hv_doctor_look_outlook(OUTLOOKS[state]);
}

void hv_doctor_count(struct hv_buf *out, size_t count, const char *one, const char *many)
{
	hv_buf_addf(out, "%zu %s", count, count == 1 ? one : many);
}

static struct tally tally_of(const struct hv_diagnosis *d)
{
	struct tally t = { .of = { 0 } };

	for (size_t i = 0; i < d->vm_count; i++)
		t.of[d->vms[i].outlook]++;
	return t;
}

static void add_part_of(struct hv_buf *out, size_t count, size_t all)
{
	hv_buf_addf(out, "%zu of ", count);
	hv_doctor_count(out, all, "virtual machine", "virtual machines");
}

/* What the whole diagnosis comes down to. Good news is only told when nothing at all is wrong. */
static void add_sentence(struct hv_buf *out, const struct hv_diagnosis *d, const struct tally *t)
{
	if (t->of[HV_OUTLOOK_BAD] > 0) {
		add_part_of(out, t->of[HV_OUTLOOK_BAD], d->vm_count);
		hv_buf_adds(out, " will fail to back up tonight");
	} else if (t->of[HV_OUTLOOK_RISK] > 0) {
		add_part_of(out, t->of[HV_OUTLOOK_RISK], d->vm_count);
		hv_buf_addf(out, " %s at risk of failing to back up tonight",
			t->of[HV_OUTLOOK_RISK] == 1 ? "is" : "are");
	} else if (t->of[HV_OUTLOOK_UNKNOWN] > 0) {
		hv_buf_adds(out, "Whether ");
		add_part_of(out, t->of[HV_OUTLOOK_UNKNOWN], d->vm_count);
		hv_buf_adds(out, " will back up tonight could not be judged");
	} else if (d->vm_count == 0) {
		hv_buf_adds(out, "No virtual machine was judged");
	} else if (d->state == HV_OK) {
		hv_buf_adds(out, d->vm_count == 1 ? "The one virtual machine" : "All ");
		if (d->vm_count > 1)
			hv_buf_addf(out, "%zu virtual machines", d->vm_count);
		hv_buf_adds(out, " will back up tonight");
	} else {
		hv_buf_adds(
			out, "Nothing is known against the backup of any virtual machine, but ");
		hv_buf_adds(out, d->state == HV_UNKNOWN ? "not everything could be judged"
							: "the host has problems");
	}
}

static enum hv_outlook outlook_of(const struct hv_diagnosis *d, const struct tally *t)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(WORST_FIRST); i++)
		if (WORST_FIRST[i] != HV_OUTLOOK_GOOD && t->of[WORST_FIRST[i]] > 0)
			return WORST_FIRST[i];
	if (d->vm_count == 0 || d->state == HV_UNKNOWN)
		return HV_OUTLOOK_UNKNOWN;
	return d->state == HV_OK ? HV_OUTLOOK_GOOD : HV_OUTLOOK_RISK;
}

static void add_time(struct hv_buf *out, hv_usec usec)
{
	char time[HV_TIME_TEXT_MAX];

	hv_time_format(usec, time);
	hv_buf_addf(out, "<time datetime=\"%s\">%.10s %.8s UTC</time>", time, time, time + 11);
}

static const char *host_name(const struct hv_diagnosis *d)
{
	return d->host->name ? d->host->name : "host without a name";
}

static void add_head(struct hv_buf *out, const struct hv_diagnosis *d, const struct tally *t)
{
	hv_buf_adds(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
		"&#39;none&#39;; style-src &#39;unsafe-inline&#39;; base-uri &#39;none&#39;; "
		"form-action &#39;none&#39;\"/>\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		"<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>");
	hv_html_text(out, host_name(d));
	hv_buf_adds(out, ": ");
	add_sentence(out, d, t);
	hv_buf_adds(out, "</title>\n<style>\n");
	hv_buf_adds(out, hv_doctor_style);
	hv_buf_adds(out, "</style>\n</head>\n<body>\n");
}

/* "1 will fail, 3 will back up": when the sentence did not tell all */
static void add_tally(struct hv_buf *out, const struct hv_diagnosis *d, const struct tally *t)
{
	if (d->vm_count == 0)
		return;
	hv_buf_adds(out, "<ul class=\"tally\">\n");
	for (size_t i = 0; i < HV_ARRAY_LEN(WORST_FIRST); i++) {
		struct hv_doctor_look look = hv_doctor_look_outlook(WORST_FIRST[i]);

		if (t->of[WORST_FIRST[i]] > 0)
			hv_buf_addf(out, "<li class=\"badge %s\">%s <strong>%zu</strong> %s</li>\n",
				look.class_name, look.mark, t->of[WORST_FIRST[i]],
				hv_outlook_text(WORST_FIRST[i]));
	}
	hv_buf_adds(out, "</ul>\n");
}

static void add_top(struct hv_buf *out, const struct hv_diagnosis *d, const struct tally *t)
{
	const struct hv_host *host = d->host;
	struct hv_doctor_look look = hv_doctor_look_outlook(outlook_of(d, t));

	hv_buf_adds(out, "<header>\n<p class=\"label\">Backup diagnosis</p>\n<h1><bdi>");
	hv_html_text(out, host_name(d));
	hv_buf_addf(out,
		"</bdi></h1>\n<p class=\"verdict %s\"><span class=\"mark\">%s</span> <span>",
		look.class_name, look.mark);
	add_sentence(out, d, t);
	hv_buf_adds(out, "</span></p>\n");
	add_tally(out, d, t);
	hv_buf_adds(out, "<p class=\"when\">Judged as of ");
	add_time(out, d->now);
	if (host->taken_at.known) {
		hv_buf_adds(out, " from data of ");
		add_time(out, host->taken_at.usec);
	}
	if (host->version.known)
		hv_buf_addf(out, " \xC2\xB7 Windows %u.%u.%u", host->version.major,
			host->version.minor, host->version.build);
	if (host->vm_count > d->vm_count) {
		size_t count = host->vm_count - d->vm_count;

		hv_buf_adds(out, " \xC2\xB7 ");
		hv_doctor_count(out, count, "virtual machine is", "virtual machines are");
		hv_buf_adds(out, " left out by the filter");
	}
	hv_buf_adds(out, "</p>\n</header>\n");
}

static void add_step(struct hv_buf *out, const struct hv_step_result *result)
{
	enum hv_state state = result->not_judged ? HV_UNKNOWN : HV_OK;
	struct hv_doctor_look look;

	if (!result->not_judged)
		state = hv_report_state(result->report);
	look = hv_doctor_look_state(state);
	hv_buf_adds(out, "<tr><th scope=\"row\">");
	hv_html_text(out, result->step->title);
	hv_buf_adds(out, "<br/><code>");
	hv_html_text(out, result->step->check);
	hv_buf_addf(out, "</code></th><td><span class=\"badge %s\">%s %s</span></td><td>",
		look.class_name, look.mark, hv_state_name(state));
	if (result->not_judged) {
		hv_buf_adds(out, "not judged: ");
		hv_html_text(out, result->not_judged);
	} else {
		struct hv_summary s = hv_summary_make(result->report);

		hv_summary_line(out, &s, result->report, hv_html_text);
	}
	hv_buf_adds(out, "</td></tr>\n");
}

static void add_steps(struct hv_buf *out, const struct hv_diagnosis *d)
{
	hv_buf_adds(out, "<section>\n<h2>Steps</h2>\n<div class=\"wide\">\n<table>\n<thead><tr>"
			 "<th scope=\"col\">Step</th><th scope=\"col\">State</th>"
			 "<th scope=\"col\">Result</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < d->result_count; i++)
		add_step(out, &d->results[i]);
	hv_buf_adds(out, "</tbody>\n</table>\n</div>\n</section>\n");
}

static const char *limits_of(const struct hv_step_result *result)
{
	return result->not_judged || !result->report ? NULL : result->report->limits;
}

static void add_limits(struct hv_buf *out, const struct hv_diagnosis *d)
{
	size_t count = 0;

	for (size_t i = 0; i < d->result_count; i++) {
		const struct hv_step_result *result = &d->results[i];
		const char *text = limits_of(result);

		if (!text)
			continue;
		if (count++ == 0)
			hv_buf_adds(out, "<h2>What an OK does not cover</h2>\n<ul>\n");
		hv_buf_adds(out, "<li>");
		hv_html_text(out, result->step->title);
		hv_buf_adds(out, ": ");
		hv_html_text(out, text);
		hv_buf_adds(out, "</li>\n");
	}
	if (count > 0)
		hv_buf_adds(out, "</ul>\n");
}

static void add_end(struct hv_buf *out, const struct hv_diagnosis *d)
{
	hv_buf_adds(out, "</main>\n<footer>\n");
	add_limits(out, d);
	hv_buf_adds(out, "<p>Made by hyperv_doctor of " PACKAGE_NAME " " PACKAGE_VERSION ".</p>\n"
			 "</footer>\n</body>\n</html>\n");
}

/* A report that ran out of memory no longer says all it found. */
static bool is_any_report_failed(const struct hv_diagnosis *d)
{
	for (size_t i = 0; i < d->result_count; i++)
		if (!d->results[i].not_judged && hv_report_failed(d->results[i].report))
			return true;
	return false;
}

static int settle(const struct hv_diagnosis *d, const struct hv_buf *out, struct hv_err *err)
{
	if (out->overflow)
		return hv_err_set(err, HV_ERR_LIMIT, "the page is larger than %zu bytes", out->max);
	if (hv_buf_failed(out) || is_any_report_failed(d))
		return hv_err_no_memory(err);
	return 0;
}

int hv_output_doctor_html(const struct hv_diagnosis *d, struct hv_buf *out, struct hv_err *err)
{
	struct tally tally = tally_of(d);

	add_head(out, d, &tally);
	add_top(out, d, &tally);
	hv_buf_adds(out, "<main>\n<section>\n<h2>The host at a glance</h2>\n");
	if (hv_doctor_drawing(d, out, err))
		return -1;
	hv_buf_adds(out, "</section>\n");
	if (hv_doctor_evidence(d, out, err))
		return -1;
	add_steps(out, d);
	add_end(out, d);
	return settle(d, out, err);
}
