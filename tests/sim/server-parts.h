/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server's files share among themselves. */
#ifndef HV_SIM_SERVER_PARTS_H
#define HV_SIM_SERVER_PARTS_H

#include <microhttpd.h>
#include <pthread.h>

#include "accept.h"
#include "server.h"
#include "wsman/transport.h"

enum {
	SIM_BODY_MAX = 2 << 20,   /* a request */
	SIM_ANSWER_MAX = 8 << 20, /* an answer, in its largest form */
	SIM_AUTHORIZATION_MAX = 2 * HV_AUTH_TOKEN_MAX,
};

/* Bodies, not headers. A body that could not be unsealed counts as neither. */
struct sim_traffic {
	size_t logins;         /* those of Basic and of certificates once for each connection */
	size_t logins_refused; /* with credentials, but not the right ones */
	size_t connections;
	size_t requests;
	size_t bytes_in;
	size_t bytes_out;
	size_t sealed;   /* SOAP bodies that came sealed */
	size_t unsealed; /* SOAP bodies that came in plain text, whatever became of them */
};

struct sim_listener {
	struct sim_server *server;
	struct MHD_Daemon *daemon; /* NULL: not wanted */
	bool tls;
	struct sim_accept_config accept;
};

struct sim_server {
	struct sim_server_config config;
	struct sim_listener http;
	struct sim_listener https;
	uint8_t binding[HV_HTTP_BINDING_MAX];
	pthread_mutex_t lock; /* of the host and of what follows */
	pthread_cond_t ended;
	bool ending;
	size_t soap_requests;
	struct sim_traffic traffic;
};

struct sim_connection {
	struct sim_acceptor *acceptor;
	bool counted; /* its login by Basic or certificate */
};

/* One HTTP request, as far as it has been understood. */
struct sim_request {
	struct sim_listener *listener;
	struct sim_connection *connection;
	struct MHD_Connection *mhd;
	struct hv_buf body;
	bool too_large;
	const char *content_type;  /* "": none */
	const char *authorization; /* NULL: none */
	unsigned int scheme;       /* that of the login; 0: nobody is logged in */
	bool sealed;
	bool utf16; /* the answer has to be, too */
	struct hv_buf soap;
	unsigned int injects; /* SIM_INJECT_* that hit this request */
};

struct sim_reply {
	int status;       /* 0: none at all, the connection is closed */
	const char *type; /* of the body; NULL: none */
	struct hv_buf body;
	struct hv_buf authenticate; /* value of WWW-Authenticate; empty: none */
	bool offers;                /* all schemes are offered, each in a header of its own */
};

void sim_reply_init(struct sim_reply *reply);
void sim_reply_done(struct sim_reply *reply);
#define HV_AUTO_sim_reply __attribute__((cleanup(sim_reply_done))) struct sim_reply

/* Whether something else than the host gives the answer: bits of sim_request.injects */
#define SIM_INJECT_INSTEAD (2 * SIM_INJECT_HUGE - 1)

/* server-login.c: who is asking. False when the reply is made: refused, or one step of several. A
 * login that is done with this request leaves its token in the reply. */
bool sim_log_in(struct sim_request *r, struct sim_reply *reply);
void sim_refuse(struct sim_reply *reply);
const char *sim_scheme_name(unsigned int scheme); /* "-" for none */

/* server-request.c: makes the reply. */
void sim_answer(struct sim_request *r, struct sim_reply *reply);

/* server-reply.c: puts the host's answer into the form in which it goes over the wire. False when
 * it cannot be sealed. */
bool sim_reply_encode(struct sim_request *r, const struct hv_buf *answer, struct sim_reply *reply);

/* server-spoil.c: what injected faults make of a framed message or in place of an answer. */
void sim_spoil_frame(unsigned int injects, size_t sealed_len, struct hv_buf *frame);
void sim_spoil_instead(struct sim_request *r, struct sim_reply *reply);

/* server-send.c: queues the reply. */
enum MHD_Result sim_send(const struct sim_request *r, const struct sim_reply *reply);

/* server-log.c: one line. */
void sim_log(const struct sim_request *r, const struct sim_reply *reply);

#endif
