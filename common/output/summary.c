/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one sentence that a report comes down to. */
#include "output/summary.h"

struct hv_summary hv_summary_make(struct hv_report *report)
{
	struct hv_summary s = { .problems = 0 };

	s.count = hv_report_sorted(report, &s.findings);
	while (s.problems < s.count && s.findings[s.problems]->state != HV_OK)
		s.problems++;
	s.state = hv_report_state(report);
	return s;
}

void hv_summary_finding(
	struct hv_buf *out, const struct hv_finding *f, hv_summary_text_fn *add_text)
{
	if (f->item) {
		add_text(out, f->item);
		hv_buf_adds(out, ": ");
	}
	add_text(out, f->text ? f->text : "");
}

void hv_summary_line(struct hv_buf *out, const struct hv_summary *s, const struct hv_report *report,
	hv_summary_text_fn *add_text)
{
	if (hv_report_failed(report)) {
		hv_buf_adds(out, "out of memory, not everything was judged");
		return;
	}
	if (s->problems > 0) {
		hv_summary_finding(out, s->findings[0], add_text);
		if (s->problems > 1)
			hv_buf_addf(out, " (+%zu more)", s->problems - 1);
		return;
	}
	add_text(out, report->ok_text ? report->ok_text : "no problem found");
	if (report->limits) {
		hv_buf_adds(out, " (");
		add_text(out, report->limits);
		hv_buf_addc(out, ')');
	}
}
