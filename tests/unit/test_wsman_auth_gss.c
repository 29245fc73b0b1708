/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Login and sealing against GSSAPI's own acceptor in this process: NTLM with a file of users,
 * Kerberos with a throwaway realm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/secret.h"
#include "kdc-fixture.h"
#include "wsman/auth-gss.h"

enum { TEXT_MAX = 1 << 20, KERBEROS_AES_TOKEN_LEN = 60, NTLM_TOKEN_LEN = 16 };

#define BINDING       "tls-server-end-point:0123456789abcdef"
#define OTHER_BINDING "tls-server-end-point:0123456789abcdeX"

/* What gss-ntlmssp never frees: OpenSSL's algorithms, fetched for each login, and its acceptor's
 * names. By library as well, for machines on which functions have no names. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0";
}

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:gssntlmssp.so\nleak:gss_accept_sec_context\n";
}

struct realm {
	struct kdc kdc;
	bool has_kdc;
	const char *no_kdc;
	char ntlm_users[KDC_PATH_MAX];
	bool has_ntlm;
};

static bool ntlm_here(void)
{
	static char elements[] = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a";
	gss_OID_desc ntlm = { .length = 10, .elements = elements };
	gss_OID_set all = GSS_C_NO_OID_SET;
	OM_uint32 minor;
	int present = 0;

	if (GSS_ERROR(gss_indicate_mechs(&minor, &all)))
		return false;
	(void)gss_test_oid_set_member(&minor, &ntlm, all, &present);
	(void)gss_release_oid_set(&minor, &all);
	return present != 0;
}

static int set_up(void **state)
{
	static const char USERS[] = "TESTDOM:monitor:correct horse\n";
	static struct realm realm;
	const char *base = getenv("TMPDIR");
	struct hv_err err = HV_ERR_INIT;

	realm.has_kdc = kdc_start(&realm.kdc, &realm.no_kdc);
	realm.has_ntlm = ntlm_here();
	(void)snprintf(realm.ntlm_users, sizeof(realm.ntlm_users), "%s/hv-test-ntlm-%ld",
		base ? base : "/tmp", (long)getpid());
	*state = &realm;
	if (hv_file_write_atomic(realm.ntlm_users, USERS, sizeof(USERS) - 1, 0600, &err))
		return -1;
	return setenv("NTLM_USER_FILE", realm.ntlm_users, 1);
}

static int tear_down(void **state)
{
	struct realm *realm = *state;

	kdc_stop(&realm->kdc);
	return unlink(realm->ntlm_users);
}

static void need_kdc(const struct realm *realm)
{
	if (realm->has_kdc)
		return;
	print_message("skipped: %s\n", realm->no_kdc);
	skip();
}

static void need_ntlm(const struct realm *realm)
{
	if (realm->has_ntlm)
		return;
	print_message("skipped: GSSAPI has no NTLM here (gss-ntlmssp)\n");
	skip();
}

/* The server's side */
struct server {
	gss_ctx_id_t context;
	const char *binding; /* NULL: none */
};

static void server_done(struct server *s)
{
	OM_uint32 minor;

	(void)gss_delete_sec_context(&minor, &s->context, GSS_C_NO_BUFFER);
}

/* One token in, one out. False when the server refuses. */
static bool server_step(struct server *s, struct hv_buf *token, bool *ret_complete)
{
	gss_buffer_desc in = { .length = token->len, .value = token->data };
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	struct gss_channel_bindings_struct bindings = { 0 };
	HV_AUTO(buf) text = { .max = 200 };
	gss_name_t client = GSS_C_NO_NAME;
	OM_uint32 minor;
	OM_uint32 major;

	if (s->binding) {
		hv_buf_adds(&text, s->binding);
		bindings.application_data.length = text.len;
		bindings.application_data.value = text.data;
	}
	major = gss_accept_sec_context(&minor, &s->context, GSS_C_NO_CREDENTIAL, &in,
		s->binding ? &bindings : GSS_C_NO_CHANNEL_BINDINGS, &client, NULL, &out, NULL, NULL,
		NULL);
	hv_buf_clear(token);
	hv_buf_add(token, out.value, out.length);
	*ret_complete = major == GSS_S_COMPLETE;
	(void)gss_release_buffer(&minor, &out);
	(void)gss_release_name(&minor, &client);
	return !GSS_ERROR(major);
}

/* The whole login. Returns how many tokens the client sent, 0 when either side refused. */
static int login(struct hv_auth *auth, struct server *server, const char *binding,
	enum hv_trouble *trouble, struct hv_err *err)
{
	HV_AUTO(buf) token = { .max = HV_AUTH_TOKEN_MAX };
	bool server_complete = false;
	bool complete = false;

	assert_int_equal(auth->ops->start(auth->state, (const uint8_t *)binding,
				 binding ? strlen(binding) : 0, trouble, err),
		0);
	for (int sent = 0; sent < HV_AUTH_LEGS_MAX; sent++) {
		HV_AUTO(buf) out = { .max = HV_AUTH_TOKEN_MAX };

		if (auth->ops->step(auth->state, (const uint8_t *)token.data, token.len, &out,
			    &complete, trouble, err))
			return 0;
		if (out.len == 0)
			return complete && server_complete ? sent : 0;
		hv_buf_clear(&token);
		hv_buf_add(&token, out.data, out.len);
		if (!server_step(server, &token, &server_complete))
			return 0;
		if (complete && token.len == 0)
			return server_complete ? sent + 1 : 0;
	}
	return 0;
}

static void make_secret(struct hv_secret *s, const char *text)
{
	struct hv_err err = HV_ERR_INIT;

	assert_int_equal(hv_secret_set(s, text, strlen(text), &err), 0);
}

static int new_kerberos(const struct realm *realm, enum hv_gss_mechanism mechanism,
	struct hv_auth *ret, enum hv_trouble *trouble, struct hv_err *err)
{
	const struct hv_gss_config config = {
		.mechanism = mechanism,
		.service = "HTTP",
		.host = KDC_HOST,
		.user = KDC_USER,
		.ticket_cache = realm->kdc.ticket_cache,
		.keytab = realm->kdc.user_keytab,
	};

	return hv_auth_gss_new(&config, ret, trouble, err);
}

static int new_ntlm(struct hv_secret *password, struct hv_auth *ret, enum hv_trouble *trouble,
	struct hv_err *err)
{
	const struct hv_gss_config config = {
		.mechanism = HV_GSS_NTLM,
		.service = "HTTP",
		.host = KDC_HOST,
		.user = "TESTDOM\\monitor",
		.password = password,
	};

	return hv_auth_gss_new(&config, ret, trouble, err);
}

static void assert_good(int result, const struct hv_err *err)
{
	if (result)
		print_error("%s\n", err->text);
	assert_int_equal(result, 0);
}

/* What the client sealed is read by the server as Windows reads it: token, then data. */
static void assert_server_reads(
	struct hv_auth *auth, struct server *server, const char *text, size_t token_len)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) token = { .max = HV_MULTIPART_TOKEN_MAX };
	HV_AUTO(buf) data = { .max = TEXT_MAX };
	gss_buffer_desc in;
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;
	int sealed = 0;

	assert_good(auth->ops->wrap(auth->state, text, strlen(text), &token, &data, &err), &err);
	assert_int_equal(token.len, token_len);
	assert_int_equal(data.len, strlen(text));
	assert_null(memmem(data.data, data.len, text, strlen(text)));
	hv_buf_add(&token, data.data, data.len);
	in = (gss_buffer_desc){ .length = token.len, .value = token.data };
	assert_int_equal(
		gss_unwrap(&minor, server->context, &in, &out, &sealed, NULL), GSS_S_COMPLETE);
	assert_int_equal(sealed, 1);
	assert_int_equal(out.length, strlen(text));
	assert_memory_equal(out.value, text, out.length);
	(void)gss_release_buffer(&minor, &out);
}

/* The server's message as it goes over the wire: header first, the trailer rotated into it. */
static void server_seal(struct server *server, const char *text, size_t token_len, int confidential,
	struct hv_buf *ret)
{
	HV_AUTO(buf) plain = { .max = TEXT_MAX };
	gss_iov_buffer_desc iov[2] = {
		{ .type = GSS_IOV_BUFFER_TYPE_HEADER | GSS_IOV_BUFFER_FLAG_ALLOCATE },
		{ .type = GSS_IOV_BUFFER_TYPE_DATA },
	};
	gss_buffer_desc in;
	gss_buffer_desc out = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor;
	int sealed;

	hv_buf_adds(&plain, text);
	if (token_len == NTLM_TOKEN_LEN) {
		in = (gss_buffer_desc){ .length = plain.len, .value = plain.data };
		assert_int_equal(gss_wrap(&minor, server->context, confidential, GSS_C_QOP_DEFAULT,
					 &in, &sealed, &out),
			GSS_S_COMPLETE);
		hv_buf_add(ret, out.value, out.length);
		(void)gss_release_buffer(&minor, &out);
		return;
	}
	iov[1].buffer = (gss_buffer_desc){ .length = plain.len, .value = plain.data };
	assert_int_equal(gss_wrap_iov(&minor, server->context, confidential, GSS_C_QOP_DEFAULT,
				 &sealed, iov, 2),
		GSS_S_COMPLETE);
	hv_buf_add(ret, iov[0].buffer.value, iov[0].buffer.length);
	hv_buf_add(ret, iov[1].buffer.value, iov[1].buffer.length);
	(void)gss_release_iov_buffer(&minor, iov, 2);
}

static int client_reads(struct hv_auth *auth, const struct hv_buf *message, size_t token_len,
	struct hv_buf *ret, struct hv_err *err)
{
	const uint8_t *bytes = (const uint8_t *)message->data;
	const struct hv_sealed sealed = {
		.token = bytes,
		.token_len = token_len,
		.data = bytes + token_len,
		.data_len = message->len - token_len,
	};

	assert_true(message->len >= token_len);
	return auth->ops->unwrap(auth->state, &sealed, ret, err);
}

static void assert_client_reads(
	struct hv_auth *auth, struct server *server, const char *text, size_t token_len)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) message = { .max = TEXT_MAX };
	HV_AUTO(buf) plain = { .max = TEXT_MAX };

	server_seal(server, text, token_len, 1, &message);
	assert_good(client_reads(auth, &message, token_len, &plain, &err), &err);
	assert_string_equal(hv_buf_str(&plain), text);
}

static void assert_seals_both_ways(struct hv_auth *auth, struct server *server, size_t token_len)
{
	assert_server_reads(auth, server, "<request one/>", token_len);
	assert_client_reads(auth, server, "<answer one/>", token_len);
	assert_server_reads(auth, server, "<request number two, which is longer/>", token_len);
	assert_client_reads(auth, server, "<answer two/>", token_len);
}

/* A flipped bit anywhere, or a repeated message, is refused. */
static void assert_refuses_tampering(struct hv_auth *auth, struct server *server, size_t token_len)
{
	HV_AUTO(buf) message = { .max = TEXT_MAX };
	HV_AUTO(buf) plain = { .max = TEXT_MAX };
	struct hv_err err = HV_ERR_INIT;

	server_seal(server, "<answer/>", token_len, 1, &message);
	message.data[message.len - 1] ^= 1;
	assert_int_equal(client_reads(auth, &message, token_len, &plain, &err), -1);
	assert_int_equal(plain.len, 0);
	assert_non_null(strstr(err.text, "unseal: "));
}

static void check_round_trip(struct hv_auth *auth, int legs, size_t token_len)
{
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	struct server server = { .binding = NULL };
	int sent = login(auth, &server, NULL, &trouble, &err);

	assert_good(sent ? 0 : -1, &err);
	assert_int_equal(sent, legs);
	assert_seals_both_ways(auth, &server, token_len);
	assert_refuses_tampering(auth, &server, token_len);
	server_done(&server);
}

static void test_auth_gss_kerberos_seals_both_ways(void **state)
{
	const struct realm *realm = *state;
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(auth) auth = { .ops = NULL };

	need_kdc(realm);
	assert_good(new_kerberos(realm, HV_GSS_KERBEROS, &auth, &trouble, &err), &err);
	assert_int_equal(auth.scheme, HV_SCHEME_KERBEROS);
	check_round_trip(&auth, 1, KERBEROS_AES_TOKEN_LEN);
	/* A second login on the same object */
	check_round_trip(&auth, 1, KERBEROS_AES_TOKEN_LEN);
}

static void test_auth_gss_negotiate_seals_both_ways(void **state)
{
	const struct realm *realm = *state;
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(auth) auth = { .ops = NULL };

	need_kdc(realm);
	assert_good(new_kerberos(realm, HV_GSS_NEGOTIATE, &auth, &trouble, &err), &err);
	assert_int_equal(auth.scheme, HV_SCHEME_NEGOTIATE);
	check_round_trip(&auth, 1, KERBEROS_AES_TOKEN_LEN);
}

static void test_auth_gss_ntlm_seals_both_ways(void **state)
{
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(secret) password = HV_SECRET_INIT;
	HV_AUTO(auth) auth = { .ops = NULL };

	need_ntlm(*state);
	make_secret(&password, "correct horse");
	assert_good(new_ntlm(&password, &auth, &trouble, &err), &err);
	assert_int_equal(auth.scheme, HV_SCHEME_NEGOTIATE);
	check_round_trip(&auth, 2, NTLM_TOKEN_LEN);
	check_round_trip(&auth, 2, NTLM_TOKEN_LEN);
}

static void test_auth_gss_kerberos_refuses_what_is_signed_only(void **state)
{
	const struct realm *realm = *state;
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(auth) auth = { .ops = NULL };
	HV_AUTO(buf) message = { .max = TEXT_MAX };
	HV_AUTO(buf) plain = { .max = TEXT_MAX };
	struct server server = { .binding = NULL };

	need_kdc(realm);
	assert_good(new_kerberos(realm, HV_GSS_KERBEROS, &auth, &trouble, &err), &err);
	assert_int_equal(login(&auth, &server, NULL, &trouble, &err), 1);
	server_seal(&server, "<answer/>", KERBEROS_AES_TOKEN_LEN, 0, &message);
	assert_int_equal(client_reads(&auth, &message, 16, &plain, &err), -1);
	assert_int_equal(plain.len, 0);
	assert_non_null(strstr(err.text, "signed only"));
	server_done(&server);
}

static void test_auth_gss_kerberos_refuses_a_repeated_message(void **state)
{
	const struct realm *realm = *state;
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(auth) auth = { .ops = NULL };
	HV_AUTO(buf) message = { .max = TEXT_MAX };
	HV_AUTO(buf) plain = { .max = TEXT_MAX };
	struct server server = { .binding = NULL };

	need_kdc(realm);
	assert_good(new_kerberos(realm, HV_GSS_KERBEROS, &auth, &trouble, &err), &err);
	assert_int_equal(login(&auth, &server, NULL, &trouble, &err), 1);
	server_seal(&server, "<answer/>", KERBEROS_AES_TOKEN_LEN, 1, &message);
	assert_good(client_reads(&auth, &message, KERBEROS_AES_TOKEN_LEN, &plain, &err), &err);
	hv_buf_clear(&plain);
	assert_int_equal(client_reads(&auth, &message, KERBEROS_AES_TOKEN_LEN, &plain, &err), -1);
	assert_int_equal(plain.len, 0);
	server_done(&server);
}

/* Logs in with the two sides' bindings; whether both agreed. */
static bool binding_agrees(struct hv_auth *auth, const char *ours, const char *theirs)
{
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	struct server server = { .binding = theirs };
	int sent = login(auth, &server, ours, &trouble, &err);

	server_done(&server);
	return sent > 0;
}

static void test_auth_gss_sends_channel_bindings(void **state)
{
	const struct realm *realm = *state;
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(secret) password = HV_SECRET_INIT;
	HV_AUTO(auth) kerberos = { .ops = NULL };
	HV_AUTO(auth) ntlm = { .ops = NULL };

	need_kdc(realm);
	need_ntlm(realm);
	make_secret(&password, "correct horse");
	assert_good(new_kerberos(realm, HV_GSS_KERBEROS, &kerberos, &trouble, &err), &err);
	assert_good(new_ntlm(&password, &ntlm, &trouble, &err), &err);
	assert_true(binding_agrees(&kerberos, BINDING, BINDING));
	assert_false(binding_agrees(&kerberos, OTHER_BINDING, BINDING));
	assert_true(binding_agrees(&ntlm, BINDING, BINDING));
	assert_false(binding_agrees(&ntlm, OTHER_BINDING, BINDING));
}

static void test_auth_gss_ntlm_wrong_password_is_refused_by_the_server(void **state)
{
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(secret) password = HV_SECRET_INIT;
	HV_AUTO(auth) auth = { .ops = NULL };
	struct server server = { .binding = NULL };

	need_ntlm(*state);
	make_secret(&password, "wrong");
	assert_good(new_ntlm(&password, &auth, &trouble, &err), &err);
	assert_int_equal(login(&auth, &server, NULL, &trouble, &err), 0);
	server_done(&server);
}

static void test_auth_gss_kerberos_takes_a_password(void **state)
{
	static const enum hv_gss_mechanism MECHANISMS[] = { HV_GSS_KERBEROS, HV_GSS_NEGOTIATE };

	need_kdc(*state);
	for (size_t i = 0; i < HV_ARRAY_LEN(MECHANISMS); i++) {
		enum hv_trouble trouble = HV_TROUBLE_NONE;
		struct hv_err err = HV_ERR_INIT;
		HV_AUTO(secret) password = HV_SECRET_INIT;
		HV_AUTO(auth) auth = { .ops = NULL };
		const struct hv_gss_config config = {
			.mechanism = MECHANISMS[i],
			.service = "WSMAN",
			.host = KDC_HOST,
			.user = KDC_USER,
			.password = &password,
		};

		make_secret(&password, KDC_PASSWORD);
		assert_good(hv_auth_gss_new(&config, &auth, &trouble, &err), &err);
		check_round_trip(&auth, 1, KERBEROS_AES_TOKEN_LEN);
	}
}

/* What goes wrong before or while the first token is made */
struct failure {
	const char *what;
	enum hv_gss_mechanism mechanism;
	const char *host;
	const char *user;
	const char *password;
	bool keytab;
	bool at_step;
	enum hv_trouble trouble;
	const char *text;
};

static const struct failure FAILURES[] = {
	{ "wrong password", HV_GSS_KERBEROS, KDC_HOST, KDC_USER, "wrong", false, false,
		HV_TROUBLE_CREDENTIALS, "credentials: " },
	{ "wrong password within SPNEGO", HV_GSS_NEGOTIATE, KDC_HOST, KDC_USER, "wrong", false,
		false, HV_TROUBLE_CREDENTIALS, "credentials: " },
	{ "unknown user", HV_GSS_KERBEROS, KDC_HOST, "nobody@" KDC_REALM, "wrong", false, false,
		HV_TROUBLE_CREDENTIALS, "not found in Kerberos database" },
	{ "no tickets", HV_GSS_KERBEROS, KDC_HOST, NULL, NULL, false, false, HV_TROUBLE_NO_TICKET,
		"credentials: " },
	{ "no tickets within SPNEGO", HV_GSS_NEGOTIATE, KDC_HOST, NULL, NULL, false, false,
		HV_TROUBLE_NO_TICKET, "credentials: " },
	{ "unknown realm", HV_GSS_KERBEROS, KDC_HOST, "monitor@NOWHERE.INVALID", "wrong", false,
		false, HV_TROUBLE_NO_KDC, "NOWHERE.INVALID" },
	{ "unknown server", HV_GSS_KERBEROS, "other.test.invalid", KDC_USER, NULL, true, true,
		HV_TROUBLE_UNKNOWN_SERVER, "HTTP@other.test.invalid: " },
	{ "unknown server within SPNEGO", HV_GSS_NEGOTIATE, "other.test.invalid", KDC_USER, NULL,
		true, true, HV_TROUBLE_UNKNOWN_SERVER, "HTTP@other.test.invalid: " },
	{ "NTLM without a password", HV_GSS_NTLM, KDC_HOST, "a", NULL, false, false,
		HV_TROUBLE_LOCAL, "NTLM needs" },
	{ "password without a user", HV_GSS_KERBEROS, KDC_HOST, NULL, "a", false, false,
		HV_TROUBLE_LOCAL, "needs a user" },
};

static void check_failure(const struct realm *realm, const struct failure *f)
{
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(secret) password = HV_SECRET_INIT;
	HV_AUTO(auth) auth = { .ops = NULL };
	HV_AUTO(buf) token = { .max = HV_AUTH_TOKEN_MAX };
	bool complete;
	const struct hv_gss_config config = {
		.mechanism = f->mechanism,
		.service = "HTTP",
		.host = f->host,
		.user = f->user,
		.password = f->password ? &password : NULL,
		.ticket_cache = f->keytab ? realm->kdc.ticket_cache : NULL,
		.keytab = f->keytab ? realm->kdc.user_keytab : NULL,
	};
	int result;

	if (f->password)
		make_secret(&password, f->password);
	result = hv_auth_gss_new(&config, &auth, &trouble, &err);
	assert_int_equal(result, f->at_step ? 0 : -1);
	if (f->at_step) {
		assert_int_equal(auth.ops->start(auth.state, NULL, 0, &trouble, &err), 0);
		assert_int_equal(
			auth.ops->step(auth.state, NULL, 0, &token, &complete, &trouble, &err), -1);
	}
	if (trouble != f->trouble || !strstr(err.text, f->text))
		print_error("%s: %d, %s\n", f->what, (int)trouble, err.text);
	assert_int_equal(trouble, f->trouble);
	assert_non_null(strstr(err.text, f->text));
	assert_null(strstr(err.text, "wrong"));
}

static void test_auth_gss_tells_failures_apart(void **state)
{
	need_kdc(*state);
	for (size_t i = 0; i < HV_ARRAY_LEN(FAILURES); i++)
		check_failure(*state, &FAILURES[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_auth_gss_kerberos_seals_both_ways),
		cmocka_unit_test(test_auth_gss_negotiate_seals_both_ways),
		cmocka_unit_test(test_auth_gss_ntlm_seals_both_ways),
		cmocka_unit_test(test_auth_gss_kerberos_refuses_what_is_signed_only),
		cmocka_unit_test(test_auth_gss_kerberos_refuses_a_repeated_message),
		cmocka_unit_test(test_auth_gss_sends_channel_bindings),
		cmocka_unit_test(test_auth_gss_ntlm_wrong_password_is_refused_by_the_server),
		cmocka_unit_test(test_auth_gss_kerberos_takes_a_password),
		cmocka_unit_test(test_auth_gss_tells_failures_apart),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
