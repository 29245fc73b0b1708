/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands for people to copy: whatever a VM is called, the shell reads its name and nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/powershell.h"

#define VM_ID "11111111-1111-1111-1111-111111111111"

static int setup(void **state)
{
	static struct hv_arena arena;

	hv_arena_init(&arena, 1 << 20);
	*state = &arena;
	return 0;
}

static int teardown(void **state)
{
	hv_arena_done(*state);
	return 0;
}

static void test_ps_quote_doubles_what_ends_a_literal(void **state)
{
	static const struct {
		const char *text;
		const char *quoted;
	} CASES[] = {
		{ "", "''" },
		{ "sql01", "'sql01'" },
		{ "O'Brien", "'O''Brien'" },
		{ "''", "''''''" },
		{ "a\xE2\x80\x98"
		  "b",
			"'a\xE2\x80\x98\xE2\x80\x98"
			"b'" },
		{ "a\xE2\x80\x99"
		  "b",
			"'a\xE2\x80\x99\xE2\x80\x99"
			"b'" },
		{ "a\xE2\x80\x9A"
		  "b",
			"'a\xE2\x80\x9A\xE2\x80\x9A"
			"b'" },
		{ "a\xE2\x80\x9B"
		  "b",
			"'a\xE2\x80\x9B\xE2\x80\x9B"
			"b'" },
		{ "a\xE2\x80\x9C"
		  "b",
			"'a\xE2\x80\x9C"
			"b'" }, /* a double one ends nothing here */
		{ "$env:x $(calc) `n \"", "'$env:x $(calc) `n \"'" },
		{ "a\xFF", "'a\xFF'" },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		assert_string_equal(hv_ps_quote(*state, CASES[i].text), CASES[i].quoted);
}

static void test_ps_printable(void **state)
{
	static const struct {
		const char *text;
		bool printable;
	} CASES[] = {
		{ "", true }, { "sql 01 [x] 'y' $z", true },
		{ "\xC3\x84rger \xE6\x97\xA5\xE6\x9C\xAC", true }, { "a|b", false },
		{ "a\nb", false }, { "a\x1B[31m", false }, { "a\x7F", false },
		{ "a\xC2\x9B"
		  "b",
			false },        /* C1 */
		{ "a\xFF", false },     /* invalid */
		{ "a\xC0\xAF", false }, /* overlong */
		{ "a\xE2\x80\xAE"
		  "b",
			false }, /* right-to-left override */
		{ "a\xE2\x80\xA8"
		  "b",
			false }, /* line separator */
		{ "a\xD8\x9C"
		  "b",
			false }, /* Arabic letter mark */
		{ "a\xE2\x81\xA6"
		  "b",
			false }, /* isolate */
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		if (hv_ps_printable(CASES[i].text) != CASES[i].printable)
			fail_msg("case %zu", i);
	}
}

static void test_ps_vm_by_name_or_id(void **state)
{
	static const char BY_ID[] = "-VM (Get-VM -Id '" VM_ID "')";
	static const struct {
		const char *name;
		const char *args;
	} CASES[] = {
		{ "sql01", "-VMName 'sql01'" },
		{ "O'Brien, $x", "-VMName 'O''Brien, $x'" },
		{ "web*", BY_ID },
		{ "web?", BY_ID },
		{ "web[1", BY_ID },
		{ "web1]", BY_ID },
		{ "web`1", BY_ID },
		{ "a|b", BY_ID },
		{ "a\nb", BY_ID },
		{ "a\xFF", BY_ID },
		{ "", BY_ID },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_vm vm = { .id = VM_ID, .name = CASES[i].name };

		assert_string_equal(hv_ps_vm(*state, &vm), CASES[i].args);
	}
}

static void test_ps_move_disk(void **state)
{
	struct hv_vm vm = { .id = VM_ID, .name = "sql01" };

	assert_string_equal(hv_ps_move_disk(*state, &vm, "D:\\x.vhdx", "D:\\sql01\\x.vhdx"),
		"Move-VMStorage -VMName 'sql01' -VHDs @(@{'SourceFilePath'='D:\\x.vhdx';"
		"'DestinationFilePath'='D:\\sql01\\x.vhdx'})");
	vm.name = "sql[1]";
	assert_string_equal(hv_ps_move_disk(*state, &vm, "D:\\it's.vhdx", "D:\\a b\\it's.vhdx"),
		"Move-VMStorage -VM (Get-VM -Id '" VM_ID
		"') -VHDs @(@{'SourceFilePath'='D:\\it''s.vhdx';"
		"'DestinationFilePath'='D:\\a b\\it''s.vhdx'})");
}

static void test_cmd_quote(void **state)
{
	static const struct {
		const char *text;
		const char *quoted;
	} CASES[] = {
		{ "", "\"\"" },
		{ "D:\\a b\\x.vhdx", "\"D:\\a b\\x.vhdx\"" },
		{ "D:\\", "\"D:\\\\\"" },
		{ "D:\\\\", "\"D:\\\\\\\\\"" },
		{ "a\"b", "\"a\\\"b\"" },
		{ "a\\\"b", "\"a\\\\\\\"b\"" },
		{ "\\\\srv\\share", "\"\\\\srv\\share\"" },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		assert_string_equal(hv_cmd_quote(*state, CASES[i].text), CASES[i].quoted);
}

static void test_quotes_are_null_when_memory_is_short(void **state)
{
	struct hv_arena *arena = *state;
	struct hv_vm vm = { .id = VM_ID, .name = "sql01" };

	hv_arena_init(arena, 4);
	assert_null(hv_ps_quote(arena, "sql01"));
	assert_null(hv_ps_vm(arena, &vm));
	assert_null(hv_ps_move_disk(arena, &vm, "a", "b"));
	assert_null(hv_cmd_quote(arena, "sql01"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_ps_quote_doubles_what_ends_a_literal, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ps_printable, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ps_vm_by_name_or_id, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ps_move_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cmd_quote, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_quotes_are_null_when_memory_is_short, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
