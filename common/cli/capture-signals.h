/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a signal may interrupt, and when. */
#ifndef HV_CLI_CAPTURE_SIGNALS_H
#define HV_CLI_CAPTURE_SIGNALS_H

#include "base/time.h"

/* Ends the process after `limit` with status 3 and a line on standard error. The backstop for what
 * has no deadline of its own: Kerberos waits for a KDC as it likes. */
void hv_signals_limit(hv_usec limit);

/* The same without a line, by the signal itself: whoever waits for the process tells. */
void hv_signals_limit_silently(hv_usec limit);

/* The time is no longer limited. */
void hv_signals_no_limit(void);

/* From here to the end of the process nobody may end it but by SIGKILL: a file is being written,
 * and none must be left half done. */
void hv_signals_hold(void);

#endif
