/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What icacls printed: files to rows, rows to entries. */
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf.h"
#include "cim/icacls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 16 << 20 };

/* A row has a path, and entries or a reason. */
static int take_row(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	HV_AUTO(arena) arena = { .max = MEMORY };
	struct hv_acl acl = { .path = "" };
	struct hv_err why = HV_ERR_INIT;
	const char *text;

	(void)ctx;
	(void)err;
	if (!hv_bag_told(bag, "Path") || hv_bag_told(bag, "Icacls") == hv_bag_told(bag, "Error"))
		abort();
	if (!hv_bag_string(bag, "Icacls", &text))
		return 0;
	if (hv_icacls_parse(text, &arena, &acl, &why) < 0) {
		if (!hv_err_is_set(&why))
			abort();
	} else if (acl.entry_count == 0) {
		abort();
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct hv_sink sink = { .bag = take_row };
	HV_AUTO(string) text = NULL;
	struct hv_err err = HV_ERR_INIT;
	size_t len = 0;

	if (hv_text_decode(data, size, HV_ICACLS_MAX_BYTES, &text, &len, &err) == 0 &&
		hv_icacls_rows(text, &sink, &err) < 0 && !hv_err_is_set(&err))
		abort();
	return 0;
}
