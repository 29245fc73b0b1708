/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Local files: only regular ones, bounded, written whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"

enum { PATH_TEXT_MAX = 200, LIMIT = 1000 };

/* A directory of its own for each test */
struct scratch {
	char directory[PATH_TEXT_MAX];
	char path[PATH_TEXT_MAX * 2];
};

static const char *in_scratch(struct scratch *s, const char *name)
{
	HV_AUTO(buf) b = { .max = sizeof(s->path) - 1 };

	hv_buf_addf(&b, "%s/%s", s->directory, name);
	assert_false(hv_buf_failed(&b));
	memcpy(s->path, b.data, b.len + 1);
	return s->path;
}

static int set_up(void **state)
{
	const char *base = getenv("TMPDIR");
	struct scratch *s = hv_alloc(sizeof(*s));
	HV_AUTO(buf) b = { .max = sizeof(s->directory) - 1 };

	hv_buf_addf(&b, "%s/hv-test-file-XXXXXX", base ? base : "/tmp");
	if (!s || hv_buf_failed(&b))
		return -1;
	memcpy(s->directory, b.data, b.len + 1);
	*state = s;
	return mkdtemp(s->directory) ? 0 : -1;
}

/* Removes what the tests create; rmdir fails when anything else was left behind. */
static int tear_down(void **state)
{
	static const char *const NAMES[] = { "a", "b", "c", "B", ".hidden", "fifo", "link" };
	struct scratch *s = *state;
	int result;

	for (size_t i = 0; i < HV_ARRAY_LEN(NAMES); i++)
		(void)unlink(in_scratch(s, NAMES[i]));
	(void)rmdir(in_scratch(s, "sub"));
	result = rmdir(s->directory);
	hv_free(s);
	return result;
}

static void put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static void assert_error(const struct hv_err *err, enum hv_err_kind kind, const char *path)
{
	assert_int_equal(err->kind, kind);
	assert_int_equal(strncmp(err->text, path, strlen(path)), 0);
}

static void test_file_open_gives_descriptor_and_info(void **state)
{
	const char *path = in_scratch(*state, "a");
	const struct timespec times[2] = { { .tv_sec = 5 }, { .tv_sec = 1, .tv_nsec = 500000999 } };
	struct hv_file_info info;
	struct hv_err err = HV_ERR_INIT;
	int fd = -1;

	put_file(path, "hello");
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	assert_int_equal(hv_file_open(path, &fd, &info, &err), 0);
	assert_int_equal(info.size, 5);
	assert_int_equal(info.modified_at, 1500000);
	assert_false(info.is_directory);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(close(fd), 0);
	assert_int_equal(hv_file_open(path, &fd, NULL, &err), 0);
	assert_int_equal(close(fd), 0);
}

static void test_file_open_refuses_what_is_no_file(void **state)
{
	static const struct {
		const char *name;
		const char *reason;
	} CASES[] = {
		{ "sub", "is a directory" },
		{ "fifo", "not a regular file" },
		{ "missing", "No such file or directory" },
		{ "a/x", "Not a directory" },
	};
	struct scratch *s = *state;

	put_file(in_scratch(s, "a"), "");
	assert_int_equal(mkdir(in_scratch(s, "sub"), 0700), 0);
	assert_int_equal(mkfifo(in_scratch(s, "fifo"), 0600), 0);
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		const char *path = in_scratch(s, CASES[i].name);
		struct hv_err err = HV_ERR_INIT;
		int fd = 77;

		assert_int_equal(hv_file_open(path, &fd, NULL, &err), -1);
		assert_int_equal(fd, 77);
		assert_error(&err, HV_ERR_IO, path);
		assert_non_null(strstr(err.text, CASES[i].reason));
	}
}

static void test_file_open_refuses_a_device(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	int fd = 77;

	(void)state;
	assert_int_equal(hv_file_open("/dev/null", &fd, NULL, &err), -1);
	assert_string_equal(err.text, "/dev/null: not a regular file");
}

static void test_file_read_goes_to_the_end(void **state)
{
	const char *path = in_scratch(*state, "a");
	char bytes[10] = "";
	int fd = -1;

	put_file(path, "hello");
	assert_int_equal(hv_file_open(path, &fd, NULL, NULL), 0);
	assert_int_equal(hv_file_read(fd, bytes, 2, NULL), 2);
	assert_memory_equal(bytes, "he", 2);
	assert_int_equal(hv_file_read(fd, bytes, sizeof(bytes), NULL), 3);
	assert_memory_equal(bytes, "llo", 3);
	assert_int_equal(hv_file_read(fd, bytes, sizeof(bytes), NULL), 0);
	assert_int_equal(close(fd), 0);
}

static void test_file_read_joins_short_reads(void **state)
{
	char bytes[4];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "ab", 2), 2);
	assert_int_equal(write(ends[1], "c", 1), 1);
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(hv_file_read(ends[0], bytes, sizeof(bytes), NULL), 3);
	assert_memory_equal(bytes, "abc", 3);
	assert_int_equal(close(ends[0]), 0);
}

static void test_file_read_reports_errors(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	char byte;

	(void)state;
	assert_int_equal(hv_file_read(-1, &byte, 1, &err), -1);
	assert_int_equal(err.kind, HV_ERR_IO);
}

static void test_file_load_reads_whole_files(void **state)
{
	static const char *const CASES[] = { "", "x", "hello\n" };
	const char *path = in_scratch(*state, "a");

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(bytes) bytes = NULL;
		struct hv_file_info info;
		hv_usec modified_at = 0;
		size_t len = 77;

		put_file(path, CASES[i]);
		assert_int_equal(hv_file_load(path, LIMIT, &bytes, &len, &modified_at, NULL), 0);
		assert_int_equal(len, strlen(CASES[i]));
		assert_memory_equal(bytes, CASES[i], len + 1);
		assert_int_equal(hv_file_stat(path, &info, NULL), 0);
		assert_true(modified_at == info.modified_at);
	}
}

static void test_file_load_limit(void **state)
{
	const char *path = in_scratch(*state, "a");
	HV_AUTO(bytes) fits = NULL;
	HV_AUTO(bytes) empty = NULL;
	struct hv_err err = HV_ERR_INIT;
	uint8_t *bytes = NULL;
	size_t len = 77;

	put_file(path, "hello");
	assert_int_equal(hv_file_load(path, 5, &fits, &len, NULL, NULL), 0);
	assert_int_equal(len, 5);
	assert_int_equal(hv_file_load(path, 4, &bytes, &len, NULL, &err), -1);
	assert_null(bytes);
	assert_int_equal(len, 5);
	assert_error(&err, HV_ERR_LIMIT, path);
	assert_non_null(strstr(err.text, "limit of 4 bytes"));
	put_file(path, "");
	assert_int_equal(hv_file_load(path, 0, &empty, &len, NULL, NULL), 0);
	assert_int_equal(len, 0);
}

static void test_file_load_without_limit(void **state)
{
	const char *path = in_scratch(*state, "a");
	HV_AUTO(bytes) bytes = NULL;
	size_t len;

	put_file(path, "hello");
	assert_int_equal(hv_file_load(path, SIZE_MAX, &bytes, &len, NULL, NULL), 0);
	assert_int_equal(len, 5);
}

/* Files of the kernel say that they are empty, and are not: as a file that grows meanwhile. */
static void test_file_load_reads_past_the_stated_size(void **state)
{
	static const char PATH[] = "/proc/self/status";
	HV_AUTO(bytes) bytes = NULL;
	struct hv_file_info info;
	struct hv_err err = HV_ERR_INIT;
	uint8_t *refused = NULL;
	size_t len;

	(void)state;
	if (hv_file_stat(PATH, &info, NULL) || info.size != 0)
		skip();
	assert_int_equal(hv_file_load(PATH, 100000, &bytes, &len, NULL, NULL), 0);
	assert_true(len > 100);
	assert_int_equal(bytes[len], 0);
	assert_int_equal(strlen((const char *)bytes), len);
	for (size_t max = 0; max < 64; max++) {
		hv_err_clear(&err);
		assert_int_equal(hv_file_load(PATH, max, &refused, &len, NULL, &err), -1);
		assert_int_equal(err.kind, HV_ERR_LIMIT);
	}
	assert_null(refused);
}

static void test_file_load_names_a_missing_file(void **state)
{
	const char *path = in_scratch(*state, "missing");
	struct hv_err err = HV_ERR_INIT;
	uint8_t *bytes = NULL;
	size_t len;

	assert_int_equal(hv_file_load(path, LIMIT, &bytes, &len, NULL, &err), -1);
	assert_error(&err, HV_ERR_IO, path);
	assert_null(bytes);
}

static void test_file_stat_tells_files_from_directories(void **state)
{
	struct scratch *s = *state;
	struct hv_file_info info;
	struct hv_err err = HV_ERR_INIT;

	put_file(in_scratch(s, "a"), "12345678");
	assert_int_equal(hv_file_stat(in_scratch(s, "a"), &info, NULL), 0);
	assert_int_equal(info.size, 8);
	assert_false(info.is_directory);
	assert_int_equal(hv_file_stat(s->directory, &info, NULL), 0);
	assert_true(info.is_directory);
	assert_int_equal(mkfifo(in_scratch(s, "fifo"), 0600), 0);
	assert_int_equal(hv_file_stat(in_scratch(s, "fifo"), &info, &err), -1);
	assert_error(&err, HV_ERR_IO, s->path);
	hv_err_clear(&err);
	assert_int_equal(hv_file_stat(in_scratch(s, "missing"), &info, &err), -1);
	assert_error(&err, HV_ERR_IO, s->path);
}

static void assert_content(const char *path, const char *text)
{
	HV_AUTO(bytes) bytes = NULL;
	size_t len;

	assert_int_equal(hv_file_load(path, LIMIT, &bytes, &len, NULL, NULL), 0);
	assert_string_equal((const char *)bytes, text);
}

static size_t count_entries(const char *directory)
{
	char **names = NULL;
	size_t count = 0;

	assert_int_equal(hv_file_list(directory, LIMIT, &names, &count, NULL), 0);
	hv_file_list_free(names, count);
	return count;
}

static void test_file_write_atomic_creates_and_replaces(void **state)
{
	struct scratch *s = *state;
	const char *path = in_scratch(s, "a");
	mode_t old_umask = umask(077);
	struct stat st;

	assert_int_equal(hv_file_write_atomic(path, "one", 3, 0644, NULL), 0);
	umask(old_umask);
	assert_content(path, "one");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(hv_file_write_atomic(path, "second", 6, 0600, NULL), 0);
	assert_content(path, "second");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(hv_file_write_atomic(path, "", 0, 0600, NULL), 0);
	assert_content(path, "");
	assert_int_equal(count_entries(s->directory), 1);
}

static void test_file_write_atomic_keeps_the_old_one_open(void **state)
{
	const char *path = in_scratch(*state, "a");
	char bytes[4] = "";
	int fd = -1;

	put_file(path, "old");
	assert_int_equal(hv_file_open(path, &fd, NULL, NULL), 0);
	assert_int_equal(hv_file_write_atomic(path, "new", 3, 0600, NULL), 0);
	assert_int_equal(hv_file_read(fd, bytes, 3, NULL), 3);
	assert_string_equal(bytes, "old");
	assert_int_equal(close(fd), 0);
}

static void test_file_write_atomic_replaces_a_link_not_its_target(void **state)
{
	struct scratch *s = *state;

	put_file(in_scratch(s, "b"), "target");
	assert_int_equal(symlink("b", in_scratch(s, "link")), 0);
	assert_int_equal(hv_file_write_atomic(s->path, "new", 3, 0600, NULL), 0);
	assert_content(in_scratch(s, "link"), "new");
	assert_content(in_scratch(s, "b"), "target");
}

/* Whoever writes to /dev/null as root must not put a file in its place. */
static void test_file_write_atomic_goes_into_devices_and_pipes(void **state)
{
	struct scratch *s = *state;
	char bytes[4] = "";
	struct stat st;
	int fd;

	assert_int_equal(mkfifo(in_scratch(s, "pipe"), 0600), 0);
	fd = open(s->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(hv_file_write_atomic(s->path, "new", 3, 0600, NULL), 0);
	assert_int_equal(read(fd, bytes, 3), 3);
	assert_string_equal(bytes, "new");
	close(fd);
	assert_int_equal(stat(s->path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(unlink(s->path), 0);
	assert_int_equal(symlink("/dev/null", in_scratch(s, "link")), 0);
	assert_int_equal(hv_file_write_atomic(s->path, "new", 3, 0600, NULL), 0);
	assert_int_equal(stat(s->path, &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(unlink(s->path), 0);
}

/* tear_down() finds anything left behind. */
static void test_file_write_atomic_reports_errors(void **state)
{
	struct scratch *s = *state;
	struct hv_err err = HV_ERR_INIT;

	assert_int_equal(hv_file_write_atomic(in_scratch(s, "missing/a"), "x", 1, 0600, &err), -1);
	assert_error(&err, HV_ERR_IO, s->path);
	hv_err_clear(&err);
	assert_int_equal(mkdir(in_scratch(s, "sub"), 0700), 0);
	assert_int_equal(hv_file_write_atomic(s->path, "x", 1, 0600, &err), -1);
	assert_error(&err, HV_ERR_IO, s->path);
	assert_int_equal(count_entries(s->directory), 1);
}

static void test_file_write_atomic_survives_a_full_disk(void **state)
{
	struct scratch *s = *state;
	struct hv_err err = HV_ERR_INIT;
	struct rlimit old;
	struct rlimit small;
	int result;

	put_file(in_scratch(s, "a"), "old");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 4;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	result = hv_file_write_atomic(s->path, "123456789", 9, 0600, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(result, -1);
	assert_error(&err, HV_ERR_IO, s->path);
	assert_content(s->path, "old");
	assert_int_equal(count_entries(s->directory), 1);
}

static void test_file_write_atomic_refuses_endless_paths(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	char path[PATH_MAX + 2];

	(void)state;
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(hv_file_write_atomic(path, "x", 1, 0600, &err), -1);
	assert_int_equal(err.kind, HV_ERR_IO);
}

static void test_file_write_atomic_steps_around_left_overs(void **state)
{
	struct scratch *s = *state;
	HV_AUTO(buf) name = { .max = 100 };
	char left_over[PATH_TEXT_MAX * 2];

	hv_buf_addf(&name, ".hv-%ld-0.tmp", (long)getpid());
	memcpy(left_over, in_scratch(s, hv_buf_str(&name)), sizeof(left_over));
	put_file(left_over, "left over");
	assert_int_equal(hv_file_write_atomic(in_scratch(s, "a"), "x", 1, 0600, NULL), 0);
	assert_content(s->path, "x");
	assert_content(left_over, "left over");
	assert_int_equal(unlink(left_over), 0);
}

static void test_file_write_atomic_in_the_current_directory(void **state)
{
	struct scratch *s = *state;
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(here >= 0);
	assert_int_equal(chdir(s->directory), 0);
	assert_int_equal(hv_file_write_atomic("a", "x", 1, 0600, NULL), 0);
	assert_int_equal(fchdir(here), 0);
	assert_int_equal(close(here), 0);
	assert_content(in_scratch(s, "a"), "x");
}

static void test_file_list_sorts_and_skips_dot_files(void **state)
{
	static const char *const NAMES[] = { "b", "B", ".hidden", "c", "a" };
	struct scratch *s = *state;
	char **names = NULL;
	size_t count = 0;

	for (size_t i = 0; i < HV_ARRAY_LEN(NAMES); i++)
		put_file(in_scratch(s, NAMES[i]), "");
	assert_int_equal(hv_file_list(s->directory, 4, &names, &count, NULL), 0);
	assert_int_equal(count, 4);
	assert_string_equal(names[0], "B");
	assert_string_equal(names[1], "a");
	assert_string_equal(names[2], "b");
	assert_string_equal(names[3], "c");
	hv_file_list_free(names, count);
}

static void test_file_list_limit(void **state)
{
	struct scratch *s = *state;
	struct hv_err err = HV_ERR_INIT;
	char **names = NULL;
	size_t count = 77;

	put_file(in_scratch(s, "a"), "");
	put_file(in_scratch(s, "b"), "");
	assert_int_equal(hv_file_list(s->directory, 1, &names, &count, &err), -1);
	assert_error(&err, HV_ERR_LIMIT, s->directory);
	assert_null(names);
	assert_int_equal(count, 77);
}

static void test_file_list_of_nothing(void **state)
{
	struct scratch *s = *state;
	struct hv_err err = HV_ERR_INIT;
	char **names = NULL;
	size_t count = 77;

	assert_int_equal(hv_file_list(s->directory, 0, &names, &count, NULL), 0);
	assert_int_equal(count, 0);
	hv_file_list_free(names, count);
	assert_int_equal(hv_file_list(in_scratch(s, "missing"), 9, &names, &count, &err), -1);
	assert_error(&err, HV_ERR_IO, s->path);
}

#define FILE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(test_file_open_gives_descriptor_and_info),
		FILE_TEST(test_file_open_refuses_what_is_no_file),
		FILE_TEST(test_file_open_refuses_a_device),
		FILE_TEST(test_file_read_goes_to_the_end),
		FILE_TEST(test_file_read_joins_short_reads),
		FILE_TEST(test_file_read_reports_errors),
		FILE_TEST(test_file_load_reads_whole_files),
		FILE_TEST(test_file_load_limit),
		FILE_TEST(test_file_load_without_limit),
		FILE_TEST(test_file_load_reads_past_the_stated_size),
		FILE_TEST(test_file_load_names_a_missing_file),
		FILE_TEST(test_file_stat_tells_files_from_directories),
		FILE_TEST(test_file_write_atomic_creates_and_replaces),
		FILE_TEST(test_file_write_atomic_keeps_the_old_one_open),
		FILE_TEST(test_file_write_atomic_replaces_a_link_not_its_target),
		FILE_TEST(test_file_write_atomic_goes_into_devices_and_pipes),
		FILE_TEST(test_file_write_atomic_reports_errors),
		FILE_TEST(test_file_write_atomic_survives_a_full_disk),
		FILE_TEST(test_file_write_atomic_refuses_endless_paths),
		FILE_TEST(test_file_write_atomic_steps_around_left_overs),
		FILE_TEST(test_file_write_atomic_in_the_current_directory),
		FILE_TEST(test_file_list_sorts_and_skips_dot_files),
		FILE_TEST(test_file_list_limit),
		FILE_TEST(test_file_list_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
