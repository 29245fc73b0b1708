#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Is a result in Icinga 2 what the plugin printed? compare-result.py < WHAT-THE-API-SAYS: runs the command that Icinga ran
and says, a line each, where state, text or performance data differ. --expect TEXT...: the text must hold it, too."""
import json
import re
import subprocess
import sys

result = json.load(sys.stdin)["results"][0]["attrs"]["last_check_result"]
expected = sys.argv[2:] if sys.argv[1:2] == ["--expect"] else []
ran = subprocess.run(result["command"], capture_output=True, stdin=subprocess.DEVNULL, check=False)
printed = ran.stdout.decode("utf-8")
lines = [line.split("|", 1) for line in printed.rstrip("\n").split("\n")]


def trimmed(texts):
    return [text.rstrip() for text in texts if text.rstrip()]


def variable(text):
    """Ages are counted from now on, how long a request took differs."""
    return re.sub(r"\d+ ms\b", "N ms", text)


text = trimmed(line[0] for line in lines)
got = trimmed(result["output"].split("\n"))
if [variable(t) for t in text] != [variable(t) for t in got]:
    print("the text differs:", *text, "is not", *got, sep="\n")
# A label in quotes may hold blanks and, doubled, quotes.
data = re.findall(r"(?:'(?:[^']|'')*'|[^\s'=]+)=\S+", " ".join(line[1] for line in lines if len(line) > 1))
if data != result["performance_data"]:
    print("the performance data differ:", *data, "is not", *map(str, result["performance_data"]), sep="\n")
if ran.returncode != result["exit_status"] or ran.returncode != result["state"]:
    print("exit status %s, the plugin's is %s" % (result["exit_status"], ran.returncode))
if any(b < 0x20 and b != 0x0A for b in ran.stdout):
    print("the plugin printed a control character")
for wanted in expected:
    if wanted not in result["output"]:
        print("not in the text: %s" % wanted)
