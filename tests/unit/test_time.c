/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time stamps and durations: conversions at the boundary, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"

#define SECONDS(s) ((s)*HV_USEC_PER_SEC)
#define FIRST      SECONDS(-INT64_C(11644473600)) /* 1601-01-01 */
#define LAST       (SECONDS(INT64_C(253402300800)) - 1)

enum { UNTOUCHED = 77 };

typedef int parse_fn(const char *s, hv_usec *ret, struct hv_err *err);

struct good_case {
	const char *text;
	hv_usec value;
};

static void assert_accepts(parse_fn *parse, const struct good_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct hv_err err = HV_ERR_INIT;
		hv_usec value = UNTOUCHED;

		if (parse(cases[i].text, &value, &err))
			fail_msg("%s", err.text);
		if (value != cases[i].value)
			fail_msg("\"%s\" gave %jd", cases[i].text, (intmax_t)value);
	}
}

static void assert_refuses(parse_fn *parse, const char *const *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct hv_err err = HV_ERR_INIT;
		hv_usec value = UNTOUCHED;

		if (parse(cases[i], &value, &err) != -1)
			fail_msg("\"%s\" was accepted", cases[i]);
		assert_int_equal(value, UNTOUCHED);
		assert_int_equal(err.kind, HV_ERR_FORMAT);
		assert_non_null(strstr(err.text, cases[i]));
	}
}

static void test_usec_add_and_sub_saturate(void **state)
{
	(void)state;
	assert_true(hv_usec_add(3, 4) == 7);
	assert_true(hv_usec_add(3, -4) == -1);
	assert_true(hv_usec_add(HV_USEC_MAX, 0) == HV_USEC_MAX);
	assert_true(hv_usec_add(HV_USEC_MAX, 1) == HV_USEC_MAX);
	assert_true(hv_usec_add(HV_USEC_MIN, -1) == HV_USEC_MIN);
	assert_true(hv_usec_add(HV_USEC_MIN, HV_USEC_MAX) == -1);
	assert_true(hv_usec_sub(3, 4) == -1);
	assert_true(hv_usec_sub(3, -4) == 7);
	assert_true(hv_usec_sub(HV_USEC_MIN, 1) == HV_USEC_MIN);
	assert_true(hv_usec_sub(HV_USEC_MAX, -1) == HV_USEC_MAX);
	assert_true(hv_usec_sub(0, HV_USEC_MIN) == HV_USEC_MAX);
	assert_true(hv_usec_sub(-1, HV_USEC_MIN) == HV_USEC_MAX);
}

static void test_time_from_filetime(void **state)
{
	static const struct {
		uint64_t filetime;
		hv_usec value;
	} CASES[] = {
		{ 0, FIRST },
		{ 10, FIRST + 1 },
		{ 19, FIRST + 1 },
		{ UINT64_C(116444736000000000), 0 },
		{ UINT64_C(116444735999999990), -1 },
		{ UINT64_C(134138018451234567), INT64_C(1769328245123456) },
		{ UINT64_C(2650467743999999999), LAST },
	};
	static const uint64_t OUTSIDE[] = { UINT64_C(2650467744000000000), INT64_MAX, UINT64_MAX };
	hv_usec value;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		assert_true(hv_time_from_filetime(CASES[i].filetime, &value));
		assert_true(value == CASES[i].value);
	}
	value = UNTOUCHED;
	for (size_t i = 0; i < HV_ARRAY_LEN(OUTSIDE); i++)
		assert_false(hv_time_from_filetime(OUTSIDE[i], &value));
	assert_int_equal(value, UNTOUCHED);
}

static void test_time_parse_iso_accepts(void **state)
{
	static const struct good_case CASES[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01T00:00:00", 0 },
		{ "1970-01-01 00:00:00", 0 },
		{ "1969-12-31T23:59:59.999999Z", -1 },
		{ "2026-11-22T02:04:05Z", SECONDS(1795313045) },
		{ "2026-11-22T03:04:05+01:00", SECONDS(1795313045) },
		{ "2026-11-22T03:04:05+0100", SECONDS(1795313045) },
		{ "2026-11-21T20:34:05-05:30", SECONDS(1795313045) },
		{ "2026-11-22T02:04:05-00:00", SECONDS(1795313045) },
		{ "2026-11-22T16:04:05+14:00", SECONDS(1795313045) },
		{ "2026-11-22 02:04:05.5Z", SECONDS(1795313045) + 500000 },
		{ "2026-11-22T02:04:05.0000019", SECONDS(1795313045) + 1 },
		{ "2026-11-22T02:04:05.12345678901234567890Z", SECONDS(1795313045) + 123456 },
		{ "2000-02-29T00:00:00Z", SECONDS(951782400) },
		{ "2000-03-01T00:00:00Z", SECONDS(951868800) },
		{ "2024-02-29T12:00:00Z", SECONDS(1709208000) },
		{ "1900-03-01T00:00:00Z", SECONDS(-INT64_C(2203891200)) },
		{ "2100-03-01T00:00:00Z", SECONDS(INT64_C(4107542400)) },
		{ "2038-01-19T03:14:08Z", SECONDS(INT64_C(2147483648)) },
		{ "1601-01-01T00:00:00Z", FIRST },
		{ "1600-12-31T23:00:00-01:00", FIRST },
		{ "9999-12-31T23:59:59.999999Z", LAST },
	};

	(void)state;
	assert_accepts(hv_time_parse_iso, CASES, HV_ARRAY_LEN(CASES));
}

static void test_time_parse_iso_refuses(void **state)
{
	static const char *const CASES[] = {
		"",
		"2026",
		"2026-11-22",
		"2026-11-22T",
		"2026-11-22T02:04",
		"2026-11-22T02:04Z",
		"2026-11-22T02:04:0",
		"2026-11-22T02:04:05.",
		"2026-11-22T02:04:05.Z",
		"2026-11-22T02:04:05,5Z",
		"2026-11-22T02:04:05ZZ",
		"2026-11-22T02:04:05Z ",
		" 2026-11-22T02:04:05Z",
		"2026-11-22T02:04:05 Z",
		"2026-11-22T02:04:05+",
		"2026-11-22T02:04:05+1",
		"2026-11-22T02:04:05+01",
		"2026-11-22T02:04:05+01:",
		"2026-11-22T02:04:05+01:0",
		"2026-11-22T02:04:05+01:60",
		"2026-11-22T02:04:05+14:01",
		"2026-11-22T02:04:05+99:00",
		"2026-11-22T02:04:05+01:000",
		"2026-11-22x02:04:05Z",
		"2026-11-22t02:04:05z",
		"2026/11/22T02:04:05Z",
		"20261122T020405Z",
		"2026-1-22T02:04:05Z",
		"2026-00-22T02:04:05Z",
		"2026-13-22T02:04:05Z",
		"2026-11-00T02:04:05Z",
		"2026-11-31T02:04:05Z",
		"2026-02-29T02:04:05Z",
		"1900-02-29T02:04:05Z",
		"2100-02-29T02:04:05Z",
		"2026-11-22T24:00:00Z",
		"2026-11-22T02:60:05Z",
		"2026-11-22T02:04:60Z",
		"2026-11-22T-2:04:05Z",
		"-2026-11-22T02:04:05Z",
		"12026-11-22T02:04:05Z",
		"0001-01-01T00:00:00Z",
		"0000-01-01T00:00:00Z",
		"1600-12-31T23:59:59.999999Z",
		"1601-01-01T00:00:00+00:01",
		"9999-12-31T23:59:59-00:01",
	};

	(void)state;
	assert_refuses(hv_time_parse_iso, CASES, HV_ARRAY_LEN(CASES));
}

static void test_time_parse_cim_accepts(void **state)
{
	static const struct good_case CASES[] = {
		{ "19700101000000.000000+000", 0 },
		{ "19700101000000.000000-000", 0 },
		{ "20261122020405.123456+000", SECONDS(1795313045) + 123456 },
		{ "20261122030405.000000+060", SECONDS(1795313045) },
		{ "20261121203405.000000-330", SECONDS(1795313045) },
		{ "16010101000000.000000-000", FIRST },
		{ "99991231235959.999999+000", LAST },
		{ "20000229000000.000000+000", SECONDS(951782400) },
	};

	(void)state;
	assert_accepts(hv_time_parse_cim, CASES, HV_ARRAY_LEN(CASES));
}

static void test_time_parse_cim_refuses(void **state)
{
	static const char *const CASES[] = {
		"",
		"20261122020405",
		"20261122020405.123456",
		"20261122020405.123456+00",
		"20261122020405.123456+0000",
		"20261122020405.12345+000",
		"20261122020405.1234567+000",
		"20261122020405,123456+000",
		"20261122020405.123456 000",
		"20261122020405.123456Z",
		"20261122020405.123456:000",
		"00000001020405.123456:000",
		"20261322020405.123456+000",
		"20260229020405.123456+000",
		"20261122240405.123456+000",
		"20261122026005.123456+000",
		"20261122020460.123456+000",
		"20261122******.******+***",
		"16001231235959.999999+000",
		"16010101000000.000000+001",
		"99991231235959.999999-001",
		" 20261122020405.123456+000",
	};

	(void)state;
	assert_refuses(hv_time_parse_cim, CASES, HV_ARRAY_LEN(CASES));
}

static void test_time_parse_cim_interval_accepts(void **state)
{
	static const struct good_case CASES[] = {
		{ "00000000000000.000000:000", 0 },
		{ "00000000000000.000001:000", 1 },
		{ "00000001020304.500000:000", SECONDS(93784) + 500000 },
		{ "00000000235959.999999:000", SECONDS(86400) - 1 },
		{ "99999999235959.999999:000", SECONDS(INT64_C(8640000000000)) - 1 },
	};

	(void)state;
	assert_accepts(hv_time_parse_cim_interval, CASES, HV_ARRAY_LEN(CASES));
}

static void test_time_parse_cim_interval_refuses(void **state)
{
	static const char *const CASES[] = {
		"",
		"20261122020405.123456+000",
		"00000001020304.500000:001",
		"00000001020304.500000:00",
		"00000001020304.500000:0000",
		"00000001020304.500000",
		"00000001240000.000000:000",
		"00000001006000.000000:000",
		"00000001000060.000000:000",
		"-0000001020304.500000:000",
		"0000001020304.500000:000",
	};

	(void)state;
	assert_refuses(hv_time_parse_cim_interval, CASES, HV_ARRAY_LEN(CASES));
}

static void test_duration_parse_accepts(void **state)
{
	static const struct good_case CASES[] = {
		{ "0", 0 },
		{ "90", SECONDS(90) },
		{ "90s", SECONDS(90) },
		{ "5m", SECONDS(300) },
		{ "26h", SECONDS(93600) },
		{ "7d", SECONDS(604800) },
		{ "2w", SECONDS(1209600) },
		{ "1.5h", SECONDS(5400) },
		{ "0.000001", 1 },
		{ "0.0000004s", 0 },
		{ "9223372036854.775807s", HV_USEC_MAX },
	};

	(void)state;
	assert_accepts(hv_duration_parse, CASES, HV_ARRAY_LEN(CASES));
}

static void test_duration_parse_refuses(void **state)
{
	static const char *const CASES[] = { "", "h", "-1h", "+1h", " 1h", "1h ", "1 h", "1H", "1M",
		"1y", "1ms", "1h30m", ".5h", "5.h", "1,5h", "1e3", "9223372036854.775808s",
		"106751992d", "99999999999999999999w" };

	(void)state;
	assert_refuses(hv_duration_parse, CASES, HV_ARRAY_LEN(CASES));
}

static void test_time_format(void **state)
{
	static const struct {
		hv_usec value;
		const char *seconds;
		const char *usec;
	} CASES[] = {
		{ 0, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z" },
		{ -1, "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.999999Z" },
		{ SECONDS(1795313045) + 123456, "2026-11-22T02:04:05Z",
			"2026-11-22T02:04:05.123456Z" },
		{ SECONDS(951782400), "2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000Z" },
		{ SECONDS(951868799), "2000-02-29T23:59:59Z", "2000-02-29T23:59:59.000000Z" },
		{ SECONDS(INT64_C(4107542399)), "2100-02-28T23:59:59Z",
			"2100-02-28T23:59:59.000000Z" },
		{ FIRST, "1601-01-01T00:00:00Z", "1601-01-01T00:00:00.000000Z" },
		{ LAST, "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999Z" },
		{ HV_USEC_MAX, "294247-01-10T04:00:54Z", "294247-01-10T04:00:54.775807Z" },
		{ HV_USEC_MIN, "-290308-12-21T19:59:05Z", "-290308-12-21T19:59:05.224192Z" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		char text[HV_TIME_TEXT_MAX];

		hv_time_format(CASES[i].value, text);
		assert_string_equal(text, CASES[i].seconds);
		hv_time_format_usec(CASES[i].value, text);
		assert_string_equal(text, CASES[i].usec);
	}
}

static void test_time_format_reads_back(void **state)
{
	/* An odd step visits all months, weekdays and times of the day. */
	const hv_usec step = SECONDS(INT64_C(864013)) + 7919;

	(void)state;
	for (hv_usec t = FIRST; t <= LAST; t += step) {
		char text[HV_TIME_TEXT_MAX];
		hv_usec back;

		hv_time_format_usec(t, text);
		assert_int_equal(hv_time_parse_iso(text, &back, NULL), 0);
		if (back != t)
			fail_msg("%jd became %s", (intmax_t)t, text);
	}
}

/* Day after day the text must move on: within a month by one, else to the first. */
static void test_time_format_days_follow_each_other(void **state)
{
	char before[HV_TIME_TEXT_MAX];

	(void)state;
	hv_time_format(SECONDS(-INT64_C(86400)) * 800, before);
	for (hv_usec day = -799; day < 365 * 140; day++) {
		char text[HV_TIME_TEXT_MAX];

		hv_time_format(day * SECONDS(INT64_C(86400)), text);
		assert_true(strcmp(before, text) < 0);
		if (strncmp(before, text, 8) == 0)
			assert_int_equal((text[8] - before[8]) * 10 + text[9] - before[9], 1);
		else
			assert_memory_equal(text + 8, "01", 2);
		memcpy(before, text, sizeof(before));
	}
}

static void test_duration_format(void **state)
{
	static const struct {
		hv_usec value;
		const char *text;
	} CASES[] = {
		{ 0, "0s" },
		{ 999999, "0s" },
		{ -999999, "0s" },
		{ SECONDS(1), "1s" },
		{ SECONDS(59) + 999999, "59s" },
		{ SECONDS(60), "1m" },
		{ SECONDS(1563), "26m 3s" },
		{ SECONDS(3600), "1h" },
		{ SECONDS(3659), "1h" },
		{ SECONDS(3660), "1h 1m" },
		{ SECONDS(86399), "23h 59m" },
		{ SECONDS(86400), "1d" },
		{ SECONDS(86400 + 59 * 60), "1d" },
		{ SECONDS(93600), "1d 2h" },
		{ SECONDS(INT64_C(86400) * 400), "400d" },
		{ SECONDS(-93600), "-1d 2h" },
		{ HV_USEC_MAX, "106751991d 4h" },
		{ HV_USEC_MIN, "-106751991d 4h" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		char text[HV_TIME_TEXT_MAX];

		hv_duration_format(CASES[i].value, text);
		assert_string_equal(text, CASES[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usec_add_and_sub_saturate),
		cmocka_unit_test(test_time_from_filetime),
		cmocka_unit_test(test_time_parse_iso_accepts),
		cmocka_unit_test(test_time_parse_iso_refuses),
		cmocka_unit_test(test_time_parse_cim_accepts),
		cmocka_unit_test(test_time_parse_cim_refuses),
		cmocka_unit_test(test_time_parse_cim_interval_accepts),
		cmocka_unit_test(test_time_parse_cim_interval_refuses),
		cmocka_unit_test(test_duration_parse_accepts),
		cmocka_unit_test(test_duration_parse_refuses),
		cmocka_unit_test(test_time_format),
		cmocka_unit_test(test_time_format_reads_back),
		cmocka_unit_test(test_time_format_days_follow_each_other),
		cmocka_unit_test(test_duration_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
