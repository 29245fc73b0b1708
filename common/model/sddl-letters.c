/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of the letters [MS-DTYP 2.5.1.1]. */
#include "model/sddl-letters.h"

#include <string.h>

#include "base/attr.h"
#include "model/sid.h"

struct letters {
	char word[HV_SDDL_WORD + 1];
	uint32_t bits;
};

/* ace_rights; the generic ones as what they are for files */
static const struct letters rights[] = {
	{ "FA", HV_FILE_ALL },
	{ "FR", HV_FILE_READ },
	{ "FW", HV_FILE_WRITE },
	{ "FX", HV_FILE_EXECUTE },
	{ "GA", HV_FILE_ALL },
	{ "GR", HV_FILE_READ },
	{ "GW", HV_FILE_WRITE },
	{ "GX", HV_FILE_EXECUTE },
	{ "RC", 0x20000 },
	{ "SD", 0x10000 },
	{ "WD", 0x40000 },
	{ "WO", 0x80000 },
	{ "CC", 0x001 },
	{ "DC", 0x002 },
	{ "LC", 0x004 },
	{ "SW", 0x008 },
	{ "RP", 0x010 },
	{ "WP", 0x020 },
	{ "DT", 0x040 },
	{ "LO", 0x080 },
	{ "CR", 0x100 },
	{ "KA", 0xF003F },
	{ "KR", 0x20019 },
	{ "KW", 0x20006 },
	{ "KX", 0x20019 },
};

static const struct letters inheritance[] = {
	{ "OI", HV_ACE_OBJECT_INHERIT },
	{ "CI", HV_ACE_CONTAINER_INHERIT },
	{ "NP", HV_ACE_NO_PROPAGATE },
	{ "IO", HV_ACE_INHERIT_ONLY },
	{ "ID", HV_ACE_INHERITED },
	{ "CR", 0 },
	{ "SA", 0 },
	{ "FA", 0 },
};

static const struct {
	char word[HV_SDDL_WORD + 1];
	bool conditional;
	enum hv_ace_type type;
} types[] = {
	{ "A", false, HV_ACE_ALLOW },
	{ "D", false, HV_ACE_DENY },
	{ "OA", true, HV_ACE_ALLOW },
	{ "OD", true, HV_ACE_DENY },
	{ "XA", true, HV_ACE_ALLOW },
	{ "XD", true, HV_ACE_DENY },
	{ "ZA", true, HV_ACE_ALLOW },
};

static const struct {
	char word[HV_SDDL_WORD + 1];
	const char *sid;
} aliases[] = {
	{ "AA", "S-1-5-32-579" },
	{ "AC", "S-1-15-2-1" },
	{ "AN", "S-1-5-7" },
	{ "AO", "S-1-5-32-548" },
	{ "AS", "S-1-18-1" },
	{ "AU", HV_SID_AUTHENTICATED_USERS },
	{ "BA", HV_SID_ADMINISTRATORS },
	{ "BG", "S-1-5-32-546" },
	{ "BO", "S-1-5-32-551" },
	{ "BU", HV_SID_USERS },
	{ "CD", "S-1-5-32-574" },
	{ "CG", "S-1-3-1" },
	{ "CO", HV_SID_CREATOR_OWNER },
	{ "CY", "S-1-5-32-569" },
	{ "ED", "S-1-5-9" },
	{ "ER", "S-1-5-32-573" },
	{ "ES", "S-1-5-32-576" },
	{ "HA", HV_SID_HYPERV_ADMINS },
	{ "IS", "S-1-5-32-568" },
	{ "IU", "S-1-5-4" },
	{ "LS", "S-1-5-19" },
	{ "LU", "S-1-5-32-559" },
	{ "MS", "S-1-5-32-577" },
	{ "MU", "S-1-5-32-558" },
	{ "NO", "S-1-5-32-556" },
	{ "NS", "S-1-5-20" },
	{ "NU", "S-1-5-2" },
	{ "OW", HV_SID_OWNER_RIGHTS },
	{ "PO", "S-1-5-32-550" },
	{ "PS", "S-1-5-10" },
	{ "PU", "S-1-5-32-547" },
	{ "RA", "S-1-5-32-575" },
	{ "RC", "S-1-5-12" },
	{ "RD", "S-1-5-32-555" },
	{ "RE", "S-1-5-32-552" },
	{ "RM", "S-1-5-32-580" },
	{ "RU", "S-1-5-32-554" },
	{ "SO", "S-1-5-32-549" },
	{ "SS", "S-1-18-2" },
	{ "SU", HV_SID_SERVICE },
	{ "SY", HV_SID_SYSTEM },
	{ "WD", HV_SID_EVERYONE },
	{ "WR", "S-1-5-33" },
	/* Accounts of a domain or of the computer itself */
	{ "AP", "AP" },
	{ "CA", "CA" },
	{ "CN", "CN" },
	{ "DA", "DA" },
	{ "DC", "DC" },
	{ "DD", "DD" },
	{ "DG", "DG" },
	{ "DU", "DU" },
	{ "EA", "EA" },
	{ "EK", "EK" },
	{ "KA", "KA" },
	{ "LA", "LA" },
	{ "LG", "LG" },
	{ "PA", "PA" },
	{ "RO", "RO" },
	{ "RS", "RS" },
	{ "SA", "SA" },
	{ "UD", "UD" },
};

/* Words of two letters to bits. */
static const char *read_letters(
	struct hv_sddl_span text, const struct letters *table, size_t count, uint32_t *ret)
{
	uint32_t bits = 0;

	for (size_t pos = 0; pos < text.len; pos += HV_SDDL_WORD) {
		size_t i = 0;

		while (i < count &&
			(text.len - pos < HV_SDDL_WORD ||
				strncmp(text.start + pos, table[i].word, HV_SDDL_WORD) != 0))
			i++;
		if (i == count)
			return text.start + pos;
		bits |= table[i].bits;
	}
	*ret = bits;
	return NULL;
}

const char *hv_sddl_rights(struct hv_sddl_span text, uint32_t *ret)
{
	return read_letters(text, rights, HV_ARRAY_LEN(rights), ret);
}

const char *hv_sddl_flags(struct hv_sddl_span text, uint32_t *ret)
{
	return read_letters(text, inheritance, HV_ARRAY_LEN(inheritance), ret);
}

static bool is_word(struct hv_sddl_span s, const char *word)
{
	return s.len == strlen(word) && strncmp(s.start, word, s.len) == 0;
}

bool hv_sddl_type(struct hv_sddl_span text, struct hv_ace *ret)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(types); i++) {
		if (is_word(text, types[i].word)) {
			ret->type = types[i].type;
			ret->conditional = types[i].conditional;
			return true;
		}
	}
	return false;
}

const char *hv_sddl_alias(const char *text)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(aliases); i++)
		if (strncmp(text, aliases[i].word, HV_SDDL_WORD) == 0)
			return aliases[i].sid;
	return NULL;
}

void hv_sddl_add_flags(struct hv_buf *out, uint32_t flags)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(inheritance); i++)
		if (flags & inheritance[i].bits)
			hv_buf_adds(out, inheritance[i].word);
}
