/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a service manager is told: the protocol of sd_notify(3), which is one datagram for each
 * message, without its library. Where there is no service manager nothing is told. */
#ifndef HV_MIBS_SD_NOTIFY_H
#define HV_MIBS_SD_NOTIFY_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/time.h"

enum { HV_SD_STATUS_MAX = 300 }; /* characters */

struct hv_sd_notify {
	int fd; /* -1: nobody to tell */
};

/* socket: that of NOTIFY_SOCKET, "/run/..." or, of the abstract ones, "@..."; NULL or "": none. */
int hv_sd_notify_init(struct hv_sd_notify *n, const char *socket, struct hv_err *err) HV_MUST_USE;
void hv_sd_notify_done(struct hv_sd_notify *n);
#define HV_AUTO_sd_notify __attribute__((cleanup(hv_sd_notify_done))) struct hv_sd_notify

/* None of these waits. -1: it was not told, which is nothing to end for. */
int hv_sd_notify_ready(const struct hv_sd_notify *n);
int hv_sd_notify_reloading(const struct hv_sd_notify *n, hv_usec monotonic);
int hv_sd_notify_stopping(const struct hv_sd_notify *n);
int hv_sd_notify_watchdog(const struct hv_sd_notify *n);
int hv_sd_notify_status(const struct hv_sd_notify *n, const char *text);

/* How often the watchdog wants to hear something, out of WATCHDOG_USEC and WATCHDOG_PID (NULL:
 * not set), for the process `self`: half of the time it waits. 0: it does not. */
int hv_sd_watchdog_interval(const char *usec, const char *pid, pid_t self, hv_usec *ret,
	struct hv_err *err) HV_MUST_USE;

#endif
