/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A capture of each of many hosts, into one directory, and a line about each. */
#ifndef HV_CLI_CAPTURE_EACH_H
#define HV_CLI_CAPTURE_EACH_H

#include "base/arena.h"
#include "base/err.h"
#include "cli/capture-hosts.h"
#include "cli/capture-merge.h"
#include "cli/connect-options.h"
#include "cli/options.h"

struct hv_capture_each {
	struct hv_capture_options *options;
	const struct hv_capture_hosts *hosts;
	struct hv_connection *connection; /* of any of them: the others differ by their names */
	const struct hv_cli_env *env;
	struct hv_arena *arena;
};

/* -1 when none was tried. *ret_status is the worst of all. */
int hv_capture_each_run(const struct hv_capture_each *each, enum hv_capture_status *ret_status,
	struct hv_err *err) HV_MUST_USE;

#endif
