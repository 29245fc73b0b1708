/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --describe: a check's descriptor as a manual page, an Icinga 2 CheckCommand, a Nagios command,
 * JSON, or completion. */
#ifndef HV_CLI_DESCRIBE_H
#define HV_CLI_DESCRIBE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "check/check.h"
#include "check/option.h"
#include "cli/options.h"

/* form: "man", "icinga2", "nagios", "json" or "bash". date: of the manual page. */
int hv_describe(const struct hv_check *check, const char *form, hv_usec date, struct hv_buf *out,
	struct hv_err *err) HV_MUST_USE;

void hv_describe_man(const struct hv_check *check, hv_usec date, struct hv_buf *out);
void hv_describe_icinga2(const struct hv_check *check, struct hv_buf *out);
void hv_describe_nagios(const struct hv_check *check, struct hv_buf *out);
void hv_describe_bash(const struct hv_check *check, struct hv_buf *out);
void hv_describe_json(const struct hv_check *check, struct hv_buf *out);

/* The custom variable of Icinga 2 that gives an option of the group its value. Informational
 * options and those of files have none. */
void hv_describe_variable(struct hv_buf *out, const struct hv_check *check,
	const struct hv_opt_group *group, const struct hv_opt *o);
bool hv_describe_has_variable(const struct hv_opt *o);

#endif
