#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the virtual machines of a capture names that a monitoring system could take for something else:
hostile-names.py < CAPTURE > CAPTURE. With --list: the names."""
import json
import sys

NAMES = ["pipe|a=1;2;3 'quote\" semi;colon", "$macro$ $host.name$ $$ back\\slash\\n", "two\nlines\r\n\tCRITICAL \x1b[31mred\x07",
         "<script>alert(1)</script> Größe 日本語 {{ 1 + 1 }}"]

if sys.argv[1:] == ["--list"]:
    json.dump(NAMES, sys.stdout)
    sys.exit()
capture = json.load(sys.stdin)
rows = {entry["class"]: entry["instances"] for entry in capture["classes"]}
machines = [row for row in rows["Msvm_ComputerSystem"] if row["Caption"] == "Virtual Machine"]
assert len(machines) == len(NAMES), "a capture of %d virtual machines is needed" % len(NAMES)
new = {}
for machine, name in zip(machines, NAMES):
    new[machine["ElementName"]] = name
for entry in capture["classes"]:
    for row in entry["instances"]:
        if row.get("ElementName") in new:
            row["ElementName"] = new[row["ElementName"]]
json.dump(capture, sys.stdout)
