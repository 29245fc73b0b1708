/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text to the members of config structs, by the type of each option. */
#include "cli/option-table.h"

#include <limits.h>
#include <string.h>

#include "base/parse.h"
#include "base/utf.h"

bool hv_opt_is_repeatable(const struct hv_opt *opt)
{
	return opt->type == HV_OPT_LIST || opt->type == HV_OPT_RULES || opt->type == HV_OPT_LEVEL;
}

bool hv_opt_arg_is_choice(const struct hv_opt *opt)
{
	return opt->type == HV_OPT_STRING && opt->arg != NULL && opt->arg[0] != '\0' &&
	       strspn(opt->arg, "abcdefghijklmnopqrstuvwxyz0123456789-|") == strlen(opt->arg) &&
	       strchr(opt->arg, '|') != NULL;
}

/* File names are bytes to the system; everything else is text. */
static bool is_path(const struct hv_opt *opt)
{
	return opt->arg != NULL &&
	       (strstr(opt->arg, "PATH") != NULL || strstr(opt->arg, "FILE") != NULL ||
		       strstr(opt->arg, "DIR") != NULL);
}

static int check_value(const struct hv_opt *opt, const char *value, struct hv_err *err)
{
	size_t len = strlen(value);

	if (len > HV_OPT_MAX_ARG_LEN)
		return hv_err_set(err, HV_ERR_ARGUMENT, "longer than %d bytes", HV_OPT_MAX_ARG_LEN);
	if (len == 0 && !hv_opt_arg_is_optional(opt))
		return hv_err_set(err, HV_ERR_ARGUMENT, "the argument (%s) is empty", opt->arg);
	if (!is_path(opt) && !hv_utf8_valid(value, len))
		return hv_err_set(err, HV_ERR_ARGUMENT, "the argument is not valid UTF-8");
	return 0;
}

static int check_choice(const struct hv_opt *opt, const char *value, struct hv_err *err)
{
	size_t len = strlen(value);

	for (const char *word = opt->arg;; word++) {
		size_t word_len = strcspn(word, "|");

		if (word_len == len && memcmp(word, value, len) == 0)
			return 0;
		word += word_len;
		if (*word == '\0')
			break;
	}
	return hv_err_set(err, HV_ERR_ARGUMENT, "'%s' is not one of %s", value, opt->arg);
}

/* Room for one more element: the capacity of an array in the arena is its count rounded up to a
 * power of two. Returns the array to use, or NULL with err set. */
static void *grow(
	struct hv_opt_line *line, void *items, size_t count, size_t size, struct hv_err *err)
{
	void *grown;

	if (count >= HV_OPT_MAX_LIST) {
		hv_err_set(err, HV_ERR_ARGUMENT, "more than %d elements", HV_OPT_MAX_LIST);
		return NULL;
	}
	if ((count & (count - 1)) != 0)
		return items;
	grown = hv_arena_array(line->arena, count == 0 ? 1 : 2 * count, size);
	if (grown == NULL) {
		hv_err_no_memory(err);
		return NULL;
	}
	if (count > 0)
		memcpy(grown, items, count * size);
	return grown;
}

int hv_opt_list_add(
	struct hv_opt_line *line, struct hv_list *list, const char *value, struct hv_err *err)
{
	const char **items = grow(line, list->items, list->count, sizeof(*items), err);

	if (items == NULL)
		return -1;
	list->items = items;
	items[list->count++] = value;
	return 0;
}

static const char *trimmed(struct hv_arena *arena, const char *s, size_t len)
{
	while (len > 0 && (s[0] == ' ' || s[0] == '\t')) {
		s++;
		len--;
	}
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	return hv_arena_strndup(arena, s, len);
}

static int set_list(struct hv_opt_line *line, const struct hv_opt *opt, struct hv_list *list,
	const char *value, struct hv_err *err)
{
	if (!opt->comma)
		return hv_opt_list_add(line, list, value, err);
	for (const char *p = value;; p++) {
		size_t len = strcspn(p, ",");
		const char *element = trimmed(line->arena, p, len);

		if (element == NULL)
			return hv_err_no_memory(err);
		if (element[0] == '\0')
			return hv_err_set(err, HV_ERR_ARGUMENT,
				"'%.200s' has an empty element between its commas", value);
		if (hv_opt_list_add(line, list, element, err) != 0)
			return -1;
		p += len;
		if (*p == '\0')
			return 0;
	}
}

static const struct hv_rule *find_rule(const struct hv_rule *rules, const char *id, size_t len)
{
	for (const struct hv_rule *r = rules; r != NULL && r->id != NULL; r++) {
		if (strlen(r->id) == len && memcmp(r->id, id, len) == 0)
			return r;
	}
	return NULL;
}

static int no_such_rule(
	const struct hv_opt_line *line, const char *value, size_t len, struct hv_err *err)
{
	HV_AUTO(buf) ids = { .max = 600 };

	for (const struct hv_rule *r = line->rules; r != NULL && r->id != NULL; r++)
		hv_buf_addf(&ids, "%s%s", r == line->rules ? "" : ", ", r->id);
	return hv_err_set(err, HV_ERR_ARGUMENT, "there is no rule '%.*s' (rules: %s)",
		len > 100 ? 100 : (int)len, value, hv_buf_str(&ids));
}

/* ID=STATE; the last one for a rule wins. */
static int set_rule(struct hv_opt_line *line, struct hv_rule_states *states, const char *value,
	struct hv_err *err)
{
	size_t len = strcspn(value, "=");
	const struct hv_rule *rule = find_rule(line->rules, value, len);
	struct hv_rule_state *items;
	enum hv_state state;

	if (value[len] == '\0')
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "'%.200s' is not of the form ID=STATE", value);
	if (rule == NULL)
		return no_such_rule(line, value, len, err);
	if (hv_state_parse(value + len + 1, &state, err) != 0)
		return hv_err_wrap(err, "rule %s", rule->id);
	for (size_t i = 0; i < states->count; i++) {
		if (strcmp(states->items[i].id, rule->id) == 0) {
			states->items[i].state = state;
			return 0;
		}
	}
	items = grow(line, states->items, states->count, sizeof(*items), err);
	if (items == NULL)
		return -1;
	states->items = items;
	items[states->count++] = (struct hv_rule_state){ .id = rule->id, .state = state };
	return 0;
}

static int set_bytes(struct hv_bytes *member, const char *value, struct hv_err *err)
{
	uint64_t bytes;

	if (hv_parse_bytes(value, &bytes, err) != 0)
		return -1;
	*member = (struct hv_bytes){ .bytes = bytes, .set = true };
	return 0;
}

static int set_duration(struct hv_duration *member, const char *value, struct hv_err *err)
{
	hv_usec usec;

	if (hv_duration_parse(value, &usec, err) != 0)
		return -1;
	*member = (struct hv_duration){ .usec = usec, .set = true };
	return 0;
}

static int set_count(struct hv_count *member, const char *value, struct hv_err *err)
{
	uint64_t count;

	if (hv_parse_u64(value, 0, UINT64_MAX, &count, err) != 0)
		return -1;
	*member = (struct hv_count){ .value = count, .set = true };
	return 0;
}

static int set_string(
	const struct hv_opt *opt, const char **member, const char *value, struct hv_err *err)
{
	if (hv_opt_arg_is_choice(opt) && check_choice(opt, value, err) != 0)
		return -1;
	*member = value;
	return 0;
}

static void set_flag(const struct hv_opt *opt, void *member)
{
	unsigned char *level = member;

	if (opt->type == HV_OPT_FLAG)
		*(bool *)member = true;
	else if (*level < UCHAR_MAX)
		(*level)++;
}

static int set_value(struct hv_opt_line *line, const struct hv_opt *opt, void *member,
	const char *value, struct hv_err *err)
{
	switch (opt->type) {
	case HV_OPT_FLAG:
	case HV_OPT_LEVEL:
		set_flag(opt, member);
		return 0;
	case HV_OPT_STRING:
		return set_string(opt, member, value, err);
	case HV_OPT_RANGE:
		return hv_range_parse(value, member, err);
	case HV_OPT_BYTES:
		return set_bytes(member, value, err);
	case HV_OPT_DURATION:
		return set_duration(member, value, err);
	case HV_OPT_COUNT:
		return set_count(member, value, err);
	case HV_OPT_STATE:
		return hv_state_parse(value, member, err);
	case HV_OPT_LIST:
		return set_list(line, opt, member, value, err);
	case HV_OPT_RULES:
		return set_rule(line, member, value, err);
	case HV_OPT_SECRET:
		line->secrets++;
		return hv_secret_set(member, value, strlen(value), err);
	}
	return hv_err_set(err, HV_ERR_ARGUMENT, "an option type this program does not know");
}

static void clear_member(const struct hv_opt *opt, void *member)
{
	switch (opt->type) {
	case HV_OPT_FLAG:
		*(bool *)member = false;
		return;
	case HV_OPT_STRING:
		*(const char **)member = NULL;
		return;
	case HV_OPT_RANGE:
		*(struct hv_range *)member = (struct hv_range){ .set = false };
		return;
	case HV_OPT_BYTES:
		*(struct hv_bytes *)member = (struct hv_bytes){ .set = false };
		return;
	case HV_OPT_DURATION:
		*(struct hv_duration *)member = (struct hv_duration){ .set = false };
		return;
	case HV_OPT_COUNT:
		*(struct hv_count *)member = (struct hv_count){ .set = false };
		return;
	case HV_OPT_STATE:
		*(enum hv_state *)member =
			HV_UNKNOWN; /* nothing becomes OK for want of a default */
		return;
	case HV_OPT_LIST:
		*(struct hv_list *)member = (struct hv_list){ .count = 0 };
		return;
	case HV_OPT_RULES:
		*(struct hv_rule_states *)member = (struct hv_rule_states){ .count = 0 };
		return;
	case HV_OPT_LEVEL:
		*(unsigned char *)member = 0;
		return;
	case HV_OPT_SECRET:
		/* Holds nothing yet: it has no default. */
		*(struct hv_secret *)member = (struct hv_secret)HV_SECRET_INIT;
		return;
	}
}

/* Readers of numbers and times know of formats only; here what they refuse is an argument. */
static int bad_value(const struct hv_opt *opt, struct hv_err *err)
{
	if (err != NULL && err->kind != HV_ERR_NO_MEMORY)
		err->kind = HV_ERR_ARGUMENT;
	return hv_err_wrap(err, "--%s", opt->name);
}

int hv_opt_set(struct hv_opt_line *line, const struct hv_opt_ref *ref, const char *value,
	struct hv_err *err)
{
	const struct hv_opt *opt = ref->opt;

	if (++line->applied > HV_OPT_MAX_ARGS)
		return hv_err_set(err, HV_ERR_ARGUMENT, "more than %d options", HV_OPT_MAX_ARGS);
	if (value == NULL && hv_opt_arg_is_optional(opt))
		value = "";
	if (value == NULL && opt->arg != NULL)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "--%s needs an argument: %s", opt->name, opt->arg);
	if (value != NULL && opt->arg == NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--%s takes no argument", opt->name);
	if (value != NULL && check_value(opt, value, err) != 0)
		return bad_value(opt, err);
	if (!line->given[ref->place]) {
		line->given[ref->place] = true;
		clear_member(opt, ref->member);
	}
	if (set_value(line, opt, ref->member, value, err) != 0)
		return bad_value(opt, err);
	return 0;
}

static size_t count_options(const struct hv_opt_group *groups, size_t group_count)
{
	size_t n = 0;

	for (size_t g = 0; g < group_count; g++) {
		for (const struct hv_opt *o = groups[g].options; o != NULL && o->name != NULL; o++)
			n++;
	}
	return n;
}

int hv_opt_line_init(struct hv_opt_line *line, const struct hv_opt_group *groups,
	size_t group_count, const struct hv_rule *rules, struct hv_arena *arena, struct hv_err *err)
{
	*line = (struct hv_opt_line){
		.groups = groups,
		.group_count = group_count,
		.rules = rules,
		.arena = arena,
		.given =
			hv_arena_array(arena, count_options(groups, group_count) + 1, sizeof(bool)),
	};
	if (line->given == NULL)
		return hv_err_no_memory(err);
	for (size_t g = 0; g < group_count; g++) {
		for (const struct hv_opt *o = groups[g].options; o != NULL && o->name != NULL;
			o++) {
			void *member = (char *)groups[g].config + o->offset;

			clear_member(o, member);
			if (o->def != NULL && set_value(line, o, member, o->def, err) != 0)
				return hv_err_wrap(err, "default of --%s", o->name);
		}
	}
	return 0;
}
