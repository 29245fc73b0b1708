/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_volumes from model to report: each rule fires, and does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/volume-health.h"
#include "model-builder.h"

extern const struct hv_check check_hyperv_volumes;

enum { MAX_CONFIG = 64 };

union config {
	unsigned char bytes[MAX_CONFIG];
	max_align_t align;
};

static void evaluate(const struct hv_host *host, union config *config, struct hv_report *r)
{
	hv_report_init(r);
	check_hyperv_volumes.eval(host, config, 0, r);
	assert_false(hv_report_failed(r));
}

static void evaluate_default(const struct hv_host *host, struct hv_report *r)
{
	union config config;

	assert_true(check_hyperv_volumes.config_size <= sizeof(config));
	config_defaults(&check_hyperv_volumes, &config);
	evaluate(host, &config, r);
}

static void evaluate_with_rule(
	const struct hv_host *host, const char *rule, enum hv_state state, struct hv_report *r)
{
	struct hv_rule_state chosen = { .id = rule, .state = state };
	struct hv_rule_states *rules;
	union config config;

	config_defaults(&check_hyperv_volumes, &config);
	rules = config_member(&check_hyperv_volumes, &config, "rule");
	*rules = (struct hv_rule_states){ .items = &chosen, .count = 1 };
	evaluate(host, &config, r);
}

static double metric(const struct hv_report *r, const char *label)
{
	const struct hv_metric *m = find_metric(r, label);

	assert_non_null(m);
	return m->value;
}

/* Adds a sound NTFS volume and returns its row, good until the next is added. */
static struct hv_volume *add_volume(struct hv_host *host, char id, const char *name)
{
	struct hv_volume *volume;

	build_volume(host, id, name, 100 * GIB, 50 * GIB);
	volume = &host->volumes[host->volume_count - 1];
	volume->file_system = "NTFS";
	volume->dirty = (struct hv_bool){ .value = false, .known = true };
	return volume;
}

static const struct hv_bool DIRTY = { .value = true, .known = true };

/* VM 'sql01' with all its files on E:, which the caller changes. */
static struct hv_volume *begin(struct hv_host *host, const char *version)
{
	build_host(host, version);
	build_vm(host, ID_1, "sql01", NULL, "E:\\VMs\\sql01");
	build_disk(host, ID_1, "E:\\VMs\\sql01\\c.vhdx");
	return add_volume(host, 'E', "E:\\");
}

static void test_check_volumes_sound_is_ok(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	begin(&host, "6.3.9600");
	build_end(&host);
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_string_equal(r.findings->text,
		"NTFS, not dirty; disks, checkpoint folder, configuration folder of sql01");
	assert_string_equal(r.ok_text, "1 volume judged, no fault");
	assert_null(r.limits);
	assert_int_equal(r.seen, 1);
	assert_int_equal(r.judged, 1);
}

static void test_check_volumes_dirty(void **state)
{
	static const struct {
		const char *version, *file_system;
		const char *remedy, *not_in_remedy;
	} cases[] = {
		{ "6.3.9600", "NTFS", "chkdsk E: /scan\n", "ReFS" },
		{ NULL, "NTFS", "chkdsk E: /scan\n", "ReFS" },
		{ "10.0.17763", "CSVFS", "node that owns the volume", "/f" },
		{ "6.1.7601", "NTFS", "Then: chkdsk E: /f\n", "/scan" },
		{ "6.0.6002", "NTFS", "Then: chkdsk E: /f\n", "/scan" },
		{ "6.3.9600", "FAT32", "Then: chkdsk E: /f\n", "/scan" },
		{ "6.3.9600", NULL, "Then: chkdsk E: /f\n", "/scan" },
		{ "10.0.17763", "ReFS", "chkdsk does not check ReFS", "chkdsk E:" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_volume *volume = begin(&host, cases[i].version);
		const struct hv_finding *f;

		volume->dirty = DIRTY;
		volume->file_system = cases[i].file_system;
		build_end(&host);
		evaluate_default(&host, &r);
		f = find_finding(&r, "volume 'E:'", HV_RULE_DIRTY, 0);
		assert_non_null(f);
		assert_int_equal(f->state, HV_WARNING);
		assert_non_null(strstr(f->text, "configuration folder of sql01"));
		if (strstr(f->remedy, cases[i].remedy) == NULL ||
			strstr(f->remedy, cases[i].not_in_remedy) != NULL)
			fail_msg("case %zu: %s", i, f->remedy);
		assert_non_null(strstr(f->remedy, "fsutil dirty query E:"));
		assert_true(metric(&r, "dirty_volumes") == 1);
	}
}

static void test_check_volumes_not_told_is_unknown(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	HV_AUTO(report) critical;
	HV_AUTO(report) silenced;

	(void)state;
	begin(&host, "6.3")->dirty.known = false;
	build_end(&host);
	evaluate_default(&host, &r);
	assert_int_equal(find_finding(&r, NULL, HV_RULE_DIRTY, 0)->state, HV_UNKNOWN);
	assert_int_equal(r.judged, 0);
	evaluate_with_rule(&host, HV_RULE_DIRTY, HV_CRITICAL, &critical);
	assert_int_equal(hv_report_state(&critical), HV_UNKNOWN);
	evaluate_with_rule(&host, HV_RULE_DIRTY, HV_OK, &silenced);
	assert_int_equal(hv_report_state(&silenced), HV_OK);
	assert_int_equal(silenced.judged, 1);
}

static void test_check_volumes_csv_that_tells_no_dirty_bit_is_a_limit(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	struct hv_volume *volume;

	(void)state;
	volume = begin(&host, "6.3");
	volume->dirty.known = false;
	volume->file_system = "CSVFS";
	build_end(&host);
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_string_equal(r.limits, "dirty bit of 1 cluster shared volume not told");
}

static void test_check_volumes_file_systems(void **state)
{
	static const struct {
		const char *file_system;
		enum hv_state expected;
		const char *remedy;
	} cases[] = {
		{ "NTFS", HV_OK, NULL },
		{ "ntfs", HV_OK, NULL },
		{ "ReFS", HV_OK, NULL },
		{ "CSVFS", HV_OK, NULL },
		{ "CSVFS_ReFS", HV_OK, NULL },
		{ "FAT", HV_CRITICAL, "convert E: /fs:ntfs" },
		{ "FAT32", HV_CRITICAL, "convert E: /fs:ntfs" },
		{ "exFAT", HV_CRITICAL, "Move-VMStorage" },
		{ "FATX", HV_UNKNOWN, NULL },
		{ "UDF", HV_UNKNOWN, NULL },
		{ "", HV_UNKNOWN, NULL },
		{ NULL, HV_UNKNOWN, NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		const struct hv_finding *f;

		begin(&host, "6.3")->file_system = cases[i].file_system;
		build_end(&host);
		evaluate_default(&host, &r);
		if (hv_report_state(&r) != cases[i].expected)
			fail_msg("case %zu: state %d", i, (int)hv_report_state(&r));
		f = find_finding(&r, "volume 'E:'", HV_RULE_FILE_SYSTEM, 0);
		assert_int_equal(f != NULL, cases[i].expected != HV_OK);
		if (cases[i].remedy != NULL && strstr(f->remedy, cases[i].remedy) == NULL)
			fail_msg("case %zu: %s", i, f->remedy);
		assert_true(metric(&r, "unfit_volumes") == (cases[i].expected == HV_CRITICAL));
	}
}

static void test_check_volumes_exfat_is_not_converted(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	begin(&host, "6.3")->file_system = "exFAT";
	build_end(&host);
	evaluate_default(&host, &r);
	assert_null(strstr(r.findings->remedy, "convert"));
	assert_null(strstr(r.findings->why, "4 GiB"));
}

static void test_check_volumes_read_only(void **state)
{
	static const struct {
		struct hv_u64 access;
		bool fires;
	} cases[] = {
		{ { .known = false, .value = 1 }, false },
		{ { .known = true, .value = 0 }, false },
		{ { .known = true, .value = 1 }, true },
		{ { .known = true, .value = 2 }, false },
		{ { .known = true, .value = 3 }, false },
		{ { .known = true, .value = 4 }, false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		begin(&host, "6.3")->access = cases[i].access;
		build_end(&host);
		evaluate_default(&host, &r);
		assert_int_equal(hv_report_state(&r), cases[i].fires ? HV_CRITICAL : HV_OK);
		if (!cases[i].fires)
			continue;
		assert_string_equal(r.findings->rule, HV_RULE_READ_ONLY);
		assert_non_null(strstr(r.findings->remedy, "select volume=E:,"));
	}
}

static void test_check_volumes_vanished(void **state)
{
	static const struct {
		const char *path, *item, *rule;
		enum hv_state expected;
	} cases[] = {
		{ "X:\\sql01\\d.vhdx", "volume 'X:'", HV_RULE_VANISHED, HV_CRITICAL },
		{ "\\\\?\\Volume{99999999-9999-9999-9999-999999999999}\\d.vhdx",
			"volume '\\\\?\\Volume{99999999-9999-9999-9999-999999999999}'",
			HV_RULE_VANISHED, HV_CRITICAL },
		{ "C:\\ClusterStorage\\Volume9\\d.vhdx", "volume 'C:\\ClusterStorage\\Volume9'",
			HV_RULE_CSV_UNLISTED, HV_UNKNOWN },
		{ "\\\\nas\\vms\\d.vhdx", NULL, NULL, HV_OK },
		{ "E:\\other\\d.vhdx", NULL, NULL, HV_OK },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		begin(&host, "6.3");
		build_disk(&host, ID_1, cases[i].path);
		build_end(&host);
		evaluate_default(&host, &r);
		if (hv_report_state(&r) != cases[i].expected)
			fail_msg("case %zu: state %d", i, (int)hv_report_state(&r));
		if (cases[i].item != NULL)
			assert_non_null(find_finding(&r, cases[i].item, cases[i].rule, 0));
		assert_true(metric(&r, "vanished_volumes") == (cases[i].expected == HV_CRITICAL));
	}
}

static void test_check_volumes_vanished_is_one_finding_per_volume(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	begin(&host, "6.3");
	build_disk(&host, ID_1, "X:\\a.vhdx");
	build_disk(&host, ID_1, "x:\\b.vhdx");
	build_vm(&host, ID_2, "web01", NULL, "X:\\web01");
	build_end(&host);
	evaluate_default(&host, &r);
	assert_non_null(find_finding(&r, NULL, HV_RULE_VANISHED, 0));
	assert_null(find_finding(&r, NULL, HV_RULE_VANISHED, 1));
	assert_non_null(strstr(find_finding(&r, NULL, HV_RULE_VANISHED, 0)->text,
		"disks of sql01; checkpoint folder, configuration folder of web01"));
	assert_int_equal(r.seen, 2);
	assert_int_equal(r.judged, 2);
}

/* Only a local volume that nothing uses and that has no path can be the one that lost its letter.
 */
static void test_check_volumes_vanished_names_candidates(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	const struct hv_finding *f;

	(void)state;
	begin(&host, "6.3");
	add_volume(&host, 'a', NULL);
	add_volume(&host, 'b', NULL)->file_system = "FAT32";
	add_volume(&host, 'c', NULL)->drive_type = (struct hv_u64){ .value = 5, .known = true };
	add_volume(&host, 'd', "D:\\");
	add_volume(&host, 'f', NULL)->device_id =
		"\\\\?\\Volume{00000000-0000-0000-0000-000000000066}\\ & calc";
	build_disk(&host, ID_1, "X:\\a.vhdx");
	build_end(&host);
	evaluate_default(&host, &r);
	f = find_finding(&r, "volume 'X:'", HV_RULE_VANISHED, 0);
	assert_non_null(
		strstr(f->remedy, "(100 GiB), give it its path again: mountvol X: "
				  "\\\\?\\Volume{00000000-0000-0000-0000-000000000061}\\\n"));
	assert_null(strstr(f->remedy, "000062"));
	assert_null(strstr(f->remedy, "000063"));
	assert_null(strstr(f->remedy, "000064"));
	assert_null(strstr(f->remedy, "calc"));
}

static void test_check_volumes_more_missing_than_kept_are_told(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	begin(&host, "6.3");
	for (unsigned int i = 0; i < HV_USE_MAX_MISSING + 2; i++) {
		const char *path = hv_arena_printf(&host.arena,
			"\\\\?\\Volume{99999999-9999-9999-9999-9999999999%02x}\\d.vhdx", i);

		build_disk(&host, ID_1, path);
	}
	build_end(&host);
	evaluate_default(&host, &r);
	assert_true(metric(&r, "vanished_volumes") == HV_USE_MAX_MISSING);
	assert_non_null(find_finding(&r, NULL, HV_RULE_VANISHED, HV_USE_MAX_MISSING - 1));
	for (const struct hv_finding *f = r.findings; f != NULL; f = f->next)
		if (f->state == HV_UNKNOWN)
			assert_string_equal(f->text,
				"2 further files lie on volumes that the host does not list");
}

static void test_check_volumes_unused_are_judged_with_all_only(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) some;
	HV_AUTO(report) all;
	union config config;
	bool *flag;

	(void)state;
	begin(&host, "6.3");
	add_volume(&host, 'F', "F:\\")->dirty = DIRTY;
	add_volume(&host, 'G', "G:\\")->file_system = "FAT32";
	add_volume(&host, 'H', "H:\\")->access = (struct hv_u64){ .value = 1, .known = true };
	host.volumes[host.volume_count - 1].drive_type =
		(struct hv_u64){ .value = 5, .known = true };
	build_end(&host);
	evaluate_default(&host, &some);
	assert_int_equal(hv_report_state(&some), HV_OK);
	assert_int_equal(some.seen, 1);
	config_defaults(&check_hyperv_volumes, &config);
	flag = config_member(&check_hyperv_volumes, &config, "all");
	*flag = true;
	evaluate(&host, &config, &all);
	assert_int_equal(hv_report_state(&all), HV_WARNING);
	assert_int_equal(all.seen, 3);
	assert_non_null(find_finding(&all, "volume 'F:'", HV_RULE_DIRTY, 0));
	assert_null(find_finding(&all, "volume 'G:'", HV_RULE_FILE_SYSTEM, 0));
	assert_null(find_finding(&all, "volume 'H:'", NULL, 0));
}

static void test_check_volumes_configuration_and_shadow_copies_count_as_use(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	begin(&host, "6.3");
	add_volume(&host, 'C', "C:\\")->dirty = DIRTY;
	add_volume(&host, 'S', "S:\\")->dirty = DIRTY;
	build_vm_folders(&host, ID_2, "web01", NULL, "C:\\VMs", NULL, NULL);
	build_shadow_storage(&host, 'E', 'S', GIB, 10 * GIB);
	build_end(&host);
	evaluate_default(&host, &r);
	assert_non_null(find_finding(&r, "volume 'C:'", HV_RULE_DIRTY, 0));
	assert_non_null(find_finding(&r, "volume 'S:'", HV_RULE_DIRTY, 0));
	assert_string_equal(r.limits, "checkpoint folder of 1 VM not known");
}

static void test_check_volumes_every_rule_can_be_chosen(void **state)
{
	(void)state;
	for (const struct hv_rule *rule = hv_volume_rules; rule->id != NULL; rule++) {
		HV_AUTO(host) host;
		HV_AUTO(report) silent;
		HV_AUTO(report) loud;
		struct hv_volume *volume = begin(&host, "6.3");

		volume->dirty = DIRTY;
		volume->file_system = "FAT32";
		volume->access = (struct hv_u64){ .value = 1, .known = true };
		build_disk(&host, ID_1, "X:\\a.vhdx");
		build_disk(&host, ID_1, "C:\\ClusterStorage\\Volume9\\d.vhdx");
		build_end(&host);
		evaluate_with_rule(&host, rule->id, HV_OK, &silent);
		assert_null(find_finding(&silent, NULL, rule->id, 0));
		evaluate_with_rule(&host, rule->id, HV_WARNING, &loud);
		assert_int_equal(find_finding(&loud, NULL, rule->id, 0)->state, HV_WARNING);
	}
}

static void test_check_volumes_unclear_paths_are_unknown(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	begin(&host, "6.3");
	build_disk(&host, ID_1, "sql01\\d.vhdx");
	build_disk_kind(&host, ID_1, HV_DISK_ISO, "Z:\\setup.iso");
	build_end(&host);
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_UNKNOWN);
	assert_string_equal(find_finding(&r, "VM 'sql01'", NULL, 0)->text,
		"virtual hard disk not judged, its path is not understood: sql01\\d.vhdx");
	assert_true(metric(&r, "vanished_volumes") == 0);
}

static void test_check_volumes_filter(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	begin(&host, "6.3")->dirty = DIRTY;
	build_end(&host);
	host.volumes[0].excluded = true;
	evaluate_default(&host, &r);
	assert_null(find_finding(&r, NULL, HV_RULE_DIRTY, 0));
	assert_int_equal(r.excluded, 1);
	assert_int_equal(r.judged, 0);
	assert_non_null(strstr(r.nothing_text, "the filter leaves out"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_volumes_sound_is_ok),
		cmocka_unit_test(test_check_volumes_dirty),
		cmocka_unit_test(test_check_volumes_not_told_is_unknown),
		cmocka_unit_test(test_check_volumes_csv_that_tells_no_dirty_bit_is_a_limit),
		cmocka_unit_test(test_check_volumes_file_systems),
		cmocka_unit_test(test_check_volumes_exfat_is_not_converted),
		cmocka_unit_test(test_check_volumes_read_only),
		cmocka_unit_test(test_check_volumes_vanished),
		cmocka_unit_test(test_check_volumes_vanished_is_one_finding_per_volume),
		cmocka_unit_test(test_check_volumes_vanished_names_candidates),
		cmocka_unit_test(test_check_volumes_more_missing_than_kept_are_told),
		cmocka_unit_test(test_check_volumes_unused_are_judged_with_all_only),
		cmocka_unit_test(test_check_volumes_configuration_and_shadow_copies_count_as_use),
		cmocka_unit_test(test_check_volumes_every_rule_can_be_chosen),
		cmocka_unit_test(test_check_volumes_unclear_paths_are_unknown),
		cmocka_unit_test(test_check_volumes_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
