#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what Icinga 2 answers to /v1/objects/services. Without an argument: a line for each service, sorted: host!service, state,
hard or soft, whether it is acknowledged, the first line of its output, with tabs between. With one: that attribute of the first
service, a.b.c for what is within; the elements of a list a line each."""
import json
import sys

STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


def line(attrs):
    result = attrs["last_check_result"]
    state = STATES[int(attrs["state"])] if result else "PENDING"
    output = result["output"].split("\n")[0] if result else ""
    return "\t".join((attrs["__name"], state, "hard" if attrs["state_type"] else "soft",
                      "acknowledged" if attrs["acknowledgement"] else "-", output))


def attribute(attrs, path):
    for word in path.split("."):
        attrs = attrs[word] if attrs is not None else None
    if isinstance(attrs, list):
        return [e if isinstance(e, str) else json.dumps(e, ensure_ascii=False) for e in attrs]
    if isinstance(attrs, float) and attrs == int(attrs):
        attrs = int(attrs)
    return [attrs if isinstance(attrs, str) else json.dumps(attrs, ensure_ascii=False)]


results = [r["attrs"] for r in json.load(sys.stdin)["results"]]
sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
lines = attribute(results[0], sys.argv[1]) if len(sys.argv) > 1 else sorted(line(a) for a in results)
if lines:
    print("\n".join(lines))
