/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The growing buffer: always terminated, bounded, sticky failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"

static void test_buf_empty_is_a_string(void **state)
{
	HV_AUTO(buf) b;

	(void)state;
	hv_buf_init(&b, 10);
	assert_null(b.data);
	assert_string_equal(hv_buf_str(&b), "");
	assert_false(hv_buf_failed(&b));
}

static void test_buf_appends_in_order(void **state)
{
	HV_AUTO(buf) b;

	(void)state;
	hv_buf_init(&b, 100);
	hv_buf_adds(&b, "vm");
	hv_buf_addc(&b, '=');
	hv_buf_addf(&b, "%s/%d", "sql", 7);
	hv_buf_add(&b, "\0x", 2);
	hv_buf_add(&b, NULL, 0);
	hv_buf_adds(&b, "");
	assert_int_equal(b.len, 10);
	assert_memory_equal(b.data, "vm=sql/7\0x", 11);
	assert_false(hv_buf_failed(&b));
}

static void test_buf_grows_far(void **state)
{
	HV_AUTO(buf) b;

	(void)state;
	hv_buf_init(&b, 100000);
	for (int i = 0; i < 100000; i++)
		hv_buf_addc(&b, (char)('a' + i % 26));
	assert_false(hv_buf_failed(&b));
	assert_int_equal(strlen(hv_buf_str(&b)), 100000);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(b.data[i], 'a' + i % 26);
}

static void test_buf_max_counts_bytes_without_nul(void **state)
{
	HV_AUTO(buf) b;

	(void)state;
	hv_buf_init(&b, 4);
	hv_buf_adds(&b, "abcd");
	assert_false(hv_buf_failed(&b));
	hv_buf_addc(&b, 'e');
	assert_true(hv_buf_failed(&b));
	assert_true(b.overflow);
	assert_string_equal(hv_buf_str(&b), "abcd");
}

static void test_buf_failure_is_sticky_and_keeps_the_contents(void **state)
{
	HV_AUTO(buf) b;

	(void)state;
	hv_buf_init(&b, 5);
	hv_buf_adds(&b, "ab");
	hv_buf_addf(&b, "%s", "long text");
	assert_true(hv_buf_failed(&b));
	assert_string_equal(hv_buf_str(&b), "ab");
	hv_buf_addc(&b, 'c');
	hv_buf_addf(&b, "%d", 1);
	hv_buf_add_utf8(&b, 'x');
	assert_string_equal(hv_buf_str(&b), "ab");
	assert_true(hv_buf_failed(&b));
}

static void test_buf_of_max_zero_takes_nothing(void **state)
{
	HV_AUTO(buf) b;

	(void)state;
	hv_buf_init(&b, 0);
	hv_buf_adds(&b, "");
	assert_false(hv_buf_failed(&b));
	hv_buf_addc(&b, 'a');
	assert_true(b.overflow);
}

static void test_buf_without_limit_survives_huge_requests(void **state)
{
	HV_AUTO(buf) b;

	(void)state;
	hv_buf_init(&b, SIZE_MAX);
	hv_buf_adds(&b, "abc");
	assert_false(hv_buf_failed(&b));
	hv_buf_add(&b, "x", SIZE_MAX - 2);
	assert_true(hv_buf_failed(&b));
	assert_string_equal(hv_buf_str(&b), "abc");
}

static void test_buf_short_memory_is_no_overflow(void **state)
{
	HV_AUTO(buf) b;

	(void)state;
	hv_buf_init(&b, SIZE_MAX - 1);
	hv_buf_add(&b, "x", SIZE_MAX - 8);
	assert_true(hv_buf_failed(&b));
	assert_false(b.overflow);
}

static void test_buf_add_utf8(void **state)
{
	static const struct {
		uint32_t code_point;
		const char *bytes;
	} CASES[] = {
		{ 0x41, "A" },
		{ 0x7F, "\x7F" },
		{ 0x80, "\xC2\x80" },
		{ 0x7FF, "\xDF\xBF" },
		{ 0x800, "\xE0\xA0\x80" },
		{ 0xD7FF, "\xED\x9F\xBF" },
		{ 0xE000, "\xEE\x80\x80" },
		{ 0xFFFF, "\xEF\xBF\xBF" },
		{ 0x10000, "\xF0\x90\x80\x80" },
		{ 0x10FFFF, "\xF4\x8F\xBF\xBF" },
		{ 0xD800, "\xEF\xBF\xBD" },
		{ 0xDFFF, "\xEF\xBF\xBD" },
		{ 0x110000, "\xEF\xBF\xBD" },
		{ UINT32_MAX, "\xEF\xBF\xBD" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(buf) b;

		hv_buf_init(&b, 8);
		hv_buf_add_utf8(&b, CASES[i].code_point);
		assert_string_equal(hv_buf_str(&b), CASES[i].bytes);
	}
}

static void test_buf_add_utf8_is_all_or_nothing(void **state)
{
	HV_AUTO(buf) b;

	(void)state;
	hv_buf_init(&b, 2);
	hv_buf_add_utf8(&b, 0x20AC);
	assert_true(b.overflow);
	assert_int_equal(b.len, 0);
}

static void test_buf_truncate_only_shortens(void **state)
{
	HV_AUTO(buf) b;

	(void)state;
	hv_buf_init(&b, 10);
	hv_buf_truncate(&b, 0);
	hv_buf_adds(&b, "abc");
	hv_buf_truncate(&b, 5);
	assert_string_equal(hv_buf_str(&b), "abc");
	hv_buf_truncate(&b, 3);
	assert_string_equal(hv_buf_str(&b), "abc");
	hv_buf_truncate(&b, 1);
	assert_string_equal(hv_buf_str(&b), "a");
	assert_int_equal(b.len, 1);
}

static void test_buf_clear_ends_the_failure(void **state)
{
	HV_AUTO(buf) b;
	const char *memory;

	(void)state;
	hv_buf_init(&b, 3);
	hv_buf_adds(&b, "abc");
	hv_buf_addc(&b, 'd');
	memory = b.data;
	hv_buf_clear(&b);
	assert_false(hv_buf_failed(&b));
	assert_false(b.overflow);
	assert_int_equal(b.len, 0);
	hv_buf_adds(&b, "xy");
	assert_string_equal(hv_buf_str(&b), "xy");
	assert_ptr_equal(b.data, memory);
}

static void test_buf_take_hands_over(void **state)
{
	HV_AUTO(buf) b;
	HV_AUTO(string) taken = NULL;

	(void)state;
	hv_buf_init(&b, 3);
	hv_buf_adds(&b, "abc");
	taken = hv_buf_take(&b);
	assert_string_equal(taken, "abc");
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	hv_buf_adds(&b, "def");
	assert_string_equal(hv_buf_str(&b), "def");
}

static void test_buf_take_of_empty_is_an_empty_string(void **state)
{
	HV_AUTO(buf) b;
	HV_AUTO(string) taken = NULL;

	(void)state;
	hv_buf_init(&b, 3);
	taken = hv_buf_take(&b);
	assert_non_null(taken);
	assert_string_equal(taken, "");
}

static void test_buf_take_of_failed_is_null(void **state)
{
	HV_AUTO(buf) b;

	(void)state;
	hv_buf_init(&b, 1);
	hv_buf_adds(&b, "ab");
	assert_null(hv_buf_take(&b));
}

static void test_buf_done_accepts_null(void **state)
{
	(void)state;
	hv_buf_done(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf_empty_is_a_string),
		cmocka_unit_test(test_buf_appends_in_order),
		cmocka_unit_test(test_buf_grows_far),
		cmocka_unit_test(test_buf_max_counts_bytes_without_nul),
		cmocka_unit_test(test_buf_failure_is_sticky_and_keeps_the_contents),
		cmocka_unit_test(test_buf_of_max_zero_takes_nothing),
		cmocka_unit_test(test_buf_without_limit_survives_huge_requests),
		cmocka_unit_test(test_buf_short_memory_is_no_overflow),
		cmocka_unit_test(test_buf_add_utf8),
		cmocka_unit_test(test_buf_add_utf8_is_all_or_nothing),
		cmocka_unit_test(test_buf_truncate_only_shortens),
		cmocka_unit_test(test_buf_clear_ends_the_failure),
		cmocka_unit_test(test_buf_take_hands_over),
		cmocka_unit_test(test_buf_take_of_empty_is_an_empty_string),
		cmocka_unit_test(test_buf_take_of_failed_is_null),
		cmocka_unit_test(test_buf_done_accepts_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
