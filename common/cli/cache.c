/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of the cache. After the directory has been opened and judged, everything happens
 * relative to its descriptor; every file is judged by its descriptor too. A file begins with a
 * header of fixed length (the format and the lengths of key and content), then come the key, a
 * newline and the content: the name holds only a hash of the key. */
#include "cli/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/parse.h"
#include "cim/capture-json.h"
#include "cli/cache-directory.h"
#include "cli/write.h"

#define MAGIC       "hyperv-cache/1 "
#define LABEL_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_"

enum {
	DIGITS = 10, /* of each length in the header */
	MAGIC_LEN = sizeof(MAGIC) - 1,
	HEADER_LEN = MAGIC_LEN + DIGITS + 1 + DIGITS + 1,
	BEFORE_CONTENT_MAX = HEADER_LEN + HV_CACHE_KEY_MAX + 1,
	NAMES_MAX_BYTES = 1 << 20,
	LABEL_MAX = 64,
	POLL_NSEC = 20000000, /* between two looks at the lock */
};

/* FNV-1a, 64 bits. Not against forgery: the key in the file tells keys of the same hash apart. */
static uint64_t hash_of(const char *key)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (const char *p = key; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 0x100000001b3;
	return hash;
}

/* The label as the beginning of a file's name that is neither hidden nor a path. */
static void put_label(struct hv_buf *b, const char *label)
{
	for (size_t i = 0; i < LABEL_MAX && label[i]; i++) {
		bool fits = strchr(LABEL_CHARS, label[i]) && (i > 0 || label[i] != '.');

		hv_buf_addc(b, fits ? label[i] : '_');
	}
}

static int set_names(struct hv_cache *c, const struct hv_cache_config *config, struct hv_err *err)
{
	HV_AUTO(buf) label = { .max = LABEL_MAX };
	unsigned long long hash = hash_of(config->key);
	const char *base;

	if (strlen(config->key) > HV_CACHE_KEY_MAX)
		return hv_err_set(err, HV_ERR_LIMIT,
			"host, user and options together are longer than %d bytes",
			(int)HV_CACHE_KEY_MAX);
	put_label(&label, config->label);
	if (hv_buf_failed(&label))
		return hv_err_no_memory(err);
	base = hv_buf_str(&label);
	c->key = hv_arena_strdup(&c->arena, config->key);
	c->file = hv_arena_printf(&c->arena, "%s-%016llx.cache", base, hash);
	c->temp = hv_arena_printf(&c->arena, "%s-%016llx.tmp", base, hash);
	c->lock = hv_arena_printf(&c->arena, "%s-%016llx.lock", base, hash);
	return hv_arena_failed(&c->arena) ? hv_err_no_memory(err) : 0;
}

static int not_regular(struct hv_err *err)
{
	return hv_err_set(err, HV_ERR_IO, "it is not a regular file");
}

static int refuse(const struct hv_cache *c, const char *name, struct hv_err *err)
{
	return hv_err_wrap(err, "the cache file %s/%s is not used, remove it", c->directory, name);
}

static int fail(const struct hv_cache *c, const char *name, int errnum, struct hv_err *err)
{
	return hv_err_set_errno(err, errnum, "cache file %s/%s", c->directory, name);
}

static int file_not_opened(
	const struct hv_cache *c, const char *name, int errnum, struct hv_err *err)
{
	if (errnum == ELOOP)
		(void)hv_err_set(err, HV_ERR_IO, "it is a symbolic link");
	else if (errnum == ENXIO || errnum == EISDIR)
		(void)not_regular(err);
	else
		return fail(c, name, errnum, err);
	return refuse(c, name, err);
}

static int check_file(const struct stat *st, struct hv_err *err)
{
	if (!S_ISREG(st->st_mode))
		return not_regular(err);
	if (st->st_nlink > 1)
		return hv_err_set(err, HV_ERR_IO, "it has %lu names (hard links)",
			(unsigned long)st->st_nlink);
	return hv_cache_check_private(st, err);
}

/* Opens a file that can be trusted. *ret_fd is -1 when there is none and flags do not make one. */
static int open_file(const struct hv_cache *c, const char *name, int flags, int *ret_fd,
	struct stat *ret_st, struct hv_err *err)
{
	int fd = openat(c->directory_fd, name,
		flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0600);

	if (fd < 0 && (errno != ENOENT || (flags & O_CREAT)))
		return file_not_opened(c, name, errno, err);
	if (fd >= 0 && fstat(fd, ret_st)) {
		(void)fail(c, name, errno, err);
		close(fd);
		return -1;
	}
	if (fd >= 0 && check_file(ret_st, err)) {
		close(fd);
		return refuse(c, name, err);
	}
	*ret_fd = fd;
	return 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* False when the deadline has passed. */
static bool wait_a_little(const struct hv_deadline *deadline)
{
	hv_usec left = hv_usec_sub(deadline->at, deadline->now(deadline->state));
	struct timespec pause = { .tv_nsec = POLL_NSEC };

	if (left <= 0)
		return false;
	if (left < POLL_NSEC / 1000)
		pause.tv_nsec = (long)left * 1000;
	(void)nanosleep(&pause, NULL);
	return true;
}

/* False when somebody has removed the file since it was opened: others lock another one now. */
static bool is_still_the_lock(const struct hv_cache *c)
{
	struct stat opened;
	struct stat named;

	return fstat(c->lock_fd, &opened) == 0 &&
	       fstatat(c->directory_fd, c->lock, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

static int take_lock(struct hv_cache *c, const struct hv_cache_config *config, struct hv_err *err)
{
	struct stat st;

	do {
		if (c->lock_fd < 0 &&
			open_file(c, c->lock, O_RDWR | O_CREAT, &c->lock_fd, &st, err))
			return -1;
		if (flock(c->lock_fd, LOCK_EX | LOCK_NB) == 0) {
			if (is_still_the_lock(c))
				return 0;
			close_fd(&c->lock_fd);
		} else if (errno != EWOULDBLOCK && errno != EINTR) {
			return fail(c, c->lock, errno, err);
		}
	} while (wait_a_little(&config->deadline));
	c->busy = true;
	return hv_err_set(
		err, HV_ERR_LIMIT, "another check is still collecting from %s", config->label);
}

int hv_cache_open(struct hv_cache *c, const struct hv_cache_config *config, struct hv_err *err)
{
	*c = (struct hv_cache)HV_CACHE_INIT;
	hv_arena_init(&c->arena, NAMES_MAX_BYTES);
	if (set_names(c, config, err) || hv_cache_directory_open(c, config, err))
		return -1;
	return take_lock(c, config, err);
}

void hv_cache_done(struct hv_cache *c)
{
	if (!c)
		return;
	/* Closing alone would leave the lock to a child that has inherited the descriptor. */
	if (c->lock_fd >= 0)
		(void)flock(c->lock_fd, LOCK_UN);
	close_fd(&c->lock_fd);
	close_fd(&c->directory_fd);
	hv_arena_done(&c->arena);
}

static bool read_length(const char *digits, uint64_t *ret)
{
	char text[DIGITS + 1] = "";

	memcpy(text, digits, DIGITS);
	return hv_parse_u64(text, 0, UINT64_MAX, ret, NULL) == 0;
}

static bool read_header(const char *bytes, uint64_t *ret_key_len, uint64_t *ret_content_len)
{
	const char *lengths = bytes + MAGIC_LEN;

	return memcmp(bytes, MAGIC, MAGIC_LEN) == 0 && read_length(lengths, ret_key_len) &&
	       lengths[DIGITS] == ' ' && read_length(lengths + DIGITS + 1, ret_content_len) &&
	       lengths[DIGITS + 1 + DIGITS] == '\n';
}

static int check_key(const struct hv_cache *c, int fd, uint64_t stored_len, struct hv_err *err)
{
	char stored[HV_CACHE_KEY_MAX + 1] = "";
	size_t len = strlen(c->key);
	ssize_t got = 0;

	if (stored_len == len) {
		got = hv_file_read(fd, stored, len + 1, err);
		if (got < 0)
			return -1;
	}
	if ((size_t)got != len + 1 || memcmp(stored, c->key, len) != 0 || stored[len] != '\n')
		return hv_err_set(err, HV_ERR_FORMAT,
			"it was collected from another host or as another user");
	return 0;
}

/* Reads up to the content and tells how long that is. */
static int read_start(
	const struct hv_cache *c, int fd, uint64_t size, size_t *ret_len, struct hv_err *err)
{
	char header[HEADER_LEN];
	uint64_t key_len;
	uint64_t content_len;
	uint64_t due;
	ssize_t got;

	if (size > (uint64_t)BEFORE_CONTENT_MAX + HV_CAPTURE_MAX_BYTES)
		return hv_err_set(err, HV_ERR_LIMIT, "it is larger than the limit of %d bytes",
			(int)HV_CAPTURE_MAX_BYTES);
	got = hv_file_read(fd, header, sizeof(header), err);
	if (got < 0)
		return -1;
	if (got < HEADER_LEN || !read_header(header, &key_len, &content_len))
		return hv_err_set(err, HV_ERR_FORMAT, "it does not begin with '" MAGIC "...'");
	due = HEADER_LEN + key_len + 1 + content_len; /* of ten digits each: no overflow */
	if (size != due)
		return hv_err_set(err, HV_ERR_FORMAT, "it has %llu bytes instead of %llu",
			(unsigned long long)size, (unsigned long long)due);
	if (check_key(c, fd, key_len, err))
		return -1;
	*ret_len = (size_t)content_len;
	return 0;
}

static int read_content(int fd, size_t len, uint8_t **ret, struct hv_err *err)
{
	HV_AUTO(bytes) bytes = hv_realloc_array(NULL, len + 1, 1);
	ssize_t got;

	if (!bytes)
		return hv_err_no_memory(err);
	got = hv_file_read(fd, bytes, len, err);
	if (got < 0)
		return -1;
	if ((size_t)got != len)
		return hv_err_set(err, HV_ERR_FORMAT, "it became shorter while it was read");
	bytes[len] = '\0';
	*ret = hv_take(&bytes);
	return 0;
}

static bool is_fresh(const struct stat *st, hv_usec max_age, hv_usec now)
{
	hv_usec modified;
	hv_usec age;

	if (__builtin_mul_overflow((int64_t)st->st_mtim.tv_sec, HV_USEC_PER_SEC, &modified))
		return false;
	age = hv_usec_sub(now, hv_usec_add(modified, st->st_mtim.tv_nsec / 1000));
	return age >= 0 && age <= max_age;
}

/* A file that is not what it should be is to be removed; one that could not be read is not. */
static int not_loaded(const struct hv_cache *c, struct hv_err *err)
{
	if (err && (err->kind == HV_ERR_FORMAT || err->kind == HV_ERR_LIMIT))
		return refuse(c, c->file, err);
	return hv_err_wrap(err, "cache file %s/%s", c->directory, c->file);
}

int hv_cache_load(struct hv_cache *c, hv_usec max_age, hv_usec wall_now, uint8_t **ret,
	size_t *ret_len, bool *ret_found, struct hv_err *err)
{
	struct stat st = { .st_size = 0 };
	bool fresh = false;
	size_t len = 0;
	int result;
	int fd = -1;

	if (open_file(c, c->file, O_RDONLY, &fd, &st, err))
		return -1;
	if (fd < 0) {
		*ret_found = false;
		return 0;
	}
	/* What is too old is judged all the same: nothing strange is to be replaced unseen. */
	result = read_start(c, fd, (uint64_t)st.st_size, &len, err);
	if (result == 0)
		fresh = is_fresh(&st, max_age, wall_now);
	if (fresh)
		result = read_content(fd, len, ret, err);
	close(fd);
	if (result)
		return not_loaded(c, err);
	if (fresh)
		*ret_len = len;
	*ret_found = fresh;
	return 0;
}

/* Closes fd in any case. The mode is set explicitly because the umask has cut that of openat(). */
static int fill_and_close(
	int fd, const struct hv_buf *start, const void *bytes, size_t len, struct hv_err *err)
{
	int result = 0;

	if (hv_write_all(fd, start->data, start->len, err) || hv_write_all(fd, bytes, len, err))
		result = -1;
	else if (fchmod(fd, 0600) || fsync(fd))
		result = hv_err_set_errno(err, errno, "write");
	if (close(fd) && result == 0)
		result = hv_err_set_errno(err, errno, "write");
	return result;
}

/* A temporary file that a killed check has left behind is in the way. Its name is this lock's. */
static int create_temp(const struct hv_cache *c, int *ret_fd, struct hv_err *err)
{
	if (unlinkat(c->directory_fd, c->temp, 0) && errno != ENOENT)
		return fail(c, c->temp, errno, err);
	*ret_fd = openat(c->directory_fd, c->temp,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
	return *ret_fd < 0 ? fail(c, c->temp, errno, err) : 0;
}

int hv_cache_store(struct hv_cache *c, const void *bytes, size_t len, struct hv_err *err)
{
	HV_AUTO(buf) start = { .max = BEFORE_CONTENT_MAX };
	int fd = -1;

	if (len > HV_CAPTURE_MAX_BYTES)
		return hv_err_set(err, HV_ERR_LIMIT,
			"%zu bytes are too many for a cache file, the limit is %d", len,
			(int)HV_CAPTURE_MAX_BYTES);
	hv_buf_addf(&start, MAGIC "%0*zu %0*zu\n%s\n", DIGITS, strlen(c->key), DIGITS, len, c->key);
	if (hv_buf_failed(&start))
		return hv_err_no_memory(err);
	if (create_temp(c, &fd, err))
		return -1;
	if (fill_and_close(fd, &start, bytes, len, err))
		(void)hv_err_wrap(err, "cache file %s/%s", c->directory, c->temp);
	else if (renameat(c->directory_fd, c->temp, c->directory_fd, c->file))
		(void)fail(c, c->file, errno, err);
	else
		return 0;
	(void)unlinkat(c->directory_fd, c->temp, 0);
	return -1;
}
