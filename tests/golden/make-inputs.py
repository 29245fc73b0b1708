#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the inputs that several golden cases share: make-inputs.py DIRECTORY.

One invented Windows Server 2012 R2 host, in every form that can be read, and in every way that it can be broken. The event
logs are made from the format's documentation, not with the code under test."""
import json
import os
import struct
import sys
import uuid
import zlib

V2 = "root/virtualization/v2"
CIMV2 = "root/cimv2"
TIME = "2026-11-22T02:30:00Z"
VM = "4C8E9B6A-0B1D-4E53-9E6B-3D2F5A7C1E01"
CHECKPOINT = "7A1B9B6A-0B1D-4E53-9E6B-3D2F5A7C1E77"
IDE = "83F8638B-8DCA-4152-9EDA-2CA8B33039B4"
GIB = 1 << 30
VMMS = "Microsoft-Windows-Hyper-V-VMMS"
ADMIN = VMMS + "-Admin"


# -- the host as WMI tells it ------------------------------------------------------------------

def host_row():
    return {"Name": "HV01", "ElementName": "HV01", "Caption": "Hosting Computer System", "EnabledState": 2}


def vm_rows(name, vm=VM, disks=()):
    """Rows of one VM by class name."""
    drive = "Microsoft:%s\\%s\\0" % (vm, IDE)
    rows = {
        "Msvm_ComputerSystem": [{"Name": vm, "ElementName": name, "Caption": "Virtual Machine", "EnabledState": 2}],
        "Msvm_VirtualSystemSettingData": [{
            "InstanceID": "Microsoft:" + vm, "VirtualSystemIdentifier": vm, "ElementName": name,
            "VirtualSystemType": "Microsoft:Hyper-V:System:Realized", "VirtualSystemSubType": "Microsoft:Hyper-V:SubType:1",
            "ConfigurationDataRoot": "E:\\VMs\\a", "SnapshotDataRoot": "E:\\VMs\\a", "SwapFileDataRoot": "E:\\VMs\\a"}],
        "Msvm_ResourceAllocationSettingData": [
            {"InstanceID": drive, "ResourceType": 5, "ResourceSubType": "Microsoft:Hyper-V:Emulated IDE Controller"}],
        "Msvm_StorageAllocationSettingData": [],
    }
    for slot, path in enumerate(disks):
        parent = '\\\\HV01\\root\\virtualization\\v2:Msvm_ResourceAllocationSettingData.InstanceID="%s"' % (
            "%s\\%d\\D" % (drive, slot)).replace("\\", "\\\\")
        rows["Msvm_ResourceAllocationSettingData"].append(
            {"InstanceID": "%s\\%d\\D" % (drive, slot), "ResourceType": 17,
             "ResourceSubType": "Microsoft:Hyper-V:Synthetic Disk Drive", "AddressOnParent": str(slot)})
        rows["Msvm_StorageAllocationSettingData"].append(
            {"InstanceID": "%s\\%d\\L" % (drive, slot), "ResourceType": 31,
             "ResourceSubType": "Microsoft:Hyper-V:Virtual Hard Disk", "HostResource": [path], "Parent": parent})
    return rows


def volume(letter, free, capacity=100 * GIB, label=None):
    return {"DeviceID": "\\\\?\\Volume{%s}\\" % uuid.uuid5(uuid.NAMESPACE_DNS, letter), "Name": letter + ":\\", "Label": label,
            "DriveLetter": letter + ":", "DriveType": 3, "FileSystem": "NTFS", "DirtyBitSet": False, "Capacity": capacity,
            "FreeSpace": free}


def classes(*vms, volumes=None):
    """(namespace, class name) -> rows"""
    found = {
        (CIMV2, "Win32_OperatingSystem"): [{"CSName": "HV01", "Version": "6.3.9600", "BuildNumber": "9600", "ProductType": 3}],
        (CIMV2, "Win32_Volume"): volumes or [volume("C", 60 * GIB), volume("D", 50 * GIB), volume("E", 40 * GIB)],
        (CIMV2, "Win32_MountPoint"): [],
        (CIMV2, "Win32_ShadowStorage"): [],
        (V2, "Msvm_ComputerSystem"): [host_row()],
        (V2, "Msvm_VirtualSystemSettingData"): [],
        (V2, "Msvm_StorageAllocationSettingData"): [],
        (V2, "Msvm_ResourceAllocationSettingData"): [],
        (V2, "Msvm_KvpExchangeComponent"): [],
    }
    for rows in vms:
        for name, more in rows.items():
            found[(V2, name)] += more
    return found


def event_xml(record_id, event_id, level, time, vm_name, vm=VM, code=None):
    error = "<ErrorMessage>%%%%%d</ErrorMessage><ErrorCode>0x%08X</ErrorCode>" % (code, code) if code else ""
    for bad, good in (("&", "&amp;"), ("<", "&lt;")):
        vm_name = vm_name.replace(bad, good)
    return ('<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="%s" '
            'Guid="{6066f867-7ca1-4418-85fd-36e3f9c0600c}"/><EventID>%d</EventID><Version>0</Version><Level>%d</Level>'
            '<TimeCreated SystemTime="%s"/><EventRecordID>%d</EventRecordID><Channel>%s</Channel><Computer>HV01</Computer>'
            '</System><UserData><VmlEventLog xmlns="http://www.microsoft.com/Windows/Virtualization/Events"><VmName>%s</VmName>'
            '<VmId>%s</VmId>%s</VmlEventLog></UserData></Event>' % (VMMS, event_id, level, time, record_id, ADMIN, vm_name, vm, error))


def capture(found, events=(), **changes):
    whole = {
        "format": "hyperv-capture/1", "producer": "make-inputs", "computer_name": "HV01", "taken_at": TIME,
        "classes": [{"namespace": ns, "class": name, "read_at": TIME, "instances": rows} for (ns, name), rows in found.items()],
        "event_logs": [{"channel": ADMIN, "records": 40 + len(events), "read_at": TIME, "events": list(events)}],
    }
    whole.update(changes)
    return whole


def replaced(whole, name, **members):
    """The capture with one class's instances replaced by other members."""
    for entry in whole["classes"]:
        if entry["class"] == name:
            del entry["instances"]
            entry.update(members)
    return whole


def without(whole, *names):
    whole["classes"] = [entry for entry in whole["classes"] if entry["class"] not in names]
    return whole


# -- files -------------------------------------------------------------------------------------

def write(name, content):
    path = os.path.join(sys.argv[1], name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def write_json(name, whole):
    write(name, json.dumps(whole, indent=1).encode())


def powershell(text):
    """As Out-File of Windows PowerShell 5.1 writes it: UTF-16LE with byte order mark and CRLF."""
    return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le", "surrogatepass")


def write_directory(name, found, encode=powershell):
    """The directory form: one file a class. One instance is an object and not an array, as ConvertTo-Json does it."""
    for (ns, class_name), rows in found.items():
        rows = [dict(row, CimClass={"CimClassName": class_name}, CimSystemProperties={
            "Namespace": ns.upper() if ns == CIMV2 else "ROOT/virtualization/v2", "ServerName": "HV01", "ClassName": class_name})
            for row in rows]
        text = json.dumps(rows[0] if len(rows) == 1 else rows, indent=4)
        if name == "surrogate":
            text = text.replace("LONE", "\udc80")
        write("%s/%s.json" % (name, class_name), encode(text))


# -- event logs, byte by byte [MS-EVEN6 2.2.12 to 2.2.18] ----------------------------------------

class Chunk:
    """One chunk of an event log whose records each carry their own template."""
    SIZE = 65536

    def __init__(self):
        self.data = bytearray(512)
        self.ids = []
        self.last = 0

    def put(self, form, *values):
        self.data += struct.pack("<" + form, *values)

    def name(self, text):
        self.put("I", len(self.data) + 4)
        value = 0
        for c in text:
            value = (value * 65599 + ord(c)) & 0xFFFFFFFF
        self.put("IHH", 0, value & 0xFFFF, len(text))
        self.data += text.encode("utf-16-le") + b"\0\0"

    def size_field(self):
        self.put("I", 0)
        return len(self.data)

    def size_done(self, start):
        struct.pack_into("<I", self.data, start - 4, len(self.data) - start)

    def value(self, value):
        """A substitution (index, type) or text."""
        if isinstance(value, tuple):
            self.put("BHB", 0x0D, *value)
        else:
            self.put("BBH", 0x05, 0x01, len(value))
            self.data += value.encode("utf-16-le")

    def element(self, name, attributes=(), content=()):
        self.put("BH", 0x41 if attributes else 0x01, 0xFFFF)
        element = self.size_field()
        self.name(name)
        if attributes:
            listed = self.size_field()
            for i, (key, value) in enumerate(attributes):
                self.put("B", 0x46 if i + 1 < len(attributes) else 0x06)
                self.name(key)
                self.value(value)
            self.size_done(listed)
        if content:
            self.put("B", 0x02)
            for part in content:
                if isinstance(part, list):
                    self.element(*part)
                else:
                    self.value(part)
            self.put("B", 0x04)
        else:
            self.put("B", 0x03)
        self.size_done(element)

    def record(self, record_id, filetime, root, values):
        self.last = len(self.data)
        self.ids.append(record_id)
        self.put("IIQQ", 0x00002A2A, 0, record_id, filetime)
        self.put("BBBB", 0x0F, 1, 1, 0)
        self.put("BBII", 0x0C, 1, record_id, len(self.data) + 10)
        self.put("I", 0)
        self.data += uuid.uuid5(uuid.NAMESPACE_DNS, str(record_id)).bytes_le
        template = self.size_field()
        self.put("BBBB", 0x0F, 1, 1, 0)
        self.element(*root)
        self.put("B", 0)
        self.size_done(template)
        self.put("I", len(values))
        for kind, content in values:
            self.put("HBB", len(content), kind, 0)
        for kind, content in values:
            self.data += content
        self.put("B", 0)
        self.data += bytes(-len(self.data) % 8)
        size = len(self.data) + 4 - self.last
        struct.pack_into("<I", self.data, self.last + 4, size)
        self.put("I", size)

    def finish(self):
        free = len(self.data)
        struct.pack_into("<8sQQQQIIII", self.data, 0, b"ElfChnk\0", self.ids[0], self.ids[-1], self.ids[0], self.ids[-1], 128,
                         self.last, free, zlib.crc32(self.data[512:free]))
        struct.pack_into("<I", self.data, 124, zlib.crc32(self.data[:120] + self.data[128:512]))
        assert free <= self.SIZE
        return bytes(self.data) + bytes(self.SIZE - free)


FILETIME_1970 = 116444736000000000


def vmms_record(chunk, record_id, event_id, level, seconds, vm_name, vm=VM, code=None):
    filetime = FILETIME_1970 + seconds * 10000000
    text = [(0x01, vm_name.encode("utf-16-le", "surrogatepass")), (0x0F, uuid.UUID(vm).bytes_le)]
    payload = [["VmName", (), [(5, 0x01)]], ["VmId", (), [(6, 0x01)]]]
    text[1] = (0x01, vm.encode("utf-16-le"))
    if code:
        payload += [["ErrorMessage", (), [(7, 0x01)]], ["ErrorCode", (), [(8, 0x01)]]]
        text += [(0x01, ("%%%%%d" % code).encode("utf-16-le")), (0x01, ("0x%08X" % code).encode("utf-16-le"))]
    chunk.record(record_id, filetime, ["Event", [("xmlns", "http://schemas.microsoft.com/win/2004/08/events/event")], [
        ["System", (), [
            ["Provider", [("Name", VMMS), ("Guid", "{6066f867-7ca1-4418-85fd-36e3f9c0600c}")]],
            ["EventID", (), [(0, 0x06)]], ["Version", (), [(1, 0x04)]], ["Level", (), [(2, 0x04)]],
            ["TimeCreated", [("SystemTime", (3, 0x11))]], ["EventRecordID", (), [(4, 0x0A)]],
            ["Channel", (), [ADMIN]], ["Computer", (), ["HV01"]]]],
        ["UserData", (), [
            ["VmlEventLog", [("xmlns", "http://www.microsoft.com/Windows/Virtualization/Events")], payload]]]]],
        [(0x06, struct.pack("<H", event_id)), (0x04, b"\0"), (0x04, bytes([level])), (0x11, struct.pack("<Q", filetime)),
         (0x0A, struct.pack("<Q", record_id))] + text)


def log_file(*chunks):
    header = bytearray(4096)
    ids = [i for chunk in chunks for i in chunk.ids]
    struct.pack_into("<8sQQQIHHHH", header, 0, b"ElfFile\0", 0, max(len(chunks) - 1, 0), ids[-1] + 1 if ids else 1, 128, 1, 3,
                     4096, len(chunks))
    struct.pack_into("<I", header, 124, zlib.crc32(header[:120]))
    return bytes(header) + b"".join(chunk.finish() for chunk in chunks)


def seconds_of(clock):
    """02:04:05 of 2026-11-22 UTC"""
    hours, minutes, rest = map(int, clock.split(":"))
    return 1795305600 + hours * 3600 + minutes * 60 + rest


def event_logs():
    failure = Chunk()
    vmms_record(failure, 41, 18304, 4, seconds_of("01:00:00"), "sql01")
    vmms_record(failure, 42, 18012, 2, seconds_of("02:04:05"), "sql01", code=0x80070002)
    calm = Chunk()
    vmms_record(calm, 43, 18304, 4, seconds_of("02:10:00"), "sql01")
    vmms_record(calm, 44, 18304, 4, seconds_of("02:11:00"), "sql01")
    whole = log_file(failure, calm)
    write("whole.evtx", whole)
    write("calm.evtx", log_file(calm))
    write("truncated.evtx", whole[:4096 + 65536 + 600])
    write("bad-chunk.evtx", whole[:4096 + 65536] + b"Damaged\0" + whole[4096 + 65536 + 8:])
    # The chunk with the failure is lost: what is left looks healthy.
    write("lost-failure.evtx", whole[:4096] + b"Damaged\0" + bytes(65528) + whole[4096 + 65536:])
    write("no-records.evtx", log_file())
    write("future-version.evtx", whole[:36] + struct.pack("<HH", 0, 9) + whole[40:])


# -- VM configuration files of 2012 R2 -----------------------------------------------------------

def vm_configuration(name, vm=VM, disks=(), properties=""):
    drives = "".join('<drive%d><pathname type="string">%s</pathname><type type="string">VHD</type></drive%d>' % (i, path, i)
                     for i, path in enumerate(disks))
    return powershell(
        '<?xml version="1.0" encoding="UTF-16" standalone="yes"?>\n<configuration>\n<_%s_><controller0>%s</controller0></_%s_>\n'
        '<manifest><size type="integer">1</size><vdev001><device type="string">%s</device><instance type="string">%s</instance>'
        '<name type="string">IDE</name></vdev001></manifest>\n<properties><creation_time type="bytes">hBNs+PsX0AE=</creation_time>'
        '<global_id type="string">%s</global_id><name type="string">%s</name>%s<version type="integer">1280</version></properties>\n'
        '</configuration>\n' % (IDE.lower(), drives, IDE.lower(), IDE.lower(), IDE.lower(), vm, name, properties))


def vm_configurations():
    good = vm_configuration("sql01", disks=["E:\\VMs\\sql01\\c.vhdx"])
    bad = vm_configuration("sql01", disks=["E:\\VMs\\sql01\\c.vhdx", "D:\\sql01-d.vhdx"])
    write("vm-config/Virtual Machines/%s.xml" % VM, good)
    write("vm-config/Virtual Machines/%s/%s.bin" % (VM, VM), b"\0")
    write("vm-config/Snapshots/%s.xml" % CHECKPOINT, vm_configuration(
        "before update", CHECKPOINT, ["E:\\VMs\\sql01\\c.vhdx"], '<type_id type="string">Snapshots</type_id>'))
    write("vm-config-split/%s.XML" % VM, bad)
    write("vm-config-2016/Virtual Machines/%s.vmcx" % VM, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    write("vm-config-mixed/%s.xml" % VM, good)
    write("vm-config-mixed/5C8E9B6A-0B1D-4E53-9E6B-3D2F5A7C1E02.vmcx", b"\x01\x00\x00\x00\x00\x00\x00\x00")
    write("vm-config-truncated/%s.xml" % VM, good[:len(good) // 2])
    write("vm-config-none/readme.txt", b"nothing here\n")


# -- all of it -----------------------------------------------------------------------------------

HOSTILE = [
    "pipe|perf=1;2;3",
    "quote'double\"both",
    "line\nbreak\r\ntab\tend",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b1m",
    "$(rm -rf /) `id` ;&& <b>%s%n",
    "\u202egnp.exe \u2066x\u2069 \ufeff",
    "L" * 200,
    "\U0001F4BE\u00e4\u6771",
]


def hostile_vms(names):
    for n, name in enumerate(names):
        vm = "4C8E9B6A-0B1D-4E53-9E6B-3D2F5A7C%04X" % (0x2000 + n)
        yield vm_rows(name, vm, ["E:\\VMs\\x\\c.vhdx", "D:\\bare-%d'$[x].vhdx" % n])


def captures():
    sql01 = vm_rows("sql01", disks=["E:\\VMs\\sql01\\c.vhdx"])
    split = vm_rows("sql01", disks=["E:\\VMs\\sql01\\c.vhdx", "D:\\sql01-d.vhdx"])
    failure = event_xml(42, 18012, 2, "2026-11-22T02:04:05.1234567Z", "sql01", code=0x80070002)
    good = json.dumps(capture(classes(sql01))).encode()

    write("good.json", good)
    write_json("split.json", capture(classes(split), [failure]))
    write("empty.json", b"")
    write("blank.json", b" \n")
    write("truncated.json", good[:len(good) // 2])
    write("trailing.json", good + b"{}")
    write("not-utf8.json", good.replace(b"sql01", b"sql\xff\xfe", 1))
    write("nul.json", good.replace(b"sql01", b"sql\\u000001", 1))
    write("duplicate-key.json", good.replace(b'"producer"', b'"format"', 1))
    write("too-deep.json", b"[" * 100000)
    write("array.json", b"[]")
    write("not-json.json", b"<Objs Version=\"1.1.0.1\"/>\n")
    write_json("no-format.json", {"classes": [], "event_logs": []})
    write_json("version-2.json", capture(classes(sql01), format="hyperv-capture/2"))
    write_json("other-format.json", capture(classes(sql01), format="something-else/1"))
    write_json("wrong-type.json", replaced(capture(classes(sql01)), "Win32_Volume", instances="none"))
    write_json("wrong-time.json", capture(classes(sql01), taken_at="yesterday"))
    write_json("zero-vms.json", capture(classes()))
    write_json("no-row.json", replaced(capture(classes()), "Msvm_ComputerSystem", instances=[]))
    write_json("no-classes.json", capture({}))
    write_json("no-log.json", capture(classes(sql01), event_logs=[]))
    write_json("no-volumes.json", without(capture(classes(sql01)), "Win32_Volume"))
    write_json("no-disks.json", without(capture(classes(sql01)), "Msvm_StorageAllocationSettingData"))
    write_json("no-vms.json", without(capture(classes(sql01)), "Msvm_ComputerSystem", "Msvm_VirtualSystemSettingData"))
    for section, name in (("volumes", "Win32_Volume"), ("disks", "Msvm_StorageAllocationSettingData"),
                          ("vms", "Msvm_ComputerSystem"), ("shadow-storage", "Win32_ShadowStorage")):
        write_json("failed-%s.json" % section,
                   replaced(capture(classes(sql01)), name, error="Access is denied. (0x80070005)"))
    write_json("failed-log.json", capture(classes(sql01), event_logs=[
        {"channel": ADMIN, "read_at": TIME, "error": "The specified channel could not be found. (0x80073A9F)"}]))
    write_json("damaged-log.json", capture(classes(sql01), event_logs=[
        {"channel": ADMIN, "read_at": TIME, "records": 12, "events": [], "damage": "chunk 3: bad magic; 12 records were read"}]))
    write_json("hostile.json", capture(
        classes(*hostile_vms(HOSTILE)), [
            event_xml(100 + n, 18012, 2, "2026-11-22T02:04:%02d.0Z" % n, name.translate(
                {i: 0xFFFD for i in range(32) if i not in (9, 10, 13)}), "4C8E9B6A-0B1D-4E53-9E6B-3D2F5A7C%04X" % (0x2000 + n), 0x80070002)
            for n, name in enumerate(HOSTILE)]))
    write_json("hostile-volume.json", capture(
        classes(vm_rows("a|b", disks=["C:\\Mount|x=1\n\x1b[2J\\it's\\c.vhdx"]),
                volumes=[volume("C", 60 * GIB), dict(volume("X", GIB), Name="C:\\Mount|x=1\n\x1b[2J\\it's\\", DriveLetter=None)])))

    write_directory("utf16", classes(split))
    write("utf16/events.xml", powershell(failure))
    write_directory("utf8", classes(sql01), lambda text: b"\xef\xbb\xbf" + text.encode())
    write("utf8/events.xml", b"<Events></Events>\n")
    write("utf8/notes.txt", b"not part of it\n")
    write_directory("surrogate", classes(*hostile_vms(["LONE"])))
    write("surrogate/events.xml", b"<Events/>")
    write_directory("with-evtx", classes(split))
    write("stray-json/my notes.json", b"{}")
    write_directory("full-form-inside", classes(sql01))
    write("full-form-inside/host.json", good)
    write("stray-xml/events (2).xml", powershell(failure))
    write("unknown-class/Settings.json", b'{"color": "red"}')
    write("truncated-class/Win32_Volume.json", powershell('[ { "Name": "C:\\\\",'))
    write("empty-class/Win32_Volume.json", b"")
    os.makedirs(os.path.join(sys.argv[1], "nothing"), exist_ok=True)
    write("nothing-usable/readme.txt", b"nothing here\n")


def faults_of_sound_host():
    """The sound example host with one fault each."""
    example = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../doc/examples/repaired-capture.json")

    def host():
        with open(example, encoding="utf-8") as file:
            whole = json.load(file)
        return whole, {entry["class"]: entry["instances"] for entry in whole["classes"]}

    whole, rows = host()
    disk = next(row for row in rows["FileSecurity"] if row["Path"].endswith("\\web01.vhdx"))
    disk["Sddl"] = "O:BAG:DUD:AI(A;ID;FA;;;BA)(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)"
    vm = next(row for row in rows["Msvm_ComputerSystem"] if row["ElementName"] == "web01")["Name"]
    log = next(log for log in whole["event_logs"] if log.get("channel") == ADMIN)
    log["events"].append(event_xml(4711, 18012, 2, "2026-11-22T20:40:00.0Z", "web01", vm, 0x80070005))
    log["records"] += 1
    write_json("acl-fault.json", whole)

    whole, rows = host()
    writer = next(row for row in rows["VssWriter"] if "Hyper-V" in row["Name"])
    writer.update(State="8", LastError="Non-retryable error")
    write_json("vss-fault.json", whole)

    whole, rows = host()
    writer = next(row for row in rows["VssWriter"] if row["Name"] == "System Writer")
    writer.update(State="7", LastError="Timed out")
    write_json("other-writer-fault.json", whole)


def oversized(name, size, content=b""):
    """One byte more than is read; a sparse file."""
    write(name, content)
    os.truncate(os.path.join(sys.argv[1], name), size + 1)


captures()
faults_of_sound_host()
event_logs()
oversized("oversized.json", 512 << 20)
oversized("oversized.xml", 512 << 20, b"<Events>")
oversized("oversized-vm.xml", 16 << 20, b"<configuration>")
with open(os.path.join(sys.argv[1], "calm.evtx"), "rb") as log:
    oversized("oversized.evtx", 1 << 30, log.read())
vm_configurations()
with open(os.path.join(sys.argv[1], "whole.evtx"), "rb") as log:
    write("with-evtx/VMMS-Admin.EVTX", log.read())
write("empty.evtx", b"")
write("text.evtx", b"Level,Date and Time,Source\n")
write("old.evt", struct.pack("<I4sII", 0x30, b"LfLe", 1, 1) + bytes(48))
write("other.xml", b"<?xml version=\"1.0\"?><catalog><book/></catalog>\n")
write("one-event.xml", powershell(event_xml(42, 18012, 2, "2026-11-22T02:04:05.1234567Z", "sql01", code=0x80070002)))
write("truncated.xml", powershell(event_xml(42, 18012, 2, "2026-11-22T02:04:05.1234567Z", "sql01", code=0x80070002))[:600])
write("no-events.xml", b"<Events></Events>")
