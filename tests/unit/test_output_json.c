/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON output: all keys, in one order, with values that any reader takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/explained.h"
#include "output/output.h"

static const struct hv_rule RULES[] = { { .id = "root" }, { .id = NULL } };
static const struct hv_check CHECK = {
	.name = "check_hyperv_layout",
	.label = "LAYOUT",
	.rules = RULES,
};

struct fixture {
	struct hv_report report;
	struct hv_buf out;
};

static int setup(void **state)
{
	static struct fixture f;

	hv_report_init(&f.report);
	hv_buf_init(&f.out, HV_OUTPUT_MAX_BYTES);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	hv_report_done(&f->report);
	hv_buf_done(&f->out);
	return 0;
}

static const char *output(struct fixture *f)
{
	struct hv_err err = HV_ERR_INIT;

	assert_int_equal(
		hv_output_json(&f->report, &CHECK, 1795313045 * HV_USEC_PER_SEC, &f->out, &err), 0);
	return hv_buf_str(&f->out);
}

static void test_json_of_nothing_has_all_keys(void **state)
{
	assert_string_equal(output(*state), "{\n"
					    "  \"check\": \"check_hyperv_layout\",\n"
					    "  \"time\": \"2026-11-22T02:04:05Z\",\n"
					    "  \"state\": \"OK\",\n"
					    "  \"status\": 0,\n"
					    "  \"summary\": \"no problem found\",\n"
					    "  \"findings\": [],\n"
					    "  \"metrics\": [],\n"
					    "  \"counts\": null,\n"
					    "  \"limits\": null,\n"
					    "  \"notes\": []\n"
					    "}\n");
}

static void test_json_of_a_full_report(void **state)
{
	struct fixture *f = *state;
	struct hv_report *r = &f->report;
	struct hv_finding *finding;
	struct hv_metric *m;

	hv_report_add(r, HV_OK, "a", NULL, "fine");
	finding = hv_report_add(r, HV_CRITICAL, "VM 'b|c'", "root", "lies in D:\\");
	hv_finding_why(r, finding, "why");
	hv_finding_remedy(r, finding, "one");
	hv_finding_remedy(r, finding, "two");
	hv_finding_names_hresult(r, finding, 0x80070002);
	m = hv_report_metric(r, "D:", "free", 0.5, "%");
	m->warn = (struct hv_range){ .start = 15, .end = 20, .set = true };
	m->has_min = m->has_max = true;
	m->max = 100;
	hv_report_metric_unknown(r, NULL, "age", "s");
	hv_report_count(r, 3, 2, 1);
	hv_report_limit(r, "shares");
	hv_report_note(r, "note");
	assert_string_equal(output(f), "{\n"
				       "  \"check\": \"check_hyperv_layout\",\n"
				       "  \"time\": \"2026-11-22T02:04:05Z\",\n"
				       "  \"state\": \"CRITICAL\",\n"
				       "  \"status\": 2,\n"
				       "  \"summary\": \"VM 'b|c': lies in D:\\\\\",\n"
				       "  \"findings\": [\n"
				       "    {\n"
				       "      \"state\": \"CRITICAL\",\n"
				       "      \"item\": \"VM 'b|c'\",\n"
				       "      \"rule\": \"root\",\n"
				       "      \"text\": \"lies in D:\\\\\",\n"
				       "      \"why\": \"why\",\n"
				       "      \"remedy\": \"one\\ntwo\",\n"
				       "      \"explain\": [\n"
				       "        \"layout.root\",\n"
				       "        \"0x80070002\"\n"
				       "      ]\n"
				       "    },\n"
				       "    {\n"
				       "      \"state\": \"OK\",\n"
				       "      \"item\": \"a\",\n"
				       "      \"rule\": null,\n"
				       "      \"text\": \"fine\",\n"
				       "      \"why\": null,\n"
				       "      \"remedy\": null,\n"
				       "      \"explain\": []\n"
				       "    }\n"
				       "  ],\n"
				       "  \"metrics\": [\n"
				       "    {\n"
				       "      \"label\": \"D:_free\",\n"
				       "      \"value\": 0.5,\n"
				       "      \"unit\": \"%\",\n"
				       "      \"warning\": \"15:20\",\n"
				       "      \"critical\": null,\n"
				       "      \"min\": 0,\n"
				       "      \"max\": 100\n"
				       "    },\n"
				       "    {\n"
				       "      \"label\": \"age\",\n"
				       "      \"value\": null,\n"
				       "      \"unit\": \"s\",\n"
				       "      \"warning\": null,\n"
				       "      \"critical\": null,\n"
				       "      \"min\": null,\n"
				       "      \"max\": null\n"
				       "    }\n"
				       "  ],\n"
				       "  \"counts\": {\n"
				       "    \"seen\": 3,\n"
				       "    \"judged\": 2,\n"
				       "    \"excluded\": 1\n"
				       "  },\n"
				       "  \"limits\": \"shares\",\n"
				       "  \"notes\": [\n"
				       "    \"note\"\n"
				       "  ]\n"
				       "}\n");
}

static void test_json_repairs_text(void **state)
{
	struct fixture *f = *state;
	const char *text;

	hv_report_add(&f->report, HV_WARNING, "a\xFF\"\\\n\x1B", NULL, "b\xC3");
	text = output(f);
	assert_non_null(strstr(text, "\"item\": \"a\xEF\xBF\xBD\\\"\\\\\\n\\u001B\""));
	assert_non_null(strstr(text, "\"text\": \"b\xEF\xBF\xBD\""));
	assert_non_null(
		strstr(text, "\"summary\": \"a\xEF\xBF\xBD\\\"\\\\\\n\\u001B: b\xEF\xBF\xBD\""));
}

static void test_json_numbers(void **state)
{
	static const struct {
		double value;
		const char *text;
	} CASES[] = {
		{ 5, "\"value\": 5," },
		{ -5, "\"value\": -5," },
		{ 9007199254740992.0, "\"value\": 9007199254740992," },
		{ 2.25, "\"value\": 2.25," },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct fixture *f = *state;

		hv_report_done(&f->report);
		hv_buf_clear(&f->out);
		hv_report_metric(&f->report, NULL, "x", CASES[i].value, "");
		assert_non_null(strstr(output(f), CASES[i].text));
	}
}

static void test_json_is_not_shortened(void **state)
{
	enum { MANY = HV_OUTPUT_MAX_ITEMS + 50 };
	struct fixture *f = *state;
	size_t findings = 0;

	for (int i = 0; i < MANY; i++)
		hv_report_add(&f->report, HV_WARNING, NULL, "r", "x");
	for (const char *p = output(f); (p = strstr(p, "\"rule\": \"r\"")) != NULL; p++)
		findings++;
	assert_int_equal(findings, MANY);
}

static void test_json_failed_report_is_unknown(void **state)
{
	struct fixture *f = *state;
	const char *text;

	f->report.arena.max = 0;
	hv_report_add(&f->report, HV_CRITICAL, NULL, NULL, "x");
	text = output(f);
	assert_non_null(strstr(text, "\"state\": \"UNKNOWN\""));
	assert_non_null(strstr(text, "\"status\": 3"));
	assert_non_null(strstr(text, "\"summary\": \"out of memory"));
}

static void test_json_refuses_what_does_not_fit(void **state)
{
	struct fixture *f = *state;
	struct hv_err err = HV_ERR_INIT;

	f->out.max = 20;
	assert_int_equal(hv_output_json(&f->report, &CHECK, 0, &f->out, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_json_of_nothing_has_all_keys, setup, teardown),
		cmocka_unit_test_setup_teardown(test_json_of_a_full_report, setup, teardown),
		cmocka_unit_test_setup_teardown(test_json_repairs_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_json_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_json_is_not_shortened, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_json_failed_report_is_unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_json_refuses_what_does_not_fit, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
