/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a VM may use a file of its, and whose entries that file has. */
#include "base/utf.h"
#include "check/file-access-parts.h"
#include "check/need.h"

#define READ_WRITE (HV_FILE_READ | HV_FILE_WRITE)

/* "read and write", as far as it is missing */
static const char *missing_rights(
	const struct hv_acl *acl, const struct hv_access_who *who, uint32_t mask)
{
	const bool reads = hv_access_judge(acl, who, HV_FILE_READ) == HV_ACCESS_YES;

	if (mask == HV_FILE_READ)
		return "read";
	return reads ? "write" : "read and write";
}

static const char *what_of(const struct hv_access_use *use)
{
	return use->is_parent ? "the file under its checkpoint" : "its disk";
}

/* Why entries of the folder do not help. */
static const char *inheritance_of(const struct hv_acl *acl)
{
	return acl->protected_told && acl->is_protected
		       ? " Inheritance is switched off for the file, so entries of its folder do "
			 "not reach it."
		       : "";
}

static void tell_no_access(struct hv_access_judging *j, const struct hv_access_use *use,
	const struct hv_acl *acl, const struct hv_access_who *who, uint32_t mask)
{
	const enum hv_state state = hv_access_state(j, HV_RULE_DISK_ACCESS, HV_CRITICAL);
	struct hv_report *out = j->job->out;
	struct hv_finding *f;

	if (state == HV_OK)
		return;
	f = hv_report_add(out, state, hv_vm_title(&out->arena, use->vm), HV_RULE_DISK_ACCESS,
		"may not %s %s %s", missing_rights(acl, who, mask), what_of(use), use->path);
	hv_finding_blame(out, f, use->path);
	hv_finding_why(out, f,
		"No entry of the file gives the right to NT VIRTUAL MACHINE\\%s, under which the VM "
		"runs, nor to all VMs. It does not start (0x80070005, access denied), and what has "
		"to open the file anew, such as a checkpoint, fails. Files that are copied, moved "
		"or restored by hand lose such entries.%s",
		use->vm->id, inheritance_of(acl));
	hv_access_remedy_grant(out, f, use->path, use->vm, "(F)");
}

static void tell_denied(struct hv_access_judging *j, const struct hv_access_use *use,
	const struct hv_ace *ace, const char *rights)
{
	const enum hv_state state = hv_access_state(j, HV_RULE_DENIED, HV_CRITICAL);
	struct hv_report *out = j->job->out;
	struct hv_finding *f;

	if (state == HV_OK)
		return;
	f = hv_report_add(out, state, hv_vm_title(&out->arena, use->vm), HV_RULE_DENIED,
		"is denied to %s %s %s by an entry for %s", rights, what_of(use), use->path,
		hv_need(out, hv_access_account(&out->arena, ace)));
	hv_finding_blame(out, f, use->path);
	hv_finding_why(out, f,
		"An entry that denies outweighs those behind it that allow. The VM does not start "
		"(0x80070005, access denied), and what has to open the file anew, such as a "
		"checkpoint, fails.");
	hv_access_remedy_denied(out, f, use->path, ace);
}

static void tell_unclear(struct hv_access_judging *j, const struct hv_access_use *use,
	const struct hv_acl *acl, const struct hv_access_who *who, uint32_t mask)
{
	const bool denied = hv_access_without_denials(acl, who, mask) == HV_ACCESS_YES;
	const struct hv_ace *doubt =
		hv_access_doubt(acl, who, mask, denied ? HV_ACE_DENY : HV_ACE_ALLOW);
	struct hv_report *out = j->job->out;
	struct hv_finding *f;

	if (doubt == NULL || hv_access_state(j, HV_RULE_DISK_ACCESS, HV_UNKNOWN) == HV_OK)
		return;
	f = hv_report_add(out, HV_UNKNOWN, hv_vm_title(&out->arena, use->vm), HV_RULE_DISK_ACCESS,
		"not judged whether it may %s %s %s: that depends on the entry for %s",
		missing_rights(acl, who, mask), what_of(use), use->path,
		hv_need(out, hv_access_account(&out->arena, doubt)));
	hv_finding_blame(out, f, use->path);
	hv_finding_why(out, f, "It is not known whether that account counts for the VM%s",
		denied ? ". If it does, the entry takes away what others give."
		       : "; the entry that Hyper-V gives a VM for its files is not there.");
	if (denied)
		hv_access_remedy_denied(out, f, use->path, doubt);
	else
		hv_access_remedy_grant(out, f, use->path, use->vm, "(F)");
}

/* Good, but not as Hyper-V makes it. */
static void tell_wide(struct hv_access_judging *j, const struct hv_access_use *use)
{
	struct hv_report *out = j->job->out;

	hv_report_add(out, HV_OK, hv_vm_title(&out->arena, use->vm), HV_RULE_DISK_ACCESS,
		"may use %s %s by an entry for Everyone or Authenticated Users, none for VMs",
		what_of(use), use->path);
}

static bool judge_access(
	struct hv_access_judging *j, const struct hv_access_use *use, const struct hv_acl *acl)
{
	const uint32_t mask = use->is_parent ? HV_FILE_READ : READ_WRITE;
	const struct hv_access_who who = hv_access_who_of(use->vm, HV_ACCESS_FOR_VM);
	const struct hv_access_who narrow = hv_access_who_of(use->vm, HV_ACCESS_FOR_VM_NARROW);
	const enum hv_access access = hv_access_judge(acl, &who, mask);
	const struct hv_ace *denier;

	if (access == HV_ACCESS_YES) {
		if (!acl->open && hv_access_judge(acl, &narrow, mask) != HV_ACCESS_YES)
			tell_wide(j, use);
		return true;
	}
	if (access == HV_ACCESS_UNCLEAR) {
		tell_unclear(j, use, acl, &who, mask);
		return false;
	}
	j->tally->faulty++;
	denier = hv_access_denier(acl, &who, mask);
	if (denier != NULL)
		tell_denied(j, use, denier, missing_rights(acl, &who, mask));
	if (denier == NULL || hv_access_without_denials(acl, &who, mask) == HV_ACCESS_NO)
		tell_no_access(j, use, acl, &who, mask);
	return true;
}

/* uses are sorted: those of one path lie side by side. */
static bool is_shared(const struct hv_access_judging *j, const struct hv_access_use *use)
{
	const struct hv_access_use *const end = j->uses + j->count;

	if (use->is_vhd_set)
		return true;
	if (use > j->uses && hv_utf8_caseeq(use[-1].path, use->path))
		return true;
	return use + 1 < end && hv_utf8_caseeq(use[1].path, use->path);
}

static void tell_foreign(struct hv_access_judging *j, const struct hv_access_use *use,
	const struct hv_acl *acl, const struct hv_ace *ace, const char *guid)
{
	const struct hv_access_who alone = hv_access_who_of(use->vm, HV_ACCESS_FOR_VM_ALONE);
	const struct hv_access_who any = hv_access_who_of(use->vm, HV_ACCESS_FOR_VM);
	const bool has_own = hv_access_judge(acl, &alone, READ_WRITE) == HV_ACCESS_YES;
	/* The lack is told by its own rule, with the remedy. */
	const bool told = hv_access_judge(acl, &any, READ_WRITE) != HV_ACCESS_YES;
	const enum hv_state state =
		hv_access_state(j, HV_RULE_FOREIGN_VM, has_own ? HV_OK : HV_WARNING);
	const struct hv_vm *other = hv_host_vm(j->job->host, guid);
	struct hv_report *out = j->job->out;
	struct hv_finding *f;

	j->tally->faulty += !has_own && !told;
	if (state == HV_OK && !has_own)
		return;
	f = hv_report_add(out, state, hv_vm_title(&out->arena, use->vm), HV_RULE_FOREIGN_VM,
		"its disk %s has an entry for %s%s", use->path,
		other != NULL
			? hv_need(out, hv_vm_title(&out->arena, other))
			: hv_need(out, hv_arena_printf(&out->arena,
					       "a VM that this host does not have, %s", guid)),
		has_own ? ", beside its own" : ", and none of its own");
	if (state == HV_OK)
		return;
	hv_finding_blame(out, f, use->path);
	hv_finding_why(out, f,
		"That is the trace of a file that was moved by hand or taken over from another VM, "
		"mostly together with the lack of an entry for its own, NT VIRTUAL MACHINE\\%s.",
		use->vm->id);
	if (!has_own && !told)
		hv_access_remedy_grant(out, f, use->path, use->vm, "(F)");
	hv_access_remedy_foreign(out, f, use->path, ace->sid);
}

/* The first one; a file that went through many hands is told once. */
static void judge_foreign(
	struct hv_access_judging *j, const struct hv_access_use *use, const struct hv_acl *acl)
{
	const struct hv_access_who who = hv_access_who_of(use->vm, HV_ACCESS_FOR_VM_ALONE);
	char guid[HV_GUID_TEXT_LEN + 1];

	if (use->is_parent || is_shared(j, use))
		return;
	for (size_t i = 0; i < acl->entry_count; i++) {
		const struct hv_ace *ace = &acl->entries[i];

		if (ace->sid == NULL || ace->type != HV_ACE_ALLOW ||
			hv_utf8_caseeq(ace->sid, who.vm_sid) || !hv_sid_to_vm(ace->sid, guid))
			continue;
		tell_foreign(j, use, acl, ace, guid);
		return;
	}
}

void hv_access_judge_file(struct hv_access_judging *j, const struct hv_access_use *use)
{
	const struct hv_acl *acl = hv_host_acl(j->job->host, use->path);
	struct hv_report *out = j->job->out;

	if (use->smb && (acl == NULL || acl->error != NULL)) {
		j->tally->smb++;
		return;
	}
	if (use->is_parent && acl == NULL) {
		j->tally->parents_not_told++;
		return;
	}
	j->tally->seen++;
	hv_report_about(out, &(struct hv_subject){ .vm_id = use->vm->id });
	if (acl == NULL || acl->error != NULL) {
		hv_access_not_judged(j, use, what_of(use), use->path, acl);
	} else {
		j->tally->judged += judge_access(j, use, acl);
		judge_foreign(j, use, acl);
	}
	hv_report_about(out, NULL);
}
