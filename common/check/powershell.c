/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quoting for the shells that remedies are written for. */
#include "check/powershell.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/join.h"
#include "base/printable.h"
#include "base/utf.h"

enum {
	CURLY_QUOTE_FIRST = 0x2018,
	CURLY_QUOTE_LAST = 0x201B,
	BYTES_PER_BYTE = 2, /* quoting doubles at most */
	QUOTES = 2,
};

/* Whether PowerShell reads the character as a single quote [about_Quoting_Rules]. */
static bool is_single_quote(uint32_t c)
{
	return c == '\'' || (c >= CURLY_QUOTE_FIRST && c <= CURLY_QUOTE_LAST);
}

const char *hv_ps_quote(struct hv_arena *arena, const char *s)
{
	size_t left = strlen(s);
	HV_AUTO(buf) out = { .max = left * BYTES_PER_BYTE + QUOTES };

	hv_buf_addc(&out, '\'');
	while (left > 0) {
		uint32_t c = 0;
		size_t decoded = hv_utf8_decode(s, left, &c);
		size_t len = decoded ? decoded : 1;

		hv_buf_add(&out, s, len);
		if (is_single_quote(c))
			hv_buf_add(&out, s, len);
		s += len;
		left -= len;
	}
	hv_buf_addc(&out, '\'');
	return hv_arena_buf(arena, &out);
}

bool hv_ps_printable(const char *s)
{
	size_t left = strlen(s);

	while (left > 0) {
		uint32_t c;
		size_t len = hv_utf8_decode(s, left, &c);

		/* U+FFFD stands for something that was lost on the way here. */
		if (len == 0 || c == '|' || c == 0xFFFD || !hv_printable(c))
			return false;
		s += len;
		left -= len;
	}
	return true;
}

const char *hv_ps_vm(struct hv_arena *arena, const struct hv_vm *vm)
{
	const char *quoted;

	if (*vm->name && !strpbrk(vm->name, "*?[]`") && hv_ps_printable(vm->name)) {
		quoted = hv_ps_quote(arena, vm->name);
		return quoted ? hv_arena_printf(arena, "-VMName %s", quoted) : NULL;
	}
	quoted = hv_ps_quote(arena, vm->id);
	return quoted ? hv_arena_printf(arena, "-VM (Get-VM -Id %s)", quoted) : NULL;
}

const char *hv_ps_move_disk(
	struct hv_arena *arena, const struct hv_vm *vm, const char *from, const char *to)
{
	const char *vm_args = hv_ps_vm(arena, vm);
	const char *source = hv_ps_quote(arena, from);
	const char *destination = hv_ps_quote(arena, to);

	if (!vm_args || !source || !destination)
		return NULL;
	return hv_arena_printf(arena,
		"Move-VMStorage %s -VHDs @(@{'SourceFilePath'=%s;'DestinationFilePath'=%s})",
		vm_args, source, destination);
}

/* A program takes 2n backslashes before a quote for n, and 2n + 1 for n and the quote
 * [CommandLineToArgvW]; others stand for themselves. */
const char *hv_cmd_quote(struct hv_arena *arena, const char *s)
{
	HV_AUTO(buf) out = { .max = strlen(s) * BYTES_PER_BYTE + QUOTES };

	hv_buf_addc(&out, '"');
	for (;;) {
		size_t slashes = strspn(s, "\\");
		bool doubled = s[slashes] == '"' || s[slashes] == '\0';

		for (size_t i = 0; i < (doubled ? slashes * 2 : slashes); i++)
			hv_buf_addc(&out, '\\');
		s += slashes;
		if (*s == '\0')
			break;
		if (*s == '"')
			hv_buf_addc(&out, '\\');
		hv_buf_addc(&out, *s++);
	}
	hv_buf_addc(&out, '"');
	return hv_arena_buf(arena, &out);
}

const char *hv_cmd_argument(struct hv_arena *arena, const char *s)
{
	static const char PLAIN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    ":\\_-";

	return *s != '\0' && s[strspn(s, PLAIN)] == '\0' ? s : hv_cmd_quote(arena, s);
}
