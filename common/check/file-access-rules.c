/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules about permissions. */
#include "check/file-access.h"

const struct hv_rule hv_access_rules[] = {
	{
		.id = HV_RULE_DISK_ACCESS,
		.summary = "A VM may not use one of its virtual hard disks",
		.states = "CRITICAL; UNKNOWN when it depends on accounts of which it is not known "
			  "whether they count for the VM",
		.explanation =
			"A VM runs under an account of its own, NT VIRTUAL MACHINE\\GUID. It has "
			"to read and write its disks, and to read the files that a checkpoint made "
			"their parents. The right may come from an entry for that account, for "
			"NT VIRTUAL MACHINE\\Virtual Machines, Everyone or Authenticated Users. "
			"Files that are copied, moved or restored by hand lose such entries; what "
			"Hyper-V moves keeps them.",
		.source = "Microsoft KB2249906",
	},
	{
		.id = HV_RULE_DENIED,
		.summary = "An entry denies a VM one of its virtual hard disks",
		.states = "CRITICAL",
		.explanation = "An entry that denies takes away what later entries give. Judged "
			       "for the same accounts.",
		.source = "MS-DTYP 2.5.3.2",
	},
	{
		.id = HV_RULE_FOLDER_ACCESS,
		.summary = "Hyper-V may not create files in the folder of a virtual hard disk",
		.states = "WARNING",
		.explanation = "A checkpoint creates its file beside the disk, which the Virtual "
			       "Machine Management service does as SYSTEM.",
		.source = "Microsoft, Hyper-V checkpoints",
	},
	{
		.id = HV_RULE_SHARED_FOLDER,
		.summary = "The folder of a VHD set lacks an entry for one of its VMs",
		.states = "WARNING",
		.explanation = "Merging the checkpoint of a backup of a guest cluster fails with "
			       "0x80070005 when a VM may not write to the folder of the shared "
			       "disk.",
		.source = "Microsoft KB4230569",
	},
	{
		.id = HV_RULE_FOREIGN_VM,
		.summary = "A virtual hard disk has an entry for another VM and none for its own",
		.states = "WARNING; OK, told with -v, when the VM has an entry of its own too",
		.explanation =
			"Typical of files that were moved by hand or taken over from another VM. "
			"VHD sets, and disks that several VMs of the host have, are not meant.",
		.source = "Microsoft KB2249906",
	},
	{ .id = NULL },
};
