/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HTTP by libcurl: one easy handle with one connection, so that a login stays where it was made.
 * libcurl's own authentication is not used: it can log in, but not seal. */
#include "wsman/transport-curl.h"

#include <curl/curl.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/alloc.h"
#include "wsman/tls-binding.h"

enum { URL_MAX = 2048, AUTHORIZATION_MAX = 128 * 1024, DATE_TEXT_MAX = 64 };

/* Results of the verification of a certificate [OpenSSL X509_STORE_CTX_get_error] */
enum {
	VERIFY_OK = 0,
	VERIFY_UNSPECIFIED = 1,
	VERIFY_NO_ISSUER = 2,
	VERIFY_NOT_YET_VALID = 9,
	VERIFY_EXPIRED = 10,
	VERIFY_SELF_SIGNED = 18,
	VERIFY_SELF_SIGNED_IN_CHAIN = 19,
	VERIFY_NO_ISSUER_LOCALLY = 20,
	VERIFY_NO_LEAF_SIGNATURE = 21,
	VERIFY_NAME = 62,
	VERIFY_ADDRESS = 64,
};

struct curl_transport {
	CURL *easy;
	struct hv_deadline deadline;
	struct curl_slist *connect_to;
	char message[CURL_ERROR_SIZE];
	struct hv_http_answer *answer; /* while a transfer runs */
	const char *unsent;            /* of a body that must not be sent twice */
	size_t unsent_len;
	size_t header_bytes;
	bool too_large;
	uint8_t binding[HV_HTTP_BINDING_MAX];
	size_t binding_len;
};

static size_t take_body(char *bytes, size_t size, size_t count, void *user)
{
	struct curl_transport *t = user;

	hv_buf_add(&t->answer->body, bytes, size * count);
	if (!hv_buf_failed(&t->answer->body))
		return count;
	t->too_large = t->answer->body.overflow;
	return 0;
}

/* The value of the header in a line as it came, without its line end. */
static bool header_value(
	const char *line, size_t len, const char *name, const char **ret, size_t *ret_len)
{
	size_t n = strlen(name);

	if (len <= n || strncasecmp(line, name, n) != 0 || line[n] != ':')
		return false;
	for (n++; n < len && (line[n] == ' ' || line[n] == '\t'); n++)
		continue;
	while (len > n && strchr(" \t\r\n", line[len - 1]))
		len--;
	*ret = line + n;
	*ret_len = len - n;
	return !memchr(*ret, '\0', *ret_len);
}

static hv_usec date_of(const char *value, size_t len)
{
	char text[DATE_TEXT_MAX];
	time_t seconds;

	if (len >= sizeof(text))
		return 0;
	memcpy(text, value, len);
	text[len] = '\0';
	seconds = curl_getdate(text, NULL);
	return seconds > 0 ? seconds * HV_USEC_PER_SEC : 0;
}

/* What an interim answer (100 Continue) said is not the answer. */
static void begin_answer(struct hv_http_answer *answer)
{
	answer->content_type[0] = '\0';
	answer->date = 0;
	hv_buf_clear(&answer->authenticate);
}

static size_t take_header(char *line, size_t size, size_t count, void *user)
{
	struct curl_transport *t = user;
	struct hv_http_answer *answer = t->answer;
	const char *value;
	size_t len = size * count;
	size_t value_len;

	t->header_bytes += len;
	if (t->header_bytes > HV_HTTP_HEADERS_MAX) {
		t->too_large = true;
		return 0;
	}
	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0)
		begin_answer(answer);
	if (header_value(line, len, "Content-Type", &value, &value_len) &&
		value_len < sizeof(answer->content_type)) {
		memcpy(answer->content_type, value, value_len);
		answer->content_type[value_len] = '\0';
	}
	if (header_value(line, len, "Date", &value, &value_len))
		answer->date = date_of(value, value_len);
	if (header_value(line, len, "WWW-Authenticate", &value, &value_len)) {
		hv_buf_add(&answer->authenticate, value, value_len);
		hv_buf_addc(&answer->authenticate, '\n');
	}
	return hv_buf_failed(&answer->authenticate) ? 0 : count;
}

static enum hv_trouble trouble_of_certificate(CURL *easy)
{
	long result = VERIFY_OK;

	(void)curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
	switch (result) {
	case VERIFY_EXPIRED:
	case VERIFY_NOT_YET_VALID:
		return HV_TROUBLE_TLS_EXPIRED;
	case VERIFY_NO_ISSUER:
	case VERIFY_SELF_SIGNED:
	case VERIFY_SELF_SIGNED_IN_CHAIN:
	case VERIFY_NO_ISSUER_LOCALLY:
	case VERIFY_NO_LEAF_SIGNATURE:
		return HV_TROUBLE_TLS_UNKNOWN_CA;
	case VERIFY_OK:          /* libcurl itself compares the name, when the chain is good, */
	case VERIFY_UNSPECIFIED: /* before it takes the result over */
	case VERIFY_NAME:
	case VERIFY_ADDRESS:
		return HV_TROUBLE_TLS_NAME;
	}
	return HV_TROUBLE_TLS;
}

static enum hv_trouble trouble_of_connect(CURL *easy)
{
	long system_error = 0;

	(void)curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
	return system_error == ECONNREFUSED ? HV_TROUBLE_REFUSED : HV_TROUBLE_UNREACHABLE;
}

/* A name that was not resolved in time is no host that did not answer. */
static enum hv_trouble trouble_of_timeout(CURL *easy)
{
	curl_off_t lookup = 0;

	(void)curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &lookup);
	return lookup > 0 ? HV_TROUBLE_TIMEOUT : HV_TROUBLE_RESOLVE;
}

static enum hv_trouble trouble_of(const struct curl_transport *t, CURLcode code)
{
	static const struct {
		CURLcode code;
		enum hv_trouble trouble;
	} KNOWN[] = {
		{ CURLE_COULDNT_RESOLVE_HOST, HV_TROUBLE_RESOLVE },
		{ CURLE_COULDNT_RESOLVE_PROXY, HV_TROUBLE_RESOLVE },
		{ CURLE_SSL_CONNECT_ERROR, HV_TROUBLE_TLS },
		{ CURLE_SSL_CIPHER, HV_TROUBLE_TLS },
		{ CURLE_SSL_ISSUER_ERROR, HV_TROUBLE_TLS_UNKNOWN_CA },
		{ CURLE_SSL_CACERT_BADFILE, HV_TROUBLE_LOCAL },
		{ CURLE_SSL_CERTPROBLEM, HV_TROUBLE_LOCAL },
		{ CURLE_SSL_ENGINE_INITFAILED, HV_TROUBLE_LOCAL },
		{ CURLE_OUT_OF_MEMORY, HV_TROUBLE_LOCAL },
		{ CURLE_URL_MALFORMAT, HV_TROUBLE_LOCAL },
	};

	if (t->too_large)
		return HV_TROUBLE_TOO_LARGE;
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return trouble_of_certificate(t->easy);
	if (code == CURLE_COULDNT_CONNECT)
		return trouble_of_connect(t->easy);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return trouble_of_timeout(t->easy);
	for (size_t i = 0; i < HV_ARRAY_LEN(KNOWN); i++) {
		if (KNOWN[i].code == code)
			return KNOWN[i].trouble;
	}
	return HV_TROUBLE_BROKEN;
}

static int transfer_failed(
	struct curl_transport *t, CURLcode code, enum hv_trouble *ret_trouble, struct hv_err *err)
{
	const char *message = t->message[0] != '\0' ? t->message : curl_easy_strerror(code);

	*ret_trouble = trouble_of(t, code);
	if (*ret_trouble == HV_TROUBLE_TOO_LARGE)
		return hv_err_set(err, HV_ERR_LIMIT, "the answer is larger than %zu bytes",
			t->answer->body.overflow ? t->answer->body.max
						 : (size_t)HV_HTTP_HEADERS_MAX);
	if (hv_buf_failed(&t->answer->body) || code == CURLE_OUT_OF_MEMORY)
		return hv_err_no_memory(err);
	/* libcurl would have to send a body again that must not be repeated. */
	if (code == CURLE_SEND_FAIL_REWIND)
		message = "the connection was lost with a request that must not be repeated";
	return hv_err_set(err, HV_ERR_IO, "%s", message);
}

/* Milliseconds left, as libcurl counts them: 0 would mean no limit. */
static int set_time_left(struct curl_transport *t, enum hv_trouble *ret_trouble, struct hv_err *err)
{
	hv_usec left = hv_usec_sub(t->deadline.at, t->deadline.now(t->deadline.state));
	long ms;

	if (left < 1000) {
		*ret_trouble = HV_TROUBLE_TIMEOUT;
		return hv_err_set(err, HV_ERR_IO, "no time left");
	}
	ms = left / 1000 > INT_MAX ? INT_MAX : (long)(left / 1000);
	(void)curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, ms);
	(void)curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, ms);
	return 0;
}

static bool add_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer)
		*list = longer;
	return longer != NULL;
}

static bool add_header_value(struct curl_slist **list, const char *name, const char *value)
{
	HV_AUTO(buf) line = { .max = AUTHORIZATION_MAX };
	bool good;

	hv_buf_addf(&line, "%s: %s", name, value);
	good = !hv_buf_failed(&line) && add_header(list, hv_buf_str(&line));
	/* May be a password. libcurl's own copies are out of reach. */
	if (line.data)
		explicit_bzero(line.data, line.capacity);
	return good;
}

/* Expect would cost a second when it is ignored; compression would break the framing. */
static bool make_headers(const struct hv_http_request *request, struct curl_slist **ret)
{
	return add_header(ret, "Expect:") && add_header(ret, "Accept:") &&
	       add_header(ret, "Accept-Encoding: identity") &&
	       add_header_value(ret, "Content-Type", request->content_type) &&
	       (!request->authorization ||
		       add_header_value(ret, "Authorization", request->authorization));
}

/* The certificate is known only from the transfer that made the connection. */
static void keep_binding(struct curl_transport *t)
{
	struct curl_certinfo *info = NULL;

	t->binding_len = 0;
	if (curl_easy_getinfo(t->easy, CURLINFO_CERTINFO, &info) != CURLE_OK || !info ||
		info->num_of_certs < 1)
		return;
	for (const struct curl_slist *line = info->certinfo[0]; line; line = line->next) {
		if (strncmp(line->data, "Cert:", 5) == 0)
			(void)hv_tls_binding(line->data + 5, t->binding, &t->binding_len);
	}
}

static size_t give_body(char *buffer, size_t size, size_t count, void *user)
{
	struct curl_transport *t = user;
	size_t len = size * count < t->unsent_len ? size * count : t->unsent_len;

	memcpy(buffer, t->unsent, len);
	t->unsent += len;
	t->unsent_len -= len;
	return len;
}

/* libcurl sends a request again, unseen, when a connection that was used before breaks. It cannot
 * when the body comes from a stream that does not go back. */
static void set_body(struct curl_transport *t, const struct hv_http_request *request)
{
	/* An empty body still has to be one: a NULL would make libcurl read it from a stream. */
	const void *body = request->body_len > 0 ? request->body : "";

	t->unsent = body;
	t->unsent_len = request->body_len;
	(void)curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, request->once ? NULL : body);
}

static CURLcode transfer(
	struct curl_transport *t, const struct hv_http_request *request, struct curl_slist *headers)
{
	CURLcode code;

	(void)curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, headers);
	set_body(t, request);
	(void)curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
	t->message[0] = '\0';
	t->header_bytes = 0;
	t->too_large = false;
	code = curl_easy_perform(t->easy);
	(void)curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 0L);
	(void)curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, NULL);
	(void)curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, "");
	return code;
}

static hv_usec time_of(CURL *easy, CURLINFO info)
{
	curl_off_t usec = 0;

	return curl_easy_getinfo(easy, info, &usec) == CURLE_OK ? (hv_usec)usec : 0;
}

static struct hv_http_times times_of(CURL *easy)
{
	return (struct hv_http_times){
		.lookup = time_of(easy, CURLINFO_NAMELOOKUP_TIME_T),
		.connect = time_of(easy, CURLINFO_CONNECT_TIME_T),
		.tls = time_of(easy, CURLINFO_APPCONNECT_TIME_T),
	};
}

static void clear_answer(struct hv_http_answer *answer)
{
	answer->times = (struct hv_http_times){ .lookup = 0 };
	answer->status = 0;
	answer->new_connection = false;
	begin_answer(answer);
	hv_buf_clear(&answer->body);
}

static int curl_post(void *state, const struct hv_http_request *request, struct hv_http_answer *ret,
	enum hv_trouble *ret_trouble, struct hv_err *err)
{
	struct curl_transport *t = state;
	struct curl_slist *headers = NULL;
	CURLcode code;
	long status = 0;
	long connects = 0;

	if (set_time_left(t, ret_trouble, err))
		return -1;
	if (!make_headers(request, &headers)) {
		curl_slist_free_all(headers);
		*ret_trouble = HV_TROUBLE_LOCAL;
		return hv_err_set(err, HV_ERR_LIMIT, "headers too large");
	}
	clear_answer(ret);
	t->answer = ret;
	code = transfer(t, request, headers);
	curl_slist_free_all(headers);
	ret->times = times_of(t->easy);
	if (code != CURLE_OK)
		return transfer_failed(t, code, ret_trouble, err);
	(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connects);
	ret->status = (int)status;
	ret->new_connection = connects > 0;
	if (ret->new_connection)
		keep_binding(t);
	return 0;
}

static void curl_binding(void *state, uint8_t ret[HV_HTTP_BINDING_MAX], size_t *ret_len)
{
	const struct curl_transport *t = state;

	memcpy(ret, t->binding, t->binding_len);
	*ret_len = t->binding_len;
}

/* libcurl has no call for this. The next transfer is told not to reuse; the old connection is
 * closed then, as there is room for one. */
static void curl_disconnect(void *state)
{
	struct curl_transport *t = state;

	(void)curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
}

static void curl_done(void *state)
{
	struct curl_transport *t = state;

	curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->connect_to);
	hv_free(t);
}

static const struct hv_transport_ops CURL_OPS = {
	.post = curl_post,
	.binding = curl_binding,
	.disconnect = curl_disconnect,
	.done = curl_done,
};

static CURLcode set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/* A resolver that hangs must not be waited for when the deadline has passed. */
static void set_quick_exit(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075700
	(void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
	(void)easy;
#endif
}

static void set_callbacks(struct curl_transport *t)
{
	(void)curl_easy_setopt(t->easy, CURLOPT_READFUNCTION, give_body);
	(void)curl_easy_setopt(t->easy, CURLOPT_READDATA, t);
	(void)curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, take_body);
	(void)curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	(void)curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, take_header);
	(void)curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	(void)curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->message);
}

static bool set_http(struct curl_transport *t, const struct hv_curl_config *config)
{
	CURL *easy = t->easy;

	set_callbacks(t);
	set_quick_exit(easy);
	return set_protocols(easy) == CURLE_OK &&
	       (config->environment_proxy ||
		       curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK) &&
	       curl_easy_setopt(easy, CURLOPT_POST, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) ==
		       CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_MAXCONNECTS, 1L) == CURLE_OK;
}

static bool set_file(CURL *easy, CURLoption option, const char *path)
{
	return !path || curl_easy_setopt(easy, option, path) == CURLE_OK;
}

static bool set_tls(struct curl_transport *t, const struct hv_curl_config *config)
{
	CURL *easy = t->easy;
	long verify = config->insecure ? 0 : 1;

	return curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verify * 2) == CURLE_OK &&
	       curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L) == CURLE_OK &&
	       set_file(easy, CURLOPT_CAINFO, config->ca_file) &&
	       set_file(easy, CURLOPT_SSLCERT, config->certificate) &&
	       set_file(easy, CURLOPT_SSLKEY, config->certificate_key);
}

static void add_host(struct hv_buf *b, const char *host)
{
	if (strchr(host, ':'))
		hv_buf_addf(b, "[%s]", host);
	else
		hv_buf_adds(b, host);
}

/* The URL names whom the certificate has to be for; where to connect to is said apart. */
static bool set_address(struct curl_transport *t, const struct hv_curl_config *config)
{
	const char *name =
		config->tls && config->tls_server_name ? config->tls_server_name : config->host;
	HV_AUTO(buf) url = { .max = URL_MAX };
	HV_AUTO(buf) connect_to = { .max = URL_MAX };

	hv_buf_addf(&url, "%s://", config->tls ? "https" : "http");
	add_host(&url, name);
	hv_buf_addf(&url, ":%u%s", config->port, config->path);
	hv_buf_adds(&connect_to, "::");
	add_host(&connect_to, config->host);
	hv_buf_addf(&connect_to, ":%u", config->port);
	if (hv_buf_failed(&url) || hv_buf_failed(&connect_to) ||
		!add_header(&t->connect_to, hv_buf_str(&connect_to)))
		return false;
	return curl_easy_setopt(t->easy, CURLOPT_URL, hv_buf_str(&url)) == CURLE_OK &&
	       (name == config->host ||
		       curl_easy_setopt(t->easy, CURLOPT_CONNECT_TO, t->connect_to) == CURLE_OK);
}

/* Only what a name or an address is made of: nothing that would be another part of a URL. */
static bool is_host(const char *host)
{
	return *host != '\0' && !strpbrk(host, "/?#@[]\\ \t\r\n");
}

int hv_transport_curl_new(
	const struct hv_curl_config *config, struct hv_transport *ret, struct hv_err *err)
{
	struct curl_transport *t;

	if (!is_host(config->host) ||
		(config->tls_server_name && !is_host(config->tls_server_name)))
		return hv_err_set(err, HV_ERR_ARGUMENT, "\"%.200s\" is no host name or address",
			is_host(config->host) ? config->tls_server_name : config->host);
	t = hv_alloc(sizeof(*t));
	if (!t)
		return hv_err_no_memory(err);
	t->deadline = config->deadline;
	t->easy = curl_easy_init();
	if (!t->easy || !set_address(t, config) || !set_http(t, config) || !set_tls(t, config)) {
		curl_done(t);
		return hv_err_set(err, HV_ERR_UNSUPPORTED,
			"libcurl does not take the settings for %.200s", config->host);
	}
	*ret = (struct hv_transport){ .ops = &CURL_OPS, .state = t };
	return 0;
}
