/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_backup from model to report: what proves a backup, each boundary, and what the runs
 * of Windows Server Backup lead to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/backups.h"
#include "check/known-events.h"
#include "model-builder.h"

extern const struct hv_check check_hyperv_backup;

#define MINUTE  (60 * HV_USEC_PER_SEC)
#define HOUR    (60 * MINUTE)
#define DAY     (24 * HOUR)
#define NOW     (1790000000 * HV_USEC_PER_SEC) /* 2026-09-21 */
#define SQL01   "VM 'sql01'"
#define WEB01   "VM 'web01'"
#define WSB     "Windows Server Backup"
#define NONE    ((hv_usec)-1)
#define GOOD_1  "<C><I Name='" ID_1 "' HResult='0'/></C>"
#define BAD_1   "<C><I Name='" ID_1 "' HResult='-2147212300'/><I Name='" ID_2 "' HResult='0'/></C>"
#define CAPTION "<C><I Name='sql01(Online)' HResult='0'/></C>"

static struct hv_time at(hv_usec age)
{
	return (struct hv_time){ .usec = NOW - age, .known = age != NONE };
}

static void build_backed_up(
	struct hv_host *host, const char *id, const char *name, hv_usec age, hv_usec created)
{
	struct hv_vm *vm;

	build_vm(host, id, name, NULL, NULL);
	vm = &host->vms[host->vm_count - 1];
	vm->last_backup = at(age);
	vm->created_at = at(created);
}

static struct hv_event_field *add_field(
	struct hv_event_field *f, const char *name, const char *value)
{
	if (value == NULL)
		return f;
	*f = (struct hv_event_field){ .name = name, .value = value };
	return f + 1;
}

/* An event of Windows Server Backup, so long ago. NULL: not told. */
static struct hv_event *build_event(
	struct hv_host *host, uint32_t id, hv_usec age, const char *hresult, const char *components)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_event *e = hv_host_add_event(host, &err);
	struct hv_event_field *fields = hv_arena_array(&host->arena, 3, sizeof(*fields));
	struct hv_event_field *end = fields;

	assert_non_null(e);
	assert_non_null(fields);
	end = add_field(end, "HRESULT", hresult);
	end = add_field(end, "ComponentInfo", components);
	e->record_id = host->event_count;
	e->time = NOW - age;
	e->provider = "Microsoft-Windows-Backup";
	e->channel = HV_CHANNEL_BACKUP;
	e->computer = "HV01";
	e->event_id = id;
	e->level = 4;
	e->fields = fields;
	e->field_count = (size_t)(end - fields);
	return e;
}

static void evaluate(struct hv_host *host, struct hv_report *r)
{
	struct hv_backup_config config;

	build_end(host);
	assert_int_equal(check_hyperv_backup.config_size, sizeof(config));
	config_defaults(&check_hyperv_backup, &config);
	hv_report_init(r);
	check_hyperv_backup.eval(host, &config, NOW, r);
	assert_false(hv_report_failed(r));
}

static void expect(const struct hv_report *r, size_t n, const char *item, const char *rule,
	enum hv_state state)
{
	const struct hv_finding *f = find_finding(r, item, rule, 0);

	if (state == HV_OK ? f != NULL && f->state != HV_OK : f == NULL || f->state != state)
		fail_msg("case %zu: rule %s: %s", n, rule, f == NULL ? "nothing" : f->text);
	if (f == NULL || state == HV_OK)
		return;
	if (f->remedy == NULL || f->why == NULL)
		fail_msg("case %zu: rule %s: no reason or remedy", n, rule);
}

/* Exactly at a limit is good. */
static void test_check_backup_ages(void **state)
{
	static const struct {
		hv_usec age;
		enum hv_state expected;
	} cases[] = {
		{ 26 * HOUR, HV_OK },
		{ 26 * HOUR + 1, HV_WARNING },
		{ 50 * HOUR, HV_WARNING },
		{ 50 * HOUR + 1, HV_CRITICAL },
		{ -HOUR, HV_OK }, /* clocks differ a little */
		{ -HOUR - 1, HV_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "10.0");
		build_backed_up(&host, ID_1, "sql01", cases[i].age, NONE);
		evaluate(&host, &r);
		expect(&r, i, SQL01, HV_RULE_BACKUP_OLD, cases[i].expected);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
	}
}

/* web01 has a known backup, unless the case says otherwise. */
static void test_check_backup_never(void **state)
{
	static const struct {
		hv_usec created, last, other;
		enum hv_state expected;
		const char *item;
	} cases[] = {
		{ 26 * HOUR, NONE, HOUR, HV_OK, SQL01 },
		{ 26 * HOUR + 1, NONE, HOUR, HV_WARNING, SQL01 },
		{ 50 * HOUR, NONE, HOUR, HV_WARNING, SQL01 },
		{ 50 * HOUR + 1, NONE, HOUR, HV_CRITICAL, SQL01 },
		{ NONE, NONE, HOUR, HV_CRITICAL, SQL01 },
		{ NONE, NOW + 11644473600 * HV_USEC_PER_SEC, HOUR, HV_CRITICAL, SQL01 }, /* 1601 */
		{ NONE, NONE, NONE, HV_UNKNOWN, NULL },
		{ 900 * DAY, NONE, NONE, HV_UNKNOWN, NULL },
		{ NONE, HOUR, HOUR, HV_OK, SQL01 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "10.0");
		build_backed_up(&host, ID_1, "sql01", cases[i].last, cases[i].created);
		build_backed_up(&host, ID_2, "web01", cases[i].other, NONE);
		evaluate(&host, &r);
		expect(&r, i, cases[i].item, HV_RULE_BACKUP_NEVER, cases[i].expected);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
	}
}

/* Of a VM of which Hyper-V tells no backup. */
static void test_check_backup_proof_by_run(void **state)
{
	static const struct {
		uint32_t id;
		const char *hresult, *components;
		bool namesake, proven;
	} cases[] = {
		{ 4, "0x0", GOOD_1, false, true },
		{ 4, "0", CAPTION, false, true },
		{ 4, "0", CAPTION, true, false },
		{ 14, "0x0", GOOD_1, false, true },
		{ 4, "0x0", NULL, false, false },
		{ 4, NULL, GOOD_1, false, false },
		{ 14, "0x80780049", GOOD_1, false, false },
		{ 7, "0x0", GOOD_1, false, false },
		{ 4, "0x0", "<C><I Name='" ID_1 "'", false, false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		const struct hv_metric *m;

		build_host(&host, "10.0");
		build_vm(&host, ID_1, "sql01", NULL, NULL);
		if (cases[i].namesake)
			build_vm(&host, ID_2, "SQL01", NULL, NULL);
		build_event(&host, 1, 2 * HOUR, NULL, NULL);
		build_event(&host, cases[i].id, HOUR, cases[i].hresult, cases[i].components);
		evaluate(&host, &r);
		m = find_metric(&r, cases[i].namesake ? ID_1 "_backup_age" : "sql01_backup_age");
		assert_non_null(m);
		if (m->known != cases[i].proven)
			fail_msg("case %zu", i);
	}
}

static void test_check_backup_newest_proof_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "10.0");
		build_backed_up(&host, ID_1, "sql01", i == 0 ? 60 * HOUR : HOUR, NONE);
		build_event(&host, 4, i == 0 ? HOUR : 60 * HOUR, "0", GOOD_1);
		evaluate(&host, &r);
		assert_true(find_metric(&r, "sql01_backup_age")->value == 3600);
	}
}

static void test_check_backup_skipped(void **state)
{
	static const struct {
		uint32_t id;
		const char *components;
		hv_usec last; /* the run ended an hour ago */
		enum hv_state expected;
	} cases[] = {
		{ 7, BAD_1, 20 * HOUR, HV_CRITICAL }, { 4, BAD_1, 20 * HOUR, HV_CRITICAL },
		{ 14, BAD_1, 20 * HOUR, HV_CRITICAL }, { 4, BAD_1, HOUR, HV_CRITICAL },
		{ 4, BAD_1, HOUR - 1, HV_OK }, { 4, GOOD_1, 20 * HOUR, HV_OK },
		{ 7, NULL, 20 * HOUR, HV_OK },
		{ 5, BAD_1, 20 * HOUR, HV_OK }, /* the whole run failed */
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "10.0");
		build_backed_up(&host, ID_1, "sql01", cases[i].last, NONE);
		build_backed_up(&host, ID_2, "web01", HOUR, NONE);
		build_event(&host, 1, 2 * HOUR, NULL, NULL);
		build_event(&host, cases[i].id, HOUR, "0", cases[i].components);
		evaluate(&host, &r);
		expect(&r, i, SQL01, HV_RULE_BACKUP_SKIPPED, cases[i].expected);
		assert_null(find_finding(&r, WEB01, HV_RULE_BACKUP_SKIPPED, 0));
		assert_true(find_metric(&r, "skipped")->value ==
			    (cases[i].expected == HV_CRITICAL ? 1 : 0));
	}
}

static void test_check_backup_skipped_says_why(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	const struct hv_finding *f;

	(void)state;
	build_host(&host, "10.0");
	build_backed_up(&host, ID_1, "sql01", 20 * HOUR, NONE);
	build_event(&host, 4, HOUR, "0", BAD_1);
	evaluate(&host, &r);
	f = find_finding(&r, SQL01, HV_RULE_BACKUP_SKIPPED, 0);
	assert_non_null(f);
	assert_non_null(strstr(f->text, "0x800423F4, non-transient writer error"));
	assert_string_equal(f->about.vm_id, ID_1);
	assert_non_null(strstr(f->remedy, "-hyperv:sql01"));
}

static void test_check_backup_skipped_is_cleared_by_the_next_run(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "10.0");
	build_backed_up(&host, ID_1, "sql01", 20 * HOUR, NONE);
	build_event(&host, 7, 3 * HOUR, "0", BAD_1);
	build_event(&host, 14, 3 * HOUR, "0", BAD_1);
	build_event(&host, 1, 2 * HOUR, NULL, NULL);
	build_event(&host, 4, HOUR, "0", GOOD_1);
	evaluate(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
}

/* One event an hour ago, after a start, of a host whose VM was backed up in time. */
static void test_check_backup_results(void **state)
{
	static const struct {
		uint32_t id, level;
		const char *hresult;
		const char *rule;
		enum hv_state expected;
	} cases[] = {
		{ 4, 4, "0", HV_RULE_BACKUP_FAILED, HV_OK },
		{ 5, 2, "0x8078011e", HV_RULE_BACKUP_FAILED, HV_CRITICAL },
		{ 8, 2, NULL, HV_RULE_BACKUP_FAILED, HV_CRITICAL },
		{ 9, 2, "-2139619167", HV_RULE_BACKUP_FAILED, HV_CRITICAL },
		{ 14, 4, "0x807800A1", HV_RULE_BACKUP_FAILED, HV_CRITICAL },
		{ 14, 4, "0", HV_RULE_BACKUP_FAILED, HV_OK },
		{ 14, 4, NULL, HV_RULE_BACKUP_FAILED, HV_UNKNOWN },
		{ 14, 4, "x", HV_RULE_BACKUP_FAILED, HV_UNKNOWN },
		{ 7, 3, "0x80780049", HV_RULE_BACKUP_WARNINGS, HV_WARNING },
		{ 4, 4, "0x80780049", HV_RULE_BACKUP_WARNINGS, HV_WARNING },
		{ 4, 4, "0", HV_RULE_BACKUP_WARNINGS, HV_OK },
		{ 3, 2, "0x80070005", HV_RULE_BACKUP_FAILED, HV_OK }, /* of no run */
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "10.0");
		build_backed_up(&host, ID_1, "sql01", MINUTE, NONE);
		build_event(&host, 1, 2 * HOUR, NULL, NULL);
		build_event(&host, cases[i].id, HOUR, cases[i].hresult, NULL)->level =
			cases[i].level;
		evaluate(&host, &r);
		expect(&r, i, WSB, cases[i].rule, cases[i].expected);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
	}
}

static void test_check_backup_that_did_not_start(void **state)
{
	static const struct {
		uint32_t id, level;
		hv_usec age; /* a good run ended three hours ago */
		enum hv_state expected;
	} cases[] = {
		{ 49, 2, HOUR, HV_CRITICAL }, { 19, 2, HOUR, HV_CRITICAL },
		{ 17, 0, HOUR, HV_CRITICAL }, /* its level is not told */
		{ 18, 4, HOUR, HV_OK },
		{ 49, 2, 3 * HOUR + MINUTE, HV_OK }, /* while the run went on */
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "10.0");
		build_backed_up(&host, ID_1, "sql01", 3 * HOUR, NONE);
		build_event(&host, 1, 4 * HOUR, NULL, NULL);
		build_event(&host, 4, 3 * HOUR, "0", NULL);
		build_event(&host, 14, 3 * HOUR, "0", NULL);
		build_event(&host, cases[i].id, cases[i].age, NULL, NULL)->level = cases[i].level;
		evaluate(&host, &r);
		expect(&r, i, WSB, HV_RULE_BACKUP_FAILED, cases[i].expected);
	}
}

/* A failure that is older than --warning counts no more when all VMs were backed up since. */
static void test_check_backup_failure_of_the_past(void **state)
{
	static const struct {
		hv_usec failed, first, second;
		enum hv_state expected;
	} cases[] = {
		{ 27 * HOUR, HOUR, HOUR, HV_OK },
		{ 26 * HOUR, HOUR, HOUR, HV_CRITICAL },
		{ 27 * HOUR, HOUR, 30 * HOUR, HV_CRITICAL },
		{ 27 * HOUR, HOUR, NONE, HV_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "10.0");
		build_backed_up(&host, ID_1, "sql01", cases[i].first, NONE);
		build_backed_up(&host, ID_2, "web01", cases[i].second, NONE);
		build_event(&host, 1, cases[i].failed + HOUR, NULL, NULL);
		build_event(&host, 5, cases[i].failed, "0x80070005", NULL);
		evaluate(&host, &r);
		expect(&r, i, WSB, HV_RULE_BACKUP_FAILED, cases[i].expected);
	}
}

static void test_check_backup_failure_is_cleared_by_success(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "10.0");
	build_backed_up(&host, ID_1, "sql01", 20 * HOUR, NONE);
	build_event(&host, 1, 9 * HOUR, NULL, NULL);
	build_event(&host, 5, 8 * HOUR, "0x80070005", NULL);
	build_event(&host, 14, 8 * HOUR, "0x80070005", NULL);
	build_event(&host, 1, 5 * HOUR, NULL, NULL);
	build_event(&host, 14, 4 * HOUR, "0", NULL); /* 4 may come after 14 */
	build_event(&host, 4, 4 * HOUR - 1, "0", NULL);
	evaluate(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
}

static void test_check_backup_in_progress(void **state)
{
	static const struct {
		hv_usec age;
		enum hv_state expected;
	} cases[] = {
		{ 12 * HOUR, HV_OK },
		{ 12 * HOUR + 1, HV_WARNING },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "10.0");
		build_backed_up(&host, ID_1, "sql01", 20 * HOUR, NONE);
		build_event(&host, 1, 30 * HOUR, NULL, NULL); /* broken off: another one came */
		build_event(&host, 1, cases[i].age, NULL, NULL);
		evaluate(&host, &r);
		expect(&r, i, WSB, HV_RULE_BACKUP_HANGS, cases[i].expected);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
	}
}

/* The last run, whatever it came to, while another one goes on. */
static void test_check_backup_failure_stands_while_the_next_runs(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "10.0");
	build_backed_up(&host, ID_1, "sql01", 20 * HOUR, NONE);
	build_event(&host, 1, 9 * HOUR, NULL, NULL);
	build_event(&host, 5, 8 * HOUR, "0x80070005", NULL);
	build_event(&host, 14, 8 * HOUR, "0x80070005", NULL);
	build_event(&host, 1, HOUR, NULL, NULL);
	evaluate(&host, &r);
	expect(&r, 0, WSB, HV_RULE_BACKUP_FAILED, HV_CRITICAL);
}

static void test_check_backup_no_run(void **state)
{
	static const struct {
		hv_usec start, last;
		enum hv_state expected;
	} cases[] = {
		{ 26 * HOUR, 26 * HOUR, HV_OK },
		{ 26 * HOUR + 1, 26 * HOUR + 1, HV_WARNING },
		{ 50 * HOUR, 50 * HOUR, HV_WARNING },
		{ 50 * HOUR + 1, 50 * HOUR + 1, HV_CRITICAL },
		{ 50 * HOUR + 1, HOUR, HV_OK }, /* by another program */
		{ 50 * HOUR + 1, NONE, HV_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "10.0");
		build_backed_up(&host, ID_1, "sql01", cases[i].last, NONE);
		build_event(&host, 1, cases[i].start, NULL, NULL);
		build_event(&host, 4, cases[i].start - MINUTE, "0", NULL);
		evaluate(&host, &r);
		expect(&r, i, WSB, HV_RULE_BACKUP_NO_RUN, cases[i].expected);
	}
}

/* Hosts without such times are UNKNOWN once, not once a VM, and say which. */
static void test_check_backup_v1(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	const struct hv_finding *f;

	(void)state;
	build_host(&host, "6.1");
	host.is_v1 = true;
	build_vm(&host, ID_1, "sql01", NULL, NULL);
	build_vm(&host, ID_2, "web01", NULL, NULL);
	build_event(&host, 4, HOUR, "0", NULL);
	evaluate(&host, &r);
	f = find_finding(&r, NULL, HV_RULE_BACKUP_NEVER, 0);
	assert_non_null(f);
	assert_null(find_finding(&r, NULL, HV_RULE_BACKUP_NEVER, 1));
	assert_non_null(strstr(f->text, SQL01 ", " WEB01));
	assert_non_null(strstr(f->why, "2008 R2"));
	assert_int_equal(hv_report_state(&r), HV_UNKNOWN);
	assert_non_null(strstr(r.limits, "2 VMs"));
}

static void test_check_backup_passes_over_excluded_vms(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "10.0");
	build_backed_up(&host, ID_1, "sql01", HOUR, NONE);
	build_backed_up(&host, ID_2, "web01", NONE, NONE);
	host.vms[1].excluded = true;
	evaluate(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_null(find_metric(&r, "web01_backup_age"));
	assert_true(r.excluded == 1 && r.judged == 1);
}

/* No metric of runs where there is no log, and none of a log that tells of no run. */
static void test_check_backup_job_age(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "10.0");
	build_backed_up(&host, ID_1, "sql01", HOUR, NONE);
	evaluate(&host, &r);
	assert_null(find_metric(&r, "job_age"));
	{
		HV_AUTO(host) other;
		HV_AUTO(report) of_other;

		build_host(&other, "10.0");
		build_backed_up(&other, ID_1, "sql01", HOUR, NONE);
		build_event(&other, 4, 8 * DAY, "0", NULL); /* beyond what is looked at */
		evaluate(&other, &of_other);
		assert_non_null(find_metric(&of_other, "job_age"));
		assert_false(find_metric(&of_other, "job_age")->known);
		assert_int_equal(hv_report_state(&of_other), HV_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_backup_ages),
		cmocka_unit_test(test_check_backup_never),
		cmocka_unit_test(test_check_backup_proof_by_run),
		cmocka_unit_test(test_check_backup_newest_proof_counts),
		cmocka_unit_test(test_check_backup_skipped),
		cmocka_unit_test(test_check_backup_skipped_says_why),
		cmocka_unit_test(test_check_backup_skipped_is_cleared_by_the_next_run),
		cmocka_unit_test(test_check_backup_results),
		cmocka_unit_test(test_check_backup_that_did_not_start),
		cmocka_unit_test(test_check_backup_failure_of_the_past),
		cmocka_unit_test(test_check_backup_failure_is_cleared_by_success),
		cmocka_unit_test(test_check_backup_in_progress),
		cmocka_unit_test(test_check_backup_failure_stands_while_the_next_runs),
		cmocka_unit_test(test_check_backup_no_run),
		cmocka_unit_test(test_check_backup_v1),
		cmocka_unit_test(test_check_backup_passes_over_excluded_vms),
		cmocka_unit_test(test_check_backup_job_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
