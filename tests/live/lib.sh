# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests against simulated hosts: a directory of their own, a realm with a KDC on loopback, certificates, NTLM
# accounts, and hosts to start and stop. Everything lives below $work and is gone at the end.
# shellcheck shell=bash

srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
builddir=$(cd "${TOP_BUILDDIR:-${builddir:-.}}" && pwd) || exit 99
sim=$builddir/tests/sim/hyperv_sim
examples=$srcdir/doc/examples
work=$(mktemp -d "${TMPDIR:-/tmp}/hyperv-live.XXXXXX") || exit 99
export PATH=$PATH:/usr/sbin:/sbin
unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
unset NAGIOS_CONFIG_PATH MP_CONFIG_FILE XDG_CACHE_HOME
export LC_ALL=C TZ=UTC HOME=$work
# What gss-ntlmssp and the libraries that come with libcurl never free is not for these tests to find.
export LSAN_OPTIONS=suppressions=$srcdir/tests/live/leaks.txt:print_suppressions=0
# It is known by whole stacks alone.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}fast_unwind_on_malloc=0

realm=TEST.INVALID
host=localhost # a name, for Kerberos; the realm knows it
user=monitor
password='correct horse'
auth_ntlm=$work/auth-ntlm       # --authfile, with the domain
auth_basic=$work/auth-basic     # without
auth_wrong=$work/auth-wrong     # a wrong password
keytab=$work/$user.keytab

kdc_pid=
sim_pids=()
cleanup() {
	local pid
	for pid in "${sim_pids[@]}" $kdc_pid; do kill -KILL "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 99' INT TERM

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# quiet COMMAND...: shows what it says when it fails.
quiet() {
	"$@" >"$work/said" 2>&1 </dev/null || { sed 's/^/# /' "$work/said"; echo "Bail out! $1 failed"; exit 99; }
}

# The realm: krb5kdc on a port of its own, tickets for the services of $host, and a user with password and keytab.
start_realm() {
	local port
	port=$(free_port)
	export KRB5_CONFIG=$work/krb5.conf KRB5_KDC_PROFILE=$work/kdc.conf KRB5_KTNAME=FILE:$work/service.keytab
	export KRB5CCNAME=FILE:$work/tickets KRB5_CLIENT_KTNAME=FILE:$work/no-keytab KRB5RCACHEDIR=$work
	cat >"$work/krb5.conf" <<-END
		[libdefaults]
		 default_realm = $realm
		 dns_lookup_kdc = false
		 dns_lookup_realm = false
		 dns_canonicalize_hostname = false
		 rdns = false
		 udp_preference_limit = 1
		[realms]
		 $realm = {
		  kdc = 127.0.0.1:$port
		 }
		[domain_realm]
		 $host = $realm
	END
	cat >"$work/kdc.conf" <<-END
		[realms]
		 $realm = {
		  database_name = $work/principal
		  key_stash_file = $work/stash
		  kdc_listen = 127.0.0.1:$port
		  kdc_tcp_listen = 127.0.0.1:$port
		  supported_enctypes = aes256-cts-hmac-sha1-96:normal
		 }
	END
	quiet kdb5_util create -s -P master -r "$realm"
	quiet kadmin.local -q "addprinc -randkey HTTP/$host"
	quiet kadmin.local -q "addprinc -randkey WSMAN/$host"
	quiet kadmin.local -q "addprinc +requires_preauth -pw \"$password\" $user"
	quiet kadmin.local -q "ktadd -k $work/service.keytab HTTP/$host WSMAN/$host"
	quiet kadmin.local -q "ktadd -norandkey -k $keytab $user"
	krb5kdc -n >"$work/kdc.log" 2>&1 </dev/null &
	kdc_pid=$!
	for _ in $(seq 100); do
		kinit -k -t "$keytab" -c "FILE:$work/first" "$user" >/dev/null 2>&1 && break
		sleep 0.05
	done
	[ -s "$work/first" ] || { echo "Bail out! the KDC does not answer"; exit 99; }
}

# Tickets of the user; without them Kerberos has nothing to go by.
get_tickets() { quiet kinit -k -t "$keytab" "$user"; }
drop_tickets() { rm -f "$work/tickets"; }

# Accounts for NTLM and Basic, and their files for --authfile.
make_accounts() {
	export NTLM_USER_FILE=$work/ntlm-users
	printf 'TESTDOM:%s:%s\n' "$user" "$password" >"$NTLM_USER_FILE"
	printf 'username = %s\npassword = %s\ndomain = TESTDOM\n' "$user" "$password" >"$auth_ntlm"
	printf 'username = %s\npassword = %s\n' "$user" "$password" >"$auth_basic"
	printf 'username = %s\npassword = %s\ndomain = TESTDOM\n' "$user" wrong >"$auth_wrong"
	chmod 600 "$NTLM_USER_FILE" "$auth_ntlm" "$auth_basic" "$auth_wrong"
}

# certificate NAME SUBJECT EXTENSIONS [DAYS]: NAME.pem and NAME.key, signed by ca.pem. No days: expired.
certificate() {
	quiet openssl req -newkey rsa:2048 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" -subj "/CN=$2"
	printf '%s\n' "$3" >"$work/$1.ext"
	if [ $# -gt 3 ]; then
		quiet openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -out "$work/$1.pem" \
			-days "$4" -extfile "$work/$1.ext"
		return
	fi
	mkdir -p "$work/issued"
	: >"$work/issued/index"
	quiet openssl ca -batch -config <(printf '%s\n' '[ca]' 'default_ca = c' '[c]' "database = $work/issued/index" "new_certs_dir = $work/issued" \
		'policy = p' 'default_md = sha256' 'rand_serial = yes' '[p]' 'commonName = supplied') -cert "$work/ca.pem" -keyfile "$work/ca.key" \
		-startdate 20200101000000Z -enddate 20200102000000Z -extfile "$work/$1.ext" -in "$work/$1.csr" -out "$work/$1.pem"
}
make_certificates() {
	quiet openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/ca.key" -out "$work/ca.pem" -days 30 -subj /CN=ca
	certificate server "$host" "subjectAltName=DNS:$host,IP:127.0.0.1" 30
	certificate client "$user" 'extendedKeyUsage=clientAuth' 30
	cat "$work/client.key" >>"$work/client.pem"
}

# start_sim NAME CAPTURE [OPTION]...: a host. Sets http and https (ports; empty when not served).
declare -A sim_pid_of=()
start_sim() {
	local name=$1 capture=$2
	shift 2
	rm -f "$work/$name.ready" "$work/$name.counters" "$work/$name.log"
	"$sim" --capture "$capture" --ready "$work/$name.ready" --counters "$work/$name.counters" --log "$work/$name.log" "$@" \
		>"$work/$name.out" 2>&1 </dev/null &
	sim_pid_of[$name]=$!
	sim_pids+=("$!")
	for _ in $(seq 200); do
		[ ! -e "$work/$name.ready" ] || break
		kill -0 "${sim_pid_of[$name]}" 2>/dev/null || break
		sleep 0.05
	done
	[ -e "$work/$name.ready" ] || { sed 's/^/# /' "$work/$name.out"; echo "Bail out! the simulated host does not start"; exit 99; }
	http=$(sed -n 's/^http=//p' "$work/$name.ready")
	https=$(sed -n 's/^https=//p' "$work/$name.ready")
	export http https
}

# stop_sim NAME: ends it. Says, one a line, what went wrong: a bad end, or something that was left open.
stop_sim() {
	local pid=${sim_pid_of[$1]} status=0
	kill -TERM "$pid" 2>/dev/null
	wait "$pid" || status=$?
	unset "sim_pid_of[$1]"
	[ "$status" -eq 0 ] || { echo "the simulated host ended with status $status"; cat "$work/$1.out"; }
	grep -E '^open_[a-z]+=[^0]' "$work/$1.counters" || [ -s "$work/$1.counters" ] || echo "no counters were written"
}
# counter NAME COUNTER: its value, after stop_sim or a SIGUSR1.
counter() { sed -n "s/^$2=//p" "$work/$1.counters"; }

# shellcheck source=tests/script.sh
. "$(dirname "${BASH_SOURCE[0]}")/../script.sh"
