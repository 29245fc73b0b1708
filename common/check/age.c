/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/age.h"

double hv_age_seconds(hv_usec age)
{
	const int64_t seconds = age / HV_USEC_PER_SEC;

	return (double)seconds;
}

struct hv_range hv_age_range(const struct hv_duration *limit)
{
	return (struct hv_range){ .end = hv_age_seconds(limit->usec), .set = limit->set };
}
