#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What hyperv_doctor --explain tells, as TAP: doc/explanations.md is what the program says today, and no monitoring system is
# offered the option. explain.sh --update writes the page anew.
set -u
srcdir=$(cd "$(dirname "$0")" && pwd) || exit 99
builddir=$(cd "${TOP_BUILDDIR:-${top_builddir:-$srcdir/../..}}" && pwd) || exit 99
page=$srcdir/../../doc/explanations.md
doctor=$builddir/plugins/hyperv_doctor

if [ "${1-}" = --update ]; then
	"$doctor" --explain all --output markdown >"$page"
	[ $? -eq 3 ]
	exit
fi

number=0
# result NAME FINDINGS
result() {
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		printf '%s\n' "$2" | head -n 40 | sed 's/^/# /'
	fi
}

result "doc/explanations.md is up to date" "$("$doctor" --explain all --output markdown | diff -u "$page" - 2>&1)"
result "the Icinga configuration leaves --explain out" "$("$doctor" --describe=icinga2 | awk '
	/--explain/ { print }
	/--skip/ { skip = 1 }
	END { if (!skip) print "there are no options" }')"
echo "1..$number"
