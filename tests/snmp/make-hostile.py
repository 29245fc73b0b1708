#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives the virtual machines and a volume of a capture of tests/bench/make-capture.py hostile names: make-hostile.py < IN > OUT.

Names that are long, that differ only behind the part that fits into an index, that are the same, that are empty, and that hold what
terminals, shells, printf and performance data take for their own."""
import json
import sys

NAMES = [
    "a" * 200, "a" * 199 + "b", "a" * 32, "a" * 33, "ä" * 100, "ä" * 99 + "ö", "ä" * 16, "ä" * 15 + "xx", "💾" * 50, "twin", "twin",
    "", " ", ".", "~", "-1", "0", "1.2.3", "a~12345678", "pipe | in; it", "quote \" in it", "it's", "back\\slash", "C:\\x\\", "two\nlines",
    "a\tb", "\x1b[31mred\x1b[0m", "bell\x07", "del\x7f", "c1\x85\x9b", "\u202eright to left", "\ufeffmark", "%n%s%d%x", "$(reboot)",
    "`reboot`", "<b>&amp;</b>", "e\u0301", "\u00e9", "\u2028line", "日本語の仮想マシン" * 5, "a,b=c", "[host x]", "\r\nSTATE: 1", "x" * 31 + "ä"]
FOLDER = "C:\\mounted " + "ü" * 90 + "|'\u202e\\"

capture = json.load(sys.stdin)
rows = {entry["class"]: entry["instances"] for entry in capture["classes"]}
machines = [row for row in rows["Msvm_ComputerSystem"] if row["Caption"] == "Virtual Machine"]
if len(machines) < len(NAMES):
    sys.exit("a capture of %d virtual machines or more is needed" % len(NAMES))
renamed = {}
for machine, name in zip(machines, NAMES):
    renamed[machine["Name"]] = machine["ElementName"] = name
for row in rows["Msvm_VirtualSystemSettingData"]:
    row["ElementName"] = renamed.get(row["VirtualSystemIdentifier"], row["ElementName"])

# The second volume of disks gets a folder instead of its letter, and each has a label of its own.
for volume, label in zip(rows["Win32_Volume"], NAMES[18:]):
    volume["Label"] = label
    if volume["DriveLetter"] == "D:":
        volume["DriveLetter"], volume["Name"] = None, FOLDER
text = json.dumps(capture)
escaped = json.dumps(FOLDER)[1:-1]
sys.stdout.write(text.replace('"D:\\\\', '"' + escaped))
