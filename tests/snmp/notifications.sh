#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Notifications, as snmptrapd gets them from the master, as traps and as informs: each change once, with what it is about, and its
# clear; nothing else. The scenarios wait for polls most of the time, so they run beside each other. TAP.
# shellcheck disable=SC2317 # what wait_for and apart call
set -u
# shellcheck source=tests/snmp/lib.sh
. "$(dirname "$0")/lib.sh"

fault=$examples/fault-capture.json
now=$(sed -n 's/^ "taken_at": "\(.*\)",$/\1/p' "$fault")
repaired=$examples/repaired-capture.json
patience=60
tab=$'\t'

# states CAPTURE: "check state", a line each
states() {
	"$doctor" --output json --capture "$1" 2>/dev/null | python3 -c '
import json, sys
number = {"OK": 1, "WARNING": 2, "CRITICAL": 3, "UNKNOWN": 4}
for step in json.load(sys.stdin)["steps"]:
    print(step["report"]["check"].replace("check_hyperv_", ""), number[step["report"]["state"]])' | sort
}
# changes BEFORE AFTER HOST: the notifications that tell of all changes from one file of states to the other
changes() {
	join "$1" "$2" | awk -v host="$3" '$2 != $3 { printf "hvbCheckStateChange\t%s\t%s\t%s\t%s\n", host, $1, $3, $2 }'
}

# begin NAME: a master and a receiver of its own
begin() {
	start_trapd "$1"
	configure_snmpd "$1" "trap2sink 127.0.0.1:$trap_port $community" "informsink 127.0.0.1:$trap_port $community"
	start_snmpd "$1"
}
# received NAME KIND: what came, sorted, without texts
received() {
	news "$1"
	tables notices "$work/$1.news" "$2" | cut -f 1-5 | sort
}
has_received() { [ "$(received "$1" TRAP2 | wc -l)" -ge "$2" ] && [ "$(received "$1" INFORM | wc -l)" -ge "$2" ]; }
# came NAME LINE...: what is wrong when not just these notifications have come, once as traps and once as informs
came() {
	local name=$1 kind wanted
	shift
	wanted=$([ $# -eq 0 ] || printf '%s\n' "$@" | grep . | sort)
	for kind in TRAP2 INFORM; do
		diff <(received "$name" "$kind") <([ -z "$wanted" ] || printf '%s\n' "$wanted") | sed "s/^/$kind: /"
	done
}
# forget NAME: what has come so far
forget() { wc -c <"$work/$1.traps" >"$work/$1.forgotten"; }
# news NAME: the rest, in $work/NAME.news
news() { tail -c "+$(($(cat "$work/$1.forgotten" 2>/dev/null || echo 0) + 1))" "$work/$1.traps" >"$work/$1.news"; }

# next_poll HOST: waits until one has begun and ended from now on
next_poll() {
	local polls
	polls=$(value "$(at hvbHostPolls "$1")" | tr -dc 0-9)
	wait_for "$patience" polls_beyond "$1" $((${polls:-0} + 1))
}
polls_beyond() { [ "$(value "$(at hvbHostPolls "$1")" | tr -dc 0-9)" -gt "$2" ]; }
# swap NAME CAPTURE: it takes the place of $work/NAME.json at once
swap() {
	cp "$2" "$work/$1.new"
	mv "$work/$1.new" "$work/$1.json"
}
# conf NAME [LINE]...: a host NAME with the capture $work/NAME.json
conf() {
	local name=$1
	shift
	printf '[agent]\n'
	[ $# -eq 0 ] || printf '%s\n' "$@"
	printf '[defaults]\ninterval = 10s\n[host %s]\ncapture = %s\nmax-age = 520w\n' "$name" "$work/$name.json"
}
is_state() { is_value "$(at hvbCheckState "$1" "$2")" "$3"; }

## A check that changes

changing() {
	begin changing
	swap changing "$fault"
	conf changing >"$work/changing.conf"
	start_agent changing "$work/changing.conf"
	or_bail changing wait_for "$patience" is_state changing layout critical
	next_poll changing
	result "the first poll tells nothing" "$(came changing)"

	swap changing "$repaired"
	wait_for "$patience" is_state changing layout ok
	next_poll changing
	mapfile -t lines < <(changes "$work/states-fault" "$work/states-repaired" changing)
	result "the repair: each check that changes tells so, once" "$([ ${#lines[@]} -gt 0 ] || echo "none is expected"; came changing "${lines[@]}")"
	walk "$work/changing.walk"
	result "what they are about is there" "$(tables agree "$work/changing.walk" "$work/changing.traps")"

	forget changing
	swap changing "$fault"
	wait_for "$patience" is_state changing layout critical
	next_poll changing
	mapfile -t lines < <(changes "$work/states-repaired" "$work/states-fault" changing)
	result "the fault: each tells so, once" "$(came changing "${lines[@]}")"
	result "the summary comes along" "$(grep -q "$(printf 'lies in the root' | od -An -tx1 | tr 'a-f\n' 'A-F ' | sed 's/^ *//; s/ *$//; s/  */ /g')" \
		<(tr '\n' ' ' <"$work/changing.news" | tr -s ' ') || tail -n 5 "$work/changing.traps")"
	forget changing
	next_poll changing
	result "nothing new, nothing told" "$(came changing)"
	stop_agent changing
	result "nor is the end of the agent" "$(came changing)"
}

## A host that comes and goes

reachable() {
	local there
	begin reachable
	start_sim reachable "$fault"
	there=$http
	printf '[defaults]\ninterval = 10s\ntimeout = 5s\nunreachable-after = 2\nnow = %s\n[host reachable]\nhostname = %s\nport = %s\nauth = ntlm\nauthfile = %s\n' \
		"$now" "$host" "$http" "$auth_ntlm" >"$work/reachable.conf"
	start_agent reachable "$work/reachable.conf"
	or_bail reachable wait_for "$patience" is_state reachable layout critical
	stop_sim reachable >"$work/reachable.stopped"
	wait_for 90 is_value "$(at hvbHostIsReachable reachable)" false
	wait_for 10 has_received reachable 1
	next_poll reachable
	result "a host that does not answer is told once" "$(came reachable "hvbHostUnreachable${tab}reachable${tab}${tab}3${tab}")"
	result "with the reason" "$(tables notices "$work/reachable.traps" TRAP2 | cut -f 6 | grep -qi 'connect' || tables notices "$work/reachable.traps")"
	forget reachable
	start_sim reachable "$fault" --http="$there"
	wait_for 90 is_value "$(at hvbHostIsReachable reachable)" true
	wait_for 10 has_received reachable 1
	next_poll reachable
	result "and once that it does again; its checks, which are as before, tell nothing" \
		"$(came reachable "hvbHostReachable${tab}reachable${tab}${tab}3${tab}")"
	stop_agent reachable
	stop_sim reachable >"$work/reachable.stopped"
}

## What the configuration says

first() {
	begin first
	swap first "$fault"
	conf first 'notify-first = yes' >"$work/first.conf"
	start_agent first "$work/first.conf"
	or_bail first wait_for "$patience" is_state first layout critical
	next_poll first
	mapfile -t lines < <(changes <(sed 's/ .*/ 1/' "$work/states-fault") "$work/states-fault" first)
	result "notify-first: what is wrong from the start is told, once" "$(came first "${lines[@]}")"
	stop_agent first
}

switched_off() {
	begin off
	start_sim off "$fault"
	swap off "$fault"
	{
		conf off 'notify-states = no' 'notify-reachability = no' 'notify-first = yes'
		printf '[host live]\nhostname = %s\nport = %s\nauth = ntlm\nauthfile = %s\ntimeout = 5s\nnow = %s\n' "$host" "$http" "$auth_ntlm" "$now"
	} >"$work/off.conf"
	start_agent off "$work/off.conf"
	or_bail off wait_for "$patience" is_state off layout critical
	wait_for "$patience" is_state live layout critical
	swap off "$repaired"
	stop_sim off >"$work/off.stopped"
	result "a change and a host that is gone" "$(wait_for "$patience" is_state off layout ok || echo "no change"
		wait_for 90 is_value "$(at hvbHostIsReachable live)" false || echo "it is still reachable")"
	next_poll off
	result "nothing is told when it is switched off" "$(came off)"
	stop_agent off
}

## A master that is away

# has_seen TIMES STATE: the agent, by what it logs: it cannot be asked
has_seen() { [ "$(grep -c "away: layout: $2 (was" "$work/away.said")" -ge "$1" ]; }

away() {
	begin away
	swap away "$fault"
	conf away >"$work/away.conf"
	start_agent away "$work/away.conf"
	or_bail away wait_for "$patience" is_state away layout critical
	stop_snmpd away KILL
	swap away "$repaired"
	result "while the master is away, the host is repaired" "$(wait_for "$patience" has_seen 1 OK || tail -n 5 "$work/away.said")"
	start_snmpd away
	wait_for "$patience" is_state away layout ok
	mapfile -t lines < <(changes "$work/states-fault" "$work/states-repaired" away)
	wait_for 30 has_received away ${#lines[@]}
	next_poll away
	result "it is told when it is back" "$(came away "${lines[@]}")"
	forget away
	stop_snmpd away KILL
	swap away "$fault"
	result "away again, a fault comes" "$(wait_for "$patience" has_seen 1 CRITICAL || tail -n 5 "$work/away.said")"
	swap away "$repaired"
	result "and goes" "$(wait_for "$patience" has_seen 2 OK || tail -n 5 "$work/away.said")"
	start_snmpd away
	wait_for "$patience" is_state away layout ok
	next_poll away
	result "of which nothing is told" "$(came away)"
	stop_agent away
	result "the agent ends well" "$([ "$status" -eq 0 ] || echo "status $status")"
}

## An agent that is killed

kept() { [ -s "$work/restarted.told" ] && grep -q "^layout = $1" "$work/restarted.told"; }

restarted() {
	begin restarted
	swap restarted "$fault"
	conf restarted "state-file = $work/restarted.told" >"$work/restarted.conf"
	start_agent restarted "$work/restarted.conf"
	or_bail restarted wait_for "$patience" is_state restarted layout critical
	result "what is taken as told is kept" "$(wait_for "$patience" kept CRITICAL || cat "$work/restarted.told")"
	stop_agent restarted KILL
	swap restarted "$repaired"
	start_agent restarted "$work/restarted.conf"
	wait_for "$patience" is_state restarted layout ok
	mapfile -t lines < <(changes "$work/states-fault" "$work/states-repaired" restarted)
	wait_for 30 has_received restarted ${#lines[@]}
	next_poll restarted
	result "killed and started again: what changed meanwhile is told, once" "$(came restarted "${lines[@]}")"
	forget restarted
	wait_for "$patience" kept OK
	stop_agent restarted KILL
	start_agent restarted "$work/restarted.conf"
	wait_for "$patience" is_state restarted layout ok
	next_poll restarted
	result "killed again: nothing changed, nothing is told" "$(came restarted)"
	stop_agent restarted
}

[ -x "$agent" ] || { echo "Bail out! there is no $agent"; exit 99; }
make_accounts
states "$fault" >"$work/states-fault"
states "$repaired" >"$work/states-repaired"
[ -s "$work/states-fault" ] || { echo "Bail out! the doctor says nothing"; exit 99; }
for scenario in ${SCENARIOS:-changing reachable first switched_off away restarted}; do
	apart "$scenario"
done
together
finish
