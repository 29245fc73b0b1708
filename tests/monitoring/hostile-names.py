#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the virtual machines of a capture names that mean something to a monitoring system, a shell, a terminal or a page:
hostile-names.py < CAPTURE > CAPTURE."""
import json
import sys

NAMES = [
    "pipe|a=1;2;3 'quote\" semi;colon ~!",
    "$macro$ $host.name$ $$ back\\slash\\n $USER1$ $(reboot) `reboot` &",
    "two\nlines\r\n\tCRITICAL \x1b[31mred\x07",
    "<script>alert(1)</script> Größe 日本語 {{ 1 + 1 }} \u202ereversed %41 \u2028line",
]
capture = json.load(sys.stdin)
machines = [row for entry in capture["classes"] if entry["class"] == "Msvm_ComputerSystem" for row in entry["instances"]
            if row["Caption"] == "Virtual Machine"]
renamed = {machine["Name"]: name for machine, name in zip(machines, NAMES)}
if len(renamed) < len(NAMES):
    sys.exit("a capture of %d virtual machines or more is needed" % len(NAMES))
for entry in capture["classes"]:
    for row in entry.get("instances", []):
        identifier = row.get("VirtualSystemIdentifier", row.get("Name"))
        if "ElementName" in row and identifier in renamed:
            row["ElementName"] = renamed[identifier]
json.dump(capture, sys.stdout, indent=1)
