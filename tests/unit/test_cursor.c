/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bounded cursor: reads what is there, refuses the rest and then stays where it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cursor.h"

static const uint8_t BYTES[] = { 0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0x88, 0x09 };

static void test_cursor_reads_little_endian(void **state)
{
	struct hv_cursor c = hv_cursor_make(BYTES, sizeof(BYTES));
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	(void)state;
	assert_true(hv_cursor_u8(&c, &u8));
	assert_int_equal(u8, 0x01);
	assert_true(hv_cursor_u16le(&c, &u16));
	assert_int_equal(u16, 0x0382);
	assert_true(hv_cursor_u32le(&c, &u32));
	assert_int_equal(u32, UINT32_C(0x07860584));
	assert_int_equal(hv_cursor_left(&c), 2);
	assert_true(hv_cursor_seek(&c, 0));
	assert_true(hv_cursor_u64le(&c, &u64));
	assert_true(u64 == UINT64_C(0x8807860584038201));
	assert_int_equal(hv_cursor_left(&c), 1);
}

/* For each width: exactly enough bytes, and one too few. */
static void test_cursor_refuses_short_reads_and_stays(void **state)
{
	uint8_t u8 = 0xAA;
	uint16_t u16 = 0xAAAA;
	uint32_t u32 = 0xAAAAAAAA;
	uint64_t u64 = 0xAAAAAAAA;

	(void)state;
	for (size_t len = 0; len < 8; len++) {
		struct hv_cursor c = hv_cursor_make(BYTES, len);

		assert_false(hv_cursor_u64le(&c, &u64));
		if (len < 4)
			assert_false(hv_cursor_u32le(&c, &u32));
		if (len < 2)
			assert_false(hv_cursor_u16le(&c, &u16));
		if (len < 1)
			assert_false(hv_cursor_u8(&c, &u8));
		assert_int_equal(c.pos, 0);
	}
	assert_int_equal(u8, 0xAA);
	assert_int_equal(u16, 0xAAAA);
	assert_int_equal(u32, 0xAAAAAAAA);
	assert_int_equal(u64, 0xAAAAAAAA);
}

static void test_cursor_bytes(void **state)
{
	struct hv_cursor c = hv_cursor_make(BYTES, sizeof(BYTES));
	const uint8_t *p = NULL;

	(void)state;
	assert_true(hv_cursor_bytes(&c, 4, &p));
	assert_ptr_equal(p, BYTES);
	assert_true(hv_cursor_bytes(&c, 5, &p));
	assert_ptr_equal(p, BYTES + 4);
	assert_true(hv_cursor_bytes(&c, 0, &p));
	assert_false(hv_cursor_bytes(&c, 1, &p));
	assert_false(hv_cursor_bytes(&c, SIZE_MAX, &p));
	assert_int_equal(c.pos, sizeof(BYTES));
}

static void test_cursor_skip(void **state)
{
	struct hv_cursor c = hv_cursor_make(BYTES, sizeof(BYTES));

	(void)state;
	assert_true(hv_cursor_skip(&c, 8));
	assert_false(hv_cursor_skip(&c, 2));
	assert_int_equal(c.pos, 8);
	assert_false(hv_cursor_skip(&c, SIZE_MAX));
	assert_true(hv_cursor_skip(&c, 1));
	assert_int_equal(hv_cursor_left(&c), 0);
}

static void test_cursor_seek(void **state)
{
	struct hv_cursor c = hv_cursor_make(BYTES, sizeof(BYTES));

	(void)state;
	assert_true(hv_cursor_seek(&c, sizeof(BYTES)));
	assert_int_equal(hv_cursor_left(&c), 0);
	assert_true(hv_cursor_seek(&c, 3));
	assert_false(hv_cursor_seek(&c, sizeof(BYTES) + 1));
	assert_int_equal(c.pos, 3);
}

static void test_cursor_sub_is_bounded_by_itself(void **state)
{
	struct hv_cursor c = hv_cursor_make(BYTES, sizeof(BYTES));
	struct hv_cursor sub;
	uint16_t u16;
	uint8_t u8;

	(void)state;
	assert_true(hv_cursor_skip(&c, 1));
	assert_true(hv_cursor_sub(&c, 3, &sub));
	assert_int_equal(c.pos, 4);
	assert_true(hv_cursor_u16le(&sub, &u16));
	assert_int_equal(u16, 0x0382);
	assert_false(hv_cursor_u16le(&sub, &u16));
	assert_true(hv_cursor_u8(&sub, &u8));
	assert_int_equal(u8, 0x84);
	assert_false(hv_cursor_sub(&c, 6, &sub));
	assert_int_equal(c.pos, 4);
}

static void test_cursor_over_nothing(void **state)
{
	struct hv_cursor c = hv_cursor_make(NULL, 0);
	uint8_t u8;

	(void)state;
	assert_int_equal(hv_cursor_left(&c), 0);
	assert_false(hv_cursor_u8(&c, &u8));
	assert_true(hv_cursor_seek(&c, 0));
	assert_false(hv_cursor_seek(&c, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cursor_reads_little_endian),
		cmocka_unit_test(test_cursor_refuses_short_reads_and_stays),
		cmocka_unit_test(test_cursor_bytes),
		cmocka_unit_test(test_cursor_skip),
		cmocka_unit_test(test_cursor_seek),
		cmocka_unit_test(test_cursor_sub_is_bounded_by_itself),
		cmocka_unit_test(test_cursor_over_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
