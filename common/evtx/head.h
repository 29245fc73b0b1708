/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a record without expanding it. Each template definition of a chunk is looked
 * through once. */
#ifndef HV_EVTX_HEAD_H
#define HV_EVTX_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "evtx/evtx.h"
#include "evtx/out.h"
#include "evtx/template.h"
#include "evtx/token.h"

struct hv_evtx_template;

struct hv_evtx_templates {
	uint16_t slots[HV_EVTX_CHUNK_SIZE]; /* by offset of the definition: 1 + index in items; 0:
					       not looked at yet */
	struct hv_evtx_template *items;     /* owned */
	size_t count;
	size_t capacity;
	struct hv_evtx_out provider; /* of the last head; the texts are in the same object */
	struct hv_evtx_out channel;
	char provider_text[HV_EVTX_MAX_HEAD_TEXT + HV_EVTX_OUT_SPARE];
	char channel_text[HV_EVTX_MAX_HEAD_TEXT + HV_EVTX_OUT_SPARE];
};

void hv_evtx_templates_init(struct hv_evtx_templates *t); /* t is zeroed */
void hv_evtx_templates_done(struct hv_evtx_templates *t);
void hv_evtx_templates_reset(struct hv_evtx_templates *t); /* before each chunk */

/* Finds what ret holds, without time, in the record whose BinXml is at t. record_id and the rest
 * are set only when all were found: ret_found. *budget is lowered by the tokens looked at. -1 only
 * when memory is short. */
int hv_evtx_find_head(struct hv_evtx_templates *templates, struct hv_evtx_values *pool,
	struct hv_evtx_tokens t, uint32_t *budget, struct hv_evtx_head *ret, bool *ret_found,
	struct hv_err *err) HV_MUST_USE;

#endif
