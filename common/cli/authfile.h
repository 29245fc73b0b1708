/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --authfile: user name, password and domain in lines "key = value", the keys that Samba's files
 * have. Keys are read without regard to case, each at most once. A value goes to the end of its
 * line, '#' and '=' included, without the blanks at both its ends: a password that begins or ends
 * with one cannot be told so. */
#ifndef HV_CLI_AUTHFILE_H
#define HV_CLI_AUTHFILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/secret.h"

enum {
	HV_AUTHFILE_MAX_BYTES = 64 << 10,
	HV_AUTHFILE_MAX_LINE = 4096,
};

struct hv_authfile {
	const char *username; /* borrowed from the arena; NULL: not told */
	const char *domain;
	struct hv_secret password; /* bytes is NULL when not told */
};

/* Refuses a file that somebody else may read or write. Errors name file and line, never a value.
 * *ret is yours: hv_authfile_done(). */
int hv_authfile_read(const char *path, struct hv_arena *arena, struct hv_authfile *ret,
	struct hv_err *err) HV_MUST_USE;

/* The same for the text of a file. file: its name, for errors. */
int hv_authfile_parse(const char *text, size_t len, const char *file, struct hv_arena *arena,
	struct hv_authfile *ret, struct hv_err *err) HV_MUST_USE;

void hv_authfile_done(struct hv_authfile *a); /* wipes the password */
#define HV_AUTO_authfile __attribute__((cleanup(hv_authfile_done))) struct hv_authfile

#endif
