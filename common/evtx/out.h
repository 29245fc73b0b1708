/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The XML text of one event while it grows: a fixed piece of memory that is used again for each
 * record, so that nothing is allocated per token. What does not fit sets `full`, which sticks until
 * the next reset. */
#ifndef HV_EVTX_OUT_H
#define HV_EVTX_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"

/* Memory behind max, for one escaped character and the NUL. */
enum { HV_EVTX_OUT_SPARE = 16 };

struct hv_evtx_out {
	char *data; /* borrowed: max + HV_EVTX_OUT_SPARE bytes */
	size_t len;
	size_t max;
	bool full;
};

/* UTF-16LE text inside a chunk. */
struct hv_evtx_text {
	const uint8_t *bytes; /* borrowed */
	size_t units;
};

static inline void hv_evtx_out_bytes(struct hv_evtx_out *o, const char *bytes, size_t len)
{
	if (len > o->max - o->len) {
		o->full = true;
		return;
	}
	memcpy(o->data + o->len, bytes, len);
	o->len += len;
}

static inline void hv_evtx_out_char(struct hv_evtx_out *o, char c)
{
	hv_evtx_out_bytes(o, &c, 1);
}

/* Only shortens. */
static inline void hv_evtx_out_truncate(struct hv_evtx_out *o, size_t len)
{
	if (len < o->len)
		o->len = len;
}

void hv_evtx_out_string(struct hv_evtx_out *o, const char *s);

/* One character as XML text: escaped, and U+FFFD for what XML 1.0 does not allow. */
void hv_evtx_out_character(struct hv_evtx_out *o, uint32_t code_point);

/* Text, escaped for element content and quoted attributes alike; each NUL becomes U+FFFD. */
void hv_evtx_out_text(struct hv_evtx_out *o, struct hv_evtx_text text);

/* As above without the escaping: what a reader of the XML gets to see. */
void hv_evtx_out_plain(struct hv_evtx_out *o, struct hv_evtx_text text);

/* False, and nothing useful written, when text is not the name of an XML element or attribute. */
bool hv_evtx_out_name(struct hv_evtx_out *o, struct hv_evtx_text text) HV_MUST_USE;

void hv_evtx_out_decimal(struct hv_evtx_out *o, uint64_t v);
void hv_evtx_out_padded(struct hv_evtx_out *o, uint64_t v,
	unsigned int digits);                            /* zeros in front; no more than digits */
void hv_evtx_out_hex(struct hv_evtx_out *o, uint64_t v); /* 0x2a */
void hv_evtx_out_hex_bytes(struct hv_evtx_out *o, const uint8_t *bytes, size_t len); /* 00FF2A */

#endif
