/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security descriptors as text: what is understood reads back alike. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/sddl.h"
#include "model/sid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 16 << 20 };

static void check(const struct hv_acl *acl, struct hv_arena *arena)
{
	HV_AUTO(buf) text = { .max = HV_SDDL_MAX };
	struct hv_acl again = { .path = "" };

	hv_buf_adds(&text, "D:");
	for (size_t i = 0; i < acl->entry_count; i++) {
		if (!acl->entries[i].sid)
			abort();
		hv_sddl_add_ace(&text, &acl->entries[i]);
	}
	if (hv_buf_failed(&text))
		return;
	if (hv_sddl_parse(hv_buf_str(&text), arena, &again, NULL) < 0) {
		if (!hv_arena_failed(arena))
			abort();
		return;
	}
	if (again.entry_count != acl->entry_count)
		abort();
	for (size_t i = 0; i < acl->entry_count; i++)
		if (again.entries[i].mask != acl->entries[i].mask ||
			again.entries[i].type != acl->entries[i].type ||
			strcmp(again.entries[i].sid, acl->entries[i].sid) != 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HV_AUTO(buf) text = { .max = HV_SDDL_MAX };
	HV_AUTO(arena) arena = { .max = MEMORY };
	struct hv_acl acl = { .path = "" };
	struct hv_err err = HV_ERR_INIT;

	hv_buf_add(&text, data, size);
	if (hv_buf_failed(&text))
		return 0;
	if (hv_sddl_parse(hv_buf_str(&text), &arena, &acl, &err) == 0)
		check(&acl, &arena);
	else if (!hv_err_is_set(&err))
		abort();
	return 0;
}
