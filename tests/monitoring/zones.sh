#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The set-up of packaging/icinga2/zones in the real Icinga 2: a master and a satellite on loopback, with certificates of one
# authority. What the master configures, the satellite checks; what the satellite finds, the master shows; and what happens when
# either is away. TAP.
# shellcheck disable=SC2317,SC2154 # what wait_for calls, and what icinga-lib.sh sets
set -u
# shellcheck source=tests/monitoring/icinga-lib.sh
. "$(dirname "$0")/icinga-lib.sh"

zones=$packaging/zones
master=master.test
satellite=satellite.test
faulty=hv01.branch1.test
repaired=hv02.branch1.test
alarms=$work/alarms # what the master's notifications told, a line each
: >"$alarms"

## The set-up

# named FILE: the file with the names of this test, as an administrator puts in those of the site
named() { sed 's/\(branch1\|master\|satellite\)\.example\.com/\1.test/' "$1"; }

# node NAME PART AUTHFILE: a node made of the files of that part. What differs from a site is where programs and passwords are,
# addresses and ports.
node() {
	local at=$work/$1 etc=$work/$1/etc secret
	secret=$(sed -n 's/^user = "root:\(.*\)"$/\1/p' "$at/curl")
	mkdir -p "$etc/features-enabled" "$etc/zones.d" "$etc/test"
	named "$zones/$2/constants.conf" | sed -e "s|^\(const PluginContribDir = \).*|\1\"$builddir/plugins\"|" \
		-e "s|^\(const HypervAuthfile = \).*|\1\"$3\"|" >"$etc/constants.conf"
	printf 'const Hyperv%sInterval = %s\n' Check 3s Retry 2s Reachable 2s ReachableRetry 1s >>"$etc/constants.conf"
	named "$zones/$2/zones.conf" | sed -e 's/^\(\thost = \).*/\1"127.0.0.1"/' \
		-e "s/^\(\tport = \).*/\1\"${api_port[$master]}\"/" >"$etc/zones.conf"
	named "$zones/$2/api.conf" | sed -e 's/^\(\tbind_host = \).*/\1"127.0.0.1"/' -e "s/^\(\tbind_port = \).*/\1${api_port[$1]}/" \
		>"$etc/features-enabled/api.conf"
	cat >"$etc/test/test.conf" <<-END
		object FileLogger "log" { path = "$at/icinga2.log", severity = "information" }
		object ApiUser "root" { password = "$secret", permissions = [ "*" ] }
		object CheckerComponent "checker" { }
	END
	printf 'include "etc/%s"\n' constants.conf zones.conf >"$at/icinga2.conf"
	printf 'include <%s>\n' itl plugins >>"$at/icinga2.conf"
	printf 'include "etc/%s/*.conf"\n' features-enabled test >>"$at/icinga2.conf"
}

# What the master tells the satellite: the files as shipped, checked every two seconds.
configure() {
	local name port etc=$work/$master/etc
	mkdir -p "$etc/zones.d/"{master,branch1,global-templates}
	cp "$packaging"/hyperv-*.conf "$etc/zones.d/global-templates/" || exit 99
	named "$zones/master/zones.d/master/branch1.conf" | sed -e 's/\(check_interval = \).*/\11s/' -e 's/\(retry_interval = \).*/\11s/' \
		-e 's/\(vars.intervals = \).*/\16/' \
		>"$etc/zones.d/master/branch1.conf"
	named "$zones/master/zones.d/branch1/hosts.conf" | sed 's/"hostalive"/"dummy"/' >"$etc/zones.d/branch1/hosts.conf"
	for name in "$faulty" "$repaired"; do
		port=${http_of[$name]}
		sed -i "/^object Host \"$name\"/,/^}/{s/\(address = \).*/\1\"localhost\"/;s/^}/\tvars.hyperv_port = $port\n}/}" \
			"$etc/zones.d/branch1/hosts.conf"
	done
	# The first host once more, asked by the master, which has no login for it.
	cat >"$etc/zones.d/master/near.conf" <<-END
		object Host "near.test" {
			import "branch1-host"
			address = "localhost"
			vars.hyperv_port = ${http_of[$faulty]}
			vars.hyperv = { layout = true }
		}
	END
	cat >"$etc/zones.d/master/alarms.conf" <<-END
		object NotificationComponent "notification" { }
		object User "on-call" { }
		template NotificationCommand "tell" {
			command = [ "/bin/sh", "-c", "echo \"\$\$*\" >>$alarms", "tell", "\$notification.type\$", "\$host.name\$" ]
		}
		object NotificationCommand "tell-host" { import "tell" }
		object NotificationCommand "tell-service" {
			import "tell"
			command += [ "\$service.name\$" ]
		}
		template Notification "tell" {
			users = [ "on-call" ]
			interval = 0
		}
		apply Notification "tell-host" to Host {
			import "tell"
			command = "tell-host"
			assign where true
		}
		apply Notification "tell-service" to Service {
			import "tell"
			command = "tell-service"
			assign where true
		}
	END
}

## Asking

# host_is HOST STATE: at the master, 0 up or 1 down, for certain
host_is() {
	api "$master" "objects/hosts/$1" -f >"$work/host" &&
		[ "$(for what in state state_type; do python3 "$monitoring/icinga-services.py" "$what" <"$work/host"; done | paste -sd' ')" = "$2 1" ]
}
# services NODE HOST-PATTERN: the names
services() { icinga_services "$1" | cut -f 1 | grep "^$2!"; }
has_services() { [ "$(services "$1" "$2" | wc -l)" -eq "$3" ]; }
# is NODE HOST!SERVICE ATTRIBUTE VALUE
is() { [ "$(service "$1" "$2" "$3")" = "$4" ]; }
# state NODE HOST!SERVICE STATE [hard]
state() { icinga_services "$1" | grep -q "^$2	$3	${4:-}"; }
# each PATTERN EXPRESSION: of all services at the master that match, what fails the expression; a is its attributes, r its last result
each() {
	api "$master" objects/services -f | python3 -c '
import json, re, sys, time
found = [o["attrs"] for o in json.load(sys.stdin)["results"] if re.match(sys.argv[1], o["attrs"]["__name"])]
now = time.time()
for a in found:
    r = a["last_check_result"]
    if not r or not eval(sys.argv[2]):
        print(a["__name"], r and {k: r[k] for k in ("check_source", "state", "output", "command")})
if not found:
    print("no service")' "$1" "$2"
}
all() { [ -z "$(each "$1" "$2")" ]; }
# told LINE...: how what was told since the last forget differs from these lines
told() { diff <(printf '%s\n' "$@") "$alarms"; }
forget() { : >"$alarms"; }
# acknowledge SERVICE [true]: on the first host, by the master; true: until it is OK
acknowledge() {
	api "$master" actions/acknowledge-problem -f -X POST -o "$work/acknowledged" -d '{"type": "Service", "author": "on-call",
		"comment": "known", "sticky": '"${2:-false}"', "filter": "service.__name==\"'"$faulty!$1"'\""}'
}
# submit HOST!SERVICE STATE: a result that comes to the master from elsewhere
submit() {
	api "$master" actions/process-check-result -f -X POST -o "$work/submitted" -d '{"type": "Service", "plugin_output": "submitted",
		"filter": "service.__name==\"'"$1"'\"", "exit_status": '"$2"'}'
}
acknowledged() { for at in "$master" "$satellite"; do is "$at" "$faulty!$1" acknowledgement 1 || return; done; }
# becomes HOST CAPTURE: the host is as the capture says
becomes() {
	stop_sim "$1" >/dev/null
	start_sim "$1" "$examples/$2-capture.json" --http="${http_of[$1]}"
}
# or_say SECONDS COMMAND...: what is to be said when it does not come true
or_say() { wait_for "$@" || echo "in vain for $1 s: ${*:2}"; }

branch='hv0.*branch1.test'

make_accounts
simulate "$faulty" "$examples/fault-capture.json"
simulate "$repaired" "$examples/repaired-capture.json"
icinga_node "$master"
icinga_node "$satellite"
node "$satellite" satellite "$auth_ntlm"
node "$master" master "$work/no-such-file"
configure

## From the master to the satellite

start_icinga "$satellite"
findings=$(services "$satellite" '.*')
start_icinga "$master"
findings+=$(or_say 60 has_services "$satellite" "$branch" 24)
findings+=$(services "$satellite" near.test)
grep -rq hyperv_authfile "$work/$satellite/data/api/zones" || findings+='no configuration lies where it was looked for'
findings+=$(grep -rl "$password" "$work/$satellite/data/api" "$work/$master/data/api" "$work/$master/etc")
result "the hosts of the zone, and no password, come to the satellite from the master" "$findings"

findings=$(or_say 60 all "$branch" True)
findings+=$(each "$branch" "a['zone'] == 'branch1' and r['check_source'] == '$satellite' and '$auth_ntlm' in r['command']")
findings+=$(each near.test "r['check_source'] == '$master' and r['state'] == 3 and '$work/no-such-file: No such file' in r['output']")
[ -n "$(find "$work/$satellite/.cache" -type f)" ] || findings+="no check has run as the satellite's user"
findings+=$(find "$work/$master/.cache" -type f 2>&1 | grep -v 'No such file')
result "they are checked by the satellite, with a login that the master does not have" "$findings"

## From the satellite to the master

# Results follow each other at both nodes: each service is to be seen with the same one at both.
results() {
	api "$1" objects/services -f | python3 -c '
import json, sys
for o in json.load(sys.stdin)["results"]:
    print(o["attrs"]["__name"], json.dumps(o["attrs"]["last_check_result"], sort_keys=True), sep="\t")' | sort
}
unseen=$(services "$satellite" "$branch")
seen_at_both() {
	local same
	same=$(comm -12 <(results "$master") <(results "$satellite") | cut -f 1)
	unseen=$(comm -23 <(printf '%s\n' "$unseen" | sort) <(printf '%s\n' "$same" | sort))
	[ -z "$unseen" ]
}
as_printed() {
	"$builddir/plugins/check_hyperv_layout" -H localhost -p "${http_of[$faulty]}" --authfile "$auth_ntlm" -v >"$work/printed"
	local result="$faulty!hyperv-layout last_check_result"
	# shellcheck disable=SC2086 # two words
	sed '1s/ *|.*//' "$work/printed" | diff - <(service "$master" $result.output | sed '1s/ *$//')
	# shellcheck disable=SC2086
	sed -n '1s/.*| *//p' "$work/printed" | diff - <(service "$master" $result.performance_data | paste -sd' ')
}
[ "$(printf '%s\n' "$unseen" | wc -l)" -eq 24 ] || unseen+=' not all services'
wait_for 60 seen_at_both
findings=$unseen$(as_printed)
[ "$(wc -l <"$work/printed")" -gt 1 ] || findings+='the check has only one line'
result "state, text, long text and performance data are the same at both, and as the check prints them" "$findings"

findings=$(or_say 30 state "$master" "$faulty!hyperv-layout" CRITICAL hard)
findings+=$(or_say 30 state "$master" "$repaired!hyperv-layout" OK hard)
findings+=$(or_say 30 grep -qx "PROBLEM $faulty hyperv-layout" "$alarms")
findings+=$(grep "$repaired" "$alarms")
result "the faulty host is CRITICAL and alarms, the repaired one is OK" "$findings"

acknowledge hyperv-layout
findings=$(or_say 30 acknowledged hyperv-layout)
stop_icinga "$satellite"
start_icinga "$satellite"
findings+=$(or_say 60 all "$branch" "a['last_check'] > $(date +%s)")
findings+=$(or_say 1 acknowledged hyperv-layout)
result "what is acknowledged at the master is so at the satellite, also after its restart" "$findings"

## Without the satellite

findings=$(or_say 30 host_is "$satellite" 0)
findings+=$(or_say 60 state "$master" "$satellite!late results" OK hard)
forget
killed=$(date +%s)
disown "${icinga_pid_of[$satellite]}"
kill -KILL -- "-${icinga_pid_of[$satellite]}"
findings+=$(or_say 60 host_is "$satellite" 1)
findings+=$(or_say 60 all "$branch" "a['next_update'] < now")
findings+=$(or_say 60 state "$master" "$satellite!late results" CRITICAL hard)
for _ in 1 2 3; do submit "$repaired!hyperv-layout" 2; done
findings+=$(or_say 30 state "$master" "$repaired!hyperv-layout" CRITICAL hard)
findings+=$(told "PROBLEM $satellite")
submit "$repaired!hyperv-layout" 0
result "without the satellite every result is overdue, and there is one alarm" "$findings"

# The satellite has lost its state: what is not sticky would end there with the first result, which is a change to it.
acknowledge hyperv-space true
start_icinga "$satellite"
findings=$(or_say 60 host_is "$satellite" 0)
findings+=$(or_say 60 all "$branch" "a['last_check'] > $killed and r['check_source'] == '$satellite'")
findings+=$(or_say 60 state "$master" "$satellite!late results" OK hard)
findings+=$(or_say 60 state "$master" "$repaired!hyperv-layout" OK hard)
findings+=$(told "PROBLEM $satellite" "RECOVERY $satellite")
result "when it is back there are new results, and nothing else is told" "$findings"
findings=$(or_say 1 is "$master" "$faulty!hyperv-layout" acknowledgement 1)
findings+=$(or_say 1 is "$master" "$faulty!hyperv-space" acknowledgement 2)
result "what was acknowledged before and meanwhile still is" "$findings"

## Without the master

stopped=$(date +%s)
stop_icinga "$master"
becomes "$repaired" fault
findings=$(or_say 30 state "$satellite" "$repaired!hyperv-layout" CRITICAL hard)
becomes "$repaired" repaired
findings+=$(or_say 30 state "$satellite" "$repaired!hyperv-layout" OK hard)
back=$(date +%s)
start_icinga "$master"
findings+=$(or_say 60 all "$repaired!hyperv-layout" "$stopped < a['last_state_critical'] < $back and r['state'] == 0")
findings+=$(or_say 1 is "$master" "$faulty!hyperv-layout" acknowledgement 1)
result "what the satellite found while the master was away is told afterwards" "$findings"

## A satellite that does not check, a host that does not answer

let_check() { api "$satellite" objects/icingaapplications/app -f -X POST -o "$work/let" -d "{\"attrs\": {\"enable_service_checks\": $1}}"; }
findings=$(or_say 60 host_is "$satellite" 0)
findings+=$(or_say 60 state "$master" "$satellite!late results" OK hard)
forget
let_check false
findings+=$(or_say 60 state "$master" "$satellite!late results" CRITICAL hard)
findings+=$(told "PROBLEM $satellite late results")
let_check true
findings+=$(or_say 60 grep -qx "RECOVERY $satellite late results" "$alarms")
result "a satellite that is connected and does not check is an alarm" "$findings"

forget
stop_sim "$repaired" >/dev/null
findings=$(or_say 60 all "$repaired!hyperv-" "a['state'] >= 2 and a['state_type'] == 1")
findings+=$(told "PROBLEM $repaired hyperv-reachable")
result "a host that does not answer is one alarm as well" "$findings"

becomes "$faulty" repaired
findings=$(or_say 60 state "$master" "$faulty!hyperv-layout" OK hard)
findings+=$(or_say 30 is "$satellite" "$faulty!hyperv-layout" acknowledgement 0)
findings+=$(or_say 30 is "$master" "$faulty!hyperv-layout" acknowledgement 0)
result "the faulty host is repaired: OK, and no longer acknowledged" "$findings"

finish
