/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mibs/poll.h"

#include "cli/doctor-steps.h"
#include "cli/gather.h"
#include "mibs/snapshot.h"

enum {
	OPTION_BYTES_MAX = 64 << 20,
	DIAGNOSIS_BYTES_MAX = 512 << 20,
	REASON_MAX = 4096,
};

struct poll {
	const struct hv_poll *plan;
	struct hv_common common; /* a copy: what it means is written into it */
	struct hv_connection connection;
	struct hv_doctor_steps steps;
	struct hv_host host;
	struct hv_arena options, diagnosis;
};

static void poll_done(struct poll *p)
{
	hv_doctor_steps_done(&p->steps);
	hv_host_done(&p->host);
	hv_connection_done(&p->connection);
	hv_connect_options_done(&p->common.connect);
	hv_arena_done(&p->diagnosis);
	hv_arena_done(&p->options);
}

#define HV_AUTO_poll __attribute__((cleanup(poll_done))) struct poll

static void poll_init(struct poll *p, const struct hv_poll *plan)
{
	*p = (struct poll){ .plan = plan, .common = plan->host->common };
	/* The configuration has none; if it had, it would be its own. */
	p->common.connect.password = (struct hv_secret)HV_SECRET_INIT;
	hv_arena_init(&p->options, OPTION_BYTES_MAX);
	hv_arena_init(&p->diagnosis, DIAGNOSIS_BYTES_MAX);
	hv_host_init(&p->host);
}

static int prepare(struct poll *p, struct hv_doctor_want *ret_want, struct hv_err *err)
{
	const struct hv_poll *plan = p->plan;

	if (hv_common_check(&p->common, err) != 0 ||
		hv_connect_check(&p->common.connect, &p->options, &p->connection, err) != 0 ||
		hv_doctor_steps_make(
			&p->steps, &plan->host->checks, plan->checks, &p->options, err) != 0)
		return -1;
	return hv_doctor_want_make(ret_want, &p->steps, &p->options, err);
}

/* A host of which no check can judge anything has not been polled: one that floods, or shows
 * nothing to this account. */
static int check_judged(const struct hv_doctor_steps *steps, struct hv_err *err)
{
	for (size_t i = 0; i < steps->count; i++)
		if (steps->items[i].not_judged == NULL)
			return 0;
	return hv_err_set(err, HV_ERR_MISSING, "no check could judge anything: %s",
		steps->items[0].not_judged);
}

static int judge(struct poll *p, const struct hv_clock *clock, hv_usec wall,
	struct hv_snapshot *ret, struct hv_err *err)
{
	struct hv_diagnosis d;

	hv_doctor_steps_take(&p->steps, &p->common, clock, wall, &p->host);
	if (hv_doctor_steps_lost(&p->steps) || !hv_diagnose(&d, &p->diagnosis, &p->host, clock->now,
						       p->steps.items, p->steps.count))
		return hv_err_no_memory(err);
	if (check_judged(&p->steps, err) != 0)
		return -1;
	return hv_snapshot_make(ret, &d, err);
}

static int poll_host(struct poll *p, struct hv_snapshot *ret, struct hv_client_failure *ret_failure,
	struct hv_err *err)
{
	const struct hv_cli_env *env = p->plan->env;
	struct hv_doctor_want want;
	struct hv_clock clock;
	const struct hv_gather_sources sources = {
		.common = &p->common,
		.connection = &p->connection,
		.env = env,
		.check = &want.check,
		.config = &want,
		.wall = env->clock(),
	};

	if (prepare(p, &want, err) != 0 ||
		hv_gather_sources(&sources, &p->host, &clock, ret_failure, err) != 0)
		return -1;
	return judge(p, &clock, sources.wall, ret, err);
}

/* What the doctor would say of it, in one line. */
static void put_reason(struct hv_buf *reason, const struct hv_connect_options *options,
	const struct hv_client_failure *failure, const struct hv_err *err)
{
	HV_AUTO(report) report;

	hv_report_init(&report);
	hv_live_report_failure(options, failure, err->text, &report);
	hv_buf_adds(reason, err->text);
	if (report.findings != NULL && report.findings->remedy != NULL)
		hv_buf_addf(reason, "; %s", report.findings->remedy);
}

/* Everything of a poll is released before its failure is written: memory may be why it failed. */
static int poll_to(
	const struct hv_poll *plan, struct hv_buf *out, struct hv_buf *reason, struct hv_err *err)
{
	HV_AUTO(poll) p;
	HV_AUTO(snapshot) snapshot;
	struct hv_client_failure failure = { .trouble = HV_TROUBLE_NONE };

	poll_init(&p, plan);
	hv_snapshot_init(&snapshot);
	if (poll_host(&p, &snapshot, &failure, err) == 0 &&
		hv_snapshot_write(&snapshot, out, err) == 0)
		return 0;
	put_reason(reason, &p.common.connect, &failure, err);
	return -1;
}

void hv_poll_work(const void *arg, struct hv_buf *out)
{
	HV_AUTO(buf) reason = { .max = REASON_MAX };
	HV_AUTO(snapshot) failed;
	struct hv_err err = HV_ERR_INIT;

	hv_snapshot_init(&failed);
	if (poll_to(arg, out, &reason, &err) == 0)
		return;
	hv_buf_clear(out);
	if (hv_snapshot_make_failed(
		    &failed, hv_buf_failed(&reason) ? err.text : hv_buf_str(&reason), NULL) != 0 ||
		hv_snapshot_write(&failed, out, NULL) != 0)
		hv_buf_clear(out);
}
