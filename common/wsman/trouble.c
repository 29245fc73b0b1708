/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What to do about each kind of trouble. Words in capitals are for the reader to replace. */
#include "wsman/trouble.h"

#include <stddef.h>

#include "base/attr.h"

#define OPEN_FIREWALL                                                                              \
	"Enable-NetFirewallRule -Name WINRM-HTTP-In-TCP*  # for HTTPS: New-NetFirewallRule "       \
	"-Name WINRM-HTTPS-In-TCP -DisplayName 'WinRM over HTTPS' -Protocol TCP -LocalPort 5986 "  \
	"-RemoteAddress MONITORING-HOST"
#define RENEW_CERTIFICATE                                                                          \
	"winrm set 'winrm/config/Listener?Address=*+Transport=HTTPS' "                             \
	"'@{CertificateThumbprint=\"THUMBPRINT\"}'  # a valid one of: dir Cert:\\LocalMachine\\My"
#define SHOW_NAMES                                                                                 \
	"openssl x509 -noout -subject -ext subjectAltName -in <(openssl s_client -connect "        \
	"HOST:5986 </dev/null 2>/dev/null)  # one of these is for --tls-server-name"
#define EXPORT_CA                                                                                  \
	"Export-Certificate -Cert Cert:\\LocalMachine\\Root\\THUMBPRINT -FilePath ca.cer; "        \
	"certutil -encode ca.cer ca.pem  # for --ca-file; of one without issuer: LocalMachine\\My"

static const struct {
	const char *advice;
	bool is_local;
} remedies[] = {
	[HV_TROUBLE_RESOLVE] = { "getent hosts NAME", true },
	[HV_TROUBLE_REFUSED] = { "Enable-PSRemoting -Force  # for HTTPS: winrm quickconfig "
				 "-transport:https",
		false },
	[HV_TROUBLE_UNREACHABLE] = { OPEN_FIREWALL, false },
	[HV_TROUBLE_TIMEOUT] = { OPEN_FIREWALL, false },
	[HV_TROUBLE_TLS_EXPIRED] = { RENEW_CERTIFICATE, false },
	[HV_TROUBLE_TLS_NAME] = { SHOW_NAMES, true },
	[HV_TROUBLE_TLS_UNKNOWN_CA] = { EXPORT_CA, false },
	[HV_TROUBLE_NO_COMMON_SCHEME] = { "winrm get winrm/config/service/auth  # one that is true "
					  "is for --auth",
		false },
	[HV_TROUBLE_CREDENTIALS] = { "net user ACCOUNT /domain  # an account of the host itself: "
				     "without /domain",
		false },
	[HV_TROUBLE_NO_TICKET] = { "kinit -k -t KEYTAB USER@REALM", true },
	[HV_TROUBLE_CLOCK_SKEW] = { "w32tm /resync  # or on the monitoring host: chronyc makestep",
		false },
	[HV_TROUBLE_UNKNOWN_SERVER] = { "setspn -L $env:COMPUTERNAME  # ask by the DNS name that "
					"stands there; its first word is for --spn-service",
		false },
	[HV_TROUBLE_NO_KDC] = { "KRB5_TRACE=/dev/stderr kinit USER@REALM", true },
	[HV_TROUBLE_SEALING_DEMANDED] = { "winrm quickconfig -transport:https  # then --ssl; or "
					  "over HTTP --auth kerberos or ntlm",
		false },
	[HV_TROUBLE_HTTP] = { "winrm enumerate winrm/config/listener  # port and URLPrefix of "
			      "WinRM",
		false },
};

const char *hv_trouble_advice(enum hv_trouble trouble)
{
	return (size_t)trouble < HV_ARRAY_LEN(remedies) ? remedies[trouble].advice : NULL;
}

bool hv_trouble_advice_is_local(enum hv_trouble trouble)
{
	return (size_t)trouble < HV_ARRAY_LEN(remedies) && remedies[trouble].is_local;
}

bool hv_trouble_is_unreachable(enum hv_trouble trouble)
{
	switch (trouble) {
	case HV_TROUBLE_RESOLVE:
	case HV_TROUBLE_REFUSED:
	case HV_TROUBLE_UNREACHABLE:
	case HV_TROUBLE_TIMEOUT:
	case HV_TROUBLE_BROKEN:
		return true;
	case HV_TROUBLE_NONE:
	case HV_TROUBLE_LOCAL:
	case HV_TROUBLE_TLS_EXPIRED:
	case HV_TROUBLE_TLS_NAME:
	case HV_TROUBLE_TLS_UNKNOWN_CA:
	case HV_TROUBLE_TLS:
	case HV_TROUBLE_TOO_LARGE:
	case HV_TROUBLE_NO_COMMON_SCHEME:
	case HV_TROUBLE_CREDENTIALS:
	case HV_TROUBLE_NO_TICKET:
	case HV_TROUBLE_CLOCK_SKEW:
	case HV_TROUBLE_UNKNOWN_SERVER:
	case HV_TROUBLE_NO_KDC:
	case HV_TROUBLE_AUTH:
	case HV_TROUBLE_SEALING_DEMANDED:
	case HV_TROUBLE_NOT_SEALED:
	case HV_TROUBLE_BAD_SEAL:
	case HV_TROUBLE_HTTP:
		break;
	}
	return false;
}
