/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a finished run of Windows Server Backup says about single virtual machines. Its events carry
 * Data elements by name; ComponentInfo and ComponentStatus hold XML text with one item per
 * component. */
#ifndef HV_CHECK_BACKUP_COMPONENTS_H
#define HV_CHECK_BACKUP_COMPONENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/host.h"

enum {
	HV_COMPONENT_MAX_DEPTH = 32,  /* nesting of elements; deeper text proves nothing */
	HV_COMPONENT_MAX_NAME = 1024, /* bytes of a VM's name that is looked for */
};

/* "0x800423F4", "2147942402" or, as in component lists, "-2147212300". False when it is no such
 * number. */
bool hv_backup_hresult(const char *text, uint32_t *ret);

/* Whether the event's field HRESULT is there and zero. */
bool hv_backup_succeeded(const struct hv_event *e);

/* Whether the event proves that the VM was backed up: some item of the components names it, by its
 * GUID or (when vm_name is not NULL) as "<name>(Online)" or "<name>(Offline)", and no item that
 * names it tells an error. Text that is not well-formed proves nothing. vm_id: upper case, no
 * braces. */
bool hv_backup_covers(const struct hv_event *e, const char *vm_id, const char *vm_name);

enum hv_backup_mention {
	HV_BACKUP_NOT_NAMED = 0, /* or the text cannot be read: nothing is known */
	HV_BACKUP_COVERED,       /* as hv_backup_covers() has it */
	HV_BACKUP_REFUSED,       /* an item names the VM and tells an error, as a number */
};

/* What the event says about one VM of a host. vm_name is relied upon only when no other VM has that
 * name; NULL: not known. *ret_hresult, the item's error, is written for REFUSED only. */
enum hv_backup_mention hv_backup_mention(const struct hv_host *host, const struct hv_event *e,
	const char *vm_id, const char *vm_name, uint32_t *ret_hresult);

#endif
