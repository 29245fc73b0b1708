/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of the event log reader share. */
#include "evtx-fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/attr.h"

enum { MAX_XML = 64 << 20, MAX_DAMAGE = 1000 };

static bool ask_wanted(void *ctx, const struct hv_evtx_head *head)
{
	struct evtx_reading *r = ctx;

	return r->wanted(r->wanted_ctx, head);
}

static int take_event(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct evtx_reading *r = ctx;

	r->count++;
	if (r->count == r->fail_at)
		return hv_err_set(err, HV_ERR_LIMIT, "no more");
	assert_int_equal(strlen(xml), len);
	hv_buf_add(&r->xml, xml, len);
	hv_buf_addc(&r->xml, '\n');
	return 0;
}

static int read_chunks(
	struct hv_evtx_reader *reader, const uint8_t *bytes, size_t len, struct hv_err *err)
{
	while (len > 0) {
		size_t size = len < HV_EVTX_CHUNK_SIZE ? len : HV_EVTX_CHUNK_SIZE;
		uint8_t *chunk = hv_alloc(size);
		int rc;

		/* A chunk of its own lets a sanitizer see a read past its end. */
		assert_non_null(chunk);
		memcpy(chunk, bytes, size);
		rc = hv_evtx_reader_chunk(reader, chunk, size, err);
		hv_free(chunk);
		if (rc)
			return -1;
		bytes += size;
		len -= size;
	}
	return 0;
}

void evtx_read(struct evtx_reading *r, const uint8_t *bytes, size_t len)
{
	const struct hv_evtx_callbacks callbacks = {
		.ctx = r,
		.since = r->since ? r->since : HV_USEC_MIN,
		.wanted = r->wanted ? ask_wanted : NULL,
		.event = take_event,
	};
	struct hv_evtx_reader *reader = hv_evtx_reader_new(&callbacks, &r->err);
	size_t header = len < HV_EVTX_HEADER_SIZE ? len : HV_EVTX_HEADER_SIZE;
	uint64_t first_chunk = 0;
	bool damaged;

	assert_non_null(reader);
	hv_buf_init(&r->xml, MAX_XML);
	hv_buf_init(&r->damage, MAX_DAMAGE);
	r->rc = hv_evtx_reader_header(reader, bytes, header, &first_chunk, &r->err);
	if (!r->rc) {
		assert_int_equal(first_chunk, HV_EVTX_HEADER_SIZE);
		r->rc = read_chunks(reader, bytes + header, len - header, &r->err);
	}
	r->stats = *hv_evtx_reader_finish(reader);
	damaged = hv_evtx_damage_text(&r->stats, &r->damage);
	assert_int_equal(damaged, r->damage.len > 0);
	hv_evtx_reader_free(reader);
}

void evtx_reading_done(struct evtx_reading *r)
{
	hv_buf_done(&r->xml);
	hv_buf_done(&r->damage);
}

void evtx_writer_free_p(struct evtx_writer **w)
{
	evtx_writer_free(*w);
}

struct evtx_writer *evtx_vmms_log(const struct evtx_writer_options *options, size_t count)
{
	static const struct evtx_field fields[] = {
		{ .name = "VmName", .text = "SQL-02" },
		{ .name = "ErrorCode", .text = "0x80070020" },
	};
	struct evtx_writer *w = evtx_writer_new(options);

	assert_non_null(w);
	for (size_t i = 1; i <= count; i++) {
		struct evtx_event event = {
			.provider = "Microsoft-Windows-Hyper-V-VMMS",
			.channel = "Microsoft-Windows-Hyper-V-VMMS-Admin",
			.computer = "HV01",
			.event_id = i % 3 ? 18304 : 19100,
			.level = i % 3 ? 4 : 2,
			.record_id = i,
			.time = (hv_usec)i * EVTX_VMMS_MINUTE,
			.payload = EVTX_VML_EVENT_LOG,
			.fields = fields,
			.field_count = HV_ARRAY_LEN(fields),
		};

		evtx_writer_add(w, &event);
	}
	return w;
}

void evtx_expect(struct evtx_writer *w, const char *xml)
{
	HV_AUTO(evtx_reading) r = { .rc = 0 };
	size_t len = 0;
	const uint8_t *file = evtx_writer_finish(w, &len);

	assert_non_null(file);
	evtx_read(&r, file, len);
	assert_int_equal(r.rc, 0);
	assert_string_equal(hv_buf_str(&r.damage), "");
	assert_string_equal(hv_buf_str(&r.xml), xml);
}

uint64_t evtx_get(const uint8_t *at, size_t size)
{
	uint64_t v = 0;

	for (size_t i = size; i > 0; i--)
		v = v << 8 | at[i - 1];
	return v;
}

void evtx_set(uint8_t *at, uint64_t v, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(v >> 8 * i);
}
