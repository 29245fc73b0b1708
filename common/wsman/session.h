/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A conversation with one WS-Management service: logs in when needed, seals what goes over plain
 * HTTP, unseals what comes back, and hands SOAP bodies over with their HTTP status. Knows nothing
 * of SOAP. */
#ifndef HV_WSMAN_SESSION_H
#define HV_WSMAN_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "wsman/auth.h"
#include "wsman/transport.h"
#include "wsman/trouble.h"

enum hv_login {
	HV_LOGIN_AUTH,        /* by the auth object; sealed unless over TLS */
	HV_LOGIN_BASIC,       /* user and password with each request */
	HV_LOGIN_CERTIFICATE, /* the transport's client certificate; TLS only */
};

/* Whether a request may reach the host twice: the connection can break after it was read. */
enum hv_repeat {
	HV_REPEAT_SAFE,  /* Identify, Enumerate, Get, Subscribe */
	HV_REPEAT_NEVER, /* Invoke, Command: repeated only when the host surely did not take it */
};

struct hv_session_config {
	enum hv_login login;
	bool tls;                         /* what the transport does */
	bool allow_unencrypted;           /* Basic over plain HTTP */
	const char *user;                 /* Basic */
	const struct hv_secret *password; /* Basic */
	size_t max_answer;                /* bytes of a SOAP body */
};

struct hv_session {
	struct hv_transport *transport; /* borrowed, as is auth */
	struct hv_auth *auth;
	enum hv_login login;
	bool tls;
	bool logged_in;
	size_t max_answer;
	struct hv_secret authorization; /* the header of each request, other than at a login */
	enum hv_trouble trouble;        /* of the last failure */
	hv_usec date;                   /* the server's clock when it answered last; 0: not told */
	size_t logins;                  /* begun */
};

/* Connects to nothing yet. auth may be NULL unless login is HV_LOGIN_AUTH. */
int hv_session_init(struct hv_session *s, const struct hv_session_config *config,
	struct hv_transport *transport, struct hv_auth *auth, struct hv_err *err) HV_MUST_USE;
void hv_session_done(struct hv_session *s);

/* Posts a SOAP body and appends the one that comes back to ret_body; the status may be that of a
 * fault. On an error s->trouble says of which kind, and the next post logs in anew. */
int hv_session_post(struct hv_session *s, const void *soap, size_t len, enum hv_repeat repeat,
	int *ret_status, struct hv_buf *ret_body, struct hv_err *err) HV_MUST_USE;

#endif
