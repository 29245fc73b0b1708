/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges: what is accepted can be written and read back as the same range. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "check/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_TEXT = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[MAX_TEXT + 1];
	char canonical[HV_RANGE_TEXT_MAX];
	struct hv_range range;
	struct hv_range again;
	struct hv_err err = HV_ERR_INIT;

	if (size > MAX_TEXT)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (hv_range_parse(text, &range, &err) != 0) {
		if (!hv_err_is_set(&err))
			abort();
		return 0;
	}
	if (!range.set || isnan(range.start) || isnan(range.end) || range.start > range.end)
		abort();
	hv_range_format(&range, canonical);
	if (hv_range_parse(canonical, &again, NULL) != 0 || again.start != range.start ||
		again.end != range.end || again.inside != range.inside)
		abort();
	if (!hv_range_alerts(&range, NAN) || hv_range_alerts(&range, range.start) != range.inside)
		abort();
	return 0;
}
