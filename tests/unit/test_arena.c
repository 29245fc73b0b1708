/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The region allocator: zeroed, aligned, bounded, sticky failure, small for little. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

enum { MIB = 1024 * 1024 };

static bool is_zero(const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] != 0)
			return false;
	}
	return true;
}

static void test_arena_alloc_is_zeroed_and_aligned(void **state)
{
	static const size_t SIZES[] = { 1, 3, 8, 24, 100, 4000, 4096, 5000, 300000, 7, 16 };
	HV_AUTO(arena) a;

	(void)state;
	hv_arena_init(&a, MIB);
	for (size_t i = 0; i < HV_ARRAY_LEN(SIZES); i++) {
		unsigned char *p = hv_arena_alloc(&a, SIZES[i]);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		assert_true(is_zero(p, SIZES[i]));
		memset(p, 0xFF, SIZES[i]);
		/* A string in between must not disturb the alignment. */
		assert_string_equal(hv_arena_strdup(&a, "x"), "x");
	}
	assert_false(hv_arena_failed(&a));
}

static void test_arena_allocations_do_not_overlap(void **state)
{
	enum { COUNT = 3000 };
	static uint32_t *items[COUNT];
	HV_AUTO(arena) a;

	(void)state;
	hv_arena_init(&a, MIB);
	for (uint32_t i = 0; i < COUNT; i++) {
		size_t count = 1 + i % 37;

		items[i] = hv_arena_array(&a, count, sizeof(*items[i]));
		assert_non_null(items[i]);
		for (size_t k = 0; k < count; k++)
			items[i][k] = i;
	}
	for (uint32_t i = 0; i < COUNT; i++) {
		for (size_t k = 0; k < 1 + i % 37; k++)
			assert_int_equal(items[i][k], i);
	}
}

static void test_arena_holds_many_small_ones(void **state)
{
	enum { COUNT = 20000, SIZE = 64 };
	HV_AUTO(arena) a;

	(void)state;
	hv_arena_init(&a, COUNT * SIZE);
	for (int i = 0; i < COUNT; i++)
		assert_non_null(hv_arena_alloc(&a, SIZE));
	assert_int_equal(a.used, COUNT * SIZE);
	assert_null(hv_arena_alloc(&a, 1));
}

static void test_arena_of_nothing_is_not_a_failure(void **state)
{
	HV_AUTO(arena) a;
	const void *first;
	const void *second;

	(void)state;
	hv_arena_init(&a, 100);
	first = hv_arena_alloc(&a, 0);
	second = hv_arena_array(&a, 0, 8);
	assert_non_null(first);
	assert_non_null(second);
	assert_ptr_not_equal(first, second);
}

static void test_arena_enforces_max(void **state)
{
	HV_AUTO(arena) a;

	(void)state;
	hv_arena_init(&a, 64);
	assert_non_null(hv_arena_alloc(&a, 64));
	assert_int_equal(a.used, 64);
	assert_false(hv_arena_failed(&a));
	assert_null(hv_arena_alloc(&a, 1));
	assert_true(hv_arena_failed(&a));
}

static void test_arena_failure_is_sticky(void **state)
{
	HV_AUTO(arena) a;
	const char *before;

	(void)state;
	hv_arena_init(&a, 64);
	before = hv_arena_strdup(&a, "kept");
	assert_null(hv_arena_alloc(&a, 65));
	assert_null(hv_arena_alloc(&a, 1));
	assert_null(hv_arena_strdup(&a, "x"));
	assert_null(hv_arena_printf(&a, "%d", 1));
	assert_true(hv_arena_failed(&a));
	assert_string_equal(before, "kept");
}

static void test_arena_refuses_overflowing_product(void **state)
{
	HV_AUTO(arena) a;

	(void)state;
	hv_arena_init(&a, SIZE_MAX);
	assert_null(hv_arena_array(&a, SIZE_MAX / 2, 3));
	assert_true(hv_arena_failed(&a));
}

static void test_arena_reports_short_memory(void **state)
{
	HV_AUTO(arena) a;

	(void)state;
	hv_arena_init(&a, SIZE_MAX);
	assert_null(hv_arena_alloc(&a, SIZE_MAX - 4));
	assert_true(hv_arena_failed(&a));
}

static void test_arena_strings(void **state)
{
	static const char TEXT[] = "abcdef";
	HV_AUTO(arena) a;
	const char *copy;

	(void)state;
	hv_arena_init(&a, 1000);
	copy = hv_arena_strdup(&a, TEXT);
	assert_string_equal(copy, TEXT);
	assert_ptr_not_equal(copy, TEXT);
	assert_string_equal(hv_arena_strdup(&a, ""), "");
	assert_string_equal(hv_arena_strndup(&a, TEXT, 3), "abc");
	assert_string_equal(hv_arena_strndup(&a, TEXT, 0), "");
	assert_string_equal(hv_arena_strndup(&a, TEXT, 100), TEXT);
	assert_string_equal(hv_arena_printf(&a, "%s-%03d", "vm", 7), "vm-007");
	assert_string_equal(hv_arena_printf(&a, "%s", ""), "");
	assert_int_equal(a.used, 7 + 1 + 4 + 1 + 7 + 7 + 1);
}

static void test_arena_strndup_needs_no_terminator(void **state)
{
	static const char BYTES[3] = { 'a', 'b', 'c' };
	HV_AUTO(arena) a;

	(void)state;
	hv_arena_init(&a, 100);
	assert_string_equal(hv_arena_strndup(&a, BYTES, sizeof(BYTES)), "abc");
}

static void test_arena_null_string_is_no_failure(void **state)
{
	HV_AUTO(arena) a;

	(void)state;
	hv_arena_init(&a, 100);
	assert_null(hv_arena_strdup(&a, NULL));
	assert_null(hv_arena_strndup(&a, NULL, 4));
	assert_false(hv_arena_failed(&a));
	assert_int_equal(a.used, 0);
}

static void test_arena_done_makes_it_empty_again(void **state)
{
	struct hv_arena a;

	(void)state;
	hv_arena_init(&a, 10);
	assert_null(hv_arena_alloc(&a, 11));
	hv_arena_done(&a);
	hv_arena_done(&a);
	assert_null(a.blocks);
	assert_false(hv_arena_failed(&a));
	assert_non_null(hv_arena_alloc(&a, 10));
	hv_arena_done(&a);
	hv_arena_done(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena_alloc_is_zeroed_and_aligned),
		cmocka_unit_test(test_arena_allocations_do_not_overlap),
		cmocka_unit_test(test_arena_holds_many_small_ones),
		cmocka_unit_test(test_arena_of_nothing_is_not_a_failure),
		cmocka_unit_test(test_arena_enforces_max),
		cmocka_unit_test(test_arena_failure_is_sticky),
		cmocka_unit_test(test_arena_refuses_overflowing_product),
		cmocka_unit_test(test_arena_reports_short_memory),
		cmocka_unit_test(test_arena_strings),
		cmocka_unit_test(test_arena_strndup_needs_no_terminator),
		cmocka_unit_test(test_arena_null_string_is_no_failure),
		cmocka_unit_test(test_arena_done_makes_it_empty_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
