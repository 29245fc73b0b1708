/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transport against a real HTTP server in this process, with and without TLS. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <microhttpd.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/buf.h"
#include "base/file.h"
#include "wsman/transport-curl.h"

/* A resolver's thread that outlives its transfer, as the transport asks for (CURLOPT_QUICK_EXIT),
 * frees its part only when it ends. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libcurl.so\n";
}

enum { PEM_MAX = 1 << 16, PATH_TEXT_MAX = 256, BIG = 100000, ANSWER_MAX = 50000, DAY = 86400 };

struct pem {
	struct hv_buf certificate;
	struct hv_buf key;
};

/* What the server saw of the last request, besides its own handle */
struct server {
	struct MHD_Daemon *daemon;
	unsigned int port;
	char headers[2048];
	char body[64];
	size_t body_len;
	unsigned int requests;
	bool hangs_up; /* at the next request, once */
};

static hv_usec monotonic(void *state)
{
	struct timespec t;

	(void)state;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (hv_usec)t.tv_sec * HV_USEC_PER_SEC + t.tv_nsec / 1000;
}

static struct hv_deadline seconds_from_now(int seconds)
{
	return (struct hv_deadline){ .now = monotonic,
		.at = monotonic(NULL) + seconds * HV_USEC_PER_SEC };
}

static enum MHD_Result note_header(
	void *user, enum MHD_ValueKind kind, const char *key, const char *value)
{
	struct server *s = user;
	size_t used = strlen(s->headers);

	(void)kind;
	(void)snprintf(
		s->headers + used, sizeof(s->headers) - used, "%s: %s\n", key, value ? value : "");
	return MHD_YES;
}

static enum MHD_Result answer(struct MHD_Connection *c, unsigned int status, const char *body,
	size_t len, const char *header, const char *value)
{
	void *copy = NULL;
	struct MHD_Response *r;
	enum MHD_Result result;

	memcpy(&copy, &body, sizeof(copy));
	r = MHD_create_response_from_buffer(len, copy, MHD_RESPMEM_MUST_COPY);
	(void)MHD_add_response_header(r, "Content-Type", "application/soap+xml;charset=UTF-8");
	if (header)
		(void)MHD_add_response_header(r, header, value);
	if (status == 401)
		(void)MHD_add_response_header(r, "WWW-Authenticate", "Basic realm=\"WSMAN\"");
	result = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result route(struct MHD_Connection *c, const char *url)
{
	static const char big[BIG];

	if (strcmp(url, "/401") == 0)
		return answer(c, 401, "", 0, "WWW-Authenticate", "Negotiate YWJj");
	if (strcmp(url, "/500") == 0)
		return answer(c, 500, "<fault/>", 8, NULL, NULL);
	if (strcmp(url, "/big") == 0)
		return answer(c, 200, big, sizeof(big), NULL, NULL);
	if (strcmp(url, "/redirect") == 0)
		return answer(c, 302, "", 0, "Location", "/500");
	if (strcmp(url, "/close") == 0)
		return answer(c, 200, "<bye/>", 6, "Connection", "close");
	if (strcmp(url, "/slow") == 0)
		(void)nanosleep(&(const struct timespec){ .tv_sec = 2 }, NULL);
	return answer(c, 200, "<answer/>", 9, NULL, NULL);
}

static enum MHD_Result handle(void *user, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_len,
	void **request)
{
	struct server *s = user;

	(void)version;
	if (!*request) {
		*request = s;
		s->requests++;
		s->headers[0] = '\0';
		s->body_len = 0;
		note_header(s, MHD_HEADER_KIND, "Method", method);
		(void)MHD_get_connection_values(c, MHD_HEADER_KIND, note_header, s);
		return MHD_YES;
	}
	if (*upload_len > 0) {
		size_t left = sizeof(s->body) - s->body_len;
		size_t n = *upload_len < left ? *upload_len : left;

		memcpy(s->body + s->body_len, upload, n);
		s->body_len += n;
		*upload_len = 0;
		return MHD_YES;
	}
	if (s->hangs_up) {
		s->hangs_up = false;
		return MHD_NO;
	}
	return route(c, url);
}

/* Plain HTTP when pem is NULL */
static void start_server(struct server *s, const struct pem *pem)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) },
	};
	unsigned int flags = MHD_USE_INTERNAL_POLLING_THREAD | (pem ? MHD_USE_TLS : 0U);

	*s = (struct server){ .daemon = NULL };
	if (pem)
		s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR,
			&address, MHD_OPTION_HTTPS_MEM_CERT, hv_buf_str(&pem->certificate),
			MHD_OPTION_HTTPS_MEM_KEY, hv_buf_str(&pem->key), MHD_OPTION_END);
	else
		s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, handle, s, MHD_OPTION_SOCK_ADDR,
			&address, MHD_OPTION_END);
	assert_non_null(s->daemon);
	s->port = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static void stop_server(struct server *s)
{
	MHD_stop_daemon(s->daemon);
}

static void connect_to(struct hv_curl_config config, struct hv_transport *ret)
{
	struct hv_err err = HV_ERR_INIT;

	if (!config.host)
		config.host = "127.0.0.1";
	if (!config.path)
		config.path = "/wsman";
	if (!config.deadline.now)
		config.deadline = seconds_from_now(20);
	if (hv_transport_curl_new(&config, ret, &err))
		fail_msg("%s", err.text);
}

static int post(struct hv_transport *t, const char *body, const char *authorization,
	struct hv_http_answer *ret, enum hv_trouble *trouble, struct hv_err *err)
{
	const struct hv_http_request request = {
		.content_type = "application/soap+xml;charset=UTF-8",
		.authorization = authorization,
		.body = body,
		.body_len = strlen(body),
	};

	return t->ops->post(t->state, &request, ret, trouble, err);
}

static void test_transport_sends_what_winrm_wants(void **state)
{
	HV_AUTO(transport) t = { .ops = NULL };
	HV_AUTO(http_answer) a = { .status = 0 };
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	struct server s;

	(void)state;
	start_server(&s, NULL);
	hv_http_answer_init(&a, ANSWER_MAX);
	connect_to((struct hv_curl_config){ .port = s.port }, &t);
	assert_int_equal(post(&t, "<ask/>", "Negotiate YWJj", &a, &trouble, &err), 0);
	assert_int_equal(a.status, 200);
	assert_true(a.new_connection);
	assert_string_equal(hv_buf_str(&a.body), "<answer/>");
	assert_string_equal(a.content_type, "application/soap+xml;charset=UTF-8");
	assert_true(llabs(a.date - time(NULL) * HV_USEC_PER_SEC) < 60 * HV_USEC_PER_SEC);
	assert_true(a.times.connect > 0);
	assert_int_equal(a.times.tls, 0);
	assert_int_equal(s.body_len, 6);
	assert_memory_equal(s.body, "<ask/>", 6);
	assert_non_null(strstr(s.headers, "Method: POST\n"));
	assert_non_null(strstr(s.headers, "Authorization: Negotiate YWJj\n"));
	assert_non_null(strstr(s.headers, "Accept-Encoding: identity\n"));
	assert_null(strstr(s.headers, "Expect:"));

	/* An empty body on the same connection, and no header of the request before */
	assert_int_equal(post(&t, "", NULL, &a, &trouble, &err), 0);
	assert_false(a.new_connection);
	assert_non_null(strstr(s.headers, "Content-Length: 0\n"));
	assert_null(strstr(s.headers, "Authorization:"));

	t.ops->disconnect(t.state);
	assert_int_equal(post(&t, "", NULL, &a, &trouble, &err), 0);
	assert_true(a.new_connection);
	assert_int_equal(post(&t, "", NULL, &a, &trouble, &err), 0);
	assert_false(a.new_connection);
	stop_server(&s);
}

static int post_as(struct hv_transport *t, bool once, struct hv_http_answer *ret,
	enum hv_trouble *trouble, struct hv_err *err)
{
	const struct hv_http_request request = {
		.content_type = "application/soap+xml;charset=UTF-8",
		.body = "<ask/>",
		.body_len = 6,
		.once = once,
	};

	return t->ops->post(t->state, &request, ret, trouble, err);
}

/* libcurl would send it again over a new connection. */
static void test_transport_sends_once_what_must_not_come_twice(void **state)
{
	HV_AUTO(http_answer) a = { .status = 0 };
	struct server s;

	(void)state;
	hv_http_answer_init(&a, ANSWER_MAX);
	for (int once = 0; once < 2; once++) {
		HV_AUTO(transport) t = { .ops = NULL };
		enum hv_trouble trouble = HV_TROUBLE_NONE;
		struct hv_err err = HV_ERR_INIT;

		start_server(&s, NULL);
		connect_to((struct hv_curl_config){ .port = s.port }, &t);
		assert_int_equal(post_as(&t, once, &a, &trouble, &err), 0);
		assert_memory_equal(s.body, "<ask/>", 6);
		s.hangs_up = true;
		assert_int_equal(post_as(&t, once, &a, &trouble, &err), once ? -1 : 0);
		assert_int_equal(trouble, once ? HV_TROUBLE_BROKEN : HV_TROUBLE_NONE);
		assert_int_equal(s.requests, once ? 2 : 3);
		stop_server(&s);
	}
}

static void test_transport_takes_any_status(void **state)
{
	static const struct {
		const char *path;
		int status;
		const char *authenticate;
		const char *body;
	} STATUSES[] = {
		{ "/401", 401, "Negotiate YWJj\nBasic realm=\"WSMAN\"\n", "" },
		{ "/500", 500, "", "<fault/>" },
		{ "/redirect", 302, "", "" },
	};
	struct server s;

	(void)state;
	start_server(&s, NULL);
	for (size_t i = 0; i < HV_ARRAY_LEN(STATUSES); i++) {
		HV_AUTO(transport) t = { .ops = NULL };
		HV_AUTO(http_answer) a = { .status = 0 };
		enum hv_trouble trouble = HV_TROUBLE_NONE;
		struct hv_err err = HV_ERR_INIT;

		hv_http_answer_init(&a, ANSWER_MAX);
		connect_to((struct hv_curl_config){ .port = s.port, .path = STATUSES[i].path }, &t);
		assert_int_equal(post(&t, "<ask/>", NULL, &a, &trouble, &err), 0);
		assert_int_equal(a.status, STATUSES[i].status);
		assert_string_equal(hv_buf_str(&a.authenticate), STATUSES[i].authenticate);
		assert_string_equal(hv_buf_str(&a.body), STATUSES[i].body);
	}
	stop_server(&s);
}

static void test_transport_tells_a_closed_connection(void **state)
{
	HV_AUTO(transport) t = { .ops = NULL };
	HV_AUTO(http_answer) a = { .status = 0 };
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	struct server s;

	(void)state;
	start_server(&s, NULL);
	hv_http_answer_init(&a, ANSWER_MAX);
	connect_to((struct hv_curl_config){ .port = s.port, .path = "/close" }, &t);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(post(&t, "", NULL, &a, &trouble, &err), 0);
		assert_true(a.new_connection);
		assert_string_equal(hv_buf_str(&a.body), "<bye/>");
	}
	stop_server(&s);
}

static void check_failure(struct hv_curl_config config, enum hv_trouble expected, const char *text)
{
	HV_AUTO(transport) t = { .ops = NULL };
	HV_AUTO(http_answer) a = { .status = 0 };
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;

	hv_http_answer_init(&a, ANSWER_MAX);
	connect_to(config, &t);
	if (post(&t, "<ask/>", NULL, &a, &trouble, &err) == 0 || trouble != expected ||
		!strstr(err.text, text))
		fail_msg("expected %d: trouble %d, %s", (int)expected, (int)trouble, err.text);
}

static unsigned int closed_port(void)
{
	struct server s;

	start_server(&s, NULL);
	stop_server(&s);
	return s.port;
}

static void test_transport_tells_failures_apart(void **state)
{
	struct server s;

	(void)state;
	start_server(&s, NULL);
	check_failure((struct hv_curl_config){ .port = closed_port() }, HV_TROUBLE_REFUSED,
		"Failed to connect to 127.0.0.1 port");
	check_failure((struct hv_curl_config){ .port = s.port, .host = "no-such-host.invalid" },
		HV_TROUBLE_RESOLVE, "no-such-host.invalid");
	check_failure((struct hv_curl_config){ .port = s.port, .path = "/big" },
		HV_TROUBLE_TOO_LARGE, "larger than 50000 bytes");
	check_failure(
		(struct hv_curl_config){
			.port = s.port, .path = "/slow", .deadline = seconds_from_now(1) },
		HV_TROUBLE_TIMEOUT, "timed out");
	check_failure((struct hv_curl_config){ .port = s.port, .deadline = seconds_from_now(0) },
		HV_TROUBLE_TIMEOUT, "no time left");
	check_failure((struct hv_curl_config){ .port = s.port, .tls = true }, HV_TROUBLE_TLS, "");
	stop_server(&s);
}

static void test_transport_refuses_what_is_no_host(void **state)
{
	static const char *const HOSTS[] = { "", "a/b", "a@b", "a b", "[::1]", "a\nb" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(HOSTS); i++) {
		const struct hv_curl_config config = { .host = HOSTS[i], .path = "/wsman" };
		struct hv_transport t;
		struct hv_err err = HV_ERR_INIT;

		assert_int_equal(hv_transport_curl_new(&config, &t, &err), -1);
		assert_int_equal(err.kind, HV_ERR_ARGUMENT);
	}
}

static void take_pem(BIO *bio, struct hv_buf *ret)
{
	char *data = NULL;
	long len = BIO_get_mem_data(bio, &data);

	assert_true(len > 0);
	hv_buf_init(ret, PEM_MAX);
	hv_buf_add(ret, data, (size_t)len);
	(void)BIO_free(bio);
}

/* A self-signed certificate for hv1.test.invalid that ends some days from now */
static void make_certificate(struct pem *ret, int days)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	X509_EXTENSION *names =
		X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:hv1.test.invalid");
	BIO *certificate = BIO_new(BIO_s_mem());
	BIO *key_text = BIO_new(BIO_s_mem());

	assert_non_null(key);
	(void)X509_set_version(x, 2);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	(void)X509_gmtime_adj(X509_getm_notBefore(x), -10L * DAY);
	(void)X509_gmtime_adj(X509_getm_notAfter(x), (long)days * DAY);
	(void)X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
		(const unsigned char *)"hv1.test.invalid", -1, -1, 0);
	(void)X509_set_issuer_name(x, X509_get_subject_name(x));
	(void)X509_set_pubkey(x, key);
	(void)X509_add_ext(x, names, -1);
	assert_true(X509_sign(x, key, EVP_sha384()) > 0);
	assert_int_equal(PEM_write_bio_X509(certificate, x), 1);
	assert_int_equal(
		PEM_write_bio_PKCS8PrivateKey(key_text, key, NULL, NULL, 0, NULL, NULL), 1);
	take_pem(certificate, &ret->certificate);
	take_pem(key_text, &ret->key);
	X509_EXTENSION_free(names);
	X509_free(x);
	EVP_PKEY_free(key);
}

static void free_certificate(struct pem *pem)
{
	hv_buf_done(&pem->certificate);
	hv_buf_done(&pem->key);
}

static void write_ca(char path[PATH_TEXT_MAX], const struct pem *pem)
{
	const char *base = getenv("TMPDIR");
	struct hv_err err = HV_ERR_INIT;

	(void)snprintf(
		path, PATH_TEXT_MAX, "%s/hv-test-ca-%ld", base ? base : "/tmp", (long)getpid());
	assert_int_equal(
		hv_file_write_atomic(path, pem->certificate.data, pem->certificate.len, 0600, &err),
		0);
}

static void test_transport_verifies_certificates(void **state)
{
	struct server good;
	struct server old;
	struct pem valid;
	struct pem expired;
	char ca[PATH_TEXT_MAX];

	(void)state;
	make_certificate(&valid, 10);
	make_certificate(&expired, -1);
	start_server(&good, &valid);
	start_server(&old, &expired);
	write_ca(ca, &valid);
	check_failure(
		(struct hv_curl_config){
			.port = good.port, .tls = true, .tls_server_name = "hv1.test.invalid" },
		HV_TROUBLE_TLS_UNKNOWN_CA, "");
	check_failure((struct hv_curl_config){ .port = good.port, .tls = true, .ca_file = ca },
		HV_TROUBLE_TLS_NAME, "");
	check_failure(
		(struct hv_curl_config){
			.port = good.port, .tls = true, .ca_file = "/nonexistent" },
		HV_TROUBLE_LOCAL, "");
	write_ca(ca, &expired);
	check_failure((struct hv_curl_config){ .port = old.port,
			      .tls = true,
			      .ca_file = ca,
			      .tls_server_name = "hv1.test.invalid" },
		HV_TROUBLE_TLS_EXPIRED, "");
	(void)unlink(ca);
	stop_server(&good);
	stop_server(&old);
	free_certificate(&valid);
	free_certificate(&expired);
}

/* The hash of the certificate by the algorithm of its signature */
static void expect_binding(const struct pem *pem, const uint8_t *binding, size_t len)
{
	static const char PREFIX[] = "tls-server-end-point:";
	BIO *bio = BIO_new_mem_buf(pem->certificate.data, (int)pem->certificate.len);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len = 0;

	assert_int_equal(X509_digest(x, EVP_sha384(), digest, &digest_len), 1);
	assert_int_equal(len, strlen(PREFIX) + digest_len);
	assert_memory_equal(binding, PREFIX, strlen(PREFIX));
	assert_memory_equal(binding + strlen(PREFIX), digest, digest_len);
	X509_free(x);
	(void)BIO_free(bio);
}

static void test_transport_knows_the_channel_binding(void **state)
{
	HV_AUTO(transport) t = { .ops = NULL };
	HV_AUTO(http_answer) a = { .status = 0 };
	enum hv_trouble trouble = HV_TROUBLE_NONE;
	struct hv_err err = HV_ERR_INIT;
	struct server s;
	struct pem pem;
	char ca[PATH_TEXT_MAX];
	uint8_t binding[HV_HTTP_BINDING_MAX];
	size_t len = 1;

	(void)state;
	make_certificate(&pem, 10);
	start_server(&s, &pem);
	write_ca(ca, &pem);
	hv_http_answer_init(&a, ANSWER_MAX);
	connect_to((struct hv_curl_config){ .port = s.port,
			   .tls = true,
			   .ca_file = ca,
			   .tls_server_name = "hv1.test.invalid" },
		&t);
	t.ops->binding(t.state, binding, &len);
	assert_int_equal(len, 0);
	for (int i = 0; i < 2; i++) {
		if (post(&t, "<ask/>", NULL, &a, &trouble, &err))
			fail_msg("%s", err.text);
		assert_int_equal(a.new_connection, i == 0);
		t.ops->binding(t.state, binding, &len);
		expect_binding(&pem, binding, len);
	}
	(void)unlink(ca);
	stop_server(&s);
	free_certificate(&pem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transport_sends_what_winrm_wants),
		cmocka_unit_test(test_transport_sends_once_what_must_not_come_twice),
		cmocka_unit_test(test_transport_takes_any_status),
		cmocka_unit_test(test_transport_tells_a_closed_connection),
		cmocka_unit_test(test_transport_tells_failures_apart),
		cmocka_unit_test(test_transport_refuses_what_is_no_host),
		cmocka_unit_test(test_transport_verifies_certificates),
		cmocka_unit_test(test_transport_knows_the_channel_binding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
