/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security descriptors as text [MS-DTYP 2.5.1]. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "model/sddl.h"
#include "model/sid.h"

enum { MEMORY = 1 << 20 };

static struct hv_acl parse(struct hv_arena *arena, const char *text)
{
	struct hv_acl acl = { .path = "p" };
	struct hv_err err = HV_ERR_INIT;

	if (hv_sddl_parse(text, arena, &acl, &err))
		fail_msg("%s: %s", text, err.text);
	return acl;
}

static void test_sddl_reads_entries_in_order(void **state)
{
	static const struct hv_ace expected[] = {
		{ HV_ACE_DENY, 0, 0x2, HV_SID_EVERYONE, NULL, false },
		{ HV_ACE_ALLOW, HV_ACE_OBJECT_INHERIT | HV_ACE_CONTAINER_INHERIT, HV_FILE_ALL,
			HV_SID_SYSTEM, NULL, false },
		{ HV_ACE_ALLOW, HV_ACE_INHERIT_ONLY | HV_ACE_INHERITED | HV_ACE_NO_PROPAGATE,
			HV_FILE_READ | HV_FILE_WRITE, "S-1-5-83-1-1-2-3-4", NULL, false },
		{ HV_ACE_ALLOW, 0, 0x70003, "DA", NULL, false },
	};
	HV_AUTO(arena) arena = { .max = MEMORY };
	const struct hv_acl acl = parse(&arena,
		"O:S-1-5-21-1-2-3-500G:DUD:PAI(D;;0x2;;;WD)(A;OICI;FA;;;SY)"
		"(A;NPIOID;FRFW;;;S-1-5-83-1-1-2-3-4)(A;;CCDCSDRCWD;;;DA)S:AI(AU;SA;FA;;;WD)");

	(void)state;
	assert_true(acl.is_protected);
	assert_true(acl.protected_told);
	assert_false(acl.open);
	assert_string_equal(acl.path, "p");
	assert_int_equal(acl.entry_count, HV_ARRAY_LEN(expected));
	for (size_t i = 0; i < HV_ARRAY_LEN(expected); i++) {
		assert_int_equal(acl.entries[i].type, expected[i].type);
		assert_int_equal(acl.entries[i].flags, expected[i].flags);
		assert_int_equal(acl.entries[i].mask, expected[i].mask);
		assert_string_equal(acl.entries[i].sid, expected[i].sid);
		assert_false(acl.entries[i].conditional);
	}
}

static void test_sddl_none_is_not_empty(void **state)
{
	HV_AUTO(arena) arena = { .max = MEMORY };
	struct hv_acl acl = parse(&arena, "D:NO_ACCESS_CONTROL");

	(void)state;
	assert_true(acl.open);
	acl = parse(&arena, "D:");
	assert_false(acl.open);
	assert_int_equal(acl.entry_count, 0);
	acl = parse(&arena, "D:ARAI");
	assert_false(acl.is_protected);
}

static void test_sddl_maps_generic_rights(void **state)
{
	static const struct {
		const char *text;
		uint32_t mask;
	} cases[] = {
		{ "D:(A;;GA;;;WD)", HV_FILE_ALL },
		{ "D:(A;;0x10000000;;;WD)", HV_FILE_ALL },
		{ "D:(A;;0xC0000000;;;WD)", HV_FILE_READ | HV_FILE_WRITE },
		{ "D:(A;;GXGR;;;WD)", HV_FILE_READ | HV_FILE_EXECUTE },
		{ "D:(A;;0x1200a9;;;WD)", 0x1200A9 },
		{ "D:(A;;2032127;;;WD)", HV_FILE_ALL },
		{ "D:(A;;;;;WD)", 0 },
	};
	HV_AUTO(arena) arena = { .max = MEMORY };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++)
		assert_int_equal(parse(&arena, cases[i].text).entries[0].mask, cases[i].mask);
}

static void test_sddl_knows_what_it_cannot_judge(void **state)
{
	static const char *const cases[] = {
		"D:(XA;;FA;;;WD;(@User.Title == \"a)(;b\"))",
		"D:(OA;;FA;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)",
		"D:(XD;;FA;;;WD;(Member_of {SID(BA)}))",
	};
	HV_AUTO(arena) arena = { .max = MEMORY };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		const struct hv_acl acl = parse(&arena, cases[i]);

		assert_int_equal(acl.entry_count, 1);
		assert_true(acl.entries[0].conditional);
	}
}

static void test_sddl_refuses_what_is_none(void **state)
{
	static const char *const cases[] = { "", "x", "O:BAG:DU", "D", "D:(", "D:(A;;FA;;;WD",
		"D:(A;;FA;;WD)", "D:(A;;FA;;;)", "D:(A;;FA;;;QQ)", "D:(A;;F;;;WD)",
		"D:(A;;FAX;;;WD)", "D:(A;;0x;;;WD)", "D:(A;;0x1FFFFFFFF;;;WD)", "D:(Q;;FA;;;WD)",
		"D:(A;OX;FA;;;WD)", "D:(A;;FA;;;WD)x", "D:x", "D:D:", "O:QQD:(A;;FA;;;WD)",
		"D:(A;;FA;;;S-1-5-18x)", "D:(A;;FA;;;WD;1;2;3)", "D:(A;;FA;;;WD) " };
	HV_AUTO(arena) arena = { .max = MEMORY };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		struct hv_acl acl = { .path = "p", .entry_count = 7 };
		struct hv_err err = HV_ERR_INIT;

		if (hv_sddl_parse(cases[i], &arena, &acl, &err) == 0)
			fail_msg("\"%s\" was taken", cases[i]);
		assert_int_equal(err.kind, HV_ERR_FORMAT);
		assert_int_equal(acl.entry_count, 7);
	}
}

static void test_sddl_bounds_entries(void **state)
{
	HV_AUTO(arena) arena = { .max = MEMORY };
	HV_AUTO(buf) text = { .max = HV_SDDL_MAX };
	struct hv_acl acl = { .path = "p" };
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	hv_buf_adds(&text, "D:");
	for (size_t i = 0; i <= HV_ACL_MAX_ENTRIES; i++)
		hv_buf_adds(&text, "(A;;FA;;;WD)");
	assert_int_equal(hv_sddl_parse(hv_buf_str(&text), &arena, &acl, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
}

static void test_sddl_writes_what_it_reads(void **state)
{
	static const struct hv_ace ace = { HV_ACE_DENY, HV_ACE_OBJECT_INHERIT | HV_ACE_INHERITED,
		0x1F01FF, HV_SID_SYSTEM, NULL, false };
	HV_AUTO(buf) text = { .max = 100 };

	(void)state;
	hv_sddl_add_ace(&text, &ace);
	assert_string_equal(hv_buf_str(&text), "(D;OIID;0x1f01ff;;;S-1-5-18)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sddl_reads_entries_in_order),
		cmocka_unit_test(test_sddl_none_is_not_empty),
		cmocka_unit_test(test_sddl_maps_generic_rights),
		cmocka_unit_test(test_sddl_knows_what_it_cannot_judge),
		cmocka_unit_test(test_sddl_refuses_what_is_none),
		cmocka_unit_test(test_sddl_bounds_entries),
		cmocka_unit_test(test_sddl_writes_what_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
