/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --cache: what was collected from a host, kept in a file so that many checks can judge it. A lock
 * beside it lets one check collect while the others wait: open, load, when nothing was found
 * collect and store, done.
 *
 * A cache decides verdicts, so it is trusted only when nobody else can have written it: directory
 * and files must belong to this user, be closed to all others and be no links. Anything else is an
 * error that says what to remove, never a reason to collect in silence. */
#ifndef HV_CLI_CACHE_H
#define HV_CLI_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/time.h"
#include "wsman/transport.h"

enum { HV_CACHE_KEY_MAX = 4096 };

struct hv_cache_config {
	const char *directory; /* NULL: the default, see below. Its parent must exist. */
	const char *(*env)(const char *name);
	const char *key;   /* all that the content depends on: host, port, user ... No secrets. */
	const char *label; /* the host, for names and errors */
	struct hv_deadline deadline; /* for the lock */
};

/* Text is in the arena. */
struct hv_cache {
	struct hv_arena arena;
	const char *directory; /* as the user named it */
	const char *file;      /* this and the next two are names in it */
	const char *temp;
	const char *lock;
	const char *key;
	int directory_fd;
	int lock_fd;
	bool busy; /* hv_cache_open() failed because another check held the lock to the end */
};

#define HV_CACHE_INIT                                                                              \
	{                                                                                          \
		.directory_fd = -1, .lock_fd = -1                                                  \
	}

/* Makes the directory when it is missing, and takes the lock of this key; waits for it until the
 * deadline, at which the error is HV_ERR_LIMIT and c->busy is set. The default directory is
 * monitoring-plugins-hyperv in $XDG_CACHE_HOME (when that is absolute), else in $HOME/.cache (when
 * the home is this user's); these two are made as well. Without a home it is
 * /tmp/monitoring-plugins-hyperv-UID. hv_cache_done() is due in any case. */
int hv_cache_open(
	struct hv_cache *c, const struct hv_cache_config *config, struct hv_err *err) HV_MUST_USE;

/* What was stored at most max_age ago; *ret_found is false when there is nothing or when it is
 * older, or from the future. wall_now is to be read after hv_cache_open(), which may have waited
 * for that very file. *ret is yours (hv_free) and has a NUL behind its last byte. */
int hv_cache_load(struct hv_cache *c, hv_usec max_age, hv_usec wall_now, uint8_t **ret,
	size_t *ret_len, bool *ret_found, struct hv_err *err) HV_MUST_USE;

/* Replaces the content by at most HV_CAPTURE_MAX_BYTES, as a whole or not at all. */
int hv_cache_store(
	struct hv_cache *c, const void *bytes, size_t len, struct hv_err *err) HV_MUST_USE;

/* Gives the lock back. The lock's file stays: a name that came and went would be two locks. */
void hv_cache_done(struct hv_cache *c);
#define HV_AUTO_cache __attribute__((cleanup(hv_cache_done))) struct hv_cache

#endif
