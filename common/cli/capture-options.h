/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of hyperv_capture: its tables, its files of --extra-opts, and what the options
 * mean together. */
#ifndef HV_CLI_CAPTURE_OPTIONS_H
#define HV_CLI_CAPTURE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "cli/connect-options.h"
#include "cli/options.h"
#include "model/value.h"

#define HV_CAPTURE_NAME "hyperv_capture"

enum {
	HV_CAPTURE_JOBS_MAX = 64,
	HV_CAPTURE_TRACE_LEVEL = 3, /* -vvv */
	HV_CAPTURE_TIMEOUT_MAX_SEC = 86400,
	HV_CAPTURE_EVENTS_MAX_DAYS = 3650,
};

struct hv_capture_options {
	struct hv_connect_options connect;
	const char *hosts;
	struct hv_count jobs;
	struct hv_list sections;
	struct hv_duration events;
	struct hv_duration timeout;
	bool diagnose;
	struct hv_list captures, vm_configs, evtx_files;
	const char *output;
	const char *now;
	bool redact;
	bool list;
	unsigned char verbose;
	struct hv_list extra_opts;
	bool help, version;
	const char *describe;
	/* Not options: what hv_capture_options_check() made of `sections` and `now`. */
	unsigned int wanted; /* HV_SEC_* */
	struct hv_time now_time;
};

enum { HV_CAPTURE_GROUPS = 5 };

struct hv_capture_groups {
	struct hv_opt connect[HV_CONNECT_OPTIONS_MAX];
	struct hv_opt_group items[HV_CAPTURE_GROUPS];
};

/* o may be NULL when only the tables are looked at. */
void hv_capture_groups(struct hv_capture_options *o, struct hv_capture_groups *ret);

/* Defaults, files of --extra-opts, command line. Also after an error *o is to be released:
 * hv_connect_options_done(&o->connect). */
int hv_capture_options_parse(struct hv_capture_options *o, int argc, char *const *argv,
	const char *(*env)(const char *name), struct hv_arena *arena,
	struct hv_err *err) HV_MUST_USE;

/* What no option's type can tell. What belongs to the host alone, hv_connect_check() looks at. */
int hv_capture_options_check(struct hv_capture_options *o, struct hv_err *err) HV_MUST_USE;

/* What --sections may name, as hv_choices_fn. */
void hv_capture_choices(const struct hv_opt *option, struct hv_buf *out);

/* Whether a host is to be asked. */
bool hv_capture_is_live(const struct hv_capture_options *o);

#endif
