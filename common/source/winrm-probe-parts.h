/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the probe's conversation share among themselves. */
#ifndef HV_SOURCE_WINRM_PROBE_PARTS_H
#define HV_SOURCE_WINRM_PROBE_PARTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "cim/bag.h"
#include "source/winrm-probe.h"

enum { HV_WINRM_PROBE_ARENA = 64 << 20 };

struct hv_winrm_probe {
	struct hv_winrm_config config;
	hv_usec call_limit;
	hv_usec opened_at, wall; /* of the first connection */
	struct hv_winrm *winrm;  /* NULL: to be opened */
	hv_usec usable_until;    /* a call that begins later gets a connection of its own */
	int refused_logins;
	struct hv_client_failure failure;
	/* The last look. */
	struct hv_host host;
	bool has_host;
	/* The last request. */
	struct hv_arena answer_arena;
};

/* A connection with time enough for one call. */
int hv_winrm_probe_connect(struct hv_winrm_probe *probe, struct hv_err *err) HV_MUST_USE;

/* After a call. What broke is not used again. Returns result. */
int hv_winrm_probe_finish(struct hv_winrm_probe *probe, int result);

void hv_winrm_probe_forget(struct hv_winrm_probe *probe); /* the last look */

static inline struct hv_u64 hv_winrm_probe_number(const struct hv_bag *bag, const char *name)
{
	struct hv_u64 n = { .known = false };

	n.known = hv_bag_u64(bag, name, &n.value);
	return n;
}

#endif
