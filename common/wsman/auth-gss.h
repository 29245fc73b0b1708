/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Login and sealing by GSSAPI: Kerberos, Kerberos within SPNEGO, NTLM. */
#ifndef HV_WSMAN_AUTH_GSS_H
#define HV_WSMAN_AUTH_GSS_H

#include "base/attr.h"
#include "base/err.h"
#include "base/secret.h"
#include "wsman/auth.h"
#include "wsman/trouble.h"

/* Chosen by the caller: nothing falls back from Kerberos to NTLM unseen. */
enum hv_gss_mechanism {
	HV_GSS_KERBEROS,  /* scheme Kerberos */
	HV_GSS_NEGOTIATE, /* scheme Negotiate: Kerberos within SPNEGO */
	HV_GSS_NTLM, /* scheme Negotiate: NTLMSSP tokens as they are; needs user and password */
};

struct hv_gss_config {
	enum hv_gss_mechanism mechanism;
	const char *service; /* "HTTP", "WSMAN" or "host" */
	const char *host;    /* as the KDC knows it: a name, without brackets or port */
	const char *user;    /* NULL: whoever the tickets belong to */
	const struct hv_secret *password; /* NULL: ticket cache or keytab; borrowed until done */
	const char *ticket_cache;         /* NULL: the usual one */
	const char *keytab;               /* NULL: none but the usual one */
};

/* Acquires the credentials. With a password, or a keytab and no tickets, Kerberos asks the KDC
 * here. *ret is yours: hv_auth_done(). */
int hv_auth_gss_new(const struct hv_gss_config *config, struct hv_auth *ret,
	enum hv_trouble *ret_trouble, struct hv_err *err) HV_MUST_USE;

#endif
