/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that every check has, and the table of sources they name. */
#ifndef HV_CLI_COMMON_OPTIONS_H
#define HV_CLI_COMMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "check/check.h"
#include "check/option.h"
#include "cli/connect-options.h"
#include "cli/options.h"
#include "source/source.h"

struct hv_common {
	struct hv_connect_options connect;
	struct hv_list captures, evtx_files, vm_configs;
	const char *now;
	struct hv_duration max_age;
	struct hv_list include, exclude, volumes;
	enum hv_state nothing_found;
	const char *output;
	unsigned char verbose;
	struct hv_duration timeout;
	struct hv_list extra_opts;
	bool help, version;
	const char *describe;
	/* Not an option: what hv_common_check() made of `now`. */
	struct hv_time now_time;
};

/* One kind of place that data come from. Sources are read in the order of the table. */
struct hv_source_option {
	const struct hv_source *source; /* its name is the option's */
	size_t list_offset;             /* of the struct hv_list of places in struct hv_common */
	bool tells_clock; /* its data were current when they were written: a capture, not a log */
	bool is_recorded; /* --max-age applies: a job renews it */
};

extern const struct hv_source_option hv_source_options[];
extern const size_t hv_source_option_count;

const struct hv_list *hv_source_places(
	const struct hv_source_option *option, const struct hv_common *common);
bool hv_any_source_given(const struct hv_common *common);

enum {
	HV_COMMON_GROUPS = 6,
	HV_ALL_GROUPS = HV_COMMON_GROUPS + 1,
	HV_TIMEOUT_DEFAULT_SEC = 10,
	HV_TIMEOUT_MAX_SEC = 86400,
};

/* The whole command line of a check: its own options, then the common ones. config and common may
 * be NULL when only the tables are looked at. */
void hv_all_groups(const struct hv_check *check, void *config, struct hv_common *common,
	struct hv_opt_group ret[HV_ALL_GROUPS]);

/* What the table cannot tell: whether the values make sense. */
int hv_common_check(struct hv_common *common, struct hv_err *err) HV_MUST_USE;

/* Whether the option asks for a text instead of a verdict (--help ...): of no use in a monitoring
 * system. */
bool hv_option_is_informational(const struct hv_opt *opt);

#endif
