/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps of root\cimv2: the host's Windows and its volumes. */
#include <string.h>

#include "base/alloc.h"
#include "cim/fields.h"

static const struct hv_field operating_system_fields[] = {
	HV_FIELD(struct hv_host, version, "Version"),
	HV_FIELD(struct hv_host, product_type, "ProductType"),
	HV_FIELD_READ("CSName"),
	HV_FIELD_LAST,
};

static int add_operating_system(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	const char *name;

	if (hv_field_text(bag, "CSName", &name, err) < 0)
		return -1;
	if (host->name == NULL && hv_field_copy(host, name, &host->name, err) < 0)
		return -1;
	return hv_fields_apply(operating_system_fields, host, bag, host, err);
}

const struct hv_class_map hv_map_operating_system = {
	.fields = operating_system_fields,
	.add = add_operating_system,
};

static const struct hv_field volume_fields[] = {
	HV_FIELD(struct hv_volume, device_id, "DeviceID"),
	HV_FIELD(struct hv_volume, name, "Name"),
	HV_FIELD(struct hv_volume, label, "Label"),
	HV_FIELD(struct hv_volume, file_system, "FileSystem"),
	HV_FIELD(struct hv_volume, drive_type, "DriveType"),
	HV_FIELD(struct hv_volume, capacity_bytes, "Capacity"),
	HV_FIELD(struct hv_volume, free_bytes, "FreeSpace"),
	HV_FIELD(struct hv_volume, dirty, "DirtyBitSet"),
	HV_FIELD(struct hv_volume, access, "Access"),
	HV_FIELD_LAST,
};

static int add_volume(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_volume *volume;

	if (!hv_bag_told(bag, "DeviceID"))
		return hv_err_set(
			err, HV_ERR_FORMAT, "DeviceID: expected the volume's device name");
	volume = hv_host_add_volume(host, err);
	if (volume == NULL)
		return -1;
	return hv_fields_apply(volume_fields, host, bag, volume, err);
}

const struct hv_class_map hv_map_volume = { .fields = volume_fields, .add = add_volume };

/* A key of a REF to the arena; an error when the property does not lead to one. */
static int ref_key(struct hv_host *host, const struct hv_bag *bag, const char *property,
	const char *key, const char **ret, struct hv_err *err)
{
	HV_AUTO(string) value = NULL;

	if (!hv_bag_ref_key(bag, property, key, &value))
		return hv_err_set(err, HV_ERR_FORMAT, "%s: expected a reference with the key %s",
			property, key);
	return hv_field_copy(host, value, ret, err);
}

static const struct hv_field mount_point_fields[] = {
	HV_FIELD_READ("Directory"),
	HV_FIELD_READ("Volume"),
	HV_FIELD_LAST,
};

static int add_mount_point(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_mount_point *point = hv_host_add_mount_point(host, err);

	if (point == NULL)
		return -1;
	if (ref_key(host, bag, "Directory", "Name", &point->directory, err) < 0)
		return -1;
	return ref_key(host, bag, "Volume", "DeviceID", &point->device_id, err);
}

const struct hv_class_map hv_map_mount_point = {
	.fields = mount_point_fields,
	.add = add_mount_point,
};

static const struct hv_field shadow_storage_fields[] = {
	HV_FIELD(struct hv_shadow_storage, allocated_bytes, "AllocatedSpace"),
	HV_FIELD(struct hv_shadow_storage, used_bytes, "UsedSpace"),
	HV_FIELD(struct hv_shadow_storage, max_bytes, "MaxSpace"),
	HV_FIELD_READ("Volume"),
	HV_FIELD_READ("DiffVolume"),
	HV_FIELD_LAST,
};

static int add_shadow_storage(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_shadow_storage *storage = hv_host_add_shadow_storage(host, err);

	if (storage == NULL)
		return -1;
	if (ref_key(host, bag, "Volume", "DeviceID", &storage->volume_id, err) < 0 ||
		ref_key(host, bag, "DiffVolume", "DeviceID", &storage->diff_volume_id, err) < 0)
		return -1;
	return hv_fields_apply(shadow_storage_fields, host, bag, storage, err);
}

const struct hv_class_map hv_map_shadow_storage = {
	.fields = shadow_storage_fields,
	.add = add_shadow_storage,
};
