/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One login on one connection, and the sealing that it gives; and what HTTP carries of it
 * [RFC 7235, RFC 4559]. An object of ops and state, so that tests can take the place of GSSAPI. */
#ifndef HV_WSMAN_AUTH_H
#define HV_WSMAN_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "wsman/multipart.h"
#include "wsman/trouble.h"

/* Bits: what a server offers to log in with */
enum {
	HV_SCHEME_NEGOTIATE = 1 << 0,
	HV_SCHEME_KERBEROS = 1 << 1,
	HV_SCHEME_BASIC = 1 << 2,
	HV_SCHEME_CREDSSP = 1 << 3,
};

enum {
	HV_AUTH_TOKEN_MAX = 64 * 1024, /* a login token of either side */
	HV_AUTH_LEGS_MAX = 8,          /* tokens sent in one login: 1 Kerberos, 2 NTLM */
};

struct hv_auth_ops {
	/* Forgets what was before and begins a login. binding: channel bindings of the TLS
	 * connection, none when binding_len is 0. */
	int (*start)(void *state, const uint8_t *binding, size_t binding_len,
		enum hv_trouble *ret_trouble, struct hv_err *err);

	/* Takes the server's token (none at first), appends the one to send to ret_token (possibly
	 * nothing) and says whether the login is complete on this side. */
	int (*step)(void *state, const uint8_t *token, size_t len, struct hv_buf *ret_token,
		bool *ret_complete, enum hv_trouble *ret_trouble, struct hv_err *err);

	/* Seals; appends token and data. Unseals; appends the plain text. Both only after a
	 * complete login, in the order in which messages go over the wire. */
	int (*wrap)(void *state, const void *plain, size_t len, struct hv_buf *ret_token,
		struct hv_buf *ret_data, struct hv_err *err);
	int (*unwrap)(void *state, const struct hv_sealed *sealed, struct hv_buf *ret_plain,
		struct hv_err *err);

	void (*done)(void *state);
};

struct hv_auth {
	const struct hv_auth_ops *ops; /* NULL: none */
	void *state;                   /* owned */
	unsigned int scheme;           /* HV_SCHEME_NEGOTIATE or HV_SCHEME_KERBEROS */
};

void hv_auth_done(struct hv_auth *auth);
#define HV_AUTO_auth __attribute__((cleanup(hv_auth_done))) struct hv_auth

/* The name of one scheme as HTTP spells it. Static. */
const char *hv_scheme_name(unsigned int scheme);

/* What WWW-Authenticate offers; values of several lines are separated by '\n'. Unknown schemes are
 * passed over. */
unsigned int hv_scheme_offered(const char *authenticate);

/* "Negotiate, Basic" for the bits; "nothing we know" for none. */
void hv_scheme_list(struct hv_buf *b, unsigned int schemes);

/* Appends the token that WWW-Authenticate carries for the scheme; nothing when there is none. */
int hv_scheme_token(const char *authenticate, unsigned int scheme, struct hv_buf *ret,
	struct hv_err *err) HV_MUST_USE;

#endif
