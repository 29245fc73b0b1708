/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries as icacls prints them, "ACCOUNT:(I)(OI)(R,W)". */
#include "cim/icacls.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf.h"
#include "model/sid.h"

static const struct {
	const char *word;
	uint32_t mask;
} rights[] = {
	{ "F", HV_FILE_ALL },
	{ "M", 0x1301BF },
	{ "RX", HV_FILE_READ | HV_FILE_EXECUTE },
	{ "R", HV_FILE_READ },
	{ "W", 0x100116 },
	{ "D", 0x110000 },
	{ "DE", 0x010000 },
	{ "RC", 0x020000 },
	{ "WDAC", 0x040000 },
	{ "WO", 0x080000 },
	{ "S", 0x100000 },
	{ "AS", 0 },
	{ "MA", 0 },
	{ "GR", HV_FILE_READ },
	{ "GW", HV_FILE_WRITE },
	{ "GE", HV_FILE_EXECUTE },
	{ "GA", HV_FILE_ALL },
	{ "RD", 0x001 },
	{ "WD", 0x002 },
	{ "AD", 0x004 },
	{ "REA", 0x008 },
	{ "WEA", 0x010 },
	{ "X", 0x020 },
	{ "DC", 0x040 },
	{ "RA", 0x080 },
	{ "WA", 0x100 },
};

static const struct {
	const char *word;
	uint32_t flag;
} flags[] = {
	{ "OI", HV_ACE_OBJECT_INHERIT },
	{ "CI", HV_ACE_CONTAINER_INHERIT },
	{ "NP", HV_ACE_NO_PROPAGATE },
	{ "IO", HV_ACE_INHERIT_ONLY },
	{ "I", HV_ACE_INHERITED },
};

static const struct {
	const char *name;
	const char *sid;
} accounts[] = {
	{ HV_ACCOUNT_VIRTUAL_MACHINES, HV_SID_VIRTUAL_MACHINES },
	{ "NT AUTHORITY\\SYSTEM", HV_SID_SYSTEM },
	{ "NT AUTHORITY\\Authenticated Users", HV_SID_AUTHENTICATED_USERS },
	{ "NT AUTHORITY\\SERVICE", HV_SID_SERVICE },
	{ "BUILTIN\\Administrators", HV_SID_ADMINISTRATORS },
	{ "BUILTIN\\Users", HV_SID_USERS },
	{ "BUILTIN\\Hyper-V Administrators", HV_SID_HYPERV_ADMINS },
	{ "Everyone", HV_SID_EVERYONE },
	{ "CREATOR OWNER", HV_SID_CREATOR_OWNER },
	{ "OWNER RIGHTS", HV_SID_OWNER_RIGHTS },
};

struct entries {
	struct hv_arena *arena;
	struct hv_err *err;
};

static int not_understood(const struct entries *e, const char *what, const char *at)
{
	return hv_err_set(
		e->err, HV_ERR_FORMAT, "icacls: %s not understood at \"%.40s\"", what, at);
}

static bool is_word(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && strncmp(s, word, len) == 0;
}

static bool find_flag(const char *s, size_t len, uint32_t *into)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(flags); i++) {
		if (is_word(s, len, flags[i].word)) {
			*into |= flags[i].flag;
			return true;
		}
	}
	return false;
}

/* "R,W" */
static int read_mask(const struct entries *e, const char *s, size_t len, struct hv_ace *ace)
{
	const char *const end = s + len;

	if (is_word(s, len, "N")) {
		ace->type = HV_ACE_DENY;
		ace->mask = HV_FILE_ALL;
		return 0;
	}
	while (s <= end) {
		const size_t n = strcspn(s, ",)");
		size_t i = 0;

		while (i < HV_ARRAY_LEN(rights) && !is_word(s, n, rights[i].word))
			i++;
		if (i == HV_ARRAY_LEN(rights))
			return not_understood(e, "rights", s);
		ace->mask |= rights[i].mask;
		s += n + 1;
	}
	return 0;
}

/* "(I)(OI)(CI)(DENY)(R,W)": the rights come last. */
static int read_groups(const struct entries *e, const char *s, const char *end, struct hv_ace *ace)
{
	while (s < end) {
		const char *const close = memchr(s, ')', (size_t)(end - s));
		const size_t len = close ? (size_t)(close - s - 1) : 0;
		const bool last = close && close + 1 == end;

		if (*s != '(' || !close)
			return not_understood(e, "entry", s);
		if (is_word(s + 1, len, "DENY"))
			ace->type = HV_ACE_DENY;
		else if (last)
			return read_mask(e, s + 1, len, ace);
		else if (!find_flag(s + 1, len, &ace->flags))
			return not_understood(e, "flag", s);
		s = close + 1;
	}
	return not_understood(e, "entry without rights", s);
}

static int read_account(const struct entries *e, const char *name, struct hv_ace *ace)
{
	const size_t prefix = hv_utf8_caseprefix(name, HV_ACCOUNT_VM_PREFIX);
	char sid[HV_SID_VM_MAX];

	ace->name = name;
	for (size_t i = 0; i < HV_ARRAY_LEN(accounts); i++)
		if (hv_utf8_caseeq(name, accounts[i].name))
			ace->sid = accounts[i].sid;
	if (prefix > 0 && hv_sid_of_vm(name + prefix, sid)) {
		ace->sid = hv_arena_strdup(e->arena, sid);
		return ace->sid ? 0 : hv_err_no_memory(e->err);
	}
	if (hv_sid_length(name) == strlen(name))
		ace->sid = name;
	return 0;
}

const char *hv_icacls_rights(const char *s, const char *end)
{
	const char *found = NULL;

	for (; s + 1 < end; s++)
		if (s[0] == ':' && s[1] == '(') {
			if (found)
				return NULL;
			found = s;
		}
	return found;
}

static int read_entry(
	const struct entries *e, const char *line, const char *end, struct hv_ace *ace)
{
	const char *const groups = hv_icacls_rights(line, end);
	const char *name;

	if (!groups || groups == line)
		return not_understood(e, "entry", line);
	name = hv_arena_strndup(e->arena, line, (size_t)(groups - line));
	if (!name)
		return hv_err_no_memory(e->err);
	return read_account(e, name, ace) ? -1 : read_groups(e, groups + 1, end, ace);
}

int hv_icacls_parse(
	const char *text, struct hv_arena *arena, struct hv_acl *acl, struct hv_err *err)
{
	const struct entries e = { .arena = arena, .err = err };
	struct hv_ace *entries;
	size_t lines = 1;
	size_t count = 0;

	for (const char *p = text; *p != '\0'; p++)
		lines += *p == '\n';
	if (lines > HV_ACL_MAX_ENTRIES)
		return hv_err_set(
			err, HV_ERR_LIMIT, "icacls: more than %d entries", (int)HV_ACL_MAX_ENTRIES);
	entries = hv_arena_array(arena, lines, sizeof(*entries));
	if (!entries)
		return hv_err_no_memory(err);
	while (*text != '\0') {
		const size_t len = strcspn(text, "\n");

		if (len > 0 && read_entry(&e, text, text + len, &entries[count++]))
			return -1;
		text += len + (text[len] == '\n');
	}
	if (count == 0)
		return hv_err_set(err, HV_ERR_FORMAT, "icacls: it tells no entry");
	*acl = (struct hv_acl){ .path = acl->path, .entries = entries, .entry_count = count };
	return 0;
}
