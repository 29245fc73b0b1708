/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plugin text: what stands on which line at which verbosity, and that nothing foreign breaks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/explained.h"
#include "output/output.h"

static const struct hv_rule RULES[] = { { .id = "split-root" }, { .id = "root" }, { .id = NULL } };
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

static void assert_output(struct fixture *f, unsigned int verbosity, const char *expected)
{
	hv_buf_clear(&f->out);
	hv_output_nagios(&f->report, &CHECK, verbosity, &f->out);
	assert_false(hv_buf_failed(&f->out));
	assert_string_equal(hv_buf_str(&f->out), expected);
}

static void assert_text(const char *text, size_t max_chars, const char *expected)
{
	HV_AUTO(buf) out = { .max = 1 << 20 };

	hv_output_text(&out, text, max_chars);
	assert_string_equal(hv_buf_str(&out), expected);
}

static void test_output_text_neutralises(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} CASES[] = {
		{ "", "" },
		{ "VM 'sql01' <b>&amp;", "VM 'sql01' <b>&amp;" },
		{ "\xC3\x84rger \xF0\x9F\x98\x80", "\xC3\x84rger \xF0\x9F\x98\x80" },
		{ "a|b", "a\xC2\xA6"
			 "b" },
		{ "a\nb\rc\td", "a?b?c?d" },
		{ "\x1B[31mred", "?[31mred" },
		{ "a\x7F"
		  "b",
			"a?b" },
		{ "a\xC2\x85"
		  "b\xC2\x9B",
			"a?b?" },
		{ "a\xE2\x80\xA8\xE2\x80\xA9"
		  "b",
			"a??b" },
		{ "\xD8\x9C\xE2\x80\x8E\xE2\x80\x8F", "???" },
		{ "\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xAD\xE2\x80\xAE", "?????" },
		{ "\xE2\x81\xA6\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9", "????" },
		{ "\xE2\x80\x8D\xE2\x80\xAF", "\xE2\x80\x8D\xE2\x80\xAF" },
		{ "a\xFF\xC3", "a??" },
		{ "\xC0\xAF", "??" },
		{ "\xED\xA0\x80", "???" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		assert_text(CASES[i].text, 100, CASES[i].expected);
}

static void test_output_text_cuts_characters(void **state)
{
	(void)state;
	assert_text("abcdef", 6, "abcdef");
	assert_text("abcdefg", 6, "abc...");
	assert_text("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", 4, "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4");
	assert_text("\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", 4, "\xC3\xA4...");
	assert_text("\xFF\xFF\xFF\xFF\xFF", 4, "?...");
	assert_text("abcdef", 3, "...");
}

static void test_nagios_ok(void **state)
{
	struct fixture *f = *state;

	assert_output(f, 0, "HYPERV LAYOUT OK - no problem found\n");
	hv_report_ok_text(&f->report, "%d VMs, nothing to repair", 3);
	assert_output(f, 0, "HYPERV LAYOUT OK - 3 VMs, nothing to repair\n");
	hv_report_limit(&f->report, "mount points not known");
	hv_report_limit(&f->report, "2 shares not judged");
	assert_output(f, 0,
		"HYPERV LAYOUT OK - 3 VMs, nothing to repair (mount points not known; 2 shares not "
		"judged)\n");
}

static void test_nagios_says_no_fine_words_about_problems(void **state)
{
	struct fixture *f = *state;

	hv_report_ok_text(&f->report, "fine");
	hv_report_limit(&f->report, "limit");
	hv_report_add(&f->report, HV_UNKNOWN, NULL, NULL, "no data");
	assert_output(f, 0, "HYPERV LAYOUT UNKNOWN - no data\n");
}

static void add_findings(struct hv_report *r)
{
	struct hv_finding *finding;

	hv_report_add(r, HV_OK, "VM 'a'", NULL, "all in E:\\a");
	finding = hv_report_add(r, HV_WARNING, "VM 'b'", "root", "lies in the root");
	hv_finding_remedy(r, finding, "first line");
	hv_finding_remedy(r, finding, "second line");
	finding = hv_report_add(r, HV_CRITICAL, "VM 'c'", "split-root", "D:\\x lies in the root");
	hv_finding_why(r, finding, "no backup");
	hv_finding_remedy(r, finding, "Move-VMStorage -VMName 'c'");
	hv_report_add(r, HV_UNKNOWN, NULL, NULL, "no events");
}

static void test_nagios_verbosity_0(void **state)
{
	struct fixture *f = *state;

	add_findings(&f->report);
	hv_report_note(&f->report, "read from x");
	assert_output(f, 0,
		"HYPERV LAYOUT CRITICAL - VM 'c': D:\\x lies in the root (+2 more)\n"
		"WARNING: VM 'b': lies in the root\n"
		"UNKNOWN: no events\n");
}

static void test_nagios_verbosity_1(void **state)
{
	struct fixture *f = *state;

	add_findings(&f->report);
	hv_report_note(&f->report, "read from x");
	assert_output(f, 1,
		"HYPERV LAYOUT CRITICAL - VM 'c': D:\\x lies in the root (+2 more)\n"
		"CRITICAL: VM 'c': D:\\x lies in the root [split-root]\n"
		"  why: no backup\n"
		"  fix: Move-VMStorage -VMName 'c'\n"
		"  more: hyperv_doctor --explain layout.split-root\n"
		"WARNING: VM 'b': lies in the root [root]\n"
		"  fix: first line\n"
		"       second line\n"
		"  more: hyperv_doctor --explain layout.root\n"
		"UNKNOWN: no events\n"
		"OK: VM 'a': all in E:\\a\n");
}

static void test_nagios_tells_once_where_more_is(void **state)
{
	struct fixture *f = *state;
	struct hv_report *r = &f->report;
	struct hv_finding *finding;

	hv_report_add(r, HV_WARNING, NULL, "root", "one");
	finding = hv_report_add(r, HV_WARNING, NULL, "root", "two");
	hv_finding_names_hresult(r, finding, 0x80070002);
	hv_finding_names_hresult(r, finding, 0x80070002);
	hv_finding_names_event(r, finding, &hv_known_events[0]);
	finding = hv_report_add(r, HV_WARNING, NULL, "split-root", "three");
	hv_finding_names_event(r, finding, &hv_known_events[0]);
	assert_output(f, 0,
		"HYPERV LAYOUT WARNING - one (+2 more)\n"
		"WARNING: two\n"
		"WARNING: three\n");
	assert_output(f, 1,
		"HYPERV LAYOUT WARNING - one (+2 more)\n"
		"WARNING: one [root]\n"
		"  more: hyperv_doctor --explain layout.root\n"
		"WARNING: two [root]\n"
		"  more: hyperv_doctor --explain 0x80070002\n"
		"        hyperv_doctor --explain vmms-18012\n"
		"WARNING: three [split-root]\n"
		"  more: hyperv_doctor --explain layout.split-root\n");
}

/* What is in no table has no explanation, and good news need none. */
static void test_nagios_tells_of_no_explanation_that_is_not(void **state)
{
	struct fixture *f = *state;
	struct hv_report *r = &f->report;
	struct hv_finding *finding = hv_report_add(r, HV_WARNING, NULL, "other", "odd");

	hv_finding_names_hresult(r, finding, 0);
	hv_finding_names_hresult(r, finding, 0x8007FFFF);
	hv_finding_names_hresult(r, finding, UINT64_C(0x180070002));
	hv_finding_names_event(r, finding, NULL);
	hv_finding_names_rule(r, finding, "check_hyperv_layout", RULES, "other");
	hv_finding_names_update(r, finding, 0);
	hv_finding_names_update(r, finding, 1);
	hv_finding_names_writer(r, finding, 0);
	hv_finding_names_writer(r, finding, 16);
	hv_report_add(r, HV_OK, NULL, "root", "fine");
	assert_output(f, 1,
		"HYPERV LAYOUT WARNING - odd\n"
		"WARNING: odd [other]\n"
		"OK: fine [root]\n");
}

static void test_nagios_verbosity_2_adds_notes(void **state)
{
	struct fixture *f = *state;

	hv_report_note(&f->report, "read from x");
	hv_report_note(&f->report, "a|b");
	hv_report_limit(&f->report, "shares");
	hv_report_trace(&f->report, "Identify: %d ms", 3);
	assert_output(f, 2,
		"HYPERV LAYOUT OK - no problem found (shares)\n"
		"note: read from x\n"
		"note: a\xC2\xA6"
		"b\n"
		"note: not covered: shares\n");
}

static void test_nagios_verbosity_3_adds_the_trace(void **state)
{
	struct fixture *f = *state;

	hv_report_note(&f->report, "read from x");
	hv_report_trace(&f->report, "Identify: %d ms", 3);
	assert_output(f, 3,
		"HYPERV LAYOUT OK - no problem found\n"
		"note: read from x\n"
		"trace: Identify: 3 ms\n");
}

static void test_nagios_one_problem_has_no_more(void **state)
{
	struct fixture *f = *state;

	hv_report_add(&f->report, HV_OK, "x", NULL, "fine");
	hv_report_add(&f->report, HV_WARNING, "D:", NULL, "9 %% free");
	assert_output(f, 0, "HYPERV LAYOUT WARNING - D:: 9 % free\n");
}

static void test_nagios_perfdata_is_on_the_first_line(void **state)
{
	struct fixture *f = *state;
	struct hv_metric *m = hv_report_metric(&f->report, "D:", "free pct", 9.5, "%");

	m->warn = (struct hv_range){ .start = 15, .end = 1e300 * 1e300, .set = true };
	hv_report_metric_unknown(&f->report, "E:", "free", "B");
	hv_report_add(&f->report, HV_WARNING, "D:", NULL, "low");
	hv_report_add(&f->report, HV_WARNING, "E:", NULL, "low");
	hv_report_count(&f->report, 3, 2, 1);
	assert_output(f, 0,
		"HYPERV LAYOUT WARNING - D:: low (+1 more) | 'D:_free pct'=9.5%;15: E:_free=U "
		"seen=3 "
		"judged=2 excluded=1\n"
		"WARNING: E:: low\n");
}

static void test_nagios_counts_alone_are_perfdata(void **state)
{
	struct fixture *f = *state;

	hv_report_count(&f->report, UINT64_MAX, 0, 0);
	assert_output(f, 0,
		"HYPERV LAYOUT OK - no problem found | seen=18446744073709551615 judged=0 "
		"excluded=0\n");
}

static void test_nagios_bounds_metrics(void **state)
{
	struct fixture *f = *state;
	const char *text;

	for (int i = 0; i < HV_OUTPUT_MAX_METRICS + 7; i++)
		hv_report_metric(&f->report, NULL, i < HV_OUTPUT_MAX_METRICS ? "in" : "out", 1, "");
	hv_report_count(&f->report, 1, 1, 0);
	hv_output_nagios(&f->report, &CHECK, 0, &f->out);
	text = hv_buf_str(&f->out);
	assert_null(strstr(text, "out=1"));
	assert_non_null(strstr(text, " in=1 seen=1 judged=1 excluded=0\n"));
	assert_non_null(strstr(text, "\n7 more metrics are left out of the performance data\n"));
}

static void test_nagios_bounds_findings(void **state)
{
	struct fixture *f = *state;
	const char *text;
	size_t lines = 0;

	for (int i = 0; i < HV_OUTPUT_MAX_ITEMS + 5; i++)
		hv_report_add(&f->report, HV_WARNING, NULL, NULL, "finding %d", i);
	hv_output_nagios(&f->report, &CHECK, 0, &f->out);
	text = hv_buf_str(&f->out);
	assert_non_null(strstr(text, "finding 0 (+104 more)\n"));
	assert_non_null(strstr(text, "WARNING: finding 100\n"));
	assert_null(strstr(text, "finding 101\n"));
	assert_non_null(strstr(text, "\n4 more findings are not shown\n"));
	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	assert_int_equal(lines, 1 + HV_OUTPUT_MAX_ITEMS + 1);
}

static void test_nagios_cuts_texts_but_no_commands(void **state)
{
	struct fixture *f = *state;
	char name[1001];
	struct hv_finding *finding;
	const char *first_end;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	finding = hv_report_add(&f->report, HV_WARNING, name, "root", "%s", name);
	hv_finding_remedy(&f->report, finding, "Move-VMStorage '%s'", name);
	hv_output_nagios(&f->report, &CHECK, 1, &f->out);
	first_end = strchr(hv_buf_str(&f->out), '\n');
	assert_true(first_end - hv_buf_str(&f->out) < 2 * HV_OUTPUT_MAX_TEXT + 40);
	assert_memory_equal(first_end - 4, "n...", 4);
	assert_non_null(strstr(first_end, name));
	finding = f->report.findings;
	assert_non_null(strstr(first_end, finding->remedy));
}

static void test_nagios_hostile_text_stays_on_its_line(void **state)
{
	struct fixture *f = *state;
	struct hv_finding *finding = hv_report_add(
		&f->report, HV_CRITICAL, "VM 'a|b\nOK: x'", "root", "%s", "evil | x=1\r\n\x1B[2J");

	hv_finding_why(&f->report, finding, "a|b");
	hv_finding_remedy(&f->report, finding, "a|b\r");
	assert_output(f, 1,
		"HYPERV LAYOUT CRITICAL - VM 'a\xC2\xA6"
		"b?OK: x': evil \xC2\xA6 x=1???[2J\n"
		"CRITICAL: VM 'a\xC2\xA6"
		"b?OK: x': evil \xC2\xA6 x=1???[2J [root]\n"
		"  why: a\xC2\xA6"
		"b\n"
		"  fix: a\xC2\xA6"
		"b?\n"
		"  more: hyperv_doctor --explain layout.root\n");
}

static void test_nagios_failed_report_is_unknown(void **state)
{
	struct fixture *f = *state;

	f->report.arena.max = 0;
	hv_report_add(&f->report, HV_CRITICAL, NULL, NULL, "x");
	assert_output(f, 0, "HYPERV LAYOUT UNKNOWN - out of memory, not everything was judged\n");
}

static void test_output_line(void **state)
{
	struct fixture *f = *state;

	hv_output_line("SPACE", HV_UNKNOWN, "cannot open 'a|b\n'", &f->out);
	assert_string_equal(hv_buf_str(&f->out), "HYPERV SPACE UNKNOWN - cannot open 'a\xC2\xA6"
						 "b?'\n");
}

static void test_output_summary(void **state)
{
	struct fixture *f = *state;

	hv_report_ok_text(&f->report, "all | well");
	hv_output_summary(&f->report, &f->out);
	assert_string_equal(hv_buf_str(&f->out), "all \xC2\xA6 well");
	hv_report_add(&f->report, HV_WARNING, "VM 'a'", NULL, "one");
	hv_report_add(&f->report, HV_CRITICAL, "VM 'b'", NULL, "two");
	hv_buf_clear(&f->out);
	hv_output_summary(&f->report, &f->out);
	assert_string_equal(hv_buf_str(&f->out), "VM 'b': two (+1 more)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_output_text_neutralises, setup, teardown),
		cmocka_unit_test_setup_teardown(test_output_text_cuts_characters, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nagios_ok, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nagios_says_no_fine_words_about_problems, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nagios_verbosity_0, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nagios_verbosity_1, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nagios_tells_once_where_more_is, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nagios_tells_of_no_explanation_that_is_not, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nagios_verbosity_2_adds_notes, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nagios_verbosity_3_adds_the_trace, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nagios_one_problem_has_no_more, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nagios_perfdata_is_on_the_first_line, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nagios_counts_alone_are_perfdata, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nagios_bounds_metrics, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nagios_bounds_findings, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nagios_cuts_texts_but_no_commands, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nagios_hostile_text_stays_on_its_line, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_nagios_failed_report_is_unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(test_output_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_output_summary, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
