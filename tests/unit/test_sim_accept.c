/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated host's side of logins, against the client's, and its list of faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../sim/accept.h"
#include "../sim/inject.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/secret.h"
#include "kdc-fixture.h"
#include "wsman/auth-gss.h"

enum { TEXT_MAX = 1 << 16 };

#define BINDING       "tls-server-end-point:0123456789abcdef"
#define OTHER_BINDING "tls-server-end-point:0123456789abcdeX"

static const struct sim_accept_config PLAIN = { .binding = NULL };
static const struct sim_accept_config RELAXED = {
	.binding = (const uint8_t *)BINDING,
	.binding_len = sizeof(BINDING) - 1,
};
static const struct sim_accept_config STRICT = {
	.binding = (const uint8_t *)BINDING,
	.binding_len = sizeof(BINDING) - 1,
	.strict_binding = true,
};

/* What gss-ntlmssp never frees: OpenSSL's algorithms, fetched for each login, and its acceptor's
 * names. */
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
};

static int set_up(void **state)
{
	static const char USERS[] = "TESTDOM:monitor:correct horse\n";
	static struct realm realm;
	const char *base = getenv("TMPDIR");
	struct hv_err err = HV_ERR_INIT;

	realm.has_kdc = kdc_start(&realm.kdc, &realm.no_kdc);
	(void)snprintf(realm.ntlm_users, sizeof(realm.ntlm_users), "%s/hv-test-sim-%ld",
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

/* A client that can log in, or a skipped test that says why it cannot. */
static void make_client(const struct realm *realm, enum hv_gss_mechanism mechanism,
	const char *password, struct hv_secret *secret, struct hv_auth *ret)
{
	struct hv_gss_config config = {
		.mechanism = mechanism,
		.service = "HTTP",
		.host = KDC_HOST,
		.user = mechanism == HV_GSS_NTLM ? "TESTDOM\\monitor" : KDC_USER,
		.password = secret,
	};
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;

	if (mechanism != HV_GSS_NTLM && !realm->has_kdc) {
		print_message("skipped: %s\n", realm->no_kdc);
		skip();
	}
	assert_int_equal(hv_secret_set(secret, password, strlen(password), &err), 0);
	if (hv_auth_gss_new(&config, ret, &trouble, &err) == 0)
		return;
	if (!strstr(err.text, "gss-ntlmssp"))
		fail_msg("%s", err.text);
	print_message("skipped: %s\n", err.text);
	skip();
}

/* What the server says last. last is the client's last token. */
static enum sim_accept log_in(struct hv_auth *client, struct sim_acceptor *server,
	const char *binding, struct hv_buf *last)
{
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) theirs = { .max = HV_AUTH_TOKEN_MAX };
	enum sim_accept result = SIM_ACCEPT_MORE;
	bool complete = false;

	assert_int_equal(client->ops->start(client->state, (const uint8_t *)binding,
				 binding ? strlen(binding) : 0, &trouble, &err),
		0);
	for (int leg = 0; leg < HV_AUTH_LEGS_MAX && result == SIM_ACCEPT_MORE; leg++) {
		hv_buf_clear(last);
		if (client->ops->step(client->state, (const uint8_t *)theirs.data, theirs.len, last,
			    &complete, &trouble, &err))
			fail_msg("%s", err.text);
		hv_buf_clear(&theirs);
		result = sim_acceptor_step(server, client->scheme, last->data, last->len, &theirs);
	}
	if (result == SIM_ACCEPT_DONE && !complete) {
		HV_AUTO(buf) nothing = { .max = HV_AUTH_TOKEN_MAX };

		assert_int_equal(client->ops->step(client->state, (const uint8_t *)theirs.data,
					 theirs.len, &nothing, &complete, &trouble, &err),
			0);
		assert_true(complete);
	}
	return result;
}

static enum sim_accept log_in_with(const struct realm *realm, enum hv_gss_mechanism mechanism,
	const char *password, const struct sim_accept_config *config, const char *binding)
{
	HV_AUTO(secret) secret = HV_SECRET_INIT;
	HV_AUTO(auth) client = { .ops = NULL };
	HV_AUTO(buf) last = { .max = HV_AUTH_TOKEN_MAX };
	struct sim_acceptor *server;
	enum sim_accept result;
	unsigned int scheme;

	make_client(realm, mechanism, password, &secret, &client);
	server = sim_acceptor_new(config);
	assert_non_null(server);
	result = log_in(&client, server, binding, &last);
	scheme = sim_acceptor_scheme(server);
	sim_acceptor_free(server);
	assert_int_equal(scheme, result == SIM_ACCEPT_DONE ? client.scheme : 0);
	return result;
}

static struct hv_sealed sealed_of(const struct hv_buf *token, const struct hv_buf *data)
{
	return (struct hv_sealed){
		.token = (const uint8_t *)token->data,
		.token_len = token->len,
		.data = (const uint8_t *)data->data,
		.data_len = data->len,
	};
}

static void assert_unseals(struct hv_auth *client, struct sim_acceptor *server, const char *text)
{
	HV_AUTO(buf) token = { .max = TEXT_MAX };
	HV_AUTO(buf) data = { .max = TEXT_MAX };
	HV_AUTO(buf) plain = { .max = TEXT_MAX };
	struct hv_err err = HV_ERR_INIT;
	struct hv_sealed sealed;

	assert_int_equal(
		client->ops->wrap(client->state, text, strlen(text), &token, &data, &err), 0);
	sealed = sealed_of(&token, &data);
	if (sim_acceptor_unseal(server, &sealed, &plain, &err))
		fail_msg("%s", err.text);
	assert_string_equal(hv_buf_str(&plain), text);
	assert_int_equal(sim_acceptor_unseal(server, &sealed, &plain, &err), -1); /* repeated */
	assert_string_equal(hv_buf_str(&plain), text);
}

static void assert_seals(struct hv_auth *client, struct sim_acceptor *server, const char *text)
{
	HV_AUTO(buf) token = { .max = TEXT_MAX };
	HV_AUTO(buf) data = { .max = TEXT_MAX };
	HV_AUTO(buf) plain = { .max = TEXT_MAX };
	struct hv_err err = HV_ERR_INIT;
	struct hv_sealed sealed;

	assert_int_equal(sim_acceptor_seal(server, text, strlen(text), &token, &data, &err), 0);
	assert_null(memmem(data.data, data.len, text, strlen(text)));
	sealed = sealed_of(&token, &data);
	assert_int_equal(client->ops->unwrap(client->state, &sealed, &plain, &err), 0);
	assert_string_equal(hv_buf_str(&plain), text);
}

static void check_sealing(const struct realm *realm, enum hv_gss_mechanism mechanism)
{
	HV_AUTO(secret) secret = HV_SECRET_INIT;
	HV_AUTO(auth) client = { .ops = NULL };
	HV_AUTO(buf) last = { .max = HV_AUTH_TOKEN_MAX };
	struct sim_acceptor *server;

	make_client(realm, mechanism, KDC_PASSWORD, &secret, &client);
	server = sim_acceptor_new(&PLAIN);
	assert_non_null(server);
	assert_int_equal(log_in(&client, server, NULL, &last), SIM_ACCEPT_DONE);
	assert_seals(&client, server, "<answer one/>");
	assert_seals(&client, server, "<answer number two/>");
	assert_unseals(&client, server, "<request/>");
	/* Another login on the same connection takes the first one's place. */
	assert_int_equal(log_in(&client, server, NULL, &last), SIM_ACCEPT_DONE);
	assert_seals(&client, server, "<answer three/>");
	sim_acceptor_forget(server);
	assert_int_equal(sim_acceptor_scheme(server), 0);
	sim_acceptor_free(server);
}

static void test_sim_accept_seals_with_ntlm(void **state)
{
	check_sealing(*state, HV_GSS_NTLM);
}

static void test_sim_accept_seals_with_kerberos(void **state)
{
	check_sealing(*state, HV_GSS_KERBEROS);
}

static void test_sim_accept_seals_with_spnego(void **state)
{
	check_sealing(*state, HV_GSS_NEGOTIATE);
}

static void test_sim_accept_refuses_a_wrong_password(void **state)
{
	assert_int_equal(
		log_in_with(*state, HV_GSS_NTLM, "wrong", &PLAIN, NULL), SIM_ACCEPT_REFUSED);
}

static void check_binding(const struct realm *realm, enum hv_gss_mechanism mechanism)
{
	static const struct {
		const struct sim_accept_config *server;
		const char *client;
		enum sim_accept result;
	} CASES[] = {
		{ &RELAXED, NULL, SIM_ACCEPT_DONE },
		{ &RELAXED, BINDING, SIM_ACCEPT_DONE },
		{ &RELAXED, OTHER_BINDING, SIM_ACCEPT_REFUSED },
		{ &STRICT, NULL, SIM_ACCEPT_REFUSED },
		{ &STRICT, BINDING, SIM_ACCEPT_DONE },
		{ &STRICT, OTHER_BINDING, SIM_ACCEPT_REFUSED },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		assert_int_equal(log_in_with(realm, mechanism, KDC_PASSWORD, CASES[i].server,
					 CASES[i].client),
			CASES[i].result);
}

static void test_sim_accept_insists_on_bindings_with_ntlm(void **state)
{
	check_binding(*state, HV_GSS_NTLM);
}

static void test_sim_accept_insists_on_bindings_with_kerberos(void **state)
{
	check_binding(*state, HV_GSS_KERBEROS);
}

static void test_sim_accept_insists_on_bindings_with_spnego(void **state)
{
	check_binding(*state, HV_GSS_NEGOTIATE);
}

static void check_replay(const struct realm *realm, enum hv_gss_mechanism mechanism)
{
	HV_AUTO(secret) secret = HV_SECRET_INIT;
	HV_AUTO(auth) client = { .ops = NULL };
	HV_AUTO(buf) last = { .max = HV_AUTH_TOKEN_MAX };
	HV_AUTO(buf) answer = { .max = HV_AUTH_TOKEN_MAX };
	struct sim_acceptor *server;

	make_client(realm, mechanism, KDC_PASSWORD, &secret, &client);
	server = sim_acceptor_new(&PLAIN);
	assert_non_null(server);
	assert_int_equal(log_in(&client, server, NULL, &last), SIM_ACCEPT_DONE);
	assert_int_equal(sim_acceptor_step(server, client.scheme, last.data, last.len, &answer),
		SIM_ACCEPT_REFUSED);
	assert_int_equal(sim_acceptor_scheme(server), 0);
	sim_acceptor_free(server);
}

static void test_sim_accept_refuses_a_repeated_token(void **state)
{
	check_replay(*state, HV_GSS_NTLM);
	check_replay(*state, HV_GSS_KERBEROS);
}

static void test_sim_accept_takes_tickets_alone_as_kerberos(void **state)
{
	HV_AUTO(secret) secret = HV_SECRET_INIT;
	HV_AUTO(auth) client = { .ops = NULL };
	HV_AUTO(buf) hello = { .max = HV_AUTH_TOKEN_MAX };
	HV_AUTO(buf) answer = { .max = HV_AUTH_TOKEN_MAX };
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	struct sim_acceptor *server;
	bool complete = false;

	make_client(*state, HV_GSS_NTLM, KDC_PASSWORD, &secret, &client);
	assert_int_equal(client.ops->start(client.state, NULL, 0, &trouble, &err), 0);
	assert_int_equal(
		client.ops->step(client.state, NULL, 0, &hello, &complete, &trouble, &err), 0);
	server = sim_acceptor_new(&PLAIN);
	assert_non_null(server);
	assert_int_equal(
		sim_acceptor_step(server, HV_SCHEME_KERBEROS, hello.data, hello.len, &answer),
		SIM_ACCEPT_REFUSED);
	assert_int_equal(
		sim_acceptor_step(server, HV_SCHEME_NEGOTIATE, hello.data, hello.len, &answer),
		SIM_ACCEPT_MORE);
	assert_int_equal(sim_acceptor_scheme(server), 0);
	sim_acceptor_free(server);
}

/* An AUTHENTICATE_MESSAGE with an NTLMv2 response that has the given pairs */
static void make_authenticate(struct hv_buf *b, const char *pairs, size_t pairs_len)
{
	static const char zeros[64];
	const size_t response_len = 16 + 28 + pairs_len;
	const char fields[8] = { (char)response_len, 0, (char)response_len, 0, 28, 0, 0, 0 };

	hv_buf_clear(b);
	hv_buf_add(b, "NTLMSSP\0\3\0\0", 12);
	hv_buf_add(b, zeros, 8); /* LmChallengeResponseFields */
	hv_buf_add(b, fields, sizeof(fields));
	hv_buf_add(b, zeros, 16 + 28);
	hv_buf_add(b, pairs, pairs_len);
}

static void test_sim_ntlm_binding_is_found(void **state)
{
	static const char BOUND[] = "\2\0\2\0D\0\12\0\x10\0" /* a name, then the hash */
				    "abcdefghijklmnop\0\0\0";
	static const char UNBOUND[] = "\12\0\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	HV_AUTO(buf) b = { .max = TEXT_MAX };

	(void)state;
	make_authenticate(&b, BOUND, sizeof(BOUND));
	assert_true(sim_ntlm_has_binding(b.data, b.len));
	for (size_t cut = 0; cut < b.len - 4; cut++)
		assert_false(sim_ntlm_has_binding(b.data, cut));
	make_authenticate(&b, UNBOUND, sizeof(UNBOUND));
	assert_false(sim_ntlm_has_binding(b.data, b.len));
	make_authenticate(&b, "\0\0\0\0\12\0\1\0x", 9); /* behind the end */
	assert_false(sim_ntlm_has_binding(b.data, b.len));
	make_authenticate(&b, "", 0);
	assert_false(sim_ntlm_has_binding(b.data, b.len));
}

static void test_sim_inject_reads_what_and_when(void **state)
{
	static const struct {
		const char *text;
		struct sim_inject wanted;
	} CASES[] = {
		{ "drop", { .kind = SIM_INJECT_DROP } },
		{ "drop@3", { .kind = SIM_INJECT_DROP, .at = 3 } },
		{ "401@1", { .kind = SIM_INJECT_401, .at = 1 } },
		{ "empty-500", { .kind = SIM_INJECT_EMPTY_500 } },
		{ "delay:250@2", { .kind = SIM_INJECT_DELAY, .delay_ms = 250, .at = 2 } },
	};
	struct hv_err err = HV_ERR_INIT;
	struct sim_inject inject;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		if (sim_inject_parse(CASES[i].text, &inject, &err))
			fail_msg("%s", err.text);
		assert_int_equal(inject.kind, CASES[i].wanted.kind);
		assert_int_equal(inject.delay_ms, CASES[i].wanted.delay_ms);
		assert_int_equal(inject.at, CASES[i].wanted.at);
	}
}

static void test_sim_inject_refuses_what_it_does_not_know(void **state)
{
	static const char *const CASES[] = { "", "@1", "dropp", "drop@", "drop@0", "drop@x",
		"drop@1@2", "delay", "delay:", "delay:-1", "delay:600001", "402" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		struct sim_inject inject;

		assert_int_equal(sim_inject_parse(CASES[i], &inject, &err), -1);
		assert_true(hv_err_is_set(&err));
	}
}

static void test_sim_inject_hits_its_request(void **state)
{
	static const struct sim_inject LIST[] = {
		{ .kind = SIM_INJECT_DROP, .at = 2 },
		{ .kind = SIM_INJECT_DELAY, .delay_ms = 5 },
		{ .kind = SIM_INJECT_DELAY, .delay_ms = 7, .at = 2 },
	};
	unsigned int ms;

	(void)state;
	assert_int_equal(sim_inject_at(LIST, HV_ARRAY_LEN(LIST), 1, &ms), SIM_INJECT_DELAY);
	assert_int_equal(ms, 5);
	assert_int_equal(sim_inject_at(LIST, HV_ARRAY_LEN(LIST), 2, &ms),
		SIM_INJECT_DROP | SIM_INJECT_DELAY);
	assert_int_equal(ms, 12);
	assert_int_equal(sim_inject_at(LIST, 1, 3, &ms), 0);
	assert_int_equal(ms, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sim_accept_seals_with_ntlm),
		cmocka_unit_test(test_sim_accept_seals_with_kerberos),
		cmocka_unit_test(test_sim_accept_seals_with_spnego),
		cmocka_unit_test(test_sim_accept_refuses_a_wrong_password),
		cmocka_unit_test(test_sim_accept_insists_on_bindings_with_ntlm),
		cmocka_unit_test(test_sim_accept_insists_on_bindings_with_kerberos),
		cmocka_unit_test(test_sim_accept_insists_on_bindings_with_spnego),
		cmocka_unit_test(test_sim_accept_refuses_a_repeated_token),
		cmocka_unit_test(test_sim_accept_takes_tickets_alone_as_kerberos),
		cmocka_unit_test(test_sim_ntlm_binding_is_found),
		cmocka_unit_test(test_sim_inject_reads_what_and_when),
		cmocka_unit_test(test_sim_inject_refuses_what_it_does_not_know),
		cmocka_unit_test(test_sim_inject_hits_its_request),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
