/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Polls begin and end, and what they found is told. */
#include <syslog.h>

#include "mibs/poll.h"
#include "mibs/service-parts.h"

static int start_poll(struct hv_service *s, struct hv_service_job *job, struct hv_err *err)
{
	const struct hv_poll poll = {
		.host = job->host,
		.env = s->plan.env,
		.checks = s->plan.checks,
	};

	/* The process has its own copy of all of it from its first moment on. */
	return hv_workers_start(
		s->workers, job, job->host->common.timeout.usec, s->plan.work, &poll, err);
}

/* That this system has no process to spare says nothing about the host: what is known of it grows
 * older, and shows that. */
static void put_off(struct hv_service *s, struct hv_service_job *job, const struct hv_err *err)
{
	if (!s->starts_fail)
		hv_agent_log(
			s->plan.log, LOG_ERR, "%s: not polled: %s", job->host->name, err->text);
	s->starts_fail = true;
	hv_schedule_put_off(&s->schedule, job, hv_service_now(s).monotonic);
}

void hv_service_start_polls(struct hv_service *s)
{
	while (!s->over && hv_workers_any_free(s->workers)) {
		struct hv_err err = HV_ERR_INIT;
		struct hv_service_job *job =
			hv_schedule_take(&s->schedule, hv_service_now(s).monotonic);

		if (!job)
			return;
		if (start_poll(s, job, &err)) {
			put_off(s, job, &err);
			return;
		}
		s->starts_fail = false;
	}
}

/* Whatever became of the worker, in the end there is a snapshot. */
static int read_result(struct hv_snapshot *ret, bool ok, const void *bytes, size_t len,
	const char *error, struct hv_err *err)
{
	struct hv_err problem = HV_ERR_INIT;

	if (ok && hv_snapshot_read(ret, bytes, len, &problem) == 0)
		return 0;
	if (ok)
		(void)hv_err_wrap(&problem, "its result cannot be read");
	hv_snapshot_done(ret);
	hv_snapshot_init(ret);
	return hv_snapshot_make_failed(ret, ok ? problem.text : error, err);
}

static void put_on_board(struct hv_service *s, const struct hv_service_job *job,
	struct hv_snapshot *snapshot, hv_usec took)
{
	HV_AUTO(service_before) before = { .states = NULL };
	struct hv_board_host *host = hv_board_find(&s->board, job->host->name);
	const struct hv_moment now = hv_service_now(s);
	struct hv_err err = HV_ERR_INIT;

	if (!host)
		return;
	hv_service_note_before(host, &before);
	if (hv_board_take(&s->board, host, snapshot, took, &now, &err))
		hv_agent_log(s->plan.log, LOG_ERR, "%s: %s", host->name, err.text);
	else
		hv_service_log_change(s->plan.log, host, &before, &now);
}

void hv_service_poll_ended(void *ctx, void *ended, bool ok, const void *bytes, size_t len,
	const char *error, hv_usec took)
{
	struct hv_service *s = ctx;
	const struct hv_service_job *job = ended;
	HV_AUTO(snapshot) snapshot;
	struct hv_err err = HV_ERR_INIT;
	bool answered = false;

	hv_snapshot_init(&snapshot);
	if (read_result(&snapshot, ok, bytes, len, error, &err)) {
		hv_agent_log(s->plan.log, LOG_ERR, "%s: %s", job->host->name, err.text);
	} else {
		answered = snapshot.answered;
		put_on_board(s, job, &snapshot, took);
	}
	hv_schedule_ended(&s->schedule, job, !answered, hv_service_now(s).monotonic);
}

/* Managers are not to be flooded when many hosts fail together; the rest comes later, or never
 * when it has passed by then. */
void hv_service_send_notices(struct hv_service *s)
{
	const hv_usec now = hv_service_now(s).monotonic;
	struct hv_notice notice;

	if (hv_usec_sub(now, s->notices_since) >= HV_USEC_PER_SEC) {
		s->notices_since = now;
		s->notices = 0;
	}
	while (s->notices < HV_SERVICE_NOTICES_PER_SEC &&
		hv_board_next_notice(&s->board, &notice)) {
		if (!s->plan.notify(s->plan.ctx, &notice))
			return;
		hv_board_told(&s->board, &notice);
		s->notices++;
	}
}
