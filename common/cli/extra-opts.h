/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --extra-opts[=[SECTION][@FILE]]: options from an INI file, as the Monitoring Plugins read them.
 */
#ifndef HV_CLI_EXTRA_OPTS_H
#define HV_CLI_EXTRA_OPTS_H

#include <stddef.h>

#include "base/err.h"
#include "cli/option-table.h"

#define HV_EXTRA_OPTS_NAME "extra-opts"

enum { HV_EXTRA_OPTS_MAX_BYTES = 1 << 20 };

/* locator: "[SECTION][@FILE]"; NULL or "" for both defaults. program: the section's default name.
 * env: getenv(). Errors name file and line. A section that sets a secret is taken from no file that
 * somebody else may read or write. */
int hv_extra_opts_apply(struct hv_opt_line *line, const char *locator, const char *program,
	const char *(*env)(const char *name), struct hv_err *err) HV_MUST_USE;

/* A whole command line: the files that its --extra-opts name come first, wherever they stand, so
 * that the command line wins, as in the Monitoring Plugins. line is initialised. */
int hv_extra_opts_parse(struct hv_opt_line *line, int argc, char *const *argv, const char *program,
	const char *(*env)(const char *name), struct hv_err *err) HV_MUST_USE;

/* The same for the text of a file. file: its name, for errors. */
int hv_extra_opts_apply_text(struct hv_opt_line *line, const char *text, size_t len,
	const char *file, const char *section, struct hv_err *err) HV_MUST_USE;

#endif
