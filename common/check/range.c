/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threshold ranges by the Monitoring Plugins guidelines, "Threshold and Ranges". */
#include "check/range.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"

static int refuse(const char *s, struct hv_err *err)
{
	return hv_err_set(
		err, HV_ERR_ARGUMENT, "not a range ([@]start:end with start <= end): \"%s\"", s);
}

/* "~" is negative infinity. */
static int parse_start(const char *s, size_t len, double *ret)
{
	char text[HV_RANGE_TEXT_MAX];

	if (len >= sizeof(text))
		return -1;
	memcpy(text, s, len);
	text[len] = '\0';
	if (strcmp(text, "~") == 0) {
		*ret = -INFINITY;
		return 0;
	}
	return hv_parse_double(text, ret, NULL);
}

/* An end left out is infinity. */
static int parse_end(const char *s, double *ret)
{
	if (*s == '\0') {
		*ret = INFINITY;
		return 0;
	}
	return strlen(s) < HV_RANGE_TEXT_MAX ? hv_parse_double(s, ret, NULL) : -1;
}

int hv_range_parse(const char *s, struct hv_range *ret, struct hv_err *err)
{
	struct hv_range range = { .start = 0, .inside = *s == '@', .set = true };
	const char *limits = range.inside ? s + 1 : s;
	const char *colon = strchr(limits, ':');
	const char *end = colon ? colon + 1 : limits;

	if (colon && parse_start(limits, (size_t)(colon - limits), &range.start))
		return refuse(s, err);
	if ((!colon && *end == '\0') || parse_end(end, &range.end) || range.start > range.end)
		return refuse(s, err);
	*ret = range;
	return 0;
}

bool hv_range_alerts(const struct hv_range *r, double value)
{
	bool is_inside = value >= r->start && value <= r->end;

	if (!r->set)
		return false;
	return isnan(value) || is_inside == r->inside;
}

void hv_range_format(const struct hv_range *r, char ret[HV_RANGE_TEXT_MAX])
{
	char start[HV_DOUBLE_TEXT_MAX] = "~";
	char end[HV_DOUBLE_TEXT_MAX] = "";
	bool bare_end = r->start == 0 && isfinite(r->end);
	int len;

	ret[0] = '\0';
	if (!r->set)
		return;
	if (isfinite(r->start))
		hv_format_double(r->start, start);
	if (isfinite(r->end))
		hv_format_double(r->end, end);
	len = snprintf(ret, HV_RANGE_TEXT_MAX, "%s%s%s%s", r->inside ? "@" : "",
		bare_end ? "" : start, bare_end ? "" : ":", end);
	if (len < 0 || len >= HV_RANGE_TEXT_MAX)
		ret[0] = '\0';
}
