/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One HTTP connection to a WS-Management service: POST a body, get status, a few headers and a
 * body. An object of ops and state, so that tests can take the place of the network. */
#ifndef HV_WSMAN_TRANSPORT_H
#define HV_WSMAN_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "wsman/trouble.h"

enum {
	HV_HTTP_HEADERS_MAX = 256 * 1024, /* all headers of an answer */
	HV_HTTP_TYPE_MAX = 512,           /* Content-Type */
	HV_HTTP_BINDING_MAX = 128,        /* "tls-server-end-point:" and a hash */
};

/* When to give up. The clock is monotonic and comes from outside. */
struct hv_deadline {
	hv_usec (*now)(void *state);
	void *state;
	hv_usec at;
};

struct hv_http_request {
	const char *content_type;
	const char *authorization; /* value of the header; NULL: none. Not to be shown. */
	const void *body;
	size_t body_len;
	bool once; /* must not reach the server twice: a connection that breaks is an error */
};

/* How long the parts of one exchange took; 0 for what was not needed or not reached. */
struct hv_http_times {
	hv_usec lookup;  /* the name's address was found */
	hv_usec connect; /* the TCP connection stood, from the beginning */
	hv_usec tls;     /* so did TLS, from the beginning */
};

struct hv_http_answer {
	int status;
	bool new_connection; /* made for this request: whatever was agreed on before is void */
	char content_type[HV_HTTP_TYPE_MAX]; /* "": none */
	hv_usec date; /* the server's clock, to the second; 0: not told [RFC 7231 7.1.1.2] */
	struct hv_http_times times; /* also after an error */
	struct hv_buf authenticate; /* values of WWW-Authenticate, a '\n' after each */
	struct hv_buf body;
};

/* max_body bounds the body that is taken. */
void hv_http_answer_init(struct hv_http_answer *a, size_t max_body);
void hv_http_answer_done(struct hv_http_answer *a);
#define HV_AUTO_http_answer __attribute__((cleanup(hv_http_answer_done))) struct hv_http_answer

struct hv_transport_ops {
	/* Any HTTP status is a success. ret is an initialised answer; it is cleared first. */
	int (*post)(void *state, const struct hv_http_request *request, struct hv_http_answer *ret,
		enum hv_trouble *ret_trouble, struct hv_err *err);

	/* Channel bindings of the last TLS connection [RFC 5929 4]; *ret_len is 0 without TLS or
	 * when the certificate's hash cannot be told. */
	void (*binding)(void *state, uint8_t ret[HV_HTTP_BINDING_MAX], size_t *ret_len);

	/* Closes the connection; the next post makes a new one. */
	void (*disconnect)(void *state);

	void (*done)(void *state);
};

struct hv_transport {
	const struct hv_transport_ops *ops; /* NULL: none */
	void *state;                        /* owned */
};

void hv_transport_done(struct hv_transport *t);
#define HV_AUTO_transport __attribute__((cleanup(hv_transport_done))) struct hv_transport

#endif
