/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CheckCommand of a check, in Icinga 2's configuration language. Options that every check has
 * are variables hyperv_<option>, so that a host sets them once; those of a check's own table are
 * hyperv_<check>_<option>. Underscores only, as Icinga's own command definitions have them. */
#include "cli/describe.h"

#include <ctype.h>
#include <string.h>

#include "cli/common-options.h"
#include "cli/option-table.h"

/* Icinga kills only what did not end by its own --timeout: so many seconds later. */
enum {
	KILL_MARGIN_SEC = 60,
	LEVELS = 3, /* of a flag that counts its repetitions */
};

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

void hv_describe_variable(struct hv_buf *out, const struct hv_check *check,
	const struct hv_opt_group *group, const struct hv_opt *o)
{
	hv_buf_adds(out, "hyperv_");
	if (group->options == check->options) {
		add_identifier(out, check->label);
		hv_buf_addc(out, '_');
	}
	add_identifier(out, o->name);
}

bool hv_describe_has_variable(const struct hv_opt *o)
{
	return !o->file_only && !hv_option_is_informational(o);
}

/* A flag that may be given several times: a number, or true for once. The argument itself is the
 * first time; its letter, as an argument of its own, makes the others. */
static void levels(struct hv_buf *out, const struct hv_opt *o, const char *variable)
{
	for (int level = 2; level <= LEVELS; level++) {
		hv_buf_adds(out, "\t\t\"-");
		for (int i = 1; i < level; i++)
			hv_buf_addc(out, o->letter);
		hv_buf_addf(out,
			"\" = {\n\t\t\tset_if = {{ string(macro(\"$%s$\")) == \"%d\" }}\n\t\t}\n",
			variable, level);
	}
}

static void argument(struct hv_buf *out, const struct hv_check *check,
	const struct hv_opt_group *group, const struct hv_opt *o)
{
	HV_AUTO(buf) description = { .max = 65536 };
	HV_AUTO(buf) variable = { .max = 1024 };

	hv_describe_variable(&variable, check, group, o);
	hv_buf_adds(&description, o->help);
	if (o->def != NULL)
		hv_buf_addf(&description, " (default: %s)", o->def);
	hv_buf_addf(out, "\t\t\"--%s\" = {\n\t\t\t%s = \"$%s$\"\n\t\t\tdescription = ", o->name,
		o->arg == NULL ? "set_if" : "value", hv_buf_str(&variable));
	quote(out, hv_buf_str(&description));
	if (o->arg != NULL && hv_opt_is_repeatable(o))
		hv_buf_adds(out, "\n\t\t\trepeat_key = true");
	hv_buf_adds(out, "\n\t\t}\n");
	if (o->type == HV_OPT_LEVEL)
		levels(out, o, hv_buf_str(&variable));
}

/* The program gives up by itself and says why; Icinga kills what did not, later. */
static void kill_time(struct hv_buf *out, const struct hv_opt_group *group)
{
	for (const struct hv_opt *o = group->options; o != NULL && o->name != NULL; o++) {
		if (strcmp(o->name, "timeout") == 0)
			hv_buf_addf(out, "\n\ttimeout = %s + %d\n", o->def, KILL_MARGIN_SEC);
	}
}

/* The doctor is no plugin and lies elsewhere. */
static void command(struct hv_buf *out, const struct hv_check *check)
{
	hv_buf_addf(out, "\tcommand = [ %s + \"/%s\" ]\n\n\targuments = {\n",
		check->runs_checks ? "HypervBinDir" : "PluginContribDir", check->name);
}

void hv_describe_icinga2(const struct hv_check *check, struct hv_buf *out)
{
	static const char prefix[] = "check_";
	struct hv_opt_group groups[HV_ALL_GROUPS];
	const char *name = check->name;

	if (strncmp(name, prefix, strlen(prefix)) == 0)
		name += strlen(prefix);
	hv_buf_addf(out, "/* %s: %s */\n", check->name, check->summary);
	if (check->runs_checks)
		hv_buf_adds(out, "if (!globals.contains(\"HypervBinDir\")) {\n"
				 "\tconst HypervBinDir = \"/usr/bin\"\n}\n");
	hv_buf_addf(out, "object CheckCommand \"%s\" {\n", name);
	hv_buf_adds(out, "\timport \"plugin-check-command\"\n\n");
	command(out, check);
	hv_all_groups(check, NULL, NULL, groups);
	for (size_t g = 0; g < HV_ALL_GROUPS; g++) {
		for (const struct hv_opt *o = groups[g].options; o != NULL && o->name != NULL;
			o++) {
			if (hv_describe_has_variable(o))
				argument(out, check, &groups[g], o);
		}
	}
	hv_buf_adds(out, "\t}\n");
	for (size_t g = 0; g < HV_ALL_GROUPS; g++)
		kill_time(out, &groups[g]);
	hv_buf_adds(out, "}\n");
}
