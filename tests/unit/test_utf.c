/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 validation, UTF-16 decoding, text files, comparison without regard to case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/utf.h"

#define FFFD "\xEF\xBF\xBD"

struct bytes {
	const char *data;
	size_t len;
};

/* Literals with NULs inside */
#define BYTES(literal)                                                                             \
	{                                                                                          \
		.data = (literal), .len = sizeof(literal) - 1                                      \
	}

static const uint8_t *as_bytes(const char *s)
{
	return (const uint8_t *)s;
}

static void test_utf8_decode_accepts(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		uint32_t code_point;
	} CASES[] = {
		{ "\0", 1, 0 },
		{ "A", 1, 'A' },
		{ "\x7F", 1, 0x7F },
		{ "\xC2\x80", 2, 0x80 },
		{ "\xC3\xA9", 2, 0xE9 },
		{ "\xDF\xBF", 2, 0x7FF },
		{ "\xE0\xA0\x80", 3, 0x800 },
		{ "\xED\x9F\xBF", 3, 0xD7FF },
		{ "\xEE\x80\x80", 3, 0xE000 },
		{ "\xEF\xBF\xBF", 3, 0xFFFF },
		{ "\xF0\x90\x80\x80", 4, 0x10000 },
		{ "\xF4\x8F\xBF\xBF", 4, 0x10FFFF },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		uint32_t code_point = 77;

		assert_int_equal(
			hv_utf8_decode(CASES[i].text, CASES[i].len, &code_point), CASES[i].len);
		assert_int_equal(code_point, CASES[i].code_point);
		for (size_t len = 0; len < CASES[i].len; len++)
			assert_int_equal(hv_utf8_decode(CASES[i].text, len, &code_point), 0);
	}
}

static const struct bytes INVALID[] = {
	BYTES("\x80"),
	BYTES("\xBF"),
	BYTES("\xC0\x80"),         /* overlong NUL */
	BYTES("\xC1\xBF"),         /* overlong */
	BYTES("\xE0\x9F\xBF"),     /* overlong */
	BYTES("\xF0\x8F\xBF\xBF"), /* overlong */
	BYTES("\xED\xA0\x80"),     /* U+D800 */
	BYTES("\xED\xBF\xBF"),     /* U+DFFF */
	BYTES("\xF4\x90\x80\x80"), /* U+110000 */
	BYTES("\xF5\x80\x80\x80"),
	BYTES("\xFF"),
	BYTES("\xFE"),
	BYTES("\xC3"),
	BYTES("\xC3("),
	BYTES("\xE2\x82"),
	BYTES("\xE2(\x82"),
	BYTES("\xE2\x82("),
	BYTES("\xF0\x9F\x98"),
	BYTES("\xF0\x9F\x98("),
	BYTES("\xF8\x88\x80\x80\x80"),
};

static void test_utf8_decode_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(INVALID); i++) {
		uint32_t code_point = 77;

		assert_int_equal(hv_utf8_decode(INVALID[i].data, INVALID[i].len, &code_point), 0);
		assert_int_equal(code_point, 77);
	}
}

static void test_utf8_cut(void **state)
{
	static const struct {
		const char *text;
		size_t max, len;
	} CASES[] = {
		{ "", 0, 0 },
		{ "", 4, 0 },
		{ "abc", 0, 0 },
		{ "abc", 2, 2 },
		{ "abc", 3, 3 },
		{ "abc", 9, 3 },
		{ "a\xC3\xA4", 1, 1 },
		{ "a\xC3\xA4", 2, 1 },
		{ "a\xC3\xA4", 3, 3 },
		{ "\xF0\x9F\x92\xBE!", 3, 0 },
		{ "\xF0\x9F\x92\xBE!", 4, 4 },
		{ "\xF0\x9F\x92\xBE!", 5, 5 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		assert_int_equal(hv_utf8_cut(CASES[i].text, CASES[i].max), CASES[i].len);
}

static void test_utf8_valid(void **state)
{
	static const struct bytes VALID[] = {
		BYTES(""),
		BYTES("plain"),
		BYTES("a\0b"),
		BYTES("M\xC3\xBCnchen \xE2\x82\xAC \xF0\x9F\x98\x80"),
	};

	(void)state;
	assert_true(hv_utf8_valid(NULL, 0));
	for (size_t i = 0; i < HV_ARRAY_LEN(VALID); i++)
		assert_true(hv_utf8_valid(VALID[i].data, VALID[i].len));
	for (size_t i = 0; i < HV_ARRAY_LEN(INVALID); i++) {
		HV_AUTO(buf) b;

		assert_false(hv_utf8_valid(INVALID[i].data, INVALID[i].len));
		hv_buf_init(&b, 100);
		hv_buf_adds(&b, "ok");
		hv_buf_add(&b, INVALID[i].data, INVALID[i].len);
		hv_buf_adds(&b, "ok");
		assert_false(hv_utf8_valid(b.data, b.len));
	}
}

static void test_utf8_repair(void **state)
{
	static const struct {
		struct bytes in;
		const char *out;
	} CASES[] = {
		{ BYTES(""), "" },
		{ BYTES("plain \xC3\xA9"), "plain \xC3\xA9" },
		{ BYTES("a\xFF"
			"b"),
			"a" FFFD "b" },
		{ BYTES("\x80\x80"), FFFD FFFD },
		{ BYTES("\xE2\x82"), FFFD FFFD },
		{ BYTES("\xE2\x82\xC3\xA9"), FFFD FFFD "\xC3\xA9" },
		{ BYTES("\xED\xA0\x80x"), FFFD FFFD FFFD "x" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(buf) b;

		hv_buf_init(&b, 100);
		hv_utf8_repair(&b, CASES[i].in.data, CASES[i].in.len);
		assert_string_equal(hv_buf_str(&b), CASES[i].out);
	}
}

static void test_utf16le_to_utf8(void **state)
{
	static const struct {
		struct bytes in;
		struct bytes out;
	} CASES[] = {
		{ BYTES(""), BYTES("") },
		{ BYTES("A\0\xE9\0\xAC\x20"), BYTES("A\xC3\xA9\xE2\x82\xAC") },
		{ BYTES("a\0\0\0b\0"), BYTES("a\0b") },
		{ BYTES("\x3D\xD8\x00\xDE"), BYTES("\xF0\x9F\x98\x80") },
		{ BYTES("\xFF\xDB\xFF\xDF"), BYTES("\xF4\x8F\xBF\xBF") },
		{ BYTES("\x3D\xD8"), BYTES(FFFD) },
		{ BYTES("\x3D\xD8x\0"), BYTES(FFFD "x") },
		{ BYTES("\x00\xDEx\0"), BYTES(FFFD "x") },
		{ BYTES("\x3D\xD8\x3D\xD8\x00\xDE"), BYTES(FFFD "\xF0\x9F\x98\x80") },
		{ BYTES("\x00\xDE\x3D\xD8"), BYTES(FFFD FFFD) },
		{ BYTES("x\0y"), BYTES("x" FFFD) },
		{ BYTES("y"), BYTES(FFFD) },
		{ BYTES("\x3D\xD8\x00"), BYTES(FFFD FFFD) },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(buf) b;

		hv_buf_init(&b, 100);
		hv_utf16le_to_utf8(&b, as_bytes(CASES[i].in.data), CASES[i].in.len);
		assert_int_equal(b.len, CASES[i].out.len);
		assert_memory_equal(hv_buf_str(&b), CASES[i].out.data, b.len);
	}
}

static void test_text_decode_accepts(void **state)
{
	static const struct {
		struct bytes in;
		const char *out;
	} CASES[] = {
		{ BYTES(""), "" },
		{ BYTES("<a/>"), "<a/>" },
		{ BYTES("\xC3\xA9"), "\xC3\xA9" },
		{ BYTES("\xEF\xBB\xBF"), "" },
		{ BYTES("\xEF\xBB\xBF{}"), "{}" },
		{ BYTES("\xFF\xFE"), "" },
		{ BYTES("\xFF\xFE\xE9\0"), "\xC3\xA9" },
		{ BYTES("\xFF\xFE\x3D\xD8x\0"), FFFD "x" },
		{ BYTES("\xFF\xFEx\0y"), "x" FFFD },
		{ BYTES("\xFE\xFF\0\xE9"), "\xC3\xA9" },
		{ BYTES("\xFE\xFF\xD8\x3D\xDE\x00"), "\xF0\x9F\x98\x80" },
		{ BYTES("<\0a\0"), "<a" },
		{ BYTES("{\0}\0"), "{}" },
		{ BYTES("[\0]\0"), "[]" },
		{ BYTES("<"), "<" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(string) text = NULL;
		struct hv_err err = HV_ERR_INIT;
		size_t len = 77;

		if (hv_text_decode(
			    as_bytes(CASES[i].in.data), CASES[i].in.len, 100, &text, &len, &err))
			fail_msg("case %zu: %s", i, err.text);
		assert_string_equal(text, CASES[i].out);
		assert_int_equal(len, strlen(CASES[i].out));
	}
}

static void test_text_decode_refuses(void **state)
{
	static const struct {
		struct bytes in;
		size_t max;
		enum hv_err_kind kind;
		const char *text;
	} CASES[] = {
		{ BYTES("abc\xFF"), 100, HV_ERR_FORMAT, "offset 3" },
		{ BYTES("\xEF\xBB\xBF"
			"ab\xC3"),
			100, HV_ERR_FORMAT, "offset 5" },
		{ BYTES("ab\0c"), 100, HV_ERR_FORMAT, "NUL" },
		{ BYTES("a\0"), 100, HV_ERR_FORMAT, "NUL" },
		{ BYTES("\xFF\xFE\0\0"), 100, HV_ERR_FORMAT, "NUL" },
		{ BYTES("\xFE\xFF\0a\0\0"), 100, HV_ERR_FORMAT, "NUL" },
		{ BYTES("{\0\0\0"), 100, HV_ERR_FORMAT, "NUL" },
		{ BYTES("abcd"), 3, HV_ERR_LIMIT, "3 bytes" },
		{ BYTES("\xFF\xFE\xAC\x20"), 2, HV_ERR_LIMIT, "2 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		char *text = NULL;
		size_t len = 77;

		assert_int_equal(hv_text_decode(as_bytes(CASES[i].in.data), CASES[i].in.len,
					 CASES[i].max, &text, &len, &err),
			-1);
		assert_null(text);
		assert_int_equal(len, 77);
		assert_int_equal(err.kind, CASES[i].kind);
		assert_non_null(strstr(err.text, CASES[i].text));
	}
}

static void test_text_decode_fills_max(void **state)
{
	HV_AUTO(string) utf8 = NULL;
	HV_AUTO(string) utf16 = NULL;
	size_t len;

	(void)state;
	assert_int_equal(hv_text_decode(as_bytes("\xEF\xBB\xBF"
						 "abc"),
				 6, 3, &utf8, &len, NULL),
		0);
	assert_int_equal(hv_text_decode(as_bytes("\xFF\xFE\xAC\x20"), 4, 3, &utf16, &len, NULL), 0);
	assert_int_equal(len, 3);
}

static void test_casecmp_folds(void **state)
{
	static const char *const PAIRS[][2] = {
		{ "", "" },
		{ "sql-01", "SQL-01" },
		{ "azAZ", "AZaz" },
		{ "\xC3\x84\xC3\x96\xC3\x9C",
			"\xC3\xA4\xC3\xB6\xC3\xBC" },       /* A O U with diaeresis */
		{ "\xC3\x80\xC3\x9E", "\xC3\xA0\xC3\xBE" }, /* 00C0 00DE */
		{ "\xC5\xB8", "\xC3\xBF" },                 /* 0178 00FF */
		{ "\xC4\x80", "\xC4\x81" },                 /* 0100 0101 */
		{ "\xC4\xAE", "\xC4\xAF" },                 /* 012E 012F */
		{ "\xC4\xB6", "\xC4\xB7" },                 /* 0136 0137 */
		{ "\xC4\xB9", "\xC4\xBA" },                 /* 0139 013A */
		{ "\xC5\x81", "\xC5\x82" },                 /* 0141 0142 */
		{ "\xC5\xA0", "\xC5\xA1" },                 /* 0160 0161 */
		{ "\xC5\xBD", "\xC5\xBE" },                 /* 017D 017E */
		{ "\xC8\x98", "\xC8\x99" },                 /* 0218 0219 */
		{ "\xCE\x86", "\xCE\xAC" },                 /* 0386 03AC */
		{ "\xCE\x88\xCE\x8A", "\xCE\xAD\xCE\xAF" }, /* 0388 038A */
		{ "\xCE\x8C\xCE\x8F", "\xCF\x8C\xCF\x8E" }, /* 038C 038F */
		{ "\xCE\x91\xCE\xA9", "\xCE\xB1\xCF\x89" }, /* 0391 03A9 */
		{ "\xCE\xA3", "\xCF\x82" },                 /* 03A3 03C2 */
		{ "\xCF\x83", "\xCF\x82" },                 /* 03C3 03C2 */
		{ "\xD0\x80\xD0\x8F", "\xD1\x90\xD1\x9F" }, /* 0400 040F */
		{ "\xD0\x90\xD0\xAF", "\xD0\xB0\xD1\x8F" }, /* 0410 042F */
		{ "\xD2\x90", "\xD2\x91" },                 /* 0490 0491 */
		{ "\xE1\xBB\x86", "\xE1\xBB\x87" },         /* 1EC6 1EC7 */
		{ "\xE6\x97\xA5", "\xE6\x97\xA5" },
		{ "\xFF", "\xFF" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(PAIRS); i++) {
		if (!hv_utf8_caseeq(PAIRS[i][0], PAIRS[i][1]))
			fail_msg("%s is not %s", PAIRS[i][0], PAIRS[i][1]);
		assert_int_equal(hv_utf8_casecmp(PAIRS[i][0], PAIRS[i][1]), 0);
		assert_int_equal(hv_utf8_casecmp(PAIRS[i][1], PAIRS[i][0]), 0);
	}
}

/* The first of each pair comes before the second. */
static void test_casecmp_orders(void **state)
{
	static const char *const PAIRS[][2] = {
		{ "", "a" },
		{ "a", "aa" },
		{ "A", "b" },
		{ "a", "B" },
		{ "@", "a" },
		{ "[", "Z" }, /* folded to small letters, which come later */
		{ "z", "\xC3\xA4" },
		{ "vm1", "vm2" },
		{ "\xC3\x97", "\xC3\xB7" },         /* multiplication and division sign */
		{ "ss", "\xC3\x9F" },               /* sharp s is a letter of its own */
		{ "a", "\xC3\xA4" },                /* accents count */
		{ "i", "\xC4\xB0" },                /* Turkish i with dot */
		{ "i", "\xC4\xB1" },                /* and without */
		{ "s", "\xC5\xBF" },                /* long s */
		{ "\xC4\xB7", "\xC4\xB8" },         /* 0137 0138 */
		{ "\xC5\x88", "\xC5\x89" },         /* 0148 0149 */
		{ "\xCE\xA9", "\xD0\x90" },         /* Greek before Cyrillic */
		{ "\xEF\xBC\xA1", "\xEF\xBD\x81" }, /* full-width A and a compare exactly */
		{ "\xF4\x8F\xBF\xBF", "\x80" },     /* invalid bytes come last */
		{ "\xC3\xA9", "\xE9" },             /* and are not Latin-1 */
		{ "\xE9", "\xEA" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(PAIRS); i++) {
		if (hv_utf8_casecmp(PAIRS[i][0], PAIRS[i][1]) >= 0)
			fail_msg("%s is not before %s", PAIRS[i][0], PAIRS[i][1]);
		assert_true(hv_utf8_casecmp(PAIRS[i][1], PAIRS[i][0]) > 0);
		assert_false(hv_utf8_caseeq(PAIRS[i][0], PAIRS[i][1]));
	}
}

/* Over all letters of the folded scripts: no letter has more than one partner, but for sigma's
 * three. */
static void test_casecmp_pairs_are_unique(void **state)
{
	enum { FIRST = 1, END = 0x2000, FARTHEST = 130, SIGMA = 0x03A3 };

	(void)state;
	for (uint32_t c = FIRST; c < END; c++) {
		HV_AUTO(buf) a = { .max = 8 };
		int partners = 0;

		hv_buf_add_utf8(&a, c);
		for (uint32_t other = c > FARTHEST ? c - FARTHEST : FIRST; other < c + FARTHEST;
			other++) {
			HV_AUTO(buf) b = { .max = 8 };

			hv_buf_add_utf8(&b, other);
			if (other != c && hv_utf8_caseeq(hv_buf_str(&a), hv_buf_str(&b)))
				partners++;
		}
		if (c == SIGMA || c == SIGMA + 31 || c == SIGMA + 32)
			assert_int_equal(partners, 2);
		else
			assert_true(partners <= 1);
	}
}

static void test_caseprefix(void **state)
{
	static const struct {
		const char *text;
		const char *prefix;
		size_t len;
	} CASES[] = {
		{ "C:\\VMs\\a", "c:\\vms\\", 7 },
		{ "same", "SAME", 4 },
		{ "\xC5\xB8x", "\xC3\xBF", 2 },
		{ "\xE1\xBB\x86x", "\xE1\xBB\x87", 3 },
		{ "abc", "abd", 0 },
		{ "ab", "abc", 0 },
		{ "", "a", 0 },
		{ "abc", "", 0 },
		{ "\xC3\xA9", "\xC3", 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		assert_int_equal(hv_utf8_caseprefix(CASES[i].text, CASES[i].prefix), CASES[i].len);
}

static void test_casestr(void **state)
{
	static const struct {
		const char *haystack;
		const char *needle;
		int offset; /* -1: not found */
	} CASES[] = {
		{ "Production Checkpoint", "CHECK", 11 },
		{ "aab", "ab", 1 },
		{ "aaB", "AAB", 0 },
		{ "x\xC3\x84y", "\xC3\xA4", 1 },
		{ "abc", "", 0 },
		{ "", "", 0 },
		{ "", "a", -1 },
		{ "abc", "abcd", -1 },
		{ "abc", "d", -1 },
		{ "\xC3\xA9", "\xA9", -1 },
		{ "\xFFz", "Z", 1 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		const char *found = hv_utf8_casestr(CASES[i].haystack, CASES[i].needle);

		if (CASES[i].offset < 0)
			assert_null(found);
		else
			assert_ptr_equal(found, CASES[i].haystack + CASES[i].offset);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8_decode_accepts),
		cmocka_unit_test(test_utf8_decode_refuses),
		cmocka_unit_test(test_utf8_cut),
		cmocka_unit_test(test_utf8_valid),
		cmocka_unit_test(test_utf8_repair),
		cmocka_unit_test(test_utf16le_to_utf8),
		cmocka_unit_test(test_text_decode_accepts),
		cmocka_unit_test(test_text_decode_refuses),
		cmocka_unit_test(test_text_decode_fills_max),
		cmocka_unit_test(test_casecmp_folds),
		cmocka_unit_test(test_casecmp_orders),
		cmocka_unit_test(test_casecmp_pairs_are_unique),
		cmocka_unit_test(test_caseprefix),
		cmocka_unit_test(test_casestr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
