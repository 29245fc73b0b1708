/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual page of a program that is no check. */
#ifndef HV_CLI_MANUAL_H
#define HV_CLI_MANUAL_H

#include "base/attr.h"
#include "base/err.h"
#include "check/check.h"
#include "cli/mdoc.h"

/* Texts are those of the program's --help. */
struct hv_manual {
	struct hv_mdoc_page page;
	const char *introduction;
	const struct hv_opt_group *groups;
	size_t group_count;
	const char *values; /* NULL: none */
	const char *files;  /* NULL: none */
	const char *statuses;
	const struct hv_example *examples; /* NULL: none */
	const char *const *see_also;
};

void hv_manual(const struct hv_manual *manual, hv_usec date, struct hv_buf *out);

/* What --describe asks for: the manual page ("man"), or completion ("bash"), for which choices may
 * be NULL. */
void hv_manual_describe(const struct hv_manual *manual, const char *form, hv_choices_fn *choices,
	hv_usec date, struct hv_buf *out);

/* Whether --describe names a form that such a program has. */
int hv_manual_check_form(const char *form, struct hv_err *err) HV_MUST_USE;

/* Date of a page: reproducible builds set SOURCE_DATE_EPOCH. */
hv_usec hv_manual_date(const struct hv_cli_env *env);

#endif
