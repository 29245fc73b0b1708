/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/describe.h"

#include <string.h>

int hv_describe(const struct hv_check *check, const char *form, hv_usec date, struct hv_buf *out,
	struct hv_err *err)
{
	if (strcmp(form, "man") == 0)
		hv_describe_man(check, date, out);
	else if (strcmp(form, "icinga2") == 0)
		hv_describe_icinga2(check, out);
	else if (strcmp(form, "nagios") == 0)
		hv_describe_nagios(check, out);
	else if (strcmp(form, "json") == 0)
		hv_describe_json(check, out);
	else if (strcmp(form, "bash") == 0)
		hv_describe_bash(check, out);
	else
		return hv_err_set(err, HV_ERR_ARGUMENT, "--describe: there is no form '%s'", form);
	return 0;
}
