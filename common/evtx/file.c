/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader object and the file header; what is told of a log as a whole. */
#include "evtx/evtx.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <zlib.h>

#include "base/alloc.h"
#include "base/cursor.h"
#include "evtx/reader.h"

/* Places in the file header. */
enum {
	AT_MINOR_VERSION = 36,
	AT_MAJOR_VERSION = 38,
	AT_BLOCK_SIZE = 40,
	AT_CHUNK_COUNT = 42,
	AT_FLAGS = 120,
	AT_CHECKSUM = 124,
	HEADER_USED = 128, /* the rest of the header block is empty */
	CHECKSUMMED = 120,
};

enum {
	FLAG_DIRTY = 1,
	FLAG_NO_CHECKSUMS = 4,
	MAJOR_VERSION = 3,
	MINOR_VERSION_MIN = 1,
	MINOR_VERSION_MAX = 2,
};

static const char FILE_MAGIC[8] = "ElfFile";

struct hv_evtx_reader *hv_evtx_reader_new(
	const struct hv_evtx_callbacks *callbacks, struct hv_err *err)
{
	struct hv_evtx_reader *r = hv_alloc(sizeof(*r));

	if (!r) {
		hv_err_no_memory(err);
		return NULL;
	}
	r->callbacks = *callbacks;
	r->out = (struct hv_evtx_out){ .data = r->xml, .max = HV_EVTX_MAX_XML };
	hv_evtx_templates_init(&r->templates);
	return r;
}

void hv_evtx_reader_free(struct hv_evtx_reader *r)
{
	if (!r)
		return;
	hv_evtx_templates_done(&r->templates);
	hv_free(r);
}

/* Too long a text stays cut: its beginning says where. */
static void format_text(char *to, size_t size, const char *fmt, va_list ap) HV_PRINTF(3, 0);
static void format_text(char *to, size_t size, const char *fmt, va_list ap)
{
	if (vsnprintf(to, size, fmt, ap) <= 0)
		memcpy(to, "damaged", sizeof("damaged"));
}

void hv_evtx_damage(struct hv_evtx_reader *r, const char *fmt, ...)
{
	va_list ap;

	if (r->stats.first_damage[0])
		return;
	va_start(ap, fmt);
	format_text(r->stats.first_damage, sizeof(r->stats.first_damage), fmt, ap);
	va_end(ap);
}

struct header {
	uint16_t major;
	uint16_t minor;
	uint16_t block_size;
	uint16_t chunk_count;
	uint32_t flags;
	uint32_t checksum;
};

static bool u16_at(struct hv_cursor c, size_t pos, uint16_t *ret)
{
	return hv_cursor_seek(&c, pos) && hv_cursor_u16le(&c, ret);
}

static bool u32_at(struct hv_cursor c, size_t pos, uint32_t *ret)
{
	return hv_cursor_seek(&c, pos) && hv_cursor_u32le(&c, ret);
}

static bool parse_header(struct hv_cursor c, struct header *ret)
{
	return u16_at(c, AT_MINOR_VERSION, &ret->minor) &&
	       u16_at(c, AT_MAJOR_VERSION, &ret->major) &&
	       u16_at(c, AT_BLOCK_SIZE, &ret->block_size) &&
	       u16_at(c, AT_CHUNK_COUNT, &ret->chunk_count) && u32_at(c, AT_FLAGS, &ret->flags) &&
	       u32_at(c, AT_CHECKSUM, &ret->checksum);
}

static void check_header(
	struct hv_evtx_reader *r, const uint8_t *bytes, size_t len, const struct header *header)
{
	if (len < HV_EVTX_HEADER_SIZE) {
		r->stats.truncated = true;
		hv_evtx_damage(r, "truncated inside the file header");
	}
	if (!r->without_checksums && crc32(0, bytes, CHECKSUMMED) != header->checksum)
		hv_evtx_damage(r, "file header: bad checksum");
	if (header->block_size != HV_EVTX_HEADER_SIZE)
		hv_evtx_damage(
			r, "file header: impossible size %u", (unsigned int)header->block_size);
}

int hv_evtx_reader_header(struct hv_evtx_reader *r, const uint8_t *bytes, size_t len,
	uint64_t *ret_first_chunk, struct hv_err *err)
{
	struct header header;

	if (len < sizeof(FILE_MAGIC) || memcmp(bytes, FILE_MAGIC, sizeof(FILE_MAGIC)) != 0)
		return hv_err_set(err, HV_ERR_FORMAT, "not an event log (.evtx): bad magic");
	if (len < HEADER_USED || !parse_header(hv_cursor_make(bytes, len), &header))
		return hv_err_set(err, HV_ERR_FORMAT, "event log ends inside its header");
	if (header.major != MAJOR_VERSION || header.minor < MINOR_VERSION_MIN ||
		header.minor > MINOR_VERSION_MAX)
		return hv_err_set(err, HV_ERR_UNSUPPORTED,
			"event log of unknown format version %u.%u", (unsigned int)header.major,
			(unsigned int)header.minor);
	r->stats.dirty = header.flags & FLAG_DIRTY;
	r->without_checksums = header.flags & FLAG_NO_CHECKSUMS;
	r->header_chunks = header.chunk_count;
	check_header(r, bytes, len, &header);
	*ret_first_chunk = HV_EVTX_HEADER_SIZE;
	return 0;
}

int hv_evtx_reader_chunk(
	struct hv_evtx_reader *r, const uint8_t *bytes, size_t len, struct hv_err *err)
{
	int rc = hv_evtx_read_chunk(
		r, bytes, len < HV_EVTX_CHUNK_SIZE ? len : HV_EVTX_CHUNK_SIZE, err);

	r->next_chunk++;
	return rc;
}

const struct hv_evtx_stats *hv_evtx_reader_finish(struct hv_evtx_reader *r)
{
	if (!r->finished && r->next_chunk < r->header_chunks) {
		r->stats.truncated = true;
		r->stats.damaged_chunks += r->header_chunks - r->next_chunk;
		hv_evtx_damage(r, "truncated after chunk %" PRIu64 " of %" PRIu64, r->next_chunk,
			r->header_chunks);
	}
	r->finished = true;
	return &r->stats;
}

bool hv_evtx_damage_text(const struct hv_evtx_stats *stats, struct hv_buf *out)
{
	if (!stats->first_damage[0])
		return false;
	hv_buf_adds(out, stats->first_damage);
	hv_buf_addf(out, "; %" PRIu64 " record%s read", stats->records,
		stats->records == 1 ? " was" : "s were");
	if (stats->lost_records > 0)
		hv_buf_addf(out, ", %" PRIu64 " could not be", stats->lost_records);
	if (stats->damaged_chunks > 1)
		hv_buf_addf(out, "; %" PRIu64 " chunks are damaged", stats->damaged_chunks);
	return true;
}
