/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Permissions of files as they come in: what icacls printed, what WMI answers, rows of a capture.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "cim/builder.h"
#include "cim/capture-json.h"
#include "cim/descriptor.h"
#include "cim/icacls.h"
#include "cim/json.h"
#include "model/sid.h"

enum { MEMORY = 1 << 20 };

#define VM "NT VIRTUAL MACHINE\\5D9E9825-1973-4B27-9AF1-BA77940A4066"

/* "path|entries|error" of each row */
static int take_row(void *ctx, const struct hv_bag *bag, struct hv_err *err)
{
	static const char *const names[] = { "Path", "Icacls", "Error" };

	(void)err;
	assert_string_equal(bag->class_name, "FileSecurity");
	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++) {
		const char *text = "";

		(void)hv_bag_string(bag, names[i], &text);
		hv_buf_addf(ctx, "%s|", text);
	}
	return 0;
}

static void test_icacls_splits_files(void **state)
{
	static const struct {
		const char *text, *rows;
	} cases[] = {
		{ "", "" },
		{ "Successfully processed 0 files; Failed processing 0 files\n", "" },
		{ "E:\\a b\\c.vhdx " VM
		  ":(R,W)\r\n              NT AUTHORITY\\SYSTEM:(I)(F)\r\n\r\n"
		  "Successfully processed\r\n",
			"E:\\a b\\c.vhdx|" VM ":(R,W)\nNT AUTHORITY\\SYSTEM:(I)(F)\n||" },
		/* An account that nobody knows, told by the line below */
		{ "E:\\a b CORP\\x y:(F)\n       Jeder:(R)\n",
			"E:\\a b|CORP\\x y:(F)\nJeder:(R)\n||" },
		{ "E:\\\xC3\xA4 CORP\\x:(F)\n     Jeder:(R)\n",
			"E:\\\xC3\xA4|CORP\\x:(F)\nJeder:(R)\n||" },
		{ "E:\\\xF0\x9F\x98\x80 CORP\\x:(F)\n      Jeder:(R)\n",
			"E:\\\xF0\x9F\x98\x80|CORP\\x:(F)\nJeder:(R)\n||" },
		/* One entry alone */
		{ "E:\\a b " VM ":(F)\n", "E:\\a b|" VM ":(F)\n||" },
		{ "E:\\a b.vhdx CORP\\x y:(F)\n", "E:\\a b.vhdx|CORP\\x y:(F)\n||" },
		{ "E:\\a b CORP\\x:(F)\n",
			"E:\\a b CORP\\x||where the path ends in the line of icacls is not understood|" },
		{ "E:\\x.vhdx y.vhdx CORP\\x:(F)\n",
			"E:\\x.vhdx y.vhdx CORP\\x||where the path ends in the line of icacls is not "
			"understood|" },
		/* Indented by what is no path's length */
		{ "E:\\a b CORP\\x:(F)\n   Jeder:(R)\n",
			"E:\\a b CORP\\x||where the path ends in the line of icacls is not understood|" },
		{ "E:\\a X:(F)\n     Y:(R)\n       Z:(R)\n",
			"E:\\a||lines of icacls are not indented alike|" },
		{ "E:\\a X:(F)\n     what\n", "E:\\a||a line of icacls is not understood|" },
		{ "E:\\x.vhdx: Zugriff verweigert\n", "E:\\x.vhdx||icacls could not read it|" },
		{ "\\\\nas\\vms\\x.vhdx BUILTIN\\Users:(F)",
			"\\\\nas\\vms\\x.vhdx|BUILTIN\\Users:(F)\n||" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(buf) rows = { .max = MEMORY };
		const struct hv_sink sink = { .ctx = &rows, .bag = take_row };

		assert_int_equal(hv_icacls_rows(cases[i].text, &sink, NULL), 0);
		assert_string_equal(hv_buf_str(&rows), cases[i].rows);
	}
}

static void test_icacls_reads_entries(void **state)
{
	static const struct {
		const char *text;
		enum hv_ace_type type;
		uint32_t flags, mask; /* mask 0: refused */
		const char *sid;
	} cases[] = {
		{ VM ":(R,W)", HV_ACE_ALLOW, 0, HV_FILE_READ | HV_FILE_WRITE,
			"S-1-5-83-1-1570674725-1260853619-2008740250-1715473044" },
		{ "nt virtual machine\\virtual machines:(OI)(CI)(IO)(F)", HV_ACE_ALLOW,
			HV_ACE_OBJECT_INHERIT | HV_ACE_CONTAINER_INHERIT | HV_ACE_INHERIT_ONLY,
			HV_FILE_ALL, HV_SID_VIRTUAL_MACHINES },
		{ "S-1-5-83-1-1-2-3-4:(I)(RX)", HV_ACE_ALLOW, HV_ACE_INHERITED, 0x1200A9,
			"S-1-5-83-1-1-2-3-4" },
		{ "Everyone:(DENY)(W)", HV_ACE_DENY, 0, 0x100116, HV_SID_EVERYONE },
		{ "Everyone:(N)", HV_ACE_DENY, 0, HV_FILE_ALL, HV_SID_EVERYONE },
		{ "Jeder:(Rc,S,RD,WD)", HV_ACE_ALLOW, 0, 0, NULL },
		{ "Jeder:(RC,S,RD,WD)", HV_ACE_ALLOW, 0, 0x120003, NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(arena) arena = { .max = MEMORY };
		struct hv_acl acl = { .path = "p" };
		const int result = hv_icacls_parse(cases[i].text, &arena, &acl, NULL);

		if (cases[i].mask == 0) {
			assert_int_equal(result, -1);
			continue;
		}
		assert_int_equal(result, 0);
		assert_int_equal(acl.entry_count, 1);
		assert_int_equal(acl.entries[0].type, cases[i].type);
		assert_int_equal(acl.entries[0].flags, cases[i].flags);
		assert_int_equal(acl.entries[0].mask, cases[i].mask);
		if (cases[i].sid)
			assert_string_equal(acl.entries[0].sid, cases[i].sid);
		else
			assert_null(acl.entries[0].sid);
	}
}

static void test_icacls_refuses_what_is_no_entry(void **state)
{
	static const char *const cases[] = { "", "x", "x:", "x:(", "x:()", "x:(F", "x:F", ":(F)",
		"x:(I)", "x:(I)(OI)", "x:(F)(I)", "x:(F) y", "x:(F,)", "x:(F),", "x:(Q)(F)",
		"x:(F)y:(F)" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(arena) arena = { .max = MEMORY };
		struct hv_acl acl = { .path = "p" };
		struct hv_err err = HV_ERR_INIT;

		if (hv_icacls_parse(cases[i], &arena, &acl, &err) == 0)
			fail_msg("\"%s\" was taken", cases[i]);
		assert_int_equal(err.kind, HV_ERR_FORMAT);
	}
}

#define ACE(mask, flags, type, sid)                                                                \
	"{\"AccessMask\":" mask ",\"AceFlags\":" flags ",\"AceType\":" type                        \
	",\"Trustee\":{\"SIDString\":" sid "}}"

static void test_descriptor_to_sddl(void **state)
{
	static const struct {
		const char *json, *sddl; /* sddl NULL: refused */
	} cases[] = {
		{ "{\"ControlFlags\":\"33796\",\"DACL\":[" ACE("\"2032127\"", "\"16\"", "\"0\"",
			  "\"S-1-5-18\"") "," ACE("2", "0", "1", "\"S-1-1-0\"") "]}",
			"D:AI(A;ID;0x1f01ff;;;S-1-5-18)(D;;0x2;;;S-1-1-0)" },
		{ "{\"ControlFlags\":4100,\"DACL\":" ACE("1", "3", "9", "\"S-1-1-0\"") "}",
			"D:P(OA;OICI;0x1;;;S-1-1-0)" },
		{ "{\"ControlFlags\":32768}", "D:NO_ACCESS_CONTROL" },
		{ "{\"ControlFlags\":32772}", NULL },
		{ "{\"DACL\":" ACE("1", "3", "0", "\"S-1-1-0\"") "}", NULL },
		{ "{\"ControlFlags\":4,\"DACL\":" ACE("1", "3", "2", "\"S-1-1-0\"") "}", NULL },
		{ "{\"ControlFlags\":4,\"DACL\":" ACE("1", "3", "0", "\"\"") "}", NULL },
		{ "{\"ControlFlags\":4,\"DACL\":" ACE("1", "3", "0", "\"S-1-1-0)(A;;FA;;;WD\"") "}",
			NULL },
		{ "{\"ControlFlags\":4,\"DACL\":" ACE("null", "3", "0", "\"S-1-1-0\"") "}", NULL },
		{ "{\"ControlFlags\":4,\"DACL\":\"x\"}", NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(json) props = NULL;
		HV_AUTO(buf) sddl = { .max = MEMORY };
		struct hv_bag bag = { .ns = "", .class_name = "" };
		int result;

		assert_int_equal(hv_json_load((const uint8_t *)cases[i].json, strlen(cases[i].json),
					 "f", &props, NULL),
			0);
		bag.props = props;
		result = hv_descriptor_sddl(&bag, &sddl, NULL);
		assert_int_equal(result, cases[i].sddl ? 0 : -1);
		if (cases[i].sddl)
			assert_string_equal(hv_buf_str(&sddl), cases[i].sddl);
	}
}

static void test_rows_to_model(void **state)
{
	static const char json[] =
		"[{\"Path\":\"Microsoft.PowerShell.Core\\\\FileSystem::e:\\\\a\\\\\",\"Sddl\":\"D:P\"},"
		"{\"Path\":\"E:\\\\b\",\"Sddl\":\"D:(what\"},{\"Path\":\"E:\\\\c\"},"
		"{\"Path\":\"E:\\\\d\",\"Error\":\"denied\"},"
		"{\"Path\":\"E:\\\\e\",\"Icacls\":\"Everyone:(F)\"}]";
	struct hv_builder builder;
	struct hv_sink sink;
	HV_AUTO(host) host;

	(void)state;
	hv_host_init(&host);
	hv_builder_init(&builder, &host, HV_SEC_ACL, NULL);
	sink = hv_builder_sink(&builder);
	assert_int_equal(hv_class_json_read((const uint8_t *)json, strlen(json), "filesecurity",
				 "f.json", (struct hv_time){ .known = false }, &sink, NULL),
		0);
	assert_int_equal(hv_builder_finish(&builder, NULL), 0);
	assert_true(hv_host_has(&host, HV_SEC_ACL));
	assert_int_equal(host.acl_count, 5);
	assert_true(hv_host_acl(&host, "E:\\A")->is_protected);
	assert_non_null(strstr(hv_host_acl(&host, "E:\\b")->error, "SDDL"));
	assert_non_null(hv_host_acl(&host, "E:\\c")->error);
	assert_string_equal(hv_host_acl(&host, "E:\\d")->error, "denied");
	assert_null(hv_host_acl(&host, "E:\\e")->error);
	assert_null(hv_host_acl(&host, "E:\\f"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_icacls_splits_files),
		cmocka_unit_test(test_icacls_reads_entries),
		cmocka_unit_test(test_icacls_refuses_what_is_no_entry),
		cmocka_unit_test(test_descriptor_to_sddl),
		cmocka_unit_test(test_rows_to_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
