/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/live.h"

#include <inttypes.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "check/known-events.h"
#include "cim/capture-json.h"
#include "cli/cache.h"
#include "cli/live-memory.h"

#include <config.h>

enum { ARENA_MAX = 1 << 20, KEY_MAX = HV_CACHE_KEY_MAX };

#define DAY                (86400 * HV_USEC_PER_SEC)
#define MARGIN_PARTS       20 /* of the time there is, one is kept for telling what happened */
#define MARGIN_MAX         (HV_USEC_PER_SEC / 2)
#define COLLECTION_HISTORY (HV_LIVE_EVENT_DAYS * DAY)

const struct hv_event_key hv_live_all_events[] = {
	{ .channel = HV_CHANNEL_VMMS },
	{ .channel = HV_CHANNEL_WORKER, .optional = true },
	{ .channel = HV_CHANNEL_BACKUP, .optional = true },
	{ .channel = NULL },
};

struct hv_deadline hv_live_deadline(const struct hv_cli_env *env, hv_usec limit)
{
	const hv_usec margin =
		limit / MARGIN_PARTS < MARGIN_MAX ? limit / MARGIN_PARTS : MARGIN_MAX;

	return (struct hv_deadline){
		.now = env->monotonic,
		.at = hv_usec_add(env->monotonic(NULL), hv_usec_sub(limit, margin)),
	};
}

void hv_live_report_failure(const struct hv_connect_options *options,
	const struct hv_client_failure *failure, const char *text, struct hv_report *out)
{
	const bool unreachable = hv_trouble_is_unreachable(failure->trouble);
	struct hv_finding *f = hv_report_add(
		out, unreachable ? options->unreachable : HV_UNKNOWN, NULL, NULL, "%s", text);

	if (unreachable)
		hv_report_ok_text(out, "%s", text); /* --unreachable=ok */
	if (failure->advice)
		hv_finding_remedy(out, f, "%s: %s",
			failure->advice_is_local ? "here" : "on the host", failure->advice);
}

static int set_names(const struct hv_live *live, struct hv_arena *arena,
	struct hv_winrm_config *config, struct hv_err *err)
{
	const struct hv_credentials *c = &live->connection->credentials;

	if (c->user == NULL)
		return 0;
	config->user = c->user;
	config->ntlm_user = hv_credentials_ntlm_name(c, arena);
	config->kerberos_user = hv_credentials_kerberos_name(c, arena);
	return config->ntlm_user && config->kerberos_user ? 0 : hv_err_no_memory(err);
}

int hv_live_config(const struct hv_live *live, struct hv_arena *arena, struct hv_winrm_config *ret,
	struct hv_err *err)
{
	const struct hv_connect_options *o = live->options;
	const struct hv_connection *c = live->connection;

	*ret = (struct hv_winrm_config){
		.host = c->host,
		.host_is_address = c->host_is_address,
		.url = c->url,
		.port = c->port,
		.tls = o->ssl,
		.auth = c->auth,
		.password = c->credentials.password.bytes ? &c->credentials.password : NULL,
		.keytab = o->keytab,
		.service = c->service,
		.ca_file = o->ca_file,
		.tls_server_name = o->tls_server_name,
		.certificate = o->client_certificate,
		.certificate_key = o->client_key,
		.insecure = o->insecure,
		.allow_unencrypted = o->allow_unencrypted,
		.events = c->event_method,
		.deadline = live->deadline,
		.wall = live->env->clock(),
		.opened_at = live->env->monotonic(NULL),
		.trace = live->trace,
		.progress = live->progress,
		.progress_ctx = live->progress_ctx,
	};
	if (live->env->random(ret->id_seed, sizeof(ret->id_seed)))
		return hv_err_set(err, HV_ERR_IO, "the system gives no random numbers");
	return set_names(live, arena, ret, err);
}

int hv_live_read(const struct hv_live *live, const struct hv_source_want *want, bool follow_clock,
	const struct hv_sink *sink, struct hv_client_failure *ret_failure, struct hv_err *err)
{
	HV_AUTO(arena) arena = { .max = ARENA_MAX };
	struct hv_winrm_config config;
	struct hv_source_want with_memory = *want;
	HV_AUTO(live_memory) memory;
	struct hv_winrm *w = NULL;
	int result;

	hv_live_memory_init(&memory, live);
	with_memory.memory = &memory.memory;
	*ret_failure = (struct hv_client_failure){ .trouble = HV_TROUBLE_LOCAL };
	if (hv_live_config(live, &arena, &config, err))
		return -1;
	if (hv_winrm_open(&config, &w, ret_failure, err))
		return hv_err_wrap(err, "%s", config.host);
	result = hv_winrm_read(w, &with_memory, follow_clock, sink, ret_failure, err);
	hv_winrm_close(w);
	return result;
}

/* --- Cached --- */

/* As far back as any check usually looks, or as this one does. */
static hv_usec history_of(const struct hv_live *live, const struct hv_source_want *want)
{
	const hv_usec asked = want->events.since == HV_USEC_MIN
				      ? 0
				      : hv_usec_sub(live->env->clock(), want->events.since);
	const hv_usec days = (asked + DAY - 1) / DAY;

	return days > HV_LIVE_EVENT_DAYS ? days * DAY : COLLECTION_HISTORY;
}

void hv_live_put_key(struct hv_buf *key, const struct hv_live *live)
{
	const struct hv_connection *c = live->connection;
	const char *user = c->credentials.user ? c->credentials.user : "";
	const char *domain = c->credentials.domain ? c->credentials.domain : "";
	const char *realm = c->credentials.realm ? c->credentials.realm : "";

	hv_buf_addf(key, "%s %s auth=%d events=%d user=%s domain=%s realm=%s", PACKAGE_VERSION,
		c->url, (int)c->auth, (int)c->event_method, user, domain, realm);
}

/* Everything that what is read depends on: who asks whom, how far back, and what not every
 * collection has. */
static void put_key(struct hv_buf *key, const struct hv_live *live,
	const struct hv_source_want *want, hv_usec history)
{
	hv_live_put_key(key, live);
	hv_buf_addf(key, " days=%" PRId64, history / DAY);
	for (unsigned int s = 0; s < HV_SECTION_COUNT; s++) {
		if (want->sections & HV_SEC_ON_DEMAND & HV_SEC(s))
			hv_buf_addf(key, " with=%s", hv_section_name((enum hv_section)s));
	}
}

static int collect(const struct hv_live *live, const struct hv_source_want *wanted, hv_usec history,
	struct hv_cache *cache, struct hv_buf *bytes, struct hv_client_failure *ret_failure,
	struct hv_err *err)
{
	const struct hv_source_want want = {
		.sections = ((HV_SEC(HV_SECTION_COUNT) - 1) & ~HV_SEC_ON_DEMAND) |
			    (wanted->sections & HV_SEC_ON_DEMAND),
		.writers_interval = wanted->writers_interval,
		.events = { .keys = hv_known_event_keys,
			.since = hv_usec_sub(live->env->clock(), history) },
	};
	struct hv_capture_writer *writer = hv_capture_writer_new(err);
	struct hv_sink sink;
	int result = -1;

	if (!writer)
		return -1;
	sink = hv_capture_writer_sink(writer);
	if (hv_live_read(live, &want, true, &sink, ret_failure, err) == 0 &&
		hv_capture_writer_finish(writer, PACKAGE_NAME " " PACKAGE_VERSION,
			(struct hv_time){ .known = false }, bytes, err) == 0)
		result = hv_cache_store(cache, hv_buf_str(bytes), bytes->len, err);
	hv_capture_writer_free(writer);
	return result;
}

/* The lock is given back as soon as the bytes are there, not when they are judged. */
static int fetch(const struct hv_live *live, const struct hv_source_want *want, uint8_t **ret,
	size_t *ret_len, struct hv_client_failure *ret_failure, struct hv_err *err)
{
	const hv_usec history = history_of(live, want);
	HV_AUTO(buf) key = { .max = KEY_MAX };
	HV_AUTO(buf) bytes = { .max = HV_CAPTURE_MAX_BYTES };
	HV_AUTO(cache) cache = HV_CACHE_INIT;
	struct hv_cache_config config = {
		.directory = live->connection->cache_directory,
		.env = live->env->env,
		.label = live->connection->host,
		.deadline = live->deadline,
	};
	bool found = false;

	put_key(&key, live, want, history);
	if (hv_buf_failed(&key))
		return hv_err_set(err, HV_ERR_LIMIT, "host and user are too long for --cache");
	config.key = hv_buf_str(&key);
	if (hv_cache_open(&cache, &config, err)) {
		if (cache.busy)
			ret_failure->trouble = HV_TROUBLE_TIMEOUT;
		return -1;
	}
	if (hv_cache_load(&cache, live->connection->cache_max_age, live->env->clock(), ret, ret_len,
		    &found, err))
		return -1;
	if (found)
		return 0;
	if (collect(live, want, history, &cache, &bytes, ret_failure, err))
		return -1;
	*ret_len = bytes.len;
	*ret = (uint8_t *)hv_buf_take(&bytes);
	return 0;
}

int hv_live_read_cached(const struct hv_live *live, const struct hv_source_want *want,
	const struct hv_sink *sink, struct hv_client_failure *ret_failure, struct hv_err *err)
{
	HV_AUTO(bytes) bytes = NULL;
	struct hv_sink copy = *sink;
	size_t len = 0;

	*ret_failure = (struct hv_client_failure){ .trouble = HV_TROUBLE_LOCAL };
	if (fetch(live, want, &bytes, &len, ret_failure, err))
		return -1;
	return hv_capture_json_read(bytes, len, live->connection->host, want->sections, &copy, err);
}
