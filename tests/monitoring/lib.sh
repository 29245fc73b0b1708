# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests of monitoring systems, on top of tests/live/lib.sh: everything lives below $work and is gone
# at the end. What is here:
#   find_tool VARIABLE HINT PATH...    the first of the programs that is installed; without one the test is skipped
#   simulate NAME CAPTURE [OPTION]...  a simulated host that serves the capture over WinRM; its port in http_of[NAME]
#   taken_at CAPTURE                   the time a capture was taken, for --now
#   end_of PID                         ends a child
# shellcheck shell=bash

# shellcheck source=tests/live/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../live/lib.sh"

declare -A http_of=()
simulate() {
	start_sim "$@"
	http_of[$1]=$http
}
taken_at() { sed -n 's/^ "taken_at": "\(.*\)",$/\1/p' "$1"; }

find_tool() {
	local variable=$1 hint=$2 tool
	shift 2
	for tool in "$@"; do
		if command -v "$tool" >/dev/null; then
			printf -v "$variable" %s "$tool"
			return
		fi
	done
	echo "1..0 # SKIP NOT TESTED, not installed: ${1##*/} ($hint)"
	exit 0
}

end_of() {
	local pid left=()
	kill "$1" 2>/dev/null
	wait_for 20 is_gone "$1" || kill -KILL "$1" 2>/dev/null
	wait "$1" 2>/dev/null
	for pid in "${sim_pids[@]}"; do [ "$pid" = "$1" ] || left+=("$pid"); done
	sim_pids=("${left[@]}")
}
