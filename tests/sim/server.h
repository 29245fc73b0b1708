/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated host's HTTP side: listens on the loopback, logs clients in, unseals and seals, and
 * spoils answers where it is told to. SOAP bodies go to the host (host.h). One thread for each
 * connection, one lock around all that they share. */
#ifndef HV_SIM_SERVER_H
#define HV_SIM_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "host.h"
#include "inject.h"
#include "wsman/auth.h"

/* A bit beside HV_SCHEME_*. Never offered, as Windows does not. */
enum { SIM_SCHEME_CERTIFICATE = 1 << 8 };

struct sim_listen {
	bool wanted;
	uint16_t port; /* 0: any free one */
};

struct sim_server_config {
	struct sim_host *host; /* borrowed, as is all else */
	struct sim_listen http;
	struct sim_listen https;
	const char *certificate; /* PEM texts */
	const char *key;
	const char *client_ca;  /* NULL: clients are asked for no certificate */
	unsigned int schemes;   /* HV_SCHEME_* and SIM_SCHEME_CERTIFICATE */
	const char *account;    /* of Basic, "NAME:PASSWORD"; NULL: none */
	bool allow_unencrypted; /* SOAP in plain text over HTTP is taken */
	bool strict_binding;    /* logins over TLS have to be bound to it */
	const struct sim_inject *injects;
	size_t inject_count;
	int log_fd; /* a line for each request; -1: none */
};

struct sim_server;

int sim_server_start(const struct sim_server_config *config, struct sim_server **ret,
	struct hv_err *err) HV_MUST_USE;

/* Closes all connections. The counters stay. */
void sim_server_stop(struct sim_server *s);

void sim_server_free(struct sim_server *s);

/* Appends the lines http=PORT and https=PORT for what listens. */
void sim_server_ports(const struct sim_server *s, struct hv_buf *b);

/* Appends a line name=value for every counter, those of the host as well. */
void sim_server_counters(struct sim_server *s, struct hv_buf *b);

#endif
