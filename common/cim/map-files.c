/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Map of virtual machine configuration files (cim/vmconfig.h). */
#include "base/utf.h"
#include "cim/fields.h"
#include "cim/map-hyperv.h"

static const struct hv_field vm_fields[] = {
	HV_FIELD(struct hv_vm, name, "Name"),
	HV_FIELD(struct hv_vm, generation, "Generation"),
	HV_FIELD(struct hv_vm, configuration, "ConfigurationPath"),
	HV_FIELD(struct hv_vm, snapshot_root, "CheckpointDataRoot"),
	HV_FIELD_READ("Id"),
	HV_FIELD_READ("CheckpointOf"),
	HV_FIELD_READ("Checkpoints"),
	HV_FIELD_READ("Disks"),
	HV_FIELD_LAST,
};

static const struct hv_field checkpoint_fields[] = {
	HV_FIELD(struct hv_checkpoint, name, "Name"),
	HV_FIELD_LAST,
};

static const struct hv_field disk_fields[] = {
	HV_FIELD(struct hv_disk, controller, "Controller"),
	HV_FIELD(struct hv_disk, slot, "Slot"),
	HV_FIELD_LAST,
};

/* configuration/_GUID_/controllerN/driveN/type */
static const struct {
	const char *type;
	enum hv_disk_kind kind;
} disk_types[] = {
	{ "VHD", HV_DISK_VHD },
	{ "ISO", HV_DISK_ISO },
	{ "VFD", HV_DISK_FLOPPY },
	{ "PHYSICAL", HV_DISK_PASS_THROUGH },
};

static const struct {
	const char *name;
	enum hv_bus bus;
} buses[] = {
	{ "IDE", HV_BUS_IDE },
	{ "SCSI", HV_BUS_SCSI },
	{ "FLOPPY", HV_BUS_FLOPPY },
};

static enum hv_disk_kind disk_kind(const struct hv_bag *disk, const char *path)
{
	const char *type;

	for (size_t i = 0; hv_bag_string(disk, "Type", &type) && i < HV_ARRAY_LEN(disk_types); i++)
		if (hv_utf8_caseeq(type, disk_types[i].type))
			return disk_types[i].kind;
	return hv_map_kind_of_path(path);
}

static enum hv_bus disk_bus(const struct hv_bag *disk)
{
	const char *name;

	for (size_t i = 0; hv_bag_string(disk, "Bus", &name) && i < HV_ARRAY_LEN(buses); i++)
		if (hv_utf8_caseeq(name, buses[i].name))
			return buses[i].bus;
	return HV_BUS_UNKNOWN;
}

static int add_disk(
	struct hv_host *host, const struct hv_bag *bag, const char *owner, struct hv_err *err)
{
	struct hv_disk *disk;
	const char *path;

	if (hv_field_text(bag, "Path", &path, err) < 0)
		return -1;
	if (path == NULL || path[0] == '\0')
		return 0;
	disk = hv_host_add_disk(host, err);
	if (disk == NULL)
		return -1;
	disk->owner_id = owner;
	disk->kind = disk_kind(bag, path);
	disk->bus = disk_bus(bag);
	if (hv_fields_apply(disk_fields, host, bag, disk, err) < 0)
		return -1;
	if (disk->kind == HV_DISK_PASS_THROUGH)
		return 0;
	return hv_place_set(&disk->place, host, path, err);
}

static int add_disks(
	struct hv_host *host, const struct hv_bag *bag, const char *owner, struct hv_err *err)
{
	const size_t count = hv_bag_count(bag, "Disks");

	for (size_t i = 0; i < count; i++) {
		struct hv_bag disk;

		if (!hv_bag_object_at(bag, "Disks", i, &disk))
			return hv_err_set(err, HV_ERR_FORMAT, "Disks[%zu]: expected an object", i);
		if (add_disk(host, &disk, owner, err) < 0)
			return hv_err_wrap(err, "Disks[%zu]", i);
	}
	return 0;
}

static int add_checkpoint(
	struct hv_host *host, const struct hv_bag *bag, const char *vm_id, struct hv_err *err)
{
	struct hv_checkpoint *checkpoint;
	const char *id;

	if (hv_field_guid(host, bag, "Id", &id, err) < 0)
		return -1;
	if (id == NULL)
		return hv_err_set(err, HV_ERR_FORMAT, "Id: expected a checkpoint's GUID");
	checkpoint = hv_host_add_checkpoint(host, err);
	if (checkpoint == NULL)
		return -1;
	checkpoint->id = id;
	checkpoint->vm_id = vm_id;
	checkpoint->kind = HV_CHECKPOINT_USER;
	return hv_fields_apply(checkpoint_fields, host, bag, checkpoint, err);
}

static int add_checkpoints(
	struct hv_host *host, const struct hv_bag *bag, const char *vm_id, struct hv_err *err)
{
	const size_t count = hv_bag_count(bag, "Checkpoints");

	for (size_t i = 0; i < count; i++) {
		struct hv_bag checkpoint;

		if (!hv_bag_object_at(bag, "Checkpoints", i, &checkpoint))
			return hv_err_set(
				err, HV_ERR_FORMAT, "Checkpoints[%zu]: expected an object", i);
		if (add_checkpoint(host, &checkpoint, vm_id, err) < 0)
			return hv_err_wrap(err, "Checkpoints[%zu]", i);
	}
	return 0;
}

/* A checkpoint's own file: its disks are the checkpoint's base files, not live ones. */
static int add_checkpoint_file(
	struct hv_host *host, const struct hv_bag *bag, const char *id, struct hv_err *err)
{
	const char *vm_id;

	if (hv_field_guid(host, bag, "CheckpointOf", &vm_id, err) < 0)
		return -1;
	if (vm_id != NULL && add_checkpoint(host, bag, vm_id, err) < 0)
		return -1;
	return add_disks(host, bag, id, err);
}

static int add_vm_file(
	struct hv_host *host, const struct hv_bag *bag, const char *id, struct hv_err *err)
{
	struct hv_vm *vm;

	if (hv_map_vm_row(host, id, &vm, err) < 0)
		return -1;
	vm->listed = true;
	if (hv_fields_apply(vm_fields, host, bag, vm, err) < 0 || add_disks(host, bag, id, err) < 0)
		return -1;
	return add_checkpoints(host, bag, id, err);
}

static int add_vm_configuration(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	const char *id;

	if (hv_field_guid(host, bag, "Id", &id, err) < 0)
		return -1;
	if (id == NULL)
		return hv_err_set(err, HV_ERR_FORMAT, "Id: expected a virtual machine's GUID");
	if (hv_bag_told(bag, "CheckpointOf"))
		return add_checkpoint_file(host, bag, id, err);
	return add_vm_file(host, bag, id, err);
}

const struct hv_class_map hv_map_vm_configuration = {
	.fields = vm_fields,
	.add = add_vm_configuration,
};
