/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/capture-signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "cli/capture-options.h"

enum { STATUS_TIMED_OUT = 3 };

static void on_alarm(int signal_number)
{
	static const char line[] = HV_CAPTURE_NAME ": timed out\n";

	(void)signal_number;
	(void)!write(STDERR_FILENO, line, sizeof(line) - 1);
	_exit(STATUS_TIMED_OUT);
}

/* The line break leaves the line of progress. */
static void on_alarm_at_terminal(int signal_number)
{
	static const char line[] = "\n" HV_CAPTURE_NAME ": timed out\n";

	(void)signal_number;
	(void)!write(STDERR_FILENO, line, sizeof(line) - 1);
	_exit(STATUS_TIMED_OUT);
}

static void limit_by(void (*handler)(int), hv_usec limit)
{
	struct sigaction action = { .sa_handler = handler };
	sigset_t set;

	sigemptyset(&action.sa_mask);
	(void)sigaction(SIGALRM, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
	(void)alarm((unsigned int)((limit - 1) / HV_USEC_PER_SEC + 1));
}

void hv_signals_limit(hv_usec limit)
{
	limit_by(isatty(STDERR_FILENO) ? on_alarm_at_terminal : on_alarm, limit);
}

void hv_signals_limit_silently(hv_usec limit)
{
	limit_by(SIG_DFL, limit);
}

void hv_signals_no_limit(void)
{
	(void)alarm(0);
}

void hv_signals_hold(void)
{
	sigset_t set;

	hv_signals_no_limit();
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
}
