/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_checkpoints from model to report: what each checkpoint counts as, each boundary,
 * what is told and what removes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/checkpoints.h"
#include "model-builder.h"

extern const struct hv_check check_hyperv_checkpoints;

#define MINUTE  (60 * HV_USEC_PER_SEC)
#define HOUR    (60 * MINUTE)
#define DAY     (24 * HOUR)
#define NOW     (1790000000 * HV_USEC_PER_SEC) /* 2026-09-21 */
#define SQL01   "VM 'sql01'"
#define CP_1    "AAAAAAAA-0000-0000-0000-000000000001"
#define CP_2    "AAAAAAAA-0000-0000-0000-000000000002"
#define AVHDX   "E:\\sql01\\sql01_1.avhdx"
#define REALIZE HV_CHECKPOINT_USER

static void evaluate(
	const struct hv_host *host, const struct hv_checkpoint_config *config, struct hv_report *r)
{
	hv_report_init(r);
	check_hyperv_checkpoints.eval(host, config, NOW, r);
	assert_false(hv_report_failed(r));
}

static void evaluate_default(const struct hv_host *host, struct hv_report *r)
{
	struct hv_checkpoint_config config;

	assert_int_equal(check_hyperv_checkpoints.config_size, sizeof(config));
	config_defaults(&check_hyperv_checkpoints, &config);
	evaluate(host, &config, r);
}

/* A checkpoint of the VM ID_1, so old. */
static struct hv_checkpoint *build_aged(
	struct hv_host *host, const char *id, enum hv_checkpoint_kind kind, hv_usec age)
{
	struct hv_checkpoint *checkpoint;

	build_checkpoint(host, ID_1, id, kind);
	checkpoint = &host->checkpoints[host->checkpoint_count - 1];
	checkpoint->name = id;
	checkpoint->created_at = (struct hv_time){ .usec = NOW - age, .known = true };
	return checkpoint;
}

static void build_sql01(struct hv_host *host, const char *version)
{
	build_host(host, version);
	build_vm(host, ID_1, "sql01", NULL, "E:\\sql01");
}

/* Exactly at a limit is good. */
static void test_check_checkpoints_ages(void **state)
{
	static const struct {
		enum hv_checkpoint_kind kind;
		bool automatic;
		hv_usec age;
		const char *rule;
		enum hv_state expected;
	} cases[] = {
		{ REALIZE, false, 7 * DAY, HV_RULE_USER_AGE, HV_OK },
		{ REALIZE, false, 7 * DAY + 1, HV_RULE_USER_AGE, HV_WARNING },
		{ REALIZE, false, 14 * DAY, HV_RULE_USER_AGE, HV_WARNING },
		{ REALIZE, false, 14 * DAY + 1, HV_RULE_USER_AGE, HV_CRITICAL },
		{ HV_CHECKPOINT_RECOVERY, false, 4 * HOUR, HV_RULE_BACKUP_AGE, HV_OK },
		{ HV_CHECKPOINT_RECOVERY, false, 4 * HOUR + 1, HV_RULE_BACKUP_AGE, HV_WARNING },
		{ HV_CHECKPOINT_RECOVERY, false, 24 * HOUR, HV_RULE_BACKUP_AGE, HV_WARNING },
		{ HV_CHECKPOINT_RECOVERY, false, 24 * HOUR + 1, HV_RULE_BACKUP_AGE, HV_CRITICAL },
		{ HV_CHECKPOINT_RECOVERY, true, 24 * HOUR + 1, HV_RULE_BACKUP_AGE, HV_CRITICAL },
		{ REALIZE, true, 900 * DAY, HV_RULE_AUTOMATIC_AGE, HV_OK }, /* no limit */
		{ HV_CHECKPOINT_REPLICA, false, 900 * DAY, NULL, HV_OK },
		{ HV_CHECKPOINT_PLANNED, false, 900 * DAY, NULL, HV_OK },
		{ REALIZE, false, -HOUR, HV_RULE_USER_AGE, HV_OK }, /* clocks differ a little */
		{ REALIZE, false, -HOUR - 1, HV_RULE_USER_AGE, HV_UNKNOWN },
		{ REALIZE, false, NOW, HV_RULE_USER_AGE, HV_UNKNOWN }, /* older than Hyper-V */
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		const struct hv_finding *f;

		build_sql01(&host, "10.0");
		build_aged(&host, CP_1, cases[i].kind, cases[i].age)->automatic =
			(struct hv_bool){ .value = cases[i].automatic, .known = true };
		build_end(&host);
		evaluate_default(&host, &r);
		f = find_finding(&r, SQL01, NULL, 0);
		assert_non_null(f);
		if (f->state != cases[i].expected)
			fail_msg("case %zu: %s", i, f->text);
		if (f->state == HV_OK)
			assert_null(f->rule);
		else
			assert_string_equal(f->rule, cases[i].rule);
	}
}

static void test_check_checkpoints_automatic_age(void **state)
{
	static const struct {
		hv_usec age;
		enum hv_state expected;
	} cases[] = { { 30 * DAY, HV_OK }, { 30 * DAY + 1, HV_WARNING } };
	struct hv_checkpoint_config config;

	(void)state;
	config_defaults(&check_hyperv_checkpoints, &config);
	config.aged[HV_CHECKPOINTS_AUTOMATIC].warn =
		(struct hv_duration){ .usec = 30 * DAY, .set = true };
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_sql01(&host, "10.0");
		build_aged(&host, CP_1, REALIZE, cases[i].age)->automatic =
			(struct hv_bool){ .value = true, .known = true };
		build_end(&host);
		evaluate(&host, &config, &r);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
	}
}

static void test_check_checkpoints_without_time_are_unknown(void **state)
{
	static const enum hv_checkpoint_kind kinds[] = { REALIZE, HV_CHECKPOINT_RECOVERY };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(kinds); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_sql01(&host, "10.0");
		build_checkpoint(&host, ID_1, CP_1, kinds[i]);
		build_end(&host);
		evaluate_default(&host, &r);
		assert_int_equal(hv_report_state(&r), HV_UNKNOWN);
		assert_int_equal(r.judged, 0);
		assert_false(find_metric(&r, i == 0 ? "user_oldest" : "backup_oldest")->known);
	}
}

static void test_check_checkpoints_running_backup_spares_the_warning(void **state)
{
	static const struct {
		hv_usec age;
		enum hv_state expected;
	} cases[] = { { HOUR, HV_OK }, { 5 * HOUR, HV_OK }, { 25 * HOUR, HV_CRITICAL } };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		const struct hv_finding *f;

		build_sql01(&host, "10.0");
		host.vms[0].operation = HV_VM_BACKING_UP;
		build_aged(&host, CP_1, HV_CHECKPOINT_RECOVERY, cases[i].age);
		build_end(&host);
		evaluate_default(&host, &r);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
		f = find_finding(&r, SQL01, HV_RULE_BACKUP_AGE, 0);
		assert_int_equal(f != NULL, cases[i].age > 4 * HOUR);
		if (f != NULL)
			assert_non_null(strstr(f->text, "says that a backup runs"));
	}
}

static void test_check_checkpoints_missing_is_critical(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;
	const struct hv_finding *f;

	(void)state;
	build_sql01(&host, "10.0");
	build_checkpoint(&host, ID_1, CP_1, HV_CHECKPOINT_MISSING);
	build_end(&host);
	evaluate_default(&host, &r);
	f = find_finding(&r, SQL01, HV_RULE_MISSING, 0);
	assert_non_null(f);
	assert_int_equal(f->state, HV_CRITICAL);
	assert_string_equal(f->text, "the files of checkpoint '" CP_1 "' are missing");
	assert_non_null(strstr(f->remedy, "Get-VMSnapshot -VMName 'sql01'"));
	assert_true(find_metric(&r, "missing")->value == 1);
}

static void test_check_checkpoints_unmerged(void **state)
{
	static const struct {
		const char *path;
		enum hv_disk_kind kind;
		enum hv_vm_operation operation;
		bool checkpoint;
		enum hv_state expected;
	} cases[] = {
		{ AVHDX, HV_DISK_VHD, HV_VM_OPERATION_OTHER, false, HV_WARNING },
		{ "E:\\sql01\\a.AVHD", HV_DISK_VHD, HV_VM_OPERATION_OTHER, false, HV_WARNING },
		{ "E:\\sql01\\a.vhdx", HV_DISK_VHD, HV_VM_OPERATION_OTHER, false, HV_OK },
		{ "E:\\a.avhdx\\a.vhdx", HV_DISK_VHD, HV_VM_OPERATION_OTHER, false, HV_OK },
		{ AVHDX, HV_DISK_ISO, HV_VM_OPERATION_OTHER, false, HV_OK },
		{ AVHDX, HV_DISK_VHD, HV_VM_OPERATION_OTHER, true, HV_OK },
		{ AVHDX, HV_DISK_VHD, HV_VM_MERGING, false, HV_OK },
		{ AVHDX, HV_DISK_VHD, HV_VM_CHECKPOINTING, false, HV_OK },
		{ AVHDX, HV_DISK_VHD, HV_VM_BACKING_UP, false, HV_OK },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_sql01(&host, "10.0");
		host.vms[0].operation = cases[i].operation;
		build_disk_kind(&host, ID_1, cases[i].kind, cases[i].path);
		if (cases[i].checkpoint)
			build_aged(&host, CP_1, REALIZE, HOUR);
		build_end(&host);
		evaluate_default(&host, &r);
		if (hv_report_state(&r) != cases[i].expected)
			fail_msg("case %zu", i);
		assert_true(find_metric(&r, "unmerged_vms")->value ==
			    (cases[i].expected == HV_WARNING));
	}
}

static void test_check_checkpoints_counts(void **state)
{
	static const struct {
		unsigned int count;
		enum hv_checkpoint_kind kind;
		enum hv_state expected;
	} cases[] = {
		{ 40, REALIZE, HV_OK },
		{ 41, REALIZE, HV_WARNING },
		{ 49, REALIZE, HV_WARNING },
		{ 50, REALIZE, HV_CRITICAL },
		{ 41, HV_CHECKPOINT_RECOVERY, HV_WARNING },
		{ 60, HV_CHECKPOINT_REPLICA, HV_OK },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_sql01(&host, "10.0");
		for (unsigned int n = 0; n < cases[i].count; n++)
			build_aged(&host, hv_arena_printf(&host.arena, "CP-%u", n), cases[i].kind,
				HOUR);
		build_end(&host);
		evaluate_default(&host, &r);
		if (hv_report_state(&r) != cases[i].expected)
			fail_msg("case %zu", i);
		assert_int_equal(find_finding(&r, SQL01, HV_RULE_COUNT, 0) != NULL,
			cases[i].expected != HV_OK);
	}
}

static void test_check_checkpoints_counts_of_a_class(void **state)
{
	static const char *const members[] = { "user-count", "backup-count", "automatic-count" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(members); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_checkpoint_config config;
		struct hv_err err = HV_ERR_INIT;

		build_sql01(&host, "10.0");
		build_aged(&host, CP_1, REALIZE, HOUR);
		build_aged(&host, CP_2, REALIZE, HOUR);
		build_end(&host);
		config_defaults(&check_hyperv_checkpoints, &config);
		assert_int_equal(
			hv_range_parse("1",
				config_member(&check_hyperv_checkpoints, &config, members[i]),
				&err),
			0);
		evaluate(&host, &config, &r);
		assert_int_equal(hv_report_state(&r), i == 0 ? HV_WARNING : HV_OK);
		if (i == 0)
			assert_string_equal(find_finding(&r, SQL01, HV_RULE_COUNT, 0)->text,
				"2 user checkpoints, against 1");
	}
}

/* Commands that delete must mean one checkpoint of one VM. */
static void test_check_checkpoints_remedy_names_one_checkpoint(void **state)
{
	static const struct {
		const char *version, *vm, *other_vm, *name, *other_name;
		enum hv_checkpoint_kind kind;
		const char *remedy;
	} cases[] = {
		{ "10.0", "sql01", "web01", "it's", "b", REALIZE,
			"Remove-VMSnapshot -VMName 'sql01' -Name 'it''s'\n" },
		{ "10.0", "sql01", "SQL01", "a", "b", REALIZE,
			"Remove-VMSnapshot -VM (Get-VM -Id '" ID_1 "') -Name 'a'\n" },
		{ "10.0", ID_1, "web01", "a", "b", REALIZE,
			"Remove-VMSnapshot -VM (Get-VM -Id '" ID_1 "') -Name 'a'\n" },
		{ "10.0", "sql01", "web01", "a", "A", REALIZE,
			"Remove-VMSnapshot -VMSnapshot (Get-VMSnapshot -Id '" CP_1 "')\n" },
		{ "10.0", "sql01", "web01", "a*", "b", REALIZE,
			"Remove-VMSnapshot -VMSnapshot (Get-VMSnapshot -Id '" CP_1 "')\n" },
		{ "10.0", "sql01", "web01", "a|b", "b", REALIZE,
			"Remove-VMSnapshot -VMSnapshot (Get-VMSnapshot -Id '" CP_1 "')\n" },
		{ "10.0", "sql01", "web01", "", "b", REALIZE,
			"Remove-VMSnapshot -VMSnapshot (Get-VMSnapshot -Id '" CP_1 "')\n" },
		{ "6.2", "sql01", "SQL01", "a", "b", HV_CHECKPOINT_RECOVERY,
			"(Get-VMSnapshot -VM (Get-VM -Id '" ID_1 "') -SnapshotType Recovery)\n" },
		{ "6.1", "sql01", "web01", "a", "b", REALIZE, "shut the VM down" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		const struct hv_finding *f;

		build_host(&host, cases[i].version);
		build_vm(&host, ID_1, cases[i].vm, NULL, NULL);
		build_vm(&host, ID_2, cases[i].other_vm, NULL, NULL);
		build_aged(&host, CP_1, cases[i].kind, 20 * DAY)->name = cases[i].name;
		build_aged(&host, CP_2, REALIZE, HOUR)->name = cases[i].other_name;
		build_end(&host);
		evaluate_default(&host, &r);
		f = find_finding(&r, NULL, NULL, 0);
		assert_int_equal(f->state, HV_CRITICAL);
		if (strstr(f->remedy, cases[i].remedy) == NULL)
			fail_msg("case %zu: %s", i, f->remedy);
		if (strcmp(cases[i].version, "6.1") == 0)
			assert_null(strstr(f->remedy, "-VM"));
	}
}

static void test_check_checkpoints_rule_option(void **state)
{
	static const struct {
		const char *rule;
		enum hv_state state, expected;
	} cases[] = {
		{ HV_RULE_USER_AGE, HV_OK, HV_OK },
		{ HV_RULE_USER_AGE, HV_WARNING, HV_WARNING },
		{ HV_RULE_BACKUP_AGE, HV_OK, HV_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_checkpoint_config config;
		struct hv_rule_state chosen = { cases[i].rule, cases[i].state };

		build_sql01(&host, "10.0");
		build_aged(&host, CP_1, REALIZE, 20 * DAY);
		build_end(&host);
		config_defaults(&check_hyperv_checkpoints, &config);
		config.rules = (struct hv_rule_states){ .items = &chosen, .count = 1 };
		evaluate(&host, &config, &r);
		assert_int_equal(hv_report_state(&r), cases[i].expected);
	}
}

static void test_check_checkpoints_metrics(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	build_sql01(&host, "10.0");
	build_vm(&host, ID_2, "web01", NULL, NULL);
	build_vm(&host, ID_3, "out", NULL, NULL);
	host.vms[2].excluded = true;
	build_aged(&host, CP_1, REALIZE, 2 * DAY);
	build_aged(&host, CP_2, REALIZE, 3 * DAY);
	build_checkpoint(&host, ID_3, "CP-3", HV_CHECKPOINT_MISSING);
	build_end(&host);
	evaluate_default(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
	assert_true(find_metric(&r, "most")->value == 2);
	assert_true(find_metric(&r, "user")->value == 2);
	assert_true(find_metric(&r, "missing")->value == 0);
	assert_true(find_metric(&r, "user_oldest")->value == 3 * 86400);
	assert_true(find_metric(&r, "user_oldest")->crit.end == 14 * 86400);
	assert_false(find_metric(&r, "automatic_oldest")->crit.set);
	assert_int_equal(r.seen, 3);
	assert_int_equal(r.judged, 2);
	assert_int_equal(r.excluded, 1);
}

static void test_check_checkpoints_disks_not_told_is_a_limit(void **state)
{
	for (int told = 0; told < 2; told++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		(void)state;
		build_sql01(&host, "10.0");
		if (!told)
			host.sections[HV_SECTION_DISKS].status = HV_SECTION_NOT_ASKED;
		build_end(&host);
		evaluate_default(&host, &r);
		assert_int_equal(r.limits != NULL, !told);
	}
}

static void test_check_checkpoints_refuses_contradicting_ages(void **state)
{
	static const struct {
		hv_usec warn, crit;
		int expected;
	} cases[] = { { DAY, DAY, 0 }, { DAY, 2 * DAY, 0 }, { 2 * DAY, DAY, -1 } };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		for (size_t n = 0; n < HV_CHECKPOINTS_AGED; n++) {
			struct hv_err err = HV_ERR_INIT;
			struct hv_checkpoint_config config = { .rules = { .count = 0 } };

			config.aged[n].warn =
				(struct hv_duration){ .usec = cases[i].warn, .set = true };
			config.aged[n].crit =
				(struct hv_duration){ .usec = cases[i].crit, .set = true };
			assert_int_equal(check_hyperv_checkpoints.validate(&config, &err),
				cases[i].expected);
			if (cases[i].expected < 0)
				assert_non_null(strstr(err.text, "contradict"));
		}
	}
}

static struct hv_job *build_job(struct hv_host *host, enum hv_job_kind kind, uint64_t state)
{
	struct hv_job *job = hv_host_add_job(host, NULL);

	assert_non_null(job);
	*job = (struct hv_job){
		.id = "J",
		.kind = kind,
		.state = { .value = state, .known = true },
	};
	hv_host_section_present(host, HV_SECTION_JOBS, "test");
	return job;
}

/* Jobs: 4 is running, 7 completed, 10 failed. */
static void test_check_checkpoints_merge_jobs(void **state)
{
	static const struct {
		enum hv_job_kind kind;
		uint64_t state;
		hv_usec age; /* -1: not told */
		const char *rule;
	} cases[] = {
		{ HV_JOB_MERGE, 4, DAY, NULL },
		{ HV_JOB_MERGE, 4, DAY + 1, HV_RULE_MERGE_AGE },
		{ HV_JOB_MERGE, 4, -1, NULL },
		{ HV_JOB_MERGE, 4, -DAY, NULL },
		{ HV_JOB_MERGE, 7, 2 * DAY, NULL },
		{ HV_JOB_MERGE, 10, HOUR, HV_RULE_MERGE_FAILED },
		{ HV_JOB_OTHER, 10, HOUR, NULL },
		{ HV_JOB_BACKUP, 4, 2 * DAY, NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;
		struct hv_job *job;

		build_sql01(&host, "10.0");
		build_disk_kind(&host, ID_1, HV_DISK_VHD, AVHDX);
		build_aged(&host, CP_1, REALIZE, HOUR);
		job = build_job(&host, cases[i].kind, cases[i].state);
		job->child = AVHDX;
		job->hresult = (struct hv_u64){ .value = 0x80070070, .known = true };
		if (cases[i].age != -1)
			job->started_at =
				(struct hv_time){ .usec = NOW - cases[i].age, .known = true };
		build_end(&host);
		evaluate_default(&host, &r);
		if (hv_report_state(&r) != (cases[i].rule != NULL ? HV_WARNING : HV_OK))
			fail_msg("case %zu", i);
		if (cases[i].rule == NULL)
			continue;
		assert_string_equal(r.findings->next->rule, cases[i].rule);
		assert_string_equal(r.findings->next->item, SQL01);
		assert_string_equal(r.findings->next->about.vm_id, ID_1);
		assert_non_null(strstr(r.findings->next->text, AVHDX));
	}
}

/* Jobs do not tell which VM they are for, so they only spare a warning. */
static void test_check_checkpoints_running_jobs_spare_warnings(void **state)
{
	static const struct {
		enum hv_job_kind kind;
		uint64_t state;
		enum hv_state backup, unmerged;
	} cases[] = {
		{ HV_JOB_BACKUP, 4, HV_OK, HV_OK },
		{ HV_JOB_BACKUP, 7, HV_WARNING, HV_WARNING },
		{ HV_JOB_MERGE, 4, HV_WARNING, HV_OK },
		{ HV_JOB_OTHER, 4, HV_WARNING, HV_WARNING },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) backup;
		HV_AUTO(host) unmerged;
		HV_AUTO(report) b;
		HV_AUTO(report) u;

		build_sql01(&backup, "10.0");
		build_aged(&backup, CP_1, HV_CHECKPOINT_RECOVERY, 5 * HOUR);
		build_job(&backup, cases[i].kind, cases[i].state);
		build_end(&backup);
		evaluate_default(&backup, &b);
		build_sql01(&unmerged, "10.0");
		build_disk_kind(&unmerged, ID_1, HV_DISK_VHD, AVHDX);
		build_job(&unmerged, cases[i].kind, cases[i].state);
		build_end(&unmerged);
		evaluate_default(&unmerged, &u);
		if (hv_report_state(&b) != cases[i].backup ||
			hv_report_state(&u) != cases[i].unmerged)
			fail_msg("case %zu", i);
		if (cases[i].backup == HV_WARNING)
			assert_non_null(strstr(b.findings->text, "no backup job is running"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_checkpoints_ages),
		cmocka_unit_test(test_check_checkpoints_automatic_age),
		cmocka_unit_test(test_check_checkpoints_without_time_are_unknown),
		cmocka_unit_test(test_check_checkpoints_running_backup_spares_the_warning),
		cmocka_unit_test(test_check_checkpoints_missing_is_critical),
		cmocka_unit_test(test_check_checkpoints_unmerged),
		cmocka_unit_test(test_check_checkpoints_merge_jobs),
		cmocka_unit_test(test_check_checkpoints_running_jobs_spare_warnings),
		cmocka_unit_test(test_check_checkpoints_counts),
		cmocka_unit_test(test_check_checkpoints_counts_of_a_class),
		cmocka_unit_test(test_check_checkpoints_remedy_names_one_checkpoint),
		cmocka_unit_test(test_check_checkpoints_rule_option),
		cmocka_unit_test(test_check_checkpoints_metrics),
		cmocka_unit_test(test_check_checkpoints_disks_not_told_is_a_limit),
		cmocka_unit_test(test_check_checkpoints_refuses_contradicting_ages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
