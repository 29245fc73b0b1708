/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges. The table of alerts is that of the Monitoring Plugins guidelines, "Threshold and Ranges",
 * with the endpoints that its text calls inclusive. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/range.h"

static struct hv_range parse(const char *text)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_range r;

	assert_int_equal(hv_range_parse(text, &r, &err), 0);
	assert_true(r.set);
	return r;
}

static void test_range_alerts_by_guidelines(void **state)
{
	static const struct {
		const char *range;
		double value;
		bool alert;
	} CASES[] = {
		/* 10: < 0 or > 10 (outside the range of {0 .. 10}) */
		{ "10", -0.001, true },
		{ "10", 0, false },
		{ "10", 5, false },
		{ "10", 10, false },
		{ "10", 10.001, true },
		/* 10: (with colon): < 10 (outside {10 .. inf}) */
		{ "10:", 9.999, true },
		{ "10:", 10, false },
		{ "10:", 1e300, false },
		{ "10:", INFINITY, false },
		/* ~:10: > 10 (outside the range of {-inf .. 10}) */
		{ "~:10", -1e300, false },
		{ "~:10", -INFINITY, false },
		{ "~:10", 10, false },
		{ "~:10", 10.001, true },
		/* 10:20: < 10 or > 20 (outside the range of {10 .. 20}) */
		{ "10:20", 9.999, true },
		{ "10:20", 10, false },
		{ "10:20", 20, false },
		{ "10:20", 20.001, true },
		/* @10:20: >= 10 and <= 20 (inside the range of {10 .. 20}) */
		{ "@10:20", 9.999, false },
		{ "@10:20", 10, true },
		{ "@10:20", 15, true },
		{ "@10:20", 20, true },
		{ "@10:20", 20.001, false },
		/* The same rules, further forms. */
		{ "0", 0, false },
		{ "0", 1, true },
		{ "0:0", 0, false },
		{ "0:", -1, true },
		{ "-10:-5", -5, false },
		{ "-10:-5", -4.9, true },
		{ "15:", 15.0, false },
		{ "@0", 0, true },
		{ "@5", 6, false },
		{ "@~:5", -100, true },
		{ "@5:", 4, false },
		{ "@5:", 5, true },
		{ "~:", 1e308, false },
		{ "~:", -1e308, false },
		{ "@~:", 0, true },
		{ "1.5:2.5", 2.5, false },
		{ "1e3", 1000, false },
		{ "1e3", 1001, true },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_range r = parse(CASES[i].range);

		if (hv_range_alerts(&r, CASES[i].value) != CASES[i].alert)
			fail_msg("%s at %g", CASES[i].range, CASES[i].value);
	}
}

static void test_range_refuses(void **state)
{
	static const char *const CASES[] = { "", ":", "10x", "20:10", "nan", "1e309", "@", "~",
		" 10", "10 ", "10:20:30", "0x10", ":10", "10:~", "~:~", "@@10", "10@", "inf",
		"10:inf", "-inf:10", "nan:", ",", "1,5", "1.5.2", "~10", "~ :10", "-5", "10:-10",
		"--5:", "10:20x", "x", "\n", "10\n", "1e309:", "~:1e309" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_range r = { .start = 7, .end = 8 };
		struct hv_err err = HV_ERR_INIT;

		if (hv_range_parse(CASES[i], &r, &err) != -1)
			fail_msg("accepted: \"%s\"", CASES[i]);
		assert_int_equal(err.kind, HV_ERR_ARGUMENT);
		assert_non_null(strstr(err.text, CASES[i]));
		assert_true(r.start == 7 && r.end == 8 && !r.set);
	}
}

static void test_range_refuses_long_text(void **state)
{
	char text[2 * HV_RANGE_TEXT_MAX + 2];
	struct hv_range r;

	(void)state;
	memset(text, '0', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(hv_range_parse(text, &r, NULL), -1);
	text[HV_RANGE_TEXT_MAX] = ':';
	assert_int_equal(hv_range_parse(text, &r, NULL), -1);
	text[HV_RANGE_TEXT_MAX - 1] = ':';
	text[HV_RANGE_TEXT_MAX] = '\0';
	assert_int_equal(hv_range_parse(text, &r, NULL), 0);
}

static void test_range_nan_always_alerts(void **state)
{
	static const char *const CASES[] = { "10", "10:", "~:", "@10:20", "@~:" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_range r = parse(CASES[i]);

		assert_true(hv_range_alerts(&r, NAN));
	}
}

static void test_range_not_set_never_alerts(void **state)
{
	struct hv_range r = { .set = false };

	(void)state;
	assert_false(hv_range_alerts(&r, 5));
	assert_false(hv_range_alerts(&r, NAN));
}

static void test_range_format_is_canonical(void **state)
{
	static const struct {
		const char *text;
		const char *canonical;
	} CASES[] = {
		{ "10", "10" },
		{ "0:10", "10" },
		{ "10:", "10:" },
		{ "0:", "0:" },
		{ "~:10", "~:10" },
		{ "~:", "~:" },
		{ "@5:7", "@5:7" },
		{ "@0:7", "@7" },
		{ "@~:7", "@~:7" },
		{ "007.50:8", "7.5:8" },
		{ "-3:0", "-3:0" },
		{ "0", "0" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_range r = parse(CASES[i].text);
		char text[HV_RANGE_TEXT_MAX];

		hv_range_format(&r, text);
		assert_string_equal(text, CASES[i].canonical);
		r = parse(text);
	}
}

static void test_range_format_of_unset_is_empty(void **state)
{
	struct hv_range r = { .set = false };
	char text[HV_RANGE_TEXT_MAX] = "x";

	(void)state;
	hv_range_format(&r, text);
	assert_string_equal(text, "");
}

static void test_range_format_holds_the_longest(void **state)
{
	struct hv_range r = {
		.start = -DBL_MAX, .end = -2.2250738585072014e-308, .set = true, .inside = true
	};
	char text[HV_RANGE_TEXT_MAX];
	struct hv_range back;

	(void)state;
	hv_range_format(&r, text);
	back = parse(text);
	assert_true(back.start == r.start && back.end == r.end && back.inside);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_range_alerts_by_guidelines),
		cmocka_unit_test(test_range_refuses),
		cmocka_unit_test(test_range_refuses_long_text),
		cmocka_unit_test(test_range_nan_always_alerts),
		cmocka_unit_test(test_range_not_set_never_alerts),
		cmocka_unit_test(test_range_format_is_canonical),
		cmocka_unit_test(test_range_format_of_unset_is_empty),
		cmocka_unit_test(test_range_format_holds_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
