/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that several sources told become one: virtual machines and checkpoints of one id, volumes of
 * one device id, disks of one owner, path and kind, events of one channel, record and time, the
 * permissions of one path. Used inside common/model only. */
#ifndef HV_MODEL_MERGE_H
#define HV_MODEL_MERGE_H

#include "base/err.h"
#include "model/host.h"

int hv_merge_vms(struct hv_host *host, struct hv_err *err) HV_MUST_USE; /* sorted by id */
int hv_merge_volumes(
	struct hv_host *host, struct hv_err *err) HV_MUST_USE; /* in the order they were told */
int hv_merge_shadow_storages(struct hv_host *host, struct hv_err *err) HV_MUST_USE; /* likewise */
int hv_merge_disks(struct hv_host *host, struct hv_err *err) HV_MUST_USE;
int hv_merge_checkpoints(struct hv_host *host, struct hv_err *err) HV_MUST_USE;
int hv_merge_events(
	struct hv_host *host, struct hv_err *err) HV_MUST_USE; /* sorted by time, record id */
int hv_merge_acls(struct hv_host *host, struct hv_err *err) HV_MUST_USE; /* sorted by path */

#endif
