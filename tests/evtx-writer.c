/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event logs made in memory [MS-EVEN6 2.2.12 and the public documentation of the file format]. */
#include "evtx-writer.h"

#include <string.h>

#include <zlib.h>

#include "base/alloc.h"
#include "base/utf.h"

enum {
	FILE_HEADER_SIZE = 4096,
	CHUNK_SIZE = 65536,
	CHUNK_USABLE =
		CHUNK_SIZE - 8, /* some readers do not see a record that ends at the very end */
	FIRST_RECORD = 512,
	RECORD_MIN_SIZE = 28,
	RECORD_ALIGNMENT = 8,
	NAME_BUCKETS = 64,
	TEMPLATE_BUCKETS = 32,
	AT_NAMES = 128,
	AT_TEMPLATES = 384,
	AT_CHUNK_FLAGS = 120,
	AT_CHUNK_CHECKSUM = 124,
	MAX_NAMES = 2048,
	MAX_TEMPLATES = 1024,
	MAX_OPEN = 128,
	MAX_INSTANCES = 40,
	MAX_NAME_TEXT = 300,
	NO_CHECKSUMS_FLAG = 4,
	DEFINITION_HEADER_SIZE = 24,
};

/* Byte values of tokens and value types. */
enum {
	TOKEN_OPEN = 0x01,
	TOKEN_CLOSE_START = 0x02,
	TOKEN_CLOSE_EMPTY = 0x03,
	TOKEN_END = 0x04,
	TOKEN_VALUE = 0x05,
	TOKEN_ATTRIBUTE = 0x06,
	TOKEN_CDATA = 0x07,
	TOKEN_CHAR_REF = 0x08,
	TOKEN_ENTITY_REF = 0x09,
	TOKEN_PI_TARGET = 0x0A,
	TOKEN_PI_DATA = 0x0B,
	TOKEN_TEMPLATE = 0x0C,
	TOKEN_SUBSTITUTION = 0x0D,
	TOKEN_OPTIONAL = 0x0E,
	TOKEN_FRAGMENT = 0x0F,
	FLAG_ATTRIBUTES = 0x40, /* of a start tag */
	FLAG_MORE = 0x40,       /* of an attribute: another one follows */
	TYPE_NULL = 0x00,
	TYPE_STRING = 0x01,
	TYPE_UINT8 = 0x04,
	TYPE_UINT16 = 0x06,
	TYPE_UINT32 = 0x08,
	TYPE_UINT64 = 0x0A,
	TYPE_GUID = 0x0F,
	TYPE_FILETIME = 0x11,
	TYPE_SID = 0x13,
	TYPE_HEX64 = 0x15,
	TYPE_BINXML = 0x21,
};

struct name {
	char text[MAX_NAME_TEXT];
	size_t offset;
};

struct definition {
	uint32_t id;
	size_t offset;
};

struct open_element {
	size_t start; /* of the token */
	size_t size_at;
	size_t attributes_size; /* place of the attribute list's size; 0: no list */
	size_t last_attribute;  /* place of its token; 0: none yet */
};

struct instance {
	size_t definition;  /* offset of the one being written; 0: none */
	size_t next_value;  /* place of the next description */
	size_t value_start; /* of a BinXml value being written */
};

/* What is taken back when a record does not fit. */
struct mark {
	size_t pos;
	size_t names;
	size_t definitions;
	uint8_t tables[FIRST_RECORD - AT_NAMES];
};

struct evtx_writer {
	struct evtx_writer_options options;
	uint8_t *file;
	size_t len; /* finished chunks and the file header */
	size_t capacity;
	bool failed;
	bool overflow; /* the record does not fit into the chunk */
	uint64_t next_record_id;

	uint8_t chunk[CHUNK_SIZE];
	size_t pos;
	size_t last_record;
	uint64_t first_id, last_id;
	uint64_t records;
	uint64_t first_number;
	struct name names[MAX_NAMES];
	size_t name_count;
	struct definition definitions[MAX_TEMPLATES];
	size_t definition_count;

	size_t record; /* being written */
	struct open_element open[MAX_OPEN];
	size_t open_count;
	struct instance instances[MAX_INSTANCES];
	size_t instance_count;
	unsigned int definition_depth;
};

static void patch(uint8_t *at, uint64_t v, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(v >> 8 * i);
}

static void put_bytes(struct evtx_writer *w, const void *bytes, size_t size)
{
	if (size > CHUNK_USABLE - w->pos) {
		w->overflow = true;
		return;
	}
	if (size > 0)
		memcpy(w->chunk + w->pos, bytes, size);
	w->pos += size;
}

static void put(struct evtx_writer *w, uint64_t v, size_t size)
{
	uint8_t bytes[8];

	patch(bytes, v, size);
	put_bytes(w, bytes, size);
}

/* Changes what was written at pos, as far as it was. */
static void patch_chunk(struct evtx_writer *w, size_t pos, uint64_t v, size_t size)
{
	if (size <= CHUNK_SIZE && pos <= CHUNK_SIZE - size)
		patch(w->chunk + pos, v, size);
}

static uint64_t get(const uint8_t *at, size_t size)
{
	uint64_t v = 0;

	for (size_t i = size; i > 0; i--)
		v = v << 8 | at[i - 1];
	return v;
}

/* Writes UTF-16LE. Returns the number of units. */
static size_t put_utf16(struct evtx_writer *w, const char *utf8)
{
	size_t left = strlen(utf8);
	size_t units = 0;

	while (left > 0) {
		uint32_t c = 0xFFFD;
		size_t used = hv_utf8_decode(utf8, left, &c);

		used += used == 0;
		if (c >= 0x10000) {
			put(w, 0xD800 + ((c - 0x10000) >> 10), 2);
			put(w, 0xDC00 + ((c - 0x10000) & 0x3FF), 2);
			units++;
		} else {
			put(w, c, 2);
		}
		units++;
		utf8 += used;
		left -= used;
	}
	return units;
}

/* Text with its number of units before it. */
static void put_counted(struct evtx_writer *w, const char *utf8)
{
	size_t count_at = w->pos;

	put(w, 0, 2);
	patch_chunk(w, count_at, put_utf16(w, utf8), 2);
}

static uint16_t name_hash(const char *name)
{
	uint32_t hash = 0;

	for (; *name; name++)
		hash = hash * 65599 + (unsigned char)*name;
	return (uint16_t)hash;
}

static const struct name *find_name(const struct evtx_writer *w, const char *text)
{
	for (size_t i = 0; i < w->name_count; i++) {
		if (!strcmp(w->names[i].text, text))
			return &w->names[i];
	}
	return NULL;
}

/* A reference to a name; the name behind it when it is new in the chunk. */
static void put_name(struct evtx_writer *w, const char *text)
{
	const struct name *known = find_name(w, text);
	uint8_t *bucket = w->chunk + AT_NAMES + 4 * (size_t)(name_hash(text) % NAME_BUCKETS);
	size_t offset = w->pos + 4;
	size_t len = strlen(text);

	if (known) {
		put(w, known->offset, 4);
		return;
	}
	put(w, offset, 4);
	put(w, get(bucket, 4), 4);
	put(w, name_hash(text), 2);
	put_counted(w, text);
	put(w, 0, 2);
	if (w->overflow || w->name_count == MAX_NAMES || len >= MAX_NAME_TEXT)
		return;
	patch(bucket, offset, 4);
	w->names[w->name_count].offset = offset;
	memcpy(w->names[w->name_count].text, text, len + 1);
	w->name_count++;
}

static void reset_chunk(struct evtx_writer *w)
{
	memset(w->chunk, 0, sizeof(w->chunk));
	w->pos = FIRST_RECORD;
	w->last_record = 0;
	w->name_count = 0;
	w->definition_count = 0;
	w->first_number += w->records;
	w->records = 0;
	w->first_id = UINT64_MAX;
	w->last_id = UINT64_MAX;
}

struct evtx_writer *evtx_writer_new(const struct evtx_writer_options *options)
{
	struct evtx_writer *w = hv_alloc(sizeof(*w));

	if (!w)
		return NULL;
	if (options)
		w->options = *options;
	w->next_record_id = 1;
	w->first_number = 1;
	w->len = FILE_HEADER_SIZE;
	w->failed = hv_grow(&w->file, &w->capacity, FILE_HEADER_SIZE, SIZE_MAX, 1) != 0;
	if (!w->failed)
		memset(w->file, 0, FILE_HEADER_SIZE);
	reset_chunk(w);
	return w;
}

void evtx_writer_free(struct evtx_writer *w)
{
	if (!w)
		return;
	hv_free(w->file);
	hv_free(w);
}

uint64_t evtx_filetime(hv_usec t)
{
	/* Seconds from 1601 to 1970. */
	return ((uint64_t)t + UINT64_C(11644473600) * 1000000) * 10;
}

/* -- checksums -- */

static void seal_chunk(uint8_t *chunk)
{
	size_t free = (size_t)get(chunk + 48, 4);
	uLong checksum;

	if (free >= FIRST_RECORD && free <= CHUNK_SIZE)
		patch(chunk + 52, crc32(0, chunk + FIRST_RECORD, (uInt)(free - FIRST_RECORD)), 4);
	checksum = crc32(0, chunk, AT_CHUNK_FLAGS);
	checksum = crc32(checksum, chunk + AT_NAMES, FIRST_RECORD - AT_NAMES);
	patch(chunk + AT_CHUNK_CHECKSUM, checksum, 4);
}

void evtx_reseal(uint8_t *file, size_t len)
{
	if (len < FILE_HEADER_SIZE)
		return;
	patch(file + 124, crc32(0, file, 120), 4);
	for (size_t at = FILE_HEADER_SIZE; at + CHUNK_SIZE <= len; at += CHUNK_SIZE)
		seal_chunk(file + at);
}

/* -- file -- */

static void fill_chunk_header(struct evtx_writer *w)
{
	uint8_t *h = w->chunk;

	memcpy(h, "ElfChnk", 8);
	patch(h + 8, w->first_number, 8);
	patch(h + 16, w->records > 0 ? w->first_number + w->records - 1 : UINT64_MAX, 8);
	patch(h + 24, w->first_id, 8);
	patch(h + 32, w->last_id, 8);
	patch(h + 40, 128, 4);
	patch(h + 44, w->last_record, 4);
	patch(h + 48, w->pos, 4);
	patch(h + AT_CHUNK_FLAGS, w->options.no_checksums ? 1 | NO_CHECKSUMS_FLAG : 1, 4);
	if (!w->options.no_checksums)
		seal_chunk(h);
}

void evtx_writer_new_chunk(struct evtx_writer *w)
{
	fill_chunk_header(w);
	if (w->failed || hv_grow(&w->file, &w->capacity, w->len + CHUNK_SIZE, SIZE_MAX, 1)) {
		w->failed = true;
		return;
	}
	memcpy(w->file + w->len, w->chunk, CHUNK_SIZE);
	w->len += CHUNK_SIZE;
	reset_chunk(w);
}

uint8_t *evtx_writer_finish(struct evtx_writer *w, size_t *ret_len)
{
	size_t chunks;
	uint8_t *h;

	if (w->records > 0 || w->len == FILE_HEADER_SIZE)
		evtx_writer_new_chunk(w);
	if (w->failed || w->overflow)
		return NULL;
	chunks = (w->len - FILE_HEADER_SIZE) / CHUNK_SIZE;
	h = w->file;
	memcpy(h, "ElfFile", 8);
	patch(h + 16, chunks - 1, 8);
	patch(h + 24, w->next_record_id, 8);
	patch(h + 32, 128, 4);
	patch(h + 36, w->options.minor_version ? w->options.minor_version : 1, 2);
	patch(h + 38, 3, 2);
	patch(h + 40, FILE_HEADER_SIZE, 2);
	patch(h + 42, chunks, 2);
	patch(h + 120,
		(w->options.dirty ? 1u : 0u) | (w->options.no_checksums ? NO_CHECKSUMS_FLAG : 0u),
		4);
	patch(h + 124, w->options.no_checksums ? 0 : crc32(0, h, 120), 4);
	*ret_len = w->len;
	return w->file;
}

/* -- records and tokens -- */

void evtx_begin_record(struct evtx_writer *w, uint64_t id, uint64_t filetime)
{
	w->record = w->pos;
	w->open_count = 0;
	w->instance_count = 0;
	w->definition_depth = 0;
	put(w, 0x2A2A, 4);
	put(w, 0, 4);
	put(w, id, 8);
	put(w, filetime, 8);
}

void evtx_end_record(struct evtx_writer *w)
{
	uint64_t id = get(w->chunk + w->record + 8, 8);
	size_t size = w->pos - w->record + 4;
	size_t padding = (RECORD_ALIGNMENT - size % RECORD_ALIGNMENT) % RECORD_ALIGNMENT;

	put(w, 0, padding);
	size += padding;
	put(w, size, 4);
	patch_chunk(w, w->record + 4, size, 4);
	if (w->overflow)
		return;
	if (w->records == 0)
		w->first_id = id;
	w->last_id = id;
	w->last_record = w->record;
	w->records++;
	if (id >= w->next_record_id)
		w->next_record_id = id + 1;
}

void evtx_put_byte(struct evtx_writer *w, uint8_t byte)
{
	put(w, byte, 1);
}

void evtx_put_fragment_header(struct evtx_writer *w)
{
	put(w, TOKEN_FRAGMENT | 0x01 << 8 | 0x01 << 16, 4);
}

static void open_element(struct evtx_writer *w, const char *name, int dependency, uint8_t token)
{
	struct open_element e = { .start = w->pos };

	put(w, token, 1);
	if (w->definition_depth > 0)
		put(w, (uint64_t)(dependency < 0 ? 0xFFFF : dependency), 2);
	e.size_at = w->pos;
	put(w, 0, 4);
	put_name(w, name);
	if (token & FLAG_ATTRIBUTES) {
		e.attributes_size = w->pos;
		put(w, 0, 4);
	}
	if (w->open_count < MAX_OPEN)
		w->open[w->open_count] = e;
	w->open_count++;
}

void evtx_open(struct evtx_writer *w, const char *name, int dependency)
{
	open_element(w, name, dependency, TOKEN_OPEN);
}

void evtx_open_with_attributes(struct evtx_writer *w, const char *name, int dependency)
{
	open_element(w, name, dependency, TOKEN_OPEN | FLAG_ATTRIBUTES);
}

static struct open_element *innermost(struct evtx_writer *w)
{
	return w->open_count > 0 && w->open_count <= MAX_OPEN ? &w->open[w->open_count - 1] : NULL;
}

void evtx_attribute(struct evtx_writer *w, const char *name)
{
	struct open_element *e = innermost(w);

	if (e && e->last_attribute)
		patch_chunk(w, e->last_attribute, TOKEN_ATTRIBUTE | FLAG_MORE, 1);
	if (e)
		e->last_attribute = w->pos;
	put(w, TOKEN_ATTRIBUTE, 1);
	put_name(w, name);
}

static void end_attributes(struct evtx_writer *w)
{
	struct open_element *e = innermost(w);

	if (e && e->attributes_size)
		patch_chunk(w, e->attributes_size, w->pos - e->attributes_size - 4, 4);
}

static void end_element(struct evtx_writer *w)
{
	struct open_element *e = innermost(w);

	if (e)
		patch_chunk(w, e->size_at, w->pos - e->size_at - 4, 4);
	w->open_count -= w->open_count > 0;
}

void evtx_close_start(struct evtx_writer *w)
{
	end_attributes(w);
	put(w, TOKEN_CLOSE_START, 1);
}

void evtx_close_empty(struct evtx_writer *w)
{
	end_attributes(w);
	put(w, TOKEN_CLOSE_EMPTY, 1);
	end_element(w);
}

void evtx_end(struct evtx_writer *w)
{
	put(w, TOKEN_END, 1);
	end_element(w);
}

void evtx_text(struct evtx_writer *w, const char *utf8)
{
	put(w, TOKEN_VALUE | TYPE_STRING << 8, 2);
	put_counted(w, utf8);
}

void evtx_cdata(struct evtx_writer *w, const char *utf8)
{
	put(w, TOKEN_CDATA, 1);
	put_counted(w, utf8);
}

void evtx_char_ref(struct evtx_writer *w, uint16_t character)
{
	put(w, TOKEN_CHAR_REF, 1);
	put(w, character, 2);
}

void evtx_entity_ref(struct evtx_writer *w, const char *name)
{
	put(w, TOKEN_ENTITY_REF, 1);
	put_name(w, name);
}

void evtx_pi(struct evtx_writer *w, const char *target, const char *data)
{
	put(w, TOKEN_PI_TARGET, 1);
	put_name(w, target);
	put(w, TOKEN_PI_DATA, 1);
	put_counted(w, data);
}

static void substitution(struct evtx_writer *w, uint8_t token, uint16_t index, uint8_t type)
{
	put(w, token, 1);
	put(w, index, 2);
	put(w, type, 1);
}

void evtx_substitution(struct evtx_writer *w, uint16_t index, uint8_t type)
{
	substitution(w, TOKEN_SUBSTITUTION, index, type);
}

void evtx_optional_substitution(struct evtx_writer *w, uint16_t index, uint8_t type)
{
	substitution(w, TOKEN_OPTIONAL, index, type);
}

void evtx_eof(struct evtx_writer *w)
{
	put(w, 0, 1);
}

/* -- template instances -- */

static size_t find_definition(const struct evtx_writer *w, uint32_t id)
{
	for (size_t i = 0; i < w->definition_count; i++) {
		if (w->definitions[i].id == id)
			return w->definitions[i].offset;
	}
	return 0;
}

static struct instance *current(struct evtx_writer *w)
{
	return &w->instances[w->instance_count > 0 ? w->instance_count - 1 : 0];
}

static void begin_definition(struct evtx_writer *w, uint32_t id)
{
	uint8_t *bucket = w->chunk + AT_TEMPLATES + 4 * (size_t)(id % TEMPLATE_BUCKETS);
	uint8_t guid[16] = { 0 };

	current(w)->definition = w->pos;
	patch(guid, id, 4);
	put(w, get(bucket, 4), 4);
	put_bytes(w, guid, sizeof(guid));
	put(w, 0, 4);
	w->definition_depth++;
	if (w->overflow || w->definition_count == MAX_TEMPLATES)
		return;
	patch(bucket, current(w)->definition, 4);
	w->definitions[w->definition_count++] =
		(struct definition){ .id = id, .offset = current(w)->definition };
}

bool evtx_begin_instance(struct evtx_writer *w, uint32_t id)
{
	size_t known = find_definition(w, id);

	if (w->instance_count < MAX_INSTANCES)
		w->instance_count++;
	*current(w) = (struct instance){ .definition = 0 };
	put(w, TOKEN_TEMPLATE | 0x01 << 8, 2);
	put(w, id, 4);
	put(w, known ? known : w->pos + 4, 4);
	if (!known)
		begin_definition(w, id);
	return !known;
}

void evtx_end_definition(struct evtx_writer *w)
{
	size_t start = current(w)->definition;

	patch_chunk(
		w, start + DEFINITION_HEADER_SIZE - 4, w->pos - start - DEFINITION_HEADER_SIZE, 4);
	w->definition_depth--;
}

void evtx_begin_values(struct evtx_writer *w, uint32_t count)
{
	put(w, count, 4);
	current(w)->next_value = w->pos;
	for (uint32_t i = 0; i < count; i++)
		put(w, 0, 4);
}

static void describe_value(struct evtx_writer *w, uint8_t type, size_t size)
{
	patch_chunk(w, current(w)->next_value, size | (uint64_t)type << 16, 4);
	current(w)->next_value += 4;
}

void evtx_value(struct evtx_writer *w, uint8_t type, const void *bytes, size_t size)
{
	put_bytes(w, bytes, size);
	describe_value(w, type, size);
}

void evtx_value_text(struct evtx_writer *w, const char *utf8)
{
	describe_value(w, TYPE_STRING, 2 * put_utf16(w, utf8));
}

static void value_number(struct evtx_writer *w, uint8_t type, uint64_t v, size_t size)
{
	put(w, v, size);
	describe_value(w, type, size);
}

void evtx_value_u8(struct evtx_writer *w, uint8_t v)
{
	value_number(w, TYPE_UINT8, v, 1);
}

void evtx_value_u16(struct evtx_writer *w, uint16_t v)
{
	value_number(w, TYPE_UINT16, v, 2);
}

void evtx_value_u32(struct evtx_writer *w, uint32_t v)
{
	value_number(w, TYPE_UINT32, v, 4);
}

void evtx_value_u64(struct evtx_writer *w, uint8_t type, uint64_t v)
{
	value_number(w, type, v, 8);
}

void evtx_value_null(struct evtx_writer *w)
{
	describe_value(w, TYPE_NULL, 0);
}

void evtx_begin_binxml_value(struct evtx_writer *w)
{
	current(w)->value_start = w->pos;
}

void evtx_end_binxml_value(struct evtx_writer *w)
{
	/* The instances inside are done. */
	while (w->instance_count > 1 && !current(w)->value_start)
		w->instance_count--;
	describe_value(w, TYPE_BINXML, w->pos - current(w)->value_start);
	current(w)->value_start = 0;
}

/* -- whole events, as Windows lays them out -- */

/* The values of the event's template. */
enum {
	VALUE_LEVEL,
	VALUE_TASK,
	VALUE_OPCODE,
	VALUE_EVENT_ID,
	VALUE_QUALIFIERS,
	VALUE_KEYWORDS,
	VALUE_TIME,
	VALUE_ACTIVITY,
	VALUE_PROCESS,
	VALUE_THREAD,
	VALUE_RECORD_ID,
	VALUE_VERSION,
	VALUE_USER,
	VALUE_PROVIDER,
	VALUE_GUID,
	VALUE_CHANNEL,
	VALUE_COMPUTER,
	VALUE_DATA,
	VALUE_COUNT,
};

enum { EVENT_TEMPLATE = 0x45564E54 };

static void simple_element(
	struct evtx_writer *w, const char *name, int dependency, uint16_t index, uint8_t type)
{
	evtx_open(w, name, dependency);
	evtx_close_start(w);
	evtx_optional_substitution(w, index, type);
	evtx_end(w);
}

static void optional_attribute(
	struct evtx_writer *w, const char *name, uint16_t index, uint8_t type)
{
	evtx_attribute(w, name);
	evtx_optional_substitution(w, index, type);
}

static void define_system(struct evtx_writer *w)
{
	evtx_open_with_attributes(w, "Provider", -1);
	optional_attribute(w, "Name", VALUE_PROVIDER, TYPE_STRING);
	optional_attribute(w, "Guid", VALUE_GUID, TYPE_GUID);
	evtx_close_empty(w);
	evtx_open_with_attributes(w, "EventID", VALUE_EVENT_ID);
	optional_attribute(w, "Qualifiers", VALUE_QUALIFIERS, TYPE_UINT16);
	evtx_close_start(w);
	evtx_optional_substitution(w, VALUE_EVENT_ID, TYPE_UINT16);
	evtx_end(w);
	simple_element(w, "Version", VALUE_VERSION, VALUE_VERSION, TYPE_UINT8);
	simple_element(w, "Level", VALUE_LEVEL, VALUE_LEVEL, TYPE_UINT8);
	simple_element(w, "Task", VALUE_TASK, VALUE_TASK, TYPE_UINT16);
	simple_element(w, "Opcode", VALUE_OPCODE, VALUE_OPCODE, TYPE_UINT8);
	simple_element(w, "Keywords", VALUE_KEYWORDS, VALUE_KEYWORDS, TYPE_HEX64);
	evtx_open_with_attributes(w, "TimeCreated", -1);
	optional_attribute(w, "SystemTime", VALUE_TIME, TYPE_FILETIME);
	evtx_close_empty(w);
	simple_element(w, "EventRecordID", VALUE_RECORD_ID, VALUE_RECORD_ID, TYPE_UINT64);
	evtx_open_with_attributes(w, "Correlation", -1);
	optional_attribute(w, "ActivityID", VALUE_ACTIVITY, TYPE_GUID);
	evtx_close_empty(w);
	evtx_open_with_attributes(w, "Execution", -1);
	optional_attribute(w, "ProcessID", VALUE_PROCESS, TYPE_UINT32);
	optional_attribute(w, "ThreadID", VALUE_THREAD, TYPE_UINT32);
	evtx_close_empty(w);
	simple_element(w, "Channel", -1, VALUE_CHANNEL, TYPE_STRING);
	simple_element(w, "Computer", -1, VALUE_COMPUTER, TYPE_STRING);
	evtx_open_with_attributes(w, "Security", -1);
	optional_attribute(w, "UserID", VALUE_USER, TYPE_SID);
	evtx_close_empty(w);
}

static void define_event(struct evtx_writer *w)
{
	evtx_put_fragment_header(w);
	evtx_open_with_attributes(w, "Event", VALUE_DATA);
	evtx_attribute(w, "xmlns");
	evtx_text(w, "http://schemas.microsoft.com/win/2004/08/events/event");
	evtx_close_start(w);
	evtx_open(w, "System", -1);
	evtx_close_start(w);
	define_system(w);
	evtx_end(w);
	evtx_optional_substitution(w, VALUE_DATA, TYPE_BINXML);
	evtx_end(w);
	evtx_eof(w);
}

static void define_field(struct evtx_writer *w, enum evtx_payload payload,
	const struct evtx_field *field, uint16_t index)
{
	uint8_t type = field->bytes ? field->type : TYPE_STRING;

	if (payload == EVTX_VML_EVENT_LOG) {
		evtx_open(w, field->name, -1);
	} else if (field->name) {
		evtx_open_with_attributes(w, "Data", -1);
		evtx_attribute(w, "Name");
		evtx_text(w, field->name);
	} else {
		evtx_open(w, "Data", -1);
	}
	evtx_close_start(w);
	evtx_substitution(w, index, type);
	evtx_end(w);
}

static void define_data(struct evtx_writer *w, const struct evtx_event *event)
{
	evtx_put_fragment_header(w);
	if (event->payload == EVTX_VML_EVENT_LOG) {
		evtx_open(w, "UserData", -1);
		evtx_close_start(w);
		evtx_open_with_attributes(w, "VmlEventLog", -1);
		evtx_attribute(w, "xmlns");
		evtx_text(w, "http://www.microsoft.com/Windows/Virtualization/Events");
	} else {
		evtx_open(w, "EventData", -1);
	}
	evtx_close_start(w);
	for (size_t i = 0; i < event->field_count; i++)
		define_field(w, event->payload, &event->fields[i], (uint16_t)i);
	if (event->payload == EVTX_VML_EVENT_LOG)
		evtx_end(w);
	evtx_end(w);
	evtx_eof(w);
}

/* Tells kinds of user data apart by what their definition would hold. */
static uint32_t data_template_id(const struct evtx_event *event)
{
	uLong hash = crc32(0, (const uint8_t *)&event->payload, sizeof(event->payload));

	for (size_t i = 0; i < event->field_count; i++) {
		const struct evtx_field *f = &event->fields[i];
		uint8_t type = f->bytes ? f->type : TYPE_STRING;

		hash = crc32(hash, &type, 1);
		if (f->name)
			hash = crc32(hash, (const uint8_t *)f->name, (uInt)strlen(f->name) + 1);
	}
	return (uint32_t)hash;
}

static void put_data(struct evtx_writer *w, const struct evtx_event *event)
{
	evtx_put_fragment_header(w);
	if (evtx_begin_instance(w, data_template_id(event))) {
		define_data(w, event);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, (uint32_t)event->field_count);
	for (size_t i = 0; i < event->field_count; i++) {
		const struct evtx_field *f = &event->fields[i];

		if (f->bytes)
			evtx_value(w, f->type, f->bytes, f->size);
		else
			evtx_value_text(w, f->text);
	}
}

static unsigned int hex_digit(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *found = strchr(digits, c);

	return found ? (unsigned int)(found - digits) % 16 : 0;
}

/* "{00112233-4455-6677-8899-aabbccddeeff}": the first three groups are little-endian. */
static void put_guid(struct evtx_writer *w, const char *text)
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t guid[16] = { 0 };
	size_t digits = 0;

	for (; *text && digits < 32; text++) {
		if (*text == '{' || *text == '-')
			continue;
		guid[order[digits / 2]] =
			(uint8_t)((unsigned int)guid[order[digits / 2]] << 4 | hex_digit(*text));
		digits++;
	}
	evtx_value(w, TYPE_GUID, guid, sizeof(guid));
}

static void put_event(struct evtx_writer *w, const struct evtx_event *event)
{
	static const uint8_t local_system[] = { 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0 };

	evtx_put_fragment_header(w);
	if (evtx_begin_instance(w, EVENT_TEMPLATE)) {
		define_event(w);
		evtx_end_definition(w);
	}
	evtx_begin_values(w, VALUE_COUNT);
	evtx_value_u8(w, event->level);
	evtx_value_u16(w, 0);
	evtx_value_u8(w, 0);
	evtx_value_u16(w, (uint16_t)event->event_id);
	evtx_value_null(w);
	evtx_value_u64(w, TYPE_HEX64, UINT64_C(0x8000000000000000));
	evtx_value_u64(w, TYPE_FILETIME, evtx_filetime(event->time));
	evtx_value_null(w);
	evtx_value_u32(w, 1728);
	evtx_value_u32(w, 2212);
	evtx_value_u64(w, TYPE_UINT64, event->record_id);
	evtx_value_u8(w, 0);
	evtx_value(w, TYPE_SID, local_system, sizeof(local_system));
	evtx_value_text(w, event->provider);
	if (event->guid)
		put_guid(w, event->guid);
	else
		evtx_value_null(w);
	evtx_value_text(w, event->channel);
	evtx_value_text(w, event->computer);
	evtx_begin_binxml_value(w);
	put_data(w, event);
	evtx_eof(w);
	evtx_end_binxml_value(w);
	evtx_eof(w);
}

static void try_event(struct evtx_writer *w, const struct evtx_event *event)
{
	evtx_begin_record(w, event->header_id ? event->header_id : event->record_id,
		evtx_filetime(event->time));
	put_event(w, event);
	evtx_end_record(w);
}

void evtx_writer_add(struct evtx_writer *w, const struct evtx_event *event)
{
	struct mark mark = {
		.pos = w->pos, .names = w->name_count, .definitions = w->definition_count
	};

	if (w->overflow)
		return;
	memcpy(mark.tables, w->chunk + AT_NAMES, sizeof(mark.tables));
	try_event(w, event);
	if (!w->overflow || w->records == 0)
		return;
	w->overflow = false;
	memset(w->chunk + mark.pos, 0, CHUNK_SIZE - mark.pos);
	memcpy(w->chunk + AT_NAMES, mark.tables, sizeof(mark.tables));
	w->pos = mark.pos;
	w->name_count = mark.names;
	w->definition_count = mark.definitions;
	evtx_writer_new_chunk(w);
	try_event(w, event);
}
