/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xs:duration, as far as requests use it. */
#ifndef HV_SIM_DURATION_H
#define HV_SIM_DURATION_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/time.h"

/* "P1DT2H3M4.5S"; no years and months. False for everything else, negative ones too. */
bool sim_duration_parse(const char *text, hv_usec *ret);

/* "P0DT0H1M40S", the form that intervals of WMI have. */
void sim_duration_add(struct hv_buf *out, hv_usec duration);

#endif
