/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layout rules: states by host and guest, the disk that is to blame, the remedy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/layout.h"
#include "model-builder.h"

#define E_DIR   "E:\\Virtual Machines\\my-virtual-server\\"
#define C_DRIVE E_DIR "Virtual Hard Disks\\my-virtual-server-c-drive.vhdx"
#define E_DRIVE E_DIR "Virtual Hard Disks\\my-virtual-server-e-drive.vhdx"

static const struct hv_vm *first_vm(const struct hv_host *host)
{
	assert_int_equal(host->vm_count, 1);
	return &host->vms[0];
}

/* Rule and file of the culprit among the disks of a VM 'sql01' whose folder is on E:. "" for none.
 */
static void expect_culprit(const char *version, const char *guest, const char *const *disks,
	const char *rule, const char *path)
{
	HV_AUTO(host) host;
	const char *got = "";
	const struct hv_disk *culprit;

	build_host(&host, version);
	build_volume(&host, 'D', "D:\\", 100 * GIB, 50 * GIB);
	build_volume(&host, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_volume(&host, 'M', "E:\\Mount\\", 100 * GIB, 50 * GIB);
	build_vm(&host, ID_1, "sql01", guest, "E:\\Virtual Machines\\sql01");
	for (size_t i = 0; disks[i] != NULL; i++)
		build_disk(&host, ID_1, disks[i]);
	build_end(&host);
	culprit = hv_layout_culprit(&host, first_vm(&host), &host.arena, &got);
	assert_string_equal(got, rule);
	assert_string_equal(culprit != NULL ? culprit->place.path : "", path);
}

static void test_layout_culprit_is_the_bare_disk_not_the_first(void **state)
{
	const char *const split[] = { C_DRIVE, E_DRIVE, "D:\\my-virtual-server-d-drive.vhdx",
		NULL };
	const char *const cured[] = { C_DRIVE, E_DRIVE, "D:\\sql01\\my-virtual-server-d-drive.vhdx",
		NULL };

	(void)state;
	expect_culprit("6.3.9600", "6.0.6002", split, "split-root", split[2]);
	expect_culprit("6.3.9600", "6.0.6002", cured, "", "");
}

static void test_layout_culprit_by_rule(void **state)
{
	static const struct {
		const char *version, *disks[4], *rule, *path;
	} cases[] = {
		/* root: one volume only, in a mount point, on shares */
		{ "6.3", { "E:\\a.vhdx" }, "root", "E:\\a.vhdx" },
		{ "6.3", { "E:\\x\\a.vhdx" }, "", "" },
		{ "6.3", { "E:\\Mount\\a.vhdx" }, "root", "E:\\Mount\\a.vhdx" },
		{ "6.3", { "E:\\Mount\\x\\a.vhdx" }, "", "" },
		{ "6.3", { "\\\\fs\\vms\\a.vhdx" }, "root", "\\\\fs\\vms\\a.vhdx" },
		{ "6.3", { "\\\\fs\\vms\\x\\a.vhdx" }, "", "" },
		{ "6.3", { "C:\\ClusterStorage\\Volume1\\a.vhdx" }, "root",
			"C:\\ClusterStorage\\Volume1\\a.vhdx" },
		{ "6.3", { "e:/a.avhdx" }, "root", "E:\\a.avhdx" },
		/* split-root, also across a mount point, two shares, two cluster shared volumes */
		{ "6.3", { "E:\\x\\a.vhdx", "D:\\b.vhdx" }, "split-root", "D:\\b.vhdx" },
		{ "6.3", { "E:\\a.vhdx", "D:\\sql01\\b.vhdx" }, "split-root", "E:\\a.vhdx" },
		{ "6.3", { "E:\\x\\a.vhdx", "E:\\Mount\\b.vhdx" }, "split-root",
			"E:\\Mount\\b.vhdx" },
		{ "6.3", { "E:\\x\\a.vhdx", "E:\\b.vhdx" }, "root", "E:\\b.vhdx" },
		{ "6.3", { "\\\\fs\\a\\sql01\\a.vhdx", "\\\\fs\\b\\b.vhdx" }, "split-root",
			"\\\\fs\\b\\b.vhdx" },
		{ "6.3",
			{ "C:\\ClusterStorage\\Volume1\\sql01\\a.vhdx",
				"C:\\ClusterStorage\\Volume2\\b.vhdx" },
			"split-root", "C:\\ClusterStorage\\Volume2\\b.vhdx" },
		/* vm-folder */
		{ "6.3", { "E:\\x\\a.vhdx", "D:\\y\\b.vhdx" }, "vm-folder", "D:\\y\\b.vhdx" },
		{ "6.3", { "E:\\x\\a.vhdx", "D:\\SQL01\\y\\b.vhdx" }, "", "" },
		{ "6.3", { "E:\\x\\a.vhdx", "D:\\sql01-disks\\b.vhdx" }, "vm-folder",
			"D:\\sql01-disks\\b.vhdx" },
		{ "6.3", { "E:\\x\\a.vhdx", "D:\\" ID_1 "\\b.vhdx" }, "", "" },
		{ "6.2", { "E:\\x\\a.vhdx", "D:\\y\\b.vhdx" }, "", "" },
		{ NULL, { "E:\\x\\a.vhdx", "D:\\y\\b.vhdx" }, "vm-folder", "D:\\y\\b.vhdx" },
		/* the worst rule first, then the order of the bus */
		{ "6.3", { "D:\\y\\b.vhdx", "E:\\x\\a.vhdx", "D:\\c.vhdx" }, "split-root",
			"D:\\c.vhdx" },
		{ "6.3", { "E:\\x\\a.vhdx", "D:\\b.vhdx", "D:\\c.vhdx" }, "split-root",
			"D:\\b.vhdx" },
		{ "6.3", { NULL }, "", "" },
		{ "6.3", { "a.vhdx", "E:\\x\\a.vhdx" }, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++)
		expect_culprit(
			cases[i].version, "6.1", cases[i].disks, cases[i].rule, cases[i].path);
}

static void test_layout_default_states(void **state)
{
	static const struct {
		const char *rule, *version, *guest;
		enum hv_state expected;
	} cases[] = {
		{ "split-root", "6.3", "6.0", HV_CRITICAL },
		{ "split-root", "6.3", "5.2", HV_CRITICAL },
		{ "split-root", "6.3", NULL, HV_CRITICAL },
		{ "split-root", "6.3", "6.1", HV_WARNING },
		{ "split-root", "10.0.20348", "10.0", HV_WARNING },
		{ "split-root", "10.0.20348", "6.0", HV_CRITICAL },
		{ "split-root", NULL, NULL, HV_CRITICAL },
		{ "split-root", NULL, "6.1", HV_WARNING },
		{ "split-root", "6.2", "6.0", HV_WARNING },
		{ "split-root", "6.1", NULL, HV_WARNING },
		{ "root", "6.0", "6.0", HV_WARNING },
		{ "root", "10.0", NULL, HV_WARNING },
		{ "vm-folder", "6.2", NULL, HV_OK },
		{ "vm-folder", "6.3", NULL, HV_WARNING },
		{ "vm-folder", NULL, NULL, HV_WARNING },
		{ "snapshot-volume", "6.0", NULL, HV_CRITICAL },
		{ "snapshot-volume", "6.1", NULL, HV_CRITICAL },
		{ "snapshot-volume", "6.2", NULL, HV_WARNING },
		{ "snapshot-volume", "6.3", NULL, HV_OK },
		{ "snapshot-volume", NULL, NULL, HV_WARNING },
		{ "no-letter", "6.1", NULL, HV_WARNING },
		{ "no-letter", "6.2", NULL, HV_OK },
		{ "no-letter", NULL, NULL, HV_WARNING },
		{ "backup-set", "6.0", NULL, HV_CRITICAL },
		{ "backup-set", "10.0", NULL, HV_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;

		build_host(&host, cases[i].version);
		build_vm(&host, ID_1, "sql01", cases[i].guest, NULL);
		build_end(&host);
		assert_int_equal(hv_layout_default_state(&host, first_vm(&host), cases[i].rule),
			cases[i].expected);
	}
}

/* Linux tells its kernel's version under the same key. */
static void test_layout_guest_version_counts_for_windows_only(void **state)
{
	HV_AUTO(host) host;

	(void)state;
	build_host(&host, "6.3");
	build_vm(&host, ID_1, "web", "6.8", NULL);
	host.vms[0].guest.is_windows = false;
	build_end(&host);
	assert_int_equal(
		hv_layout_default_state(&host, first_vm(&host), "split-root"), HV_CRITICAL);
}

/* The v1 namespace without a version is that of 2008 or 2008 R2. */
static void test_layout_v1_namespace_tells_the_host(void **state)
{
	HV_AUTO(host) host;

	(void)state;
	build_host(&host, NULL);
	build_vm(&host, ID_1, "web", NULL, NULL);
	host.is_v1 = true;
	build_end(&host);
	assert_int_equal(
		hv_layout_default_state(&host, first_vm(&host), "snapshot-volume"), HV_CRITICAL);
	assert_true(hv_layout_by_hand(&host));
}

static void test_layout_judges_live_virtual_disks_only(void **state)
{
	HV_AUTO(host) host;
	const char *rule;

	(void)state;
	build_host(&host, "6.3");
	build_vm(&host, ID_1, "sql01", NULL, "E:\\vms\\sql01");
	build_disk(&host, ID_1, "E:\\vms\\sql01\\a.vhdx");
	build_disk_kind(&host, ID_1, HV_DISK_ISO, "D:\\setup.iso");
	build_disk_kind(&host, ID_1, HV_DISK_FLOPPY, "D:\\boot.vfd");
	build_disk_kind(&host, ID_1, HV_DISK_PASS_THROUGH,
		"\\\\HV01\\root\\virtualization\\v2:Msvm_DiskDrive");
	build_disk(&host, ID_2, "D:\\base.vhdx"); /* a checkpoint's own base file */
	build_end(&host);
	assert_null(hv_layout_culprit(&host, first_vm(&host), &host.arena, &rule));
}

/* Without a configuration folder the first disk tells which volume is the primary one. */
static void test_layout_primary_volume(void **state)
{
	static const struct {
		const char *folder, *path;
	} cases[] = {
		{ NULL, "D:\\y\\b.vhdx" },
		{ "D:\\vms", "E:\\x\\a.vhdx" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		const struct hv_disk *culprit;
		const char *rule = "";

		build_host(&host, "6.3");
		build_vm(&host, ID_1, "sql01", NULL, cases[i].folder);
		build_disk(&host, ID_1, "E:\\x\\a.vhdx");
		build_disk(&host, ID_1, "D:\\y\\b.vhdx");
		build_end(&host);
		culprit = hv_layout_culprit(&host, first_vm(&host), &host.arena, &rule);
		assert_string_equal(rule, "vm-folder");
		assert_non_null(culprit);
		assert_string_equal(culprit->place.path, cases[i].path);
	}
}

/* The remedy for the culprit of a VM with these disks. */
static const char *remedy_of(struct hv_report *r, struct hv_host *host, const char *version,
	const char *name, const char *const *disks)
{
	const struct hv_disk *culprit;
	struct hv_finding *f;
	const char *rule;

	build_host(host, version);
	build_vm(host, ID_1, name, NULL, "E:\\vms");
	for (size_t i = 0; disks[i] != NULL; i++)
		build_disk(host, ID_1, disks[i]);
	build_end(host);
	culprit = hv_layout_culprit(host, first_vm(host), &host->arena, &rule);
	assert_non_null(culprit);
	hv_report_init(r);
	f = hv_report_add(r, HV_CRITICAL, NULL, rule, "x");
	hv_layout_remedy(r, f, host, first_vm(host), culprit);
	assert_false(hv_report_failed(r));
	assert_non_null(f->remedy);
	return f->remedy;
}

static void test_layout_remedy_lines(void **state)
{
	static const struct {
		const char *version, *name, *disks[3], *expected;
	} cases[] = {
		{ "6.3", "sql01", { "E:\\v\\a.vhdx", "D:\\b.vhdx" },
			"Move-VMStorage -VMName 'sql01' -VHDs "
			"@(@{'SourceFilePath'='D:\\b.vhdx';'DestinationFilePath'='D:\\sql01\\b."
			"vhdx'})\n" },
		{ "6.3", "o'brien $x", { "D:\\b c.vhdx" },
			"-VMName 'o''brien $x' -VHDs @(@{'SourceFilePath'='D:\\b "
			"c.vhdx';'DestinationFilePath'='D:\\o''brien $x\\b c.vhdx'})\n" },
		{ "6.3", "a[1]:b", { "D:\\b.vhdx" },
			"-VM (Get-VM -Id '" ID_1 "') -VHDs "
			"@(@{'SourceFilePath'='D:\\b.vhdx';'"
			"DestinationFilePath'='D:\\a[1]_b\\b.vhdx'})\n" },
		/* a name that cannot be printed: the id stands in */
		{ "6.3", "a|b", { "D:\\b.vhdx" }, "'DestinationFilePath'='D:\\" ID_1 "\\b.vhdx'" },
		{ "6.3", "sql01", { "\\\\fs\\share\\b.vhdx" },
			"'DestinationFilePath'='\\\\fs\\share\\sql01\\b.vhdx'" },
		{ "6.3", "sql01", { "C:\\ClusterStorage\\Volume1\\b.vhdx" },
			"'DestinationFilePath'='C:\\ClusterStorage\\Volume1\\sql01\\b.vhdx'" },
		/* two disks must not get one path */
		{ "6.3", "sql01", { "D:\\b.vhdx", "D:\\sql01\\b.vhdx" },
			"'DestinationFilePath'='D:\\sql01\\sql01\\b.vhdx'" },
		{ "6.3", "sql01", { "D:\\x\\b.vhdx", "D:\\y\\b.vhdx", "E:\\v\\a.vhdx" },
			"'DestinationFilePath'='D:\\x\\sql01\\b.vhdx'" },
		{ "6.3", "sql01", { "D:\\b_1.avhdx" }, "delete the VM's checkpoints" },
		{ "6.1", "sql01", { "D:\\b.vhd" },
			"mkdir \"D:\\sql01\" & move \"D:\\b.vhd\" \"D:\\sql01\\b.vhd\"" },
		{ "6.1", "sql01", { "D:\\b.vhd" }, "SCSI controller 0, location 0" },
		{ "6.1", "sql01", { "D:\\b.vhd" },
			"icacls \"D:\\sql01\\b.vhd\" /grant \"NT VIRTUAL MACHINE\\" ID_1 "\":(F)" },
		{ NULL, "sql01", { "D:\\b.vhd" }, "Move-VMStorage" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		const char *disks[] = { cases[i].disks[0], cases[i].disks[1], cases[i].disks[2],
			NULL };
		const char *remedy = remedy_of(&r, &host, cases[i].version, cases[i].name, disks);

		if (strstr(remedy, cases[i].expected) == NULL)
			fail_msg("case %zu: \"%s\" not in \"%s\"", i, cases[i].expected, remedy);
	}
}

/* Hosts without Hyper-V's cmdlets get no command that they do not have, and nobody is told to part
 * a differencing disk from its parent. */
static void test_layout_remedy_before_2012(void **state)
{
	static const struct {
		const char *disk;
		bool moved;
	} cases[] = { { "D:\\b.vhd", true }, { "D:\\b_1.avhd", false } };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		const char *const disks[] = { cases[i].disk, NULL };
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		const char *remedy = remedy_of(&r, &host, "6.1", "sql01", disks);

		assert_null(strstr(remedy, "-VM"));
		assert_int_equal(strstr(remedy, "& move") != NULL, cases[i].moved);
	}
}

static void test_layout_remedy_with_recovery_checkpoint(void **state)
{
	static const struct {
		const char *version;
		enum hv_checkpoint_kind kind;
		bool told;
	} cases[] = {
		{ "6.3", HV_CHECKPOINT_RECOVERY, true },
		{ "6.3", HV_CHECKPOINT_USER, false },
		{ "6.1", HV_CHECKPOINT_RECOVERY, false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_finding *f;

		build_host(&host, cases[i].version);
		build_vm(&host, ID_1, "sql01", NULL, "E:\\vms");
		build_disk(&host, ID_1, "D:\\b.vhdx");
		build_checkpoint(&host, ID_1, ID_2, cases[i].kind);
		build_end(&host);
		hv_report_init(&r);
		f = hv_report_add(&r, HV_WARNING, NULL, NULL, "x");
		hv_layout_remedy(&r, f, &host, first_vm(&host), &host.disks[0]);
		assert_int_equal(
			strstr(f->remedy,
				"Get-VMSnapshot -VMName 'sql01' -SnapshotType Recovery") != NULL,
			cases[i].told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout_culprit_is_the_bare_disk_not_the_first),
		cmocka_unit_test(test_layout_culprit_by_rule),
		cmocka_unit_test(test_layout_default_states),
		cmocka_unit_test(test_layout_guest_version_counts_for_windows_only),
		cmocka_unit_test(test_layout_v1_namespace_tells_the_host),
		cmocka_unit_test(test_layout_judges_live_virtual_disks_only),
		cmocka_unit_test(test_layout_primary_volume),
		cmocka_unit_test(test_layout_remedy_lines),
		cmocka_unit_test(test_layout_remedy_before_2012),
		cmocka_unit_test(test_layout_remedy_with_recovery_checkpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
