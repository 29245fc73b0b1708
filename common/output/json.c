/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report as one JSON object; doc/output-json.md describes it. */
#include "output/json-parts.h"
#include "output/output.h"

int hv_output_json(struct hv_report *report, const struct hv_check *check, hv_usec now,
	struct hv_buf *out, struct hv_err *err)
{
	return hv_json_dump(hv_json_report(report, check, now), out, err);
}
