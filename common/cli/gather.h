/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads all sources that the user named into one host model and settles what time it is. */
#ifndef HV_CLI_GATHER_H
#define HV_CLI_GATHER_H

#include "base/err.h"
#include "base/time.h"
#include "check/check.h"
#include "cli/common-options.h"
#include "cli/live.h"
#include "model/host.h"

struct hv_clock {
	hv_usec now;                /* that the check judges by */
	const char *origin;         /* of that time, for people */
	struct hv_time oldest_data; /* of the captures and event logs: for --max-age */
};

struct hv_gather_request {
	const struct hv_common *common;
	const struct hv_check *check;
	const void *config;         /* of the check */
	hv_usec wall;               /* the wall clock, when no source tells a time */
	const struct hv_live *live; /* NULL: no host is to be asked */
};

/* The host is linked when this returns 0. Else *ret_failure says more when it was the live host's
 * fault. */
int hv_gather(const struct hv_gather_request *request, struct hv_host *host, struct hv_clock *ret,
	struct hv_client_failure *ret_failure, struct hv_err *err) HV_MUST_USE;

/* The same, from the sources of the options. */
struct hv_gather_sources {
	const struct hv_common *common;
	struct hv_connection *connection;
	const struct hv_cli_env *env;
	const struct hv_check *check; /* for its sections and events */
	const void *config;           /* of that check */
	hv_usec wall;
	struct hv_trace trace; /* of the conversation with the host */
};

/* The time limit of the options begins now; it ends what goes over the network. */
int hv_gather_sources(const struct hv_gather_sources *sources, struct hv_host *host,
	struct hv_clock *ret, struct hv_client_failure *ret_failure,
	struct hv_err *err) HV_MUST_USE;

#endif
