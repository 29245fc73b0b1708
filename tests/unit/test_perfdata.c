/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Performance data by the Monitoring Plugins guidelines, "Performance data". */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "locale_fixture.h"
#include "output/perfdata.h"

static void assert_perfdata(const struct hv_metric *m, const char *expected)
{
	HV_AUTO(buf) out = { .max = 4096 };

	hv_perfdata_metric(&out, m);
	assert_false(hv_buf_failed(&out));
	assert_string_equal(hv_buf_str(&out), expected);
}

static struct hv_range range(const char *text)
{
	struct hv_range r;

	assert_int_equal(hv_range_parse(text, &r, NULL), 0);
	return r;
}

static void test_perfdata_labels(void **state)
{
	static const struct {
		const char *label;
		const char *expected;
	} CASES[] = {
		{ "free", "free=1" },
		{ "D:_free", "D:_free=1" },
		{ "a-b.c/d%", "a-b.c/d%=1" },
		{ "two words", "'two words'=1" },
		{ "it's", "'it''s'=1" },
		{ "''", "''''''=1" },
		{ "a=b", "'a_b'=1" },
		{ "a|b", "'a_b'=1" },
		{ "a\nb", "'a_b'=1" },
		{ "a\xFF", "'a_'=1" },
		{ "a\xE2\x80\xAE", "'a_'=1" },
		{ "C:\\Mount", "'C:\\Mount'=1" },
		{ "\xC3\x84rger", "'\xC3\x84rger'=1" },
		{ "a;b", "'a;b'=1" },
		{ "a,b", "'a,b'=1" },
		{ "", "''=1" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_metric m = {
			.label = CASES[i].label, .value = 1, .known = true, .uom = ""
		};

		assert_perfdata(&m, CASES[i].expected);
	}
}

static void test_perfdata_values_have_no_exponent(void **state)
{
	static const struct {
		double value;
		const char *expected;
	} CASES[] = {
		{ 0, "x=0B" },
		{ -0.0, "x=0B" },
		{ 15, "x=15B" },
		{ -2.5, "x=-2.5B" },
		{ 0.1, "x=0.1B" },
		{ 12.345, "x=12.345B" },
		{ 18446744073709551615.0, "x=18446744073709552000B" },
		{ 1e17, "x=100000000000000000B" },
		{ -1e20, "x=-100000000000000000000B" },
		{ 1e-7, "x=0.0000001B" },
		{ -1.25e-7, "x=-0.000000125B" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_metric m = {
			.label = "x", .value = CASES[i].value, .known = true, .uom = "B"
		};

		assert_perfdata(&m, CASES[i].expected);
	}
}

static void test_perfdata_holds_the_largest_value(void **state)
{
	static const double VALUES[] = { DBL_MAX, -DBL_MIN };
	HV_AUTO(buf) out = { .max = 4096 };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(VALUES); i++) {
		struct hv_metric m = { .label = "x", .value = VALUES[i], .known = true, .uom = "" };

		hv_buf_clear(&out);
		hv_perfdata_metric(&out, &m);
		assert_int_equal(strspn(hv_buf_str(&out) + 2, "-.0123456789"), out.len - 2);
		assert_true(out.len > 300);
	}
}

static void test_perfdata_leaves_out_empty_fields_at_the_end(void **state)
{
	struct hv_metric m = { .label = "x", .value = 5, .known = true, .uom = "%" };

	(void)state;
	assert_perfdata(&m, "x=5%");
	m.warn = range("15:");
	assert_perfdata(&m, "x=5%;15:");
	m.crit = range("@0:5");
	assert_perfdata(&m, "x=5%;15:;@5");
	m.warn.set = false;
	assert_perfdata(&m, "x=5%;;@5");
	m.has_min = true;
	assert_perfdata(&m, "x=5%;;@5;0");
	m.has_max = true;
	m.max = 100.5;
	assert_perfdata(&m, "x=5%;;@5;0;100.5");
	m.crit.set = false;
	m.has_min = false;
	assert_perfdata(&m, "x=5%;;;;100.5");
}

static void assert_parts(const struct hv_metric *m, const char *const expected[5])
{
	for (int part = HV_PERFDATA_VALUE; part <= HV_PERFDATA_MAX; part++) {
		HV_AUTO(buf) out = { .max = 4096 };

		hv_perfdata_part(&out, m, (enum hv_perfdata_part)part);
		assert_string_equal(hv_buf_str(&out), expected[part]);
	}
}

static void test_perfdata_parts(void **state)
{
	struct hv_metric m = {
		.label = "x",
		.value = 1e20,
		.known = true,
		.uom = "B",
		.warn = range("15:"),
		.crit = range("@0:5"),
		.has_min = true,
		.has_max = true,
		.max = 0.5,
	};

	(void)state;
	assert_parts(&m, (const char *const[]){ "100000000000000000000", "15:", "@5", "0", "0.5" });
	m = (struct hv_metric){ .label = "x", .value = 1, .uom = "B", .max = INFINITY };
	m.has_max = true;
	assert_parts(&m, (const char *const[]){ "U", "", "", "", "" });
}

static void test_perfdata_unknown_value(void **state)
{
	struct hv_metric m = { .label = "x", .value = 5, .uom = "B" };

	(void)state;
	assert_perfdata(&m, "x=U");
	m.warn = range("~:3");
	assert_perfdata(&m, "x=U;~:3");
	m.known = true;
	m.value = NAN;
	assert_perfdata(&m, "x=U;~:3");
	m.value = INFINITY;
	assert_perfdata(&m, "x=U;~:3");
}

static void test_perfdata_ignores_the_locale(void **state)
{
	struct hv_metric m = { .label = "x", .value = 1.5, .known = true, .uom = "s" };

	(void)state;
	m.warn = range("0.5:2.5");
	if (!comma_locale())
		skip();
	assert_perfdata(&m, "x=1.5s;0.5:2.5");
	assert_non_null(setlocale(LC_ALL, "C"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_perfdata_labels),
		cmocka_unit_test(test_perfdata_values_have_no_exponent),
		cmocka_unit_test(test_perfdata_holds_the_largest_value),
		cmocka_unit_test(test_perfdata_leaves_out_empty_fields_at_the_end),
		cmocka_unit_test(test_perfdata_parts),
		cmocka_unit_test(test_perfdata_unknown_value),
		cmocka_unit_test(test_perfdata_ignores_the_locale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
