/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the host model to the report: what could not be read, the filters, the check itself. */
#ifndef HV_CLI_VERDICT_H
#define HV_CLI_VERDICT_H

#include <stdbool.h>

#include "check/check.h"
#include "cli/common-options.h"
#include "cli/gather.h"
#include "model/host.h"

/* wall: the wall clock, for --max-age. False when the check as a whole could not judge: the report
 * says why. */
bool hv_verdict(const struct hv_check *check, const struct hv_common *common, const void *config,
	const struct hv_clock *clock, hv_usec wall, struct hv_host *host, struct hv_report *report);

#endif
