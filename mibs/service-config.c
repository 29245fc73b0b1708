/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From one configuration to the next: which hosts come, go, stay, or are asked otherwise. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "mibs/service-parts.h"

/* A host of the new configuration. */
struct place {
	const struct hv_agent_host *host;
	struct hv_service_job *job; /* that stays, or has been made for it */
	bool is_new;
	bool is_changed;
};

struct change {
	struct place *places; /* in the order of the names */
	size_t count;
	struct hv_service_job **jobs; /* of these */
	struct hv_board_host_config *board;
};

void hv_service_jobs_free(struct hv_service_job **jobs, size_t count)
{
	for (size_t i = 0; jobs && i < count; i++)
		hv_free(jobs[i]);
	hv_free(jobs);
}

static void change_done(struct change *c)
{
	for (size_t i = 0; c->places && i < c->count; i++)
		if (c->places[i].is_new)
			hv_free(c->places[i].job);
	hv_free(c->places);
	hv_free(c->jobs);
	hv_free(c->board);
}

#define HV_AUTO_change __attribute__((cleanup(change_done))) struct change

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;

	return strcmp(x->host->name, y->host->name);
}

static int compare_name(const void *name, const void *job)
{
	const struct hv_service_job *const *j = job;

	return strcmp(name, (*j)->host->name);
}

static struct hv_service_job *find_job(const struct hv_service *s, const char *name)
{
	struct hv_service_job **found = NULL;

	if (s->job_count > 0)
		found = bsearch(
			name, s->jobs, s->job_count, sizeof(struct hv_service_job *), compare_name);
	return found ? *found : NULL;
}

static int fill_place(const struct hv_service *s, struct place *p, struct hv_err *err)
{
	p->job = find_job(s, p->host->name);
	if (p->job) {
		p->is_changed = !hv_service_same_poll(p->job->host, p->host);
		return 0;
	}
	p->job = hv_alloc(sizeof(*p->job));
	if (!p->job)
		return hv_err_no_memory(err);
	p->is_new = true;
	p->job->host = p->host;
	return 0;
}

static int make_places(const struct hv_service *s, const struct hv_agent_config *config,
	struct change *c, struct hv_err *err)
{
	for (size_t i = 0; i < c->count; i++)
		c->places[i].host = &config->hosts[i];
	qsort(c->places, c->count, sizeof(*c->places), compare_places);
	for (size_t i = 0; i < c->count; i++) {
		if (fill_place(s, &c->places[i], err))
			return -1;
		c->jobs[i] = c->places[i].job;
	}
	return 0;
}

static struct hv_board_host_config for_board(const struct hv_agent_host *host)
{
	return (struct hv_board_host_config){
		.name = host->name,
		.address = host->common.connect.hostname ? host->common.connect.hostname : "",
		.checks = host->check_names,
		.interval = host->interval.usec,
		.unreachable_after = (unsigned int)host->unreachable_after.value,
		.unreachable = host->common.connect.unreachable,
	};
}

static int configure_board(struct hv_service *s, const struct hv_agent_config *config,
	const struct change *c, struct hv_err *err)
{
	const struct hv_board_config board = {
		.hosts = c->board,
		.host_count = c->count,
		.tell_states = config->options.notify_states,
		.tell_reachability = config->options.notify_reachability,
		.tell_first = config->options.notify_first,
	};

	for (size_t i = 0; i < c->count; i++)
		c->board[i] = for_board(c->places[i].host);
	return hv_board_configure(&s->board, &board, err);
}

static int prepare(const struct hv_service *s, const struct hv_agent_config *config,
	struct change *c, struct hv_err *err)
{
	c->count = config->host_count;
	/* One more: none would be no memory. */
	c->places = hv_alloc_array(c->count + 1, sizeof(*c->places));
	c->jobs = hv_alloc_array(c->count + 1, sizeof(*c->jobs));
	c->board = hv_alloc_array(c->count + 1, sizeof(*c->board));
	if (!c->places || !c->jobs || !c->board)
		return hv_err_no_memory(err);
	return make_places(s, config, c, err);
}

/* --- What is polled --- */

static void unschedule_new(struct hv_service *s, const struct change *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->places[i].is_new)
			hv_schedule_remove(&s->schedule, c->places[i].job);
}

/* Those that are new or polled in another way are polled soon, spread over some time. */
static int schedule(struct hv_service *s, const struct change *c, bool changed, struct hv_err *err)
{
	const hv_usec now = hv_service_now(s).monotonic;
	size_t count = 0;
	size_t next = 0;

	for (size_t i = 0; i < c->count; i++)
		count += changed ? c->places[i].is_changed : c->places[i].is_new;
	for (size_t i = 0; i < c->count; i++) {
		const struct place *p = &c->places[i];

		if (!(changed ? p->is_changed : p->is_new))
			continue;
		hv_workers_drop(s->workers, p->job);
		hv_schedule_remove(&s->schedule, p->job);
		if (hv_schedule_add(
			    &s->schedule, p->job, p->host->interval.usec, next++, count, now, err))
			return -1;
	}
	return 0;
}

static bool stays(const struct change *c, const struct hv_service_job *job)
{
	const struct place key = { .host = job->host };

	return bsearch(&key, c->places, c->count, sizeof(key), compare_places) != NULL;
}

static void drop_removed(struct hv_service *s, const struct change *c)
{
	for (size_t i = 0; i < s->job_count; i++) {
		if (stays(c, s->jobs[i]))
			continue;
		hv_workers_drop(s->workers, s->jobs[i]);
		hv_schedule_remove(&s->schedule, s->jobs[i]);
		hv_free(s->jobs[i]);
	}
}

static void commit(struct hv_service *s, struct hv_agent_config *config, struct change *c)
{
	drop_removed(s, c);
	for (size_t i = 0; i < c->count; i++) {
		c->places[i].job->host = c->places[i].host;
		c->places[i].is_new = false;
	}
	hv_free(s->jobs);
	s->jobs = hv_take(&c->jobs);
	s->job_count = c->count;
	hv_agent_config_done(&s->config);
	s->config = *config;
	hv_agent_config_init(config);
}

int hv_service_configure(struct hv_service *s, struct hv_agent_config *config, struct hv_err *err)
{
	HV_AUTO(change) c = { .count = 0 };

	if (prepare(s, config, &c, err))
		return -1;
	if (schedule(s, &c, false, err) || configure_board(s, config, &c, err)) {
		unschedule_new(s, &c);
		return -1;
	}
	/* They go back where they were taken out: that needs no memory. */
	(void)!schedule(s, &c, true, NULL);
	commit(s, config, &c);
	return 0;
}
