/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules about online backups, for people. */
#include <stddef.h>

#include "check/prerequisites.h"

const struct hv_rule hv_prerequisite_rules[] = {
	{
		.id = HV_RULE_PASS_THROUGH,
		.summary = "A VM has a physical disk of the host",
		.states = "CRITICAL, backup not possible; also for a VM that does not run",
		.explanation =
			"The host cannot see into such a disk. Up to Windows Server 2012 R2 it is "
			"left out of every backup that the host makes, later ones make no "
			"checkpoint of the VM. Where the guest backs up the disk itself, exclude "
			"the VM or silence the rule.",
		.source = "Microsoft, backing up and restoring virtual machines; checkpoints and "
			  "differencing disks",
	},
	{
		.id = HV_RULE_SHARED_DISK,
		.summary = "A VM has a virtual disk that several VMs may use, and no VHD set",
		.states = "CRITICAL, backup not possible, on Windows Server 2012 R2 and later",
		.explanation = "Backups by the host do not support shared .vhdx files. VHD sets "
			       "(.vhds, from 2016 on) are made for it and not meant.",
		.source = "Msvm_StorageAllocationSettingData.PersistentReservationsSupported; "
			  "KB4230569",
	},
	{
		.id = HV_RULE_FIBRE_CHANNEL,
		.summary = "A VM has a virtual Fibre Channel adapter",
		.states = "CRITICAL, backup not possible, on Windows Server 2012 and later",
		.explanation = "The host cannot see the disks behind it and makes no checkpoint of "
			       "the VM.",
		.source = "Msvm_SyntheticFcPortSettingData; Microsoft, checkpoints and "
			  "differencing disks",
	},
	{
		.id = HV_RULE_CSV_WSB,
		.summary = "Windows Server Backup is to back up a VM on a cluster shared volume",
		.states = "WARNING, backup not possible; only with --product wsb",
		.explanation = "Windows Server Backup does not support VMs on cluster shared "
			       "volumes. Other programs do.",
		.source = "KB958662",
	},
	{
		.id = HV_RULE_SCSI_CONTROLLER,
		.summary = "A running VM without SCSI controller on Windows Server 2012 R2",
		.states = "CRITICAL, backup not possible; UNKNOWN when controllers are not told",
		.explanation = "The backup of a running VM needs one there. An empty controller is "
			       "enough.",
		.source = "VMMS event 10103 of Windows Server 2012 R2",
	},
	{
		.id = HV_RULE_VSS_COMPONENT,
		.summary = "The component for backups (VSS) is off or does not answer",
		.states =
			"WARNING, saved state, up to Windows Server 2012 R2; OK from 2016 on, "
			"and on 2012 R2 for guests that are not Windows: the backup is online and "
			"has the disks as after a power failure. UNKNOWN when it is not told",
		.explanation = "check_hyperv_integration judges the component by itself.",
		.source = "Msvm_VssComponentSettingData, Msvm_VssComponent; KB958662; Manage "
			  "Hyper-V integration services",
	},
	{
		.id = HV_RULE_CHECKPOINT_LOCATION,
		.summary = "The checkpoint folder is not on the volume of all the VM's disks",
		.states = "WARNING, saved state, before Windows Server 2012 R2",
		.explanation = "check_hyperv_layout judges the folder by itself, and prints what "
			       "moves it.",
		.source = "Microsoft, backing up and restoring virtual machines",
	},
	{
		.id = HV_RULE_CHECKPOINTS_DISABLED,
		.summary = "Checkpoints of the VM are disabled",
		.states = "OK, told with -v; choose another state with --rule",
		.explanation = "The setting is about checkpoints of users. A backup makes a "
			       "recovery checkpoint, which is another matter.",
		.source = "Msvm_VirtualSystemSettingData.UserSnapshotType 2",
	},
	{ .id = NULL },
};
