/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs all checks on one collection and shows what they come to as one page. */
#ifndef HV_CLI_DOCTOR_H
#define HV_CLI_DOCTOR_H

#include <stdbool.h>

#include "check/check.h"
#include "check/option.h"

struct hv_cli_env;

/* Options of the program's own; the config of its descriptor. */
struct hv_doctor_options {
	struct hv_list set;  /* CHECK.OPTION=VALUE */
	struct hv_list skip; /* CHECK */
	bool list;
	const char *explain; /* ID */
};

/* doctor: the program's descriptor, of which runs_checks is set. checks end with NULL. Returns the
 * exit status. Everything is released when it returns. */
int hv_doctor_run(const struct hv_check *doctor, const struct hv_check *const *checks, int argc,
	char *const *argv, const struct hv_cli_env *env);

#endif
