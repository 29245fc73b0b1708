/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of events about checkpoints, backups and merges. No message table of the VMMS provider
 * is public: ids whose meaning independent reports or Microsoft's own texts agree on are `sure`,
 * all others are candidates. */
#include "check/known-events.h"

enum {
	BUILD_2008_R2_SP1 = 7601,
	BUILD_2012 = 9200,
	BUILD_2012_R2 = 9600,
	BUILD_2016 = 14393,

	LEVEL_ERROR = 2,
	LEVEL_WARNING = 3,
};

#define SOURCE_0X80070002 "www.c-amie.co.uk/technical/hyper-v-0x80070002-wsb-failed"
#define SOURCE_STORAGE    "Microsoft: Hyper-V virtual machine backup, checkpoint and storage issues"
#define SOURCE_QA         "Microsoft Q&A 2203089"

/* Sure rows of one id follow each other: those with a build bound first, the one for a host of
 * unknown build last. Of the candidates the failures come before what only attends them, and failed
 * before cancelled: a VM's name stands in the message, too. */
const struct hv_known_event hv_known_events[] = {
	{
		.key = "vmms-18012",
		.channel = HV_CHANNEL_VMMS,
		.id = 18012,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.sure = true,
		.phrases = { "checkpoint operation for|snapshot operation for", "failed" },
		.meaning = "Hyper-V could not create a checkpoint of the VM. Backups need one.",
		.source = SOURCE_QA "; " SOURCE_0X80070002,
	},
	{
		.key = "vmms-18014",
		.channel = HV_CHANNEL_VMMS,
		.id = 18014,
		.event_class = HV_EVENT_CHECKPOINT_CANCELLED,
		.sure = true,
		.phrases = { "checkpoint operation for|snapshot operation for",
			"was cancelled|was canceled" },
		.meaning = "A checkpoint of the VM was cancelled before it was complete.",
		.remedy = "See whether someone or a backup job's time limit cancelled it, then run "
			  "the backup of this VM again.",
		.source = SOURCE_QA,
	},
	{
		.key = "vmms-18590",
		.channel = HV_CHANNEL_VMMS,
		.id = 18590,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.sure = true,
		.meaning = "Switching the VM's disks over to the new checkpoint failed.",
		.source = "field reports with 0x80048102; the id means a guest crash in the "
			  "Worker's channel",
	},
	{
		.key = "worker-3216",
		.channel = HV_CHANNEL_WORKER,
		.id = 3216,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.sure = true,
		.meaning = "The running VM could not switch to the checkpoint's new differencing "
			   "disks.",
		.source = "field reports with 0x800703EE",
	},
	{
		.key = "worker-3280",
		.channel = HV_CHANNEL_WORKER,
		.id = 3280,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.sure = true,
		.meaning = "The running VM could not take part in the checkpoint because of its "
			   "storage.",
		.source = SOURCE_STORAGE,
	},
	{
		.key = "vmms-10103-revert",
		.channel = HV_CHANNEL_VMMS,
		.id = 10103,
		.max_build = BUILD_2008_R2_SP1,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.sure = true,
		.phrases = { "failed to revert to vss snapshot on the virtual hard disk" },
		.meaning = "A virtual hard disk in the shadow copy could not be brought to the "
			   "state that the guest had prepared.",
		.source = "Microsoft event documentation dd582376 "
			  "(MSVM_VMMS_VM_VSS_REVERT_VHD_FAILED)",
	},
	{
		.key = "vmms-10103-scsi",
		.channel = HV_CHANNEL_VMMS,
		.id = 10103,
		.min_build = BUILD_2012_R2,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.sure = true,
		.phrases = { "cannot be hot backed up", "scsi controller" },
		.meaning = "The VM has no SCSI controller; the backup of a running VM needs one.",
		.remedy = "Shut the VM down and add a SCSI controller (Add-VMScsiController); no "
			  "disk has to be attached to it.",
		.source = "field reports from Windows Server 2012 R2",
	},
	{
		.key = "vmms-10103",
		.channel = HV_CHANNEL_VMMS,
		.id = 10103,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.sure = true,
		.meaning =
			"The backup of the VM failed: on Windows Server 2008 a disk in the shadow "
			"copy could not be reverted, on 2012 R2 the VM has no SCSI controller.",
		.remedy =
			"On Windows Server 2012 R2 shut the VM down and add a SCSI controller "
			"(Add-VMScsiController); on older hosts look for VSS errors of the guest.",
		.source = "Microsoft event documentation dd582376; field reports from Windows "
			  "Server 2012 R2",
	},
	{
		.key = "vmms-10107",
		.channel = HV_CHANNEL_VMMS,
		.id = 10107,
		.max_build = BUILD_2012,
		.event_class = HV_EVENT_ATTENDANT,
		.sure = true,
		.meaning =
			"The guest's VSS took no part in the backup; it is only as consistent as "
			"after a power failure.",
		.source = "Microsoft's Linux integration tests for Hyper-V (lis-test)",
	},
	{
		.key = "vmms-10150",
		.channel = HV_CHANNEL_VMMS,
		.id = 10150,
		.min_build = BUILD_2012_R2,
		.event_class = HV_EVENT_ATTENDANT,
		.sure = true,
		.meaning =
			"The guest's VSS took no part in the backup; it is only as consistent as "
			"after a power failure.",
		.source = "Microsoft's Linux integration tests for Hyper-V (lis-test)",
	},
	{
		.key = "vmms-19090",
		.channel = HV_CHANNEL_VMMS,
		.id = 19090,
		.event_class = HV_EVENT_MERGE_FAILED,
		.sure = true,
		.phrases = { "background disk merge", "interrupted" },
		.meaning = "Merging a checkpoint's disk back was interrupted and has not been "
			   "finished since.",
		.source = "field reports",
	},
	{
		.key = "vmms-19100",
		.channel = HV_CHANNEL_VMMS,
		.id = 19100,
		.event_class = HV_EVENT_MERGE_FAILED,
		.sure = true,
		.phrases = { "background disk merge failed" },
		.meaning = "A deleted checkpoint's disk could not be merged back: the VM keeps "
			   "running on differencing disks that grow.",
		.source = "KB4230569; " SOURCE_QA,
	},
	/* Recovery: no phrases, so that text alone never clears anything. */
	{
		.key = "vmms-18510",
		.channel = HV_CHANNEL_VMMS,
		.id = 18510,
		.min_build = BUILD_2016,
		.event_class = HV_EVENT_CHECKPOINT_OK,
		.sure = true,
		.meaning = "A checkpoint of the VM was completed.",
		.source = "field reports from Windows Server 2016 and later",
	},
	{
		.key = "vmms-19080",
		.channel = HV_CHANNEL_VMMS,
		.id = 19080,
		.event_class = HV_EVENT_MERGE_OK,
		.sure = true,
		.meaning = "A disk of the VM was merged back.",
		.source = "field reports from Windows Server 2012 and later",
	},
	{
		.key = "vmms-13003",
		.channel = HV_CHANNEL_VMMS,
		.id = 13003,
		.event_class = HV_EVENT_VM_DELETED,
		.sure = true,
		.meaning = "The VM was deleted.",
		.source = "recorded events",
	},
	{
		.key = "wsb-4",
		.channel = HV_CHANNEL_BACKUP,
		.id = 4,
		.event_class = HV_EVENT_BACKUP_OK,
		.sure = true,
		.meaning = "Windows Server Backup finished successfully.",
		.source = "manifest and message table of Microsoft-Windows-Backup",
	},
	{
		.key = "wsb-14",
		.channel = HV_CHANNEL_BACKUP,
		.id = 14,
		.event_class = HV_EVENT_BACKUP_OK,
		.sure = true,
		.meaning = "Windows Server Backup ended without an error.",
		.source = "manifest and message table of Microsoft-Windows-Backup",
	},
	/* Candidates. */
	{
		.key = "vmms-checkpoint-storage",
		.channel = HV_CHANNEL_VMMS,
		.id = 16420,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.phrases = { "cannot create the storage required for the" },
		.meaning = "The checkpoint's files could not be created beside a disk of the VM.",
		.source = SOURCE_0X80070002,
	},
	{
		.key = "vmms-backup-checkpoint",
		.channel = HV_CHANNEL_VMMS,
		.id = 10172,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.phrases = { "could not create backup checkpoint for|could not create backup "
			     "snapshot for" },
		.meaning = "The checkpoint that a backup needs could not be created.",
		.source = SOURCE_0X80070002 "; " SOURCE_STORAGE,
	},
	{
		.key = "vmms-backup-2008",
		.channel = HV_CHANNEL_VMMS,
		.id = 10102,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.phrases = { "failed to create the backup of virtual machine" },
		.meaning = "The host's VSS writer could not back the VM up.",
		.source = "Veeam ONE alarm documentation",
	},
	{
		.key = "vmms-revert-disks",
		.channel = HV_CHANNEL_VMMS,
		.id = 10104,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.phrases = { "failed to revert to vss snapshot on one or more" },
		.meaning =
			"Virtual hard disks in the shadow copy could not be brought to the state "
			"that the guest had prepared.",
		.source = "candidate; the id is not confirmed",
	},
	{
		.key = "vmms-reverted-volumes",
		.channel = HV_CHANNEL_VMMS,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.phrases = { "number of volumes reverted does not match" },
		.meaning = "Not every volume of the VM was found in the shadow copy: a disk of the "
			   "VM and one of the host share a disk signature.",
		.remedy = "Give the virtual disk another signature (diskpart, uniqueid disk) or "
			  "install the update of KB975695.",
		.source = "KB975695",
	},
	{
		.key = "vmms-vss-checkpoint",
		.channel = HV_CHANNEL_VMMS,
		.id = 15252,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_BACKUP_FAILED,
		.meaning = "A checkpoint for VSS failed.",
		.source = "Veeam ONE alarm documentation",
	},
	{
		.key = "vmms-initiate-checkpoint",
		.channel = HV_CHANNEL_VMMS,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.phrases = { "could not initiate a checkpoint|could not initiate a snapshot" },
		.meaning = "A checkpoint of the VM could not be started.",
		.source = "KB3175561",
	},
	{
		.key = "vmms-auto-disk",
		.channel = HV_CHANNEL_VMMS,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.phrases = { "could not create auto virtual hard disk" },
		.meaning = "The differencing disk of a checkpoint could not be created.",
		.source = "field reports",
	},
	{
		.key = "vmms-production-checkpoint",
		.channel = HV_CHANNEL_VMMS,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.phrases = { "production checkpoints cannot be created for" },
		.meaning = "The guest did not prepare itself for a production checkpoint.",
		.remedy = "Look at the VSS writers in the guest (vssadmin list writers) and at the "
			  "Backup (volume shadow copy) integration service of the VM.",
		.source = "field reports from Windows Server 2016 and later",
	},
	{
		.key = "vmms-save-ram",
		.channel = HV_CHANNEL_VMMS,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_CHECKPOINT_FAILED,
		.phrases = { "failed to save ram contents during" },
		.meaning = "The memory of the VM could not be saved with the checkpoint.",
		.source = "field reports with 0x80070070",
	},
	{
		.key = "vmms-merge-on-delete",
		.channel = HV_CHANNEL_VMMS,
		.id = 16210,
		.max_level = LEVEL_WARNING,
		.event_class = HV_EVENT_MERGE_FAILED,
		.meaning = "A disk could not be merged while its checkpoint was deleted; it may be "
			   "inconsistent.",
		.source = "Veeam ONE alarm documentation",
	},
	{
		.key = "vmms-checkpoints-disabled",
		.channel = HV_CHANNEL_VMMS,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_ATTENDANT,
		.phrases = { "checkpoints have been disabled for" },
		.meaning = "Checkpoints are switched off in the VM's settings.",
		.remedy = "Allow checkpoints for this VM again (Set-VM -CheckpointType "
			  "ProductionOnly).",
		.source = "field reports from Windows Server 2016 and later",
	},
	{
		.key = "vmms-operation-failed",
		.channel = HV_CHANNEL_VMMS,
		.id = 16010,
		.max_level = LEVEL_ERROR,
		.event_class = HV_EVENT_ATTENDANT,
		.phrases = { "the operation failed" },
		.meaning = "An operation failed; the events around it say which.",
		.source = SOURCE_0X80070002,
	},
	{ .channel = NULL },
};

const struct hv_event_key hv_known_event_keys[] = {
	{ .channel = HV_CHANNEL_VMMS, .max_level = LEVEL_ERROR }, /* candidates, unclassified */
	{ .channel = HV_CHANNEL_VMMS, .id = 18012 },
	{ .channel = HV_CHANNEL_VMMS, .id = 18014 },
	{ .channel = HV_CHANNEL_VMMS, .id = 18590 },
	{ .channel = HV_CHANNEL_VMMS, .id = 10103 },
	{ .channel = HV_CHANNEL_VMMS, .id = 10107 },
	{ .channel = HV_CHANNEL_VMMS, .id = 10150 },
	{ .channel = HV_CHANNEL_VMMS, .id = 16210, .max_level = LEVEL_WARNING },
	{ .channel = HV_CHANNEL_VMMS, .id = 19090 },
	{ .channel = HV_CHANNEL_VMMS, .id = 19100 },
	{ .channel = HV_CHANNEL_VMMS, .id = 18510 },
	{ .channel = HV_CHANNEL_VMMS, .id = 19080 },
	{ .channel = HV_CHANNEL_VMMS, .id = 13003 },
	/* These say more about a failure, or clear it; failures stand in the log of the VMMS. The
	 * last comes with Windows Server Backup. */
	{ .channel = HV_CHANNEL_WORKER, .id = 3216, .optional = true },
	{ .channel = HV_CHANNEL_WORKER, .id = 3280, .optional = true },
	{ .channel = HV_CHANNEL_BACKUP, .optional = true }, /* few, and runs are told by several */
	{ .channel = NULL },
};
