/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One walk over the text. */
#include "model/sddl.h"

#include <inttypes.h>
#include <string.h>

#include "base/parse.h"
#include "model/sddl-letters.h"
#include "model/sid.h"

enum { FIELDS_MAX = 7, RIGHTS_MAX = 64 };

struct scan {
	const char *p;
	struct hv_arena *arena;
	struct hv_err *err;
};

static int not_understood(const struct scan *s, const char *what, const char *at)
{
	return hv_err_set(s->err, HV_ERR_FORMAT, "SDDL: %s not understood at \"%.40s\"", what, at);
}

/* stopped: where letters are not understood; NULL: nowhere. */
static int took_letters(const struct scan *s, const char *stopped)
{
	return stopped == NULL ? 0 : not_understood(s, "letters", stopped);
}

/* What generic bits of a mask in numbers mean for files */
static uint32_t map_generic(uint32_t mask)
{
	static const struct {
		uint32_t generic, meant;
	} map[] = {
		{ UINT32_C(0x10000000), HV_FILE_ALL },
		{ UINT32_C(0x20000000), HV_FILE_EXECUTE },
		{ UINT32_C(0x40000000), HV_FILE_WRITE },
		{ UINT32_C(0x80000000), HV_FILE_READ },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(map); i++)
		if (mask & map[i].generic)
			mask = (mask & ~map[i].generic) | map[i].meant;
	return mask;
}

static int read_rights(const struct scan *s, struct hv_sddl_span text, uint32_t *ret)
{
	char digits[RIGHTS_MAX];
	uint64_t value;
	int failed;

	if (text.len == 0 || text.start[0] < '0' || text.start[0] > '9')
		return took_letters(s, hv_sddl_rights(text, ret));
	if (text.len >= sizeof(digits))
		return not_understood(s, "rights", text.start);
	memcpy(digits, text.start, text.len);
	digits[text.len] = '\0';
	if (text.len > 2 && (digits[1] == 'x' || digits[1] == 'X'))
		failed = hv_parse_hex_u64(digits, UINT32_MAX, &value, NULL);
	else
		failed = hv_parse_u64(digits, 0, UINT32_MAX, &value, NULL);
	if (failed)
		return not_understood(s, "rights", text.start);
	*ret = map_generic((uint32_t)value);
	return 0;
}

/* Length of the SID that text begins with, and the SID itself; 0: none. */
static size_t find_sid(const char *text, struct hv_sddl_span *ret)
{
	const size_t len = hv_sid_length(text);
	const char *const alias = hv_sddl_alias(text);

	if (len > 0) {
		*ret = (struct hv_sddl_span){ text, len };
		return len;
	}
	if (alias == NULL)
		return 0;
	*ret = (struct hv_sddl_span){ alias, strlen(alias) };
	return HV_SDDL_WORD;
}

static int read_sid(const struct scan *s, struct hv_sddl_span text, const char **ret)
{
	struct hv_sddl_span sid;

	if (text.len == 0 || find_sid(text.start, &sid) != text.len)
		return not_understood(s, "account", text.start);
	*ret = hv_arena_strndup(s->arena, sid.start, sid.len);
	return *ret ? 0 : hv_err_no_memory(s->err);
}

/* Fields up to the parenthesis that closes the entry; s->p is behind it then. A condition has
 * parentheses and quotes of its own. */
static int split(struct scan *s, struct hv_sddl_span fields[FIELDS_MAX], size_t *ret_count)
{
	const char *const start = s->p;
	size_t count = 0;
	size_t depth = 1;
	bool quoted = false;
	const char *field = ++s->p;

	for (; depth > 0; s->p++) {
		const char c = *s->p;

		if (c == '\0')
			return not_understood(s, "entry without its end", start);
		quoted = quoted != (c == '"');
		if (quoted)
			continue;
		depth += c == '(';
		depth -= c == ')';
		if (depth > 1 || (c != ';' && depth > 0))
			continue;
		if (count == FIELDS_MAX)
			return not_understood(s, "entry with so many fields", start);
		fields[count++] = (struct hv_sddl_span){ field, (size_t)(s->p - field) };
		field = s->p + 1;
	}
	*ret_count = count;
	return 0;
}

/* ace-type;ace-flags;rights;object;inherited object;account[;condition] */
static int read_ace(struct scan *s, struct hv_ace *ret)
{
	struct hv_sddl_span fields[FIELDS_MAX];
	const char *const start = s->p;
	size_t count = 0;

	if (split(s, fields, &count))
		return -1;
	if (count < FIELDS_MAX - 1)
		return not_understood(s, "entry", start);
	if (!hv_sddl_type(fields[0], ret))
		return not_understood(s, "type of an entry", fields[0].start);
	if (took_letters(s, hv_sddl_flags(fields[1], &ret->flags)) ||
		read_rights(s, fields[2], &ret->mask) || read_sid(s, fields[5], &ret->sid))
		return -1;
	ret->conditional = ret->conditional || count == FIELDS_MAX;
	return 0;
}

static size_t count_entries(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == '(';
	return count < HV_ACL_MAX_ENTRIES ? count : HV_ACL_MAX_ENTRIES;
}

static bool skip(struct scan *s, const char *word)
{
	const size_t len = strlen(word);

	if (strncmp(s->p, word, len) != 0)
		return false;
	s->p += len;
	return true;
}

static int read_list(struct scan *s, struct hv_acl *acl)
{
	struct hv_ace *entries =
		hv_arena_array(s->arena, count_entries(s->p) + 1, sizeof(*entries));

	if (!entries)
		return hv_err_no_memory(s->err);
	acl->protected_told = true;
	for (;;) {
		if (skip(s, "P"))
			acl->is_protected = true;
		else if (skip(s, "NO_ACCESS_CONTROL"))
			acl->open = true;
		else if (!skip(s, "AI") && !skip(s, "AR"))
			break;
	}
	for (; *s->p == '('; acl->entry_count++) {
		if (acl->entry_count == HV_ACL_MAX_ENTRIES)
			return hv_err_set(s->err, HV_ERR_LIMIT, "SDDL: more than %d entries",
				(int)HV_ACL_MAX_ENTRIES);
		if (read_ace(s, &entries[acl->entry_count]))
			return -1;
	}
	acl->entries = entries;
	return 0;
}

/* Owner, group and list; what is audited comes last and is of no interest. */
static int read_parts(struct scan *s, struct hv_acl *acl, bool *ret_found)
{
	struct hv_sddl_span unused;

	while (*s->p != '\0') {
		const char *const start = s->p;

		if (skip(s, "S:"))
			return 0;
		if (skip(s, "O:") || skip(s, "G:")) {
			s->p += find_sid(s->p, &unused);
			if (s->p == start + 2)
				return not_understood(s, "account", start);
		} else if (!*ret_found && skip(s, "D:")) {
			*ret_found = true;
			if (read_list(s, acl))
				return -1;
		} else {
			return not_understood(s, "text", start);
		}
	}
	return 0;
}

int hv_sddl_parse(const char *text, struct hv_arena *arena, struct hv_acl *acl, struct hv_err *err)
{
	struct hv_acl read = { .path = acl->path };
	struct scan s = { .p = text, .arena = arena, .err = err };
	bool found = false;

	if (strlen(text) > HV_SDDL_MAX)
		return hv_err_set(err, HV_ERR_LIMIT, "SDDL: more than %d bytes", (int)HV_SDDL_MAX);
	if (read_parts(&s, &read, &found))
		return -1;
	if (!found)
		return hv_err_set(err, HV_ERR_FORMAT, "SDDL: it tells no permissions (D:)");
	*acl = read;
	return 0;
}

void hv_sddl_add_ace(struct hv_buf *out, const struct hv_ace *ace)
{
	hv_buf_addf(
		out, "(%s%s;", ace->conditional ? "O" : "", ace->type == HV_ACE_DENY ? "D" : "A");
	hv_sddl_add_flags(out, ace->flags);
	hv_buf_addf(out, ";0x%" PRIx32 ";;;%s)", ace->mask, ace->sid);
}
