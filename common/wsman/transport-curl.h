/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transport over the network: HTTP/1.1 by libcurl, one connection. */
#ifndef HV_WSMAN_TRANSPORT_CURL_H
#define HV_WSMAN_TRANSPORT_CURL_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "wsman/transport.h"

struct hv_curl_config {
	const char *host; /* name or address; an IPv6 address without brackets */
	unsigned int port;
	const char *path; /* "/wsman" */
	bool tls;
	bool insecure;               /* take any certificate */
	const char *ca_file;         /* NULL: the system's */
	const char *tls_server_name; /* name that the certificate has to have; NULL: host */
	const char *certificate;     /* PEM of a client's certificate and key; NULL: none */
	const char *certificate_key; /* NULL: in `certificate` */
	bool environment_proxy;      /* take http_proxy and the like */
	struct hv_deadline deadline; /* of the whole run, name resolution and TLS included */
};

/* Connects to nothing yet. Errors of its posts are for the caller to put the host's name before.
 * *ret is yours: hv_transport_done(). */
int hv_transport_curl_new(const struct hv_curl_config *config, struct hv_transport *ret,
	struct hv_err *err) HV_MUST_USE;

#endif
