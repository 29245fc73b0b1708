/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether Hyper-V and VMs may create files in the folders of disks. */
#include "base/utf.h"
#include "check/file-access-parts.h"

static void judge_folder(
	struct hv_access_judging *j, const struct hv_access_use *use, const struct hv_acl *acl)
{
	const struct hv_access_who system = hv_access_who_of(NULL, HV_ACCESS_FOR_SYSTEM);
	const enum hv_state state = hv_access_state(j, HV_RULE_FOLDER_ACCESS, HV_WARNING);
	struct hv_report *out = j->job->out;
	struct hv_finding *f;

	j->tally->judged++;
	if (hv_access_judge(acl, &system, HV_FILE_WRITE_DATA) != HV_ACCESS_NO)
		return;
	j->tally->faulty++;
	if (state == HV_OK)
		return;
	f = hv_report_add(out, state, hv_vm_title(&out->arena, use->vm), HV_RULE_FOLDER_ACCESS,
		"SYSTEM may not create files in the folder of its disk, %s", use->folder);
	hv_finding_blame(out, f, use->folder);
	hv_finding_why(out, f,
		"A checkpoint, which a backup makes too, creates its file beside the disk; the "
		"Virtual Machine Management service does it as SYSTEM.");
	hv_access_remedy_system(out, f, use->folder);
}

/* A VHD set and its VMs. */
static void judge_shared_folder(
	struct hv_access_judging *j, const struct hv_access_use *use, const struct hv_acl *acl)
{
	const struct hv_access_who who = hv_access_who_of(use->vm, HV_ACCESS_FOR_VM);
	const enum hv_state state = hv_access_state(j, HV_RULE_SHARED_FOLDER, HV_WARNING);
	struct hv_report *out = j->job->out;
	struct hv_finding *f;

	if (use->is_parent || !use->is_vhd_set ||
		hv_access_judge(acl, &who, HV_FILE_WRITE_DATA) != HV_ACCESS_NO)
		return;
	j->tally->faulty++;
	if (state == HV_OK)
		return;
	f = hv_report_add(out, state, hv_vm_title(&out->arena, use->vm), HV_RULE_SHARED_FOLDER,
		"may not create files in the folder of its VHD set %s", use->path);
	hv_finding_blame(out, f, use->folder);
	hv_finding_why(out, f,
		"Every VM that shares the set writes to its folder. Without the right, merging the "
		"checkpoint of a backup fails (0x80070005).");
	hv_access_remedy_grant(out, f, use->folder, use->vm, "(OI)(F)");
}

/* Shares and folders that no source told are counted; each folder once. */
static void judge_folder_once(
	struct hv_access_judging *j, const struct hv_access_use *use, bool first)
{
	const struct hv_acl *acl = hv_host_acl(j->job->host, use->folder);
	struct hv_report *out = j->job->out;

	if (use->smb && (acl == NULL || acl->error != NULL))
		return;
	if (acl == NULL) {
		j->tally->folders_not_told += first;
		return;
	}
	hv_report_about(out, &(struct hv_subject){ .vm_id = use->vm->id });
	j->tally->seen += first;
	if (acl->error != NULL) {
		if (first)
			hv_access_not_judged(j, use, "the folder", use->folder, acl);
	} else {
		if (first)
			judge_folder(j, use, acl);
		judge_shared_folder(j, use, acl);
	}
	hv_report_about(out, NULL);
}

void hv_access_judge_folders(struct hv_access_judging *j)
{
	const char *last = NULL;

	for (size_t i = 0; i < j->count; i++) {
		const struct hv_access_use *use = &j->uses[i];

		if (use->folder == NULL || use->vm->excluded || use->is_parent)
			continue;
		judge_folder_once(j, use, last == NULL || !hv_utf8_caseeq(last, use->folder));
		last = use->folder;
	}
}
