/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that may hold a password: read whole, and their bytes are wiped when done. */
#ifndef HV_CLI_PRIVATE_FILE_H
#define HV_CLI_PRIVATE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"

struct hv_private_file {
	char *text; /* owned; a NUL stands behind the last byte */
	size_t len;
	size_t capacity;
	struct hv_err exposure; /* why no secret may be taken from it; not set: one may */
};

/* Reads a regular file of at most max bytes; a symbolic link is followed. That others can reach the
 * file is no error here but told in `exposure`: only the caller knows whether it holds a secret. */
int hv_private_file_load(
	struct hv_private_file *f, const char *path, size_t max, struct hv_err *err) HV_MUST_USE;

void hv_private_file_done(struct hv_private_file *f);
#define HV_AUTO_private_file __attribute__((cleanup(hv_private_file_done))) struct hv_private_file

/* The rule: owned by `user` or root, and nobody else may read or write it. The error names what
 * mends it. */
int hv_private_file_judge(
	const char *path, uid_t owner, mode_t mode, uid_t user, struct hv_err *err);

#endif
