/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_doctor --explain: the background of what a finding can name, from the tables of the
 * project alone. */
#ifndef HV_CLI_EXPLAIN_H
#define HV_CLI_EXPLAIN_H

#include "base/buf.h"
#include "base/err.h"
#include "check/check.h"

/* id: of a rule of one of the checks ("split-root", "layout.split-root"), an event ("vmms-18012",
 * "18012"), an HRESULT, an update; whatever bears it is told. "list" gives all with a line each,
 * "all" all of them in full. form: "text" or "markdown". What is not known is told in one line,
 * with the nearest ids. checks ends with NULL. */
int hv_explain(const struct hv_check *const *checks, const char *id, const char *form,
	struct hv_buf *out, struct hv_err *err) HV_MUST_USE;

/* "list", "all", every id, and those of rules also without the check: a blank behind each. */
void hv_explain_choices(const struct hv_check *const *checks, struct hv_buf *out);

#endif
