/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of HRESULTs: complete, unambiguous, and without dangerous advice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf.h"
#include "check/known-hresults.h"
#include "check/powershell.h"

static void test_hresults_are_found(void **state)
{
	static const uint32_t CODES[] = { 0x80070002, 0x80070003, 0x80070005, 0x8007000E,
		0x80070015, 0x80070020, 0x80070032, 0x80070050, 0x80070070, 0x800703EE, 0x80070490,
		0x8007052F, 0x80070569, 0x80070539, 0x8000FFFF, 0x8004100E, 0x80042301, 0x80042302,
		0x80042304, 0x80042306, 0x80042308, 0x8004230C, 0x8004230E, 0x8004230F, 0x80042312,
		0x80042317, 0x80042313, 0x80042314, 0x80042315, 0x80042318, 0x80042316, 0x80042319,
		0x8004231F, 0x8004232E, 0x80042336, 0x800423F0, 0x800423F1, 0x800423F2, 0x800423F3,
		0x800423F4, 0x800423F5, 0x800423FB, 0x800423F8, 0x800423F9, 0x800423FA, 0x80042409,
		0x80048102, 0x800480BD, 0x800480BC, 0x80780049, 0x807800A1, 0x8078011E, 32768,
		32770, 32774, 32775 };
	size_t rows = 0;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CODES); i++) {
		const struct hv_known_hresult *row = hv_known_hresult(CODES[i]);

		assert_non_null(row);
		assert_int_equal(row->code, CODES[i]);
	}
	while (hv_known_hresults[rows].name)
		rows++;
	assert_int_equal(rows, HV_ARRAY_LEN(CODES));
}

static void test_hresults_not_known(void **state)
{
	static const uint32_t CODES[] = { 0, 2, 0x80070000, 0x80070001, 0x8004230D, 0xFFFFFFFF };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CODES); i++)
		assert_null(hv_known_hresult(CODES[i]));
}

static void test_hresult_names(void **state)
{
	(void)state;
	assert_string_equal(hv_known_hresult(0x80070002)->name, "ERROR_FILE_NOT_FOUND");
	assert_string_equal(hv_known_hresult(0x80070002)->text, "file not found");
	assert_string_equal(hv_known_hresult(0x800423F4)->name, "VSS_E_WRITERERROR_NONRETRYABLE");
}

/* Fit for one line of output, and for a command in it. */
static void assert_sentence(const char *s)
{
	assert_non_null(s);
	assert_true(*s != '\0' && s[strlen(s) - 1] != ' ');
	assert_true(hv_ps_printable(s));
}

static void test_hresult_rows_are_complete(void **state)
{
	(void)state;
	for (const struct hv_known_hresult *row = hv_known_hresults; row->name; row++) {
		assert_sentence(row->name);
		assert_sentence(row->text);
		assert_true(strlen(row->text) < 60);
		assert_sentence(row->meaning);
		assert_sentence(row->remedy);
		assert_sentence(row->source);
		for (const struct hv_known_hresult *other = row + 1; other->name; other++)
			assert_int_not_equal(row->code, other->code);
	}
}

static void test_hresult_file_not_found_warns_of_the_named_disk(void **state)
{
	(void)state;
	assert_non_null(strstr(hv_known_hresult(0x80070002)->meaning,
		"disk that the event names is not necessarily the guilty one"));
}

/* On 2008 and 2008 R2 that breaks online backup, later it frees nothing. */
static void test_hresult_remedies_leave_the_checkpoint_folder(void **state)
{
	(void)state;
	for (const struct hv_known_hresult *row = hv_known_hresults; row->name; row++) {
		assert_null(hv_utf8_casestr(row->remedy, "SnapshotFilePath"));
		assert_null(hv_utf8_casestr(row->remedy, "SnapshotFileLocation"));
		if (hv_utf8_casestr(row->remedy, "checkpoint folder"))
			assert_null(hv_utf8_casestr(row->remedy, "move"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hresults_are_found),
		cmocka_unit_test(test_hresults_not_known),
		cmocka_unit_test(test_hresult_names),
		cmocka_unit_test(test_hresult_rows_are_complete),
		cmocka_unit_test(test_hresult_file_not_found_warns_of_the_named_disk),
		cmocka_unit_test(test_hresult_remedies_leave_the_checkpoint_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
