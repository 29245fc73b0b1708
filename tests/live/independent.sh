#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The simulated host against clients that are not ours, python3-winrm and curl, so that the two can not agree on a mistake.
# TAP.
set -u
# shellcheck source=tests/live/lib.sh
. "$(dirname "$0")/lib.sh"
python=/usr/bin/python3
capture=$examples/fault-capture.json

missing=
for tool in krb5kdc kadmin.local kdb5_util kinit openssl curl; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
for module in winrm requests_kerberos requests_ntlm gssapi; do
	"$python" -c "import importlib.util as u, sys; sys.exit(not u.find_spec('$module'))" || missing="$missing $module"
done
[ -z "$missing" ] || { echo "1..0 # SKIP not installed:$missing"; exit 0; }

# python3-winrm computes NTLM with MD4, which OpenSSL keeps in its legacy provider.
make_legacy_conf() {
	cat >"$work/openssl.cnf" <<-END
		openssl_conf = init
		[init]
		providers = providers
		[providers]
		default = active
		legacy = active
		[active]
		activate = 1
	END
}

# ask_all WAY ACCOUNT URL: all rules of independent.py; one result for each.
ask_all() {
	local way=$1 title='' findings='' line status=0
	account=$2 password=$password ca=$work/ca.pem OPENSSL_CONF=$work/openssl.cnf \
		"$python" -W ignore "$srcdir/tests/live/independent.py" "$way" "$3" "$capture" \
		>"$work/$way.said" 2>"$work/$way.errors" </dev/null || status=$?
	while IFS= read -r line; do
		case $line in
		'= '*)
			[ -z "$title" ] || result "$way: $title" "$findings"
			title=${line#= }
			findings=
			;;
		*) findings=$findings${findings:+$'\n'}$line ;;
		esac
	done <"$work/$way.said"
	[ "$title" = end ] && [ "$status" -eq 0 ] || findings="ended with status $status at: $title"$'\n'$(cat "$work/$way.errors")
	result "$way: every rule was asked" "$findings"
}

# counters_say NAME COUNTER=VALUE...: what was opened is closed, and the host counted so.
counters_say() {
	local name=$1 findings expected value
	shift
	stop_sim "$name" >"$work/stopped" # not in a subshell: a host is waited for by its parent
	findings=$(cat "$work/stopped")
	for expected; do
		value=$(counter "$name" "${expected%=*}")
		[ "$value" = "${expected#*=}" ] || findings+=$'\n'"$expected expected, counted $value"
	done
	result "$name: nothing is left open, and the counters tell what was done" "$findings"
}

# identify_by_curl: what is wrong with an Identify by a ticket over TLS.
identify_by_curl() {
	local status
	cat >"$work/identify" <<-END
		<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>
		<i:Identify xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"/></s:Body></s:Envelope>
	END
	status=$(curl --silent --show-error --cacert "$work/ca.pem" --negotiate --user : --data-binary "@$work/identify" \
		--header 'Content-Type: application/soap+xml;charset=UTF-8' --output "$work/identified" --write-out '%{http_code}' \
		"https://$host:$https/wsman" 2>&1)
	[ "$status" = 200 ] || echo "status $status"
	grep -q 'ProductVersion>OS: [1-9]' "$work/identified" || echo "it does not say what it is"
}

make_legacy_conf
make_accounts
make_certificates
start_realm
get_tickets

start_sim ssl "$capture" --https --certificate "$work/server.pem" --key "$work/server.key" --auth basic --user "$user:$password"
ask_all ssl "$user" "https://$host:$https/wsman"
counters_say ssl sealed=0 logins=2 logins_refused=1 identify=1

# python3-winrm knows a sealed answer by the tab before its headers.
start_sim ntlm "$capture" --http --inject tab
ask_all ntlm "TESTDOM\\$user" "http://$host:$http/wsman"
counters_say ntlm unsealed=0 logins=2 logins_refused=1 identify=1

start_sim kerberos "$capture" --http --inject tab --https --certificate "$work/server.pem" --key "$work/server.key"
ask_all kerberos "$user@$realm" "http://$host:$http/wsman"
result "curl: Identify with a ticket over TLS" "$(identify_by_curl)"
counters_say kerberos unsealed=1 logins=3 logins_refused=0 identify=2

finish
