/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the hosts make sense; one whose name was refused has none (""). What a worker does with
 * one before it asks it is done here too, and let go again. */
#include <stdlib.h>
#include <string.h>

#include "check/all-checks.h"
#include "cli/doctor-steps.h"
#include "mibs/agent-config-parts.h"

enum { SCRATCH_BYTES_MAX = 16 << 20 };

/* The checks of a host that says no more of them than [defaults] does, which is nearly every one.
 */
struct shared_checks {
	const char **names; /* NULL: not made yet, or they make no sense */
	bool made;
};

static int compare_names(const void *a, const void *b)
{
	return hv_index_cmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **names_of(const struct hv_doctor_steps *steps, struct hv_arena *arena)
{
	const char **names = hv_arena_array(arena, steps->count + 1, sizeof(*names));

	for (size_t i = 0; names != NULL && i < steps->count; i++) {
		const char *word = hv_check_word(steps->items[i].check);

		names[i] = hv_index_text(arena, word, HV_INDEX_CHECK_MAX);
		if (names[i] == NULL)
			return NULL;
	}
	if (names != NULL)
		qsort(names, steps->count, sizeof(*names), compare_names);
	return names;
}

static int make_names(const struct hv_doctor_options *options, struct hv_arena *arena,
	const char ***ret, struct hv_err *err)
{
	HV_AUTO(arena) scratch = { .max = SCRATCH_BYTES_MAX };
	HV_AUTO(doctor_steps) steps = { .count = 0 };
	const char **names;

	if (hv_doctor_steps_make(&steps, options, hv_all_checks, &scratch, err) != 0)
		return -1;
	names = names_of(&steps, arena);
	if (names == NULL)
		return hv_err_no_memory(err);
	*ret = names;
	return 0;
}

static bool is_same(const struct hv_list *a, const struct hv_list *b)
{
	return a->items == b->items && a->count == b->count;
}

static int check_shared(
	struct hv_agent_reading *r, struct shared_checks *shared, struct hv_err *err)
{
	struct hv_err problem = HV_ERR_INIT;

	if (shared->made)
		return 0;
	shared->made = true;
	if (make_names(&r->defaults.checks, &r->config->arena, &shared->names, &problem) == 0)
		return 0;
	return hv_agent_problem_add(r, r->defaults_line, &problem, err);
}

static int of_host(const struct hv_agent_host *host, struct hv_err *problem)
{
	return hv_err_wrap(problem, "host '%s'", host->name);
}

static int check_checks(struct hv_agent_reading *r, struct hv_agent_host *host,
	struct shared_checks *shared, struct hv_err *err)
{
	struct hv_err problem = HV_ERR_INIT;

	if (is_same(&host->checks.set, &r->defaults.checks.set) &&
		is_same(&host->checks.skip, &r->defaults.checks.skip)) {
		if (check_shared(r, shared, err) != 0)
			return -1;
		host->check_names = shared->names;
		return 0;
	}
	if (make_names(&host->checks, &r->config->arena, &host->check_names, &problem) == 0)
		return 0;
	of_host(host, &problem);
	return hv_agent_problem_add(r, host->line, &problem, err);
}

/* The password that is read with it is wiped at once: a worker reads it again. */
static int try_connection(struct hv_agent_host *host, struct hv_err *err)
{
	HV_AUTO(arena) scratch = { .max = SCRATCH_BYTES_MAX };
	HV_AUTO(connection) connection = { .host = NULL };

	return hv_connect_check(&host->common.connect, &scratch, &connection, err);
}

/* What was recorded shows its age to nobody. One of [defaults] is not for hosts that are asked. */
static int check_age(struct hv_common *common, struct hv_err *err)
{
	for (size_t i = 0; i < hv_source_option_count; i++) {
		const struct hv_source_option *option = &hv_source_options[i];

		if (!option->is_recorded || hv_source_places(option, common)->count == 0)
			continue;
		return common->max_age.set
			       ? 0
			       : hv_err_set(err, HV_ERR_ARGUMENT,
					 "--%s needs --max-age: a recording that nobody renews "
					 "looks like a healthy host",
					 option->source->name);
	}
	common->max_age.set = false;
	return 0;
}

static int check_common(struct hv_agent_reading *r, struct hv_agent_host *host, struct hv_err *err)
{
	struct hv_err problem = HV_ERR_INIT;

	if (!hv_any_source_given(&host->common))
		host->common.connect.hostname = host->name;
	if (check_age(&host->common, &problem) != 0 ||
		hv_common_check(&host->common, &problem) != 0) {
		of_host(host, &problem);
		if (hv_agent_problem_add(r, host->line, &problem, err) != 0)
			return -1;
	}
	if (try_connection(host, &problem) == 0)
		return 0;
	of_host(host, &problem);
	return hv_agent_problem_add(r, host->line, &problem, err);
}

static int compare_hosts(const void *a, const void *b)
{
	const struct hv_agent_host *x = *(const struct hv_agent_host *const *)a;
	const struct hv_agent_host *y = *(const struct hv_agent_host *const *)b;
	const int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static int check_unique(struct hv_agent_reading *r, struct hv_err *err)
{
	const size_t count = r->config->host_count;
	HV_AUTO(arena) scratch = { .max = SCRATCH_BYTES_MAX };
	const struct hv_agent_host **sorted = hv_arena_array(&scratch, count + 1, sizeof(*sorted));

	if (sorted == NULL)
		return hv_err_no_memory(err);
	for (size_t i = 0; i < count; i++)
		sorted[i] = &r->config->hosts[i];
	qsort(sorted, count, sizeof(*sorted), compare_hosts);
	for (size_t i = 1; i < count; i++) {
		struct hv_err problem = HV_ERR_INIT;

		if (sorted[i]->name[0] == '\0' || strcmp(sorted[i - 1]->name, sorted[i]->name) != 0)
			continue;
		hv_err_set(&problem, HV_ERR_ARGUMENT, "host '%s' is told in line %zu already",
			sorted[i]->name, sorted[i - 1]->line);
		if (hv_agent_problem_add(r, sorted[i]->line, &problem, err) != 0)
			return -1;
	}
	return 0;
}

int hv_agent_hosts_check(struct hv_agent_reading *r, struct hv_err *err)
{
	struct shared_checks shared = { .made = false };
	struct hv_err none = HV_ERR_INIT;

	for (size_t i = 0; i < r->config->host_count; i++) {
		struct hv_agent_host *host = &r->config->hosts[i];

		if (host->name[0] == '\0')
			continue;
		if (check_common(r, host, err) != 0 || check_checks(r, host, &shared, err) != 0)
			return -1;
	}
	if (r->config->host_count > 0)
		return check_unique(r, err);
	hv_err_set(&none, HV_ERR_ARGUMENT, "there is no section [host NAME]");
	return hv_agent_problem_add(r, r->last_line, &none, err);
}
