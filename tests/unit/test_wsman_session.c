/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logging in, sealing and logging in again, with a script in place of the network and of GSSAPI. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/secret.h"
#include "wsman/multipart.h"
#include "wsman/session.h"

enum { MAX_ANSWERS = 12, LOG_MAX = 1 << 16, ANSWER_MAX = 4096 };

#define SOAP    "application/soap+xml;charset=UTF-8"
#define CERT    "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
#define BINDING "tls-server-end-point:hash"

/* One answer of the server. body is sealed when `sealed`. */
struct scripted {
	int status;
	bool new_connection;
	const char *authenticate;
	const char *type;
	const char *body;
	bool sealed;
	enum hv_trouble trouble; /* no answer, but this */
};

/* The network: answers in turn, and notes what was asked as "authorization [body]" lines. */
struct network {
	const struct scripted *answers;
	size_t next;
	struct hv_buf log;
	int disconnects;
};

/* The mechanism: as many tokens as it is told, "sealing" by xor. */
struct mechanism {
	int legs;              /* tokens sent by the client */
	bool waits_for_server; /* mutual: complete only by a token after the last one */
	int sent;
	int starts;
	size_t binding_len;
	bool broken_seal;
};

static void add_xored(struct hv_buf *b, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		hv_buf_addc(b, (char)(p[i] ^ 0x55));
}

static void add_sealed(struct hv_buf *b, const char *text)
{
	HV_AUTO(buf) data = { .max = ANSWER_MAX };

	add_xored(&data, text, strlen(text));
	hv_multipart_frame(b, HV_MULTIPART_SPNEGO, SOAP,
		&(struct hv_sealed){
			.token = (const uint8_t *)"SEAL",
			.token_len = 4,
			.data = (const uint8_t *)data.data,
			.data_len = data.len,
		});
}

static void note(struct network *n, const struct hv_http_request *request)
{
	struct hv_err err = HV_ERR_INIT;
	char type[HV_MULTIPART_TYPE_MAX];
	struct hv_sealed sealed;

	hv_buf_addf(&n->log, "%s", request->authorization ? request->authorization : "-");
	if (request->body_len == 0) {
		hv_buf_adds(&n->log, "\n");
		return;
	}
	if (hv_multipart_unframe(
		    request->content_type, request->body, request->body_len, &sealed, type, &err)) {
		hv_buf_adds(&n->log, " plain ");
		hv_buf_add(&n->log, request->body, request->body_len);
	} else {
		hv_buf_adds(&n->log, " sealed ");
		add_xored(&n->log, sealed.data, sealed.data_len);
	}
	hv_buf_adds(&n->log, "\n");
}

static int fake_post(void *state, const struct hv_http_request *request, struct hv_http_answer *ret,
	enum hv_trouble *ret_trouble, struct hv_err *err)
{
	struct network *n = state;
	const struct scripted *a = &n->answers[n->next++];

	note(n, request);
	if (a->trouble != HV_TROUBLE_NONE) {
		*ret_trouble = a->trouble;
		return hv_err_set(err, HV_ERR_IO, "scripted failure");
	}
	assert_true(a->status != 0);
	hv_buf_clear(&ret->authenticate);
	hv_buf_clear(&ret->body);
	ret->status = a->status;
	ret->new_connection = a->new_connection;
	(void)snprintf(ret->content_type, sizeof(ret->content_type), "%s",
		a->sealed ? hv_multipart_content_type(HV_MULTIPART_SPNEGO)
		: a->type ? a->type
			  : "");
	hv_buf_adds(&ret->authenticate, a->authenticate ? a->authenticate : "");
	if (a->sealed)
		add_sealed(&ret->body, a->body);
	else
		hv_buf_adds(&ret->body, a->body ? a->body : "");
	return 0;
}

static void fake_binding(void *state, uint8_t ret[HV_HTTP_BINDING_MAX], size_t *ret_len)
{
	(void)state;
	memcpy(ret, BINDING, strlen(BINDING));
	*ret_len = strlen(BINDING);
}

static void fake_disconnect(void *state)
{
	struct network *n = state;

	n->disconnects++;
}

static void fake_done(void *state)
{
	(void)state;
}

static int fake_start(void *state, const uint8_t *binding, size_t binding_len,
	enum hv_trouble *ret_trouble, struct hv_err *err)
{
	struct mechanism *m = state;

	(void)binding;
	(void)ret_trouble;
	(void)err;
	m->sent = 0;
	m->starts++;
	m->binding_len = binding_len;
	return 0;
}

static int fake_step(void *state, const uint8_t *token, size_t len, struct hv_buf *ret_token,
	bool *ret_complete, enum hv_trouble *ret_trouble, struct hv_err *err)
{
	struct mechanism *m = state;

	if (len == 4 && memcmp(token, "skew", 4) == 0) {
		*ret_trouble = HV_TROUBLE_CLOCK_SKEW;
		return hv_err_set(err, HV_ERR_IO, "clock skew");
	}
	if (m->sent == m->legs) {
		*ret_complete = len == 2 && memcmp(token, "ok", 2) == 0;
		return 0;
	}
	hv_buf_adds(ret_token, "abc");
	m->sent++;
	*ret_complete = m->sent == m->legs && !m->waits_for_server;
	return 0;
}

static int fake_wrap(void *state, const void *plain, size_t len, struct hv_buf *ret_token,
	struct hv_buf *ret_data, struct hv_err *err)
{
	(void)state;
	(void)err;
	hv_buf_adds(ret_token, "SEAL");
	add_xored(ret_data, plain, len);
	return 0;
}

static int fake_unwrap(
	void *state, const struct hv_sealed *sealed, struct hv_buf *ret_plain, struct hv_err *err)
{
	const struct mechanism *m = state;

	if (m->broken_seal)
		return hv_err_set(err, HV_ERR_IO, "bad signature");
	add_xored(ret_plain, sealed->data, sealed->data_len);
	return 0;
}

static const struct hv_transport_ops NETWORK_OPS = {
	.post = fake_post,
	.binding = fake_binding,
	.disconnect = fake_disconnect,
	.done = fake_done,
};

static const struct hv_auth_ops MECHANISM_OPS = {
	.start = fake_start,
	.step = fake_step,
	.wrap = fake_wrap,
	.unwrap = fake_unwrap,
	.done = fake_done,
};

/* What a case asks for and expects; all posts but the last have to succeed. */
struct expectation {
	const char *what;
	enum hv_login login;
	bool tls;
	struct mechanism mechanism;
	enum hv_repeat repeat;
	int posts;
	struct scripted answers[MAX_ANSWERS];
	enum hv_trouble trouble;
	const char *text; /* the answer, or in the error */
	const char *log;
};

/* "abc" in base64 is YWJj, "ok" is b2s=, "skew" is c2tldw==. */
#define KERBEROS                                                                                   \
	{                                                                                          \
		.legs = 1, .waits_for_server = true                                                \
	}
#define NTLM                                                                                       \
	{                                                                                          \
		.legs = 2                                                                          \
	}
#define LOGIN_OK                                                                                   \
	{                                                                                          \
		.status = 200, .new_connection = true, .authenticate = "Negotiate b2s=\n"          \
	}
#define SEALED_OK                                                                                  \
	{                                                                                          \
		.status = 200, .sealed = true, .body = "<answer/>"                                 \
	}

static const struct expectation CASES[] = {
	{ "Kerberos: one token, then sealed without a header", HV_LOGIN_AUTH, false, KERBEROS,
		HV_REPEAT_SAFE, 2, { LOGIN_OK, SEALED_OK, SEALED_OK }, HV_TROUBLE_NONE, "<answer/>",
		"Negotiate YWJj\n- sealed <ask/>\n- sealed <ask/>\n" },
	{ "NTLM: two tokens on one connection", HV_LOGIN_AUTH, false, NTLM, HV_REPEAT_SAFE, 1,
		{ { .status = 401, .new_connection = true, .authenticate = "Negotiate YWJj\n" },
			{ .status = 200 }, SEALED_OK },
		HV_TROUBLE_NONE, "<answer/>", "Negotiate YWJj\nNegotiate YWJj\n- sealed <ask/>\n" },
	{ "a sealed fault is an answer", HV_LOGIN_AUTH, false, KERBEROS, HV_REPEAT_SAFE, 1,
		{ LOGIN_OK, { .status = 500, .sealed = true, .body = "<fault/>" } },
		HV_TROUBLE_NONE, "<fault/>", "Negotiate YWJj\n- sealed <ask/>\n" },
	{ "login lost while idle: once more", HV_LOGIN_AUTH, false, KERBEROS, HV_REPEAT_SAFE, 2,
		{ LOGIN_OK, SEALED_OK, { .status = 401 }, LOGIN_OK, SEALED_OK }, HV_TROUBLE_NONE,
		"<answer/>",
		"Negotiate YWJj\n- sealed <ask/>\n- sealed <ask/>\nNegotiate YWJj\n- sealed <ask/>\n" },
	{ "400 on a new connection: once more", HV_LOGIN_AUTH, false, KERBEROS, HV_REPEAT_SAFE, 2,
		{ LOGIN_OK, SEALED_OK, { .status = 400, .new_connection = true }, LOGIN_OK,
			SEALED_OK },
		HV_TROUBLE_NONE, "<answer/>",
		"Negotiate YWJj\n- sealed <ask/>\n- sealed <ask/>\nNegotiate YWJj\n- sealed <ask/>\n" },
	{ "but not twice", HV_LOGIN_AUTH, false, KERBEROS, HV_REPEAT_SAFE, 2,
		{ LOGIN_OK, SEALED_OK, { .status = 401 }, LOGIN_OK, { .status = 400 } },
		HV_TROUBLE_AUTH, "right after a good login", NULL },
	{ "not even when the connection is lost again", HV_LOGIN_AUTH, false, KERBEROS,
		HV_REPEAT_SAFE, 2,
		{ LOGIN_OK, SEALED_OK, { .status = 401 }, LOGIN_OK,
			{ .status = 400, .new_connection = true } },
		HV_TROUBLE_AUTH, "right after a good login", NULL },
	{ "400 right after the login", HV_LOGIN_AUTH, false, KERBEROS, HV_REPEAT_SAFE, 1,
		{ LOGIN_OK, { .status = 400 } }, HV_TROUBLE_AUTH, "right after a good login",
		"Negotiate YWJj\n- sealed <ask/>\n" },
	{ "an Invoke is repeated when the host surely did not take it", HV_LOGIN_AUTH, false,
		KERBEROS, HV_REPEAT_NEVER, 2,
		{ LOGIN_OK, SEALED_OK, { .status = 401 }, LOGIN_OK, SEALED_OK }, HV_TROUBLE_NONE,
		"<answer/>", NULL },
	{ "an Invoke is not repeated otherwise", HV_LOGIN_AUTH, false, KERBEROS, HV_REPEAT_NEVER, 2,
		{ LOGIN_OK, SEALED_OK, { .status = 401, .new_connection = true } },
		HV_TROUBLE_BROKEN, "must not be repeated", NULL },
	{ "wrong password", HV_LOGIN_AUTH, false, NTLM, HV_REPEAT_SAFE, 1,
		{ { .status = 401, .authenticate = "Negotiate YWJj\n" },
			{ .status = 401, .authenticate = "Negotiate\nKerberos\n" } },
		HV_TROUBLE_CREDENTIALS, "user or password", NULL },
	{ "no common scheme", HV_LOGIN_AUTH, false, NTLM, HV_REPEAT_SAFE, 1,
		{ { .status = 401, .authenticate = "Kerberos\nBasic realm=\"WSMAN\"\n" } },
		HV_TROUBLE_NO_COMMON_SCHEME, "does not offer Negotiate, but Kerberos, Basic",
		NULL },
	{ "clock skew inside the server's token", HV_LOGIN_AUTH, false, KERBEROS, HV_REPEAT_SAFE, 1,
		{ { .status = 401, .authenticate = "Negotiate c2tldw==\n" } },
		HV_TROUBLE_CLOCK_SKEW, "clock skew", NULL },
	{ "server does not prove who it is", HV_LOGIN_AUTH, false, KERBEROS, HV_REPEAT_SAFE, 1,
		{ { .status = 200 } }, HV_TROUBLE_AUTH, "too early", "Negotiate YWJj\n" },
	{ "login token is no base64", HV_LOGIN_AUTH, false, NTLM, HV_REPEAT_SAFE, 1,
		{ { .status = 401, .authenticate = "Negotiate %%%%\n" } }, HV_TROUBLE_AUTH,
		"base64", NULL },
	{ "connection changed within the login", HV_LOGIN_AUTH, false, NTLM, HV_REPEAT_SAFE, 1,
		{ { .status = 401, .new_connection = true, .authenticate = "Negotiate YWJj\n" },
			{ .status = 200, .new_connection = true } },
		HV_TROUBLE_BROKEN, "between two steps", NULL },
	{ "endless login", HV_LOGIN_AUTH, false, { .legs = 1000 }, HV_REPEAT_SAFE, 1,
		{ { .status = 401, .authenticate = "Negotiate YWJj\n" },
			{ .status = 401, .authenticate = "Negotiate YWJj\n" },
			{ .status = 401, .authenticate = "Negotiate YWJj\n" },
			{ .status = 401, .authenticate = "Negotiate YWJj\n" },
			{ .status = 401, .authenticate = "Negotiate YWJj\n" },
			{ .status = 401, .authenticate = "Negotiate YWJj\n" },
			{ .status = 401, .authenticate = "Negotiate YWJj\n" },
			{ .status = 401, .authenticate = "Negotiate YWJj\n" } },
		HV_TROUBLE_AUTH, "not done after", NULL },
	{ "404 at the login", HV_LOGIN_AUTH, false, KERBEROS, HV_REPEAT_SAFE, 1,
		{ { .status = 404, .type = "text/html", .body = "no" } }, HV_TROUBLE_HTTP,
		"HTTP status 404", NULL },
	{ "a plain answer where a sealed one is due", HV_LOGIN_AUTH, false, KERBEROS,
		HV_REPEAT_SAFE, 1,
		{ LOGIN_OK, { .status = 200, .type = SOAP, .body = "<injected/>" } },
		HV_TROUBLE_NOT_SEALED, "not sealed", NULL },
	{ "a bad seal", HV_LOGIN_AUTH, false,
		{ .legs = 1, .waits_for_server = true, .broken_seal = true }, HV_REPEAT_SAFE, 1,
		{ LOGIN_OK, SEALED_OK }, HV_TROUBLE_BAD_SEAL, "bad signature", NULL },
	{ "503 when logged in", HV_LOGIN_AUTH, false, KERBEROS, HV_REPEAT_SAFE, 1,
		{ LOGIN_OK, { .status = 503, .type = "text/html", .body = "no" } }, HV_TROUBLE_HTTP,
		"HTTP status 503", NULL },
	{ "the network fails", HV_LOGIN_AUTH, false, KERBEROS, HV_REPEAT_SAFE, 1,
		{ { .trouble = HV_TROUBLE_REFUSED } }, HV_TROUBLE_REFUSED, "scripted", NULL },
	{ "over TLS: asked for the certificate first, not sealed", HV_LOGIN_AUTH, true, KERBEROS,
		HV_REPEAT_SAFE, 1,
		{ { .status = 401, .new_connection = true, .authenticate = "Negotiate\n" },
			LOGIN_OK, { .status = 200, .type = SOAP, .body = "<answer/>" } },
		HV_TROUBLE_NONE, "<answer/>", "-\nNegotiate YWJj\n- plain <ask/>\n" },
	{ "over TLS: no common scheme costs no token", HV_LOGIN_AUTH, true, KERBEROS,
		HV_REPEAT_SAFE, 1, { { .status = 401, .authenticate = "Basic realm=\"a,b\"\n" } },
		HV_TROUBLE_NO_COMMON_SCHEME, "does not offer Negotiate, but Basic", "-\n" },
	{ "Basic: with each request", HV_LOGIN_BASIC, true, { .legs = 0 }, HV_REPEAT_SAFE, 2,
		{ { .status = 200, .type = SOAP, .body = "<answer/>" },
			{ .status = 200, .type = SOAP, .body = "<answer/>" } },
		HV_TROUBLE_NONE, "<answer/>",
		"Basic am9lOnM6M2M= plain <ask/>\nBasic am9lOnM6M2M= plain <ask/>\n" },
	{ "Basic: disabled", HV_LOGIN_BASIC, true, { .legs = 0 }, HV_REPEAT_SAFE, 1,
		{ { .status = 401, .authenticate = "Negotiate\n" } }, HV_TROUBLE_NO_COMMON_SCHEME,
		"does not offer Basic, but Negotiate", NULL },
	{ "Basic: wrong password", HV_LOGIN_BASIC, true, { .legs = 0 }, HV_REPEAT_SAFE, 1,
		{ { .status = 401, .authenticate = "Basic realm=\"WSMAN\"\n" } },
		HV_TROUBLE_CREDENTIALS, "user or password", NULL },
	{ "Basic over HTTP: sealing demanded", HV_LOGIN_BASIC, false, { .legs = 0 }, HV_REPEAT_SAFE,
		1, { { .status = 500 } }, HV_TROUBLE_SEALING_DEMANDED, "AllowUnencrypted", NULL },
	{ "certificate", HV_LOGIN_CERTIFICATE, true, { .legs = 0 }, HV_REPEAT_SAFE, 1,
		{ { .status = 200, .type = SOAP, .body = "<answer/>" } }, HV_TROUBLE_NONE,
		"<answer/>", CERT " plain <ask/>\n" },
	{ "certificate refused", HV_LOGIN_CERTIFICATE, true, { .legs = 0 }, HV_REPEAT_SAFE, 1,
		{ { .status = 401, .authenticate = "Negotiate\n" } }, HV_TROUBLE_CREDENTIALS,
		"certificate", NULL },
	{ "a web page", HV_LOGIN_BASIC, true, { .legs = 0 }, HV_REPEAT_SAFE, 1,
		{ { .status = 200, .type = "text/html", .body = "<html/>" } }, HV_TROUBLE_HTTP,
		"text/html", NULL },
};

static void check_posts(
	const struct expectation *e, struct hv_session *session, const struct network *network)
{
	for (int i = 1; i <= e->posts; i++) {
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(buf) body = { .max = ANSWER_MAX };
		int status = 0;
		int result = hv_session_post(session, "<ask/>", 6, e->repeat, &status, &body, &err);
		bool good = i < e->posts || e->trouble == HV_TROUBLE_NONE;

		if (good != (result == 0) || (i == e->posts && session->trouble != e->trouble))
			fail_msg("%s: post %d: %d, trouble %d: %s", e->what, i, result,
				(int)session->trouble, err.text);
		if (good)
			assert_true(status == 200 || status == 500);
		if (!strstr(good ? hv_buf_str(&body) : err.text, i < e->posts ? "" : e->text))
			fail_msg("%s: %s%s", e->what, hv_buf_str(&body), err.text);
		if (!good) {
			assert_int_equal(body.len, 0);
			assert_true(network->disconnects > 0);
			assert_false(session->logged_in);
		}
	}
}

static void check_case(const struct expectation *e)
{
	struct hv_err err = HV_ERR_INIT;
	struct network network = { .answers = e->answers, .log = { .max = LOG_MAX } };
	struct mechanism mechanism = e->mechanism;
	struct hv_transport transport = { .ops = &NETWORK_OPS, .state = &network };
	struct hv_auth auth = {
		.ops = &MECHANISM_OPS, .state = &mechanism, .scheme = HV_SCHEME_NEGOTIATE
	};
	HV_AUTO(secret) password = HV_SECRET_INIT;
	struct hv_session session;
	const struct hv_session_config config = {
		.login = e->login,
		.tls = e->tls,
		.allow_unencrypted = true,
		.user = "joe",
		.password = &password,
		.max_answer = ANSWER_MAX,
	};

	assert_int_equal(hv_secret_set(&password, "s:3c", 4, &err), 0);
	assert_int_equal(hv_session_init(&session, &config, &transport, &auth, &err), 0);
	check_posts(e, &session, &network);
	if (e->log && strcmp(hv_buf_str(&network.log), e->log) != 0)
		fail_msg("%s:\n%s", e->what, hv_buf_str(&network.log));
	if (mechanism.starts > 0)
		assert_int_equal(mechanism.binding_len, e->tls ? strlen(BINDING) : 0);
	/* Nothing was sent or read beyond the script. */
	assert_true(network.next == MAX_ANSWERS ||
		    (e->answers[network.next].status == 0 &&
			    e->answers[network.next].trouble == HV_TROUBLE_NONE));
	hv_session_done(&session);
	hv_buf_done(&network.log);
}

static void test_session_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		check_case(&CASES[i]);
}

static void test_session_settings_that_would_show_a_password_are_refused(void **state)
{
	static const struct {
		struct hv_session_config config;
		const char *text;
	} REFUSED[] = {
		{ { .login = HV_LOGIN_BASIC, .user = "joe" }, "over plain HTTP" },
		{ { .login = HV_LOGIN_BASIC, .tls = true, .user = "joe" }, "needs a password" },
		{ { .login = HV_LOGIN_CERTIFICATE }, "needs a TLS connection" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(REFUSED); i++) {
		struct hv_err err = HV_ERR_INIT;
		struct hv_transport transport = { .ops = &NETWORK_OPS };
		struct hv_session session;

		assert_int_equal(
			hv_session_init(&session, &REFUSED[i].config, &transport, NULL, &err), -1);
		assert_non_null(strstr(err.text, REFUSED[i].text));
		hv_session_done(&session);
	}
}

static void test_scheme_offers(void **state)
{
	static const struct {
		const char *authenticate;
		unsigned int offered;
	} OFFERS[] = {
		{ "", 0 },
		{ "Negotiate\n", HV_SCHEME_NEGOTIATE },
		{ "Negotiate\nKerberos\nBasic realm=\"WSMAN\"\nCredSSP\n",
			HV_SCHEME_NEGOTIATE | HV_SCHEME_KERBEROS | HV_SCHEME_BASIC |
				HV_SCHEME_CREDSSP },
		{ "negotiate, BASIC realm=\"a, Kerberos\"", HV_SCHEME_NEGOTIATE | HV_SCHEME_BASIC },
		{ "Negotiated\nDigest qop=\"auth\"\n", 0 },
		{ "Basic realm=\"open, Kerberos", HV_SCHEME_BASIC },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(OFFERS); i++)
		assert_int_equal(hv_scheme_offered(OFFERS[i].authenticate), OFFERS[i].offered);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session_cases),
		cmocka_unit_test(test_session_settings_that_would_show_a_password_are_refused),
		cmocka_unit_test(test_scheme_offers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
