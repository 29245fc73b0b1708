/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/probe-wait.h"

#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "check/state.h"
#include "cli/probe-options.h"

#define NANOSECONDS 1000

/* nohup: whoever hangs up does not want an end. */
static bool is_ignored(int signal_number)
{
	struct sigaction action;

	return sigaction(signal_number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void hv_probe_wait_init(struct hv_probe_wait *wait)
{
	wait->stopped = false;
	(void)sigemptyset(&wait->ends);
	(void)sigaddset(&wait->ends, SIGINT);
	(void)sigaddset(&wait->ends, SIGTERM);
	if (!is_ignored(SIGHUP))
		(void)sigaddset(&wait->ends, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &wait->ends, NULL);
}

/* A second wish for an end changes nothing, and must not make every pause vanish: it is taken from
 * the queue. */
void hv_probe_wait_sleep(struct hv_probe_wait *wait, hv_usec time)
{
	const struct timespec pause = {
		.tv_sec = (time_t)(time / HV_USEC_PER_SEC),
		.tv_nsec = (long)(time % HV_USEC_PER_SEC) * NANOSECONDS,
	};

	if (sigtimedwait(&wait->ends, NULL, &pause) > 0)
		wait->stopped = true;
}

bool hv_probe_wait_stopped(struct hv_probe_wait *wait)
{
	static const struct timespec none = { .tv_sec = 0 };

	if (sigtimedwait(&wait->ends, NULL, &none) > 0)
		wait->stopped = true;
	return wait->stopped;
}

static void on_alarm_before(int signal_number)
{
	static const char line[] =
		"HYPERV " HV_PROBE_LABEL " UNKNOWN - timed out; nothing was changed\n";

	(void)signal_number;
	(void)!write(STDOUT_FILENO, line, sizeof(line) - 1);
	_exit(HV_UNKNOWN);
}

static void on_alarm_after(int signal_number)
{
	static const char line[] =
		"HYPERV " HV_PROBE_LABEL " CRITICAL - CHECKPOINT MAY BE LEFT BEHIND: timed out; "
		"look with Get-VMSnapshot\n";

	(void)signal_number;
	(void)!write(STDOUT_FILENO, line, sizeof(line) - 1);
	_exit(HV_CRITICAL);
}

static void on_alarm(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGALRM, &action, NULL);
}

void hv_probe_wait_limit(hv_usec limit)
{
	sigset_t set;

	on_alarm(on_alarm_before);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGALRM);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
	(void)alarm((unsigned int)((limit - 1) / HV_USEC_PER_SEC + 1));
}

void hv_probe_wait_changes_begin(void)
{
	on_alarm(on_alarm_after);
}

void hv_probe_wait_no_limit(void)
{
	(void)alarm(0);
}
