/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the host tells of a VM's integration services and of devices that stand in the way of a
 * backup. Each row adds a fact to a VM that other classes list. */
#include "base/utf.h"
#include "cim/fields.h"
#include "cim/map-hyperv.h"

static const struct hv_field vss_setting_fields[] = {
	HV_FIELD(struct hv_vm, integration.vss_setting, "EnabledState"),
	HV_FIELD_READ("InstanceID"),
	HV_FIELD_LAST,
};

/* Adds a row for the VM or checkpoint that InstanceID names; *ret is NULL when it names none, as in
 * definitions. */
static int row_of_owner(
	struct hv_host *host, const struct hv_bag *bag, struct hv_vm **ret, struct hv_err *err)
{
	const char *id;

	*ret = NULL;
	if (hv_field_owner(host, bag, &id, err) < 0)
		return -1;
	return id != NULL ? hv_map_vm_row(host, id, ret, err) : 0;
}

/* The same for the VM whose GUID a property is. */
static int row_of_guid(struct hv_host *host, const struct hv_bag *bag, const char *property,
	struct hv_vm **ret, struct hv_err *err)
{
	const char *id;

	*ret = NULL;
	if (hv_field_guid(host, bag, property, &id, err) < 0)
		return -1;
	return id != NULL ? hv_map_vm_row(host, id, ret, err) : 0;
}

static int add_vss_setting(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_vm *vm;

	if (row_of_owner(host, bag, &vm, err) < 0)
		return -1;
	return vm != NULL ? hv_fields_apply(vss_setting_fields, host, bag, vm, err) : 0;
}

const struct hv_class_map hv_map_vss_setting = {
	.fields = vss_setting_fields,
	.add = add_vss_setting,
};

static const struct hv_field vss_component_fields[] = {
	HV_FIELD_READ("SystemName"),
	HV_FIELD_READ("OperationalStatus"),
	HV_FIELD_LAST,
};

static int add_vss_component(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_vm *vm;
	uint64_t status;

	if (row_of_guid(host, bag, "SystemName", &vm, err) < 0)
		return -1;
	if (vm != NULL && hv_bag_u64_at(bag, "OperationalStatus", 0, &status))
		vm->integration.vss_status = (struct hv_u64){ .value = status, .known = true };
	return 0;
}

const struct hv_class_map hv_map_vss_component = {
	.fields = vss_component_fields,
	.add = add_vss_component,
};

static const struct hv_field summary_fields[] = {
	HV_FIELD(struct hv_vm, integration.version_state, "IntegrationServicesVersionState"),
	HV_FIELD_READ("Name"),
	HV_FIELD_LAST,
};

static int add_summary(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_vm *vm;

	if (row_of_guid(host, bag, "Name", &vm, err) < 0)
		return -1;
	return vm != NULL ? hv_fields_apply(summary_fields, host, bag, vm, err) : 0;
}

const struct hv_class_map hv_map_summary = {
	.fields = summary_fields,
	.add = add_summary,
};

static const struct hv_field fibre_channel_fields[] = {
	HV_FIELD_READ("InstanceID"),
	HV_FIELD_LAST,
};

static int add_fibre_channel(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	struct hv_vm *vm;

	if (row_of_owner(host, bag, &vm, err) < 0)
		return -1;
	if (vm != NULL)
		vm->fibre_channel = true;
	return 0;
}

const struct hv_class_map hv_map_fibre_channel = {
	.fields = fibre_channel_fields,
	.add = add_fibre_channel,
};

/* ResourceSubType [hyperv_v2: msvm-resourceallocationsettingdata; Hyper-V WMI provider V1]. An IDE
 * controller shows that the host told the VM's controllers. */
static const struct {
	const char *subtype;
	bool is_scsi;
} controllers[] = {
	{ "Microsoft:Hyper-V:Synthetic SCSI Controller", true },
	{ "Microsoft:Hyper-V:Emulated IDE Controller", false },
	{ "Microsoft Synthetic SCSI Controller", true },
	{ "Microsoft Emulated IDE Controller", false },
};

int hv_map_controller(
	struct hv_host *host, const struct hv_bag *bag, const char *subtype, struct hv_err *err)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(controllers); i++) {
		struct hv_vm *vm;

		if (!hv_utf8_caseeq(subtype, controllers[i].subtype))
			continue;
		if (row_of_owner(host, bag, &vm, err) < 0)
			return -1;
		if (vm != NULL)
			vm->scsi_controller =
				(struct hv_bool){ .value = controllers[i].is_scsi, .known = true };
		return 0;
	}
	return 0;
}
