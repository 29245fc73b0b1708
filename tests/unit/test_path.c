/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows paths and version numbers as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/path.h"
#include "model/value.h"

#define GUID   "12345678-9abc-def0-1234-56789abcdef0"
#define VOLUME "\\\\?\\Volume{" GUID "}"

static int setup(void **state)
{
	static struct hv_arena arena;

	hv_arena_init(&arena, 1 << 20);
	*state = &arena;
	return 0;
}

static int teardown(void **state)
{
	hv_arena_done(*state);
	return 0;
}

static void test_path_normalise_gives_one_spelling(void **state)
{
	static const struct {
		const char *path;
		const char *normalised;
	} CASES[] = {
		{ "D:\\x.vhdx", "D:\\x.vhdx" },
		{ "d:/VMs//x.vhdx", "D:\\VMs\\x.vhdx" },
		{ "d:\\", "D:\\" },
		{ "d:", "D:\\" },
		{ "D:\\\\", "D:\\" },
		{ "D:\\VMs\\", "D:\\VMs" },
		{ "D:\\VMs\\.\\x.vhdx", "D:\\VMs\\x.vhdx" },
		{ "D:\\VMs\\..\\x.vhdx", "D:\\x.vhdx" },
		{ "D:\\VMs\\a\\..\\..\\x.vhdx", "D:\\x.vhdx" },
		{ "D:\\..\\..\\x.vhdx", "D:\\x.vhdx" },
		{ "D:\\VMs\\..", "D:\\" },
		{ "D:\\VMs\\...\\x", "D:\\VMs\\...\\x" },
		{ "\\\\?\\D:\\x.vhdx", "D:\\x.vhdx" },
		{ "\\\\.\\d:\\x.vhdx", "D:\\x.vhdx" },
		{ "//?/D:/x.vhdx", "D:\\x.vhdx" },
		{ "\\\\?\\D:", "D:\\" },
		{ VOLUME "\\", VOLUME },
		{ VOLUME "\\x\\", VOLUME "\\x" },
		{ "\\\\.\\Volume{" GUID "}\\x", VOLUME "\\x" },
		{ VOLUME "\\..\\x", VOLUME "\\x" },
		{ "\\\\?\\volume{" GUID "}\\x", "\\\\?\\volume{" GUID "}\\x" },
		{ "\\\\srv\\share\\x.vhdx", "\\\\srv\\share\\x.vhdx" },
		{ "\\\\?\\UNC\\srv\\share\\x.vhdx", "\\\\srv\\share\\x.vhdx" },
		{ "\\\\?\\unc\\srv\\share", "\\\\srv\\share" },
		{ "//srv/share/", "\\\\srv\\share" },
		{ "\\\\srv\\share\\..\\..\\x", "\\\\srv\\share\\x" },
		{ "C:\\ClusterStorage\\Volume1\\a.vhdx", "C:\\ClusterStorage\\Volume1\\a.vhdx" },
		{ "D:\\\xC3\x84rger\\x", "D:\\\xC3\x84rger\\x" },
		/* Not understood: nothing is resolved. */
		{ "", "" },
		{ "\\", "\\" },
		{ "\\\\", "\\\\" },
		{ "\\\\srv", "\\\\srv" },
		{ "\\\\srv\\", "\\\\srv" },
		{ "\\\\srv\\..\\x", "\\\\srv\\..\\x" },
		{ "x.vhdx", "x.vhdx" },
		{ "a/../b/", "a\\..\\b" },
		{ ".\\D:\\x", ".\\D:\\x" },
		{ "D:x.vhdx", "D:x.vhdx" },
		{ "\\x\\..\\y", "\\x\\..\\y" },
		{ "\\\\?\\GLOBALROOT\\Device\\x", "\\\\?\\GLOBALROOT\\Device\\x" },
		{ "\\\\.\\PHYSICALDRIVE1", "\\\\.\\PHYSICALDRIVE1" },
		{ "\\\\?\\UNC\\?\\C:\\x", "\\\\?\\UNC\\?\\C:\\x" },
		{ "\\\\?\\x\\..\\D:\\x", "\\\\?\\x\\..\\D:\\x" },
		{ "\\\\?\\Volume{12345678}\\x", "\\\\?\\Volume{12345678}\\x" },
		{ "7:\\x", "7:\\x" },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		const char *once = hv_path_normalise(*state, CASES[i].path);

		assert_string_equal(once, CASES[i].normalised);
		assert_string_equal(hv_path_normalise(*state, once), CASES[i].normalised);
	}
}

/* Every text of these pieces has one spelling that does not change again. */
static void test_path_normalise_is_stable(void **state)
{
	static const char *const PIECES[] = { "\\", "/", "?", ".", "..", "D:", "x", "UNC", "srv",
		"Volume{" GUID "}", "\\\\?\\" };
	enum { DEPTH = 5 };
	size_t total = 1;

	for (int i = 0; i < DEPTH; i++)
		total *= HV_ARRAY_LEN(PIECES);
	for (size_t n = 0; n < total; n++) {
		char path[256] = "";
		size_t digits = n;
		struct hv_arena *arena = *state;
		const char *once;

		for (int i = 0; i < DEPTH; i++, digits /= HV_ARRAY_LEN(PIECES)) {
			size_t len = strlen(path);
			const char *piece = PIECES[digits % HV_ARRAY_LEN(PIECES)];

			memcpy(path + len, piece, strlen(piece) + 1);
		}
		once = hv_path_normalise(arena, path);
		assert_string_equal(hv_path_normalise(arena, once), once);
		hv_arena_done(arena);
	}
}

static void test_path_split_finds_the_root(void **state)
{
	static const struct {
		const char *path;
		enum hv_path_kind kind;
		const char *root;
	} CASES[] = {
		{ "D:\\", HV_PATH_DRIVE, "D:" },
		{ "D:\\x.vhdx", HV_PATH_DRIVE, "D:" },
		{ "D:\\a\\x.vhdx", HV_PATH_DRIVE, "D:" },
		{ "C:\\ClusterStorage\\Volume1", HV_PATH_CSV, "C:\\ClusterStorage\\Volume1" },
		{ "C:\\clusterstorage\\Volume1\\a\\x", HV_PATH_CSV, "C:\\clusterstorage\\Volume1" },
		{ "D:\\ClusterStorage\\v\\x", HV_PATH_CSV, "D:\\ClusterStorage\\v" },
		{ "C:\\ClusterStorage", HV_PATH_DRIVE, "C:" },
		{ "C:\\ClusterStorage2\\Volume1\\x", HV_PATH_DRIVE, "C:" },
		{ "C:\\a\\ClusterStorage\\Volume1\\x", HV_PATH_DRIVE, "C:" },
		{ VOLUME, HV_PATH_VOLUME, VOLUME },
		{ VOLUME "\\a\\x", HV_PATH_VOLUME, VOLUME },
		{ "\\\\srv\\share", HV_PATH_SMB, "\\\\srv\\share" },
		{ "\\\\srv\\share\\a\\x", HV_PATH_SMB, "\\\\srv\\share" },
		{ "\\\\srv", HV_PATH_OTHER, "" },
		{ "\\\\.\\PHYSICALDRIVE1\\x", HV_PATH_OTHER, "" },
		{ "\\\\?\\GLOBALROOT\\Device\\x", HV_PATH_OTHER, "" },
		{ "\\\\?\\Volume{1}\\x", HV_PATH_OTHER, "" },
		{ "D:x", HV_PATH_OTHER, "" },
		{ "x", HV_PATH_OTHER, "" },
		{ "\\x", HV_PATH_OTHER, "" },
		{ "", HV_PATH_OTHER, "" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		size_t len = 77;

		assert_int_equal(hv_path_split(CASES[i].path, &len), CASES[i].kind);
		assert_int_equal(len, strlen(CASES[i].root));
		assert_memory_equal(CASES[i].path, CASES[i].root, len);
	}
}

static void test_path_file_name(void **state)
{
	(void)state;
	assert_string_equal(hv_path_file_name("D:\\a\\x.vhdx"), "x.vhdx");
	assert_string_equal(hv_path_file_name("D:\\x.vhdx"), "x.vhdx");
	assert_string_equal(hv_path_file_name("x.vhdx"), "x.vhdx");
	assert_string_equal(hv_path_file_name("D:\\"), "");
	assert_string_equal(hv_path_file_name(""), "");
}

static void test_path_has_folder_wants_whole_components(void **state)
{
	static const struct {
		const char *path;
		size_t root_len;
		const char *name;
		bool has;
	} CASES[] = {
		{ "D:\\sql01\\x.vhdx", 2, "sql01", true },
		{ "D:\\SQL01\\x.vhdx", 2, "sql01", true },
		{ "D:\\VMs\\sql01\\Disks\\x.vhdx", 2, "sql01", true },
		{ "D:\\\xC3\x84rger\\x.vhdx", 2, "\xC3\xA4rger", true },
		{ "D:\\sql011\\x.vhdx", 2, "sql01", false },
		{ "D:\\sql0\\x.vhdx", 2, "sql01", false },
		{ "D:\\VMs\\sql01", 2, "sql01", false }, /* the file itself */
		{ "D:\\x.vhdx", 2, "sql01", false },
		{ "\\\\sql01\\share\\x.vhdx", 13, "sql01", false }, /* in the root */
		{ "\\\\srv\\sql01\\x\\y.vhdx", 11, "sql01", false },
		{ "D:\\a\\b\\x.vhdx", 2, "a\\b", false },
		{ "D:\\a\\x.vhdx", 2, "", false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		assert_int_equal(
			hv_path_has_folder(CASES[i].path, CASES[i].root_len, CASES[i].name),
			CASES[i].has);
}

static void test_path_is_differencing(void **state)
{
	(void)state;
	assert_true(hv_path_is_differencing("D:\\x.avhdx"));
	assert_true(hv_path_is_differencing("D:\\x.AVHD"));
	assert_false(hv_path_is_differencing("D:\\x.vhdx"));
	assert_false(hv_path_is_differencing("D:\\x.avhdx.bak"));
	assert_false(hv_path_is_differencing("D:\\a.avhdx\\x"));
	assert_false(hv_path_is_differencing("D:\\x"));
}

static void test_path_folder_name_is_one_windows_takes(void **state)
{
	static const struct {
		const char *name;
		const char *folder;
	} CASES[] = {
		{ "sql01", "sql01" },
		{ "web server [1]", "web server [1]" },
		{ "a<b>c:d\"e/f\\g|h?i*j", "a_b_c_d_e_f_g_h_i_j" },
		{ "a\nb\x7f", "a_b_" },
		{ "a\xE2\x80\xAE"
		  "b",
			"a_b" },
		{ "\xC3\x84rger", "\xC3\x84rger" },
		{ "a\xFFz", "a_z" },
		{ "name. . ", "name" },
		{ "name.x", "name.x" },
		{ " name", " name" },
		{ "", "_" },
		{ "..", "_" },
		{ "   ", "_" },
		{ "con", "con_" },
		{ "NUL", "NUL_" },
		{ "nul.txt", "nul_.txt" },
		{ "NUL .txt", "NUL_ .txt" },
		{ "COM1", "COM1_" },
		{ "lpt9.x", "lpt9_.x" },
		{ "COM\xC2\xB9", "COM\xC2\xB9_" },
		{ "CONOUT$", "CONOUT$_" },
		{ "COM", "COM" },
		{ "COM12", "COM12" },
		{ "CONTROL", "CONTROL" },
		{ "NULL", "NULL" },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		assert_string_equal(hv_path_folder_name(*state, CASES[i].name), CASES[i].folder);
}

static void test_path_short_memory_gives_null(void **state)
{
	struct hv_arena *arena = *state;

	hv_arena_done(arena);
	hv_arena_init(arena, 4);
	assert_null(hv_path_normalise(arena, "D:\\x.vhdx"));
	assert_null(hv_path_folder_name(arena, "sql01"));
}

static void test_version_parse(void **state)
{
	static const struct {
		const char *text;
		struct hv_version version;
	} CASES[] = {
		{ "6.3.9600", { 6, 3, 9600, true } },
		{ "10.0.14393", { 10, 0, 14393, true } },
		{ "6.1.7601.17514", { 6, 1, 7601, true } },
		{ "6.1", { 6, 1, 0, true } },
		{ "6.1.1.1.1", { 6, 1, 1, true } },
		{ "4294967295.0", { UINT32_MAX, 0, 0, true } },
		{ NULL, { .known = false } },
		{ "", { .known = false } },
		{ "6", { .known = false } },
		{ "6.", { .known = false } },
		{ ".3", { .known = false } },
		{ "6.3.", { .known = false } },
		{ "6.3.9600.", { .known = false } },
		{ "6.3.x", { .known = false } },
		{ "6.3 ", { .known = false } },
		{ " 6.3", { .known = false } },
		{ "6..3", { .known = false } },
		{ "-6.3", { .known = false } },
		{ "4294967296.0", { .known = false } },
		{ "6.3.9600.99999999999", { .known = false } },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_version v = hv_version_parse(CASES[i].text);

		assert_int_equal(v.known, CASES[i].version.known);
		assert_int_equal(v.major, CASES[i].version.major);
		assert_int_equal(v.minor, CASES[i].version.minor);
		assert_int_equal(v.build, CASES[i].version.build);
	}
}

static void test_version_cmp_ignores_the_build(void **state)
{
	(void)state;
	assert_int_equal(hv_version_cmp(hv_version_parse("6.3.1"), HV_WINDOWS_2012_R2), 0);
	assert_true(hv_version_cmp(hv_version_parse("10.0"), HV_WINDOWS_2012) > 0);
	assert_true(hv_version_cmp(HV_WINDOWS_2008, HV_WINDOWS_2008_R2) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_path_normalise_gives_one_spelling, setup, teardown),
		cmocka_unit_test_setup_teardown(test_path_normalise_is_stable, setup, teardown),
		cmocka_unit_test(test_path_split_finds_the_root),
		cmocka_unit_test(test_path_file_name),
		cmocka_unit_test(test_path_has_folder_wants_whole_components),
		cmocka_unit_test(test_path_is_differencing),
		cmocka_unit_test_setup_teardown(
			test_path_folder_name_is_one_windows_takes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_path_short_memory_gives_null, setup, teardown),
		cmocka_unit_test(test_version_parse),
		cmocka_unit_test(test_version_cmp_ignores_the_build),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
