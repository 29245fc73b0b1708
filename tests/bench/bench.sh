#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `make bench`: whole-process time, CPU time and peak memory of each check, as Markdown tables. Peers that are not
# installed are left out by name (Debian: monitoring-plugins-basic, libevtx-utils, python3-evtx).
set -euo pipefail
srcdir=${srcdir:-.}
builddir=${builddir:-.}
runs=${RUNS:-21}
data=$builddir/tests/bench/data
mkdir -p "$data"

measure=$builddir/tests/bench/measure
plugins=$builddir/plugins

# row TITLE RUNS COMMAND...: one line of a table
row() {
	local title=$1 count=$2 median min max cpu rss status
	shift 2
	read -r median min max cpu rss status < <("$measure" "$count" "$@")
	printf '| %s | %s | %s .. %s | %s | %s | %s |\n' "$title" "$median" "$min" "$max" "$cpu" "$rss" "$status"
}

header() {
	printf '\n%s\n\n| what | wall ms, median | min .. max | CPU ms | peak KiB | exit |\n|---|--:|--:|--:|--:|--:|\n' "$1"
}

for vms in 1 500 5000; do
	[ -s "$data/$vms.json" ] || python3 "$srcdir/tests/bench/make-capture.py" "$vms" >"$data/$vms.json"
done
log=$data/60000.evtx
[ -s "$log" ] || "$builddir/tests/make-evtx" -n 60000 -o "$log"
now=2026-11-22T06:00:00Z

dummy=
for candidate in /usr/lib/nagios/plugins/check_dummy /usr/lib64/nagios/plugins/check_dummy /usr/lib/monitoring-plugins/check_dummy; do
	[ -x "$candidate" ] && dummy=$candidate
done

printf 'Measured %s on %s, %s cores.\n' "$(date -u +%F)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)"

for vms in 1 500 5000; do
	header "$vms VMs, $((vms * 4)) disks, capture of $(stat -c %s "$data/$vms.json") bytes"
	if [ -n "$dummy" ]; then row "check_dummy (floor)" "$runs" "$dummy" 0; else echo "check_dummy is not installed: no floor" >&2; fi
	for check in check_hyperv_space check_hyperv_layout check_hyperv_events; do
		row "$check" "$runs" "$plugins/$check" --capture "$data/$vms.json"
	done
	row "hyperv_doctor --list (the collection alone)" "$runs" "$plugins/hyperv_doctor" --capture "$data/$vms.json" --list
	row "hyperv_doctor" "$runs" "$plugins/hyperv_doctor" --capture "$data/$vms.json"
done

header "Event log of $(stat -c %s "$log") bytes, 60,000 records"
row "check_hyperv_events, last 26 h" "$runs" "$plugins/check_hyperv_events" --evtx "$log" --now "$now"
row "check_hyperv_events, all records in the window" "$runs" "$plugins/check_hyperv_events" --evtx "$log" --now "$now" --since 3650d
row "hyperv_capture --list -v (every record expanded)" 5 "$plugins/hyperv_capture" --evtx "$log" --list -v
if command -v evtxexport >/dev/null; then
	row "evtxexport -f xml" 3 evtxexport -f xml "$log"
else
	echo "evtxexport is not installed: left out" >&2
fi
if /usr/bin/python3 -c 'import Evtx' 2>/dev/null; then
	head -c $((4096 + 8 * 65536)) "$log" >"$data/8-chunks.evtx"
	row "python-evtx, the first 8 chunks only ($((8 * 65536)) bytes)" 1 /usr/bin/python3 -c '
import sys
import Evtx.Evtx as evtx
with evtx.Evtx(sys.argv[1]) as log:
    for record in log.records():
        record.xml()' "$data/8-chunks.evtx"
else
	echo "python-evtx is not installed: left out" >&2
fi
