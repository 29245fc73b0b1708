/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key-value pairs of guests: CIM-XML within a property. */
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "cim/kvp-item.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Twice with one item: what the first time left behind must not matter. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HV_AUTO(buf) text = { .max = HV_KVP_MAX_XML * 2 };
	HV_AUTO(kvp_item) item;

	hv_kvp_item_init(&item);
	hv_buf_add(&text, data, size);
	if (hv_buf_failed(&text))
		return 0;
	for (int i = 0; i < 2; i++) {
		struct hv_err err = HV_ERR_INIT;

		if (hv_kvp_item_parse(&item, hv_buf_str(&text), &err) < 0) {
			if (!hv_err_is_set(&err))
				abort();
		} else if (!item.name || !item.data) {
			abort();
		}
	}
	return 0;
}
