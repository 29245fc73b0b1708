/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about permissions share. Used by common/check/file-access*.c only. */
#ifndef HV_CHECK_FILE_ACCESS_PARTS_H
#define HV_CHECK_FILE_ACCESS_PARTS_H

#include "check/file-access.h"

/* One use of a file by a VM. */
struct hv_access_use {
	const struct hv_vm *vm;
	const char *path;
	const char *folder; /* NULL: not understood */
	bool is_parent;     /* of a checkpoint: it is read only */
	bool is_vhd_set;
	bool smb;
};

struct hv_access_judging {
	const struct hv_access_job *job;
	struct hv_access_tally *tally;
	struct hv_access_use *uses; /* by path; by folder for hv_access_judge_folders() */
	size_t count;
	size_t unreadable;
	size_t pathless;
	const struct hv_acl *first_unreadable;
	bool any_readable;
};

static inline enum hv_state hv_access_state(
	const struct hv_access_judging *j, const char *rule, enum hv_state by_default)
{
	return hv_rule_state(j->job->rules, rule, by_default);
}

/* A disk, or a file under a checkpoint. */
void hv_access_judge_file(struct hv_access_judging *j, const struct hv_access_use *use);

/* All folders of disks. */
void hv_access_judge_folders(struct hv_access_judging *j);

/* A file or folder of which nothing can be said. acl: with its error; NULL: it is not told. */
void hv_access_not_judged(struct hv_access_judging *j, const struct hv_access_use *use,
	const char *what, const char *path, const struct hv_acl *acl);

/* What is told once for many files; comes last. */
void hv_access_tell_not_judged(struct hv_access_judging *j);

#endif
