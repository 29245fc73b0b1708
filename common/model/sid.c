/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 16 bytes of a GUID, of which the first three fields are little-endian, are the four
 * sub-authorities, little-endian too [service SIDs of Hyper-V; seen in event logs]. */
#include "model/sid.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf.h"

#define DIGITS "0123456789"

enum { GUID_BYTES = 16, GUID_WORDS = 4, MAX_DIGITS = 15 /* of the authority, 48 bits */ };

/* Where the text of a GUID has its bytes, in the order of memory. */
static const unsigned char byte_at[GUID_BYTES] = { 6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28,
	30, 32, 34 };

size_t hv_sid_length(const char *text)
{
	size_t len = hv_utf8_caseprefix(text, "S-1-");
	size_t parts = 0;

	if (len == 0)
		return 0;
	for (;;) {
		const size_t digits = strspn(text + len, DIGITS);

		if (digits == 0 || digits > MAX_DIGITS || parts > HV_SID_MAX_PARTS)
			return 0;
		parts++;
		len += digits;
		if (text[len] != '-')
			return parts > 1 ? len : 0;
		len++;
	}
}

static unsigned int hex_value(char c)
{
	return (unsigned int)(c <= '9' ? c - '0' : c - 'A' + 10);
}

bool hv_sid_of_vm(const char *guid, char ret[HV_SID_VM_MAX])
{
	char text[HV_GUID_TEXT_LEN + 1];
	uint32_t words[GUID_WORDS] = { 0 };
	int len;

	if (!hv_guid_normalise(guid, strlen(guid), text))
		return false;
	for (size_t i = 0; i < GUID_BYTES; i++) {
		const char *digits = text + byte_at[i];
		const uint32_t byte = hex_value(digits[0]) << 4 | hex_value(digits[1]);

		words[i / 4] |= byte << (8 * (i % 4));
	}
	len = snprintf(ret, HV_SID_VM_MAX,
		HV_SID_VM_PREFIX "%" PRIu32 "-%" PRIu32 "-%" PRIu32 "-%" PRIu32, words[0], words[1],
		words[2], words[3]);
	return len > 0 && len < HV_SID_VM_MAX;
}

/* One number of at most 32 bits at *p; *p moves behind it and the dash that follows. */
static bool take_word(const char **p, uint32_t *ret)
{
	const size_t len = strspn(*p, DIGITS);
	char digits[sizeof("4294967295")];
	uint64_t value;

	if (len == 0 || len >= sizeof(digits))
		return false;
	memcpy(digits, *p, len);
	digits[len] = '\0';
	*p += len + ((*p)[len] == '-');
	if (hv_parse_u64(digits, 0, UINT32_MAX, &value, NULL))
		return false;
	*ret = (uint32_t)value;
	return true;
}

bool hv_sid_to_vm(const char *sid, char ret[HV_GUID_TEXT_LEN + 1])
{
	static const char HEX[] = "0123456789ABCDEF";
	const size_t prefix = hv_utf8_caseprefix(sid, HV_SID_VM_PREFIX);
	const char *p = sid + prefix;
	uint32_t words[GUID_WORDS];

	if (prefix == 0)
		return false;
	for (size_t i = 0; i < GUID_WORDS; i++)
		if (!take_word(&p, &words[i]))
			return false;
	if (*p != '\0' || p[-1] == '-')
		return false;
	memcpy(ret, "00000000-0000-0000-0000-000000000000", HV_GUID_TEXT_LEN + 1);
	for (size_t i = 0; i < GUID_BYTES; i++) {
		const uint32_t byte = words[i / 4] >> (8 * (i % 4)) & 0xFF;

		ret[byte_at[i]] = HEX[byte >> 4];
		ret[byte_at[i] + 1] = HEX[byte & 0xF];
	}
	return true;
}
