/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Virtual machine configuration files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/file.h"
#include "cim/vmconfig.h"
#include "sink_recorder.h"

#define ID     "E47E468F-8426-4C4A-98A7-0483DD4F0BE1"
#define CKP    "0FD65A9A-0B39-4F7B-9E9C-2D9D2E9B2B10"
#define IDE    "83f8638b-8dca-4152-9eda-2ca8b33039b4"
#define FLOPPY "8f0d2762-0b00-4e04-af4f-19010527cb93"
#define SCSI_A "d33d01d8-8f56-450e-a8b0-030249e07b6e"
#define SCSI_B "e33d01d8-8f56-450e-a8b0-030249e07b6e"
#define MANIFEST(n, instance)                                                                      \
	"<vdev" n "><device type='string'>d422512d-2bf2-4752-809d-7b82b5fcb1b4</device>"           \
	"<instance type='string'>" instance "</instance></vdev" n ">"
#define DRIVE(n, path, type)                                                                       \
	"<drive" n "><pathname type='string'>" path "</pathname><type type='string'>" type         \
	"</type></drive" n ">"
#define PROPERTIES(rest)                                                                           \
	"<properties><global_id type='string'>" ID "</global_id><name>a &amp; b</name>" rest       \
	"</properties>"
#define BATCH "batch files:VirtualMachineConfiguration origin=o\n"
#define BAG   "bag files:VirtualMachineConfiguration "

static int read_bytes(
	struct recorder *r, const void *bytes, size_t len, const char *origin, struct hv_err *err)
{
	recorder_init(r);
	hv_err_clear(err);
	return hv_vmconfig_read(bytes, len, origin, &r->sink, err);
}

static void test_vmconfig_tells_what_the_file_tells(void **state)
{
	static const struct {
		const char *text;
		const char *log;
	} CASES[] = {
		{ "<configuration>" PROPERTIES("") "</configuration>", BATCH BAG
			"{\"Disks\":[],\"Generation\":1,\"Id\":\"" ID "\",\"Name\":\"a & b\"}\n" },
		{ "<configuration>" PROPERTIES(
			  "<subtype>1</subtype><version>1280</version>") ""
									 "<global_settings><disk_"
									 "merge_pending>True</"
									 "disk_merge_pending><"
									 "snapshots>"
									 "<data_root>C:\\S</"
									 "data_root><list><size>1</"
									 "size><node0><guid>" CKP
									 "</guid>"
									 "<name>before</"
									 "name><parent>" ID
									 "</parent></node0></"
									 "list></snapshots>"
									 "</global_settings></"
									 "configuration>",
			BATCH BAG "{\"CheckpointCount\":1,\"CheckpointDataRoot\":\"C:\\\\S\","
				  "\"Checkpoints\":[{\"Id\":\"" CKP
				  "\",\"Name\":\"before\"}],\"DiskMergePending\":true,\"Disks\":[],"
				  "\"Generation\":2,\"Id\":\"" ID
				  "\",\"Name\":\"a & b\",\"Version\":\"5.0\"}\n" },
		{ "<configuration><_" IDE "_><controller0>" DRIVE("0", "E:\\c.vhd", "VHD") DRIVE(
			  "1", "", "NONE") "</controller0><controller1>" DRIVE("0", "",
			  "ISO") "</controller1></_" IDE "_><_" FLOPPY "_><controller0>" DRIVE("0",
			  "A.vfd", "VFD") "</controller0></_" FLOPPY
					  "_>" PROPERTIES("") "</configuration>",
			BATCH BAG
			"{\"Disks\":[{\"Bus\":\"IDE\",\"Controller\":0,\"Path\":\"E:\\\\c.vhd\","
			"\"Slot\":0,\"Type\":\"VHD\"},{\"Bus\":\"FLOPPY\",\"Controller\":0,"
			"\"Path\":\"A.vfd\",\"Slot\":0,\"Type\":\"VFD\"}],\"Generation\":1,"
			"\"Id\":\"" ID "\",\"Name\":\"a & b\"}\n" },
		/* The second SCSI controller of the manifest is number 1. */
		{ "<configuration><_" SCSI_B "_><controller0>" DRIVE("12", "D:\\d.vhdx",
			  "VHD") "</controller0></_" SCSI_B "_><manifest>" MANIFEST("001", SCSI_A)
				MANIFEST("002", SCSI_B) "</manifest>" PROPERTIES(
					"") "</configuration>",
			BATCH BAG "{\"Disks\":[{\"Bus\":\"SCSI\",\"Controller\":1,"
				  "\"Path\":\"D:\\\\d.vhdx\",\"Slot\":12,\"Type\":\"VHD\"}],"
				  "\"Generation\":1,\"Id\":\"" ID "\",\"Name\":\"a & b\"}\n" },
		{ "<configuration>" PROPERTIES(
			  "<type_id>Snapshots</type_id>") "<settings><global>"
							  "<logical_id>" CKP
							  "</logical_id></global></settings></"
							  "configuration>",
			BATCH BAG "{\"CheckpointOf\":\"" CKP
				  "\",\"Disks\":[],\"Generation\":1,\"Id\":\"" ID
				  "\",\"Name\":\"a & b\"}\n" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(recorder) r;

		if (read_bytes(&r, CASES[i].text, strlen(CASES[i].text), "o", &err) < 0)
			fail_msg("%s: %s", CASES[i].text, err.text);
		assert_string_equal(hv_buf_str(&r.log), CASES[i].log);
	}
}

static void test_vmconfig_below_snapshots_is_a_checkpoint(void **state)
{
	static const char text[] = "<configuration>" PROPERTIES("") "</configuration>";
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(recorder) r;

	(void)state;
	assert_int_equal(read_bytes(&r, text, strlen(text), "dir/Snapshots/" ID ".xml", &err), 0);
	assert_non_null(strstr(hv_buf_str(&r.log), "\"CheckpointOf\":\"unknown\""));
}

static void test_vmconfig_refuses_what_is_none(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum hv_err_kind kind;
		const char *error;
	} CASES[] = {
		{ "", 0, HV_ERR_FORMAT, "o: the file is empty" },
		{ "\x01\x02\x03\x04", 4, HV_ERR_UNSUPPORTED,
			"o: not XML; .vmcx files are not supported yet, export a capture instead "
			"(doc/capture-format.md)" },
		{ "\xFF\xFEx\0", 4, HV_ERR_UNSUPPORTED,
			"o: not XML; .vmcx files are not supported yet" },
		{ "<configuration>", 15, HV_ERR_FORMAT, "o: not well-formed XML" },
		{ "<domain/>", 9, HV_ERR_FORMAT, "o: expected <configuration>, found <domain>" },
		{ "<configuration/>", 16, HV_ERR_FORMAT,
			"o: configuration/properties/global_id: expected a GUID" },
		{ "<!DOCTYPE c [<!ENTITY a 'x'>]><c/>", 34, HV_ERR_FORMAT, "document type" },
		{ "<\xff>", 3, HV_ERR_FORMAT, "o: " },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(recorder) r;

		assert_int_equal(read_bytes(&r, CASES[i].bytes, CASES[i].len, "o", &err), -1);
		assert_int_equal(err.kind, CASES[i].kind);
		if (strstr(err.text, CASES[i].error) == NULL)
			fail_msg("%s, expected %s", err.text, CASES[i].error);
	}
}

static void test_vmconfig_counts_elements(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) text;
	HV_AUTO(recorder) r;

	(void)state;
	hv_buf_init(&text, 1 << 20);
	hv_buf_adds(&text, "<configuration>");
	for (int i = 0; i < 20000; i++)
		hv_buf_adds(&text, "<x/>");
	hv_buf_adds(&text, "</configuration>");
	assert_int_equal(read_bytes(&r, hv_buf_str(&text), text.len, "o", &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
}

/* A recorded file of Windows Server 2008 R2; skipped where it is not at hand. */
static void test_vmconfig_reads_a_recorded_file(void **state)
{
	const char *dir = getenv("HV_TESTDATA");
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(bytes) bytes = NULL;
	HV_AUTO(recorder) r;
	char path[4096];
	size_t len = 0;
	int n = snprintf(
		path, sizeof(path), "%s/vmxml/manageiq-hyperv_utf_16.xml", dir != NULL ? dir : "");

	(void)state;
	if (n < 0 || (size_t)n >= sizeof(path) || access(path, R_OK) != 0)
		skip();
	recorder_init(&r);
	assert_int_equal(hv_file_load(path, HV_VMCONFIG_MAX_BYTES, &bytes, &len, NULL, &err), 0);
	assert_int_equal(hv_vmconfig_read(bytes, len, "o", &r.sink, &err), 0);
	assert_string_equal(hv_buf_str(&r.log), BATCH BAG
		"{\"CheckpointCount\":0,\"CheckpointDataRoot\":"
		"\"C:\\\\ProgramData\\\\Microsoft\\\\Windows\\\\Hyper-V\\\\linux1\","
		"\"Checkpoints\":[],\"DiskMergePending\":false,\"Disks\":[{\"Bus\":\"IDE\","
		"\"Controller\":0,\"Path\":\"C:\\\\ProgramData\\\\Microsoft\\\\Windows\\\\Hyper-V"
		"\\\\linux1\\\\linux1_disk_1.vhd\",\"Slot\":0,\"Type\":\"VHD\"}],"
		"\"Generation\":1,\"Id\":\"" ID "\",\"Name\":\"linux1\",\"Version\":\"2.0\"}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vmconfig_tells_what_the_file_tells),
		cmocka_unit_test(test_vmconfig_below_snapshots_is_a_checkpoint),
		cmocka_unit_test(test_vmconfig_refuses_what_is_none),
		cmocka_unit_test(test_vmconfig_counts_elements),
		cmocka_unit_test(test_vmconfig_reads_a_recorded_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
