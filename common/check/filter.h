/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Include and exclude filters: shell patterns (*, ?, [...]), case-insensitive, against the whole
 * name. Something is kept when it matches an include (or there is none) and no exclude. */
#ifndef HV_CHECK_FILTER_H
#define HV_CHECK_FILTER_H

#include <stdbool.h>

#include "check/option.h"
#include "model/host.h"

struct hv_filter {
	struct hv_list include, exclude;
};

bool hv_filter_match(const char *pattern, const char *name);
/* names: NULL-terminated; any of them may match. */
bool hv_filter_keeps(const struct hv_filter *f, const char *const *names);

/* Sets `excluded` of the host's VMs by name or id, of its events by the name or id of their VM
 * (events without either stay), and of its volumes by title, mount path, label or device id. */
void hv_filter_vms(const struct hv_filter *f, struct hv_host *host);
void hv_filter_volumes(const struct hv_filter *f, struct hv_host *host);

#endif
