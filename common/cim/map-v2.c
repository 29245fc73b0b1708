/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps of root\virtualization\v2, Windows Server 2012 and later. */
#include <string.h>

#include "base/utf.h"
#include "cim/fields.h"
#include "cim/map-hyperv.h"

/* Msvm_VirtualSystemSettingData.VirtualSystemType [hyperv_v2: msvm-virtualsystemsettingdata] */
#define SYSTEM_REALIZED "Microsoft:Hyper-V:System:Realized"
#define SNAPSHOT_PREFIX "Microsoft:Hyper-V:Snapshot:"

#define SUBTYPE_PREFIX "Microsoft:Hyper-V:SubType:"

static const struct hv_field vm_settings_fields[] = {
	HV_FIELD(struct hv_vm, name, "ElementName"),
	HV_FIELD(struct hv_vm, configuration, "ConfigurationDataRoot"),
	HV_FIELD(struct hv_vm, snapshot_root, "SnapshotDataRoot"),
	HV_FIELD(struct hv_vm, swap_file_root, "SwapFileDataRoot"),
	HV_FIELD(struct hv_vm, user_snapshot_type, "UserSnapshotType"), /* 2016 on */
	HV_FIELD_READ("InstanceID"),
	HV_FIELD_READ("VirtualSystemIdentifier"),
	HV_FIELD_READ("VirtualSystemType"),
	HV_FIELD_READ("VirtualSystemSubType"),
	HV_FIELD_READ("CreationTime"),
	HV_FIELD_READ("IsAutomaticSnapshot"),
	HV_FIELD_LAST,
};

static struct hv_u64 generation(const struct hv_bag *bag)
{
	const char *text;
	size_t prefix;

	if (!hv_bag_string(bag, "VirtualSystemSubType", &text))
		return (struct hv_u64){ .known = false };
	prefix = hv_utf8_caseprefix(text, SUBTYPE_PREFIX);
	if (prefix == 0 || (text[prefix] != '1' && text[prefix] != '2') || text[prefix + 1] != '\0')
		return (struct hv_u64){ .known = false };
	return (struct hv_u64){ .value = (uint64_t)(text[prefix] - '0'), .known = true };
}

static int add_vm_settings(
	struct hv_host *host, const struct hv_bag *bag, const char *vm_id, struct hv_err *err)
{
	struct hv_vm *vm;

	if (hv_map_vm_row(host, vm_id, &vm, err) < 0)
		return -1;
	vm->listed = true;
	vm->generation = generation(bag);
	return hv_fields_apply(vm_settings_fields, host, bag, vm, err);
}

static enum hv_checkpoint_kind checkpoint_kind(const char *subtype)
{
	if (hv_utf8_caseeq(subtype, "Recovery"))
		return HV_CHECKPOINT_RECOVERY;
	if (hv_utf8_caseprefix(subtype, "Replica") > 0)
		return HV_CHECKPOINT_REPLICA;
	if (hv_utf8_caseeq(subtype, "Planned"))
		return HV_CHECKPOINT_PLANNED;
	if (hv_utf8_caseeq(subtype, "Missing"))
		return HV_CHECKPOINT_MISSING;
	return HV_CHECKPOINT_USER;
}

static int add_system_settings(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	const char *type;
	const char *vm_id;
	size_t prefix;

	if (hv_field_text(bag, "VirtualSystemType", &type, err) < 0 ||
		hv_field_guid(host, bag, "VirtualSystemIdentifier", &vm_id, err) < 0)
		return -1;
	if (type == NULL)
		return 0; /* a definition */
	prefix = hv_utf8_caseprefix(type, SNAPSHOT_PREFIX);
	if (prefix == 0 && !hv_utf8_caseeq(type, SYSTEM_REALIZED))
		return 0; /* planned, or of another kind */
	if (vm_id == NULL)
		return hv_err_set(err, HV_ERR_FORMAT,
			"VirtualSystemIdentifier: expected a virtual machine's GUID");
	if (prefix > 0)
		return hv_map_add_checkpoint(host, bag, vm_id, checkpoint_kind(type + prefix), err);
	return add_vm_settings(host, bag, vm_id, err);
}

const struct hv_class_map hv_map_v2_system_settings = {
	.fields = vm_settings_fields,
	.add = add_system_settings,
};

/* ResourceSubType of files that sit in a drive [hyperv_v2: msvm-storageallocationsettingdata] */
static const struct {
	const char *subtype;
	enum hv_disk_kind kind;
} media[] = {
	{ "Microsoft:Hyper-V:Virtual Hard Disk", HV_DISK_VHD },
	{ "Microsoft:Hyper-V:Virtual CD/DVD Disk", HV_DISK_ISO },
	{ "Microsoft:Hyper-V:Virtual Floppy Disk", HV_DISK_FLOPPY },
};

static enum hv_disk_kind media_kind(const char *subtype, const char *path)
{
	for (size_t i = 0; subtype != NULL && i < HV_ARRAY_LEN(media); i++)
		if (hv_utf8_caseeq(subtype, media[i].subtype))
			return media[i].kind;
	return hv_map_kind_of_path(path);
}

static const struct hv_field storage_fields[] = {
	HV_FIELD_READ("InstanceID"),
	HV_FIELD_READ("Parent"),
	HV_FIELD_READ("ResourceSubType"),
	HV_FIELD_READ("HostResource"),
	HV_FIELD_READ("PersistentReservationsSupported"),
	HV_FIELD_LAST,
};

static int add_storage_settings(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	const char *subtype;
	const char *path;

	if (hv_field_text(bag, "ResourceSubType", &subtype, err) < 0 ||
		hv_field_first_text(bag, "HostResource", &path, err) < 0)
		return -1;
	if (path == NULL)
		return 0; /* nothing in the drive */
	return hv_map_add_disk(host, bag, media_kind(subtype, path), path, err);
}

const struct hv_class_map hv_map_v2_storage_settings = {
	.fields = storage_fields,
	.add = add_storage_settings,
};

/* Of all resources only physical disks and controllers are read: the slots of the other drives
 * stand in the InstanceIDs of what sits in them. */
static int add_resource_settings(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	const char *subtype;
	const char *device;

	if (hv_field_text(bag, "ResourceSubType", &subtype, err) < 0)
		return -1;
	if (subtype == NULL)
		return 0;
	if (!hv_utf8_caseeq(subtype, "Microsoft:Hyper-V:Physical Disk Drive"))
		return hv_map_controller(host, bag, subtype, err);
	if (hv_field_first_text(bag, "HostResource", &device, err) < 0)
		return -1;
	if (device == NULL)
		return 0;
	return hv_map_add_disk(host, bag, HV_DISK_PASS_THROUGH, NULL, err);
}

const struct hv_class_map hv_map_v2_resource_settings = {
	.fields = storage_fields,
	.add = add_resource_settings,
};
