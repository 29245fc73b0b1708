/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of a section. A key is an option's long name in full, or CHECK.OPTION, and always has a
 * value: flags are written "yes" or "no", so that a host can say no where the defaults say yes. */
#include <ctype.h>
#include <string.h>

#include "check/all-checks.h"
#include "cli/doctor-steps.h"
#include "mibs/agent-config-parts.h"

enum {
	TRY_BYTES_MAX = 1 << 20, /* of the options of one check */
	KEY_TEXT_MAX = 100,      /* of a key, in an error */
};

/* What no type tells of a number. */
static const struct limit {
	const char *name;
	uint64_t min, max;
	const char *text;
} limits[] = {
	{ "workers", 1, HV_AGENT_WORKERS_MAX, "must be from 1 to 256" },
	{ "unreachable-after", 1, HV_AGENT_UNREACHABLE_AFTER_MAX, "must be from 1 to 1000" },
	{ "interval", HV_AGENT_INTERVAL_MIN_SEC *(uint64_t)HV_USEC_PER_SEC,
		HV_AGENT_INTERVAL_MAX_SEC *(uint64_t)HV_USEC_PER_SEC, "must be from 10s to 1d" },
};

static int check_limit(const struct hv_opt_ref *ref, struct hv_err *err)
{
	const struct hv_count *count = ref->member;
	const struct hv_duration *duration = ref->member;
	const uint64_t value =
		ref->opt->type == HV_OPT_COUNT ? count->value : (uint64_t)duration->usec;

	for (size_t i = 0; i < HV_ARRAY_LEN(limits); i++)
		if (strcmp(limits[i].name, ref->opt->name) == 0 &&
			(value < limits[i].min || value > limits[i].max))
			return hv_err_set(
				err, HV_ERR_ARGUMENT, "--%s: %s", ref->opt->name, limits[i].text);
	return 0;
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_';
}

/* As in --extra-opts: what is no name is not quoted, for it may be a password. */
static bool is_name(struct hv_ini_piece key)
{
	for (size_t i = 0; i < key.len; i++)
		if (!is_name_char(key.text[i]))
			return false;
	return key.len > 0;
}

static int split_line(struct hv_ini_piece text, struct hv_ini_piece *ret_key,
	struct hv_ini_piece *ret_value, struct hv_err *err)
{
	const bool has_value = hv_ini_split(text, ret_key, ret_value);

	if (memchr(text.text, '\0', text.len) != NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT, "a NUL byte");
	if (!has_value || !is_name(*ret_key))
		return hv_err_set(err, HV_ERR_ARGUMENT, "not a line of the form: key = value");
	return 0;
}

static int find_key(const struct hv_agent_section *section, struct hv_ini_piece key,
	struct hv_opt_ref *ret, struct hv_err *err)
{
	const int shown = key.len < KEY_TEXT_MAX ? (int)key.len : KEY_TEXT_MAX;
	const bool found = hv_opt_find(section->options, key.text, key.len, ret, NULL) == 0 &&
			   ret->opt->name[key.len] == '\0';

	if (found && ret->opt->type == HV_OPT_SECRET)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"%s is not accepted here; put it into a file and name that with authfile",
			ret->opt->name);
	if (!found || (section->host != NULL && !hv_agent_host_takes(ret->opt)))
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "this section knows no key '%.*s'", shown, key.text);
	if (section->host != NULL && section->defaults == NULL && hv_agent_names_a_host(ret->opt))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"%s tells of one host what [defaults] would say of all of them",
			ret->opt->name);
	return 0;
}

static int parse_flag(const struct hv_opt *opt, const char *value, bool *ret, struct hv_err *err)
{
	const bool yes = strcmp(value, "yes") == 0;

	if (!yes && strcmp(value, "no") != 0)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--%s: must be yes or no here", opt->name);
	*ret = yes;
	return 0;
}

/* Hosts share the lists of [defaults] until they add to one. */
static int own_list(
	const struct hv_agent_section *section, struct hv_list *list, struct hv_err *err)
{
	const size_t offset = (size_t)((char *)list - (char *)section->host);
	const struct hv_list *shared;
	struct hv_list own = { .count = 0 };

	if (section->defaults == NULL)
		return 0;
	shared = (const void *)((const char *)section->defaults + offset);
	if (list->count == 0 || list->items != shared->items)
		return 0;
	for (size_t i = 0; i < list->count; i++)
		if (hv_opt_list_add(section->options, &own, list->items[i], err) != 0)
			return -1;
	*list = own;
	return 0;
}

static int set_option(const struct hv_agent_section *section, const struct hv_opt_ref *ref,
	const char *value, struct hv_err *err)
{
	if (ref->opt->type == HV_OPT_FLAG)
		return parse_flag(ref->opt, value, ref->member, err);
	if (ref->opt->type == HV_OPT_LIST && own_list(section, ref->member, err) != 0)
		return -1;
	if (hv_opt_set(section->options, ref, value, err) != 0)
		return -1;
	return check_limit(ref, err);
}

static void remove_all(struct hv_list *list, const char *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], text) != 0)
			list->items[kept++] = list->items[i];
	list->count = kept;
}

/* --set CHECK.OPTION of a flag: there when it is yes. */
static int set_check_flag(const struct hv_agent_section *section, const struct hv_opt *opt,
	const char *name, const char *value, struct hv_err *err)
{
	struct hv_list *set = &section->host->checks.set;
	bool yes = false;

	if (parse_flag(opt, value, &yes, err) != 0 || own_list(section, set, err) != 0)
		return -1;
	remove_all(set, name);
	return yes ? hv_opt_list_add(section->options, set, name, err) : 0;
}

static int set_check_value(const struct hv_agent_section *section,
	const struct hv_doctor_setting *setting, const char *name, const char *value,
	struct hv_err *err)
{
	struct hv_list *set = &section->host->checks.set;
	HV_AUTO(arena) arena = { .max = TRY_BYTES_MAX };
	const char *element;

	if (hv_doctor_setting_try(setting, value, &arena, err) != 0)
		return -1;
	element = hv_arena_printf(section->options->arena, "%s=%s", name, value);
	if (element == NULL)
		return hv_err_no_memory(err);
	if (own_list(section, set, err) != 0)
		return -1;
	return hv_opt_list_add(section->options, set, element, err);
}

static int set_check_option(const struct hv_agent_section *section, struct hv_ini_piece key,
	const char *value, struct hv_err *err)
{
	struct hv_doctor_setting setting;
	const char *word;
	const char *name;
	int result;

	if (hv_doctor_setting_find(hv_all_checks, key.text, key.len, &setting, err) != 0)
		return -1;
	word = hv_check_word(setting.check);
	name = hv_arena_printf(section->options->arena, "%s.%s", word, setting.option->name);
	if (name == NULL)
		return hv_err_no_memory(err);
	result = setting.option->type == HV_OPT_FLAG
			 ? set_check_flag(section, setting.option, name, value, err)
			 : set_check_value(section, &setting, name, value, err);
	return result == 0 ? 0 : hv_err_wrap(err, "%s", word);
}

/* What the table of options cannot know: the names of checks. */
static int check_skip(const struct hv_opt_ref *ref, const char *value, struct hv_err *err)
{
	if (strcmp(ref->opt->name, "skip") != 0 ||
		hv_doctor_find_check(hv_all_checks, value, strlen(value)) != NULL)
		return 0;
	return hv_err_set(
		err, HV_ERR_ARGUMENT, "--skip: there is no check '%.*s'", KEY_TEXT_MAX, value);
}

int hv_agent_key_apply(
	const struct hv_agent_section *section, struct hv_ini_piece text, struct hv_err *err)
{
	struct hv_ini_piece key;
	struct hv_ini_piece piece;
	struct hv_opt_ref ref;
	const char *value;
	bool is_of_check;

	if (split_line(text, &key, &piece, err) != 0)
		return -1;
	is_of_check = section->host != NULL && memchr(key.text, '.', key.len) != NULL;
	if (!is_of_check && find_key(section, key, &ref, err) != 0)
		return -1;
	if (piece.len == 0)
		return hv_err_set(err, HV_ERR_ARGUMENT, "nothing behind '='");
	value = hv_arena_strndup(section->options->arena, piece.text, piece.len);
	if (value == NULL)
		return hv_err_no_memory(err);
	if (is_of_check)
		return set_check_option(section, key, value, err);
	if (check_skip(&ref, value, err) != 0)
		return -1;
	return set_option(section, &ref, value, err);
}
