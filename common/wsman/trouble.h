/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a conversation with a host failed, as far as the advice differs. Goes beside struct hv_err,
 * whose text says what was tried and what came back. */
#ifndef HV_WSMAN_TROUBLE_H
#define HV_WSMAN_TROUBLE_H

#include <stdbool.h>

enum hv_trouble {
	HV_TROUBLE_NONE = 0,
	HV_TROUBLE_LOCAL,            /* memory, a wrong setting, a missing library: not the host */
	HV_TROUBLE_RESOLVE,          /* the host's name has no address */
	HV_TROUBLE_REFUSED,          /* nothing listens on the port */
	HV_TROUBLE_UNREACHABLE,      /* no connection for any other reason */
	HV_TROUBLE_TIMEOUT,          /* the deadline has passed */
	HV_TROUBLE_BROKEN,           /* the connection broke or spoke no HTTP */
	HV_TROUBLE_TLS_EXPIRED,      /* the certificate has expired or is not valid yet */
	HV_TROUBLE_TLS_NAME,         /* the certificate is for another name */
	HV_TROUBLE_TLS_UNKNOWN_CA,   /* the certificate's issuer is not trusted */
	HV_TROUBLE_TLS,              /* no TLS for any other reason */
	HV_TROUBLE_TOO_LARGE,        /* the answer exceeds its limit */
	HV_TROUBLE_NO_COMMON_SCHEME, /* the server does not offer the way to log in */
	HV_TROUBLE_CREDENTIALS,      /* the server or the KDC refused user or password */
	HV_TROUBLE_NO_TICKET,        /* no valid Kerberos ticket or usable keytab */
	HV_TROUBLE_CLOCK_SKEW,       /* the clocks differ too much for Kerberos */
	HV_TROUBLE_UNKNOWN_SERVER,   /* the KDC does not know the service on this host */
	HV_TROUBLE_NO_KDC,           /* no KDC found or reached */
	HV_TROUBLE_AUTH,             /* the login failed for any other reason */
	HV_TROUBLE_SEALING_DEMANDED, /* the server takes sealed messages only */
	HV_TROUBLE_NOT_SEALED,       /* a plain answer where a sealed one was due */
	HV_TROUBLE_BAD_SEAL,         /* a sealed answer that does not unseal */
	HV_TROUBLE_HTTP,             /* an HTTP status that WS-Management does not use */
};

/* What to type; static; NULL: none. For a shell: what follows a # explains. */
const char *hv_trouble_advice(enum hv_trouble trouble);

/* Where to type it: here, on the monitoring host; else on the Windows host, in PowerShell as
 * administrator. */
bool hv_trouble_advice_is_local(enum hv_trouble trouble);

/* Whether the host could not be talked to at all, as opposed to a host that refused. */
bool hv_trouble_is_unreachable(enum hv_trouble trouble);

#endif
