/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion of a command line in bash, made of the option tables. */
#ifndef HV_CLI_COMPLETION_H
#define HV_CLI_COMPLETION_H

#include <stddef.h>

#include "base/buf.h"
#include "check/check.h"
#include "cli/options.h"

struct hv_completion {
	const char *name; /* of the program */
	const struct hv_opt_group *groups;
	size_t group_count;
	const struct hv_rule *rules; /* for --rule; NULL: none */
	hv_choices_fn *choices;      /* NULL: none */
};

/* A script for bash, which runs no program and reads no file but the names of files. */
void hv_completion_bash(const struct hv_completion *completion, struct hv_buf *out);

#endif
