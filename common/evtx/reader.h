/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader object, shared by the file and the chunk part. */
#ifndef HV_EVTX_READER_H
#define HV_EVTX_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "evtx/evtx.h"
#include "evtx/head.h"
#include "evtx/out.h"
#include "evtx/template.h"

/* A chunk of a log in use whose checksum does not match although its records could be read. That is
 * as it should be for the chunk which was being written, and for no other. */
struct hv_evtx_unsettled {
	bool waiting;
	uint64_t chunk;
};

struct hv_evtx_reader {
	struct hv_evtx_callbacks callbacks;
	struct hv_evtx_stats stats;
	bool without_checksums; /* file header flag */
	uint64_t header_chunks; /* as the file header counts them: a lower bound, in a log in use */
	uint64_t next_chunk;    /* position in the file of the chunk that comes next, from 0 */
	bool has_time;          /* stats.oldest and newest are set */
	bool has_last;          /* a record was seen: */
	uint64_t last_id;
	uint64_t last_time; /* FILETIME */
	uint64_t newest_id; /* highest of all records seen */
	struct hv_evtx_unsettled unsettled;
	bool finished;
	struct hv_evtx_templates templates;
	struct hv_evtx_values values;
	struct hv_evtx_out out;
	char xml[HV_EVTX_MAX_XML + HV_EVTX_OUT_SPARE];
};

/* Keeps the first text. */
void hv_evtx_damage(struct hv_evtx_reader *r, const char *fmt, ...) HV_PRINTF(2, 3);

/* Reads the chunk at bytes; r->next_chunk is its position. */
int hv_evtx_read_chunk(
	struct hv_evtx_reader *r, const uint8_t *bytes, size_t len, struct hv_err *err) HV_MUST_USE;

#endif
