/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules about volumes, and what breaks them. */
#include "check/volume-health.h"

#include <stddef.h>

#include "base/attr.h"
#include "base/utf.h"
#include "check/layout.h"
#include "check/need.h"

enum { ACCESS_READABLE = 1 }; /* and not writeable [Win32_Volume.Access] */

const struct hv_rule hv_volume_rules[] = {
	{
		.id = HV_RULE_VANISHED,
		.summary = "A file of a VM on a volume that the host does not have",
		.states = "CRITICAL",
		.explanation =
			"The path names a drive letter, a mount point or a \\\\?\\Volume{GUID}\\ "
			"that is not among the host's volumes: the disk is offline or gone, or "
			"the letter was changed. A mount point whose folder is left, and that the "
			"host no longer lists, cannot be told from a folder. Files on SMB shares "
			"are not meant.",
		.source = "Microsoft, Win32_Volume and Win32_MountPoint",
	},
	{
		.id = HV_RULE_FILE_SYSTEM,
		.summary = "A file of a VM on a volume with FAT, FAT32 or exFAT",
		.states = "CRITICAL; UNKNOWN for a file system that is not known or not told",
		.explanation =
			"Hyper-V gives each VM access to its files by permissions, which these "
			"file systems do not have; FAT and FAT32 hold no file of 4 GiB or more. "
			"NTFS, ReFS and the CSVFS of clusters are right.",
		.source = "Microsoft, File System Functionality Comparison; KB2928127",
	},
	{
		.id = HV_RULE_READ_ONLY,
		.summary = "A volume with files of VMs can only be read",
		.states = "CRITICAL",
		.explanation =
			"No checkpoint can be created on it. Judged only where the host tells it, "
			"as Access = 1 of Win32_Volume; few hosts do.",
		.source = "Microsoft, Win32_Volume.Access",
	},
	{
		.id = HV_RULE_DIRTY,
		.summary = "The dirty bit of a volume is set",
		.states = "WARNING; UNKNOWN when it is not told, except for cluster shared "
			  "volumes",
		.explanation =
			"Windows sets the bit when it has found damage in the file system, or "
			"when the host went down before all changes were written; it may also be "
			"set for a while by changes under way. At its next start the host runs "
			"chkdsk on the volume before anything else uses it.",
		.source = "Microsoft, fsutil dirty; Win32_Volume.DirtyBitSet",
	},
	{
		.id = HV_RULE_CSV_UNLISTED,
		.summary = "A file of a VM on a cluster shared volume that the host does not list",
		.states = "UNKNOWN",
		.explanation =
			"It is not established that Windows lists each cluster shared volume on "
			"every node, so the volume may be gone or in order. Silence it with "
			"--rule csv-unlisted=ok.",
		.source = "none: not established",
	},
	{ .id = NULL },
};

static bool is_fat(const char *file_system)
{
	static const char *const NAMES[] = { "FAT", "FAT12", "FAT16", "FAT32", "exFAT" };

	for (size_t i = 0; i < HV_ARRAY_LEN(NAMES); i++)
		if (hv_utf8_caseeq(file_system, NAMES[i]))
			return true;
	return false;
}

static bool is_csvfs(const char *file_system)
{
	return hv_utf8_caseprefix(file_system, "CSVFS") > 0;
}

static bool is_suitable(const char *file_system)
{
	return hv_utf8_caseeq(file_system, "NTFS") || hv_utf8_caseeq(file_system, "ReFS") ||
	       is_csvfs(file_system);
}

/* Names of file systems are not localised. NULL: not told. */
static const char *file_system_of(const struct hv_volume *volume)
{
	return volume->file_system != NULL && *volume->file_system != '\0' ? volume->file_system
									   : NULL;
}

bool hv_volume_is_csv(const struct hv_volume *volume)
{
	const char *file_system = file_system_of(volume);
	size_t unused;

	return (file_system != NULL && is_csvfs(file_system)) ||
	       hv_path_split(volume->title, &unused) == HV_PATH_CSV;
}

enum hv_repair hv_volume_repair(const struct hv_host *host, const struct hv_volume *volume)
{
	const char *file_system = file_system_of(volume);

	if (file_system == NULL)
		return HV_REPAIR_OFFLINE;
	if (hv_utf8_caseeq(file_system, "ReFS"))
		return HV_REPAIR_ITSELF;
	if (hv_layout_by_hand(host) || is_fat(file_system))
		return HV_REPAIR_OFFLINE;
	return HV_REPAIR_ONLINE;
}

/* One volume while it is judged. */
struct view {
	const struct hv_volume_job *job;
	const struct hv_volume *volume;
	const char *item;
	const char *users; /* "disks of sql01"; "no VM uses it" */
	bool used;         /* by VMs, or by shadow copies of volumes that they use */
	size_t findings;
	bool unclear; /* something was not told */
};

static enum hv_state state_of(const struct view *v, const char *rule, enum hv_state by_default)
{
	return hv_rule_state(v->job->rules, rule, by_default);
}

/* What is not told stays UNKNOWN, however bad the user calls the rule. */
static bool is_silenced(const struct view *v, const char *rule)
{
	return state_of(v, rule, HV_UNKNOWN) == HV_OK;
}

static void unclear_file_system(struct view *v, const char *file_system)
{
	if (is_silenced(v, HV_RULE_FILE_SYSTEM))
		return;
	v->unclear = true;
	if (file_system != NULL)
		hv_report_add(v->job->out, HV_UNKNOWN, v->item, HV_RULE_FILE_SYSTEM,
			"not judged, it is not known whether VMs can use this file system: %s; %s",
			file_system, v->users);
	else
		hv_report_add(v->job->out, HV_UNKNOWN, v->item, HV_RULE_FILE_SYSTEM,
			"not judged, the host does not tell its file system (not formatted, locked "
			"or not readable); %s",
			v->users);
}

static void judge_file_system(struct view *v, struct hv_volume_tally *tally)
{
	const enum hv_state state = state_of(v, HV_RULE_FILE_SYSTEM, HV_CRITICAL);
	const char *file_system = file_system_of(v->volume);
	struct hv_finding *f;

	if (!v->used || (file_system != NULL && is_suitable(file_system)))
		return;
	if (file_system == NULL || !is_fat(file_system)) {
		unclear_file_system(v, file_system);
		return;
	}
	tally->unsuitable++;
	if (state == HV_OK)
		return;
	v->findings++;
	f = hv_report_add(v->job->out, state, v->item, HV_RULE_FILE_SYSTEM,
		"has the file system %s, which cannot hold what Hyper-V needs; %s", file_system,
		v->users);
	hv_finding_why(v->job->out, f,
		"%s has no permissions, by which Hyper-V gives a VM access to its files%s.",
		file_system,
		hv_utf8_caseeq(file_system, "exFAT") ? "" : ", and holds no file of 4 GiB or more");
	hv_volume_remedy_file_system(v->job, f, v->volume);
}

static void judge_read_only(struct view *v, struct hv_volume_tally *tally)
{
	const enum hv_state state = state_of(v, HV_RULE_READ_ONLY, HV_CRITICAL);
	struct hv_finding *f;

	if (!v->volume->access.known || v->volume->access.value == 0) {
		tally->access_not_told++;
		return;
	}
	if (v->volume->access.value != ACCESS_READABLE)
		return;
	tally->read_only++;
	if (state == HV_OK)
		return;
	v->findings++;
	f = hv_report_add(
		v->job->out, state, v->item, HV_RULE_READ_ONLY, "is read-only; %s", v->users);
	hv_finding_why(v->job->out, f,
		"A VM cannot write to its disks there, and no checkpoint can be created beside "
		"them, so its backup fails.");
	hv_volume_remedy_read_only(v->job, f, v->volume);
}

static void dirty_not_told(struct view *v, struct hv_volume_tally *tally)
{
	if (hv_volume_is_csv(v->volume)) {
		tally->dirty_not_told++;
		return;
	}
	if (is_silenced(v, HV_RULE_DIRTY))
		return;
	v->unclear = true;
	if (v->used)
		hv_report_add(v->job->out, HV_UNKNOWN, v->item, HV_RULE_DIRTY,
			"not judged, the host does not tell whether its dirty bit is set; %s",
			v->users);
}

static void judge_dirty(struct view *v, struct hv_volume_tally *tally)
{
	const enum hv_state state = state_of(v, HV_RULE_DIRTY, HV_WARNING);
	struct hv_finding *f;

	if (!v->volume->dirty.known) {
		dirty_not_told(v, tally);
		return;
	}
	if (!v->volume->dirty.value)
		return;
	tally->dirty++;
	if (state == HV_OK)
		return;
	v->findings++;
	f = hv_report_add(v->job->out, state, v->item, HV_RULE_DIRTY,
		"its dirty bit is set, the file system may be damaged; %s", v->users);
	hv_finding_why(v->job->out, f,
		"Windows found damage, or the host went down before all changes were written; "
		"changes under way set the bit for a while, too. A backup copies what is damaged "
		"or fails on it, and at its next start the host checks the volume before its VMs "
		"can run.");
	hv_volume_remedy_dirty(v->job, f, v->volume);
}

bool hv_volume_judge(const struct hv_volume_job *job, const struct hv_volume_use *use,
	struct hv_volume_tally *tally)
{
	struct hv_arena *arena = &job->out->arena;
	const char *file_system = file_system_of(use->volume);
	struct view v = {
		.job = job,
		.volume = use->volume,
		.item = hv_arena_printf(arena, "volume '%s'", use->volume->title),
		.used = hv_volume_is_used(use),
	};

	v.users = v.used ? hv_need(job->out, hv_volume_use_text(arena, use))
			 : "no virtual machine uses it";
	hv_report_about(job->out, &(struct hv_subject){ .volume = use->volume->device_id });
	judge_file_system(&v, tally);
	judge_read_only(&v, tally);
	judge_dirty(&v, tally);
	if (v.findings == 0 && !v.unclear)
		hv_report_add(job->out, HV_OK, v.item, NULL, "%s%s; %s",
			file_system != NULL ? file_system : "file system not told",
			use->volume->dirty.known && !use->volume->dirty.value ? ", not dirty" : "",
			v.users);
	hv_report_about(job->out, NULL);
	return !v.unclear;
}

static void add_csv(
	const struct hv_volume_job *job, const struct hv_missing_volume *missing, const char *item)
{
	const enum hv_state state = hv_rule_state(job->rules, HV_RULE_CSV_UNLISTED, HV_UNKNOWN);
	struct hv_finding *f;

	if (state == HV_OK)
		return;
	f = hv_report_add(job->out, state, item, HV_RULE_CSV_UNLISTED,
		"not judged, this node does not list the cluster shared volume; %s",
		hv_need(job->out, hv_volume_use_text(&job->out->arena, &missing->use)));
	hv_finding_remedy(job->out, f,
		"Get-ClusterSharedVolume tells its state and which node owns it; judge it there.");
}

static bool judge_missing(const struct hv_volume_job *job, const struct hv_missing_volume *missing,
	struct hv_volume_tally *tally)
{
	const enum hv_state state = hv_rule_state(job->rules, HV_RULE_VANISHED, HV_CRITICAL);
	const struct hv_place *place = missing->place;
	struct hv_arena *arena = &job->out->arena;
	const char *item = hv_arena_printf(arena, "volume '%s'", place->root);
	struct hv_finding *f;

	if (place->kind == HV_PATH_CSV) {
		add_csv(job, missing, item);
		return false;
	}
	tally->vanished++;
	if (state == HV_OK)
		return true;
	f = hv_report_add(job->out, state, item, HV_RULE_VANISHED,
		"is not among the host's volumes, but should hold %s; %s", place->path,
		hv_need(job->out, hv_volume_use_text(arena, &missing->use)));
	hv_finding_why(job->out, f,
		"Its disk is offline or gone, or its letter or mount point was changed. A VM "
		"whose files are not all there does not start, and its backup fails.");
	hv_volume_remedy_vanished(job, f, place);
	return true;
}

bool hv_volume_judge_missing(const struct hv_volume_job *job,
	const struct hv_missing_volume *missing, struct hv_volume_tally *tally)
{
	bool judged;

	hv_report_about(job->out, &(struct hv_subject){ .volume = missing->place->key });
	judged = judge_missing(job, missing, tally);
	hv_report_about(job->out, NULL);
	return judged;
}
