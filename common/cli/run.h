/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run of any program that judges goes through: options, sources, output, exit status. What
 * it judges is up to it. */
#ifndef HV_CLI_RUN_H
#define HV_CLI_RUN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "check/check.h"
#include "cli/common-options.h"
#include "cli/gather.h"
#include "cli/options.h"
#include "model/host.h"

struct hv_run {
	const struct hv_check *check; /* the program's descriptor */
	const struct hv_cli_env *env;
	struct hv_arena arena; /* options, those of files included */
	struct hv_common common;
	struct hv_connection connection;
	void *config; /* of the check */
	struct hv_buf out;
};

/* Judges, and writes the result to s->out. Called when the options are read and make sense. */
typedef enum hv_state hv_run_judge_fn(struct hv_run *s, void *ctx);

/* Returns the exit status. Everything is released when it returns. */
int hv_run_program(const struct hv_check *check, int argc, char *const *argv,
	const struct hv_cli_env *env, hv_run_judge_fn *judge, void *ctx);

/* Whether a host is asked, not only recorded data. */
bool hv_run_is_live(const struct hv_run *s);

/* What to gather. */
struct hv_run_want {
	const struct hv_check *check; /* for its sections and events */
	const void *config;           /* of that check */
	hv_usec wall;
	struct hv_report *report; /* that the trace goes to */
};

/* As hv_gather(), from the sources of the options. */
int hv_run_gather(struct hv_run *s, const struct hv_run_want *want, struct hv_host *host,
	struct hv_clock *ret, struct hv_client_failure *ret_failure,
	struct hv_err *err) HV_MUST_USE;

/* Adds to the report why nothing could be gathered. */
void hv_run_report_failure(const struct hv_run *s, const struct hv_client_failure *failure,
	const struct hv_err *err, struct hv_report *report);

/* The result is this error alone; with the usage when it is one of the arguments. */
enum hv_state hv_run_fail(struct hv_run *s, const struct hv_err *err);

#endif
