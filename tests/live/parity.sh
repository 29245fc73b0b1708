#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A check says the same of a host as of a file that holds what the host does: for every golden case over sealed NTLM, for some
# captures by every way to log in and to be answered. With few requests, one login a run, and nothing left open. TAP.
set -u
# shellcheck source=tests/live/lib.sh
. "$(dirname "$0")/lib.sh"
least_cases=230 # so that no rule leaves out what it should not
step=1          # every so many of them are asked
# With sanitizers a run takes ten times as long, and the same code runs for all: some cases and hosts are enough. So they are where
# all of them were asked before.
[ "${BRIEF-no}" = no ] || step=4
results=$work/results
mkdir "$results" || exit 99

missing=
for tool in krb5kdc kadmin.local kdb5_util kinit openssl python3; do
	command -v "$tool" >/dev/null || missing="$missing $tool"
done
[ -z "$missing" ] || { echo "1..0 # SKIP not installed:$missing"; exit 0; }

# judge ID CHECK ARG...: what a check says, to $results/ID and ID.rc.
judge() {
	local id=$1 check=$2 status=0
	shift 2
	"$builddir/plugins/$check" -t 60 "$@" --output json >"$results/$id" 2>"$results/$id.err" </dev/null || status=$?
	echo "$status" >"$results/$id.rc"
	[ ! -s "$results/$id.err" ] || cat "$results/$id.err" >>"$results/$id"
}

# end_sim NAME LOGINS: stops it. Says what it left open, and whether there was another number of logins or a refused one.
end_sim() {
	stop_sim "$1"
	[ "$(counter "$1" logins)" = "$2" ] || echo "$(counter "$1" logins) logins, expected were $2"
	[ "$(counter "$1" logins_refused)" = 0 ] || echo "$(counter "$1" logins_refused) logins were refused"
}
# Every message was sealed: to be asked after end_sim.
find_unsealed() {
	if [ "$(counter "$1" unsealed)" != 0 ] || [ "$(counter "$1" sealed)" = 0 ]; then grep sealed= "$work/$1.counters"; fi
}

# --- Every golden case by NTLM ---

# The hosts in turn, each for all cases that read its capture.
ask_cases() {
	local line fields id=0 held='' name='' runs=0
	while IFS= read -r line; do
		IFS=$'\t' read -ra fields <<<"$line"
		id=$((id + 1))
		if [ "${fields[1]}" != "$held" ]; then
			end_host
			held=${fields[1]} name=host$id runs=0
			start_sim "$name" "$held"
		fi
		judge "$id.file" "${fields[2]}" --capture "${fields[0]}" "${fields[@]:6}" --now "${fields[5]}"
		judge "$id.live" "${fields[2]}" -H "$host" -p "$http" --auth ntlm --authfile "$auth_ntlm" \
			"${fields[@]:6}" --now "${fields[5]}"
		printf '%s\t' "$id" "${fields[@]:0:5}" >>"$results/runs"
		printf '%s:%s\n' "$work/$name.log" "$runs" >>"$results/runs"
		runs=$((runs + 1))
	done <"$work/cases"
	end_host
}
end_host() {
	[ -n "$held" ] || return
	{ end_sim "$name" "$runs"; find_unsealed "$name"; } >"$work/said"
	[ ! -s "$work/said" ] || { echo "$held:"; cat "$work/said"; } >>"$results/hosts"
}

test_cases() {
	local id capture held check case
	python3 "$srcdir/tests/live/parity-cases.py" "$srcdir" "$builddir" "$work" >"$work/cases" 2>"$work/left-out" || {
		cat "$work/left-out"
		exit 99
	}
	echo "# $(wc -l <"$work/cases") cases taken"
	sed 's/^/# /' "$work/left-out"
	result "at least $least_cases cases" "$([ "$(wc -l <"$work/cases")" -ge "$least_cases" ] || echo "some got lost")"
	[ "$step" -eq 1 ] || { echo "# of which one in $step is asked"; sed -n "1~${step}p" "$work/cases" >"$work/some" && mv "$work/some" "$work/cases"; }
	ask_cases
	python3 "$srcdir/tests/live/parity-compare.py" "$results" <"$results/runs" || exit 99
	while IFS=$'\t' read -r id capture held check case _; do
		result "$check on $case: the same by sealed NTLM" "$(cat "$results/$id.findings")"
	done <"$results/runs"
	result "one login a run, all sealed, nothing left open" "$(cat "$results/hosts" 2>/dev/null)"
}

# --- Some captures every way ---

make_captures() {
	python3 "$srcdir/tests/bench/make-capture.py" $((150 / step)) >"$work/large.json" || exit 99
	python3 "$srcdir/tests/live/parity-cases.py" "$srcdir" "$builddir" "$work" "$examples"/{fault,repaired}-capture.json \
		"$srcdir/tests/golden/check_hyperv_layout/snapshot-volume-2008r2/capture.json" "$work/large.json" \
		"$work/inputs/hostile.json" >"$work/captures" || exit 99
	cut -f 2 "$work/captures" | uniq >"$work/held"
	[ "$step" -eq 1 ] || { head -n 2 "$work/held" >"$work/some" && mv "$work/some" "$work/held"; }
}

# ask WAY SCHEME BODY ARG...: what every check says of the host that runs, and of the file, which is read once. SCHEME and BODY,
# "sealed" or "plain", are what the host must see.
ways=()
ask() {
	local way=$1 seen=" $2 $3 " capture held check name status now id
	shift 3
	[[ " ${ways[*]} " == *" $way "* ]] || ways+=("$way")
	while IFS=$'\t' read -r capture held check name status now; do
		[ "$held" = "$now_held" ] || continue
		id=$(basename "$held" .json).$check
		[ -e "$results/$id.file" ] || judge "$id.file" "$check" --capture "$capture" --now "$now"
		judge "$id.$way.live" "$check" "$@" --now "$now"
		ln -sf "$id.file" "$results/$id.$way.file"
		ln -sf "$id.file.rc" "$results/$id.$way.file.rc"
		printf '%s\t' "$id.$way" "$capture" "$held" "$check" "$name ($way)" >>"$results/$way.runs"
		printf '%s\t%s\n' - - >>"$results/$way.runs"
		logins=$((logins + 1))
	done <"$work/captures"
	[[ $(tail -n 1 "$work/$running.log") == *"$seen"* ]] || echo "$way: the host did not see$seen" >>"$results/way-hosts"
}

# with_host NAME LOGINS SIM-OPTION... -- FUNCTION: asks each of the hosts in turn. LOGINS are those on top of one a run.
with_host() {
	local running=$1 more=$2 logins options=()
	shift 2
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	while read -r now_held; do
		logins=$more
		start_sim "$running" "$now_held" --http --https --certificate "$work/server.pem" --key "$work/server.key" "${options[@]}"
		"$2"
		end_sim "$running" "$logins" >"$work/said"
		sed "s|^|$running, $now_held: |" "$work/said" >>"$results/way-hosts"
	done <"$work/held"
}

http() { ask "$1" "$2" sealed -H "$host" -p "$http" "${@:3}"; }
tls() { ask "$1" "$2" plain -H "$host" -S -p "$https" --ca-file "$work/ca.pem" "${@:3}"; }
ntlm() { http "$1" Negotiate --auth ntlm --authfile "$auth_ntlm" "${@:2}"; }

log_in() {
	get_tickets
	http kerberos Kerberos --auth kerberos
	http auto Negotiate --auth auto
	http spn-wsman Kerberos --auth kerberos --spn-service wsman
	drop_tickets
	http keytab Kerberos --auth kerberos --keytab "$keytab" --username "$user"
	http kerberos-password Kerberos --auth kerberos --authfile "$auth_basic"
	ask ntlm-address Negotiate sealed -H 127.0.0.1 -p "$http" --auth ntlm --authfile "$auth_ntlm"
	ntlm subscribe --event-method subscribe
	ntlm winrs --event-method winrs
	shells=$((shells + $(grep -c shell/Command "$work/$running.log")))
	tls basic-tls Basic --auth basic --authfile "$auth_basic"
	tls certificate Certificate --auth certificate --client-certificate "$work/client.pem"
}
log_in_bound() {
	get_tickets
	tls kerberos-strict Kerberos --auth kerberos
	drop_tickets
	tls ntlm-strict Negotiate --auth ntlm --authfile "$auth_ntlm"
}
log_in_openly() {
	ask basic-open Basic plain -H "$host" -p "$http" --auth basic --authfile "$auth_basic" --allow-unencrypted
}
ask_by_ntlm() {
	ntlm "$way"
	pulls=$((pulls + $(grep -c enumeration/Pull "$work/$running.log")))
}

# A capture that hyperv_capture takes of the host, in the place of the file. The host's clock is that of this machine, whatever
# the capture's, so events of many years are asked for.
take_capture() {
	local taken=$work/taken-${now_held##*/} wanted=1 ended=0 capture held check name status now id
	! grep -q '"channel": "Microsoft-Windows-Hyper-V-VMMS-Admin"' "$now_held" || wanted=0
	grep -q '"class": "Msvm_VssComponent"' "$now_held" || wanted=1
	"$builddir/plugins/hyperv_capture" -H "$host" -p "$http" --auth ntlm --authfile "$auth_ntlm" --events 3650d -o "$taken" \
		>"$work/said" 2>&1 </dev/null || ended=$?
	[ "$ended" -eq "$wanted" ] ||
		{ echo "$now_held: status $ended, expected was $wanted"; cat "$work/said"; } >>"$results/not-taken"
	logins=$((logins + 1))
	[ -s "$taken" ] || return
	ntlm taken
	while IFS=$'\t' read -r capture held check name status now; do
		[ "$held" = "$now_held" ] || continue
		id=$(basename "$held" .json).$check.taken
		rm "$results/$id.file" "$results/$id.file.rc"
		judge "$id.file" "$check" --capture "$taken" --now "$now"
		printf '%s\t' "$id" "$taken" "$held" "$check" "$name (taken)" >>"$results/retaken.runs"
		printf '%s\t%s\n' - - >>"$results/retaken.runs"
	done <"$work/captures"
}

test_taken() {
	local ways=() now_held
	with_host taken 0 -- take_capture
	result "hyperv_capture takes all that the host holds" "$(cat "$results/not-taken" 2>/dev/null)"
	result_way retaken "the same of a capture taken of the host as of the host, by every check"
}

# result_way WAY NAME
result_way() {
	local id name
	[ -s "$results/$1.runs" ] || { result "$2" "nothing was there to compare"; return; }
	python3 "$srcdir/tests/live/parity-compare.py" "$results" <"$results/$1.runs" || exit 99
	result "$2" "$(cut -f 1,5 "$results/$1.runs" |
		while IFS=$'\t' read -r id name; do sed "s|^|$name: |" "$results/$id.findings"; done)"
}

# with_trait WAY LOGINS SIM-OPTION...: hosts that answer in an unusual way.
with_trait() {
	local way=$1
	with_host "$@" -- ask_by_ntlm
}

test_ways() {
	local way now_held shells=0 pulls=0 many
	with_host schemes 0 --client-ca "$work/ca.pem" --auth negotiate,kerberos,basic,certificate --user "$user:$password" -- log_in
	with_host strict 0 --strict-binding -- log_in_bound
	with_host open 0 --auth basic --user "$user:$password" --allow-unencrypted -- log_in_openly
	with_trait small-pages 0 --page-chars 2000
	many=$pulls
	for way in utf16 chunked tab; do with_trait $way 0 --inject $way; done
	with_trait login-again 1 --inject 401@5
	pulls=0
	with_trait plain-enumerate 0 --plain-enumerate
	for way in "${ways[@]}"; do
		result_way "$way" "the same of $(wc -l <"$work/held") hosts by every check, way $way"
	done
	result "a remote shell, many small pages and pages of their own were asked for" "$(
		[ "$shells" -gt 0 ] && [ "$many" -gt $((500 / step / 2)) ] && [ "$pulls" -gt $((50 / step)) ] || echo "$shells, $many, $pulls")"
}

quiet python3 "$srcdir/tests/golden/make-inputs.py" "$work/inputs"
make_accounts
make_certificates
start_realm
test_cases
make_captures
test_ways
test_taken
result "one login a run and nothing left open, by every way" "$(cat "$results/way-hosts")"
finish
