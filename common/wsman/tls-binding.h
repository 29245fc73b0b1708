/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Channel bindings of a TLS connection, type tls-server-end-point [RFC 5929 4]. */
#ifndef HV_WSMAN_TLS_BINDING_H
#define HV_WSMAN_TLS_BINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wsman/transport.h"

/* From the server's certificate as PEM text. False when it cannot be read or its signature
 * algorithm names no single hash. */
bool hv_tls_binding(const char *pem, uint8_t ret[HV_HTTP_BINDING_MAX], size_t *ret_len);

#endif
