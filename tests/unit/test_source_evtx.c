/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event log files: told apart by content, read in chunks, damage told and never fatal. */
#include "source_fixture.h"

#include "../evtx-writer.h"
#include "evtx/evtx.h"

enum { LOG_MAX = HV_EVTX_HEADER_SIZE + 3 * HV_EVTX_CHUNK_SIZE };

struct log {
	uint8_t bytes[LOG_MAX];
	size_t len;
};

static void add(struct evtx_writer *w, uint64_t record_id, uint32_t event_id, const char *channel)
{
	evtx_writer_add(w, &(struct evtx_event){
				   .provider = "P",
				   .channel = channel,
				   .computer = "HV01",
				   .event_id = event_id,
				   .level = 2,
				   .record_id = record_id,
				   .time = INT64_C(1795312800) * HV_USEC_PER_SEC,
			   });
}

/* Two chunks: records 7 and 8, and record 9, which is of its own channel. */
static void make_log_of(struct log *l, const char *channel, const char *last_channel)
{
	struct evtx_writer *w = evtx_writer_new(NULL);
	const uint8_t *bytes;

	assert_non_null(w);
	add(w, 7, 18012, channel);
	add(w, 8, 18304, channel);
	evtx_writer_new_chunk(w);
	add(w, 9, 18012, last_channel);
	bytes = evtx_writer_finish(w, &l->len);
	assert_non_null(bytes);
	assert_int_equal(l->len, HV_EVTX_HEADER_SIZE + 2 * HV_EVTX_CHUNK_SIZE);
	memcpy(l->bytes, bytes, l->len);
	evtx_writer_free(w);
}

static void make_log(struct log *l)
{
	make_log_of(l, "C", "C");
}

static void test_evtx_reads_all_chunks(void **state)
{
	struct fixture *f = *state;
	struct log l;

	make_log(&l);
	fixture_write(f, "a.evtx", l.bytes, l.len, 1000);
	assert_int_equal(fixture_read(f, &hv_source_evtx, "a.evtx"), 0);
	assert_string_equal(hv_buf_str(&f->log), "event\nevent\nevent\nevents 3 of C: whole\n");
}

static void test_evtx_tells_one_channel_or_none(void **state)
{
	char longest[300];
	struct fixture *f = *state;
	struct log l;

	make_log_of(&l, "C", "D");
	fixture_write(f, "a.evtx", l.bytes, l.len, 1000);
	assert_int_equal(fixture_read(f, &hv_source_evtx, "a.evtx"), 0);
	memset(longest, 'c', sizeof(longest));
	longest[256] = '\0';
	make_log_of(&l, longest, longest);
	fixture_write(f, "b.evtx", l.bytes, l.len, 1000);
	assert_int_equal(fixture_read(f, &hv_source_evtx, "b.evtx"), 0);
	assert_string_equal(hv_buf_str(&f->log), "event\nevent\nevent\nevents 3 of -: whole\n"
						 "event\nevent\nevent\nevents 3 of -: whole\n");
}

static void test_evtx_tells_what_was_lost(void **state)
{
	struct fixture *f = *state;
	struct log l;

	make_log(&l);
	memcpy(l.bytes + HV_EVTX_HEADER_SIZE, "Damaged", 8);
	memset(l.bytes + HV_EVTX_HEADER_SIZE + 8, 0xff, HV_EVTX_CHUNK_SIZE - 8);
	fixture_write(f, "a.evtx", l.bytes, l.len, 1000);
	assert_int_equal(fixture_read(f, &hv_source_evtx, "a.evtx"), 0);
	assert_non_null(strstr(hv_buf_str(&f->log), "event\nevents 1 of C: "));
	assert_null(strstr(hv_buf_str(&f->log), "whole"));
}

static void test_evtx_tells_a_truncated_file(void **state)
{
	struct fixture *f = *state;
	struct log l;

	make_log(&l);
	fixture_write(f, "a.evtx", l.bytes, HV_EVTX_HEADER_SIZE + HV_EVTX_CHUNK_SIZE + 700, 1000);
	assert_int_equal(fixture_read(f, &hv_source_evtx, "a.evtx"), 0);
	assert_non_null(strstr(hv_buf_str(&f->log), "event\nevent\nevents 2 of C: "));
	assert_null(strstr(hv_buf_str(&f->log), "whole"));
}

static void test_evtx_header_alone_is_damaged(void **state)
{
	struct fixture *f = *state;
	struct log l;

	make_log(&l);
	fixture_write(f, "a.evtx", l.bytes, HV_EVTX_HEADER_SIZE, 1000);
	if (fixture_read(f, &hv_source_evtx, "a.evtx") == 0)
		assert_null(strstr(hv_buf_str(&f->log), "whole"));
	fixture_write(f, "b.evtx", l.bytes, 60, 1000);
	if (fixture_read(f, &hv_source_evtx, "b.evtx") == 0)
		assert_null(strstr(hv_buf_str(&f->log), "whole"));
}

static void test_evtx_counts_refused_records_as_damage(void **state)
{
	struct fixture *f = *state;
	struct log l;

	make_log(&l);
	f->refuse = "18304";
	f->how = HV_ERR_FORMAT;
	fixture_write(f, "a.evtx", l.bytes, l.len, 1000);
	assert_int_equal(fixture_read(f, &hv_source_evtx, "a.evtx"), 0);
	assert_string_equal(hv_buf_str(&f->log),
		"event\nevent\nevents 3 of C: 1 of its records could "
		"not be understood (the first: refused)\n");
}

static void test_evtx_ends_at_other_errors(void **state)
{
	struct fixture *f = *state;
	struct log l;

	make_log(&l);
	f->refuse = "18304";
	f->how = HV_ERR_LIMIT;
	fixture_write(f, "a.evtx", l.bytes, l.len, 1000);
	assert_refused(f, &hv_source_evtx, "a.evtx", HV_ERR_LIMIT, "/a.evtx: ", "refused");
}

static void test_evtx_leaves_old_records_out(void **state)
{
	const struct hv_source_want want = { .sections = HV_SEC_EVENTS,
		.events = { .since = INT64_C(4000000000) * HV_USEC_PER_SEC } };
	struct fixture *f = *state;
	struct log l;

	make_log(&l);
	fixture_write(f, "a.evtx", l.bytes, l.len, 1000);
	assert_int_equal(
		hv_source_evtx.read(fixture_path(f, "a.evtx"), &want, &f->sink, &f->err), 0);
	assert_string_equal(hv_buf_str(&f->log), "events 3 of C: whole\n");
}

static void test_evtx_reads_event_xml(void **state)
{
	static const char xml[] =
		"<Event><System><Provider Name='P'/><EventID>1</EventID><Level>2</Level>"
		"<TimeCreated SystemTime='2026-11-22T02:04:05Z'/><EventRecordID>7</EventRecordID>"
		"<Channel>C</Channel></System></Event>";
	struct fixture *f = *state;
	uint8_t utf16[2 * sizeof(xml) + 2] = { 0xff, 0xfe };

	for (size_t i = 0; i < sizeof(xml) - 1; i++)
		utf16[2 + 2 * i] = (uint8_t)xml[i];
	fixture_text(f, "a.evtx", xml);
	fixture_write(f, "b.xml", utf16, 2 * sizeof(xml), 1000);
	assert_int_equal(fixture_read(f, &hv_source_evtx, "a.evtx"), 0);
	assert_int_equal(fixture_read(f, &hv_source_evtx, "b.xml"), 0);
	assert_string_equal(
		hv_buf_str(&f->log), "event\nevents 1 of C: whole\nevent\nevents 1 of C: whole\n");
}

static void test_evtx_refuses_what_is_neither(void **state)
{
	static const char *const texts[] = { "{}", "Level,Date", "\xEF\xBB\xBF", "\xFF\xFE\x7b",
		" \n", "ElfFil", "LfLe" };
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(texts); i++) {
		fixture_text(f, "x", texts[i]);
		assert_refused(f, &hv_source_evtx, "x", HV_ERR_FORMAT,
			"/x: ", "neither an event log (.evtx) nor event XML");
	}
	fixture_text(f, "x", "");
	assert_refused(f, &hv_source_evtx, "x", HV_ERR_FORMAT, "/x: ", "the file is empty");
	fixture_text(f, "x", "<catalog/>");
	assert_refused(f, &hv_source_evtx, "x", HV_ERR_FORMAT, "/x: ", "");
	assert_refused(f, &hv_source_evtx, "", HV_ERR_IO, f->dir, "is a directory");
	assert_refused(f, &hv_source_evtx, "missing", HV_ERR_IO, "/missing: ", "No such file");
}

static void test_evtx_reads_nothing_unasked(void **state)
{
	const struct hv_source_want want = { .sections = HV_SEC_VMS };
	struct fixture *f = *state;

	fixture_text(f, "x", "not read");
	assert_int_equal(hv_source_evtx.read(fixture_path(f, "x"), &want, &f->sink, &f->err), 0);
	assert_int_equal(
		hv_source_evtx.read(fixture_path(f, "missing"), &want, &f->sink, &f->err), -1);
	assert_int_equal(f->log.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		source_test(test_evtx_reads_all_chunks),
		source_test(test_evtx_tells_one_channel_or_none),
		source_test(test_evtx_tells_what_was_lost),
		source_test(test_evtx_tells_a_truncated_file),
		source_test(test_evtx_header_alone_is_damaged),
		source_test(test_evtx_counts_refused_records_as_damage),
		source_test(test_evtx_ends_at_other_errors),
		source_test(test_evtx_leaves_old_records_out),
		source_test(test_evtx_reads_event_xml),
		source_test(test_evtx_refuses_what_is_neither),
		source_test(test_evtx_reads_nothing_unasked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
