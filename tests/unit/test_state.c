/* SPDX-License-Identifier: GPL-3.0-or-later */
/* States: names, numbers, and what outweighs what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/check.h"
#include "check/state.h"

static void test_state_values_are_exit_statuses(void **state)
{
	(void)state;
	assert_int_equal(HV_OK, 0);
	assert_int_equal(HV_WARNING, 1);
	assert_int_equal(HV_CRITICAL, 2);
	assert_int_equal(HV_UNKNOWN, 3);
}

static void test_state_parse_accepts(void **state)
{
	static const struct {
		const char *text;
		enum hv_state value;
	} CASES[] = {
		{ "ok", HV_OK },
		{ "OK", HV_OK },
		{ "0", HV_OK },
		{ "Warning", HV_WARNING },
		{ "1", HV_WARNING },
		{ "critical", HV_CRITICAL },
		{ "2", HV_CRITICAL },
		{ "UNKNOWN", HV_UNKNOWN },
		{ "3", HV_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		enum hv_state value = HV_OK;

		assert_int_equal(hv_state_parse(CASES[i].text, &value, &err), 0);
		assert_int_equal(value, CASES[i].value);
	}
}

static void test_state_parse_refuses(void **state)
{
	static const char *const CASES[] = { "", "4", "-1", "00", "01", "warn", "ok ", " ok",
		"criticals", "o" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		enum hv_state value = HV_CRITICAL;

		assert_int_equal(hv_state_parse(CASES[i], &value, &err), -1);
		assert_int_equal(err.kind, HV_ERR_ARGUMENT);
		assert_int_equal(value, HV_CRITICAL);
	}
}

static void test_state_names(void **state)
{
	(void)state;
	assert_string_equal(hv_state_name(HV_OK), "OK");
	assert_string_equal(hv_state_name(HV_WARNING), "WARNING");
	assert_string_equal(hv_state_name(HV_CRITICAL), "CRITICAL");
	assert_string_equal(hv_state_name(HV_UNKNOWN), "UNKNOWN");
}

static void test_state_worse_by_rank(void **state)
{
	static const enum hv_state ORDER[] = { HV_OK, HV_UNKNOWN, HV_WARNING, HV_CRITICAL };

	(void)state;
	for (size_t a = 0; a < HV_ARRAY_LEN(ORDER); a++) {
		for (size_t b = 0; b < HV_ARRAY_LEN(ORDER); b++) {
			assert_int_equal(hv_state_worse(ORDER[a], ORDER[b]), ORDER[a > b ? a : b]);
			assert_true((hv_state_rank(ORDER[a]) < hv_state_rank(ORDER[b])) == (a < b));
		}
	}
}

static void test_rule_state_is_the_last_one_chosen(void **state)
{
	struct hv_rule_state items[] = {
		{ .id = "root", .state = HV_OK },
		{ .id = "split-root", .state = HV_WARNING },
		{ .id = "root", .state = HV_CRITICAL },
	};
	struct hv_rule_states chosen = { .items = items, .count = HV_ARRAY_LEN(items) };
	struct hv_rule_states none = { .count = 0 };

	(void)state;
	assert_int_equal(hv_rule_state(&chosen, "root", HV_UNKNOWN), HV_CRITICAL);
	assert_int_equal(hv_rule_state(&chosen, "split-root", HV_CRITICAL), HV_WARNING);
	assert_int_equal(hv_rule_state(&chosen, "split", HV_UNKNOWN), HV_UNKNOWN);
	assert_int_equal(hv_rule_state(&none, "root", HV_WARNING), HV_WARNING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_state_values_are_exit_statuses),
		cmocka_unit_test(test_state_parse_accepts),
		cmocka_unit_test(test_state_parse_refuses),
		cmocka_unit_test(test_state_names),
		cmocka_unit_test(test_state_worse_by_rank),
		cmocka_unit_test(test_rule_state_is_the_last_one_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
