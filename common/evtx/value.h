/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a template instance [MS-EVEN6 2.2.12 and 3.1.4.7] as text. A value of a known type
 * whose size does not suit the type, and a value of an unknown type, is shown as the hex digits of
 * its bytes: nothing gets lost. */
#ifndef HV_EVTX_VALUE_H
#define HV_EVTX_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/cursor.h"
#include "evtx/out.h"

enum hv_evtx_type {
	HV_EVTX_TYPE_NULL = 0x00,
	HV_EVTX_TYPE_STRING = 0x01,
	HV_EVTX_TYPE_ANSI_STRING = 0x02,
	HV_EVTX_TYPE_INT8 = 0x03,
	HV_EVTX_TYPE_UINT8 = 0x04,
	HV_EVTX_TYPE_INT16 = 0x05,
	HV_EVTX_TYPE_UINT16 = 0x06,
	HV_EVTX_TYPE_INT32 = 0x07,
	HV_EVTX_TYPE_UINT32 = 0x08,
	HV_EVTX_TYPE_INT64 = 0x09,
	HV_EVTX_TYPE_UINT64 = 0x0A,
	HV_EVTX_TYPE_REAL32 = 0x0B,
	HV_EVTX_TYPE_REAL64 = 0x0C,
	HV_EVTX_TYPE_BOOL = 0x0D,
	HV_EVTX_TYPE_BINARY = 0x0E,
	HV_EVTX_TYPE_GUID = 0x0F,
	HV_EVTX_TYPE_SIZE = 0x10,
	HV_EVTX_TYPE_FILETIME = 0x11,
	HV_EVTX_TYPE_SYSTEMTIME = 0x12,
	HV_EVTX_TYPE_SID = 0x13,
	HV_EVTX_TYPE_HEX32 = 0x14,
	HV_EVTX_TYPE_HEX64 = 0x15,
	HV_EVTX_TYPE_HANDLE = 0x20,
	HV_EVTX_TYPE_BINXML = 0x21,
	HV_EVTX_TYPE_XML = 0x23,
	HV_EVTX_TYPE_ARRAY = 0x80, /* flag */
};

/* One value of a template instance, as its description and place in the chunk tell. */
struct hv_evtx_value {
	uint32_t offset;
	uint16_t size;
	uint8_t type;
};

static inline bool hv_evtx_is_array(const struct hv_evtx_value *v)
{
	return v->type & HV_EVTX_TYPE_ARRAY;
}

/* The value as escaped text; an array's items are joined with a space. chunk holds v->offset +
 * v->size bytes. */
void hv_evtx_value_text(struct hv_evtx_out *o, const uint8_t *chunk, const struct hv_evtx_value *v);

/* Cuts the next item off the array whose remaining bytes are `rest`. False at the end. */
bool hv_evtx_array_next(
	struct hv_cursor *rest, uint8_t type, struct hv_evtx_value *ret) HV_MUST_USE;

/* The text of a string value without the NULs at its end; false when it is no string. */
bool hv_evtx_value_string(
	const uint8_t *chunk, const struct hv_evtx_value *v, struct hv_evtx_text *ret) HV_MUST_USE;

/* The number of an integer value; false when it is none or negative. */
bool hv_evtx_value_number(
	const uint8_t *chunk, const struct hv_evtx_value *v, uint64_t *ret) HV_MUST_USE;

#endif
