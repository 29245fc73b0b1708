#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A part of `make bench`: what hyperv_agentx costs, as Markdown tables. Walks and single requests through snmpd at 1, 100 and 1,000
# hosts, beside snmpd's own tables; how long a request waits while half of the hosts hang; memory; and the processor time that polling
# takes.
set -u
# shellcheck source=tests/snmp/lib.sh
. "${srcdir:-.}/tests/snmp/lib.sh"
get=$builddir/tests/bench/snmp-get
if [ ! -x "$agent" ] || [ ! -x "$get" ]; then
	echo "hyperv_agentx is not built: SNMP is left out" >&2
	exit 0
fi

now=2026-11-21T23:00:00Z
vms=10 # of each host
newline=$'\n'
walks=3
gets=2000
declare -A memory=() sizes=()

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# hosts COUNT INTERVAL: a configuration
hosts() {
	printf '[agent]\nworkers = 8\n[defaults]\ninterval = %s\nmax-age = 520w\n' "$2"
	seq -f "[host hv%05.0f]$newline""capture = $work/capture.json" "$1"
}
# begin NAME COUNT: starts an agent with the configuration NAME.conf; returns when all of its hosts have been polled.
begin() {
	start_agent "$1" "$work/$1.conf"
	or_bail "$1" wait_for 600 polled "$2"
}
# row TITLE OBJECT...: a walk of each object, the median of several; microseconds for a variable, without and relative to the floor
row() {
	local title=$1 rows=0 ms=0 object one
	shift
	for object in "$@"; do
		for _ in $(seq "$walks"); do "$get" "$address" "$community" walk "$object" || exit 99; done >"$work/walks"
		one=$(cut -d ' ' -f 2 "$work/walks" | median)
		rows=$((rows + $(head -n 1 "$work/walks" | cut -d ' ' -f 1)))
		ms=$(awk "BEGIN { print $ms + $one }")
	done
	awk -v title="$title" -v rows="$rows" -v ms="$ms" -v floor="${floor:-0}" 'BEGIN {
		each = ms * 1000 / rows
		printf "| %s | %d | %.1f | %.2f | %s |\n", title, rows, ms, each, floor ? sprintf("%.1f", each / floor) : "1" }'
	each=$(awk "BEGIN { print $ms * 1000 / $rows }")
}
# kib FIELD: of the memory of the agent NAME
kib() { awk -v field="$1:" '$1 == field { print $2 }' "/proc/${agent_pid_of[$2]}/smaps_rollup"; }
# requests TITLE OBJECT...
requests() {
	local title=$1
	shift
	"$get" "$address" "$community" get "$gets" "$@" >"$work/gets" || exit 99
	awk -v title="$title" -v gets="$gets" '{ printf "| %s | %d | %s | %s | %s | %s |\n", title, gets, $1, $2, $3, $4 }' "$work/gets"
}

measure_tables() {
	local count object objects
	printf '\nWalks with GETBULK of 50, median of %s; hosts with %s VMs each\n\n' "$walks" "$vms"
	printf '| what | variables | ms | µs a variable | to snmpd itself |\n|---|--:|--:|--:|--:|\n'
	floor=
	row "snmpd: hrSWRunTable" .1.3.6.1.2.1.25.4.2
	floor=$each
	row "snmpd: ifTable" .1.3.6.1.2.1.2.2
	for count in 1 100 1000; do
		hosts "$count" 60s >"$work/tables$count.conf"
		begin "tables$count" "$count"
		memory[$count]="$(kib Rss "tables$count") $(kib Pss "tables$count")"
		for object in hvbHostTable hvbCheckTable hvbVmTable; do row "$count hosts: $object" "$(oid "$object")"; done
		[ "$count" -eq 1000 ] && walks=1
		row "$count hosts: everything" "$(oid hypervBackupMIB)"
		objects=()
		for object in 1 $((count / 2 + 1)) "$count"; do
			objects+=("$(oid "$(at hvbHostState "$(printf 'hv%05d' "$object")")")" "$(oid "$(at hvbCheckSummary "$(printf 'hv%05d' "$object")" layout)")")
		done
		sizes[$count]=$(requests "$count hosts" "${objects[@]}")
		stop_agent "tables$count"
	done
	printf '\nSingle requests (GET) of a state and a summary\n\n| what | requests | p50 ms | p99 ms | max ms | lost |\n|---|--:|--:|--:|--:|--:|\n'
	requests "snmpd: sysDescr, sysUpTime" .1.3.6.1.2.1.1.1.0 .1.3.6.1.2.1.1.3.0
	for count in 1 100 1000; do printf '%s\n' "${sizes[$count]}"; done
}

measure_memory() {
	local count rss pss pss1
	printf '\nMemory of the agent, without its workers\n\n| hosts of %s VMs | RSS KiB | PSS KiB | PSS KiB a host |\n|--:|--:|--:|--:|\n' "$vms"
	read -r _ pss1 <<<"${memory[1]}"
	for count in 1 100 1000; do
		read -r rss pss <<<"${memory[$count]}"
		awk -v count="$count" -v rss="$rss" -v pss="$pss" -v one="$pss1" 'BEGIN {
			printf "| %d | %d | %d | %s |\n", count, rss, pss, count == 1 ? "-" : sprintf("%.1f", (pss - one) / (count - 1)) }'
	done
}

# Half of 100 hosts answer as fast as they can, again and again, and half take the connection and say nothing.
measure_latency() {
	local hang
	python3 "$here/hosts.py" "$work/ports" </dev/null >/dev/null 2>&1 &
	started "$!"
	wait_for 20 test -s "$work/ports"
	hang=$(sed -n 's/^hang=//p' "$work/ports")
	{
		printf '[agent]\nworkers = 32\n[defaults]\ninterval = 10s\n'
		for n in $(seq 50); do printf '[host good%s]\ncapture = %s\nmax-age = 520w\n' "$n" "$work/capture.json"; done
		for n in $(seq 50); do
			printf '[host hang%s]\nhostname = 127.0.0.1\nport = %s\nauth = ntlm\nauthfile = %s\ntimeout = 10s\n' "$n" "$hang" "$auth_ntlm"
		done
	} >"$work/latency.conf"
	begin latency 75 # some of those that hang are asked late
	gets=40000       # some seconds, in which polls begin and end
	printf '\nSingle requests while 100 hosts are polled every 10 s, of which 50 hang\n\n| what | requests | p50 ms | p99 ms | max ms | lost |\n|---|--:|--:|--:|--:|--:|\n'
	requests "a host that answers" "$(oid "$(at hvbHostState good7)")" "$(oid "$(at hvbCheckSummary good7 layout)")"
	requests "a host that hangs" "$(oid "$(at hvbHostState hang7)")" "$(oid "$(at hvbHostError hang7)")"
	stop_agent latency
}

# ticks NAME: processor time of an agent and its workers that have ended
ticks() { awk '{ sub(/^.*\) /, ""); print $12 + $13 + $14 + $15 }' "/proc/${agent_pid_of[$1]}/stat"; }

# The rate of 1,000 hosts every 5 minutes is that of 100 every 30 seconds.
measure_polling() {
	local before after polls hz failures
	hz=$(getconf CLK_TCK)
	start_sim crowd "$work/capture.json"
	{
		printf '[agent]\nworkers = 8\n[defaults]\ninterval = 30s\nnow = %s\nport = %s\nauth = ntlm\nauthfile = %s\n' \
			"$now" "$http" "$auth_ntlm"
		seq -f "[host hv%05.0f]$newline""hostname = $host" 100
	} >"$work/polling.conf"
	begin polling 100
	before=$(ticks polling)
	polls=$(value hvbPolls.0)
	wait_for 60 false # the time that is measured
	after=$(ticks polling)
	polls=$(($(value hvbPolls.0) - polls))
	failures=$(value hvbPollFailures.0)
	printf '\nPolling 100 live hosts of %s VMs (simulated, NTLM, sealed) every 30 s for a minute: the rate of 1,000 hosts every 5 minutes\n\n' "$vms"
	printf '| polls | failed | CPU ms a poll | CPU, %% of a core |\n|--:|--:|--:|--:|\n'
	awk -v polls="$polls" -v failed="$failures" -v s="$(awk "BEGIN { print ($after - $before) / $hz }")" \
		'BEGIN { printf "| %d | %d | %.1f | %.1f |\n", polls, failed, s * 1000 / polls, s / 60 * 100 }'
	stop_agent polling
	stop_sim crowd >&2
}

make_accounts
python3 "$srcdir/tests/bench/make-capture.py" "$vms" >"$work/capture.json"
configure_snmpd bench
start_snmpd bench
printf '\nhyperv_agentx, asked through snmpd on loopback\n'
measure_tables
measure_memory
measure_latency
measure_polling
