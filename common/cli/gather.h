/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads all sources that the user named into one host model and settles what time it is. */
#ifndef HV_CLI_GATHER_H
#define HV_CLI_GATHER_H

#include "base/err.h"
#include "base/time.h"
#include "check/check.h"
#include "cli/common-options.h"
#include "model/host.h"

struct hv_clock {
	hv_usec now;                /* that the check judges by */
	const char *origin;         /* of that time, for people */
	struct hv_time oldest_data; /* of the captures and event logs: for --max-age */
};

/* wall: the wall clock, which stands in when no source tells a time. The host is linked when this
 * returns 0. */
int hv_gather(const struct hv_common *common, const struct hv_check *check, const void *config,
	hv_usec wall, struct hv_host *host, struct hv_clock *ret, struct hv_err *err) HV_MUST_USE;

#endif
