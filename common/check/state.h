/* SPDX-License-Identifier: GPL-3.0-or-later */
/* States of the Monitoring Plugins guidelines ("Plugin Return Codes"); the values are exit
 * statuses. */
#ifndef HV_CHECK_STATE_H
#define HV_CHECK_STATE_H

#include "base/err.h"

enum hv_state { HV_OK = 0, HV_WARNING = 1, HV_CRITICAL = 2, HV_UNKNOWN = 3 };

const char *hv_state_name(enum hv_state state); /* "WARNING" */

/* "ok", "warning", "critical", "unknown" (any case) or 0..3. */
int hv_state_parse(const char *s, enum hv_state *ret, struct hv_err *err) HV_MUST_USE;

/* How bad: OK < UNKNOWN < WARNING < CRITICAL. A certain problem outweighs something that could not
 * be judged, and nothing hides behind OK. */
int hv_state_rank(enum hv_state state);
enum hv_state hv_state_worse(enum hv_state a, enum hv_state b);

#endif
