/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Performance data by the Monitoring Plugins guidelines:
 * 'label'=value[UOM];[warn];[crit];[min];[max]. */
#ifndef HV_OUTPUT_PERFDATA_H
#define HV_OUTPUT_PERFDATA_H

#include "base/buf.h"
#include "check/report.h"

/* The parts behind the label, in their order. */
enum hv_perfdata_part {
	HV_PERFDATA_VALUE,
	HV_PERFDATA_WARN,
	HV_PERFDATA_CRIT,
	HV_PERFDATA_MIN,
	HV_PERFDATA_MAX,
};

/* One part, without a unit. A value that is not known is "U"; what else is not set is nothing. */
void hv_perfdata_part(struct hv_buf *out, const struct hv_metric *m, enum hv_perfdata_part part);

/* Labels are quoted when they hold anything but letters, digits, '_', '-', '.', '/', ':', '%'; a
 * single quote in one is doubled; '=' and what output must not carry become '_'. Trailing empty
 * fields and their ';' are left out. */
void hv_perfdata_metric(struct hv_buf *out, const struct hv_metric *m);

#endif
