/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The course of the probe. Return values and jobs say how a request went; what became of it is
 * looked at: which checkpoints there are, and which files the disks are. */
#include "check/probe.h"

#include "base/utf.h"
#include "check/probe-parts.h"

bool hv_probe_must_end(struct hv_probe *p)
{
	if (p->ops->stopped(p->ops->ctx))
		p->interrupted = true;
	return p->interrupted;
}

hv_usec hv_probe_reserve(const struct hv_probe *p)
{
	return hv_probe_earlier(p->config->step_timeout.usec, p->config->timeout.usec / 2);
}

static bool keep(struct hv_probe *p, struct hv_probe_texts *texts, const char *text)
{
	texts->items[texts->count] = hv_arena_strdup(&p->out->arena, text);
	return texts->items[texts->count++] != NULL;
}

static bool keep_rows(struct hv_probe *p, const struct hv_vm *vm)
{
	struct hv_arena *arena = &p->out->arena;

	p->checkpoints.items = hv_arena_array(arena, vm->checkpoint_count + 1, sizeof(char *));
	p->failed_jobs.items = hv_arena_array(arena, p->host->job_count + 1, sizeof(char *));
	p->disks = hv_arena_array(arena, vm->disk_count + 1, sizeof(*p->disks));
	if (p->checkpoints.items == NULL || p->failed_jobs.items == NULL || p->disks == NULL)
		return false;
	HV_FOREACH_CHECKPOINT (checkpoint, vm) {
		if (!keep(p, &p->checkpoints, checkpoint->id))
			return false;
	}
	HV_FOREACH_JOB (job, p->host) {
		if (hv_probe_job_failed(job) && !keep(p, &p->failed_jobs, job->id))
			return false;
	}
	HV_FOREACH_DISK (disk, vm) {
		if (disk->kind != HV_DISK_VHD)
			continue;
		p->disks[p->disk_count++] = (struct hv_probe_disk){
			.instance_id = hv_arena_strdup(arena, disk->instance_id),
			.path = hv_arena_strdup(arena, disk->place.path),
		};
	}
	return !hv_arena_failed(arena);
}

static bool has_namesake(const struct hv_host *host, const struct hv_vm *vm)
{
	HV_FOREACH_VM (other, host) {
		if (other != vm && hv_utf8_caseeq(other->name, vm->name))
			return true;
	}
	return false;
}

static bool remember(struct hv_probe *p, const struct hv_vm *vm)
{
	struct hv_arena *arena = &p->out->arena;

	p->about = (struct hv_vm){
		.id = hv_arena_strdup(arena, vm->id),
		.name = hv_arena_strdup(arena, vm->name),
		.state = vm->state,
		.configuration = { .path = hv_arena_strdup(arena, vm->configuration.path) },
	};
	p->shares_name = has_namesake(p->host, vm);
	p->host_time = p->host->taken_at;
	return keep_rows(p, vm);
}

static void take_time(struct hv_probe *p, enum hv_probe_step step, hv_usec since)
{
	p->steps[step].took = hv_probe_later(hv_usec_sub(hv_probe_now(p), since), 0);
}

static void run_steps(struct hv_probe *p)
{
	hv_usec since = hv_probe_now(p);
	bool go_on = hv_probe_create(p);

	take_time(p, HV_PROBE_CREATE, since);
	if (!go_on)
		return;
	since = hv_probe_now(p);
	go_on = hv_probe_remove(p);
	take_time(p, HV_PROBE_REMOVE, since);
	(void)hv_probe_must_end(p);
	if (!go_on)
		return;
	since = hv_probe_now(p);
	hv_probe_merge(p);
	take_time(p, HV_PROBE_MERGE, since);
}

bool hv_probe_run(const struct hv_probe_config *config, const struct hv_probe_ops *ops,
	struct hv_report *out, struct hv_err *err)
{
	struct hv_probe p = { .config = config, .ops = ops, .out = out };
	const struct hv_vm *vm = NULL;

	p.begun = hv_probe_now(&p);
	p.end = hv_usec_add(p.begun, config->timeout.usec);
	if (ops->look(ops->ctx, true, &p.host, err))
		return false;
	if (!hv_probe_admits(config, p.host, out, &vm))
		return true;
	if (!remember(&p, vm)) {
		out->failed = true;
		return true;
	}
	if (hv_probe_must_end(&p)) {
		hv_report_add(out, HV_UNKNOWN, NULL, NULL,
			"interrupted before anything was done; nothing was changed");
		return true;
	}
	run_steps(&p);
	hv_probe_report(&p);
	return true;
}
