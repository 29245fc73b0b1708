/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which VM uses which file; files and folders one after the other. */
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "check/file-access-parts.h"

static int compare_uses(const void *a, const void *b)
{
	const struct hv_access_use *use_a = a;
	const struct hv_access_use *use_b = b;
	const int order = hv_utf8_casecmp(use_a->path, use_b->path);

	return order ? order : (use_a->vm > use_b->vm) - (use_a->vm < use_b->vm);
}

static int compare_folders(const void *a, const void *b)
{
	const struct hv_access_use *use_a = a;
	const struct hv_access_use *use_b = b;
	int order;

	if (use_a->folder == NULL || use_b->folder == NULL)
		return (use_a->folder == NULL) - (use_b->folder == NULL);
	order = hv_utf8_casecmp(use_a->folder, use_b->folder);
	return order ? order : compare_uses(a, b);
}

static int compare_checkpoints(const void *a, const void *b)
{
	const struct hv_checkpoint *const *c_a = a;
	const struct hv_checkpoint *const *c_b = b;

	return strcmp((*c_a)->id, (*c_b)->id);
}

static int find_checkpoint(const void *key, const void *element)
{
	const struct hv_checkpoint *const *c = element;

	return strcmp(key, (*c)->id);
}

/* Checkpoints that are told, by their ids; NULL when memory is short. */
static const struct hv_checkpoint **sort_checkpoints(
	const struct hv_access_judging *j, size_t *ret_count)
{
	const struct hv_host *host = j->job->host;
	const struct hv_checkpoint **sorted =
		hv_arena_array(&j->job->out->arena, host->checkpoint_count + 1, sizeof(sorted[0]));
	size_t count = 0;

	for (size_t i = 0; sorted != NULL && i < host->checkpoint_count; i++)
		if (host->checkpoints[i].id != NULL && host->checkpoints[i].vm != NULL)
			sorted[count++] = &host->checkpoints[i];
	if (sorted != NULL)
		qsort(sorted, count, sizeof(sorted[0]), compare_checkpoints);
	*ret_count = count;
	return sorted;
}

static bool is_vhd_set(const char *path)
{
	const size_t len = strlen(path);

	return len > 5 && hv_utf8_caseeq(path + len - 5, ".vhds");
}

static void add_use(struct hv_access_judging *j, const struct hv_disk *disk, const struct hv_vm *vm)
{
	struct hv_access_use *use = &j->uses[j->count++];

	*use = (struct hv_access_use){
		.vm = vm,
		.path = disk->place.path,
		.folder = hv_path_folder(&j->job->out->arena, disk->place.path),
		.is_parent = disk->vm == NULL,
		.is_vhd_set = is_vhd_set(disk->place.path),
		.smb = disk->place.kind == HV_PATH_SMB,
	};
}

static bool collect(struct hv_access_judging *j)
{
	const struct hv_host *host = j->job->host;
	size_t checkpoint_count = 0;
	const struct hv_checkpoint **checkpoints = sort_checkpoints(j, &checkpoint_count);

	j->uses = hv_arena_array(&j->job->out->arena, host->disk_count + 1, sizeof(j->uses[0]));
	for (size_t i = 0; checkpoints != NULL && j->uses != NULL && i < host->disk_count; i++) {
		const struct hv_disk *disk = &host->disks[i];
		const struct hv_vm *vm = disk->vm;
		const struct hv_checkpoint *const *of = NULL;

		if (disk->kind != HV_DISK_VHD)
			continue;
		if (disk->place.path == NULL) {
			j->pathless += vm != NULL && !vm->excluded;
			continue;
		}
		if (vm == NULL && disk->owner_id != NULL)
			of = bsearch(disk->owner_id, checkpoints, checkpoint_count,
				sizeof(checkpoints[0]), find_checkpoint);
		if (of != NULL)
			vm = (*of)->vm;
		if (vm != NULL)
			add_use(j, disk, vm);
	}
	if (checkpoints == NULL || j->uses == NULL || hv_arena_failed(&j->job->out->arena))
		return false;
	qsort(j->uses, j->count, sizeof(j->uses[0]), compare_uses);
	return true;
}

static void count_files(struct hv_access_judging *j)
{
	for (size_t i = 0; i < j->count; i++) {
		const struct hv_acl *acl = hv_host_acl(j->job->host, j->uses[i].path);

		j->tally->excluded += j->uses[i].vm->excluded;
		if (acl != NULL && acl->error == NULL)
			j->any_readable = true;
	}
}

bool hv_access_judge_all(const struct hv_access_job *job, struct hv_access_tally *tally)
{
	struct hv_access_judging j = { .job = job, .tally = tally };

	if (!collect(&j))
		return false;
	count_files(&j);
	tally->seen = tally->excluded;
	for (size_t i = 0; i < j.count; i++)
		if (!j.uses[i].vm->excluded)
			hv_access_judge_file(&j, &j.uses[i]);
	qsort(j.uses, j.count, sizeof(j.uses[0]), compare_folders);
	hv_access_judge_folders(&j);
	hv_access_tell_not_judged(&j);
	return true;
}
