/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors: first one wins, context in front, cut at a character. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/utf.h"

static void test_err_starts_unset(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	assert_false(hv_err_is_set(&err));
	assert_string_equal(err.text, "");
}

static void test_err_set_returns_minus_one_and_keeps_the_text(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	assert_int_equal(hv_err_set(&err, HV_ERR_FORMAT, "disk %d of %s", 2, "vm1"), -1);
	assert_true(hv_err_is_set(&err));
	assert_int_equal(err.kind, HV_ERR_FORMAT);
	assert_string_equal(err.text, "disk 2 of vm1");
}

static void test_err_set_first_wins(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	(void)hv_err_set(&err, HV_ERR_MISSING, "first");
	assert_int_equal(hv_err_set(&err, HV_ERR_LIMIT, "second"), -1);
	assert_int_equal(hv_err_set_errno(&err, EIO, "third"), -1);
	assert_int_equal(hv_err_no_memory(&err), -1);
	assert_int_equal(err.kind, HV_ERR_MISSING);
	assert_string_equal(err.text, "first");
}

static void test_err_accepts_null(void **state)
{
	(void)state;
	assert_int_equal(hv_err_set(NULL, HV_ERR_IO, "x"), -1);
	assert_int_equal(hv_err_set_errno(NULL, EIO, "x"), -1);
	assert_int_equal(hv_err_wrap(NULL, "x"), -1);
	assert_int_equal(hv_err_no_memory(NULL), -1);
	assert_false(hv_err_is_set(NULL));
	hv_err_clear(NULL);
}

static void test_err_set_errno_appends_the_reason(void **state)
{
	static const struct {
		int errnum;
		enum hv_err_kind kind;
	} CASES[] = {
		{ ENOENT, HV_ERR_IO },
		{ EACCES, HV_ERR_IO },
		{ ENOMEM, HV_ERR_NO_MEMORY },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;

		assert_int_equal(hv_err_set_errno(&err, CASES[i].errnum, "open %s", "a.evtx"), -1);
		assert_int_equal(err.kind, CASES[i].kind);
		assert_int_equal(strncmp(err.text, "open a.evtx: ", 13), 0);
		assert_string_equal(err.text + 13, strerror(CASES[i].errnum));
	}
}

static void test_err_wrap_puts_context_in_front(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	(void)hv_err_set(&err, HV_ERR_FORMAT, "no number");
	assert_int_equal(hv_err_wrap(&err, "line %d", 3), -1);
	assert_int_equal(hv_err_wrap(&err, "%s", "a.json"), -1);
	assert_int_equal(err.kind, HV_ERR_FORMAT);
	assert_string_equal(err.text, "a.json: line 3: no number");
}

static void test_err_wrap_leaves_an_unset_error_alone(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	assert_int_equal(hv_err_wrap(&err, "context"), -1);
	assert_false(hv_err_is_set(&err));
	assert_string_equal(err.text, "");
}

static void test_err_no_memory(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	assert_int_equal(hv_err_no_memory(&err), -1);
	assert_int_equal(err.kind, HV_ERR_NO_MEMORY);
	assert_string_equal(err.text, "out of memory");
}

static void test_err_clear_lets_the_next_one_in(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	(void)hv_err_set(&err, HV_ERR_IO, "old");
	hv_err_clear(&err);
	assert_false(hv_err_is_set(&err));
	assert_string_equal(err.text, "");
	(void)hv_err_set(&err, HV_ERR_LIMIT, "new");
	assert_string_equal(err.text, "new");
}

/* Text that just fits stays whole; longer text is cut before the character that would be halved. */
static void test_err_cuts_at_a_utf8_boundary(void **state)
{
	static const struct {
		const char *character;
		size_t room; /* bytes left for it */
		size_t kept;
	} CASES[] = {
		{ "a", 1, 1 },
		{ "a", 0, 0 },
		{ "\xC3\xA9", 2, 2 },
		{ "\xC3\xA9", 1, 0 },
		{ "\xE2\x82\xAC", 3, 3 },
		{ "\xE2\x82\xAC", 2, 0 },
		{ "\xE2\x82\xAC", 1, 0 },
		{ "\xF0\x9F\x98\x80", 4, 4 },
		{ "\xF0\x9F\x98\x80", 3, 0 },
		{ "\xF0\x9F\x98\x80", 2, 0 },
		{ "\xF0\x9F\x98\x80", 1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		int fill = HV_ERR_TEXT_MAX - 1 - (int)CASES[i].room;

		(void)hv_err_set(&err, HV_ERR_IO, "%*s%szz", fill, "", CASES[i].character);
		if (CASES[i].kept == 0)
			assert_int_equal(strlen(err.text), fill);
		else
			assert_int_equal(strlen(err.text), HV_ERR_TEXT_MAX - 1);
		assert_true(hv_utf8_valid(err.text, strlen(err.text)));
	}
}

static void test_err_wrap_cuts_the_tail(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	(void)hv_err_set(&err, HV_ERR_IO, "%*s\xE2\x82\xAC", HV_ERR_TEXT_MAX - 4, "");
	assert_int_equal(strlen(err.text), HV_ERR_TEXT_MAX - 1);
	(void)hv_err_wrap(&err, "f");
	assert_int_equal(strncmp(err.text, "f:  ", 4), 0);
	assert_true(hv_utf8_valid(err.text, strlen(err.text)));
}

static void test_err_keeps_foreign_bytes_that_fit(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	(void)hv_err_set(&err, HV_ERR_IO, "name \xC3");
	assert_string_equal(err.text, "name \xC3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_err_starts_unset),
		cmocka_unit_test(test_err_set_returns_minus_one_and_keeps_the_text),
		cmocka_unit_test(test_err_set_first_wins),
		cmocka_unit_test(test_err_accepts_null),
		cmocka_unit_test(test_err_set_errno_appends_the_reason),
		cmocka_unit_test(test_err_wrap_puts_context_in_front),
		cmocka_unit_test(test_err_wrap_leaves_an_unset_error_alone),
		cmocka_unit_test(test_err_no_memory),
		cmocka_unit_test(test_err_clear_lets_the_next_one_in),
		cmocka_unit_test(test_err_cuts_at_a_utf8_boundary),
		cmocka_unit_test(test_err_wrap_cuts_the_tail),
		cmocka_unit_test(test_err_keeps_foreign_bytes_that_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
