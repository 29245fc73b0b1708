/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ages as performance data: whole seconds, and limits as ranges. */
#ifndef HV_CHECK_AGE_H
#define HV_CHECK_AGE_H

#include "base/time.h"
#include "check/option.h"
#include "check/range.h"

double hv_age_seconds(hv_usec age);

/* Ages up to the limit are good; not set when the limit is not. */
struct hv_range hv_age_range(const struct hv_duration *limit);

#endif
