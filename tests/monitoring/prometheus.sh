#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What stands in packaging/prometheus and packaging/grafana, tried in the real ones on loopback: the generator makes snmp.yml, promtool
# tries the alerts, and a Prometheus that scrapes hyperv_agentx through snmp_exporter answers every query of the dashboard. TAP.
# shellcheck disable=SC2317 # what wait_for calls
set -u
for tool in prometheus promtool prometheus-snmp-exporter prometheus-snmp-generator curl; do
	command -v "$tool" >/dev/null || {
		echo "1..0 # SKIP NOT TESTED, not installed: $tool (Debian: prometheus prometheus-snmp-exporter curl)"
		exit 0
	}
done
# shellcheck source=tests/snmp/lib.sh
. "$(dirname "$0")/../snmp/lib.sh"
shipped=$srcdir/packaging/prometheus
installed=$builddir/packaging/prometheus/installed/snmp.yml # with the root that configure was given
dashboard=$srcdir/packaging/grafana/hyperv-prometheus.json
dashboards=$srcdir/tests/monitoring/dashboards.py
faulty=hv01

## Files that are made of others

mkdir "$work/made"
# What is copied from the source tree may be read-only there.
install -m 644 "$shipped/generator.yml" "$work/modules/"SNMP* "$work/made/"
# generate MODULE: what the generator makes of the module, in made/snmp.yml
generate() {
	install -m 644 "$1" "$work/made/HYPERV-BACKUP-MIB.txt"
	(cd "$work/made" && MIBDIRS=$work/made prometheus-snmp-generator --fail-on-parse-errors generate -o snmp.yml 2>&1) >"$work/generator.log" || tail -n 5 "$work/generator.log"
}
result "snmp.yml is what the generator makes of generator.yml" "$(generate "$srcdir/mibs/HYPERV-BACKUP-MIB.txt"; diff -u "$shipped/snmp.yml" "$work/made/snmp.yml" 2>&1)"
result "so is the one that is installed, of the module that is installed" "$(generate "$builddir/mibs/installed/HYPERV-BACKUP-MIB.txt"; diff -u "$installed" "$work/made/snmp.yml" 2>&1)"
result "the exporter accepts it" "$(prometheus-snmp-exporter --config.file="$installed" --dry-run 2>"$work/dry" || cat "$work/dry")"

python3 "$srcdir/packaging/grafana/make-dashboards.py" "$work/made"
for source in prometheus influxdb; do
	result "hyperv-$source.json is what make-dashboards.py makes" "$(diff -u "$srcdir/packaging/grafana/hyperv-$source.json" "$work/made/hyperv-$source.json" | head -n 20)"
	result "and has the form of a dashboard" "$(python3 "$dashboards" form "$srcdir/packaging/grafana/hyperv-$source.json" 2>&1)"
done

## Alerts

result "promtool accepts prometheus.yml and alerts.yml" "$(promtool check config "$shipped/prometheus.yml" >"$work/promtool" 2>&1 || cat "$work/promtool")"
install -m 644 "$shipped/alerts.yml" "$srcdir/tests/monitoring/alerts-test.yml" "$work/"
result "alerts fire when they should and only then" "$(cd "$work" && { promtool test rules alerts-test.yml >promtool.out 2>&1 || cat promtool.out; })"
result "every alert has a case that fires and one that does not" "$(sed -n 's/^ *- alert: //p' "$shipped/alerts.yml" | while read -r alert; do
	grep -q "alertname: $alert, exp_alerts: \[\]" "$work/alerts-test.yml" || echo "$alert: none that does not"
	grep -A 1 "alertname: $alert\$" "$work/alerts-test.yml" | grep -q 'exp_alerts:' || echo "$alert: none that fires"
done
[ "$(grep -c '^ *- alert: ' "$shipped/alerts.yml")" -eq 8 ] || echo "not all of them were looked at")"

## The real ones

cat >"$work/agent.conf" <<END_OF_FILE
[defaults]
interval = 10s
max-age = 520w
[host $faulty]
capture = $examples/fault-capture.json
[host hv02]
capture = $examples/repaired-capture.json
[host hostile]
capture = $work/hostile-capture.json
END_OF_FILE
python3 "$srcdir/tests/bench/make-capture.py" 60 | python3 "$here/make-hostile.py" >"$work/hostile-capture.json"
configure_snmpd monitoring
start_snmpd monitoring
start_agent monitoring "$work/agent.conf"

exporter_port=$(free_port)
prometheus-snmp-exporter --config.file="$installed" --web.listen-address="127.0.0.1:$exporter_port" >"$work/exporter.log" 2>&1 </dev/null &
started "$!"
prometheus_port=$(free_port)
prometheus=http://127.0.0.1:$prometheus_port
{
	printf 'global: {evaluation_interval: 1s}\n'
	sed -e "s/127\.0\.0\.1:9116/127.0.0.1:$exporter_port/" -e "s/- 127\.0\.0\.1 #/- $address #/" -e 's/scrape_interval: .*/scrape_interval: 1s/' \
		-e 's/scrape_timeout: .*/scrape_timeout: 1s/' "$shipped/prometheus.yml"
} >"$work/prometheus.yml"
sed 's/ for: .*/ for: 0s/' "$shipped/alerts.yml" >"$work/alerts.yml"
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" --web.listen-address="127.0.0.1:$prometheus_port" \
	>"$work/prometheus.log" 2>&1 </dev/null &
started "$!"
or_bail monitoring wait_for 60 polled 3

# query EXPRESSION: values and labels, one series a line
query() { curl -sfG "$prometheus/api/v1/query" --data-urlencode "query=$1" | python3 -c 'import json, sys
for row in json.load(sys.stdin)["data"]["result"]: print(row["value"][1], *sorted(row["metric"].values()))'; }
has_samples() { [ -n "$(query "$1")" ]; }
# Two scrapes, so that there are increases.
settled() { has_samples 'count_over_time(hvbHostAge[1m]) > 2 and on () (count(hvbCheckSummary) > 30)'; }
wait_for 60 settled || { tail -n 5 "$work/exporter.log" "$work/prometheus.log" | sed 's/^/# /'; echo "Bail out! nothing was scraped"; exit 99; }

result "texts and names are labels" "$(has_samples "hvbVmVerdict{hvbHostName=\"$faulty\",hvbVmName=\"my-virtual-server\"} == 3" || query hvbVmVerdict
	has_samples "hvbFindingState{hvbHostName=\"$faulty\",hvbFindingRemedy=~\"(?s).*Move-VMStorage.*\"} == 3" || query hvbFindingState)"
result "values are those of the agent" "$(
	[ "$(query "hvbVolumeFree{hvbHostName=\"$faulty\",hvbVolumeName=\"E:\"}" | cut -d' ' -f1)" = "$(value "$(at hvbVolumeFree $faulty E:)")" ] || query hvbVolumeFree
	[ "$(query 'hvbMetricValue{hvbMetricName="free_pct",hvbMetricTitle="E:",hvbHostName="'$faulty'"}' | cut -d' ' -f1)" = "$(value "$(at hvbMetricValue $faulty space E: free_pct)")" ] || query hvbMetricValue
	has_samples "hvbMetricWarningBelow{hvbMetricName=\"free_pct\",hvbMetricTitle=\"E:\"} == 15" || query hvbMetricWarningBelow
	has_samples "hvbMetricCriticalAbove{hvbMetricName=\"backup_age\"} == 180000" || query hvbMetricCriticalAbove)"
result "whatever names are like, every row comes once, but no value that is not known" "$(
	for column in hvbVmVerdict hvbVmCheckpoints hvbVolumeFree hvbFindingState; do
		[ "$(query "count($column)")" -eq "$(rows "$column")" ] || echo "$column: $(query "count($column)") of $(rows "$column")"
	done
	known=$(ask snmpbulkwalk -OQs @ hvbMetricValue | grep -vc '= U$')
	[ "$known" -gt 300 ] && [ "$known" -lt "$(rows hvbMetricValue)" ] && [ "$(query 'count(hvbMetricValue)')" -eq "$known" ] ||
		echo "metrics: $(query 'count(hvbMetricValue)') of $known that are known and $(rows hvbMetricValue) in all"
	has_samples 'count(hvbVmState{hvbHostName="hostile"}) == 60' || query 'count(hvbVmState{hvbHostName="hostile"})')"
result "nothing is scraped that has a wrong value" "$(query '{__name__=~"hvb.*"} < 0'; curl -sf "$prometheus/api/v1/targets" | python3 -c 'import json, sys
for target in json.load(sys.stdin)["data"]["activeTargets"]:
    if target["health"] != "up" or target["lastError"]: print(target["lastError"])')"
result "every query of the dashboard has data of the faulty host" "$(python3 "$dashboards" prometheus "$dashboard" "$prometheus" "$faulty" 2>&1)"
result "a query that is wrong would be told" "$(sed -e 's/hvbHostAge{/hvbHostAge{{/' "$dashboard" >"$work/broken.json"
	[ "$(python3 "$dashboards" prometheus "$work/broken.json" "$prometheus" "$faulty" | grep -c 'Age of the data.*parse error')" -eq 1 ] || echo "it was not"
	sed -e 's/hvbHostPollDuration{/hvbHostPollDurations{/' "$dashboard" >"$work/broken.json"
	[ "$(python3 "$dashboards" prometheus "$work/broken.json" "$prometheus" "$faulty" | grep -c 'Time that a poll takes: no data')" -eq 1 ] || echo "nor was one without data")"

# The login that doc/dashboards.md gives as an example is that of the reader of lib.sh.
awk -v login="$(sed -n '/^    version: 3/,/^    walk:/p' "$srcdir/doc/dashboards.md" | grep -v walk:)" '{ print } /^  hyperv_backup:/ { print login }' \
	"$shipped/generator.yml" >"$work/made/generator.yml"
result "the generator accepts a login with SNMP 3" "$(generate "$builddir/mibs/installed/HYPERV-BACKUP-MIB.txt"; grep -q 'version: 3' "$work/made/snmp.yml" || cat "$work/made/snmp.yml")"
secret_port=$(free_port)
prometheus-snmp-exporter --config.file="$work/made/snmp.yml" --web.listen-address="127.0.0.1:$secret_port" >"$work/secret.log" 2>&1 </dev/null &
started "$!"
sealed() { curl -sfG "http://127.0.0.1:$secret_port/snmp" -d module=hyperv_backup -d "target=$address" | grep -q '^hvbWorstState 3$'; }
result "and the exporter reads with it" "$(wait_for 60 sealed || tail -n 5 "$work/secret.log")"

alerts() { curl -sf "$prometheus/api/v1/alerts" | python3 -c 'import json, sys
for alert in json.load(sys.stdin)["data"]["alerts"]:
    print(alert["labels"]["alertname"], alert["labels"].get("hvbHostName"), alert["labels"].get("hvbCheckName"), json.dumps(alert["annotations"]))'; }
alerts_for() { alerts | grep -q "$1"; }
result "the fault is an alert, with the disk and the command" "$(
	wait_for 90 alerts_for "^HypervCheckCritical $faulty layout .*my-virtual-server-d-drive.vhdx lies in the root.*Move-VMStorage" || alerts)"
result "the repaired host is none" "$(alerts | grep '^HypervCheckCritical hv02')"
stop_agent monitoring
result "an agent that is gone is an alert, while snmpd and the exporter answer" "$(wait_for 90 alerts_for '^HypervAgentGone' || alerts)"
result "and then no panel pretends to know anything" "$(python3 "$dashboards" prometheus "$dashboard" "$prometheus" "$faulty" >"$work/unknown"
	for title in 'Hosts' 'Backups that will fail' 'Backups at risk' 'Hosts that cannot be asked' 'Checks' 'Virtual machines' 'Free space now'; do
		grep -q "^$title: no data" "$work/unknown" || echo "$title"
	done)"
finish
