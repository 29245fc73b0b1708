/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual page of hyperv_agentx.conf. */
#ifndef HV_MIBS_AGENT_MANUAL_H
#define HV_MIBS_AGENT_MANUAL_H

#include "base/buf.h"
#include "base/time.h"
#include "check/check.h"

/* In mdoc(7), its keys from the tables that read the file. checks: whose options a host may set;
 * NULL ends them. path: where the file is. */
void hv_agent_manual(
	const struct hv_check *const *checks, const char *path, hv_usec date, struct hv_buf *out);

#endif
