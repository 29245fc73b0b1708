/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The heap's door: zeroed memory, checked products, bounded growth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"

static void test_alloc_zeroes(void **state)
{
	HV_AUTO(bytes) one = hv_alloc(64);
	HV_AUTO(bytes) many = hv_alloc_array(16, 4);
	static const unsigned char ZEROS[64];

	(void)state;
	assert_non_null(one);
	assert_non_null(many);
	assert_memory_equal(one, ZEROS, 64);
	assert_memory_equal(many, ZEROS, 64);
}

static void test_alloc_of_nothing_is_not_a_failure(void **state)
{
	HV_AUTO(bytes) none = hv_alloc(0);
	HV_AUTO(bytes) no_items = hv_alloc_array(0, 8);
	HV_AUTO(bytes) shrunk = hv_alloc(8);
	void *p;

	(void)state;
	assert_non_null(none);
	assert_non_null(no_items);
	p = hv_realloc_array(shrunk, 0, 8);
	assert_non_null(p);
	shrunk = p;
}

static void test_alloc_refuses_overflowing_product(void **state)
{
	HV_AUTO(bytes) kept = hv_alloc(4);

	(void)state;
	assert_non_null(kept);
	kept[0] = 'k';
	assert_null(hv_alloc_array(SIZE_MAX / 2, 3));
	assert_null(hv_realloc_array(kept, SIZE_MAX / 2, 3));
	assert_int_equal(kept[0], 'k');
}

static void test_strdup_copies(void **state)
{
	static const char TEXT[] = "C:\\ClusterStorage";
	HV_AUTO(string) copy = hv_strdup(TEXT);

	(void)state;
	assert_non_null(copy);
	assert_ptr_not_equal(copy, TEXT);
	assert_string_equal(copy, TEXT);
}

static void test_free_accepts_null(void **state)
{
	HV_AUTO(string) nothing = NULL;

	(void)state;
	hv_free(nothing);
}

static void test_grow_holds_what_is_needed(void **state)
{
	int *items = NULL;
	size_t capacity = 0;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		assert_int_equal(hv_grow(&items, &capacity, i + 1, 1000, sizeof(*items)), 0);
		assert_true(capacity > i && capacity <= 1000);
		items[i] = (int)i;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(items[i], i);
	hv_free(items);
}

static void test_grow_stops_at_max(void **state)
{
	HV_AUTO(bytes) items = NULL;
	size_t capacity = 0;

	(void)state;
	assert_int_equal(hv_grow(&items, &capacity, 3, 3, 1), 0);
	assert_int_equal(capacity, 3);
	items[2] = 'x';
	assert_int_equal(hv_grow(&items, &capacity, 4, 3, 1), -1);
	assert_int_equal(capacity, 3);
	assert_int_equal(items[2], 'x');
}

static void test_grow_reports_short_memory(void **state)
{
	HV_AUTO(bytes) items = NULL;
	size_t capacity = 0;

	(void)state;
	assert_int_equal(hv_grow(&items, &capacity, SIZE_MAX / 2, SIZE_MAX, 4), -1);
	assert_null(items);
	assert_int_equal(capacity, 0);
}

static void test_take_leaves_null_behind(void **state)
{
	HV_AUTO(string) first = hv_strdup("x");
	HV_AUTO(string) second = hv_take(&first);

	(void)state;
	assert_null(first);
	assert_string_equal(second, "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alloc_zeroes),
		cmocka_unit_test(test_alloc_of_nothing_is_not_a_failure),
		cmocka_unit_test(test_alloc_refuses_overflowing_product),
		cmocka_unit_test(test_strdup_copies),
		cmocka_unit_test(test_free_accepts_null),
		cmocka_unit_test(test_grow_holds_what_is_needed),
		cmocka_unit_test(test_grow_stops_at_max),
		cmocka_unit_test(test_grow_reports_short_memory),
		cmocka_unit_test(test_take_leaves_null_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
