/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/capture-jobs.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "cli/child-process.h"
#include "cli/write.h"

/* So that one write() puts it into a pipe whole. */
_Static_assert(sizeof(struct hv_job_report) <= PIPE_BUF, "a report is larger than a pipe takes");

struct running {
	pid_t pid; /* 0: the place is free */
	int fd;    /* where its report comes from */
	size_t index;
	hv_usec started;
	hv_usec due; /* when it is told to end, or killed */
	bool overdue;
	bool told; /* to end */
};

struct jobs {
	const struct hv_job_plan *plan;
	struct running *running;
	size_t next; /* job to be started */
	size_t running_count;
	bool interrupted;
	sigset_t taken;  /* signals that are waited for */
	sigset_t before; /* mask of the caller, and of jobs */
};

static void say(struct hv_job_report *report, int status, const char *fmt, ...) HV_PRINTF(3, 4);

static void say(struct hv_job_report *report, int status, const char *fmt, ...)
{
	va_list ap;

	*report = (struct hv_job_report){ .status = status };
	va_start(ap, fmt);
	(void)vsnprintf(report->text, sizeof(report->text), fmt, ap);
	va_end(ap);
}

static void skip(struct jobs *j, size_t index, const char *why)
{
	struct hv_job_report report;

	say(&report, j->plan->failed, "%s", why);
	j->plan->done(j->plan->ctx, index, &report, 0);
}

/* --- Starting --- */

static void be_job(const struct jobs *j, size_t index, int fd)
{
	struct hv_job_report report = { .status = j->plan->failed };

	(void)sigprocmask(SIG_SETMASK, &j->before, NULL);
	j->plan->work(j->plan->ctx, index, &report);
	_exit(hv_write_all(fd, &report, sizeof(report), NULL) == 0 ? 0 : 1);
}

static struct running *free_place(struct jobs *j)
{
	size_t i = 0;

	while (j->running[i].pid != 0)
		i++;
	return &j->running[i];
}

static void start(struct jobs *j, size_t index)
{
	const hv_usec now = j->plan->now(NULL);
	int ends[2];
	pid_t pid;

	if (pipe(ends)) {
		skip(j, index, "no pipe for its process");
		return;
	}
	pid = fork();
	if (pid == 0)
		be_job(j, index, ends[1]);
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		skip(j, index, "no process could be made for it");
		return;
	}
	*free_place(j) = (struct running){
		.pid = pid,
		.fd = ends[0],
		.index = index,
		.started = now,
		.due = hv_usec_add(now, hv_usec_add(j->plan->timeout, j->plan->grace)),
	};
	j->running_count++;
}

/* --- Ending --- */

static void explain(const struct jobs *j, const struct running *r, int wait_status,
	struct hv_job_report *report)
{
	const struct hv_child_end end = {
		.wait_status = wait_status,
		.overdue = r->overdue,
		.interrupted = j->interrupted,
		.timeout = j->plan->timeout,
	};
	char text[HV_CHILD_END_TEXT_MAX];

	hv_child_end_text(&end, text);
	say(report, j->plan->failed, "%s", text);
}

/* A report that is there counts, however its process ended. */
static void finish(struct jobs *j, struct running *r, int wait_status)
{
	struct hv_job_report report;

	if (hv_file_read(r->fd, &report, sizeof(report), NULL) != (ssize_t)sizeof(report))
		explain(j, r, wait_status, &report);
	report.text[sizeof(report.text) - 1] = '\0';
	(void)close(r->fd);
	j->plan->done(j->plan->ctx, r->index, &report, hv_usec_sub(j->plan->now(NULL), r->started));
	*r = (struct running){ .pid = 0 };
	j->running_count--;
}

static void reap(struct jobs *j)
{
	for (size_t i = 0; i < j->plan->parallel; i++) {
		struct running *r = &j->running[i];
		int wait_status;

		if (r->pid != 0 && waitpid(r->pid, &wait_status, WNOHANG) == r->pid)
			finish(j, r, wait_status);
	}
}

static void tell_to_end(struct jobs *j, struct running *r, hv_usec now)
{
	(void)kill(r->pid, r->told ? SIGKILL : SIGTERM);
	r->told = true;
	r->due = hv_usec_add(now, j->plan->grace);
}

static void end_overdue(struct jobs *j)
{
	const hv_usec now = j->plan->now(NULL);

	for (size_t i = 0; i < j->plan->parallel; i++) {
		struct running *r = &j->running[i];

		if (r->pid == 0 || now < r->due)
			continue;
		r->overdue = r->overdue || !j->interrupted;
		tell_to_end(j, r, now);
	}
}

/* What has not begun will not; what runs is told to end. */
static void interrupt(struct jobs *j)
{
	const hv_usec now = j->plan->now(NULL);

	j->interrupted = true;
	for (size_t i = 0; i < j->plan->parallel; i++)
		if (j->running[i].pid != 0 && !j->running[i].told)
			tell_to_end(j, &j->running[i], now);
	while (j->next < j->plan->count)
		skip(j, j->next++, "interrupted");
}

/* --- Waiting --- */

static struct timespec time_to_wait(const struct jobs *j)
{
	const hv_usec now = j->plan->now(NULL);
	hv_usec left = HV_USEC_MAX;

	for (size_t i = 0; i < j->plan->parallel; i++) {
		const struct running *r = &j->running[i];

		if (r->pid != 0 && hv_usec_sub(r->due, now) < left)
			left = hv_usec_sub(r->due, now);
	}
	if (left < 0)
		left = 0;
	return (struct timespec){
		.tv_sec = (time_t)(left / HV_USEC_PER_SEC),
		.tv_nsec = (long)(left % HV_USEC_PER_SEC) * 1000,
	};
}

static void await(struct jobs *j)
{
	const struct timespec wait = time_to_wait(j);
	const int taken = sigtimedwait(&j->taken, NULL, &wait);

	if (taken > 0 && taken != SIGCHLD)
		interrupt(j);
	reap(j);
	end_overdue(j);
}

/* Signals are waited for, not handled. One that was ignored when the program began stays so. */
static void take_signals(struct jobs *j)
{
	static const int ending[] = { SIGINT, SIGTERM, SIGHUP };
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	struct sigaction action;

	/* While it is ignored, the system keeps nothing to wait for. */
	(void)sigaction(SIGCHLD, &usual, NULL);
	sigemptyset(&j->taken);
	sigaddset(&j->taken, SIGCHLD);
	for (size_t i = 0; i < HV_ARRAY_LEN(ending); i++)
		if (sigaction(ending[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(&j->taken, ending[i]);
	(void)sigprocmask(SIG_BLOCK, &j->taken, &j->before);
}

int hv_jobs_run(const struct hv_job_plan *plan, bool *ret_interrupted, struct hv_err *err)
{
	struct jobs j = {
		.plan = plan,
		.running = hv_alloc_array(plan->parallel, sizeof(struct running)),
	};

	if (!j.running)
		return hv_err_no_memory(err);
	take_signals(&j);
	for (;;) {
		while (j.next < plan->count && j.running_count < plan->parallel)
			start(&j, j.next++);
		if (j.running_count == 0)
			break;
		await(&j);
	}
	(void)sigprocmask(SIG_SETMASK, &j.before, NULL);
	hv_free(j.running);
	*ret_interrupted = j.interrupted;
	return 0;
}
