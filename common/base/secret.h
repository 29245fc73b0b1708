/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A password or the like: kept in pages of its own, out of swap and core files where the system
 * allows it, and wiped when done. Never printed, never part of an error. */
#ifndef HV_BASE_SECRET_H
#define HV_BASE_SECRET_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

enum { HV_SECRET_MAX = 4095 }; /* bytes, without the NUL behind them */

struct hv_secret {
	char *bytes; /* owned; NULL: nothing set */
	size_t len;
	size_t mapped;
};

#define HV_SECRET_INIT                                                                             \
	{                                                                                          \
		.bytes = NULL, .len = 0, .mapped = 0                                               \
	}

/* Keeps a copy of bytes[0..len) and wipes what was kept before. The caller wipes its own. */
int hv_secret_set(
	struct hv_secret *s, const void *bytes, size_t len, struct hv_err *err) HV_MUST_USE;

const char *hv_secret_str(const struct hv_secret *s); /* never NULL; borrowed */

void hv_secret_done(struct hv_secret *s);
#define HV_AUTO_secret __attribute__((cleanup(hv_secret_done))) struct hv_secret

#endif
