/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wsman/base64.h"

#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void hv_base64_encode(struct hv_buf *b, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i += 3) {
		const uint32_t bits = (uint32_t)p[i] << 16 |
				      (i + 1 < len ? (uint32_t)p[i + 1] << 8 : 0) |
				      (i + 2 < len ? (uint32_t)p[i + 2] : 0);

		hv_buf_addc(b, digits[bits >> 18]);
		hv_buf_addc(b, digits[bits >> 12 & 63]);
		hv_buf_addc(b, i + 1 < len ? digits[bits >> 6 & 63] : '=');
		hv_buf_addc(b, i + 2 < len ? digits[bits & 63] : '=');
	}
}

static int digit_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

bool hv_base64_decode(struct hv_buf *b, const char *text, size_t len)
{
	unsigned int count = 0; /* characters of the group of four, padding included */
	unsigned int padding = 0;
	uint32_t bits = 0;

	for (size_t i = 0; i < len; i++) {
		const int value = digit_value(text[i]);

		if (text[i] != '\0' && strchr(" \t\r\n", text[i]) != NULL)
			continue;
		if (text[i] == '=' && count >= 2)
			padding++;
		else if (value < 0 || padding > 0)
			return false;
		bits = bits << 6 | (value > 0 ? (uint32_t)value : 0);
		if (++count < 4)
			continue;
		for (unsigned int byte = 0; byte < 3 - padding; byte++)
			hv_buf_addc(b, (char)(bits >> (16 - 8 * byte) & 0xFF));
		count = 0;
		bits = 0;
	}
	return count == 0;
}
