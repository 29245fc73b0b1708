/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of HRESULTs. Rows marked "common practice" rest on experience, not on a text of
 * Microsoft. */
#include "check/known-hresults.h"

#include <stddef.h>

#define WIN32_HEADER    "winerror.h"
#define VSS_HEADER      "vsserror.h"
#define COMMON_PRACTICE "common practice"

const struct hv_known_hresult hv_known_hresults[] = {
	{ .code = 0x80070002,
		.name = "ERROR_FILE_NOT_FOUND",
		.text = "file not found",
		.meaning =
			"A file of the virtual machine was not found or could not be created. The "
			"disk that the event names is not necessarily the guilty one; often it is "
			"just the first disk on the bus.",
		.remedy = "Run check_hyperv_layout: look for a disk that lies in the root of a "
			  "volume, then for a missing disk, parent disk or checkpoint folder.",
		.source = WIN32_HEADER "; c-amie.co.uk, Hyper-V 0x80070002; Microsoft KB2928127" },
	{ .code = 0x80070003,
		.name = "ERROR_PATH_NOT_FOUND",
		.text = "path not found",
		.meaning =
			"The configuration folder, the checkpoint folder or the folder of a disk "
			"or its parent is gone, or the volume has another drive letter now.",
		.remedy =
			"Compare the paths in the settings of the virtual machine with the folders "
			"on the host; recreate the folder or restore the drive letter.",
		.source = WIN32_HEADER },
	{ .code = 0x80070005,
		.name = "ERROR_ACCESS_DENIED",
		.text = "access denied",
		.meaning =
			"The virtual machine may not open one of its files, or may not create one "
			"in the folder of a disk. Files moved by hand lose this right.",
		.remedy =
			"Grant it on the folder of the disk: icacls \"{folder}\" /grant \"NT VIRTUAL "
			"MACHINE\\{vm-id}:(OI)(CI)F\" /T",
		.source = WIN32_HEADER "; Microsoft KB2249906, KB4230569" },
	{ .code = 0x8007000E,
		.name = "E_OUTOFMEMORY",
		.text = "out of memory",
		.meaning =
			"The host has no memory left, or holds too many shadow copies or devices "
			"left behind by them.",
		.remedy = "Free memory on the host and delete old shadow copies: vssadmin list "
			  "shadows",
		.source = WIN32_HEADER "; " COMMON_PRACTICE },
	{ .code = 0x80070015,
		.name = "ERROR_NOT_READY",
		.text = "device not ready",
		.meaning =
			"A disk or volume is offline, or a cluster shared volume is not mounted.",
		.remedy = "Bring the disk or the cluster shared volume online, then repeat the "
			  "backup.",
		.source = WIN32_HEADER "; " COMMON_PRACTICE },
	{ .code = 0x80070020,
		.name = "ERROR_SHARING_VIOLATION",
		.text = "file in use by another process",
		.meaning = "Another program, such as a virus scanner or a second backup product, "
			   "holds a disk file open.",
		.remedy =
			"Exclude the folders of virtual machines from virus scanning and let only "
			"one backup run at a time; restart the service vmms if the file stays "
			"locked.",
		.source = WIN32_HEADER "; Microsoft, antivirus exclusions for Hyper-V hosts" },
	{ .code = 0x80070032,
		.name = "ERROR_NOT_SUPPORTED",
		.text = "not supported",
		.meaning =
			"A disk cannot take part in a checkpoint: it is shared or passed through, "
			"or its chain of differencing disks is broken.",
		.remedy =
			"Back up shared and pass-through disks from inside the guest; inspect the "
			"chain of each other disk with Get-VHD.",
		.source = WIN32_HEADER "; Microsoft, troubleshooting Hyper-V snapshots" },
	{ .code = 0x80070050,
		.name = "ERROR_FILE_EXISTS",
		.text = "file exists",
		.meaning =
			"A file of an earlier backup, mostly *-AutoRecovery.avhdx, was left behind "
			"beside a disk.",
		.remedy =
			"While no backup runs, make sure that no disk of the virtual machine uses "
			"the *-AutoRecovery.avhdx file, then rename it and repeat the backup.",
		.source = WIN32_HEADER "; Microsoft KB3175561" },
	{ .code = 0x80070070,
		.name = "ERROR_DISK_FULL",
		.text = "disk full",
		.meaning =
			"The volume of a disk has no room for the checkpoint's differencing disk, "
			"or that of the checkpoint folder none for saved memory.",
		.remedy = "Extend the volume, delete checkpoints and shadow copies that are no "
			  "longer needed, or move one disk to another volume with Move-VMStorage.",
		.source = WIN32_HEADER "; field reports" },
	{ .code = 0x800703EE,
		.name = "ERROR_FILE_INVALID",
		.text = "volume changed under an open file",
		.meaning =
			"The volume of an open file was changed from outside, so that the file is "
			"no longer valid.",
		.remedy = "Look for lost paths or resets of the storage in the System log at that "
			  "time, then repeat the backup.",
		.source = WIN32_HEADER "; field reports" },
	{ .code = 0x80070490,
		.name = "ERROR_NOT_FOUND",
		.text = "element not found",
		.meaning = "State of an earlier backup or a shadow copy is gone or out of date.",
		.remedy = "Restart the services VSS and vmms while no backup runs, then repeat the "
			  "backup.",
		.source = WIN32_HEADER "; " COMMON_PRACTICE },
	{ .code = 0x8007052F,
		.name = "ERROR_ACCOUNT_RESTRICTION",
		.text = "account restriction",
		.meaning =
			"The accounts of virtual machines (S-1-5-83-0) lack the right to log on as "
			"a service.",
		.remedy = "Add NT VIRTUAL MACHINE\\Virtual Machines to \"Log on as a service\" in "
			  "the group policy that applies to the host, then: gpupdate /force",
		.source = WIN32_HEADER "; Microsoft KB2779204" },
	{ .code = 0x80070539,
		.name = "ERROR_INVALID_SID",
		.text = "invalid security id",
		.meaning = "An imported virtual machine names an account that this host does not "
			   "know.",
		.remedy =
			"Grant an account of this host the right to connect: Grant-VMConnectAccess",
		.source = WIN32_HEADER "; Microsoft KB2927313" },
	{ .code = 0x80070569,
		.name = "ERROR_LOGON_TYPE_NOT_GRANTED",
		.text = "logon type not granted",
		.meaning =
			"The accounts of virtual machines (S-1-5-83-0) lack the right to log on as "
			"a service.",
		.remedy = "Add NT VIRTUAL MACHINE\\Virtual Machines to \"Log on as a service\" in "
			  "the group policy that applies to the host, then: gpupdate /force",
		.source = WIN32_HEADER "; Microsoft KB2779204" },
	{ .code = 0x8000FFFF,
		.name = "E_UNEXPECTED",
		.text = "catastrophic failure",
		.meaning = "A checkpoint could not be deleted because of permissions, a damaged "
			   "configuration or a backup that still holds it.",
		.remedy =
			"Wait until no backup runs, check the rights on the folders of the virtual "
			"machine, then delete the checkpoint again.",
		.source = WIN32_HEADER "; Microsoft, troubleshooting Hyper-V snapshots" },
	{ .code = 0x8004100E,
		.name = "WBEM_E_INVALID_NAMESPACE",
		.text = "invalid WMI namespace",
		.meaning = "The WMI namespace of Hyper-V is missing: the role is not installed, or "
			   "the program expects another version of Windows.",
		.remedy = "Install the Hyper-V role or update the backup product.",
		.source = "wbemcli.h; " COMMON_PRACTICE },
	{ .code = 0x80042301,
		.name = "VSS_E_BAD_STATE",
		.text = "VSS called in a wrong state",
		.meaning =
			"Calls to VSS came out of order, mostly because two backups ran at once.",
		.remedy = "Let only one backup run at a time; restart the services VSS and vmms "
			  "while none runs.",
		.source = VSS_HEADER },
	{ .code = 0x80042302,
		.name = "VSS_E_UNEXPECTED",
		.text = "unexpected VSS error",
		.meaning = "VSS failed; the Application log holds the reason.",
		.remedy = "Look for errors of the source VSS in the Application log at that time.",
		.source = VSS_HEADER },
	{ .code = 0x80042304,
		.name = "VSS_E_PROVIDER_NOT_REGISTERED",
		.text = "VSS provider not registered",
		.meaning = "The backup asks for a shadow copy provider that is not installed.",
		.remedy =
			"List the providers with: vssadmin list providers, and install the missing "
			"one or choose another in the backup product.",
		.source = VSS_HEADER },
	{ .code = 0x80042306,
		.name = "VSS_E_PROVIDER_VETO",
		.text = "VSS provider failed",
		.meaning = "The shadow copy provider refused; the System and Application logs hold "
			   "the reason.",
		.remedy = "Look for errors of volsnap or of the hardware provider in these logs at "
			  "that time.",
		.source = VSS_HEADER },
	{ .code = 0x80042308,
		.name = "VSS_E_OBJECT_NOT_FOUND",
		.text = "VSS object not found",
		.meaning = "A volume or shadow copy vanished during the backup.",
		.remedy =
			"Check that all volumes of the virtual machine are online, then repeat the "
			"backup.",
		.source = VSS_HEADER },
	{ .code = 0x8004230C,
		.name = "VSS_E_VOLUME_NOT_SUPPORTED",
		.text = "volume not supported by VSS",
		.meaning =
			"No provider can make shadow copies of a volume, for instance FAT, a share "
			"or a cluster shared volume of an old host.",
		.remedy =
			"Move the files of the virtual machine to an NTFS or ReFS volume, or use a "
			"backup product that supports the storage.",
		.source = VSS_HEADER },
	{ .code = 0x8004230E,
		.name = "VSS_E_VOLUME_NOT_SUPPORTED_BY_PROVIDER",
		.text = "volume not supported by the VSS provider",
		.meaning =
			"The chosen provider cannot make shadow copies of a volume, for instance "
			"FAT, a share or a cluster shared volume of an old host.",
		.remedy = "Choose another provider in the backup product, or move the files to a "
			  "volume that it supports.",
		.source = VSS_HEADER },
	{ .code = 0x8004230F,
		.name = "VSS_E_UNEXPECTED_PROVIDER_ERROR",
		.text = "unexpected VSS provider error",
		.meaning = "The shadow copy provider failed; often a hardware provider or a device "
			   "that is no longer there was left behind.",
		.remedy =
			"Uninstall providers that are not used (vssadmin list providers) and look "
			"into the Application log.",
		.source = VSS_HEADER },
	{ .code = 0x80042312,
		.name = "VSS_E_MAXIMUM_NUMBER_OF_VOLUMES_REACHED",
		.text = "too many volumes in one shadow copy set",
		.meaning = "One backup covers more volumes than a shadow copy set can hold.",
		.remedy = "Split the backup into jobs with fewer volumes each.",
		.source = VSS_HEADER },
	{ .code = 0x80042313,
		.name = "VSS_E_FLUSH_WRITES_TIMEOUT",
		.text = "timeout while flushing writes",
		.meaning = "The storage was too busy to flush a volume in time.",
		.remedy = "Start backups at different times and outside of heavy load.",
		.source = VSS_HEADER },
	{ .code = 0x80042314,
		.name = "VSS_E_HOLD_WRITES_TIMEOUT",
		.text = "timeout while holding writes",
		.meaning = "The storage was too busy to hold writes to a volume for long enough.",
		.remedy = "Start backups at different times and outside of heavy load.",
		.source = VSS_HEADER },
	{ .code = 0x80042315,
		.name = "VSS_E_UNEXPECTED_WRITER_ERROR",
		.text = "unexpected VSS writer error",
		.meaning = "VSS could not talk to its writers.",
		.remedy = "Restart the services EventSystem and VSS while no backup runs.",
		.source = VSS_HEADER },
	{ .code = 0x80042316,
		.name = "VSS_E_SNAPSHOT_SET_IN_PROGRESS",
		.text = "another shadow copy is being created",
		.meaning = "Two backups ran at once.",
		.remedy = "Start backups at different times.",
		.source = VSS_HEADER },
	{ .code = 0x80042317,
		.name = "VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED",
		.text = "too many shadow copies",
		.meaning = "A volume holds as many shadow copies as it may.",
		.remedy = "Delete old shadow copies: vssadmin delete shadows /for=VOLUME /oldest",
		.source = VSS_HEADER },
	{ .code = 0x80042318,
		.name = "VSS_E_WRITER_INFRASTRUCTURE",
		.text = "VSS writer infrastructure failed",
		.meaning = "The services that connect VSS with its writers do not work.",
		.remedy = "Restart the services EventSystem and VSS while no backup runs.",
		.source = VSS_HEADER },
	{ .code = 0x80042319,
		.name = "VSS_E_WRITER_NOT_RESPONDING",
		.text = "VSS writer not responding",
		.meaning = "A writer hangs.",
		.remedy = "Find it with: vssadmin list writers, and restart its service.",
		.source = VSS_HEADER },
	{ .code = 0x8004231F,
		.name = "VSS_E_INSUFFICIENT_STORAGE",
		.text = "not enough room for the shadow copy",
		.meaning =
			"A volume has too little free space, or its shadow copy storage is limited "
			"too tightly.",
		.remedy = "Extend the volume, or raise the limit: vssadmin resize shadowstorage "
			  "/for=VOLUME /on=VOLUME /maxsize=SIZE",
		.source = VSS_HEADER },
	{ .code = 0x8004232E,
		.name = "VSS_E_CLUSTER_TIMEOUT",
		.text = "cluster timeout",
		.meaning =
			"The preparation of a cluster shared volume for the shadow copy took too "
			"long.",
		.remedy = "Start backups of one cluster shared volume at different times and look "
			  "for FailoverClustering errors in the System log.",
		.source = VSS_HEADER },
	{ .code = 0x80042336,
		.name = "VSS_E_WRITERERROR_PARTIAL_FAILURE",
		.text = "some components failed",
		.meaning = "Some virtual machines of the backup failed, others did not.",
		.remedy = "Look for the failure of each virtual machine in the Hyper-V-VMMS-Admin "
			  "log.",
		.source = VSS_HEADER },
	{ .code = 0x800423F0,
		.name = "VSS_E_WRITERERROR_INCONSISTENTSNAPSHOT",
		.text = "inconsistent shadow copy",
		.meaning = "The backup does not contain all volumes that hold files of the virtual "
			   "machine.",
		.remedy = "Add the missing volumes to the backup; check_hyperv_layout with "
			  "--backup-volumes names them.",
		.source = VSS_HEADER "; Microsoft KB958662" },
	{ .code = 0x800423F1,
		.name = "VSS_E_WRITERERROR_OUTOFRESOURCES",
		.text = "writer out of resources",
		.meaning = "A writer ran out of memory or disk space.",
		.remedy = "Free memory and disk space on the host.",
		.source = VSS_HEADER },
	{ .code = 0x800423F2,
		.name = "VSS_E_WRITERERROR_TIMEOUT",
		.text = "writer timed out",
		.meaning = "The host or the guest was too slow between freezing and thawing its "
			   "writes.",
		.remedy =
			"Start backups at different times and outside of heavy load; check the VSS "
			"writers inside the guest.",
		.source = VSS_HEADER "; Microsoft, Hyper-V backup checkpoint storage" },
	{ .code = 0x800423F3,
		.name = "VSS_E_WRITERERROR_RETRYABLE",
		.text = "transient writer error",
		.meaning = "A writer, mostly one inside the guest, failed for now.",
		.remedy = "Repeat the backup. If it fails again, run vssadmin list writers inside "
			  "the guest and restart the service of the failed writer.",
		.source = VSS_HEADER "; Microsoft" },
	{ .code = 0x800423F4,
		.name = "VSS_E_WRITERERROR_NONRETRYABLE",
		.text = "non-transient writer error",
		.meaning =
			"A writer failed and will fail again. For Hyper-V the cause stands in an "
			"event of the virtual machine at the same time.",
		.remedy =
			"Look for the failure of the virtual machine in the Hyper-V-VMMS-Admin log "
			"and repair that.",
		.source = VSS_HEADER "; Microsoft KB975354, KB975695" },
	{ .code = 0x800423F5,
		.name = "VSS_E_WRITERERROR_RECOVERY_FAILED",
		.text = "recovery of the shadow copy failed",
		.meaning = "The virtual machine's disks could not be made consistent within the "
			   "shadow copy, often because of a left-over *-AutoRecovery.avhdx file.",
		.remedy =
			"While no backup runs, make sure that no disk of the virtual machine uses "
			"the *-AutoRecovery.avhdx file, then rename it and repeat the backup.",
		.source = VSS_HEADER "; Microsoft KB3175561" },
	{ .code = 0x800423F8,
		.name = "VSS_E_MISSING_DISK",
		.text = "disk of the shadow copy missing",
		.meaning = "A LUN of the shadow copy did not arrive at the host.",
		.remedy = "Check the paths to the storage and the hardware provider's log.",
		.source = VSS_HEADER },
	{ .code = 0x800423F9,
		.name = "VSS_E_MISSING_HIDDEN_VOLUME",
		.text = "hidden volume of the shadow copy missing",
		.meaning =
			"A LUN of the shadow copy arrived at the host without its hidden volume.",
		.remedy = "Check the paths to the storage and the hardware provider's log.",
		.source = VSS_HEADER },
	{ .code = 0x800423FA,
		.name = "VSS_E_MISSING_VOLUME",
		.text = "volume of the shadow copy missing",
		.meaning = "A LUN of the shadow copy arrived at the host without its volume.",
		.remedy = "Check the paths to the storage and the hardware provider's log.",
		.source = VSS_HEADER },
	{ .code = 0x800423FB,
		.name = "VSS_E_AUTORECOVERY_FAILED",
		.text = "automatic recovery of the shadow copy failed",
		.meaning = "The virtual machine's disks could not be made consistent within the "
			   "shadow copy, often because of a left-over *-AutoRecovery.avhdx file.",
		.remedy =
			"While no backup runs, make sure that no disk of the virtual machine uses "
			"the *-AutoRecovery.avhdx file, then rename it and repeat the backup.",
		.source = VSS_HEADER "; Microsoft KB3175561" },
	{ .code = 0x80042409,
		.name = "VSS_E_WRITER_STATUS_NOT_AVAILABLE",
		.text = "writer status not available",
		.meaning = "Too many backups ask for the state of the writers at once.",
		.remedy = "Start backups at different times, then repeat this one.",
		.source = VSS_HEADER "; Microsoft" },
	{ .code = 0x80048102,
		.name = "VM_E_COMMIT_FORKS_ERROR",
		.text = "checkpoint could not be committed",
		.meaning =
			"The virtual machine could not switch to the new differencing disks of a "
			"checkpoint.",
		.remedy = "Look for the events of this virtual machine just before; they name the "
			  "disk.",
		.source = "field reports" },
	{ .code = 0x800480BC,
		.name = "VM_E_FR_RESYNC_REQUIRED",
		.text = "replication needs a resynchronisation",
		.meaning = "Hyper-V Replica lost track of the changes of a disk.",
		.remedy = "Resynchronise the virtual machine: Resume-VMReplication -Resynchronize",
		.source = "field reports" },
	{ .code = 0x800480BD,
		.name = "VM_E_FR_CHANGE_TRACKING_FAILED",
		.text = "change tracking failed",
		.meaning = "Hyper-V Replica could not record the changes of a disk.",
		.remedy = "Check free space on the volumes of the virtual machine, then: "
			  "Resume-VMReplication -Resynchronize",
		.source = "field reports" },
	{ .code = 0x80780049,
		.name = "WSB 0x80780049",
		.text = "Windows Server Backup finished with failures",
		.meaning = "Windows Server Backup skipped components or backed up none.",
		.remedy = "Look for the failure of each virtual machine in the Hyper-V-VMMS-Admin "
			  "log.",
		.source = "field reports" },
	{ .code = 0x807800A1,
		.name = "WSB 0x807800A1",
		.text = "a VSS operation failed",
		.meaning = "Windows Server Backup could not create its shadow copy; the detailed "
			   "HRESULT of the same event tells why.",
		.remedy = "Look up the detailed HRESULT (DetailedHRESULT in the event's data).",
		.source = "Microsoft KB2615182" },
	{ .code = 0x8078011E,
		.name = "WSB 0x8078011E",
		.text = "Windows Server Backup could not write or read a volume",
		.meaning = "Seen when the backup target or the EFI system partition could not be "
			   "accessed; the detailed HRESULT of the same event tells why.",
		.remedy = "Look up the detailed HRESULT (DetailedHRESULT in the event's data) and "
			  "check the rights on the backup target.",
		.source = "field reports" },
	{ .code = 32768,
		.name = "WMI 32768",
		.text = "failed",
		.meaning = "A WMI method of Hyper-V failed without saying more.",
		.remedy = "Look for the events of the virtual machine at the same time in the "
			  "Hyper-V-VMMS-Admin log.",
		.source = "Microsoft, Hyper-V WMI provider (V2), return values" },
	{ .code = 32770,
		.name = "WMI 32770",
		.text = "not supported",
		.meaning =
			"The virtual machine or its host does not support the operation that the "
			"backup asked for.",
		.remedy = "Update the backup product, or choose another kind of backup for this "
			  "virtual machine.",
		.source = "Microsoft, Hyper-V WMI provider (V2), return values" },
	{ .code = 32774,
		.name = "WMI 32774",
		.text = "in use",
		.meaning = "Another operation holds the virtual machine or one of its files.",
		.remedy = "Let only one backup or migration of this virtual machine run at a time.",
		.source = "Microsoft, Hyper-V WMI provider (V2), return values" },
	{ .code = 32775,
		.name = "WMI 32775",
		.text = "invalid state",
		.meaning = "The virtual machine's state does not allow the operation, for instance "
			   "while it starts, stops or merges disks.",
		.remedy = "Wait until it runs or is off and no merge is under way, then repeat the "
			  "backup.",
		.source = "Microsoft, Hyper-V WMI provider (V2), return values" },
	{ .name = NULL },
};

const struct hv_known_hresult *hv_known_hresult(uint32_t code)
{
	for (const struct hv_known_hresult *row = hv_known_hresults; row->name; row++) {
		if (row->code == code)
			return row;
	}
	return NULL;
}
