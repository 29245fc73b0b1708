#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What `./quickstart snmp` shows: hyperv_agentx asks a simulated host with the fault of the examples over WinRM, and a private snmpd
# on loopback serves what it found; a notification as snmptrapd gets it. All of it runs as whoever calls, below a directory that is
# gone afterwards. Fails when the disk to blame is not told.
set -euo pipefail
# shellcheck source=tests/snmp/lib.sh
. "$(dirname "$0")/lib.sh"
trap 'set +e; cleanup' EXIT

fail() { printf 'demonstration: %s\n' "$*" >&2; exit 1; }
# show COMMAND...: prints it and what it says, which is kept in $work/shown
show() {
	printf '\n$'
	printf ' %s' "${@//$address/localhost}" # as if it were the usual port
	printf '\n'
	"$@" >"$work/shown" 2>&1 || { cat "$work/shown"; fail "$1 failed"; }
	cut -c -220 "$work/shown"
}
told() { grep -q -e "$1" "$work/shown" || fail "this does not say: $1"; }

make_accounts
start_sim fault "$examples/fault-capture.json"
trap_port=$(free_udp_port)
printf '%s\n' "[snmp] persistentDir $work/trapd" '[snmptrapd]' "authCommunity log $community" 'format2 %v\n' >"$work/trapd.conf"
MIBS=SNMPv2-MIB:HYPERV-BACKUP-MIB snmptrapd -f -C -c "$work/trapd.conf" -Lf "$work/traps" -OQ -p "$work/trapd.pid" "udp:127.0.0.1:$trap_port" >/dev/null 2>&1 </dev/null &
started "$!"
configure_snmpd demonstration "trap2sink 127.0.0.1:$trap_port $community"
start_snmpd demonstration
cat >"$work/hyperv_agentx.conf" <<END
[agent]
notify-first = yes

[defaults]
interval = 5m
auth = ntlm
authfile = $auth_ntlm
now = $(sed -n 's/^ "taken_at": "\(.*\)",$/\1/p' "$examples/fault-capture.json")

[host hv01]
hostname = $host
port = $http
END
printf '\n$ cat hyperv_agentx.conf\n'
cat "$work/hyperv_agentx.conf"
printf '\n$ hyperv_agentx --config hyperv_agentx.conf --agentx-socket ...\n'
start_agent demonstration "$work/hyperv_agentx.conf"
wait_for 60 polled 1 || { tail -n 20 "$work/demonstration.said" >&2; fail "the host was not polled"; }

tool=(-v 2c -c "$community" -m HYPERV-BACKUP-MIB "$address")
show snmpwalk "${tool[@]}" hvbCheckState
told 'critical'
show snmptable -OU -Ci -Cb -Cw 150 "${tool[@]}" hvbVolumeTable
show snmpwalk -OQs "${tool[@]}" hvbVmVerdict
told 'willFail'
show snmpwalk -OQs "${tool[@]}" hvbVmCulprit
told 'my-virtual-server-d-drive.vhdx lies in the root of D:'
show snmpget -OQs "${tool[@]}" "$(at hvbVmRemedy hv01 3F2A7C64-0D1B-4E55-9A38-6C1E5B7D9042)"
told 'Move-VMStorage'
show snmpget -OQs "${tool[@]}" hvbWorstState.0
wait_for 20 grep -q 'hvbNotifyCheck.0 = layout' "$work/traps" || fail "there was no notification"
printf '\n== snmptrapd gets:\n'
grep -m 1 'hvbNotifyCheck.0 = layout' "$work/traps" | tr '\t' '\n' | cut -c -220
stop_agent demonstration
[ "$status" -eq 0 ] || fail "hyperv_agentx ended with status $status"
