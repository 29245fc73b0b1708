/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layout rules of a VM's files as pure functions over the linked model: which disk lies where a
 * checkpoint of the VM cannot be created [KB2928127], and what puts it right. */
#ifndef HV_CHECK_LAYOUT_H
#define HV_CHECK_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "check/check.h"
#include "check/report.h"
#include "model/host.h"

#define HV_RULE_SPLIT_ROOT      "split-root"
#define HV_RULE_ROOT            "root"
#define HV_RULE_VM_FOLDER       "vm-folder"
#define HV_RULE_SNAPSHOT_VOLUME "snapshot-volume"
#define HV_RULE_NO_LETTER       "no-letter"
#define HV_RULE_BACKUP_SET      "backup-set"

/* For people; ends with id NULL. */
extern const struct hv_rule hv_layout_rules[];

/* State of a rule on this host and for this guest when the user does not choose another. */
enum hv_state hv_layout_default_state(
	const struct hv_host *host, const struct hv_vm *vm, const char *rule);

enum {
	HV_LAYOUT_MAX_NAMED = 4, /* volumes that one text names; further ones are "others" */
};

/* Distinct volumes, in the order they were met. */
struct hv_volume_list {
	const struct hv_place *places[HV_LAYOUT_MAX_NAMED]; /* the first file met on each */
	size_t count;
	bool more; /* there are others */
};

/* place must be understood (key not NULL). */
void hv_volume_list_add(struct hv_volume_list *list, const struct hv_place *place);
/* Whether people can reach the volume by a drive letter or a mount path, not by
 * \\?\Volume{GUID}\ only. */
bool hv_volume_has_path(const struct hv_volume *volume);
bool hv_same_volume(const struct hv_place *a, const struct hv_place *b);
/* "E:, F: and others", without the volume of `except` (NULL: all). In the arena; NULL when memory
 * is short. */
const char *hv_volume_list_text(
	struct hv_arena *arena, const struct hv_volume_list *list, const struct hv_place *except);

/* One VM's layout as a whole; made once per VM. */
struct hv_vm_layout {
	const struct hv_vm *vm;
	struct hv_volume_list volumes; /* of its judged disks */
	const char *primary_key; /* volume of the configuration folder, else of the first disk;
				    NULL: no disk */
	size_t disk_count;       /* judged */
	const char *folder;      /* hv_path_folder_name of the VM; NULL when memory is short */
};

void hv_layout_of(struct hv_arena *arena, const struct hv_vm *vm, struct hv_vm_layout *ret);
bool hv_layout_is_split(const struct hv_vm_layout *layout);

/* Whether the rules are about this disk: a virtual hard disk whose path is understood. ISO images,
 * floppies and pass-through disks are not. */
bool hv_layout_judges(const struct hv_disk *disk);

/* The worst state of split-root, root and vm-folder for one disk; HV_OK when it breaks none.
 * chosen: the user's --rule, NULL for defaults. *ret_rule is the rule to blame; not written for
 * HV_OK. */
enum hv_state hv_layout_judge_disk(const struct hv_host *host, const struct hv_vm_layout *layout,
	const struct hv_disk *disk, const struct hv_rule_states *chosen, const char **ret_rule);

/* The disk that is to blame when the VM's layout breaks split-root, root or vm-folder: worst state
 * first, then in the rules' order, then in that of the bus. NULL when none does, by default states.
 * *ret_rule is written only when there is one. When memory is short: NULL, and arena has failed. */
const struct hv_disk *hv_layout_culprit(const struct hv_host *host, const struct hv_vm *vm,
	struct hv_arena *arena, const char **ret_rule);

/* Whether the host is known to have no storage migration (Windows Server 2008, 2008 R2). */
bool hv_layout_by_hand(const struct hv_host *host);

/* Name of the folder that a printed command may give the VM's files: made of its name, or of its id
 * when the name cannot be printed faithfully. In the arena; NULL when memory is short. */
const char *hv_layout_new_folder(struct hv_arena *arena, const struct hv_vm *vm);

/* Adds the lines to f's remedy that move the disk into a folder of the VM. */
void hv_layout_remedy(struct hv_report *r, struct hv_finding *f, const struct hv_host *host,
	const struct hv_vm *vm, const struct hv_disk *disk);

#endif
