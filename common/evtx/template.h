/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Template instances [MS-EVEN6 2.2.12]: where the definition is, what the values are. */
#ifndef HV_EVTX_TEMPLATE_H
#define HV_EVTX_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "evtx/evtx.h"
#include "evtx/token.h"
#include "evtx/value.h"

/* Descriptions of values take 4 bytes of the chunk each, those of nested instances lie in the bytes
 * of a value: there cannot be more alive at once. */
enum { HV_EVTX_VALUE_POOL = HV_EVTX_CHUNK_SIZE / 4 };

struct hv_evtx_values {
	struct hv_evtx_value items[HV_EVTX_VALUE_POOL];
	size_t used;
};

struct hv_evtx_instance {
	uint32_t offset; /* of the definition in the chunk: tells templates apart */
	struct hv_evtx_tokens definition; /* its tokens */
	const struct hv_evtx_value
		*values; /* borrowed from the pool; the caller takes them back by lowering `used` */
	size_t value_count;
};

/* Reads the instance at t, moves past it and its values. */
bool hv_evtx_read_instance(struct hv_evtx_tokens *t, struct hv_evtx_values *pool,
	struct hv_evtx_instance *ret) HV_MUST_USE;

/* False for a NULL value and for one that the instance does not have. */
bool hv_evtx_instance_has(const struct hv_evtx_value *values, size_t count, size_t index);

#endif
