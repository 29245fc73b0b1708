/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threshold ranges, "[@]start:end", by the text of the Monitoring Plugins guidelines ("Threshold
 * and Ranges"): start <= end; "start:" may be left out when start is 0; an end left out is
 * infinity; "~" is negative infinity; an alert is raised outside the range, endpoints being inside;
 * with '@' it is raised inside, endpoints included. */
#ifndef HV_CHECK_RANGE_H
#define HV_CHECK_RANGE_H

#include <stdbool.h>

#include "base/err.h"

struct hv_range {
	double start; /* -INFINITY for "~" */
	double end;   /* INFINITY when left out */
	bool inside;  /* '@': alert inside */
	bool set;     /* false: no threshold, never alerts */
};

/* Refuses empty text, spaces, anything left over, nan, infinities in words, start > end. */
int hv_range_parse(const char *s, struct hv_range *ret, struct hv_err *err) HV_MUST_USE;

/* Whether value raises an alert. NaN alerts for every range that is set: it cannot be inside a good
 * range. */
bool hv_range_alerts(const struct hv_range *r, double value);

/* Canonical text ("10", "10:", "~:10", "@5:7"); "" when not set. */
enum { HV_RANGE_TEXT_MAX = 96 };
void hv_range_format(const struct hv_range *r, char ret[HV_RANGE_TEXT_MAX]);

#endif
