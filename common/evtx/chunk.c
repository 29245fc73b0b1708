/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chunk: its header, its records one after the other, its checksums. What stands behind the last
 * record is what was there before the log was cleared or went round, and is not read. */
#include "evtx/reader.h"

#include <inttypes.h>
#include <string.h>

#include <zlib.h>

#include "base/cursor.h"
#include "evtx/binxml.h"

/* Places in the chunk header. */
enum {
	AT_FIRST_ID = 24,
	AT_FREE = 48,
	AT_FLAGS = 120,
	CHECKSUMMED_1 = 120, /* bytes from the beginning of which the header's checksum is taken, */
	AT_CHECKSUMMED_2 = 128, /* and from here to the first record */
	FIRST_RECORD = 512,
};

enum {
	FLAG_NO_CHECKSUMS = 4,
	RECORD_HEADER_SIZE = 24,
	RECORD_MIN_SIZE = 28, /* header and the copy of the size at the end */
	RECORD_ALIGNMENT = 8,
};

static const char CHUNK_MAGIC[8] = "ElfChnk";
static const uint8_t RECORD_MAGIC[4] = { '*', '*', 0, 0 };

struct chunk {
	const uint8_t *bytes;
	size_t len;        /* shorter than a chunk when the file ends in it */
	uint64_t first_id; /* record identifiers, as the header tells */
	uint64_t last_id;
	size_t free; /* end of the records; not behind the chunk */
	uint32_t flags;
	uint32_t records_checksum;
	uint32_t header_checksum;
	uint64_t seen; /* records with a valid header */
	uint64_t last_seen_id;
	uint32_t budget;
	bool damaged;
	bool has_shown; /* a record of it was offered to wanted() */
};

struct record {
	size_t pos;
	size_t size;
	uint64_t id;
	uint64_t filetime;
	bool whole; /* the size at its end is the one at its beginning */
};

/* Counts the chunk once, however much of it is damaged. */
static void mark_damaged(struct hv_evtx_reader *r, struct chunk *chunk)
{
	if (!chunk->damaged)
		r->stats.damaged_chunks++;
	chunk->damaged = true;
}

static struct hv_cursor cursor_at(const struct chunk *chunk, size_t pos)
{
	struct hv_cursor c = hv_cursor_make(chunk->bytes, chunk->len);

	if (!hv_cursor_seek(&c, pos))
		c.pos = c.len;
	return c;
}

static bool parse_header(struct chunk *chunk)
{
	struct hv_cursor ids = cursor_at(chunk, AT_FIRST_ID);
	struct hv_cursor free = cursor_at(chunk, AT_FREE);
	struct hv_cursor flags = cursor_at(chunk, AT_FLAGS);
	uint32_t free_offset;

	if (chunk->len < FIRST_RECORD || !hv_cursor_u64le(&ids, &chunk->first_id) ||
		!hv_cursor_u64le(&ids, &chunk->last_id) || !hv_cursor_u32le(&free, &free_offset) ||
		!hv_cursor_u32le(&free, &chunk->records_checksum) ||
		!hv_cursor_u32le(&flags, &chunk->flags) ||
		!hv_cursor_u32le(&flags, &chunk->header_checksum))
		return false;
	chunk->free = free_offset;
	return true;
}

static bool is_empty(const uint8_t *bytes, size_t len)
{
	return len == 0 || (bytes[0] == 0 && !memcmp(bytes, bytes + 1, len - 1));
}

/* Whether there is a record at pos, which may be damaged behind its header. */
static bool parse_record(const struct chunk *chunk, size_t pos, struct record *ret)
{
	struct hv_cursor c = cursor_at(chunk, pos);
	const uint8_t *magic;
	uint32_t size;
	uint32_t copy;

	if (!hv_cursor_bytes(&c, sizeof(RECORD_MAGIC), &magic) ||
		memcmp(magic, RECORD_MAGIC, sizeof(RECORD_MAGIC)) != 0 ||
		!hv_cursor_u32le(&c, &size) || !hv_cursor_u64le(&c, &ret->id) ||
		!hv_cursor_u64le(&c, &ret->filetime))
		return false;
	if (size < RECORD_MIN_SIZE || size > HV_EVTX_CHUNK_SIZE - pos)
		return false;
	ret->pos = pos;
	ret->size = size;
	c = cursor_at(chunk, pos + size - sizeof(copy));
	ret->whole = hv_cursor_u32le(&c, &copy) && copy == size;
	return true;
}

/* Whether a record found where none is sure to be belongs to the log: it continues what was read.
 * Remains of earlier times have other identifiers or were written earlier. */
static bool continues(const struct hv_evtx_reader *r, const struct record *record)
{
	return record->whole && r->has_last && record->id > r->last_id &&
	       record->filetime >= r->last_time;
}

static void count_record(struct hv_evtx_reader *r, const struct record *record)
{
	hv_usec t;

	if (hv_time_from_filetime(record->filetime, &t)) {
		if (!r->has_time || t < r->stats.oldest)
			r->stats.oldest = t;
		if (!r->has_time || t > r->stats.newest)
			r->stats.newest = t;
		r->has_time = true;
	}
	r->stats.records++;
}

static struct hv_evtx_tokens tokens_of(const struct chunk *chunk, const struct record *record)
{
	struct hv_evtx_tokens t = {
		.c = hv_cursor_make(chunk->bytes, record->pos + record->size - sizeof(uint32_t)),
		.chunk_len = chunk->len,
	};

	t.c.pos = record->pos + RECORD_HEADER_SIZE;
	return t;
}

/* Whether the record need not be expanded. */
static int is_unwanted(struct hv_evtx_reader *r, struct chunk *chunk, const struct record *record,
	bool *ret, struct hv_err *err)
{
	struct hv_evtx_head head = { .record_id = record->id };
	bool found;
	bool is_old;

	*ret = false;
	if (!hv_time_from_filetime(record->filetime, &head.time))
		return 0;
	is_old = head.time < r->callbacks.since;
	if (!r->callbacks.wanted || (is_old && chunk->has_shown)) {
		*ret = is_old;
		return 0;
	}
	chunk->has_shown = true;
	if (hv_evtx_find_head(&r->templates, &r->values, tokens_of(chunk, record), &chunk->budget,
		    &head, &found, err))
		return -1;
	*ret = (found && !r->callbacks.wanted(r->callbacks.ctx, &head)) || is_old;
	return 0;
}

static int expand_record(struct hv_evtx_reader *r, struct chunk *chunk, const struct record *record,
	struct hv_err *err)
{
	uint32_t budget = chunk->budget < HV_EVTX_MAX_TOKENS ? chunk->budget : HV_EVTX_MAX_TOKENS;
	struct hv_evtx_binxml x = { .out = &r->out, .pool = &r->values, .budget = budget };
	bool expanded = hv_evtx_expand(&x, tokens_of(chunk, record));

	chunk->budget -= budget - x.budget;
	if (!expanded) {
		r->stats.lost_records++;
		hv_evtx_damage(r, "chunk %" PRIu64 ": record %" PRIu64 ": %s", r->next_chunk,
			record->id, x.problem);
		return 0;
	}
	count_record(r, record);
	return r->callbacks.event(r->callbacks.ctx, r->out.data, r->out.len, err);
}

static int read_record(struct hv_evtx_reader *r, struct chunk *chunk, const struct record *record,
	struct hv_err *err)
{
	bool unwanted;

	chunk->seen++;
	chunk->last_seen_id = record->id;
	r->has_last = true;
	r->last_id = record->id;
	r->last_time = record->filetime;
	if (record->pos + record->size > chunk->len) {
		r->stats.lost_records++;
		return 0;
	}
	if (!record->whole) {
		mark_damaged(r, chunk);
		hv_evtx_damage(r, "chunk %" PRIu64 ": record %" PRIu64 ": written in part",
			r->next_chunk, record->id);
	}
	if (is_unwanted(r, chunk, record, &unwanted, err))
		return -1;
	if (!unwanted)
		return expand_record(r, chunk, record, err);
	count_record(r, record);
	return 0;
}

/* The record behind one that cannot be told to be a record, when it continues the log. A wider gap
 * means that pages were not written: what stands behind them is what they held before. */
static bool find_again(
	const struct hv_evtx_reader *r, const struct chunk *chunk, size_t pos, struct record *ret)
{
	for (pos += RECORD_ALIGNMENT - pos % RECORD_ALIGNMENT; pos + RECORD_MIN_SIZE <= chunk->free;
		pos += RECORD_ALIGNMENT) {
		if (parse_record(chunk, pos, ret))
			return continues(r, ret) && ret->id <= chunk->last_id &&
			       ret->id - r->last_id <= 2;
	}
	return false;
}

/* The records up to the free space. */
static int read_used_space(
	struct hv_evtx_reader *r, struct chunk *chunk, size_t *ret_end, struct hv_err *err)
{
	size_t pos = FIRST_RECORD;

	while (pos < chunk->free && pos < chunk->len) {
		struct record record;

		if (!parse_record(chunk, pos, &record)) {
			mark_damaged(r, chunk);
			hv_evtx_damage(r, "chunk %" PRIu64 ": no record at offset %zu",
				r->next_chunk, pos);
			if (!find_again(r, chunk, pos, &record))
				break;
		}
		if (read_record(r, chunk, &record, err))
			return -1;
		pos = record.pos + record.size;
	}
	*ret_end = pos;
	return 0;
}

/* The identifiers of an empty chunk are -1. */
static bool has_ids(const struct chunk *chunk)
{
	return chunk->last_id != UINT64_MAX && chunk->first_id <= chunk->last_id;
}

/* In a log in use, the header of the chunk that is being written may lag behind its records. */
static int read_newer(struct hv_evtx_reader *r, struct chunk *chunk, size_t pos, struct hv_err *err)
{
	bool due = has_ids(chunk) && chunk->last_seen_id < chunk->last_id;
	struct record record;

	if (!r->stats.dirty && !due)
		return 0;
	while (parse_record(chunk, pos, &record) && continues(r, &record) &&
		record.id == r->last_id + 1) {
		if (read_record(r, chunk, &record, err))
			return -1;
		pos = record.pos + record.size;
	}
	return 0;
}

/* Whether the header says that records were due which did not come. */
static void check_completeness(struct hv_evtx_reader *r, struct chunk *chunk)
{
	uint64_t due = chunk->last_id - chunk->first_id + 1;

	if (chunk->len < HV_EVTX_CHUNK_SIZE) {
		mark_damaged(r, chunk);
		r->stats.truncated = true;
		hv_evtx_damage(r, "truncated inside chunk %" PRIu64, r->next_chunk);
	}
	if (!has_ids(chunk) || chunk->seen >= due)
		return;
	mark_damaged(r, chunk);
	r->stats.lost_records += due - chunk->seen;
	hv_evtx_damage(r, "chunk %" PRIu64 ": %" PRIu64 " of %" PRIu64 " records are missing",
		r->next_chunk, due - chunk->seen, due);
}

static void bad_checksum(struct hv_evtx_reader *r, uint64_t chunk)
{
	hv_evtx_damage(r, "chunk %" PRIu64 ": bad checksum", chunk);
}

static bool checksums_match(const struct hv_evtx_reader *r, const struct chunk *chunk)
{
	uLong header;

	if (r->without_checksums || (chunk->flags & FLAG_NO_CHECKSUMS))
		return true;
	header = crc32(0, chunk->bytes, CHECKSUMMED_1);
	header = crc32(header, chunk->bytes + AT_CHECKSUMMED_2, FIRST_RECORD - AT_CHECKSUMMED_2);
	return header == chunk->header_checksum &&
	       crc32(0, chunk->bytes + FIRST_RECORD, (uInt)(chunk->free - FIRST_RECORD)) ==
		       chunk->records_checksum;
}

/* Damage already told needs no checksum; a chunk that the file ends in has none. */
static void check_checksums(struct hv_evtx_reader *r, const struct chunk *chunk)
{
	struct hv_evtx_unsettled *waiting = &r->unsettled;
	bool newest = r->last_id >= r->newest_id;

	if (chunk->len < HV_EVTX_CHUNK_SIZE)
		return;
	if (newest && chunk->seen > 0 && waiting->waiting) {
		/* It was not the last one written. */
		bad_checksum(r, waiting->chunk);
		waiting->waiting = false;
	}
	if (checksums_match(r, chunk) || chunk->damaged)
		return;
	if (r->stats.dirty && newest)
		*waiting = (struct hv_evtx_unsettled){ .waiting = true, .chunk = r->next_chunk };
	else
		bad_checksum(r, r->next_chunk);
}

static int read_records(struct hv_evtx_reader *r, struct chunk *chunk, struct hv_err *err)
{
	size_t end;

	if (read_used_space(r, chunk, &end, err) || read_newer(r, chunk, end, err))
		return -1;
	check_completeness(r, chunk);
	check_checksums(r, chunk);
	if (chunk->seen > 0 && chunk->last_seen_id > r->newest_id)
		r->newest_id = chunk->last_seen_id;
	return 0;
}

static int read_filled_chunk(struct hv_evtx_reader *r, struct chunk *chunk, struct hv_err *err)
{
	if (chunk->len < sizeof(CHUNK_MAGIC) ||
		memcmp(chunk->bytes, CHUNK_MAGIC, sizeof(CHUNK_MAGIC)) != 0) {
		mark_damaged(r, chunk);
		hv_evtx_damage(r, "chunk %" PRIu64 ": bad magic", r->next_chunk);
		return 0;
	}
	if (!parse_header(chunk)) {
		check_completeness(r, chunk);
		return 0;
	}
	if (chunk->free < FIRST_RECORD || chunk->free > HV_EVTX_CHUNK_SIZE) {
		mark_damaged(r, chunk);
		hv_evtx_damage(r, "chunk %" PRIu64 ": impossible header", r->next_chunk);
		chunk->free = HV_EVTX_CHUNK_SIZE;
	}
	return read_records(r, chunk, err);
}

int hv_evtx_read_chunk(
	struct hv_evtx_reader *r, const uint8_t *bytes, size_t len, struct hv_err *err)
{
	struct chunk chunk = {
		.bytes = bytes,
		.len = len,
		.last_id = UINT64_MAX,
		.budget = HV_EVTX_MAX_CHUNK_TOKENS,
	};

	if (!is_empty(bytes, len)) {
		r->stats.chunks++;
		hv_evtx_templates_reset(&r->templates);
		return read_filled_chunk(r, &chunk, err);
	}
	/* Chunks that were never used follow the ones that the file header counts. */
	if (r->next_chunk < r->header_chunks) {
		mark_damaged(r, &chunk);
		hv_evtx_damage(r, "chunk %" PRIu64 ": empty, but the file header counts it",
			r->next_chunk);
	}
	return 0;
}
