/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/live-memory.h"

#include "base/buf.h"

static int open_cache(struct hv_live_memory *m, struct hv_err *err)
{
	const struct hv_live *live = m->live;
	HV_AUTO(buf) key = { .max = HV_CACHE_KEY_MAX };
	struct hv_cache_config config = {
		.directory = live->connection->cache_directory,
		.env = live->env->env,
		.label = live->connection->host,
		.deadline = live->deadline,
	};

	hv_live_put_key(&key, live);
	hv_buf_adds(&key, " writers");
	if (hv_buf_failed(&key))
		return hv_err_set(err, HV_ERR_LIMIT, "host and user are too long for a cache");
	config.key = hv_buf_str(&key);
	if (hv_cache_open(&m->cache, &config, err))
		return hv_err_wrap(err,
			"vssadmin is not asked without a place to remember when it was (--cache "
			"0:DIR names one)");
	m->is_open = true;
	return 0;
}

static int recall(void *ctx, uint8_t **ret, size_t *ret_len, struct hv_err *err)
{
	struct hv_live_memory *m = ctx;
	bool found = false;

	*ret = NULL;
	if (!m->is_open && open_cache(m, err))
		return -1;
	return hv_cache_load(
		&m->cache, HV_USEC_MAX, m->live->env->clock(), ret, ret_len, &found, err);
}

static int keep(void *ctx, const void *bytes, size_t len, struct hv_err *err)
{
	struct hv_live_memory *m = ctx;

	return hv_cache_store(&m->cache, bytes, len, err);
}

void hv_live_memory_init(struct hv_live_memory *ret, const struct hv_live *live)
{
	*ret = (struct hv_live_memory){
		.live = live,
		.cache = HV_CACHE_INIT,
		.memory = { .ctx = ret, .recall = recall, .keep = keep },
	};
}

void hv_live_memory_done(struct hv_live_memory *m)
{
	hv_cache_done(&m->cache);
}
