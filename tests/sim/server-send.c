/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A reply onto the wire: headers, and the ways in which a body can be delivered wrongly. */
#include <string.h>

#include "base/alloc.h"
#include "server-parts.h"

enum { STREAM_BLOCK = 16 * 1024, EXCESS = 100 };

/* A body that is asked for piece by piece */
struct stream {
	char *bytes; /* owned */
	size_t len;
	ssize_t at_end; /* how it ends: MHD_CONTENT_READER_END_* */
	bool endless;
};

static ssize_t read_stream(void *user, uint64_t pos, char *buf, size_t max)
{
	const struct stream *s = user;
	size_t n;

	if (s->endless) {
		memset(buf, ' ', max);
		return (ssize_t)max;
	}
	if (pos >= s->len)
		return s->at_end;
	n = s->len - (size_t)pos < max ? s->len - (size_t)pos : max;
	memcpy(buf, s->bytes + pos, n);
	return (ssize_t)n;
}

static void free_stream(void *user)
{
	struct stream *s = user;

	hv_free(s->bytes);
	hv_free(s);
}

static struct stream *stream_of(const struct hv_buf *body, size_t len)
{
	struct stream *s = hv_alloc(sizeof(*s));

	if (!s)
		return NULL;
	s->bytes = hv_alloc(len + 1);
	s->len = len;
	if (!s->bytes) {
		free_stream(s);
		return NULL;
	}
	if (len > 0)
		memcpy(s->bytes, body->data, len);
	return s;
}

/* A body of which the headers tell more than there is: the connection is closed at its end. */
static struct MHD_Response *make_stream(unsigned int injects, const struct hv_buf *body)
{
	bool half = (injects & SIM_INJECT_TRUNCATE) != 0;
	uint64_t announced = body->len + (injects & SIM_INJECT_WRONG_LENGTH ? EXCESS : 0);
	struct stream *s = stream_of(body, half ? body->len / 2 : body->len);
	struct MHD_Response *response;

	if (!s)
		return NULL;
	s->endless = (injects & SIM_INJECT_HUGE) != 0;
	s->at_end = half || (injects & SIM_INJECT_WRONG_LENGTH) ? MHD_CONTENT_READER_END_WITH_ERROR
								: MHD_CONTENT_READER_END_OF_STREAM;
	if (injects & (SIM_INJECT_HUGE | SIM_INJECT_CHUNKED))
		announced = MHD_SIZE_UNKNOWN;
	response = MHD_create_response_from_callback(
		announced, STREAM_BLOCK, read_stream, s, free_stream);
	if (!response)
		free_stream(s);
	return response;
}

static struct MHD_Response *make_response(
	const struct sim_request *r, const struct sim_reply *reply)
{
	static const unsigned int STREAMED = SIM_INJECT_HUGE | SIM_INJECT_CHUNKED |
					     SIM_INJECT_TRUNCATE | SIM_INJECT_WRONG_LENGTH;

	if (reply->type && (r->injects & STREAMED))
		return make_stream(r->injects, &reply->body);
	return MHD_create_response_from_buffer(
		reply->body.len, reply->body.data, MHD_RESPMEM_MUST_COPY);
}

static bool add_header(struct MHD_Response *response, const char *name, const char *value)
{
	return MHD_add_response_header(response, name, value) == MHD_YES;
}

static bool add_offers(const struct sim_request *r, struct MHD_Response *response)
{
	const struct sim_server_config *config = &r->listener->server->config;
	bool basic = (config->schemes & HV_SCHEME_BASIC) &&
		     (r->listener->tls || config->allow_unencrypted);

	return (!(config->schemes & HV_SCHEME_NEGOTIATE) ||
		       add_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Negotiate")) &&
	       (!(config->schemes & HV_SCHEME_KERBEROS) ||
		       add_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Kerberos")) &&
	       (!basic || add_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
				  "Basic realm=\"WSMAN\""));
}

static bool add_headers(
	const struct sim_request *r, const struct sim_reply *reply, struct MHD_Response *response)
{
	return add_header(response, MHD_HTTP_HEADER_SERVER, "Microsoft-HTTPAPI/2.0") &&
	       (!reply->type || add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type)) &&
	       (!reply->offers || add_offers(r, response)) &&
	       (reply->authenticate.len == 0 ||
		       add_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
			       hv_buf_str(&reply->authenticate)));
}

enum MHD_Result sim_send(const struct sim_request *r, const struct sim_reply *reply)
{
	struct MHD_Response *response;
	enum MHD_Result result = MHD_NO;

	if (reply->status == 0 || hv_buf_failed(&reply->body) ||
		hv_buf_failed(&reply->authenticate))
		return MHD_NO;
	response = make_response(r, reply);
	if (!response)
		return MHD_NO;
	if (add_headers(r, reply, response))
		result = MHD_queue_response(r->mhd, (unsigned int)reply->status, response);
	MHD_destroy_response(response);
	return result;
}
