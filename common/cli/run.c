/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/run.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/common-options.h"
#include "cli/describe.h"
#include "cli/extra-opts.h"
#include "cli/help.h"
#include "cli/manual.h"
#include "cli/option-table.h"
#include "cli/options.h"
#include "cli/write.h"
#include "output/output.h"

enum {
	ARENA_MAX = 64 << 20, /* options, those of files included */
	LAST_RESORT_MAX = 256,
	TRACE_LEVEL = 3, /* -vvv */
};

static void run_init(struct hv_run *s, const struct hv_check *check, const struct hv_cli_env *env)
{
	*s = (struct hv_run){ .check = check, .env = env };
	hv_arena_init(&s->arena, ARENA_MAX);
	hv_buf_init(&s->out, HV_OUTPUT_MAX_BYTES);
}

static void run_done(struct hv_run *s)
{
	hv_buf_done(&s->out);
	hv_connection_done(&s->connection);
	hv_connect_options_done(&s->common.connect);
	hv_arena_done(&s->arena);
}

#define HV_AUTO_run __attribute__((cleanup(run_done))) struct hv_run

static int read_options(struct hv_run *s, int argc, char *const *argv, struct hv_err *err)
{
	struct hv_opt_group groups[HV_ALL_GROUPS];
	struct hv_opt_line line;

	s->config = hv_arena_alloc(&s->arena, s->check->config_size + 1);
	if (s->config == NULL)
		return hv_err_no_memory(err);
	hv_all_groups(s->check, s->config, &s->common, groups);
	if (hv_opt_line_init(&line, groups, HV_ALL_GROUPS, s->check->rules, &s->arena, err) != 0 ||
		hv_extra_opts_parse(&line, argc, argv, s->check->name, s->env->env, err) != 0)
		return -1;
	return 0;
}

static bool is_informational(const struct hv_common *common)
{
	return common->help || common->version || common->describe != NULL;
}

static int check_options(struct hv_run *s, struct hv_err *err)
{
	if (hv_common_check(&s->common, err) != 0)
		return -1;
	if (s->check->validate != NULL && s->check->validate(s->config, err) != 0) {
		err->kind = HV_ERR_ARGUMENT;
		return -1;
	}
	if (!hv_any_source_given(&s->common))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"say where to read from: --hostname, --capture, --evtx or --vm-config");
	return hv_connect_check(&s->common.connect, &s->arena, &s->connection, err);
}

enum hv_state hv_run_fail(struct hv_run *s, const struct hv_err *err)
{
	hv_buf_clear(&s->out);
	hv_output_line(s->check->label, HV_UNKNOWN, err->text, &s->out);
	if (err->kind == HV_ERR_ARGUMENT)
		hv_help_usage(s->check, &s->out);
	return HV_UNKNOWN;
}

static enum hv_state inform(struct hv_run *s)
{
	struct hv_err err = HV_ERR_INIT;

	if (s->common.help)
		hv_help(s->check, &s->out);
	else if (s->common.version)
		hv_help_version(s->check, &s->out);
	else if (hv_describe(s->check, s->common.describe, hv_manual_date(s->env), &s->out, &err) !=
		 0)
		return hv_run_fail(s, &err);
	return HV_UNKNOWN; /* guidelines: no state was found */
}

/* Whether the program told something of its own that needs no source. */
static bool inform_otherwise(struct hv_run *s)
{
	struct hv_err err = HV_ERR_INIT;
	int told;

	if (s->check->inform == NULL)
		return false;
	told = s->check->inform(s->config, s->common.output, &s->out, &err);
	if (told < 0)
		(void)hv_run_fail(s, &err);
	return told != 0;
}

bool hv_run_is_live(const struct hv_run *s)
{
	return s->common.connect.hostname != NULL;
}

void hv_run_report_failure(const struct hv_run *s, const struct hv_client_failure *failure,
	const struct hv_err *err, struct hv_report *report)
{
	hv_live_report_failure(&s->common.connect, failure, err->text, report);
}

static void trace_line(void *ctx, const char *text)
{
	hv_report_trace(ctx, "%s", text);
}

int hv_run_gather(struct hv_run *s, const struct hv_run_want *want, struct hv_host *host,
	struct hv_clock *ret, struct hv_client_failure *ret_failure, struct hv_err *err)
{
	const struct hv_gather_sources sources = {
		.common = &s->common,
		.connection = &s->connection,
		.env = s->env,
		.check = want->check,
		.config = want->config,
		.wall = want->wall,
		.trace = { .line = s->common.verbose >= TRACE_LEVEL ? trace_line : NULL,
			.ctx = want->report },
	};

	return hv_gather_sources(&sources, host, ret, ret_failure, err);
}

static void set_deadline(const struct hv_run *s, hv_usec limit)
{
	if (s->env->deadline != NULL)
		s->env->deadline(s->env->deadline_ctx, limit,
			hv_run_is_live(s) ? s->common.connect.unreachable : HV_UNKNOWN);
}

static enum hv_state run(
	struct hv_run *s, int argc, char *const *argv, hv_run_judge_fn *judge, void *ctx)
{
	struct hv_err err = HV_ERR_INIT;

	if (read_options(s, argc, argv, &err) != 0)
		return hv_run_fail(s, &err);
	if (is_informational(&s->common))
		return inform(s);
	if (inform_otherwise(s))
		return HV_UNKNOWN;
	if (check_options(s, &err) != 0)
		return hv_run_fail(s, &err);
	set_deadline(s, s->common.timeout.usec);
	return judge(s, ctx);
}

/* When there is no memory even for a result. */
static int write_last_resort(const struct hv_run *s)
{
	char line[LAST_RESORT_MAX];
	int len = snprintf(
		line, sizeof(line), "HYPERV %s UNKNOWN - out of memory\n", s->check->label);

	if (len < 0 || (size_t)len >= sizeof(line))
		return -1;
	return hv_write_all(s->env->out_fd, line, (size_t)len, NULL);
}

int hv_run_program(const struct hv_check *check, int argc, char *const *argv,
	const struct hv_cli_env *env, hv_run_judge_fn *judge, void *ctx)
{
	HV_AUTO(run) s;
	enum hv_state state;

	run_init(&s, check, env);
	state = run(&s, argc, argv, judge, ctx);
	set_deadline(&s, 0);
	if (hv_buf_failed(&s.out)) {
		state = HV_UNKNOWN;
		write_last_resort(&s);
	} else if (hv_write_all(env->out_fd, hv_buf_str(&s.out), s.out.len, NULL) != 0) {
		state = HV_UNKNOWN; /* nobody read it: never OK */
	}
	return (int)state;
}
