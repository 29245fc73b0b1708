/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One poll of one host, as a worker makes it: reads the host once, takes all steps of the doctor on
 * it, and gives the result as bytes. */
#ifndef HV_MIBS_POLL_H
#define HV_MIBS_POLL_H

#include "base/buf.h"
#include "check/check.h"
#include "cli/options.h"
#include "mibs/agent-config.h"

struct hv_poll {
	const struct hv_agent_host *host;
	const struct hv_cli_env *env;
	const struct hv_check *const *checks; /* ends with NULL */
};

/* arg: a struct hv_poll. *out gets a snapshot (hv_snapshot_read()), of a host that did not answer
 * too; nothing when memory is too short even for that. The authfile is read each time. Nothing of
 * the process is changed and nothing is kept. */
void hv_poll_work(const void *arg, struct hv_buf *out);

#endif
