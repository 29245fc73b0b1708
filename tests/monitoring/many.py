#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds copies of the first virtual machine of a capture: many.py COUNT < IN > OUT."""
import json
import sys

capture = json.load(sys.stdin)
text = {entry["class"]: entry for entry in capture["classes"]}
first = next(row for row in text["Msvm_ComputerSystem"]["instances"] if row["Caption"] == "Virtual Machine")
guid, name = first["Name"], first["ElementName"]
for entry in capture["classes"]:
    if entry["class"].startswith("Msvm_"):
        mine = [json.dumps(row) for row in entry.get("instances", []) if guid in json.dumps(row)]
        for i in range(int(sys.argv[1])):
            copy = "%08X%s" % (i + 1, guid[8:])
            entry["instances"] += [json.loads(row.replace(guid, copy).replace(name, "%s-%04d" % (name, i))) for row in mine]
json.dump(capture, sys.stdout, indent=1)
