/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list of permissions gives. Virtual machines run under accounts of their own, which belong
 * to groups of which some are established and some are not: the latter decide nothing alone. */
#include "check/file-access.h"

#include <string.h>

#include "base/utf.h"

struct hv_access_who hv_access_who_of(const struct hv_vm *vm, enum hv_access_for kind)
{
	struct hv_access_who who = { .kind = kind, .vm_sid = "" };

	if (vm != NULL && !hv_sid_of_vm(vm->id, who.vm_sid))
		who.vm_sid[0] = '\0';
	return who;
}

enum match { MATCH_NONE, MATCH_PERHAPS, MATCH_SURE };

static bool is_listed(const char *sid, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (hv_utf8_caseeq(sid, list[i]))
			return true;
	return false;
}

/* Groups of which it is not established that the account belongs to them; OWNER RIGHTS count for
 * the owner alone, who is not told. */
static bool is_doubtful(const char *sid)
{
	static const char *const doubtful[] = { HV_SID_USERS, HV_SID_SERVICE, HV_SID_LOCAL,
		HV_SID_THIS_ORGANIZATION, HV_SID_OWNER_RIGHTS };

	return is_listed(sid, doubtful, HV_ARRAY_LEN(doubtful)) ||
	       hv_utf8_caseprefix(sid, "S-1-5-80-") > 0; /* services */
}

static bool is_of_everyone(const char *sid)
{
	static const char *const everyone[] = { HV_SID_EVERYONE, HV_SID_AUTHENTICATED_USERS };

	return is_listed(sid, everyone, HV_ARRAY_LEN(everyone));
}

static enum match match_vm(const struct hv_access_who *who, const char *sid)
{
	if (hv_utf8_caseeq(sid, who->vm_sid))
		return MATCH_SURE;
	if (who->kind == HV_ACCESS_FOR_VM_ALONE)
		return MATCH_NONE;
	if (hv_utf8_caseeq(sid, HV_SID_VIRTUAL_MACHINES))
		return MATCH_SURE;
	if (who->kind == HV_ACCESS_FOR_VM_NARROW)
		return MATCH_NONE;
	if (is_of_everyone(sid))
		return MATCH_SURE;
	return is_doubtful(sid) ? MATCH_PERHAPS : MATCH_NONE;
}

static enum match match_system(const char *sid)
{
	if (hv_utf8_caseeq(sid, HV_SID_SYSTEM) || hv_utf8_caseeq(sid, HV_SID_ADMINISTRATORS) ||
		is_of_everyone(sid))
		return MATCH_SURE;
	return is_doubtful(sid) ? MATCH_PERHAPS : MATCH_NONE;
}

static enum match match_of(const struct hv_access_who *who, const struct hv_ace *ace)
{
	enum match match;

	/* A name that is not understood may be any account. */
	if (ace->sid == NULL)
		return who->kind < HV_ACCESS_FOR_VM ? MATCH_NONE : MATCH_PERHAPS;
	match = who->kind == HV_ACCESS_FOR_SYSTEM ? match_system(ace->sid)
						  : match_vm(who, ace->sid);
	return match == MATCH_SURE && ace->conditional ? MATCH_PERHAPS : match;
}

/* How doubts are resolved. */
enum view { VIEW_WORST, VIEW_BEST, VIEW_BEST_WITHOUT_DENIALS, VIEW_WORST_WITHOUT_DENIALS };

static bool counts(const struct hv_access_who *who, const struct hv_ace *ace, enum view view)
{
	const bool denies = ace->type == HV_ACE_DENY;
	const bool best = view == VIEW_BEST || view == VIEW_BEST_WITHOUT_DENIALS;

	if (ace->flags & HV_ACE_INHERIT_ONLY)
		return false;
	if (denies && view >= VIEW_BEST_WITHOUT_DENIALS)
		return false;
	switch (match_of(who, ace)) {
	case MATCH_NONE:
		return false;
	case MATCH_PERHAPS:
		return denies != best;
	case MATCH_SURE:
		break;
	}
	return true;
}

static bool has_all(
	const struct hv_acl *acl, const struct hv_access_who *who, uint32_t mask, enum view view)
{
	uint32_t decided = 0;
	uint32_t given = 0;

	if (acl->open)
		return true;
	for (size_t i = 0; i < acl->entry_count; i++) {
		const struct hv_ace *ace = &acl->entries[i];
		const uint32_t bits = ace->mask & ~decided;

		if (!counts(who, ace, view))
			continue;
		if (ace->type == HV_ACE_ALLOW)
			given |= bits;
		decided |= bits;
	}
	return (given & mask) == mask;
}

enum hv_access hv_access_judge(
	const struct hv_acl *acl, const struct hv_access_who *who, uint32_t mask)
{
	if (has_all(acl, who, mask, VIEW_WORST))
		return HV_ACCESS_YES;
	return has_all(acl, who, mask, VIEW_BEST) ? HV_ACCESS_UNCLEAR : HV_ACCESS_NO;
}

enum hv_access hv_access_without_denials(
	const struct hv_acl *acl, const struct hv_access_who *who, uint32_t mask)
{
	if (has_all(acl, who, mask, VIEW_WORST_WITHOUT_DENIALS))
		return HV_ACCESS_YES;
	return has_all(acl, who, mask, VIEW_BEST_WITHOUT_DENIALS) ? HV_ACCESS_UNCLEAR
								  : HV_ACCESS_NO;
}

const struct hv_ace *hv_access_denier(
	const struct hv_acl *acl, const struct hv_access_who *who, uint32_t mask)
{
	uint32_t open = mask;

	for (size_t i = 0; i < acl->entry_count; i++) {
		const struct hv_ace *ace = &acl->entries[i];

		if ((ace->flags & HV_ACE_INHERIT_ONLY) || match_of(who, ace) != MATCH_SURE)
			continue;
		if (ace->type == HV_ACE_DENY && (ace->mask & open))
			return ace;
		open &= ~ace->mask;
	}
	return NULL;
}

const struct hv_ace *hv_access_doubt(const struct hv_acl *acl, const struct hv_access_who *who,
	uint32_t mask, enum hv_ace_type type)
{
	for (size_t i = 0; i < acl->entry_count; i++) {
		const struct hv_ace *ace = &acl->entries[i];

		if (ace->type == type && !(ace->flags & HV_ACE_INHERIT_ONLY) &&
			(ace->mask & mask) && match_of(who, ace) == MATCH_PERHAPS)
			return ace;
	}
	return NULL;
}
