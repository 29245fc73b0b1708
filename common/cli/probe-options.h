/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of hyperv_checkpoint_probe. */
#ifndef HV_CLI_PROBE_OPTIONS_H
#define HV_CLI_PROBE_OPTIONS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "check/probe.h"
#include "cli/connect-options.h"
#include "cli/options.h"

#define HV_PROBE_NAME  "hyperv_checkpoint_probe"
#define HV_PROBE_LABEL "CHECKPOINT PROBE"

/* What has to be typed before anything is changed. */
#define HV_PROBE_PERMISSION "create-and-remove-checkpoint"

struct hv_probe_options {
	struct hv_connect_options connect;
	struct hv_probe_config probe;
	bool permitted;
	const char *output;
	unsigned char verbose;
	struct hv_list extra_opts;
	bool help, version;
	const char *describe;
};

enum { HV_PROBE_GROUPS = 5 };

struct hv_probe_groups {
	struct hv_opt connect[HV_CONNECT_OPTIONS_MAX];
	struct hv_opt_group items[HV_PROBE_GROUPS];
};

/* o may be NULL when only the tables are looked at. */
void hv_probe_groups(struct hv_probe_options *o, struct hv_probe_groups *ret);

/* Defaults, files of --extra-opts, command line. Also after an error *o is to be released:
 * hv_connect_options_done(&o->connect). */
int hv_probe_options_parse(struct hv_probe_options *o, int argc, char *const *argv,
	const char *(*env)(const char *name), struct hv_arena *arena,
	struct hv_err *err) HV_MUST_USE;

/* What no option's type can tell. */
int hv_probe_options_check(const struct hv_probe_options *o, struct hv_err *err) HV_MUST_USE;

#endif
