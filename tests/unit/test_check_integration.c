/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_integration from model to report: each rule where it holds and where it does not, by
 * version of the host and kind of the guest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/integration.h"
#include "model-builder.h"

extern const struct hv_check check_hyperv_integration;

#define SQL01 "VM 'sql01'"

enum { ENABLED = 2, DISABLED = 3, ANSWERS = 2, OLDER = 3, OTHER = 7, SILENT = 12, LOST = 13 };

enum guest { WINDOWS, LINUX, NO_GUEST };

static struct hv_u64 number(uint64_t value)
{
	return (struct hv_u64){ .value = value, .known = true };
}

/* The VM sql01, running for long. */
static struct hv_vm *build_sql01(struct hv_host *host, const char *version, enum guest guest)
{
	struct hv_vm *vm;

	build_host(host, version);
	build_vm(host, ID_1, "sql01", guest == WINDOWS ? version : NULL, "E:\\sql01");
	vm = &host->vms[0];
	vm->state = HV_VM_RUNNING;
	vm->on_time_ms = number(86400000);
	vm->guest.os_name = guest == LINUX ? "Ubuntu" : NULL;
	vm->guest.integration_services_version = guest == WINDOWS ? version : NULL;
	vm->integration.vss_setting = number(ENABLED);
	vm->integration.vss_status = number(ANSWERS);
	vm->integration.version_state = number(1);
	return vm;
}

static void evaluate(
	struct hv_host *host, const struct hv_integration_config *config, struct hv_report *r)
{
	build_end(host);
	hv_report_init(r);
	check_hyperv_integration.eval(host, config, 0, r);
	assert_false(hv_report_failed(r));
}

static void evaluate_default(struct hv_host *host, struct hv_report *r)
{
	struct hv_integration_config config;

	assert_int_equal(check_hyperv_integration.config_size, sizeof(config));
	config_defaults(&check_hyperv_integration, &config);
	evaluate(host, &config, r);
}

/* The first finding about the VM is of that rule and state; NULL: an OK one of no rule. */
static void expect(const struct hv_report *r, const char *rule, enum hv_state state, size_t which)
{
	const struct hv_finding *f = find_finding(r, SQL01, NULL, 0);

	assert_non_null(f);
	if (f->state != state || (f->rule == NULL) != (rule == NULL) ||
		(rule != NULL && strcmp(f->rule, rule) != 0))
		fail_msg("case %zu: %s [%s]", which, f->text, f->rule != NULL ? f->rule : "");
	if (rule != NULL && state != HV_UNKNOWN) {
		assert_non_null(f->why);
		assert_non_null(f->remedy);
		assert_null(strchr(f->remedy, '|'));
		assert_string_equal(f->about.vm_id, ID_1);
	}
}

static void test_check_integration_vss_rules(void **state)
{
	static const struct {
		const char *version;
		enum guest guest;
		uint64_t setting, status;
		const char *rule;
		enum hv_state expected;
	} cases[] = {
		{ "6.1.7601", WINDOWS, ENABLED, ANSWERS, NULL, HV_OK },
		{ "10.0.17763", WINDOWS, ENABLED, ANSWERS, NULL, HV_OK },
		{ "6.1.7601", WINDOWS, DISABLED, ANSWERS, HV_RULE_VSS_DISABLED, HV_WARNING },
		{ "6.3.9600", LINUX, DISABLED, SILENT, HV_RULE_VSS_DISABLED, HV_WARNING },
		{ "10.0.17763", NO_GUEST, DISABLED, SILENT, HV_RULE_VSS_DISABLED, HV_WARNING },
		{ "6.1.7601", WINDOWS, ENABLED, SILENT, HV_RULE_VSS_NO_CONTACT, HV_WARNING },
		{ "10.0.17763", WINDOWS, ENABLED, SILENT, HV_RULE_VSS_NO_CONTACT, HV_WARNING },
		{ "10.0.17763", NO_GUEST, ENABLED, SILENT, HV_RULE_VSS_NO_CONTACT, HV_WARNING },
		{ "6.3.9600", WINDOWS, ENABLED, LOST, HV_RULE_VSS_NO_CONTACT, HV_WARNING },
		{ "6.3.9600", LINUX, ENABLED, SILENT, NULL, HV_OK },
		{ "6.3.9600", LINUX, ENABLED, LOST, NULL, HV_OK },
		{ "6.3.9600", WINDOWS, ENABLED, OLDER, HV_RULE_VSS_PROTOCOL, HV_WARNING },
		{ "10.0.14393", WINDOWS, ENABLED, OLDER, NULL, HV_OK },
		{ "6.3.9600", LINUX, ENABLED, OLDER, NULL, HV_OK },
		{ "10.0.17763", WINDOWS, ENABLED, OTHER, HV_RULE_VSS_PROTOCOL, HV_WARNING },
		{ "10.0.17763", LINUX, ENABLED, OTHER, NULL, HV_OK },
		{ "10.0.17763", WINDOWS, ENABLED, 99, HV_RULE_VSS_NO_CONTACT, HV_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_vm *vm = build_sql01(&host, cases[i].version, cases[i].guest);

		vm->integration.vss_setting = number(cases[i].setting);
		vm->integration.vss_status = number(cases[i].status);
		evaluate_default(&host, &r);
		expect(&r, cases[i].rule, cases[i].expected, i);
	}
}

/* The services of a guest need not answer at once; exactly at the limit they must. */
static void test_check_integration_grace(void **state)
{
	static const struct {
		struct hv_u64 on_time_ms;
		uint64_t status;
		enum hv_state expected;
	} cases[] = {
		{ { .value = 599999, .known = true }, SILENT, HV_OK },
		{ { .value = 599999, .known = true }, LOST, HV_OK },
		{ { .value = 599999, .known = true }, OTHER, HV_WARNING },
		{ { .value = 600000, .known = true }, SILENT, HV_WARNING },
		{ { .known = false }, SILENT, HV_WARNING },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_vm *vm = build_sql01(&host, "10.0.17763", WINDOWS);

		vm->on_time_ms = cases[i].on_time_ms;
		vm->integration.vss_status = number(cases[i].status);
		evaluate_default(&host, &r);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
		assert_int_equal(r.judged, 1);
	}
}

static void test_check_integration_versions(void **state)
{
	static const struct {
		const char *host, *guest, *services;
		struct hv_u64 version_state;
		const char *rule;
	} cases[] = {
		{ "6.3.9600", "6.3.9600", "6.3.9600.16384", { .known = false }, NULL },
		{ "6.3.9600", "6.3.9600", "6.3.9600.18907", { .known = false }, NULL },
		{ "6.3.9600", "6.1.7601", "6.3.9599.99999", { .known = false },
			HV_RULE_VERSION_OLD },
		{ "6.3.9600", "6.1.7601", "6.2.9200.16384", { .known = false },
			HV_RULE_VERSION_OLD },
		{ "6.1.7601", "6.1.7600", "6.1.7600.16385", { .known = false },
			HV_RULE_VERSION_OLD },
		{ "6.3.9600", "10.0.14393", "6.2.9200.16384", { .known = false }, NULL },
		{ "6.3.9600", "6.1.7601", "6.2.9200.16384", { .value = 2, .known = true },
			HV_RULE_VERSION_OLD },
		{ "6.3.9600", "6.3.9600", "6.3.9600", { .value = 2, .known = true }, NULL },
		{ "10.0.17763", "6.3.9600", "6.2.9200.16384", { .value = 1, .known = true }, NULL },
		{ "10.0.17763", "6.3.9600", "6.2.9200.16384", { .value = 0, .known = true }, NULL },
		{ "10.0.17763", "6.3.9600", "6.3.9600", { .value = 2, .known = true },
			HV_RULE_VERSION_MISMATCH },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_vm *vm = build_sql01(&host, cases[i].host, WINDOWS);

		vm->guest.os_version = hv_version_parse(cases[i].guest);
		vm->guest.integration_services_version = cases[i].services;
		vm->integration.version_state = cases[i].version_state;
		evaluate_default(&host, &r);
		expect(&r, cases[i].rule, cases[i].rule != NULL ? HV_WARNING : HV_OK, i);
		assert_null(r.limits);
	}
}

static void test_check_integration_versions_of_linux_mean_nothing(void **state)
{
	static const char *const hosts[] = { "6.3.9600", "10.0.17763" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(hosts); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_vm *vm = build_sql01(&host, hosts[i], LINUX);

		vm->guest.integration_services_version = "3.1";
		vm->integration.version_state = number(2);
		evaluate_default(&host, &r);
		expect(&r, NULL, HV_OK, i);
	}
}

static void test_check_integration_says_what_versions_it_lacks(void **state)
{
	static const struct {
		const char *host, *services;
	} cases[] = { { "6.3.9600", NULL }, { "6.3.9600", "none" }, { "10.0.17763", NULL } };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_vm *vm = build_sql01(&host, cases[i].host, WINDOWS);

		vm->guest.integration_services_version = cases[i].services;
		vm->integration.version_state.known = false;
		evaluate_default(&host, &r);
		assert_int_equal(hv_report_state(&r), HV_OK);
		assert_non_null(strstr(r.limits, "not told for 1 VM"));
	}
}

static void test_check_integration_judges_running_vms_alone(void **state)
{
	static const enum hv_vm_state states[] = { HV_VM_OFF, HV_VM_SAVED, HV_VM_PAUSED,
		HV_VM_CHANGING };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(states); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_vm *vm = build_sql01(&host, "10.0.17763", WINDOWS);

		vm->state = states[i];
		vm->integration.vss_setting = number(DISABLED);
		vm->integration.version_state = number(2);
		evaluate_default(&host, &r);
		assert_int_equal(hv_report_state(&r), HV_OK);
		assert_true(find_metric(&r, "not_running_vms")->value == 1);
		assert_int_equal(r.judged, 1);
	}
}

static void test_check_integration_without_answers_is_unknown(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_vm *vm = build_sql01(&host, "10.0.17763", WINDOWS);

		if (i == 0)
			vm->state = HV_VM_STATE_UNKNOWN;
		else if (i == 1)
			vm->integration.vss_setting.known = false;
		else
			vm->integration.vss_status.known = false;
		evaluate_default(&host, &r);
		assert_int_equal(hv_report_state(&r), HV_UNKNOWN);
		assert_int_equal(r.judged, 0);
	}
}

/* What is not told stays UNKNOWN, whatever the rule is made. */
static void test_check_integration_rules_follow_the_user(void **state)
{
	static const struct {
		const char *rule;
		enum hv_state chosen;
		uint64_t status;
		enum guest guest;
		enum hv_state expected;
	} cases[] = {
		{ HV_RULE_VSS_NO_CONTACT, HV_OK, SILENT, WINDOWS, HV_OK },
		{ HV_RULE_VSS_NO_CONTACT, HV_CRITICAL, SILENT, WINDOWS, HV_CRITICAL },
		{ HV_RULE_VSS_NO_CONTACT, HV_CRITICAL, 99, WINDOWS, HV_UNKNOWN },
		{ HV_RULE_VSS_NO_CONTACT, HV_OK, 99, WINDOWS, HV_OK },
		{ HV_RULE_LINUX_NO_CONTACT, HV_WARNING, SILENT, LINUX, HV_WARNING },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_rule_state chosen = { .id = cases[i].rule, .state = cases[i].chosen };
		struct hv_integration_config config;
		struct hv_vm *vm = build_sql01(&host, "10.0.17763", cases[i].guest);

		config_defaults(&check_hyperv_integration, &config);
		config.rules = (struct hv_rule_states){ .items = &chosen, .count = 1 };
		vm->integration.vss_status = number(cases[i].status);
		evaluate(&host, &config, &r);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
	}
}

/* A status that is not known means nothing while a backup runs. */
static void test_check_integration_spares_busy_vms(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	struct hv_vm *vm = build_sql01(&host, "10.0.17763", WINDOWS);

	(void)state;
	vm->integration.vss_status = number(11);
	vm->operation = HV_VM_BACKING_UP;
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
}

/* No command depends on the language of Windows. */
static void test_check_integration_switches_on_by_id(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	struct hv_vm *vm = build_sql01(&host, "6.2.9200", WINDOWS);
	const struct hv_finding *f;

	(void)state;
	vm->integration.vss_setting = number(DISABLED);
	evaluate_default(&host, &r);
	f = find_finding(&r, SQL01, HV_RULE_VSS_DISABLED, 0);
	assert_string_equal(f->remedy,
		"foreach ($s in Get-VMIntegrationService -VMName 'sql01') { if ($s.Id -like "
		"'*5CED1297-4598-4915-A5FC-AD21BB4D02A4*') { Enable-VMIntegrationService "
		"-VMIntegrationService $s } }");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_integration_vss_rules),
		cmocka_unit_test(test_check_integration_grace),
		cmocka_unit_test(test_check_integration_versions),
		cmocka_unit_test(test_check_integration_versions_of_linux_mean_nothing),
		cmocka_unit_test(test_check_integration_says_what_versions_it_lacks),
		cmocka_unit_test(test_check_integration_judges_running_vms_alone),
		cmocka_unit_test(test_check_integration_without_answers_is_unknown),
		cmocka_unit_test(test_check_integration_rules_follow_the_user),
		cmocka_unit_test(test_check_integration_spares_busy_vms),
		cmocka_unit_test(test_check_integration_switches_on_by_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
