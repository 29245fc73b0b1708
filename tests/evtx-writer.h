/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes event logs (.evtx) for tests and benchmarks. Two levels: whole events as Windows lays them
 * out (one template for the event and one for each kind of user data, shared by the records of a
 * chunk), and single BinXml tokens for everything Windows would not write. Failure is sticky: ask
 * evtx_writer_finish(). */
#ifndef HV_TESTS_EVTX_WRITER_H
#define HV_TESTS_EVTX_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

struct evtx_writer;

struct evtx_field {
	const char *name;  /* NULL: <Data> without a name; EventData only */
	const char *text;  /* UTF-8; NULL when bytes are given */
	const void *bytes; /* a value of any type */
	size_t size;
	uint8_t type;
};

enum evtx_payload { EVTX_EVENT_DATA, EVTX_VML_EVENT_LOG };

struct evtx_event {
	const char *provider;
	const char *guid; /* "{...}" or NULL */
	const char *channel;
	const char *computer;
	uint32_t event_id;
	uint8_t level;
	uint64_t record_id;
	uint64_t header_id; /* number in the record header; 0: record_id */
	hv_usec time;
	enum evtx_payload payload;
	const struct evtx_field *fields;
	size_t field_count;
};

struct evtx_writer_options {
	bool dirty;
	bool no_checksums;
	uint16_t minor_version; /* 0: 1 */
};

struct evtx_writer *evtx_writer_new(
	const struct evtx_writer_options *options); /* options NULL: clean, 3.1 */
void evtx_writer_free(struct evtx_writer *w);
void evtx_writer_add(struct evtx_writer *w, const struct evtx_event *event);
void evtx_writer_new_chunk(struct evtx_writer *w);
/* The file. Borrowed from w. NULL when memory was short, or when a record fits no chunk. */
uint8_t *evtx_writer_finish(struct evtx_writer *w, size_t *ret_len);

/* Makes all checksums of a file right again, after bytes of it were changed. */
void evtx_reseal(uint8_t *file, size_t len);

/* FILETIME of t. */
uint64_t evtx_filetime(hv_usec t);

/* Single tokens. A record is begun, filled and ended; it goes to the current chunk and must fit
 * there. */
void evtx_begin_record(struct evtx_writer *w, uint64_t id, uint64_t filetime);
void evtx_end_record(struct evtx_writer *w);
void evtx_put_byte(struct evtx_writer *w, uint8_t byte);
void evtx_put_fragment_header(struct evtx_writer *w);
/* dependency: index of a value, or -1; written inside template definitions only. */
void evtx_open(struct evtx_writer *w, const char *name, int dependency);
void evtx_open_with_attributes(struct evtx_writer *w, const char *name, int dependency);
void evtx_attribute(struct evtx_writer *w, const char *name);
void evtx_close_start(struct evtx_writer *w);
void evtx_close_empty(struct evtx_writer *w);
void evtx_end(struct evtx_writer *w);
void evtx_text(struct evtx_writer *w, const char *utf8);
void evtx_cdata(struct evtx_writer *w, const char *utf8);
void evtx_char_ref(struct evtx_writer *w, uint16_t character);
void evtx_entity_ref(struct evtx_writer *w, const char *name);
void evtx_pi(struct evtx_writer *w, const char *target, const char *data);
void evtx_substitution(struct evtx_writer *w, uint16_t index, uint8_t type);
void evtx_optional_substitution(struct evtx_writer *w, uint16_t index, uint8_t type);
void evtx_eof(struct evtx_writer *w);

/* A template instance: begin; when that returns true, the definition's tokens, evtx_eof() and
 * evtx_end_definition(); then count values. Instances of one id in a chunk share the definition. */
bool evtx_begin_instance(struct evtx_writer *w, uint32_t id);
void evtx_end_definition(struct evtx_writer *w);
void evtx_begin_values(struct evtx_writer *w, uint32_t count);
void evtx_value(struct evtx_writer *w, uint8_t type, const void *bytes, size_t size);
void evtx_value_text(struct evtx_writer *w, const char *utf8);
void evtx_value_u8(struct evtx_writer *w, uint8_t v);
void evtx_value_u16(struct evtx_writer *w, uint16_t v);
void evtx_value_u32(struct evtx_writer *w, uint32_t v);
void evtx_value_u64(struct evtx_writer *w, uint8_t type, uint64_t v);
void evtx_value_null(struct evtx_writer *w);
void evtx_begin_binxml_value(struct evtx_writer *w); /* then its tokens */
void evtx_end_binxml_value(struct evtx_writer *w);

#endif
