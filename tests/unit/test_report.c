/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports: what is added comes out, the worst first; short memory shows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "check/report.h"

static int setup(void **state)
{
	static struct hv_report report;

	hv_report_init(&report);
	*state = &report;
	return 0;
}

static int teardown(void **state)
{
	hv_report_done(*state);
	return 0;
}

static void test_report_of_nothing_is_ok(void **state)
{
	struct hv_report *r = *state;
	const struct hv_finding *const *sorted;

	assert_int_equal(hv_report_state(r), HV_OK);
	assert_int_equal(hv_report_sorted(r, &sorted), 0);
	assert_null(sorted);
	assert_false(hv_report_failed(r));
	assert_false(r->counted);
}

static void test_report_add_copies_everything(void **state)
{
	struct hv_report *r = *state;
	char item[] = "VM 'sql01'";
	char rule[] = "split-root";
	char path[] = "D:\\x.vhdx";
	struct hv_finding *f =
		hv_report_add(r, HV_CRITICAL, item, rule, "%s lies in the root", path);

	hv_finding_why(r, f, "because of %d", 1);
	hv_finding_remedy(r, f, "first %s", path);
	hv_finding_remedy(r, f, "second");
	item[0] = rule[0] = path[0] = '?';
	assert_string_equal(f->item, "VM 'sql01'");
	assert_string_equal(f->rule, "split-root");
	assert_string_equal(f->text, "D:\\x.vhdx lies in the root");
	assert_string_equal(f->why, "because of 1");
	assert_string_equal(f->remedy, "first D:\\x.vhdx\nsecond");
	f = hv_report_add(r, HV_OK, NULL, NULL, "fine");
	assert_null(f->item);
	assert_null(f->rule);
	assert_null(f->why);
	assert_null(f->remedy);
	assert_int_equal(r->finding_count, 2);
}

static void test_report_findings_keep_their_subject(void **state)
{
	struct hv_report *r = *state;
	char vm[] = "VM";
	struct hv_finding *before = hv_report_add(r, HV_OK, NULL, NULL, "before");
	struct hv_finding *during, *after;

	hv_report_about(r, &(struct hv_subject){ .vm_id = vm, .volume = "V" });
	vm[0] = '?';
	during = hv_report_add(r, HV_OK, NULL, NULL, "during");
	hv_finding_blame(r, during, "D:\\x.vhdx");
	after = hv_report_add(r, HV_OK, NULL, NULL, "another");
	assert_null(before->about.vm_id);
	assert_string_equal(during->about.vm_id, "VM");
	assert_string_equal(during->about.volume, "V");
	assert_string_equal(during->about.path, "D:\\x.vhdx");
	assert_string_equal(after->about.vm_id, "VM");
	assert_null(after->about.path);
	hv_report_about(r, NULL);
	assert_null(hv_report_add(r, HV_OK, NULL, NULL, "after")->about.vm_id);
}

static void test_report_state_is_the_worst(void **state)
{
	static const struct {
		enum hv_state states[3];
		enum hv_state worst;
	} CASES[] = {
		{ { HV_OK, HV_OK, HV_OK }, HV_OK },
		{ { HV_OK, HV_UNKNOWN, HV_OK }, HV_UNKNOWN },
		{ { HV_WARNING, HV_UNKNOWN, HV_OK }, HV_WARNING },
		{ { HV_UNKNOWN, HV_CRITICAL, HV_WARNING }, HV_CRITICAL },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_report *r = *state;

		hv_report_done(r);
		for (size_t s = 0; s < HV_ARRAY_LEN(CASES[i].states); s++)
			hv_report_add(r, CASES[i].states[s], NULL, NULL, "x");
		assert_int_equal(hv_report_state(r), CASES[i].worst);
	}
}

static void test_report_sorted_keeps_order_within_a_state(void **state)
{
	static const char *const ORDER[] = { "c1", "c2", "w1", "w2", "u1", "o1", "o2" };
	struct hv_report *r = *state;
	const struct hv_finding *const *sorted;

	hv_report_add(r, HV_OK, NULL, NULL, "o1");
	hv_report_add(r, HV_WARNING, NULL, NULL, "w1");
	hv_report_add(r, HV_CRITICAL, NULL, NULL, "c1");
	hv_report_add(r, HV_UNKNOWN, NULL, NULL, "u1");
	hv_report_add(r, HV_WARNING, NULL, NULL, "w2");
	hv_report_add(r, HV_OK, NULL, NULL, "o2");
	hv_report_add(r, HV_CRITICAL, NULL, NULL, "c2");
	assert_int_equal(hv_report_sorted(r, &sorted), HV_ARRAY_LEN(ORDER));
	for (size_t i = 0; i < HV_ARRAY_LEN(ORDER); i++)
		assert_string_equal(sorted[i]->text, ORDER[i]);
}

static void test_report_metrics(void **state)
{
	struct hv_report *r = *state;
	struct hv_metric *m = hv_report_metric(r, "D:", "free_pct", 15, "%");

	assert_ptr_equal(r->metrics, m);
	assert_string_equal(m->label, "D:_free_pct");
	assert_string_equal(m->item, "D:");
	assert_string_equal(m->name, "free_pct");
	assert_string_equal(m->uom, "%");
	assert_true(m->known && m->value == 15 && !m->warn.set && !m->has_min);
	m = hv_report_metric(r, NULL, "age", NAN, "s");
	assert_string_equal(m->label, "age");
	assert_null(m->item);
	assert_string_equal(m->name, "age");
	assert_false(m->known);
	m = hv_report_metric(r, NULL, "age", INFINITY, NULL);
	assert_false(m->known);
	assert_string_equal(m->uom, "");
	m = hv_report_metric_unknown(r, "E:", "free", "B");
	assert_string_equal(m->label, "E:_free");
	assert_false(m->known);
	assert_ptr_equal(r->metrics->next->next->next, m);
	assert_null(m->next);
}

static void test_report_notes_and_texts(void **state)
{
	enum { NOTES = 100 };
	struct hv_report *r = *state;

	hv_report_ok_text(r, "%d volumes", 3);
	assert_string_equal(r->ok_text, "3 volumes");
	for (int i = 0; i < NOTES; i++)
		hv_report_note(r, "note %d", i);
	assert_int_equal(r->notes.count, NOTES);
	assert_string_equal(r->notes.items[0], "note 0");
	assert_string_equal(r->notes.items[NOTES - 1], "note 99");
	hv_report_count(r, 5, 4, 1);
	assert_true(r->counted && r->seen == 5 && r->judged == 4 && r->excluded == 1);
	assert_false(hv_report_failed(r));
}

static void test_report_limits_are_joined_once_each(void **state)
{
	struct hv_report *r = *state;

	assert_null(r->limits);
	hv_report_limit(r, "mount points not known");
	hv_report_limit(r, "%d shares not judged", 2);
	hv_report_limit(r, "mount points not known");
	hv_report_limit(r, "shares");
	assert_string_equal(r->limits, "mount points not known; 2 shares not judged; shares");
	for (int i = 0; i < 10000; i++)
		hv_report_limit(r, "share %d not judged", i);
	assert_true(strlen(r->limits) < 5000);
	assert_string_equal(r->limits + strlen(r->limits) - 5, "; ...");
}

static void test_report_remembers_short_memory(void **state)
{
	struct hv_report *r = *state;
	struct hv_finding *f;
	struct hv_metric *m;
	const struct hv_finding *const *sorted;

	hv_report_add(r, HV_OK, "a", NULL, "fine");
	r->arena.max = r->arena.used;
	f = hv_report_add(r, HV_CRITICAL, "VM 'x'", "root", "text %d", 1);
	assert_non_null(f);
	assert_non_null(f->text);
	hv_finding_why(r, f, "why");
	hv_finding_remedy(r, f, "a");
	hv_finding_remedy(r, f, "b");
	m = hv_report_metric(r, NULL, "x", 1, "B");
	assert_non_null(m);
	assert_non_null(m->label);
	assert_non_null(m->uom);
	hv_report_note(r, "note");
	hv_report_limit(r, "limit");
	hv_report_ok_text(r, "fine");
	assert_true(hv_report_failed(r));
	assert_int_equal(hv_report_state(r), HV_UNKNOWN);
	assert_int_equal(hv_report_sorted(r, &sorted), 0);
	assert_null(sorted);
}

/* Wherever memory runs short, the report says so. */
static void test_report_fails_at_every_point(void **state)
{
	struct hv_report *r = *state;

	for (size_t max = 0; max < 400; max++) {
		struct hv_finding *f;

		hv_report_done(r);
		r->arena.max = max;
		f = hv_report_add(r, HV_OK, "item", "rule", "text");
		hv_finding_why(r, f, "why");
		hv_finding_remedy(r, f, "a");
		hv_finding_remedy(r, f, "b");
		hv_report_metric(r, "item", "name", 1, "B");
		hv_report_note(r, "note");
		hv_report_limit(r, "limit");
		hv_report_ok_text(r, "fine");
		assert_int_equal(hv_report_failed(r), hv_arena_failed(&r->arena));
		if (!hv_report_failed(r))
			assert_string_equal(r->findings->remedy, "a\nb");
	}
	assert_int_equal(hv_report_state(r), HV_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_report_of_nothing_is_ok, setup, teardown),
		cmocka_unit_test_setup_teardown(test_report_add_copies_everything, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_report_findings_keep_their_subject, setup, teardown),
		cmocka_unit_test_setup_teardown(test_report_state_is_the_worst, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_report_sorted_keeps_order_within_a_state, setup, teardown),
		cmocka_unit_test_setup_teardown(test_report_metrics, setup, teardown),
		cmocka_unit_test_setup_teardown(test_report_notes_and_texts, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_report_limits_are_joined_once_each, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_report_remembers_short_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(test_report_fails_at_every_point, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
