/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A login belongs to one connection: whenever the transport has made a new one, what was agreed on
 * is void. The login itself goes over empty requests, as Windows does it, so that no body is ever
 * sent that could not be read. */
#include "wsman/session.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "wsman/base64.h"

#define SOAP_TYPE         "application/soap+xml;charset=UTF-8"
#define CERTIFICATE_LOGIN "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

enum {
	ATTEMPTS_MAX = 2, /* a request, and again after one new login */
	LOGIN_ANSWER_MAX = 64 * 1024,
	AUTHORIZATION_MAX = 2 * HV_AUTH_TOKEN_MAX,
	FRAME_OVERHEAD_MAX = 16 * 1024,
};

static void forget_login(struct hv_session *s)
{
	s->logged_in = false;
	s->transport->ops->disconnect(s->transport->state);
}

static int fail(struct hv_session *s, enum hv_trouble trouble)
{
	s->trouble = trouble;
	forget_login(s);
	return -1;
}

static void wipe(struct hv_buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->capacity);
}

static int set_basic(
	struct hv_session *s, const struct hv_session_config *config, struct hv_err *err)
{
	HV_AUTO(buf) plain = { .max = (size_t)2 * HV_SECRET_MAX };
	HV_AUTO(buf) header = { .max = HV_SECRET_MAX };
	int result;

	/* A colon would end the user's name [RFC 7617 2]. */
	if (!config->user || !config->password || strchr(config->user, ':'))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"Basic authentication needs a password and a user without a colon");
	/* Room for all of it at once: growing would leave pieces of the password behind. */
	if (hv_grow(&plain.data, &plain.capacity, plain.max + 1, plain.max + 1, 1) ||
		hv_grow(&header.data, &header.capacity, header.max + 1, header.max + 1, 1))
		return hv_err_no_memory(err);
	hv_buf_addf(&plain, "%s:", config->user);
	hv_buf_add(&plain, hv_secret_str(config->password), config->password->len);
	hv_buf_adds(&header, "Basic ");
	hv_base64_encode(&header, plain.data, plain.len);
	if (hv_buf_failed(&plain) || hv_buf_failed(&header))
		result = hv_err_set(err, HV_ERR_LIMIT, "user and password are too long");
	else
		result = hv_secret_set(&s->authorization, header.data, header.len, err);
	wipe(&plain);
	wipe(&header);
	return result;
}

static int set_authorization(
	struct hv_session *s, const struct hv_session_config *config, struct hv_err *err)
{
	switch (config->login) {
	case HV_LOGIN_AUTH:
		return 0;
	case HV_LOGIN_BASIC:
		if (!config->tls && !config->allow_unencrypted)
			return hv_err_set(err, HV_ERR_ARGUMENT,
				"Basic authentication over plain HTTP would show the password to "
				"the network");
		return set_basic(s, config, err);
	case HV_LOGIN_CERTIFICATE:
		break;
	}
	if (!config->tls)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "a client certificate needs a TLS connection");
	return hv_secret_set(&s->authorization, CERTIFICATE_LOGIN, strlen(CERTIFICATE_LOGIN), err);
}

int hv_session_init(struct hv_session *s, const struct hv_session_config *config,
	struct hv_transport *transport, struct hv_auth *auth, struct hv_err *err)
{
	*s = (struct hv_session){
		.transport = transport,
		.auth = auth,
		.login = config->login,
		.tls = config->tls,
		.max_answer = config->max_answer,
		.authorization = HV_SECRET_INIT,
		.trouble = HV_TROUBLE_LOCAL,
	};
	return set_authorization(s, config, err);
}

void hv_session_done(struct hv_session *s)
{
	if (s)
		hv_secret_done(&s->authorization);
}

static int post(struct hv_session *s, const struct hv_http_request *request,
	struct hv_http_answer *ret, struct hv_err *err)
{
	enum hv_trouble trouble = HV_TROUBLE_NONE;

	if (s->transport->ops->post(s->transport->state, request, ret, &trouble, err))
		return fail(s, trouble);
	if (ret->date > 0)
		s->date = ret->date;
	return 0;
}

/* An empty request, with a login token or without */
static int post_token(struct hv_session *s, const struct hv_buf *token, struct hv_http_answer *ret,
	struct hv_err *err)
{
	HV_AUTO(buf) header = { .max = AUTHORIZATION_MAX };
	const struct hv_http_request request = { .content_type = SOAP_TYPE };
	struct hv_http_request with_token = request;

	if (!token)
		return post(s, &request, ret, err);
	hv_buf_addf(&header, "%s ", hv_scheme_name(s->auth->scheme));
	hv_base64_encode(&header, token->data, token->len);
	if (hv_buf_failed(&header)) {
		(void)hv_err_no_memory(err);
		return fail(s, HV_TROUBLE_LOCAL);
	}
	with_token.authorization = hv_buf_str(&header);
	return post(s, &with_token, ret, err);
}

static int no_common_scheme(
	struct hv_session *s, const char *wanted, unsigned int offered, struct hv_err *err)
{
	HV_AUTO(buf) list = { .max = HV_ERR_TEXT_MAX };

	hv_scheme_list(&list, offered);
	(void)hv_err_set(err, HV_ERR_UNSUPPORTED, "login refused: the server does not offer %s%s%s",
		wanted, offered ? ", but " : ", nor anything else that is known here",
		offered ? hv_buf_str(&list) : "");
	return fail(s, HV_TROUBLE_NO_COMMON_SCHEME);
}

/* A final 401 */
static int refused(struct hv_session *s, const struct hv_http_answer *answer, unsigned int scheme,
	struct hv_err *err)
{
	unsigned int offered = hv_scheme_offered(hv_buf_str(&answer->authenticate));

	if (scheme && !(offered & scheme))
		return no_common_scheme(s, hv_scheme_name(scheme), offered, err);
	(void)hv_err_set(err, HV_ERR_IO, "login refused: the server does not accept %s",
		scheme ? "user or password" : "the certificate");
	return fail(s, HV_TROUBLE_CREDENTIALS);
}

static int wrong_status(
	struct hv_session *s, const struct hv_http_answer *answer, struct hv_err *err)
{
	(void)hv_err_set(err, HV_ERR_FORMAT,
		"HTTP status %d with %zu bytes of the type \"%.100s\": no answer of WS-Management",
		answer->status, answer->body.len, answer->content_type);
	return fail(s, HV_TROUBLE_HTTP);
}

/* The certificate has to be known before the first token, so TLS takes one request more. */
static int start_login(struct hv_session *s, struct hv_err *err)
{
	HV_AUTO(http_answer) answer = { .status = 0 };
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	uint8_t binding[HV_HTTP_BINDING_MAX];
	size_t binding_len = 0;

	hv_http_answer_init(&answer, LOGIN_ANSWER_MAX);
	if (s->tls) {
		if (post_token(s, NULL, &answer, err))
			return -1;
		if (answer.status == 401 &&
			!(hv_scheme_offered(hv_buf_str(&answer.authenticate)) & s->auth->scheme))
			return refused(s, &answer, s->auth->scheme, err);
		s->transport->ops->binding(s->transport->state, binding, &binding_len);
	}
	if (s->auth->ops->start(s->auth->state, binding, binding_len, &trouble, err))
		return fail(s, trouble);
	return 0;
}

/* One token there and one back. *token is the server's, then ours, then the server's; *ret_done is
 * set when both sides are content. */
static int login_leg(
	struct hv_session *s, int leg, struct hv_buf *token, bool *ret_done, struct hv_err *err)
{
	HV_AUTO(buf) ours = { .max = HV_AUTH_TOKEN_MAX };
	HV_AUTO(http_answer) answer = { .status = 0 };
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	bool complete = false;

	if (s->auth->ops->step(s->auth->state, (const uint8_t *)token->data, token->len, &ours,
		    &complete, &trouble, err))
		return fail(s, trouble);
	hv_http_answer_init(&answer, LOGIN_ANSWER_MAX);
	if (post_token(s, &ours, &answer, err))
		return -1;
	hv_buf_clear(token);
	if (hv_scheme_token(hv_buf_str(&answer.authenticate), s->auth->scheme, token, err))
		return fail(s, HV_TROUBLE_AUTH);
	if (leg > 0 && answer.new_connection) {
		(void)hv_err_set(
			err, HV_ERR_IO, "login: the connection was closed between two steps");
		return fail(s, HV_TROUBLE_BROKEN);
	}
	if (answer.status == 401 && (complete || token->len == 0))
		return refused(s, &answer, s->auth->scheme, err);
	if (answer.status != 401 && (answer.status < 200 || answer.status > 299))
		return wrong_status(s, &answer, err);
	*ret_done = answer.status != 401 && complete;
	if (answer.status == 401 || complete)
		return 0;
	/* The server is content; its last token proves who it is, and calls for no answer. */
	hv_buf_clear(&ours);
	if (s->auth->ops->step(s->auth->state, (const uint8_t *)token->data, token->len, &ours,
		    &complete, &trouble, err))
		return fail(s, trouble);
	if (!complete || ours.len > 0) {
		(void)hv_err_set(err, HV_ERR_FORMAT, "login: the server ended it too early");
		return fail(s, HV_TROUBLE_AUTH);
	}
	*ret_done = true;
	return 0;
}

static int log_in(struct hv_session *s, struct hv_err *err)
{
	HV_AUTO(buf) token = { .max = HV_AUTH_TOKEN_MAX };
	bool done = false;

	s->logins++;
	if (start_login(s, err))
		return -1;
	for (int leg = 0; leg < HV_AUTH_LEGS_MAX; leg++) {
		if (login_leg(s, leg, &token, &done, err))
			return -1;
		if (done) {
			s->logged_in = true;
			return 0;
		}
	}
	(void)hv_err_set(
		err, HV_ERR_LIMIT, "login: not done after %d steps", (int)HV_AUTH_LEGS_MAX);
	return fail(s, HV_TROUBLE_AUTH);
}

static enum hv_multipart_protocol protocol_of(const struct hv_session *s)
{
	return s->auth->scheme == HV_SCHEME_KERBEROS ? HV_MULTIPART_KERBEROS : HV_MULTIPART_SPNEGO;
}

static bool seals(const struct hv_session *s)
{
	return s->login == HV_LOGIN_AUTH && !s->tls;
}

static int post_sealed(struct hv_session *s, const void *soap, size_t len, enum hv_repeat repeat,
	struct hv_http_answer *ret, struct hv_err *err)
{
	HV_AUTO(buf) token = { .max = HV_MULTIPART_TOKEN_MAX };
	HV_AUTO(buf) data = { .max = HV_MULTIPART_BODY_MAX };
	HV_AUTO(buf) frame = { .max = HV_MULTIPART_BODY_MAX };
	struct hv_http_request request = { .content_type = NULL };

	if (s->auth->ops->wrap(s->auth->state, soap, len, &token, &data, err))
		return fail(s, HV_TROUBLE_AUTH);
	hv_multipart_frame(&frame, protocol_of(s), SOAP_TYPE,
		&(struct hv_sealed){
			.token = (const uint8_t *)token.data,
			.token_len = token.len,
			.data = (const uint8_t *)data.data,
			.data_len = data.len,
		});
	if (hv_buf_failed(&frame)) {
		(void)hv_err_set(err, HV_ERR_LIMIT, "request too large to seal");
		return fail(s, HV_TROUBLE_LOCAL);
	}
	request.content_type = hv_multipart_content_type(protocol_of(s));
	request.body = frame.data;
	request.body_len = frame.len;
	request.once = repeat == HV_REPEAT_NEVER;
	return post(s, &request, ret, err);
}

static int post_plain(struct hv_session *s, const void *soap, size_t len, enum hv_repeat repeat,
	struct hv_http_answer *ret, struct hv_err *err)
{
	const struct hv_http_request request = {
		.content_type = SOAP_TYPE,
		.authorization = s->authorization.len > 0 ? hv_secret_str(&s->authorization) : NULL,
		.body = soap,
		.body_len = len,
		.once = repeat == HV_REPEAT_NEVER,
	};

	return post(s, &request, ret, err);
}

static bool is_type(const char *content_type, const char *type)
{
	size_t n = strlen(type);

	return strncasecmp(content_type, type, n) == 0 &&
	       (content_type[n] == '\0' || strchr("; \t", content_type[n]));
}

static int unseal(struct hv_session *s, const struct hv_http_answer *answer,
	struct hv_buf *ret_body, struct hv_err *err)
{
	char type[HV_MULTIPART_TYPE_MAX];
	struct hv_sealed sealed;

	if (!is_type(answer->content_type, "multipart/encrypted")) {
		/* Of a status that no SOAP comes with, or of no answer, the status says more. */
		if (answer->body.len == 0 ||
			(answer->status != 200 && answer->status != 400 && answer->status != 500))
			return wrong_status(s, answer, err);
		(void)hv_err_set(err, HV_ERR_FORMAT,
			"HTTP status %d with an answer that is not sealed, though the login "
			"demands it",
			answer->status);
		return fail(s, HV_TROUBLE_NOT_SEALED);
	}
	if (hv_multipart_unframe(answer->content_type, (const uint8_t *)answer->body.data,
		    answer->body.len, &sealed, type, err) ||
		s->auth->ops->unwrap(s->auth->state, &sealed, ret_body, err))
		return fail(s, HV_TROUBLE_BAD_SEAL);
	return 0;
}

/* Without sealing TLS vouches for the answer, or the user's --allow-unencrypted. */
static int take_plain(struct hv_session *s, const struct hv_http_answer *answer,
	struct hv_buf *ret_body, struct hv_err *err)
{
	if (answer->status == 401)
		return refused(s, answer,
			s->login == HV_LOGIN_BASIC  ? HV_SCHEME_BASIC
			: s->login == HV_LOGIN_AUTH ? s->auth->scheme
						    : 0,
			err);
	if (answer->status == 500 && answer->body.len == 0 && !s->tls) {
		(void)hv_err_set(err, HV_ERR_UNSUPPORTED,
			"the server takes sealed messages only (AllowUnencrypted=false)");
		return fail(s, HV_TROUBLE_SEALING_DEMANDED);
	}
	if (answer->body.len == 0 || !is_type(answer->content_type, "application/soap+xml"))
		return wrong_status(s, answer, err);
	hv_buf_add(ret_body, answer->body.data, answer->body.len);
	return 0;
}

/* Whether an answer says that the login is void, and not what became of the request
 * [the service answers 401 or 400 without a body when it cannot tell who is asking]. */
static bool is_void(const struct hv_http_answer *answer)
{
	return (answer->status == 401 || answer->status == 400) && answer->body.len == 0;
}

/* One try. *ret_again is set, and nothing else, when the login was void. */
static int attempt(struct hv_session *s, const void *soap, size_t len, enum hv_repeat repeat,
	struct hv_http_answer *answer, bool *ret_again, struct hv_err *err)
{
	bool fresh = false;

	*ret_again = false;
	if (s->login == HV_LOGIN_AUTH && !s->logged_in) {
		if (log_in(s, err))
			return -1;
		fresh = true;
	}
	if (seals(s) ? post_sealed(s, soap, len, repeat, answer, err)
		     : post_plain(s, soap, len, repeat, answer, err))
		return -1;
	if (s->login != HV_LOGIN_AUTH || !is_void(answer))
		return 0;
	if (answer->new_connection && repeat == HV_REPEAT_NEVER) {
		(void)hv_err_set(err, HV_ERR_IO,
			"the connection was lost with a request that must not be repeated");
		return fail(s, HV_TROUBLE_BROKEN);
	}
	*ret_again = !fresh || answer->new_connection;
	return 0;
}

static int refused_after_login(
	struct hv_session *s, const struct hv_http_answer *answer, struct hv_err *err)
{
	(void)hv_err_set(err, HV_ERR_IO,
		"HTTP status %d without a body right after a good login: the server could not "
		"read the message",
		answer->status);
	return fail(s, answer->status == 401 ? HV_TROUBLE_CREDENTIALS : HV_TROUBLE_AUTH);
}

static int take_answer(struct hv_session *s, const struct hv_http_answer *answer,
	struct hv_buf *ret_body, struct hv_err *err)
{
	if (s->login == HV_LOGIN_AUTH && is_void(answer))
		return refused_after_login(s, answer, err);
	if (seals(s) ? unseal(s, answer, ret_body, err) : take_plain(s, answer, ret_body, err))
		return -1;
	if (!hv_buf_failed(ret_body))
		return 0;
	(void)hv_err_set(err, HV_ERR_LIMIT, "the answer is larger than %zu bytes", ret_body->max);
	return fail(s, HV_TROUBLE_TOO_LARGE);
}

int hv_session_post(struct hv_session *s, const void *soap, size_t len, enum hv_repeat repeat,
	int *ret_status, struct hv_buf *ret_body, struct hv_err *err)
{
	HV_AUTO(http_answer) answer = { .status = 0 };
	bool again = true;

	hv_http_answer_init(&answer, s->max_answer + (seals(s) ? FRAME_OVERHEAD_MAX : 0));
	for (int i = 0; i < ATTEMPTS_MAX && again; i++) {
		if (i > 0)
			forget_login(s);
		if (attempt(s, soap, len, repeat, &answer, &again, err))
			return -1;
	}
	if (take_answer(s, &answer, ret_body, err))
		return -1;
	*ret_status = answer.status;
	s->trouble = HV_TROUBLE_NONE;
	return 0;
}
