/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The output of vssadmin in several languages, encodings and states of damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/buf.h"
#include "cim/builder.h"
#include "cim/vssadmin.h"

#define HYPERV "66841CD4-6DED-4F4B-8F17-FD23F8DDC3DE"
#define SYSTEM "E8132975-6F93-4464-A53E-1050253AE220"

static const char ENGLISH[] =
	"vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool\r\n"
	"(C) Copyright 2001-2005 Microsoft Corp.\r\n\r\n"
	"Writer name: 'Microsoft Hyper-V VSS Writer'\r\n"
	"   Writer Id: {66841cd4-6ded-4f4b-8f17-fd23f8ddc3de}\r\n"
	"   Writer Instance Id: {6162e336-7448-4371-93a7-29581512b103}\r\n"
	"   State: [8] Failed\r\n"
	"   Last error: Inconsistent shadow copy\r\n\r\n"
	"Writer name: 'System Writer'\r\n"
	"   Writer Id: {e8132975-6f93-4464-a53e-1050253ae220}\r\n"
	"   Writer Instance Id: {b1c47cec-0e12-4ac6-b84b-9c1d8292a9f3}\r\n"
	"   State: [5] Waiting for completion\r\n"
	"   Last error: No error\r\n\r\n";

/* Labels with apostrophes, blanks before colons, bytes of code pages; no empty lines between. */
static const char FOREIGN[] =
	"vssadmin 1.1 - Outil d'administration du service VSS de l'h\x93te\r\n"
	"(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n"
	"Nom de l'\x82"
	"diteur : 'Microsoft Hyper-V VSS Writer'\r\n"
	"   ID : {66841cd4-6ded-4f4b-8f17-fd23f8ddc3de}\r\n"
	"   ID de l'instance : {6162e336-7448-4371-93a7-29581512b103}\r\n"
	"   \x90tat : [1] Stable\r\n"
	"   Derni\x8Are erreur : Aucune erreur\r\n"
	"Nom : 'System Writer'\r\n"
	"   ID : {e8132975-6f93-4464-a53e-1050253ae220}\r\n"
	"   ID de l'instance : {b1c47cec-0e12-4ac6-b84b-9c1d8292a9f3}\r\n"
	"   \x90tat : [11] \x90"
	"chec\r\n"
	"   Derni\x8Are erreur : R\x82"
	"essayez\r\n";

static void parse(const void *bytes, size_t len, struct hv_vssadmin_list *list)
{
	struct hv_err err = HV_ERR_INIT;

	if (hv_vssadmin_parse(bytes, len, list, &err) < 0)
		fail_msg("%s", err.text);
}

static void check_english(const struct hv_vssadmin_list *list)
{
	assert_int_equal(list->count, 2);
	assert_string_equal(list->writers[0].name, "Microsoft Hyper-V VSS Writer");
	assert_string_equal(list->writers[0].id, HYPERV);
	assert_string_equal(list->writers[0].instance_id, "6162E336-7448-4371-93A7-29581512B103");
	assert_string_equal(list->writers[0].state, "8");
	assert_string_equal(list->writers[0].last_error, "Inconsistent shadow copy");
	assert_string_equal(list->writers[1].id, SYSTEM);
	assert_string_equal(list->writers[1].state, "5");
	assert_string_equal(list->writers[1].last_error, "No error");
}

static void test_vssadmin_english(void **state)
{
	HV_AUTO(vssadmin_list) list = { .count = 0 };

	(void)state;
	parse(ENGLISH, sizeof(ENGLISH) - 1, &list);
	check_english(&list);
}

static void test_vssadmin_utf16(void **state)
{
	(void)state;
	for (int form = 0; form < 3; form++) {
		HV_AUTO(vssadmin_list) list = { .count = 0 };
		HV_AUTO(buf) text = { .max = 1 << 16 };

		if (form < 2)
			hv_buf_add(&text, form ? "\xFE\xFF" : "\xFF\xFE", 2);
		for (const char *p = ENGLISH; *p; p++) {
			if (form == 1)
				hv_buf_addc(&text, '\0');
			hv_buf_addc(&text, *p);
			if (form != 1)
				hv_buf_addc(&text, '\0');
		}
		parse(hv_buf_str(&text), text.len, &list);
		check_english(&list);
	}
}

static void test_vssadmin_any_language(void **state)
{
	HV_AUTO(vssadmin_list) list = { .count = 0 };

	(void)state;
	parse(FOREIGN, sizeof(FOREIGN) - 1, &list);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.writers[0].name, "Microsoft Hyper-V VSS Writer");
	assert_string_equal(list.writers[0].id, HYPERV);
	assert_string_equal(list.writers[0].last_error, "Aucune erreur");
	assert_string_equal(list.writers[1].name, "System Writer");
	assert_string_equal(list.writers[1].state, "11");
	assert_string_equal(list.writers[1].last_error, "R\xEF\xBF\xBD"
							"essayez");
}

/* Every beginning of the output is a failure, is damaged, or is a list that lacks whole blocks. */
static void test_vssadmin_cut(void **state)
{
	const size_t header = (size_t)(strstr(ENGLISH, "Writer name") - ENGLISH);

	(void)state;
	for (size_t len = 0; len < sizeof(ENGLISH); len++) {
		struct hv_err err = HV_ERR_INIT;
		struct hv_builder builder;
		struct hv_sink sink;
		HV_AUTO(host) host;

		hv_host_init(&host);
		hv_builder_init(&builder, &host, HV_SEC_WRITERS, NULL);
		sink = hv_builder_sink(&builder);
		assert_int_equal(hv_vssadmin_read((const uint8_t *)ENGLISH, len, "f",
					 (struct hv_time){ .known = false }, &sink, &err),
			0);
		assert_int_equal(hv_builder_finish(&builder, &err), 0);
		if (len <= header)
			assert_int_equal(
				host.sections[HV_SECTION_WRITERS].status, HV_SECTION_FAILED);
		if (host.sections[HV_SECTION_WRITERS].status == HV_SECTION_PRESENT)
			assert_true(
				host.writer_count > 0 || host.sections[HV_SECTION_WRITERS].damage);
	}
}

static void test_vssadmin_no_writer(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{ "", "lists no VSS writer at all: is" },
		{ "vssadmin 1.1\r\n(C) Copyright\r\n\r\n", "lists no VSS writer at all: is" },
		{ "vssadmin 1.1\n(C) Copyright\n\nError: no permission\n",
			"at all (Error: no permission)" },
		{ "\xFF\xFE", "lists no VSS writer at all" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(vssadmin_list) list = { .count = 0 };
		struct hv_err err = HV_ERR_INIT;

		assert_int_equal(hv_vssadmin_parse((const uint8_t *)cases[i].text,
					 strlen(cases[i].text), &list, &err),
			-1);
		assert_int_equal(err.kind, HV_ERR_MISSING);
		assert_non_null(strstr(err.text, cases[i].expected));
		assert_non_null(strstr(err.text, "EventSystem"));
	}
}

static void test_vssadmin_limits(void **state)
{
	HV_AUTO(vssadmin_list) list = { .count = 0 };
	HV_AUTO(buf) text = { .max = 1 << 20 };
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	for (int i = 0; i <= HV_VSSADMIN_MAX_WRITERS; i++)
		hv_buf_adds(&text, "x: 'y'\n\n");
	assert_int_equal(
		hv_vssadmin_parse((const uint8_t *)hv_buf_str(&text), text.len, &list, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vssadmin_english),
		cmocka_unit_test(test_vssadmin_utf16),
		cmocka_unit_test(test_vssadmin_any_language),
		cmocka_unit_test(test_vssadmin_cut),
		cmocka_unit_test(test_vssadmin_no_writer),
		cmocka_unit_test(test_vssadmin_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
