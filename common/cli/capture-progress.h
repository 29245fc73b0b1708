/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells people who wait what is being done. */
#ifndef HV_CLI_CAPTURE_PROGRESS_H
#define HV_CLI_CAPTURE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

enum hv_progress_form {
	HV_PROGRESS_NONE,
	HV_PROGRESS_REWRITTEN, /* one line that changes, on a terminal */
	HV_PROGRESS_LINES,     /* one line each */
};

struct hv_progress {
	int fd;
	enum hv_progress_form form;
	const char *label; /* before each line; borrowed */
	size_t columns;    /* that stand on the terminal now */
};

/* Lines when asked for, else what suits the descriptor. */
enum hv_progress_form hv_progress_form_of(int fd, bool lines);

/* ctx: a struct hv_progress. Text may be foreign. */
void hv_progress_tell(void *ctx, const char *what);

/* Before anything else is written there. */
void hv_progress_clear(struct hv_progress *p);

#endif
