/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A live host over WinRM: one login, one request for each class and its pages, and the wanted
 * events. The account needs to read, never to write. */
#ifndef HV_SOURCE_WINRM_H
#define HV_SOURCE_WINRM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "cim/sink.h"
#include "source/source.h"
#include "wsman/client.h"

enum { HV_WINRM_PORT_HTTP = 5985, HV_WINRM_PORT_HTTPS = 5986 };

enum hv_winrm_auth {
	HV_WINRM_AUTO,        /* Kerberos when a ticket or keytab is at hand, else NTLM */
	HV_WINRM_KERBEROS,    /* scheme Kerberos */
	HV_WINRM_NTLM,        /* scheme Negotiate, with NTLM in it */
	HV_WINRM_BASIC,       /* only when asked for */
	HV_WINRM_CERTIFICATE, /* TLS only */
};

enum hv_winrm_events {
	HV_WINRM_EVENTS_AUTO, /* by subscription; when the host refuses, by wevtutil */
	HV_WINRM_EVENTS_SUBSCRIBE,
	HV_WINRM_EVENTS_WINRS, /* wevtutil in a remote shell */
};

/* All strings are borrowed for as long as the connection lives. */
struct hv_winrm_config {
	const char *host; /* name or address; IPv6 without brackets */
	bool host_is_address;
	const char *url; /* of the service, for messages to it */
	unsigned int port;
	bool tls;
	enum hv_winrm_auth auth;
	const char *user;                 /* as given; NULL: whoever the tickets belong to */
	const char *ntlm_user;            /* "DOMAIN\user" or "user"; NULL: none */
	const char *kerberos_user;        /* "user@REALM" or "user"; NULL: none */
	const struct hv_secret *password; /* NULL: none */
	const char *keytab;               /* NULL: the usual one */
	const char *service;              /* of the SPN: "HTTP", "WSMAN" or "host" */
	const char *ca_file, *tls_server_name, *certificate, *certificate_key; /* NULL: none */
	bool insecure, allow_unencrypted;
	enum hv_winrm_events events;
	struct hv_deadline deadline; /* of the whole run */
	uint64_t id_seed[2];         /* random */
	/* Wall clock when `deadline.now` was `opened_at`, to tell how far the host's clock is off.
	 */
	hv_usec wall, opened_at;
	struct hv_trace trace;
	/* Told what is about to be read, for people who wait. May be NULL. */
	void (*progress)(void *ctx, const char *what);
	void *progress_ctx;
};

struct hv_winrm;

/* Prepares a connection; only Kerberos' KDC may be asked. *ret_failure says why it failed. */
int hv_winrm_open(const struct hv_winrm_config *config, struct hv_winrm **ret,
	struct hv_client_failure *ret_failure, struct hv_err *err) HV_MUST_USE;
void hv_winrm_close(struct hv_winrm *w);

/* "Kerberos", "NTLM" ...: how the login is done. Static. */
const char *hv_winrm_login_name(const struct hv_winrm *w);

/* For single questions. */
struct hv_client *hv_winrm_client(struct hv_winrm *w);

/* A connection of its own, for questions before a login. *ret is yours: hv_transport_done(). */
int hv_winrm_transport(const struct hv_winrm_config *config, struct hv_transport *ret,
	struct hv_err *err) HV_MUST_USE;

/* How far the host's clock is ahead of ours; 0 also as long as nothing is known. */
hv_usec hv_winrm_clock_offset(const struct hv_winrm *w);

/* Reads the sections wanted. want->events.since is by our clock and is moved to the host's when
 * follow_clock is set. What the host refuses marks its class or log as not read, and the reading
 * goes on; when the host itself is gone it ends. */
int hv_winrm_read(struct hv_winrm *w, const struct hv_source_want *want, bool follow_clock,
	const struct hv_sink *sink, struct hv_client_failure *ret_failure,
	struct hv_err *err) HV_MUST_USE;

/* The event query for one channel, in the subset of XPath that Windows understands: appends one or
 * more "*[System[...]]", a '\n' after each, as few conditions a piece as Windows allows. keys NULL:
 * every event. */
void hv_winrm_event_xpath(
	struct hv_buf *out, const struct hv_event_key *keys, const char *channel, hv_usec since);

#endif
