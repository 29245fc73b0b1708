/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command of a check, in the language of Nagios's object files. How a host is asked stands in
 * its custom variable _HYPERV_OPTIONS, once for all checks; $ARG1$ is for one check's own options.
 * Nagios hands a command line to the shell as soon as it holds a character that means something to
 * one: this has none but the quotes, which mean the same to Nagios itself. */
#include "cli/describe.h"

#include "cli/common-options.h"
#include "cli/option-table.h"

enum { TIMEOUT_SEC = 50 }; /* less than Nagios's own service_check_timeout, 60 by default */

static void own_option(struct hv_buf *out, const struct hv_opt *o)
{
	hv_buf_addf(out, "#   --%s", o->name);
	if (o->arg != NULL)
		hv_buf_addf(out, "=%s", o->arg);
	if (o->def != NULL)
		hv_buf_addf(out, " (default: %s)", o->def);
	hv_buf_addc(out, '\n');
}

static void own_options(struct hv_buf *out, const struct hv_check *check)
{
	const char *heading = "# Its own options, for $ARG1$:\n";

	for (const struct hv_opt *o = check->options; o != NULL && o->name != NULL; o++) {
		if (o->file_only || hv_option_is_informational(o))
			continue;
		hv_buf_adds(out, heading);
		own_option(out, o);
		heading = "";
	}
}

void hv_describe_nagios(const struct hv_check *check, struct hv_buf *out)
{
	hv_buf_addf(out, "# %s: %s\n", check->name, check->summary);
	own_options(out, check);
	hv_buf_addf(out, "define command {\n\tcommand_name\t%s\n", check->name);
	/* What runs checks is for people, too, and so in PATH. */
	hv_buf_addf(out, "\tcommand_line\t%s%s -v -t %d -H '$HOSTADDRESS$' ",
		check->runs_checks ? "" : "$USER1$/", check->name, TIMEOUT_SEC);
	hv_buf_adds(out, "$_HOSTHYPERV_OPTIONS$ $ARG1$\n}\n");
}
