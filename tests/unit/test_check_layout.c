/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_layout from model to report: each rule fires, and does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/layout.h"
#include "model-builder.h"

extern const struct hv_check check_hyperv_layout;

enum { MAX_CONFIG = 256 };

/* The check's options, reached through its option table. */
union config {
	unsigned char bytes[MAX_CONFIG];
	max_align_t align;
};

static void evaluate(const struct hv_host *host, union config *config, struct hv_report *r)
{
	hv_report_init(r);
	check_hyperv_layout.eval(host, config, 0, r);
	assert_false(hv_report_failed(r));
}

static void defaults(union config *config)
{
	assert_true(check_hyperv_layout.config_size <= sizeof(*config));
	config_defaults(&check_hyperv_layout, config);
}

static void evaluate_default(const struct hv_host *host, struct hv_report *r)
{
	union config config;

	defaults(&config);
	evaluate(host, &config, r);
}

static void set_backup(union config *config, const char **volumes, size_t count)
{
	struct hv_list *list = config_member(&check_hyperv_layout, config, "backup-volumes");

	*list = (struct hv_list){ .items = volumes, .count = count };
}

#define VOLUME_E "E:\\Virtual Machines\\my-virtual-server"

/* A Windows Server 2008 guest on 2012 R2 with its page file's disk bare on a second volume. */
static void build_known_fault(struct hv_host *host, const char *d_drive)
{
	build_host(host, "6.3.9600");
	build_volume(host, 'D', "D:\\", 100 * GIB, 50 * GIB);
	build_volume(host, 'E', "E:\\", 500 * GIB, 50 * GIB);
	build_vm(host, ID_1, "my-virtual-server", "6.0.6002", VOLUME_E);
	build_disk(host, ID_1, VOLUME_E "\\Virtual Hard Disks\\my-virtual-server-c-drive.vhdx");
	build_disk(host, ID_1, VOLUME_E "\\Virtual Hard Disks\\my-virtual-server-e-drive.vhdx");
	build_disk(host, ID_1, d_drive);
	build_end(host);
}

static void test_check_layout_names_the_disk_to_blame(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	const struct hv_finding *f;

	(void)state;
	build_known_fault(&host, "D:\\my-virtual-server-d-drive.vhdx");
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_CRITICAL);
	assert_int_equal(r.finding_count, 1);
	f = r.findings;
	assert_string_equal(f->item, "VM 'my-virtual-server'");
	assert_string_equal(f->rule, "split-root");
	assert_string_equal(f->text,
		"D:\\my-virtual-server-d-drive.vhdx lies in the root of D:, other disks on E:");
	assert_non_null(strstr(f->why, "KB2928127"));
	assert_non_null(strstr(f->why, "0x80070002"));
	assert_non_null(strstr(f->why, "names the VM's first disk instead"));
	assert_non_null(strstr(f->remedy,
		"Move-VMStorage -VMName 'my-virtual-server' -VHDs "
		"@(@{'SourceFilePath'='D:\\my-virtual-server-d-drive.vhdx';'DestinationFilePath'='"
		"D:\\my-virtual-server\\my-virtual-server-d-drive.vhdx'})"));
	assert_non_null(strstr(f->remedy, "not Explorer"));
	assert_non_null(strstr(f->remedy, "50 GiB are free"));
	assert_true(find_metric(&r, "split_vms")->value == 1.0);
	assert_true(find_metric(&r, "root_disks")->value == 1.0);
	assert_true(find_metric(&r, "faulty_vms")->value == 1.0);
}

static void test_check_layout_the_known_cure_is_ok(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_known_fault(&host, "D:\\My-Virtual-Server\\my-virtual-server-d-drive.vhdx");
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_string_equal(r.ok_text, "1 VM, 3 disks: no layout fault");
	assert_string_equal(find_finding(&r, NULL, NULL, 0)->text, "3 disks on E:, D:");
	assert_null(r.limits);
	assert_int_equal(r.seen, 1);
	assert_int_equal(r.judged, 1);
	assert_int_equal(r.excluded, 0);
	assert_true(find_metric(&r, "split_vms")->value == 1.0);
}

/* One VM 'sql01' with these files; expects findings of these rules, in this order. */
struct layout_case {
	const char *version, *guest, *configuration, *snapshots;
	const char *disks[5]; /* end with NULL, as do rules */
	const char *rules[5];
	enum hv_state expected;
};

static void run_case(const struct layout_case *c, size_t number)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	size_t n = 0;

	build_host(&host, c->version);
	build_volume(&host, 'C', "C:\\", 100 * GIB, 50 * GIB);
	build_volume(&host, 'D', "D:\\", 100 * GIB, 50 * GIB);
	build_volume(&host, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_volume(&host, 'M', "E:\\Mount\\", 100 * GIB, 50 * GIB);
	build_volume(&host, 'X', NULL, 100 * GIB, 50 * GIB);
	build_vm_folders(&host, ID_1, "sql01", c->guest, c->configuration, c->snapshots, NULL);
	for (size_t i = 0; c->disks[i] != NULL; i++)
		build_disk(&host, ID_1, c->disks[i]);
	build_end(&host);
	evaluate_default(&host, &r);
	for (const struct hv_finding *f = r.findings; f != NULL; f = f->next) {
		if (f->state == HV_OK)
			continue;
		if (c->rules[n] == NULL || strcmp(f->rule, c->rules[n]) != 0)
			fail_msg("case %zu: unexpected %s: %s", number, f->rule, f->text);
		assert_non_null(f->why);
		assert_non_null(f->remedy);
		n++;
	}
	if (c->rules[n] != NULL || hv_report_state(&r) != c->expected)
		fail_msg("case %zu: %s missing, or state %d", number,
			c->rules[n] != NULL ? c->rules[n] : "nothing", hv_report_state(&r));
}

#define E_VMS    "E:\\vms\\sql01"
#define X_DEVICE "\\\\?\\Volume{00000000-0000-0000-0000-000000000058}\\"

static void test_check_layout_rules(void **state)
{
	static const struct layout_case cases[] = {
		/* split-root by host and guest */
		{ "6.3", "6.1.7601", E_VMS, E_VMS, { E_VMS "\\a.vhdx", "D:\\b.vhdx" },
			{ "split-root" }, HV_WARNING },
		{ "6.3", NULL, E_VMS, E_VMS, { E_VMS "\\a.vhdx", "D:\\b.vhdx" }, { "split-root" },
			HV_CRITICAL },
		{ NULL, NULL, E_VMS, E_VMS, { E_VMS "\\a.vhdx", "D:\\b.vhdx" },
			{ "split-root", "snapshot-volume" }, HV_CRITICAL },
		{ "6.2", "6.0", E_VMS, E_VMS, { E_VMS "\\a.vhdx", "D:\\b.vhdx" },
			{ "split-root", "snapshot-volume" }, HV_WARNING },
		{ "10.0.20348", "6.0", E_VMS, E_VMS,
			{ E_VMS "\\a.vhdx", "D:\\b.vhdx", "D:\\c.vhdx" },
			{ "split-root", "split-root" }, HV_CRITICAL },
		/* root: disks, a mount point, the folders */
		{ "6.3", NULL, E_VMS, E_VMS, { "E:\\a.vhdx" }, { "root" }, HV_WARNING },
		{ "6.3", NULL, E_VMS, E_VMS, { "E:\\Mount\\a.vhdx" }, { "root" }, HV_WARNING },
		{ "6.3", NULL, E_VMS, E_VMS, { "E:\\Mount\\x\\a.vhdx" }, { NULL }, HV_OK },
		{ "6.3", NULL, "E:\\", E_VMS, { E_VMS "\\a.vhdx" }, { "root" }, HV_WARNING },
		{ "6.3", NULL, E_VMS, "E:", { E_VMS "\\a.vhdx" }, { "root" }, HV_WARNING },
		{ "6.1", NULL, "E:\\", E_VMS, { E_VMS "\\a.vhd" }, { "root" }, HV_WARNING },
		{ "6.3", NULL, "\\\\fs\\vms", "\\\\fs\\vms\\sql01",
			{ "\\\\fs\\vms\\sql01\\a.vhdx" }, { "root" }, HV_WARNING },
		/* vm-folder */
		{ "6.3", NULL, E_VMS, E_VMS, { E_VMS "\\a.vhdx", "D:\\disks\\b.vhdx" },
			{ "vm-folder" }, HV_WARNING },
		{ "6.3", NULL, E_VMS, E_VMS, { E_VMS "\\a.vhdx", "D:\\x\\SQL01\\b.vhdx" }, { NULL },
			HV_OK },
		/* snapshot-volume */
		{ "6.0", NULL, E_VMS, "D:\\s", { E_VMS "\\a.vhd" }, { "snapshot-volume" },
			HV_CRITICAL },
		{ "6.1", NULL, E_VMS, "D:\\s", { E_VMS "\\a.vhd" }, { "snapshot-volume" },
			HV_CRITICAL },
		{ "6.1", NULL, E_VMS, E_VMS, { E_VMS "\\a.vhd", "D:\\sql01\\b.vhd" },
			{ "snapshot-volume" }, HV_CRITICAL },
		{ "6.1", NULL, E_VMS, E_VMS, { E_VMS "\\a.vhd" }, { NULL }, HV_OK },
		{ "6.2", NULL, E_VMS, "D:\\s", { E_VMS "\\a.vhd" }, { "snapshot-volume" },
			HV_WARNING },
		{ "6.3", NULL, E_VMS, "D:\\s", { E_VMS "\\a.vhd" }, { NULL }, HV_OK },
		/* no-letter */
		{ "6.1", NULL, NULL, X_DEVICE "s", { X_DEVICE "x\\a.vhd" }, { "no-letter" },
			HV_WARNING },
		{ "6.1", NULL, X_DEVICE "s", E_VMS, { E_VMS "\\a.vhd" }, { "no-letter" },
			HV_WARNING },
		{ "6.2", NULL, NULL, X_DEVICE "s", { X_DEVICE "x\\a.vhd" }, { NULL }, HV_OK },
		/* several at once, disks first */
		{ "6.1", NULL, "E:\\", "D:\\", { "E:\\a.vhd" },
			{ "root", "root", "root", "snapshot-volume" }, HV_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++)
		run_case(&cases[i], i);
}

static void test_check_layout_rule_option_changes_and_silences(void **state)
{
	static const struct {
		struct hv_rule_state rules[2];
		enum hv_state expected;
		const char *rule;
	} cases[] = {
		{ { { "split-root", HV_WARNING }, { "split-root", HV_WARNING } }, HV_WARNING,
			"split-root" },
		/* the disk still lies in a root */
		{ { { "split-root", HV_OK }, { "split-root", HV_OK } }, HV_WARNING, "root" },
		{ { { "split-root", HV_OK }, { "root", HV_OK } }, HV_OK, NULL },
		{ { { "split-root", HV_WARNING }, { "root", HV_CRITICAL } }, HV_CRITICAL, "root" },
		{ { { "split-root", HV_OK }, { "root", HV_UNKNOWN } }, HV_UNKNOWN, "root" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		union config config;
		struct hv_rule_state items[] = { cases[i].rules[0], cases[i].rules[1] };
		struct hv_rule_states *rules;

		build_known_fault(&host, "D:\\my-virtual-server-d-drive.vhdx");
		defaults(&config);
		rules = config_member(&check_hyperv_layout, &config, "rule");
		*rules = (struct hv_rule_states){ .items = items, .count = HV_ARRAY_LEN(items) };
		evaluate(&host, &config, &r);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
		if (cases[i].rule != NULL)
			assert_string_equal(r.findings->rule, cases[i].rule);
		assert_true(find_metric(&r, "root_disks")->value == 1.0);
	}
}

static void build_backup_host(struct hv_host *host)
{
	build_host(host, "6.3");
	build_volume(host, 'C', "C:\\", 100 * GIB, 50 * GIB);
	build_volume(host, 'D', "D:\\", 100 * GIB, 50 * GIB);
	build_volume(host, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_volume(host, 'M', "E:\\Mount\\", 100 * GIB, 50 * GIB);
	build_vm_folders(host, ID_1, "sql01", NULL, "E:\\vms\\sql01", "D:\\s\\sql01", NULL);
	build_disk(host, ID_1, "E:\\vms\\sql01\\a.vhdx");
	build_vm(host, ID_2, "web01", NULL, "E:\\Mount\\web01");
	build_disk(host, ID_2, "E:\\Mount\\web01\\a.vhdx");
	build_vm(host, ID_3, "smb", NULL, "\\\\fs\\vms\\smb");
	build_disk(host, ID_3, "\\\\fs\\vms\\smb\\a.vhdx");
	build_end(host);
}

static void test_check_layout_backup_set(void **state)
{
	static const struct {
		const char *volumes[4];
		const char *sql01, *web01, *smb; /* texts of findings; NULL: none */
	} cases[] = {
		{ { "E:", "d:\\", "E:\\mount", "\\\\FS\\vms" }, NULL, NULL, NULL },
		{ { "\\\\?\\Volume{00000000-0000-0000-0000-000000000045}\\", "D:", "E:\\Mount\\",
			  "\\\\fs\\vms\\" },
			NULL, NULL, NULL },
		{ { "E:", "D:", "C:", "C:" }, NULL,
			"E:\\Mount\\web01\\a.vhdx lies on E:\\Mount, the backup contains E:, D:, "
			"C:, C: only",
			"\\\\fs\\vms\\smb\\a.vhdx lies on \\\\fs\\vms, the backup contains E:, D:, "
			"C:, C: only" },
		{ { "E:", "E:", "E:\\Mount", "\\\\fs\\vms" },
			"the checkpoint folder D:\\s\\sql01 lies on D:, the backup contains E:, "
			"E:, E:\\Mount, \\\\fs\\vms only",
			NULL, NULL },
		{ { "C:", "C:", "E:\\Mount", "\\\\fs\\vms" },
			"E:\\vms\\sql01\\a.vhdx lies on E:, the backup contains C:, C:, E:\\Mount, "
			"\\\\fs\\vms only; missing are E:, D:",
			NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		const char *const titles[] = { "VM 'sql01'", "VM 'web01'", "VM 'smb'" };
		const char *const expected[] = { cases[i].sql01, cases[i].web01, cases[i].smb };
		const char *volumes[] = { cases[i].volumes[0], cases[i].volumes[1],
			cases[i].volumes[2], cases[i].volumes[3] };
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		union config config;

		build_backup_host(&host);
		defaults(&config);
		set_backup(&config, volumes, HV_ARRAY_LEN(volumes));
		evaluate(&host, &config, &r);
		for (size_t j = 0; j < HV_ARRAY_LEN(titles); j++) {
			const struct hv_finding *f = find_finding(&r, titles[j], "backup-set", 0);

			if (expected[j] == NULL) {
				assert_null(f);
				continue;
			}
			assert_non_null(f);
			assert_int_equal(f->state, HV_CRITICAL);
			assert_string_equal(f->text, expected[j]);
			assert_non_null(strstr(f->why, "0x800423F0"));
		}
	}
}

static void test_check_layout_backup_volume_that_does_not_exist(void **state)
{
	static const struct {
		const char *name;
		bool volumes_known, told;
	} cases[] = {
		{ "Q:", true, true },
		{ "E", true, true },
		{ "", true, true },
		{ "Q:", false, false },
		{ "\\\\other\\share", true, false },
		{ "e:", true, false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		union config config;
		const char *volumes[] = { "E:", "D:", "E:\\Mount", "\\\\fs\\vms", cases[i].name };

		build_backup_host(&host);
		if (!cases[i].volumes_known)
			host.sections[HV_SECTION_VOLUMES].status = HV_SECTION_NOT_ASKED;
		defaults(&config);
		set_backup(&config, volumes, HV_ARRAY_LEN(volumes));
		evaluate(&host, &config, &r);
		assert_int_equal(hv_report_state(&r), cases[i].told ? HV_UNKNOWN : HV_OK);
		if (cases[i].told)
			assert_non_null(strstr(find_finding(&r, NULL, "backup-set", 0)->text,
				"which this host does not have"));
	}
}

static void test_check_layout_path_that_is_not_understood_is_unknown(void **state)
{
	static const struct {
		const char *disk, *configuration;
		enum hv_disk_kind kind;
		enum hv_state expected;
	} cases[] = {
		{ "vms\\a.vhdx", "E:\\vms", HV_DISK_VHD, HV_UNKNOWN },
		{ NULL, "E:\\vms", HV_DISK_VHD, HV_UNKNOWN },
		{ "E:\\vms\\a.vhdx", "vms", HV_DISK_VHD, HV_UNKNOWN },
		{ "E:\\vms\\a.vhdx", "E:\\vms", HV_DISK_OTHER, HV_UNKNOWN },
		{ NULL, "E:\\vms", HV_DISK_OTHER, HV_OK },
		{ "vms\\a.iso", "E:\\vms", HV_DISK_ISO, HV_OK },
		{ "E:\\vms\\a.vhdx", "E:\\vms", HV_DISK_VHD, HV_OK },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "6.3");
		build_vm(&host, ID_1, "sql01", NULL, cases[i].configuration);
		build_disk_kind(&host, ID_1, cases[i].kind, cases[i].disk);
		build_end(&host);
		evaluate_default(&host, &r);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
		assert_int_equal(r.judged, cases[i].expected == HV_OK);
	}
}

static void test_check_layout_vm_without_disk_is_ok_and_told(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "6.3");
	build_vm(&host, ID_1, "empty", NULL, "E:\\vms");
	build_disk_kind(&host, ID_1, HV_DISK_ISO, "D:\\setup.iso");
	build_end(&host);
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_non_null(
		strstr(find_finding(&r, "VM 'empty'", NULL, 0)->text, "no virtual hard disk"));
	assert_string_equal(r.ok_text, "1 VM, 0 disks: no layout fault");
}

static void test_check_layout_excluded_vms_are_counted_not_judged(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "6.3");
	build_vm(&host, ID_1, "kept", NULL, "E:\\vms");
	build_disk(&host, ID_1, "E:\\vms\\a.vhdx");
	build_vm(&host, ID_2, "left-out", NULL, "E:\\vms");
	build_disk(&host, ID_2, "E:\\b.vhdx");
	build_end(&host);
	host.vms[1].excluded = true;
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_int_equal(r.seen, 2);
	assert_int_equal(r.judged, 1);
	assert_int_equal(r.excluded, 1);
}

static void test_check_layout_says_what_it_could_not_know(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "6.1");
	host.sections[HV_SECTION_VOLUMES].status = HV_SECTION_NOT_ASKED;
	build_vm(&host, ID_1, "sql01", NULL, NULL);
	build_disk(&host, ID_1, "E:\\vms\\a.vhd");
	build_end(&host);
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_string_equal(
		r.limits, "mount points not known; checkpoint folder of 1 VM not known");
}

/* Hostile numbers of disks do not make as many findings. */
static void test_check_layout_bounds_the_findings_of_one_vm(void **state)
{
	enum { DISKS = 200, NAMED = 64 };
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	const struct hv_finding *last = &r.spare_finding;

	(void)state;
	build_host(&host, "6.3");
	build_vm(&host, ID_1, "sql01", NULL, "E:\\vms");
	for (unsigned int i = 0; i < DISKS; i++)
		build_disk(&host, ID_1, hv_arena_printf(&host.arena, "E:\\%u.vhdx", i));
	build_end(&host);
	evaluate_default(&host, &r);
	assert_int_equal(r.finding_count, NAMED + 1);
	for (const struct hv_finding *f = r.findings; f != NULL; f = f->next)
		last = f;
	assert_string_equal(last->text, "and 136 further disks like these");
	assert_int_equal(last->state, HV_WARNING);
	assert_true(find_metric(&r, "root_disks")->value == DISKS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_layout_names_the_disk_to_blame),
		cmocka_unit_test(test_check_layout_the_known_cure_is_ok),
		cmocka_unit_test(test_check_layout_rules),
		cmocka_unit_test(test_check_layout_rule_option_changes_and_silences),
		cmocka_unit_test(test_check_layout_backup_set),
		cmocka_unit_test(test_check_layout_backup_volume_that_does_not_exist),
		cmocka_unit_test(test_check_layout_path_that_is_not_understood_is_unknown),
		cmocka_unit_test(test_check_layout_vm_without_disk_is_ok_and_told),
		cmocka_unit_test(test_check_layout_excluded_vms_are_counted_not_judged),
		cmocka_unit_test(test_check_layout_says_what_it_could_not_know),
		cmocka_unit_test(test_check_layout_bounds_the_findings_of_one_vm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
