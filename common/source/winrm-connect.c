/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts transport, login, session and client of one host together. */
#include <stdlib.h>

#include "base/alloc.h"
#include "source/winrm-reading.h"
#include "wsman/auth-gss.h"
#include "wsman/transport-curl.h"

#define WSMAN_PATH "/wsman"

enum {
	RESERVE_PARTS = 10, /* of the time there is, one is kept for closing what is open */
};

#define RESERVE_MAX (1 * HV_USEC_PER_SEC)

/* A Date header tells whole seconds, and the answer took its time: less is no difference. */
#define CLOCK_GRAIN (3 * HV_USEC_PER_SEC)

static const struct login {
	enum hv_winrm_auth auth;
	enum hv_login login;
	const char *name;
} logins[] = {
	{ HV_WINRM_AUTO, HV_LOGIN_AUTH, "Kerberos (Negotiate)" },
	{ HV_WINRM_KERBEROS, HV_LOGIN_AUTH, "Kerberos" },
	{ HV_WINRM_NTLM, HV_LOGIN_AUTH, "NTLM (Negotiate)" },
	{ HV_WINRM_BASIC, HV_LOGIN_BASIC, "Basic" },
	{ HV_WINRM_CERTIFICATE, HV_LOGIN_CERTIFICATE, "client certificate" },
};

static const struct login *find_login(enum hv_winrm_auth auth)
{
	size_t i = 0;

	while (logins[i].auth != auth)
		i++;
	return &logins[i];
}

static int new_gss(struct hv_winrm *w, enum hv_gss_mechanism mechanism, const char *user,
	const struct hv_secret *password, struct hv_err *err)
{
	const struct hv_gss_config config = {
		.mechanism = mechanism,
		.service = w->config.service,
		.host = w->config.host,
		.user = user,
		.password = password,
		.keytab = w->config.keytab,
	};

	return hv_auth_gss_new(&config, &w->auth, &w->trouble, err);
}

static int new_ntlm(struct hv_winrm *w, struct hv_err *err)
{
	return new_gss(w, HV_GSS_NTLM, w->config.ntlm_user, w->config.password, err);
}

/* A password is for NTLM here: with Kerberos it would have to be asked for by --auth kerberos, as a
 * host without a KDC would otherwise be waited for in vain. */
static int new_auto(struct hv_winrm *w, struct hv_err *err)
{
	const bool has_password = w->config.password && w->config.ntlm_user;
	struct hv_err kerberos = HV_ERR_INIT;

	if (!w->config.host_is_address &&
		new_gss(w, HV_GSS_NEGOTIATE, w->config.kerberos_user, NULL, &kerberos) == 0)
		return 0;
	w->auth_kind = HV_WINRM_NTLM;
	if (has_password)
		return new_ntlm(w, err);
	if (!hv_err_is_set(&kerberos)) {
		w->trouble = HV_TROUBLE_NO_TICKET;
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"Kerberos needs the name of the host, not its address, and for NTLM user "
			"and password are missing (--authfile)");
	}
	return hv_err_set(err, kerberos.kind,
		"no Kerberos ticket (%s), and for NTLM user and password are missing (--authfile)",
		kerberos.text);
}

static int new_auth(struct hv_winrm *w, struct hv_err *err)
{
	switch (w->config.auth) {
	case HV_WINRM_AUTO:
		return new_auto(w, err);
	case HV_WINRM_KERBEROS:
		return new_gss(
			w, HV_GSS_KERBEROS, w->config.kerberos_user, w->config.password, err);
	case HV_WINRM_NTLM:
		return new_ntlm(w, err);
	case HV_WINRM_BASIC:
	case HV_WINRM_CERTIFICATE:
		break;
	}
	return 0;
}

int hv_winrm_transport(
	const struct hv_winrm_config *c, struct hv_transport *ret, struct hv_err *err)
{
	const struct hv_curl_config config = {
		.host = c->host,
		.port = c->port,
		.path = WSMAN_PATH,
		.tls = c->tls,
		.insecure = c->insecure,
		.ca_file = c->ca_file,
		.tls_server_name = c->tls_server_name,
		.certificate = c->certificate,
		.certificate_key = c->certificate_key,
		.deadline = c->deadline,
	};

	return hv_transport_curl_new(&config, ret, err);
}

static hv_usec reserve_of(const struct hv_deadline *d)
{
	const hv_usec part = hv_usec_sub(d->at, d->now(d->state)) / RESERVE_PARTS;

	return part < RESERVE_MAX ? part : RESERVE_MAX;
}

static int start_session(struct hv_winrm *w, struct hv_err *err)
{
	const struct hv_session_config session = {
		.login = find_login(w->auth_kind)->login,
		.tls = w->config.tls,
		.allow_unencrypted = w->config.allow_unencrypted,
		.user = w->config.user,
		.password = w->config.password,
		.max_answer = HV_ANSWER_MAX_BYTES,
	};
	const struct hv_client_config client = {
		.url = w->config.url,
		.id_seed = { w->config.id_seed[0], w->config.id_seed[1] },
		.deadline = w->config.deadline,
		.reserve = reserve_of(&w->config.deadline),
		.trace = w->config.trace,
	};

	if (hv_session_init(&w->session, &session, &w->transport, &w->auth, err))
		return -1;
	hv_client_init(&w->client, &client, &w->session);
	return 0;
}

static struct hv_client_failure failure_of(enum hv_trouble trouble)
{
	return (struct hv_client_failure){
		.trouble = trouble,
		.advice = hv_trouble_advice(trouble),
		.advice_is_local = hv_trouble_advice_is_local(trouble),
	};
}

int hv_winrm_open(const struct hv_winrm_config *config, struct hv_winrm **ret,
	struct hv_client_failure *ret_failure, struct hv_err *err)
{
	struct hv_winrm *w = hv_alloc(sizeof(*w));

	*ret_failure = (struct hv_client_failure){ .trouble = HV_TROUBLE_LOCAL };
	if (!w)
		return hv_err_no_memory(err);
	w->config = *config;
	w->auth_kind = config->auth;
	w->trouble = HV_TROUBLE_LOCAL;
	if (hv_winrm_transport(&w->config, &w->transport, err) || new_auth(w, err) ||
		start_session(w, err)) {
		*ret_failure = failure_of(w->trouble);
		hv_winrm_close(w);
		return -1;
	}
	*ret_failure = (struct hv_client_failure){ .trouble = HV_TROUBLE_NONE };
	*ret = w;
	return 0;
}

void hv_winrm_close(struct hv_winrm *w)
{
	if (!w)
		return;
	hv_session_done(&w->session);
	hv_auth_done(&w->auth);
	hv_transport_done(&w->transport);
	hv_free(w);
}

const char *hv_winrm_login_name(const struct hv_winrm *w)
{
	return find_login(w->auth_kind)->name;
}

struct hv_client *hv_winrm_client(struct hv_winrm *w)
{
	return &w->client;
}

hv_usec hv_winrm_wall_time(const struct hv_winrm *w)
{
	const struct hv_deadline *d = &w->config.deadline;

	return hv_usec_add(w->config.wall, hv_usec_sub(d->now(d->state), w->config.opened_at));
}

void hv_winrm_note_clock(struct hv_winrm *w)
{
	if (w->clock_told || w->session.date == 0)
		return;
	w->clock_told = true;
	w->clock_offset = hv_usec_sub(w->session.date, hv_winrm_wall_time(w));
	if (llabs(w->clock_offset) < CLOCK_GRAIN)
		w->clock_offset = 0;
}

hv_usec hv_winrm_clock_offset(const struct hv_winrm *w)
{
	return w->clock_offset;
}

hv_usec hv_winrm_host_time(const struct hv_winrm *w)
{
	return hv_usec_add(hv_winrm_wall_time(w), w->clock_offset);
}
