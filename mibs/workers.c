/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mibs/workers.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/child-process.h"

enum {
	READ_SIZE = 64 << 10,
	READS_PER_DISPATCH = 4, /* of one worker, so that none of them holds up the rest */
	ERROR_MAX = HV_CHILD_END_TEXT_MAX + HV_TIME_TEXT_MAX,
	PARTING_MS = 1000, /* for all of them to end, when the workers are freed */
	LOOK_AGAIN_MS = 10,
};

#define LOOK_AGAIN (LOOK_AGAIN_MS * (HV_USEC_PER_SEC / 1000))

struct worker {
	pid_t pid; /* 0: the place is free */
	int fd;    /* where its result comes from; -1: it has come to its end */
	int pidfd; /* readable when it has ended; -1: the system has none */
	void *job; /* NULL: dropped */
	struct hv_buf out;
	hv_usec timeout;
	hv_usec started;
	hv_usec due; /* when it is killed */
	bool overdue;
	bool killed;
	bool ended;
	int wait_status;
};

struct hv_workers {
	struct hv_workers_plan plan;
	struct worker *workers;
	int epoll;
	int timer;
};

/* --- Descriptors --- */

static int open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0U);
#else
	(void)pid;
	return -1;
#endif
}

static int watch(const struct hv_workers *w, int fd, struct hv_err *err)
{
	struct epoll_event event = { .events = EPOLLIN };

	if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &event))
		return hv_err_set_errno(err, errno, "epoll");
	return 0;
}

/* To close it is not enough: a process that has just been forked may still hold it, and then it
 * would go on to wake us. */
static void forget(const struct hv_workers *w, int *fd)
{
	if (*fd < 0)
		return;
	(void)epoll_ctl(w->epoll, EPOLL_CTL_DEL, *fd, NULL);
	(void)close(*fd);
	*fd = -1;
}

/* --- Time --- */

/* Without a pidfd nothing but another look tells that a process has ended. */
static bool needs_looking(const struct worker *r)
{
	return r->pidfd < 0 && (r->fd < 0 || r->killed);
}

static hv_usec next_look(const struct hv_workers *w, hv_usec now)
{
	hv_usec next = HV_USEC_MAX;

	for (size_t i = 0; i < w->plan.parallel; i++) {
		const struct worker *r = &w->workers[i];
		hv_usec look = needs_looking(r) ? hv_usec_add(now, LOOK_AGAIN) : r->due;

		if (r->pid != 0 && look < next)
			next = look;
	}
	return next;
}

static void set_timer(const struct hv_workers *w)
{
	const hv_usec now = w->plan.now(NULL);
	const hv_usec next = next_look(w, now);
	struct itimerspec timer = { .it_value = { .tv_sec = 0 } };
	hv_usec left = hv_usec_sub(next, now);

	if (next < HV_USEC_MAX) {
		left = left < 1 ? 1 : left; /* 0 would be never */
		timer.it_value.tv_sec = (time_t)(left / HV_USEC_PER_SEC);
		timer.it_value.tv_nsec = (long)(left % HV_USEC_PER_SEC) * 1000;
	}
	/* That it has run out is forgotten by this, too. */
	(void)timerfd_settime(w->timer, 0, &timer, NULL);
}

/* --- Ending --- */

/* The number of one that was waited for may be somebody else's by now. */
static void kill_worker(struct worker *r)
{
	if (!r->ended)
		(void)kill(r->pid, SIGKILL);
	r->killed = true;
	r->due = HV_USEC_MAX;
}

static bool wait_for(struct worker *r)
{
	pid_t found;

	if (r->ended)
		return true;
	found = waitpid(r->pid, &r->wait_status, WNOHANG);
	/* Somebody else has waited for it: how it ended is not known, so it did not end well. */
	if (found < 0 && errno == ECHILD)
		r->wait_status = -1;
	r->ended = found == r->pid || (found < 0 && errno == ECHILD);
	return r->ended;
}

static void clear(const struct hv_workers *w, struct worker *r)
{
	forget(w, &r->fd);
	forget(w, &r->pidfd);
	hv_buf_done(&r->out);
	*r = (struct worker){ .pid = 0, .fd = -1, .pidfd = -1 };
}

static void explain(const struct hv_workers *w, const struct worker *r, char text[ERROR_MAX])
{
	const struct hv_child_end end = {
		.wait_status = r->wait_status,
		.overdue = r->overdue,
		.timeout = r->timeout,
	};

	if (r->out.overflow)
		(void)snprintf(text, ERROR_MAX, "its result is larger than %zu bytes",
			w->plan.result_bytes_max);
	else if (r->out.failed)
		(void)snprintf(text, ERROR_MAX, "out of memory for its result");
	else
		hv_child_end_text(&end, text);
}

/* The place is free before anybody is told: who is told may start the next one, or drop some. */
static void finish(struct hv_workers *w, struct worker *place)
{
	struct worker r = *place;
	const hv_usec took = hv_usec_sub(w->plan.now(NULL), r.started);
	const bool ok = r.wait_status == 0 && !r.out.failed && r.out.len > 0;
	char error[ERROR_MAX] = "";

	place->out = (struct hv_buf){ .max = 0 };
	clear(w, place);
	if (!ok)
		explain(w, &r, error);
	if (r.job)
		w->plan.done(w->plan.ctx, r.job, ok, ok ? hv_buf_str(&r.out) : NULL,
			ok ? r.out.len : 0, error, took);
	hv_buf_done(&r.out);
}

/* --- Reading --- */

/* False: nothing more for now. */
static bool read_some(struct hv_workers *w, struct worker *r)
{
	char bytes[READ_SIZE];
	const ssize_t n = read(r->fd, bytes, sizeof(bytes));

	if (n < 0 && errno == EINTR)
		return true;
	if (n < 0 && errno == EAGAIN && !r->ended)
		return false;
	if (n <= 0) {
		forget(w, &r->fd);
		return false;
	}
	hv_buf_add(&r->out, bytes, (size_t)n);
	if (hv_buf_failed(&r->out)) {
		forget(w, &r->fd);
		kill_worker(r);
		return false;
	}
	return true;
}

/* What it wrote is still in the pipe when it has ended, and counts however late it was. */
static void attend(struct hv_workers *w, struct worker *r)
{
	if (!wait_for(r) && w->plan.now(NULL) >= r->due) {
		r->overdue = true;
		kill_worker(r);
	}
	for (int i = 0; i < READS_PER_DISPATCH && r->fd >= 0; i++)
		if (!read_some(w, r))
			break;
	if (r->fd < 0 && wait_for(r))
		finish(w, r);
}

void hv_workers_dispatch(struct hv_workers *w)
{
	for (size_t i = 0; i < w->plan.parallel; i++)
		if (w->workers[i].pid != 0)
			attend(w, &w->workers[i]);
	set_timer(w);
}

int hv_workers_fd(const struct hv_workers *w)
{
	return w->epoll;
}

/* --- Starting --- */

static struct worker *free_place(const struct hv_workers *w)
{
	for (size_t i = 0; i < w->plan.parallel; i++)
		if (w->workers[i].pid == 0)
			return &w->workers[i];
	return NULL;
}

bool hv_workers_any_free(const struct hv_workers *w)
{
	return free_place(w) != NULL;
}

size_t hv_workers_running(const struct hv_workers *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->plan.parallel; i++)
		count += w->workers[i].pid != 0;
	return count;
}

/* A pidfd that cannot be watched is done without. */
static void watch_end(const struct hv_workers *w, struct worker *r)
{
	r->pidfd = open_pidfd(r->pid);
	if (r->pidfd < 0 || watch(w, r->pidfd, NULL) == 0)
		return;
	(void)close(r->pidfd);
	r->pidfd = -1;
}

/* Of one that nobody will be told of. */
static void abandon(struct hv_workers *w, struct worker *r)
{
	forget(w, &r->fd);
	kill_worker(r);
	r->job = NULL;
	set_timer(w);
}

int hv_workers_start(struct hv_workers *w, void *job, hv_usec timeout,
	void (*work)(const void *arg, struct hv_buf *out), const void *arg, struct hv_err *err)
{
	const hv_usec now = w->plan.now(NULL);
	const struct hv_child_work child_work = { work, arg, w->plan.result_bytes_max };
	struct worker *r = free_place(w);
	struct hv_child child;

	if (!r)
		return hv_err_set(err, HV_ERR_LIMIT, "no worker is free");
	if (hv_child_start(&child_work, &child, err))
		return -1;
	*r = (struct worker){
		.pid = child.pid,
		.fd = child.fd,
		.pidfd = -1,
		.job = job,
		.out = { .max = w->plan.result_bytes_max },
		.timeout = timeout,
		.started = now,
		.due = hv_usec_add(now, hv_usec_add(timeout, w->plan.grace)),
	};
	watch_end(w, r);
	if (watch(w, r->fd, err)) {
		abandon(w, r);
		return -1;
	}
	set_timer(w);
	return 0;
}

void hv_workers_drop(struct hv_workers *w, const void *job)
{
	for (size_t i = 0; i < w->plan.parallel; i++) {
		struct worker *r = &w->workers[i];

		if (r->pid != 0 && r->job == job)
			abandon(w, r);
	}
}

/* --- All of them --- */

struct hv_workers *hv_workers_new(const struct hv_workers_plan *plan, struct hv_err *err)
{
	HV_AUTO(workers) w = hv_alloc(sizeof(*w));

	if (!w)
		return (void)hv_err_no_memory(err), NULL;
	w->plan = *plan;
	w->timer = -1;
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll >= 0)
		w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w->timer < 0)
		return (void)hv_err_set_errno(err, errno, "workers"), NULL;
	w->workers = hv_alloc_array(plan->parallel, sizeof(*w->workers));
	if (!w->workers)
		return (void)hv_err_no_memory(err), NULL;
	for (size_t i = 0; i < plan->parallel; i++)
		w->workers[i] = (struct worker){ .fd = -1, .pidfd = -1 };
	return watch(w, w->timer, err) ? NULL : hv_take(&w);
}

/* One that cannot even be killed, because the kernel holds it, is left to itself. */
static void part_with(struct worker *r, int *left_ms)
{
	while (!wait_for(r) && *left_ms > 0) {
		struct pollfd end = { .fd = r->pidfd, .events = POLLIN };

		(void)poll(&end, 1, LOOK_AGAIN_MS);
		*left_ms -= LOOK_AGAIN_MS;
	}
}

void hv_workers_free(struct hv_workers *w)
{
	int left_ms = PARTING_MS;

	if (!w)
		return;
	for (size_t i = 0; w->workers && i < w->plan.parallel; i++)
		if (w->workers[i].pid != 0)
			kill_worker(&w->workers[i]);
	for (size_t i = 0; w->workers && i < w->plan.parallel; i++) {
		if (w->workers[i].pid != 0)
			part_with(&w->workers[i], &left_ms);
		clear(w, &w->workers[i]);
	}
	hv_free(w->workers);
	if (w->timer >= 0)
		(void)close(w->timer);
	if (w->epoll >= 0)
		(void)close(w->epoll);
	hv_free(w);
}

void hv_workers_cleanup(struct hv_workers **w)
{
	hv_workers_free(*w);
}
