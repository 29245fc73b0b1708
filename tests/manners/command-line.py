#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of a program in every way to write it: command-line.py PROGRAM CAPTURE. Prints what is wrong.

What is right is accepted: --version behind it prints the version. What is wrong gets one line that names the option, the usage, and
exit status 3. Beside CAPTURE is every.ini with an empty section for every program."""
import concurrent.futures
import json
import os
import re
import subprocess
import sys

program, capture = sys.argv[1:]
name = os.path.basename(program)
inputs = os.path.dirname(capture)
os.environ["MP_CONFIG_FILE"] = inputs + "/every.ini"
judges = name.startswith("check_") or name in ("hyperv_doctor", "hyperv_checkpoint_probe")
by_argument = {"RANGE": "@5:20", "SIZE": "3GiB", "DURATION": "90m", "COUNT": "7", "STATE": "warning", "TIME": "2026-11-22T03:00:00Z",
               "ADDRESS": "hv01.example.org", "PATTERN": "web*", "SECONDS[:DIR]": "60", "BUILD=UBR": "9600=22000", "KB": "KB5092184",
               "VOLUME,...": "D:,E:", "CHECK.OPTION=VALUE": "space.warning=10:", "CHECK": "space", "LIST": "volumes",
               "NAME": "Müller", "NAME|GUID": "web01", "[[SECTION][@FILE]]": name + "@" + inputs + "/every.ini"}
no_such = {"RANGE": "5:4", "SIZE": "3 lots", "DURATION": "soon", "COUNT": "-7", "STATE": "fine", "ID=STATE": "no-such-rule=ok"}


def run(*arguments):
    done = subprocess.run([program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout.decode("utf-8", "backslashreplace"), done.stderr.decode("utf-8", "backslashreplace")


version, help_text = run("--version")[1], run("--help")[1]


def options():
    """(letter or None, name, argument or None, rule or None) of each."""
    out = run("--describe=json")[1]
    if out.startswith("{"):
        told = json.loads(out)
        rule = told["rules"][0]["id"] if told["rules"] else None
        return [(o["letter"], o["name"], o["arg"], rule) for o in told["options"] if not o["file_only"]]
    found = re.findall(r"^  (?:-(\w), )?--([a-z-]+)(?:(\[)?=(.+?)\]?)?$", help_text, re.M)
    return [(letter or None, long, ("[%s]" % argument if optional else argument) or None, None)
            for letter, long, optional, argument in found]


def valid(argument, rule):
    if argument == "ID=STATE":
        return rule + "=warning"
    if re.fullmatch("[a-z0-9|-]+", argument):
        return argument.split("|")[-1]
    return by_argument.get(argument) or capture


def ways(letter, long, value):
    """How to write an option with its argument."""
    found = [["--%s=%s" % (long, value)], ["--" + long, value]]
    return found + [["-%s%s" % (letter, value)], ["-" + letter, value]] if letter else found


def accepted(arguments, expected):
    got = run(*arguments, "--version")
    if got != (3 if judges else 0, expected, ""):
        yield "%s is not accepted: %s" % (" ".join(arguments), got)


def refused(arguments, word):
    status, out, err = run(*arguments)
    said, silent = (out, err) if judges else (err, out)
    lines = said.splitlines() or [""]
    start = r"HYPERV [A-Z ]+ UNKNOWN - \S" if judges else name + r": \S"
    what = "%s: " % b" ".join(map(os.fsencode, arguments))[:60]
    if status != 3:
        yield what + "status %d" % status
    if not re.match(start, lines[0]) or word not in lines[0] or "|" in lines[0]:
        yield what + "reason: " + lines[0]
    if len(lines) < 2 or not lines[1].startswith("Usage: " + name) or lines[-1] != "Try '%s --help'." % name:
        yield what + "no usage: " + said
    if silent:
        yield what + "also said: " + silent


def same(ways_to_write):
    said = {run(*arguments) for arguments in ways_to_write}
    if len(said) != 1:
        yield "%s: it matters how it is written: %s" % (ways_to_write, said)


def cases_of(letter, long, argument, rule):
    """Functions with their arguments."""
    forms = ["--" + long] + (["-" + letter] if letter else [])
    if argument is None or argument.startswith("["):
        for form in forms:
            yield accepted, [form], help_text if long == "help" else version
    if argument is None:
        yield refused, ["--%s=yes" % long], "--" + long
        return
    for arguments in ways(letter, long, valid(argument, rule)):
        yield accepted, arguments, version
    if argument.startswith("["):
        return
    for arguments in [[form] for form in forms] + [["--" + long, "--version"]] + ways(None, long, ""):
        yield refused, arguments, "--" + long
    if argument in no_such:
        wrong = ways(letter, long, no_such[argument])
        yield refused, wrong[0], "--" + long
        yield same, wrong


def cases():
    for option in options():
        yield from cases_of(*option)
    for arguments, word in ((["--no-such-option"], "--no-such-option"), (["--no-such=1"], "--no-such"), (["-~"], "-~"), (["-V~"], "-~"),
                            (["positional"], "positional"), (["--", "positional"], "positional"), (["--", "--version"], "--version"),
                            ([""], "''"), (["-"], "'-'"), (["--=x"], "--"), (["---"], "---"), (["--" + "x" * 70000], "--xxx"),
                            (["--a|b\nOK - c|d"], "--a"), ([b"--\xff\xfe"], "--"), ([b"-\xff"], "-"), (["\x1b[31mred"], "red")):
        yield refused, arguments, word
    yield accepted, ["-" + "V" * 9], version


def find(case):
    return list(case[0](*case[1:]))


with concurrent.futures.ThreadPoolExecutor(4) as pool:
    for findings in pool.map(find, cases()):
        for finding in findings:
            print(finding[:400])
