/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/connect-options.h"

#include <assert.h>
#include <string.h>

#define CONNECT(member, letter, name, arg, def, help)                                              \
	HV_OPT(struct hv_connect_options, member, letter, name, arg, def, help)

#define CONNECT_FILE_ONLY(member, name, arg, help)                                                 \
	HV_OPT_FILE_ONLY(struct hv_connect_options, member, name, arg, help)

const struct hv_opt hv_connect_option_table[] = {
	CONNECT(hostname, 'H', "hostname", "ADDRESS", NULL,
		"Ask this Hyper-V host by WS-Management (WinRM). A DNS name, which Kerberos needs, "
		"or an IPv4 or IPv6 address."),
	CONNECT(port, 'p', "port", "COUNT", NULL,
		"Port of the service: 5985 by default, with --ssl 5986."),
	CONNECT(ssl, 'S', "ssl", NULL, NULL,
		"Use HTTPS. Without it Kerberos or NTLM seal each message."),
	CONNECT(username, 'u', "username", "NAME", NULL,
		"Who logs in: user, DOMAIN\\user or user@REALM. Without it, whoever the Kerberos "
		"tickets at hand belong to."),
	CONNECT(auth, 0, "auth", "auto|kerberos|ntlm|basic|certificate", "auto",
		"How to log in. auto: Kerberos when a ticket or keytab is at hand, else NTLM. "
		"basic: user and password as they are, local accounts only. certificate: the "
		"client certificate, with --ssl."),
	CONNECT(authfile, 0, "authfile", "FILE", NULL,
		"Read who logs in from lines \"username = ...\", \"password = ...\" and \"domain = "
		"...\". Nobody but its owner may read or write the file (chmod 600). The same keys "
		"may stand in a section of --extra-opts; a password on the command line is "
		"refused."),
	CONNECT(keytab, 0, "keytab", "FILE", NULL,
		"Get the Kerberos ticket of --username with this keytab."),
	CONNECT(spn_service, 0, "spn-service", "http|wsman|host", "http",
		"First part of the host's service principal name, for Kerberos."),
	CONNECT(ca_file, 'C', "ca-file", "FILE", NULL,
		"Trust the certificates of this PEM file, in place of the system's."),
	CONNECT(tls_server_name, 0, "tls-server-name", "NAME", NULL,
		"Name that the host's certificate must have, when it is not that of --hostname."),
	CONNECT(insecure, 0, "insecure", NULL, NULL,
		"Take any certificate. Whoever is in between can pass for the host."),
	CONNECT(client_certificate, 0, "client-certificate", "FILE", NULL,
		"PEM file of the certificate for --auth=certificate."),
	CONNECT(client_key, 0, "client-key", "FILE", NULL,
		"PEM file of its key, when that is in a file of its own."),
	CONNECT(allow_unencrypted, 0, "allow-unencrypted", NULL, NULL,
		"Let --auth=basic go without --ssl. The password and all data can be read on the "
		"way."),
	CONNECT(event_method, 0, "event-method", "auto|subscribe|winrs", "auto",
		"How to read event logs: by a subscription, or by a remote command. auto: the "
		"command when the host refuses the subscription."),
	CONNECT(unreachable, 0, "unreachable", "STATE", "critical",
		"State when the host cannot be reached or does not answer in time."),
	CONNECT(cache, 0, "cache", "SECONDS[:DIR]", NULL,
		"Judge what a check has fetched from the host within so many seconds (at most "
		"86400; 0: never), and keep what this one fetches, in a directory of the user's "
		"own."),
	CONNECT_FILE_ONLY(password, "password", "PASSWORD", "Password of --username."),
	CONNECT_FILE_ONLY(domain, "domain", "NAME", "Windows domain of --username."),
	HV_OPT_END,
};

static bool is_among(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names;
}

void hv_connect_options_in_files(
	const char *const *names, struct hv_opt ret[HV_CONNECT_OPTIONS_MAX])
{
	size_t count = 0;

	for (const struct hv_opt *o = hv_connect_option_table; o->name; o++) {
		assert(count + 1 < HV_CONNECT_OPTIONS_MAX);
		ret[count] = *o;
		ret[count].file_only = o->file_only || is_among(o->name, names);
		count++;
	}
	ret[count] = (struct hv_opt)HV_OPT_END;
}

void hv_connect_options_done(struct hv_connect_options *o)
{
	if (o != NULL)
		hv_secret_done(&o->password);
}
