/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes an online backup possible. */
#include <string.h>

#include "base/utf.h"
#include "check/integration.h"
#include "check/layout.h"
#include "check/need.h"
#include "check/platform.h"
#include "check/powershell.h"
#include "check/prerequisites.h"

static const char *vm_arguments(const struct hv_prerequisite_job *job)
{
	return hv_need(job->out, hv_ps_vm(&job->out->arena, job->vm));
}

void hv_prerequisite_remedy_pass_through(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path)
{
	(void)path;
	if (hv_layout_by_hand(job->query->host))
		hv_finding_remedy(job->out, f,
			"With the VM shut down, make a virtual disk of it (New Virtual Hard Disk "
			"Wizard, copy the contents of a physical disk) and attach that in its "
			"place.");
	else
		hv_finding_remedy(job->out, f,
			"With the VM shut down, make a virtual disk of it (New-VHD -SourceDisk N) "
			"and attach that in its place. Its number N: Get-VMHardDiskDrive %s",
			vm_arguments(job));
	hv_finding_remedy(job->out, f,
		"Or back it up from within the guest, and leave the VM out here: --exclude, or "
		"--rule " HV_RULE_PASS_THROUGH "=ok");
}

/* "x.vhdx" to "x.vhds", quoted; NULL when it is no such path or cannot stand in a command. */
static const char *set_of(const struct hv_prerequisite_job *job, const char *path)
{
	struct hv_arena *arena = &job->out->arena;
	const char *dot = path != NULL ? strrchr(path, '.') : NULL;

	if (dot == NULL || !hv_utf8_caseeq(dot, ".vhdx") || !hv_ps_printable(path))
		return NULL;
	return hv_ps_quote(arena,
		hv_need(job->out, hv_arena_printf(arena, "%.*s.vhds", (int)(dot - path), path)));
}

void hv_prerequisite_remedy_shared(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path)
{
	const char *set = job->host == HV_HOST_2016 ? set_of(job, path) : NULL;

	if (set != NULL)
		hv_finding_remedy(job->out, f,
			"With all VMs shut down that share it, make a VHD set of it and attach "
			"that in its place: Convert-VHD -Path %s -DestinationPath %s",
			hv_need(job->out, hv_ps_quote(&job->out->arena, path)), set);
	hv_finding_remedy(job->out, f,
		"%sack the VM up from within the guests that share the disk.",
		set != NULL ? "Or b" : "B");
}

void hv_prerequisite_remedy_fibre_channel(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path)
{
	(void)path;
	hv_finding_remedy(job->out, f,
		"Back it up from within the guest, or by the storage, and leave it out here: "
		"--exclude, or --rule " HV_RULE_FIBRE_CHANNEL "=ok");
	hv_finding_remedy(job->out, f, "If the adapter is not used: Get-VMFibreChannelHba %s",
		vm_arguments(job));
}

void hv_prerequisite_remedy_csv(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path)
{
	(void)path;
	hv_finding_remedy(job->out, f,
		"Use a backup program that supports cluster shared volumes, or move the VM to a "
		"volume of this host alone.");
}

void hv_prerequisite_remedy_scsi(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path)
{
	(void)path;
	hv_finding_remedy(
		job->out, f, "With the VM shut down: Add-VMScsiController %s", vm_arguments(job));
}

void hv_prerequisite_remedy_vss(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path)
{
	(void)path;
	hv_vss_remedy(job->out, f, job->query->host, job->vm);
}

void hv_prerequisite_remedy_location(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path)
{
	(void)path;
	hv_finding_remedy(job->out, f,
		"Bring the checkpoint folder and all disks of the VM to one volume; "
		"check_hyperv_layout -v prints how.");
}

void hv_prerequisite_remedy_checkpoints(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path)
{
	(void)path;
	hv_finding_remedy(job->out, f, "Set-VM -VM (Get-VM -Id '%s') -CheckpointType Production",
		job->vm->id);
}
