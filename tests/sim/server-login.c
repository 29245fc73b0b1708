/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is asking: what the header Authorization says [RFC 4559, RFC 7617, MS-WSMV 2.2.4.34], else
 * who has logged in on this connection before. */
#include <gnutls/gnutls.h>
#include <string.h>
#include <strings.h>

#include "server-parts.h"
#include "wsman/base64.h"

#define CERTIFICATE_LOGIN "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

const char *sim_scheme_name(unsigned int scheme)
{
	if (scheme == SIM_SCHEME_CERTIFICATE)
		return "Certificate";
	return scheme ? hv_scheme_name(scheme) : "-";
}

void sim_refuse(struct sim_reply *reply)
{
	reply->status = MHD_HTTP_UNAUTHORIZED;
	reply->offers = true;
}

static void count(struct sim_request *r, bool good)
{
	struct sim_server *s = r->listener->server;

	pthread_mutex_lock(&s->lock);
	if (good)
		s->traffic.logins++;
	else
		s->traffic.logins_refused++;
	pthread_mutex_unlock(&s->lock);
}

static bool refused(struct sim_request *r, struct sim_reply *reply)
{
	count(r, false);
	sim_refuse(reply);
	return false;
}

/* Basic and certificates prove with every request who is asking. */
static bool take_request_login(
	struct sim_request *r, unsigned int scheme, bool good, struct sim_reply *reply)
{
	if (!good)
		return refused(r, reply);
	r->scheme = scheme;
	if (!r->connection->counted)
		count(r, true);
	r->connection->counted = true;
	return true;
}

static bool basic_is_right(const struct sim_request *r, const char *credentials)
{
	const char *account = r->listener->server->config.account;
	HV_AUTO(buf) given = { .max = SIM_AUTHORIZATION_MAX };

	return account && hv_base64_decode(&given, credentials, strlen(credentials)) &&
	       given.len == strlen(account) && memcmp(hv_buf_str(&given), account, given.len) == 0;
}

static bool certificate_is_right(const struct sim_request *r)
{
	const union MHD_ConnectionInfo *info;
	unsigned int status = 0;

	if (!r->listener->tls || !r->listener->server->config.client_ca)
		return false;
	info = MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	return info && gnutls_certificate_verify_peers2(info->tls_session, &status) == 0 &&
	       status == 0;
}

static void put_token(struct sim_reply *reply, unsigned int scheme, const struct hv_buf *token)
{
	if (token->len == 0)
		return;
	hv_buf_addf(&reply->authenticate, "%s ", hv_scheme_name(scheme));
	hv_base64_encode(&reply->authenticate, token->data, token->len);
}

static bool take_token(
	struct sim_request *r, unsigned int scheme, const char *text, struct sim_reply *reply)
{
	HV_AUTO(buf) theirs = { .max = HV_AUTH_TOKEN_MAX };
	HV_AUTO(buf) ours = { .max = HV_AUTH_TOKEN_MAX };
	enum sim_accept result = SIM_ACCEPT_REFUSED;

	if (hv_base64_decode(&theirs, text, strlen(text)) && !hv_buf_failed(&theirs) &&
		theirs.len > 0)
		result = sim_acceptor_step(
			r->connection->acceptor, scheme, theirs.data, theirs.len, &ours);
	switch (result) {
	case SIM_ACCEPT_DONE:
		count(r, true);
		r->scheme = scheme;
		put_token(reply, scheme, &ours);
		return true;
	case SIM_ACCEPT_MORE:
		reply->status = MHD_HTTP_UNAUTHORIZED;
		put_token(reply, scheme, &ours);
		return false;
	case SIM_ACCEPT_REFUSED:
		break;
	}
	sim_acceptor_forget(r->connection->acceptor);
	return refused(r, reply);
}

/* What stands behind the name of a scheme; NULL when the header is of another one. */
static const char *behind(const char *authorization, const char *scheme)
{
	size_t n = strlen(scheme);

	if (strncasecmp(authorization, scheme, n) != 0 ||
		(authorization[n] != ' ' && authorization[n] != '\0'))
		return NULL;
	return authorization + n + strspn(authorization + n, " ");
}

bool sim_log_in(struct sim_request *r, struct sim_reply *reply)
{
	static const unsigned int TOKENS[] = { HV_SCHEME_NEGOTIATE, HV_SCHEME_KERBEROS };
	const struct sim_server_config *config = &r->listener->server->config;
	const char *rest;

	if (!r->authorization) {
		r->scheme = sim_acceptor_scheme(r->connection->acceptor);
		return true;
	}
	for (size_t i = 0; i < HV_ARRAY_LEN(TOKENS); i++) {
		rest = behind(r->authorization, hv_scheme_name(TOKENS[i]));
		if (rest && (config->schemes & TOKENS[i]))
			return take_token(r, TOKENS[i], rest, reply);
	}
	rest = behind(r->authorization, "Basic");
	if (rest && (config->schemes & HV_SCHEME_BASIC) &&
		(r->listener->tls || config->allow_unencrypted))
		return take_request_login(r, HV_SCHEME_BASIC, basic_is_right(r, rest), reply);
	if (behind(r->authorization, CERTIFICATE_LOGIN) &&
		(config->schemes & SIM_SCHEME_CERTIFICATE))
		return take_request_login(
			r, SIM_SCHEME_CERTIFICATE, certificate_is_right(r), reply);
	return refused(r, reply);
}
