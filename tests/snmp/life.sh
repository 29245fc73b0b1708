#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The life of hyperv_agentx beside a real master agent: whoever starts, dies and comes back first; reloads; configurations that are
# wrong; readiness for a service manager; hosts that hang, flood and lie; data that grow old; another user, and secrets.
# Most of the time is spent waiting, so the scenarios run beside each other. TAP.
# shellcheck disable=SC2317 # what wait_for and apart call
set -u
# shellcheck source=tests/snmp/lib.sh
. "$(dirname "$0")/lib.sh"

fault=$examples/fault-capture.json
now=$(sed -n 's/^ "taken_at": "\(.*\)",$/\1/p' "$fault")
repaired=$examples/repaired-capture.json
checks=11
patience=60 # seconds for what takes a reconnection or a poll or two

# ended_well NAME: what is wrong with the end of an agent
ended_well() { [ "$status" -eq 0 ] || echo "status $status: $(tail -n 5 "$work/$1.said")"; }
# nothing_served: what is left of the module
nothing_served() { ask snmpbulkwalk -On @ hypervBackupMIB | grep -v 'No Such\|No more' | head -n 3; }

## Whoever comes and goes

two_hosts() {
	printf '[defaults]\ninterval = 10s\n[host one]\ncapture = %s\nmax-age = 520w\n[host two]\ncapture = %s\nmax-age = 520w\n' "$fault" "$repaired"
}

comings_and_goings() {
	local start
	two_hosts >"$work/comings.conf"
	configure_snmpd comings
	start_agent comings "$work/comings.conf"
	wait_for 5 test -s "$work/comings.said"
	result "without a master the agent waits" "$(agent_lives comings || cat "$work/comings.said")"
	start_snmpd comings
	result "and serves it when it comes" "$(wait_for "$patience" polled 2 || tail -n 5 "$work/comings.said")"
	walk "$work/first.walk"
	start=$(value hvbAgentStart.0)

	stop_snmpd comings KILL
	start_snmpd comings
	result "a master that was killed and comes back is served again" "$(wait_for "$patience" polled 2 || tail -n 5 "$work/comings.said")"
	walk "$work/second.walk"
	result "with all that was there before, once each" "$(tables order "$work/second.walk"; tables same "$work/first.walk" "$work/second.walk")"
	result "by the same agent" "$(is_value hvbAgentStart.0 "$start" || value hvbAgentStart.0)"

	stop_agent comings KILL
	result "of an agent that was killed nothing is left" "$(wait_for 10 nothing_is_served || nothing_served)"
	start_agent comings "$work/comings.conf"
	result "the next one is served" "$(wait_for "$patience" polled 2 || tail -n 5 "$work/comings.said")"
	walk "$work/third.walk"
	# The agent's start and since when states are what they are: it is a new one.
	result "with the same rows, once each" "$(tables order "$work/third.walk"
		tables same "$work/first.walk" "$work/third.walk" | grep -v '^hvbAgentStart\|^hvb[A-Z][a-z]*Since')"

	stop_agent comings
	result "SIGTERM ends it well" "$(ended_well comings)"
	result "and what it served is gone at once" "$(nothing_served)"
	result "the master is as it was" "$(ask snmpget @ .1.3.6.1.2.1.1.3.0 | grep -v Timeticks)"
	# A shell starts what runs beside it deaf to SIGINT.
	agent_prefix=(env --default-signal=INT)
	start_agent comings "$work/comings.conf"
	wait_for "$patience" is_served
	stop_agent comings INT
	result "so does SIGINT" "$(ended_well comings; nothing_served)"
}
nothing_is_served() { [ -z "$(nothing_served)" ]; }

# Two at one master: the second finds its place taken.
a_second_agent() {
	two_hosts >"$work/second.conf"
	configure_snmpd second
	start_snmpd second
	start_agent second "$work/second.conf"
	wait_for "$patience" polled 2
	start_agent another "$work/second.conf"
	wait_for 10 grep -qi 'regist' "$work/another.said"
	walk "$work/two.walk"
	result "a second agent doubles nothing" "$(tables order "$work/two.walk"
		[ "$(tables keys "$work/two.walk" hvbCheckState | wc -l)" -eq $((2 * checks)) ] || echo "not $((2 * checks)) checks")"
	result "and says why it does not serve" "$(grep -qi 'regist' "$work/another.said" || cat "$work/another.said")"
	stop_agent second
	stop_agent another
}

## SIGHUP

# reload_conf HOST...: one that has these hosts
reload_conf() {
	printf '[defaults]\ninterval = 10s\n'
	for name in "$@"; do printf '[host %s]\ncapture = %s\nmax-age = 520w\n' "$name" "$fault"; done
}
has_host() { [ "$(value "$(at hvbCheckState "$1" layout)")" = critical ]; }
has_no_host() { [[ "$(value "$(at hvbHostState "$1")")" == *"No Such"* ]]; }

# Until the file walked is gone: every walk must have all rows of the hosts that stay.
keep_walking() {
	local n=0 count
	while [ -e "$work/walked" ]; do
		n=$((n + 1))
		walk "$work/reload.walk" hvbCheckState
		count=$(tables keys "$work/reload.walk" hvbCheckState 2>&1 | grep -c '^stays')
		[ "$count" -eq $((2 * checks)) ] || echo "walk $n: $count rows of those that stay"
		tables order "$work/reload.walk"
		echo "$n" >>"$work/reload.walks"
	done >"$work/reload.trouble"
}

reloads() {
	local walker polls errors
	configure_snmpd reloads
	start_snmpd reloads
	reload_conf stays1 goes stays2 >"$work/reloads.conf"
	start_agent reloads "$work/reloads.conf"
	or_bail reloads wait_for "$patience" polled 3
	polls=$(value "$(at hvbHostPolls stays1)")
	: >"$work/walked"
	: >"$work/reload.walks"
	keep_walking &
	walker=$!

	reload_conf stays1 comes stays2 >"$work/reloads.conf"
	reload_agent reloads
	result "a reload: a new host comes" "$(wait_for "$patience" has_host comes || tail -n 5 "$work/reloads.said")"
	result "an old one goes" "$(wait_for 5 has_no_host goes || value "$(at hvbHostState goes)")"
	result "what stays is not asked anew from the start" "$([ "$(value "$(at hvbHostPolls stays1)")" -ge "$polls" ] || echo "polls: $polls, then $(value "$(at hvbHostPolls stays1)")")"
	while [ "$(wc -l <"$work/reload.walks")" -lt 20 ] && agent_lives reloads; do
		reload_agent reloads
		wait_for 5 has_host stays1
	done
	result "many more in a row change nothing" "$(agent_lives reloads || echo "it is gone"; value hvbHostsConfigured.0 | grep -vx 3)"

	reload_wrong
	rm "$work/walked"
	wait "$walker"
	result "all the time every walk had all rows of those that stay" "$(cat "$work/reload.trouble"
		[ "$(wc -l <"$work/reload.walks")" -ge 20 ] || echo "there were only $(wc -l <"$work/reload.walks") walks")"
	errors=$(grep -c "reloads.conf:" "$work/reloads.said")
	reload_conf stays1 stays2 >"$work/reloads.conf"
	reload_agent reloads
	result "the next right one counts" "$(wait_for 10 has_no_host comes || value "$(at hvbHostState comes)"
		[ "$(grep -c "reloads.conf:" "$work/reloads.said")" -eq "$errors" ] || echo "there is something against it")"
	stop_agent reloads
	result "the agent ends well" "$(ended_well reloads)"
}
reload_wrong() {
	{ reload_conf stays1 newcomer stays2; printf 'no-such-option = 1\n'; } >"$work/reloads.conf"
	reload_agent reloads
	result "a wrong configuration is told with its line" "$(wait_for 10 grep -q "reloads.conf:$(wc -l <"$work/reloads.conf"):" "$work/reloads.said" ||
		tail -n 5 "$work/reloads.said")"
	result "and the old one stays" "$(agent_lives reloads || echo "the agent is gone"
		value hvbHostsConfigured.0 | grep -vx 3; has_host comes || echo "comes is gone"; has_no_host newcomer || echo "newcomer is there")"
	rm "$work/reloads.conf"
	reload_agent reloads
	result "also when there is none any more" "$(wait_for 10 grep -q 'No such file' "$work/reloads.said" || tail -n 5 "$work/reloads.said"
		agent_lives reloads || echo "the agent is gone"; value hvbHostsConfigured.0 | grep -vx 3)"
}

## Configurations

wrong_configuration() {
	cat >"$work/wrong.conf" <<-END
		[agent]
		workers = many
		no-such-option = 1
		[defaults]
		interval = 1s
		[host good]
		capture = $fault
		max-age = 520w
		[host twice]
		capture = $fault
		max-age = 520w
		[host twice]
		capture = $fault
		max-age = 520w
		[host no-authfile]
		timeout = 10s
		[host unread]
		hostname = hv01.invalid
		authfile = $work/no-such-authfile
		[host wrong-check]
		capture = $fault
		max-age = 520w
		no-such-check.warning = 1
		[nonsense]
		capture = $fault
		max-age = 520w
	END
	printf '[host right]\ncapture = %s\nmax-age = 520w\n' "$fault" >"$work/right.conf"
}

# checked NAME CONF [OPTION]...: runs the agent to its end; its status in status, what it says in NAME.log
checked() {
	local name=$1
	socket=$work/no-master
	start_agent "$@"
	end_of "${agent_pid_of[$name]}" 10
}
# told NAME CONF LINE...: what is wrong with what was said of these lines of a configuration
told() {
	local name=$1 conf=$2 line
	shift 2
	[ "$status" -ne 0 ] && [ "$status" -lt 126 ] || echo "the status is $status"
	for line in "$@"; do
		grep -q "$conf:$line: ." "$work/$name.said" || echo "nothing is said of line $line"
	done
	[ "$(grep -c "$conf:[0-9]*: " "$work/$name.said")" -ge $# ] || cat "$work/$name.said"
}

configurations() {
	local line
	wrong_configuration
	checked start-wrong "$work/wrong.conf"
	result "a wrong configuration ends the agent, which tells every error with its line" \
		"$(told start-wrong "$work/wrong.conf" 2 3 5 12 17 23 24)"
	checked check-wrong "$work/wrong.conf" --check-config
	result "--check-config tells the same" "$(told check-wrong "$work/wrong.conf" 2 3 5 12 17 23 24)"
	checked check-right "$work/right.conf" --check-config
	result "--check-config finds nothing wrong with a right one, and ends" "$([ "$status" -eq 0 ] || echo "status $status"
		grep "right.conf:[0-9]" "$work/check-right.said")"
	"$agent" --help >&- 2>/dev/null
	result "help that nobody can read is no good end" "$([ $? -ne 0 ] || echo "it is")"
	checked check-none "$work/none.conf" --check-config
	result "a file that is not there" "$([ "$status" -ne 0 ] || echo "status 0"; grep -q "$work/none.conf" "$work/check-none.said" || cat "$work/check-none.said")"
	checked check-dir "$work" --check-config
	result "a directory" "$([ "$status" -ne 0 ] || echo "status 0"; [ -s "$work/check-dir.said" ] || echo "nothing is said")"
	head -c 20000 /dev/urandom >"$work/random.conf"
	checked check-random "$work/random.conf" --check-config
	result "random bytes" "$([ "$status" -ne 0 ] && [ "$status" -lt 126 ] || echo "status $status"
		grep -c . "$work/check-random.said" | awk '$1 > 200 { print $1, "lines" }')"
	: >"$work/empty.conf"
	checked check-empty "$work/empty.conf" --check-config
	result "an empty file" "$([ "$status" -lt 126 ] || echo "status $status")"
	for line in --no-such-option extra; do
		checked "argument$line" "$work/right.conf" "$line"
		result "argument $line is refused" "$([ "$status" -ne 0 ] && [ "$status" -lt 126 ] || echo "status $status"; [ -s "$work/argument$line.said" ] || echo "without a word")"
	done
}

## Readiness

# messages PATTERN: how many were received that match
messages() { grep -cE -e " $1( |\$)" "$work/ready.messages"; }
has_messages() { [ "$(messages "$1")" -ge "$2" ]; }
# reloaded TIMES: and was ready again after each
reloaded() { has_messages 'RELOADING=1' "$1" && has_messages 'READY=1' $(($1 + 1)); }

readiness() {
	local listener
	two_hosts >"$work/ready.conf"
	configure_snmpd ready
	start_snmpd ready
	python3 "$here/readiness.py" "$work/ready.socket" "$work/ready.messages" </dev/null >/dev/null 2>&1 &
	listener=$!
	started "$listener"
	wait_for 10 test -S "$work/ready.socket"
	NOTIFY_SOCKET=$work/ready.socket WATCHDOG_USEC=2000000 start_agent ready "$work/ready.conf"
	result "the service manager hears that the agent is ready" "$(wait_for 20 has_messages 'READY=1' 1 || cat "$work/ready.messages")"
	result "and, at least twice as often as it wants to, that it lives" "$(wait_for 20 has_messages 'WATCHDOG=1' 5 || cat "$work/ready.messages"
		awk '/WATCHDOG=1/ { if (last && $1 - last > 2) print "silent for", $1 - last, "seconds"; last = $1 }' "$work/ready.messages")"
	reload_agent ready
	result "that it reloads, and has" "$(wait_for 10 reloaded 1 || cat "$work/ready.messages"
		grep 'RELOADING=1' "$work/ready.messages" | grep -v 'MONOTONIC_USEC=[0-9]')"
	printf 'nonsense\n' >"$work/ready.conf"
	reload_agent ready
	result "also when it could not" "$(wait_for 10 reloaded 2 || cat "$work/ready.messages")"
	stop_agent ready
	result "and that it stops" "$(ended_well ready; has_messages 'STOPPING=1' 1 || cat "$work/ready.messages")"
	two_hosts >"$work/ready.conf"
	NOTIFY_SOCKET=$work/nobody.socket start_agent alone "$work/ready.conf"
	result "a service manager that does not listen is nothing to end for" "$(wait_for "$patience" polled 2 || cat "$work/alone.said")"
	kill "$listener"
	stop_agent alone
}

## Hosts that misbehave

port_of() { sed -n "s/^$1=//p" "$work/hosts.ports"; }
is_unreachable() { is_value "$(at hvbHostIsReachable "$1")" false && [ -n "$(value "$(at hvbHostError "$1")")" ]; }

bad_hosts() {
	local kind n names=() asked=0 failed='' begin
	configure_snmpd bad
	start_snmpd bad
	python3 "$here/hosts.py" "$work/hosts.ports" </dev/null >/dev/null 2>"$work/hosts.errors" &
	started "$!"
	wait_for 20 test -s "$work/hosts.ports"
	{
		printf '[agent]\nworkers = 4\n[defaults]\ninterval = 10s\nunreachable-after = 1\n[host good]\ncapture = %s\nmax-age = 520w\n' "$fault"
		for kind in hang flood lie deaf; do
			for n in 1 2 3; do
				names+=("$kind$n")
				printf '[host %s]\nhostname = 127.0.0.1\nport = %s\nauth = ntlm\nauthfile = %s\ntimeout = 8s\n' \
					"$kind$n" "$(port_of "$kind")" "$auth_ntlm"
			done
		done
	} >"$work/bad.conf"
	start_agent bad "$work/bad.conf"
	or_bail bad wait_for "$patience" has_host good
	begin=$SECONDS
	# Every one of these must come, whatever the others do: none is asked twice.
	while [ $((SECONDS - begin)) -lt 30 ]; do
		asked=$((asked + 1))
		snmpget -v 2c -c "$community" -t 2 -r 0 "$address" "$(at hvbHostState good)" >/dev/null 2>&1 || failed+="request $asked "
		is_value "$(at hvbHostStale good)" false || failed+="stale at $asked "
	done
	result "$asked requests about a good host: each is answered while the others hang, flood and lie" "$failed"
	for kind in hang lie deaf flood; do
		result "$kind: unreachable, and the reason is told" "$(for n in 1 2 3; do
			wait_for "$patience" is_unreachable "$kind$n" || echo "$kind$n: $(value "$(at hvbHostIsReachable "$kind$n")") $(value "$(at hvbHostError "$kind$n")")"
		done)"
	done
	# Each class is asked for, and is too large: no check is left that could judge anything.
	result "flood: the reason is the size" "$(for n in 1 2 3; do
		value "$(at hvbHostError "flood$n")" | grep -q 'larger than' || echo "flood$n: $(value "$(at hvbHostError "flood$n")")"
	done)"
	result "their state is that of hosts that cannot be reached, no check is known" "$(for kind in "${names[@]}"; do
		is_value "$(at hvbHostState "$kind")" critical || echo "$kind: $(value "$(at hvbHostState "$kind")")"
		is_value "$(at hvbCheckState "$kind" layout)" unknown || echo "$kind layout: $(value "$(at hvbCheckState "$kind" layout)")"
	done)"
	result "the good host was polled in time" "$(polls=$(value "$(at hvbHostPolls good)"); [ "$polls" -ge 3 ] || echo "$polls polls in $((SECONDS - begin)) s")"
	result "no worker is left that should have ended" "$(n=$(pgrep -c -P "${agent_pid_of[bad]}"); [ "$n" -le 5 ] || echo "$n")"
	stop_agent bad
	result "the agent ends well, and at once" "$(ended_well bad)"
}

## Age

grows_old() {
	local here_port
	configure_snmpd old
	start_snmpd old
	start_sim old "$fault"
	here_port=$http
	printf '[defaults]\ninterval = 10s\ntimeout = 5s\nunreachable-after = 2\nnow = %s\n[host old]\nhostname = %s\nport = %s\nauth = ntlm\nauthfile = %s\n' \
		"$now" "$host" "$http" "$auth_ntlm" >"$work/old.conf"
	start_agent old "$work/old.conf"
	or_bail old wait_for "$patience" has_host old
	walk "$work/old-before.walk" hvbCheckState
	result "fresh: not stale" "$(is_value "$(at hvbHostStale old)" false || value "$(at hvbHostStale old)")"
	stop_sim old >"$work/old.stopped"
	result "nothing is left open on the host" "$(cat "$work/old.stopped")"
	result "no answer any more: stale" "$(wait_for 25 is_value "$(at hvbCheckStale old layout)" true || value "$(at hvbCheckAge old layout)")"
	result "what was known stays for now" "$(is_value "$(at hvbCheckState old layout)" critical || value "$(at hvbCheckState old layout)")"
	result "after three intervals it is UNKNOWN" "$(wait_for 45 is_value "$(at hvbCheckState old layout)" unknown ||
		value "$(at hvbCheckAge old layout)"
		age=$(value "$(at hvbCheckAge old layout)" | tr -dc 0-9); [ "${age:-0}" -ge 29 ] || echo "already after $age s")"
	walk "$work/old-after.walk" hvbCheckState
	result "no row is lost" "$(diff <(tables keys "$work/old-before.walk" hvbCheckState) <(tables keys "$work/old-after.walk" hvbCheckState))"
	result "numbers are absent, values U, verdicts not known" "$(
		[[ "$(value "$(at hvbVolumeFree old E:)")" == *"No Such Instance"* ]] || value "$(at hvbVolumeFree old E:)"
		ask snmpbulkwalk -Oqv @ hvbMetricValue | sort -u | grep -vx '"\?U"\?'
		ask snmpbulkwalk -Oqv @ hvbVmVerdict | sort -u | grep -vx notKnown)"
	result "it is unreachable, and why" "$(wait_for "$patience" is_unreachable old || value "$(at hvbHostError old)")"
	start_sim old "$fault" --http="$here_port"
	result "it is all back after an answer" "$(wait_for 90 has_host old || value "$(at hvbHostError old)"
		is_value "$(at hvbHostIsReachable old)" true || echo "but not reachable"; is_value "$(at hvbHostStale old)" false || echo "but stale")"
	stop_agent old
	stop_sim old >"$work/old.stopped"
	result "the agent ends well" "$(ended_well old)"
}

## Another user, and secrets

secrets() {
	local name pid secret findings='' whose
	configure_snmpd secrets
	start_snmpd secrets
	start_sim secrets "$fault"
	mkdir -m 711 "$work/other"
	cp "$agent" "$work/other/hyperv_agentx"
	cp "$auth_ntlm" "$work/other/auth-right"
	cp "$auth_wrong" "$work/other/auth-wrong"
	cp "$fault" "$work/other/capture.json"
	{
		printf '[defaults]\ninterval = 10s\nnow = %s\nport = %s\nauth = ntlm\n' "$now" "$http"
		for name in right wrong; do
			printf '[host %s]\nhostname = %s\nauthfile = %s\n' "$name" "$host" "$work/other/auth-$name"
		done
	} >"$work/other/agent.conf"
	whose=$(id -u)
	if [ "$whose" -eq 0 ] && command -v setpriv >/dev/null; then
		whose=65534
		chown -R "$whose:$whose" "$work/other"
		agent_prefix=(setpriv --reuid="$whose" --regid="$whose" --clear-groups)
	fi
	agent=$work/other/hyperv_agentx start_agent secrets "$work/other/agent.conf"
	pid=${agent_pid_of[secrets]}
	result "without privileges it polls and serves" "$(wait_for "$patience" has_host right || tail -n 5 "$work/secrets.said"
		grep '^Uid:' "/proc/$pid/status" | grep -v "$whose.*$whose.*$whose.*$whose")"
	result "a password that is refused is told as such" "$(wait_for "$patience" is_unreachable wrong || value "$(at hvbHostError wrong)"
		value "$(at hvbHostError wrong)" | grep -q 'password' || value "$(at hvbHostError wrong)")"
	walk "$work/secrets.walk"
	ask snmpbulkwalk @ hypervBackupMIB >"$work/secrets.text"
	# Workers come and go: as often as one is seen.
	for _ in $(seq 100); do
		for pid in "${agent_pid_of[secrets]}" $(pgrep -P "${agent_pid_of[secrets]}"); do
			{ tr '\0' ' ' <"/proc/$pid/cmdline"; tr '\0' '\n' <"/proc/$pid/environ"; } 2>/dev/null
		done
		sleep 0.1
	done >"$work/secrets.processes"
	for secret in "$password" "$(printf '%s' "$password" | base64)" "$(printf '%s' "$password" | od -An -tx1 | tr -d '\n' | sed 's/^ //')" "${password%% *}"; do
		! grep -aiqF -e "$secret" "$work/secrets.walk" "$work/secrets.text" "$work/secrets.said" "$work/secrets.processes" || findings+="$secret "
	done
	result "no password is in the walk, the log, or what a process shows" "$findings"
	result "all of this was there to be searched" "$(grep -q 'hyperv_agentx' "$work/secrets.processes" || echo "no process"
		grep -q 'my-virtual-server' "$work/secrets.text" || echo "no walk")"
	stop_agent secrets
	result "it ends well" "$(ended_well secrets)"
	result "the socket of the master needs no more than its permissions" "$(grep -i 'permission' "$work/secrets.said" | head -n 3)"
	stop_sim secrets >"$work/secrets.stopped"
	result "nothing is left open on the host" "$(cat "$work/secrets.stopped")"
}

[ -x "$agent" ] || { echo "Bail out! there is no $agent"; exit 99; }
make_accounts
for scenario in ${SCENARIOS:-comings_and_goings a_second_agent reloads configurations readiness bad_hosts grows_old secrets}; do
	apart "$scenario"
done
together
finish
