/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waiting that a signal ends, and the last word when the process itself hangs. Signals that want an
 * end do not end the process: they are noticed between two requests, so that what was created can
 * be removed first. */
#ifndef HV_CLI_PROBE_WAIT_H
#define HV_CLI_PROBE_WAIT_H

#include <signal.h>
#include <stdbool.h>

#include "base/time.h"

struct hv_probe_wait {
	sigset_t ends; /* SIGINT, SIGTERM, SIGHUP */
	bool stopped;
};

/* From here on the process is not ended by these signals. */
void hv_probe_wait_init(struct hv_probe_wait *wait);

/* Returns early when a signal comes, or has come since the last time. */
void hv_probe_wait_sleep(struct hv_probe_wait *wait, hv_usec time);

bool hv_probe_wait_stopped(struct hv_probe_wait *wait);

/* The backstop for what has no deadline of its own: Kerberos waits for a KDC as it likes. Ends the
 * process after `limit` with a line that says what is certain: before anything was asked for, that
 * nothing was changed; afterwards, that a checkpoint may be left behind. */
void hv_probe_wait_limit(hv_usec limit);
void hv_probe_wait_changes_begin(void);
void hv_probe_wait_no_limit(void);

#endif
