/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to do about permissions (reference: icacls). Accounts that are the same on every host are
 * written as SIDs, since their names are translated. */
#include <string.h>

#include "check/file-access.h"
#include "check/need.h"
#include "check/powershell.h"

/* One argument, quoted for the shell of the line. */
static const char *argument(struct hv_report *out, bool powershell, const char *text)
{
	return hv_need(
		out, powershell ? hv_ps_quote(&out->arena, text) : hv_cmd_quote(&out->arena, text));
}

/* In double quotes cmd.exe replaces %NAME%, PowerShell $NAME and `. */
static void add_icacls(struct hv_report *out, struct hv_finding *f, const char *path,
	const char *option, const char *account)
{
	const bool powershell = strchr(path, '%') != NULL;
	const char *shell = powershell            ? "In PowerShell: "
			    : strpbrk(path, "$`") ? "In cmd.exe: "
						  : "";

	if (!hv_ps_printable(path)) {
		hv_finding_remedy(out, f,
			"Its name cannot be written here as it is: change its permissions in the "
			"Explorer, or with icacls NAME %s %s",
			option, argument(out, false, account));
		return;
	}
	hv_finding_remedy(out, f, "%sicacls %s %s %s", shell, argument(out, powershell, path),
		option, argument(out, powershell, account));
}

static void add_result(
	struct hv_report *out, struct hv_finding *f, const char *path, const char *expected)
{
	if (hv_ps_printable(path))
		hv_finding_remedy(out, f, "Check the result with: icacls %s (%s)",
			argument(out, strchr(path, '%') != NULL, path), expected);
}

static const char *vm_account(struct hv_report *out, const char *guid)
{
	return hv_need(out, hv_arena_printf(&out->arena, HV_ACCOUNT_VM_PREFIX "%s", guid));
}

void hv_access_remedy_grant(struct hv_report *out, struct hv_finding *f, const char *path,
	const struct hv_vm *vm, const char *rights)
{
	const char *account = vm_account(out, vm->id);

	add_icacls(out, f, path, "/grant",
		hv_need(out, hv_arena_printf(&out->arena, "%s:%s", account, rights)));
	add_result(out, f, path,
		hv_need(out, hv_arena_printf(&out->arena, "it must list %s:%s", account, rights)));
}

void hv_access_remedy_system(struct hv_report *out, struct hv_finding *f, const char *path)
{
	add_icacls(out, f, path, "/grant", "*" HV_SID_SYSTEM ":(OI)(CI)(F)");
	add_result(out, f, path, "it must list SYSTEM with (F)");
}

/* An entry that came from above can be removed there alone. */
void hv_access_remedy_denied(
	struct hv_report *out, struct hv_finding *f, const char *path, const struct hv_ace *ace)
{
	const char *account = ace->sid != NULL
				      ? hv_need(out, hv_arena_printf(&out->arena, "*%s", ace->sid))
				      : ace->name;
	const char *folder = NULL;

	if (ace->flags & HV_ACE_INHERITED)
		folder = hv_path_folder(&out->arena, path);
	if (folder != NULL)
		hv_finding_remedy(out, f,
			"The entry is inherited: remove it where it was made, in the folder of the "
			"file or in one above it.");
	add_icacls(out, f, folder != NULL ? folder : path, "/remove:d", account);
	add_result(out, f, path, "no line of that account with (DENY) or (N) must be left");
}

void hv_access_remedy_foreign(
	struct hv_report *out, struct hv_finding *f, const char *path, const char *sid)
{
	hv_finding_remedy(out, f, "Once no other VM uses the file, take the entry away:");
	add_icacls(out, f, path, "/remove", hv_need(out, hv_arena_printf(&out->arena, "*%s", sid)));
	add_result(out, f, path, "the entry must be gone");
}

void hv_access_remedy_unreadable(struct hv_report *out, struct hv_finding *f)
{
	hv_finding_remedy(out, f,
		"Ask with an account that may read the permissions of the files (Read Permissions, "
		"READ_CONTROL), as administrators of the host may; or record them there "
		"(FileSecurity.json, see the documentation of captures) and give them with "
		"--capture.");
}

const char *hv_access_account(struct hv_arena *arena, const struct hv_ace *ace)
{
	static const struct {
		const char *sid, *name;
	} known[] = {
		{ HV_SID_EVERYONE, "Everyone" },
		{ HV_SID_AUTHENTICATED_USERS, "Authenticated Users" },
		{ HV_SID_SYSTEM, "SYSTEM" },
		{ HV_SID_ADMINISTRATORS, "Administrators" },
		{ HV_SID_USERS, "Users" },
		{ HV_SID_VIRTUAL_MACHINES, HV_ACCOUNT_VIRTUAL_MACHINES },
	};
	char guid[HV_GUID_TEXT_LEN + 1];

	if (ace->sid == NULL)
		return ace->name;
	for (size_t i = 0; i < HV_ARRAY_LEN(known); i++)
		if (strcmp(ace->sid, known[i].sid) == 0)
			return known[i].name;
	if (hv_sid_to_vm(ace->sid, guid))
		return hv_arena_printf(arena, HV_ACCOUNT_VM_PREFIX "%s", guid);
	return ace->sid;
}
