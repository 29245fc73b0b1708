#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what a check says of a file with what it says of a host that holds the same: parity-compare.py RESULTS < RUNS.

A run is a line: id, capture, what the host holds, check, case, its exit status ("-": not known), and where the run stands in
which log of the host (LOG:POSITION, from 0; "-": not looked at), separated by tabs. RESULTS has ID.file and ID.live, what was
said, and ID.file.rc and ID.live.rc, how it ended. What differs goes to ID.findings.

Everything counts but the notes, which say where things were read. What can stand on one side only is taken away,
for the reasons given at each place: where the capture shows that it must be so, and no other text."""
import json
import re
import sys
from os import path

UNREADABLE_LOG = "the log could not be read"
VMMS = "Microsoft-Windows-Hyper-V-VMMS-Admin"
COMPARED = ("check", "time", "state", "status", "findings", "metrics", "counts", "limits", "summary")

# Cases whose states differ, with what the file and the host lead to.
OTHER_STATES = {
    # For this check classes are of use and not needed. A capture that lacks them may be an event log only; a host without the
    # Hyper-V role is the wrong host.
    ("check_hyperv_events", "no-classes"): (0, 3),
    # So are the classes of disks for this one; a host always has them.
    ("check_hyperv_checkpoints", "disks-not-told"): (0, 3),
    # Whether a backup runs is in the words then; a host always has jobs, if only none.
    ("check_hyperv_checkpoints", "backup-over-4h-jobs-not-told"): (1, 1),
    # A log that could not be read then is none now, and a host need not have that of Windows Server Backup.
    ("check_hyperv_backup", "log-failed"): (3, 0),
    # Files may not be told of; a host that is asked for them says that they are not there.
    ("check_hyperv_acl", "disk-not-told"): (3, 3),
    ("check_hyperv_acl", "folder-not-told"): (0, 3),
    # No entry is not told apart from no list over WMI, and a host does not send what is not understood.
    ("check_hyperv_acl", "empty-list"): (2, 3),
    ("check_hyperv_acl", "hostile-names"): (2, 3),
    ("check_hyperv_acl", "sddl-not-understood"): (3, 3),
    # icacls tells names, a host SIDs.
    ("check_hyperv_acl", "icacls"): (2, 2),
    # And the class of the host's version.
    ("check_hyperv_integration", "version-of-host-not-told"): (0, 3),
}

# Requests of a run: enumerations of root/cimv2 and of a Hyper-V namespace, by its version, and logs. That of the VMMS, which comes
# first, is asked a second time for where it begins, unless it is refused.
ENUMERATIONS = {
    "check_hyperv_acl": {"cimv2": 0, "v2": 4, "v1": 4},
    "check_hyperv_backup": {"cimv2": 1, "v2": 2, "v1": 3},
    "check_hyperv_checkpoints": {"cimv2": 1, "v2": 6, "v1": 5},
    "check_hyperv_events": {"cimv2": 3, "v2": 5, "v1": 5},
    "check_hyperv_integration": {"cimv2": 1, "v2": 5, "v1": 6},
    "check_hyperv_layout": {"cimv2": 3, "v2": 5, "v1": 5},
    "check_hyperv_prerequisites": {"cimv2": 3, "v2": 8, "v1": 7},
    "check_hyperv_space": {"cimv2": 4, "v2": 4, "v1": 4},
    "check_hyperv_updates": {"cimv2": 2, "v2": 0, "v1": 0},
    "check_hyperv_volumes": {"cimv2": 4, "v2": 4, "v1": 4},
}
# Methods, each with the class that has it, and how often (None: once for each object); those of checks that are not named are none.
METHODS = {
    "check_hyperv_acl": {("GetSecurityDescriptor", "wmi/root/cimv2/Win32_LogicalFileSecuritySetting"): None},
    "check_hyperv_updates": {("GetStringValue", "wmi/root/cimv2/StdRegProv"): 2, ("GetDWORDValue", "wmi/root/cimv2/StdRegProv"): 1},
}
# Checks that ask for summaries: of a host that is not known to be older than Windows Server 2016 one enumeration, of the service
# that makes them, and its method.
SUMMARIES = ("check_hyperv_integration",)
SUMMARY_METHOD = ("GetSummaryInformation", "wmi/root/virtualization/v2/Msvm_VirtualSystemManagementService")
# Subscriptions; those of checks that are not named are none.
SUBSCRIPTIONS = {"check_hyperv_backup": 1, "check_hyperv_events": 3}


class Capture:
    def __init__(self, name):
        with open(name, encoding="utf-8") as file:
            whole = json.load(file)
        self.classes = {(entry["namespace"], entry["class"]): entry.get("error") for entry in whole.get("classes", ())}
        self.logs = whole.get("event_logs", ())
        self.versions = [row.get("Version") or "" for entry in whole.get("classes", ())
                         if entry["class"] == "Win32_OperatingSystem" for row in entry.get("instances", ())]

    def lacks(self, ns, name):
        return (ns, name) not in self.classes

    def has_hyperv(self, version):
        """The first class that is asked for decides."""
        return not self.lacks("root/virtualization" + ("/v2" if version == 2 else ""), "Msvm_ComputerSystem")

    def tells_no_permissions(self):
        return self.lacks("files", "FileSecurity") or bool(self.classes["files", "FileSecurity"])

    def tells_summaries(self):
        """Whether it has them, and is asked for them."""
        return self.has_hyperv(2) and not any(version.startswith("6.") for version in self.versions)

    def has_log(self):
        return any(log.get("channel") == VMMS and not log.get("error") for log in self.logs)


# -- limits and findings that stand on one side ------------------------------------------------------------------

CLASS = r"section (?P<section>[a-z ]+): class (?P<name>\w+) of (?P<ns>[\w/]+) "


def is_other_limit(capture, limit):
    """No host lacks the classes of shadow storage, guests and Fibre Channel. Of two logs of a file one may tell where it begins and
    the other not; a host has one log."""
    begins = [bool(log.get("oldest")) for log in capture.logs if not log.get("error") and log.get("channel") in (VMMS, None)]
    return (limit == "shadow storage not known" and capture.lacks("root/cimv2", "Win32_ShadowStorage")) or (
        limit == "guests not known" and all(name != "Msvm_KvpExchangeComponent" for _, name in capture.classes)) or (
        limit == "virtual Fibre Channel not known" and capture.lacks("root/virtualization/v2", "Msvm_SyntheticFcPortSettingData")) or (
        bool(re.fullmatch(r"the VMMS log begins only at \S+", limit)) and len(begins) > 1 and any(begins) and not all(begins))


def absent_class(capture, text):
    """A class that the capture lacks: not in it, or nothing of its section; the host says that it has none."""
    found = re.fullmatch(CLASS + r"(is not in the capture|could not be read: the host has no such WMI class, .*)", text)
    if found:
        return capture.lacks(found["ns"], found["name"])
    if re.fullmatch(CLASS + r"could not be read: the host has no Hyper-V namespace, .*", text):
        return not capture.has_hyperv(1) and not capture.has_hyperv(2)
    found = re.fullmatch(r"the sources given tell nothing about [a-z ]+ \(needed: (\w+)(, \w+)?\); give --.*", text)
    return bool(found) and all(name != found[1] for _, name in capture.classes)


def failed_class(capture, text):
    """A class that could not be read when the capture was taken: its reason then, and the host's now."""
    found = re.fullmatch(CLASS + r"could not be read: (?P<why>.*)", text)
    error = found and capture.classes.get((found["ns"], found["name"]))
    if error and (found["why"] == error or found["why"].startswith("the WMI provider could not do it ")):
        return "section %s: class %s could not be read" % (found["section"], found["name"])
    return None


def unreadable_log(capture, text):
    """A log that the capture lacks, that could not be read then, or that does not tell its channel; the host has none."""
    if capture.has_log():
        return None
    errors = "|".join(re.escape(log["error"]) for log in capture.logs if log.get("error")) or "(?!)"
    found = re.fullmatch(
        r"the sources given tell nothing about events; give --.*|the log %s (was not read.*|holds no record: .*)|"
        r"section events: (\S+: )?(%s)|"
        r"section events: \S+ %s: (no event channel of the query is active or readable|wevtutil ended with status 15007) .*"
        % (VMMS, errors, VMMS), text)
    return UNREADABLE_LOG if found else None


def alike(capture, report):
    """The findings in words that both sides share; whether any had to be changed."""
    findings, changed = [], False
    for finding in report["findings"]:
        text = finding["text"]
        if finding["state"] != "UNKNOWN" or finding["item"] is not None:
            findings.append(finding)
            continue
        if absent_class(capture, text):
            changed = True
            continue
        words = failed_class(capture, text) or unreadable_log(capture, text)
        changed = changed or words is not None
        findings.append({"state": finding["state"], "text": words} if words else finding)
    return findings, changed


# -- reports --------------------------------------------------------------------------------------------

def reduce_limits(capture, report):
    limits = [limit for limit in (report["limits"] or "").split("; ") if limit and not is_other_limit(capture, limit)]
    left = "; ".join(limits)
    report["summary"] = report["summary"].replace(" (%s)" % report["limits"], " (%s)" % left if left else "")
    report["limits"] = left or None


def reduce_both(capture, on_file, live):
    """Takes away what can stand on one side only."""
    reduce_limits(capture, on_file)
    reduce_limits(capture, live)
    changed = {}
    for side, report in (("file", on_file), ("live", live)):
        # A file is read to its end, a host is asked for certain events.
        report["summary"] = re.sub(r"\b\d+ records? read\b", "records read", report["summary"])
        report["findings"], changed[side] = alike(capture, report)
    if any(changed.values()):
        del on_file["summary"], live["summary"]
    # Of other logs, or of none, a file can tell that nothing was found in them.
    if any(finding["text"] == UNREADABLE_LOG for finding in live["findings"]) and not live["metrics"] and not live["counts"]:
        if all(metric["value"] == 0 for metric in on_file["metrics"]):
            on_file["metrics"], on_file["counts"] = live["metrics"], live["counts"]


def read(name):
    with open(name, encoding="utf-8") as file:
        return file.read()


def compare(results, number, capture, key, expected):
    status = {side: int(read(path.join(results, "%s.%s.rc" % (number, side)))) for side in ("file", "live")}
    said = {side: read(path.join(results, "%s.%s" % (number, side))) for side in ("file", "live")}
    try:
        on_file, live = json.loads(said["file"]), json.loads(said["live"])
    except ValueError:
        return ["%s: status %d and no JSON: %s" % (side, status[side], said[side]) for side in ("file", "live")]
    findings = ["%s: status %d in the report, %d at the end" % (side, report["status"], status[side])
                for side, report in (("file", on_file), ("live", live)) if report["status"] != status[side]]
    if expected != "-" and status["file"] != int(expected):
        findings.append("status %d of the file, the case has %s" % (status["file"], expected))
    others = OTHER_STATES.get(key)
    # A host always tells of updates, if only that there is none; the words differ.
    if key[0] == "check_hyperv_updates" and capture.lacks("root/cimv2", "Win32_QuickFixEngineering"):
        others = (3, 3)
    if others:
        if (status["file"], status["live"]) != others:
            findings.append("states %r, expected were %r" % ((status["file"], status["live"]), others))
        return findings
    if key[0] == "check_hyperv_acl" and capture.tells_no_permissions():
        # Nothing is said of any file, or of each that it is not there: nothing can be judged either way.
        return findings + ["state %d of the %s" % (status[side], side) for side in status if status[side] != 3]
    reduce_both(capture, on_file, live)
    for member in COMPARED:
        if on_file.get(member) != live.get(member):
            findings += ["%s of the file: %s" % (member, json.dumps(on_file.get(member))),
                         "%s of the host: %s" % (member, json.dumps(live.get(member)))]
    return findings


# -- requests -------------------------------------------------------------------------------------------

def split_log(name):
    """Requests of each run. A run begins with a refusal that tells the schemes."""
    runs = []
    for line in read(name).splitlines():
        status, _, body, action, resource = line.split(" ")
        if status == "401":
            runs.append([])
        elif action != "-" or body != "empty":
            runs[-1].append((status, action.rpartition("/")[2], resource.rpartition("/wsman/1/")[2]))
    return runs


def expected_enumerations(host, check):
    wanted = ENUMERATIONS[check]
    if wanted["v2"] == 0:
        return {"wmi/root/cimv2/*": wanted["cimv2"]}
    if host.has_hyperv(2):
        hyperv = {"wmi/root/virtualization/v2/*": wanted["v2"] + (check in SUMMARIES and host.tells_summaries())}
    else:
        hyperv = {"wmi/root/virtualization/v2/*": 1, "wmi/root/virtualization/*": wanted["v1"] if host.has_hyperv(1) else 1}
    return dict(hyperv, **{"wmi/root/cimv2/*": wanted["cimv2"]} if wanted["cimv2"] else {})


def expected_methods(host, check):
    """One for each value; a registry that cannot be read is asked once."""
    if host.classes.get(("registry", "CurrentVersion")):
        return {method: 1 for method in list(METHODS.get(check, ()))[:1]}
    if check in SUMMARIES and host.tells_summaries():
        return {SUMMARY_METHOD: 1}
    return METHODS.get(check, {})


def count_requests(host, check, requests):
    """What is wrong with them: one for each class, one for each log, and nothing left open or asked for twice."""
    findings, enumerations, methods = [], {}, {}
    for _, action, resource in requests:
        if action == "Enumerate":
            enumerations[resource] = enumerations.get(resource, 0) + 1
        elif action not in ("Pull", "Subscribe", "Unsubscribe"):
            methods[(action, resource)] = methods.get((action, resource), 0) + 1
    if enumerations != expected_enumerations(host, check):
        findings.append("enumerations: %r, expected were %r" % (enumerations, expected_enumerations(host, check)))
    allowed = expected_methods(host, check)
    if {m: n for m, n in methods.items() if allowed.get(m, 0) is not None} != {m: n for m, n in allowed.items() if n is not None}:
        findings.append("methods: %r, expected were %r" % (methods, allowed))
    subscriptions = [status for status, action, _ in requests if action == "Subscribe"]
    # Where the log of Windows Server Backup begins is not asked for: a host need not have it.
    expected = SUBSCRIPTIONS.get(check, 0) + (check != "check_hyperv_backup" and subscriptions[:1] == ["200"])
    if len(subscriptions) != expected:
        findings.append("%d subscriptions, expected were %d" % (len(subscriptions), expected))
    ends = sum(action == "Unsubscribe" for _, action, _ in requests)
    if ends != subscriptions.count("200"):
        findings.append("%d subscriptions were granted, %d ended" % (subscriptions.count("200"), ends))
    return findings


def main():
    results = sys.argv[1]
    for line in sys.stdin:
        number, capture, host, check, case, status, place = line.rstrip("\n").split("\t")
        findings = compare(results, number, Capture(capture), (check, case), status)
        if place != "-":
            log, _, position = place.rpartition(":")
            runs = split_log(log)
            run = runs[int(position)] if int(position) < len(runs) else []
            findings += count_requests(Capture(host), check, run)
        with open(path.join(results, number + ".findings"), "w", encoding="utf-8") as file:
            file.write("\n".join(findings))


main()
