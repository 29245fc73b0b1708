#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What can go wrong between a check and a host: name, network, TLS, login, rights, faults, broken answers, arguments. Each has an
# exit status, a text on the first line that tells it from the others, and advice. None of it is ever OK, a crash or a hang of
# its own, and no secret shows anywhere. TAP.
set -u
# shellcheck source=tests/live/lib.sh
. "$(dirname "$0")/lib.sh"
capture=$examples/fault-capture.json
ntlm=(--auth ntlm --authfile "$auth_ntlm")
basic=(--auth basic --authfile "$auth_basic")

missing=
for tool in krb5kdc kadmin.local kdb5_util kinit openssl python3; do
	command -v "$tool" >/dev/null || missing="$missing $tool"
done
[ -z "$missing" ] || { echo "1..0 # SKIP not installed:$missing"; exit 0; }

# A run ends by itself, long before this.
safety_net=30

# check PROGRAM ARG...: runs a check with all it can tell. Sets status, and leaves what it said in $work/out and $work/err.
check() {
	local program=$builddir/plugins/check_hyperv_$1
	shift
	status=0
	timeout -k 2 "$safety_net" "${wrapper[@]}" "$program" "$@" --now 2026-11-21T22:30:00Z -vvv >"$work/out" 2>"$work/err" \
		</dev/null || status=$?
	cat "$work/out" "$work/err" >>"$work/everything"
}
wrapper=()

# Whatever the trouble: it ended by itself, in order, with the format of a plugin, and without a word on standard error.
find_disorder() {
	local first
	first=$(head -n 1 "$work/out")
	case $status in
	0 | 1 | 2 | 3) ;;
	124 | 137) echo "did not end by itself within $safety_net s" ;;
	*) echo "crashed, status $status" ;;
	esac
	[ ! -s "$work/err" ] || { echo "standard error:"; cat "$work/err"; }
	case "$status $first" in
	"0 HYPERV "[A-Z]*" OK - "?* | "1 HYPERV "[A-Z]*" WARNING - "?*) ;;
	"2 HYPERV "[A-Z]*" CRITICAL - "?* | "3 HYPERV "[A-Z]*" UNKNOWN - "?*) ;;
	*) echo "first line and status $status do not agree" ;;
	esac
	! grep -q -E 'Sanitizer|runtime error:' "$work/out" || echo "a sanitizer has spoken"
}

# What is printed to be typed has to be what was meant: a bar would end a line's text, so it is never printed.
find_unusable_advice() {
	grep -E '(fix|on the host|here): ' "$work/out" | grep -F '¦' | sed 's/^/can not be typed: /'
}

# said STATE TEXT ADVICE: what is wrong with it. TEXT stands on the first line, ADVICE behind "fix:" or in brackets; "-": none.
said() {
	local first
	first=$(head -n 1 "$work/out")
	find_disorder
	case $first in
	"HYPERV "[A-Z]*" $1 - "*) ;;
	*) echo "the state is not $1" ;;
	esac
	[ "${first/"$2"/}" != "$first" ] || echo "not on the first line: $2"
	case $3 in
	-) ! grep -q '^  fix: ' "$work/out" || echo "advice where there is none to give" ;;
	*) grep -q -F -e "  fix: $3" -e "($3" "$work/out" || echo "no such advice: $3" ;;
	esac
	find_unusable_advice
}

# expect NAME STATE TEXT ADVICE PROGRAM ARG...
expect() {
	local name=$1 state=$2 text=$3 advice=$4 findings
	shift 4
	check "$@"
	findings=$(said "$state" "$text" "$advice")
	result "$name" "${findings:+$findings$'\n'$(head -n 6 "$work/out")}"
}

# When the connection or an answer is lost, so is the login, and a new one is not worth it: the one enumeration that was under
# way then is left to the host's own timeout. Nothing else may ever be left open.
left_open() {
	stop_sim "$1" >"$work/stopped"
	if [ "$2" = broken ]; then
		grep -v '^open_enumerations=1$' "$work/stopped"
	else
		cat "$work/stopped"
	fi
}

# with_host KIND NAME STATE TEXT ADVICE SIM_OPTION... -- PROGRAM ARG...: one run against a host of its own. KIND: see left_open.
with_host() {
	local kind=$1 name=$2 state=$3 text=$4 advice=$5 options=() program findings
	shift 5
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	program=$2
	shift 2
	start_sim one "$capture" "${options[@]}"
	check "$program" -H "$host" -p "${https:-$http}" "$@"
	findings=$(said "$state" "$text" "$advice")
	left_open one "$kind" >"$work/left"
	result "$name" "${findings:+$findings$'\n'$(head -n 6 "$work/out")}$(cat "$work/left")"
}

# A socket that takes connections, and datagrams, and never says a word. Sets mute.
start_mute() {
	python3 - "$work/mute.port" <<-'END' &
		import os, signal, socket, sys
		s = socket.socket()
		s.bind(("127.0.0.1", 0))
		s.listen(64)
		with open(sys.argv[1] + ".new", "w") as f:
		    f.write(str(s.getsockname()[1]))
		os.rename(sys.argv[1] + ".new", sys.argv[1])
		signal.pause()
	END
	sim_pids+=("$!")
	for _ in $(seq 200); do
		[ ! -e "$work/mute.port" ] || break
		sleep 0.05
	done
	mute=$(cat "$work/mute.port") || { echo "Bail out! no port that never answers"; exit 99; }
}

test_network() {
	local port
	port=$(free_port)
	expect "a name without an address" CRITICAL 'Could not resolve host: no-such-host.invalid' 'here: getent hosts NAME' \
		layout -H no-such-host.invalid "${ntlm[@]}"
	expect "nothing listens" CRITICAL "Failed to connect to $host port $port" 'on the host: Enable-PSRemoting' \
		layout -H "$host" -p "$port" "${ntlm[@]}"
	expect "a port that never answers" CRITICAL 'Operation timed out after ' 'on the host: Enable-NetFirewallRule' \
		layout -H "$host" -p "$mute" "${ntlm[@]}" -t 3
	expect "a port that never answers, TLS" CRITICAL ' timed out after ' 'on the host: Enable-NetFirewallRule' \
		layout -S -H "$host" -p "$mute" "${ntlm[@]}" -C "$work/ca.pem" -t 3
	test_mute_resolver
}

# Name service is the system's, so it is replaced in a namespace of our own, where that is allowed.
test_mute_resolver() {
	local name="-t ends the wait for name service too"
	cat >"$work/mute-dns.py" <<-'END'
		import fcntl, os, socket, struct, sys
		up = struct.pack("16sh14x", b"lo", 0x41)
		fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8914, up)
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.bind(("127.0.0.1", 53))
		s.set_inheritable(True)
		os.execvp(sys.argv[1], sys.argv[1:])
	END
	echo 'nameserver 127.0.0.1' >"$work/resolv.conf"
	# shellcheck disable=SC2016 # for the inner shell
	wrapper=(unshare -rmn sh -c 'mount --bind "$1" /etc/resolv.conf && shift && exec python3 "$@"' sh "$work/resolv.conf"
		"$work/mute-dns.py")
	if "${wrapper[@]}" true 2>/dev/null; then
		expect "$name" CRITICAL 'Resolving timed out after ' 'here: getent hosts NAME' \
			layout -H mute.invalid "${ntlm[@]}" -t 3
	else
		number=$((number + 1))
		echo "ok $number - $name # SKIP no namespace of our own is allowed here"
	fi
	wrapper=()
}

# start_tls CERTIFICATE
start_tls() {
	start_sim tls "$capture" --https --certificate "$work/$1.pem" --key "$work/$1.key" \
		--auth negotiate,basic --user "$user:$password"
}

fault_found="VM 'my-virtual-server': D:\\my-virtual-server-d-drive.vhdx lies in the root of D:"
fault_fix='Move-VMStorage'

# The verdict on the host, as if nothing had been wrong
finds_the_fault() {
	local name=$1
	shift
	expect "$name" CRITICAL "$fault_found" "$fault_fix" "$@"
}

test_tls() {
	local warning='OK: warning: --insecure: the certificate was not verified'
	certificate expired "$host" "subjectAltName=DNS:$host"
	certificate named other.invalid 'subjectAltName=DNS:other.invalid' 30

	start_tls expired
	expect "an expired certificate" UNKNOWN 'certificate has expired' "on the host: winrm set 'winrm/config/Listener" \
		layout -S -H "$host" -p "$https" "${basic[@]}" -C "$work/ca.pem"
	finds_the_fault "--insecure takes an expired certificate" layout -S -H "$host" -p "$https" "${basic[@]}" --insecure
	result "and warns" "$(grep -q "^$warning" "$work/out" || echo "no warning")"
	left_open tls intact >"$work/left"
	result "an expired certificate: nothing is left open" "$(cat "$work/left")"

	start_tls named
	expect "a certificate for another name" UNKNOWN "name matches target host name '$host'" 'here: openssl ' \
		layout -S -H "$host" -p "$https" "${basic[@]}" -C "$work/ca.pem"
	finds_the_fault "--tls-server-name cures the name" layout -S -H "$host" -p "$https" "${basic[@]}" -C "$work/ca.pem" \
		--tls-server-name other.invalid
	result "without a warning" "$(grep -F "$warning" "$work/out")"
	left_open tls intact >"$work/left"
	result "another name: nothing is left open" "$(cat "$work/left")"

	start_tls server
	expect "an unknown issuer" UNKNOWN 'unable to get local issuer certificate' 'on the host: Export-Certificate ' \
		layout -S -H "$host" -p "$https" "${basic[@]}"
	finds_the_fault "--ca-file cures the issuer" layout -S -H "$host" -p "$https" "${basic[@]}" -C "$work/ca.pem"
	finds_the_fault "--insecure takes an unknown issuer" layout -S -H "$host" -p "$https" "${ntlm[@]}" --insecure
	expect "a wrong password, Basic" UNKNOWN 'login refused: the server does not accept user or password' 'on the host: net user' \
		layout -S -H "$host" -p "$https" --auth basic --authfile "$auth_wrong" -C "$work/ca.pem"
	expect "a wrong password, NTLM over TLS" UNKNOWN 'login refused: the server does not accept user or password' \
		'on the host: net user' layout -S -H "$host" -p "$https" --auth ntlm --authfile "$auth_wrong" -C "$work/ca.pem"
	expect "a port of TLS without --ssl" CRITICAL 'Empty reply from server' - layout -H "$host" -p "$https" "${ntlm[@]}"
	left_open tls intact >"$work/left"
	result "TLS: nothing is left open" "$(cat "$work/left")"
}

# How far the client's clock is off stands in its ticket file [format of credential caches, header field 1].
skew_tickets() {
	python3 - "$work/tickets" <<-'END'
		import sys
		with open(sys.argv[1], "r+b") as f:
		    assert f.read(8) == b"\x05\x04\x00\x0c\x00\x01\x00\x08", "no ticket file of format 4 with a time offset"
		    f.write((7200).to_bytes(4, "big"))
	END
}

test_login() {
	local to
	start_sim login "$capture"
	to=(-H "$host" -p "$http")
	expect "a wrong password, NTLM" UNKNOWN 'login refused: the server does not accept user or password' 'on the host: net user' \
		layout "${to[@]}" --auth ntlm --authfile "$auth_wrong"
	expect "a wrong password, Kerberos" UNKNOWN 'Preauthentication failed' 'on the host: net user' \
		layout "${to[@]}" --auth kerberos --authfile "$auth_wrong"
	expect "a user whom the realm does not know" UNKNOWN "'nobody@$realm' not found in Kerberos database" 'on the host: net user' \
		layout "${to[@]}" --auth kerberos --authfile "$auth_nobody"
	expect "no way to log in that both know, Basic" UNKNOWN 'the server does not offer Basic, but Negotiate, Kerberos' \
		'on the host: winrm get winrm/config/service/auth' layout "${to[@]}" "${basic[@]}" --allow-unencrypted
	expect "no ticket" UNKNOWN 'No Kerberos credentials available' 'here: kinit -k' layout "${to[@]}" --auth kerberos
	expect "neither ticket nor password" UNKNOWN 'no Kerberos ticket' 'here: kinit -k' layout "${to[@]}"
	get_tickets
	finds_the_fault "with a ticket" layout "${to[@]}"
	expect "a service that the realm does not know" UNKNOWN "host/$host@$realm not found in Kerberos database" \
		'on the host: setspn -L' layout "${to[@]}" --auth kerberos --spn-service host
	get_tickets
	skew_tickets
	expect "clocks that differ" UNKNOWN 'Clock skew too great' 'on the host: w32tm /resync' layout "${to[@]}" --auth kerberos
	expect "clocks that differ, Negotiate" UNKNOWN 'Clock skew too great' 'on the host: w32tm /resync' layout "${to[@]}"
	drop_tickets
	test_mute_kdc "${to[@]}"
	left_open login intact >"$work/left"
	result "logins: nothing is left open" "$(cat "$work/left")"

	with_host intact "no way to log in that both know, NTLM" UNKNOWN 'the server does not offer Negotiate, but Kerberos' \
		'on the host: winrm get winrm/config/service/auth' --auth kerberos -- layout "${ntlm[@]}"
	get_tickets
	with_host intact "no way to log in that both know, Kerberos" UNKNOWN 'the server does not offer Kerberos, but Negotiate' \
		'on the host: winrm get winrm/config/service/auth' --auth negotiate -- layout --auth kerberos
	drop_tickets
}

# A KDC that takes the request and never answers: the library's own patience is longer than ours.
test_mute_kdc() {
	sed "s/kdc = .*/kdc = 127.0.0.1:$mute/" "$KRB5_CONFIG" >"$work/krb5-mute.conf"
	wrapper=(env "KRB5_CONFIG=$work/krb5-mute.conf")
	expect "-t ends the wait for a KDC too, password" CRITICAL 'timed out after 2 s' - \
		layout "$@" --auth kerberos --authfile "$auth_basic" -t 2
	get_tickets
	expect "-t ends the wait for a KDC too, ticket" UNKNOWN 'timed out after 2 s' - layout "$@" -t 2 --unreachable unknown
	drop_tickets
	wrapper=()
}

test_rights() {
	local read_events='on the host: Add-LocalGroupMember -SID S-1-5-32-573'
	with_host intact "no right to use WinRM" UNKNOWN 'the account may not use WinRM' \
		'on the host: Add-LocalGroupMember -SID S-1-5-32-580' --deny winrm -- layout "${ntlm[@]}"
	with_host intact "no right to read WMI" UNKNOWN 'the account may not read the WMI namespace' \
		'on the host: Add-LocalGroupMember -SID S-1-5-32-578' --deny wmi -- layout "${ntlm[@]}"
	with_host intact "no right to see virtual machines" UNKNOWN 'no row at all was readable' \
		'on the host: Add-LocalGroupMember -SID S-1-5-32-578' --deny hyperv -- layout "${ntlm[@]}"
	with_host intact "no role" UNKNOWN 'the host has no Hyper-V namespace, neither v2' \
		'on the host: Get-WindowsFeature Hyper-V' --lack hyperv -- layout "${ntlm[@]}"
	with_host intact "no right to read events" UNKNOWN 'the account may not read event logs' "$read_events" \
		--deny events -- events "${ntlm[@]}"
	with_host intact "no right to read events, nor to run commands" UNKNOWN 'the account may not read event logs' "$read_events" \
		--deny events,shell -- events "${ntlm[@]}"
	with_host intact "no event channel" UNKNOWN 'no event channel of the query is active or readable' 'on the host: ' \
		--lack channel -- events "${ntlm[@]}"
	with_host intact "no event channel, by command" UNKNOWN 'wevtutil ended with status 15007' - \
		--lack channel -- events "${ntlm[@]}" --event-method winrs
	with_host intact "subscriptions are refused: the command is asked" CRITICAL 'failed checkpoint attempt' "$fault_fix" \
		--lack subscribe -- events "${ntlm[@]}"
	with_host intact "but not with --event-method subscribe" UNKNOWN 'has no such instance, class, namespace or plug-in' \
		'on the host: winrm enumerate winrm/config/plugin' --lack subscribe -- events "${ntlm[@]}" --event-method subscribe
	with_host intact "no right to run commands" UNKNOWN 'the account may not run commands' 'on the host: winrm configSDDL' \
		--deny shell -- events "${ntlm[@]}" --event-method winrs
	with_host intact "which a subscription does not need" CRITICAL 'failed checkpoint attempt' "$fault_fix" \
		--deny shell -- events "${ntlm[@]}"
}

test_faults() {
	local check_wmi='on the host: winmgmt /verifyrepository'
	with_host intact "too many operations" UNKNOWN 'the account has too many operations open' \
		'on the host: winrm set winrm/config/service' --quota operations -- layout "${ntlm[@]}"
	with_host intact "too many shells" UNKNOWN 'the account has too many shells open' 'on the host: winrm set winrm/config/winrs' \
		--quota shells -- events "${ntlm[@]}" --event-method winrs
	with_host intact "too many shells, subscriptions are refused" UNKNOWN 'has no such instance, class, namespace or plug-in' \
		'on the host: winrm set winrm/config/winrs' --lack subscribe --quota shells -- events "${ntlm[@]}"
	with_host intact "too many shells is no trouble of a subscription" CRITICAL 'failed checkpoint attempt' "$fault_fix" \
		--quota shells -- events "${ntlm[@]}"
	with_host intact "an operation that takes too long for the host" UNKNOWN \
		'the host did not complete the operation in the time allowed' "$check_wmi" --times-out -- layout "${ntlm[@]}"
	with_host intact "pages that fail" UNKNOWN 'the WMI provider could not do it' "$check_wmi" \
		--pull-fails --page-chars 2000 -- layout "${ntlm[@]}"
	with_host intact "an enumeration that never ends" CRITICAL 'no time left for Pull' - \
		--endless -- layout "${ntlm[@]}" -t 3
}

# Over HTTP with Basic nothing is sealed: what comes is taken for what it is.
unsealed=(--auth basic --user "$user:$password" --allow-unencrypted)

test_unsealed() {
	local args=("${basic[@]}" --allow-unencrypted)
	with_host intact "unencrypted, as both allow it" CRITICAL "$fault_found" "$fault_fix" "${unsealed[@]}" -- layout "${args[@]}"
	with_host intact "a host that does not allow it offers no Basic" UNKNOWN 'the server does not offer Basic, but Negotiate' \
		'on the host: winrm get winrm/config/service/auth' --auth basic,negotiate --user "$user:$password" -- layout "${args[@]}"
	with_host intact "a host that demands sealing" UNKNOWN 'the server takes sealed messages only (AllowUnencrypted=false)' \
		'on the host: winrm quickconfig -transport:https' "${unsealed[@]}" --inject empty-500 -- layout "${args[@]}"
	with_host intact "an answer of random bytes" UNKNOWN 'the answer is not text' - \
		"${unsealed[@]}" --inject garbage -- layout "${args[@]}"
	with_host broken "a web page" UNKNOWN 'HTTP status 200 with 119 bytes of the type "text/html' \
		'on the host: winrm enumerate winrm/config/listener' "${unsealed[@]}" --inject html -- layout "${args[@]}"
	with_host broken "a web page after good answers" UNKNOWN 'HTTP status 200 with 119 bytes of the type "text/html' \
		'on the host: winrm enumerate winrm/config/listener' "${unsealed[@]}" --inject html@3 -- layout "${args[@]}"
	with_host broken "an endless body" UNKNOWN 'the answer is larger than 8388608 bytes' - \
		"${unsealed[@]}" --inject huge -- layout "${args[@]}"
	with_host broken "400 without a body, Basic" UNKNOWN 'HTTP status 400 with 0 bytes' \
		'on the host: winrm enumerate winrm/config/listener' "${unsealed[@]}" --inject 400 -- layout "${args[@]}"
}

# sealed NAME STATE TEXT ADVICE INJECT: over sealed NTLM, at the first request and all others, and in the midst of an enumeration
sealed() {
	with_host broken "$1" "$2" "$3" "$4" --inject "$5" -- layout "${ntlm[@]}"
	with_host broken "$1, midway" "$2" "$3" "$4" --inject "$5@2" --plain-enumerate -- layout "${ntlm[@]}"
}

test_sealed() {
	local not_sealed='with an answer that is not sealed, though the login demands it'
	sealed "random bytes" UNKNOWN "HTTP status 200 $not_sealed" - garbage
	sealed "a web page, sealing is due" UNKNOWN "HTTP status 200 $not_sealed" - html
	sealed "an unsealed answer" UNKNOWN "HTTP status 200 $not_sealed" - plain
	sealed "500 without a body" UNKNOWN 'HTTP status 500 ' 'on the host: winrm enumerate winrm/config/listener' empty-500
	sealed "503" UNKNOWN 'HTTP status 503 with 0 bytes' 'on the host: winrm enumerate winrm/config/listener' 503
	sealed "a flipped bit" UNKNOWN 'unseal: A token had an invalid Message Integrity Check' - bad-seal
	sealed "a wrong length in the sealed message" UNKNOWN 'sealed answer: Length says ' - wrong-multipart
	with_host intact "401 for ever" UNKNOWN 'HTTP status 401 without a body right after a good login' 'on the host: net user' \
		--inject 401 -- layout "${ntlm[@]}"
	with_host intact "400 for ever" UNKNOWN 'HTTP status 400 without a body right after a good login' - \
		--inject 400 -- layout "${ntlm[@]}"
	with_host intact "401 once: a new login cures it" CRITICAL "$fault_found" "$fault_fix" --inject 401@3 -- layout "${ntlm[@]}"
	with_host intact "400 once: a new login cures it" CRITICAL "$fault_found" "$fault_fix" --inject 400@3 -- layout "${ntlm[@]}"
	with_host intact "a slow host, with time enough" CRITICAL "$fault_found" "$fault_fix" --inject delay:20 -- layout "${ntlm[@]}"
	with_host intact "time that runs out over permissions costs these alone" UNKNOWN \
		'section permissions of files: class FileSecurity of files could not be read: no time left' - \
		--inject delay:300 -- acl "${ntlm[@]}" -t 5
}

# The host ends or loses the connection: it can not be reached.
test_connection() {
	with_host broken "dropped" CRITICAL 'Empty reply from server' - --inject drop -- layout "${ntlm[@]}"
	with_host broken "dropped midway" CRITICAL 'the connection was lost' - \
		--inject drop@2 --plain-enumerate -- layout "${ntlm[@]}"
	sealed "half of the body" CRITICAL 'transfer closed with ' - truncate
	sealed "less than the length said" CRITICAL 'transfer closed with 100 bytes remaining' - wrong-length
	with_host broken "no answer" CRITICAL 'Operation timed out after' 'on the host: Enable-NetFirewallRule' \
		--inject hang -- layout "${ntlm[@]}" -t 3
	with_host broken "no answer midway, which is no firewall" CRITICAL 'Operation timed out after' - \
		--inject hang@3 -- layout "${ntlm[@]}" -t 3
	test_slow
}

# Time ends within an answer or between two, as it happens.
test_slow() {
	local text
	start_sim one "$capture" --inject delay:600
	check layout -H "$host" -p "$http" "${ntlm[@]}" -t 3
	text=$(head -n 1 "$work/out" | grep -o 'timed out after')
	result "a host too slow for -t" "$(said CRITICAL "${text:-no time left for}" -)"
	left_open one broken >"$work/left"
	result "a host too slow for -t: nothing else is left open" "$(cat "$work/left")"
}

test_huge() {
	with_host broken "an endless sealed body" UNKNOWN 'the answer is larger than 8404992 bytes' - \
		--inject huge -- layout "${ntlm[@]}"
	start_sim one "$capture" --inject huge@3
	check layout -H "$host" -p "$http" "${ntlm[@]}"
	# The fault is found without the class that was lost; that it was lost is told.
	result "an endless body midway: the rest is judged, the gap is told" \
		"$(said CRITICAL "$fault_found" "$fault_fix"
		grep -q '^UNKNOWN: .*the answer is larger than' "$work/out" || echo "no word of the gap")"
	left_open one broken >"$work/left"
	result "an endless body midway: nothing else is left open" "$(cat "$work/left")"
}

# --unreachable is about hosts that do not answer; it must not paint over what the monitoring host can cure.
test_unreachable() {
	local port state
	port=$(free_port)
	for state in ok warning unknown critical; do
		expect "--unreachable $state, nothing listens" "${state^^}" "Failed to connect to $host port $port" \
			'on the host: Enable-PSRemoting' layout -H "$host" -p "$port" "${ntlm[@]}" --unreachable "$state"
	done
	expect "--unreachable warning, no name" WARNING 'Could not resolve host' 'here: getent hosts NAME' \
		space -H no-such-host.invalid "${ntlm[@]}" --unreachable warning
	with_host broken "--unreachable warning, dropped" WARNING 'Empty reply from server' - \
		--inject drop -- events "${ntlm[@]}" --unreachable warning
	for state in ok warning critical; do
		with_host intact "--unreachable $state, wrong password" UNKNOWN 'does not accept user or password' 'on the host: net user' \
			-- layout --auth ntlm --authfile "$auth_wrong" --unreachable "$state"
	done
	with_host intact "--unreachable ok, no right" UNKNOWN 'may not use WinRM' 'on the host: ' --deny winrm -- \
		layout "${ntlm[@]}" --unreachable ok
	with_host intact "--unreachable ok, no ticket" UNKNOWN 'no Kerberos ticket' 'here: kinit' -- layout --unreachable ok
	with_host broken "--unreachable ok, an answer that is none" UNKNOWN 'HTTP status 503' 'on the host: ' --inject 503 -- \
		layout "${ntlm[@]}" --unreachable ok
	with_host intact "--unreachable ok, an unknown issuer" UNKNOWN 'unable to get local issuer' 'on the host: ' \
		--https --certificate "$work/server.pem" --key "$work/server.key" -- layout -S "${ntlm[@]}" --unreachable ok
}

test_arguments() {
	local loose=$work/auth-loose
	cp "$auth_ntlm" "$loose"
	chmod 644 "$loose"
	expect "a password on the command line" UNKNOWN '--password is not accepted on the command line' - \
		layout -H "$host" --username "$user" "--password=$password"
	expect "an authfile that others can read" UNKNOWN 'is open to others (mode 0644): chmod 600' - \
		layout -H "$host" --auth ntlm --authfile "$loose"
	expect "no authfile" UNKNOWN "$work/none" - layout -H "$host" --auth ntlm --authfile "$work/none"
	expect "Basic in the clear without consent" UNKNOWN '--auth=basic needs --ssl, or else --allow-unencrypted' - \
		layout -H "$host" "${basic[@]}"
	expect "NTLM without a password" UNKNOWN '--auth=ntlm needs a user and a password' - layout -H "$host" --auth ntlm
	expect "--insecure without --ssl" UNKNOWN '--insecure is of use with --ssl alone' - layout -H "$host" "${ntlm[@]}" --insecure
	expect "a CA file that is not there" UNKNOWN "$work/none" - layout -S -H "$host" -p "$mute" "${ntlm[@]}" -C "$work/none" -t 2
}

# Whatever was said above, with everything told that can be told
test_secrets() {
	local secret findings=
	[ -s "$work/everything" ] || findings="nothing was said at all"
	for secret in "$password" "$(printf '%s' "$user:$password" | base64)" "$(printf '%s' "$password" | base64)" "${password%% *}"; do
		! grep -a -q -F -e "$secret" "$work/everything" || findings="it was told: $secret"
	done
	result "no secret was told in all of this" "$findings"
	result "the traces of all of this were there to be searched" \
		"$(grep -q '^trace: Enumerate root/cimv2' "$work/everything" || echo "there is no trace")"
}

start_realm
make_accounts
make_certificates
start_mute
auth_nobody=$work/auth-nobody
printf 'username = nobody\npassword = %s\n' "$password" >"$auth_nobody"
chmod 600 "$auth_nobody"

test_network
test_tls
test_login
test_rights
test_faults
test_unsealed
test_sealed
test_connection
test_huge
test_unreachable
test_arguments
test_secrets
finish
