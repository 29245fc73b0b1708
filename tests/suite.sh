# SPDX-License-Identifier: GPL-3.0-or-later
# The test suite, sourced by ../quickstart: a strict gcc build with all tests, and a clang build with sanitizers. When $all is
# set also a build without SNMP, the distribution tarball and the packages. Ends with a line "N passed, N failed, N skipped".
# shellcheck shell=bash

passed=0
failed=0
skipped=0

# Adds the counts that automake's test harness printed to file $1, the last of each kind: failures make it print them
# twice. A run without any count is a failure.
count_results() {
	local name value total=0
	while read -r name value; do
		case $name in
		PASS | XFAIL) passed=$((passed + value)) ;;
		FAIL | XPASS | ERROR) failed=$((failed + value)) ;;
		SKIP) skipped=$((skipped + value)) ;;
		esac
		total=$((total + value))
	done < <(sed -n 's/^# \(PASS\|XFAIL\|FAIL\|XPASS\|ERROR\|SKIP\): *\([0-9]*\)$/\1 \2/p' "$1" |
		awk '{ last[$1] = $2 } END { for (name in last) print name, last[name] }')
	[ "$total" -gt 0 ] || failed=$((failed + 1))
}

# suite TITLE COMMAND...: one run of the tests, its output in a file of its own.
suite() {
	local title=$1 out status=0
	shift
	out=build/$(printf '%s' "$title" | tr -c 'a-z0-9' '-').log
	say "Tests: $title"
	"$@" >"$out" 2>&1 </dev/null || status=$?
	count_results "$out"
	grep -E '^(FAIL|ERROR|SKIP|XPASS):' "$out" || true
	sed -n 's/^# \(TOTAL\|PASS\|SKIP\|FAIL\|ERROR\): /\1 /p' "$out" | paste -sd' '
	if [ "$status" -ne 0 ]; then
		grep -hE -A8 '^not ok' "$out" | tail -n 120 || true
		tail -n 60 "$out"
		say "failed: $title (output: $out)"
		grep -qE '^# (FAIL|ERROR): +[1-9]' "$out" || failed=$((failed + 1))
	fi
}

export VERBOSE=1
configure_and_make build/strict --enable-werror
suite "strict build" make -C build/strict -j "$jobs" check

# What monitoring systems do with ours is the same with sanitizers: their tests are not repeated.
if command -v clang >/dev/null; then
	configure_and_make build/sanitize --enable-werror --enable-sanitizers CC=clang "CFLAGS=-O1 -g"
	suite "address and undefined behaviour sanitizers" make -C build/sanitize -j "$jobs" check monitoring_scripts= agent_monitoring_scripts=
else
	say "clang is not here: the sanitizer run is left out"
	skipped=$((skipped + 1))
fi

if [ -n "$all" ]; then
	configure_and_make build/without-snmp --enable-werror --without-snmp
	[ ! -e build/without-snmp/mibs/hyperv_agentx ] || { say "failed: --without-snmp built the subagent"; failed=$((failed + 1)); }
	suite "without snmp" make -C build/without-snmp -j "$jobs" check live_scripts= monitoring_scripts= test_scripts=tests/golden/describe.sh

	# The same files as in the strict build, in which everything was looked at: here each test has to be there and to run.
	suite "distribution tarball" env HV_TESTS_BRIEF=yes make -C build/strict -j "$jobs" distcheck

	suite "packages" make -C build/strict check-packages
fi

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
