/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_acl from model to report: each rule fires, and does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/file-access.h"
#include "model-builder.h"
#include "model/sddl.h"

extern const struct hv_check check_hyperv_acl;

#define DISK   "E:\\VMs\\sql01\\c.vhdx"
#define FOLDER "E:\\VMs\\sql01"

/* Of ID_1, ID_2 and ID_3 */
#define SID_1 "S-1-5-83-1-286331153-286331153-286331153-286331153"
#define SID_2 "S-1-5-83-1-572662306-572662306-572662306-572662306"
#define SID_3 "S-1-5-83-1-858993459-858993459-858993459-858993459"
#define OWN   "(A;;FRFW;;;" SID_1 ")"
#define BASE  "(A;ID;FA;;;BA)(A;ID;FA;;;SY)"

union config {
	unsigned char bytes[64];
	max_align_t align;
};

static void evaluate(const struct hv_host *host, struct hv_report *r)
{
	union config config;

	assert_true(check_hyperv_acl.config_size <= sizeof(config));
	config_defaults(&check_hyperv_acl, &config);
	hv_report_init(r);
	check_hyperv_acl.eval(host, &config, 0, r);
	assert_false(hv_report_failed(r));
}

static void add_acl(struct hv_host *host, const char *path, const char *sddl)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_acl *acl = hv_host_add_acl(host, &err);

	assert_non_null(acl);
	acl->path = path;
	assert_int_equal(hv_sddl_parse(sddl, &host->arena, acl, &err), 0);
}

static void add_error(struct hv_host *host, const char *path, const char *error)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_acl *acl = hv_host_add_acl(host, &err);

	assert_non_null(acl);
	acl->path = path;
	acl->error = error;
}

/* VM 'sql01' with one disk */
static void begin(struct hv_host *host)
{
	build_host(host, "6.3.9600");
	build_vm(host, ID_1, "sql01", NULL, FOLDER);
	build_disk(host, ID_1, DISK);
}

static void test_check_acl_judges_the_disk(void **state)
{
	static const struct {
		const char *sddl;
		enum hv_state state;
		const char *rule; /* of the first finding; NULL: there is none */
	} cases[] = {
		{ "D:" OWN BASE, HV_OK, NULL },
		{ "D:(A;;FA;;;S-1-5-83-0)" BASE, HV_OK, NULL },
		{ "D:(A;;FR;;;" SID_1 ")(A;;FW;;;S-1-5-83-0)", HV_OK, NULL },
		{ "D:(A;;0x1301bf;;;" SID_1 ")", HV_OK, NULL },
		{ "D:NO_ACCESS_CONTROL", HV_OK, NULL },
		{ "D:(A;;FA;;;WD)", HV_OK, HV_RULE_DISK_ACCESS },
		{ "D:(A;;FA;;;AU)", HV_OK, HV_RULE_DISK_ACCESS },
		{ "D:" BASE, HV_CRITICAL, HV_RULE_DISK_ACCESS },
		{ "D:", HV_CRITICAL, HV_RULE_DISK_ACCESS },
		{ "D:(A;;FR;;;" SID_1 ")" BASE, HV_CRITICAL, HV_RULE_DISK_ACCESS },
		{ "D:(A;OICIIO;FA;;;" SID_1 ")", HV_CRITICAL, HV_RULE_DISK_ACCESS },
		{ "D:(A;;FA;;;DA)(A;;FA;;;S-1-5-21-1-2-3-1001)", HV_CRITICAL, HV_RULE_DISK_ACCESS },
		{ "D:(A;;FA;;;BU)", HV_UNKNOWN, HV_RULE_DISK_ACCESS },
		{ "D:(XA;;FA;;;" SID_1 ";(a == b))", HV_UNKNOWN, HV_RULE_DISK_ACCESS },
		{ "D:(D;;FW;;;BU)" OWN, HV_UNKNOWN, HV_RULE_DISK_ACCESS },
		{ "D:(D;;FA;;;" SID_1 ")" OWN, HV_CRITICAL, HV_RULE_DENIED },
		{ "D:(D;;0x2;;;WD)(A;;FA;;;" SID_1 ")", HV_CRITICAL, HV_RULE_DENIED },
		{ "D:(D;;WD;;;WD)" OWN, HV_OK, NULL },
		{ "D:(D;;FA;;;BA)" OWN, HV_OK, NULL },
		{ "D:(D;IO;FA;;;WD)" OWN, HV_OK, NULL },
		{ "D:" OWN "(D;;FA;;;WD)", HV_OK, NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		begin(&host);
		add_acl(&host, DISK, cases[i].sddl);
		add_acl(&host, FOLDER, "D:" BASE);
		build_end(&host);
		evaluate(&host, &r);
		if (hv_report_state(&r) != cases[i].state)
			fail_msg("%s: state %d", cases[i].sddl, (int)hv_report_state(&r));
		assert_int_equal(r.seen, 2);
		assert_int_equal(r.judged, cases[i].state == HV_UNKNOWN ? 1 : 2);
		if (cases[i].rule == NULL)
			assert_null(r.findings);
		else
			assert_string_equal(r.findings->rule, cases[i].rule);
	}
}

static void test_check_acl_blames_the_file(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	begin(&host);
	add_acl(&host, DISK, "D:P" BASE);
	build_end(&host);
	evaluate(&host, &r);
	assert_string_equal(r.findings->item, "VM 'sql01'");
	assert_string_equal(r.findings->text, "may not read and write its disk " DISK);
	assert_string_equal(r.findings->about.path, DISK);
	assert_string_equal(r.findings->about.vm_id, ID_1);
	assert_non_null(strstr(r.findings->why, "Inheritance is switched off"));
	assert_non_null(strstr(r.findings->remedy,
		"icacls \"" DISK "\" /grant \"NT VIRTUAL MACHINE\\" ID_1 ":(F)\""));
	assert_string_equal(r.limits, "permissions of 1 folder not told");
}

static void test_check_acl_parents_are_only_read(void **state)
{
	static const struct {
		const char *sddl;
		enum hv_state state;
	} cases[] = {
		{ "D:(A;;FR;;;" SID_1 ")", HV_OK },
		{ "D:(A;;FA;;;SY)", HV_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		begin(&host);
		build_checkpoint(&host, ID_1, ID_3, HV_CHECKPOINT_USER);
		build_disk(&host, ID_3, FOLDER "\\base.vhdx");
		add_acl(&host, DISK, "D:" OWN);
		add_acl(&host, FOLDER, "D:" BASE);
		add_acl(&host, FOLDER "\\base.vhdx", cases[i].sddl);
		build_end(&host);
		evaluate(&host, &r);
		assert_int_equal(hv_report_state(&r), cases[i].state);
	}
}

static void test_check_acl_foreign_vm(void **state)
{
	static const struct {
		const char *disk, *sddl;
		bool shared;
		enum hv_state state;
		const char *text; /* in that of the finding; NULL: there is none */
	} cases[] = {
		{ DISK, "D:(A;;FA;;;" SID_2 ")(A;;FA;;;S-1-5-83-0)", false, HV_WARNING,
			"VM 'web02', and none" },
		{ DISK, "D:(A;;FA;;;" SID_3 ")(A;;FA;;;S-1-5-83-0)", false, HV_WARNING, ID_3 },
		{ DISK, "D:(A;;FA;;;" SID_3 ")" BASE, false, HV_CRITICAL, ID_3 },
		{ DISK, "D:(A;;FA;;;" SID_3 ")" OWN, false, HV_OK, "beside its own" },
		{ DISK, "D:(D;;FA;;;" SID_3 ")(A;;FA;;;S-1-5-83-0)", false, HV_OK, NULL },
		{ DISK, "D:(A;;FA;;;" SID_3 ")(A;;FA;;;S-1-5-83-0)", true, HV_OK, NULL },
		{ FOLDER "\\q.vhds", "D:(A;;FA;;;" SID_3 ")(A;;FA;;;S-1-5-83-0)", false, HV_OK,
			NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		const struct hv_finding *f;
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "10.0.17763");
		build_vm(&host, ID_1, "sql01", NULL, FOLDER);
		build_vm(&host, ID_2, "web02", NULL, FOLDER);
		build_disk(&host, ID_1, cases[i].disk);
		if (cases[i].shared)
			build_disk(&host, ID_2, cases[i].disk);
		add_acl(&host, cases[i].disk, cases[i].sddl);
		add_acl(&host, FOLDER, "D:(A;;FA;;;S-1-5-83-0)" BASE);
		build_end(&host);
		evaluate(&host, &r);
		assert_int_equal(hv_report_state(&r), cases[i].state);
		f = find_finding(&r, NULL, HV_RULE_FOREIGN_VM, 0);
		assert_int_equal(f != NULL, cases[i].text != NULL);
		if (f != NULL)
			assert_non_null(strstr(f->text, cases[i].text));
	}
}

static void test_check_acl_folders(void **state)
{
	static const struct {
		const char *disk, *folder;
		const char *rule; /* NULL: sound */
	} cases[] = {
		{ DISK, "D:" BASE, NULL },
		{ DISK, "D:(A;;FA;;;BA)", NULL },
		{ DISK, "D:(A;OICIIO;FA;;;SY)", HV_RULE_FOLDER_ACCESS },
		{ DISK, "D:(D;;0x2;;;WD)" BASE, HV_RULE_FOLDER_ACCESS },
		{ DISK, "D:(A;;FA;;;BU)", NULL },
		{ DISK, "D:NO_ACCESS_CONTROL", NULL },
		{ FOLDER "\\q.vhds", "D:" BASE, HV_RULE_SHARED_FOLDER },
		{ FOLDER "\\q.vhds", "D:(A;OI;FA;;;" SID_1 ")" BASE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) r;

		build_host(&host, "10.0.17763");
		build_vm(&host, ID_1, "sql01", NULL, FOLDER);
		build_disk(&host, ID_1, cases[i].disk);
		add_acl(&host, cases[i].disk, "D:" OWN);
		add_acl(&host, FOLDER, cases[i].folder);
		build_end(&host);
		evaluate(&host, &r);
		if (hv_report_state(&r) != (cases[i].rule ? HV_WARNING : HV_OK))
			fail_msg("%s: state %d", cases[i].folder, (int)hv_report_state(&r));
		assert_int_equal(
			find_finding(&r, NULL, cases[i].rule, 0) != NULL, cases[i].rule != NULL);
	}
}

static void test_check_acl_what_is_not_told_is_unknown(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	begin(&host);
	build_disk(&host, ID_1, FOLDER "\\d.vhdx");
	build_disk(&host, ID_1, FOLDER "\\e.vhdx");
	add_acl(&host, DISK, "D:" OWN);
	add_error(&host, FOLDER, "denied");
	add_error(&host, FOLDER "\\d.vhdx", "denied");
	build_end(&host);
	evaluate(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_UNKNOWN);
	assert_int_equal(r.finding_count, 3);
	assert_int_equal(r.seen, 4);
	assert_int_equal(r.judged, 1);
}

static void test_check_acl_tells_one_reason_for_all(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	begin(&host);
	build_disk(&host, ID_1, FOLDER "\\d.vhdx");
	add_error(&host, DISK, "denied");
	add_error(&host, FOLDER, "denied");
	add_error(&host, FOLDER "\\d.vhdx", "denied");
	build_end(&host);
	evaluate(&host, &r);
	assert_int_equal(r.finding_count, 1);
	assert_int_equal(r.findings->state, HV_UNKNOWN);
	assert_int_equal(r.judged, 0);
	assert_int_equal(r.seen, 3);
}

static void test_check_acl_later_source_makes_up_for_an_error(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) r;

	(void)state;
	begin(&host);
	add_error(&host, DISK, "denied");
	add_acl(&host, "e:\\vms\\SQL01\\c.vhdx", "D:" OWN);
	add_acl(&host, FOLDER, "D:" BASE);
	build_end(&host);
	assert_int_equal(host.acl_count, 2);
	evaluate(&host, &r);
	assert_int_equal(hv_report_state(&r), HV_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_acl_judges_the_disk),
		cmocka_unit_test(test_check_acl_blames_the_file),
		cmocka_unit_test(test_check_acl_parents_are_only_read),
		cmocka_unit_test(test_check_acl_foreign_vm),
		cmocka_unit_test(test_check_acl_folders),
		cmocka_unit_test(test_check_acl_what_is_not_told_is_unknown),
		cmocka_unit_test(test_check_acl_tells_one_reason_for_all),
		cmocka_unit_test(test_check_acl_later_source_makes_up_for_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
