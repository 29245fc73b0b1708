/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of manual pages, in mdoc(7), from option tables and plain text. */
#ifndef HV_CLI_MDOC_H
#define HV_CLI_MDOC_H

#include <stddef.h>

#include "base/buf.h"
#include "base/time.h"
#include "check/check.h"
#include "cli/options.h"

struct hv_mdoc_page {
	const char *name;
	const char *section; /* "1" */
	const char *summary; /* without a full stop */
};

/* The page's head and its section NAME. */
void hv_mdoc_head(const struct hv_mdoc_page *page, hv_usec date, struct hv_buf *out);

/* One paragraph a line; lines that begin with a blank as they are. */
void hv_mdoc_text(const char *s, struct hv_buf *out);

/* The section SYNOPSIS; a subsection for each group. Options that may stand in a file alone are not
 * shown. */
void hv_mdoc_synopsis(const struct hv_opt_group *groups, size_t count, struct hv_buf *out);
void hv_mdoc_options(const struct hv_opt_group *groups, size_t count, struct hv_buf *out);
void hv_mdoc_default(const char *def, struct hv_buf *out); /* NULL: says nothing */

void hv_mdoc_examples(const char *program, const struct hv_example *examples,
	struct hv_buf *out); /* NULL: none */

/* pages: "hyperv_doctor 1", in the order of section and name, at least one besides self, which is
 * passed over; NULL ends them. */
void hv_mdoc_see_also(const char *const *pages, const char *self, struct hv_buf *out);

#endif
