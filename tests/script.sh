# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests that are shell scripts: their results as TAP, and waiting.
# shellcheck shell=bash

number=0
failures=0

# result NAME FINDINGS: passed when nothing was found; findings are diagnostics. "SKIP REASON" found: it was not tested.
result() {
	number=$((number + 1))
	case ${2-} in
	"") echo "ok $number - $1" ;;
	"SKIP "*) echo "ok $number - $1 # $2" ;;
	*)
		failures=$((failures + 1))
		echo "not ok $number - $1"
		printf '%s\n' "$2" | head -n 60 | cut -c 1-1000 | sed 's/^/# /'
		;;
	esac
}

skip() { result "$1" "SKIP $2"; } # NAME REASON

finish() {
	echo "1..$number"
	[ "$failures" -eq 0 ]
	exit
}

# wait_for SECONDS COMMAND...: until the command succeeds; fails when the time is over.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# A child that has ended and was not waited for is a zombie.
is_gone() { ! grep -q '^State:[[:space:]]*[^ZX]' "/proc/$1/status" 2>/dev/null; }
