/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trees of VM configuration files: what is searched, and that no machine is passed over in silence.
 */
#include "source_fixture.h"

#define GUID  "4C8E9B6A-0B1D-4E53-9E6B-3D2F5A7C1E01"
#define GUID2 "4C8E9B6A-0B1D-4E53-9E6B-3D2F5A7C1E02"
#define VM(id, name)                                                                               \
	"<configuration><properties><global_id type='string'>" id                                  \
	"</global_id><name type='string'>" name                                                    \
	"</name><version type='integer'>1280</version></properties></configuration>"

static size_t bags(const struct fixture *f)
{
	size_t count = 0;

	for (const char *p = hv_buf_str(&f->log); (p = strstr(p, "bag ")) != NULL; p++)
		count++;
	return count;
}

static void test_vmconfig_reads_one_file(void **state)
{
	struct fixture *f = *state;

	fixture_text(f, "any name", VM(GUID, "sql01"));
	assert_int_equal(fixture_read(f, &hv_source_vmconfig, "any name"), 0);
	assert_non_null(strstr(hv_buf_str(&f->log), "bag sql01\n"));
}

static void test_vmconfig_searches_a_tree(void **state)
{
	struct fixture *f = *state;

	fixture_mkdir(f, "a");
	fixture_mkdir(f, "a/Virtual Machines");
	fixture_text(f, "a/Virtual Machines/" GUID ".XML", VM(GUID, "sql01"));
	fixture_mkdir(f, "a/Virtual Machines/" GUID);
	fixture_text(f, "a/Virtual Machines/" GUID "/" GUID ".bin", "not read");
	fixture_text(f, GUID2 ".xml", VM(GUID2, "web01"));
	assert_int_equal(fixture_read(f, &hv_source_vmconfig, ""), 0);
	assert_int_equal(bags(f), 2);
	/* By byte value digits come before letters. */
	assert_true(strstr(hv_buf_str(&f->log), "web01") < strstr(hv_buf_str(&f->log), "sql01"));
}

static void test_vmconfig_passes_over_planned_machines(void **state)
{
	struct fixture *f = *state;

	fixture_text(f, GUID ".xml", VM(GUID, "sql01"));
	fixture_mkdir(f, "planned virtual machines");
	fixture_text(f, "planned virtual machines/" GUID2 ".xml", "not read");
	fixture_text(f, "planned virtual machines/" GUID2 ".vmcx", "not read");
	assert_int_equal(fixture_read(f, &hv_source_vmconfig, ""), 0);
	assert_int_equal(bags(f), 1);
}

static void test_vmconfig_reads_checkpoints(void **state)
{
	struct fixture *f = *state;

	fixture_text(f, GUID ".xml", VM(GUID, "sql01"));
	fixture_mkdir(f, "Snapshots");
	fixture_text(f, "Snapshots/" GUID2 ".xml", VM(GUID2, "before update"));
	assert_int_equal(fixture_read(f, &hv_source_vmconfig, ""), 0);
	assert_int_equal(bags(f), 2);
	fixture_text(f, "Snapshots/" GUID2 ".xml", "<configuration/>");
	assert_refused(f, &hv_source_vmconfig, "", HV_ERR_FORMAT, "Snapshots/" GUID2 ".xml: ", "");
}

static void test_vmconfig_follows_links_to_files_alone(void **state)
{
	struct fixture *f = *state;
	char target[512];

	fixture_mkdir(f, "host");
	fixture_mkdir(f, "elsewhere");
	fixture_text(f, "elsewhere/" GUID ".xml", VM(GUID, "sql01"));
	assert_true(snprintf(target, sizeof(target), "%s/elsewhere", f->dir) > 0);
	assert_int_equal(symlink(target, fixture_path(f, "host/folder")), 0);
	assert_int_equal(symlink(f->dir, fixture_path(f, "host/circle")), 0);
	assert_refused(f, &hv_source_vmconfig, "host", HV_ERR_MISSING,
		"/host: ", "no virtual machine configuration");
	assert_int_equal(
		symlink("../elsewhere/" GUID ".xml", fixture_path(f, "host/" GUID ".xml")), 0);
	assert_int_equal(fixture_read(f, &hv_source_vmconfig, "host"), 0);
	assert_int_equal(bags(f), 1);
	assert_int_equal(symlink("../gone", fixture_path(f, "host/" GUID2 ".xml")), 0);
	assert_refused(f, &hv_source_vmconfig, "host", HV_ERR_IO, GUID2 ".xml", "No such file");
}

static void test_vmconfig_depth_is_bounded(void **state)
{
	HV_AUTO(buf) path = { .max = 256 };
	struct fixture *f = *state;
	size_t deepest;

	for (unsigned int depth = 1; depth <= HV_SOURCE_MAX_DIR_DEPTH; depth++) {
		hv_buf_adds(&path, depth == 1 ? "d" : "/d");
		fixture_mkdir(f, hv_buf_str(&path));
	}
	deepest = path.len;
	hv_buf_adds(&path, "/x.xml");
	fixture_text(f, hv_buf_str(&path), VM(GUID, "deep"));
	assert_int_equal(fixture_read(f, &hv_source_vmconfig, ""), 0);
	assert_int_equal(bags(f), 1);
	hv_buf_truncate(&path, deepest);
	hv_buf_adds(&path, "/one-more");
	fixture_mkdir(f, hv_buf_str(&path));
	assert_refused(f, &hv_source_vmconfig, "", HV_ERR_LIMIT, "one-more", "8 folders deep");
}

static void test_vmconfig_refuses_vmcx(void **state)
{
	struct fixture *f = *state;

	fixture_text(f, GUID ".xml", VM(GUID, "sql01"));
	fixture_text(f, GUID2 ".VMCX", "\x01");
	assert_refused(f, &hv_source_vmconfig, GUID2 ".VMCX", HV_ERR_UNSUPPORTED, GUID2 ".VMCX",
		"not supported");
	assert_refused(
		f, &hv_source_vmconfig, "", HV_ERR_UNSUPPORTED, GUID2 ".VMCX", "not supported");
}

static void test_vmconfig_refuses_what_it_cannot_read(void **state)
{
	struct fixture *f = *state;

	assert_refused(f, &hv_source_vmconfig, "missing", HV_ERR_IO, "/missing: ", "No such file");
	assert_refused(f, &hv_source_vmconfig, "", HV_ERR_MISSING, f->dir,
		"no virtual machine configuration");
	fixture_text(f, GUID ".xml", "");
	assert_refused(f, &hv_source_vmconfig, "", HV_ERR_FORMAT, GUID ".xml: ", "empty");
	fixture_text(f, GUID ".xml", "<configuration><properties>");
	assert_refused(f, &hv_source_vmconfig, "", HV_ERR_FORMAT, GUID ".xml: ", "");
	fixture_text(f, GUID ".xml", "<AzAdminManager/>");
	assert_refused(f, &hv_source_vmconfig, "", HV_ERR_FORMAT, GUID ".xml: ", "");
}

static void test_vmconfig_reads_nothing_unasked(void **state)
{
	const struct hv_source_want want = { .sections = HV_SEC_EVENTS };
	struct fixture *f = *state;

	fixture_text(f, GUID ".xml", "not read");
	assert_int_equal(hv_source_vmconfig.read(f->dir, &want, &f->sink, &f->err), 0);
	assert_int_equal(
		hv_source_vmconfig.read(fixture_path(f, "missing"), &want, &f->sink, &f->err), -1);
	assert_int_equal(f->log.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		source_test(test_vmconfig_reads_one_file),
		source_test(test_vmconfig_searches_a_tree),
		source_test(test_vmconfig_passes_over_planned_machines),
		source_test(test_vmconfig_reads_checkpoints),
		source_test(test_vmconfig_follows_links_to_files_alone),
		source_test(test_vmconfig_depth_is_bounded),
		source_test(test_vmconfig_refuses_vmcx),
		source_test(test_vmconfig_refuses_what_it_cannot_read),
		source_test(test_vmconfig_reads_nothing_unasked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
