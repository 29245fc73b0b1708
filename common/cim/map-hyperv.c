/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hyper-V classes that are the same in root\virtualization and root\virtualization\v2. */
#include "cim/map-hyperv.h"

#include <string.h>

#include "base/parse.h"
#include "base/utf.h"
#include "cim/kvp-item.h"

/* Msvm_ComputerSystem.EnabledState of both namespaces [hyperv_v2: msvm-computersystem; Hyper-V WMI
 * provider V1]. */
static const struct {
	uint64_t enabled_state;
	enum hv_vm_state state;
} vm_states[] = {
	{ 2, HV_VM_RUNNING }, { 3, HV_VM_OFF }, { 4, HV_VM_CHANGING },   /* shutting down */
	{ 6, HV_VM_SAVED }, { 9, HV_VM_PAUSED }, { 10, HV_VM_CHANGING }, /* starting */
	{ 32768, HV_VM_PAUSED }, { 32769, HV_VM_SAVED }, { 32770, HV_VM_CHANGING }, /* starting */
	{ 32771, HV_VM_CHANGING }, /* creating a checkpoint */
	{ 32773, HV_VM_CHANGING }, /* saving */
	{ 32774, HV_VM_CHANGING }, /* stopping */
	{ 32776, HV_VM_CHANGING }, /* pausing */
	{ 32777, HV_VM_CHANGING }, /* resuming */
};

static enum hv_vm_state vm_state(uint64_t enabled_state)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(vm_states); i++)
		if (vm_states[i].enabled_state == enabled_state)
			return vm_states[i].state;
	return HV_VM_STATE_UNKNOWN;
}

/* OperationalStatus[1] [hyperv_v2: msvm-computersystem; 32776 is not in that list]. It only softens
 * what other properties say, so a capture in which it was cut short is taken all the same. */
static const struct {
	uint64_t status;
	enum hv_vm_operation operation;
} vm_operations[] = {
	{ 32768, HV_VM_CHECKPOINTING }, /* creating a checkpoint */
	{ 32769, HV_VM_CHECKPOINTING }, /* applying */
	{ 32770, HV_VM_CHECKPOINTING }, /* deleting */
	{ 32772, HV_VM_MERGING },
	{ 32776, HV_VM_BACKING_UP },
};

static enum hv_vm_operation vm_operation(const struct hv_bag *bag)
{
	uint64_t status;

	if (!hv_bag_u64_at(bag, "OperationalStatus", 1, &status))
		return HV_VM_OPERATION_OTHER;
	for (size_t i = 0; i < HV_ARRAY_LEN(vm_operations); i++)
		if (vm_operations[i].status == status)
			return vm_operations[i].operation;
	return HV_VM_OPERATION_OTHER;
}

int hv_map_vm_row(struct hv_host *host, const char *id, struct hv_vm **ret, struct hv_err *err)
{
	struct hv_vm *vm = hv_host_add_vm(host, err);

	if (vm == NULL)
		return -1;
	vm->id = id;
	*ret = vm;
	return 0;
}

/* The row of the management operating system: its Name is the computer's. */
static int add_host_row(struct hv_host *host, const char *name, struct hv_err *err)
{
	host->host_row_seen = true;
	if (host->name != NULL)
		return 0;
	return hv_field_copy(host, name, &host->name, err);
}

static const struct hv_field computer_system_fields[] = {
	HV_FIELD(struct hv_vm, name, "ElementName"),
	HV_FIELD(struct hv_vm, created_at, "InstallDate"),
	HV_FIELD(struct hv_vm, last_backup, "LastSuccessfulBackupTime"),
	HV_FIELD(struct hv_vm, on_time_ms, "OnTimeInMilliseconds"),
	HV_FIELD_READ("Name"),
	HV_FIELD_READ("EnabledState"),
	HV_FIELD_LAST,
};

static int add_computer_system(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	const char *name;
	const char *id;
	struct hv_vm *vm;
	uint64_t enabled_state;

	if (hv_field_text(bag, "Name", &name, err) < 0 ||
		hv_field_guid(host, bag, "Name", &id, err) < 0)
		return -1;
	if (name == NULL || name[0] == '\0')
		return hv_err_set(err, HV_ERR_FORMAT,
			"Name: expected a virtual machine's GUID or the host's name");
	if (id == NULL)
		return add_host_row(host, name, err);
	if (hv_map_vm_row(host, id, &vm, err) < 0)
		return -1;
	vm->listed = true;
	if (hv_bag_u64(bag, "EnabledState", &enabled_state))
		vm->state = vm_state(enabled_state);
	vm->operation = vm_operation(bag);
	return hv_fields_apply(computer_system_fields, host, bag, vm, err);
}

const struct hv_class_map hv_map_computer_system = {
	.fields = computer_system_fields,
	.add = add_computer_system,
};

/* What a guest tells [Msvm_KvpExchangeDataItem.Name]. */
struct guest_answers {
	struct hv_guest guest;
	uint64_t major, minor; /* OSMajorVersion and OSMinorVersion; UINT64_MAX: not told */
};

static int take_answer(struct guest_answers *answers, const struct hv_kvp_item *item,
	struct hv_host *host, struct hv_err *err)
{
	struct hv_guest *guest = &answers->guest;
	uint64_t number = 0;
	const bool is_number = hv_parse_u64(item->data, 0, UINT32_MAX, &number, NULL) == 0;

	if (strcmp(item->name, "OSName") == 0)
		return hv_field_copy(host, item->data, &guest->os_name, err);
	if (strcmp(item->name, "IntegrationServicesVersion") == 0)
		return hv_field_copy(host, item->data, &guest->integration_services_version, err);
	if (strcmp(item->name, "OSVersion") == 0)
		guest->os_version = hv_version_parse(item->data);
	else if (strcmp(item->name, "OSMajorVersion") == 0 && is_number)
		answers->major = number;
	else if (strcmp(item->name, "OSMinorVersion") == 0 && is_number)
		answers->minor = number;
	else if (strcmp(item->name, "ProductType") == 0 && is_number)
		guest->product_type = (struct hv_u64){ .value = number, .known = true };
	else if (strcmp(item->name, "OSPlatformId") == 0)
		guest->is_windows = is_number && number == 2;
	return 0;
}

static const char *const wanted_answers[] = {
	"OSName",
	"IntegrationServicesVersion",
	"OSVersion",
	"OSMajorVersion",
	"OSMinorVersion",
	"ProductType",
	"OSPlatformId",
};

/* Cheap test before an item is parsed: guests tell three times as many facts as are used. */
static bool may_be_wanted(const char *xml)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(wanted_answers); i++)
		if (strstr(xml, wanted_answers[i]) != NULL)
			return true;
	return false;
}

/* The guest itself writes these texts: one that cannot be understood is not told. */
static int read_answer(struct guest_answers *answers, struct hv_kvp_item *item, const char *xml,
	struct hv_host *host, struct hv_err *err)
{
	struct hv_err item_err = HV_ERR_INIT;

	if (hv_kvp_item_parse(item, xml, &item_err) < 0)
		return item_err.kind == HV_ERR_NO_MEMORY ? hv_err_no_memory(err) : 0;
	return take_answer(answers, item, host, err);
}

static int read_answers(struct guest_answers *answers, struct hv_host *host,
	const struct hv_bag *bag, struct hv_err *err)
{
	const size_t count = hv_bag_count(bag, "GuestIntrinsicExchangeItems");
	HV_AUTO(kvp_item) item;

	hv_kvp_item_init(&item);
	for (size_t i = 0; i < count; i++) {
		const char *xml;

		if (!hv_bag_string_at(bag, "GuestIntrinsicExchangeItems", i, &xml))
			return hv_err_set(err, HV_ERR_FORMAT,
				"GuestIntrinsicExchangeItems[%zu]: expected text", i);
		if (!may_be_wanted(xml))
			continue;
		if (read_answer(answers, &item, xml, host, err) < 0)
			return -1;
	}
	return 0;
}

static const struct hv_field kvp_exchange_fields[] = {
	HV_FIELD_READ("SystemName"),
	HV_FIELD_READ("GuestIntrinsicExchangeItems"),
	HV_FIELD_LAST,
};

static int add_kvp_exchange(struct hv_host *host, const struct hv_bag *bag, struct hv_err *err)
{
	struct guest_answers answers = { .major = UINT64_MAX, .minor = UINT64_MAX };
	const char *id;
	struct hv_vm *vm;

	if (hv_field_guid(host, bag, "SystemName", &id, err) < 0)
		return -1;
	if (id == NULL)
		return 0;
	if (read_answers(&answers, host, bag, err) < 0 || hv_map_vm_row(host, id, &vm, err) < 0)
		return -1;
	vm->guest = answers.guest;
	if (!vm->guest.os_version.known && answers.major != UINT64_MAX &&
		answers.minor != UINT64_MAX)
		vm->guest.os_version = (struct hv_version){ .major = (uint32_t)answers.major,
			.minor = (uint32_t)answers.minor,
			.known = true };
	return 0;
}

const struct hv_class_map hv_map_kvp_exchange = {
	.fields = kvp_exchange_fields,
	.add = add_kvp_exchange,
};

int hv_map_add_disk(struct hv_host *host, const struct hv_bag *bag, enum hv_disk_kind kind,
	const char *path, struct hv_err *err)
{
	struct hv_disk *disk;
	const char *owner;

	if (hv_field_owner(host, bag, &owner, err) < 0)
		return -1;
	if (owner == NULL)
		return 0; /* a definition, or a row that belongs to no virtual machine */
	disk = hv_host_add_disk(host, err);
	if (disk == NULL)
		return -1;
	disk->owner_id = owner;
	disk->kind = kind;
	if (hv_fields_apply(hv_map_disk_fields, host, bag, disk, err) < 0)
		return -1;
	hv_field_disk_slot(disk->instance_id, disk);
	return hv_place_set(&disk->place, host, path, err);
}

const struct hv_field hv_map_disk_fields[] = {
	HV_FIELD(struct hv_disk, instance_id, "InstanceID"),
	HV_FIELD(struct hv_disk, parent, "Parent"),
	HV_FIELD(struct hv_disk, shared, "PersistentReservationsSupported"), /* 2012 R2 on */
	HV_FIELD_LAST,
};

enum hv_disk_kind hv_map_kind_of_path(const char *path)
{
	static const struct {
		const char *extension;
		enum hv_disk_kind kind;
	} extensions[] = {
		{ ".vhd", HV_DISK_VHD },
		{ ".vhdx", HV_DISK_VHD },
		{ ".vhds", HV_DISK_VHD },
		{ ".avhd", HV_DISK_VHD },
		{ ".avhdx", HV_DISK_VHD },
		{ ".iso", HV_DISK_ISO },
		{ ".vfd", HV_DISK_FLOPPY },
	};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot != NULL && i < HV_ARRAY_LEN(extensions); i++)
		if (hv_utf8_caseeq(dot, extensions[i].extension))
			return extensions[i].kind;
	return HV_DISK_OTHER;
}

static const struct hv_field checkpoint_fields[] = {
	HV_FIELD(struct hv_checkpoint, name, "ElementName"),
	HV_FIELD(struct hv_checkpoint, created_at, "CreationTime"),
	HV_FIELD(struct hv_checkpoint, automatic, "IsAutomaticSnapshot"), /* not in v1 */
	HV_FIELD_LAST,
};

int hv_map_add_checkpoint(struct hv_host *host, const struct hv_bag *bag, const char *vm_id,
	enum hv_checkpoint_kind kind, struct hv_err *err)
{
	struct hv_checkpoint *checkpoint;
	const char *id;

	if (hv_field_owner(host, bag, &id, err) < 0)
		return -1;
	if (id == NULL)
		return hv_err_set(err, HV_ERR_FORMAT,
			"InstanceID: expected \"Microsoft:\" and the GUID of the checkpoint");
	checkpoint = hv_host_add_checkpoint(host, err);
	if (checkpoint == NULL)
		return -1;
	checkpoint->id = id;
	checkpoint->vm_id = vm_id;
	checkpoint->kind = kind;
	return hv_fields_apply(checkpoint_fields, host, bag, checkpoint, err);
}
