#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes both dashboards for Grafana, of one table of panels: make-dashboards.py DIRECTORY

hyperv-prometheus.json asks Prometheus for what snmp_exporter has read of hyperv_agentx (../prometheus), hyperv-influxdb.json asks
InfluxDB for what Icinga 2's writers made of the performance data of the checks. A panel that has no query for one of the two is not
in its dashboard."""
import json
import pathlib
import sys

SCHEMA_VERSION = 39
COLUMNS = 24
RECENT = "2h"
OK, WARNING, CRITICAL, UNKNOWN = ("green", "ok"), ("orange", "warning"), ("red", "critical"), ("purple", "unknown")
# The numbers of HYPERV-BACKUP-MIB, and the exit statuses of plugins.
STATES = {"prometheus": {1: OK, 2: WARNING, 3: CRITICAL, 4: UNKNOWN}, "influxdb": {0: OK, 1: WARNING, 2: CRITICAL, 3: UNKNOWN}}
VERDICTS = {1: ("green", "will back up"), 2: ("orange", "at risk"), 3: ("red", "will fail"), 4: ("purple", "not known")}
AGE = [("green", None), ("orange", 93600), ("red", 180000)]  # as check_hyperv_backup judges by default
FREE = [("red", None), ("orange", 5), ("green", 15)]  # as check_hyperv_space
SHADOW = [("green", None), ("orange", 90)]
NONE_IS_GOOD = [("green", None), ("red", 1)]
SOME_IS_ODD = [("green", None), ("orange", 1)]
PLAIN = [("green", None)]


def metric(check, names, legend="{{hvbHostName}}"):
    """A metric of a check, as Prometheus has it"""
    return f'hvbMetricValue{{hvbHostName=~"$host",hvbCheckName="{check}",hvbMetricName=~"{names}"}}', legend


def influx(check, metrics, alias="$tag_hostname $tag_metric", field="value"):
    """A metric of a check over time, as InfluxDB has it"""
    return (f'SELECT last("{field}") FROM "hyperv_{check}" WHERE "hostname" =~ /^$host$/ AND "metric" =~ /{metrics}/ AND $timeFilter '
            'GROUP BY time($__interval), "hostname", "metric" fill(none)', alias)


def influx_now(check, metrics):
    """The sum of the last values of all hosts"""
    return (f'SELECT sum("last") FROM (SELECT last("value") FROM "hyperv_{check}" WHERE "hostname" =~ /^$host$/ AND '
            f'"metric" =~ /{metrics}/ AND $timeFilter GROUP BY "hostname", "metric")', "")


def influx_about(field, alias="$tag_hostname $tag_service"):
    """What Icinga tells of the checks themselves, with enable_send_metadata"""
    return (f'SELECT last("{field}") FROM /^hyperv_/ WHERE "hostname" =~ /^$host$/ AND $timeFilter '
            'GROUP BY time($__interval), "hostname", "service" fill(none)', alias)


def how_many(metric_is, number):
    """Without any data this has no result: nothing that is not known is shown as zero."""
    return f'sum({metric_is}{{hvbHostName=~"$host"}} == bool {number})', ""


VM = "on (job, instance, hvbHostName, hvbVmId)"
# Each group is a row of the dashboard with its panels: title, kind, columns, lines, and what differs.
GROUPS = [
    ("Now", [
        dict(title="Hosts", kind="stat", size=(24, 4), map=STATES, about="The worst state of the checks of each host.",
             prometheus=[('hvbHostState{hvbHostName=~"$host"}', "{{hvbHostName}}")]),
        dict(title="Backups that will fail", kind="stat", size=(5, 4), steps=NONE_IS_GOOD, about="Virtual machines.",
             prometheus=[how_many("hvbVmVerdict", 3)]),
        dict(title="Backups at risk", kind="stat", size=(5, 4), steps=SOME_IS_ODD, about="Virtual machines.",
             prometheus=[how_many("hvbVmVerdict", 2)]),
        dict(title="Backups of which it is not known", kind="stat", size=(5, 4), steps=SOME_IS_ODD, about="Virtual machines.",
             prometheus=[how_many("hvbVmVerdict", 4)]),
        dict(title="Hosts that cannot be asked", kind="stat", size=(5, 4), steps=NONE_IS_GOOD,
             prometheus=[how_many("hvbHostIsReachable", 2)]),
        dict(title="Oldest data", kind="stat", size=(4, 4), unit="s", steps=PLAIN,
             prometheus=[('max(hvbHostAge{hvbHostName=~"$host"})', "")]),
        dict(title="VMs whose disks lie wrong", kind="stat", size=(4, 4), steps=NONE_IS_GOOD,
             influxdb=[influx_now("layout", "^faulty_vms$")]),
        dict(title="VMs whose checkpoints failed", kind="stat", size=(4, 4), steps=NONE_IS_GOOD,
             influxdb=[influx_now("events", "^failed_vms$")]),
        dict(title="VMs that a backup left out", kind="stat", size=(4, 4), steps=NONE_IS_GOOD,
             influxdb=[influx_now("backup", "^skipped$")]),
        dict(title="VMs never backed up", kind="stat", size=(4, 4), steps=SOME_IS_ODD,
             influxdb=[influx_now("backup", "^never$")]),
        dict(title="VMs with a merge that is due", kind="stat", size=(4, 4), steps=SOME_IS_ODD,
             influxdb=[influx_now("checkpoints", "^unmerged_vms$")]),
        dict(title="Faulty volumes", kind="stat", size=(4, 4), steps=NONE_IS_GOOD, about="Gone, unfit, read-only or to be checked.",
             influxdb=[influx_now("volumes", "_volumes$")]),
    ]),
    ("Checks", [
        dict(title="Checks", kind="table", size=(24, 10), map=STATES, about="The last result of each check.",
             prometheus=[('hvbCheckSummary{hvbHostName=~"$host"} * on (job, instance, hvbHostName, hvbCheckName) '
                          'group_left () hvbCheckState', "")],
             influxdb=[('SELECT last("state") FROM /^hyperv_/ WHERE "hostname" =~ /^$host$/ AND $timeFilter '
                        'GROUP BY "hostname", "service"', "")],
             columns={"prometheus": {"hvbHostName": "Host", "hvbCheckName": "Check", "Value": "State", "hvbCheckSummary": "Summary"},
                      "influxdb": {"hostname": "Host", "service": "Service", "last": "State", "Time": "Last result"}}),
        dict(title="Virtual machines", kind="table", size=(24, 8), map={"prometheus": VERDICTS},
             about="What is expected of the next backup of each virtual machine, what is to blame, and what to do.",
             prometheus=[(f'hvbVmCulprit{{hvbHostName=~"$host"}} * {VM} group_left (hvbVmRemedy) hvbVmRemedy * {VM} '
                          'group_left () hvbVmVerdict', "")],
             columns={"prometheus": {"hvbHostName": "Host", "hvbVmName": "Virtual machine", "Value": "Next backup",
                                     "hvbVmCulprit": "Culprit", "hvbVmRemedy": "Remedy"}}),
        dict(title="Findings", kind="table", size=(24, 8), map=STATES, about="All that the checks have to say against the hosts.",
             prometheus=[('hvbFindingState{hvbHostName=~"$host"}', "")],
             columns={"prometheus": {"hvbHostName": "Host", "hvbCheckName": "Check", "Value": "State", "hvbFindingTitle": "About",
                                     "hvbFindingText": "Seen", "hvbFindingRemedy": "Remedy"}}),
        dict(title="States over time", kind="state-timeline", size=(24, 9), map=STATES,
             prometheus=[('hvbCheckState{hvbHostName=~"$host"}', "{{hvbHostName}} {{hvbCheckName}}")],
             influxdb=[influx_about("state")]),
    ]),
    ("Backups", [
        dict(title="Age of the last backup", kind="timeseries", size=(12, 8), unit="s", steps=AGE, rename="(.*)_backup_age",
             about="Of each virtual machine, by whichever program it was made.",
             prometheus=[('time() - hvbVmLastBackup{hvbHostName=~"$host"}', "{{hvbHostName}} {{hvbVmName}}")],
             influxdb=[influx("backup", "_backup_age$")]),
        dict(title="Virtual machines without a good backup", kind="timeseries", size=(12, 8),
             about="Left out of the last run, never backed up, and those of which the host does not tell.",
             prometheus=[metric("backup", "skipped|never|not_known", legend="{{hvbHostName}} {{hvbMetricName}}")],
             influxdb=[influx("backup", "^(skipped|never|not_known)$")]),
    ]),
    ("Volumes", [
        dict(title="Free space now", kind="bargauge", size=(12, 8), unit="percent", steps=FREE, range=(0, 100), rename="(.*)_free_pct",
             prometheus=[('hvbVolumeFreePercent{hvbHostName=~"$host"} / 100', "{{hvbHostName}} {{hvbVolumeName}}")],
             influxdb=[influx("space", "_free_pct$")]),
        dict(title="Free space", kind="timeseries", size=(12, 8), unit="percent", steps=FREE, range=(0, 100), rename="(.*)_free_pct",
             about="Without room a checkpoint cannot be created, or stops its virtual machine.",
             prometheus=[('hvbVolumeFreePercent{hvbHostName=~"$host"} / 100', "{{hvbHostName}} {{hvbVolumeName}}")],
             influxdb=[influx("space", "_free_pct$")]),
        dict(title="Free bytes", kind="timeseries", size=(12, 8), unit="bytes", rename="(.*)_free_bytes",
             prometheus=[('hvbVolumeFree{hvbHostName=~"$host"}', "{{hvbHostName}} {{hvbVolumeName}}")],
             influxdb=[influx("space", "_free_bytes$")]),
        dict(title="Shadow copy storage in use", kind="timeseries", size=(12, 8), unit="percent", steps=SHADOW, range=(0, 100),
             about="Of the most that it may take.", rename="(.*)_shadow_pct",
             prometheus=[metric("space", "shadow_pct", legend="{{hvbHostName}} {{hvbMetricTitle}}")],
             influxdb=[influx("space", "_shadow_pct$")]),
    ]),
    ("Checkpoints", [
        dict(title="Checkpoints", kind="timeseries", size=(8, 8), about="By who made them.",
             prometheus=[metric("checkpoints", "user|backup|automatic|replica", legend="{{hvbHostName}} {{hvbMetricName}}")],
             influxdb=[influx("checkpoints", "^(user|backup|automatic|replica)$")]),
        dict(title="Oldest checkpoint", kind="timeseries", size=(8, 8), unit="s", rename="(.*)_oldest",
             prometheus=[metric("checkpoints", "oldest", legend="{{hvbHostName}} {{hvbMetricTitle}}")],
             influxdb=[influx("checkpoints", "_oldest$")]),
        dict(title="Merges", kind="timeseries", size=(8, 8), about="Those that are running, and virtual machines with one that is due.",
             prometheus=[metric("checkpoints", "merges|unmerged_vms", legend="{{hvbHostName}} {{hvbMetricName}}")],
             influxdb=[influx("checkpoints", "^(merges|unmerged_vms)$")]),
    ]),
    ("How this is known", [
        dict(title="Age of the data", kind="timeseries", size=(8, 8), unit="s", about="Since the last poll that was answered.",
             prometheus=[('hvbHostAge{hvbHostName=~"$host"}', "{{hvbHostName}}")]),
        dict(title="Time that a poll takes", kind="timeseries", size=(8, 8), unit="ms",
             prometheus=[('hvbHostPollDuration{hvbHostName=~"$host"}', "{{hvbHostName}}")]),
        dict(title="Failed polls in an hour", kind="timeseries", size=(8, 8),
             prometheus=[('increase(hvbHostPollFailures{hvbHostName=~"$host"}[1h])', "{{hvbHostName}}")]),
        dict(title="Time that a check takes", kind="timeseries", size=(12, 8), unit="s", influxdb=[influx_about("execution_time")]),
        dict(title="Latency of the checks", kind="timeseries", size=(12, 8), unit="s", about="How much too late they were started.",
             influxdb=[influx_about("latency")]),
    ]),
]

SOURCES = {
    "prometheus": dict(name="Prometheus", uid="hyperv-backup-prometheus", plugin="prometheus",
                       hosts="label_values(hvbHostState, hvbHostName)"),
    "influxdb": dict(name="InfluxDB", uid="hyperv-backup-influxdb", plugin="influxdb",
                     hosts='SHOW TAG VALUES FROM /^hyperv_/ WITH KEY = "hostname"'),
}
DATASOURCE = "${datasource}"


def mappings(panel, source):
    texts = panel.get("map", {}).get(source)
    if not texts:
        return []
    return [{"type": "value", "options": {str(number): {"color": color, "index": index, "text": text}
                                          for index, (number, (color, text)) in enumerate(texts.items())}}]


def field_config(panel, source):
    steps = panel.get("steps", PLAIN)
    defaults = {
        "color": {"mode": "palette-classic" if panel["kind"] == "timeseries" else "thresholds"},
        "mappings": mappings(panel, source),
        "thresholds": {"mode": "absolute", "steps": [{"color": color, "value": value} for color, value in steps]},
    }
    if "unit" in panel:
        defaults["unit"] = panel["unit"]
    if "range" in panel:
        defaults["min"], defaults["max"] = panel["range"]
    if panel["kind"] == "timeseries":
        # Checks run every few minutes: points farther apart than the screen's are one line.
        defaults["custom"] = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 0, "showPoints": "auto", "spanNulls": 3600000,
                              "thresholdsStyle": {"mode": "line" if len(steps) > 1 else "off"}}
        if "range" not in panel:
            defaults["min"] = 0
    if panel["kind"] == "state-timeline":
        defaults["custom"] = {"fillOpacity": 80, "lineWidth": 0}
    return {"defaults": defaults, "overrides": overrides(panel, source)}


def overrides(panel, source):
    """Columns of a table: the state in color, texts on several lines, times as "5 minutes ago" """
    looks = {"State": [("custom.cellOptions", {"type": "color-background"}), ("custom.width", 100)], "Host": [("custom.width", 140)],
             "Check": [("custom.width", 120)], "Virtual machine": [("custom.width", 180)], "Service": [("custom.width", 220)],
             "Last result": [("unit", "dateTimeFromNow"), ("custom.width", 180)]}
    looks["Next backup"] = looks["State"]
    looks.update({name: [("custom.cellOptions", {"type": "auto", "wrapText": True})]
                  for name in ("Summary", "Culprit", "Remedy", "Seen", "About")})
    return [{"matcher": {"id": "byName", "options": name},
             "properties": [{"id": key, "value": value} for key, value in looks[name]]}
            for name in panel.get("columns", {}).get(source, {}).values()]


def options(panel, source):
    if panel["kind"] == "table":
        # The states that are not ok come first.
        state = next(name for name in panel["columns"][source].values() if name in ("State", "Next backup"))
        return {"showHeader": True, "cellHeight": "sm", "sortBy": [{"displayName": state, "desc": True}]}
    if panel["kind"] == "timeseries":
        return {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
                "tooltip": {"mode": "multi", "sort": "desc"}}
    if panel["kind"] == "state-timeline":
        return {"mergeValues": True, "showValue": "never", "rowHeight": 0.9,
                "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
                "tooltip": {"mode": "single", "sort": "none"}}
    reduce = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "orientation": "auto"}
    if panel["kind"] == "bargauge":
        return {**reduce, "orientation": "horizontal", "displayMode": "basic", "showUnfilled": True}
    return {**reduce, "colorMode": "background", "graphMode": "none", "justifyMode": "auto", "textMode": "auto"}


def target(panel, source, index, query, legend):
    common = {"refId": "ABC"[index], "datasource": {"type": SOURCES[source]["plugin"], "uid": DATASOURCE}}
    table = panel["kind"] == "table"
    if source == "influxdb":
        return {**common, "query": query, "rawQuery": True, "resultFormat": "table" if table else "time_series",
                **({"alias": legend} if legend else {})}
    now = panel["kind"] in ("table", "stat", "bargauge")
    return {**common, "expr": query, "instant": now, "range": not now, "format": "table" if table else "time_series",
            "legendFormat": legend or "__auto"}


def transformations(panel, source):
    if panel["kind"] == "table":
        columns = panel["columns"][source]
        return [{"id": "filterFieldsByName", "options": {"include": {"names": list(columns)}}},
                {"id": "organize", "options": {"indexByName": {name: index for index, name in enumerate(columns)}, "renameByName": columns}}]
    if "rename" in panel and source == "influxdb":
        return [{"id": "renameByRegex", "options": {"regex": panel["rename"], "renamePattern": "$1"}}]
    return []


def panels(source):
    made, y = [], 0
    for title, group in GROUPS:
        members = [panel for panel in group if source in panel]
        if not members:
            continue
        made.append({"id": len(made) + 1, "type": "row", "title": title, "collapsed": False, "panels": [],
                     "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1}})
        x, y, lines = 0, y + 1, 0
        for panel in members:
            width, height = panel["size"]
            if x + width > COLUMNS:
                x, y, lines = 0, y + lines, 0
            made.append({
                "id": len(made) + 1, "type": panel["kind"], "title": panel["title"],
                **({"description": panel["about"]} if "about" in panel else {}),
                "datasource": {"type": SOURCES[source]["plugin"], "uid": DATASOURCE},
                "gridPos": {"x": x, "y": y, "w": width, "h": height},
                "fieldConfig": field_config(panel, source), "options": options(panel, source),
                "targets": [target(panel, source, index, *query) for index, query in enumerate(panel[source])],
                # A last value is an old one when Icinga does not write any more: then there shall be none.
                **({"timeFrom": RECENT} if source == "influxdb" and panel["kind"] in ("stat", "bargauge") else {}),
                "transformations": transformations(panel, source)})
            x, lines = x + width, max(lines, height)
        y += lines
    return made


def variables(source):
    about = SOURCES[source]
    return {"list": [
        {"name": "datasource", "label": "Data source", "type": "datasource", "query": about["plugin"], "hide": 0,
         "includeAll": False, "multi": False, "options": [], "refresh": 1, "regex": ""},
        {"name": "host", "label": "Host", "type": "query", "datasource": {"type": about["plugin"], "uid": DATASOURCE},
         "definition": about["hosts"], "query": {"query": about["hosts"], "refId": "hosts"} if source == "prometheus" else about["hosts"],
         "current": {"selected": True, "text": ["All"], "value": ["$__all"]}, "allValue": ".*", "hide": 0, "includeAll": True,
         "multi": True, "options": [], "refresh": 2, "regex": "", "sort": 5},
    ]}


def dashboard(source):
    about = SOURCES[source]
    return {
        "title": f"Hyper-V backups ({about['name']})", "uid": about["uid"], "tags": ["hyper-v", "backup"],
        "description": "Whether the next backup of the virtual machines of Hyper-V hosts will work, and if not, what is to blame. "
        "How it gets its data: doc/dashboards.md of monitoring-plugins-hyperv.",
        "schemaVersion": SCHEMA_VERSION, "version": 1, "editable": True, "graphTooltip": 1, "timezone": "browser", "refresh": "1m",
        "time": {"from": "now-7d", "to": "now"}, "annotations": {"list": []}, "links": [],
        "templating": variables(source), "panels": panels(source),
    }


def main():
    for source in SOURCES:
        path = pathlib.Path(sys.argv[1]) / f"hyperv-{source}.json"
        path.write_text(json.dumps(dashboard(source), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


main()
