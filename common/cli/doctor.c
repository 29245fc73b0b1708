/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/doctor.h"

#include <string.h>

#include "check/diagnosis.h"
#include "cli/doctor-list.h"
#include "cli/doctor-steps.h"
#include "cli/run.h"
#include "output/doctor-html.h"
#include "output/doctor.h"
#include "output/output.h"

enum { PAGE_BYTES_MAX = 512 << 20 }; /* of a diagnosis */

/* One run of the doctor. */
struct visit {
	struct hv_run *run;
	const struct hv_doctor_options *options;
	struct hv_doctor_steps steps;
	struct hv_host host;
	struct hv_report gathered; /* the conversation with the host */
	struct hv_clock clock;
	struct hv_arena arena;
};

static void visit_done(struct visit *v)
{
	hv_doctor_steps_done(&v->steps);
	hv_host_done(&v->host);
	hv_report_done(&v->gathered);
	hv_arena_done(&v->arena);
}

#define HV_AUTO_visit __attribute__((cleanup(visit_done))) struct visit

static int write_json(const struct hv_diagnosis *d, struct visit *v, struct hv_err *err)
{
	return hv_output_doctor_json(d, &v->run->out, err);
}

static int write_html(const struct hv_diagnosis *d, struct visit *v, struct hv_err *err)
{
	return hv_output_doctor_html(d, &v->run->out, err);
}

static int write_markdown(const struct hv_diagnosis *d, struct visit *v, struct hv_err *err)
{
	(void)err;
	hv_output_doctor_markdown(d, &v->run->out);
	return 0;
}

static int write_text(const struct hv_diagnosis *d, struct visit *v, struct hv_err *err)
{
	(void)err;
	hv_output_doctor_text(d, v->run->common.verbose, &v->gathered.trace, &v->run->out);
	return 0;
}

/* Forms of the page, by the words of --output. */
static const struct form {
	const char *word;
	int (*write)(const struct hv_diagnosis *d, struct visit *v, struct hv_err *err);
} forms[] = {
	{ "text", write_text },
	{ "json", write_json },
	{ "html", write_html },
	{ "markdown", write_markdown },
};

static enum hv_state print(struct visit *v)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_diagnosis d;

	hv_arena_init(&v->arena, PAGE_BYTES_MAX);
	if (!hv_diagnose(&d, &v->arena, &v->host, v->clock.now, v->steps.items, v->steps.count)) {
		hv_err_no_memory(&err);
		return hv_run_fail(v->run, &err);
	}
	d.skipped = v->steps.skipped;
	d.skipped_count = v->steps.skipped_count;
	d.warning = v->run->common.connect.insecure ? HV_WARNING_INSECURE : NULL;
	for (size_t i = 0; i < HV_ARRAY_LEN(forms); i++) {
		if (strcmp(forms[i].word, v->run->common.output) == 0 &&
			forms[i].write(&d, v, &err) != 0)
			return hv_run_fail(v->run, &err);
	}
	if (hv_doctor_steps_lost(&v->steps)) {
		hv_err_no_memory(&err);
		return hv_run_fail(v->run, &err);
	}
	return d.state;
}

/* What the filters keep is no verdict, as --help is none. */
static enum hv_state list(struct visit *v)
{
	hv_doctor_list(&v->run->common, &v->host, &v->run->out);
	return HV_UNKNOWN;
}

static enum hv_state visit_failed(
	struct visit *v, const struct hv_client_failure *failure, const struct hv_err *err)
{
	/* What was read before it failed is not put together. */
	hv_host_done(&v->host);
	hv_host_init(&v->host);
	hv_doctor_steps_fail(&v->steps, &v->run->common, failure, err);
	return v->options->list ? hv_run_fail(v->run, err) : print(v);
}

static enum hv_state visit_host(struct visit *v, const struct hv_doctor_want *wanted)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_client_failure failure = { .trouble = HV_TROUBLE_NONE };
	const struct hv_run_want want = {
		.check = &wanted->check,
		.config = wanted,
		.wall = v->run->env->clock(),
		.report = &v->gathered,
	};

	v->clock = (struct hv_clock){
		.now = v->run->common.now_time.known ? v->run->common.now_time.usec : want.wall,
		.origin = "",
	};
	if (hv_run_gather(v->run, &want, &v->host, &v->clock, &failure, &err) != 0)
		return visit_failed(v, &failure, &err);
	if (v->options->list)
		return list(v);
	hv_doctor_steps_take(&v->steps, &v->run->common, &v->clock, want.wall, &v->host);
	return print(v);
}

static enum hv_state judge(struct hv_run *run, void *ctx)
{
	const struct hv_check *const *const *checks = ctx;
	HV_AUTO(visit) v = { .run = run, .options = run->config };
	struct hv_doctor_want want;
	struct hv_err err = HV_ERR_INIT;

	hv_host_init(&v.host);
	hv_report_init(&v.gathered);
	if (hv_doctor_steps_make(&v.steps, v.options, *checks, &run->arena, &err) != 0 ||
		hv_doctor_want_make(&want, &v.steps, &run->arena, &err) != 0)
		return hv_run_fail(run, &err);
	return visit_host(&v, &want);
}

int hv_doctor_run(const struct hv_check *doctor, const struct hv_check *const *checks, int argc,
	char *const *argv, const struct hv_cli_env *env)
{
	return hv_run_program(doctor, argc, argv, env, judge, &checks);
}
