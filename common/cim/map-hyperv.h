/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the maps of the Hyper-V namespaces have in common. */
#ifndef HV_CIM_MAP_HYPERV_H
#define HV_CIM_MAP_HYPERV_H

#include "cim/fields.h"

/* Adds a row for the VM with this id (in the host's arena). */
int hv_map_vm_row(
	struct hv_host *host, const char *id, struct hv_vm **ret, struct hv_err *err) HV_MUST_USE;

/* Adds a disk for the owner that InstanceID names; nothing when it names none (definitions). path
 * may be NULL. */
int hv_map_add_disk(struct hv_host *host, const struct hv_bag *bag, enum hv_disk_kind kind,
	const char *path, struct hv_err *err) HV_MUST_USE;

/* Adds a checkpoint of the VM; its own id is the GUID of InstanceID. */
int hv_map_add_checkpoint(struct hv_host *host, const struct hv_bag *bag, const char *vm_id,
	enum hv_checkpoint_kind kind, struct hv_err *err) HV_MUST_USE;

/* Notes whether the VM of a controller's row has a SCSI controller; nothing for other rows. */
int hv_map_controller(struct hv_host *host, const struct hv_bag *bag, const char *subtype,
	struct hv_err *err) HV_MUST_USE;

/* What InstanceID, Parent and PersistentReservationsSupported are in struct hv_disk. */
extern const struct hv_field hv_map_disk_fields[];

/* For rows that do not tell what they are. */
enum hv_disk_kind hv_map_kind_of_path(const char *path);

#endif
