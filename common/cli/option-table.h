/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of hv_options_parse(), for those who need them singly: finding an option, walking an
 * argument vector, setting one option. All state is in the structs: any number of command lines at
 * once. */
#ifndef HV_CLI_OPTION_TABLE_H
#define HV_CLI_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "check/check.h"
#include "cli/options.h"

/* Rows that every program has; its options are of the type. */
#define HV_GENERAL_OPTIONS(type)                                                                   \
	HV_OPT(type, extra_opts, 0, "extra-opts", "[[SECTION][@FILE]]", NULL,                      \
		"Read options from a section of an INI file (the program's name and the "          \
		"Monitoring Plugins' usual files by default). The command line comes after them. " \
		"May be given several times."),                                                    \
		HV_OPT(type, help, 'h', "help", NULL, NULL, "Print this help."),                   \
		HV_OPT(type, version, 'V', "version", NULL, NULL, "Print the version.")

struct hv_opt_line {
	const struct hv_opt_group *groups;
	size_t group_count;
	const struct hv_rule *rules; /* for --rule; NULL: none */
	struct hv_arena *arena;
	bool *given;    /* by place in the tables: set by the user, so no longer its default */
	size_t applied; /* options set so far, by files and the command line */
	size_t secrets; /* of these, of the type HV_OPT_SECRET */
};

struct hv_opt_ref {
	const struct hv_opt *opt;
	void *member; /* of the group's config */
	size_t place; /* in all tables together */
};

/* A walk over one argument vector. */
struct hv_opt_scan {
	const struct hv_opt_line *line;
	int argc;
	char *const *argv;
	int next;           /* index of the argument to look at */
	const char *bundle; /* letters left of "-abc"; NULL: none */
};

/* Whether the option may stand without its argument: its name is written in brackets,
 * "[[SECTION][@FILE]]". A separate argument belongs to it when it does not begin with '-'. */
bool hv_opt_arg_is_optional(const struct hv_opt *opt);

/* Whether the option may be given several times, each adding to the others. */
bool hv_opt_is_repeatable(const struct hv_opt *opt);

/* Whether the argument is one of the words that its name lists ("text|json": lower case
 * throughout). */
bool hv_opt_arg_is_choice(const struct hv_opt *opt);

/* Sets every member to its default. */
int hv_opt_line_init(struct hv_opt_line *line, const struct hv_opt_group *groups,
	size_t group_count, const struct hv_rule *rules, struct hv_arena *arena,
	struct hv_err *err) HV_MUST_USE;

/* By long name, name[0..len), or its unambiguous beginning; by letter. */
int hv_opt_find(const struct hv_opt_line *line, const char *name, size_t len,
	struct hv_opt_ref *ret, struct hv_err *err) HV_MUST_USE;
int hv_opt_find_letter(const struct hv_opt_line *line, char letter, struct hv_opt_ref *ret,
	struct hv_err *err) HV_MUST_USE;

struct hv_opt_scan hv_opt_scan_start(const struct hv_opt_line *line, int argc, char *const *argv);

/* The next option of the command line: 1 and the option with its argument (NULL: none), 0 at the
 * end, -1 on error, which one that may stand in a file alone is too. */
int hv_opt_scan_next(struct hv_opt_scan *scan, struct hv_opt_ref *ret, const char **ret_value,
	struct hv_err *err) HV_MUST_USE;

/* Gives one option its value; a value is needed exactly when the option takes an argument. value is
 * borrowed for as long as the config is used, but that of a secret is copied. */
int hv_opt_set(struct hv_opt_line *line, const struct hv_opt_ref *ref, const char *value,
	struct hv_err *err) HV_MUST_USE;

/* One more element of a list; value is borrowed. The room of a list is its count rounded up to a
 * power of two. */
int hv_opt_list_add(struct hv_opt_line *line, struct hv_list *list, const char *value,
	struct hv_err *err) HV_MUST_USE;

#endif
