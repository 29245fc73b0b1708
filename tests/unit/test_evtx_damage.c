/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Damaged, truncated, dirty logs and remains of earlier records: what is read of them, what is
 * told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "evtx-fixture.h"

enum {
	HEADER = HV_EVTX_HEADER_SIZE,
	CHUNK = HV_EVTX_CHUNK_SIZE,
	FIRST_RECORD = HEADER + 512,
	AT_FREE = 48,
	AT_LAST_ID = 32,
	RECORDS = 20,
	CHUNKS_RECORDS = 620, /* fill four chunks */
};

/* A log of one chunk, and where its records are. */
struct log {
	struct evtx_writer *w;
	uint8_t *file;
	size_t len;
	size_t record[RECORDS + 1]; /* offsets in the file, [0] is the first; the last is the end */
};

static void log_done(struct log *log)
{
	evtx_writer_free(log->w);
}

#define HV_AUTO_log __attribute__((cleanup(log_done))) struct log

static void find_records(struct log *log)
{
	size_t pos = FIRST_RECORD;

	for (size_t i = 0; i <= RECORDS; i++) {
		log->record[i] = pos;
		pos += evtx_get(log->file + pos + 4, 4);
	}
}

static void make_log(struct log *log, const struct evtx_writer_options *options)
{
	log->w = evtx_vmms_log(options, RECORDS);
	log->file = evtx_writer_finish(log->w, &log->len);
	assert_non_null(log->file);
	assert_int_equal(log->len, HEADER + CHUNK);
	find_records(log);
}

static const struct evtx_writer_options DIRTY = { .dirty = true };

static void expect(const struct log *log, uint64_t records, uint64_t lost, const char *damage)
{
	HV_AUTO(evtx_reading) r = { .rc = 0 };

	evtx_read(&r, log->file, log->len);
	assert_int_equal(r.rc, 0);
	assert_string_equal(hv_buf_str(&r.damage), damage);
	assert_int_equal(r.stats.records, records);
	assert_int_equal(r.stats.lost_records, lost);
	assert_int_equal(r.count, records);
}

static void test_sound_logs_have_no_damage(void **state)
{
	static const struct evtx_writer_options options[] = {
		{ .dirty = false },
		{ .dirty = true },
		{ .no_checksums = true },
		{ .minor_version = 2 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(options); i++) {
		HV_AUTO(log) log = { .w = NULL };

		make_log(&log, &options[i]);
		expect(&log, RECORDS, 0, "");
	}
}

static void test_stats_of_a_sound_log(void **state)
{
	HV_AUTO(log) log = { .w = NULL };
	HV_AUTO(evtx_reading) r = { .rc = 0 };

	(void)state;
	make_log(&log, &DIRTY);
	evtx_read(&r, log.file, log.len);
	assert_true(r.stats.dirty);
	assert_false(r.stats.truncated);
	assert_int_equal(r.stats.chunks, 1);
	assert_int_equal(r.stats.damaged_chunks, 0);
	assert_int_equal(r.stats.oldest, EVTX_VMMS_MINUTE);
	assert_int_equal(r.stats.newest, RECORDS * (hv_usec)EVTX_VMMS_MINUTE);
}

static void test_other_files_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
		size_t len;
		const char *text;
	} cases[] = {
		{ 0, 'e', HEADER, "not an event log (.evtx): bad magic" },
		{ 7, 'x', HEADER, "not an event log (.evtx): bad magic" },
		{ 0, 'E', 0, "not an event log (.evtx): bad magic" },
		{ 0, 'E', 7, "not an event log (.evtx): bad magic" },
		{ 0, 'E', 127, "event log ends inside its header" },
		{ 38, 4, HEADER, "event log of unknown format version 4.1" },
		{ 36, 3, HEADER, "event log of unknown format version 3.3" },
		{ 36, 0, HEADER, "event log of unknown format version 3.0" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(log) log = { .w = NULL };
		HV_AUTO(evtx_reading) r = { .rc = 0 };

		make_log(&log, NULL);
		log.file[cases[i].at] = cases[i].byte;
		evtx_read(&r, log.file, cases[i].len);
		assert_int_equal(r.rc, -1);
		assert_string_equal(r.err.text, cases[i].text);
	}
}

static void test_file_header_damage_is_told(void **state)
{
	HV_AUTO(log) checksum = { .w = NULL };
	HV_AUTO(log) size = { .w = NULL };

	(void)state;
	make_log(&checksum, NULL);
	checksum.file[20] ^= 1;
	expect(&checksum, RECORDS, 0, "file header: bad checksum; 20 records were read");
	make_log(&size, NULL);
	size.file[40] = 1;
	evtx_reseal(size.file, size.len);
	expect(&size, RECORDS, 0, "file header: impossible size 4097; 20 records were read");
}

static size_t records_before(const struct log *log, size_t len)
{
	size_t count = 0;

	while (count < RECORDS && log->record[count + 1] <= len)
		count++;
	return count;
}

static void test_truncation_anywhere_is_told_and_what_is_there_is_read(void **state)
{
	HV_AUTO(log) log = { .w = NULL };

	(void)state;
	make_log(&log, NULL);
	for (size_t len = 128; len < log.len; len += 512) {
		HV_AUTO(evtx_reading) r = { .rc = 0 };

		evtx_read(&r, log.file, len);
		assert_int_equal(r.rc, 0);
		assert_int_equal(r.stats.records, records_before(&log, len));
		assert_true(r.stats.truncated);
		assert_true(r.damage.len > 0);
		if (len >= FIRST_RECORD)
			assert_int_equal(r.stats.records + r.stats.lost_records, RECORDS);
	}
}

static void test_truncation_inside_a_record_is_told(void **state)
{
	HV_AUTO(log) log = { .w = NULL };

	(void)state;
	make_log(&log, NULL);
	log.len = log.record[5] + 100;
	expect(&log, 5, 15, "truncated inside chunk 0; 5 records were read, 15 could not be");
	log.len = HEADER;
	expect(&log, 0, 0, "truncated after chunk 0 of 1; 0 records were read");
}

static void test_damage_behind_the_last_record_is_no_damage(void **state)
{
	HV_AUTO(log) log = { .w = NULL };

	(void)state;
	make_log(&log, NULL);
	memset(log.file + log.record[RECORDS], 0xA5, log.len - log.record[RECORDS]);
	expect(&log, RECORDS, 0, "");
}

static void test_records_behind_the_free_space_offset_are_not_read(void **state)
{
	HV_AUTO(log) log = { .w = NULL };
	uint8_t *remains;

	(void)state;
	make_log(&log, &DIRTY);
	/* An older record with the next identifier, as after the log was cleared. */
	remains = log.file + log.record[RECORDS];
	memcpy(remains, log.file + log.record[1], log.record[2] - log.record[1]);
	evtx_set(remains + 8, RECORDS + 1, 8);
	expect(&log, RECORDS, 0, "");
	/* A newer one with an identifier that does not follow. */
	evtx_set(remains + 8, RECORDS + 2, 8);
	memcpy(remains + 16, log.file + log.record[RECORDS - 1] + 16, 8);
	expect(&log, RECORDS, 0, "");
}

/* The chunk header says that the last `count` records are not there yet. */
static void make_header_lag(struct log *log, size_t count)
{
	evtx_set(log->file + HEADER + AT_FREE, log->record[RECORDS - count] - HEADER, 4);
	evtx_set(log->file + HEADER + AT_LAST_ID, RECORDS - count, 8);
	evtx_reseal(log->file, log->len);
}

static void test_records_newer_than_the_header_are_read_from_a_dirty_log(void **state)
{
	HV_AUTO(log) dirty = { .w = NULL };
	HV_AUTO(log) clean = { .w = NULL };

	(void)state;
	make_log(&dirty, &DIRTY);
	make_header_lag(&dirty, 3);
	expect(&dirty, RECORDS, 0, "");
	make_log(&clean, NULL);
	make_header_lag(&clean, 3);
	expect(&clean, RECORDS - 3, 0, "");
}

static void test_missing_records_are_told(void **state)
{
	HV_AUTO(log) log = { .w = NULL };
	HV_AUTO(buf) damage = { .max = 200 };

	(void)state;
	make_log(&log, &DIRTY);
	memset(log.file + log.record[12], 0, log.record[RECORDS] - log.record[12]);
	evtx_reseal(log.file, log.len);
	hv_buf_addf(&damage,
		"chunk 0: no record at offset %zu; 12 records were read, 8 could not be",
		log.record[12] - HEADER);
	expect(&log, 12, 8, hv_buf_str(&damage));
}

static void test_one_damaged_record_header_is_passed_over(void **state)
{
	HV_AUTO(log) magic = { .w = NULL };
	HV_AUTO(log) size = { .w = NULL };
	HV_AUTO(evtx_reading) r = { .rc = 0 };

	(void)state;
	make_log(&magic, NULL);
	magic.file[magic.record[7]] ^= 1;
	evtx_reseal(magic.file, magic.len);
	evtx_read(&r, magic.file, magic.len);
	assert_int_equal(r.stats.records, RECORDS - 1);
	assert_int_equal(r.stats.lost_records, 1);
	assert_int_equal(r.stats.damaged_chunks, 1);
	assert_null(strstr(hv_buf_str(&r.xml), "<EventRecordID>8</EventRecordID>"));
	assert_non_null(strstr(hv_buf_str(&r.xml), "<EventRecordID>9</EventRecordID>"));
	make_log(&size, NULL);
	evtx_set(size.file + size.record[7] + 4, 0, 4);
	evtx_reseal(size.file, size.len);
	assert_int_equal(size.record[7] % 8, 0);
	evtx_reading_done(&r);
	r = (struct evtx_reading){ .rc = 0 };
	evtx_read(&r, size.file, size.len);
	assert_int_equal(r.stats.records, RECORDS - 1);
	assert_int_equal(r.stats.lost_records, 1);
}

static void test_behind_a_wider_gap_nothing_is_read(void **state)
{
	HV_AUTO(log) log = { .w = NULL };
	HV_AUTO(evtx_reading) r = { .rc = 0 };

	(void)state;
	make_log(&log, NULL);
	memset(log.file + log.record[7], 0, log.record[9] - log.record[7]);
	evtx_reseal(log.file, log.len);
	evtx_read(&r, log.file, log.len);
	assert_int_equal(r.stats.records, 7);
	assert_int_equal(r.stats.lost_records, RECORDS - 7);
}

static void test_record_written_in_part_is_told(void **state)
{
	HV_AUTO(log) log = { .w = NULL };

	(void)state;
	make_log(&log, NULL);
	log.file[log.record[8] - 4] ^= 1;
	evtx_reseal(log.file, log.len);
	expect(&log, RECORDS, 0, "chunk 0: record 8: written in part; 20 records were read");
}

static void test_unreadable_record_is_lost_and_told(void **state)
{
	HV_AUTO(log) log = { .w = NULL };

	(void)state;
	make_log(&log, NULL);
	log.file[log.record[7] + 24] = 0x55;
	evtx_reseal(log.file, log.len);
	expect(&log, RECORDS - 1, 1,
		"chunk 0: record 8: unknown token or none; 19 records were read, 1 could not be");
}

static void test_bad_chunk_magic_is_told(void **state)
{
	HV_AUTO(log) log = { .w = NULL };

	(void)state;
	make_log(&log, &DIRTY);
	log.file[HEADER] = 0;
	expect(&log, 0, 0, "chunk 0: bad magic; 0 records were read");
}

static void test_impossible_chunk_header_is_told_and_records_are_read(void **state)
{
	HV_AUTO(log) log = { .w = NULL };
	HV_AUTO(log) small = { .w = NULL };
	HV_AUTO(evtx_reading) r = { .rc = 0 };

	(void)state;
	make_log(&log, NULL);
	evtx_set(log.file + HEADER + AT_FREE, CHUNK + 1, 4);
	expect(&log, RECORDS, 0, "chunk 0: impossible header; 20 records were read");
	make_log(&small, NULL);
	evtx_set(small.file + HEADER + AT_FREE, 100, 4);
	evtx_read(&r, small.file, small.len);
	assert_int_equal(r.stats.records, RECORDS);
	assert_int_equal(r.stats.damaged_chunks, 1);
}

static void test_bad_checksums_are_damage_of_a_clean_log(void **state)
{
	static const size_t places[] = {
		HEADER + 124,              /* the header's checksum */
		HEADER + 8,                /* what it is taken of */
		HEADER + 130, HEADER + 52, /* the records' checksum */
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(places); i++) {
		HV_AUTO(log) log = { .w = NULL };

		make_log(&log, NULL);
		log.file[places[i]] ^= 0x40;
		expect(&log, RECORDS, 0, "chunk 0: bad checksum; 20 records were read");
	}
}

static void test_bad_checksum_of_the_chunk_being_written_is_no_damage(void **state)
{
	HV_AUTO(log) log = { .w = NULL };

	(void)state;
	make_log(&log, &DIRTY);
	log.file[HEADER + 52] ^= 1;
	expect(&log, RECORDS, 0, "");
}

static void test_no_checksums_are_not_missed(void **state)
{
	static const struct evtx_writer_options options = { .no_checksums = true };
	HV_AUTO(log) log = { .w = NULL };

	(void)state;
	make_log(&log, &options);
	log.file[HEADER + 52] ^= 1;
	log.file[HEADER + 124] ^= 1;
	expect(&log, RECORDS, 0, "");
}

/* -- several chunks -- */

static uint8_t *make_chunks(
	struct evtx_writer **w, const struct evtx_writer_options *options, size_t *ret_len)
{
	uint8_t *file;

	*w = evtx_vmms_log(options, CHUNKS_RECORDS);
	file = evtx_writer_finish(*w, ret_len);
	assert_non_null(file);
	assert_int_equal((*ret_len - HEADER) / CHUNK, 4);
	return file;
}

static void expect_chunks(const uint8_t *file, size_t len, const char *damage)
{
	HV_AUTO(evtx_reading) r = { .rc = 0 };

	evtx_read(&r, file, len);
	assert_string_equal(hv_buf_str(&r.damage), damage);
}

static void test_bad_checksum_of_an_earlier_chunk_is_damage_of_a_dirty_log(void **state)
{
	HV_AUTO(evtx_writer) w = NULL;
	size_t len;
	uint8_t *file = make_chunks(&w, &DIRTY, &len);

	(void)state;
	expect_chunks(file, len, "");
	file[HEADER + 3 * CHUNK + 52] ^= 1;
	expect_chunks(file, len, "");
	file[HEADER + 1 * CHUNK + 52] ^= 1;
	expect_chunks(file, len, "chunk 1: bad checksum; 620 records were read");
}

static void test_bad_checksum_in_a_log_that_went_round(void **state)
{
	HV_AUTO(evtx_writer) w = NULL;
	HV_AUTO(bytes) round = NULL;
	size_t len;
	const uint8_t *file = make_chunks(&w, &DIRTY, &len);

	(void)state;
	/* Order in the file: 3, 4, 1, 2. The second is the one being written, the third is the
	 * oldest. */
	round = hv_alloc(len);
	assert_non_null(round);
	memcpy(round, file, HEADER);
	memcpy(round + HEADER, file + HEADER + 2 * CHUNK, 2 * CHUNK);
	memcpy(round + HEADER + 2 * CHUNK, file + HEADER, 2 * CHUNK);
	expect_chunks(round, len, "");
	round[HEADER + CHUNK + 52] ^= 1;
	expect_chunks(round, len, "");
	round[HEADER + 2 * CHUNK + 52] ^= 1;
	expect_chunks(round, len, "chunk 2: bad checksum; 620 records were read");
}

static void test_chunk_cut_off_at_its_border_is_told(void **state)
{
	HV_AUTO(evtx_writer) w = NULL;
	HV_AUTO(evtx_reading) r = { .rc = 0 };
	size_t len;
	const uint8_t *file = make_chunks(&w, NULL, &len);

	(void)state;
	evtx_read(&r, file, len - 2 * CHUNK);
	assert_true(r.stats.truncated);
	assert_int_equal(r.stats.damaged_chunks, 2);
	assert_int_equal(strncmp(hv_buf_str(&r.damage), "truncated after chunk 2 of 4; ", 30), 0);
}

static void test_empty_chunks(void **state)
{
	HV_AUTO(evtx_writer) w = NULL;
	HV_AUTO(bytes) longer = NULL;
	HV_AUTO(evtx_reading) unused = { .rc = 0 };
	HV_AUTO(evtx_reading) counted = { .rc = 0 };
	size_t len;
	const uint8_t *file = make_chunks(&w, &DIRTY, &len);

	(void)state;
	/* Behind the chunks that are counted: set aside for later. */
	longer = hv_alloc(len + 2 * CHUNK);
	assert_non_null(longer);
	memcpy(longer, file, len);
	evtx_read(&unused, longer, len + 2 * CHUNK);
	assert_string_equal(hv_buf_str(&unused.damage), "");
	assert_int_equal(unused.stats.chunks, 4);
	memset(longer + HEADER + CHUNK, 0, CHUNK);
	evtx_read(&counted, longer, len + 2 * CHUNK);
	assert_int_equal(counted.stats.damaged_chunks, 1);
	assert_int_equal(strncmp(hv_buf_str(&counted.damage),
				 "chunk 1: empty, but the file header counts it; ", 47),
		0);
}

static void test_several_damaged_chunks_are_counted(void **state)
{
	HV_AUTO(evtx_writer) w = NULL;
	size_t len;
	uint8_t *file = make_chunks(&w, NULL, &len);
	HV_AUTO(evtx_reading) r = { .rc = 0 };

	(void)state;
	file[HEADER] = 0;
	file[HEADER + CHUNK] = 0;
	evtx_read(&r, file, len);
	assert_non_null(strstr(hv_buf_str(&r.damage), "chunk 0: bad magic; "));
	assert_non_null(strstr(hv_buf_str(&r.damage), " records were read; 2 chunks are damaged"));
}

static void test_log_without_records(void **state)
{
	HV_AUTO(evtx_writer) w = evtx_writer_new(NULL);

	(void)state;
	assert_non_null(w);
	evtx_expect(w, "");
}

/* Every byte of the headers and of the first records, turned over: no crash, and never silent when
 * records go missing. */
static void test_every_flipped_header_byte(void **state)
{
	HV_AUTO(log) log = { .w = NULL };

	(void)state;
	make_log(&log, NULL);
	for (size_t at = 0; at < log.record[2]; at++) {
		HV_AUTO(evtx_reading) r = { .rc = 0 };

		if (at == 128)
			at = HEADER;
		log.file[at] ^= 0xFF;
		evtx_read(&r, log.file, log.len);
		if (!r.rc && r.stats.records < RECORDS)
			assert_true(r.damage.len > 0);
		/* Flags of file and chunk are not part of what is checksummed. */
		if (!r.rc && (at < 120 || at >= HEADER + 128))
			assert_true(r.damage.len > 0);
		log.file[at] ^= 0xFF;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound_logs_have_no_damage),
		cmocka_unit_test(test_stats_of_a_sound_log),
		cmocka_unit_test(test_other_files_are_refused),
		cmocka_unit_test(test_file_header_damage_is_told),
		cmocka_unit_test(test_truncation_anywhere_is_told_and_what_is_there_is_read),
		cmocka_unit_test(test_truncation_inside_a_record_is_told),
		cmocka_unit_test(test_damage_behind_the_last_record_is_no_damage),
		cmocka_unit_test(test_records_behind_the_free_space_offset_are_not_read),
		cmocka_unit_test(test_records_newer_than_the_header_are_read_from_a_dirty_log),
		cmocka_unit_test(test_missing_records_are_told),
		cmocka_unit_test(test_one_damaged_record_header_is_passed_over),
		cmocka_unit_test(test_behind_a_wider_gap_nothing_is_read),
		cmocka_unit_test(test_record_written_in_part_is_told),
		cmocka_unit_test(test_unreadable_record_is_lost_and_told),
		cmocka_unit_test(test_bad_chunk_magic_is_told),
		cmocka_unit_test(test_impossible_chunk_header_is_told_and_records_are_read),
		cmocka_unit_test(test_bad_checksums_are_damage_of_a_clean_log),
		cmocka_unit_test(test_bad_checksum_of_the_chunk_being_written_is_no_damage),
		cmocka_unit_test(test_no_checksums_are_not_missed),
		cmocka_unit_test(test_bad_checksum_of_an_earlier_chunk_is_damage_of_a_dirty_log),
		cmocka_unit_test(test_bad_checksum_in_a_log_that_went_round),
		cmocka_unit_test(test_chunk_cut_off_at_its_border_is_told),
		cmocka_unit_test(test_empty_chunks),
		cmocka_unit_test(test_several_damaged_chunks_are_counted),
		cmocka_unit_test(test_log_without_records),
		cmocka_unit_test(test_every_flipped_header_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
