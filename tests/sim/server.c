/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listening, connections and the parts of a request, by libmicrohttpd. */
#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/alloc.h"
#include "server-parts.h"
#include "wsman/tls-binding.h"

enum {
	CONNECTION_MEMORY = 512 * 1024, /* headers with a large ticket */
	IDLE_SECONDS = 120,             /* as Windows */
};

static void count_connection(struct sim_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->traffic.connections++;
	pthread_mutex_unlock(&s->lock);
}

static void note_connection(void *user, struct MHD_Connection *mhd, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	struct sim_listener *l = user;
	struct sim_connection *c = *socket_context;

	(void)mhd;
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		count_connection(l->server);
		c = hv_alloc(sizeof(*c));
		if (c)
			c->acceptor = sim_acceptor_new(&l->accept);
		*socket_context = c;
	} else if (c) {
		sim_acceptor_free(c->acceptor);
		hv_free(c);
		*socket_context = NULL;
	}
}

static void note_completed(void *user, struct MHD_Connection *mhd, void **request,
	enum MHD_RequestTerminationCode code)
{
	struct sim_request *r = *request;

	(void)user;
	(void)mhd;
	(void)code;
	if (!r)
		return;
	hv_buf_done(&r->body);
	hv_buf_done(&r->soap);
	hv_free(r);
	*request = NULL;
}

static enum MHD_Result begin_request(struct sim_listener *l, struct MHD_Connection *mhd, void **ret)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct sim_connection *c = info ? info->socket_context : NULL;
	struct sim_request *r = c && c->acceptor ? hv_alloc(sizeof(*r)) : NULL;

	if (!r)
		return MHD_NO;
	r->listener = l;
	r->connection = c;
	r->mhd = mhd;
	hv_buf_init(&r->body, SIM_BODY_MAX);
	hv_buf_init(&r->soap, SIM_BODY_MAX);
	*ret = r;
	return MHD_YES;
}

/* A body that is too large is read to its end: only then can it be answered. */
static void take_body(struct sim_request *r, const char *bytes, size_t len)
{
	hv_buf_add(&r->body, bytes, len);
	r->too_large = r->too_large || hv_buf_failed(&r->body);
}

static int status_of_target(const char *url, const char *method)
{
	if (strcmp(url, "/wsman") != 0)
		return MHD_HTTP_NOT_FOUND;
	return strcmp(method, MHD_HTTP_METHOD_POST) == 0 ? 0 : MHD_HTTP_METHOD_NOT_ALLOWED;
}

static enum MHD_Result end_request(struct sim_request *r, const char *url, const char *method)
{
	HV_AUTO(sim_reply) reply = { .status = 0 };
	const char *type =
		MHD_lookup_connection_value(r->mhd, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);

	sim_reply_init(&reply);
	reply.status = status_of_target(url, method);
	r->content_type = type ? type : "";
	r->authorization =
		MHD_lookup_connection_value(r->mhd, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
	if (reply.status == 0)
		sim_answer(r, &reply);
	sim_log(r, &reply);
	return sim_send(r, &reply);
}

static enum MHD_Result handle(void *user, struct MHD_Connection *mhd, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_len,
	void **request)
{
	(void)version;
	if (!*request)
		return begin_request(user, mhd, request);
	if (*upload_len == 0)
		return end_request(*request, url, method);
	take_body(*request, upload, *upload_len);
	*upload_len = 0;
	return MHD_YES;
}

static const struct MHD_OptionItem NO_OPTIONS[] = { { MHD_OPTION_END, 0, NULL } };

static int start_listener(struct sim_listener *l, uint16_t port,
	const struct MHD_OptionItem *options, struct hv_err *err)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) },
	};
	unsigned int flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
			     (l->tls ? MHD_USE_TLS : 0U);

	l->daemon = MHD_start_daemon(flags, port, NULL, NULL, handle, l, MHD_OPTION_SOCK_ADDR,
		&address, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)IDLE_SECONDS,
		MHD_OPTION_NOTIFY_CONNECTION, note_connection, l, MHD_OPTION_NOTIFY_COMPLETED,
		note_completed, l, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
	if (!l->daemon)
		return hv_err_set(err, HV_ERR_IO, "cannot listen on port %u with %s",
			(unsigned int)port, l->tls ? "HTTPS" : "HTTP");
	return 0;
}

static struct MHD_OptionItem text_option(enum MHD_OPTION option, const char *text)
{
	struct MHD_OptionItem item = { .option = option };

	/* libmicrohttpd does not write to it. */
	memcpy(&item.ptr_value, &text, sizeof(item.ptr_value));
	return item;
}

static int start_https(struct sim_server *s, struct hv_err *err)
{
	const struct sim_server_config *config = &s->config;
	struct MHD_OptionItem options[] = {
		text_option(MHD_OPTION_HTTPS_MEM_CERT, config->certificate),
		text_option(MHD_OPTION_HTTPS_MEM_KEY, config->key),
		{ MHD_OPTION_END, 0, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};
	size_t binding_len;

	if (!config->certificate || !config->key)
		return hv_err_set(err, HV_ERR_ARGUMENT, "HTTPS needs a certificate and its key");
	if (!hv_tls_binding(config->certificate, s->binding, &binding_len))
		return hv_err_set(err, HV_ERR_FORMAT, "the certificate gives no channel bindings");
	if (config->client_ca)
		options[2] = text_option(MHD_OPTION_HTTPS_MEM_TRUST, config->client_ca);
	s->https.accept = (struct sim_accept_config){
		.binding = s->binding,
		.binding_len = binding_len,
		.strict_binding = config->strict_binding,
	};
	return start_listener(&s->https, config->https.port, options, err);
}

static int start(struct sim_server *s, struct hv_err *err)
{
	if (s->config.http.wanted && start_listener(&s->http, s->config.http.port, NO_OPTIONS, err))
		return -1;
	return s->config.https.wanted ? start_https(s, err) : 0;
}

/* Delays count by the clock that nobody sets. */
static void init_lock(struct sim_server *s)
{
	pthread_condattr_t attributes;

	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&s->ended, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	(void)pthread_mutex_init(&s->lock, NULL);
}

int sim_server_start(
	const struct sim_server_config *config, struct sim_server **ret, struct hv_err *err)
{
	struct sim_server *s = hv_alloc(sizeof(*s));

	if (!s)
		return hv_err_no_memory(err);
	s->config = *config;
	s->http.server = s;
	s->https.server = s;
	s->https.tls = true;
	init_lock(s);
	if (start(s, err)) {
		sim_server_free(s);
		return -1;
	}
	*ret = s;
	return 0;
}

static void stop_listener(struct sim_listener *l)
{
	if (l->daemon)
		MHD_stop_daemon(l->daemon);
	l->daemon = NULL;
}

void sim_server_stop(struct sim_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->ending = true;
	pthread_cond_broadcast(&s->ended);
	pthread_mutex_unlock(&s->lock);
	stop_listener(&s->http);
	stop_listener(&s->https);
}

void sim_server_free(struct sim_server *s)
{
	if (!s)
		return;
	sim_server_stop(s);
	(void)pthread_cond_destroy(&s->ended);
	(void)pthread_mutex_destroy(&s->lock);
	hv_free(s);
}

static void add_port(const struct sim_listener *l, const char *name, struct hv_buf *b)
{
	if (l->daemon)
		hv_buf_addf(b, "%s=%u\n", name,
			(unsigned int)MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_BIND_PORT)
				->port);
}

void sim_server_ports(const struct sim_server *s, struct hv_buf *b)
{
	add_port(&s->http, "http", b);
	add_port(&s->https, "https", b);
}
