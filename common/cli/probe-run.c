/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/probe-run.h"

#include "base/buf.h"
#include "cli/live.h"
#include "cli/probe-wait.h"
#include "source/winrm-probe.h"

enum { ARENA_MAX = 1 << 20, TEXT_MAX = 4096, TRACE_LEVEL = 3, CALLS_A_STEP = 3 };

/* Of one look or request */
#define CALL_MIN HV_USEC_PER_SEC
#define CALL_MAX (60 * HV_USEC_PER_SEC)

struct run {
	const struct hv_cli_env *env;
	struct hv_winrm_probe *host;
	struct hv_probe_wait wait;
};

static hv_usec run_now(void *ctx)
{
	const struct run *run = ctx;

	return run->env->monotonic(NULL);
}

static void run_sleep(void *ctx, hv_usec time)
{
	struct run *run = ctx;

	hv_probe_wait_sleep(&run->wait, time);
}

static bool run_stopped(void *ctx)
{
	struct run *run = ctx;

	return hv_probe_wait_stopped(&run->wait);
}

static int run_look(void *ctx, bool everything, const struct hv_host **ret, struct hv_err *err)
{
	struct run *run = ctx;

	return hv_winrm_probe_look(run->host, everything, ret, err);
}

static int run_create(void *ctx, const char *vm_id, struct hv_probe_answer *ret, struct hv_err *err)
{
	struct run *run = ctx;

	hv_probe_wait_changes_begin();
	return hv_winrm_probe_create(run->host, vm_id, ret, err);
}

static int run_remove(
	void *ctx, const char *checkpoint_id, struct hv_probe_answer *ret, struct hv_err *err)
{
	struct run *run = ctx;

	return hv_winrm_probe_remove(run->host, checkpoint_id, ret, err);
}

static void trace_line(void *ctx, const char *text)
{
	hv_report_trace(ctx, "%s", text);
}

/* The first one, as a check would tell it. */
static void report_failed_look(const struct run *run, const struct hv_probe_options *o,
	const struct hv_err *err, struct hv_report *out)
{
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	hv_buf_addf(&text, "%s; nothing was changed", err->text);
	hv_live_report_failure(
		&o->connect, hv_winrm_probe_failure(run->host), hv_buf_str(&text), out);
}

static void report_error(const struct hv_err *err, struct hv_report *out)
{
	hv_report_add(out, HV_UNKNOWN, NULL, NULL, "%s; nothing was changed", err->text);
}

/* A call that hangs leaves time for others, and a first one ends within the time of all. */
static hv_usec call_limit(const struct hv_probe_config *c)
{
	const hv_usec step =
		c->step_timeout.usec < c->timeout.usec ? c->step_timeout.usec : c->timeout.usec;
	const hv_usec part = step / CALLS_A_STEP;

	if (part < CALL_MIN)
		return CALL_MIN;
	return part < CALL_MAX ? part : CALL_MAX;
}

/* All that the steps may take, and the calls that run over at the end of each. */
static hv_usec backstop(const struct hv_probe_config *c)
{
	return hv_usec_add(hv_usec_add(c->timeout.usec, c->step_timeout.usec), 8 * CALL_MAX);
}

static void run_probe(struct run *run, const struct hv_probe_options *o, struct hv_report *out)
{
	struct hv_probe_config config = o->probe;
	const struct hv_probe_ops ops = {
		.ctx = run,
		.now = run_now,
		.pause = run_sleep,
		.stopped = run_stopped,
		.look = run_look,
		.create = run_create,
		.remove = run_remove,
	};
	struct hv_err err = HV_ERR_INIT;

	config.rights_advice = HV_ADVICE_HYPERV;
	hv_probe_wait_init(&run->wait);
	hv_probe_wait_limit(backstop(&o->probe));
	if (!hv_probe_run(&config, &ops, out, &err))
		report_failed_look(run, o, &err, out);
	hv_probe_wait_no_limit();
}

void hv_probe_run_live(const struct hv_probe_options *options, struct hv_connection *connection,
	const struct hv_cli_env *env, struct hv_report *out)
{
	const struct hv_live live = {
		.options = &options->connect,
		.connection = connection,
		.env = env,
		.deadline = hv_live_deadline(env, options->probe.timeout.usec),
		.trace = { .line = options->verbose >= TRACE_LEVEL ? trace_line : NULL,
			.ctx = out },
	};
	HV_AUTO(arena) arena = { .max = ARENA_MAX };
	struct run run = { .env = env };
	struct hv_winrm_config config;
	struct hv_err err = HV_ERR_INIT;

	if (options->connect.insecure)
		hv_report_add(out, HV_OK, NULL, NULL, "warning: " HV_WARNING_INSECURE);
	if (hv_live_config(&live, &arena, &config, &err) ||
		hv_winrm_probe_new(&config, call_limit(&options->probe), &run.host, &err)) {
		report_error(&err, out);
		return;
	}
	run_probe(&run, options, out);
	hv_winrm_probe_free(run.host);
}
