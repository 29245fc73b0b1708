/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CheckCommand of a check, in Icinga 2's configuration language. Custom variables are named
 * hv_<check>_<option> with underscores only, as Icinga's own command definitions are. */
#include "cli/describe.h"

#include <ctype.h>
#include <string.h>

#include "cli/common-options.h"
#include "cli/option-table.h"

/* A string literal [Icinga 2, Language Reference: String Literals]. */
static void quote(struct hv_buf *out, const char *s)
{
	hv_buf_addc(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			hv_buf_addf(out, "\\%c", *s);
		else if (*s == '\n')
			hv_buf_adds(out, "\\n");
		else
			hv_buf_addc(out, *s);
	}
	hv_buf_addc(out, '"');
}

static void add_identifier(struct hv_buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '-' || *s == ' ')
			hv_buf_addc(out, '_');
		else
			hv_buf_addc(out, (char)tolower((unsigned char)*s));
	}
}

static void variable(struct hv_buf *out, const struct hv_check *check, const struct hv_opt *o)
{
	hv_buf_adds(out, "\"$hv_");
	add_identifier(out, check->label);
	hv_buf_addc(out, '_');
	add_identifier(out, o->name);
	hv_buf_adds(out, "$\"");
}

static void argument(struct hv_buf *out, const struct hv_check *check, const struct hv_opt *o)
{
	HV_AUTO(buf) description = { .max = 65536 };

	hv_buf_adds(&description, o->help);
	if (o->def != NULL)
		hv_buf_addf(&description, " (default: %s)", o->def);
	hv_buf_addf(
		out, "\t\t\"--%s\" = {\n\t\t\t%s = ", o->name, o->arg == NULL ? "set_if" : "value");
	variable(out, check, o);
	hv_buf_adds(out, "\n\t\t\tdescription = ");
	quote(out, hv_buf_str(&description));
	if (o->arg != NULL && hv_opt_is_repeatable(o))
		hv_buf_adds(out, "\n\t\t\trepeat_key = true");
	hv_buf_adds(out, "\n\t\t}\n");
}

void hv_describe_icinga2(const struct hv_check *check, struct hv_buf *out)
{
	static const char prefix[] = "check_";
	struct hv_opt_group groups[HV_ALL_GROUPS];
	const char *name = check->name;

	if (strncmp(name, prefix, strlen(prefix)) == 0)
		name += strlen(prefix);
	hv_buf_addf(out, "/* %s: %s */\n", check->name, check->summary);
	hv_buf_addf(out, "object CheckCommand \"%s\" {\n", name);
	hv_buf_adds(out, "\timport \"plugin-check-command\"\n\n");
	hv_buf_addf(out, "\tcommand = [ PluginContribDir + \"/%s\" ]\n\n\targuments = {\n",
		check->name);
	hv_all_groups(check, NULL, NULL, groups);
	for (size_t g = 0; g < HV_ALL_GROUPS; g++) {
		for (const struct hv_opt *o = groups[g].options; o != NULL && o->name != NULL;
			o++) {
			if (!o->file_only && !hv_option_is_informational(o))
				argument(out, check, o);
		}
	}
	hv_buf_adds(out, "\t}\n}\n");
}
