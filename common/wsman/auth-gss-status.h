/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSSAPI's mechanisms and status codes, for auth-gss.c alone. */
#ifndef HV_WSMAN_AUTH_GSS_STATUS_H
#define HV_WSMAN_AUTH_GSS_STATUS_H

#include <gssapi/gssapi.h>

#include "base/err.h"
#include "wsman/auth-gss.h"
#include "wsman/trouble.h"

/* Its elements are static, though not const: GSSAPI never writes them. */
gss_OID_desc hv_gss_oid(enum hv_gss_mechanism mechanism);

/* Sets "<what>: <texts of major and minor>" and, unless ret_trouble is NULL, the trouble.
 * Returns -1. */
int hv_gss_failed(enum hv_gss_mechanism mechanism, OM_uint32 major, OM_uint32 minor,
	const char *what, enum hv_trouble *ret_trouble, struct hv_err *err);

#endif
