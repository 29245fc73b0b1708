/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Local files. Opening never blocks and never takes a terminal; reading is bounded even when the
 * file changes meanwhile. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"

enum { TEMP_TRIES_MAX = 100 };

/* Leaves room to count one byte more and a NUL. */
#define LOAD_SIZE_MAX ((size_t)SSIZE_MAX - 2)

static hv_usec modified_at(const struct stat *st)
{
	hv_usec seconds;

	if (__builtin_mul_overflow((int64_t)st->st_mtim.tv_sec, HV_USEC_PER_SEC, &seconds))
		return st->st_mtim.tv_sec < 0 ? HV_USEC_MIN : HV_USEC_MAX;
	return hv_usec_add(seconds, st->st_mtim.tv_nsec / 1000);
}

static struct hv_file_info info_of(const struct stat *st)
{
	return (struct hv_file_info){
		.size = st->st_size < 0 ? 0 : (uint64_t)st->st_size,
		.modified_at = modified_at(st),
		.is_directory = S_ISDIR(st->st_mode),
	};
}

static int regular_info(int fd, const char *path, struct hv_file_info *ret, struct hv_err *err)
{
	struct stat st;

	if (fstat(fd, &st))
		return hv_err_set_errno(err, errno, "%s", path);
	if (S_ISDIR(st.st_mode))
		return hv_err_set(err, HV_ERR_IO, "%s: is a directory", path);
	if (!S_ISREG(st.st_mode))
		return hv_err_set(err, HV_ERR_IO, "%s: not a regular file", path);
	*ret = info_of(&st);
	return 0;
}

int hv_file_open(const char *path, int *ret_fd, struct hv_file_info *ret_info, struct hv_err *err)
{
	struct hv_file_info info;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return hv_err_set_errno(err, errno, "%s", path);
	if (regular_info(fd, path, &info, err)) {
		close(fd);
		return -1;
	}
	*ret_fd = fd;
	if (ret_info)
		*ret_info = info;
	return 0;
}

ssize_t hv_file_read(int fd, void *buf, size_t len, struct hv_err *err)
{
	unsigned char *bytes = buf;
	size_t wanted = len < SSIZE_MAX ? len : SSIZE_MAX;
	size_t got = 0;

	while (got < wanted) {
		ssize_t n = read(fd, bytes + got, wanted - got);

		if (n == 0)
			break;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return hv_err_set_errno(err, errno, "read");
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static int too_large(size_t max, struct hv_err *err)
{
	return hv_err_set(err, HV_ERR_LIMIT, "larger than the limit of %zu bytes", max);
}

/* Reads to the end of the file, whatever size it had at first. There is always room for one byte
 * more than expected (only a read that leaves it free has seen the end) and for the NUL. */
static int read_all(
	int fd, uint64_t size, size_t max, uint8_t **ret, size_t *ret_len, struct hv_err *err)
{
	HV_AUTO(bytes) bytes = NULL;
	size_t capacity = 0;
	size_t len = 0;

	if (size > max)
		return too_large(max, err);
	do {
		size_t needed = len == 0 ? (size_t)size + 2 : capacity + 1;
		ssize_t n;

		if (len > max)
			return too_large(max, err);
		if (hv_grow(&bytes, &capacity, needed, max + 2, 1))
			return hv_err_no_memory(err);
		n = hv_file_read(fd, bytes + len, capacity - 1 - len, err);
		if (n < 0)
			return -1;
		len += (size_t)n;
	} while (len == capacity - 1);
	bytes[len] = '\0';
	*ret = hv_take(&bytes);
	*ret_len = len;
	return 0;
}

int hv_file_load(const char *path, size_t max, uint8_t **ret, size_t *ret_len,
	hv_usec *ret_modified_at, struct hv_err *err)
{
	size_t limit = max < LOAD_SIZE_MAX ? max : LOAD_SIZE_MAX;
	struct hv_file_info info = { .size = 0 };
	int result;
	int fd = -1;

	if (hv_file_open(path, &fd, &info, err))
		return -1;
	result = read_all(fd, info.size, limit, ret, ret_len, err);
	close(fd);
	if (result)
		return hv_err_wrap(err, "%s", path);
	if (ret_modified_at)
		*ret_modified_at = info.modified_at;
	return 0;
}

int hv_file_stat(const char *path, struct hv_file_info *ret, struct hv_err *err)
{
	struct stat st;

	if (stat(path, &st))
		return hv_err_set_errno(err, errno, "%s", path);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return hv_err_set(
			err, HV_ERR_IO, "%s: neither a regular file nor a directory", path);
	*ret = info_of(&st);
	return 0;
}

/* The name of the try-th temporary file beside path. Dot files stay out of hv_file_list(). */
static void temp_name(struct hv_buf *b, const char *path, int try)
{
	const char *slash = strrchr(path, '/');

	hv_buf_clear(b);
	if (slash)
		hv_buf_add(b, path, (size_t)(slash - path) + 1);
	hv_buf_addf(b, ".hv-%ld-%d.tmp", (long)getpid(), try);
}

static int create_temp(struct hv_buf *name, const char *path, int *ret_fd, struct hv_err *err)
{
	for (int try = 0; try < TEMP_TRIES_MAX; try++) {
		int fd = -1;

		temp_name(name, path, try);
		if (hv_buf_failed(name))
			return name->overflow ? hv_err_set_errno(err, ENAMETOOLONG, "%s", path)
					      : hv_err_no_memory(err);
		fd = open(hv_buf_str(name),
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
		if (fd >= 0) {
			*ret_fd = fd;
			return 0;
		}
		if (errno != EEXIST)
			return hv_err_set_errno(err, errno, "%s", path);
	}
	return hv_err_set(err, HV_ERR_IO, "%s: too many temporary files beside it", path);
}

static int write_all(int fd, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Closes fd in any case. The mode is set explicitly because the umask has cut that of open(). */
static int fill_and_close(int fd, const void *bytes, size_t len, mode_t mode)
{
	int saved;

	if (write_all(fd, bytes, len) || fchmod(fd, mode) || fsync(fd)) {
		saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	return close(fd);
}

/* A device or a pipe, also behind a link such as /dev/stdout, is not replaced by a file. */
static bool is_written_into(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static int write_into(const char *path, const void *bytes, size_t len, struct hv_err *err)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int saved = errno;

	if (fd >= 0 && write_all(fd, bytes, len) == 0)
		return close(fd) ? hv_err_set_errno(err, errno, "%s", path) : 0;
	if (fd >= 0) {
		saved = errno;
		close(fd);
	}
	return hv_err_set_errno(err, saved, "%s", path);
}

int hv_file_write_atomic(
	const char *path, const void *bytes, size_t len, mode_t mode, struct hv_err *err)
{
	HV_AUTO(buf) name = { .max = PATH_MAX };
	int saved;
	int fd = -1;

	if (is_written_into(path))
		return write_into(path, bytes, len, err);
	if (create_temp(&name, path, &fd, err))
		return -1;
	if (fill_and_close(fd, bytes, len, mode) || rename(hv_buf_str(&name), path)) {
		saved = errno;
		(void)unlink(hv_buf_str(&name));
		return hv_err_set_errno(err, saved, "%s", path);
	}
	return 0;
}

/* Names while they are being collected */
struct name_list {
	char **names;
	size_t count;
	size_t capacity;
};

static int add_name(struct name_list *list, size_t max, const char *name, struct hv_err *err)
{
	char *copy;

	if (list->count >= max)
		return hv_err_set(err, HV_ERR_LIMIT, "more than the limit of %zu files", max);
	if (hv_grow(&list->names, &list->capacity, list->count + 1, max, sizeof(*list->names)))
		return hv_err_no_memory(err);
	copy = hv_strdup(name);
	if (!copy)
		return hv_err_no_memory(err);
	list->names[list->count++] = copy;
	return 0;
}

static int read_names(DIR *dir, size_t max, struct name_list *list, struct hv_err *err)
{
	const struct dirent *entry;

	for (;;) {
		/* Only errno tells an error from the end. */
		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return errno ? hv_err_set_errno(err, errno, "read") : 0;
		if (entry->d_name[0] != '.' && add_name(list, max, entry->d_name, err))
			return -1;
	}
}

static int compare_names(const void *a, const void *b)
{
	const char *const *in_a = a;
	const char *const *in_b = b;

	return strcmp(*in_a, *in_b);
}

int hv_file_list(
	const char *directory, size_t max, char ***ret, size_t *ret_count, struct hv_err *err)
{
	struct name_list list = { .names = NULL };
	DIR *dir = opendir(directory);
	int result;

	if (!dir)
		return hv_err_set_errno(err, errno, "%s", directory);
	result = read_names(dir, max, &list, err);
	closedir(dir);
	if (result) {
		hv_file_list_free(list.names, list.count);
		return hv_err_wrap(err, "%s", directory);
	}
	if (list.count > 1)
		qsort(list.names, list.count, sizeof(*list.names), compare_names);
	*ret = list.names;
	*ret_count = list.count;
	return 0;
}

void hv_file_list_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hv_free(names[i]);
	hv_free(names);
}
