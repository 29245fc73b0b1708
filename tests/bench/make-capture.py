#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a full-form capture of an invented Windows Server 2012 R2 host: make-capture.py VMS > FILE.

Each VM has four disks on two volumes, a checkpoint folder, its controllers and drives, its integration component for backups and
the answers of its guest; each disk and its folder has permissions. One VM in a hundred has a disk in the root of the second volume.
One VM in ten failed to back up in the last night, as an event of the VMMS says. Every step of hyperv_doctor has something to judge."""
import json
import struct
import sys
import uuid

vms = int(sys.argv[1])
space = uuid.UUID("6f6d2c0e-51c5-4c5e-8d3c-2f6a6a1f0b11")


def guid(*parts):
    return str(uuid.uuid5(space, "/".join(map(str, parts)))).upper()


def kvp(name, data):
    return ('<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem"><PROPERTY NAME="Data" TYPE="string"><VALUE>%s</VALUE></PROPERTY>'
            '<PROPERTY NAME="Name" TYPE="string"><VALUE>%s</VALUE></PROPERTY>'
            '<PROPERTY NAME="Source" TYPE="uint16"><VALUE>2</VALUE></PROPERTY></INSTANCE>' % (data, name))


def may_use(vm):
    """The security descriptor of a file of a VM, which has an account of its own."""
    account = "-".join(map(str, struct.unpack("<4L", uuid.UUID(vm).bytes_le)))
    return "O:BAG:DUD:AI(A;;FRFW;;;S-1-5-83-1-%s)(A;ID;FA;;;BA)(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)" % account


def job(n, kind):
    return {"InstanceID": guid("job", kind, n), "Caption": "Backing up", "JobType": kind, "JobState": 7, "PercentComplete": 100,
            "ErrorCode": 0, "StartTime": "2026-11-21T22:%02d:00Z" % n}


folder_security = "O:BAG:DUD:AI(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)(A;CIID;LC;;;BU)"
ide = "83F8638B-8DCA-4152-9EDA-2CA8B33039B4"
backup = "5CED1297-4598-4915-A5FC-AD21BB4D02A4"
system, settings, storage, resources, guests, events = [], [], [], [], [], []
component_settings, components, security = [], [], {}
system.append({"Name": "HV01", "ElementName": "HV01", "Caption": "Hosting Computer System", "EnabledState": 2, "OperationalStatus": [2]})
for n in range(vms):
    vm = guid("vm", n)
    name = "vm%05d" % n
    bare = n % 100 == 50
    system.append({"Name": vm, "ElementName": name, "Caption": "Virtual Machine", "EnabledState": 2, "HealthState": 5,
                   "OperationalStatus": [2], "ProcessID": 4000 + n, "InstallDate": "2014-02-11T09:20:31Z",
                   "LastSuccessfulBackupTime": "2026-11-20T22:11:40Z" if n % 10 == 0 else "2026-11-21T22:12:44Z",
                   "OnTimeInMilliseconds": 934122340})
    settings.append({"InstanceID": "Microsoft:" + vm, "VirtualSystemIdentifier": vm, "ElementName": name,
                     "VirtualSystemType": "Microsoft:Hyper-V:System:Realized",
                     "VirtualSystemSubType": "Microsoft:Hyper-V:SubType:1", "Version": "5.0",
                     "ConfigurationDataRoot": "E:\\Virtual Machines\\" + name, "SnapshotDataRoot": "E:\\Virtual Machines\\" + name,
                     "SwapFileDataRoot": "E:\\Virtual Machines\\" + name})
    scsi = guid("scsi", n)
    resources.append({"InstanceID": "Microsoft:%s\\%s\\0" % (vm, ide), "ResourceType": 5,
                      "ResourceSubType": "Microsoft:Hyper-V:Emulated IDE Controller"})
    resources.append({"InstanceID": "Microsoft:%s\\%s\\0" % (vm, scsi), "ResourceType": 6,
                      "ResourceSubType": "Microsoft:Hyper-V:Synthetic SCSI Controller"})
    for d in range(4):
        controller = ide if d == 0 else scsi
        slot = 0 if d == 0 else d - 1
        where = "\\\\HV01\\root\\virtualization\\v2:Msvm_ResourceAllocationSettingData.InstanceID=\"Microsoft:%s\\\\%s\\\\0\\\\%d\\\\D\"" % (
            vm, controller, slot)
        path = "E:\\Virtual Machines\\%s\\Virtual Hard Disks\\%s-%d.vhdx" % (name, name, d)
        if d == 3:
            path = "D:\\%s-3.vhdx" % name if bare else "D:\\%s\\%s-3.vhdx" % (name, name)
        security[path] = may_use(vm)
        folder = path.rpartition("\\")[0]
        security[folder + "\\" if folder == "D:" else folder] = folder_security
        resources.append({"InstanceID": "Microsoft:%s\\%s\\0\\%d\\D" % (vm, controller, slot), "ResourceType": 17,
                          "ResourceSubType": "Microsoft:Hyper-V:Synthetic Disk Drive", "AddressOnParent": str(slot)})
        storage.append({"InstanceID": "Microsoft:%s\\%s\\0\\%d\\L" % (vm, controller, slot), "ResourceType": 31,
                        "ResourceSubType": "Microsoft:Hyper-V:Virtual Hard Disk", "HostResource": [path], "Parent": where})
    guests.append({"SystemName": vm, "OperationalStatus": [2], "GuestIntrinsicExchangeItems": [
        kvp("OSName", "Windows Server 2012 R2 Standard"), kvp("OSVersion", "6.3.9600"), kvp("OSPlatformId", "2"),
        kvp("ProductType", "3"), kvp("IntegrationServicesVersion", "6.3.9600.18907")]})
    component_settings.append({"InstanceID": "Microsoft:%s\\%s" % (vm, backup), "ElementName": "Backup (volume checkpoint)",
                               "EnabledState": 2})
    components.append({"SystemName": vm, "ElementName": "Backup (volume checkpoint)", "EnabledState": 2, "OperationalStatus": [2]})
    if n % 10 == 0:
        events.append(
            '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Hyper-V-VMMS" '
            'Guid="{6066f867-7ca1-4418-85fd-36e3f9c0600c}"/><EventID>18012</EventID><Version>0</Version><Level>2</Level>'
            '<TimeCreated SystemTime="2026-11-21T22:%02d:%02d.0000000Z"/><EventRecordID>%d</EventRecordID>'
            '<Channel>Microsoft-Windows-Hyper-V-VMMS-Admin</Channel><Computer>HV01</Computer></System><UserData>'
            '<VmlEventLog xmlns="http://www.microsoft.com/Windows/Virtualization/Events"><VmName>%s</VmName><VmId>%s</VmId>'
            '<ErrorMessage>%%%%2147942402</ErrorMessage><ErrorCode>0x80070002</ErrorCode></VmlEventLog></UserData></Event>'
            % (n // 60 % 60, n % 60, 1000 + n, name, vm))

volumes = [{"DeviceID": "\\\\?\\Volume{%s}\\" % guid("volume", letter).lower(), "Name": letter + ":\\", "DriveLetter": letter + ":",
            "DriveType": 3, "FileSystem": "NTFS", "Capacity": 4 << 40, "FreeSpace": 2 << 40, "DirtyBitSet": False}
           for letter in "CDE"]
shadow_storages = [{"Volume": {"DeviceID": volume["DeviceID"]}, "DiffVolume": {"DeviceID": volume["DeviceID"]},
                    "AllocatedSpace": 48 << 30, "UsedSpace": 41 << 30, "MaxSpace": 400 << 30} for volume in volumes]
updates = [{"HotFixID": "KB%d" % (3000850 + 1777 * n), "Description": "Security Update", "InstalledOn": "%d/11/%d" % (n % 12 + 1, 2015 + n // 12)}
           for n in range(143)]
writers = [{"Name": name, "WriterId": identity, "InstanceId": guid("writer", name), "State": "1", "LastError": "No error"}
           for name, identity in (("System Writer", "E8132975-6F93-4464-A53E-1050253AE220"),
                                  ("Registry Writer", "AFBAB4A2-367D-4D15-A586-71DBB18F8485"),
                                  ("Microsoft Hyper-V VSS Writer", "66841CD4-6DED-4F4B-8F17-FD23F8DDC3DE"))]


def rows(namespace, name, instances):
    return {"namespace": namespace, "class": name, "read_at": "2026-11-21T23:00:00Z", "instances": instances}


v2 = "root/virtualization/v2"
json.dump({
    "format": "hyperv-capture/1", "producer": "make-capture", "computer_name": "HV01", "taken_at": "2026-11-21T23:00:00Z",
    "classes": [
        rows("root/cimv2", "Win32_OperatingSystem", [{"CSName": "HV01", "Version": "6.3.9600", "BuildNumber": "9600", "ProductType": 3}]),
        rows("root/cimv2", "Win32_Volume", volumes), rows("root/cimv2", "Win32_MountPoint", []),
        rows("root/cimv2", "Win32_ShadowStorage", shadow_storages),
        rows("root/cimv2", "Win32_QuickFixEngineering", updates),
        rows(v2, "Msvm_ComputerSystem", system), rows(v2, "Msvm_VirtualSystemSettingData", settings),
        rows(v2, "Msvm_StorageAllocationSettingData", storage), rows(v2, "Msvm_ResourceAllocationSettingData", resources),
        rows(v2, "Msvm_KvpExchangeComponent", guests), rows(v2, "Msvm_VssComponentSettingData", component_settings),
        rows(v2, "Msvm_VssComponent", components), rows(v2, "Msvm_SummaryInformation", []),
        rows(v2, "Msvm_SyntheticFcPortSettingData", []),
        rows(v2, "Msvm_ConcreteJob", [job(n, 170) for n in range(20)]), rows(v2, "Msvm_StorageJob", [job(n, 5) for n in range(20)]),
        rows("commands", "VssWriter", writers),
        rows("registry", "CurrentVersion", [{"CurrentBuildNumber": "9600", "UBR": 22862, "ProductName": "Windows Server 2012 R2 Datacenter"}]),
        rows("files", "FileSecurity", [{"Path": path, "Sddl": sddl} for path, sddl in security.items()])],
    "event_logs": [{"channel": "Microsoft-Windows-Hyper-V-VMMS-Admin", "records": len(events), "events": events},
                   {"channel": "Microsoft-Windows-Hyper-V-Worker-Admin", "records": 0, "events": []},
                   {"channel": "Microsoft-Windows-Backup", "records": 0, "events": []}],
}, sys.stdout, separators=(",", ":"))
