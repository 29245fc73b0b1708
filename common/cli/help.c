/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/help.h"

#include <config.h>
#include <string.h>

#include "cli/common-options.h"
#include "cli/option-table.h"
#include "cli/text.h"

enum {
	TERM_INDENT = 2,
	TEXT_INDENT = 8,
	USAGE_INDENT = 7, /* as wide as "Usage: " */
	USAGE_ITEM_MAX = 256,
	HELP_ITEM_MAX = 16384,
};

const char hv_help_values[] =
	"RANGE: [@]start:end; \"10\" alerts outside 0 to 10, \"10:\" below 10, \"~:10\" "
	"above 10, \"@10:20\" from 10 to 20.\n"
	"SIZE: a number of bytes with K, M, G, T (powers of 1000) or KiB, MiB, GiB, TiB "
	"(of 1024).\n"
	"DURATION: a number with s, m, h, d or w; seconds without.\n"
	"STATE: ok, warning, critical, unknown.";

const char *hv_help_state(const struct hv_check *check, enum hv_state state)
{
	static const char *const usual[] = {
		[HV_OK] = "Nothing is wrong.",
		[HV_WARNING] = "Something should be looked at.",
		[HV_CRITICAL] = "Something is wrong.",
		[HV_UNKNOWN] = "It could not be judged: bad arguments, unreadable or missing data.",
	};

	return check->states[state] != NULL ? check->states[state] : usual[state];
}

void hv_help_sections(unsigned int sections, struct hv_buf *out)
{
	bool first = true;

	for (int s = 0; s < HV_SECTION_COUNT; s++) {
		if ((sections & HV_SEC(s)) == 0)
			continue;
		hv_buf_addf(out, "%s%s", first ? "" : ", ", hv_section_name((enum hv_section)s));
		first = false;
	}
	if (first)
		hv_buf_adds(out, "none");
}

void hv_help_version(const struct hv_check *check, struct hv_buf *out)
{
	hv_buf_addf(out, "%s %s (%s)\n", check->name, PACKAGE_VERSION, PACKAGE_NAME);
}

static void heading(struct hv_buf *out, const char *title)
{
	hv_buf_addf(out, "\n%s:\n", title);
}

static void entry(struct hv_buf *out, const char *term, const char *text)
{
	hv_text_fill(out, term, TERM_INDENT);
	hv_text_fill(out, text, TEXT_INDENT);
}

static void option_entry(struct hv_buf *out, const struct hv_opt *o)
{
	const char *arg = o->arg == NULL ? "" : o->arg;
	const char *equals = o->arg == NULL ? "" : "=";
	HV_AUTO(buf) text = { .max = HELP_ITEM_MAX };

	if (hv_opt_arg_is_optional(o))
		hv_buf_addf(&text, "--%s[=%.*s", o->name, (int)strlen(arg) - 1, arg + 1);
	else if (o->letter != '\0')
		hv_buf_addf(&text, "-%c, --%s%s%s", o->letter, o->name, equals, arg);
	else
		hv_buf_addf(&text, "--%s%s%s", o->name, equals, arg);
	hv_text_fill(out, hv_buf_str(&text), TERM_INDENT);
	hv_buf_clear(&text);
	hv_buf_adds(&text, o->help);
	if (o->def != NULL)
		hv_buf_addf(&text, " (default: %s)", o->def);
	hv_text_fill(out, hv_buf_str(&text), TEXT_INDENT);
}

void hv_help_options(const struct hv_opt_group *groups, size_t group_count, struct hv_buf *out)
{
	for (size_t g = 0; g < group_count; g++) {
		const struct hv_opt *o = groups[g].options;

		if (o == NULL || o->name == NULL)
			continue;
		heading(out, groups[g].title);
		for (; o->name != NULL; o++) {
			if (!o->file_only)
				option_entry(out, o);
		}
	}
}

static void options(const struct hv_check *check, struct hv_buf *out)
{
	struct hv_opt_group groups[HV_ALL_GROUPS];

	hv_all_groups(check, NULL, NULL, groups);
	hv_help_options(groups, HV_ALL_GROUPS, out);
	hv_buf_addc(out, '\n');
	hv_text_fill(out, hv_help_values, 0);
}

static void rules(const struct hv_check *check, struct hv_buf *out)
{
	HV_AUTO(buf) term = { .max = HELP_ITEM_MAX };

	if (check->rules == NULL || check->rules->id == NULL)
		return;
	heading(out, "Rules");
	for (const struct hv_rule *r = check->rules; r->id != NULL; r++) {
		hv_buf_clear(&term);
		hv_buf_addf(&term, "%s: %s", r->id, r->states);
		entry(out, hv_buf_str(&term), r->summary);
	}
}

static void sections(const struct hv_check *check, struct hv_buf *out)
{
	HV_AUTO(buf) text = { .max = HELP_ITEM_MAX };

	hv_buf_adds(&text, "needed: ");
	hv_help_sections(check->needs, &text);
	hv_buf_adds(&text, "\nused when told: ");
	hv_help_sections(check->uses & ~check->needs, &text);
	heading(out, "Data read");
	hv_text_fill(out, hv_buf_str(&text), TERM_INDENT);
}

static void states(const struct hv_check *check, struct hv_buf *out)
{
	HV_AUTO(buf) term = { .max = HELP_ITEM_MAX };

	heading(out, "Exit status");
	for (int s = HV_OK; s <= HV_UNKNOWN; s++) {
		hv_buf_clear(&term);
		hv_buf_addf(&term, "%d %s", s, hv_state_name((enum hv_state)s));
		entry(out, hv_buf_str(&term), hv_help_state(check, (enum hv_state)s));
	}
}

static void examples(const struct hv_check *check, struct hv_buf *out)
{
	if (check->examples == NULL || check->examples->args == NULL)
		return;
	heading(out, "Examples");
	for (const struct hv_example *e = check->examples; e->args != NULL; e++) {
		hv_buf_addf(out, "  %s %s\n", check->name, e->args);
		hv_text_fill(out, e->text, TEXT_INDENT);
	}
}

void hv_help(const struct hv_check *check, struct hv_buf *out)
{
	hv_help_version(check, out);
	hv_text_fill(out, check->summary, 0);
	if (check->description != NULL) {
		hv_buf_addc(out, '\n');
		hv_text_fill(out, check->description, 0);
	}
	hv_buf_addf(out, "\nUsage: %s [OPTION]...\n", check->name);
	options(check, out);
	rules(check, out);
	sections(check, out);
	states(check, out);
	examples(check, out);
	hv_buf_addc(out, '\n');
	hv_text_fill(out,
		PACKAGE_NAME " " PACKAGE_VERSION
			     ", free software under the GNU General Public License, version 3 or "
			     "later; there is no warranty.",
		0);
}

/* The usage text while it is being filled. */
struct usage {
	struct hv_buf *out;
	size_t column;
	size_t lines;
	bool cut;
};

static void usage_item(struct usage *u, const char *item)
{
	size_t columns = hv_text_columns(item, strlen(item));

	if (u->cut)
		return;
	if (u->column + 1 + columns > HV_TEXT_COLUMNS) {
		/* The last line but one says "...", the last where to read on. */
		u->cut = u->lines + 2 >= HV_USAGE_MAX_LINES;
		if (u->cut)
			item = "...";
		hv_buf_addf(u->out, "\n%*s", USAGE_INDENT, "");
		u->column = USAGE_INDENT;
		u->lines++;
	}
	hv_buf_addf(u->out, " %s", item);
	u->column += 1 + columns;
}

static void usage_option(struct usage *u, const struct hv_opt *o)
{
	HV_AUTO(buf) item = { .max = USAGE_ITEM_MAX };

	if (hv_opt_arg_is_optional(o))
		hv_buf_addf(&item, "[--%s[=%.*s]", o->name, (int)strlen(o->arg) - 1, o->arg + 1);
	else if (o->letter != '\0' && o->arg != NULL)
		hv_buf_addf(&item, "[-%c %s]", o->letter, o->arg);
	else if (o->letter != '\0')
		hv_buf_addf(&item, "[-%c]", o->letter);
	else
		hv_buf_addf(&item, "[--%s%s%s]", o->name, o->arg == NULL ? "" : " ",
			o->arg == NULL ? "" : o->arg);
	usage_item(u, hv_buf_str(&item));
}

void hv_help_program_usage(const char *program, const struct hv_opt_group *groups,
	size_t group_count, struct hv_buf *out)
{
	struct usage u = { .out = out, .column = USAGE_INDENT + strlen(program), .lines = 1 };

	hv_buf_addf(out, "Usage: %s", program);
	for (size_t g = 0; g < group_count; g++) {
		for (const struct hv_opt *o = groups[g].options; o != NULL && o->name != NULL;
			o++) {
			if (!o->file_only)
				usage_option(&u, o);
		}
	}
	hv_buf_addf(out, "\nTry '%s --help'.\n", program);
}

void hv_help_usage(const struct hv_check *check, struct hv_buf *out)
{
	struct hv_opt_group groups[HV_ALL_GROUPS];

	hv_all_groups(check, NULL, NULL, groups);
	hv_help_program_usage(check->name, groups, HV_ALL_GROUPS, out);
}
