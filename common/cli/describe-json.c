/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check's descriptor as one JSON object (RFC 8259). Descriptors are valid UTF-8. */
#include "cli/describe.h"

#include <config.h>

#include "cli/common-options.h"
#include "cli/help.h"
#include "cli/option-table.h"

enum { VARIABLE_MAX = 1024 };

static void string(struct hv_buf *out, const char *s)
{
	if (s == NULL) {
		hv_buf_adds(out, "null");
		return;
	}
	hv_buf_addc(out, '"');
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			hv_buf_addf(out, "\\%c", c);
		else if (c == '\n')
			hv_buf_adds(out, "\\n");
		else if (c < 0x20)
			hv_buf_addf(out, "\\u%04x", c);
		else
			hv_buf_addc(out, (char)c);
	}
	hv_buf_addc(out, '"');
}

/* "key": "value", behind what stands before it. */
static void member(struct hv_buf *out, const char *before, const char *key, const char *value)
{
	hv_buf_addf(out, "%s\"%s\": ", before, key);
	string(out, value);
}

static const char *yes_no(bool b)
{
	return b ? "true" : "false";
}

static const char *type_name(enum hv_opt_type type)
{
	switch (type) {
	case HV_OPT_FLAG:
		return "flag";
	case HV_OPT_STRING:
		return "string";
	case HV_OPT_RANGE:
		return "range";
	case HV_OPT_BYTES:
		return "bytes";
	case HV_OPT_DURATION:
		return "duration";
	case HV_OPT_COUNT:
		return "count";
	case HV_OPT_STATE:
		return "state";
	case HV_OPT_LIST:
		return "list";
	case HV_OPT_RULES:
		return "rules";
	case HV_OPT_LEVEL:
		return "level";
	case HV_OPT_SECRET:
		return "secret";
	}
	return "string";
}

static void icinga2_variable(struct hv_buf *out, const struct hv_check *check,
	const struct hv_opt_group *group, const struct hv_opt *o)
{
	HV_AUTO(buf) variable = { .max = VARIABLE_MAX };

	hv_describe_variable(&variable, check, group, o);
	member(out, ", ", "icinga2_variable",
		hv_describe_has_variable(o) ? hv_buf_str(&variable) : NULL);
}

static void option(struct hv_buf *out, const struct hv_check *check,
	const struct hv_opt_group *group, const struct hv_opt *o)
{
	char letter[2] = { o->letter, '\0' };

	member(out, "\n    {", "name", o->name);
	member(out, ", ", "letter", o->letter == '\0' ? NULL : letter);
	member(out, ", ", "group", group->title);
	member(out, ", ", "type", type_name(o->type));
	member(out, ",\n     ", "arg", o->arg);
	hv_buf_addf(out, ", \"arg_optional\": %s", yes_no(hv_opt_arg_is_optional(o)));
	hv_buf_addf(out, ", \"repeatable\": %s", yes_no(hv_opt_is_repeatable(o)));
	hv_buf_addf(out, ", \"comma_separated\": %s", yes_no(o->comma));
	hv_buf_addf(out, ", \"file_only\": %s", yes_no(o->file_only));
	icinga2_variable(out, check, group, o);
	member(out, ",\n     ", "default", o->def);
	member(out, ",\n     ", "help", o->help);
	hv_buf_addc(out, '}');
}

static void options(struct hv_buf *out, const struct hv_check *check)
{
	struct hv_opt_group groups[HV_ALL_GROUPS];
	const char *between = "";

	hv_all_groups(check, NULL, NULL, groups);
	hv_buf_adds(out, ",\n  \"options\": [");
	for (size_t g = 0; g < HV_ALL_GROUPS; g++) {
		for (const struct hv_opt *o = groups[g].options; o != NULL && o->name != NULL;
			o++) {
			hv_buf_adds(out, between);
			option(out, check, &groups[g], o);
			between = ",";
		}
	}
	hv_buf_adds(out, "\n  ]");
}

static void rules(struct hv_buf *out, const struct hv_check *check)
{
	const char *between = "";

	hv_buf_adds(out, ",\n  \"rules\": [");
	for (const struct hv_rule *r = check->rules; r != NULL && r->id != NULL; r++) {
		hv_buf_adds(out, between);
		member(out, "\n    {", "id", r->id);
		member(out, ", ", "states", r->states);
		member(out, ",\n     ", "summary", r->summary);
		member(out, ",\n     ", "explanation", r->explanation);
		member(out, ",\n     ", "source", r->source);
		hv_buf_addc(out, '}');
		between = ",";
	}
	hv_buf_adds(out, "\n  ]");
}

static void states(struct hv_buf *out, const struct hv_check *check)
{
	const char *between = "\n    ";

	hv_buf_adds(out, ",\n  \"states\": {");
	for (int s = HV_OK; s <= HV_UNKNOWN; s++) {
		member(out, between, hv_state_name((enum hv_state)s),
			hv_help_state(check, (enum hv_state)s));
		between = ",\n    ";
	}
	hv_buf_adds(out, "\n  }");
}

static void section_list(struct hv_buf *out, const char *key, unsigned int sections)
{
	const char *between = "";

	hv_buf_addf(out, "\"%s\": [", key);
	for (int s = 0; s < HV_SECTION_COUNT; s++) {
		if ((sections & HV_SEC(s)) == 0)
			continue;
		hv_buf_adds(out, between);
		string(out, hv_section_name((enum hv_section)s));
		between = ", ";
	}
	hv_buf_addc(out, ']');
}

static void examples(struct hv_buf *out, const struct hv_check *check)
{
	const char *between = "";

	hv_buf_adds(out, ",\n  \"examples\": [");
	for (const struct hv_example *e = check->examples; e != NULL && e->args != NULL; e++) {
		hv_buf_adds(out, between);
		member(out, "\n    {", "args", e->args);
		member(out, ", ", "text", e->text);
		hv_buf_addc(out, '}');
		between = ",";
	}
	hv_buf_adds(out, "\n  ]");
}

void hv_describe_json(const struct hv_check *check, struct hv_buf *out)
{
	member(out, "{\n  ", "name", check->name);
	member(out, ",\n  ", "version", PACKAGE_VERSION);
	member(out, ",\n  ", "package", PACKAGE_NAME);
	member(out, ",\n  ", "label", check->label);
	member(out, ",\n  ", "summary", check->summary);
	member(out, ",\n  ", "description", check->description);
	options(out, check);
	rules(out, check);
	states(out, check);
	hv_buf_adds(out, ",\n  \"sections\": {");
	section_list(out, "needs", check->needs);
	hv_buf_adds(out, ", ");
	section_list(out, "uses", check->uses & ~check->needs);
	hv_buf_addc(out, '}');
	examples(out, check);
	hv_buf_adds(out, "\n}\n");
}
