/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Performance data by the Monitoring Plugins guidelines:
 * 'label'=value[UOM];[warn];[crit];[min];[max]. */
#ifndef HV_OUTPUT_PERFDATA_H
#define HV_OUTPUT_PERFDATA_H

#include "base/buf.h"
#include "check/report.h"

/* Labels are quoted when they hold anything but letters, digits, '_', '-', '.', '/', ':', '%'; a
 * single quote in one is doubled; '=' and what output must not carry become '_'. Trailing empty
 * fields and their ';' are left out. */
void hv_perfdata_metric(struct hv_buf *out, const struct hv_metric *m);

#endif
