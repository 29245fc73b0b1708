/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the event logs that were read can tell at all. */
#ifndef HV_CHECK_EVENT_LOGS_H
#define HV_CHECK_EVENT_LOGS_H

#include <stdbool.h>

#include "check/report.h"
#include "model/host.h"

/* Whether the log of the VMMS was among those read, has records and reaches back to `from`. What is
 * missing is told: another log alone is UNKNOWN, a whole log without any record is "nothing to
 * judge" (returns false), one that begins later is a limit of the verdict. */
bool hv_event_logs_judge(struct hv_report *out, const struct hv_host *host, hv_usec from);

#endif
