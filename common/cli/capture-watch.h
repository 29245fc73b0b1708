/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sink that tells on standard error what a source could not read, on the way to another sink. */
#ifndef HV_CLI_CAPTURE_WATCH_H
#define HV_CLI_CAPTURE_WATCH_H

#include <stddef.h>

#include "cim/sink.h"
#include "cli/capture-progress.h"
#include "model/value.h"

struct hv_capture_watch {
	struct hv_sink inner;
	const char *label;            /* of which of several hosts; NULL: there is one */
	struct hv_progress *progress; /* makes room for what is told; NULL: none */
	size_t problems;
	struct hv_time newest; /* of the files read */
};

struct hv_sink hv_capture_watch_sink(struct hv_capture_watch *w);

/* "hyperv_capture: [label: ]<kind>[where: ]<what>" on standard error. Texts may be foreign. */
void hv_capture_complain(const char *label, const char *kind, const char *where, const char *what);

/* For struct hv_trace; progress: a struct hv_progress. */
void hv_capture_trace(void *progress, const char *text);

#endif
