/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Renders a report. Everything foreign is neutralised here and nowhere else: control characters,
 * line breaks, invalid UTF-8, the pipe sign (it would start performance data), bidirectional
 * controls and terminal escapes. */
#ifndef HV_OUTPUT_OUTPUT_H
#define HV_OUTPUT_OUTPUT_H

#include "base/buf.h"
#include "check/check.h"
#include "check/report.h"

enum {
	HV_OUTPUT_MAX_ITEMS = 100, /* findings printed as text; the rest is counted */
	HV_OUTPUT_MAX_TEXT =
		300, /* characters of one foreign string or sentence in the first line */
	HV_OUTPUT_MAX_METRICS = 100, /* metrics in the first line, besides the counts */
	HV_OUTPUT_MAX_BYTES = 64 << 20,
};

/* Nagios text. verbosity 0: first line and one line for each further problem; 1: also OK items,
 * why, remedies, where to read more (once for each id); 2: also the notes; 3: also the trace. */
void hv_output_nagios(struct hv_report *report, const struct hv_check *check,
	unsigned int verbosity, struct hv_buf *out);

/* One JSON object: check, state, status, summary, findings, metrics, counts, notes. Documented in
 * doc/output-json.md. */
int hv_output_json(struct hv_report *report, const struct hv_check *check, hv_usec now,
	struct hv_buf *out, struct hv_err *err) HV_MUST_USE;

/* The first line without performance data, for errors that come before any report: "HYPERV SPACE
 * UNKNOWN - text". */
void hv_output_line(const char *label, enum hv_state state, const char *text, struct hv_buf *out);

/* The sentence of the first line, behind label and state. */
void hv_output_summary(struct hv_report *report, struct hv_buf *out);

/* Appends s made safe for one line of plugin output. */
void hv_output_text(struct hv_buf *out, const char *s, size_t max_chars);

#endif
