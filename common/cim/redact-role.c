/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: what is not in one is text. */
#include "cim/redact-role.h"

#include <stdint.h>
#include <string.h>

#include "base/parse.h"
#include "base/utf.h"
#include "cim/redact-host.h"
#include "model/path.h"

/* Msvm_VirtualSystemSettingData.SettingType of a checkpoint [Hyper-V WMI provider V1] */
enum { SETTING_SNAPSHOT = 5 };

struct rule {
	const char *class_start; /* "": any */
	const char *property;
	enum hv_redact_role role;
};

static const struct rule rules[] = {
	{ "Checkpoints", "Name", HV_ROLE_CHECKPOINT },
	{ "FileSecurity", "Path", HV_ROLE_PATH },
	{ "FileSecurity", "Sddl", HV_ROLE_SIDS },
	{ "Msvm_", "Caption", HV_ROLE_KEEP },
	{ "Msvm_", "Description", HV_ROLE_KEEP },
	{ "Msvm_VirtualSystemGlobalSettingData", "ElementName", HV_ROLE_VM },
	{ "Win32_ComputerSystem", "Caption", HV_ROLE_HOST },
	{ "Win32_ComputerSystem", "Domain", HV_ROLE_DOMAIN },
	{ "Win32_ComputerSystem", "Name", HV_ROLE_HOST },
	{ "Win32_ComputerSystem", "PrimaryOwnerName", HV_ROLE_USER },
	{ "Win32_ComputerSystem", "Workgroup", HV_ROLE_DOMAIN },
	{ "Win32_OperatingSystem", "Caption", HV_ROLE_KEEP },
	{ "Win32_OperatingSystem", "Organization", HV_ROLE_ORGANISATION },
	{ "Win32_OperatingSystem", "RegisteredUser", HV_ROLE_USER },
	{ "Win32_QuickFixEngineering", "Caption", HV_ROLE_KEEP },
	{ "Win32_QuickFixEngineering", "InstalledBy", HV_ROLE_USER },
	{ "", "Address", HV_ROLE_MAC },
	{ "", "BIOSSerialNumber", HV_ROLE_BLANK },
	{ "", "BaseBoardSerialNumber", HV_ROLE_BLANK },
	{ "", "CSName", HV_ROLE_HOST },
	{ "", "ChassisAssetTag", HV_ROLE_BLANK },
	{ "", "ChassisSerialNumber", HV_ROLE_BLANK },
	{ "", "ClassName", HV_ROLE_KEEP },
	{ "", "CreationClassName", HV_ROLE_KEEP },
	{ "", "DNSHostName", HV_ROLE_HOST },
	{ "", "DriveLetter", HV_ROLE_KEEP },
	{ "", "FileSystem", HV_ROLE_KEEP },
	{ "", "InstanceID", HV_ROLE_KEEP },
	{ "", "Label", HV_ROLE_LABEL },
	{ "", "MACAddress", HV_ROLE_MAC },
	{ "", "Namespace", HV_ROLE_KEEP },
	{ "", "Notes", HV_ROLE_BLANK },
	{ "", "OriginatingMachine", HV_ROLE_HOST },
	{ "", "PSComputerName", HV_ROLE_HOST },
	{ "", "PermanentAddress", HV_ROLE_MAC },
	{ "", "ResourceSubType", HV_ROLE_KEEP },
	{ "", "SerialNumber", HV_ROLE_BLANK },
	{ "", "ServerName", HV_ROLE_HOST },
	{ "", "ServiceMachine", HV_ROLE_HOST },
	{ "", "StatusDescriptions", HV_ROLE_KEEP },
	{ "", "SystemCreationClassName", HV_ROLE_KEEP },
	{ "", "SystemName", HV_ROLE_HOST },
	{ "", "Version", HV_ROLE_KEEP },
	{ "", "VirtualSystemSubType", HV_ROLE_KEEP },
	{ "", "VirtualSystemType", HV_ROLE_KEEP },
	{ "", "__CLASS", HV_ROLE_KEEP },
	{ "", "__NAMESPACE", HV_ROLE_KEEP },
	{ "", "__SERVER", HV_ROLE_HOST },
};

static bool is_guid(const char *text)
{
	char guid[HV_GUID_TEXT_LEN + 1];

	return text != NULL && hv_guid_normalise(text, strlen(text), guid);
}

static const char *text_of(const json_t *instance, const char *property)
{
	return json_string_value(json_object_get(instance, property));
}

static enum hv_redact_role role_of_settings(const json_t *instance)
{
	const char *type = text_of(instance, "VirtualSystemType");

	if (json_integer_value(json_object_get(instance, "SettingType")) == SETTING_SNAPSHOT ||
		(type != NULL && hv_utf8_casestr(type, ":Snapshot:") != NULL))
		return HV_ROLE_CHECKPOINT;
	if (is_guid(text_of(instance, "VirtualSystemIdentifier")) ||
		is_guid(text_of(instance, "SystemName")))
		return HV_ROLE_VM;
	return HV_ROLE_TEXT; /* a definition */
}

enum hv_redact_role hv_role_of_property(
	const char *class_name, const json_t *instance, const char *property)
{
	const bool is_element_name = strcmp(property, "ElementName") == 0;

	if (hv_utf8_caseeq(class_name, "Msvm_ComputerSystem") &&
		(is_element_name || strcmp(property, "Name") == 0))
		return is_guid(text_of(instance, "Name")) ? HV_ROLE_VM : HV_ROLE_HOST;
	if (hv_utf8_caseeq(class_name, "Msvm_VirtualSystemSettingData") && is_element_name)
		return role_of_settings(instance);
	if (hv_utf8_caseeq(class_name, "VirtualMachineConfiguration") &&
		strcmp(property, "Name") == 0)
		return text_of(instance, "CheckpointOf") != NULL ? HV_ROLE_CHECKPOINT : HV_ROLE_VM;
	for (size_t i = 0; i < HV_ARRAY_LEN(rules); i++)
		if (hv_utf8_caseeq(property, rules[i].property) &&
			(rules[i].class_start[0] == '\0' ||
				hv_utf8_caseprefix(class_name, rules[i].class_start) > 0))
			return rules[i].role;
	return HV_ROLE_TEXT;
}

struct field_rule {
	const char *name;
	enum hv_redact_role role;
};

static const struct field_rule field_rules[] = {
	{ "BackupTarget", HV_ROLE_LABEL },
	{ "Binary", HV_ROLE_BLANK }, /* texts in hex digits, with accounts and paths */
	{ "binaryData", HV_ROLE_BLANK },
	{ "Channel", HV_ROLE_KEEP },
	{ "Computer", HV_ROLE_HOST },
	{ "ComputerName", HV_ROLE_HOST },
	{ "Correlation", HV_ROLE_KEEP },
	{ "EventID", HV_ROLE_KEEP },
	{ "Execution", HV_ROLE_KEEP },
	{ "Keywords", HV_ROLE_KEEP },
	{ "Level", HV_ROLE_KEEP },
	{ "Opcode", HV_ROLE_KEEP },
	{ "Provider", HV_ROLE_KEEP },
	{ "SubjectDomainName", HV_ROLE_DOMAIN },
	{ "SubjectUserName", HV_ROLE_USER },
	{ "TargetDomainName", HV_ROLE_DOMAIN },
	{ "TargetUserName", HV_ROLE_USER },
	{ "Task", HV_ROLE_KEEP },
	{ "TimeCreated", HV_ROLE_KEEP },
	{ "VmName", HV_ROLE_VM },
	{ "WorkstationName", HV_ROLE_HOST },
};

static enum hv_redact_role find_field(struct hv_markup_span name)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(field_rules); i++)
		if (strlen(field_rules[i].name) == name.len &&
			hv_utf8_caseprefix(name.start, field_rules[i].name) == name.len)
			return field_rules[i].role;
	return HV_ROLE_TEXT;
}

/* Attributes of these elements name fields. */
static bool has_fixed_attributes(struct hv_markup_span element)
{
	static const char *const names[] = { "Data", "Event", "INSTANCE", "PROPERTY", "Provider",
		"RenderingInfo", "VALUE" };

	for (size_t i = 0; i < HV_ARRAY_LEN(names); i++)
		if (hv_markup_is_name(element, names[i]))
			return true;
	return false;
}

enum hv_redact_role hv_role_of_field(const struct hv_markup_field *field)
{
	enum hv_redact_role role;

	if (field->attribute.len > 0) {
		if (has_fixed_attributes(field->element) ||
			hv_utf8_caseprefix(field->attribute.start, "xmlns") > 0)
			return HV_ROLE_KEEP;
		role = find_field(field->element);
		return role == HV_ROLE_KEEP ? role : find_field(field->attribute);
	}
	if (hv_markup_is_name(field->element, "Data"))
		return find_field(field->title);
	return find_field(field->element);
}

enum hv_redact_role hv_role_of_kvp(const char *name)
{
	static const char *const kept[] = { "CSDVersion", "IntegrationServicesVersion",
		"OSBuildNumber", "OSDistributionData", "OSDistributionName", "OSEditionId",
		"OSKernelVersion", "OSMajorVersion", "OSMinorVersion", "OSName", "OSPlatformId",
		"OSSignature", "OSVendor", "OSVersion", "ProcessorArchitecture", "ProductType",
		"ServicePackMajor", "ServicePackMinor", "SuiteMask" };
	static const char *const hosts[] = { "FullyQualifiedDomainName", "HostName",
		"PhysicalHostName", "PhysicalHostNameFullyQualified" };

	for (size_t i = 0; i < HV_ARRAY_LEN(kept); i++)
		if (strcmp(name, kept[i]) == 0)
			return HV_ROLE_KEEP;
	for (size_t i = 0; i < HV_ARRAY_LEN(hosts); i++)
		if (strcmp(name, hosts[i]) == 0)
			return HV_ROLE_HOST;
	return strcmp(name, "VirtualMachineName") == 0 ? HV_ROLE_VM : HV_ROLE_TEXT;
}

bool hv_role_is_name(const char *value)
{
	static const char *const common[] = { "Administrator", "ANONYMOUS LOGON", "BUILTIN",
		"Font Driver Host", "LOCAL SERVICE", "localhost", "NETWORK SERVICE", "NT AUTHORITY",
		"NT VIRTUAL MACHINE", "SYSTEM", "Window Manager" };

	for (size_t i = 0; i < HV_ARRAY_LEN(common); i++)
		if (hv_utf8_caseeq(value, common[i]))
			return false;
	return value[0] != '\0' && strcmp(value, "-") != 0 && !is_guid(value);
}

/* The folder of a virtual machine is called like it, as far as Windows allows. */
static const char *add_vm(struct hv_words *w, const char *name)
{
	const char *replacement = hv_words_add(w, HV_WORD_VM, name, strlen(name));
	const char *folder = hv_path_folder_name(&w->arena, name);

	if (folder != NULL)
		(void)hv_words_add_as(w, HV_WORD_VM, folder, strlen(folder), replacement);
	return replacement;
}

const char *hv_role_add(struct hv_words *w, enum hv_redact_role role, const char *value)
{
	const size_t len = strlen(value);

	switch (role) {
	case HV_ROLE_VM:
		return add_vm(w, value);
	case HV_ROLE_CHECKPOINT:
		return hv_words_add(w, HV_WORD_CHECKPOINT, value, len);
	case HV_ROLE_HOST:
		return hv_redact_host(w, value, len);
	case HV_ROLE_DOMAIN:
		return hv_redact_domain(w, value, len);
	case HV_ROLE_USER:
		return hv_words_add(w, HV_WORD_USER, value, len);
	case HV_ROLE_ORGANISATION:
		return hv_words_add(w, HV_WORD_ORGANISATION, value, len);
	case HV_ROLE_LABEL:
		return hv_words_add(w, HV_WORD_LABEL, value, len);
	case HV_ROLE_TEXT:
	case HV_ROLE_KEEP:
	case HV_ROLE_BLANK:
	case HV_ROLE_SIDS:
	case HV_ROLE_PATH:
	case HV_ROLE_MAC:
		break;
	}
	return value;
}
