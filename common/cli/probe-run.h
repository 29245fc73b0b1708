/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checkpoint probe on a live host. */
#ifndef HV_CLI_PROBE_RUN_H
#define HV_CLI_PROBE_RUN_H

#include "check/report.h"
#include "cli/connect-options.h"
#include "cli/options.h"
#include "cli/probe-options.h"

/* Adds everything to the report, failures too. From here on signals that want an end are noticed
 * only between two requests. */
void hv_probe_run_live(const struct hv_probe_options *options, struct hv_connection *connection,
	const struct hv_cli_env *env, struct hv_report *out);

#endif
