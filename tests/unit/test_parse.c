/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers from text: whole strings, bounds, exact sizes; GUIDs. */
#include <float.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/parse.h"
#include "locale_fixture.h"

enum { UNTOUCHED = 77 };

static void assert_names(const struct hv_err *err, const char *text)
{
	assert_int_equal(err->kind, HV_ERR_FORMAT);
	assert_non_null(strstr(err->text, text));
}

static void test_parse_u64_accepts(void **state)
{
	static const struct {
		const char *text;
		uint64_t min;
		uint64_t max;
		uint64_t value;
	} CASES[] = {
		{ "0", 0, 10, 0 },
		{ "10", 0, 10, 10 },
		{ "3", 3, 3, 3 },
		{ "007", 0, 10, 7 },
		{ "18446744073709551615", 0, UINT64_MAX, UINT64_MAX },
		{ "00000000000000000000000000000001", 0, UINT64_MAX, 1 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		uint64_t value = UNTOUCHED;

		assert_int_equal(
			hv_parse_u64(CASES[i].text, CASES[i].min, CASES[i].max, &value, &err), 0);
		assert_true(value == CASES[i].value);
		assert_false(hv_err_is_set(&err));
	}
}

static void test_parse_u64_refuses(void **state)
{
	static const struct {
		const char *text;
		uint64_t min;
		uint64_t max;
	} CASES[] = {
		{ "", 0, UINT64_MAX },
		{ " 1", 0, UINT64_MAX },
		{ "1 ", 0, UINT64_MAX },
		{ "1\n", 0, UINT64_MAX },
		{ "+1", 0, UINT64_MAX },
		{ "-1", 0, UINT64_MAX },
		{ "-0", 0, UINT64_MAX },
		{ "1.0", 0, UINT64_MAX },
		{ "1e3", 0, UINT64_MAX },
		{ "0x10", 0, UINT64_MAX },
		{ "a", 0, UINT64_MAX },
		{ "1,000", 0, UINT64_MAX },
		{ "\xD9\xA1", 0, UINT64_MAX },
		{ "18446744073709551616", 0, UINT64_MAX },
		{ "36893488147419103233", 0, UINT64_MAX },
		{ "99999999999999999999999", 0, UINT64_MAX },
		{ "11", 0, 10 },
		{ "4", 5, 10 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		uint64_t value = UNTOUCHED;

		assert_int_equal(
			hv_parse_u64(CASES[i].text, CASES[i].min, CASES[i].max, &value, &err), -1);
		assert_int_equal(value, UNTOUCHED);
		assert_names(&err, CASES[i].text);
	}
}

static void test_parse_i64_accepts(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} CASES[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "+5", 5 },
		{ "-5", -5 },
		{ "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		int64_t value = UNTOUCHED;

		assert_int_equal(
			hv_parse_i64(CASES[i].text, INT64_MIN, INT64_MAX, &value, NULL), 0);
		assert_true(value == CASES[i].value);
	}
}

static void test_parse_i64_refuses(void **state)
{
	static const struct {
		const char *text;
		int64_t min;
		int64_t max;
	} CASES[] = {
		{ "", INT64_MIN, INT64_MAX },
		{ "-", INT64_MIN, INT64_MAX },
		{ "+", INT64_MIN, INT64_MAX },
		{ "--1", INT64_MIN, INT64_MAX },
		{ "- 1", INT64_MIN, INT64_MAX },
		{ " -1", INT64_MIN, INT64_MAX },
		{ "1-", INT64_MIN, INT64_MAX },
		{ "9223372036854775808", INT64_MIN, INT64_MAX },
		{ "-9223372036854775809", INT64_MIN, INT64_MAX },
		{ "18446744073709551617", INT64_MIN, INT64_MAX },
		{ "-6", -5, 5 },
		{ "6", -5, 5 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		int64_t value = UNTOUCHED;

		assert_int_equal(
			hv_parse_i64(CASES[i].text, CASES[i].min, CASES[i].max, &value, &err), -1);
		assert_int_equal(value, UNTOUCHED);
		assert_names(&err, CASES[i].text);
	}
}

static void test_parse_hex_accepts(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} CASES[] = {
		{ "0", 0 },
		{ "0x0", 0 },
		{ "ff", 0xFF },
		{ "0XfF", 0xFF },
		{ "0x8004231f", 0x8004231F },
		{ "FFFFFFFFFFFFFFFF", UINT64_MAX },
		{ "0x00000000000000000001", 1 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		uint64_t value = UNTOUCHED;

		assert_int_equal(hv_parse_hex_u64(CASES[i].text, UINT64_MAX, &value, NULL), 0);
		assert_true(value == CASES[i].value);
	}
}

static void test_parse_hex_refuses(void **state)
{
	static const struct {
		const char *text;
		uint64_t max;
	} CASES[] = {
		{ "", UINT64_MAX },
		{ "0x", UINT64_MAX },
		{ "x1", UINT64_MAX },
		{ "0x0x1", UINT64_MAX },
		{ "g", UINT64_MAX },
		{ "-1", UINT64_MAX },
		{ "+1", UINT64_MAX },
		{ "1h", UINT64_MAX },
		{ " 1", UINT64_MAX },
		{ "10000000000000000", UINT64_MAX },
		{ "100", 0xFF },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		uint64_t value = UNTOUCHED;

		assert_int_equal(hv_parse_hex_u64(CASES[i].text, CASES[i].max, &value, &err), -1);
		assert_int_equal(value, UNTOUCHED);
		assert_names(&err, CASES[i].text);
	}
}

static const struct {
	const char *text;
	double value;
} GOOD_DOUBLES[] = {
	{ "0", 0.0 },
	{ "1", 1.0 },
	{ "+1", 1.0 },
	{ "-1.5", -1.5 },
	{ "0.1", 0.1 },
	{ "007.50", 7.5 },
	{ "1e3", 1000.0 },
	{ "1E+3", 1000.0 },
	{ "25e-1", 2.5 },
	{ "1.7976931348623157e308", DBL_MAX },
	{ "2.2250738585072014e-308", DBL_MIN },
	{ "4.9406564584124654e-324", 0x1p-1074 },
	{ "1e-400", 0.0 },
	/* Half way between two doubles: to even; a little more: up. */
	{ "9007199254740993", 9007199254740992.0 },
	{ "9007199254740993.00000000000000000000000000000001", 9007199254740994.0 },
};

static void assert_good_doubles(void)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(GOOD_DOUBLES); i++) {
		struct hv_err err = HV_ERR_INIT;
		double value = UNTOUCHED;

		assert_int_equal(hv_parse_double(GOOD_DOUBLES[i].text, &value, &err), 0);
		assert_true(value == GOOD_DOUBLES[i].value);
	}
}

static void test_parse_double_accepts(void **state)
{
	(void)state;
	assert_good_doubles();
}

static void test_parse_double_refuses(void **state)
{
	static const char *const CASES[] = { "", "-", ".", ".5", "5.", "1.e3", "1e", "1e+", "1e1.5",
		" 1", "1 ", "1,5", "nan", "NaN", "inf", "-inf", "infinity", "1e309", "-1e309",
		"0x1p3", "0x10", "--1", "+-1", "1f", "1.2.3", "1_000" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		double value = UNTOUCHED;

		assert_int_equal(hv_parse_double(CASES[i], &value, &err), -1);
		assert_true(value == UNTOUCHED);
		assert_names(&err, CASES[i]);
	}
}

static void test_parse_double_ignores_the_locale(void **state)
{
	(void)state;
	if (!comma_locale())
		skip();
	assert_good_doubles();
	assert_int_equal(hv_parse_double("1,5", &(double){ 0 }, NULL), -1);
	assert_non_null(setlocale(LC_ALL, "C"));
}

static void test_parse_scaled_is_exact(void **state)
{
	static const struct {
		const char *text;
		uint64_t unit;
		uint64_t value;
	} CASES[] = {
		{ "0", 1000, 0 },
		{ "3", 1000, 3000 },
		{ "1.5", 1000, 1500 },
		{ "0.0004", 1000, 0 },
		{ "0.0005", 1000, 1 },
		{ "0.00049999999999999999999999999", 1000, 0 },
		{ "0.0014999999999999999999999999", 1000, 1 },
		{ "0.0015", 1000, 2 },
		{ "0.9999999999999999999999999999999", 1, 1 },
		{ "0.5", 1, 1 },
		{ "0.49999999999999999999", 1, 0 },
		{ "0.1", UINT64_C(1) << 59, UINT64_C(57646075230342349) },
		{ "18446744073709551615.4", 1, UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		uint64_t value = UNTOUCHED;

		assert_int_equal(hv_parse_scaled(CASES[i].text, strlen(CASES[i].text),
					 CASES[i].unit, &value, NULL),
			0);
		assert_true(value == CASES[i].value);
	}
}

static void test_parse_scaled_looks_at_the_prefix_only(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	uint64_t value = UNTOUCHED;

	(void)state;
	assert_int_equal(hv_parse_scaled("12.5h", 4, 10, &value, NULL), 0);
	assert_int_equal(value, 125);
	assert_int_equal(hv_parse_scaled("12.5h", 3, 10, &value, &err), -1);
	assert_names(&err, "12.5h");
}

static void test_parse_bytes_accepts(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} CASES[] = {
		{ "0", 0 },
		{ "17", 17 },
		{ "17B", 17 },
		{ "17b", 17 },
		{ "1.5", 2 },
		{ "1.4B", 1 },
		{ "1K", 1000 },
		{ "1kb", 1000 },
		{ "2M", 2000000 },
		{ "2MB", 2000000 },
		{ "10G", UINT64_C(10000000000) },
		{ "10gb", UINT64_C(10000000000) },
		{ "1T", UINT64_C(1000000000000) },
		{ "1TB", UINT64_C(1000000000000) },
		{ "1P", UINT64_C(1000000000000000) },
		{ "1pB", UINT64_C(1000000000000000) },
		{ "1KiB", 1024 },
		{ "200MiB", 209715200 },
		{ "1.5GiB", 1610612736 },
		{ "1gib", 1073741824 },
		{ "1TIB", UINT64_C(1099511627776) },
		{ "1PiB", UINT64_C(1125899906842624) },
		{ "0.1GiB", 107374182 },
		{ "18446744073709551615", UINT64_MAX },
		{ "16383.999999999999999PiB", UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		uint64_t value = UNTOUCHED;

		assert_int_equal(hv_parse_bytes(CASES[i].text, &value, &err), 0);
		if (value != CASES[i].value)
			fail_msg("%s gave %ju", CASES[i].text, (uintmax_t)value);
	}
}

static void test_parse_bytes_refuses(void **state)
{
	static const char *const CASES[] = { "", "B", "GiB", "-1", "+1", " 1", "1 ", "1 GB", "1 B",
		".5G", "5.G", "1..5G", "1.2.3G", "1e3", "1Ki", "1GiBs", "1Gi", "1E", "1EB", "1EiB",
		"1%", "0x10", "1,5G", "18446744073709551616", "18446744073709551615.5", "16384PiB",
		"16383.99999999999999999PiB", "18446.744073709551616P", "99999999999999999999TiB" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		uint64_t value = UNTOUCHED;

		if (hv_parse_bytes(CASES[i], &value, &err) != -1)
			fail_msg("\"%s\" was accepted", CASES[i]);
		assert_int_equal(value, UNTOUCHED);
		assert_names(&err, CASES[i]);
	}
}

#define GUID       "7a3F0b12-9C4d-4e5f-8a6B-0123456789aB"
#define GUID_UPPER "7A3F0B12-9C4D-4E5F-8A6B-0123456789AB"

static void test_guid_normalise_accepts(void **state)
{
	static const char *const CASES[] = { GUID, "{" GUID "}", GUID_UPPER };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		char guid[HV_GUID_TEXT_LEN + 1] = "untouched";

		assert_true(hv_guid_normalise(CASES[i], strlen(CASES[i]), guid));
		assert_string_equal(guid, GUID_UPPER);
	}
}

static void test_guid_normalise_needs_no_terminator(void **state)
{
	char guid[HV_GUID_TEXT_LEN + 1];

	(void)state;
	assert_true(hv_guid_normalise(GUID "ff", HV_GUID_TEXT_LEN, guid));
	assert_string_equal(guid, GUID_UPPER);
}

static void test_guid_normalise_refuses(void **state)
{
	static const char *const CASES[] = {
		"",
		"{}",
		"{" GUID,
		GUID "}",
		"(" GUID ")",
		" " GUID,
		GUID " ",
		GUID "0",
		"{{" GUID "}}",
		"7A3F0B12-9C4D-4E5F-8A6B-0123456789A",
		"7A3F0B12-9C4D-4E5F-8A6B-0123456789AG",
		"7A3F0B12+9C4D-4E5F-8A6B-0123456789AB",
		"7A3F0B129-C4D-4E5F-8A6B-0123456789AB",
		"7A3F0B129C4D4E5F8A6B0123456789AB",
		"7A3F0B12-9C4D-4E5F-8A6B-0123456789\0A",
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		char guid[HV_GUID_TEXT_LEN + 1] = "untouched";

		assert_false(hv_guid_normalise(CASES[i], strlen(CASES[i]), guid));
		assert_string_equal(guid, "untouched");
	}
	assert_false(hv_guid_normalise("7A3F0B12-9C4D-4E5F-8A6B-0123456789\0A", HV_GUID_TEXT_LEN,
		(char[HV_GUID_TEXT_LEN + 1]){ "" }));
}

static void test_guid_find_finds(void **state)
{
	static const char *const CASES[] = {
		GUID,
		"Microsoft:" GUID "\\Disk",
		"VM {" GUID "} failed",
		"0-" GUID "-1",
		"g" GUID "g",
		"7A3F0B12-9C4D-4E5F-8A6B-" GUID,
		"x" GUID " and 00000000-0000-0000-0000-000000000000",
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		char guid[HV_GUID_TEXT_LEN + 1] = "untouched";

		if (!hv_guid_find(CASES[i], guid))
			fail_msg("no GUID in \"%s\"", CASES[i]);
		assert_string_equal(guid, GUID_UPPER);
	}
}

static void test_guid_find_refuses(void **state)
{
	static const char *const CASES[] = {
		"",
		"no GUID here",
		"a" GUID,
		GUID "0",
		"F" GUID "F",
		"7A3F0B12-9C4D-4E5F-8A6B-0123456789A",
		"7A3F0B12-9C4D-4E5F-8A6B-",
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		char guid[HV_GUID_TEXT_LEN + 1] = "untouched";

		if (hv_guid_find(CASES[i], guid))
			fail_msg("found %s in \"%s\"", guid, CASES[i]);
		assert_string_equal(guid, "untouched");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_u64_accepts),
		cmocka_unit_test(test_parse_u64_refuses),
		cmocka_unit_test(test_parse_i64_accepts),
		cmocka_unit_test(test_parse_i64_refuses),
		cmocka_unit_test(test_parse_hex_accepts),
		cmocka_unit_test(test_parse_hex_refuses),
		cmocka_unit_test(test_parse_double_accepts),
		cmocka_unit_test(test_parse_double_refuses),
		cmocka_unit_test(test_parse_double_ignores_the_locale),
		cmocka_unit_test(test_parse_scaled_is_exact),
		cmocka_unit_test(test_parse_scaled_looks_at_the_prefix_only),
		cmocka_unit_test(test_parse_bytes_accepts),
		cmocka_unit_test(test_parse_bytes_refuses),
		cmocka_unit_test(test_guid_normalise_accepts),
		cmocka_unit_test(test_guid_normalise_needs_no_terminator),
		cmocka_unit_test(test_guid_normalise_refuses),
		cmocka_unit_test(test_guid_find_finds),
		cmocka_unit_test(test_guid_find_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
