/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The probe waits until the disks are what they were before. */
#include "base/utf.h"
#include "check/probe-parts.h"

static const struct hv_disk *find_disk(const struct hv_probe *p, const struct hv_probe_disk *before)
{
	HV_FOREACH_DISK (disk, p->vm) {
		if (before->instance_id && disk->instance_id &&
			hv_utf8_caseeq(disk->instance_id, before->instance_id))
			return disk;
	}
	return NULL;
}

static bool has_path(const struct hv_probe *p, const char *path)
{
	HV_FOREACH_DISK (disk, p->vm) {
		if (path && disk->place.path && hv_utf8_caseeq(disk->place.path, path))
			return true;
	}
	return false;
}

/* What is not yet as it was before; NULL: all is. */
static const char *unmerged(struct hv_probe *p)
{
	for (size_t i = 0; i < p->disk_count; i++) {
		const struct hv_probe_disk *before = &p->disks[i];
		const struct hv_disk *disk;

		if (before->path == NULL || has_path(p, before->path))
			continue;
		disk = find_disk(p, before);
		return hv_arena_printf(&p->out->arena, "disk '%s' is still '%s'", before->path,
			disk && disk->place.path ? disk->place.path : "not there");
	}
	if (p->vm->operation == HV_VM_MERGING)
		return "the virtual machine still merges its disks";
	if (p->vm->operation == HV_VM_CHECKPOINTING)
		return "the virtual machine still works on a checkpoint";
	return NULL;
}

/* Rows do not tell whose disk it is. */
static bool some_merge_runs(const struct hv_probe *p)
{
	HV_FOREACH_JOB (job, p->host) {
		if (job->is_storage && hv_probe_job_runs(job) && job->type.known &&
			job->type.value == HV_STORAGE_JOB_MERGE)
			return true;
	}
	return false;
}

static const struct hv_job *failed_merge(const struct hv_probe *p)
{
	HV_FOREACH_JOB (job, p->host) {
		if (job->is_storage && hv_probe_job_failed(job) && job->type.known &&
			job->type.value == HV_STORAGE_JOB_MERGE &&
			!hv_probe_holds(&p->failed_jobs, job->id))
			return job;
	}
	return NULL;
}

/* Whether the last look decides. *ret_left: what is still to be done. */
static bool is_settled(struct hv_probe *p, struct hv_probe_outcome *ret, const char **ret_left)
{
	const struct hv_job *failed;

	*ret_left = unmerged(p);
	if (*ret_left == NULL) {
		ret->end = HV_PROBE_DONE;
		return !some_merge_runs(p);
	}
	ret->end = HV_PROBE_FAILED;
	failed = some_merge_runs(p) ? NULL : failed_merge(p);
	if (failed == NULL)
		return false;
	hv_probe_take_job(p, failed, ret);
	return true;
}

void hv_probe_merge(struct hv_probe *p)
{
	struct hv_probe_outcome *ret = &p->steps[HV_PROBE_MERGE];
	const hv_usec since = hv_probe_now(p);
	const hv_usec limit =
		hv_probe_earlier(hv_usec_add(since, p->config->merge_timeout.usec), p->end);
	const char *left = "not looked at yet";
	char text[HV_TIME_TEXT_MAX];

	for (;;) {
		if (hv_probe_look(p) && is_settled(p, ret, &left))
			return;
		if (hv_probe_must_end(p) || hv_probe_now(p) >= limit)
			break;
		hv_probe_pause(p, since, limit);
	}
	hv_duration_format(hv_usec_sub(hv_probe_now(p), since), text);
	if (p->trouble)
		left = p->trouble;
	if (p->trouble || p->interrupted)
		ret->end = HV_PROBE_UNCLEAR;
	else if (left == NULL)
		ret->end = HV_PROBE_DOUBTFUL;
	ret->text = hv_arena_printf(&p->out->arena, "%s after %s: %s",
		p->interrupted ? "no longer waited for" : "not done", text,
		left ? left
		     : "its disks are what they were before, but the host still merges some");
}
