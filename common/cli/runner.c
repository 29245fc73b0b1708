/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/runner.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/parse.h"
#include "cli/common-options.h"
#include "cli/describe.h"
#include "cli/extra-opts.h"
#include "cli/gather.h"
#include "cli/help.h"
#include "cli/option-table.h"
#include "cli/options.h"
#include "cli/verdict.h"
#include "cli/write.h"
#include "output/output.h"

enum {
	ARENA_MAX = 64 << 20, /* options, those of files included */
	LAST_RESORT_MAX = 256,
	TRACE_LEVEL = 3, /* -vvv */
};

/* The last second of the year 9999. */
#define DATE_MAX_SEC UINT64_C(253402300799)

struct run {
	const struct hv_check *check;
	const struct hv_cli_env *env;
	struct hv_arena arena;
	struct hv_common common;
	struct hv_connection connection;
	void *config;
	struct hv_buf out;
};

static void run_init(struct run *run, const struct hv_check *check, const struct hv_cli_env *env)
{
	*run = (struct run){ .check = check, .env = env };
	hv_arena_init(&run->arena, ARENA_MAX);
	hv_buf_init(&run->out, HV_OUTPUT_MAX_BYTES);
}

static void run_done(struct run *run)
{
	hv_buf_done(&run->out);
	hv_connection_done(&run->connection);
	hv_connect_options_done(&run->common.connect);
	hv_arena_done(&run->arena);
}

#define HV_AUTO_run __attribute__((cleanup(run_done))) struct run

static int read_options(struct run *run, int argc, char *const *argv, struct hv_err *err)
{
	struct hv_opt_group groups[HV_ALL_GROUPS];
	struct hv_opt_line line;

	run->config = hv_arena_alloc(&run->arena, run->check->config_size + 1);
	if (run->config == NULL)
		return hv_err_no_memory(err);
	hv_all_groups(run->check, run->config, &run->common, groups);
	if (hv_opt_line_init(&line, groups, HV_ALL_GROUPS, run->check->rules, &run->arena, err) !=
			0 ||
		hv_extra_opts_parse(&line, argc, argv, run->check->name, run->env->env, err) != 0)
		return -1;
	return 0;
}

static bool is_informational(const struct hv_common *common)
{
	return common->help || common->version || common->describe != NULL;
}

static int check_options(struct run *run, struct hv_err *err)
{
	if (hv_common_check(&run->common, err) != 0)
		return -1;
	if (run->check->validate != NULL && run->check->validate(run->config, err) != 0) {
		err->kind = HV_ERR_ARGUMENT;
		return -1;
	}
	if (!hv_any_source_given(&run->common))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"say where to read from: --hostname, --capture, --evtx or --vm-config");
	return hv_connect_check(&run->common.connect, &run->arena, &run->connection, err);
}

/* Date of the manual page: reproducible builds set SOURCE_DATE_EPOCH. */
static hv_usec page_date(const struct hv_cli_env *env)
{
	const char *epoch = env->env("SOURCE_DATE_EPOCH");
	uint64_t seconds;

	if (epoch != NULL && hv_parse_u64(epoch, 0, DATE_MAX_SEC, &seconds, NULL) == 0)
		return (hv_usec)seconds * HV_USEC_PER_SEC;
	return env->clock();
}

static enum hv_state fail(struct run *run, const struct hv_err *err)
{
	hv_buf_clear(&run->out);
	hv_output_line(run->check->label, HV_UNKNOWN, err->text, &run->out);
	if (err->kind == HV_ERR_ARGUMENT)
		hv_help_usage(run->check, &run->out);
	return HV_UNKNOWN;
}

static enum hv_state inform(struct run *run)
{
	struct hv_err err = HV_ERR_INIT;

	if (run->common.help)
		hv_help(run->check, &run->out);
	else if (run->common.version)
		hv_help_version(run->check, &run->out);
	else if (hv_describe(run->check, run->common.describe, page_date(run->env), &run->out,
			 &err) != 0)
		return fail(run, &err);
	return HV_UNKNOWN; /* guidelines: no state was found */
}

static enum hv_state print(struct run *run, struct hv_report *report, hv_usec now)
{
	struct hv_err err = HV_ERR_INIT;

	if (strcmp(run->common.output, "json") == 0) {
		if (hv_output_json(report, run->check, now, &run->out, &err) != 0)
			return fail(run, &err);
	} else {
		hv_output_nagios(report, run->check->label, run->common.verbose, &run->out);
	}
	if (hv_report_failed(report)) {
		hv_err_no_memory(&err);
		return fail(run, &err);
	}
	return hv_report_state(report);
}

static bool is_live(const struct run *run)
{
	return run->common.connect.hostname != NULL;
}

static void report_failure(struct run *run, struct hv_report *report,
	const struct hv_client_failure *failure, const struct hv_err *err)
{
	const bool unreachable = hv_trouble_is_unreachable(failure->trouble);
	struct hv_finding *f =
		hv_report_add(report, unreachable ? run->common.connect.unreachable : HV_UNKNOWN,
			NULL, NULL, "%s", err->text);

	if (unreachable)
		hv_report_ok_text(report, "%s", err->text); /* --unreachable=ok */
	if (failure->advice != NULL)
		hv_finding_remedy(report, f, "%s: %s",
			failure->advice_is_local ? "here" : "on the host", failure->advice);
}

static void trace_line(void *ctx, const char *text)
{
	hv_report_trace(ctx, "%s", text);
}

static int gather(struct run *run, hv_usec wall, struct hv_host *host, struct hv_clock *clock,
	struct hv_report *report, struct hv_client_failure *failure, struct hv_err *err)
{
	const struct hv_live live = {
		.options = &run->common.connect,
		.connection = &run->connection,
		.env = run->env,
		.deadline = is_live(run) ? hv_live_deadline(run->env, run->common.timeout.usec)
					 : (struct hv_deadline){ .now = NULL },
		.trace = { .line = run->common.verbose >= TRACE_LEVEL ? trace_line : NULL,
			.ctx = report },
	};
	const struct hv_gather_request request = {
		.common = &run->common,
		.check = run->check,
		.config = run->config,
		.wall = wall,
		.live = is_live(run) ? &live : NULL,
	};

	return hv_gather(&request, host, clock, failure, err);
}

static enum hv_state judge(struct run *run)
{
	HV_AUTO(host) host;
	HV_AUTO(report) report;
	struct hv_err err = HV_ERR_INIT;
	struct hv_client_failure failure = { .trouble = HV_TROUBLE_NONE };
	hv_usec wall = run->env->clock();
	struct hv_clock clock = { .now = wall, .origin = "" };

	hv_host_init(&host);
	hv_report_init(&report);
	if (run->common.connect.insecure)
		hv_report_add(&report, HV_OK, NULL, NULL,
			"warning: --insecure: the certificate was not verified, so another host "
			"may have answered");
	if (gather(run, wall, &host, &clock, &report, &failure, &err) != 0)
		report_failure(run, &report, &failure, &err);
	else
		hv_verdict(run->check, &run->common, run->config, &clock, wall, &host, &report);
	return print(run, &report, clock.now);
}

static void set_deadline(const struct run *run, hv_usec limit)
{
	if (run->env->deadline != NULL)
		run->env->deadline(run->env->deadline_ctx, limit,
			is_live(run) ? run->common.connect.unreachable : HV_UNKNOWN);
}

static enum hv_state run_check(struct run *run, int argc, char *const *argv)
{
	struct hv_err err = HV_ERR_INIT;

	if (read_options(run, argc, argv, &err) != 0)
		return fail(run, &err);
	if (is_informational(&run->common))
		return inform(run);
	if (check_options(run, &err) != 0)
		return fail(run, &err);
	set_deadline(run, run->common.timeout.usec);
	return judge(run);
}

/* When there is no memory even for a result. */
static int write_last_resort(const struct run *run)
{
	char line[LAST_RESORT_MAX];
	int len = snprintf(
		line, sizeof(line), "HYPERV %s UNKNOWN - out of memory\n", run->check->label);

	if (len < 0 || (size_t)len >= sizeof(line))
		return -1;
	return hv_write_all(run->env->out_fd, line, (size_t)len, NULL);
}

int hv_check_run(
	const struct hv_check *check, int argc, char *const *argv, const struct hv_cli_env *env)
{
	HV_AUTO(run) run;
	enum hv_state state;

	run_init(&run, check, env);
	state = run_check(&run, argc, argv);
	set_deadline(&run, 0);
	if (hv_buf_failed(&run.out)) {
		state = HV_UNKNOWN;
		write_last_resort(&run);
	} else if (hv_write_all(env->out_fd, hv_buf_str(&run.out), run.out.len, NULL) != 0) {
		state = HV_UNKNOWN; /* nobody read it: never OK */
	}
	return (int)state;
}
