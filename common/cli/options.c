/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: which option an argument means and which argument belongs to it. getopt_long()
 * is not used because it keeps global state and prints. */
#include "cli/options.h"

#include <string.h>

#include "base/buf.h"
#include "cli/option-table.h"

enum { MAX_AMBIGUOUS_TEXT = 256 };

bool hv_opt_arg_is_optional(const struct hv_opt *opt)
{
	return opt->arg != NULL && opt->arg[0] == '[';
}

/* Calls for every option in turn; stops when visit returns true. */
static bool each_option(const struct hv_opt_line *line,
	bool (*visit)(const struct hv_opt_ref *ref, void *ctx), void *ctx)
{
	size_t place = 0;

	for (size_t g = 0; g < line->group_count; g++) {
		const struct hv_opt_group *group = &line->groups[g];

		for (const struct hv_opt *o = group->options; o != NULL && o->name != NULL; o++) {
			struct hv_opt_ref ref = {
				.opt = o,
				.member = (char *)group->config + o->offset,
				.place = place,
			};

			place++;
			if (visit(&ref, ctx))
				return true;
		}
	}
	return false;
}

struct by_name {
	const char *name;
	size_t len;
	size_t matches;
	bool exact;
	struct hv_opt_ref found;
	struct hv_buf *names;
};

static bool match_name(const struct hv_opt_ref *ref, void *ctx)
{
	struct by_name *search = ctx;

	if (strncmp(ref->opt->name, search->name, search->len) != 0)
		return false;
	search->found = *ref;
	search->matches++;
	search->exact = ref->opt->name[search->len] == '\0';
	hv_buf_addf(search->names, "%s--%s", search->matches > 1 ? ", " : "", ref->opt->name);
	return search->exact;
}

int hv_opt_find(const struct hv_opt_line *line, const char *name, size_t len,
	struct hv_opt_ref *ret, struct hv_err *err)
{
	HV_AUTO(buf) names = { .max = MAX_AMBIGUOUS_TEXT };
	struct by_name search = { .name = name, .len = len, .names = &names };
	int shown = len > MAX_AMBIGUOUS_TEXT ? MAX_AMBIGUOUS_TEXT : (int)len;

	if (len > 0)
		each_option(line, match_name, &search);
	if (search.matches == 0) {
		hv_err_set(err, HV_ERR_ARGUMENT, "unknown option '--%.*s'", shown, name);
		return -1;
	}
	if (search.matches > 1 && !search.exact) {
		hv_err_set(err, HV_ERR_ARGUMENT, "option '--%.*s' is ambiguous: %s", shown, name,
			hv_buf_str(&names));
		return -1;
	}
	*ret = search.found;
	return 0;
}

struct by_letter {
	char letter;
	struct hv_opt_ref found;
};

static bool match_letter(const struct hv_opt_ref *ref, void *ctx)
{
	struct by_letter *search = ctx;

	if (ref->opt->letter != search->letter)
		return false;
	search->found = *ref;
	return true;
}

int hv_opt_find_letter(
	const struct hv_opt_line *line, char letter, struct hv_opt_ref *ret, struct hv_err *err)
{
	struct by_letter search = { .letter = letter };

	if (letter == '\0' || !each_option(line, match_letter, &search)) {
		hv_err_set(err, HV_ERR_ARGUMENT, "unknown option '-%c'", letter);
		return -1;
	}
	*ret = search.found;
	return 0;
}

struct hv_opt_scan hv_opt_scan_start(const struct hv_opt_line *line, int argc, char *const *argv)
{
	return (struct hv_opt_scan){ .line = line, .argc = argc, .argv = argv, .next = 1 };
}

/* True for "--name" of an option that exists: more likely an argument forgotten before it than a
 * value. */
static bool looks_like_option(const struct hv_opt_line *line, const char *arg)
{
	struct hv_opt_ref ref;

	return strncmp(arg, "--", 2) == 0 &&
	       hv_opt_find(line, arg + 2, strcspn(arg + 2, "="), &ref, NULL) == 0;
}

/* The argument of an option that has none attached. */
static int take_separate(struct hv_opt_scan *scan, const struct hv_opt *opt, const char **ret_value,
	struct hv_err *err)
{
	const char *candidate = scan->next < scan->argc ? scan->argv[scan->next] : NULL;
	bool optional = hv_opt_arg_is_optional(opt);

	*ret_value = NULL;
	if (opt->arg == NULL)
		return 0;
	if (optional && (candidate == NULL || candidate[0] == '-'))
		return 0;
	if (candidate == NULL || looks_like_option(scan->line, candidate)) {
		hv_err_set(err, HV_ERR_ARGUMENT, "--%s needs an argument: %s", opt->name, opt->arg);
		return -1;
	}
	scan->next++;
	*ret_value = candidate;
	return 0;
}

static int next_letter(struct hv_opt_scan *scan, struct hv_opt_ref *ret, const char **ret_value,
	struct hv_err *err)
{
	const char *rest = scan->bundle + 1;

	if (hv_opt_find_letter(scan->line, *scan->bundle, ret, err) != 0)
		return -1;
	scan->bundle = NULL;
	if (*rest != '\0' && ret->opt->arg == NULL) {
		scan->bundle = rest;
		*ret_value = NULL;
		return 1;
	}
	if (*rest != '\0') {
		*ret_value = rest;
		return 1;
	}
	return take_separate(scan, ret->opt, ret_value, err) == 0 ? 1 : -1;
}

static int refuse_on_command_line(const struct hv_opt *opt, struct hv_err *err)
{
	hv_err_set(err, HV_ERR_ARGUMENT,
		"--%s is not accepted on the command line%s; use --authfile or a section of "
		"--extra-opts",
		opt->name, opt->type == HV_OPT_SECRET ? ", where every user can see it" : "");
	return -1;
}

static int next_long(struct hv_opt_scan *scan, const char *text, struct hv_opt_ref *ret,
	const char **ret_value, struct hv_err *err)
{
	size_t len = strcspn(text, "=");

	if (hv_opt_find(scan->line, text, len, ret, err) != 0)
		return -1;
	if (ret->opt->file_only)
		return refuse_on_command_line(ret->opt, err);
	if (text[len] == '\0')
		return take_separate(scan, ret->opt, ret_value, err) == 0 ? 1 : -1;
	if (ret->opt->arg == NULL) {
		hv_err_set(err, HV_ERR_ARGUMENT, "--%s takes no argument", ret->opt->name);
		return -1;
	}
	*ret_value = text + len + 1;
	return 1;
}

int hv_opt_scan_next(struct hv_opt_scan *scan, struct hv_opt_ref *ret, const char **ret_value,
	struct hv_err *err)
{
	const char *arg;

	if (scan->bundle != NULL)
		return next_letter(scan, ret, ret_value, err);
	if (scan->next >= scan->argc)
		return 0;
	if (scan->argc > HV_OPT_MAX_ARGS) {
		hv_err_set(err, HV_ERR_ARGUMENT, "more than %d arguments", HV_OPT_MAX_ARGS);
		return -1;
	}
	arg = scan->argv[scan->next++];
	if (strcmp(arg, "--") == 0) {
		if (scan->next >= scan->argc)
			return 0;
		arg = scan->argv[scan->next];
	} else if (strncmp(arg, "--", 2) == 0) {
		return next_long(scan, arg + 2, ret, ret_value, err);
	} else if (arg[0] == '-' && arg[1] != '\0') {
		scan->bundle = arg + 1;
		return next_letter(scan, ret, ret_value, err);
	}
	hv_err_set(err, HV_ERR_ARGUMENT,
		"'%.200s' is not an option; there are no positional arguments", arg);
	return -1;
}

int hv_options_parse(const struct hv_opt_group *groups, size_t group_count,
	const struct hv_rule *rules, int argc, char *const *argv, struct hv_arena *arena,
	struct hv_err *err)
{
	struct hv_opt_line line;
	struct hv_opt_scan scan;
	struct hv_opt_ref ref;
	const char *value;
	int more;

	if (hv_opt_line_init(&line, groups, group_count, rules, arena, err) != 0)
		return -1;
	scan = hv_opt_scan_start(&line, argc, argv);
	while ((more = hv_opt_scan_next(&scan, &ref, &value, err)) > 0) {
		if (hv_opt_set(&line, &ref, value, err) != 0)
			return -1;
	}
	return more;
}
