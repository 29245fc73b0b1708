/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Framing of sealed messages: multipart/encrypted [MS-WSMV 2.2.9.1]. Knows nothing of keys. */
#ifndef HV_WSMAN_MULTIPART_H
#define HV_WSMAN_MULTIPART_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

enum {
	HV_MULTIPART_TOKEN_MAX = 1024,       /* security token: 60 for Kerberos AES, 16 for NTLM */
	HV_MULTIPART_BODY_MAX = 64 << 20,    /* a whole framed message */
	HV_MULTIPART_HEADERS_MAX = 8,        /* header lines of a part */
	HV_MULTIPART_HEADER_BYTES_MAX = 512, /* one header line */
	HV_MULTIPART_TYPE_MAX = 256,         /* type of the sealed content */
};

/* Named by the HTTP authentication scheme, whatever mechanism works inside it. */
enum hv_multipart_protocol {
	HV_MULTIPART_SPNEGO,   /* Authorization: Negotiate */
	HV_MULTIPART_KERBEROS, /* Authorization: Kerberos */
};

/* One sealed message. Borrows from what it was read from. */
struct hv_sealed {
	const uint8_t *token;
	size_t token_len;
	const uint8_t *data; /* sealed bytes, as many as the plain text and its padding have */
	size_t data_len;
};

/* Value of the HTTP header Content-Type. Static. */
const char *hv_multipart_content_type(enum hv_multipart_protocol protocol);

/* Appends the framed message to b. type is that of the plain text:
 * "application/soap+xml;charset=UTF-8". */
void hv_multipart_frame(struct hv_buf *b, enum hv_multipart_protocol protocol, const char *type,
	const struct hv_sealed *sealed);

/* Reads an answer with the given HTTP Content-Type (NULL: it had none). An answer that is not
 * multipart/encrypted is an error of the kind HV_ERR_MISSING, a wrong one of HV_ERR_FORMAT or
 * HV_ERR_LIMIT. ret_type is what the message says its plain text is. */
int hv_multipart_unframe(const char *content_type, const uint8_t *body, size_t len,
	struct hv_sealed *ret, char ret_type[HV_MULTIPART_TYPE_MAX],
	struct hv_err *err) HV_MUST_USE;

#endif
