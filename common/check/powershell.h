/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for PowerShell commands that are printed, never run. */
#ifndef HV_CHECK_POWERSHELL_H
#define HV_CHECK_POWERSHELL_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/host.h"

/* A single-quoted literal: ' and the four curly single quotes that PowerShell reads as '
 * (U+2018..U+201B) are doubled [about_Quoting_Rules]. NULL when memory is short. */
const char *hv_ps_quote(struct hv_arena *arena, const char *s);

/* False when printing s would change it (control characters, '|', invalid UTF-8) or has already
 * changed it (U+FFFD): such a name cannot stand in a command that someone copies from the output.
 */
bool hv_ps_printable(const char *s);

/* The arguments that name one VM for a cmdlet: -VMName 'name', or -VM (Get-VM -Id 'guid') when the
 * name cannot be printed faithfully or holds wildcard characters. */
const char *hv_ps_vm(struct hv_arena *arena, const struct hv_vm *vm);

/* Move-VMStorage line that moves one disk file [Move-VMStorage, example 2]. */
const char *hv_ps_move_disk(
	struct hv_arena *arena, const struct hv_vm *vm, const char *from, const char *to);

/* A double-quoted argument for cmd.exe programs such as icacls. */
const char *hv_cmd_quote(struct hv_arena *arena, const char *s);

/* The same, bare when nothing in it needs quotes: E: */
const char *hv_cmd_argument(struct hv_arena *arena, const char *s);

#endif
