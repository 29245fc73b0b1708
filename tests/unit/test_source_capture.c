/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Captures as files and directories: what is read, in which order, and what is refused. */
#include "source_fixture.h"

#define CLASS(ns, name) "\"CimClass\": \"" ns ":" name "\""

static const char volume_json[] = "{\"Name\": \"C:\\\\\", " CLASS("ROOT/cimv2", "Win32_Volume") "}";
static const char vm_json[] =
	"[{\"Name\": \"HV01\", " CLASS("ROOT/virtualization/v2", "Msvm_ComputerSystem") "}]";
static const char event_xml[] =
	"<Event><System><Provider Name='P'/><EventID>1</EventID><Level>2</Level>"
	"<TimeCreated SystemTime='2026-11-22T02:04:05Z'/><EventRecordID>7</EventRecordID>"
	"<Channel>C</Channel></System></Event>";

static void test_capture_reads_a_directory_in_order_of_names(void **state)
{
	struct fixture *f = *state;

	fixture_write(f, "Win32_Volume.JSON", volume_json, strlen(volume_json), 3000);
	fixture_write(f, "Msvm_ComputerSystem.json", vm_json, strlen(vm_json), 2000);
	fixture_write(f, "Events.XML", event_xml, strlen(event_xml), 4000);
	fixture_write(f, "readme.txt", "not read", 8, 9000);
	fixture_mkdir(f, "more.json.d");
	assert_int_equal(fixture_read(f, &hv_source_capture, ""), 0);
	assert_string_equal(hv_buf_str(&f->log),
		"event\n"
		"events 1 of C: whole\n"
		"batch root/virtualization/v2 Msvm_ComputerSystem\n"
		"bag HV01\n"
		"batch root/cimv2 Win32_Volume\n"
		"bag C:\\\n"
		"host -\n");
	assert_true(f->taken_at.known);
	assert_true(f->taken_at.usec == 4000 * HV_USEC_PER_SEC);
}

static void test_capture_directory_leaves_logs_out_unasked(void **state)
{
	const struct hv_source_want want = { .sections = HV_SEC_VOLUMES };
	struct fixture *f = *state;

	fixture_text(f, "Win32_Volume.json", volume_json);
	fixture_text(f, "events.xml", "neither read nor refused");
	assert_int_equal(hv_source_capture.read(f->dir, &want, &f->sink, &f->err), 0);
	assert_null(strstr(hv_buf_str(&f->log), "event"));
}

static void test_capture_refuses_files_by_name(void **state)
{
	static const char *const names[] = { "Win32_Volume (1).json", "Win32_Volume.old.json",
		"1st.json", ".x.json", "a-b.json", "\xC3\xA4.json" };
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++) {
		fixture_text(f, names[i], volume_json);
		/* A file whose name begins with a dot is not listed at all. */
		if (names[i][0] == '.')
			assert_refused(f, &hv_source_capture, "", HV_ERR_MISSING, f->dir,
				"holds nothing of a capture");
		else
			assert_refused(f, &hv_source_capture, "", HV_ERR_FORMAT, names[i],
				"not that of a WMI class");
		assert_int_equal(unlink(fixture_path(f, names[i])), 0);
	}
}

static void test_capture_refuses_full_form_in_directory(void **state)
{
	struct fixture *f = *state;

	fixture_text(f, "Win32_Volume.json", volume_json);
	fixture_text(f, "host.json", "{\n  \"format\": \"hyperv-capture/1\"}");
	assert_refused(f, &hv_source_capture, "", HV_ERR_FORMAT, "/host.json: ", "whole capture");
	assert_int_equal(fixture_read(f, &hv_source_capture, "host.json"), 0);
}

static void test_capture_refuses_stray_xml(void **state)
{
	struct fixture *f = *state;

	fixture_text(f, "Win32_Volume.json", volume_json);
	fixture_text(f, "admin.xml", event_xml);
	assert_refused(f, &hv_source_capture, "", HV_ERR_FORMAT, "admin.xml", "events.xml");
}

static void test_capture_refuses_empty_directory(void **state)
{
	struct fixture *f = *state;

	assert_refused(
		f, &hv_source_capture, "", HV_ERR_MISSING, f->dir, "holds nothing of a capture");
	fixture_text(f, "notes.txt", "x");
	assert_refused(
		f, &hv_source_capture, "", HV_ERR_MISSING, f->dir, "holds nothing of a capture");
}

static void test_capture_names_the_file_of_an_error(void **state)
{
	struct fixture *f = *state;

	fixture_text(f, "Win32_Volume.json", "[{");
	assert_refused(f, &hv_source_capture, "", HV_ERR_FORMAT, "/Win32_Volume.json: ", "");
	fixture_text(f, "Win32_Volume.json", "");
	assert_refused(f, &hv_source_capture, "", HV_ERR_FORMAT, "/Win32_Volume.json: ", "empty");
	fixture_text(f, "full.txt", "");
	assert_refused(f, &hv_source_capture, "full.txt", HV_ERR_FORMAT, "/full.txt: ", "empty");
	assert_refused(f, &hv_source_capture, "missing.json", HV_ERR_IO,
		"/missing.json: ", "No such file");
}

static void test_capture_refuses_what_is_no_file(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkfifo(fixture_path(f, "Win32_Volume.json"), 0600), 0);
	assert_refused(
		f, &hv_source_capture, "", HV_ERR_IO, "Win32_Volume.json", "not a regular file");
	assert_refused(f, &hv_source_capture, "Win32_Volume.json", HV_ERR_IO, "Win32_Volume.json",
		"neither a regular file");
	assert_int_equal(unlink(fixture_path(f, "Win32_Volume.json")), 0);
	fixture_mkdir(f, "Win32_Volume.json");
	assert_refused(f, &hv_source_capture, "", HV_ERR_IO, "Win32_Volume.json", "is a directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		source_test(test_capture_reads_a_directory_in_order_of_names),
		source_test(test_capture_directory_leaves_logs_out_unasked),
		source_test(test_capture_refuses_files_by_name),
		source_test(test_capture_refuses_full_form_in_directory),
		source_test(test_capture_refuses_stray_xml),
		source_test(test_capture_refuses_empty_directory),
		source_test(test_capture_names_the_file_of_an_error),
		source_test(test_capture_refuses_what_is_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
