/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The full form of captures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cim/capture-json.h"
#include "model/host.h"
#include "sink_recorder.h"

#define HEAD "{\"format\":\"hyperv-capture/1\""

static int read_text(
	struct recorder *r, const char *text, unsigned int sections, struct hv_err *err)
{
	recorder_init(r);
	hv_err_clear(err);
	return hv_capture_json_read(
		(const uint8_t *)text, strlen(text), "f.json", sections, &r->sink, err);
}

static void test_capture_is_poured_in_order(void **state)
{
	static const struct {
		const char *text;
		const char *log;
	} CASES[] = {
		{ HEAD "}", "host\n" },
		{ HEAD ",\"computer_name\":\"HV01\",\"taken_at\":\"2026-11-21T22:00:00Z\","
		       "\"classes\":[],"
		       "\"event_logs\":[],\"commands\":[{\"command\":\"x\"}],\"later\":1}",
			"host name=HV01 taken_at=2026-11-21T22:00:00.000000Z\n" },
		{ HEAD ",\"computer_name\":null,\"taken_at\":null,\"classes\":null}", "host\n" },
		{ HEAD ",\"classes\":[{\"namespace\":\"ROOT\\\\virtualization\\\\V2\",\"class\":"
		       "\"X\","
		       "\"instances\":[{\"a\":1},{}]}]}",
			"host\nbatch root/virtualization/v2:X origin=f.json\n"
			"bag root/virtualization/v2:X {\"a\":1}\nbag root/virtualization/v2:X "
			"{}\n" },
		{ HEAD ",\"classes\":[{\"namespace\":\"\\\\\\\\HV01\\\\root\\\\cimv2\",\"class\":"
		       "\"X\","
		       "\"origin\":\"o\",\"read_at\":\"2026-11-21T22:00:00+01:00\",\"error\":"
		       "\"denied\"}]}",
			"host\nbatch root/cimv2:X read_at=2026-11-21T21:00:00.000000Z origin=o "
			"error=denied\n" },
		{ HEAD ",\"classes\":[{\"namespace\":\"root/cimv2\",\"class\":\"X\",\"error\":null,"
		       "\"instances\":[{\"n\":18446744073709551615,\"m\":-9223372036854775808,"
		       "\"s\":\"18446744073709551615\"}]}]}",
			"host\nbatch root/cimv2:X origin=f.json\nbag root/cimv2:X "
			"{\"m\":-9223372036854775808,\"n\":\"18446744073709551615\","
			"\"s\":\"18446744073709551615\"}\n" },
		{ HEAD ",\"event_logs\":[{\"channel\":\"C\",\"events\":[\"<Event/>\",\"<Event "
		       "a='1'/>\"]}]}",
			"host\nevent <Event/>\nevent <Event a='1'/>\nevents 2 channel=C "
			"origin=C\n" },
		{ HEAD ",\"event_logs\":[{\"origin\":\"a.evtx\",\"records\":9,\"damage\":\"d\","
		       "\"since\":\"2026-11-19T22:00:00Z\",\"oldest\":\"2026-11-20T22:00:00Z\",\"newest\":\"2026-11-21T22:00:00Z\","
		       "\"read_at\":\"2026-11-21T23:00:00Z\",\"events\":[]},{\"error\":\"e\"}]}",
			"host\nevents 9 origin=a.evtx damage=d since=2026-11-19T22:00:00.000000Z oldest=2026-11-20T22:00:00.000000Z "
			"newest=2026-11-21T22:00:00.000000Z read_at=2026-11-21T23:00:00.000000Z\n"
			"events 0 origin=f.json error=e\n" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(recorder) r;

		if (read_text(&r, CASES[i].text, ~0U, &err) < 0)
			fail_msg("%s: %s", CASES[i].text, err.text);
		assert_string_equal(hv_buf_str(&r.log), CASES[i].log);
	}
}

static void test_capture_leaves_out_what_is_not_asked_for(void **state)
{
	static const char text[] =
		HEAD ",\"classes\":[{\"namespace\":\"root/"
		     "cimv2\",\"class\":\"Win32_Volume\",\"instances\":[{}]},"
		     "{\"namespace\":\"root/"
		     "cimv2\",\"class\":\"Win32_OperatingSystem\",\"instances\":[{}]}],"
		     "\"event_logs\":[{\"channel\":\"C\",\"events\":[\"<Event/>\"]}]}";
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(recorder) r;

	(void)state;
	assert_int_equal(read_text(&r, text, HV_SEC_OS, &err), 0);
	assert_string_equal(hv_buf_str(&r.log),
		"host\nbatch root/cimv2:Win32_OperatingSystem origin=f.json\n"
		"bag root/cimv2:Win32_OperatingSystem {}\n");
}

#define CLASS(rest) HEAD ",\"classes\":[{\"namespace\":\"root/cimv2\",\"class\":\"X\"" rest "}]}"
#define LOG(rest)   HEAD ",\"event_logs\":[{\"channel\":\"C\"" rest "}]}"

static void test_capture_errors_say_where_and_what(void **state)
{
	static const struct {
		const char *text;
		enum hv_err_kind kind;
		const char *error;
	} CASES[] = {
		{ "", HV_ERR_FORMAT, "f.json: the file is empty" },
		{ " \r\n", HV_ERR_FORMAT, "f.json: the file is empty" },
		{ "{", HV_ERR_FORMAT, "f.json: line 1: the JSON text ends too early" },
		{ "{\n\"a\":x}", HV_ERR_FORMAT, "f.json: line 2, column " },
		{ "{\"a\":1}{", HV_ERR_FORMAT, "f.json: line 1, column " },
		{ "[]", HV_ERR_FORMAT, "f.json: expected an object with \"format\"" },
		{ "null", HV_ERR_FORMAT, "f.json: expected an object with \"format\"" },
		{ "{}", HV_ERR_FORMAT, "f.json: format: expected \"hyperv-capture/1\"" },
		{ "{\"format\":1}", HV_ERR_FORMAT,
			"f.json: format: expected \"hyperv-capture/1\"" },
		{ "{\"format\":\"hyperv-capture/2\"}", HV_ERR_UNSUPPORTED,
			"f.json: format is \"hyperv-capture/2\", only \"hyperv-capture/1\" can be "
			"read" },
		{ HEAD ",\"format\":\"hyperv-capture/1\"}", HV_ERR_FORMAT, "duplicate" },
		{ HEAD ",\"taken_at\":\"yesterday\"}", HV_ERR_FORMAT,
			"f.json: taken_at: expected a time" },
		{ HEAD ",\"taken_at\":1700000000}", HV_ERR_FORMAT,
			"f.json: taken_at: expected text" },
		{ HEAD ",\"computer_name\":7}", HV_ERR_FORMAT,
			"f.json: computer_name: expected text" },
		{ HEAD ",\"classes\":{}}", HV_ERR_FORMAT, "f.json: classes: expected a list" },
		{ HEAD ",\"classes\":[7]}", HV_ERR_FORMAT,
			"f.json: classes[0]: expected an object" },
		{ HEAD ",\"classes\":[{\"class\":\"X\"}]}", HV_ERR_FORMAT,
			"f.json: classes[0].namespace: expected text" },
		{ HEAD ",\"classes\":[{\"namespace\":\"n\",\"class\":\"\"}]}", HV_ERR_FORMAT,
			"f.json: classes[0].class: expected text" },
		{ CLASS(""), HV_ERR_FORMAT, "f.json: classes[0].instances: expected a list" },
		{ CLASS(",\"instances\":{}"), HV_ERR_FORMAT,
			"f.json: classes[0].instances: expected a list" },
		{ CLASS(",\"instances\":[{}],\"error\":\"e\""), HV_ERR_FORMAT,
			"f.json: classes[0].instances: expected no instance" },
		{ CLASS(",\"instances\":[{},7]"), HV_ERR_FORMAT,
			"f.json: classes[0].instances[1]: expected an object" },
		{ CLASS(",\"instances\":[],\"read_at\":\"x\""), HV_ERR_FORMAT,
			"f.json: classes[0].read_at: expected a time" },
		{ CLASS(",\"instances\":[{\"a\":1,\"a\":2}]"), HV_ERR_FORMAT, "duplicate" },
		{ LOG(""), HV_ERR_FORMAT, "f.json: event_logs[0].events: expected a list" },
		{ LOG(",\"events\":[7]"), HV_ERR_FORMAT,
			"f.json: event_logs[0].events[0]: expected the XML of an event" },
		{ LOG(",\"events\":[],\"records\":\"many\""), HV_ERR_FORMAT,
			"f.json: event_logs[0].records: expected a whole number" },
		{ LOG(",\"events\":[],\"newest\":\"x\""), HV_ERR_FORMAT,
			"f.json: event_logs[0].newest: expected a time" },
		{ CLASS(",\"instances\":[\n{},\n {\"a\":x}]"), HV_ERR_FORMAT,
			"f.json: line 3, column 7: not valid JSON" },
		{ CLASS(",\"instances\":[\n{},\n{\n}],\"error\":x"), HV_ERR_FORMAT,
			"f.json: line 4, column " },
		{ CLASS(",\"instances\":[{\"a\":1}"), HV_ERR_FORMAT, "f.json: line 1" },
		{ CLASS(",\"instances\":[{\"a\":[1}]"), HV_ERR_FORMAT, "f.json: line 1" },
		{ CLASS(",\"instances\":[[{\"a\":1}]]"), HV_ERR_FORMAT,
			"f.json: classes[0].instances[0]: expected an object" },
		{ "\xff\xff", HV_ERR_FORMAT, "f.json: " },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(recorder) r;

		assert_int_equal(read_text(&r, CASES[i].text, ~0U, &err), -1);
		if (err.kind != CASES[i].kind || strstr(err.text, CASES[i].error) == NULL)
			fail_msg("%s: %s, expected %s", CASES[i].text, err.text, CASES[i].error);
	}
}

static void test_capture_names_the_instance_that_a_sink_refuses(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(recorder) r;
	const char *text = CLASS(",\"instances\":[{}]");

	(void)state;
	recorder_init(&r);
	r.refuse = "HostResource: expected a list of texts";
	assert_int_equal(hv_capture_json_read(
				 (const uint8_t *)text, strlen(text), "f.json", ~0U, &r.sink, &err),
		-1);
	assert_string_equal(
		err.text, "f.json: classes[0].instances[0].HostResource: expected a list of texts");
}

static void test_capture_reads_integers_of_64_bits(void **state)
{
	static const char text[] =
		CLASS(",\"instances\":[{\"a\":\"\\\\\",\"b\":18446744073709551615},"
		      "{\"c\":\"12345678901234567890\",\"d\":-1,\"e\":1.5e3}]");
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(recorder) r;

	(void)state;
	assert_int_equal(read_text(&r, text, ~0U, &err), 0);
	assert_string_equal(hv_buf_str(&r.log),
		"host\nbatch root/cimv2:X origin=f.json\n"
		"bag root/cimv2:X {\"a\":\"\\\\\",\"b\":\"18446744073709551615\"}\n"
		"bag root/cimv2:X {\"c\":\"12345678901234567890\",\"d\":-1,\"e\":1500.0}\n");
}

static void test_capture_depth_is_bounded(void **state)
{
	HV_AUTO(buf) text;

	(void)state;
	hv_buf_init(&text, 1 << 24);
	for (size_t depth = HV_CAPTURE_MAX_DEPTH; depth < 3000000; depth += 2999990) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(recorder) r;
		const bool allowed = depth <= HV_CAPTURE_MAX_DEPTH;

		hv_buf_clear(&text);
		hv_buf_adds(&text, HEAD ",\"x\":");
		for (size_t i = 1; i < depth; i++)
			hv_buf_addc(&text, '[');
		for (size_t i = 1; allowed && i < depth; i++)
			hv_buf_addc(&text, ']');
		hv_buf_addc(&text, '}');
		assert_int_equal(read_text(&r, hv_buf_str(&text), ~0U, &err), allowed ? 0 : -1);
		assert_int_equal(err.kind, allowed ? HV_ERR_NONE : HV_ERR_LIMIT);
	}
}

static void test_capture_depth_counts_no_brackets_in_text(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) text;
	HV_AUTO(recorder) r;

	(void)state;
	hv_buf_init(&text, 1 << 16);
	hv_buf_adds(&text, HEAD ",\"computer_name\":\"\\\"");
	for (int i = 0; i < 2 * HV_CAPTURE_MAX_DEPTH; i++)
		hv_buf_adds(&text, "[{");
	hv_buf_adds(&text, "\"}");
	assert_int_equal(read_text(&r, hv_buf_str(&text), ~0U, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capture_is_poured_in_order),
		cmocka_unit_test(test_capture_leaves_out_what_is_not_asked_for),
		cmocka_unit_test(test_capture_errors_say_where_and_what),
		cmocka_unit_test(test_capture_names_the_instance_that_a_sink_refuses),
		cmocka_unit_test(test_capture_reads_integers_of_64_bits),
		cmocka_unit_test(test_capture_depth_is_bounded),
		cmocka_unit_test(test_capture_depth_counts_no_brackets_in_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
