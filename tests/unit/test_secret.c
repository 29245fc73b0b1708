/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets: bounded, replaced whole, empty when done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/secret.h"

static void test_secret_keeps_a_copy(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	char text[] = "correct horse";
	HV_AUTO(secret) s = HV_SECRET_INIT;

	(void)state;
	assert_string_equal(hv_secret_str(&s), "");
	assert_int_equal(hv_secret_set(&s, text, strlen(text), &err), 0);
	memset(text, 'x', strlen(text));
	assert_string_equal(hv_secret_str(&s), "correct horse");
	assert_int_equal(s.len, 13);
	assert_int_equal(hv_secret_set(&s, "other", 5, &err), 0);
	assert_string_equal(hv_secret_str(&s), "other");
	hv_secret_done(&s);
	assert_string_equal(hv_secret_str(&s), "");
	assert_int_equal(s.len, 0);
}

static void test_secret_is_bounded(void **state)
{
	static const char longest[HV_SECRET_MAX + 1];
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(secret) s = HV_SECRET_INIT;

	(void)state;
	assert_int_equal(hv_secret_set(&s, longest, HV_SECRET_MAX, &err), 0);
	assert_int_equal(hv_secret_set(&s, longest, HV_SECRET_MAX + 1, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
	assert_int_equal(s.len, HV_SECRET_MAX);
	hv_err_clear(&err);
	assert_int_equal(hv_secret_set(&s, NULL, 0, &err), 0);
	assert_string_equal(hv_secret_str(&s), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secret_keeps_a_copy),
		cmocka_unit_test(test_secret_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
