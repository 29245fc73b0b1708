/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/runner.h"

#include <string.h>

#include "cli/run.h"
#include "cli/verdict.h"
#include "output/output.h"

static enum hv_state print(struct hv_run *s, struct hv_report *report, hv_usec now)
{
	struct hv_err err = HV_ERR_INIT;

	if (strcmp(s->common.output, "json") == 0) {
		if (hv_output_json(report, s->check, now, &s->out, &err) != 0)
			return hv_run_fail(s, &err);
	} else {
		hv_output_nagios(report, s->check, s->common.verbose, &s->out);
	}
	if (hv_report_failed(report)) {
		hv_err_no_memory(&err);
		return hv_run_fail(s, &err);
	}
	return hv_report_state(report);
}

static enum hv_state judge(struct hv_run *s, void *unused)
{
	HV_AUTO(host) host;
	HV_AUTO(report) report;
	struct hv_err err = HV_ERR_INIT;
	struct hv_client_failure failure = { .trouble = HV_TROUBLE_NONE };
	const struct hv_run_want want = {
		.check = s->check,
		.config = s->config,
		.wall = s->env->clock(),
		.report = &report,
	};
	struct hv_clock clock = { .now = want.wall, .origin = "" };

	(void)unused;
	hv_host_init(&host);
	hv_report_init(&report);
	if (s->common.connect.insecure)
		hv_report_add(&report, HV_OK, NULL, NULL, "warning: " HV_WARNING_INSECURE);
	if (hv_run_gather(s, &want, &host, &clock, &failure, &err) != 0)
		hv_run_report_failure(s, &failure, &err, &report);
	else
		(void)hv_verdict(
			s->check, &s->common, s->config, &clock, want.wall, &host, &report);
	return print(s, &report, clock.now);
}

int hv_check_run(
	const struct hv_check *check, int argc, char *const *argv, const struct hv_cli_env *env)
{
	return hv_run_program(check, argc, argv, env, judge, NULL);
}
