/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time: hv_usec is a signed count of microseconds since 1970-01-01T00:00:00Z, also used for
 * durations. Everything foreign is converted at the boundary. The clock is a parameter everywhere;
 * only common/cli reads it. Supported range: years 1601 to 9999. */
#ifndef HV_BASE_TIME_H
#define HV_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

typedef int64_t hv_usec;

#define HV_USEC_PER_SEC ((hv_usec)1000000)
#define HV_USEC_MIN     INT64_MIN
#define HV_USEC_MAX     INT64_MAX

hv_usec hv_usec_add(hv_usec a, hv_usec b); /* saturating */
hv_usec hv_usec_sub(hv_usec a, hv_usec b); /* saturating */

/* FILETIME: 100 ns since 1601-01-01 UTC [MS-DTYP 2.3.3]. False when outside the supported range. */
bool hv_time_from_filetime(uint64_t filetime, hv_usec *ret);

/* ISO 8601 / xs:dateTime: date, 'T' or space, time, optional fraction of any length (truncated to
 * µs), then 'Z', +hh:mm, +hhmm, or nothing (taken as UTC). */
int hv_time_parse_iso(const char *s, hv_usec *ret, struct hv_err *err) HV_MUST_USE;

/* CIM datetime "yyyymmddHHMMSS.mmmmmm+UUU" (offset in minutes) [DSP0004 5.2.4]. Intervals (":000")
 * are refused here. */
int hv_time_parse_cim(const char *s, hv_usec *ret, struct hv_err *err) HV_MUST_USE;

/* CIM interval "ddddddddHHMMSS.mmmmmm:000" [DSP0004 5.2.4] as a duration. */
int hv_time_parse_cim_interval(const char *s, hv_usec *ret, struct hv_err *err) HV_MUST_USE;

/* Durations of the command line: a number and s, m, h, d or w ("26h", "7d", "90s", "1.5h"); a bare
 * number is seconds. */
int hv_duration_parse(const char *s, hv_usec *ret, struct hv_err *err) HV_MUST_USE;

enum { HV_TIME_TEXT_MAX = 40 };
void hv_time_format(
	hv_usec t, char ret[HV_TIME_TEXT_MAX]); /* 2026-11-22T02:04:05Z, fraction dropped */
void hv_time_format_usec(hv_usec t, char ret[HV_TIME_TEXT_MAX]); /* 2026-11-22T02:04:05.123456Z */
void hv_duration_format(hv_usec d,
	char ret[HV_TIME_TEXT_MAX]); /* two largest units: "1d 2h", "26m 3s", "0s"; for people */

#endif
