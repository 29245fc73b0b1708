/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps of root\virtualization, Windows Server 2008 and 2008 R2 (and 2012, beside v2). */
#include "base/utf.h"
#include "cim/fields.h"
#include "cim/map-hyperv.h"

/* Msvm_VirtualSystemSettingData.SettingType [Hyper-V WMI provider V1] */
enum { SETTING_LIVE = 3, SETTING_SNAPSHOT = 5 };

static const struct hv_field vm_settings_fields[] = {
	HV_FIELD(struct hv_vm, name, "ElementName"),
	HV_FIELD_READ("InstanceID"),
	HV_FIELD_READ("SystemName"),
	HV_FIELD_READ("SettingType"),
	HV_FIELD_READ("CreationTime"),
	HV_FIELD_LAST,
};

static int add_live(
	struct hv_host *host, const struct hv_bag *bag, const char *vm_id, struct hv_err *err)
{
	struct hv_vm *vm;

	if (hv_map_vm_row(host, vm_id, &vm, err) < 0)
		return -1;
	vm->listed = true;
	vm->generation = (struct hv_u64){ .value = 1, .known = true };
	return hv_fields_apply(vm_settings_fields, host, bag, vm, err);
}

static int add_system_settings(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	uint64_t type;
	const char *vm_id;

	if (!hv_bag_u64(bag, "SettingType", &type) ||
		(type != SETTING_LIVE && type != SETTING_SNAPSHOT))
		return 0; /* a definition */
	if (hv_field_guid(host, bag, "SystemName", &vm_id, err) < 0)
		return -1;
	if (vm_id == NULL)
		return hv_err_set(
			err, HV_ERR_FORMAT, "SystemName: expected a virtual machine's GUID");
	if (type == SETTING_SNAPSHOT)
		return hv_map_add_checkpoint(host, bag, vm_id, HV_CHECKPOINT_USER, err);
	return add_live(host, bag, vm_id, err);
}

const struct hv_class_map hv_map_v1_system_settings = {
	.fields = vm_settings_fields,
	.add = add_system_settings,
};

static const struct hv_field global_fields[] = {
	HV_FIELD(struct hv_vm, name, "ElementName"),
	HV_FIELD(struct hv_vm, configuration, "ExternalDataRoot"),
	HV_FIELD(struct hv_vm, snapshot_root, "SnapshotDataRoot"),
	HV_FIELD_READ("SystemName"),
	HV_FIELD_LAST,
};

static int add_global_settings(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	const char *vm_id;
	struct hv_vm *vm;

	if (hv_field_guid(host, bag, "SystemName", &vm_id, err) < 0)
		return -1;
	if (vm_id == NULL)
		return 0;
	if (hv_map_vm_row(host, vm_id, &vm, err) < 0)
		return -1;
	return hv_fields_apply(global_fields, host, bag, vm, err);
}

const struct hv_class_map hv_map_v1_global_settings = {
	.fields = global_fields,
	.add = add_global_settings,
};

/* ResourceSubType of what sits in a drive. */
static const struct {
	const char *subtype;
	enum hv_disk_kind kind;
} media[] = {
	{ "Microsoft Virtual Hard Disk", HV_DISK_VHD },
	{ "Microsoft ISO Image", HV_DISK_ISO },
	{ "Microsoft Virtual CD/DVD Disk", HV_DISK_ISO },
	{ "Microsoft Virtual Floppy Disk", HV_DISK_FLOPPY },
	{ "Microsoft Physical Disk Drive", HV_DISK_PASS_THROUGH },
};

static const struct hv_field resource_fields[] = {
	HV_FIELD_READ("InstanceID"),
	HV_FIELD_READ("Parent"),
	HV_FIELD_READ("ResourceSubType"),
	HV_FIELD_READ("Connection"),
	HV_FIELD_READ("HostResource"),
	HV_FIELD_LAST,
};

static int add_medium(
	struct hv_host *host, const struct hv_bag *bag, enum hv_disk_kind kind, struct hv_err *err)
{
	const bool physical = kind == HV_DISK_PASS_THROUGH;
	const char *path;

	if (hv_field_first_text(bag, physical ? "HostResource" : "Connection", &path, err) < 0)
		return -1;
	if (path == NULL)
		return 0; /* nothing in the drive */
	return hv_map_add_disk(host, bag, kind, physical ? NULL : path, err);
}

static int add_resource_settings(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	const char *subtype;

	if (hv_field_text(bag, "ResourceSubType", &subtype, err) < 0)
		return -1;
	for (size_t i = 0; subtype != NULL && i < HV_ARRAY_LEN(media); i++)
		if (hv_utf8_caseeq(subtype, media[i].subtype))
			return add_medium(host, bag, media[i].kind, err);
	return subtype != NULL ? hv_map_controller(host, bag, subtype, err) : 0;
}

const struct hv_class_map hv_map_v1_resource_settings = {
	.fields = resource_fields,
	.add = add_resource_settings,
};
