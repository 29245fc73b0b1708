/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_space from model to report: which volumes are judged, each boundary, what is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/space.h"
#include "model-builder.h"

extern const struct hv_check check_hyperv_space;

#define TIB  (1024 * GIB)
#define NONE 0

static void evaluate(
	const struct hv_host *host, const struct hv_space_thresholds *t, struct hv_report *r)
{
	hv_report_init(r);
	check_hyperv_space.eval(host, t, 0, r);
	assert_false(hv_report_failed(r));
}

static void evaluate_default(const struct hv_host *host, struct hv_report *r)
{
	struct hv_space_thresholds t;

	assert_int_equal(check_hyperv_space.config_size, sizeof(t));
	config_defaults(&check_hyperv_space, &t);
	evaluate(host, &t, r);
}

/* One VM 'sql01' with its files on E:, 100 GiB free on the spare volume F:. */
static void build_one(
	struct hv_host *host, const char *version, uint64_t capacity, uint64_t free_bytes)
{
	build_host(host, version);
	build_volume(host, 'E', "E:\\", capacity, free_bytes);
	build_volume(host, 'F', "F:\\", TIB, 400 * GIB);
	build_vm(host, ID_1, "sql01", NULL, "E:\\vms\\sql01");
	build_disk(host, ID_1, "E:\\vms\\sql01\\a.vhdx");
	build_vm(host, ID_2, "web01", NULL, "F:\\vms\\web01");
	build_disk(host, ID_2, "F:\\vms\\web01\\a.vhdx");
	build_end(host);
}

static void test_check_space_volume_runs_full(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	const struct hv_finding *f;

	(void)state;
	build_one(&host, "6.3.9600", 500 * GIB, 14 * GIB);
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_CRITICAL);
	f = find_finding(&r, "volume 'E:'", NULL, 0);
	assert_non_null(f);
	assert_string_equal(f->text,
		"2.8 % free (14 GiB of 500 GiB), less than 5 %; disks, checkpoint folder of sql01");
	assert_non_null(strstr(f->why, "beside each virtual hard disk"));
	assert_non_null(strstr(f->why, "not Microsoft's"));
	assert_non_null(strstr(f->remedy, "Extend the volume"));
	assert_non_null(strstr(f->remedy, "(vssadmin list shadows /for=E:)"));
	assert_non_null(strstr(f->remedy, "Move-VMStorage -VMName 'sql01' -VHDs "
					  "@(@{'SourceFilePath'='E:\\vms\\sql01\\a.vhdx';'"
					  "DestinationFilePath'='F:\\sql01\\a.vhdx'})"));
	assert_int_equal(find_finding(&r, "volume 'F:'", NULL, 0)->state, HV_OK);
}

/* Exactly at the threshold is good; one byte less is not. */
static void test_check_space_boundaries(void **state)
{
	static const struct {
		uint64_t capacity, free_bytes;
		enum hv_state expected;
	} cases[] = {
		{ 200 * GIB, 30 * GIB, HV_OK }, /* 15.0 % */
		{ 200 * GIB, 30 * GIB - 1, HV_WARNING },
		{ 200 * GIB, 10 * GIB, HV_WARNING }, /* 5.0 % */
		{ 200 * GIB, 10 * GIB - 1, HV_CRITICAL },
		{ 10 * GIB, 2 * GIB, HV_OK }, /* 20 %, exactly 2 GiB */
		{ 10 * GIB, 2 * GIB - 1, HV_CRITICAL },
		{ 1000000000000, 150000000000, HV_OK },
		{ 999999999980, 149999999997, HV_OK }, /* 15.0 % of an odd size */
		{ 999999999980, 149999999996, HV_WARNING },
		{ 184000000000000000, 27600000000000000, HV_OK },
		{ 184000000000000000, 27599999999999999, HV_WARNING },
		{ 100 * GIB, 100 * GIB, HV_OK },
		{ 100 * GIB, 0, HV_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_one(&host, "6.3", cases[i].capacity, cases[i].free_bytes);
		evaluate_default(&host, &r);
		if (find_finding(&r, "volume 'E:'", NULL, 0)->state != cases[i].expected)
			fail_msg("case %zu: %s", i, find_finding(&r, "volume 'E:'", NULL, 0)->text);
	}
}

static void test_check_space_percent(void **state)
{
	static const struct {
		uint64_t part, whole;
		double expected;
	} cases[] = {
		{ 15, 100, 15.0 },
		{ 3, 20, 15.0 },
		{ 1, 8, 12.5 },
		{ 0, 7, 0.0 },
		{ 7, 7, 100.0 },
		{ (uint64_t)15 << 56, (uint64_t)100 << 56, 15.0 },
		{ UINT64_MAX, UINT64_MAX, 100.0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++)
		assert_true(hv_space_percent(cases[i].part, cases[i].whole) == cases[i].expected);
	assert_true(hv_space_percent(27599999999999999, 184000000000000000) < 15.0);
}

static void test_check_space_text_names_the_threshold(void **state)
{
	static const struct {
		const char *warn, *crit;
		uint64_t warn_bytes, crit_bytes, free_bytes;
		enum hv_state expected;
		const char *text;
	} cases[] = {
		{ "15:", "5:", NONE, 2 * GIB, 29 * GIB, HV_WARNING,
			"14.5 % free (29 GiB of 200 GiB), less than 15 %;" },
		{ "15:", "5:", 64 * GIB, NONE, 50 * GIB, HV_WARNING,
			"25.0 % free (50 GiB of 200 GiB), less than 64 GiB;" },
		{ "15:", "5:", NONE, 60 * GIB, 50 * GIB, HV_CRITICAL, ", less than 60 GiB;" },
		{ "15:", "@10:30", NONE, NONE, 50 * GIB, HV_CRITICAL, ", against @10:30 %;" },
		{ "15:", "5:", 50 * GIB, 2 * GIB, 50 * GIB, HV_OK, "(50 GiB of 200 GiB); disks" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_err err = HV_ERR_INIT;
		struct hv_space_thresholds t = {
			.warn_bytes = { cases[i].warn_bytes, cases[i].warn_bytes != NONE },
			.crit_bytes = { cases[i].crit_bytes, cases[i].crit_bytes != NONE },
		};
		const struct hv_finding *f;

		assert_int_equal(hv_range_parse(cases[i].warn, &t.warn_pct, &err), 0);
		assert_int_equal(hv_range_parse(cases[i].crit, &t.crit_pct, &err), 0);
		build_one(&host, "6.3", 200 * GIB, cases[i].free_bytes);
		evaluate(&host, &t, &r);
		f = find_finding(&r, "volume 'E:'", NULL, 0);
		assert_int_equal(f->state, cases[i].expected);
		if (strstr(f->text, cases[i].text) == NULL)
			fail_msg("case %zu: %s", i, f->text);
	}
}

static void test_check_space_remedy_never_moves_the_checkpoint_folder(void **state)
{
	static const char *const versions[] = { "6.0", "6.1", "6.2", "6.3", "10.0", NULL };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(versions); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		const struct hv_finding *f;
		const bool old = i < 2;

		build_one(&host, versions[i], 500 * GIB, GIB);
		evaluate_default(&host, &r);
		f = find_finding(&r, "volume 'E:'", NULL, 0);
		assert_null(strstr(f->remedy, "SnapshotFilePath"));
		assert_int_equal(strstr(f->remedy, "-VM") == NULL, old);
		assert_null(strstr(f->remedy, "-SnapshotFileLocation"));
		assert_int_equal(strstr(f->remedy, "Move-VMStorage") == NULL, old);
		assert_int_equal(
			strstr(f->remedy, "Another checkpoint folder does not help") != NULL, !old);
		assert_int_equal(
			strstr(f->remedy, "Leave a checkpoint folder on the volume") != NULL, old);
		assert_int_equal(
			strstr(f->why, "(.avhd) grow in the checkpoint folder") != NULL, old);
	}
}

static void test_check_space_judges_what_checkpoints_land_on(void **state)
{
	static const struct {
		const char *item;
		bool judged;
	} cases[] = {
		{ "volume 'C:'", false },       /* configuration only */
		{ "volume 'D:'", true },        /* checkpoint folder */
		{ "volume 'E:'", true },        /* disks */
		{ "volume 'E:\\Mount'", true }, /* a disk on a mount point */
		{ "volume 'F:'", true },        /* shadow copies of E: */
		{ "volume 'G:'", true },        /* smart paging */
		{ "volume 'H:'", false },       /* an ISO image */
		{ "volume 'I:'", false },       /* nothing */
	};
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "6.3");
	for (char letter = 'C'; letter <= 'I'; letter++)
		build_volume(&host, letter, hv_arena_printf(&host.arena, "%c:\\", letter),
			100 * GIB, GIB);
	build_volume(&host, 'M', "E:\\Mount\\", 100 * GIB, GIB);
	build_shadow_storage(&host, 'E', 'F', GIB, 10 * GIB);
	build_shadow_storage(&host, 'I', 'H', 10 * GIB, 10 * GIB);
	build_vm_folders(&host, ID_1, "sql01", NULL, "C:\\vms", "D:\\s", "G:\\paging");
	build_disk(&host, ID_1, "e:\\vms\\sql01\\a.vhdx");
	build_disk(&host, ID_1, "E:\\MOUNT\\sql01\\b.vhdx");
	build_disk_kind(&host, ID_1, HV_DISK_ISO, "H:\\setup.iso");
	build_disk(&host, ID_2, "I:\\base.vhdx"); /* of a checkpoint */
	build_end(&host);
	evaluate_default(&host, &r);
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++)
		if ((find_finding(&r, cases[i].item, NULL, 0) != NULL) != cases[i].judged)
			fail_msg("%s", cases[i].item);
	assert_non_null(
		strstr(find_finding(&r, "volume 'F:'", NULL, 0)->text, "shadow copies of E:"));
	assert_non_null(strstr(
		find_finding(&r, "volume 'G:'", NULL, 0)->text, "smart paging file of sql01"));
	assert_null(find_finding(&r, "shadow storage of volume 'I:'", NULL, 0));
	assert_int_equal(r.seen, 5);
	assert_int_equal(r.judged, 5);
}

static void test_check_space_users_are_named_once_and_bounded(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "6.3");
	build_volume(&host, 'E', "E:\\", 100 * GIB, 50 * GIB);
	for (unsigned int i = 0; i < 17; i++) {
		const char *id =
			hv_arena_printf(&host.arena, "11111111-1111-1111-1111-1111111111%02u", i);

		build_vm(&host, id, hv_arena_printf(&host.arena, "vm%02u", i), NULL, NULL);
		build_disk(&host, id, hv_arena_printf(&host.arena, "E:\\v\\%u-a.vhdx", i));
		build_disk(&host, id, hv_arena_printf(&host.arena, "E:\\v\\%u-b.vhdx", i));
	}
	build_end(&host);
	evaluate_default(&host, &r);
	assert_string_equal(find_finding(&r, "volume 'E:'", NULL, 0)->text,
		"50.0 % free (50 GiB of 100 GiB); disks of vm00, vm01, vm02, vm03, vm04 and 12 "
		"more");
	assert_string_equal(r.ok_text, "1 volume with files of 17 VMs, least free 50 % on E:");
	assert_string_equal(r.limits, "checkpoint folder of 17 VMs not known");
}

/* Uses with the same users are told together, others apart. */
static void test_check_space_uses_are_told_by_user(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "6.3");
	build_volume(&host, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_volume(&host, 'F', "F:\\", 100 * GIB, 50 * GIB);
	build_vm_folders(&host, ID_1, "sql01", NULL, NULL, "F:\\s", "E:\\p");
	build_disk(&host, ID_1, "E:\\v\\a.vhdx");
	build_vm_folders(&host, ID_2, "web01", NULL, NULL, "E:\\s", "F:\\p");
	build_disk(&host, ID_2, "F:\\v\\a.vhdx");
	build_disk(&host, ID_1, "F:\\v\\b.vhdx");
	build_end(&host);
	evaluate_default(&host, &r);
	assert_string_equal(find_finding(&r, "volume 'E:'", NULL, 0)->text,
		"50.0 % free (50 GiB of 100 GiB); disks, smart paging file of sql01; checkpoint "
		"folder of web01");
	assert_string_equal(find_finding(&r, "volume 'F:'", NULL, 0)->text,
		"50.0 % free (50 GiB of 100 GiB); disks of sql01, web01; checkpoint folder of "
		"sql01; smart paging file of web01");
}

static void test_check_space_file_on_no_known_volume_is_unknown(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "6.3");
	build_volume(&host, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_vm(&host, ID_1, "sql01", NULL, "E:\\vms");
	build_disk(&host, ID_1, "E:\\vms\\a.vhdx");
	build_disk(&host, ID_1, "Q:\\vms\\b.vhdx");
	build_disk(&host, ID_1, NULL);
	build_end(&host);
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_UNKNOWN);
	assert_string_equal(find_finding(&r, "VM 'sql01'", NULL, 0)->text,
		"free space not judged, virtual hard disk lies on no known volume: "
		"Q:\\vms\\b.vhdx");
	assert_string_equal(find_finding(&r, "VM 'sql01'", NULL, 1)->text,
		"free space not judged, virtual hard disk without a path");
}

static void test_check_space_shares_are_told_not_judged(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "6.3");
	build_volume(&host, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_vm(&host, ID_1, "sql01", NULL, "E:\\vms");
	build_disk(&host, ID_1, "\\\\fs\\a\\sql01\\a.vhdx");
	build_disk(&host, ID_1, "\\\\fs\\b\\sql01\\b.vhdx");
	build_end(&host);
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_string_equal(r.limits, "not judged: files on \\\\fs\\a, \\\\fs\\b");
	assert_string_equal(r.notes.items[0],
		"not judged: 2 files or folders on shares of other hosts: \\\\fs\\a, \\\\fs\\b");
}

/* Seeing nothing is not health. */
static void test_check_space_nothing_judged_is_unknown(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_host(&host, "6.3");
	build_volume(&host, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_vm(&host, ID_1, "sql01", NULL, "\\\\fs\\a\\sql01");
	build_disk(&host, ID_1, "\\\\fs\\a\\sql01\\a.vhdx");
	build_end(&host);
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_UNKNOWN);
	assert_non_null(strstr(r.findings->text, "no volume was judged"));
}

static void test_check_space_volume_that_tells_no_space_is_unknown(void **state)
{
	static const struct {
		struct hv_u64 capacity, free_bytes;
	} cases[] = {
		{ { 0, true }, { 0, true } },
		{ { 0, false }, { GIB, true } },
		{ { 100 * GIB, true }, { 0, false } },
		{ { 100 * GIB, true }, { 200 * GIB, true } },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_one(&host, "6.3", GIB, GIB);
		host.volumes[0].capacity_bytes = cases[i].capacity;
		host.volumes[0].free_bytes = cases[i].free_bytes;
		evaluate_default(&host, &r);
		assert_int_equal(hv_report_state(&r), HV_UNKNOWN);
		assert_non_null(
			strstr(find_finding(&r, "volume 'E:'", NULL, 0)->text, "not judged"));
		assert_false(find_metric(&r, "E:_free_pct")->known);
		assert_false(find_metric(&r, "E:_free_bytes")->known);
		assert_int_equal(r.judged, 1);
	}
}

static void test_check_space_shadow_storage(void **state)
{
	static const struct {
		uint64_t used, max_bytes;
		enum hv_state expected;
		const char *remedy;
	} cases[] = {
		{ 9 * GIB, 10 * GIB, HV_WARNING, "/maxsize=15360MB" }, /* exactly 90 % */
		{ 9 * GIB - 1, 10 * GIB, HV_OK, NULL },
		{ 10 * GIB, 10 * GIB, HV_WARNING, "vssadmin delete shadows /for=E: /oldest" },
		{ 90 * GIB, 100 * GIB, HV_WARNING, "vssadmin add shadowstorage /for=E: /on=F:" },
		{ GIB, 10 * GIB, HV_OK, NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		const struct hv_finding *f;

		build_host(&host, "6.3");
		build_volume(&host, 'E', "E:\\", 200 * GIB, 40 * GIB);
		build_volume(&host, 'F', "F:\\", 200 * GIB, 150 * GIB);
		build_shadow_storage(&host, 'E', 'E', cases[i].used, cases[i].max_bytes);
		build_vm_folders(&host, ID_1, "sql01", NULL, NULL, "F:\\s", NULL);
		build_disk(&host, ID_1, "E:\\v\\a.vhdx");
		build_end(&host);
		evaluate_default(&host, &r);
		f = find_finding(&r, "shadow storage of volume 'E:'", NULL, 0);
		assert_non_null(f);
		assert_int_equal(f->state, cases[i].expected);
		if (cases[i].remedy != NULL && strstr(f->remedy, cases[i].remedy) == NULL)
			fail_msg("case %zu: %s", i, f->remedy);
		assert_non_null(find_metric(&r, "E:_shadow_pct"));
	}
}

static void test_check_space_shadow_storage_without_maximum_or_numbers(void **state)
{
	HV_AUTO(host) unbounded;
	HV_AUTO(host) unknown;
	HV_AUTO(host) elsewhere;
	HV_AUTO(report) r1;
	HV_AUTO(report) r2;
	HV_AUTO(report) r3;

	(void)state;
	build_host(&unbounded, "6.3");
	build_volume(&unbounded, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_shadow_storage(&unbounded, 'E', 'E', 90 * GIB, UINT64_MAX);
	build_vm(&unbounded, ID_1, "sql01", NULL, "E:\\v");
	build_end(&unbounded);
	evaluate_default(&unbounded, &r1);
	assert_int_equal(hv_report_state(&r1), HV_OK);
	assert_null(find_metric(&r1, "E:_shadow_pct"));

	build_host(&unknown, "6.3");
	build_volume(&unknown, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_shadow_storage(&unknown, 'E', 'E', 0, 10 * GIB);
	unknown.shadow_storages[0].used_bytes.known = false;
	build_vm(&unknown, ID_1, "sql01", NULL, "E:\\v");
	build_end(&unknown);
	evaluate_default(&unknown, &r2);
	assert_int_equal(hv_report_state(&r2), HV_UNKNOWN);
	assert_false(find_metric(&r2, "E:_shadow_pct")->known);

	build_host(&elsewhere, "6.3");
	build_volume(&elsewhere, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_shadow_storage(&elsewhere, 'E', 'Z', GIB, 10 * GIB);
	build_vm(&elsewhere, ID_1, "sql01", NULL, "E:\\v");
	build_end(&elsewhere);
	evaluate_default(&elsewhere, &r3);
	assert_int_equal(hv_report_state(&r3), HV_UNKNOWN);
	assert_non_null(strstr(find_finding(&r3, "shadow storage of volume 'E:'", NULL, 0)->text,
		"not among the host's volumes"));
}

static void test_check_space_metrics(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	const struct hv_metric *pct, *bytes;

	(void)state;
	build_one(&host, "6.3", 200 * GIB, 50 * GIB);
	evaluate_default(&host, &r);
	pct = find_metric(&r, "E:_free_pct");
	bytes = find_metric(&r, "E:_free_bytes");
	assert_true(pct->value == 25.0 && pct->min == 0.0 && pct->max == 100.0);
	assert_true(pct->warn.start == 15.0 && pct->crit.start == 5.0);
	assert_string_equal(pct->uom, "%");
	assert_true(bytes->value == 50.0 * GIB && bytes->max == 200.0 * GIB);
	assert_true(bytes->crit.set && bytes->crit.start == 2.0 * GIB && !bytes->warn.set);
	assert_string_equal(bytes->uom, "B");
}

static void test_check_space_filters(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	HV_AUTO(report) vm_filtered;

	(void)state;
	build_one(&host, "6.3", 100 * GIB, GIB);
	host.volumes[0].excluded = true;
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_null(find_finding(&r, "volume 'E:'", NULL, 0));
	assert_int_equal(r.seen, 2);
	assert_int_equal(r.judged, 1);
	assert_int_equal(r.excluded, 1);

	/* a volume that only VMs left out use is not looked at */
	host.volumes[0].excluded = false;
	host.vms[0].excluded = true;
	evaluate_default(&host, &vm_filtered);
	assert_int_equal(hv_report_state(&vm_filtered), HV_OK);
	assert_null(find_finding(&vm_filtered, "volume 'E:'", NULL, 0));
	assert_int_equal(vm_filtered.seen, 1);
}

static void test_check_space_shadow_storage_not_told_is_a_limit(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_one(&host, "6.3", 100 * GIB, 50 * GIB);
	host.sections[HV_SECTION_SHADOW_STORAGE].status = HV_SECTION_NOT_ASKED;
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_string_equal(r.limits, "shadow storage not known");
}

static void test_check_space_refuses_contradicting_thresholds(void **state)
{
	static const struct {
		const char *warn, *crit;
		uint64_t warn_bytes, crit_bytes;
		bool good;
	} cases[] = {
		{ "15:", "5:", NONE, 2 * GIB, true },
		{ "5:", "5:", NONE, NONE, true },
		{ "5:", "15:", NONE, NONE, false },
		{ "@0:5", "15:", NONE, NONE, true },
		{ "15:", "5:", 3 * GIB, 2 * GIB, true },
		{ "15:", "5:", GIB, 2 * GIB, false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		struct hv_err err = HV_ERR_INIT;
		struct hv_space_thresholds t = {
			.warn_bytes = { cases[i].warn_bytes, cases[i].warn_bytes != NONE },
			.crit_bytes = { cases[i].crit_bytes, cases[i].crit_bytes != NONE },
		};

		assert_int_equal(hv_range_parse(cases[i].warn, &t.warn_pct, &err), 0);
		assert_int_equal(hv_range_parse(cases[i].crit, &t.crit_pct, &err), 0);
		assert_int_equal(check_hyperv_space.validate(&t, &err), cases[i].good ? 0 : -1);
		if (!cases[i].good)
			assert_non_null(strstr(err.text, "contradict"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_space_volume_runs_full),
		cmocka_unit_test(test_check_space_boundaries),
		cmocka_unit_test(test_check_space_percent),
		cmocka_unit_test(test_check_space_text_names_the_threshold),
		cmocka_unit_test(test_check_space_remedy_never_moves_the_checkpoint_folder),
		cmocka_unit_test(test_check_space_judges_what_checkpoints_land_on),
		cmocka_unit_test(test_check_space_users_are_named_once_and_bounded),
		cmocka_unit_test(test_check_space_uses_are_told_by_user),
		cmocka_unit_test(test_check_space_file_on_no_known_volume_is_unknown),
		cmocka_unit_test(test_check_space_shares_are_told_not_judged),
		cmocka_unit_test(test_check_space_nothing_judged_is_unknown),
		cmocka_unit_test(test_check_space_volume_that_tells_no_space_is_unknown),
		cmocka_unit_test(test_check_space_shadow_storage),
		cmocka_unit_test(test_check_space_shadow_storage_without_maximum_or_numbers),
		cmocka_unit_test(test_check_space_metrics),
		cmocka_unit_test(test_check_space_filters),
		cmocka_unit_test(test_check_space_shadow_storage_not_told_is_a_limit),
		cmocka_unit_test(test_check_space_refuses_contradicting_thresholds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
