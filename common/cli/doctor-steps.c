/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/doctor-steps.h"

#include <string.h>

#include "cli/option-table.h"
#include "cli/verdict.h"

enum {
	EVENT_KEYS_MAX = 4096, /* of all checks */
	NAME_TEXT_MAX = 100,   /* of a name that is wrong, in an error */
};

/* The command line of one check, as far as --set makes it. */
struct own_options {
	const struct hv_check *check;
	struct hv_opt_group group;
	struct hv_opt_line line;
};

static bool is_text(const char *text, const char *name, size_t len)
{
	return strlen(text) == len && memcmp(text, name, len) == 0;
}

/* "layout" and "check_hyperv_layout" both name it. */
static bool is_named(const struct hv_check *check, const char *name, size_t len)
{
	return is_text(check->name, name, len) || is_text(hv_check_word(check), name, len);
}

const struct hv_check *hv_doctor_find_check(
	const struct hv_check *const *checks, const char *name, size_t len)
{
	for (; *checks != NULL; checks++)
		if (is_named(*checks, name, len))
			return *checks;
	return NULL;
}

static bool is_skipped(const struct hv_doctor_options *options, const struct hv_check *check)
{
	for (size_t i = 0; i < options->skip.count; i++)
		if (is_named(check, options->skip.items[i], strlen(options->skip.items[i])))
			return true;
	return false;
}

/* One --set for this check; others are passed over. */
static int set_option(struct own_options *own, const char *setting, struct hv_err *err)
{
	const size_t check_len = strcspn(setting, ".=");
	const char *name = setting + check_len + 1;
	const size_t name_len = setting[check_len] == '.' ? strcspn(name, "=") : 0;
	struct hv_opt_ref ref;

	if (!is_named(own->check, setting, check_len))
		return 0;
	if (name_len == 0)
		return hv_err_set(err, HV_ERR_ARGUMENT, "CHECK.OPTION=VALUE is wanted");
	if (hv_opt_find(&own->line, name, name_len, &ref, err) != 0)
		return -1;
	return hv_opt_set(
		&own->line, &ref, name[name_len] == '=' ? name + name_len + 1 : NULL, err);
}

static int set_options(
	struct own_options *own, const struct hv_doctor_options *options, struct hv_err *err)
{
	for (size_t i = 0; i < options->set.count; i++)
		if (set_option(own, options->set.items[i], err) != 0)
			return hv_err_wrap(err, "--set %s", options->set.items[i]);
	if (own->check->validate != NULL && own->check->validate(own->group.config, err) != 0) {
		err->kind = HV_ERR_ARGUMENT;
		return hv_err_wrap(err, "--set %s", own->check->name);
	}
	return 0;
}

/* With the defaults. own stays where it is. */
static int own_options_init(struct own_options *own, const struct hv_check *check,
	struct hv_arena *arena, struct hv_err *err)
{
	*own = (struct own_options){ .check = check };
	own->group = (struct hv_opt_group){
		.options = check->options,
		.config = hv_arena_alloc(arena, check->config_size + 1),
	};
	if (own->group.config == NULL)
		return hv_err_no_memory(err);
	return hv_opt_line_init(&own->line, &own->group, 1, check->rules, arena, err);
}

/* NULL with err set when that fails. */
static const void *make_config(const struct hv_check *check,
	const struct hv_doctor_options *options, struct hv_arena *arena, struct hv_err *err)
{
	struct own_options own;

	if (own_options_init(&own, check, arena, err) != 0 || set_options(&own, options, err) != 0)
		return NULL;
	return own.group.config;
}

static const struct hv_opt *find_option(const struct hv_check *check, const char *name, size_t len)
{
	for (const struct hv_opt *o = check->options; o != NULL && o->name != NULL; o++)
		if (is_text(o->name, name, len))
			return o;
	return NULL;
}

int hv_doctor_setting_find(const struct hv_check *const *checks, const char *name, size_t len,
	struct hv_doctor_setting *ret, struct hv_err *err)
{
	const char *dot = memchr(name, '.', len);
	const size_t check_len = dot != NULL ? (size_t)(dot - name) : len;
	const struct hv_check *check = hv_doctor_find_check(checks, name, check_len);
	const struct hv_opt *option;

	if (check == NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT, "there is no check '%.*s'",
			check_len < NAME_TEXT_MAX ? (int)check_len : NAME_TEXT_MAX, name);
	if (dot == NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT, "CHECK.OPTION is wanted");
	option = find_option(check, dot + 1, len - check_len - 1);
	if (option == NULL)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "%s has no option of that name", check->name);
	*ret = (struct hv_doctor_setting){ .check = check, .option = option };
	return 0;
}

int hv_doctor_setting_try(const struct hv_doctor_setting *setting, const char *value,
	struct hv_arena *arena, struct hv_err *err)
{
	const char *name = setting->option->name;
	struct own_options own;
	struct hv_opt_ref ref;

	if (own_options_init(&own, setting->check, arena, err) != 0 ||
		hv_opt_find(&own.line, name, strlen(name), &ref, err) != 0)
		return -1;
	return hv_opt_set(&own.line, &ref, value, err);
}

static int check_names(const struct hv_doctor_options *options,
	const struct hv_check *const *checks, struct hv_err *err)
{
	for (size_t i = 0; i < options->skip.count; i++) {
		const char *name = options->skip.items[i];

		if (hv_doctor_find_check(checks, name, strlen(name)) == NULL)
			return hv_err_set(err, HV_ERR_ARGUMENT,
				"--skip %.200s: there is no such check", name);
	}
	for (size_t i = 0; i < options->set.count; i++) {
		const char *setting = options->set.items[i];

		if (hv_doctor_find_check(checks, setting, strcspn(setting, ".=")) == NULL)
			return hv_err_set(err, HV_ERR_ARGUMENT,
				"--set %.200s: there is no such check", setting);
	}
	return 0;
}

static int add_step(struct hv_doctor_steps *steps, const struct hv_step *step,
	const struct hv_check *check, const struct hv_doctor_options *options,
	struct hv_arena *arena, struct hv_err *err)
{
	struct hv_report *report = &steps->reports[steps->count];
	const void *config = make_config(check, options, arena, err);

	if (config == NULL)
		return -1;
	if (is_skipped(options, check)) {
		steps->skipped[steps->skipped_count++] = step;
		return 0;
	}
	hv_report_init(report);
	steps->items[steps->count++] = (struct hv_step_result){
		.step = step,
		.check = check,
		.config = config,
		.report = report,
	};
	return 0;
}

int hv_doctor_steps_make(struct hv_doctor_steps *steps, const struct hv_doctor_options *options,
	const struct hv_check *const *checks, struct hv_arena *arena, struct hv_err *err)
{
	size_t known = 1;

	*steps = (struct hv_doctor_steps){ .count = 0 };
	for (const struct hv_step *step = hv_steps; step->check != NULL; step++)
		known++;
	steps->items = hv_arena_array(arena, known, sizeof(*steps->items));
	steps->skipped = hv_arena_array(arena, known, sizeof(*steps->skipped));
	steps->reports = hv_arena_array(arena, known, sizeof(*steps->reports));
	if (steps->items == NULL || steps->skipped == NULL || steps->reports == NULL)
		return hv_err_no_memory(err);
	if (check_names(options, checks, err) != 0)
		return -1;
	for (const struct hv_step *step = hv_steps; step->check != NULL; step++) {
		const struct hv_check *check =
			hv_doctor_find_check(checks, step->check, strlen(step->check));

		if (check != NULL && add_step(steps, step, check, options, arena, err) != 0)
			return -1;
	}
	if (steps->count == 0)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--skip leaves no check to run");
	return 0;
}

void hv_doctor_steps_done(struct hv_doctor_steps *steps)
{
	for (size_t i = 0; i < steps->count; i++)
		hv_report_done(&steps->reports[i]);
	steps->count = 0;
}

/* --- Gathering --- */

static hv_usec since_of(const void *config)
{
	return ((const struct hv_doctor_want *)config)->since;
}

static hv_usec writers_interval_of(const void *config)
{
	return ((const struct hv_doctor_want *)config)->writers_interval;
}

static bool has_key(const struct hv_event_key *keys, size_t count, const struct hv_event_key *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(keys[i].channel, key->channel) == 0 && keys[i].id == key->id &&
			keys[i].max_level == key->max_level)
			return true;
	return false;
}

/* *count: keys so far; room for EVENT_KEYS_MAX and the end. */
static int add_keys(struct hv_event_key *keys, size_t *count, const struct hv_event_key *more,
	struct hv_err *err)
{
	for (; more->channel != NULL; more++) {
		if (has_key(keys, *count, more))
			continue;
		if (*count == EVENT_KEYS_MAX)
			return hv_err_set(err, HV_ERR_LIMIT, "the checks ask for too many events");
		keys[(*count)++] = *more;
	}
	return 0;
}

int hv_doctor_want_make(struct hv_doctor_want *ret, const struct hv_doctor_steps *steps,
	struct hv_arena *arena, struct hv_err *err)
{
	struct hv_event_key *keys = hv_arena_array(arena, EVENT_KEYS_MAX + 1, sizeof(*keys));
	struct hv_doctor_want want = { .check = { .events_since = since_of } };
	const void *config;
	size_t count = 0;

	if (keys == NULL)
		return hv_err_no_memory(err);
	for (size_t i = 0; i < steps->count; i++) {
		const struct hv_check *check = steps->items[i].check;
		hv_usec since;

		config = steps->items[i].config;
		want.check.uses |= check->needs | check->uses;
		if (check->writers_interval != NULL) {
			want.check.writers_interval = writers_interval_of;
			want.writers_interval = check->writers_interval(config);
		}
		if (check->event_keys == NULL)
			continue;
		if (add_keys(keys, &count, check->event_keys, err) != 0)
			return -1;
		since = check->events_since != NULL ? check->events_since(config) : 0;
		want.since = since > want.since ? since : want.since;
	}
	want.check.event_keys = keys;
	*ret = want;
	return 0;
}

/* --- Taking --- */

/* The worst of what the report says against judging; NULL when it says nothing. */
static const char *reason(struct hv_report *report)
{
	const struct hv_finding *const *sorted;

	if (hv_report_failed(report))
		return "out of memory";
	if (hv_report_state(report) == HV_OK || hv_report_sorted(report, &sorted) == 0)
		return NULL;
	return sorted[0]->text;
}

void hv_doctor_steps_take(struct hv_doctor_steps *steps, const struct hv_common *common,
	const struct hv_clock *clock, hv_usec wall, struct hv_host *host)
{
	for (size_t i = 0; i < steps->count; i++) {
		struct hv_step_result *item = &steps->items[i];
		const bool judged = hv_verdict(
			item->check, common, item->config, clock, wall, host, item->report);

		/* What broke a rule was judged, whatever else was not. */
		if (hv_report_failed(item->report) ||
			(!judged && hv_report_state(item->report) == HV_UNKNOWN))
			item->not_judged = reason(item->report);
	}
}

void hv_doctor_steps_fail(struct hv_doctor_steps *steps, const struct hv_common *common,
	const struct hv_client_failure *failure, const struct hv_err *cause)
{
	for (size_t i = 0; i < steps->count; i++) {
		struct hv_step_result *item = &steps->items[i];

		hv_live_report_failure(&common->connect, failure, cause->text, item->report);
		item->not_judged = cause->text;
	}
}

bool hv_doctor_steps_lost(const struct hv_doctor_steps *steps)
{
	for (size_t i = 0; i < steps->count; i++)
		if (hv_report_failed(&steps->reports[i]))
			return true;
	return false;
}
