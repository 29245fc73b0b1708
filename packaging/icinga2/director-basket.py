#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a basket for Icinga Director of what the programs say of themselves: director-basket.py PROGRAM... > director-basket.json.

It holds what the *.conf files beside it do: a command for each program with its arguments and fields, templates of hosts and services,
a set of services for hosts with vars.hyperv, and the dependency of all on hyperv-reachable. Load the one or the other, not both:
names are the same. Director numbers its fields itself; the numbers here only link fields and objects of this file."""
import json
import os
import subprocess
import sys

KILL_MARGIN_SEC = 60  # as in the CheckCommand that --describe=icinga2 prints
DATA_TYPE = "Icinga\\Module\\Director\\DataType\\DataType"
# The program that Windows has for it takes up to a minute.
SLOW = {"hyperv_vss": {"check_timeout": 90 + KILL_MARGIN_SEC, "vars": {"hyperv_timeout": "90"}}}
REACHABLE = {"hyperv_exclude": ["*"], "hyperv_nothing_found": "ok", "hyperv_unreachable": "critical",
             "hyperv_cache": "0"}


def describe(program):
    return json.loads(subprocess.run([program, "--describe=json"], capture_output=True, check=False).stdout)


def argument(option):
    variable = "$%s$" % option["icinga2_variable"]
    text = option["help"] + (" (default: %s)" % option["default"] if option["default"] else "")
    if option["arg"] is None:
        return {"description": text, "set_if": variable, "set_if_format": "string"}
    made = {"description": text, "value": variable}
    if option["repeatable"]:
        made["repeat_key"] = True
    return made


def levels(option):
    """-v and -vv, beside --verbose: see describe-icinga2.c."""
    letter, variable = option["letter"], option["icinga2_variable"]
    for level in (2, 3):
        yield "-" + letter * (level - 1), {
            "set_if": 'string(macro("$%s$")) == "%d"' % (variable, level), "set_if_format": "expression"}


def datafield(option):
    kind, settings = "String", {}
    if option["arg"] is None and option["type"] == "flag":
        kind = "Boolean"
    elif option["arg"] is None or option["type"] == "count":
        kind = "Number"
    elif option["repeatable"]:
        kind = "Array"
    else:
        settings = {"visibility": "visible"}
    return {"caption": "Hyper-V: --" + option["name"], "datatype": DATA_TYPE + kind, "description": option["help"], "format": None,
            "settings": settings, "varname": option["icinga2_variable"]}


class Fields:
    """All fields, each once, by the number that stands for it here."""

    def __init__(self):
        self.all = {}
        self.number = {}

    def link(self, option):
        name = option["icinga2_variable"]
        if name not in self.number:
            self.number[name] = len(self.number) + 1
            self.all[str(self.number[name])] = datafield(option)
        return {"datafield_id": self.number[name], "is_required": "n", "var_filter": None}


def command(told, fields):
    name = told["name"].removeprefix("check_")
    options = [o for o in told["options"] if o["icinga2_variable"]]
    arguments = {}
    for option in options:
        arguments["--" + option["name"]] = argument(option)
        if option["type"] == "level":
            arguments.update(levels(option))
    timeout = next(o for o in options if o["name"] == "timeout")["default"]
    path = "/usr/bin/" + told["name"] if name == told["name"] else "PluginContribDir + /" + told["name"]
    return {"arguments": arguments, "command": path, "fields": [fields.link(o) for o in options],
            "methods_execute": "PluginCheck", "object_name": name, "object_type": "object", "timeout": int(timeout) + KILL_MARGIN_SEC}


def is_common(option, name):
    return option["icinga2_variable"] and not option["icinga2_variable"].startswith(name + "_")


def host_templates(told, fields):
    """Of hosts whose captures a job fetches, and of those that are asked."""
    name = told["name"].removeprefix("check_")
    return {"hyperv-checks": {"fields": [fields.link(o) for o in told["options"] if is_common(o, name)], "object_name": "hyperv-checks",
                              "object_type": "template",
                              "vars": {"hyperv": True, "hyperv_unreachable": "unknown", "hyperv_verbose": 1}},
            "hyperv-host": {"fields": [], "imports": ["hyperv-checks"], "object_name": "hyperv-host", "object_type": "template",
                            "vars": {"hyperv_hostname": "$address$"}}}


def service_template(name, **more):
    return dict({"fields": [], "object_name": name, "object_type": "template"}, **more)


def service_templates(commands):
    base = service_template("hyperv-service", check_interval=900, retry_interval=180, max_check_attempts="3", enable_perfdata=True)
    made = [base, service_template("hyperv-reachable", imports=["hyperv-service"], check_command="hyperv_integration", check_interval=300,
                                   retry_interval=60, vars=REACHABLE)]
    made += [service_template(c.replace("_", "-", 1), imports=["hyperv-service"], check_command=c, **SLOW.get(c, {})) for c in commands]
    return {t["object_name"]: t for t in made}


def service_set(templates):
    services = [{"fields": [], "imports": [name], "object_name": name, "object_type": "object"}
                for name in sorted(templates) if name not in ("hyperv-service", "hyperv-doctor")]
    return {"assign_filter": "host.vars.hyperv=true", "description": "All checks of a Hyper-V host", "object_name": "Hyper-V host",
            "object_type": "template", "services": services}


def dependency():
    return {"apply_to": "service", "assign_filter": 'host.vars.hyperv=true&service.name="hyperv-%2A"&service.name!="hyperv-reachable"',
            "disable_checks": False, "disable_notifications": True, "ignore_soft_states": False, "object_name": "hyperv-reachable",
            "object_type": "apply", "parent_service_by_name": "hyperv-reachable", "states": ["OK", "Warning", "Unknown"]}


def basket(programs):
    fields = Fields()
    told = [describe(p) for p in sorted(programs, key=os.path.basename)]
    commands = {c["object_name"]: c for c in (command(t, fields) for t in told)}
    templates = service_templates(commands)
    return {"Datafield": fields.all, "Command": commands, "HostTemplate": host_templates(told[0], fields),
            "ServiceTemplate": templates, "ServiceSet": {"Hyper-V host": service_set(templates)},
            "Dependency": {"hyperv-reachable": dependency()}}


json.dump(basket(sys.argv[1:]), sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
print()
