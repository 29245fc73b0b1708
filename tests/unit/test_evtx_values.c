/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Value types to text: every type, sizes that do not suit, arrays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "evtx/value.h"

enum { ROOM = 1000, ARRAY = HV_EVTX_TYPE_ARRAY };

struct value_case {
	uint8_t type;
	const char *bytes;
	size_t size;
	const char *text;
};

/* A value whose bytes are a string literal: the NUL behind it does not count. */
#define BYTES(literal) literal, sizeof(literal) - 1

static void check(const struct value_case *c)
{
	char text[ROOM + HV_EVTX_OUT_SPARE];
	struct hv_evtx_out out = { .data = text, .max = ROOM };
	uint8_t chunk[200] = { 0 };
	struct hv_evtx_value v = { .offset = 3, .size = (uint16_t)c->size, .type = c->type };

	memcpy(chunk + 3, c->bytes, c->size);
	hv_evtx_value_text(&out, chunk, &v);
	text[out.len] = '\0';
	assert_string_equal(text, c->text);
	assert_false(out.full);
}

static void check_all(const struct value_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(&cases[i]);
}

static void test_value_numbers(void **state)
{
	static const struct value_case cases[] = {
		{ HV_EVTX_TYPE_INT8, BYTES("\x80"), "-128" },
		{ HV_EVTX_TYPE_INT8, BYTES("\x7F"), "127" },
		{ HV_EVTX_TYPE_UINT8, BYTES("\xFF"), "255" },
		{ HV_EVTX_TYPE_UINT8, BYTES("\0"), "0" },
		{ HV_EVTX_TYPE_INT16, BYTES("\xFF\xFF"), "-1" },
		{ HV_EVTX_TYPE_UINT16, BYTES("\x01\x02"), "513" },
		{ HV_EVTX_TYPE_INT32, BYTES("\0\0\0\x80"), "-2147483648" },
		{ HV_EVTX_TYPE_UINT32, BYTES("\xFF\xFF\xFF\xFF"), "4294967295" },
		{ HV_EVTX_TYPE_INT64, BYTES("\0\0\0\0\0\0\0\x80"), "-9223372036854775808" },
		{ HV_EVTX_TYPE_UINT64, BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
			"18446744073709551615" },
		{ HV_EVTX_TYPE_HEX32, BYTES("\x20\0\x07\x80"), "0x80070020" },
		{ HV_EVTX_TYPE_HEX32, BYTES("\0\0\0\0"), "0x0" },
		{ HV_EVTX_TYPE_HEX64, BYTES("\0\0\0\0\0\0\x80\0"), "0x80000000000000" },
		{ HV_EVTX_TYPE_SIZE, BYTES("\x10\0\0\0"), "0x10" },
		{ HV_EVTX_TYPE_SIZE, BYTES("\x10\0\0\0\x01\0\0\0"), "0x100000010" },
		{ HV_EVTX_TYPE_HANDLE, BYTES("\x0C\0\0\0\0\0\0\0"), "0xc" },
		{ HV_EVTX_TYPE_BOOL, BYTES("\0\0\0\0"), "false" },
		{ HV_EVTX_TYPE_BOOL, BYTES("\x01\0\0\0"), "true" },
		{ HV_EVTX_TYPE_BOOL, BYTES("\0\0\0\x80"), "true" },
		{ HV_EVTX_TYPE_BOOL, BYTES("\x01"), "true" },
		{ HV_EVTX_TYPE_REAL32, BYTES("\0\0\xC0\xBF"), "-1.5" },
		{ HV_EVTX_TYPE_REAL64, BYTES("\0\0\0\0\0\0\xF8\x3F"), "1.5" },
		{ HV_EVTX_TYPE_REAL64, BYTES("\0\0\0\0\0\0\xF0\x7F"), "INF" },
		{ HV_EVTX_TYPE_REAL64, BYTES("\0\0\0\0\0\0\xF0\xFF"), "-INF" },
		{ HV_EVTX_TYPE_REAL64, BYTES("\0\0\0\0\0\0\xF8\x7F"), "NaN" },
		{ HV_EVTX_TYPE_REAL32, BYTES("\0\0\x80\x7F"), "INF" },
	};

	(void)state;
	check_all(cases, HV_ARRAY_LEN(cases));
}

static void test_value_text(void **state)
{
	static const struct value_case cases[] = {
		{ HV_EVTX_TYPE_STRING, BYTES("a\0b\0"), "ab" },
		{ HV_EVTX_TYPE_STRING, BYTES("a\0\0\0\0\0"), "a" },
		{ HV_EVTX_TYPE_STRING, BYTES("a\0\0\0b\0"),
			"a\xEF\xBF\xBD"
			"b" },
		{ HV_EVTX_TYPE_STRING, BYTES("&\0<\0>\0\"\0'\0"), "&amp;&lt;&gt;&quot;'" },
		{ HV_EVTX_TYPE_STRING, BYTES("\t\0\r\0\n\0"), "\t\r\n" },
		{ HV_EVTX_TYPE_STRING, BYTES("\x01\0\x1B\0\x0B\0\x7F\0"),
			"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\x7F" },
		{ HV_EVTX_TYPE_STRING, BYTES("\xFE\xFF\xFF\xFF\xFD\xFF"),
			"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ HV_EVTX_TYPE_STRING, BYTES("\xF6\0\xAC\x20"), "\xC3\xB6\xE2\x82\xAC" },
		{ HV_EVTX_TYPE_STRING, BYTES("\x3D\xD8\0\xDE"), "\xF0\x9F\x98\x80" },
		{ HV_EVTX_TYPE_STRING, BYTES("\x3D\xD8x\0"), "\xEF\xBF\xBDx" },
		{ HV_EVTX_TYPE_STRING, BYTES("\0\xDE"), "\xEF\xBF\xBD" },
		{ HV_EVTX_TYPE_STRING, BYTES("\x3D\xD8"), "\xEF\xBF\xBD" },
		{ HV_EVTX_TYPE_STRING, BYTES("a\0b"), "a" },
		{ HV_EVTX_TYPE_XML, BYTES("<\0a\0"), "&lt;a" },
		{ HV_EVTX_TYPE_ANSI_STRING, BYTES("a<b\0\0"), "a&lt;b" },
		{ HV_EVTX_TYPE_ANSI_STRING, BYTES("\xC3\xB6"), "\xC3\xB6" },
		{ HV_EVTX_TYPE_ANSI_STRING, BYTES("\xF6"), "\xEF\xBF\xBD" },
		{ HV_EVTX_TYPE_BINARY, BYTES("\0\xFF*"), "00FF2A" },
		{ HV_EVTX_TYPE_NULL, BYTES("abc"), "" },
		{ HV_EVTX_TYPE_STRING, BYTES(""), "" },
		{ HV_EVTX_TYPE_UINT32, BYTES(""), "" },
		{ HV_EVTX_TYPE_SID, BYTES(""), "" },
	};

	(void)state;
	check_all(cases, HV_ARRAY_LEN(cases));
}

static void test_value_structures(void **state)
{
	static const struct value_case cases[] = {
		{ HV_EVTX_TYPE_GUID,
			BYTES("\x67\xF8\x66\x60\xA1\x7C\x18\x44\x85\xFD\x36\xE3\xF9\xC0\x60\x0C"),
			"{6066f867-7ca1-4418-85fd-36e3f9c0600c}" },
		{ HV_EVTX_TYPE_SID, BYTES("\x01\x01\0\0\0\0\0\x05\x12\0\0\0"), "S-1-5-18" },
		{ HV_EVTX_TYPE_SID, BYTES("\x01\0\0\0\0\0\0\x05"), "S-1-5" },
		{ HV_EVTX_TYPE_SID, BYTES("\x01\x01\x01\0\0\0\0\0\xFF\xFF\xFF\xFF"),
			"S-1-0x10000000000-4294967295" },
		{ HV_EVTX_TYPE_FILETIME, BYTES("\0\0\0\0\0\0\0\0"),
			"1601-01-01T00:00:00.0000000Z" },
		{ HV_EVTX_TYPE_FILETIME, BYTES("\x07\0\0\0\0\0\0\0"),
			"1601-01-01T00:00:00.0000007Z" },
		{ HV_EVTX_TYPE_FILETIME, BYTES("\x7C\xB6\x5E\xBC\xA1\xC5\xD9\x01"),
			"2023-08-03T00:30:42.4870524Z" },
		{ HV_EVTX_TYPE_FILETIME, BYTES("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
			"FFFFFFFFFFFFFFFF" },
		{ HV_EVTX_TYPE_SYSTEMTIME,
			BYTES("\xEA\x07\x0B\0\0\0\x16\0\x02\0\x04\0\x05\0\x7B\0"),
			"2026-11-22T02:04:05.1230000Z" },
		{ HV_EVTX_TYPE_SYSTEMTIME,
			BYTES("\xEA\x07\x0D\0\0\0\x16\0\x02\0\x04\0\x05\0\x7B\0"),
			"EA070D00000016000200040005007B00" },
	};

	(void)state;
	check_all(cases, HV_ARRAY_LEN(cases));
}

static void test_value_of_unsuitable_size_or_unknown_type_is_hex(void **state)
{
	static const struct value_case cases[] = {
		{ HV_EVTX_TYPE_UINT32, BYTES("\x01\x02\x03"), "010203" },
		{ HV_EVTX_TYPE_UINT8, BYTES("\x01\x02"), "0102" },
		{ HV_EVTX_TYPE_GUID, BYTES("\x01\x02"), "0102" },
		{ HV_EVTX_TYPE_SID, BYTES("\x01\x02\0\0\0\0\0\x05\x12\0\0\0"),
			"010200000000000512000000" },
		{ HV_EVTX_TYPE_SID, BYTES("\x01\x10\0\0"), "01100000" },
		{ HV_EVTX_TYPE_FILETIME, BYTES("\x01\x02\x03\x04"), "01020304" },
		{ HV_EVTX_TYPE_BOOL, BYTES("\x01\0"), "0100" },
		{ 0x22, BYTES("\xAB"), "AB" },
		{ 0x7F, BYTES("\xAB\xCD"), "ABCD" },
		{ HV_EVTX_TYPE_BINXML, BYTES("\x0F\x01"), "0F01" },
	};

	(void)state;
	check_all(cases, HV_ARRAY_LEN(cases));
}

static void test_value_arrays_are_joined(void **state)
{
	static const struct value_case cases[] = {
		{ ARRAY | HV_EVTX_TYPE_STRING, BYTES("a\0\0\0b\0c\0\0\0"), "a bc" },
		{ ARRAY | HV_EVTX_TYPE_STRING, BYTES("a\0\0\0b\0"), "a b" },
		{ ARRAY | HV_EVTX_TYPE_STRING, BYTES("a\0\0\0\0\0b\0\0\0"), "a  b" },
		{ ARRAY | HV_EVTX_TYPE_ANSI_STRING, BYTES("a\0bc\0"), "a bc" },
		{ ARRAY | HV_EVTX_TYPE_UINT16, BYTES("\x01\0\x02\0"), "1 2" },
		{ ARRAY | HV_EVTX_TYPE_UINT32, BYTES("\x01\0\0\0\x02"), "1 02" },
		{ ARRAY | HV_EVTX_TYPE_HEX32, BYTES("\x01\0\0\0\x02\0\0\0"), "0x1 0x2" },
		{ ARRAY | HV_EVTX_TYPE_SIZE, BYTES("\x01\0\0\0"), "0x1" },
		{ ARRAY | HV_EVTX_TYPE_SIZE, BYTES("\x01\0\0\0\0\0\0\0"), "0x1" },
		{ ARRAY | HV_EVTX_TYPE_BOOL, BYTES("\x01\0\0\0\0\0\0\0"), "true false" },
		{ ARRAY | HV_EVTX_TYPE_SID,
			BYTES("\x01\0\0\0\0\0\0\x05\x01\x01\0\0\0\0\0\x05\x12\0\0\0"),
			"S-1-5 S-1-5-18" },
		{ ARRAY | HV_EVTX_TYPE_SID, BYTES("\x01\xFF\0\0\0\0\0\x05"), "01FF000000000005" },
		{ ARRAY | HV_EVTX_TYPE_BINARY, BYTES("\x01\x02"), "0102" },
		{ ARRAY | 0x22, BYTES("\x01\x02"), "0102" },
		{ ARRAY | HV_EVTX_TYPE_STRING, BYTES(""), "" },
	};

	(void)state;
	check_all(cases, HV_ARRAY_LEN(cases));
}

static void test_value_number_is_read_from_integers_alone(void **state)
{
	static const struct {
		uint8_t type;
		const char *bytes;
		size_t size;
		bool number;
		uint64_t value;
	} cases[] = {
		{ HV_EVTX_TYPE_UINT16, BYTES("\x9C\x4A"), true, 19100 },
		{ HV_EVTX_TYPE_UINT8, BYTES("\x02"), true, 2 },
		{ HV_EVTX_TYPE_INT32, BYTES("\x02\0\0\0"), true, 2 },
		{ HV_EVTX_TYPE_INT32, BYTES("\xFF\xFF\xFF\xFF"), false, 0 },
		{ HV_EVTX_TYPE_UINT16, BYTES("\x02"), false, 0 },
		{ HV_EVTX_TYPE_STRING, BYTES("2\0"), false, 0 },
		{ HV_EVTX_TYPE_HEX32, BYTES("\x02\0\0\0"), false, 0 },
		{ ARRAY | HV_EVTX_TYPE_UINT16, BYTES("\x02\0"), false, 0 },
		{ HV_EVTX_TYPE_NULL, BYTES(""), false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		struct hv_evtx_value v = { .size = (uint16_t)cases[i].size, .type = cases[i].type };
		uint8_t chunk[16] = { 0 };
		uint64_t number = 0;

		memcpy(chunk, cases[i].bytes, cases[i].size);
		assert_int_equal(hv_evtx_value_number(chunk, &v, &number), cases[i].number);
		assert_int_equal(number, cases[i].value);
	}
}

static void test_output_that_is_full_takes_no_more(void **state)
{
	char text[4 + HV_EVTX_OUT_SPARE];
	struct hv_evtx_out out = { .data = text, .max = 4 };
	uint8_t chunk[] = "a\0b\0c\0d\0&";
	struct hv_evtx_value fits = { .size = 8, .type = HV_EVTX_TYPE_STRING };
	struct hv_evtx_value too_long = { .size = 10, .type = HV_EVTX_TYPE_STRING };

	(void)state;
	hv_evtx_value_text(&out, chunk, &fits);
	assert_false(out.full);
	assert_int_equal(out.len, 4);
	out.len = 0;
	hv_evtx_value_text(&out, chunk, &too_long);
	assert_true(out.full);
	assert_true(out.len <= 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_value_numbers),
		cmocka_unit_test(test_value_text),
		cmocka_unit_test(test_value_structures),
		cmocka_unit_test(test_value_of_unsuitable_size_or_unknown_type_is_hex),
		cmocka_unit_test(test_value_arrays_are_joined),
		cmocka_unit_test(test_value_number_is_read_from_integers_alone),
		cmocka_unit_test(test_output_that_is_full_takes_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
