/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the cache lies, and whether that can be trusted. Internal to the cache. */
#ifndef HV_CLI_CACHE_DIRECTORY_H
#define HV_CLI_CACHE_DIRECTORY_H

#include <sys/stat.h>

#include "base/attr.h"
#include "base/err.h"
#include "cli/cache.h"

/* Sets c->directory and opens it, see hv_cache_open(). */
int hv_cache_directory_open(
	struct hv_cache *c, const struct hv_cache_config *config, struct hv_err *err) HV_MUST_USE;

/* Whether nobody else can have written what was found. */
int hv_cache_check_private(const struct stat *st, struct hv_err *err) HV_MUST_USE;

#endif
