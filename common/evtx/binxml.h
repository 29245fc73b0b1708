/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BinXml to XML text [MS-EVEN6 2.2.12]. */
#ifndef HV_EVTX_BINXML_H
#define HV_EVTX_BINXML_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "evtx/out.h"
#include "evtx/template.h"
#include "evtx/token.h"

/* What one expansion works on. */
struct hv_evtx_binxml {
	struct hv_evtx_out *out;
	struct hv_evtx_values *pool;
	uint32_t budget;     /* tokens left; large values count as several */
	unsigned int depth;  /* of elements, template instances and BinXml values */
	unsigned int open;   /* elements */
	const char *problem; /* static text: why it did not work */
};

/* Writes the event at t to out. False: problem is set, out holds nothing of use. Exactly one root
 * element, <Event>. */
bool hv_evtx_expand(struct hv_evtx_binxml *x, struct hv_evtx_tokens t) HV_MUST_USE;

#endif
