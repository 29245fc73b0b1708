/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was asked of a live host and must not be asked again too soon, kept in the directory of the
 * cache, also without --cache. */
#ifndef HV_CLI_LIVE_MEMORY_H
#define HV_CLI_LIVE_MEMORY_H

#include "cli/cache.h"
#include "cli/live.h"
#include "source/source.h"

struct hv_live_memory {
	const struct hv_live *live;
	struct hv_cache cache; /* open from the first recall() on */
	bool is_open;
	struct hv_source_memory memory; /* for a source; its ctx is this struct */
};

/* *ret must not be moved. live is borrowed. */
void hv_live_memory_init(struct hv_live_memory *ret, const struct hv_live *live);
void hv_live_memory_done(struct hv_live_memory *m);
#define HV_AUTO_live_memory __attribute__((cleanup(hv_live_memory_done))) struct hv_live_memory

/* Who asks whom, for keys of the cache; credentials are not in it. */
void hv_live_put_key(struct hv_buf *key, const struct hv_live *live);

#endif
