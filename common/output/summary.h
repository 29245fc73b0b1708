/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one sentence that a report comes down to. Used inside common/output only. */
#ifndef HV_OUTPUT_SUMMARY_H
#define HV_OUTPUT_SUMMARY_H

#include "base/buf.h"
#include "check/report.h"

/* The findings of a report, worst first, and how many of them are problems. */
struct hv_summary {
	const struct hv_finding *const *findings; /* NULL when count is 0 */
	size_t count;
	size_t problems; /* those that are not OK; they stand first */
	enum hv_state state;
};

struct hv_summary hv_summary_make(struct hv_report *report);

/* Writes one string of foreign text. */
typedef void hv_summary_text_fn(struct hv_buf *out, const char *s);

/* "<item>: <text>", or the text alone. */
void hv_summary_finding(
	struct hv_buf *out, const struct hv_finding *f, hv_summary_text_fn *add_text);

/* The worst problem and how many more there are, or what is said of an OK, with its limits. */
void hv_summary_line(struct hv_buf *out, const struct hv_summary *s, const struct hv_report *report,
	hv_summary_text_fn *add_text);

#endif
