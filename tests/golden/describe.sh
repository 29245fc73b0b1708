#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the programs say about themselves, as TAP: manual pages that mandoc finds nothing in, JSON that parses and names
# every option of the help, usage and help that fit a terminal of 80 columns, and the guidelines' exit statuses.
set -u
programs=$(cd "$TOP_BUILDDIR/plugins" && ls check_hyperv_* hyperv_doctor | grep -v '\.o$')

# shellcheck source=tests/script.sh
. "$(dirname "$0")/../script.sh"
skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}
too_wide() { awk 'length($0) > 80 { print FNR ": " $0 }'; }
status_of() {
	local status=0
	"$@" >/dev/null 2>&1 || status=$?
	echo "$status"
}

for program in $programs; do
	run=$TOP_BUILDDIR/plugins/$program
	if command -v mandoc >/dev/null; then
		result "$program: manual page" "$("$run" --describe=man | SOURCE_DATE_EPOCH=0 mandoc -T lint -W warning 2>&1)"
	else
		skip "$program: manual page" "mandoc is not here"
	fi
	result "$program: JSON names every option of the help" "$(python3 - "$run" <<'PY' 2>&1
import json, re, subprocess, sys
run = lambda *a: subprocess.run([sys.argv[1], *a], capture_output=True, text=True).stdout
told = {o["name"] for o in json.loads(run("--describe=json"))["options"] if not o.get("file_only")}
helped = set(re.findall(r"^  (?:-\w, )?--([a-z-]+)", run("--help"), re.M))
for name in sorted(told ^ helped):
    print(name)
PY
)"
	result "$program: Icinga configuration is one CheckCommand with balanced brackets" "$("$run" --describe=icinga2 | python3 -c '
import re, sys
text = re.sub(r"\"(?:[^\"\\\\]|\\\\.)*\"", "", sys.stdin.read())
if text.count("object CheckCommand") != 1: print("not one CheckCommand")
for a, b in ("{}", "[]", "()"):
    if text.count(a) != text.count(b): print(a, text.count(a), b, text.count(b))')"
	result "$program: Nagios configuration is comments and one command" "$("$run" --describe=nagios | grep -v '^#' | diff - <(
		printf 'define command {\n\tcommand_name\t%s\n' "$program"
		"$run" --describe=nagios | grep "^	command_line	[^ ]*$program .*\$_HOSTHYPERV_OPTIONS\\$ \$ARG1\\$\$" || echo "a command line"
		echo '}'))"
	result "$program: help fits 80 columns" "$("$run" --help | sed '/^Examples:/,/^$/d' | too_wide)"
	usage=$("$run" --no-such-option)
	result "$program: a wrong option gets a reason and a short usage" "$(
		printf '%s\n' "$usage" | tail -n +2 | too_wide
		[ "$(printf '%s\n' "$usage" | wc -l)" -le 23 ] || echo "more than 23 lines"
		[[ $usage == "HYPERV "*" UNKNOWN - "*"--no-such-option"* ]] || echo "no reason: $usage")"
	result "$program: help, version and wrong arguments end with 3" "$(
		for option in --help --version --no-such-option positional; do
			[ "$(status_of "$run" "$option")" -eq 3 ] || echo "$option"
		done)"
done
finish
