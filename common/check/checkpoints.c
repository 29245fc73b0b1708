/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What checkpoints are for, how old they are, and the rules about them. */
#include "check/checkpoints.h"

/* No checkpoint is older than Hyper-V: WMI has 1601 for a time that is not set. */
#define EARLIEST (1199145600 * HV_USEC_PER_SEC) /* 2008-01-01 */
/* How far the clocks of host and judge may be apart. */
#define CLOCK_SKEW (3600 * HV_USEC_PER_SEC)

const struct hv_rule hv_checkpoint_rules[] = {
	{
		.id = HV_RULE_MISSING,
		.summary = "A checkpoint whose files are gone",
		.states = "CRITICAL",
		.explanation =
			"Hyper-V lists the checkpoint as missing. Neither the VM nor its other "
			"checkpoints can be relied on until the files are back.",
		.source = "Msvm_VirtualSystemSettingData.VirtualSystemType, Snapshot:Missing",
	},
	{
		.id = HV_RULE_BACKUP_AGE,
		.summary = "A backup's checkpoint that is older than a backup takes",
		.states = "WARNING after --backup-warning, CRITICAL after --backup-critical; no "
			  "WARNING while a job or the VM's status shows that a backup runs",
		.explanation =
			"A backup makes a recovery checkpoint and removes it when it ends. One "
			"that stays was left behind by a backup that failed: its disks grow, the "
			"storage of the VM cannot be moved, and Hyper-V Manager cannot delete it. "
			"Not every host tells whether a backup runs, so set the ages to what a "
			"backup takes.",
		.source = "KB3059372; Msvm_VirtualSystemSettingData.VirtualSystemType, "
			  "Snapshot:Recovery",
	},
	{
		.id = HV_RULE_USER_AGE,
		.summary = "A checkpoint made by a person or a program that is too old",
		.states = "WARNING after --user-warning, CRITICAL after --user-critical",
		.explanation =
			"The disk of a checkpoint grows up to the size of its parent, and what "
			"must be merged in the end grows with it. A checkpoint is no backup. In "
			"root\\virtualization (Windows Server 2008 and 2008 R2) every checkpoint "
			"counts as a user's.",
		.source = "Msvm_VirtualSystemSettingData.VirtualSystemType, Snapshot:Realized; the "
			  "ages are a rule from the field",
	},
	{
		.id = HV_RULE_AUTOMATIC_AGE,
		.summary = "A checkpoint that Hyper-V made by itself and that is very old",
		.states = "WARNING after --automatic-warning, CRITICAL after --automatic-critical; "
			  "neither is set by default",
		.explanation =
			"Automatic checkpoints, from Windows 10 1709 on, belong to a setting of "
			"the VM, and are replaced when it starts. They are told by "
			"IsAutomaticSnapshot; hosts without it call them a user's.",
		.source = "Msvm_VirtualSystemSettingData.IsAutomaticSnapshot; no age is "
			  "established",
	},
	{
		.id = HV_RULE_UNMERGED,
		.summary = "A VM on an .avhd or .avhdx file though no checkpoint is listed",
		.states = "WARNING; OK while a job or the VM's status shows a merge, a backup, or "
			  "the handling of a checkpoint",
		.explanation =
			"The checkpoint was deleted and its disk was not merged. The file grows, "
			"and nothing in Hyper-V Manager shows it. Before Windows Server 2012 disks "
			"merge only while the VM is off.",
		.source = "Msvm_StorageAllocationSettingData.HostResource, in root\\virtualization "
			  "Msvm_ResourceAllocationSettingData.Connection",
	},
	{
		.id = HV_RULE_MERGE_AGE,
		.summary = "A merge of disks that takes too long",
		.states = "WARNING after --merge-warning",
		.explanation = "A job of Hyper-V that merges disks has been running for longer. A "
			       "large disk takes hours; how long is right nobody has established, "
			       "so set the limit to what your disks take.",
		.source = "Msvm_StorageJob, Msvm_ConcreteJob: JobType, JobState, StartTime",
	},
	{
		.id = HV_RULE_MERGE_FAILED,
		.summary = "A merge of disks that failed",
		.states = "WARNING",
		.explanation = "Hyper-V still lists the job, with its error. Jobs are listed for "
			       "minutes after they ended; what is logged stays longer, see "
			       "check_hyperv_events.",
		.source = "Msvm_StorageJob, Msvm_ConcreteJob: JobState 10",
	},
	{
		.id = HV_RULE_COUNT,
		.summary = "Too many checkpoints of one VM",
		.states = "WARNING for more than 40 (--warning), CRITICAL for more than 49 "
			  "(--critical); WARNING against --user-count, --backup-count and "
			  "--automatic-count",
		.explanation = "Hyper-V allows 50 checkpoints of a VM; then there is no room for "
			       "that of a backup. Recovery points of Hyper-V Replica are not "
			       "counted.",
		.source = "Microsoft, troubleshooting of checkpoints and differencing disks",
	},
	{ .id = NULL },
};

enum hv_checkpoint_class hv_checkpoint_class(const struct hv_checkpoint *checkpoint)
{
	switch (checkpoint->kind) {
	case HV_CHECKPOINT_RECOVERY:
		return HV_CHECKPOINTS_BACKUP;
	case HV_CHECKPOINT_REPLICA:
		return HV_CHECKPOINTS_REPLICA;
	case HV_CHECKPOINT_PLANNED:
		return HV_CHECKPOINTS_PLANNED;
	case HV_CHECKPOINT_MISSING:
		return HV_CHECKPOINTS_MISSING;
	case HV_CHECKPOINT_USER:
		break;
	}
	return checkpoint->automatic.known && checkpoint->automatic.value ? HV_CHECKPOINTS_AUTOMATIC
									  : HV_CHECKPOINTS_USER;
}

bool hv_checkpoint_age(const struct hv_checkpoint *checkpoint, hv_usec now, hv_usec *ret)
{
	const struct hv_time *created = &checkpoint->created_at;

	if (!created->known || created->usec < EARLIEST ||
		created->usec > hv_usec_add(now, CLOCK_SKEW))
		return false;
	*ret = created->usec < now ? hv_usec_sub(now, created->usec) : 0;
	return true;
}
