/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Local files: bounded reading of regular files and atomic writing. Errors name the file. */
#ifndef HV_BASE_FILE_H
#define HV_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/time.h"

struct hv_file_info {
	uint64_t size;
	hv_usec modified_at;
	bool is_directory;
};

/* Opens a regular file for reading (O_CLOEXEC; a FIFO, device or directory is refused without
 * blocking). *ret_fd is yours. ret_info may be NULL. */
int hv_file_open(const char *path, int *ret_fd, struct hv_file_info *ret_info,
	struct hv_err *err) HV_MUST_USE;

/* Reads up to len bytes, retrying after EINTR, until len or the end of the file. -1 on error. */
ssize_t hv_file_read(int fd, void *buf, size_t len, struct hv_err *err) HV_MUST_USE;

/* Reads a whole regular file of at most max bytes. *ret is yours (hv_free) and has a NUL behind its
 * last byte. */
int hv_file_load(const char *path, size_t max, uint8_t **ret, size_t *ret_len,
	hv_usec *ret_modified_at, struct hv_err *err) HV_MUST_USE;

/* What path is; an error when it does not exist or is neither a regular file nor a directory. */
int hv_file_stat(const char *path, struct hv_file_info *ret, struct hv_err *err) HV_MUST_USE;

/* Writes a file so that readers see the old or the whole new one: temporary file in the same
 * directory with the given mode, fsync, rename. On error nothing is left behind. Into a device or
 * a pipe the bytes are written as they are. */
int hv_file_write_atomic(const char *path, const void *bytes, size_t len, mode_t mode,
	struct hv_err *err) HV_MUST_USE;

/* The names (not paths) in a directory, without dot files, sorted by byte value. At most max names.
 * *ret and each name are yours: hv_file_list_free(). */
int hv_file_list(const char *directory, size_t max, char ***ret, size_t *ret_count,
	struct hv_err *err) HV_MUST_USE;
void hv_file_list_free(char **names, size_t count);

#endif
