/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plugin output by the Monitoring Plugins guidelines, "Plugin Output for Nagios" and "Verbose
 * output". */
#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "output/more.h"
#include "output/output.h"
#include "output/perfdata.h"
#include "output/summary.h"
#include "output/text.h"

static const char CONTINUATION[] = "       "; /* as long as "  fix: " */
static const struct hv_more_form more_lines = { "  more: ", "\n        ", "\n" };

/* The lines behind the first one. */
struct lines {
	struct hv_buf *out;
	const struct hv_check *check;
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

static void add_head(struct hv_buf *out, const char *label, enum hv_state state)
{
	hv_buf_addf(out, "HYPERV %s %s - ", label, hv_state_name(state));
}

static void add_count(struct hv_buf *out, const char *name, uint64_t value)
{
	hv_buf_addf(out, " %s=%" PRIu64, name, value);
}

/* All performance data. Returns how many metrics were left out. */
static size_t add_perfdata(struct hv_buf *out, const struct hv_report *report)
{
	size_t count = 0;

	if (report->metrics || report->counted)
		hv_buf_adds(out, " |");
	for (const struct hv_metric *m = report->metrics; m; m = m->next) {
		if (count++ >= HV_OUTPUT_MAX_METRICS)
			continue;
		hv_buf_addc(out, ' ');
		hv_perfdata_metric(out, m);
	}
	if (report->counted) {
		add_count(out, "seen", report->seen);
		add_count(out, "judged", report->judged);
		add_count(out, "excluded", report->excluded);
	}
	return count > HV_OUTPUT_MAX_METRICS ? count - HV_OUTPUT_MAX_METRICS : 0;
}

/* Text of several lines: the first one behind the title, the others below its start. Each is shown
 * whole, for copying. */
static void add_block(struct hv_buf *out, const char *title, const char *text)
{
	const char *start = title;

	while (text) {
		size_t len = strcspn(text, "\n");

		hv_buf_adds(out, start);
		hv_output_bytes(out, text, len);
		hv_buf_addc(out, '\n');
		text = text[len] ? text + len + 1 : NULL;
		start = CONTINUATION;
	}
}

static void add_short_line(struct lines *l, const struct hv_finding *f)
{
	struct hv_buf *out = l->out;

	hv_buf_addf(out, "%s: ", hv_state_name(f->state));
	hv_summary_finding(out, f, add_bounded);
	hv_buf_addc(out, '\n');
}

static void add_long_lines(struct lines *l, const struct hv_finding *f)
{
	struct hv_buf *out = l->out;

	hv_buf_addf(out, "%s: ", hv_state_name(f->state));
	hv_summary_finding(out, f, add_whole);
	if (f->rule)
		hv_buf_addf(out, " [%s]", f->rule);
	hv_buf_addc(out, '\n');
	add_block(out, "  why: ", f->why);
	add_block(out, "  fix: ", f->remedy);
	if (f->state != HV_OK)
		hv_more(out, &l->told, l->check, f, &more_lines);
}

static void add_findings(struct lines *l, const struct hv_summary *s, size_t first, size_t end,
	void (*add_finding)(struct lines *l, const struct hv_finding *f))
{
	size_t shown_end = end - first > HV_OUTPUT_MAX_ITEMS ? first + HV_OUTPUT_MAX_ITEMS : end;

	for (size_t i = first; i < shown_end; i++)
		add_finding(l, s->findings[i]);
	if (shown_end < end)
		hv_buf_addf(l->out, "%zu more findings are not shown\n", end - shown_end);
}

static void add_notes(struct hv_buf *out, const struct hv_report *report)
{
	for (size_t i = 0; i < report->notes.count; i++)
		add_block(out, "note: ", report->notes.items[i]);
	if (report->limits)
		add_block(out, "note: not covered: ", report->limits);
}

void hv_output_nagios(struct hv_report *report, const struct hv_check *check,
	unsigned int verbosity, struct hv_buf *out)
{
	struct hv_summary s = hv_summary_make(report);
	struct lines lines = { .out = out, .check = check, .told = { .max = HV_MORE_TOLD_MAX } };
	size_t left_out;

	add_head(out, check->label, s.state);
	hv_summary_line(out, &s, report, add_bounded);
	left_out = add_perfdata(out, report);
	hv_buf_addc(out, '\n');
	if (verbosity > 0)
		add_findings(&lines, &s, 0, s.count, add_long_lines);
	else if (s.problems > 1)
		add_findings(&lines, &s, 1, s.problems, add_short_line);
	hv_buf_done(&lines.told);
	if (left_out > 0)
		hv_buf_addf(
			out, "%zu more metrics are left out of the performance data\n", left_out);
	if (verbosity > 1)
		add_notes(out, report);
	for (size_t i = 0; verbosity > 2 && i < report->trace.count; i++)
		add_block(out, "trace: ", report->trace.items[i]);
}

void hv_output_summary(struct hv_report *report, struct hv_buf *out)
{
	struct hv_summary s = hv_summary_make(report);

	hv_summary_line(out, &s, report, add_bounded);
}

void hv_output_line(const char *label, enum hv_state state, const char *text, struct hv_buf *out)
{
	add_head(out, label, state);
	add_bounded(out, text);
	hv_buf_addc(out, '\n');
}
