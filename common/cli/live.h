/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One live host, or what was fetched from it not long ago (--cache), to a sink. */
#ifndef HV_CLI_LIVE_H
#define HV_CLI_LIVE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/time.h"
#include "check/report.h"
#include "cim/sink.h"
#include "cli/connect-options.h"
#include "cli/options.h"
#include "source/winrm.h"

/* Events of the channels that checks know, all of them: what a collection for many checks, or a
 * full capture, asks for. Ends with channel NULL. */
extern const struct hv_event_key hv_live_all_events[];

enum { HV_LIVE_EVENT_DAYS = 7 }; /* that such a collection goes back */

struct hv_live {
	const struct hv_connect_options *options;
	struct hv_connection *connection;
	const struct hv_cli_env *env;
	struct hv_deadline deadline; /* for all that goes over the network */
	struct hv_trace trace;
	void (*progress)(void *ctx, const char *what);
	void *progress_ctx;
};

/* The deadline of a run of `limit` that begins now: somewhat earlier, so that there is time left to
 * say what happened. */
struct hv_deadline hv_live_deadline(const struct hv_cli_env *env, hv_usec limit);

/* Adds why nothing could be read of the host, in the state that the user wants for that. */
void hv_live_report_failure(const struct hv_connect_options *options,
	const struct hv_client_failure *failure, const char *text, struct hv_report *out);

/* What hv_winrm_open() wants. Strings borrow from live and arena. */
int hv_live_config(const struct hv_live *live, struct hv_arena *arena, struct hv_winrm_config *ret,
	struct hv_err *err) HV_MUST_USE;

/* As hv_winrm_read(), of a connection made for it. */
int hv_live_read(const struct hv_live *live, const struct hv_source_want *want, bool follow_clock,
	const struct hv_sink *sink, struct hv_client_failure *ret_failure,
	struct hv_err *err) HV_MUST_USE;

/* The same, from the cache when it holds something new enough; else everything that checks know is
 * fetched and kept. */
int hv_live_read_cached(const struct hv_live *live, const struct hv_source_want *want,
	const struct hv_sink *sink, struct hv_client_failure *ret_failure,
	struct hv_err *err) HV_MUST_USE;

#endif
