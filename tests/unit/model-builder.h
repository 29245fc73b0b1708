/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hosts for tests, one line per row; whatever fails ends the test. Folders of VMs and controllers
 * of disks are made up. */
#ifndef TEST_MODEL_BUILDER_H
#define TEST_MODEL_BUILDER_H

#include <stdint.h>

#include "check/check.h"
#include "check/report.h"
#include "model/host.h"

#define GIB ((uint64_t)1 << 30)

/* Ids for VMs of tests. */
#define ID_1 "11111111-1111-1111-1111-111111111111"
#define ID_2 "22222222-2222-2222-2222-222222222222"
#define ID_3 "33333333-3333-3333-3333-333333333333"

/* All sections but events are present; version NULL: not known. */
void build_host(struct hv_host *host, const char *version);
/* guest: version of its Windows, NULL: not told. folder: of configuration and checkpoints, NULL:
 * not told. */
void build_vm(struct hv_host *host, const char *id, const char *name, const char *guest,
	const char *folder);
void build_vm_folders(struct hv_host *host, const char *id, const char *name, const char *guest,
	const char *configuration, const char *snapshots, const char *swap_file);
/* A virtual hard disk on the next SCSI slot. */
void build_disk(struct hv_host *host, const char *owner_id, const char *path);
void build_disk_kind(
	struct hv_host *host, const char *owner_id, enum hv_disk_kind kind, const char *path);
void build_checkpoint(
	struct hv_host *host, const char *vm_id, const char *id, enum hv_checkpoint_kind kind);
/* name: mount path; NULL: known by device id only. id: any character, stands in the device id. */
void build_volume(
	struct hv_host *host, char id, const char *name, uint64_t capacity, uint64_t free_bytes);
void build_shadow_storage(
	struct hv_host *host, char of, char on, uint64_t used, uint64_t max_bytes);
const char *build_device_id(struct hv_host *host, char id);
void build_end(struct hv_host *host); /* hv_host_link() */

/* Fills config with the defaults of the check's option table. */
void config_defaults(const struct hv_check *check, void *config);
/* Address of the member that an option fills. */
void *config_member(const struct hv_check *check, void *config, const char *option);

/* The n-th finding of that rule (NULL: any) about that item (NULL: any); NULL when there is none.
 */
const struct hv_finding *find_finding(
	const struct hv_report *r, const char *item, const char *rule, unsigned int n);
const struct hv_metric *find_metric(const struct hv_report *r, const char *label);

#endif
