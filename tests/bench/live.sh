#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A part of `make bench`: what it costs to ask a live host, a simulated one on loopback, as Markdown tables. Beside the checks
# python3-winrm asking the same, and the floor: curl posting the same bodies and getting the same answers; beside the doctor the
# collection alone. Peers that are not installed are left out by name (Debian: python3-winrm, curl).
set -u
# shellcheck source=tests/live/lib.sh
. "${srcdir:-.}/tests/live/lib.sh"
measure=$builddir/tests/bench/measure
plugins=$builddir/plugins
python=/usr/bin/python3
runs=${RUNS:-11}
peer_runs=3
doctor_runs=5
now=2026-11-21T23:00:00Z
way_ntlm=(--auth ntlm --authfile "$auth_ntlm")
way_kerberos=(--auth kerberos)
way_basic=(--auth basic --authfile "$auth_basic" --ssl --ca-file "$work/ca.pem")

for tool in krb5kdc kadmin.local kdb5_util kinit openssl; do
	command -v "$tool" >/dev/null || { echo "$tool is not installed: live hosts are left out" >&2; exit 0; }
done
[ -x "$sim" ] || { echo "there is no simulated host: live hosts are left out" >&2; exit 0; }

# start_relay MODE DIR [PORT]: sets relay_pid and relay_port.
start_relay() {
	rm -f "$work/relay"
	python3 "$srcdir/tests/bench/live-relay.py" "$1" "$2" "$work/relay" "${@:3}" </dev/null >/dev/null 2>"$work/relay.errors" &
	relay_pid=$!
	sim_pids+=("$relay_pid")
	for _ in $(seq 200); do
		[ ! -e "$work/relay" ] || break
		sleep 0.05
	done
	relay_port=$(cat "$work/relay") || { cat "$work/relay.errors" >&2; exit 99; }
}
stop_relay() {
	kill "$relay_pid"
	wait "$relay_pid" 2>/dev/null
}

# keep CHECK: what the check asks and is answered, in $work/kept.
keep() {
	rm -rf "$work/kept"
	mkdir "$work/kept"
	start_relay record "$work/kept" "$http"
	"$plugins/$1" -H "$host" -p "$relay_port" --auth basic --authfile "$auth_basic" --allow-unencrypted --now "$now" \
		>"$work/verdict"
	stop_relay
	compgen -G "$work/kept/*.request" >/dev/null || { head -n 3 "$work/verdict" "$work/relay.errors" >&2; exit 99; }
}

# counts: requests, logins, connections and bytes sent by the host so far.
counts() {
	rm -f "$work/host.counters"
	kill -USR1 "${sim_pid_of[host]}"
	until [ -e "$work/host.counters" ]; do sleep 0.02; done
	echo "$(counter host requests) $(counter host logins) $(counter host connections) $(counter host bytes_out)"
}

# line TITLE REQUESTS LOGINS CONNECTIONS KIB MEASURED: a row; keeps CPU time and exit status in cpu and status.
line() {
	local wall min max rss
	read -r wall min max cpu rss status <<<"$6"
	printf '| %s | %s | %s .. %s | %s | %s | %s | %s | %s | %s | %s |\n' "$1" "$wall" "$min" "$max" "$cpu" "$rss" "${@:2:4}" "$status"
}

# row TITLE RUNS COMMAND...: a client of the simulated host, which counts; one run more warms up.
row() {
	local title=$1 count=$2 before after measured i
	shift 2
	read -ra before <<<"$(counts)"
	measured=$("$measure" "$count" "$@")
	read -ra after <<<"$(counts)"
	for i in 0 1 2 3; do after[i]=$(((after[i] - before[i]) / (count + 1))); done
	line "$title" "${after[0]}" "${after[1]}" "${after[2]}" $((after[3] / 1024)) "$measured"
}

# row_of_floor CHECK: one curl, one connection, the bodies that the check posted, against a host that only gives kept answers.
row_of_floor() {
	local body separator=
	start_relay replay "$work/kept"
	for body in "$work"/kept/*.request; do
		printf '%surl = "http://127.0.0.1:%s/wsman"\nbasic\nuser = "%s:%s"\n' "$separator" "$relay_port" "$user" "$password"
		printf 'header = "Content-Type: application/soap+xml;charset=UTF-8"\ndata-binary = "@%s"\noutput = "/dev/null"\n' "$body"
		separator=$'next\n'
	done >"$work/curl.conf"
	line "floor: curl, Basic, not encrypted" "$(find "$work/kept" -name '*.request' | wc -l)" 1 1 \
		$(($(cat "$work"/kept/*.answer-* | wc -c) / 1024)) "$("$measure" "$runs" curl --silent --config "$work/curl.conf")"
	stop_relay
}

# rows CHECK: all ways to ask; and how they compare, for later.
rows() {
	local check=$1 ours floor='' peer=''
	keep "$check"
	row "$check, NTLM, sealed" "$runs" "$plugins/$check" -H "$host" -p "$http" --now "$now" "${way_ntlm[@]}"
	ours=$cpu
	row "$check, Kerberos, sealed" "$runs" "$plugins/$check" -H "$host" -p "$http" --now "$now" "${way_kerberos[@]}"
	row "$check, Basic over TLS" "$runs" "$plugins/$check" -H "$host" -p "$https" --now "$now" "${way_basic[@]}"
	if $has_pywinrm; then
		row "python3-winrm, NTLM, sealed" "$peer_runs" env OPENSSL_CONF="$work/openssl.cnf" \
			"$python" -W ignore "$srcdir/tests/bench/live-pywinrm.py" "http://$host:$http/wsman" "$work/kept"
		[ "$status" -ne 0 ] || peer=$cpu
	fi
	if $has_curl; then
		row_of_floor
		[ "$status" -ne 0 ] || floor=$cpu
	fi
	comparisons+=("$check $ours ${floor:--} ${peer:--}")
}

# rows_of_doctor: beside what it costs to ask for the same and judge nothing. A method is called for each file and each folder.
rows_of_doctor() {
	local doctor=("$plugins/hyperv_doctor" -H "$host" -p "$http" --now "$now" "${way_ntlm[@]}") alone
	row "hyperv_doctor --list (the collection alone), NTLM, sealed" "$doctor_runs" "${doctor[@]}" --list
	alone=$cpu
	row "hyperv_doctor, NTLM, sealed" "$doctor_runs" "${doctor[@]}"
	doctor_ratio=$(awk "BEGIN { printf \"%.2f\", $cpu / $alone }")
}

compare() {
	printf '\n| CPU time | to the floor (goal: at most 2) | of python3-winrm (goal: at most 0.1) |\n|---|--:|--:|\n'
	printf '%s\n' "${comparisons[@]}" | awk '
		function ratio(other, digits) { return other == "-" ? "-" : sprintf("%.*f", digits, $2 / other) }
		{ printf "| %s, NTLM | %s | %s |\n", $1, ratio($3, 2), ratio($4, 3) }'
	printf '\nhyperv_doctor: %s times the CPU time of the collection alone (goal: less than 1.5)\n' "$doctor_ratio"
}

has_pywinrm=true
"$python" -c 'import winrm, requests_ntlm' 2>/dev/null || has_pywinrm=false
$has_pywinrm || echo "python3-winrm is not installed: left out" >&2
has_curl=true
command -v curl >/dev/null || has_curl=false
$has_curl || echo "curl is not installed: no floor" >&2
# python3-winrm computes NTLM with MD4, which OpenSSL keeps in its legacy provider.
printf '%s\n' 'openssl_conf = init' '[init]' 'providers = providers' '[providers]' 'default = active' 'legacy = active' \
	'[active]' 'activate = 1' >"$work/openssl.cnf"
export account="TESTDOM\\$user" password

make_accounts
make_certificates
start_realm
get_tickets
printf '\nLive host, simulated on loopback: wall time includes its work. Floor: one curl posts the bodies of the check once more, by\n'
printf 'Basic and not encrypted on one connection, to a server that gives the recorded answers; nothing is sealed or parsed.\n'
printf 'python3-winrm asks the same and turns each page into rows, but judges nothing.\n'
for vms in 10 500; do
	comparisons=()
	python3 "$srcdir/tests/bench/make-capture.py" "$vms" >"$work/$vms.json"
	# python3-winrm knows a sealed answer by the tab before its headers.
	start_sim host "$work/$vms.json" --http --https --certificate "$work/server.pem" --key "$work/server.key" \
		--auth negotiate,kerberos,basic --user "$user:$password" --allow-unencrypted --inject tab
	printf '\n%s VMs, live\n\n| what | wall ms, median | min .. max | CPU ms | peak KiB ' "$vms"
	printf '| requests | logins | connections | KiB received | exit |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n'
	for check in check_hyperv_layout check_hyperv_events check_hyperv_space; do rows "$check"; done
	rows_of_doctor
	compare
	stop_sim host >&2
done
