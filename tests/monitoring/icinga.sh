#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The configuration for Icinga 2 as it is packaged, in a private icinga2 on loopback that asks simulated hosts over WinRM, as TAP:
# states of every kind, text and performance data as the programs printed them, time limits, an unreachable host, acknowledgements.
set -u
# shellcheck source=tests/monitoring/icinga-lib.sh
. "$(dirname "$0")/icinga-lib.sh"
# shellcheck source=tests/monitoring/icinga-hosts.sh
. "$monitoring/icinga-hosts.sh"
fault=$examples/fault-capture.json
repaired=$examples/repaired-capture.json

make_accounts
python3 "$monitoring/hostile-names.py" <"$fault" >"$work/hostile.json" || exit 99
simulate fault "$fault"
simulate repaired "$repaired"
simulate hostile "$work/hostile.json"
simulate hang "$fault" --inject hang
simulate denied "$fault" --deny hyperv
# Icinga reads performance data only for those who draw them.
python3 -c '
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1] + ".new", "w") as f: f.write(str(server.getsockname()[1]))
import os
os.rename(sys.argv[1] + ".new", sys.argv[1])
with open(sys.argv[2], "wb", buffering=0) as out:
    while True:
        connection = server.accept()[0]
        while data := connection.recv(65536): out.write(data)' "$work/graphite-port" "$work/graphite" &
sim_pids+=("$!")
wait_for 20 test -s "$work/graphite-port" || exit 99
printf '%s\n' "printf '%s\\n' \"\$1\" >>'$work/told'" "printf '%s\\n' \"\$2\" >>'$work/told-output'" >"$work/tell"
icinga_node master
packaged master hyperv-commands.conf hyperv-templates.conf hyperv-services.conf hosts-example.conf
{
	host_object fault "${http_of[fault]}" "$fault"
	host_object repaired "${http_of[repaired]}" "$repaired"
	host_object hostile "${http_of[hostile]}" "$fault" 'vars.hyperv = { backup = true, events = true, layout = true, space = true, doctor = true }'
	host_object tuned "${http_of[repaired]}" "$repaired" 'vars.hyperv_space_warning = "50:"' 'vars.hyperv.updates = false' \
		'vars.hyperv.backup = { hyperv_include = [ "no-such-vm", "nor this" ] }' 'vars.hyperv.doctor = true' \
		'vars.hyperv.layout = { hyperv_verbose = 3 }' 'vars.hyperv.vss = { hyperv_verbose = 2, hyperv_timeout = 45 }' \
		'vars.hyperv.acl = { hyperv_verbose = 0 }' 'vars.hyperv_doctor_skip = [ "acl", "vss" ]' 'vars.hyperv.events = { hyperv_ssl = false }'
	host_object hang "${http_of[hang]}" "$fault" 'vars.hyperv = { layout = true, vss = true }' 'vars.hyperv_timeout = 1'
	host_object dead "$(free_port)" "$fault"
	host_object denied "${http_of[denied]}" "$fault" 'vars.hyperv = { events = true, layout = true }'
	# Without a login there is no service that says whether the host is reachable.
	printf '%s\n' 'object Host "recorded" {' '	check_command = "dummy"' '	import "hyperv-checks"' \
		"	vars.hyperv_capture = [ \"$repaired\" ]" '	vars.hyperv_verbose = true' '	vars.hyperv_max_age = "520w"' '}'
	# Not of Hyper-V
	printf '%s\n' 'object Host "other" {' '	check_command = "dummy"' '}'
	# What the plugin's own time limit does not end, Icinga does.
	printf '%s\n' 'object Service "killed" {' '	import "hyperv-service"' '	host_name = "hang"' '	check_command = "hyperv_space"' \
		'	check_timeout = 1' '	vars.hyperv_timeout = 50' '}'
	# Performance data that Icinga does not read: its log tells.
	printf '%s\n' 'object Service "malformed" {' '	host_name = "other"' '	check_command = "dummy"' \
		'	vars.dummy_text = "text | label=word"' '}'
	echo "object GraphiteWriter \"graphite\" { host = \"127.0.0.1\", port = $(cat "$work/graphite-port") }"
	printf '%s\n' 'object User "admin" { }' 'object NotificationCommand "tell" {' \
		"	command = [ \"/bin/sh\", \"$work/tell\", \"\$notification.type\$ \$host.name\$!\$service.name\$ \$service.state\$\", \"\$service.output\$\" ]" '}' \
		'apply Notification "tell" to Service {' '	command = "tell"' '	users = [ "admin" ]' '	interval = 0' '	assign where true' '}'
} >"$work/master/conf.d/hosts.conf"
start_icinga master
result "every service comes to a hard state" "$(settle master || icinga_services master)"
icinga_services master >"$work/services"

# state_of SERVICE: as Icinga has it
state_of() { awk -F '\t' -v name="$1" '$1 == name { print $2 }' "$work/services"; }
# expect HOST STATE CHECK...: says which differ
expect() {
	local name=$1 state=$2 check
	shift 2
	for check in "$@"; do
		[ "$(state_of "$name!hyperv-$check")" = "$state" ] || echo "$name!hyperv-$check: $(state_of "$name!hyperv-$check"), not $state"
	done
}
has_services() {
	local count
	count=$(grep -c "^$1!" "$work/services")
	[ "$count" -eq "$2" ] || echo "$1 has $count services, not $2"
}

result "the host with the fault: CRITICAL where it is, OK elsewhere" "$(
	expect fault CRITICAL backup events layout space
	expect fault OK acl checkpoints integration prerequisites reachable updates volumes vss
	has_services fault 12)"
result "the repaired host: OK" "$(
	expect repaired OK acl backup checkpoints events integration layout prerequisites reachable space updates volumes vss
	has_services repaired 12)"
result "variables of a host and of one check: WARNING and UNKNOWN, one check fewer and the doctor more" "$(
	expect tuned WARNING space
	expect tuned UNKNOWN backup
	expect tuned OK acl doctor events layout vss
	expect tuned '' updates
	has_services tuned 12)"
result "a capture needs no login, and no service that tells of it" "$(
	expect recorded OK layout vss
	expect recorded '' reachable
	has_services recorded 11)"
result "other hosts get none" "$(has_services other 1)"

# uncommented: the examples as a site would use them
uncommented() {
	icinga_node examples
	packaged examples hyperv-commands.conf hyperv-templates.conf hyperv-services.conf
	sed 's|^// ||' "$packaging/hosts-example.conf" >"$work/examples/conf.d/hosts.conf"
	echo 'template Host "generic-host" { check_command = "hostalive" }' >"$work/examples/conf.d/site.conf"
	icinga_check examples
}
result "the examples of hosts are valid when they are used" "$(
	uncommented || cat "$work/examples/checked"
	for wanted in '4 Hosts' '35 Services'; do grep -q "Instantiated $wanted" "$work/examples/checked" || echo "not $wanted"; done)"
result "a check that there is none of is refused" "$(
	sed -i 's/vars.hyperv.updates = false/vars.hyperv.update = true/' "$work/examples/conf.d/hosts.conf"
	! icinga_check examples || echo "it is not"
	grep -q "hyperv_update.* does not exist" "$work/examples/checked" || grep critical "$work/examples/checked")"
# odd LINE...: a host with these lines alone, checked
odd() {
	printf '%s\n' 'object Host "odd" {' '	check_command = "dummy"' '	import "hyperv-host"' '	address = "localhost"' "$@" '}' \
		>"$work/examples/conf.d/hosts.conf"
	icinga_check examples
}
result "what is no dictionary of checks is refused, by the name of the host" "$(
	for value in true '"layout"'; do
		! odd "	vars.hyperv = $value" || echo "$value is not"
		grep -q 'odd: vars.hyperv is not a dictionary of checks' "$work/examples/checked" || grep critical "$work/examples/checked"
	done)"
result "so is a time limit that is no number of seconds" "$(
	! odd '	vars.hyperv_timeout = "1m"' || echo "it is not"
	grep -q 'odd: hyperv_timeout is not a number of seconds' "$work/examples/checked" || grep critical "$work/examples/checked")"
result "a check without options of its own is a check" "$(
	odd '	vars.hyperv = { layout = {}, events = true, vss = false }' || cat "$work/examples/checked"
	grep -q 'Instantiated 3 Services' "$work/examples/checked" || grep Instantiated "$work/examples/checked")"
result "a capture that nobody gave an age is UNKNOWN after a day" "$(
	odd '	vars.hyperv_capture = "/nowhere"' '	vars.hyperv = { layout = true }' || cat "$work/examples/checked"
	run_icinga examples object list --type Service --name 'odd!hyperv-layout' 2>&1 | grep -q 'hyperv_max_age = "26h"' || echo "the service has no hyperv_max_age")"

## What is run

command_of() { service master "$1" last_check_result.command | tr '\n' ' '; }
# runs SERVICE WORDS / runs_not SERVICE WORDS
runs() { [[ "$(command_of "$1")" == *" $2 "* ]] || echo "$1: not '$2' in: $(command_of "$1")"; }
runs_not() { [[ "$(command_of "$1")" != *" $2 "* ]] || echo "$1: '$2' in: $(command_of "$1")"; }
result "options: flags, repeated ones, how often -v, per check and per host" "$(
	runs tuned!hyperv-backup '--include no-such-vm --include nor this'
	runs_not tuned!hyperv-layout '--include no-such-vm'
	runs tuned!hyperv-doctor '--skip acl --skip vss'
	runs tuned!hyperv-space '--warning 50:'
	runs_not repaired!hyperv-space '--warning 50:'
	runs tuned!hyperv-checkpoints '--verbose'
	runs_not tuned!hyperv-checkpoints '-v'
	runs tuned!hyperv-layout '--verbose -vv'
	runs tuned!hyperv-vss '-v'
	runs tuned!hyperv-vss '--verbose'
	runs_not tuned!hyperv-acl '--verbose'
	runs recorded!hyperv-layout '--verbose'
	runs_not tuned!hyperv-events '--ssl'
	runs tuned!hyperv-vss '--timeout 45'
	runs_not tuned!hyperv-layout '--timeout 45')"
result "Icinga gives a check more time than it gives itself" "$(
	[ "$(service master tuned!hyperv-vss check_timeout)" = 105 ] || service master tuned!hyperv-vss check_timeout
	[ "$(service master hang!hyperv-reachable check_timeout)" = 61 ] || service master hang!hyperv-reachable check_timeout
	[ "$(service master tuned!hyperv-layout check_timeout)" = null ] || service master tuned!hyperv-layout check_timeout
	[ "$(api master objects/checkcommands/hyperv_layout -f | python3 "$monitoring/icinga-services.py" timeout)" = 70 ] || echo "hyperv_layout"
	[ "$(api master objects/checkcommands/hyperv_doctor -f | python3 "$monitoring/icinga-services.py" timeout)" = 120 ] || echo "hyperv_doctor")"

## What arrives

# same SERVICE [--expect TEXT...]
same() {
	local name=$1
	shift
	api master "objects/services/${name//' '/%20}" -f | python3 "$monitoring/compare-result.py" "$@" 2>&1 | sed "s/^/$name: /"
}
result "text, performance data and state arrive as they were printed" "$(
	for check in backup events layout space vss; do same "fault!hyperv-$check"; done
	same fault!hyperv-layout --expect "Move-VMStorage -VMName 'my-virtual-server'"
	same tuned!hyperv-doctor
	same repaired!hyperv-volumes)"
told_of() { [ "$(grep -c "^PROBLEM $1!" "$work/told")" -ge "$2" ]; }
result "so do those of virtual machines with hostile names" "$(
	for check in backup events layout space doctor; do same "hostile!hyperv-$check"; done
	# What each sees in the place of a control character or a pipe is the program's own matter; the rest of the name is as it is.
	same hostile!hyperv-doctor --expect '$macro$ $host.name$ $$ back\slash\n' '<script>alert(1)</script> Größe 日本語 {{ 1 + 1 }}' "'quote\" semi;colon"
	expect hostile CRITICAL backup events layout space doctor
	# Nothing in a name is a macro to Icinga, nor a command to a shell behind it.
	wait_for 20 told_of hostile 5
	grep -qF '$macro$ $host.name$ $$ back\slash\n' "$work/told-output" || grep -a macro "$work/told-output"
	expect hostile OK reachable)"
result "a difference would be noticed" "$(
	api master objects/services/fault!hyperv-space -f | sed 's/E:_free_pct=/F:_free_pct=/' | python3 "$monitoring/compare-result.py" | grep -q 'performance data differ' || echo "of performance data"
	api master objects/services/fault!hyperv-space -f | sed 's/least free\|% free/% used/' | python3 "$monitoring/compare-result.py" | grep -q 'text differs' || echo "of text")"
malformed_is_told() { grep -q "Ignoring invalid perfdata for checkable 'other!malformed'" "$work/master/icinga2.log"; }
graph_is_told() { grep -q ' 39426592768 ' "$work/graphite"; }
wait_for 30 malformed_is_told
wait_for 30 graph_is_told
result "Icinga can read all performance data, and tells of what it cannot" "$(
	grep -i 'invalid perf' "$work/master/icinga2.log" | grep -v "'other!malformed'"
	malformed_is_told || echo "it did not tell"
	grep -q '^icinga2\.fault\.services\.hyperv-space\.hyperv_space\.perfdata\.E:_free_bytes\.value 39426592768 ' "$work/graphite" || grep -a 'E:' "$work/graphite" | head -n 5)"
result "Icinga has nothing to warn of" "$(grep '^\[[^]]*\] \(warning\|critical\)/' "$work/master/icinga2.log" | grep -v "'other!malformed'" | grep -v "'--timeout' '50'\|warning/Process: PID [0-9]* was terminated by signal 15 ")"

## Time limits and a host that is away

result "a host that hangs: the check ends by itself and says so" "$(
	expect hang UNKNOWN layout vss
	expect hang CRITICAL reachable
	[[ "$(service master hang!hyperv-reachable last_check_result.output)" == *"HYPERV INTEGRATION CRITICAL - $host: "*[Tt]ime* ]] || service master hang!hyperv-reachable last_check_result.output)"
result "Icinga ends what does not" "$(
	[ "$(state_of hang!killed)" = UNKNOWN ] || state_of hang!killed
	[[ "$(service master hang!killed last_check_result.output)" == *"Timeout exceeded"* ]] || service master hang!killed last_check_result.output)"
result "an unreachable host: everything says so" "$(
	expect dead CRITICAL reachable
	expect dead UNKNOWN acl backup checkpoints events integration layout prerequisites space updates volumes vss)"
# alarms HOST: services with a hard problem that is not excused by another
alarms() {
	api master objects/services -f | python3 -c '
import json, sys
for a in sorted(r["attrs"]["__name"] for r in json.load(sys.stdin)["results"]
                if r["attrs"]["host_name"] == sys.argv[1] and r["attrs"]["state"] and r["attrs"]["state_type"] and r["attrs"]["last_reachable"]):
    print(a)' "$1"
}
wait_for 20 told_of dead 1
wait_for 20 told_of fault 4
result "it is one alarm" "$(
	[ "$(alarms dead)" = dead!hyperv-reachable ] || alarms dead
	[ "$(grep ' dead!' "$work/told")" = "PROBLEM dead!hyperv-reachable CRITICAL" ] || grep ' dead!' "$work/told")"
result "a host that answers has one for each problem" "$(
	[ "$(alarms fault | wc -l)" -eq 4 ] || alarms fault
	[ "$(grep -c '^PROBLEM fault!.* CRITICAL' "$work/told")" -eq 4 ] || cat "$work/told"
	[ -z "$(alarms repaired)" ] || alarms repaired)"
result "a missing right silences nothing that could be judged" "$(
	expect denied UNKNOWN layout reachable
	expect denied CRITICAL events
	alarms denied | grep -x 'denied!hyperv-events' >/dev/null || alarms denied
	grep -qx 'PROBLEM denied!hyperv-events CRITICAL' "$work/told" || cat "$work/told")"

## Acknowledgements

acknowledge() {
	api master actions/acknowledge-problem -f -X POST -d "{ \"type\": \"Service\", \"service\": \"$1\", \"author\": \"admin\", \"comment\": \"in hand\", \"sticky\": true, \"persistent\": true }" |
		grep -q '"code":200' || echo "refused"
}
# acknowledged: exactly the one service
acknowledged() { icinga_services master | awk -F '\t' '$4 == "acknowledged" { print $1 " " $2 " " $3 }'; }
wanted='fault!hyperv-layout CRITICAL hard'
result "a problem is acknowledged" "$(acknowledge fault!hyperv-layout; [ "$(acknowledged)" = "$wanted" ] || acknowledged)"
result "that survives a reload" "$(reload_icinga master || echo "no new worker"; [ "$(acknowledged)" = "$wanted" ] || acknowledged)"
before=$(wc -l <"$work/told")
stop_icinga master
start_icinga master
result "and a restart" "$([ "$(acknowledged)" = "$wanted" ] || acknowledged)"
check_all master
result "and a check that finds the same, without another notification" "$(
	[ "$(acknowledged)" = "$wanted" ] || acknowledged
	tail -n +$((before + 1)) "$work/told" | grep 'fault!')"
# The fault is repaired: what was acknowledged is over.
stop_sim fault >/dev/null
simulate fault "$repaired" "--http=${http_of[fault]}"
settle master
wait_for 20 grep -qx 'RECOVERY fault!hyperv-layout OK' "$work/told"
result "a recovery ends it" "$(
	[ -z "$(acknowledged)" ] || acknowledged
	grep -qx 'RECOVERY fault!hyperv-layout OK' "$work/told" || tail -n 5 "$work/told")"
stop_icinga master
finish
