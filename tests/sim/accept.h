/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's side of a login by GSSAPI, and the sealing that it gives: one object for each
 * connection. Keys come from KRB5_KTNAME, NTLM accounts from NTLM_USER_FILE. */
#ifndef HV_SIM_ACCEPT_H
#define HV_SIM_ACCEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "wsman/multipart.h"

struct sim_accept_config {
	const uint8_t *binding; /* of the server's own certificate; borrowed */
	size_t binding_len;     /* 0: no TLS */
	bool strict_binding;    /* a client that binds to nothing is refused */
};

enum sim_accept {
	SIM_ACCEPT_REFUSED,
	SIM_ACCEPT_MORE, /* another token is due */
	SIM_ACCEPT_DONE,
};

struct sim_acceptor;

/* config is borrowed. NULL when memory is short. */
struct sim_acceptor *sim_acceptor_new(const struct sim_accept_config *config) HV_MUST_USE;
void sim_acceptor_free(struct sim_acceptor *a);

/* Takes a token that came with the scheme (HV_SCHEME_NEGOTIATE or HV_SCHEME_KERBEROS) and appends
 * the one to send. The first token after a login is done, or with another scheme, begins anew. */
enum sim_accept sim_acceptor_step(struct sim_acceptor *a, unsigned int scheme, const void *token,
	size_t len, struct hv_buf *ret_token);

/* HV_SCHEME_* of the login; 0: nobody is logged in. */
unsigned int sim_acceptor_scheme(const struct sim_acceptor *a);

void sim_acceptor_forget(struct sim_acceptor *a);

/* Both only while somebody is logged in, in the order in which messages go over the wire. */
int sim_acceptor_unseal(struct sim_acceptor *a, const struct hv_sealed *sealed,
	struct hv_buf *ret_plain, struct hv_err *err) HV_MUST_USE;
int sim_acceptor_seal(struct sim_acceptor *a, const void *plain, size_t len,
	struct hv_buf *ret_token, struct hv_buf *ret_data, struct hv_err *err) HV_MUST_USE;

/* Whether an NTLM AUTHENTICATE_MESSAGE within the token, raw or wrapped in SPNEGO, carries channel
 * bindings [MS-NLMP 2.2.2.1, MsvAvChannelBindings]. The MIC of the login covers them. */
bool sim_ntlm_has_binding(const void *token, size_t len);

#endif
