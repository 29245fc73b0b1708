#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges a dashboard for Grafana: what is wrong with it, a line each on standard output; nothing when all is well.

  dashboards.py form FILE                       its structure, without any server
  dashboards.py prometheus FILE URL HOST        every query of every panel on a Prometheus at URL: each must give rows of the host
  dashboards.py influxdb FILE URL DATABASE HOST the same on an InfluxDB"""
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

COLUMNS = 24
KINDS = {"row", "stat", "table", "timeseries", "bargauge", "state-timeline"}
UNITS = {None, "s", "ms", "percent", "bytes", "dateTimeFromNow"}
TRANSFORMATIONS = {"filterFieldsByName", "organize", "renameByRegex"}


def shown(dashboard):
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def collisions(panels):
    taken = {}
    for panel in panels:
        place = panel["gridPos"]
        if place["w"] < 1 or place["h"] < 1 or place["x"] < 0 or place["x"] + place["w"] > COLUMNS:
            yield f"{panel['title']}: outside of the {COLUMNS} columns"
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                if (x, y) in taken:
                    yield f"{panel['title']} lies on {taken[x, y]}"
                    return
                taken[x, y] = panel["title"]


def faults_of_panel(panel, plugin, variables):
    name = panel["title"]
    if panel["type"] not in KINDS:
        yield f"{name}: unknown kind {panel['type']}"
    if not panel["targets"]:
        yield f"{name}: no query"
    if len({target["refId"] for target in panel["targets"]}) != len(panel["targets"]):
        yield f"{name}: two queries of one name"
    for owner in [panel, *panel["targets"]]:
        if owner["datasource"] != {"type": plugin, "uid": "${datasource}"}:
            yield f"{name}: another data source: {owner['datasource']}"
    for target in panel["targets"]:
        query = target.get("expr") or target.get("query") or ""
        if not query:
            yield f"{name}: an empty query"
        for variable in re.findall(r"\$\{?(\w+)", query):
            if variable not in variables and not variable.startswith("__") and variable not in ("timeFilter",):
                yield f"{name}: unknown variable {variable}"
        # Nothing that is not known may look well: no zero in place of missing data, no value of last week as that of now.
        if "vector(" in query or "fill(0)" in query:
            yield f"{name}: shows missing data as a number"
        if plugin == "influxdb" and panel["type"] in ("stat", "bargauge") and "timeFrom" not in panel:
            yield f"{name}: shows what may be old as if it were new"
        if "$host" not in query:
            yield f"{name}: does not heed the host that was chosen"
    fields = panel["fieldConfig"]["defaults"]
    if fields.get("unit") not in UNITS:
        yield f"{name}: unknown unit {fields['unit']}"
    values = [step["value"] for step in fields["thresholds"]["steps"]]
    if values[0] is not None or None in values[1:] or values[1:] != sorted(values[1:]):
        yield f"{name}: thresholds out of order: {values}"
    for step in panel["transformations"]:
        if step["id"] not in TRANSFORMATIONS:
            yield f"{name}: unknown transformation {step['id']}"


def faults_of_form(dashboard):
    for key in ("title", "uid", "schemaVersion", "panels", "templating", "time"):
        if not dashboard.get(key):
            yield f"no {key}"
    if "id" in dashboard:
        yield "an id, which only the Grafana that it came from knows"
    variables = {variable["name"]: variable for variable in dashboard["templating"]["list"]}
    if not {"datasource", "host"} <= set(variables) or variables["datasource"]["type"] != "datasource":
        yield f"variables: {sorted(variables)}"
    plugin = variables["datasource"]["query"]
    if variables["host"]["datasource"] != {"type": plugin, "uid": "${datasource}"}:
        yield "the variable host has another data source"
    numbers = [panel["id"] for panel in dashboard["panels"]]
    if len(set(numbers)) != len(numbers):
        yield "two panels of one id"
    titles = [panel["title"] for panel in dashboard["panels"] if panel["type"] == "row"]
    if len(set(titles)) != len(titles) or len(shown(dashboard)) < 10:
        yield "rows or panels are missing"
    yield from collisions(dashboard["panels"])
    for panel in shown(dashboard):
        yield from faults_of_panel(panel, plugin, variables)


def get(url, **arguments):
    try:
        with urllib.request.urlopen(f"{url}?{urllib.parse.urlencode(arguments)}", timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return {"error": error.read().decode()}


def fill_in(query, host, **others):
    """As Grafana does with the variables of a query, the longest names first"""
    for name, value in {"__rate_interval": "4m", "__interval": "1m", "timeFilter": "time > now() - 7d", "host": re.escape(host), **others}.items():
        query = query.replace("${" + name + "}", value).replace("$" + name, value)
    return query


def columns_missing(panel, present):
    """Columns that a table renames must be there"""
    for step in panel["transformations"]:
        for name in step["options"].get("renameByName", {}):
            if name not in present | {"Time", "Value"}:
                yield f"{panel['title']}: no column {name}"


def ask_prometheus(url, host, panel, target):
    query = fill_in(target["expr"], host)
    if target["instant"]:
        answer = get(url + "/api/v1/query", query=query)
    else:
        now = get(url + "/api/v1/query", query="time()")["data"]["result"][0]
        answer = get(url + "/api/v1/query_range", query=query, start=now - 60, end=now, step=1)
    if "error" in answer or answer.get("warnings"):
        yield f"{panel['title']}: {answer.get('error') or answer['warnings']}"
        return
    rows = answer["data"]["result"]
    if not rows:
        yield f"{panel['title']}: no data: {query}"
    yield from columns_missing(panel, {label for row in rows for label in row["metric"]} if rows else set())
    for label in re.findall(r"{{(\w+)}}", target["legendFormat"]):
        if not all(row["metric"].get(label) for row in rows):
            yield f"{panel['title']}: not every row has the label {label}"


def prometheus_hosts(url, query):
    metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", query["query"]).groups()
    return get(f"{url}/api/v1/label/{label}/values", **{"match[]": metric})["data"]


def ask_influxdb(url, database, host, panel, target):
    query = fill_in(target["query"], host)
    answer = get(url + "/query", db=database, q=query)
    results = answer.get("results", [{}])[0]
    if "error" in answer or "error" in results:
        yield f"{panel['title']}: {answer.get('error') or results['error']}"
        return
    series = results.get("series", [])
    if not any(value is not None for one in series for row in one["values"] for value in row[1:]):
        yield f"{panel['title']}: no data: {query}"
    yield from columns_missing(panel, {name for one in series for name in [*one.get("tags", {}), *one["columns"]]})
    for tag in re.findall(r"\$tag_(\w+)", target.get("alias", "")):
        if not all(one.get("tags", {}).get(tag) for one in series):
            yield f"{panel['title']}: not every series has the tag {tag}"


def influxdb_hosts(url, database, query):
    series = get(url + "/query", db=database, q=query)["results"][0].get("series", [])
    return {row[1] for one in series for row in one["values"]}


def main():
    what, path, *where = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        dashboard = json.load(file)
    if what == "form":
        print(*faults_of_form(dashboard), sep="\n")
        return
    url, *rest = where
    ask = {"prometheus": ask_prometheus, "influxdb": ask_influxdb}[what]
    hosts = {"prometheus": prometheus_hosts, "influxdb": influxdb_hosts}[what]
    variable = next(v for v in dashboard["templating"]["list"] if v["name"] == "host")
    chosen = hosts(url, *rest[:-1], variable["query"])
    if rest[-1] not in chosen:
        print(f"the host cannot be chosen: {sorted(chosen)}")
    for panel in shown(dashboard):
        for target in panel["targets"]:
            print("".join(fault + "\n" for fault in ask(url, *rest, panel, target)), end="")


main()
