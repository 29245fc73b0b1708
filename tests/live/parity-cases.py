#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be asked of a file and of a host alike: parity-cases.py SOURCE-TREE BUILD-TREE WORK [CAPTURE...].

Prints the golden cases of the checks and the example captures, sorted by capture, one a line: capture, what the host holds,
check, name of the case, its exit status ("-": not known), the time it is judged at and the check's options, separated by tabs.
How many are left out by which rule goes to standard error. With captures on the command line only these, for every check.

Sources other than one full-form capture (directories, event logs) are joined into one in WORK, and where no virtual machine is
told with those of a sound host. The host holds what the capture does and, without rows, what every host has and captures lack, and its log of the VMMS begins."""
import collections
import hashlib
import json
import os
import re
import subprocess
import sys

source, build, work = sys.argv[1:4]
golden = os.path.join(source, "tests/golden")
examples = os.path.join(source, "doc/examples")
inputs = os.path.join(work, "inputs")
program = os.path.join(build, "plugins/hyperv_capture")
CHECKS = ("check_hyperv_acl", "check_hyperv_backup", "check_hyperv_checkpoints", "check_hyperv_events", "check_hyperv_integration",
          "check_hyperv_layout", "check_hyperv_prerequisites", "check_hyperv_space", "check_hyperv_updates", "check_hyperv_volumes")
# check_hyperv_vss is not among them: a host is asked by a command, which is seldom run and remembered, see writers.sh.
FILES_READ_AT = "2026-11-22T03:00:00Z"
HYPERV = ("root/virtualization", "root/virtualization/v2")
# Of these no row is no news. A host that lacks any other class is a case of its own.
SILENT_CLASSES = (("root/cimv2", "Win32_MountPoint"), ("root/cimv2", "Win32_ShadowStorage"), ("registry", "CurrentVersion"),
                  ("root/cimv2", "Win32_QuickFixEngineering"))
SILENT_GUESTS = "Msvm_KvpExchangeComponent"
SILENT_JOBS = "Msvm_ConcreteJob"
SILENT_V2 = ("Msvm_SummaryInformation", "Msvm_SyntheticFcPortSettingData", "Msvm_StorageJob")
SILENT_LOG = "Microsoft-Windows-Hyper-V-Worker-Admin"
VMMS = "Microsoft-Windows-Hyper-V-VMMS-Admin"
LONG_AGO = "2001-01-01T00:00:00Z"
FIRST_EVENT = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Hyper-V-VMMS'/>"
    "<EventID>18304</EventID><Level>4</Level><TimeCreated SystemTime='%s'/><EventRecordID>4000000000</EventRecordID>"
    "<Channel>" + VMMS + "</Channel></System></Event>")
# What XML 1.0 has no place for: no host sends it, so the file must not hold it either.
NOT_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\ufffe\uffff]")


class LeftOut(Exception):
    """No host can be in the place of what the case reads; says why."""


def lines_of(directory, name):
    with open(os.path.join(directory, name), encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def load_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_json(kind, name, value):
    path = os.path.join(work, "%s-%s.json" % (kind, hashlib.sha256(name.encode()).hexdigest()[:16]))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file)
    return path


def split_arguments(arguments):
    """Sources by their option, the time, and what is left."""
    sources, now, rest = {"--capture": [], "--evtx": [], "--vm-config": []}, None, []
    arguments = iter(arguments)
    for argument in arguments:
        if argument in sources:
            sources[argument].append(next(arguments))
        elif argument == "--now":
            now = next(arguments)
        elif not re.fullmatch("-v+", argument):
            rest.append(argument)
    return sources, now, rest


def run_capture(*words):
    status = subprocess.run((program,) + words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
    if status == 3:
        raise LeftOut("a source cannot be read: that is about files")


def told(capture):
    return {(entry["namespace"], entry["class"]) for entry in capture["classes"]}


def join(sources, name):
    """One capture of all sources. Returns its path."""
    path = write_json("joined", name, {})
    words = ["--output", path]
    for option, paths in sources.items():
        for place in paths:
            words += [option, place]
    run_capture(*words)
    capture = load_json(path)
    if not any(ns in HYPERV for ns, _ in told(capture)):
        sound = load_json(os.path.join(inputs, "good.json"))["classes"]
        capture["classes"] += [entry for entry in sound if (entry["namespace"], entry["class"]) not in told(capture)]
    return write_json("joined", name, capture)


def clean(value):
    if isinstance(value, str):
        return NOT_XML.sub("", value)
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    return value


def load(path):
    """A capture, and the file that it is in."""
    run_capture("--list", "--capture", path)
    capture = dict({"classes": [], "event_logs": []}, **load_json(path))
    if any(log.get("damage") for log in capture["event_logs"]):
        raise LeftOut("a log is damaged: a host sends events, not its file")
    if clean(capture) != capture:
        capture = clean(capture)
        path = write_json("clean", path, capture)
    return capture, path


def is_vmms_log(log):
    """Whether it holds records of the VMMS."""
    vmms = log.get("channel") == VMMS or (not log.get("channel") and any(VMMS in event for event in log.get("events", ())))
    return vmms and not log.get("error") and bool(log.get("records") or log.get("events"))


def with_first_event(logs):
    """Logs as a host has them: that of the VMMS begins with an event of no interest, where a capture says, or long ago."""
    begin = min((log["oldest"] for log in logs if is_vmms_log(log) and log.get("oldest")), default=LONG_AGO)
    return [dict(log, events=[FIRST_EVENT % begin] + log.get("events", [])) if is_vmms_log(log) else log for log in logs]


def write_host(capture, path):
    """The capture as a host would have it. Returns its path."""
    namespaces = {ns for ns, _ in told(capture)}
    wanted = list(SILENT_CLASSES) + [(ns, name) for ns in HYPERV if ns in namespaces for name in (SILENT_GUESTS, SILENT_JOBS)]
    wanted += [(HYPERV[1], name) for name in SILENT_V2 if HYPERV[1] in namespaces]
    classes = [{"namespace": ns, "class": name, "instances": []} for ns, name in wanted if (ns, name) not in told(capture)]
    logs = [] if SILENT_LOG in {log.get("channel") for log in capture["event_logs"]} else [
        {"channel": SILENT_LOG, "records": 0, "events": []}]
    logs = with_first_event(capture["event_logs"]) + logs
    return write_json("host", path, dict(capture, classes=capture["classes"] + classes, event_logs=logs))


def fields(path, check, name, status="-", now=None, options=()):
    capture, path = load(path)
    return [path, write_host(capture, path), check, name, status, now or capture.get("taken_at", FILES_READ_AT)] + list(options)


def golden_case(check, case):
    directory = os.path.join(golden, check, case)
    if any(line.startswith("Usage: ") for line in lines_of(directory, "out")):
        raise LeftOut("wrong arguments, or no source: no host is asked")
    marks = {"@DIR@": directory, "@EXAMPLES@": examples, "@INPUTS@": inputs}
    arguments = (re.sub("@[A-Z]+@", lambda mark: marks[mark[0]], line) for line in lines_of(directory, "args"))
    sources, now, options = split_arguments(arguments)
    if sources["--vm-config"]:
        raise LeftOut("reads configuration files: a host tells classes")
    captures = sources["--capture"]
    if len(captures) == 1 and not sources["--evtx"] and not os.path.isdir(captures[0]):
        return fields(captures[0], check, case, lines_of(directory, "rc")[0], now, options)
    return fields(join(sources, check + "/" + case), check, case, "-", now or FILES_READ_AT, options)


def main():
    cases, left_out = [], collections.Counter()
    if len(sys.argv) > 4:
        cases = [fields(path, check, os.path.basename(path)) for path in sys.argv[4:] for check in CHECKS]
    for check in CHECKS if not cases else ():
        for case in sorted(os.listdir(os.path.join(golden, check))):
            try:
                cases.append(golden_case(check, case))
            except LeftOut as reason:
                left_out[str(reason)] += 1
        for name in sorted(os.listdir(examples)):
            cases.append(fields(os.path.join(examples, name), check, name))
    for case in sorted(cases):
        print("\t".join(case))
    for reason, count in sorted(left_out.items()):
        print("%d left out: %s" % (count, reason), file=sys.stderr)


main()
