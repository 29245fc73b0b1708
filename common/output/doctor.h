/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of hyperv_doctor. Everything foreign is neutralised as each form needs it. */
#ifndef HV_OUTPUT_DOCTOR_H
#define HV_OUTPUT_DOCTOR_H

#include "base/buf.h"
#include "base/err.h"
#include "check/diagnosis.h"

/* Text: the first line is that of a plugin, with performance data. verbosity as for
 * hv_output_nagios(). trace: lines of the conversation with a host, for verbosity 3. */
void hv_output_doctor_text(const struct hv_diagnosis *d, unsigned int verbosity,
	const struct hv_lines *trace, struct hv_buf *out);

/* The same as Markdown (CommonMark), for tickets. */
void hv_output_doctor_markdown(const struct hv_diagnosis *d, struct hv_buf *out);

/* One JSON object: doc/hyperv-doctor-1.schema.json. */
int hv_output_doctor_json(
	const struct hv_diagnosis *d, struct hv_buf *out, struct hv_err *err) HV_MUST_USE;

#endif
