/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_updates from model to report: each rule fires, and does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/known-updates.h"
#include "check/updates.h"
#include "model-builder.h"

extern const struct hv_check check_hyperv_updates;

#define DAY (24 * 3600 * HV_USEC_PER_SEC)
#define NOW (HV_USEC_PER_SEC * INT64_C(1795314600)) /* 2026-11-22T02:30:00Z */

static void add_update(struct hv_host *host, const char *id, int64_t days_ago)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_update *update = hv_host_add_update(host, &err);

	assert_non_null(update);
	update->id = id;
	update->installed_on = (struct hv_time){ .usec = NOW - days_ago * DAY, .known = true };
}

/* With one update that is that old. */
static void begin(struct hv_host *host, const char *version, int64_t days_ago)
{
	build_host(host, version);
	add_update(host, "KB5092184", days_ago);
}

static void set_revision(struct hv_host *host, uint64_t build, uint64_t revision)
{
	host->build.number = (struct hv_u64){ .value = build, .known = true };
	host->build.revision = (struct hv_u64){ .value = revision, .known = true };
}

static void evaluate(struct hv_host *host, const struct hv_updates_config *cfg, struct hv_report *r)
{
	build_end(host);
	hv_report_init(r);
	check_hyperv_updates.eval(host, cfg, NOW, r);
	assert_false(hv_report_failed(r));
}

static void defaults(struct hv_updates_config *cfg)
{
	assert_int_equal(check_hyperv_updates.config_size, sizeof(*cfg));
	config_defaults(&check_hyperv_updates, cfg);
}

static double metric(const struct hv_report *r, const char *label)
{
	const struct hv_metric *m = find_metric(r, label);

	assert_non_null(m);
	assert_true(m->known);
	return m->value;
}

static void test_check_updates_sound_is_ok(void **state)
{
	struct hv_updates_config cfg;
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	defaults(&cfg);
	begin(&host, "10.0.14393", 9);
	set_revision(&host, 14393, 7515);
	evaluate(&host, &cfg, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_string_equal(r.ok_text, "version 10.0.14393.7515, newest of 1 installed update is "
				       "KB5092184, installed 9d ago");
	assert_int_equal(r.finding_count, 0);
	assert_null(r.limits);
	assert_true(metric(&r, "ubr") == 7515);
	assert_true(metric(&r, "newest_update_age") == 9 * 24 * 3600);
}

static void test_check_updates_age(void **state)
{
	static const struct {
		int64_t days, critical; /* 0: not given */
		enum hv_state expected;
	} cases[] = {
		{ 0, 0, HV_OK }, { -1, 0, HV_OK }, /* a host east of here */
		{ 60, 0, HV_OK }, { 61, 0, HV_WARNING }, { 400, 0, HV_WARNING },
		{ 90, 90, HV_WARNING }, { 91, 90, HV_CRITICAL },
		{ -2, 0, HV_UNKNOWN }, /* the only one, and in the future */
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		struct hv_updates_config cfg;
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		defaults(&cfg);
		cfg.crit = (struct hv_duration){ .usec = cases[i].critical * DAY,
			.set = cases[i].critical != 0 };
		begin(&host, "10.0.14393", cases[i].days);
		evaluate(&host, &cfg, &r);
		if (hv_report_state(&r) != cases[i].expected)
			fail_msg("case %zu: %d", i, (int)hv_report_state(&r));
		if (cases[i].expected == HV_OK)
			continue;
		assert_non_null(find_finding(&r, "newest update", HV_RULE_AGE, 0));
	}
}

static void test_check_updates_remedy_fits_the_version(void **state)
{
	static const struct {
		const char *version, *remedy;
	} cases[] = {
		{ "6.0.6002", "control /name Microsoft.WindowsUpdate" },
		{ "6.1.7601", "control /name Microsoft.WindowsUpdate" },
		{ "6.2.9200", "sconfig, choice 6" },
		{ "10.0.20348", "sconfig, choice 6" },
		{ NULL, "sconfig, choice 6" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		struct hv_updates_config cfg;
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		const struct hv_finding *f;

		defaults(&cfg);
		begin(&host, cases[i].version, 99);
		evaluate(&host, &cfg, &r);
		f = find_finding(&r, "newest update", HV_RULE_AGE, 0);
		assert_non_null(f);
		assert_non_null(strstr(f->remedy, cases[i].remedy));
	}
}

static void test_check_updates_takes_the_older_meaning_of_a_day_first_host(void **state)
{
	static const struct {
		bool day_first;
		int64_t days, exchanged; /* ago */
		double expected;         /* days */
	} cases[] = {
		{ false, 10, 40, 10 }, { true, 10, 40, 40 }, { true, 40, 10, 40 },
		{ false, -20, 10, 10 }, /* can only have been meant the other way round */
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		struct hv_updates_config cfg;
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		defaults(&cfg);
		begin(&host, "10.0.14393", cases[i].days);
		host.updates[0].exchanged_on =
			(struct hv_time){ .usec = NOW - cases[i].exchanged * DAY, .known = true };
		add_update(&host, "KB5090000", 200);
		host.updates[1].day_first = cases[i].day_first;
		evaluate(&host, &cfg, &r);
		assert_true(metric(&r, "newest_update_age") == cases[i].expected * 24 * 3600);
	}
}

static void test_check_updates_without_dates_is_unknown(void **state)
{
	struct hv_updates_config cfg;
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	defaults(&cfg);
	begin(&host, "10.0.14393", 0);
	host.updates[0].installed_on.known = false;
	evaluate(&host, &cfg, &r);
	assert_int_equal(hv_report_state(&r), HV_UNKNOWN);
	assert_false(find_metric(&r, "newest_update_age")->known);
}

static void test_check_updates_none_listed_is_nothing_judged(void **state)
{
	const char *required[] = { "KB5000001" };
	struct hv_updates_config cfg;
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	defaults(&cfg);
	cfg.required = (struct hv_list){ .items = required, .count = 1 };
	build_host(&host, "10.0.14393");
	evaluate(&host, &cfg, &r);
	assert_int_equal(r.judged, 0);
	assert_int_equal(r.finding_count, 0);
	assert_non_null(strstr(r.nothing_text, "no installed update at all"));
}

static void test_check_updates_min_ubr(void **state)
{
	static const struct {
		const char *version;
		uint64_t number, revision; /* 0: not told */
		const char *minima[2];
		enum hv_state expected;
		const char *limit;
	} cases[] = {
		{ "10.0.14393", 14393, 7515, { "14393=7515", NULL }, HV_OK, NULL },
		{ "10.0.14393", 14393, 7514, { "14393=7515", NULL }, HV_CRITICAL, NULL },
		{ "10.0.14393", 14393, 7514, { "17763=1", "14393=7515" }, HV_CRITICAL, NULL },
		{ "10.0.14393", 14393, 7514, { "14393=7515", "14393=7514" }, HV_OK, NULL },
		{ "10.0.14393", 14393, 7514, { "17763=9999", NULL }, HV_OK,
			"no --min-ubr for build 14393" },
		{ "10.0.14393", 0, 7514, { "14393=7515", NULL }, HV_CRITICAL, NULL },
		{ "10.0.14393", 14393, 0, { "14393=7515", NULL }, HV_UNKNOWN, NULL },
		{ "10.0.14393", 9600, 99999, { "14393=7515", NULL }, HV_UNKNOWN, NULL },
		{ NULL, 14393, 7514, { "14393=7515", NULL }, HV_CRITICAL, NULL },
		{ NULL, 0, 7515, { "14393=7515", NULL }, HV_UNKNOWN, NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		const char *minima[] = { cases[i].minima[0], cases[i].minima[1] };
		struct hv_updates_config cfg;
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		defaults(&cfg);
		cfg.min_ubr = (struct hv_list){ .items = minima, .count = minima[1] ? 2 : 1 };
		begin(&host, cases[i].version, 1);
		set_revision(&host, cases[i].number, cases[i].revision);
		host.build.number.known = cases[i].number != 0;
		host.build.revision.known = cases[i].revision != 0;
		evaluate(&host, &cfg, &r);
		if (hv_report_state(&r) != cases[i].expected)
			fail_msg("case %zu: %d", i, (int)hv_report_state(&r));
		if (cases[i].limit != NULL)
			assert_string_equal(r.limits, cases[i].limit);
		else
			assert_null(r.limits);
	}
}

static void test_check_updates_required(void **state)
{
	static const struct {
		const char *asked;
		enum hv_state expected;
	} cases[] = {
		{ "KB5092184", HV_OK },
		{ "kb5092184", HV_OK },
		{ "5092184", HV_OK },
		{ "KB509218", HV_CRITICAL },
		{ "KB50921840", HV_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		const char *required[] = { cases[i].asked };
		struct hv_updates_config cfg;
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		defaults(&cfg);
		cfg.required = (struct hv_list){ .items = required, .count = 1 };
		begin(&host, "10.0.14393", 1);
		add_update(&host, NULL, 1);
		add_update(&host, "File 1", 1);
		evaluate(&host, &cfg, &r);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
		assert_true(metric(&r, "missing_kbs") == (cases[i].expected == HV_CRITICAL));
	}
}

static void test_check_updates_recommended(void **state)
{
	static const struct {
		const char *version;
		int64_t days;
		enum hv_state expected; /* of the rule */
		double missing;
	} cases[] = {
		{ "6.3.9600", 9, HV_OK, 22 },
		{ "6.3.9600", 3800, HV_WARNING, 22 }, /* before the rollups */
		{ "6.2.9200", 9, HV_OK, 2 },
		{ "6.2.9200", 3800, HV_WARNING, 2 },
		{ "6.1.7601", 3800, HV_OK, 1 }, /* not established */
		{ "6.1.7600", 3800, HV_WARNING, 2 },
		{ "6.0.6002", 3800, HV_OK, 3 },
		{ "10.0.14393", 3800, HV_OK, 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		struct hv_updates_config cfg;
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		enum hv_state worst = HV_OK;

		defaults(&cfg);
		begin(&host, cases[i].version, cases[i].days);
		evaluate(&host, &cfg, &r);
		for (const struct hv_finding *f = r.findings; f != NULL; f = f->next)
			if (strcmp(f->rule, HV_RULE_RECOMMENDED_KB) == 0)
				worst = hv_state_worse(worst, f->state);
		if (worst != cases[i].expected)
			fail_msg("case %zu: %d", i, (int)worst);
		assert_true(metric(&r, "missing_recommended_kbs") == cases[i].missing);
	}
}

static void test_check_updates_every_rule_can_be_chosen(void **state)
{
	const char *minima[] = { "9600=2" };
	const char *required[] = { "KB5000001" };

	(void)state;
	for (const struct hv_rule *rule = hv_update_rules; rule->id != NULL; rule++) {
		struct hv_rule_state chosen = { .id = rule->id, .state = HV_OK };
		struct hv_updates_config cfg;
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		defaults(&cfg);
		cfg.min_ubr = (struct hv_list){ .items = minima, .count = 1 };
		cfg.required = (struct hv_list){ .items = required, .count = 1 };
		cfg.rules = (struct hv_rule_states){ .items = &chosen, .count = 1 };
		begin(&host, "6.3.9600", 3800);
		set_revision(&host, 9600, 1);
		evaluate(&host, &cfg, &r);
		assert_int_equal(hv_report_state(&r), HV_CRITICAL);
		for (const struct hv_finding *f = r.findings; f != NULL; f = f->next)
			if (f->state != HV_OK)
				assert_string_not_equal(f->rule, rule->id);
	}
}

static void test_check_updates_options_are_checked(void **state)
{
	static const struct {
		const char *minimum, *required, *error; /* error NULL: taken */
	} cases[] = {
		{ "14393=7515", "KB5044293", NULL },
		{ "14393", NULL, "--min-ubr: '14393' is not of the form BUILD=UBR" },
		{ "14393=", NULL, "--min-ubr" },
		{ "=7515", NULL, "--min-ubr" },
		{ "14393=x", NULL, "--min-ubr" },
		{ "143930000000000=1", NULL, "--min-ubr" },
		{ NULL, "KB", "--require-kb: 'KB' is not the number" },
		{ NULL, "KB0", "--require-kb" },
		{ NULL, "KB12x", "--require-kb" },
		{ NULL, "KB2920151", "it is no update, and no host lists it" },
		{ NULL, "2545685", "failover clusters of Windows Server 2008 R2" },
		{ NULL, "kb2784261", "failover clusters of Windows Server 2012" },
		{ NULL, "3135020", "Hyper-V on Windows Server 2012 R2" },
		{ NULL, "3175561", "workaround" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		const char *minima[] = { cases[i].minimum };
		const char *required[] = { cases[i].required };
		struct hv_err err = HV_ERR_INIT;
		struct hv_updates_config cfg;
		int result;

		defaults(&cfg);
		cfg.min_ubr = (struct hv_list){ .items = minima, .count = minima[0] != NULL };
		cfg.required = (struct hv_list){ .items = required, .count = required[0] != NULL };
		result = check_hyperv_updates.validate(&cfg, &err);
		assert_int_equal(result, cases[i].error != NULL ? -1 : 0);
		if (cases[i].error != NULL && strstr(err.text, cases[i].error) == NULL)
			fail_msg("case %zu: %s", i, err.text);
	}
}

static void test_known_updates_are_no_articles(void **state)
{
	(void)state;
	for (const struct hv_known_update *k = hv_known_updates; k->number != 0; k++) {
		assert_null(hv_update_article(k->number));
		assert_true(k->min_build <= k->max_build);
		assert_non_null(k->source);
		assert_false(k->sure && k->subject == NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_updates_sound_is_ok),
		cmocka_unit_test(test_check_updates_age),
		cmocka_unit_test(test_check_updates_remedy_fits_the_version),
		cmocka_unit_test(test_check_updates_takes_the_older_meaning_of_a_day_first_host),
		cmocka_unit_test(test_check_updates_without_dates_is_unknown),
		cmocka_unit_test(test_check_updates_none_listed_is_nothing_judged),
		cmocka_unit_test(test_check_updates_min_ubr),
		cmocka_unit_test(test_check_updates_required),
		cmocka_unit_test(test_check_updates_recommended),
		cmocka_unit_test(test_check_updates_every_rule_can_be_chosen),
		cmocka_unit_test(test_check_updates_options_are_checked),
		cmocka_unit_test(test_known_updates_are_no_articles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
