#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Ten thousand virtual machines on one host, as TAP: the verdict is right, the output bounded, the first line complete.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 99
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
vms=10000

python3 "$srcdir/tests/bench/make-capture.py" $vms >"$work/many.json" || exit 99

number=0
# expect CHECK STATUS PATTERN: the first line must match.
expect() {
	local status=0 first
	number=$((number + 1))
	"$TOP_BUILDDIR/plugins/$1" --capture "$work/many.json" -t 10m >"$work/out" || status=$?
	IFS= read -r first <"$work/out"
	if [ "$status" -eq "$2" ] && [[ $first =~ $3 ]] && [[ $first == *"judged="*"excluded=0" ]] &&
		[ "$(wc -c <"$work/out")" -lt 65536 ]; then
		echo "ok $number - $1 with $vms VMs"
	else
		echo "not ok $number - $1 with $vms VMs: status $status, $(wc -c <"$work/out") bytes"
		cut -c1-300 "$work/out" | head -n 3 | sed 's/^/# /'
	fi
}

expect check_hyperv_space 0 "2 volumes with files of $vms VMs"
expect check_hyperv_volumes 0 "2 volumes judged"
expect check_hyperv_layout 1 '\(\+99 more\).* seen=10000 judged=10000'
expect check_hyperv_events 2 '\(\+999 more\).* failed_vms=1000'
echo "1..$number"
