/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events that tell about checkpoints, backups and merges of virtual machines. Matching never rests
 * on an id alone nor on localised text alone: a row whose id is established needs the payload's VM
 * id besides, that of a backup of many VMs its result; a row whose id is a candidate needs its
 * (English) phrase or a known HRESULT, together with a VM id. */
#ifndef HV_CHECK_KNOWN_EVENTS_H
#define HV_CHECK_KNOWN_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/host.h"

#define HV_CHANNEL_VMMS   "Microsoft-Windows-Hyper-V-VMMS-Admin"
#define HV_CHANNEL_WORKER "Microsoft-Windows-Hyper-V-Worker-Admin"
#define HV_CHANNEL_BACKUP "Microsoft-Windows-Backup"

enum hv_event_class {
	HV_EVENT_NONE = 0, /* nothing this project knows */
	HV_EVENT_CHECKPOINT_FAILED,
	HV_EVENT_CHECKPOINT_CANCELLED,
	HV_EVENT_BACKUP_FAILED, /* the host's VSS writer could not create or finish a backup of the
				   VM */
	HV_EVENT_MERGE_FAILED,
	HV_EVENT_UNCLASSIFIED, /* VMMS error with a VM id and a storage HRESULT that no row explains
				*/
	HV_EVENT_ATTENDANT,    /* says nothing on its own ("The operation failed."), belongs to a
				  failure seconds away */
	HV_EVENT_CHECKPOINT_OK, /* recovery */
	HV_EVENT_MERGE_OK,      /* recovery of merges only */
	HV_EVENT_BACKUP_OK,     /* Windows Server Backup: success; covers the VMs its component list
				   names */
	HV_EVENT_VM_DELETED,    /* recovery of everything */
};

struct hv_known_event {
	const char *key;               /* stable id for explanations: "vmms-18012" */
	const char *channel;           /* NULL ends a table */
	uint32_t id;                   /* 0: not established */
	uint32_t min_build, max_build; /* of the host; 0: no bound */
	uint32_t max_level;            /* 0: any */
	enum hv_event_class event_class;
	bool sure;              /* the id is established for this meaning */
	const char *phrases[4]; /* all must occur in the message, case-insensitive; "a|b" means
				   either */
	const char *meaning;
	const char *remedy; /* NULL: that of the HRESULT */
	const char *source;
};

extern const struct hv_known_event hv_known_events[];

/* What a check of these events has to ask a source for. */
extern const struct hv_event_key hv_known_event_keys[];

/* Classifies one event. build: of the host, 0 when not known. *ret_row is NULL for NONE and
 * UNCLASSIFIED. */
enum hv_event_class hv_known_event_classify(
	const struct hv_event *e, uint32_t build, const struct hv_known_event **ret_row);

#endif
