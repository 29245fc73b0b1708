/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_prerequisites from model to report: each condition by version of the host, where it
 * stands in the way and where it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/prerequisites.h"
#include "model-builder.h"

extern const struct hv_check check_hyperv_prerequisites;

#define SQL01   "VM 'sql01'"
#define R2008   "6.1.7601"
#define R2012   "6.2.9200"
#define R2012R2 "6.3.9600"
#define R2019   "10.0.17763"

enum { DISABLED = 3, SILENT = 12, LOST = 13, ODD = 99, NO_CHECKPOINTS = 2 };

static struct hv_u64 number(uint64_t value)
{
	return (struct hv_u64){ .value = value, .known = true };
}

/* The VM sql01, running and with nothing in the way. */
static struct hv_vm *build_sql01(struct hv_host *host, const char *version)
{
	struct hv_vm *vm;

	build_host(host, version);
	build_volume(host, 'D', "D:\\", 100 * GIB, 50 * GIB);
	build_volume(host, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_vm(host, ID_1, "sql01", "6.1.7601", "E:\\sql01");
	vm = &host->vms[0];
	vm->state = HV_VM_RUNNING;
	vm->on_time_ms = number(86400000);
	vm->scsi_controller = (struct hv_bool){ .value = true, .known = true };
	vm->integration.vss_setting = number(2);
	vm->integration.vss_status = number(2);
	build_disk(host, ID_1, "E:\\sql01\\c.vhdx");
	host->disks[0].bus = HV_BUS_IDE;
	return vm;
}

static void evaluate(
	struct hv_host *host, const struct hv_prerequisite_config *config, struct hv_report *r)
{
	build_end(host);
	hv_report_init(r);
	check_hyperv_prerequisites.eval(host, config, 0, r);
	assert_false(hv_report_failed(r));
}

static void evaluate_default(struct hv_host *host, struct hv_report *r)
{
	struct hv_prerequisite_config config;

	assert_int_equal(check_hyperv_prerequisites.config_size, sizeof(config));
	config_defaults(&check_hyperv_prerequisites, &config);
	evaluate(host, &config, r);
}

/* What is not as it should be. */
enum obstacle {
	NONE,
	PASS_THROUGH,
	SHARED,
	VHD_SET,
	FIBRE_CHANNEL,
	NO_SCSI,
	NO_SCSI_BUT_DISK,
	SCSI_NOT_TOLD,
	VSS_OFF,
	VSS_SILENT,
	VSS_LOST,
	VSS_NOT_TOLD,
	VSS_ODD,
	LINUX_SILENT,
	STARTING,
	APART,
	SPLIT,
	UNCHECKPOINTED,
	ON_CSV,
};

static void add_disk(struct hv_host *host, const char *path, bool shared)
{
	build_disk(host, ID_1, path);
	host->disks[host->disk_count - 1].shared =
		(struct hv_bool){ .value = shared, .known = true };
}

static void put_vss(struct hv_vm *vm, enum obstacle what)
{
	if (what == VSS_OFF)
		vm->integration.vss_setting = number(DISABLED);
	else if (what == VSS_NOT_TOLD)
		vm->integration.vss_status.known = false;
	else
		vm->integration.vss_status = number(what == VSS_ODD    ? ODD
						    : what == VSS_LOST ? LOST
								       : SILENT);
	if (what == STARTING)
		vm->on_time_ms = number(1000);
	if (what == LINUX_SILENT)
		vm->guest = (struct hv_guest){ .os_name = "Ubuntu" };
}

static void put_devices(struct hv_host *host, struct hv_vm *vm, enum obstacle what)
{
	if (what == PASS_THROUGH)
		build_disk_kind(host, ID_1, HV_DISK_PASS_THROUGH, NULL);
	if (what == SHARED || what == VHD_SET)
		add_disk(host, what == SHARED ? "E:\\q.vhdx" : "E:\\q.VHDS", true);
	if (what == NO_SCSI_BUT_DISK)
		add_disk(host, "E:\\sql01\\d.vhdx", false);
	if (what == SPLIT)
		add_disk(host, "D:\\sql01\\d.vhdx", false);
	if (what == ON_CSV)
		add_disk(host, "C:\\ClusterStorage\\Volume1\\sql01\\d.vhdx", false);
	vm->fibre_channel = what == FIBRE_CHANNEL;
	if (what == NO_SCSI || what == NO_SCSI_BUT_DISK)
		vm->scsi_controller.value = false;
	if (what == SCSI_NOT_TOLD)
		vm->scsi_controller.known = false;
}

static void put(struct hv_host *host, struct hv_vm *vm, enum obstacle what)
{
	struct hv_err err = HV_ERR_INIT;

	if (what >= VSS_OFF && what <= STARTING)
		put_vss(vm, what);
	else
		put_devices(host, vm, what);
	if (what == APART) {
		vm->snapshot_root = (struct hv_place){ .path = NULL };
		assert_int_equal(
			hv_place_set_folder(&vm->snapshot_root, host, "D:\\snap", &err), 0);
	}
	if (what == UNCHECKPOINTED)
		vm->user_snapshot_type = number(NO_CHECKPOINTS);
}

struct expectation {
	const char *version;
	enum obstacle what;
	const char *rule; /* NULL: an OK finding of none */
	enum hv_state state;
	const char *metric; /* that counts the VM */
};

static void expect(const struct hv_report *r, const struct expectation *e, size_t which)
{
	const struct hv_finding *f = find_finding(r, SQL01, NULL, 0);

	assert_non_null(f);
	if (f->state != e->state || (f->rule == NULL) != (e->rule == NULL) ||
		(e->rule != NULL && strcmp(f->rule, e->rule) != 0))
		fail_msg("case %zu: %s [%s]", which, f->text, f->rule != NULL ? f->rule : "");
	if (find_metric(r, e->metric)->value < 1)
		fail_msg("case %zu: %s is not among %s", which, f->text, e->metric);
	if (f->state == HV_WARNING || f->state == HV_CRITICAL) {
		assert_non_null(f->why);
		assert_non_null(f->remedy);
		assert_null(strchr(f->remedy, '|'));
		assert_string_equal(f->about.vm_id, ID_1);
	}
}

#define ONLINE       NULL, HV_OK, "online_vms"
#define NO(rule)     rule, HV_CRITICAL, "not_possible_vms"
#define SAVED(rule)  rule, HV_WARNING, "saved_state_vms"
#define UNSURE(rule) rule, HV_UNKNOWN, "unknown_vms"

static void test_check_prerequisites_conditions(void **state)
{
	static const struct expectation cases[] = {
		{ R2008, NONE, ONLINE },
		{ R2012, NONE, ONLINE },
		{ R2012R2, NONE, ONLINE },
		{ R2019, NONE, ONLINE },
		{ R2008, PASS_THROUGH, NO(HV_RULE_PASS_THROUGH) },
		{ R2012R2, PASS_THROUGH, NO(HV_RULE_PASS_THROUGH) },
		{ R2019, PASS_THROUGH, NO(HV_RULE_PASS_THROUGH) },
		{ NULL, PASS_THROUGH, NO(HV_RULE_PASS_THROUGH) },
		{ R2012R2, SHARED, NO(HV_RULE_SHARED_DISK) },
		{ R2019, SHARED, NO(HV_RULE_SHARED_DISK) },
		{ R2019, VHD_SET, ONLINE },
		{ R2012, FIBRE_CHANNEL, NO(HV_RULE_FIBRE_CHANNEL) },
		{ R2019, FIBRE_CHANNEL, NO(HV_RULE_FIBRE_CHANNEL) },
		{ R2012R2, NO_SCSI, NO(HV_RULE_SCSI_CONTROLLER) },
		{ R2012R2, NO_SCSI_BUT_DISK, ONLINE },
		{ R2012R2, SCSI_NOT_TOLD, UNSURE(HV_RULE_SCSI_CONTROLLER) },
		{ R2012, NO_SCSI, ONLINE },
		{ R2019, NO_SCSI, ONLINE },
		{ R2019, SCSI_NOT_TOLD, ONLINE },
		{ R2008, VSS_OFF, SAVED(HV_RULE_VSS_COMPONENT) },
		{ R2012, VSS_SILENT, SAVED(HV_RULE_VSS_COMPONENT) },
		{ R2012R2, VSS_OFF, SAVED(HV_RULE_VSS_COMPONENT) },
		{ R2012R2, VSS_LOST, SAVED(HV_RULE_VSS_COMPONENT) },
		{ NULL, VSS_SILENT, SAVED(HV_RULE_VSS_COMPONENT) },
		{ R2019, VSS_OFF, ONLINE },
		{ R2019, VSS_SILENT, ONLINE },
		{ R2012, LINUX_SILENT, SAVED(HV_RULE_VSS_COMPONENT) },
		{ R2012R2, LINUX_SILENT, ONLINE },
		{ R2012, STARTING, ONLINE },
		{ R2019, VSS_NOT_TOLD, UNSURE(HV_RULE_VSS_COMPONENT) },
		{ R2008, VSS_ODD, UNSURE(HV_RULE_VSS_COMPONENT) },
		{ R2008, APART, SAVED(HV_RULE_CHECKPOINT_LOCATION) },
		{ R2012, SPLIT, SAVED(HV_RULE_CHECKPOINT_LOCATION) },
		{ R2012R2, APART, ONLINE },
		{ R2019, SPLIT, ONLINE },
		{ R2019, UNCHECKPOINTED, ONLINE },
		{ R2019, ON_CSV, ONLINE },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		put(&host, build_sql01(&host, cases[i].version), cases[i].what);
		evaluate_default(&host, &r);
		expect(&r, &cases[i], i);
	}
}

/* What the host cannot see is in the way of a copy, too; all else is about running VMs. */
static void test_check_prerequisites_of_vms_that_do_not_run(void **state)
{
	static const struct expectation cases[] = {
		{ R2012R2, NONE, NULL, HV_OK, "not_running_vms" },
		{ R2012R2, NO_SCSI, NULL, HV_OK, "not_running_vms" },
		{ R2012R2, VSS_OFF, NULL, HV_OK, "not_running_vms" },
		{ R2008, APART, NULL, HV_OK, "not_running_vms" },
		{ R2019, VSS_NOT_TOLD, NULL, HV_OK, "not_running_vms" },
		{ R2012R2, PASS_THROUGH, NO(HV_RULE_PASS_THROUGH) },
		{ R2019, SHARED, NO(HV_RULE_SHARED_DISK) },
		{ R2019, FIBRE_CHANNEL, NO(HV_RULE_FIBRE_CHANNEL) },
	};
	static const enum hv_vm_state states[] = { HV_VM_OFF, HV_VM_SAVED, HV_VM_PAUSED,
		HV_VM_CHANGING };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases) * HV_ARRAY_LEN(states); i++) {
		const struct expectation *e = &cases[i / HV_ARRAY_LEN(states)];
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_vm *vm = build_sql01(&host, e->version);

		vm->state = states[i % HV_ARRAY_LEN(states)];
		put(&host, vm, e->what);
		evaluate_default(&host, &r);
		expect(&r, e, i);
	}
}

static void test_check_prerequisites_state_of_vm_not_told(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_sql01(&host, R2019)->state = HV_VM_STATE_UNKNOWN;
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_UNKNOWN);
	assert_int_equal(r.judged, 0);
}

static void test_check_prerequisites_names_all_reasons(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	struct hv_vm *vm = build_sql01(&host, R2012R2);
	const struct hv_finding *f;

	(void)state;
	put(&host, vm, SHARED);
	put_vss(vm, VSS_SILENT);
	evaluate_default(&host, &r);
	f = find_finding(&r, SQL01, NULL, 0);
	assert_string_equal(f->text, "backup not possible: a shared virtual disk (E:\\q.vhdx); the "
				     "component for backups (VSS) does not answer");
	assert_string_equal(f->rule, HV_RULE_SHARED_DISK);
	assert_string_equal(f->about.path, "E:\\q.vhdx");
	assert_null(find_finding(&r, SQL01, NULL, 1));
}

static void test_check_prerequisites_of_windows_server_backup(void **state)
{
	static const struct expectation cases[] = {
		{ R2012R2, ON_CSV, HV_RULE_CSV_WSB, HV_WARNING, "not_possible_vms" },
		{ R2012R2, NONE, ONLINE },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_prerequisite_config config;

		config_defaults(&check_hyperv_prerequisites, &config);
		config.product = "wsb";
		put(&host, build_sql01(&host, cases[i].version), cases[i].what);
		evaluate(&host, &config, &r);
		expect(&r, &cases[i], i);
	}
}

static void test_check_prerequisites_knows_one_product(void **state)
{
	struct hv_prerequisite_config config;
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	config_defaults(&check_hyperv_prerequisites, &config);
	assert_int_equal(check_hyperv_prerequisites.validate(&config, &err), 0);
	config.product = "wsb";
	assert_int_equal(check_hyperv_prerequisites.validate(&config, &err), 0);
	config.product = "WSB2";
	assert_int_equal(check_hyperv_prerequisites.validate(&config, &err), -1);
}

/* What is not told stays UNKNOWN, whatever the rule is made. */
static void test_check_prerequisites_rules_follow_the_user(void **state)
{
	static const struct {
		struct expectation e;
		const char *rule;
		enum hv_state chosen;
	} cases[] = {
		{ { R2019, PASS_THROUGH, ONLINE }, HV_RULE_PASS_THROUGH, HV_OK },
		{ { R2019, PASS_THROUGH, HV_RULE_PASS_THROUGH, HV_WARNING, "not_possible_vms" },
			HV_RULE_PASS_THROUGH, HV_WARNING },
		{ { R2019, VSS_SILENT, HV_RULE_VSS_COMPONENT, HV_WARNING, "online_vms" },
			HV_RULE_VSS_COMPONENT, HV_WARNING },
		{ { R2019, UNCHECKPOINTED, HV_RULE_CHECKPOINTS_DISABLED, HV_CRITICAL,
			  "online_vms" },
			HV_RULE_CHECKPOINTS_DISABLED, HV_CRITICAL },
		{ { R2019, VSS_NOT_TOLD, UNSURE(HV_RULE_VSS_COMPONENT) }, HV_RULE_VSS_COMPONENT,
			HV_CRITICAL },
		{ { R2019, VSS_NOT_TOLD, ONLINE }, HV_RULE_VSS_COMPONENT, HV_OK },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_rule_state chosen = { .id = cases[i].rule, .state = cases[i].chosen };
		struct hv_prerequisite_config config;

		config_defaults(&check_hyperv_prerequisites, &config);
		config.rules = (struct hv_rule_states){ .items = &chosen, .count = 1 };
		put(&host, build_sql01(&host, cases[i].e.version), cases[i].e.what);
		evaluate(&host, &config, &r);
		expect(&r, &cases[i].e, i);
	}
}

/* One finding says that no VM's component is told, not one for each. */
static void test_check_prerequisites_without_components(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	const struct hv_finding *f;

	(void)state;
	put(&host, build_sql01(&host, R2019), VSS_NOT_TOLD);
	host.sections[HV_SECTION_INTEGRATION].status = HV_SECTION_NOT_ASKED;
	evaluate_default(&host, &r);
	assert_null(find_finding(&r, SQL01, NULL, 0));
	f = find_finding(&r, NULL, HV_RULE_VSS_COMPONENT, 0);
	assert_int_equal(f->state, HV_UNKNOWN);
	assert_int_equal(r.judged, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_prerequisites_conditions),
		cmocka_unit_test(test_check_prerequisites_of_vms_that_do_not_run),
		cmocka_unit_test(test_check_prerequisites_state_of_vm_not_told),
		cmocka_unit_test(test_check_prerequisites_names_all_reasons),
		cmocka_unit_test(test_check_prerequisites_of_windows_server_backup),
		cmocka_unit_test(test_check_prerequisites_knows_one_product),
		cmocka_unit_test(test_check_prerequisites_rules_follow_the_user),
		cmocka_unit_test(test_check_prerequisites_without_components),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
