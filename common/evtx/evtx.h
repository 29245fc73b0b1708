/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reader for Windows event log files (.evtx, format versions 3.1 and 3.2). It takes bytes and does
 * no I/O: first the file header, then the chunks, one after the other. Header counters are hints.
 * What can be read of dirty, truncated or damaged logs is read, and the rest is told. Formats:
 * [MS-EVEN6] 2.2 and the public documentation of the EVTX file format. */
#ifndef HV_EVTX_EVTX_H
#define HV_EVTX_EVTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"

enum {
	HV_EVTX_HEADER_SIZE = 4096,
	HV_EVTX_CHUNK_SIZE = 65536,
	HV_EVTX_MAX_DEPTH = 32,            /* nesting of elements and of BinXml in values */
	HV_EVTX_MAX_VALUES = 4096,         /* substitutions of one template instance */
	HV_EVTX_MAX_XML = 1 << 20,         /* bytes of one event as XML */
	HV_EVTX_MAX_TOKENS = 100000,       /* of one record, template expansions counted */
	HV_EVTX_MAX_CHUNK_TOKENS = 250000, /* of all records of a chunk */
	HV_EVTX_MAX_NAME = 256,            /* characters of an element's or attribute's name */
	HV_EVTX_MAX_ATTRIBUTES = 64,       /* of one element */
	/* Records beyond these two are expanded without asking whether they are wanted. */
	HV_EVTX_MAX_TEMPLATES = 512,  /* of a chunk */
	HV_EVTX_MAX_HEAD_TEXT = 1024, /* bytes of provider, of channel */
};

/* What is known of a record before it is expanded. Strings are "" when the record does not say
 * where they are looked for. */
struct hv_evtx_head {
	uint64_t record_id; /* System/EventRecordID when told, else the record header's */
	hv_usec time;       /* of the record header */
	const char *provider;
	const char *channel;
	uint32_t event_id;
	uint32_t level;
};

struct hv_evtx_callbacks {
	void *ctx;
	hv_usec since; /* records written before it are counted and not looked into; HV_USEC_MIN:
			  all */
	/* Whether the record is to be expanded; NULL: all are. Called only when every member of
	 * head could be found without expanding; otherwise the record is expanded and event() is
	 * called anyway. One record of each chunk is shown to it even when all are too old, and
	 * left out whatever it answers: so the caller learns what log this is. */
	bool (*wanted)(void *ctx, const struct hv_evtx_head *head);
	/* One record as UTF-8 <Event> XML. -1 ends the reading. */
	int (*event)(void *ctx, const char *xml, size_t len, struct hv_err *err);
};

struct hv_evtx_stats {
	uint64_t records; /* read, wanted or not */
	uint64_t chunks;
	uint64_t lost_records;   /* damaged ones, and those a chunk counts that are not there */
	uint64_t damaged_chunks; /* without records, or with fewer of them, where some were due */
	hv_usec oldest, newest;  /* by record header; valid when records > 0 */
	bool dirty; /* header flag: the log was in use when it was copied; not damage by itself */
	bool truncated;         /* the file ended inside a chunk */
	char first_damage[160]; /* "chunk 3: bad magic"; "" when nothing is damaged */
};

struct hv_evtx_reader;

/* Only memory shortage makes it fail (NULL, err set). */
struct hv_evtx_reader *hv_evtx_reader_new(
	const struct hv_evtx_callbacks *callbacks, struct hv_err *err);
void hv_evtx_reader_free(struct hv_evtx_reader *r);

/* The first bytes of the file, HV_EVTX_HEADER_SIZE or as many as there are. Fails when they are not
 * those of an event log (magic, version); a bad header checksum is damage. *ret_first_chunk: file
 * offset of the first chunk. */
int hv_evtx_reader_header(struct hv_evtx_reader *r, const uint8_t *bytes, size_t len,
	uint64_t *ret_first_chunk, struct hv_err *err) HV_MUST_USE;

/* The next HV_EVTX_CHUNK_SIZE bytes, or what is left of the file. -1 only when a callback failed,
 * memory is short or a limit on the whole was exceeded; damage is counted. */
int hv_evtx_reader_chunk(
	struct hv_evtx_reader *r, const uint8_t *bytes, size_t len, struct hv_err *err) HV_MUST_USE;

/* After the last chunk. */
const struct hv_evtx_stats *hv_evtx_reader_finish(struct hv_evtx_reader *r);

/* "truncated inside chunk 4; 194 records were read, 1 could not be" - false when nothing is
 * damaged. */
bool hv_evtx_damage_text(const struct hv_evtx_stats *stats, struct hv_buf *out);

#endif
