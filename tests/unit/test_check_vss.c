/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_vss from model to report: each rule fires, and does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/vss-writers.h"
#include "model-builder.h"

extern const struct hv_check check_hyperv_vss;

#define HYPERV "66841CD4-6DED-4F4B-8F17-FD23F8DDC3DE"
#define SYSTEM "E8132975-6F93-4464-A53E-1050253AE220"
#define HOUR   (3600 * HV_USEC_PER_SEC)
#define NOW    (1000 * HOUR)
#define ITEM   "writer 'Microsoft Hyper-V VSS Writer'"

enum { MAX_CONFIG = 64, BACKUP_RUNNING = 4 };

union config {
	unsigned char bytes[MAX_CONFIG];
	max_align_t align;
};

static void add_writer(struct hv_host *host, const char *id, uint64_t state, const char *error)
{
	struct hv_writer *w = hv_host_add_writer(host, NULL);

	assert_non_null(w);
	*w = (struct hv_writer){
		.id = id,
		.name = strcmp(id, HYPERV) == 0 ? "Microsoft Hyper-V VSS Writer" : "System Writer",
		.state = state,
		.last_error = error,
	};
}

static void add_job(struct hv_host *host, enum hv_job_kind kind, uint64_t state)
{
	struct hv_job *job = hv_host_add_job(host, NULL);

	assert_non_null(job);
	job->kind = kind;
	job->id = "";
	job->type.known = true;
	job->state = (struct hv_u64){ .value = state, .known = true };
}

static void evaluate_with(
	const struct hv_host *host, struct hv_rule_state *rule, struct hv_report *r)
{
	union config config;

	assert_true(check_hyperv_vss.config_size <= sizeof(config));
	config_defaults(&check_hyperv_vss, &config);
	if (rule)
		*(struct hv_rule_states *)config_member(&check_hyperv_vss, &config, "rule") =
			(struct hv_rule_states){ .items = rule, .count = 1 };
	hv_report_init(r);
	check_hyperv_vss.eval(host, &config, NOW, r);
	assert_false(hv_report_failed(r));
}

static void evaluate(const struct hv_host *host, struct hv_report *r)
{
	evaluate_with(host, NULL, r);
}

static void test_check_vss_states(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 18; n++) {
		const enum hv_state expected = n == 0 || n > 15 ? HV_UNKNOWN
					       : n >= 6         ? HV_CRITICAL
								: HV_OK;
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "6.3.9600");
		add_writer(&host, HYPERV, n, "No error");
		evaluate(&host, &r);
		assert_int_equal(hv_report_state(&r), expected);
		assert_int_equal(
			find_finding(&r, ITEM, HV_RULE_WRITER_FAILED, 0) != NULL, n >= 6 && n < 16);
	}
}

static void test_check_vss_failed(void **state)
{
	static const struct {
		const char *version, *error, *text, *remedy;
	} cases[] = {
		{ "6.3.9600", "Retryable error",
			"state 8, failed at preparing the shadow copy; last error: 'Retryable "
			"error' (0x800423F3 ",
			"Run the backup again once" },
		{ "6.1.7601", "Non-retryable error", "(0x800423F4 ",
			"net stop vmms, then net start vmms\n" },
		{ "10.0.17763", "Non-retryable error", "(0x800423F4 ", "Restart-Service vmms\n" },
		{ NULL, "Inconsistent shadow copy", "(0x800423F0 ", "Add all volumes" },
		{ NULL, "Timed out", "(0x800423F2 ", "less busy" },
		{ NULL, "Out of resources", "(0x800423F1 ", "Free memory" },
		{ NULL, "Wiederholbarer Fehler", "last error: 'Wiederholbarer Fehler'",
			"check_hyperv_events.\n" },
		{ NULL, NULL, "failed at preparing the shadow copy", "vssadmin list writers" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		const struct hv_finding *f;
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, cases[i].version);
		add_writer(&host, HYPERV, 8, cases[i].error);
		evaluate(&host, &r);
		f = find_finding(&r, ITEM, HV_RULE_WRITER_FAILED, 0);
		assert_non_null(f);
		assert_int_equal(f->state, HV_CRITICAL);
		assert_non_null(strstr(f->text, cases[i].text));
		assert_non_null(strstr(f->remedy, cases[i].remedy));
		assert_null(strchr(f->remedy, '|'));
	}
}

static void test_check_vss_missing(void **state)
{
	static const struct {
		uint64_t product;
		const char *damage;
		enum hv_state expected;
	} cases[] = {
		{ 0, NULL, HV_CRITICAL },
		{ 3, NULL, HV_CRITICAL },
		{ 3, "cut", HV_UNKNOWN },
		{ 1, NULL, HV_OK },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "6.3.9600");
		host.product_type =
			(struct hv_u64){ .value = cases[i].product, .known = cases[i].product > 0 };
		host.sections[HV_SECTION_WRITERS].damage = cases[i].damage;
		add_writer(&host, SYSTEM, 1, "No error");
		evaluate(&host, &r);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
		assert_int_equal(find_finding(&r, NULL, HV_RULE_WRITER_MISSING, 0) != NULL,
			cases[i].expected != HV_OK);
	}
}

static void test_check_vss_waiting(void **state)
{
	static const struct {
		hv_usec since; /* before now; 0: not told */
		bool backup, jobs;
		enum hv_state expected;
	} cases[] = {
		{ 25 * HOUR, false, true, HV_WARNING },
		{ 24 * HOUR, false, true, HV_OK },
		{ 25 * HOUR, true, true, HV_OK },
		{ 25 * HOUR, false, false, HV_OK },
		{ 0, false, true, HV_OK },
		{ -HOUR, false, true, HV_OK },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "6.3.9600");
		add_writer(&host, HYPERV, 5, "No error");
		host.writers[0].since = (struct hv_time){ .usec = NOW - cases[i].since,
			.known = cases[i].since != 0 };
		host.sections[HV_SECTION_JOBS].status =
			cases[i].jobs ? HV_SECTION_PRESENT : HV_SECTION_FAILED;
		add_job(&host, HV_JOB_BACKUP, 7);
		if (cases[i].backup)
			add_job(&host, HV_JOB_BACKUP, BACKUP_RUNNING);
		evaluate(&host, &r);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
		assert_int_equal(find_finding(&r, ITEM, HV_RULE_WRITER_WAITING, 0) != NULL,
			cases[i].expected != HV_OK);
	}
}

static void test_check_vss_others(void **state)
{
	const struct hv_finding *f;
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "6.3.9600");
	add_writer(&host, HYPERV, 1, "No error");
	add_writer(&host, SYSTEM, 9, "Timed out");
	add_writer(&host, SYSTEM, 5, "No error");
	evaluate(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_WARNING);
	f = find_finding(&r, NULL, HV_RULE_OTHER_WRITER_FAILED, 0);
	assert_non_null(strstr(f->text, "1 other VSS writer failed: 'System Writer' (state 9; "));
	assert_null(find_finding(&r, NULL, HV_RULE_OTHER_WRITER_FAILED, 1));
	assert_int_equal(find_metric(&r, "failed_writers")->value, 1);
	assert_int_equal(find_metric(&r, "writers")->value, 3);
}

static void test_check_vss_rules_of_the_user(void **state)
{
	static const char *const rules[] = { HV_RULE_WRITER_FAILED, HV_RULE_WRITER_MISSING,
		HV_RULE_OTHER_WRITER_FAILED, HV_RULE_WRITER_WAITING };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(rules); i++) {
		for (int warning = 0; warning < 2; warning++) {
			struct hv_rule_state rule = { .id = rules[i],
				.state = warning ? HV_WARNING : HV_OK };
			HV_AUTO(host) host;
			HV_AUTO(report) r;

			build_host(&host, "6.3.9600");
			host.sections[HV_SECTION_JOBS].status = HV_SECTION_PRESENT;
			if (i == 1)
				add_writer(&host, SYSTEM, 1, NULL);
			else
				add_writer(&host, HYPERV, i == 0 ? 7 : i == 3 ? 5 : 1, NULL);
			host.writers[0].since = (struct hv_time){ .usec = 1, .known = i == 3 };
			if (i == 2)
				add_writer(&host, SYSTEM, 7, NULL);
			evaluate_with(&host, &rule, &r);
			assert_int_equal(hv_report_state(&r), rule.state);
		}
	}
}

static void test_check_vss_not_asked(void **state)
{
	(void)state;
	for (int backup = 0; backup < 2; backup++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "6.3.9600");
		host.writers_not_asked = true;
		add_job(&host, backup ? HV_JOB_BACKUP : HV_JOB_MERGE, BACKUP_RUNNING);
		evaluate(&host, &r);
		assert_int_equal(hv_report_state(&r), backup ? HV_OK : HV_UNKNOWN);
		if (backup)
			assert_string_equal(r.limits, "VSS writers not judged");
	}
}

static void test_check_vss_none(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "6.3.9600");
	evaluate(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_UNKNOWN);
}

static void test_check_vss_interval_has_a_minimum(void **state)
{
	union config config;
	struct hv_duration *interval;
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	config_defaults(&check_hyperv_vss, &config);
	interval = config_member(&check_hyperv_vss, &config, "vss-interval");
	assert_int_equal(check_hyperv_vss.writers_interval(&config), HOUR / 4);
	assert_int_equal(check_hyperv_vss.validate(&config, &err), 0);
	interval->usec = HOUR / 12 - 1;
	assert_int_equal(check_hyperv_vss.validate(&config, &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_vss_states),
		cmocka_unit_test(test_check_vss_failed),
		cmocka_unit_test(test_check_vss_missing),
		cmocka_unit_test(test_check_vss_waiting),
		cmocka_unit_test(test_check_vss_others),
		cmocka_unit_test(test_check_vss_rules_of_the_user),
		cmocka_unit_test(test_check_vss_not_asked),
		cmocka_unit_test(test_check_vss_none),
		cmocka_unit_test(test_check_vss_interval_has_a_minimum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
