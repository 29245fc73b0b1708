# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests of hyperv_agentx: private daemons of net-snmp on loopback, agents to start and stop, and ways to ask them.
# Everything lives below $work and is gone at the end, daemons by their process id.
# shellcheck shell=bash

# shellcheck source=tests/live/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../live/lib.sh"
agent=$builddir/mibs/hyperv_agentx
here=$srcdir/tests/snmp
doctor=$builddir/plugins/hyperv_doctor
for tool in snmpd snmptrapd snmpget snmpgetnext snmpbulkget snmpbulkwalk snmpset snmptable snmptranslate python3; do
	command -v "$tool" >/dev/null || {
		echo "1..0 # SKIP NOT TESTED, not installed: $tool (Debian: snmp snmpd snmptrapd python3; Fedora: net-snmp net-snmp-utils python3)"
		exit 0
	}
done
# shellcheck source=tests/snmp/mibdirs.sh
. "$here/mibdirs.sh"
mkdir "$work/modules"
missing=$(find_base_mibs "$work/modules") || {
	echo "1..0 # SKIP NOT TESTED, modules that others import are not installed: $missing (Debian: erlang-snmp)"
	exit 0
}
cp "$builddir/mibs/installed/HYPERV-BACKUP-MIB.txt" "$work/modules/" || exit 99
export MIBDIRS=$work/modules MIBS=HYPERV-BACKUP-MIB
export SNMPCONFPATH=$work/no-such-directory SNMP_PERSISTENT_DIR=$work/persistent
unset NOTIFY_SOCKET WATCHDOG_USEC WATCHDOG_PID

community=public
writer=private # may write whatever can be written
v3=(-v 3 -l authPriv -u reader -a SHA-256 -A 'reader authenticates' -x AES -X 'reader reads sealed')
chmod 711 "$work" # an agent of another user finds its socket there

# or_bail AGENT COMMAND...: without what the command waits for, all that follows would fail.
or_bail() {
	"${@:2}" || { sed 's/^/# /' "$work/$1.said" | tail -n 20; echo "Bail out! in vain: ${*:2}"; exit 99; }
}

free_udp_port() {
	python3 -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# started PID / ended PID: of daemons; cleanup() kills those that have not ended.
started() { sim_pids+=("$1"); }
ended() {
	local pid left=()
	for pid in "${sim_pids[@]}"; do [ "$pid" = "$1" ] || left+=("$pid"); done
	sim_pids=("${left[@]}")
}
# end_of PID SECONDS: waits for a child; its status in status, 999 when it had to be killed.
end_of() {
	local pid=$1
	wait_for "$2" is_gone "$pid" || kill -KILL "$pid" 2>/dev/null
	status=0
	wait "$pid" 2>/dev/null || status=$?
	ended "$pid"
}

## snmpd

# configure_snmpd NAME [LINE]...: a master of its own. Sets port, address and socket, as the other functions below.
configure_snmpd() {
	local name=$1
	port=$(free_udp_port)
	shift
	mkdir -p "$work/$name" "$work/$name/persistent"
	printf '%s\n' "$port" >"$work/$name/port"
	{
		printf '%s\n' "[snmp] persistentDir $work/$name/persistent" '[snmpd]' "agentAddress udp:127.0.0.1:$port" \
			'master agentx' "agentXSocket $work/$name/agentx" 'agentXPerms 0777 0777' \
			"rocommunity $community 127.0.0.1" "rwcommunity $writer 127.0.0.1" \
			'createUser reader SHA-256 "reader authenticates" AES "reader reads sealed"' 'rouser reader authPriv'
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} >"$work/$name/snmpd.conf"
	chmod 755 "$work/$name"
	use_snmpd "$name"
}
use_snmpd() {
	port=$(cat "$work/$1/port")
	address=127.0.0.1:$port
	socket=$work/$1/agentx
}

declare -A snmpd_pid_of=()
# start_snmpd NAME: one that was configured; it answers when this returns.
start_snmpd() {
	use_snmpd "$1"
	rm -f "$socket"
	SNMP_PERSISTENT_DIR=$work/$1/persistent snmpd -f -C -c "$work/$1/snmpd.conf" -Lf "$work/$1/snmpd.log" >/dev/null 2>&1 </dev/null &
	snmpd_pid_of[$1]=$!
	started "$!"
	wait_for 20 snmpget -v 2c -c "$community" -t 1 -r 0 "$address" .1.3.6.1.2.1.1.3.0 ||
		{ sed 's/^/# /' "$work/$1/snmpd.log"; echo "Bail out! snmpd does not answer"; exit 99; }
}
# stop_snmpd NAME [SIGNAL]
stop_snmpd() {
	kill "-${2:-TERM}" "${snmpd_pid_of[$1]}"
	end_of "${snmpd_pid_of[$1]}" 10
	unset "snmpd_pid_of[$1]"
}

declare -A trapd_pid_of=()
# start_trapd NAME: what notifications come, a line each in $work/NAME.traps: the kind (TRAP2, INFORM), a tab, the variables, a tab
# between two. Sets trap_port; NAME keeps it when it is started again.
start_trapd() {
	[ -s "$work/$1.trap-port" ] || free_udp_port >"$work/$1.trap-port"
	trap_port=$(cat "$work/$1.trap-port")
	printf '%s\n' "[snmp] persistentDir $work/$1.persistent" '[snmptrapd]' "authCommunity log $community" 'disableAuthorization no' \
		'format2 NOTIFICATION\t%P\t%v\n' >"$work/$1.trapd.conf"
	# Without modules there are no display hints: octets come in hexadecimal, whatever they are.
	MIBS='' snmptrapd -f -C -c "$work/$1.trapd.conf" -Lf "$work/$1.traps" -On -Oe -Ox -p "$work/$1.trapd.pid" "udp:127.0.0.1:$trap_port" \
		>"$work/$1.trapd.out" 2>&1 </dev/null &
	trapd_pid_of[$1]=$!
	started "$!"
	wait_for 20 grep -q 'NET-SNMP version' "$work/$1.traps" ||
		{ sed 's/^/# /' "$work/$1.traps" "$work/$1.trapd.out"; echo "Bail out! snmptrapd does not start"; exit 99; }
}
stop_trapd() {
	kill "${trapd_pid_of[$1]}"
	end_of "${trapd_pid_of[$1]}" 10
}

## The agent

declare -A agent_pid_of=()
# start_agent NAME CONF [OPTION]...: one that serves $socket. What it says goes to $work/NAME.said; agent_prefix is put before it.
agent_prefix=()
start_agent() {
	local name=$1 conf=$2
	shift 2
	env -u MIBS -u MIBDIRS "${agent_prefix[@]}" "$agent" --config "$conf" --agentx-socket "$socket" "$@" >>"$work/$name.said" 2>&1 </dev/null &
	agent_pid_of[$name]=$!
	started "$!"
}
# stop_agent NAME [SIGNAL]: its exit status in status
stop_agent() {
	kill "-${2:-TERM}" "${agent_pid_of[$1]}" 2>/dev/null
	end_of "${agent_pid_of[$1]}" 20
	unset "agent_pid_of[$1]"
}
agent_lives() { ! is_gone "${agent_pid_of[$1]}"; }
reload_agent() { kill -HUP "${agent_pid_of[$1]}"; }

## Asking

# ask TOOL [OPTION]... @ [OID]...: where @ stands goes the address of the master.
ask() {
	local tool=$1 words=()
	shift
	for word in "$@"; do
		if [ "$word" = @ ]; then words+=("$address"); else words+=("$word"); fi
	done
	"$tool" -v 2c -c "$community" -t 3 -r 2 "${words[@]}" 2>&1
}
# oid OBJECT: by number
oid() { snmptranslate -IR -On "$@"; }
# value OBJECT: of one instance, enumerations by their name
value() { ask snmpget -OqvU @ "$1" | sed 's/^"\(.*\)"$/\1/'; }
# at OBJECT INDEX...: "OBJECT.\"INDEX\"...", as the tools want it
at() {
	printf '%s' "$1"
	shift
	[ $# -eq 0 ] || printf '."%s"' "$@"
}
is_value() { [ "$(value "$1")" = "$2" ]; }
# rows COLUMN: how many instances it has
rows() { ask snmpbulkwalk -Onq -Cr40 @ "$1" | grep '^\.[0-9.]* ' | grep -vc ' No Such \| No more variables '; }
has_rows() { [ "$(rows "$1")" -eq "$2" ]; }
is_served() { [ "$(rows hvbHostState)" -gt 0 ]; }
# every_host_polled COUNT: by the walk
polled() { [ "$(ask snmpbulkwalk -OqvU @ hvbHostPolls | awk '$1 + 0 > 0' | wc -l)" -ge "$1" ]; }

# walk FILE [OBJECT]: all of it by number, octets in hexadecimal, with GETBULK
walk() {
	local root
	root=$(oid "${2:-hypervBackupMIB}")
	MIBS='' ask snmpbulkwalk -On -Oe -Ox -Ot -Cr50 @ "$root" >"$1"
}
# tables WORD...: tables.py, which knows the objects of the module by $work/names
tables() {
	[ -s "$work/names" ] || snmptranslate -Tz 2>/dev/null | grep -E '"(hvb|hypervBackup)' >"$work/names"
	python3 "$here/tables.py" "$work/names" "$@"
}

## Scenarios that wait for much of their time, at the same time

# apart FUNCTION: runs it beside the others; its results are told by together().
apart_names=()
apart() {
	(
		trap - INT TERM
		sim_pids=()
		trap 'for pid in "${sim_pids[@]}"; do kill -KILL "$pid" 2>/dev/null; done; wait 2>/dev/null' EXIT
		trap 'exit 99' INT TERM
		result() {
			if [ -z "$2" ]; then
				echo "ok - $1"
			else
				echo "not ok - $1"
				printf '%s\n' "$2" | head -n 60 | sed 's/^/# /'
			fi
		}
		"$1"
		echo complete
	) >"$work/apart-$1" 2>"$work/apart-$1.stderr" </dev/null &
	apart_names+=("$1")
	apart_pids+=("$!")
	started "$!"
}
together() {
	local name line lines
	wait "${apart_pids[@]}"
	for pid in "${apart_pids[@]}"; do ended "$pid"; done
	for name in "${apart_names[@]}"; do
		mapfile -t lines <"$work/apart-$name"
		for line in "${lines[@]}"; do
			case $line in
			"ok - "* | "not ok - "*)
				number=$((number + 1))
				[ "${line%%ok*}" != "not " ] || failures=$((failures + 1))
				echo "${line%% - *} $number - ${line#* - }"
				;;
			complete) ;;
			*) echo "$line" ;;
			esac
		done
		result "$name came to its end" "$(grep -qx complete "$work/apart-$name" || echo "it did not"
			# The shell tells of each that was killed.
			grep -v 'line [0-9]*: *[0-9]* \(Killed\|Terminated\)' "$work/apart-$name.stderr")"
	done
	apart_names=()
	apart_pids=()
}
apart_pids=()
