/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to do about a volume that cannot be relied on (reference: chkdsk, fsutil, convert, diskpart,
 * mountvol; Set-Disk). */
#include <stddef.h>
#include <string.h>

#include "base/parse.h"
#include "base/utf.h"
#include "check/layout.h"
#include "check/need.h"
#include "check/powershell.h"
#include "check/volume-health.h"

enum {
	MAX_CANDIDATES = 3, /* volumes without a path that one remedy names */
	LETTER_LEN = 2,     /* "E:" */
};

/* How a command names the volume: its title, or its device id when that cannot be printed. */
static const char *volume_argument(struct hv_report *r, const struct hv_volume *volume)
{
	const char *name = volume->title;

	if (!hv_ps_printable(name) && volume->device_id != NULL &&
		hv_ps_printable(volume->device_id)) {
		size_t len = strlen(volume->device_id);

		len -= len > 0 && volume->device_id[len - 1] == '\\';
		name = hv_arena_strndup(&r->arena, volume->device_id, len);
	}
	return name != NULL ? hv_need(r, hv_cmd_argument(&r->arena, name)) : hv_need(r, NULL);
}

static void remedy_online(
	const struct hv_volume_job *job, struct hv_finding *f, const struct hv_volume *volume)
{
	const char *name = volume_argument(job->out, volume);

	hv_finding_remedy(job->out, f, "chkdsk %s /scan", name);
	if (hv_volume_is_csv(volume)) {
		hv_finding_remedy(job->out, f,
			"Run it on the node that owns the volume. It looks for damage and repairs "
			"what it can while the VMs run. What is left needs chkdsk %s /spotfix, "
			"which holds up the VMs for seconds only.",
			name);
		return;
	}
	hv_finding_remedy(
		job->out, f, "It looks for damage and repairs what it can while the VMs run.");
	hv_finding_remedy(job->out, f,
		"What is left needs chkdsk %s /spotfix (seconds) or, for all, chkdsk %s /f (as "
		"long as a whole check takes). Both dismount the volume: shut down the VMs with "
		"files on it, or move them away, first. If it cannot be dismounted, chkdsk offers "
		"to run at the next start of the host.",
		name, name);
}

static void remedy_offline(
	const struct hv_volume_job *job, struct hv_finding *f, const struct hv_volume *volume)
{
	const char *name = volume_argument(job->out, volume);

	hv_finding_remedy(job->out, f,
		"Shut down the VMs with files on it, or move them away; the volume is dismounted "
		"for as long as the check takes. Then: chkdsk %s /f",
		name);
	hv_finding_remedy(job->out, f,
		"Without /f chkdsk only looks, also while the VMs run. If the volume cannot be "
		"dismounted, chkdsk offers to run at the next start of the host.");
}

void hv_volume_remedy_dirty(
	const struct hv_volume_job *job, struct hv_finding *f, const struct hv_volume *volume)
{
	switch (hv_volume_repair(job->host, volume)) {
	case HV_REPAIR_ONLINE:
		remedy_online(job, f, volume);
		break;
	case HV_REPAIR_OFFLINE:
		remedy_offline(job, f, volume);
		break;
	case HV_REPAIR_ITSELF:
		hv_finding_remedy(job->out, f,
			"chkdsk does not check ReFS, which repairs itself in use: look for errors "
			"of ReFS in the System log, and move the VMs to another volume when it "
			"tells of damage that it could not repair.");
		break;
	}
	if (strlen(volume->title) == LETTER_LEN && hv_volume_has_path(volume))
		hv_finding_remedy(job->out, f,
			"Whether the bit is still set tells: fsutil dirty query %s", volume->title);
}

void hv_volume_remedy_read_only(
	const struct hv_volume_job *job, struct hv_finding *f, const struct hv_volume *volume)
{
	if (!hv_volume_has_path(volume) || !hv_ps_printable(volume->title))
		hv_finding_remedy(job->out, f,
			"In diskpart, select the volume (list volume), see attributes disk and "
			"attributes volume, and clear what is set: attributes disk clear readonly, "
			"attributes volume clear readonly.");
	else
		hv_finding_remedy(job->out, f,
			"In diskpart: select volume=%s, attributes disk, attributes volume, and "
			"clear what is set: attributes disk clear readonly, attributes volume "
			"clear readonly.",
			volume_argument(job->out, volume));
	hv_finding_remedy(job->out, f,
		"Find out first why it is set: a storage system or Windows may have done it "
		"because of faults.");
}

void hv_volume_remedy_file_system(
	const struct hv_volume_job *job, struct hv_finding *f, const struct hv_volume *volume)
{
	hv_finding_remedy(job->out, f, "Move the files of the VMs to a volume with NTFS%s.",
		hv_layout_by_hand(job->host) ? " (export and import, or with the VM shut down)"
					     : " (Move-VMStorage, also while they run)");
	if (volume->file_system != NULL && !hv_utf8_caseeq(volume->file_system, "exFAT"))
		hv_finding_remedy(job->out, f,
			"Or convert it in place, with a backup at hand and the VMs shut down: "
			"convert %s /fs:ntfs",
			volume_argument(job->out, volume));
}

/* \\?\Volume{GUID}\ and nothing else, so that it can stand in a command as it is. */
static bool is_device_id(const char *text)
{
	size_t len;

	return text != NULL && hv_path_split(text, &len) == HV_PATH_VOLUME &&
	       strcmp(text + len, "\\") == 0;
}

/* Whether it may be the volume that lost its path: a local one without path and use. */
static bool is_candidate(const struct hv_volume_use *use)
{
	const struct hv_volume *volume = use->volume;

	return !hv_volume_is_used(use) && !hv_volume_has_path(volume) &&
	       is_device_id(volume->device_id) &&
	       (!volume->drive_type.known || volume->drive_type.value == 3) &&
	       volume->file_system != NULL &&
	       (hv_utf8_caseeq(volume->file_system, "NTFS") ||
		       hv_utf8_caseeq(volume->file_system, "ReFS"));
}

/* A volume may be there and have lost its letter only. */
static void remedy_mount(
	const struct hv_volume_job *job, struct hv_finding *f, const struct hv_place *place)
{
	size_t count = 0;

	if (place->kind != HV_PATH_DRIVE || !hv_ps_printable(place->root))
		return;
	for (size_t i = 0; i < job->uses->count && count < MAX_CANDIDATES; i++) {
		const struct hv_volume *volume = job->uses->of[i].volume;
		char size[HV_BYTES_TEXT_MAX] = "size not told";

		if (!is_candidate(&job->uses->of[i]))
			continue;
		if (volume->capacity_bytes.known)
			hv_format_bytes(volume->capacity_bytes.value, size);
		hv_finding_remedy(job->out, f,
			"If it is this volume without a path (%s), give it its path again: "
			"mountvol %s %s",
			size, hv_need(job->out, hv_cmd_argument(&job->out->arena, place->root)),
			volume->device_id);
		count++;
	}
}

void hv_volume_remedy_vanished(
	const struct hv_volume_job *job, struct hv_finding *f, const struct hv_place *place)
{
	if (hv_layout_by_hand(job->host))
		hv_finding_remedy(job->out, f,
			"Look for a disk that is offline, and bring it online, in diskpart: "
			"rescan, list disk, select disk N, online disk");
	else
		hv_finding_remedy(job->out, f,
			"Look for a disk that is offline: Get-Disk; and bring it online: Set-Disk "
			"-Number N -IsOffline $false");
	remedy_mount(job, f, place);
	hv_finding_remedy(job->out, f,
		"If the volume is gone for good, restore the files, or take what names it out of "
		"the VM's settings.");
}
