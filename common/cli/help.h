/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts about a check for people at a terminal, made from its descriptor. */
#ifndef HV_CLI_HELP_H
#define HV_CLI_HELP_H

#include "base/buf.h"
#include "check/check.h"
#include "cli/options.h"

enum {
	HV_USAGE_MAX_LINES = 22
}; /* a line with the error comes before: 23 together, by the guidelines */

void hv_help(const struct hv_check *check, struct hv_buf *out);
void hv_help_usage(
	const struct hv_check *check, struct hv_buf *out); /* short, at most HV_USAGE_MAX_LINES */
void hv_help_version(const struct hv_check *check, struct hv_buf *out);

/* The same parts for a program that is no check: the options of its groups; the usage. */
void hv_help_options(const struct hv_opt_group *groups, size_t group_count, struct hv_buf *out);
void hv_help_program_usage(const char *program, const struct hv_opt_group *groups,
	size_t group_count, struct hv_buf *out);

/* How the values of options are written: RANGE, SIZE ... */
extern const char hv_help_values[];

/* What an exit state means for this check. */
const char *hv_help_state(const struct hv_check *check, enum hv_state state);

/* "volumes, virtual machines"; "none". */
void hv_help_sections(unsigned int sections, struct hv_buf *out);

#endif
