#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The dashboard for InfluxDB: a private icinga2 runs the checks on the examples and writes what they measure into a private InfluxDB,
# with the configuration that doc/dashboards.md shows, and every query of the dashboard is put to that. TAP.
# shellcheck disable=SC2016,SC2317 # macros of Icinga; what wait_for calls
set -u
for tool in influxd curl; do
	command -v "$tool" >/dev/null || {
		echo "1..0 # SKIP NOT TESTED, not installed: $tool (Debian: influxdb curl)"
		exit 0
	}
done
# shellcheck source=tests/monitoring/icinga-lib.sh
. "$(dirname "$0")/icinga-lib.sh"
dashboard=$srcdir/packaging/grafana/hyperv-influxdb.json
dashboards=$srcdir/tests/monitoring/dashboards.py
faulty=hv01
database=icinga2

## InfluxDB

influx_port=$(free_port)
influx=http://127.0.0.1:$influx_port
cat >"$work/influxdb.conf" <<END_OF_FILE
reporting-disabled = true
bind-address = "127.0.0.1:$(free_port)"
[meta]
  dir = "$work/influxdb/meta"
[data]
  dir = "$work/influxdb/data"
  wal-dir = "$work/influxdb/wal"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:$influx_port"
[ifql]
  enabled = false
END_OF_FILE
influxd run -config "$work/influxdb.conf" >"$work/influxdb.log" 2>&1 </dev/null &
sim_pids+=("$!")
wait_for 60 curl -sf "$influx/ping" || { tail -n 20 "$work/influxdb.log" | sed 's/^/# /'; echo "Bail out! InfluxDB does not answer"; exit 99; }
# ask QUERY: the rows of the answer, one a line, behind the tags of their series
ask() { curl -sG "$influx/query" --data-urlencode "db=$database" --data-urlencode "q=$1" | python3 -c 'import json, sys
for result in json.load(sys.stdin)["results"]:
    if "error" in result: print("error", result["error"])
    for series in result.get("series", []):
        for row in series["values"]: print(series["name"], *series.get("tags", {}).values(), *row[1:])'; }
curl -sf -X POST "$influx/query" --data-urlencode "q=CREATE DATABASE $database" >/dev/null

## Icinga 2

# check_commands: with the names of --describe=icinga2, and a capture for all arguments
check_commands() {
	local check name
	for check in "$builddir"/plugins/check_hyperv_*; do
		[ -x "$check" ] || continue
		name=$("$check" --describe=icinga2 | sed -n 's/^object CheckCommand "\(.*\)" {$/\1/p')
		printf 'object CheckCommand "%s" { command = [ "%s", "--capture", "$capture$" ] }\n' "$name" "$check"
		printf 'apply Service "Hyper-V %s" { check_command = "%s", check_interval = 2s, assign where host.vars.capture }\n' "${name#hyperv_}" "$name"
	done
}
icinga_node graphs
check_commands >"$work/graphs/conf.d/checks.conf"
cat >"$work/graphs/conf.d/hosts.conf" <<END_OF_FILE
object Host "$faulty" { check_command = "passive", vars.capture = "$examples/fault-capture.json" }
object Host "hv02" { check_command = "passive", vars.capture = "$examples/repaired-capture.json" }
object Host "hostile" { check_command = "passive", vars.capture = "$work/hostile-capture.json" }
END_OF_FILE
python3 "$srcdir/tests/bench/make-capture.py" 60 | python3 "$srcdir/tests/snmp/make-hostile.py" >"$work/hostile-capture.json"
sed -n '/^object InfluxdbWriter/,/^}/p' "$srcdir/doc/dashboards.md" |
	sed -e "s/port = 8086/port = $influx_port/" -e 's/database = .*/&, flush_interval = 1s/' >"$work/graphs/conf.d/influxdb.conf"
start_icinga graphs

## What comes

commands=$(grep -c '^object CheckCommand' "$work/graphs/conf.d/checks.conf")
all_written() { [ "$(ask 'SELECT last("state") FROM /^hyperv_/ GROUP BY "hostname", "service"' | wc -l)" -ge $((3 * commands)) ]; }
result "every check of every host is written" "$(wait_for 60 all_written || { ask 'SHOW SERIES' | head; tail -n 5 "$work/graphs/icinga2.log"; })"
result "a state is that of the check" "$(
	[ "$(ask "SELECT last(\"state\") FROM \"hyperv_layout\" WHERE \"hostname\" = '$faulty' GROUP BY \"service\"")" = 'hyperv_layout Hyper-V layout 2' ] || ask 'SELECT last("state") FROM "hyperv_layout" GROUP BY *'
	[ "$(ask 'SELECT last("state") FROM "hyperv_layout" WHERE "hostname" = '\''hv02'\')" = 'hyperv_layout 0' ] || echo "not that of the repaired host")"
result "values and plain thresholds arrive, ranges do not" "$(
	[ "$(ask "SELECT last(\"value\"), \"warn\", \"crit\" FROM \"hyperv_backup\" WHERE \"hostname\" = '$faulty' AND \"metric\" = 'dc01_backup_age'")" = 'hyperv_backup 1036 93600 180000' ] || ask 'SELECT * FROM "hyperv_backup" LIMIT 5'
	[ "$(ask "SELECT last(\"value\"), \"warn\", \"max\" FROM \"hyperv_space\" WHERE \"hostname\" = '$faulty' AND \"metric\" = 'E:_free_pct'")" = 'hyperv_space 3.94 None 100' ] || ask 'SELECT * FROM "hyperv_space" LIMIT 9')"
ages() { ask "SHOW TAG VALUES FROM \"hyperv_backup\" WITH KEY = \"metric\" WHERE \"hostname\" = 'hostile'" | grep -ac '_backup_age$'; }
result "whatever names are like, every virtual machine comes" "$([ "$(ages)" -eq 60 ] || echo "$(ages) of 60")"
result "every query of the dashboard has data of the faulty host" "$(python3 "$dashboards" influxdb "$dashboard" "$influx" "$database" "$faulty" 2>&1)"
result "a query that is wrong would be told" "$(sed 's/SELECT sum/SELECT SELECT sum/' "$dashboard" >"$work/broken.json"
	python3 "$dashboards" influxdb "$work/broken.json" "$influx" "$database" "$faulty" | grep -q 'Faulty volumes: .*error parsing query' || echo "it was not"
	sed 's/_free_bytes\$/_no_bytes$/' "$dashboard" >"$work/broken.json"
	python3 "$dashboards" influxdb "$work/broken.json" "$influx" "$database" "$faulty" | grep -q 'Free bytes: no data' || echo "nor was one without data")"
result "icinga2 has nothing to complain of" "$(grep -E 'warning/Influx|critical/' "$work/graphs/icinga2.log" | grep -v 'Ignoring invalid perfdata.*=U;' | head -n 5)" # a value that is not known
stop_icinga graphs
finish
