/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Processes that do one piece of work and tell its result through a pipe: how such a one is started
 * apart from everything else, and what is said of its end. */
#ifndef HV_CLI_CHILD_PROCESS_H
#define HV_CLI_CHILD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"

/* Exit statuses of a process that has no result to tell. */
enum {
	HV_CHILD_TOO_LARGE = 100,
	HV_CHILD_NO_MEMORY = 101,
};

struct hv_child_work {
	void (*run)(const void *arg, struct hv_buf *out); /* what it adds to *out is the result */
	const void *arg;
	size_t result_bytes_max;
};

struct hv_child {
	pid_t pid;
	int fd; /* its result; does not block; yours */
};

/* Runs the work in a process of its own, which starts with signals as after a login (but SIGPIPE is
 * ignored), inherits no descriptor but the standard ones, is killed when this process ends, and
 * leaves no core file. */
int hv_child_start(
	const struct hv_child_work *work, struct hv_child *ret, struct hv_err *err) HV_MUST_USE;

struct hv_child_end {
	int wait_status; /* of waitpid() */
	bool overdue;    /* killed for that */
	bool interrupted;
	hv_usec timeout;
};

/* What became of a process that told nothing: "timed out after 1m", "its process was ended by
 * signal 11". */
enum { HV_CHILD_END_TEXT_MAX = 128 };
void hv_child_end_text(const struct hv_child_end *end, char ret[HV_CHILD_END_TEXT_MAX]);

#endif
