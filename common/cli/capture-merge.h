/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All sources of one capture, a live host among them, into a file or a list. */
#ifndef HV_CLI_CAPTURE_MERGE_H
#define HV_CLI_CAPTURE_MERGE_H

#include <stddef.h>

#include "base/err.h"
#include "cli/capture-options.h"
#include "cli/capture-progress.h"
#include "cli/live.h"

/* Values are those of the exit status. */
enum hv_capture_status {
	HV_CAPTURE_DONE = 0,
	HV_CAPTURE_INCOMPLETE = 1, /* a class or log in it could not be read */
	HV_CAPTURE_FAILED = 3,
};

struct hv_capture_task {
	const struct hv_capture_options *options;
	const struct hv_live *live; /* NULL: no host is asked */
	const char *output;         /* a file; NULL or "-": standard output */
	const char *label;          /* in messages: of which of several hosts; NULL: there is one */
	struct hv_progress *progress;
};

struct hv_capture_outcome {
	size_t problems; /* classes and logs that could not be read, or not wholly */
	size_t bytes;    /* of the capture */
	struct hv_client_failure failure; /* why the host could not be read; advice NULL: none */
};

/* Writes a capture of all that the sources hold, whole or not at all. */
int hv_capture_merge(const struct hv_capture_task *task, struct hv_capture_outcome *ret,
	struct hv_err *err) HV_MUST_USE;

/* Prints what they hold. */
int hv_capture_show(const struct hv_capture_task *task, struct hv_capture_outcome *ret,
	struct hv_err *err) HV_MUST_USE;

#endif
