/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A CIM property bag: the properties of one instance of a WMI class, whichever way it came in
 * (capture file, file made with ConvertTo-Json, SOAP answer). A missing property and one that is
 * null are the same: not told. Values are converted on access, so a number may have come as a
 * number or as text. Strings are borrowed and valid UTF-8. */
#ifndef HV_CIM_BAG_H
#define HV_CIM_BAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"

struct json_t;

#define HV_NS_V2    "root/virtualization/v2"
#define HV_NS_V1    "root/virtualization"
#define HV_NS_CIMV2 "root/cimv2"
/* Not enumerated: what Msvm_VirtualSystemManagementService.GetSummaryInformation answers. */
#define HV_CLASS_SUMMARY "Msvm_SummaryInformation"
/* Not a WMI namespace: rows made from files that lay on the host. */
#define HV_NS_FILES "files"
/* Values of the host's registry: a key is a class, called as its last part. */
#define HV_NS_REGISTRY "registry"
/* HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion */
#define HV_CLASS_CURRENT_VERSION "CurrentVersion"
/* One virtual machine's configuration file, see cim/vmconfig.h. */
#define HV_CLASS_VM_CONFIGURATION "VirtualMachineConfiguration"
/* Permissions of one file or folder: Path, and Sddl or Icacls (cim/icacls.h) or Error. */
#define HV_CLASS_FILE_SECURITY "FileSecurity"

/* Nor is this: rows made from what commands printed on the host. */
#define HV_NS_COMMANDS      "commands"
#define HV_CLASS_VSS_WRITER "VssWriter" /* see cim/vssadmin.h */

struct hv_bag {
	const char *ns;             /* lower case, '/' as separator */
	const char *class_name;     /* as WMI spells it */
	const struct json_t *props; /* borrowed: an object */
};

bool hv_bag_told(
	const struct hv_bag *bag, const char *name); /* there, not null and not the empty text */
bool hv_bag_string(const struct hv_bag *bag, const char *name,
	const char **ret); /* empty text counts as told */
bool hv_bag_u64(const struct hv_bag *bag, const char *name, uint64_t *ret);
bool hv_bag_bool(const struct hv_bag *bag, const char *name,
	bool *ret); /* true/false, "TRUE"/"False", 0/1 */
/* CIM datetime, ISO 8601, "/Date(ms)/" of Windows PowerShell 5.1 (its JSON escape is already
 * undone). */
bool hv_bag_time(const struct hv_bag *bag, const char *name, hv_usec *ret);

/* Arrays. A single value counts as an array of one; a missing or null property as an empty one. */
size_t hv_bag_count(const struct hv_bag *bag, const char *name);
bool hv_bag_string_at(const struct hv_bag *bag, const char *name, size_t i, const char **ret);
bool hv_bag_u64_at(const struct hv_bag *bag, const char *name, size_t i, uint64_t *ret);

/* Embedded objects and REFs that came as objects. *ret borrows from bag. */
bool hv_bag_object(const struct hv_bag *bag, const char *name, struct hv_bag *ret);
bool hv_bag_object_at(const struct hv_bag *bag, const char *name, size_t i, struct hv_bag *ret);

/* A key property of a REF, whether the REF came as an object ({"DeviceID": ...}) or as an object
 * path text (Win32_Volume.DeviceID="\\\\?\\Volume{...}\\"), with the path's escapes undone. *ret is
 * yours (hv_free). False when not there or when memory is short (*ret is NULL then). */
bool hv_bag_ref_key(const struct hv_bag *bag, const char *name, const char *key, char **ret);

#endif
