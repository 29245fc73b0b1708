#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads walks of HYPERV-BACKUP-MIB and logs of snmptrapd: tables.py NAMES COMMAND ARG...

NAMES is what snmptranslate -Tz says of the module. Each command prints what is wrong, a line each; nothing when all is well.

  order WALK...                 identifiers strictly ascending, none twice
  same WALK OTHER               the same objects and values, but for what time alone changes
  texts WALK                    every text is valid UTF-8 without control characters but line feeds in remedies, and not longer than the module allows
  complete WALK                 every row of a table has every column; findings are numbered from 1
  doctor WALK HOST JSON CAPTURE the rows of a host say what hyperv_doctor --output json says of it
  crowd WALK HOSTS VMS          so many hosts with so many virtual machines each, once each
  keys WALK COLUMN              (tells) the indexes of a column, "host/check/...", sorted
  values WALK COLUMN            (tells) index, tab, value
  notices LOG [KIND]            (tells) the notifications in a log, TRAP2 or INFORM: name, host, check, state, state before, text; by tabs
  probes WALK                   (tells) identifiers between, before and within those of the walk, each with the one that comes next
  agree WALK LOG                every notification of a state names a row that is there"""
import bisect
import json
import re
import sys

# Objects that differ between two walks of the same data.
VOLATILE = re.compile(r"(Age|Polls|PollFailures|LastPoll|PollDuration)$")
# Absent while they are not known.
SPARSE = re.compile(r"^hvb(HostSince|HostLastPoll|HostPollDuration|HostVms|VmLastBackup|MetricInteger|Volume(Capacity|Free|FreePercent)|"
                    r"Check(Since|Age)|HostAge)$")
DATES = re.compile(r"^hvb(AgentStart|HostSince|HostLastPoll|CheckSince|VmLastBackup)$")
STATES = {"OK": 1, "WARNING": 2, "CRITICAL": 3, "UNKNOWN": 4}
TABLES = {  # parts of the index: text or number
    "hvbHostTable": "t", "hvbCheckTable": "tt", "hvbFindingTable": "tttn", "hvbMetricTable": "tttt", "hvbVolumeTable": "tt",
    "hvbVmTable": "tt"}
INDEX_MAX = {"hvbHostTable": (32,), "hvbCheckTable": (32, 16), "hvbFindingTable": (32, 16, 32), "hvbMetricTable": (32, 16, 32, 24),
             "hvbVolumeTable": (32, 32), "hvbVmTable": (32, 36)}
ROW = re.compile(r"^(\.[0-9.]+) = (?:([A-Za-z0-9-]+): ?)?(.*)$", re.S)


class Module:
    def __init__(self, path):
        self.oid_of = {}
        for line in open(path, encoding="ascii"):
            name, oid = re.findall(r'"([^"]*)"', line)
            self.oid_of[name] = tuple(map(int, oid.split(".")))
        self.name_of = {oid: name for name, oid in self.oid_of.items()}
        self.tables = {self.oid_of[name] + (1,): name for name in TABLES if name in self.oid_of}

    def split(self, oid):
        """Name of the object, its table or None, and the instance."""
        for entry, table in self.tables.items():
            if oid[:len(entry)] == entry and len(oid) > len(entry):
                column = oid[:len(entry) + 1]
                return self.name_of.get(column, "?%s" % (column,)), table, oid[len(column):]
        for length in range(len(oid), 0, -1):
            if oid[:length] in self.name_of:
                return self.name_of[oid[:length]], None, oid[length:]
        return "?", None, oid


def decode(table, instance):
    """The parts of an index; raises ValueError when they do not fit."""
    parts, at = [], 0
    for kind in TABLES[table]:
        if at >= len(instance):
            raise ValueError("index is too short")
        if kind == "n":
            parts.append(instance[at])
            at += 1
            continue
        length = instance[at]
        octets = instance[at + 1:at + 1 + length]
        if len(octets) != length or max(octets, default=0) > 255:
            raise ValueError("index is not a text of its length")
        parts.append(bytes(octets))
        at += 1 + length
    if at != len(instance):
        raise ValueError("something is left behind the index")
    return tuple(parts)


def value_of(kind, text):
    text = text.strip("\n")
    if kind == "Hex-STRING":
        return bytes.fromhex(text.replace("\n", " "))
    if kind == "STRING":
        return text.strip('"').encode()
    if kind is None and text == '""':
        return b""
    if kind in ("INTEGER", "Gauge32", "Counter32", "Counter64", "Unsigned32"):
        return int(text)
    if kind == "Timeticks":
        return int(re.search(r"\((\d+)\)", text).group(1))
    if kind == "OID":
        return tuple(map(int, text.strip(".").split(".")))
    if kind == "Opaque":
        return text
    raise ValueError("not a value: %s %s" % (kind, text))


def lines_of(path):
    """Values in hexadecimal go on over several lines."""
    joined = []
    for line in open(path, encoding="utf-8", errors="surrogateescape"):
        if line.startswith(".") or not joined:
            joined.append(line)
        else:
            joined[-1] += line
    return joined


class Walk:
    def __init__(self, module, path):
        self.module, self.order, self.values, self.problems = module, [], {}, []
        self.columns = {}  # name -> {index: value}
        self.table_of = {}
        for line in lines_of(path):
            row = ROW.match(line)
            if not row or line.rstrip().endswith("No more variables left in this MIB View (It is past the end of the MIB tree)"):
                self.problems.append("not a row: " + line.rstrip())
                continue
            self.add(tuple(map(int, row.group(1)[1:].split("."))), row.group(2), row.group(3))
        if not self.order:
            self.problems.append("nothing was walked")

    def add(self, oid, kind, text):
        try:
            value = value_of(kind, text)
            name, table, instance = self.module.split(oid)
            index = decode(table, instance) if table else instance
        except ValueError as error:
            self.problems.append("%s: %s" % (".".join(map(str, oid)), error))
            return
        if name.startswith("?"):
            self.problems.append("the module does not know %s" % (".".join(map(str, oid))))
        self.order.append(oid)
        self.values[oid] = value
        self.columns.setdefault(name, {})[index] = value
        self.table_of[name] = table

    def column(self, name):
        if name not in self.module.oid_of:
            self.problems.append("the module has no %s" % name)
        return self.columns.get(name, {})


def shown(index):
    return "/".join(part.decode("utf-8", "backslashreplace") if isinstance(part, bytes) else str(part) for part in index)


def check_order(walk):
    for before, after in zip(walk.order, walk.order[1:]):
        if not before < after:
            yield "%s does not come behind %s" % (".".join(map(str, after)), ".".join(map(str, before)))


def check_same(one, other):
    for name in sorted(set(one.columns) | set(other.columns)):
        if VOLATILE.search(name):
            continue
        a, b = one.columns.get(name, {}), other.columns.get(name, {})
        for index in sorted(set(a) | set(b), key=str):
            if a.get(index) != b.get(index):
                yield "%s.%s: %r, %r" % (name, shown(index), a.get(index), b.get(index))


def is_readable(octets, besides=""):
    try:
        decoded = octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any((ord(c) < 32 or 127 <= ord(c) < 160) and c not in besides for c in decoded)


def check_texts(walk):
    for name, rows in walk.columns.items():
        table = walk.table_of[name]
        for index, value in rows.items():
            for place, part in enumerate(index):
                if isinstance(part, bytes) and not is_readable(part):
                    yield "%s: index %r is not to be read" % (name, part)
                if table in INDEX_MAX and isinstance(part, bytes) and len(part) > INDEX_MAX[table][place]:
                    yield "%s: index %r is too long" % (name, part)
            if isinstance(value, bytes) and DATES.match(name):
                if len(value) not in (8, 11):
                    yield "%s.%s is not a date: %r" % (name, shown(index), value)
            elif isinstance(value, bytes):
                if not is_readable(value, "\n" if name.endswith("Remedy") else ""):
                    yield "%s.%s: %r is not to be read" % (name, shown(index), value)
                if len(value) > 2000:
                    yield "%s.%s has %d octets" % (name, shown(index), len(value))


def check_complete(walk):
    for table in TABLES:
        columns = {name: set(rows) for name, rows in walk.columns.items() if walk.table_of[name] == table}
        if not columns:
            yield "nothing of %s" % table
            continue
        whole = set().union(*columns.values())
        for name, rows in columns.items():
            if SPARSE.match(name):
                continue
            for index in sorted(whole - rows, key=str)[:5]:
                yield "%s has no %s" % (name, shown(index))
    numbers = {}
    for index in walk.column("hvbFindingState"):
        numbers.setdefault(index[:3], []).append(index[3])
    for index, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            yield "findings of %s are numbered %s" % (shown(index), sorted(found))


def text(value):
    return value.decode("utf-8") if isinstance(value, bytes) else value


def differs(what, ours, theirs):
    if ours != theirs:
        yield "%s: %r, the doctor says %r" % (what, ours, theirs)


def short_name(check):
    return check.replace("check_hyperv_", "")


def plain(told):
    """Texts of several lines are one in the module."""
    return re.sub(r"\s+", " ", told or "").strip()


def check_step(walk, host, step):
    report = step["report"]
    check = short_name(report["check"])
    index = (host, check.encode())
    yield from differs("state of " + check, walk.column("hvbCheckState").get(index), STATES[report["state"]])
    yield from differs("summary of " + check, text(walk.column("hvbCheckSummary").get(index)), report["summary"])
    found = sorted((walk.column("hvbFindingState")[i], plain(text(walk.column("hvbFindingText")[i])),
                    text(walk.column("hvbFindingRule")[i]), plain(text(walk.column("hvbFindingWhy")[i])),
                    plain(text(walk.column("hvbFindingRemedy")[i])))
                   for i in walk.column("hvbFindingState") if i[:2] == index)
    wanted = sorted((STATES[f["state"]], plain(f["text"]), f["rule"] or "", plain(f["why"]), plain(f["remedy"]))
                    for f in report["findings"] if f["state"] != "OK")
    yield from differs("findings of " + check, found, wanted)
    # Counts are performance data, too.
    counts = [{"label": name, "value": value, "unit": "", "warning": None, "critical": None}
              for name, value in (report["counts"] or {}).items()]
    yield from check_metrics(walk, index, report["metrics"] + counts)


def check_metrics(walk, index, metrics):
    ours = {}
    for i in walk.column("hvbMetricValue"):
        if i[:2] == index:
            item = text(walk.column("hvbMetricTitle")[i])
            ours[(item + "_" if item else "") + i[3].decode()] = i
    yield from differs("metrics of " + shown(index), sorted(ours), sorted(m["label"] for m in metrics))
    for metric in metrics:
        i = ours.get(metric["label"])
        if i is None:
            continue
        told = text(walk.column("hvbMetricValue")[i])
        name = "%s of %s" % (metric["label"], shown(index))
        yield from differs(name, None if told == "U" else float(told), metric["value"])
        yield from differs("unit of " + name, text(walk.column("hvbMetricUnit")[i]), metric["unit"])
        for column, key in (("Warning", "warning"), ("Critical", "critical")):
            yield from differs(key + " of " + name, text(walk.column("hvbMetric" + column)[i]), metric[key] or "")


def check_volumes(walk, host, capture):
    wanted = {}
    for entry in capture["classes"]:
        if entry["class"] == "Win32_Volume":
            for row in entry["instances"]:
                wanted[(row.get("DeviceID") or "").lower()] = (int(row["Capacity"]), int(row["FreeSpace"]), row.get("FileSystem") or "")
    ours = sorted((walk.column("hvbVolumeCapacity")[i], walk.column("hvbVolumeFree")[i], text(walk.column("hvbVolumeFileSystem")[i]))
                  for i in walk.column("hvbVolumeCapacity") if i[0] == host)
    yield from differs("volumes (capacity, free, file system)", ours, sorted(wanted.values()))


def check_vms(walk, host, page):
    outlooks = {"will back up": 1, "at risk": 2, "will fail": 3, "not known": 4}
    columns = {name: walk.column("hvbVm" + name) for name in ("Name", "Verdict", "Culprit")}
    ours = sorted((i[1].decode().upper(), text(columns["Name"][i]), columns["Verdict"][i]) for i in columns["Name"] if i[0] == host)
    wanted = sorted((vm["id"].upper(), vm["name"], outlooks[vm["outlook"]]) for vm in page["vms"])
    yield from differs("virtual machines", ours, wanted)
    for vm in page["vms"]:
        for i in columns["Culprit"]:
            if i[0] == host and i[1].decode().upper() == vm["id"].upper():
                told, culprit = text(columns["Culprit"][i]), vm["culprit"]
                if culprit is None and told or culprit is not None and culprit["text"] not in told:
                    yield "culprit of %s: %r, the doctor says %r" % (vm["name"], told, culprit and culprit["text"])


def check_doctor(walk, host, page_path, capture_path):
    host = host.encode()
    page = json.load(open(page_path, encoding="utf-8"))
    steps = {short_name(step["report"]["check"]) for step in page["steps"]}
    yield from differs("checks", sorted(i[1].decode() for i in walk.column("hvbCheckState") if i[0] == host), sorted(steps))
    for step in page["steps"]:
        yield from check_step(walk, host, step)
    yield from differs("state of the host", walk.column("hvbHostState").get((host,)), STATES[page["state"]])
    yield from check_vms(walk, host, page)
    yield from check_volumes(walk, host, json.load(open(capture_path, encoding="utf-8")))


def check_crowd(walk, hosts, vms):
    yield from differs("hosts", len(walk.column("hvbHostState")), int(hosts))
    machines = {}
    for index in walk.column("hvbVmVerdict"):
        machines.setdefault(index[0], set()).add(index[1])
    yield from differs("hosts with virtual machines", len(machines), int(hosts))
    for host, found in machines.items():
        yield from differs("virtual machines of " + host.decode(), len(found), int(vms))


def probes(walk):
    """As far as the next one is in the walk."""
    order = sorted(walk.values)
    asked = set()
    for oid in order[::max(1, len(order) // 60)] + order[-3:]:
        asked.update((oid, oid + (0,), oid[:-1], oid[:-2], oid[:-2] + (4294967295,), oid[:-1] + (4294967295,), oid + (4294967295, 1),
                      oid[:-1] + (oid[-1] + 1,), oid[:len(oid) // 2] + (0,)))
        if oid[-1]:
            asked.add(oid[:-1] + (oid[-1] - 1,))
    for oid in sorted(asked):
        at = bisect.bisect_right(order, oid)
        if at < len(order) and len(oid) <= 128 and oid >= order[0][:9]:
            yield ".%s .%s" % (".".join(map(str, oid)), ".".join(map(str, order[at])))


def notices(module, path, kind):
    """(name, {object: (instance, value)}) of each notification of the kind."""
    whole = open(path, encoding="utf-8", errors="surrogateescape").read()
    for notice in re.split(r"^NOTIFICATION\t", whole, flags=re.M)[1:]:
        fields = notice.rstrip("\n").split("\t")
        if kind and not fields[0].startswith(kind):
            continue
        name, objects = None, {}
        for field in fields[1:]:
            row = ROW.match(field)
            if not row:
                continue
            oid = tuple(map(int, row.group(1)[1:].split(".")))
            value = value_of(row.group(2), row.group(3))
            if oid == (1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0):
                name = module.name_of.get(value, ".".join(map(str, value)))
            else:
                label, table, instance = module.split(oid)
                objects[label] = (decode(table, instance) if table else instance, value)
        if name and name.startswith("hvb"):
            yield name, objects


def notice_line(name, objects):
    def get(label):
        return str(text(objects.get(label, ((), ""))[1]))
    state = get("hvbCheckState") or get("hvbHostState")
    return "\t".join((name, get("hvbNotifyHost"), get("hvbNotifyCheck"), state, get("hvbNotifyPreviousState"),
                      get("hvbNotifyText")))


def check_agree(walk, module, path):
    for name, objects in notices(module, path, None):
        for label, (index, value) in objects.items():
            if walk.table_of.get(label) and index not in walk.columns.get(label, {}):
                yield "%s: there is no %s.%s" % (name, label, shown(index))
            if label in ("hvbCheckState", "hvbHostState") and objects.get("hvbNotifyHost", ((), b""))[1] != index[0]:
                yield "%s: hvbNotifyHost is %r, %s is that of %s" % (name, objects.get("hvbNotifyHost"), label, shown(index))


def main():
    module = Module(sys.argv[1])
    command, args = sys.argv[2], sys.argv[3:]
    if command == "notices":
        lines = [notice_line(*notice) for notice in notices(module, args[0], args[1] if len(args) > 1 else None)]
        print("\n".join(lines) if lines else "", end="\n" if lines else "")
        return
    walks = [Walk(module, path) for path in args[:{"same": 2, "order": len(args)}.get(command, 1)]]
    walk = walks[0]
    if command == "keys":
        found = sorted(shown(index) for index in walk.column(args[1]))
    elif command == "values":
        found = ["%s\t%s" % (shown(index), text(value)) for index, value in sorted(walk.column(args[1]).items(), key=str)]
    elif command == "order":
        found = [line for one in walks for line in check_order(one)]
    elif command == "same":
        found = check_same(*walks)
    elif command == "texts":
        found = check_texts(walk)
    elif command == "complete":
        found = check_complete(walk)
    elif command == "doctor":
        found = check_doctor(walk, *args[1:])
    elif command == "crowd":
        found = check_crowd(walk, *args[1:])
    elif command == "probes":
        found = probes(walk)
    elif command == "agree":
        found = check_agree(walk, module, args[1])
    else:
        sys.exit("no such command: " + command)
    found = list(found)  # before the problems: a column that is asked for in vain adds one
    for line in [problem for one in walks for problem in one.problems] + found:
        print(line)


main()
