/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers to text: shortest doubles that read back, sizes for people. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/parse.h"
#include "locale_fixture.h"

static const struct {
	double value;
	const char *text;
} DOUBLES[] = {
	{ 0.0, "0" },
	{ -0.0, "0" },
	{ 1.0, "1" },
	{ -1.0, "-1" },
	{ 10.0, "10" },
	{ 0.1, "0.1" },
	{ -0.25, "-0.25" },
	{ 1.5, "1.5" },
	{ 12345.678, "12345.678" },
	{ 1.0 / 3.0, "0.3333333333333333" },
	{ 0.1 + 0.2, "0.30000000000000004" },
	{ 1e-5, "0.00001" },
	{ 1.2345e-5, "0.000012345" },
	{ 9.9e-6, "9.9e-6" },
	{ 1e-7, "1e-7" },
	{ 1e16, "10000000000000000" },
	{ 99999999999999984.0, "99999999999999980" },
	{ 1e17, "1e17" },
	{ -1.5e300, "-1.5e300" },
	{ 9007199254740993.0, "9007199254740992" },
	{ 1099511627776.0, "1099511627776" },
	{ DBL_MAX, "1.7976931348623157e308" },
	{ DBL_MIN, "2.2250738585072014e-308" },
	{ 0x1p-1074, "5e-324" },
	/* A power of two: the nearest decimal of 16 digits does not read back, its neighbour does.
	 */
	{ 0x1p-44, "5.684341886080802e-14" },
	{ INFINITY, "U" },
	{ -INFINITY, "U" },
	{ NAN, "U" },
};

static void assert_doubles(void)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(DOUBLES); i++) {
		char text[HV_DOUBLE_TEXT_MAX];

		hv_format_double(DOUBLES[i].value, text);
		assert_string_equal(text, DOUBLES[i].text);
	}
}

static void test_format_double(void **state)
{
	(void)state;
	assert_doubles();
}

static void test_format_double_ignores_the_locale(void **state)
{
	(void)state;
	if (!comma_locale())
		skip();
	assert_doubles();
	assert_non_null(setlocale(LC_ALL, "C"));
}

static void test_format_double_reads_back(void **state)
{
	uint64_t bits = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char text[HV_DOUBLE_TEXT_MAX];
		double value;
		double back;

		bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		memcpy(&value, &bits, sizeof(value));
		if (!isfinite(value))
			continue;
		hv_format_double(value, text);
		assert_int_equal(hv_parse_double(text, &back, NULL), 0);
		if (back != value)
			fail_msg("%a became %s", value, text);
	}
}

static void test_format_bytes(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} CASES[] = {
		{ 0, "0 bytes" },
		{ 1, "1 byte" },
		{ 17, "17 bytes" },
		{ 1023, "1023 bytes" },
		{ 1024, "1 KiB" },
		{ 1536, "1.5 KiB" },
		{ 1126, "1 KiB" },
		{ 1127, "1.1 KiB" },
		{ 209715200, "200 MiB" },
		{ 1610612736, "1.5 GiB" },
		{ 1048575, "1023.9 KiB" },
		{ 1048576, "1 MiB" },
		{ UINT64_C(1) << 40, "1 TiB" },
		{ UINT64_C(1) << 50, "1 PiB" },
		{ UINT64_C(3) << 59, "1.5 EiB" },
		{ (UINT64_C(2) << 30) - 1, "1.9 GiB" },
		{ UINT64_MAX, "15.9 EiB" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		char text[HV_BYTES_TEXT_MAX];

		hv_format_bytes(CASES[i].bytes, text);
		assert_string_equal(text, CASES[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format_double),
		cmocka_unit_test(test_format_double_ignores_the_locale),
		cmocka_unit_test(test_format_double_reads_back),
		cmocka_unit_test(test_format_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
