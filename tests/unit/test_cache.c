/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cache of collections: what is kept and for how long, whom it trusts, and that one check
 * collects while the others wait. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "cim/capture-json.h"
#include "cli/cache.h"

#define SEC HV_USEC_PER_SEC

enum { PATH_TEXT_MAX = 400, NOBODY = 65534, CHECKS = 4, LIMIT = 100000 };

/* An own directory for each test; the cache is in "d" below it. */
struct scratch {
	char root[PATH_TEXT_MAX / 2];
	char path[PATH_TEXT_MAX];
	char directory[PATH_TEXT_MAX];
	struct hv_cache_config config;
	struct hv_cache cache;
	struct hv_err err;
};

/* What the environment says in this program. */
static const char *xdg_cache_home;
static const char *home;

static const char *env(const char *name)
{
	if (strcmp(name, "XDG_CACHE_HOME") == 0)
		return xdg_cache_home;
	return strcmp(name, "HOME") == 0 ? home : NULL;
}

static hv_usec monotonic(void *state)
{
	struct timespec t;

	(void)state;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (hv_usec)t.tv_sec * SEC + t.tv_nsec / 1000;
}

/* No test waits that long unless it fails. */
static struct hv_deadline far_deadline(void)
{
	return (struct hv_deadline){ .now = monotonic, .at = monotonic(NULL) + 60 * SEC };
}

static struct hv_deadline passed_deadline(void)
{
	return (struct hv_deadline){ .now = monotonic, .at = monotonic(NULL) };
}

static const char *below(char ret[PATH_TEXT_MAX], const char *folder, const char *name)
{
	int len = snprintf(ret, PATH_TEXT_MAX, "%s/%s", folder, name);

	assert_true(len > 0 && len < PATH_TEXT_MAX);
	return ret;
}

static const char *in_root(struct scratch *s, const char *name)
{
	return below(s->path, s->root, name);
}

static const char *in_cache(struct scratch *s, const char *name)
{
	return below(s->path, s->directory, name);
}

static int set_up(void **state)
{
	const char *base = getenv("TMPDIR");
	struct scratch *s = hv_alloc(sizeof(*s));
	HV_AUTO(buf) b = { .max = sizeof(s->root) - 1 };

	hv_buf_addf(&b, "%s/hv-test-cache-XXXXXX", base ? base : "/tmp");
	if (!s || hv_buf_failed(&b))
		return -1;
	memcpy(s->root, b.data, b.len + 1);
	if (!mkdtemp(s->root))
		return -1;
	below(s->directory, s->root, "d");
	s->config = (struct hv_cache_config){
		.directory = s->directory,
		.env = env,
		.key = "host=hv1 port=5985 user=monitor",
		.label = "hv1",
		.deadline = far_deadline(),
	};
	s->cache = (struct hv_cache)HV_CACHE_INIT;
	xdg_cache_home = NULL;
	home = NULL;
	*state = s;
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static int tear_down(void **state)
{
	struct scratch *s = *state;
	int result;

	hv_cache_done(&s->cache);
	result = nftw(s->root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	hv_free(s);
	return result;
}

static void open_cache(struct scratch *s)
{
	if (hv_cache_open(&s->cache, &s->config, &s->err))
		fail_msg("%s", s->err.text);
	assert_false(s->cache.busy);
}

static void reopen(struct scratch *s)
{
	hv_cache_done(&s->cache);
	hv_err_clear(&s->err);
	open_cache(s);
}

static void store(struct scratch *s, const char *text)
{
	if (hv_cache_store(&s->cache, text, strlen(text), &s->err))
		fail_msg("%s", s->err.text);
}

static hv_usec wall_clock(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_REALTIME, &t), 0);
	return (hv_usec)t.tv_sec * SEC + t.tv_nsec / 1000;
}

/* The text of a found content (hv_free), NULL when none was found */
static char *load(struct scratch *s, hv_usec max_age, hv_usec now)
{
	uint8_t *bytes = NULL;
	bool found = false;
	size_t len = 0;

	if (hv_cache_load(&s->cache, max_age, now, &bytes, &len, &found, &s->err))
		fail_msg("%s", s->err.text);
	assert_int_equal(found, bytes != NULL);
	if (bytes)
		assert_int_equal(strlen((char *)bytes), len);
	return (char *)bytes;
}

static void assert_loads(struct scratch *s, const char *text)
{
	HV_AUTO(string) found = load(s, 3600 * SEC, wall_clock());

	if (!text)
		assert_null(found);
	else
		assert_string_equal(found, text);
}

static void assert_text(struct hv_err *err, const char *part)
{
	if (!strstr(err->text, part))
		fail_msg("'%s' is not in '%s'", part, err->text);
}

/* The error names the file and says what to do. */
static void assert_load_refused(struct scratch *s, enum hv_err_kind kind, const char *reason)
{
	uint8_t *bytes = NULL;
	bool found = true;
	size_t len = 77;

	hv_err_clear(&s->err);
	assert_int_equal(
		hv_cache_load(&s->cache, SEC, wall_clock(), &bytes, &len, &found, &s->err), -1);
	assert_null(bytes);
	assert_int_equal(len, 77);
	assert_int_equal(s->err.kind, kind);
	assert_text(&s->err, reason);
	assert_text(&s->err, "remove it");
	assert_text(&s->err, in_cache(s, s->cache.file));
}

static void assert_open_refused(struct scratch *s, enum hv_err_kind kind, const char *reason)
{
	hv_cache_done(&s->cache);
	hv_err_clear(&s->err);
	assert_int_equal(hv_cache_open(&s->cache, &s->config, &s->err), -1);
	assert_int_equal(s->err.kind, kind);
	assert_text(&s->err, reason);
	assert_false(s->cache.busy);
}

static void put_bytes(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	assert_int_equal(close(fd), 0);
}

static void put_file(const char *path, const char *text)
{
	put_bytes(path, text, strlen(text));
}

static void assert_content(const char *path, const char *text)
{
	HV_AUTO(bytes) bytes = NULL;
	size_t len;

	assert_int_equal(hv_file_load(path, LIMIT, &bytes, &len, NULL, NULL), 0);
	assert_string_equal((const char *)bytes, text);
}

static unsigned int mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return (unsigned int)st.st_mode & 07777;
}

static size_t count_entries(const char *directory)
{
	char **names = NULL;
	size_t count = 0;

	assert_int_equal(hv_file_list(directory, LIMIT, &names, &count, NULL), 0);
	hv_file_list_free(names, count);
	return count;
}

/* ---- Content ---- */

static void test_cache_keeps_what_was_stored(void **state)
{
	struct scratch *s = *state;
	mode_t old_umask = umask(0);

	open_cache(s);
	assert_loads(s, NULL);
	umask(0200);
	store(s, "first");
	umask(old_umask);
	assert_loads(s, "first");
	assert_int_equal(mode_of(s->directory), 0700);
	assert_int_equal(mode_of(in_cache(s, s->cache.file)), 0600);
	assert_int_equal(mode_of(in_cache(s, s->cache.lock)), 0600);
	reopen(s);
	assert_loads(s, "first");
	store(s, "the second");
	assert_loads(s, "the second");
	store(s, "");
	assert_loads(s, "");
	assert_int_equal(count_entries(s->directory), 2);
}

static void test_cache_keeps_any_bytes(void **state)
{
	static const char BYTES[] = "a\0\n\xFF";
	struct scratch *s = *state;
	HV_AUTO(bytes) bytes = NULL;
	bool found = false;
	size_t len = 0;

	s->config.key = "any\nbytes \xFF\x01";
	open_cache(s);
	assert_int_equal(hv_cache_store(&s->cache, BYTES, sizeof(BYTES), NULL), 0);
	assert_int_equal(
		hv_cache_load(&s->cache, SEC * 60, wall_clock(), &bytes, &len, &found, NULL), 0);
	assert_true(found);
	assert_int_equal(len, sizeof(BYTES));
	assert_memory_equal(bytes, BYTES, sizeof(BYTES));
	assert_int_equal(bytes[len], 0);
}

static void test_cache_age(void **state)
{
	static const struct {
		hv_usec max_age;
		hv_usec now; /* stored at 1000.5 s */
		bool found;
	} CASES[] = {
		{ 60 * SEC, 1000 * SEC + SEC / 2, true },
		{ 60 * SEC, 1060 * SEC + SEC / 2, true },
		{ 60 * SEC, 1060 * SEC + SEC / 2 + 1, false },
		{ 60 * SEC, 1000 * SEC + SEC / 2 - 1, false }, /* from the future */
		{ HV_USEC_MAX, 0, false },
		{ HV_USEC_MAX, HV_USEC_MAX, true },
		{ 0, 1000 * SEC + SEC / 2, true },
		{ 0, 1000 * SEC + SEC / 2 + 1, false },
	};
	const struct timespec times[2] = { { .tv_sec = 1 },
		{ .tv_sec = 1000, .tv_nsec = 500000000 } };
	struct scratch *s = *state;

	open_cache(s);
	store(s, "text");
	assert_int_equal(utimensat(AT_FDCWD, in_cache(s, s->cache.file), times, 0), 0);
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(string) found = load(s, CASES[i].max_age, CASES[i].now);

		if ((found != NULL) != CASES[i].found)
			fail_msg("case %zu", i);
	}
}

static void test_cache_keys_have_their_own_files(void **state)
{
	struct scratch *s = *state;
	struct hv_cache other = HV_CACHE_INIT;
	struct hv_cache_config config = s->config;

	config.key = "host=hv1 port=5985 user=other";
	open_cache(s);
	store(s, "of monitor");
	/* The first lock is held: another key has another one. */
	assert_int_equal(hv_cache_open(&other, &config, NULL), 0);
	assert_string_not_equal(other.file, s->cache.file);
	assert_int_equal(hv_cache_store(&other, "of other", 8, NULL), 0);
	hv_cache_done(&other);
	assert_loads(s, "of monitor");
	s->config.key = config.key;
	reopen(s);
	assert_loads(s, "of other");
}

static void test_cache_label_becomes_a_plain_name(void **state)
{
	static const struct {
		const char *label;
		const char *start;
	} CASES[] = {
		{ "hv-1.example_X", "hv-1.example_X-" },
		{ "fe80::1%eth0", "fe80__1_eth0-" },
		{ "../../etc/x", "_._.._etc_x-" },
		{ ".hidden", "_hidden-" },
		{ "a\n\x1B\xC3\xA4", "a____-" },
		{ "", "-" },
	};
	struct scratch *s = *state;
	char label[LIMIT / 100 + 1] = "";

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		s->config.label = CASES[i].label;
		reopen(s);
		assert_int_equal(strncmp(s->cache.file, CASES[i].start, strlen(CASES[i].start)), 0);
		assert_int_equal(strlen(s->cache.file), strlen(CASES[i].start) + 16 + 6);
		store(s, "x");
		assert_int_equal(mode_of(in_cache(s, s->cache.file)), 0600);
	}
	memset(label, 'a', sizeof(label) - 1);
	s->config.label = label;
	reopen(s);
	assert_int_equal(strlen(s->cache.file), 64 + 1 + 16 + 6);
}

static void test_cache_key_is_bounded(void **state)
{
	struct scratch *s = *state;
	char key[HV_CACHE_KEY_MAX + 2] = "";

	memset(key, 'k', HV_CACHE_KEY_MAX);
	s->config.key = key;
	open_cache(s);
	store(s, "x");
	assert_loads(s, "x");
	key[HV_CACHE_KEY_MAX] = 'k';
	assert_open_refused(s, HV_ERR_LIMIT, "longer than 4096 bytes");
}

/* ---- Files that are not what they should be ---- */

static void test_cache_refuses_another_key(void **state)
{
	static const char *const KEYS[] = { "host=hv2 port=5985 user=monitor", "host=hv1", "",
		"host=hv1 port=5985 user=monitor2" };
	struct scratch *s = *state;
	HV_AUTO(string) file = NULL;

	open_cache(s);
	file = hv_strdup(s->cache.file);
	assert_non_null(file);
	for (size_t i = 0; i < HV_ARRAY_LEN(KEYS); i++) {
		char from[PATH_TEXT_MAX];
		struct hv_cache other = HV_CACHE_INIT;
		struct hv_cache_config config = s->config;

		config.key = KEYS[i];
		assert_int_equal(hv_cache_open(&other, &config, NULL), 0);
		assert_int_equal(hv_cache_store(&other, "theirs", 6, NULL), 0);
		below(from, s->directory, other.file);
		assert_int_equal(rename(from, in_cache(s, file)), 0);
		hv_cache_done(&other);
		assert_load_refused(s, HV_ERR_FORMAT, "another host or as another user");
	}
	store(s, "mine");
	assert_loads(s, "mine");
}

static void test_cache_refuses_damage(void **state)
{
	static const struct {
		const char *bytes;
		const char *reason; /* NULL: good */
	} CASES[] = {
		{ "hyperv-cache/1 0000000001 0000000003\nk\nabc", NULL },
		{ "", "does not begin with 'hyperv-cache/1 " },
		{ "{}", "does not begin" },
		{ "hyperv-cache/1 0000000001 000000000", "does not begin" },
		{ "hyperv-cache/2 0000000001 0000000003\nk\nabc", "does not begin" },
		{ "hyperv-cache/1 000000000x 0000000003\nk\nabc", "does not begin" },
		{ "hyperv-cache/1 0000000001 -000000003\nk\nabc", "does not begin" },
		{ "hyperv-cache/1 0000000001-0000000003\nk\nabc", "does not begin" },
		{ "hyperv-cache/1 0000000001 0000000003 k\nabc", "does not begin" },
		{ "hyperv-cache/1 0000000001 0000000003\n", "has 37 bytes instead of 42" },
		{ "hyperv-cache/1 0000000001 0000000003\nk\nab", "has 41 bytes instead of 42" },
		{ "hyperv-cache/1 0000000001 0000000003\nk\nabcd", "has 43 bytes instead of 42" },
		{ "hyperv-cache/1 9999999999 9999999999\nk\nabc", "instead of 20000000036" },
		{ "hyperv-cache/1 0000000001 0000000003\nj\nabc", "another host" },
		{ "hyperv-cache/1 0000000001 0000000003\nkxabc", "another host" },
		{ "hyperv-cache/1 0000000003 0000000003\nk\nx\nabc", "another host" },
	};
	struct scratch *s = *state;

	s->config.key = "k";
	open_cache(s);
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		put_file(in_cache(s, s->cache.file), CASES[i].bytes);
		if (CASES[i].reason)
			assert_load_refused(s, HV_ERR_FORMAT, CASES[i].reason);
		else
			assert_loads(s, "abc");
	}
}

static void test_cache_refuses_damage_of_any_age(void **state)
{
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	struct scratch *s = *state;

	open_cache(s);
	put_file(in_cache(s, s->cache.file), "not a cache file");
	assert_int_equal(utimensat(AT_FDCWD, s->path, times, 0), 0);
	assert_load_refused(s, HV_ERR_FORMAT, "does not begin");
}

static void test_cache_content_is_bounded(void **state)
{
	struct scratch *s = *state;

	open_cache(s);
	store(s, "kept");
	assert_int_equal(
		hv_cache_store(&s->cache, "", (size_t)HV_CAPTURE_MAX_BYTES + 1, &s->err), -1);
	assert_int_equal(s->err.kind, HV_ERR_LIMIT);
	assert_loads(s, "kept");
	assert_int_equal(
		truncate(in_cache(s, s->cache.file), (off_t)HV_CAPTURE_MAX_BYTES + 5000), 0);
	assert_load_refused(s, HV_ERR_LIMIT, "larger than the limit of 536870912 bytes");
}

/* ---- Trust ---- */

static void make_link(const char *path)
{
	assert_int_equal(symlink("target", path), 0);
}

static void make_fifo(const char *path)
{
	assert_int_equal(mkfifo(path, 0600), 0);
}

static void make_folder(const char *path)
{
	assert_int_equal(mkdir(path, 0700), 0);
}

static void make_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_true(strlen(path) < sizeof(address.sun_path));
	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(chmod(path, 0600), 0);
}

static void make_hard_link(const char *path)
{
	char second[PATH_TEXT_MAX + 8];

	put_file(path, "");
	assert_true(snprintf(second, sizeof(second), "%s.2", path) > 0);
	assert_int_equal(link(path, second), 0);
}

static void make_readable(const char *path)
{
	put_file(path, "");
	assert_int_equal(chmod(path, 0640), 0);
}

static void make_writable(const char *path)
{
	put_file(path, "");
	assert_int_equal(chmod(path, 0602), 0);
}

static void make_foreign(const char *path)
{
	put_file(path, "");
	assert_int_equal(chown(path, NOBODY, NOBODY), 0);
}

struct distrusted {
	void (*make)(const char *path);
	const char *reason;
};

static const struct distrusted DISTRUSTED[] = {
	{ make_link, "it is a symbolic link" },
	{ make_fifo, "it is not a regular file" },
	{ make_folder, "it is not a regular file" },
	{ make_socket, "it is not a regular file" },
	{ make_hard_link, "it has 2 names (hard links)" },
	{ make_readable, "its mode 0640 lets other users in" },
	{ make_writable, "its mode 0602 lets other users in" },
};

static void check_distrusted_file(struct scratch *s, const struct distrusted *d)
{
	assert_loads(s, NULL);
	d->make(in_cache(s, s->cache.file));
	assert_load_refused(s, HV_ERR_IO, d->reason);
	assert_int_equal(remove(s->path), 0);
	assert_loads(s, NULL);
}

static void check_distrusted_lock(struct scratch *s, const struct distrusted *d)
{
	char path[PATH_TEXT_MAX];

	reopen(s);
	below(path, s->directory, s->cache.lock);
	assert_int_equal(remove(path), 0);
	d->make(path);
	assert_open_refused(s, HV_ERR_IO, d->reason);
	assert_text(&s->err, path);
	assert_text(&s->err, "remove it");
	assert_int_equal(remove(path), 0);
	reopen(s);
}

static void test_cache_distrusts_files(void **state)
{
	struct scratch *s = *state;

	open_cache(s);
	for (size_t i = 0; i < HV_ARRAY_LEN(DISTRUSTED); i++)
		check_distrusted_file(s, &DISTRUSTED[i]);
}

static void test_cache_distrusts_locks(void **state)
{
	struct scratch *s = *state;

	open_cache(s);
	put_file(in_cache(s, "target"), ""); /* of the symbolic link: would be a fine lock */
	for (size_t i = 0; i < HV_ARRAY_LEN(DISTRUSTED); i++)
		check_distrusted_lock(s, &DISTRUSTED[i]);
}

static void test_cache_distrusts_files_of_others(void **state)
{
	static const struct distrusted FOREIGN = { make_foreign,
		"it belongs to user 65534, not to user 0" };
	struct scratch *s = *state;

	if (geteuid() != 0) {
		print_message("only the superuser can give files away\n");
		skip();
	}
	open_cache(s);
	check_distrusted_file(s, &FOREIGN);
	check_distrusted_lock(s, &FOREIGN);
}

static void test_cache_distrusts_directories_that_let_others_in(void **state)
{
	static const struct {
		mode_t mode;
		const char *reason; /* NULL: fine */
	} CASES[] = {
		{ 0700, NULL },
		{ 01700, NULL },
		{ 0750, "its mode 0750 lets other users in" },
		{ 0701, "its mode 0701 lets other users in" },
		{ 0720, "its mode 0720 lets other users in" },
		{ 01777, "its mode 1777 lets other users in" },
	};
	struct scratch *s = *state;

	assert_int_equal(mkdir(s->directory, 0700), 0);
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		assert_int_equal(chmod(s->directory, CASES[i].mode), 0);
		if (CASES[i].reason) {
			assert_open_refused(s, HV_ERR_IO, CASES[i].reason);
			assert_text(&s->err, s->directory);
		} else {
			reopen(s);
		}
		assert_int_equal(mode_of(s->directory), CASES[i].mode); /* not repaired */
	}
}

static void test_cache_distrusts_directories_of_others(void **state)
{
	struct scratch *s = *state;

	if (geteuid() == 0) {
		assert_int_equal(mkdir(s->directory, 0700), 0);
		assert_int_equal(chown(s->directory, NOBODY, NOBODY), 0);
		assert_open_refused(s, HV_ERR_IO, "it belongs to user 65534, not to user 0");
		return;
	}
	s->config.directory = "/";
	assert_open_refused(s, HV_ERR_IO, "it belongs to user 0, not to user");
}

static void test_cache_distrusts_what_is_no_directory(void **state)
{
	static const char *const NAMES[] = { "link", "link/", "link//" };
	struct scratch *s = *state;
	char name[PATH_TEXT_MAX];

	assert_int_equal(mkdir(s->directory, 0700), 0);
	assert_int_equal(symlink("d", in_root(s, "link")), 0);
	for (size_t i = 0; i < HV_ARRAY_LEN(NAMES); i++) {
		s->config.directory = below(name, s->root, NAMES[i]);
		assert_open_refused(s, HV_ERR_IO, "it is a symbolic link");
	}
	s->config.directory = below(name, s->root, "d//");
	reopen(s);
	put_file(in_root(s, "file"), "");
	s->config.directory = below(name, s->root, "file");
	assert_open_refused(s, HV_ERR_IO, "it is not a directory");
	assert_int_equal(mkfifo(in_root(s, "fifo"), 0600), 0);
	s->config.directory = below(name, s->root, "fifo");
	assert_open_refused(s, HV_ERR_IO, "it is not a directory");
}

/* ---- Which directory ---- */

static void test_cache_does_not_make_parents(void **state)
{
	struct scratch *s = *state;
	char name[PATH_TEXT_MAX];

	s->config.directory = below(name, s->root, "missing/d");
	assert_open_refused(s, HV_ERR_IO, "missing/d cannot be made: No such file");
	assert_int_equal(access(in_root(s, "missing"), F_OK), -1);
	s->config.directory = "";
	assert_open_refused(s, HV_ERR_ARGUMENT, "name is empty");
}

static void assert_default(struct scratch *s, const char *name)
{
	char path[PATH_TEXT_MAX];

	s->config.directory = NULL;
	reopen(s);
	assert_string_equal(s->cache.directory, below(path, s->root, name));
	assert_int_equal(mode_of(path), 0700);
}

static void test_cache_default_directory(void **state)
{
	struct scratch *s = *state;
	char xdg[PATH_TEXT_MAX];
	char own[PATH_TEXT_MAX];

	home = below(own, s->root, "home");
	xdg_cache_home = below(xdg, s->root, "xdg");
	make_folder(home);
	assert_default(s, "xdg/monitoring-plugins-hyperv");
	assert_int_equal(mode_of(xdg), 0700);
	assert_int_equal(access(in_root(s, "home/.cache"), F_OK), -1);

	xdg_cache_home = "relative";
	assert_default(s, "home/.cache/monitoring-plugins-hyperv");
	assert_int_equal(mode_of(in_root(s, "home/.cache")), 0700);
	assert_int_equal(access("relative", F_OK), -1);
	xdg_cache_home = "";
	assert_default(s, "home/.cache/monitoring-plugins-hyperv");
	assert_int_equal(chmod(in_root(s, "home/.cache"), 0755), 0); /* as it often is */
	xdg_cache_home = NULL;
	assert_default(s, "home/.cache/monitoring-plugins-hyperv");
}

/* This one is not below the scratch directory; what it leaves there is removed. */
static void assert_default_in_tmp(struct scratch *s)
{
	char path[PATH_TEXT_MAX];

	assert_true(snprintf(path, sizeof(path), "/tmp/monitoring-plugins-hyperv-%lu",
			    (unsigned long)geteuid()) > 0);
	s->config.directory = NULL;
	s->config.label = s->config.key = "of test_cache";
	reopen(s);
	assert_string_equal(s->cache.directory, path);
	assert_int_equal(unlinkat(s->cache.directory_fd, s->cache.lock, 0), 0);
	(void)rmdir(path);
}

static void test_cache_default_directory_without_a_home(void **state)
{
	static const char *const HOMES[] = { NULL, "", ".", "/nonexistent", "/dev/null" };
	struct scratch *s = *state;
	char foreign[PATH_TEXT_MAX] = "/";

	for (size_t i = 0; i < HV_ARRAY_LEN(HOMES); i++) {
		home = HOMES[i];
		assert_default_in_tmp(s);
	}
	if (geteuid() == 0) {
		make_folder(below(foreign, s->root, "home"));
		assert_int_equal(chown(foreign, NOBODY, NOBODY), 0);
	}
	home = foreign;
	assert_default_in_tmp(s);
}

/* ---- Writing ---- */

static void test_cache_store_replaces_as_a_whole(void **state)
{
	struct scratch *s = *state;
	char bytes[200] = "";
	int fd = -1;

	open_cache(s);
	store(s, "old");
	assert_int_equal(hv_file_open(in_cache(s, s->cache.file), &fd, NULL, NULL), 0);
	store(s, "newer");
	assert_true(hv_file_read(fd, bytes, sizeof(bytes) - 1, NULL) > 0);
	assert_non_null(strstr(bytes, "\nold"));
	assert_int_equal(close(fd), 0);
	assert_loads(s, "newer");
}

static void test_cache_store_takes_the_place_of_left_overs(void **state)
{
	struct scratch *s = *state;

	open_cache(s);
	put_file(in_cache(s, s->cache.temp), "of a check that was killed");
	store(s, "one");
	assert_loads(s, "one");
	put_file(in_cache(s, "target"), "untouched");
	assert_int_equal(symlink("target", in_cache(s, s->cache.temp)), 0);
	store(s, "two");
	assert_loads(s, "two");
	assert_content(in_cache(s, "target"), "untouched");
	assert_int_equal(count_entries(s->directory), 3);
	make_folder(in_cache(s, s->cache.temp));
	assert_int_equal(hv_cache_store(&s->cache, "x", 1, &s->err), -1);
	assert_text(&s->err, s->path);
}

static void test_cache_store_cannot_replace_a_directory(void **state)
{
	struct scratch *s = *state;

	open_cache(s);
	make_folder(in_cache(s, s->cache.file));
	assert_int_equal(hv_cache_store(&s->cache, "x", 1, &s->err), -1);
	assert_int_equal(s->err.kind, HV_ERR_IO);
	assert_text(&s->err, s->path);
	assert_int_equal(count_entries(s->directory), 2);
}

static void test_cache_store_survives_a_full_disk(void **state)
{
	struct scratch *s = *state;
	struct rlimit old;
	struct rlimit small;
	int result;

	open_cache(s);
	store(s, "old");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 100;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	result = hv_cache_store(&s->cache,
		"This is longer than what is left of a hundred bytes behind the header.", 70,
		&s->err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(result, -1);
	assert_int_equal(s->err.kind, HV_ERR_IO);
	assert_text(&s->err, in_cache(s, s->cache.temp));
	assert_loads(s, "old");
	assert_int_equal(count_entries(s->directory), 2);
}

static int status_of(pid_t child)
{
	int status = 0;

	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* The superuser may write anywhere, so another user tries: 0 when both errors are as they should
 * be. */
static int try_read_only(struct scratch *s)
{
	if (geteuid() == 0 && (setgid(NOBODY) || setuid(NOBODY)))
		return 1;
	if (hv_cache_open(&s->cache, &s->config, NULL))
		return 2;
	if (chmod(s->directory, 0500))
		return 3;
	if (hv_cache_store(&s->cache, "x", 1, &s->err) == 0 ||
		!strstr(s->err.text, "Permission denied"))
		return 4;
	if (unlink(in_cache(s, s->cache.lock)) == 0)
		return 5;
	hv_cache_done(&s->cache);
	hv_err_clear(&s->err);
	s->config.key = "has no lock yet";
	if (hv_cache_open(&s->cache, &s->config, &s->err) == 0 ||
		!strstr(s->err.text, "Permission denied") || !strstr(s->err.text, s->directory))
		return 6;
	return 0;
}

static void test_cache_needs_a_writable_directory(void **state)
{
	struct scratch *s = *state;
	pid_t child;
	int status;

	assert_int_equal(chmod(s->root, 0755), 0);
	make_folder(s->directory);
	if (geteuid() == 0)
		assert_int_equal(chown(s->directory, NOBODY, NOBODY), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(try_read_only(s));
	status = status_of(child);
	assert_int_equal(chmod(s->directory, 0700), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- The lock ---- */

/* A clock that goes on by 10 ms whenever it is asked. */
static hv_usec stepping(void *state)
{
	hv_usec *now = state;

	return *now += SEC / 100;
}

static void test_cache_waits_until_the_deadline(void **state)
{
	struct scratch *s = *state;
	struct hv_cache_config config = s->config;
	HV_AUTO(cache) waiting = HV_CACHE_INIT;
	hv_usec now = 0;

	open_cache(s);
	config.deadline =
		(struct hv_deadline){ .now = stepping, .state = &now, .at = 5 * SEC / 100 };
	assert_int_equal(hv_cache_open(&waiting, &config, &s->err), -1);
	assert_true(waiting.busy);
	assert_int_equal(s->err.kind, HV_ERR_LIMIT);
	assert_string_equal(s->err.text, "another check is still collecting from hv1");
	assert_true(now == 5 * SEC / 100);

	/* A free lock is taken even at the last moment. */
	hv_cache_done(&waiting);
	hv_cache_done(&s->cache);
	config.deadline = passed_deadline();
	assert_int_equal(hv_cache_open(&waiting, &config, NULL), 0);
	assert_false(waiting.busy);
}

static void test_cache_done_keeps_the_lock_file(void **state)
{
	struct scratch *s = *state;
	HV_AUTO(string) name = NULL;

	open_cache(s);
	assert_true(fcntl(s->cache.lock_fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(s->cache.directory_fd, F_GETFD) & FD_CLOEXEC);
	name = hv_strdup(s->cache.lock);
	assert_non_null(name);
	hv_cache_done(&s->cache);
	assert_int_equal(access(in_cache(s, name), F_OK), 0);
	hv_cache_done(&s->cache);
	hv_cache_done(NULL);
}

/* Somebody removes the lock's file, or all, while a check waits for it; then the holder ends. */
struct remover {
	struct scratch *s;
	bool all;
	hv_usec now;
};

static hv_usec removing(void *state)
{
	struct remover *r = state;

	if (r->now == 0) {
		assert_int_equal(unlink(in_cache(r->s, r->s->cache.lock)), 0);
		if (r->all)
			assert_int_equal(rmdir(r->s->directory), 0);
		hv_cache_done(&r->s->cache);
	}
	return stepping(&r->now);
}

static void test_cache_does_not_take_a_removed_lock(void **state)
{
	struct scratch *s = *state;
	struct remover remover = { .s = s };
	struct hv_cache_config config = s->config;
	HV_AUTO(cache) second = HV_CACHE_INIT;

	open_cache(s);
	config.deadline = (struct hv_deadline){ .now = removing, .state = &remover, .at = SEC };
	assert_int_equal(hv_cache_open(&second, &config, &s->err), 0);
	assert_true(remover.now > 0);
	s->config.deadline = passed_deadline();
	assert_int_equal(hv_cache_open(&s->cache, &s->config, &s->err), -1);
	assert_true(s->cache.busy);
}

static void test_cache_tells_when_its_directory_was_removed(void **state)
{
	struct scratch *s = *state;
	struct remover remover = { .s = s, .all = true };
	struct hv_cache_config config = s->config;
	HV_AUTO(cache) second = HV_CACHE_INIT;

	open_cache(s);
	config.deadline = (struct hv_deadline){ .now = removing, .state = &remover, .at = SEC };
	assert_int_equal(hv_cache_open(&second, &config, &s->err), -1);
	assert_false(second.busy);
	assert_text(&s->err, in_cache(s, second.lock));
	assert_text(&s->err, "No such file or directory");
}

/* Until it is killed; by itself when the test has failed. */
static void stay(void)
{
	(void)alarm(60);
	for (;;)
		(void)pause();
}

static void test_cache_done_frees_the_lock_whoever_has_inherited_it(void **state)
{
	struct scratch *s = *state;
	pid_t child;

	open_cache(s);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		stay();
	hv_cache_done(&s->cache);
	s->config.deadline = passed_deadline();
	open_cache(s);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_true(WIFSIGNALED(status_of(child)));
}

/* Holds the lock until it is killed; says by a byte that it has it. */
static void hold(struct scratch *s, int ready_fd)
{
	if (hv_cache_open(&s->cache, &s->config, NULL) || write(ready_fd, "x", 1) != 1)
		_exit(1);
	stay();
}

static void test_cache_lock_ends_with_its_holder(void **state)
{
	struct scratch *s = *state;
	int ends[2];
	pid_t child;
	char byte;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		hold(s, ends[1]);
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(close(ends[0]), 0);
	s->config.deadline = passed_deadline();
	assert_int_equal(hv_cache_open(&s->cache, &s->config, NULL), -1);
	assert_true(s->cache.busy);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_true(WIFSIGNALED(status_of(child)));
	reopen(s);
}

/* What a check does. Every collection leaves a byte in a file. */
static int collect_or_load(struct scratch *s)
{
	const struct timespec collecting = { .tv_nsec = 100000000 };
	HV_AUTO(bytes) bytes = NULL;
	bool found = false;
	size_t len = 0;
	int fd;

	if (hv_cache_open(&s->cache, &s->config, NULL) ||
		hv_cache_load(&s->cache, 3600 * SEC, wall_clock(), &bytes, &len, &found, NULL))
		return 1;
	if (found)
		return len == 9 && memcmp(bytes, "collected", 9) == 0 ? 0 : 2;
	fd = open(in_root(s, "collections"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "x", 1) != 1 || close(fd))
		return 3;
	(void)nanosleep(&collecting, NULL);
	if (hv_cache_store(&s->cache, "collected", 9, NULL))
		return 4;
	hv_cache_done(&s->cache);
	return 0;
}

static void test_cache_one_check_collects_for_all(void **state)
{
	struct scratch *s = *state;
	pid_t children[CHECKS];

	for (size_t i = 0; i < CHECKS; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0)
			_exit(collect_or_load(s));
	}
	for (size_t i = 0; i < CHECKS; i++) {
		int status = status_of(children[i]);

		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	assert_content(in_root(s, "collections"), "x");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cache_keeps_what_was_stored),
		TEST(test_cache_keeps_any_bytes),
		TEST(test_cache_age),
		TEST(test_cache_keys_have_their_own_files),
		TEST(test_cache_label_becomes_a_plain_name),
		TEST(test_cache_key_is_bounded),
		TEST(test_cache_refuses_another_key),
		TEST(test_cache_refuses_damage),
		TEST(test_cache_refuses_damage_of_any_age),
		TEST(test_cache_content_is_bounded),
		TEST(test_cache_distrusts_files),
		TEST(test_cache_distrusts_locks),
		TEST(test_cache_distrusts_files_of_others),
		TEST(test_cache_distrusts_directories_that_let_others_in),
		TEST(test_cache_distrusts_directories_of_others),
		TEST(test_cache_distrusts_what_is_no_directory),
		TEST(test_cache_does_not_make_parents),
		TEST(test_cache_default_directory),
		TEST(test_cache_default_directory_without_a_home),
		TEST(test_cache_store_replaces_as_a_whole),
		TEST(test_cache_store_takes_the_place_of_left_overs),
		TEST(test_cache_store_cannot_replace_a_directory),
		TEST(test_cache_store_survives_a_full_disk),
		TEST(test_cache_needs_a_writable_directory),
		TEST(test_cache_waits_until_the_deadline),
		TEST(test_cache_done_keeps_the_lock_file),
		TEST(test_cache_does_not_take_a_removed_lock),
		TEST(test_cache_tells_when_its_directory_was_removed),
		TEST(test_cache_done_frees_the_lock_whoever_has_inherited_it),
		TEST(test_cache_lock_ends_with_its_holder),
		TEST(test_cache_one_check_collects_for_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
