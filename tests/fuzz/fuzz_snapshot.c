/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes of a snapshot: what is accepted is in order, and is written as the same bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mibs/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_order(const struct hv_snapshot *s)
{
	for (size_t i = 1; i < s->check_count; i++)
		if (hv_index_cmp(s->checks[i - 1].check, s->checks[i].check) >= 0)
			abort();
	for (size_t i = 1; i < s->volume_count; i++)
		if (hv_index_cmp(s->volumes[i - 1].volume, s->volumes[i].volume) >= 0)
			abort();
	for (size_t i = 1; i < s->vm_count; i++)
		if (hv_index_cmp(s->vms[i - 1].vm, s->vms[i].vm) >= 0)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HV_AUTO(snapshot) s = { .answered = false };
	HV_AUTO(buf) again = { .max = HV_SNAPSHOT_BYTES_MAX };
	struct hv_err err = HV_ERR_INIT;

	hv_snapshot_init(&s);
	if (hv_snapshot_read(&s, data, size, &err) != 0) {
		if (!hv_err_is_set(&err))
			abort();
		return 0;
	}
	check_order(&s);
	if (hv_snapshot_write(&s, &again, &err) != 0 || again.len != size ||
		memcmp(again.data, data, size) != 0)
		abort();
	return 0;
}
