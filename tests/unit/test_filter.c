/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters: shell patterns without regard to case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/filter.h"

#define VM_1 "11111111-1111-1111-1111-111111111111"
#define VM_2 "22222222-2222-2222-2222-222222222222"

static void test_filter_match(void **state)
{
	static const struct {
		const char *pattern;
		const char *name;
		bool matches;
	} CASES[] = {
		{ "sql01", "sql01", true },
		{ "SQL01", "sql01", true },
		{ "sql01", "sql011", false },
		{ "sql01", "sql0", false },
		{ "sql01", "", false },
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "anything", true },
		{ "sql*", "sql", true },
		{ "sql*", "SQL01", true },
		{ "*01", "sql01", true },
		{ "*01", "sql010", false },
		{ "*01", "sql0101", true },
		{ "s*1", "s1", true },
		{ "a*b*c", "axxbyybzzc", true },
		{ "a*b*c", "axxbyybzz", false },
		{ "**a", "ba", true },
		{ "sql0?", "sql01", true },
		{ "sql0?", "sql0", false },
		{ "?", "\xC3\xA4", true },
		{ "??", "\xC3\xA4", false },
		{ "?", "\xFF", true },
		{ "sql[0-3]", "sql2", true },
		{ "sql[0-3]", "sql4", false },
		{ "sql[A-C]", "sqlb", true },
		{ "sql[a-c]", "sqlB", true },
		{ "sql[!0-3]", "sql4", true },
		{ "sql[!0-3]", "sql3", false },
		{ "sql[^0-3]", "sql3", false },
		{ "sql[^0-3]", "sql", false },
		{ "[]]", "]", true },
		{ "[!]]", "]", false },
		{ "[!]]", "a", true },
		{ "[a-]", "-", true },
		{ "[a-]", "b", false },
		{ "[\xC3\xA4\xC3\xB6]x", "\xC3\x96x", true },
		{ "web[1]", "web[1]", false },
		{ "web[[]1]", "web[1]", true },
		{ "[abc", "[abc", true },
		{ "[", "[", true },
		{ "[!", "[!", true },
		{ "[]", "[]", true },
		{ "\xC3\x84rger*", "\xC3\xA4rger-1", true },
		{ "C:\\Mount\\*", "c:\\mount\\x", true },
		{ "\\\\?\\Volume{*", "\\\\?\\Volume{1}\\", true },
		{ "a\\*", "a*", false }, /* '\' escapes nothing */
		{ "a\xFF", "a\xFF", true },
		{ "a\xFF", "a\xFE", false },
		{ "\xC3", "\xC3\xA4", false },
		{ "*\xA4", "\xC3\xA4", false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		if (hv_filter_match(CASES[i].pattern, CASES[i].name) != CASES[i].matches)
			fail_msg("%s on %s", CASES[i].pattern, CASES[i].name);
	}
}

/* A matcher that tries every star again for every other one would not come to an end. */
static void test_filter_match_ends_with_many_stars(void **state)
{
	char pattern[201];
	char name[1001];

	(void)state;
	for (size_t i = 0; i < sizeof(pattern) - 1; i += 2) {
		pattern[i] = '*';
		pattern[i + 1] = 'a';
	}
	pattern[sizeof(pattern) - 2] = 'b';
	pattern[sizeof(pattern) - 1] = '\0';
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_false(hv_filter_match(pattern, name));
	name[sizeof(name) - 2] = 'b';
	assert_true(hv_filter_match(pattern, name));
}

static struct hv_list list(const char **items, size_t count)
{
	return (struct hv_list){ .items = items, .count = count };
}

static void test_filter_keeps(void **state)
{
	static const char *const NAMES[] = { "sql01", VM_1, NULL };
	const char *sql[] = { "x", "sql*" };
	const char *web[] = { "web*" };
	const char *id[] = { "1111*" };
	const struct {
		struct hv_filter filter;
		bool keeps;
	} CASES[] = {
		{ { .include = list(NULL, 0) }, true },
		{ { .include = list(sql, 2) }, true },
		{ { .include = list(web, 1) }, false },
		{ { .include = list(id, 1) }, true },
		{ { .exclude = list(sql, 2) }, false },
		{ { .exclude = list(web, 1) }, true },
		{ { .include = list(sql, 2), .exclude = list(id, 1) }, false },
		{ { .include = list(sql, 2), .exclude = list(web, 1) }, true },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		assert_int_equal(hv_filter_keeps(&CASES[i].filter, NAMES), CASES[i].keeps);
}

static void test_filter_vms_by_name_or_id(void **state)
{
	struct hv_vm vms[] = {
		{ .id = VM_1, .name = "sql01" },
		{ .id = VM_2, .name = "web01", .excluded = true },
		{ .id = "3", .name = "test" },
	};
	struct hv_host host = { .vms = vms, .vm_count = HV_ARRAY_LEN(vms) };
	const char *include[] = { "SQL*", "22222222-*" };
	struct hv_filter f = { .include = list(include, 2) };

	(void)state;
	hv_filter_vms(&f, &host);
	assert_false(vms[0].excluded);
	assert_false(vms[1].excluded);
	assert_true(vms[2].excluded);
}

static void test_filter_volumes_by_any_name(void **state)
{
	struct hv_volume volumes[] = {
		{ .title = "D:",
			.name = "D:\\",
			.label = "Data",
			.device_id = "\\\\?\\Volume{1}\\" },
		{ .title = "\\\\?\\Volume{2}", .device_id = "\\\\?\\Volume{2}\\" },
		{ .title = "E:" },
	};
	static const struct {
		const char *pattern;
		bool excluded[3];
	} CASES[] = {
		{ "d:", { true, false, false } },
		{ "D:\\", { true, false, false } },
		{ "data", { true, false, false } },
		{ "*{2}\\", { false, true, false } },
		{ "E*", { false, false, true } },
		{ "F:", { false, false, false } },
	};
	struct hv_host host = { .volumes = volumes, .volume_count = HV_ARRAY_LEN(volumes) };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		const char *exclude[] = { CASES[i].pattern };
		struct hv_filter f = { .exclude = list(exclude, 1) };

		hv_filter_volumes(&f, &host);
		for (size_t v = 0; v < HV_ARRAY_LEN(volumes); v++)
			assert_int_equal(volumes[v].excluded, CASES[i].excluded[v]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_filter_match),
		cmocka_unit_test(test_filter_match_ends_with_many_stars),
		cmocka_unit_test(test_filter_keeps),
		cmocka_unit_test(test_filter_vms_by_name_or_id),
		cmocka_unit_test(test_filter_volumes_by_any_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
