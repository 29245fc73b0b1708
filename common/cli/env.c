/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process: environment, wall clock, standard descriptors, signals. Everything else gets these
 * as parameters. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/common-options.h"
#include "cli/options.h"
#include "cli/runner.h"
#include "output/output.h"

enum { TIMEOUT_LINE_MAX = 256 };

struct deadline {
	const char *label;
	char line[TIMEOUT_LINE_MAX]; /* written by the signal handler */
	size_t len;
	enum hv_state state; /* the exit status then */
};

/* What the handler of SIGALRM says. A handler has no other way to get at data; it is set once in a
 * process, before the signal can come, and the deadline it points to changes only while no alarm is
 * set. */
static const struct deadline *volatile alarm_deadline;

static void on_alarm(int signal_number)
{
	const struct deadline *d = alarm_deadline;

	(void)signal_number;
	if (d == NULL || d->len == 0 || write(STDOUT_FILENO, d->line, d->len) < 0)
		_exit(HV_UNKNOWN);
	_exit((int)d->state);
}

static void set_line(struct deadline *d, unsigned int seconds)
{
	HV_AUTO(buf) line = { .max = TIMEOUT_LINE_MAX };
	char text[64];
	int len = snprintf(text, sizeof(text), "timed out after %u s", seconds);

	d->len = 0;
	if (len < 0 || (size_t)len >= sizeof(text))
		return;
	hv_output_line(d->label, d->state, text, &line);
	if (hv_buf_failed(&line) || line.len > sizeof(d->line))
		return;
	memcpy(d->line, hv_buf_str(&line), line.len);
	d->len = line.len;
}

static void set_deadline(void *ctx, hv_usec limit, enum hv_state state)
{
	struct deadline *d = ctx;
	unsigned int left = alarm(0);

	d->state = state;
	if (limit > 0) {
		left = (unsigned int)((limit - 1) / HV_USEC_PER_SEC + 1);
		set_line(d, left);
	} else {
		d->len = 0;
	}
	alarm(left);
}

static void take_signals(struct deadline *d)
{
	struct sigaction on_timeout = { .sa_handler = on_alarm };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t set;

	alarm_deadline = d;
	sigemptyset(&on_timeout.sa_mask);
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGALRM, &on_timeout, NULL);
	sigaction(SIGPIPE, &ignore, NULL); /* so that write() fails and the exit status tells */
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static bool is_closed(int fd)
{
	return fcntl(fd, F_GETFD) < 0 && errno == EBADF;
}

int hv_cli_fill_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		const int mode = fd == STDOUT_FILENO ? O_RDONLY : O_RDWR;

		if (is_closed(fd) && open("/dev/null", mode) != fd)
			return -1;
	}
	return 0;
}

static const char *process_env(const char *name)
{
	return getenv(name);
}

static hv_usec wall_clock(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return 0;
	return hv_usec_add((hv_usec)now.tv_sec * HV_USEC_PER_SEC, now.tv_nsec / 1000);
}

static hv_usec monotonic_clock(void *unused)
{
	struct timespec now;

	(void)unused;
	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return hv_usec_add((hv_usec)now.tv_sec * HV_USEC_PER_SEC, now.tv_nsec / 1000);
}

static int random_bytes(void *ret, size_t len)
{
	return getrandom(ret, len, 0) == (ssize_t)len ? 0 : -1;
}

/* Passwords are in memory while a host is asked. */
static void forbid_core_files(void)
{
	(void)setrlimit(RLIMIT_CORE, &(const struct rlimit){ .rlim_cur = 0 });
}

void hv_cli_process_env(struct hv_cli_env *ret)
{
	*ret = (struct hv_cli_env){
		.env = process_env,
		.clock = wall_clock,
		.monotonic = monotonic_clock,
		.random = random_bytes,
		.out_fd = STDOUT_FILENO,
	};
	forbid_core_files();
}

int hv_program_main(const struct hv_check *check, int argc, char **argv, hv_program_fn *run)
{
	struct deadline deadline = { .label = check->label };
	struct hv_cli_env env;
	int status;

	hv_cli_process_env(&env);
	env.deadline = set_deadline;
	env.deadline_ctx = &deadline;
	if (is_closed(STDOUT_FILENO) || hv_cli_fill_descriptors() != 0)
		return HV_UNKNOWN;
	take_signals(&deadline);
	/* Until the options are read. */
	set_deadline(&deadline, HV_TIMEOUT_DEFAULT_SEC * HV_USEC_PER_SEC, HV_UNKNOWN);
	status = run(check, argc, argv, &env);
	alarm(0);
	alarm_deadline = NULL;
	/* Some file systems tell that the bytes found no room only now. */
	if (close(STDOUT_FILENO) != 0 && errno != EINTR)
		status = HV_UNKNOWN;
	return status;
}

int hv_check_main(const struct hv_check *check, int argc, char **argv)
{
	return hv_program_main(check, argc, argv, hv_check_run);
}
