/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a backup's component list proves about one VM. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "check/backup-components.h"

#define VM       "8EB9FA6A-98BF-4B32-A74A-A420AE683997"
#define VM_LOWER "8eb9fa6a-98bf-4b32-a74a-a420ae683997"
#define OTHER    "11111111-1111-1111-1111-111111111111"
#define NAME     "R&D 'x'"

static const struct {
	const char *name;
	const char *field;
	const char *text;
	bool covered;
} cases[] = {
	{ "GUID, no error", "ComponentInfo", "<C><I Component=\"" VM "\" HResult=\"0\"/></C>",
		true },
	{ "lower case, braces, hex zero", "componentinfo",
		"<C>\n <I Component='{" VM_LOWER "}' HResult='0x00000000' />\n</C>", true },
	{ "ComponentStatus", "ComponentStatus", "<C><I Component=\"" VM "\" HResult=\"0\"/></C>",
		true },
	{ "another field", "ComponentInfoSummary", "<C><I Component=\"" VM "\" HResult=\"0\"/></C>",
		false },
	{ "no HResult told", "ComponentInfo", "<C><I Component=\"" VM "\"/></C>", true },
	{ "signed HResult", "ComponentInfo",
		"<C><I Component=\"" VM "\" HResult=\"-2147024894\"/></C>", false },
	{ "detailed HResult", "ComponentInfo",
		"<C><I Component=\"" VM "\" HResult=\"0\" DetailedHResult=\"-2147024894\"/></C>",
		false },
	{ "empty HResult", "ComponentInfo", "<C><I Component=\"" VM "\" HResult=\"\"/></C>",
		false },
	{ "another component's error", "ComponentInfo",
		"<C><I Component=\"" OTHER "\" HResult=\"-1\"/><I Component=\"" VM
		"\" HResult=\"0\"/></C>",
		true },
	{ "twice, once with an error", "ComponentInfo",
		"<C><I Component=\"" VM "\" HResult=\"0\"/><I Component=\"" VM
		"\" HResult=\"-1\"/></C>",
		false },
	{ "error inside the item", "ComponentInfo",
		"<C><I Component=\"" VM "\"><R HResult=\"-1\"/></I></C>", false },
	{ "error as text", "ComponentInfo", "<C><I><Id>" VM "</Id><HResult>-1</HResult></I></C>",
		false },
	{ "success as text", "ComponentInfo",
		"<C><I><Id>" VM "</Id><HResult> 0 </HResult></I><I><HResult>-1</HResult></I></C>",
		true },
	{ "error of the whole", "ComponentInfo",
		"<C HResult=\"-1\"><I Component=\"" VM "\" HResult=\"0\"/></C>", false },
	{ "the whole names the VM", "ComponentInfo",
		"<C Component=\"" VM "\"><I HResult=\"0\"/></C>", true },
	{ "the whole names the VM, an item fails", "ComponentInfo",
		"<C Component=\"" VM "\"><I HResult=\"-1\"/></C>", false },
	{ "list without a root", "ComponentInfo",
		"<I Component=\"" VM "\" HResult=\"0\"/><I Component=\"" OTHER "\"/>", true },
	{ "caption online", "ComponentInfo",
		"<C><I Caption=\"r&amp;d &apos;x&apos;(Online)\" HResult=\"0\"/></C>", true },
	{ "caption offline", "ComponentInfo",
		"<C><I Caption=\"R&amp;D 'x'(Offline)\" HResult=\"0\"/></C>", true },
	{ "name alone", "ComponentInfo", "<C><I Caption=\"R&amp;D 'x'\" HResult=\"0\"/></C>",
		false },
	{ "longer name", "ComponentInfo",
		"<C><I Caption=\"old R&amp;D 'x'(Online)\" HResult=\"0\"/></C>", false },
	{ "another VM", "ComponentInfo", "<C><I Component=\"" OTHER "\" HResult=\"0\"/></C>",
		false },
	{ "part of a longer number", "ComponentInfo",
		"<C><I Component=\"" VM "0\" HResult=\"0\"/></C>", false },
	{ "empty", "ComponentInfo", "", false },
	{ "no XML", "ComponentInfo", VM, false },
	{ "text outside", "ComponentInfo", "x <C><I Component=\"" VM "\"/></C>", false },
	{ "cut in a tag", "ComponentInfo", "<C><I Component=\"" VM "\"/>", false },
	{ "cut in a value", "ComponentInfo", "<C><I Component=\"" VM "\"/></C><I a=\"", false },
	{ "cut behind <", "ComponentInfo", "<C><I Component=\"" VM "\"/></C><", false },
	{ "wrong nesting", "ComponentInfo", "<C><I Component=\"" VM "\"></C></I>", false },
	{ "end without a start", "ComponentInfo", "<C><I Component=\"" VM "\"/></C></C>", false },
	{ "no quotes", "ComponentInfo", "<C><I Component=" VM "/></C>", false },
	{ "attribute without a value", "ComponentInfo", "<C><I x Component=\"" VM "\"/></C>",
		false },
};

static bool covers(const char *field, const char *text, const char *vm_name)
{
	const struct hv_event_field fields[] = {
		{ .name = "HRESULT", .value = "0x0" },
		{ .name = field, .value = text },
	};
	const struct hv_event e = { .fields = fields, .field_count = HV_ARRAY_LEN(fields) };

	return hv_backup_covers(&e, VM, vm_name);
}

static void test_covers_by_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		if (covers(cases[i].field, cases[i].text, NAME) != cases[i].covered)
			fail_msg("%s", cases[i].name);
	}
}

static void test_covers_without_name(void **state)
{
	(void)state;
	assert_false(
		covers("ComponentInfo", "<C><I Caption=\"(Online)\" HResult=\"0\"/></C>", NULL));
	assert_false(covers("ComponentInfo", "<C><I Caption=\"(Online)\" HResult=\"0\"/></C>", ""));
	assert_true(
		covers("ComponentInfo", "<C><I Component=\"" VM "\" HResult=\"0\"/></C>", NULL));
}

static void test_covers_both_fields_agree(void **state)
{
	const struct hv_event_field fields[] = {
		{ .name = "ComponentInfo",
			.value = "<C><I Component=\"" VM "\" HResult=\"0\"/></C>" },
		{ .name = "ComponentStatus",
			.value = "<C><I Component=\"" VM "\" HResult=\"5\"/></C>" },
	};
	const struct hv_event e = { .fields = fields, .field_count = HV_ARRAY_LEN(fields) };
	const struct hv_event_field number[] = {
		{ .name = "ComponentInfo",
			.value = "<C><I Component=\"" VM "\" HResult=\"0\"/></C>" },
		{ .name = "ComponentStatus", .value = "3" },
		{ .name = "ComponentInfo", .value = NULL },
	};
	const struct hv_event with_number = { .fields = number,
		.field_count = HV_ARRAY_LEN(number) };

	(void)state;
	assert_false(hv_backup_covers(&e, VM, NULL));
	assert_true(hv_backup_covers(&with_number, VM, NULL));
}

/* levels elements around one item. */
static bool covers_at_depth(size_t levels)
{
	HV_AUTO(buf) text;

	hv_buf_init(&text, 4096);
	for (size_t i = 0; i < levels; i++)
		hv_buf_adds(&text, "<a>");
	hv_buf_adds(&text, "<I Component=\"" VM "\"/>");
	for (size_t i = 0; i < levels; i++)
		hv_buf_adds(&text, "</a>");
	assert_false(hv_buf_failed(&text));
	return covers("ComponentInfo", hv_buf_str(&text), NULL);
}

static void test_covers_up_to_the_depth_limit(void **state)
{
	(void)state;
	assert_true(covers_at_depth(HV_COMPONENT_MAX_DEPTH - 1));
	assert_false(covers_at_depth(HV_COMPONENT_MAX_DEPTH));
}

static void test_covers_long_names_only_by_id(void **state)
{
	char name[HV_COMPONENT_MAX_NAME + 64];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_false(covers("ComponentInfo", "<C><I Caption=\"x(Online)\"/></C>", name));
	assert_true(covers("ComponentInfo", "<C><I Component=\"" VM "\"/></C>", name));
}

static void test_succeeded_by_field(void **state)
{
	static const struct {
		const char *name, *value;
		bool good;
	} fields[] = {
		{ "HRESULT", "0", true },
		{ "HRESULT", "0x0", true },
		{ "hresult", "0x00000000", true },
		{ "HRESULT", "0x80070002", false },
		{ "HRESULT", "-2147024894", false },
		{ "HRESULT", "00x", false },
		{ "HRESULT", "0x", false },
		{ "HRESULT", "", false },
		{ "HRESULT", NULL, false },
		{ "DetailedHRESULT", "0", false },
		{ "", "0", false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(fields); i++) {
		const struct hv_event_field f = { .name = fields[i].name,
			.value = fields[i].value };
		const struct hv_event e = { .fields = &f, .field_count = 1 };

		if (hv_backup_succeeded(&e) != fields[i].good)
			fail_msg("%s", fields[i].value == NULL ? "NULL" : fields[i].value);
	}
}

static void test_mention_by_table(void **state)
{
	static const struct {
		const char *text;
		bool namesake;
		enum hv_backup_mention expected;
		uint32_t hresult;
	} mentions[] = {
		{ "<C><I Id='" VM "' HResult='0'/></C>", false, HV_BACKUP_COVERED, 0 },
		{ "<C><I Id='" VM "' HResult='-2147212300'/></C>", false, HV_BACKUP_REFUSED,
			0x800423F4 },
		{ "<C><I Id='" VM "' HResult='0X80070005'/></C>", false, HV_BACKUP_REFUSED,
			0x80070005 },
		{ "<C><I HResult='5' DetailedHResult='6' Id='" VM "'/></C>", false,
			HV_BACKUP_REFUSED, 5 },
		{ "<C Id='" VM "' HResult='7'><I/></C>", false, HV_BACKUP_REFUSED, 7 },
		{ "<C HResult='7'><I Id='" VM "'/></C>", false, HV_BACKUP_NOT_NAMED, 0 },
		{ "<C><I Id='" VM "' HResult='x'/></C>", false, HV_BACKUP_NOT_NAMED, 0 },
		{ "<C><I Id='" VM "' HResult=''/></C>", false, HV_BACKUP_NOT_NAMED, 0 },
		{ "<C><I Id='" VM "' HResult='99999999999999999999'/></C>", false,
			HV_BACKUP_NOT_NAMED, 0 },
		{ "<C><I Id='" OTHER "' HResult='-1'/></C>", false, HV_BACKUP_NOT_NAMED, 0 },
		{ "<C><I Id='" VM "' HResult='-1'/>", false, HV_BACKUP_NOT_NAMED, 0 },
		{ "<C><I Id='a(Online)' HResult='-1'/></C>", false, HV_BACKUP_REFUSED, UINT32_MAX },
		{ "<C><I Id='a(Online)' HResult='0'/></C>", false, HV_BACKUP_COVERED, 0 },
		{ "<C><I Id='a(Online)' HResult='-1'/></C>", true, HV_BACKUP_NOT_NAMED, 0 },
		{ "<C><I Id='a(Online)' HResult='0'/></C>", true, HV_BACKUP_NOT_NAMED, 0 },
		{ "<C><I Id='" VM "' Caption='a(Online)' HResult='0'/></C>", true,
			HV_BACKUP_COVERED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(mentions); i++) {
		const struct hv_event_field field = { .name = "ComponentInfo",
			.value = mentions[i].text };
		const struct hv_event e = { .fields = &field, .field_count = 1 };
		struct hv_vm vms[] = { { .id = VM, .name = "a" }, { .id = OTHER, .name = "A" } };
		const struct hv_host host = { .vms = vms,
			.vm_count = mentions[i].namesake ? 2 : 1 };
		uint32_t hresult = 0;

		if (hv_backup_mention(&host, &e, VM, "a", &hresult) != mentions[i].expected ||
			hresult != mentions[i].hresult)
			fail_msg("case %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covers_by_table),
		cmocka_unit_test(test_covers_without_name),
		cmocka_unit_test(test_covers_both_fields_agree),
		cmocka_unit_test(test_covers_up_to_the_depth_limit),
		cmocka_unit_test(test_covers_long_names_only_by_id),
		cmocka_unit_test(test_mention_by_table),
		cmocka_unit_test(test_succeeded_by_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
