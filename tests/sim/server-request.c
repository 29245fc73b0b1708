/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a request to its reply: login, unsealing, the host's answer. Refuses what Windows refuses,
 * with the status that Windows gives. */
#include <string.h>
#include <strings.h>

#include "server-parts.h"

enum { HTTP_TOO_LARGE = 413 }; /* its name depends on the version of libmicrohttpd */

static void status_only(struct sim_reply *reply, int status)
{
	reply->status = status;
}

static bool is_type(const char *content_type, const char *type)
{
	size_t n = strlen(type);

	return strncasecmp(content_type, type, n) == 0 &&
	       (content_type[n] == '\0' || strchr("; \t", content_type[n]));
}

static bool is_utf16(const char *type)
{
	return strcasestr(type, "charset=utf-16") || strcasestr(type, "charset=\"utf-16");
}

/* A port probe, which needs no login even over HTTP. */
static bool is_anonymous(const struct sim_request *r)
{
	const char *identity =
		MHD_lookup_connection_value(r->mhd, MHD_HEADER_KIND, "WSMANIDENTITY");

	return !r->authorization && identity && strcasecmp(identity, "unauthenticated") == 0;
}

static enum hv_multipart_protocol protocol_of(const struct sim_request *r)
{
	return r->scheme == HV_SCHEME_KERBEROS ? HV_MULTIPART_KERBEROS : HV_MULTIPART_SPNEGO;
}

/* The protocol that is named has to be that of the login: Windows picks the keys by it. */
static bool names_protocol(const struct sim_request *r)
{
	const char *wanted = hv_multipart_content_type(protocol_of(r));
	const char *start = strchr(wanted, '"') + 1;
	size_t len = (size_t)(strchr(start, '"') - start);
	const char *named = strcasestr(r->content_type, "protocol=");

	if (!named)
		return false;
	named += strlen("protocol=");
	named += *named == '"';
	return strncasecmp(named, start, len) == 0;
}

static bool unseal(struct sim_request *r)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_sealed sealed;
	char type[HV_MULTIPART_TYPE_MAX];

	if (r->listener->tls || !sim_acceptor_scheme(r->connection->acceptor) ||
		!names_protocol(r) ||
		hv_multipart_unframe(r->content_type, (const uint8_t *)r->body.data, r->body.len,
			&sealed, type, &err) ||
		!is_type(type, "application/soap+xml") ||
		sim_acceptor_unseal(r->connection->acceptor, &sealed, &r->soap, &err))
		return false;
	r->utf16 = is_utf16(type);
	return true;
}

static void count_body(struct sim_request *r)
{
	struct sim_server *s = r->listener->server;

	pthread_mutex_lock(&s->lock);
	if (r->sealed)
		s->traffic.sealed++;
	else
		s->traffic.unsealed++;
	pthread_mutex_unlock(&s->lock);
}

/* After a message that cannot be read, the two sides' counts differ for good: the login is void. */
static bool take_sealed(struct sim_request *r, struct sim_reply *reply)
{
	r->sealed = true;
	if (unseal(r)) {
		count_body(r);
		return true;
	}
	sim_acceptor_forget(r->connection->acceptor);
	status_only(reply, MHD_HTTP_BAD_REQUEST);
	return false;
}

static bool take_plain(struct sim_request *r, struct sim_reply *reply)
{
	hv_buf_add(&r->soap, r->body.data, r->body.len);
	r->utf16 = is_utf16(r->content_type);
	count_body(r);
	if (is_anonymous(r)) {
		r->scheme = 0;
		return true;
	}
	if (!r->scheme) {
		sim_refuse(reply);
		return false;
	}
	if (r->listener->tls || r->listener->server->config.allow_unencrypted)
		return true;
	status_only(reply, MHD_HTTP_INTERNAL_SERVER_ERROR);
	return false;
}

/* Whether there is a body for the host; else the reply is made. */
static bool admit(struct sim_request *r, struct sim_reply *reply)
{
	if (r->too_large) {
		status_only(reply, HTTP_TOO_LARGE);
		return false;
	}
	if (!sim_log_in(r, reply))
		return false;
	if (r->body.len == 0) {
		if (r->scheme)
			status_only(reply, MHD_HTTP_OK);
		else
			sim_refuse(reply);
		return false;
	}
	if (is_type(r->content_type, "multipart/encrypted"))
		return take_sealed(r, reply);
	if (is_type(r->content_type, "application/soap+xml"))
		return take_plain(r, reply);
	status_only(reply, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE);
	return false;
}

static void ask_host(struct sim_request *r, struct sim_reply *reply)
{
	struct sim_server *s = r->listener->server;
	HV_AUTO(buf) answer = { .max = SIM_ANSWER_MAX };
	struct hv_err err = HV_ERR_INIT;
	int status = 0;
	int result;

	pthread_mutex_lock(&s->lock);
	result = sim_host_answer(s->config.host, r->scheme != 0, hv_buf_str(&r->soap), r->soap.len,
		&status, &answer, &err);
	pthread_mutex_unlock(&s->lock);
	if (result || hv_buf_failed(&answer) || !sim_reply_encode(r, &answer, reply))
		status_only(reply, MHD_HTTP_SERVICE_UNAVAILABLE);
	else
		reply->status = status;
}

/* A deadline that ends early when the server does. No deadline: that end is waited for. */
static void wait_for_end(struct sim_server *s, const struct timespec *until)
{
	int result = 0;

	pthread_mutex_lock(&s->lock);
	while (!s->ending && result == 0)
		result = until ? pthread_cond_timedwait(&s->ended, &s->lock, until)
			       : pthread_cond_wait(&s->ended, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

static void pause_for(struct sim_server *s, unsigned int ms)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	wait_for_end(s, &until);
}

/* Which faults are due. Requests without a body are not counted. */
static void draw_injects(struct sim_request *r, unsigned int *ret_delay_ms)
{
	struct sim_server *s = r->listener->server;

	*ret_delay_ms = 0;
	if (r->body.len == 0)
		return;
	pthread_mutex_lock(&s->lock);
	r->injects = sim_inject_at(
		s->config.injects, s->config.inject_count, ++s->soap_requests, ret_delay_ms);
	pthread_mutex_unlock(&s->lock);
}

/* The body is unsealed even when a fault takes the answer's place, lest the keys fall out of step
 * where the login is to stay. */
void sim_answer(struct sim_request *r, struct sim_reply *reply)
{
	unsigned int delay_ms;
	bool admitted;

	draw_injects(r, &delay_ms);
	admitted = admit(r, reply);
	if (delay_ms > 0)
		pause_for(r->listener->server, delay_ms);
	if (r->injects & SIM_INJECT_HANG)
		wait_for_end(r->listener->server, NULL);
	if (r->injects & SIM_INJECT_INSTEAD)
		sim_spoil_instead(r, reply);
	else if (admitted)
		ask_host(r, reply);
}
