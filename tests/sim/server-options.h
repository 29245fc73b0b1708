/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of hyperv_sim. */
#ifndef HV_SIM_SERVER_OPTIONS_H
#define HV_SIM_SERVER_OPTIONS_H

#include "base/attr.h"
#include "base/err.h"
#include "host.h"
#include "inject.h"
#include "server.h"

/* Paths are NULL when not given. */
struct sim_settings {
	const char *ready;
	const char *counters;
	const char *log;
	const char *certificate;
	const char *key;
	const char *client_ca;
	struct sim_inject injects[SIM_INJECT_MAX];
	struct sim_host_config host;
	struct sim_server_config server;
};

/* ret borrows from argv, and in part from itself: it must not be moved. */
int sim_settings_parse(
	int argc, char **argv, struct sim_settings *ret, struct hv_err *err) HV_MUST_USE;

#endif
