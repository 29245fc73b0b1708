/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which volumes virtual machines use, who uses them, and what for. */
#ifndef HV_CHECK_VOLUME_USE_H
#define HV_CHECK_VOLUME_USE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "check/layout.h"
#include "model/host.h"

enum hv_use {
	HV_USE_DISKS = 0, /* virtual hard disks; from 2012 on checkpoints grow beside them */
	HV_USE_SNAPSHOT_FOLDER,
	HV_USE_SWAP_FILE,     /* smart paging */
	HV_USE_CONFIGURATION, /* hv_volume_uses_make_all() only: it does not grow */
	HV_USE_SHADOW_COPIES, /* shadow copies of another volume are kept here */
	HV_USE_COUNT
};

enum {
	HV_USE_MAX_NAMES = 5,      /* that one text names for one use; further ones are counted */
	HV_USE_MAX_UNPLACED = 100, /* files without a known volume that are kept by name */
	HV_USE_MAX_MISSING = 32,   /* volumes without a row that are kept by name */
};

/* Who uses a volume for one thing: VMs, or volumes for HV_USE_SHADOW_COPIES. */
struct hv_users {
	const char *names[HV_USE_MAX_NAMES]; /* borrowed from the host */
	size_t count;                        /* all, also those that are not named */
	const void *last; /* counted last: one user comes with several files in a row */
};

struct hv_volume_use {
	const struct hv_volume *volume;
	struct hv_users users[HV_USE_COUNT];
	const struct hv_disk *disk; /* the first virtual hard disk on it; NULL: none */
	size_t disk_count;
};

/* A file of a VM for which no free space can be told. */
struct hv_unplaced {
	const struct hv_vm *vm;
	const char *what; /* "virtual hard disk" */
	const char *path; /* NULL: not told */
	bool understood;  /* its path names a volume, which is among hv_volume_uses.missing */
};

/* A volume that a path names and the host does not list. */
struct hv_missing_volume {
	const struct hv_place *place; /* of the first file met on it */
	struct hv_volume_use use;     /* volume NULL */
};

struct hv_volume_uses {
	struct hv_volume_use *of; /* one per volume of the host, in its order */
	size_t count;
	size_t smb_files;             /* on shares: their free space is that of another host */
	struct hv_volume_list shares; /* that they lie on */
	size_t no_snapshot_folder;    /* VMs whose checkpoint folder is not told */
	struct hv_unplaced *unplaced;
	size_t unplaced_count; /* kept in unplaced */
	size_t unplaced_more;  /* beyond HV_USE_MAX_UNPLACED */
	size_t unclear;        /* of all unplaced files: those whose path is not understood */
	struct hv_missing_volume *missing;
	size_t missing_count; /* kept in missing */
	size_t missing_more;  /* files on volumes beyond HV_USE_MAX_MISSING */
};

/* What a backup's checkpoint needs space on. Looks at the VMs that the user's filter keeps. False
 * when memory is short. */
bool hv_volume_uses_make(
	struct hv_volume_uses *ret, struct hv_arena *arena, const struct hv_host *host);

/* The same with the configuration folders: all that a VM cannot do without. */
bool hv_volume_uses_make_all(
	struct hv_volume_uses *ret, struct hv_arena *arena, const struct hv_host *host);

bool hv_volume_is_used(const struct hv_volume_use *use);
bool hv_volume_has_files(
	const struct hv_volume_use *use); /* of VMs; not only shadow copies of other volumes */

/* "disks, checkpoint folder of sql01, web01 and 12 more; smart paging file of sql01". NULL when
 * memory is short. */
const char *hv_volume_use_text(struct hv_arena *arena, const struct hv_volume_use *use);

#endif
