/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the NTLM mechanism does not tell: whether the client has bound its login to the TLS
 * connection. Whether the binding is the right one, the mechanism has checked. */
#include <string.h>

#include "accept.h"
#include "base/cursor.h"

enum {
	NT_RESPONSE_FIELDS = 20, /* AUTHENTICATE_MESSAGE [MS-NLMP 2.2.1.3] */
	AV_PAIRS = 16 + 28,      /* in an NTLMv2 response [MS-NLMP 2.2.2.7, 2.2.2.8] */
	AV_END = 0,
	AV_CHANNEL_BINDINGS = 10,
	AV_MAX = 64, /* pairs */
};

static const char AUTHENTICATE[] = "NTLMSSP\0\3\0\0"; /* and the last NUL of the type */

static bool is_zero(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != 0)
			return false;
	}
	return true;
}

/* A hash of zeros stands for no bindings. */
static bool find_binding(struct hv_cursor *pairs)
{
	for (int i = 0; i < AV_MAX; i++) {
		const uint8_t *value;
		uint16_t id;
		uint16_t len;

		if (!hv_cursor_u16le(pairs, &id) || !hv_cursor_u16le(pairs, &len) ||
			!hv_cursor_bytes(pairs, len, &value) || id == AV_END)
			return false;
		if (id == AV_CHANNEL_BINDINGS)
			return !is_zero(value, len);
	}
	return false;
}

bool sim_ntlm_has_binding(const void *token, size_t len)
{
	const uint8_t *end = (const uint8_t *)token + len;
	const uint8_t *start =
		len > 0 ? memmem(token, len, AUTHENTICATE, sizeof(AUTHENTICATE)) : NULL;
	struct hv_cursor message;
	struct hv_cursor response;
	uint16_t response_len;
	uint16_t unused;
	uint32_t offset;

	if (!start)
		return false;
	message = hv_cursor_make(start, (size_t)(end - start));
	return hv_cursor_seek(&message, NT_RESPONSE_FIELDS) &&
	       hv_cursor_u16le(&message, &response_len) && hv_cursor_u16le(&message, &unused) &&
	       hv_cursor_u32le(&message, &offset) && hv_cursor_seek(&message, offset) &&
	       hv_cursor_sub(&message, response_len, &response) &&
	       hv_cursor_skip(&response, AV_PAIRS) && find_binding(&response);
}
