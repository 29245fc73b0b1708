/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The event log reader: a whole file; or, when the bytes do not begin as one, the records of a
 * chunk. What comes out has to be well-formed. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf.h"
#include "evtx/evtx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIRST_RECORD = 512, AT_FIRST_ID = 24, AT_FREE = 48 };

static void require(bool condition)
{
	if (!condition)
		abort();
}

/* Names of the elements that are open. */
struct open_tags {
	const char *name[HV_EVTX_MAX_DEPTH];
	size_t len[HV_EVTX_MAX_DEPTH];
	size_t count;
};

static void check_end_tag(struct open_tags *open, const char *name, size_t len)
{
	require(open->count > 0);
	open->count--;
	require(open->len[open->count] == len && !memcmp(open->name[open->count], name, len));
}

/* Behind the name of a start tag: attributes, in which no '<' or '>' may stand, and the end. */
static const char *check_start_tag(struct open_tags *open, const char *name, size_t len)
{
	const char *end = strchr(name, '>');
	const char *less = strchr(name, '<');
	size_t quotes = 0;

	require(end && (!less || less > end));
	for (const char *at = name; at < end; at++)
		quotes += *at == '"';
	require(quotes % 2 == 0);
	if (end[-1] == '/')
		return end + 1;
	require(open->count < HV_EVTX_MAX_DEPTH);
	open->name[open->count] = name;
	open->len[open->count++] = len;
	return end + 1;
}

static void check_text(const char *from, const char *to)
{
	for (; from < to; from++) {
		require(*from != '>' && *from != '"');
		require((unsigned char)*from >= 0x20 || *from == '\t' || *from == '\n' ||
			*from == '\r');
	}
}

static int check_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct open_tags open = { .count = 0 };
	const char *at = xml;

	(void)ctx;
	(void)err;
	require(strlen(xml) == len && len <= HV_EVTX_MAX_XML && hv_utf8_valid(xml, len));
	require(!strncmp(xml, "<Event", 6));
	while (*at) {
		const char *tag = strchr(at, '<');

		check_text(at, tag ? tag : xml + len);
		require(tag && (at == tag || open.count > 0) && (tag == xml || open.count > 0));
		if (tag[1] == '/') {
			check_end_tag(&open, tag + 2, strcspn(tag + 2, ">"));
			at = strchr(tag, '>') + 1;
		} else {
			require(strcspn(tag + 1, " />") > 0);
			at = check_start_tag(&open, tag + 1, strcspn(tag + 1, " />"));
		}
	}
	require(open.count == 0);
	return 0;
}

static bool is_even(void *ctx, const struct hv_evtx_head *head)
{
	(void)ctx;
	require(hv_utf8_valid(head->provider, strlen(head->provider)));
	require(hv_utf8_valid(head->channel, strlen(head->channel)));
	return head->event_id % 2 == 0;
}

static void read_file(struct hv_evtx_reader *r, const uint8_t *data, size_t size)
{
	size_t header = size < HV_EVTX_HEADER_SIZE ? size : HV_EVTX_HEADER_SIZE;
	uint64_t first_chunk;

	if (hv_evtx_reader_header(r, data, header, &first_chunk, NULL))
		return;
	for (size_t at = header; at < size; at += HV_EVTX_CHUNK_SIZE) {
		size_t len = size - at < HV_EVTX_CHUNK_SIZE ? size - at : HV_EVTX_CHUNK_SIZE;

		require(!hv_evtx_reader_chunk(r, data + at, len, NULL));
	}
}

static void put(uint8_t *at, uint64_t v, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(v >> 8 * i);
}

static void read_records(struct hv_evtx_reader *r, const uint8_t *data, size_t size)
{
	size_t len =
		size < HV_EVTX_CHUNK_SIZE - FIRST_RECORD ? size : HV_EVTX_CHUNK_SIZE - FIRST_RECORD;
	HV_AUTO(bytes) chunk = hv_alloc(FIRST_RECORD + len);

	if (!chunk)
		return;
	memcpy(chunk, "ElfChnk", 8);
	put(chunk + AT_FIRST_ID, 1, 8);
	put(chunk + AT_FIRST_ID + 8, 1000, 8);
	put(chunk + AT_FREE, FIRST_RECORD + len, 4);
	memcpy(chunk + FIRST_RECORD, data, len);
	require(!hv_evtx_reader_chunk(r, chunk, FIRST_RECORD + len, NULL));
}

static void read_all(const struct hv_evtx_callbacks *callbacks, const uint8_t *data, size_t size)
{
	struct hv_evtx_reader *r = hv_evtx_reader_new(callbacks, NULL);
	const struct hv_evtx_stats *stats;
	struct hv_buf damage;

	if (!r)
		return;
	if (size >= 8 && !memcmp(data, "ElfFile", 8))
		read_file(r, data, size);
	else
		read_records(r, data, size);
	stats = hv_evtx_reader_finish(r);
	hv_buf_init(&damage, 1000);
	require(hv_evtx_damage_text(stats, &damage) ||
		(stats->lost_records == 0 && stats->damaged_chunks == 0 && !stats->truncated));
	hv_buf_done(&damage);
	hv_evtx_reader_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct hv_evtx_callbacks all = { .since = HV_USEC_MIN, .event = check_event };
	const struct hv_evtx_callbacks some = {
		.since = 0, .wanted = is_even, .event = check_event
	};

	read_all(&all, data, size);
	read_all(&some, data, size);
	return 0;
}
