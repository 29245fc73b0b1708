/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --hostname names: a DNS name, an IPv4 or an IPv6 address. */
#ifndef HV_CLI_CONNECT_HOST_H
#define HV_CLI_CONNECT_HOST_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

/* *ret: without the brackets that an IPv6 address may have. */
int hv_connect_host(const char *text, struct hv_arena *arena, const char **ret,
	bool *ret_is_address, struct hv_err *err) HV_MUST_USE;

/* "https://host:5986/wsman"; an IPv6 address gets its brackets back. NULL: memory is short. */
const char *hv_connect_url(
	const char *host, unsigned int port, bool tls, struct hv_arena *arena) HV_MUST_USE;

#endif
