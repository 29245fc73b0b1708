/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the table of options cannot tell: whether they make sense together. */
#include <string.h>

#include "base/parse.h"
#include "base/utf.h"
#include "cli/authfile.h"
#include "cli/connect-host.h"
#include "cli/connect-options.h"

enum { PORT_MAX = 65535 };

static int find_word(const char *const *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++) {
		if (word != NULL && strcmp(words[i], word) == 0)
			return (int)i;
	}
	return 0;
}

static enum hv_winrm_auth auth_of(const char *word)
{
	static const char *const words[] = {
		[HV_WINRM_AUTO] = "auto",
		[HV_WINRM_KERBEROS] = "kerberos",
		[HV_WINRM_NTLM] = "ntlm",
		[HV_WINRM_BASIC] = "basic",
		[HV_WINRM_CERTIFICATE] = "certificate",
	};

	return (enum hv_winrm_auth)find_word(words, HV_ARRAY_LEN(words), word);
}

static enum hv_winrm_events event_method_of(const char *word)
{
	static const char *const words[] = {
		[HV_WINRM_EVENTS_AUTO] = "auto",
		[HV_WINRM_EVENTS_SUBSCRIBE] = "subscribe",
		[HV_WINRM_EVENTS_WINRS] = "winrs",
	};

	return (enum hv_winrm_events)find_word(words, HV_ARRAY_LEN(words), word);
}

/* As service principal names are spelled. */
static const char *service_of(const char *word)
{
	static const char *const words[] = { "http", "wsman", "host" };
	static const char *const spelled[] = { "HTTP", "WSMAN", "host" };

	return spelled[find_word(words, HV_ARRAY_LEN(words), word)];
}

static int set_place(const struct hv_connect_options *o, struct hv_arena *arena,
	struct hv_connection *c, struct hv_err *err)
{
	uint64_t port = o->ssl ? HV_WINRM_PORT_HTTPS : HV_WINRM_PORT_HTTP;

	if (hv_connect_host(o->hostname, arena, &c->host, &c->host_is_address, err) != 0)
		return hv_err_wrap(err, "--hostname");
	if (o->port.set)
		port = o->port.value;
	if (port < 1 || port > PORT_MAX)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "--port: must be from 1 to %d", (int)PORT_MAX);
	c->port = (unsigned int)port;
	c->url = hv_connect_url(c->host, c->port, o->ssl, arena);
	return c->url == NULL ? hv_err_no_memory(err) : 0;
}

static int check_tls(const struct hv_connect_options *o, struct hv_err *err)
{
	const struct {
		bool given;
		const char *name;
	} needs_ssl[] = {
		{ o->ca_file != NULL, "ca-file" },
		{ o->tls_server_name != NULL, "tls-server-name" },
		{ o->insecure, "insecure" },
		{ o->client_certificate != NULL, "client-certificate" },
		{ o->client_key != NULL, "client-key" },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(needs_ssl); i++) {
		if (needs_ssl[i].given && !o->ssl)
			return hv_err_set(err, HV_ERR_ARGUMENT, "--%s is of use with --ssl alone",
				needs_ssl[i].name);
	}
	if (o->insecure && o->ca_file != NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--insecure contradicts --ca-file");
	if (o->insecure && o->tls_server_name != NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--insecure contradicts --tls-server-name");
	return 0;
}

static int check_certificate(
	const struct hv_connect_options *o, enum hv_winrm_auth auth, struct hv_err *err)
{
	bool by_certificate = auth == HV_WINRM_CERTIFICATE;

	if (by_certificate && !o->ssl)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--auth=certificate needs --ssl");
	if (by_certificate && o->client_certificate == NULL)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "--auth=certificate needs --client-certificate");
	if (!by_certificate && o->client_certificate != NULL)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "--client-certificate needs --auth=certificate");
	if (!by_certificate && o->client_key != NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--client-key needs --auth=certificate");
	return 0;
}

static int set_cache(
	const char *text, struct hv_arena *arena, struct hv_connection *c, struct hv_err *err)
{
	size_t len = strcspn(text, ":");
	const char *seconds_text = hv_arena_strndup(arena, text, len);
	uint64_t seconds;

	if (seconds_text == NULL)
		return hv_err_no_memory(err);
	if (hv_parse_u64(seconds_text, 0, HV_CACHE_MAX_SEC, &seconds, NULL) != 0)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"'%.60s' is no number of seconds from 0 to %d", seconds_text,
			(int)HV_CACHE_MAX_SEC);
	if (text[len] == ':' && text[len + 1] != '/')
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "the directory behind ':' must begin with '/'");
	c->cache_max_age = (hv_usec)seconds * HV_USEC_PER_SEC;
	c->cache_directory = text[len] == ':' ? text + len + 1 : NULL;
	return 0;
}

/* What two places say: the options (or a section), and the authfile. Which of them was meant cannot
 * be known, and the wrong password for an account may lock it. */
static int join_texts(const char *name, const char *ours, const char *theirs, const char *file,
	const char **ret, struct hv_err *err)
{
	if (ours != NULL && theirs != NULL && !hv_utf8_caseeq(ours, theirs))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--%s says '%.200s', but --authfile '%.200s', in %s", name, ours, theirs,
			file);
	*ret = ours != NULL ? ours : theirs;
	return 0;
}

static int join_passwords(struct hv_secret *ours, struct hv_secret *theirs, const char *file,
	struct hv_secret *ret, struct hv_err *err)
{
	struct hv_secret *source = ours->bytes != NULL ? ours : theirs;

	if (ours->bytes != NULL && theirs->bytes != NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--authfile: there is a password in %s, and another in the section of "
			"--extra-opts",
			file);
	*ret = *source;
	*source = (struct hv_secret)HV_SECRET_INIT;
	return 0;
}

static int set_credentials(struct hv_connect_options *o, struct hv_arena *arena,
	struct hv_credentials *c, struct hv_err *err)
{
	HV_AUTO(authfile) file = { .username = NULL };
	const char *username = NULL;
	const char *domain = NULL;

	if (o->authfile != NULL && hv_authfile_read(o->authfile, arena, &file, err) != 0)
		return hv_err_wrap(err, "--authfile");
	if (join_texts("username", o->username, file.username, o->authfile, &username, err) != 0 ||
		join_texts("domain", o->domain, file.domain, o->authfile, &domain, err) != 0 ||
		join_passwords(&o->password, &file.password, o->authfile, &c->password, err) != 0)
		return -1;
	if (username != NULL && hv_credentials_set_user(c, username, arena, err) != 0)
		return hv_err_wrap(err, "--username");
	if (domain != NULL && hv_credentials_set_domain(c, domain, err) != 0)
		return hv_err_wrap(err, "domain");
	return 0;
}

static int check_password_login(
	const struct hv_connect_options *o, const struct hv_connection *c, struct hv_err *err)
{
	if (c->auth != HV_WINRM_BASIC && c->auth != HV_WINRM_NTLM)
		return 0;
	if (c->credentials.user == NULL || c->credentials.password.bytes == NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--auth=%s needs a user and a password: --authfile, or a section of "
			"--extra-opts",
			o->auth);
	if (c->auth != HV_WINRM_BASIC)
		return 0;
	/* [RFC 7617 2] */
	if (strchr(c->credentials.user, ':') != NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--username: --auth=basic cannot tell a name with ':'");
	if (!o->ssl && !o->allow_unencrypted)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"--auth=basic needs --ssl, or else --allow-unencrypted");
	return 0;
}

static int check_keytab(
	const struct hv_connect_options *o, const struct hv_connection *c, struct hv_err *err)
{
	if (o->keytab == NULL)
		return 0;
	if (c->auth != HV_WINRM_AUTO && c->auth != HV_WINRM_KERBEROS)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--keytab contradicts --auth=%s", o->auth);
	if (c->credentials.user == NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT, "--keytab needs --username");
	if (c->credentials.password.bytes != NULL)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "--keytab contradicts the password that was given");
	return 0;
}

static int check_credentials(
	const struct hv_connect_options *o, const struct hv_connection *c, struct hv_err *err)
{
	if (c->credentials.user == NULL && c->credentials.password.bytes != NULL)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "there is a password, but no user: --username");
	if (c->credentials.user == NULL && c->credentials.domain != NULL)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "there is a domain, but no user: --username");
	if (check_password_login(o, c, err) != 0)
		return -1;
	return check_keytab(o, c, err);
}

int hv_connect_check(struct hv_connect_options *o, struct hv_arena *arena,
	struct hv_connection *ret, struct hv_err *err)
{
	HV_AUTO(connection) c = {
		.auth = auth_of(o->auth),
		.service = service_of(o->spn_service),
		.event_method = event_method_of(o->event_method),
	};

	if (o->hostname != NULL) {
		if (set_place(o, arena, &c, err) != 0 || check_tls(o, err) != 0 ||
			check_certificate(o, c.auth, err) != 0)
			return -1;
		if (o->cache != NULL && set_cache(o->cache, arena, &c, err) != 0)
			return hv_err_wrap(err, "--cache");
		if (set_credentials(o, arena, &c.credentials, err) != 0 ||
			check_credentials(o, &c, err) != 0)
			return -1;
	}
	*ret = c;
	c.credentials = (struct hv_credentials){ .user = NULL };
	return 0;
}

void hv_connection_done(struct hv_connection *c)
{
	if (c != NULL)
		hv_credentials_done(&c->credentials);
}
