#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The commands for NRPE under a real NRPE server, asked by check_nrpe: what the check prints arrives, byte for byte, as far as a packet
# holds it, and the state always; unknown commands, arguments and checks that take too long are refused. TAP.
set -u
# shellcheck source=tests/monitoring/lib.sh
. "$(dirname "$0")/lib.sh"
nrpe=
check_nrpe=
hint="Debian: nagios-nrpe-server nagios-nrpe-plugin; Fedora: nrpe nagios-plugins-nrpe"
find_tool nrpe "$hint" nrpe
find_tool check_nrpe "$hint" check_nrpe /usr/lib/nagios/plugins/check_nrpe /usr/lib64/nagios/plugins/check_nrpe
find_tool python3 python3 python3
find_tool setpriv util-linux setpriv
command_timeout=6
# NRPE leaves the checks no environment; what makes this test private has to stay.
kept=NAGIOS_CONFIG_PATH,LC_ALL,TZ,LSAN_OPTIONS,ASAN_OPTIONS
export NAGIOS_CONFIG_PATH=$work
commands=(access acl backup checkpoints events integration layout prerequisites space updates volumes vss)

# live NAME: the host of hv01 from now on, each check reads it anew
live() {
	printf '[hv01]\nhostname = %s\nport = %s\nauth = ntlm\nauthfile = %s\ncache = 0:%s\nnow = %s\n[hv02]\ncapture = %s\nmax-age = 36500d\n' \
		"$host" "${http_of[$1]}" "$auth_ntlm" "$work/cache" "$(taken_at "$2")" "$work/plugins/fault-capture.json" >"$work/monitoring-plugins.ini"
}

# NRPE never runs as root: the checks, and what they read, belong to a user without rights then.
as_user=()
runs_as=$(id -un)
runs_in=$(id -gn)
become_user() {
	mkdir "$work/plugins" && cp "$builddir"/plugins/check_hyperv_* "$builddir/plugins/hyperv_doctor" "$examples/fault-capture.json" \
		"$work/plugins/" && rm -f "$work"/plugins/*.o || exit 99
	[ "$(id -u)" -eq 0 ] || return
	runs_as=nobody
	runs_in=$(id -gn nobody)
	as_user=(setpriv --reuid "$runs_as" --regid "$runs_in" --clear-groups)
	chmod 755 "$work" && chown "$runs_as" "$work" "$auth_ntlm"
}

start_nrpe() {
	port=$(free_port)
	sed "s|@plugindir@|$work/plugins|; s|@bindir@|$work/plugins|" "$srcdir/packaging/nrpe/hyperv.cfg.in" >"$work/hyperv.cfg"
	cat >"$work/nrpe.cfg" <<-END
		pid_file=$work/nrpe.pid
		server_address=127.0.0.1
		server_port=$port
		nrpe_user=$runs_as
		nrpe_group=$runs_in
		allowed_hosts=127.0.0.1
		dont_blame_nrpe=0
		disable_syslog=1
		log_file=$work/nrpe.log
		command_timeout=$command_timeout
		keep_env_vars=$kept
		include=$work/hyperv.cfg
	END
	"$nrpe" -c "$work/nrpe.cfg" -f >"$work/nrpe.said" 2>&1 </dev/null &
	sim_pids+=("$!")
	wait_for 30 "$check_nrpe" -H 127.0.0.1 -p "$port" -D ||
		{ sed 's/^/# /' "$work/nrpe.said" "$work/nrpe.log"; echo "Bail out! NRPE does not answer"; exit 99; }
}

# ask COMMAND [OPTION]...: by way of NRPE; what came in $work/came, the status in status
ask() {
	local command=$1
	shift
	status=0
	"$check_nrpe" -H 127.0.0.1 -p "$port" -D -t 30 "$@" -c "$command" >"$work/came" 2>&1 </dev/null || status=$?
}
# by_hand COMMAND: the same by hand; $work/direct and direct_status
by_hand() {
	local words
	read -ra words < <(sed -n "s/^command\[$1\]=//p" "$work/hyperv.cfg")
	direct_status=0
	"${as_user[@]}" "${words[@]}" >"$work/direct" 2>&1 </dev/null || direct_status=$?
}
same_status() { [ "$status" -eq "$direct_status" ] || echo "$1: status $status in place of $direct_status"; }
# whole COMMAND / cut COMMAND BYTES [OPTION]...: all of it came, or as much as BYTES hold, and the state
whole() {
	by_hand "$1"
	ask "$@"
	same_status "$1"
	diff "$work/direct" "$work/came" >"$work/differences" || { echo "$1:"; head -n 4 "$work/differences"; }
}
cut_at() {
	local limit=$2 size
	by_hand "$1"
	ask "$1" "${@:3}"
	same_status "$1"
	size=$(wc -c <"$work/came")
	[ "$(wc -c <"$work/direct")" -gt "$limit" ] || echo "$1: only $(wc -c <"$work/direct") bytes by hand: nothing to cut"
	[ "$size" -gt $((limit - 100)) ] && [ "$size" -le $((limit + 1)) ] || echo "$1: $size bytes came"
	# The end of the line is that of check_nrpe.
	head -c $((size - 1)) "$work/came" | cmp -n $((size - 1)) - "$work/direct"
}
first_line() { cmp <(head -n 1 "$work/direct") <(head -n 1 "$work/came"); }

make_accounts
fault=$examples/fault-capture.json
python3 "$srcdir/tests/monitoring/hostile-names.py" <"$fault" >"$work/hostile.json" || exit 99
simulate fault "$fault"
simulate repaired "$examples/repaired-capture.json"
simulate hostile "$work/hostile.json"
simulate hanging "$fault" --inject hang
python3 "$srcdir/tests/monitoring/many.py" 40 <"$fault" >"$work/many.json" || exit 99
python3 "$srcdir/tests/monitoring/many.py" 300 <"$fault" >"$work/very-many.json" || exit 99
simulate many "$work/many.json"
simulate very-many "$work/very-many.json"
live fault "$fault"
become_user
start_nrpe

result "a host with a fault: every command says what the check says" "$(for name in "${commands[@]}"; do whole "hv01_$name"; done)"
ask hv01_layout
result "and it is CRITICAL" "$([ "$status" -eq 2 ] || echo "status $status"; grep -q 'my-virtual-server-d-drive.vhdx' "$work/came" || cat "$work/came")"
live repaired "$examples/repaired-capture.json"
ask hv01_layout
result "a host without: OK" "$([ "$status" -eq 0 ] || echo "status $status"; grep -q '^HYPERV LAYOUT OK - ' "$work/came" || cat "$work/came")"
live hostile "$work/hostile.json"
result "hostile names" "$(for name in "${commands[@]}"; do whole "hv01_$name"; done)"
result "a captured host: the doctor" "$(whole hv02_doctor; [ "$status" -eq 2 ] || echo "status $status")"

live many "$work/many.json"
result "many items: all of it" "$(whole hv01_layout; [ "$(wc -c <"$work/direct")" -gt 20000 ] || echo "$(wc -c <"$work/direct") bytes are few")"
result "packets of version 2: cut behind 1023 bytes, with the state" "$(cut_at hv01_layout 1023 -2; first_line)"
result "the same within the performance data" "$(cut_at hv01_backup 1023 -2; ! first_line >/dev/null || echo "the first line is short")"
live very-many "$work/very-many.json"
result "more than a packet holds: cut, with the state and the first line" "$(cut_at hv01_layout 65535; first_line)"

ask hv01_nothing
result "an unknown command is UNKNOWN" "$([ "$status" -eq 3 ] || echo "status $status"; grep -q "Command 'hv01_nothing' not defined" "$work/came" || cat "$work/came")"
ask hv01_layout -a --rule split-root=ok
result "arguments are refused" "$([ "$status" -eq 3 ] || echo "status $status"; ! grep -q HYPERV "$work/came" || cat "$work/came")"
live hanging "$fault"
SECONDS=0
ask hv01_layout
result "a check that takes too long for NRPE is UNKNOWN" "$([ "$status" -eq 3 ] || echo "status $status"
	grep -q 'Command timed out' "$work/came" || cat "$work/came"; [ "$SECONDS" -lt 25 ] || echo "$SECONDS s")"
ask hv01_layout -t 2
result "and CRITICAL when it does for check_nrpe" "$([ "$status" -eq 2 ] || echo "status $status"
	grep -qi 'timeout after 2 seconds' "$work/came" || cat "$work/came")"
finish
