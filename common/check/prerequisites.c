/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conditions of an online backup per version of the host, and what shows that one is not
 * met. */
#include "check/prerequisites.h"

#include <string.h>

#include "base/attr.h"
#include "base/utf.h"
#include "check/integration.h"
#include "check/layout.h"
#include "check/platform.h"

enum { CHECKPOINTS_DISABLED = 2 }; /* [Msvm_VirtualSystemSettingData.UserSnapshotType] */

static bool is_any_disk(const struct hv_prerequisite_job *job,
	bool (*is_it)(const struct hv_disk *disk), const char **ret_path)
{
	HV_FOREACH_DISK (disk, job->vm) {
		if (!is_it(disk))
			continue;
		if (disk->place.path != NULL)
			*ret_path = disk->place.path;
		return true;
	}
	return false;
}

static bool is_pass_through(const struct hv_disk *disk)
{
	return disk->kind == HV_DISK_PASS_THROUGH;
}

static bool has_pass_through(const struct hv_prerequisite_job *job, const char **ret_path)
{
	return is_any_disk(job, is_pass_through, ret_path);
}

/* A VHD set, which is shared as well, was made to be backed up. */
static bool is_shared(const struct hv_disk *disk)
{
	const char *dot = disk->place.path != NULL ? strrchr(disk->place.path, '.') : NULL;

	return disk->shared.known && disk->shared.value &&
	       !(dot != NULL && hv_utf8_caseeq(dot, ".vhds"));
}

static bool has_shared(const struct hv_prerequisite_job *job, const char **ret_path)
{
	return is_any_disk(job, is_shared, ret_path);
}

static bool has_fibre_channel(const struct hv_prerequisite_job *job, const char **ret_path)
{
	(void)ret_path;
	return job->vm->fibre_channel;
}

static bool is_on_csv(const struct hv_disk *disk)
{
	return disk->kind == HV_DISK_VHD && disk->place.kind == HV_PATH_CSV;
}

static bool is_wsb_on_csv(const struct hv_prerequisite_job *job, const char **ret_path)
{
	return job->query->config->product != NULL && is_any_disk(job, is_on_csv, ret_path);
}

static bool is_on_scsi(const struct hv_disk *disk)
{
	return disk->bus == HV_BUS_SCSI;
}

static bool has_no_scsi(const struct hv_prerequisite_job *job, const char **ret_path)
{
	const char *unused = NULL;

	(void)ret_path;
	return job->vm->scsi_controller.known && !job->vm->scsi_controller.value &&
	       !is_any_disk(job, is_on_scsi, &unused);
}

static bool is_scsi_unclear(const struct hv_prerequisite_job *job, const char **ret_path)
{
	const char *unused = NULL;

	(void)ret_path;
	return !job->vm->scsi_controller.known && !is_any_disk(job, is_on_scsi, &unused);
}

static bool is_vss_disabled(const struct hv_prerequisite_job *job, const char **ret_path)
{
	(void)ret_path;
	return hv_vss_of(job->vm) == HV_VSS_DISABLED;
}

static bool is_vss_silent(const struct hv_prerequisite_job *job, const char **ret_path)
{
	const enum hv_vss vss = hv_vss_of(job->vm);

	(void)ret_path;
	if (vss == HV_VSS_OTHER_PROTOCOL)
		return true;
	return (vss == HV_VSS_NO_CONTACT || vss == HV_VSS_LOST_CONTACT) && !job->starting;
}

/* A backup under way may well have a status of its own. */
static bool is_vss_unclear(const struct hv_prerequisite_job *job, const char **ret_path)
{
	const enum hv_vss vss = hv_vss_of(job->vm);

	(void)ret_path;
	return vss == HV_VSS_NOT_TOLD ||
	       (vss == HV_VSS_ODD && job->vm->operation == HV_VM_OPERATION_OTHER);
}

static bool is_location_apart(const struct hv_prerequisite_job *job, const char **ret_path)
{
	const struct hv_place *folder = &job->vm->snapshot_root;
	struct hv_vm_layout layout;

	hv_layout_of(&job->out->arena, job->vm, &layout);
	if (layout.volumes.count == 0 || folder->key == NULL ||
		(layout.volumes.count == 1 && hv_same_volume(folder, layout.volumes.places[0])))
		return false;
	*ret_path = folder->path;
	return true;
}

static bool has_no_checkpoints(const struct hv_prerequisite_job *job, const char **ret_path)
{
	const struct hv_u64 *type = &job->vm->user_snapshot_type;

	(void)ret_path;
	return type->known && type->value == CHECKPOINTS_DISABLED;
}

#define BEFORE_2012_R2 (HV_HOST_2008 | HV_HOST_2012 | HV_HOST_UNKNOWN) /* at worst */
#define BEFORE_2016    (HV_HOST_2008 | HV_HOST_2012 | HV_HOST_2012_R2)
#define FROM_2012      (HV_HOST_ANY & ~HV_HOST_2008)
#define FROM_2012_R2   (FROM_2012 & ~HV_HOST_2012)
#define FROM_2016      (HV_HOST_2016 | HV_HOST_UNKNOWN)
#define WINDOWS_LIKE   (HV_GUEST_WINDOWS | HV_GUEST_UNKNOWN)
#define NOT_POSSIBLE   HV_VERDICT_NOT_POSSIBLE, HV_CRITICAL
#define SAVED_STATE    HV_VERDICT_SAVED_STATE, HV_WARNING
#define NOT_TOLD       HV_VERDICT_UNKNOWN, HV_UNKNOWN
#define CRASH_ALIKE    HV_VERDICT_ONLINE, HV_OK
#define VSS_OFF        "the integration component for backups (VSS) is switched off"
#define VSS_SILENT     "the component for backups (VSS) does not answer"
#define ONLY_CRASH_OFF "only as after a power failure: " VSS_OFF
#define ONLY_CRASH     "only as after a power failure: " VSS_SILENT

/* [hyperv_v2: backing up and restoring virtual machines; KB958662; Microsoft, checkpoints and
 * differencing disks: unsupported by design; KB4230569; VMMS event 10103] */
const struct hv_prerequisite hv_prerequisites[] = {
	{ HV_RULE_PASS_THROUGH, BEFORE_2016, HV_GUEST_ANY, true, has_pass_through, NOT_POSSIBLE,
		"a pass-through disk",
		"The host cannot see into a physical disk that it hands on: it is in no backup "
		"that the host makes.",
		hv_prerequisite_remedy_pass_through },
	{ HV_RULE_PASS_THROUGH, FROM_2016, HV_GUEST_ANY, true, has_pass_through, NOT_POSSIBLE,
		"a pass-through disk",
		"A VM with a physical disk of the host can have no checkpoint, and a backup "
		"begins with one.",
		hv_prerequisite_remedy_pass_through },
	{ HV_RULE_SHARED_DISK, FROM_2012_R2, HV_GUEST_ANY, true, has_shared, NOT_POSSIBLE,
		"a shared virtual disk",
		"The host makes no checkpoint of a disk that several VMs may have at a time, "
		"other than a VHD set.",
		hv_prerequisite_remedy_shared },
	{ HV_RULE_FIBRE_CHANNEL, FROM_2012, HV_GUEST_ANY, true, has_fibre_channel, NOT_POSSIBLE,
		"a virtual Fibre Channel adapter",
		"The host cannot see the disks that the guest has over Fibre Channel, and makes no "
		"checkpoint of such a VM.",
		hv_prerequisite_remedy_fibre_channel },
	{ HV_RULE_CSV_WSB, HV_HOST_ANY, HV_GUEST_ANY, true, is_wsb_on_csv, HV_VERDICT_NOT_POSSIBLE,
		HV_WARNING,
		"Windows Server Backup, and a disk on a "
		"cluster shared volume",
		"Windows Server Backup does not back up VMs on cluster shared volumes.",
		hv_prerequisite_remedy_csv },
	{ HV_RULE_SCSI_CONTROLLER, HV_HOST_2012_R2, HV_GUEST_ANY, false, has_no_scsi, NOT_POSSIBLE,
		"no SCSI controller",
		"Windows Server 2012 R2 needs one for the backup of a running VM, even an empty "
		"one (event 10103).",
		hv_prerequisite_remedy_scsi },
	{ HV_RULE_SCSI_CONTROLLER, HV_HOST_2012_R2, HV_GUEST_ANY, false, is_scsi_unclear, NOT_TOLD,
		"whether it has a SCSI controller is not told", NULL, NULL },
	{ HV_RULE_VSS_COMPONENT, BEFORE_2012_R2 & ~HV_HOST_UNKNOWN, HV_GUEST_ANY, false,
		is_vss_disabled, SAVED_STATE, VSS_OFF, NULL, hv_prerequisite_remedy_vss },
	{ HV_RULE_VSS_COMPONENT, BEFORE_2012_R2 & ~HV_HOST_UNKNOWN, HV_GUEST_ANY, false,
		is_vss_silent, SAVED_STATE, VSS_SILENT, NULL, hv_prerequisite_remedy_vss },
	{ HV_RULE_VSS_COMPONENT, HV_HOST_2012_R2 | HV_HOST_UNKNOWN, WINDOWS_LIKE, false,
		is_vss_disabled, SAVED_STATE, VSS_OFF, NULL, hv_prerequisite_remedy_vss },
	{ HV_RULE_VSS_COMPONENT, HV_HOST_2012_R2 | HV_HOST_UNKNOWN, WINDOWS_LIKE, false,
		is_vss_silent, SAVED_STATE, VSS_SILENT, NULL, hv_prerequisite_remedy_vss },
	{ HV_RULE_VSS_COMPONENT, HV_HOST_2012_R2 | HV_HOST_UNKNOWN, HV_GUEST_OTHER, false,
		is_vss_disabled, CRASH_ALIKE, ONLY_CRASH_OFF, NULL, hv_prerequisite_remedy_vss },
	{ HV_RULE_VSS_COMPONENT, HV_HOST_2012_R2 | HV_HOST_UNKNOWN, HV_GUEST_OTHER, false,
		is_vss_silent, CRASH_ALIKE, ONLY_CRASH, NULL, hv_prerequisite_remedy_vss },
	{ HV_RULE_VSS_COMPONENT, HV_HOST_2016, HV_GUEST_ANY, false, is_vss_disabled, CRASH_ALIKE,
		ONLY_CRASH_OFF, NULL, hv_prerequisite_remedy_vss },
	{ HV_RULE_VSS_COMPONENT, HV_HOST_2016, HV_GUEST_ANY, false, is_vss_silent, CRASH_ALIKE,
		ONLY_CRASH, NULL, hv_prerequisite_remedy_vss },
	{ HV_RULE_VSS_COMPONENT, HV_HOST_ANY, HV_GUEST_ANY, false, is_vss_unclear, NOT_TOLD,
		"whether the component for backups (VSS) answers is not told", NULL, NULL },
	{ HV_RULE_CHECKPOINT_LOCATION, BEFORE_2012_R2, HV_GUEST_ANY, false, is_location_apart,
		SAVED_STATE, "the checkpoint folder is not on the volume of all its disks",
		"Before Windows Server 2012 R2 an online backup needs it there.",
		hv_prerequisite_remedy_location },
	{ HV_RULE_CHECKPOINTS_DISABLED, FROM_2016, HV_GUEST_ANY, true, has_no_checkpoints,
		HV_VERDICT_ONLINE, HV_OK, "its checkpoints are disabled",
		"The setting is about checkpoints of users; whether a backup's are meant too is "
		"not established.",
		hv_prerequisite_remedy_checkpoints },
	{ .rule = NULL },
};
