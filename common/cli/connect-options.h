/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options that say how a host is reached and who logs in, and what they mean together. */
#ifndef HV_CLI_CONNECT_OPTIONS_H
#define HV_CLI_CONNECT_OPTIONS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/time.h"
#include "check/option.h"
#include "cli/credentials.h"
#include "source/winrm.h"

enum { HV_CACHE_MAX_SEC = 86400 };

struct hv_connect_options {
	const char *hostname;
	struct hv_count port;
	bool ssl;
	const char *username;
	const char *auth;
	const char *authfile;
	const char *keytab;
	const char *spn_service;
	const char *ca_file;
	const char *tls_server_name;
	bool insecure;
	const char *client_certificate;
	const char *client_key;
	bool allow_unencrypted;
	const char *event_method;
	enum hv_state unreachable;
	const char *cache;
	/* Of a section of --extra-opts alone */
	struct hv_secret password;
	const char *domain;
};

extern const struct hv_opt hv_connect_option_table[];

enum { HV_CONNECT_OPTIONS_MAX = 32 }; /* with the end */

/* The table for a program to which some of the options mean nothing: those that are named (NULL
 * ends the names) may stand in files alone. */
void hv_connect_options_in_files(
	const char *const *names, struct hv_opt ret[HV_CONNECT_OPTIONS_MAX]);

#define HV_WARNING_INSECURE                                                                        \
	"--insecure: the certificate was not verified, so another host may have answered"

/* Wipes the password. The struct was zeroed, or filled by way of the table. */
void hv_connect_options_done(struct hv_connect_options *o);
#define HV_AUTO_connect_options                                                                    \
	__attribute__((cleanup(hv_connect_options_done))) struct hv_connect_options

/* What the options mean. Strings are borrowed from the options or the arena. What needs no
 * interpretation (--ssl, --keytab, --ca-file ...) stays with the options. */
struct hv_connection {
	const char *host; /* an IPv6 address has no brackets; NULL: no host is to be asked */
	bool host_is_address;
	unsigned int port;
	const char *url;
	enum hv_winrm_auth auth;
	const char *service; /* "HTTP", "WSMAN", "host" */
	enum hv_winrm_events event_method;
	hv_usec cache_max_age;       /* 0: no cache */
	const char *cache_directory; /* NULL: the usual one */
	struct hv_credentials credentials;
};

/* Refuses what contradicts itself, with one line that names the option, and reads the authfile. The
 * password moves from the options to *ret. Without --hostname nothing else is looked at: the rest
 * may come from a section that serves other checks. *ret is yours: hv_connection_done(). */
int hv_connect_check(struct hv_connect_options *o, struct hv_arena *arena,
	struct hv_connection *ret, struct hv_err *err) HV_MUST_USE;

void hv_connection_done(struct hv_connection *c); /* wipes the password */
#define HV_AUTO_connection __attribute__((cleanup(hv_connection_done))) struct hv_connection

#endif
