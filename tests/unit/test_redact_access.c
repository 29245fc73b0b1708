/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Permissions in redacted captures: check_hyperv_acl says of the same VMs what it said before,
 * since accounts stay whose they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "check/file-access.h"
#include "cim/builder.h"
#include "cim/capture-json.h"
#include "cim/redact.h"
#include "model-builder.h"

extern const struct hv_check check_hyperv_acl;

enum { TEXT_MAX = 1 << 16 };

/* Of ID_1, ID_2 and ID_3, which no VM has */
#define SID_1     "S-1-5-83-1-286331153-286331153-286331153-286331153"
#define SID_2     "S-1-5-83-1-572662306-572662306-572662306-572662306"
#define SID_3     "S-1-5-83-1-858993459-858993459-858993459-858993459"
#define DOMAIN_OF "S-1-5-21-397955417-626881126-188441444"
#define ANNA      DOMAIN_OF "-1104"
#define BERT      DOMAIN_OF "-1105"
#define BASE      "(A;ID;FA;;;BA)(A;ID;FA;;;SY)"
#define DISK      "E:\\VMs\\sql01\\customer.vhdx"
#define GOOD      "D:" BASE

union config {
	unsigned char bytes[64];
	max_align_t align;
};

/* Two VMs with a disk each. What the second one has is good. */
static void make_capture(
	struct hv_buf *out, const char *property, const char *disk, const char *folder)
{
	hv_buf_init(out, TEXT_MAX);
	hv_buf_addf(out,
		"{\"format\":\"hyperv-capture/1\",\"computer_name\":\"HV01\",\"classes\":["
		"{\"namespace\":\"root/virtualization/v2\",\"class\":\"Msvm_ComputerSystem\","
		"\"instances\":[{\"Name\":\"HV01\",\"ElementName\":\"HV01\"},"
		"{\"Name\":\"" ID_1 "\",\"ElementName\":\"sql01\"},"
		"{\"Name\":\"" ID_2 "\",\"ElementName\":\"web01\"}]},"
		"{\"namespace\":\"root/virtualization/v2\","
		"\"class\":\"Msvm_VirtualSystemSettingData\",\"instances\":["
		"{\"InstanceID\":\"Microsoft:" ID_1 "\",\"VirtualSystemIdentifier\":\"" ID_1 "\","
		"\"VirtualSystemType\":\"Microsoft:Hyper-V:System:Realized\"},"
		"{\"InstanceID\":\"Microsoft:" ID_2 "\",\"VirtualSystemIdentifier\":\"" ID_2 "\","
		"\"VirtualSystemType\":\"Microsoft:Hyper-V:System:Realized\"}]},"
		"{\"namespace\":\"root/virtualization/v2\","
		"\"class\":\"Msvm_StorageAllocationSettingData\",\"instances\":["
		"{\"InstanceID\":\"Microsoft:" ID_1 "\\\\" ID_3 "\\\\0\\\\0\\\\L\","
		"\"ResourceSubType\":\"Microsoft:Hyper-V:Virtual Hard Disk\","
		"\"HostResource\":[\"E:\\\\VMs\\\\sql01\\\\customer.vhdx\"]},"
		"{\"InstanceID\":\"Microsoft:" ID_2 "\\\\" ID_3 "\\\\0\\\\0\\\\L\","
		"\"ResourceSubType\":\"Microsoft:Hyper-V:Virtual Hard Disk\","
		"\"HostResource\":[\"E:\\\\VMs\\\\web01\\\\shop.vhdx\"]}]},"
		"{\"namespace\":\"root/virtualization/v2\","
		"\"class\":\"Msvm_ResourceAllocationSettingData\",\"instances\":[]},"
		"{\"namespace\":\"files\",\"class\":\"FileSecurity\",\"instances\":["
		"{\"Path\":\"E:\\\\VMs\\\\sql01\\\\customer.vhdx\",\"%s\":\"%s\"},"
		"{\"Path\":\"E:\\\\VMs\\\\sql01\",\"Sddl\":\"%s\"},"
		"{\"Path\":\"E:\\\\VMs\\\\web01\\\\shop.vhdx\","
		"\"Sddl\":\"O:" BERT "D:(A;;FA;;;" SID_2 ")(A;;FA;;;" BERT ")" BASE "\"},"
		"{\"Path\":\"E:\\\\VMs\\\\web01\",\"Sddl\":\"" GOOD "\"}]}]}",
		property, disk, folder);
}

static void redact(const struct hv_buf *capture, struct hv_buf *out)
{
	struct hv_err err = HV_ERR_INIT;

	hv_buf_init(out, TEXT_MAX);
	if (hv_redact(capture->data, capture->len, out, &err) < 0)
		fail_msg("%s", err.text);
	assert_null(strstr(hv_buf_str(out), DOMAIN_OF));
	assert_null(strstr(hv_buf_str(out), "customer"));
}

static void load(const struct hv_buf *capture, struct hv_host *host)
{
	const unsigned int sections = check_hyperv_acl.needs | check_hyperv_acl.uses;
	struct hv_err err = HV_ERR_INIT;
	struct hv_builder builder;
	struct hv_sink sink;

	hv_host_init(host);
	hv_builder_init(&builder, host, sections, NULL);
	sink = hv_builder_sink(&builder);
	if (hv_capture_json_read(
		    (const uint8_t *)capture->data, capture->len, "c", sections, &sink, &err) < 0 ||
		hv_builder_finish(&builder, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(hv_host_has(host, check_hyperv_acl.needs));
}

static void evaluate(const struct hv_host *host, struct hv_report *r)
{
	union config config;

	assert_true(check_hyperv_acl.config_size <= sizeof(config));
	config_defaults(&check_hyperv_acl, &config);
	hv_report_init(r);
	check_hyperv_acl.eval(host, &config, 0, r);
	assert_false(hv_report_failed(r));
}

/* The permissions of the one disk of the VM. */
static const struct hv_acl *acl_of(const struct hv_host *host, const char *vm_id)
{
	for (size_t i = 0; i < host->disk_count; i++) {
		const struct hv_disk *disk = &host->disks[i];

		if (disk->vm != NULL && strcmp(disk->vm->id, vm_id) == 0) {
			const struct hv_acl *acl = hv_host_acl(host, disk->place.path);

			assert_non_null(acl);
			return acl;
		}
	}
	fail_msg("no disk of %s", vm_id);
	return NULL;
}

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* --- Verdict --- */

static const struct verdict_case {
	const char *property, *disk, *folder; /* of the disk of ID_1 */
	enum hv_state state;
	const char *rule; /* of the only finding; NULL: there is none */
} verdict_cases[] = {
	{ "Sddl", "O:" ANNA "G:DUD:(A;;FA;;;" ANNA ")(A;;FRFW;;;" SID_1 ")" BASE, GOOD, HV_OK,
		NULL },
	{ "Sddl", "O:" ANNA "D:(A;;FA;;;" ANNA ")(A;;FA;;;S-1-5-83-0)", GOOD, HV_OK, NULL },
	{ "Sddl", "D:(A;;FA;;;" BERT ")(A;;FA;;;S-1-5-11)", GOOD, HV_OK, HV_RULE_DISK_ACCESS },
	{ "Sddl", "D:(D;;FA;;;" ANNA ")(A;;FA;;;" SID_1 ")", GOOD, HV_OK, NULL },
	{ "Sddl", "O:BAD:(A;;FA;;;" ANNA ")(A;;FA;;;" BERT ")(A;;FA;;;DA)" BASE, GOOD, HV_CRITICAL,
		HV_RULE_DISK_ACCESS },
	{ "Sddl", "D:(D;;FW;;;" SID_1 ")(A;;FA;;;" ANNA ")(A;;FA;;;" SID_1 ")", GOOD, HV_CRITICAL,
		HV_RULE_DENIED },
	{ "Sddl", "D:(A;;FA;;;" ANNA ")(A;;FA;;;S-1-5-32-545)", GOOD, HV_UNKNOWN,
		HV_RULE_DISK_ACCESS },
	{ "Sddl", "D:(A;;FA;;;" ANNA ")(A;;FA;;;" SID_1 ")(A;;FA;;;" SID_2 ")", GOOD, HV_OK,
		HV_RULE_FOREIGN_VM },
	{ "Sddl", "D:(A;;FA;;;S-1-5-83-0)(A;;FA;;;" SID_3 ")", GOOD, HV_WARNING,
		HV_RULE_FOREIGN_VM },
	{ "Sddl", "D:(A;;FRFW;;;" SID_1 ")", "O:" ANNA "D:(A;;FA;;;" ANNA ")(A;;FA;;;" SID_1 ")",
		HV_WARNING, HV_RULE_FOLDER_ACCESS },
	{ "Sddl", "O:" ANNA "D:(what;;;;;" SID_1 ")", GOOD, HV_UNKNOWN, NULL },
	{ "Icacls",
		"EXAMPLE\\\\anna:(F)\\nNT VIRTUAL MACHINE\\\\" ID_1 ":(R,W)\\n"
		"NT AUTHORITY\\\\SYSTEM:(F)",
		GOOD, HV_OK, NULL },
	{ "Icacls", SID_1 ":(DENY)(W)\\n" ANNA ":(F)\\n" SID_1 ":(F)", GOOD, HV_CRITICAL,
		HV_RULE_DENIED },
};

static void assert_same_verdict(const struct hv_report *a, const struct hv_report *b)
{
	assert_int_equal(hv_report_state(a), hv_report_state(b));
	assert_int_equal(a->seen, b->seen);
	assert_int_equal(a->judged, b->judged);
	assert_int_equal(a->finding_count, b->finding_count);
	for (const struct hv_finding *f = a->findings, *g = b->findings; f != NULL;
		f = f->next, g = g->next) {
		assert_int_equal(f->state, g->state);
		assert_true(same(f->rule, g->rule));
		assert_true(same(f->about.vm_id, g->about.vm_id));
	}
}

static void check_verdict(const struct verdict_case *c)
{
	HV_AUTO(buf) capture;
	HV_AUTO(buf) redacted;
	HV_AUTO(host) host;
	HV_AUTO(host) redacted_host;
	HV_AUTO(report) r;
	HV_AUTO(report) redacted_r;
	const size_t count = c->rule != NULL || c->state != HV_OK;

	make_capture(&capture, c->property, c->disk, c->folder);
	redact(&capture, &redacted);
	load(&capture, &host);
	load(&redacted, &redacted_host);
	evaluate(&host, &r);
	evaluate(&redacted_host, &redacted_r);
	if (hv_report_state(&r) != c->state || r.finding_count != count)
		fail_msg("%s: state %d, %zu findings", c->disk, (int)hv_report_state(&r),
			r.finding_count);
	if (count > 0) {
		assert_true(same(r.findings->rule, c->rule));
		assert_string_equal(r.findings->about.vm_id, ID_1);
	}
	assert_same_verdict(&r, &redacted_r);
}

static void test_redact_keeps_the_verdict_about_permissions(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(verdict_cases); i++)
		check_verdict(&verdict_cases[i]);
}

/* --- Accounts --- */

static void test_redact_keeps_accounts_apart(void **state)
{
	static const char sddl[] =
		"O:" ANNA "D:(A;;FA;;;" SID_1 ")(A;;FA;;;" ANNA ")(A;;FA;;;" BERT ")(A;;FA;;;SY)"
		"(A;;FA;;;" SID_2 ")(A;;FR;;;" ANNA ")(A;;FA;;;S-1-5-32-578)(A;;FA;;;DA)";
	HV_AUTO(buf) capture;
	HV_AUTO(buf) redacted;
	HV_AUTO(host) host;
	HV_AUTO(host) redacted_host;
	const struct hv_acl *before, *after;
	char own[HV_SID_VM_MAX];

	(void)state;
	make_capture(&capture, "Sddl", sddl, GOOD);
	redact(&capture, &redacted);
	load(&capture, &host);
	load(&redacted, &redacted_host);
	before = acl_of(&host, ID_1);
	after = acl_of(&redacted_host, ID_1);
	assert_string_equal(before->path, DISK);
	assert_string_not_equal(after->path, DISK);
	assert_int_equal(after->entry_count, before->entry_count);
	for (size_t i = 0; i < before->entry_count; i++) {
		const struct hv_ace *a = &before->entries[i];
		const struct hv_ace *b = &after->entries[i];
		const bool of_domain = strncmp(a->sid, DOMAIN_OF, strlen(DOMAIN_OF)) == 0;

		assert_int_equal(a->type, b->type);
		assert_int_equal(a->mask, b->mask);
		assert_int_equal(strcmp(a->sid, b->sid) != 0, of_domain);
		for (size_t k = 0; k < i; k++)
			assert_int_equal(strcmp(before->entries[k].sid, a->sid) == 0,
				strcmp(after->entries[k].sid, b->sid) == 0);
	}
	/* Across files, too: the entry of BERT, and that of the VM itself. */
	assert_string_equal(after->entries[2].sid, acl_of(&redacted_host, ID_2)->entries[1].sid);
	assert_true(hv_sid_of_vm(hv_host_vm(&redacted_host, ID_1)->id, own));
	assert_string_equal(after->entries[0].sid, own);
	assert_true(hv_sid_of_vm(hv_host_vm(&redacted_host, ID_2)->id, own));
	assert_string_equal(after->entries[4].sid, own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_redact_keeps_the_verdict_about_permissions),
		cmocka_unit_test(test_redact_keeps_accounts_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
