/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hosts that --hosts names. */
#ifndef HV_CLI_CAPTURE_HOSTS_H
#define HV_CLI_CAPTURE_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

enum {
	HV_CAPTURE_HOSTS_MAX = 4096,
	HV_CAPTURE_HOSTS_MAX_BYTES = 1 << 20,
};

struct hv_capture_host {
	const char *host; /* as of hv_connect_host() */
	bool is_address;
	const char *file; /* name of its capture: "hv01.json" */
	size_t line;
};

struct hv_capture_hosts {
	struct hv_capture_host *items;
	size_t count;
};

/* One host a line, each as --hostname takes it; what stands behind a # is a comment. The same host
 * twice is an error, as is none. Errors name the line. */
int hv_capture_hosts_parse(const char *text, size_t len, const char *name, struct hv_arena *arena,
	struct hv_capture_hosts *ret, struct hv_err *err) HV_MUST_USE;

/* Of a file; of standard input when it is "-". */
int hv_capture_hosts_read(const char *path, struct hv_arena *arena, struct hv_capture_hosts *ret,
	struct hv_err *err) HV_MUST_USE;

#endif
