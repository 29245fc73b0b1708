/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/child-process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/write.h"

enum {
	FIRST_OWN_FD = STDERR_FILENO + 1,
	DESCRIPTORS_MAX = 1 << 20, /* that are closed one by one */
};

/* --- In the process --- */

static void reset_signals(void)
{
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t none;

	for (int s = 1; s <= SIGRTMAX; s++)
		(void)sigaction(s, &usual, NULL);
	/* A host that closes its connection is an error of write(). */
	(void)sigaction(SIGPIPE, &ignore, NULL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The parent may be gone before the kernel is asked to tell of that. */
static void die_with(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
}

/* Passwords are in memory. */
static void forbid_core_files(void)
{
	(void)setrlimit(RLIMIT_CORE, &(const struct rlimit){ .rlim_cur = 0 });
	(void)prctl(PR_SET_DUMPABLE, 0);
}

/* When memory is short the kernel is to take this process, not the one that waits for it. */
static void offer_to_kernel(void)
{
	static const char score[] = "500";
	const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, score, sizeof(score) - 1);
	(void)close(fd);
}

static void close_one_by_one(int first)
{
	struct rlimit limit = { .rlim_cur = DESCRIPTORS_MAX };

	(void)getrlimit(RLIMIT_NOFILE, &limit);
	for (int fd = first; fd < DESCRIPTORS_MAX && (rlim_t)fd < limit.rlim_cur; fd++)
		(void)close(fd);
}

static void close_from(int first)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned int)first, ~0U, 0U) == 0)
		return;
#endif
	close_one_by_one(first);
}

/* Returns where the pipe is then. */
static int keep_only(int fd)
{
	if (fd != FIRST_OWN_FD && dup2(fd, FIRST_OWN_FD) < 0)
		_exit(1);
	close_from(FIRST_OWN_FD + 1);
	return FIRST_OWN_FD;
}

static void be_child(const struct hv_child_work *work, pid_t parent, int fd)
{
	struct hv_buf out = { .max = work->result_bytes_max };

	reset_signals();
	die_with(parent);
	forbid_core_files();
	fd = keep_only(fd);
	offer_to_kernel();
	work->run(work->arg, &out);
	if (hv_buf_failed(&out))
		_exit(out.overflow ? HV_CHILD_TOO_LARGE : HV_CHILD_NO_MEMORY);
	_exit(hv_write_all(fd, hv_buf_str(&out), out.len, NULL) ? 1 : 0);
}

/* --- Outside --- */

/* No handler of this process may run in the new one. */
static pid_t fork_quietly(const struct hv_child_work *work, int fd)
{
	const pid_t parent = getpid();
	sigset_t all;
	sigset_t before;
	pid_t pid;

	sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		be_child(work, parent, fd);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

static int make_pipe(int ends[2], struct hv_err *err)
{
	if (pipe2(ends, O_CLOEXEC))
		return hv_err_set_errno(err, errno, "no pipe for a process");
	/* A process that writes waits; nobody waits for it. */
	if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
		return 0;
	(void)hv_err_set_errno(err, errno, "pipe of a process");
	(void)close(ends[0]);
	(void)close(ends[1]);
	return -1;
}

int hv_child_start(const struct hv_child_work *work, struct hv_child *ret, struct hv_err *err)
{
	int ends[2];
	pid_t pid;

	if (make_pipe(ends, err))
		return -1;
	pid = fork_quietly(work, ends[1]);
	(void)close(ends[1]);
	if (pid < 0) {
		(void)hv_err_set_errno(err, errno, "no process could be made");
		(void)close(ends[0]);
		return -1;
	}
	*ret = (struct hv_child){ .pid = pid, .fd = ends[0] };
	return 0;
}

static const char *without_a_word(int wait_status)
{
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == HV_CHILD_TOO_LARGE)
		return "its result is too large";
	if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == HV_CHILD_NO_MEMORY)
		return "its process ran out of memory";
	return "its process ended without a word";
}

void hv_child_end_text(const struct hv_child_end *end, char ret[HV_CHILD_END_TEXT_MAX])
{
	const bool by_signal = WIFSIGNALED(end->wait_status);
	char limit[HV_TIME_TEXT_MAX];

	if (end->overdue || (by_signal && WTERMSIG(end->wait_status) == SIGALRM)) {
		hv_duration_format(end->timeout, limit);
		(void)snprintf(ret, HV_CHILD_END_TEXT_MAX, "timed out after %s", limit);
	} else if (end->interrupted) {
		(void)snprintf(ret, HV_CHILD_END_TEXT_MAX, "interrupted");
	} else if (by_signal) {
		(void)snprintf(ret, HV_CHILD_END_TEXT_MAX, "its process was ended by signal %d",
			WTERMSIG(end->wait_status));
	} else {
		(void)snprintf(ret, HV_CHILD_END_TEXT_MAX, "%s", without_a_word(end->wait_status));
	}
}
