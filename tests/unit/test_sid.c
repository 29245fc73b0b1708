/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SIDs of virtual machines: both directions, with pairs that real hosts logged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "model/sid.h"

static const struct {
	const char *guid, *sid;
} pairs[] = {
	{ "5D9E9825-1973-4B27-9AF1-BA77940A4066",
		"S-1-5-83-1-1570674725-1260853619-2008740250-1715473044" },
	{ "D9E0EB0A-5B37-508E-9173-67E9ADE83ACF",
		"S-1-5-83-1-3655396106-1351506743-3915871121-3476744365" },
	{ "00000000-0000-0000-0000-000000000000", "S-1-5-83-1-0-0-0-0" },
	{ "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
		"S-1-5-83-1-4294967295-4294967295-4294967295-4294967295" },
};

static void test_sid_of_vm_is_that_of_windows(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(pairs); i++) {
		char sid[HV_SID_VM_MAX];
		char guid[HV_GUID_TEXT_LEN + 1];

		assert_true(hv_sid_of_vm(pairs[i].guid, sid));
		assert_string_equal(sid, pairs[i].sid);
		assert_true(hv_sid_to_vm(pairs[i].sid, guid));
		assert_string_equal(guid, pairs[i].guid);
	}
}

static void test_sid_of_vm_takes_any_spelling(void **state)
{
	char sid[HV_SID_VM_MAX];

	(void)state;
	assert_true(hv_sid_of_vm("{5d9e9825-1973-4b27-9af1-ba77940a4066}", sid));
	assert_string_equal(sid, pairs[0].sid);
	assert_false(hv_sid_of_vm("5d9e9825", sid));
	assert_false(hv_sid_of_vm("", sid));
}

static void test_sid_to_vm_refuses_others(void **state)
{
	static const char *const cases[] = { "", "S-1-5-18", "S-1-5-83-0", "S-1-5-83-1-",
		"S-1-5-83-1-1-2-3", "S-1-5-83-1-1-2-3-4-5", "S-1-5-83-1-1-2-3-4-",
		"S-1-5-83-1-1-2-3-4294967296", "S-1-5-83-1-1-2--4", "S-1-5-83-1-1-2-3-4 ",
		"S-1-5-83-1-1-2-3-99999999999999999999" };
	char guid[HV_GUID_TEXT_LEN + 1];

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++)
		assert_false(hv_sid_to_vm(cases[i], guid));
}

static void test_sid_length(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{ "S-1-1-0", 7 },
		{ "s-1-5-18", 8 },
		{ "S-1-5-32-544)", 12 },
		{ "S-1-5-32-544G:BA", 12 },
		{ "S-1-5", 0 },
		{ "S-1-5-", 0 },
		{ "S-1-5-18-", 0 },
		{ "S-1-5--18", 0 },
		{ "S-2-5-18", 0 },
		{ "SY", 0 },
		{ "", 0 },
		{ "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15", 41 },
		{ "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16", 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++)
		assert_int_equal(hv_sid_length(cases[i].text), cases[i].len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sid_of_vm_is_that_of_windows),
		cmocka_unit_test(test_sid_of_vm_takes_any_spelling),
		cmocka_unit_test(test_sid_to_vm_refuses_others),
		cmocka_unit_test(test_sid_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
