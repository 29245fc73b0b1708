/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing captures, and that reading what was written gives the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/capture-json.h"
#include "cim/json.h"
#include "sink_recorder.h"

struct writing {
	struct hv_capture_writer *writer;
	struct hv_sink sink;
	struct hv_buf out;
	struct hv_err err;
};

static void writing_done(struct writing *w)
{
	hv_capture_writer_free(w->writer);
	hv_buf_done(&w->out);
}
#define HV_AUTO_writing __attribute__((cleanup(writing_done))) struct writing

static void start(struct writing *w)
{
	*w = (struct writing){ .err = HV_ERR_INIT };
	w->writer = hv_capture_writer_new(&w->err);
	assert_non_null(w->writer);
	w->sink = hv_capture_writer_sink(w->writer);
	hv_buf_init(&w->out, HV_CAPTURE_MAX_BYTES);
}

static void pour(struct writing *w, const char *text)
{
	if (hv_capture_json_read(
		    (const uint8_t *)text, strlen(text), "f.json", ~0U, &w->sink, &w->err) < 0)
		fail_msg("%s: %s", text, w->err.text);
}

static const char *finish(struct writing *w)
{
	const struct hv_time now = { .usec = 1700000000000000, .known = true };

	if (hv_capture_writer_finish(w->writer, "test 1", now, &w->out, &w->err) < 0)
		fail_msg("%s", w->err.text);
	return hv_buf_str(&w->out);
}

#define HEAD        "{\"format\":\"hyperv-capture/1\""
#define CLASSES(x)  HEAD ",\"classes\":[" x "]}"
#define CLASS(rest) "{\"namespace\":\"root/cimv2\",\"class\":\"X\"," rest "}"

static void test_writer_writes_what_it_was_given(void **state)
{
	HV_AUTO(writing) w;

	(void)state;
	start(&w);
	pour(&w, HEAD
		",\"computer_name\":\"HV01\",\"taken_at\":\"2026-11-21T22:00:00Z\",\"classes\":"
		"[" CLASS("\"instances\":[{\"InstanceID\":\"1\",\"n\":null,\"o\":{\"m\":null,\"k\":"
			  "\"\\u00e4\\n\"},\"big\":18446744073709551615}]") "],\"event_logs\":[{"
									    "\"channel\":"
									    "\"C\",\"events\":[\"<"
									    "Event "
									    "a=\\\"1\\\"/>\"]}]}");
	assert_string_equal(finish(&w),
		"{\"format\":\"hyperv-capture/1\",\"producer\":\"test "
		"1\",\"computer_name\":\"HV01\","
		"\"taken_at\":\"2026-11-21T22:00:00.000000Z\",\n\"classes\":[\n{\"namespace\":"
		"\"root/cimv2\",\"class\":\"X\",\"origin\":\"f.json\",\"instances\":[\n"
		"{\"InstanceID\":\"1\",\"o\":{\"k\":\"\xC3\xA4\\n\"},\"big\":"
		"\"18446744073709551615\"}]}],\n\"event_logs\":[\n{\"records\":1,\"channel\":\"C\","
		"\"origin\":\"C\",\"events\":[\n\"<Event a=\\\"1\\\"/>\"]}]}\n");
}

static void test_writer_without_anything_writes_an_empty_capture(void **state)
{
	HV_AUTO(writing) w;

	(void)state;
	start(&w);
	assert_string_equal(finish(&w), "{\"format\":\"hyperv-capture/1\",\"producer\":\"test 1\","
					"\"taken_at\":\"2023-11-14T22:13:20.000000Z\","
					"\n\"classes\":[],\n\"event_logs\":[]}\n");
}

/* The recorder's lines of one capture text. */
static void record(struct recorder *r, const char *text)
{
	struct hv_err err = HV_ERR_INIT;

	recorder_init(r);
	if (hv_capture_json_read(
		    (const uint8_t *)text, strlen(text), "f.json", ~0U, &r->sink, &err) < 0)
		fail_msg("%s: %s", text, err.text);
}

static void test_writer_merges_the_classes_of_several_sources(void **state)
{
	HV_AUTO(writing) w;
	HV_AUTO(recorder) r;

	(void)state;
	start(&w);
	pour(&w, CLASSES(CLASS(
			 "\"origin\":\"a\",\"read_at\":\"2026-11-21T22:00:00Z\",\"instances\":["
			 "{\"InstanceID\":\"1\",\"v\":1},{\"v\":7}]")));
	pour(&w, CLASSES(CLASS(
			 "\"origin\":\"b\",\"read_at\":\"2026-11-21T21:00:00Z\",\"instances\":["
			 "{\"InstanceID\":\"1\",\"v\":1},{\"InstanceID\":\"1\",\"v\":2},{\"v\":7}"
			 "]")));
	pour(&w, CLASSES(CLASS("\"origin\":\"b\",\"instances\":[]")));
	record(&r, finish(&w));
	assert_string_equal(hv_buf_str(&r.log),
		"host taken_at=2023-11-14T22:13:20.000000Z\n"
		"batch root/cimv2:X read_at=2026-11-21T21:00:00.000000Z origin=a; b\n"
		"bag root/cimv2:X {\"InstanceID\":\"1\",\"v\":1}\nbag root/cimv2:X {\"v\":7}\n"
		"bag root/cimv2:X {\"InstanceID\":\"1\",\"v\":2}\nbag root/cimv2:X {\"v\":7}\n");
}

static void test_writer_keeps_failures_and_every_log(void **state)
{
	HV_AUTO(writing) w;
	HV_AUTO(recorder) r;
	const char *log = HEAD ",\"event_logs\":[{\"origin\":\"a\",\"damage\":\"torn\",\"events\":["
			       "\"<Event/>\"]}]}";

	(void)state;
	start(&w);
	pour(&w, CLASSES(CLASS("\"origin\":\"a\",\"error\":\"denied\"")));
	pour(&w, CLASSES(CLASS("\"origin\":\"b\",\"instances\":[{\"v\":1}]")));
	pour(&w, log);
	pour(&w, log);
	record(&r, finish(&w));
	assert_string_equal(hv_buf_str(&r.log),
		"host taken_at=2023-11-14T22:13:20.000000Z\n"
		"batch root/cimv2:X origin=a error=denied\n"
		"batch root/cimv2:X origin=b\nbag root/cimv2:X {\"v\":1}\n"
		"event <Event/>\nevents 1 origin=a damage=torn\n"
		"event <Event/>\nevents 1 origin=a damage=torn\n");
}

static void test_writer_names_a_bounded_number_of_origins(void **state)
{
	HV_AUTO(writing) w;
	HV_AUTO(buf) text;

	(void)state;
	start(&w);
	hv_buf_init(&text, 4096);
	for (int i = 0; i < 1000; i++) {
		hv_buf_clear(&text);
		hv_buf_addf(&text, CLASSES(CLASS("\"origin\":\"file %d\",\"instances\":[]")), i);
		pour(&w, hv_buf_str(&text));
	}
	assert_true(strlen(finish(&w)) < 2048);
}

static void test_writer_and_reader_agree(void **state)
{
	static const char *const CASES[] = {
		HEAD "}",
		HEAD ",\"computer_name\":\"HV01\",\"taken_at\":\"2026-11-21T22:00:00.25Z\"}",
		CLASSES(CLASS("\"instances\":[]")),
		CLASSES(CLASS("\"error\":\"denied\"")),
		CLASSES(CLASS("\"instances\":[{\"a\":[1,\"x\",{\"b\":true}],\"d\":1.5,\"n\":-1,"
			      "\"big\":9999999999999999999,\"t\":\"\\\"\\\\\\u2028\"}]")),
		HEAD
		",\"event_logs\":[{\"channel\":\"C\",\"origin\":\"o\",\"records\":5,"
		"\"damage\":\"d\","
		"\"since\":\"2026-11-19T22:00:00Z\",\"oldest\":\"2026-11-20T22:00:00Z\",\"newest\":\"2026-11-21T22:00:00Z\","
		"\"read_at\":\"2026-11-21T22:00:00Z\",\"events\":[\"<Event/>\",\"<Event/>\"]},"
		"{\"origin\":\"p\",\"error\":\"e\"}]}",
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(writing) once;
		HV_AUTO(writing) twice;
		HV_AUTO(recorder) first;
		HV_AUTO(recorder) second;

		start(&once);
		pour(&once, CASES[i]);
		record(&first, finish(&once));
		start(&twice);
		pour(&twice, hv_buf_str(&once.out));
		record(&second, finish(&twice));
		assert_string_equal(hv_buf_str(&first.log), hv_buf_str(&second.log));
		assert_string_equal(hv_buf_str(&once.out), hv_buf_str(&twice.out));
	}
}

static void test_writer_refuses_more_than_the_buffer_takes(void **state)
{
	HV_AUTO(writing) w;
	HV_AUTO(buf) small;

	(void)state;
	start(&w);
	hv_buf_init(&small, 20);
	assert_int_equal(hv_capture_writer_finish(w.writer, "test",
				 (struct hv_time){ .known = false }, &small, &w.err),
		-1);
	assert_int_equal(w.err.kind, HV_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writer_writes_what_it_was_given),
		cmocka_unit_test(test_writer_without_anything_writes_an_empty_capture),
		cmocka_unit_test(test_writer_merges_the_classes_of_several_sources),
		cmocka_unit_test(test_writer_keeps_failures_and_every_log),
		cmocka_unit_test(test_writer_names_a_bounded_number_of_origins),
		cmocka_unit_test(test_writer_and_reader_agree),
		cmocka_unit_test(test_writer_refuses_more_than_the_buffer_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
