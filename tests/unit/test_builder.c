/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The maps from classes to the model, and which sections are there in the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/buf.h"
#include "cim/builder.h"
#include "cim/fields.h"
#include "cim/json.h"

#define VM  "8EB9FA6A-98BF-4B32-A74A-A420AE683997"
#define VM2 "5160E402-6A79-4E1B-9A91-16151255B886"
#define CKP "0FD65A9A-0B39-4F7B-9E9C-2D9D2E9B2B10"
#define IDE "83F8638B-8DCA-4152-9EDA-2CA8B33039B4"
#define FDD "8F0D2762-0B00-4E04-AF4F-19010527CB93"
#define HBA "D33D01D8-8F56-450E-A8B0-030249E07B6E"

enum { ALL = (1 << HV_SECTION_COUNT) - 1 };

struct fixture {
	struct hv_host host;
	struct hv_builder builder;
	struct hv_sink sink;
	struct hv_err err;
};

static void fixture_done(struct fixture *f)
{
	hv_host_done(&f->host);
}
#define HV_AUTO_fixture __attribute__((cleanup(fixture_done))) struct fixture

static void start(struct fixture *f, unsigned int sections, const struct hv_event_want *want)
{
	*f = (struct fixture){ .err = HV_ERR_INIT };
	hv_host_init(&f->host);
	hv_builder_init(&f->builder, &f->host, sections, want);
	f->sink = hv_builder_sink(&f->builder);
}

/* One class with its instances, a JSON array written with ' for ". */
static int pour(struct fixture *f, const char *ns, const char *class_name, const char *instances)
{
	const struct hv_batch batch = { .ns = ns, .class_name = class_name, .origin = "test" };
	char text[4096];
	HV_AUTO(json) list = NULL;

	assert_true(strlen(instances) < sizeof(text));
	for (size_t i = 0; i <= strlen(instances); i++)
		text[i] = instances[i] == '\'' ? '"' : instances[i];
	list = json_loads(text, 0, NULL);
	assert_non_null(list);
	if (f->sink.batch(f->sink.ctx, &batch, &f->err) < 0)
		return -1;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const struct hv_bag bag = {
			.ns = ns, .class_name = class_name, .props = json_array_get(list, i)
		};

		if (f->sink.bag(f->sink.ctx, &bag, &f->err) < 0)
			return -1;
	}
	return 0;
}

static void need(struct fixture *f, const char *ns, const char *class_name, const char *instances)
{
	if (pour(f, ns, class_name, instances) < 0)
		fail_msg("%s", f->err.text);
}

static void fail_class(struct fixture *f, const char *ns, const char *class_name, const char *why)
{
	const struct hv_batch batch = { .ns = ns, .class_name = class_name, .error = why };

	assert_int_equal(f->sink.batch(f->sink.ctx, &batch, &f->err), 0);
}

static void finish(struct fixture *f)
{
	if (hv_builder_finish(&f->builder, &f->err) < 0)
		fail_msg("%s", f->err.text);
}

static void test_builder_maps_machines_of_v2(void **state)
{
	HV_AUTO(fixture) f;
	const struct hv_vm *vm;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_V2, "Msvm_ComputerSystem",
		"[{'Name':'HV01','ElementName':'HV01','EnabledState':2},"
		"{'Name':'" VM "','ElementName':'sql01','EnabledState':2}]");
	need(&f, HV_NS_V2, "Msvm_VirtualSystemSettingData",
		"[{'InstanceID':'Microsoft:" VM "','VirtualSystemIdentifier':'" VM "',"
		"'VirtualSystemType':'Microsoft:Hyper-V:System:Realized','ElementName':'sql01',"
		"'VirtualSystemSubType':'Microsoft:Hyper-V:SubType:2',"
		"'ConfigurationDataRoot':'e:/VMs/sql01','SnapshotDataRoot':'F:\\\\Snap',"
		"'SwapFileDataRoot':'C:\\\\Swap'},"
		"{'InstanceID':'Microsoft:" VM2 "','VirtualSystemIdentifier':'" VM2 "',"
		"'VirtualSystemType':'Microsoft:Hyper-V:System:Planned','ElementName':'planned'},"
		"{'InstanceID':'Microsoft:Definition\\\\X','ElementName':'definition'}]");
	finish(&f);
	assert_string_equal(f.host.name, "HV01");
	assert_true(f.host.host_row_seen);
	assert_false(f.host.is_v1);
	assert_int_equal(f.host.vm_count, 1);
	vm = &f.host.vms[0];
	assert_string_equal(vm->id, VM);
	assert_string_equal(vm->name, "sql01");
	assert_int_equal(vm->state, HV_VM_RUNNING);
	assert_int_equal(vm->generation.value, 2);
	assert_string_equal(vm->configuration.path, "E:\\VMs\\sql01");
	assert_true(vm->configuration.is_folder);
	assert_string_equal(vm->snapshot_root.path, "F:\\Snap");
	assert_string_equal(vm->swap_file_root.path, "C:\\Swap");
	assert_true(hv_host_has(&f.host, HV_SEC_VMS | HV_SEC_CHECKPOINTS));
	assert_int_equal(f.host.sections[HV_SECTION_DISKS].status, HV_SECTION_NOT_ASKED);
}

static void test_builder_maps_states(void **state)
{
	static const struct {
		const char *row;
		enum hv_vm_state state;
	} CASES[] = {
		{ "[{'Name':'" VM "','EnabledState':2}]", HV_VM_RUNNING },
		{ "[{'Name':'" VM "','EnabledState':'3'}]", HV_VM_OFF },
		{ "[{'Name':'" VM "','EnabledState':6}]", HV_VM_SAVED },
		{ "[{'Name':'" VM "','EnabledState':9}]", HV_VM_PAUSED },
		{ "[{'Name':'" VM "','EnabledState':32768}]", HV_VM_PAUSED },
		{ "[{'Name':'" VM "','EnabledState':32769}]", HV_VM_SAVED },
		{ "[{'Name':'" VM "','EnabledState':32771}]", HV_VM_CHANGING },
		{ "[{'Name':'" VM "','EnabledState':10}]", HV_VM_CHANGING },
		{ "[{'Name':'" VM "','EnabledState':4711}]", HV_VM_STATE_UNKNOWN },
		{ "[{'Name':'" VM "'}]", HV_VM_STATE_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(fixture) f;

		start(&f, ALL, NULL);
		need(&f, HV_NS_V2, "Msvm_ComputerSystem", CASES[i].row);
		finish(&f);
		assert_int_equal(f.host.vm_count, 1);
		assert_int_equal(f.host.vms[0].state, CASES[i].state);
		assert_string_equal(f.host.vms[0].name, VM);
	}
}

static void test_builder_maps_disks_of_v2(void **state)
{
	HV_AUTO(fixture) f;
	const struct hv_disk *disks;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_V2, "Msvm_ComputerSystem", "[{'Name':'" VM "'}]");
	need(&f, HV_NS_V2, "Msvm_StorageAllocationSettingData",
		"[{'InstanceID':'Microsoft:" VM "\\\\" IDE "\\\\1\\\\0\\\\L',"
		"'ResourceSubType':'Microsoft:Hyper-V:Virtual CD/DVD Disk',"
		"'HostResource':['C:\\\\iso\\\\a.iso']},"
		"{'InstanceID':'Microsoft:" VM "\\\\" IDE "\\\\0\\\\1\\\\L','Parent':'p',"
		"'ResourceSubType':'Microsoft:Hyper-V:Virtual Hard Disk',"
		"'HostResource':['e:\\\\VMs\\\\c.vhdx']},"
		"{'InstanceID':'Microsoft:" VM "\\\\" HBA "\\\\0\\\\3\\\\L',"
		"'HostResource':'D:\\\\d.vhdx'},"
		"{'InstanceID':'Microsoft:" VM "\\\\" FDD "\\\\0\\\\0\\\\L',"
		"'ResourceSubType':'Microsoft:Hyper-V:Virtual Floppy Disk',"
		"'HostResource':['C:\\\\f.vfd']},"
		"{'InstanceID':'Microsoft:" VM "\\\\" IDE "\\\\1\\\\1\\\\L','HostResource':[]},"
		"{'InstanceID':'Microsoft:Definition\\\\" IDE
		"\\\\Default','HostResource':['x']}]");
	need(&f, HV_NS_V2, "Msvm_ResourceAllocationSettingData",
		"[{'InstanceID':'Microsoft:" VM "\\\\" HBA "\\\\0\\\\4\\\\D',"
		"'ResourceSubType':'Microsoft:Hyper-V:Physical Disk Drive',"
		"'HostResource':['\\\\\\\\HV01\\\\root:Msvm_DiskDrive.X=1']},"
		"{'InstanceID':'Microsoft:" VM "\\\\" HBA "\\\\0\\\\5\\\\D',"
		"'ResourceSubType':'Microsoft:Hyper-V:Physical Disk Drive'},"
		"{'InstanceID':'Microsoft:" VM "\\\\" HBA "\\\\0\\\\3\\\\D',"
		"'ResourceSubType':'Microsoft:Hyper-V:Synthetic Disk "
		"Drive','AddressOnParent':'3'}]");
	finish(&f);
	assert_int_equal(f.host.disk_count, 5);
	assert_int_equal(f.host.vms[0].disk_count, 5);
	disks = f.host.vms[0].disks;
	assert_int_equal(disks[0].kind, HV_DISK_VHD);
	assert_int_equal(disks[0].bus, HV_BUS_IDE);
	assert_int_equal(disks[0].controller.value, 0);
	assert_int_equal(disks[0].slot.value, 1);
	assert_string_equal(disks[0].place.path, "E:\\VMs\\c.vhdx");
	assert_string_equal(disks[0].parent, "p");
	assert_int_equal(disks[1].kind, HV_DISK_ISO);
	assert_int_equal(disks[1].controller.value, 1);
	assert_int_equal(disks[2].kind, HV_DISK_VHD);
	assert_int_equal(disks[2].bus, HV_BUS_SCSI);
	assert_int_equal(disks[2].slot.value, 3);
	assert_int_equal(disks[3].kind, HV_DISK_PASS_THROUGH);
	assert_null(disks[3].place.path);
	assert_int_equal(disks[3].slot.value, 4);
	assert_int_equal(disks[4].kind, HV_DISK_FLOPPY);
	assert_int_equal(disks[4].bus, HV_BUS_FLOPPY);
	assert_true(hv_host_has(&f.host, HV_SEC_DISKS));
}

static void test_builder_maps_checkpoints_of_v2(void **state)
{
	static const struct {
		const char *type;
		size_t count;
		enum hv_checkpoint_kind kind;
	} CASES[] = {
		{ "Microsoft:Hyper-V:Snapshot:Realized", 1, HV_CHECKPOINT_USER },
		{ "Microsoft:Hyper-V:Snapshot:Recovery", 1, HV_CHECKPOINT_RECOVERY },
		{ "Microsoft:Hyper-V:Snapshot:Replica:Standard", 1, HV_CHECKPOINT_REPLICA },
		{ "Microsoft:Hyper-V:Snapshot:Replica:PlannedFailover", 1, HV_CHECKPOINT_REPLICA },
		{ "Microsoft:Hyper-V:Snapshot:Planned", 1, HV_CHECKPOINT_PLANNED },
		{ "Microsoft:Hyper-V:Snapshot:Missing", 1, HV_CHECKPOINT_MISSING },
		{ "Microsoft:Hyper-V:System:Planned", 0, HV_CHECKPOINT_USER },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(fixture) f;
		HV_AUTO(buf) row;

		hv_buf_init(&row, 4096);
		hv_buf_addf(&row,
			"[{'InstanceID':'Microsoft:" CKP "','VirtualSystemIdentifier':'" VM "',"
			"'VirtualSystemType':'%s','ElementName':'before','CreationTime':"
			"'20231114221320.000000+000'}]",
			CASES[i].type);
		start(&f, ALL, NULL);
		need(&f, HV_NS_V2, "Msvm_ComputerSystem", "[{'Name':'" VM "'}]");
		need(&f, HV_NS_V2, "Msvm_VirtualSystemSettingData", hv_buf_str(&row));
		finish(&f);
		assert_int_equal(f.host.checkpoint_count, CASES[i].count);
		if (CASES[i].count == 0)
			continue;
		assert_string_equal(f.host.checkpoints[0].id, CKP);
		assert_string_equal(f.host.checkpoints[0].vm_id, VM);
		assert_string_equal(f.host.checkpoints[0].name, "before");
		assert_int_equal(f.host.checkpoints[0].kind, CASES[i].kind);
		assert_true(f.host.checkpoints[0].created_at.usec == 1700000000000000);
		assert_ptr_equal(f.host.checkpoints[0].vm, &f.host.vms[0]);
	}
}

static void test_builder_maps_automatic_checkpoints(void **state)
{
	static const struct {
		const char *told;
		bool known, value;
	} CASES[] = {
		{ ",'IsAutomaticSnapshot':true", true, true },
		{ ",'IsAutomaticSnapshot':false", true, false },
		{ "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(fixture) f;
		HV_AUTO(buf) row;

		hv_buf_init(&row, 4096);
		hv_buf_addf(&row,
			"[{'InstanceID':'Microsoft:" CKP "','VirtualSystemIdentifier':'" VM "',"
			"'VirtualSystemType':'Microsoft:Hyper-V:Snapshot:Realized'%s}]",
			CASES[i].told);
		start(&f, ALL, NULL);
		need(&f, HV_NS_V2, "Msvm_ComputerSystem", "[{'Name':'" VM "'}]");
		need(&f, HV_NS_V2, "Msvm_VirtualSystemSettingData", hv_buf_str(&row));
		finish(&f);
		assert_int_equal(f.host.checkpoints[0].kind, HV_CHECKPOINT_USER);
		assert_int_equal(f.host.checkpoints[0].automatic.known, CASES[i].known);
		assert_int_equal(f.host.checkpoints[0].automatic.value, CASES[i].value);
	}
}

static void test_builder_maps_times_of_vms(void **state)
{
	HV_AUTO(fixture) f;
	const struct hv_vm *vm;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_V2, "Msvm_ComputerSystem",
		"[{'Name':'" VM "','InstallDate':'2014-01-11T09:20:31Z','LastSuccessfulBackupTime':"
		"'20261121220000.000000-000'}]");
	need(&f, HV_NS_V2, "Msvm_VirtualSystemSettingData", "[]");
	finish(&f);
	vm = &f.host.vms[0];
	assert_true(vm->created_at.known && vm->last_backup.known);
	assert_true(vm->created_at.usec == 1389432031 * HV_USEC_PER_SEC);
	assert_true(vm->last_backup.usec == 1795298400 * HV_USEC_PER_SEC);
}

static void test_builder_maps_operations(void **state)
{
	static const struct {
		const char *status;
		enum hv_vm_operation operation;
	} CASES[] = {
		{ "[2,32768]", HV_VM_CHECKPOINTING },
		{ "[11,32769]", HV_VM_CHECKPOINTING },
		{ "['2','32770']", HV_VM_CHECKPOINTING },
		{ "[2,32771]", HV_VM_OPERATION_OTHER },
		{ "[2,32772]", HV_VM_MERGING },
		{ "[2,32776]", HV_VM_BACKING_UP },
		{ "[32772]", HV_VM_OPERATION_OTHER }, /* only the second value is the operation */
		{ "[2]", HV_VM_OPERATION_OTHER },
		{ "[]", HV_VM_OPERATION_OTHER },
		{ "null", HV_VM_OPERATION_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(fixture) f;
		HV_AUTO(buf) row;

		hv_buf_init(&row, 4096);
		hv_buf_addf(&row, "[{'Name':'" VM "','OperationalStatus':%s}]", CASES[i].status);
		start(&f, ALL, NULL);
		need(&f, HV_NS_V2, "Msvm_ComputerSystem", hv_buf_str(&row));
		need(&f, HV_NS_V2, "Msvm_VirtualSystemSettingData", "[]");
		finish(&f);
		assert_int_equal(f.host.vms[0].operation, CASES[i].operation);
	}
}

static void test_builder_maps_v1(void **state)
{
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_V1, "Msvm_ComputerSystem",
		"[{'Name':'OLD','ElementName':'OLD'},{'Name':'" VM "','ElementName':'a',"
		"'EnabledState':32769}]");
	need(&f, HV_NS_V1, "Msvm_VirtualSystemSettingData",
		"[{'InstanceID':'Microsoft:" VM "','SystemName':'" VM "','SettingType':3,"
		"'ElementName':'a'},{'InstanceID':'Microsoft:" CKP "','SystemName':'" VM "',"
		"'SettingType':5,'ElementName':'s'},{'InstanceID':'Microsoft:Definition','"
		"SettingType':4}]");
	need(&f, HV_NS_V1, "Msvm_VirtualSystemGlobalSettingData",
		"[{'SystemName':'" VM
		"','ExternalDataRoot':'E:\\\\VMs','SnapshotDataRoot':'C:\\\\S'}]");
	need(&f, HV_NS_V1, "Msvm_ResourceAllocationSettingData",
		"[{'InstanceID':'Microsoft:" VM "\\\\" IDE "\\\\0\\\\0\\\\L',"
		"'ResourceSubType':'Microsoft Virtual Hard Disk','Connection':['E:\\\\a.vhd']},"
		"{'InstanceID':'Microsoft:" CKP "\\\\" IDE "\\\\0\\\\0\\\\L',"
		"'ResourceSubType':'Microsoft Virtual Hard Disk','Connection':['E:\\\\base.vhd']},"
		"{'InstanceID':'Microsoft:" VM "\\\\" IDE "\\\\1\\\\0\\\\L',"
		"'ResourceSubType':'Microsoft ISO Image','Connection':['E:\\\\a.iso']},"
		"{'InstanceID':'Microsoft:" VM "\\\\" HBA "\\\\0\\\\0\\\\D',"
		"'ResourceSubType':'Microsoft Physical Disk Drive','HostResource':['disk 3']},"
		"{'InstanceID':'Microsoft:" VM "\\\\" IDE "\\\\0\\\\1\\\\D',"
		"'ResourceSubType':'Microsoft Synthetic Disk Drive'}]");
	finish(&f);
	assert_true(f.host.is_v1);
	assert_int_equal(f.host.vm_count, 1);
	assert_int_equal(f.host.vms[0].state, HV_VM_SAVED);
	assert_int_equal(f.host.vms[0].generation.value, 1);
	assert_string_equal(f.host.vms[0].configuration.path, "E:\\VMs");
	assert_string_equal(f.host.vms[0].snapshot_root.path, "C:\\S");
	assert_int_equal(f.host.vms[0].disk_count, 3);
	assert_int_equal(f.host.disk_count, 4);
	assert_int_equal(f.host.vms[0].disks[0].kind, HV_DISK_VHD);
	assert_int_equal(f.host.vms[0].disks[1].kind, HV_DISK_ISO);
	assert_int_equal(f.host.vms[0].disks[2].kind, HV_DISK_PASS_THROUGH);
	assert_int_equal(f.host.checkpoint_count, 1);
	assert_int_equal(f.host.checkpoints[0].kind, HV_CHECKPOINT_USER);
	assert_true(hv_host_has(&f.host, HV_SEC_VMS | HV_SEC_DISKS | HV_SEC_CHECKPOINTS));
}

#define ITEM(name, data)                                                                           \
	"<INSTANCE CLASSNAME=\\\"Msvm_KvpExchangeDataItem\\\"><PROPERTY NAME=\\\"Caption\\\" "     \
	"TYPE=\\\"string\\\"></PROPERTY><PROPERTY NAME=\\\"Data\\\" "                              \
	"TYPE=\\\"string\\\"><VALUE>" data                                                         \
	"</VALUE></PROPERTY><PROPERTY NAME=\\\"Name\\\" TYPE=\\\"string\\\"><VALUE>" name          \
	"</VALUE></PROPERTY></INSTANCE>"

static void test_builder_maps_answers_of_guests(void **state)
{
	HV_AUTO(fixture) f;
	const struct hv_guest *guest;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_V2, "Msvm_ComputerSystem", "[{'Name':'" VM "'},{'Name':'" VM2 "'}]");
	need(&f, HV_NS_V2, "Msvm_KvpExchangeComponent",
		"[{'SystemName':'" VM "','GuestIntrinsicExchangeItems':['" ITEM(
			"OSName", "Windows &amp; Co") "','" ITEM("OSVersion",
			"6.0.6002") "','" ITEM("ProductType", "3") "','" ITEM("OSPlatformId",
			"2") "','<broken OSName','" ITEM("IntegrationServicesVersion",
			"6.3.9600.1") "']},{'SystemName':'" VM2
				      "','GuestIntrinsicExchangeItems':['" ITEM(
					      "OSMajorVersion", "6") "','" ITEM("OSMinorVersion",
					      "1") "']},{'SystemName':null},"
						   "{'SystemName':'" CKP
						   "','GuestIntrinsicExchangeItems':[]}]");
	finish(&f);
	assert_int_equal(f.host.vm_count, 2);
	guest = &hv_host_vm(&f.host, VM)->guest;
	assert_string_equal(guest->os_name, "Windows & Co");
	assert_int_equal(guest->os_version.major, 6);
	assert_int_equal(guest->os_version.minor, 0);
	assert_int_equal(guest->product_type.value, 3);
	assert_true(guest->is_windows);
	assert_string_equal(guest->integration_services_version, "6.3.9600.1");
	guest = &hv_host_vm(&f.host, VM2)->guest;
	assert_true(guest->os_version.known);
	assert_int_equal(guest->os_version.minor, 1);
	assert_false(guest->is_windows);
	assert_true(hv_host_has(&f.host, HV_SEC_GUESTS));
}

/* Facts go to the VM that other rows list; those of checkpoints and definitions to none. */
static void test_builder_maps_integration_services(void **state)
{
	static const char *const namespaces[] = { HV_NS_V2, HV_NS_V1 };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(namespaces); i++) {
		HV_AUTO(fixture) f;
		const struct hv_integration *services;

		start(&f, ALL, NULL);
		need(&f, namespaces[i], "Msvm_ComputerSystem",
			"[{'Name':'" VM "','OnTimeInMilliseconds':'5000'},{'Name':'" VM2 "'}]");
		need(&f, namespaces[i], "Msvm_VssComponentSettingData",
			"[{'InstanceID':'Microsoft:" VM "\\\\5CED1297','EnabledState':3},"
			"{'InstanceID':'Microsoft:99999999-1234-1234-1234-123456789012\\\\X',"
			"'EnabledState':2},{'InstanceID':'Microsoft:Definition','EnabledState':2}]");
		need(&f, namespaces[i], "Msvm_VssComponent",
			"[{'SystemName':'" VM "','OperationalStatus':[12,32775]},"
			"{'SystemName':'" VM2 "','OperationalStatus':null}]");
		finish(&f);
		assert_int_equal(f.host.vm_count, 2);
		assert_int_equal(hv_host_vm(&f.host, VM)->on_time_ms.value, 5000);
		services = &hv_host_vm(&f.host, VM)->integration;
		assert_int_equal(services->vss_setting.value, 3);
		assert_int_equal(services->vss_status.value, 12);
		assert_false(services->version_state.known);
		services = &hv_host_vm(&f.host, VM2)->integration;
		assert_false(services->vss_setting.known);
		assert_false(services->vss_status.known);
		assert_true(hv_host_has(&f.host, HV_SEC_INTEGRATION));
	}
}

static void test_builder_maps_what_stands_in_the_way(void **state)
{
	HV_AUTO(fixture) f;
	const struct hv_vm *vm;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_V2, "Msvm_ComputerSystem", "[{'Name':'" VM "'},{'Name':'" VM2 "'}]");
	need(&f, HV_NS_V2, "Msvm_VirtualSystemSettingData",
		"[{'VirtualSystemIdentifier':'" VM "','UserSnapshotType':2,"
		"'VirtualSystemType':'Microsoft:Hyper-V:System:Realized'}]");
	need(&f, HV_NS_V2, "Msvm_StorageAllocationSettingData",
		"[{'InstanceID':'Microsoft:" VM "\\\\X\\\\0\\\\0\\\\L',"
		"'HostResource':['E:\\\\a.vhdx'],'PersistentReservationsSupported':true}]");
	need(&f, HV_NS_V2, "Msvm_ResourceAllocationSettingData",
		"[{'InstanceID':'Microsoft:" VM "\\\\X\\\\0',"
		"'ResourceSubType':'Microsoft:Hyper-V:Synthetic SCSI Controller'},"
		"{'InstanceID':'Microsoft:" VM "\\\\Y\\\\0',"
		"'ResourceSubType':'Microsoft:Hyper-V:Emulated IDE Controller'},"
		"{'InstanceID':'Microsoft:" VM2 "\\\\Y\\\\0',"
		"'ResourceSubType':'Microsoft:Hyper-V:Emulated IDE Controller'}]");
	need(&f, HV_NS_V2, "Msvm_SyntheticFcPortSettingData",
		"[{'InstanceID':'Microsoft:" VM "\\\\Z'},{'InstanceID':'Microsoft:Definition'}]");
	need(&f, HV_NS_V2, "Msvm_SummaryInformation",
		"[{'Name':'" VM "','IntegrationServicesVersionState':2},{'Name':null}]");
	finish(&f);
	vm = hv_host_vm(&f.host, VM);
	assert_int_equal(vm->user_snapshot_type.value, 2);
	assert_true(vm->disks[0].shared.value);
	assert_true(vm->scsi_controller.known && vm->scsi_controller.value);
	assert_true(vm->fibre_channel);
	assert_int_equal(vm->integration.version_state.value, 2);
	vm = hv_host_vm(&f.host, VM2);
	assert_true(vm->scsi_controller.known && !vm->scsi_controller.value);
	assert_false(vm->fibre_channel);
	assert_true(hv_host_has(&f.host, HV_SEC_SUMMARY | HV_SEC_FIBRE_CHANNEL | HV_SEC_DISKS));
}

#define VOLUME "\\\\\\\\?\\\\Volume{11111111-2222-3333-4444-555555555555}\\\\"

static void test_builder_maps_cimv2(void **state)
{
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_CIMV2, "Win32_OperatingSystem", "[{'Version':'6.3.9600','CSName':'HV01'}]");
	need(&f, HV_NS_CIMV2, "Win32_Volume",
		"[{'DeviceID':'" VOLUME "','Name':'D:\\\\','Label':'Data','FileSystem':'NTFS',"
		"'DriveType':3,'Capacity':'1000','FreeSpace':500,'DirtyBitSet':false}]");
	need(&f, HV_NS_CIMV2, "Win32_MountPoint",
		"[{'Directory':{'Name':'C:\\\\Mount'},'Volume':{'DeviceID':'" VOLUME "'}}]");
	need(&f, HV_NS_CIMV2, "Win32_ShadowStorage",
		"[{'Volume':{'DeviceID':'" VOLUME "'},'DiffVolume':{'DeviceID':'" VOLUME "'},"
		"'AllocatedSpace':10,'UsedSpace':5,'MaxSpace':'18446744073709551615'}]");
	finish(&f);
	assert_string_equal(f.host.name, "HV01");
	assert_int_equal(f.host.version.minor, 3);
	assert_int_equal(f.host.version.build, 9600);
	assert_int_equal(f.host.volumes[0].capacity_bytes.value, 1000);
	assert_int_equal(f.host.volumes[0].free_bytes.value, 500);
	assert_true(f.host.volumes[0].dirty.known);
	assert_string_equal(f.host.volumes[0].file_system, "NTFS");
	assert_string_equal(f.host.mount_points[0].directory, "C:\\Mount");
	assert_true(f.host.shadow_storages[0].max_bytes.value == UINT64_MAX);
	assert_ptr_equal(f.host.shadow_storages[0].volume, &f.host.volumes[0]);
	assert_true(hv_host_has(&f.host, HV_SEC_OS | HV_SEC_VOLUMES | HV_SEC_SHADOW_STORAGE));
}

static void test_builder_maps_updates(void **state)
{
	static const struct {
		bool known;
		hv_usec usec;
	} DATES[] = {
		{ true, HV_USEC_PER_SEC * INT64_C(1395705600) }, /* 2014-03-25 */
		{ true, HV_USEC_PER_SEC * INT64_C(1395705600) },
		{ true, HV_USEC_PER_SEC * INT64_C(1395705600) },
		{ true, HV_USEC_PER_SEC * INT64_C(1395705600) }, { false, 0 }, { false, 0 },
		{ false, 0 }, { true, HV_USEC_PER_SEC * INT64_C(1393891200) }, /* 2014-03-04 */
	};
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_CIMV2, "Win32_QuickFixEngineering",
		"[{'HotFixID':'KB1','Description':'Update','InstalledOn':'3/25/2014'},"
		"{'InstalledOn':'20140325000000.000000+000'},"
		"{'InstalledOn':'/Date(1395705600000)/'},"
		"{'InstalledOn':{'value':'/Date(1395705600000)/','DateTime':'x'}},"
		"{'InstalledOn':'gestern'},{'InstalledOn':5},{'InstalledOn':''},"
		"{'InstalledOn':'3/4/2014'}]");
	finish(&f);
	assert_true(hv_host_has(&f.host, HV_SEC_UPDATES));
	assert_int_equal(f.host.update_count, HV_ARRAY_LEN(DATES));
	assert_string_equal(f.host.updates[0].id, "KB1");
	assert_string_equal(f.host.updates[0].description, "Update");
	assert_null(f.host.updates[1].id);
	for (size_t i = 0; i < HV_ARRAY_LEN(DATES); i++) {
		assert_int_equal(f.host.updates[i].installed_on.known, DATES[i].known);
		if (DATES[i].known)
			assert_int_equal(f.host.updates[i].installed_on.usec, DATES[i].usec);
	}
	assert_true(f.host.updates[HV_ARRAY_LEN(DATES) - 1].exchanged_on.known);
}

static void test_builder_maps_the_registry(void **state)
{
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_REGISTRY, HV_CLASS_CURRENT_VERSION,
		"[{'CurrentBuildNumber':'14393','UBR':7515,'ProductName':'Windows'}]");
	finish(&f);
	assert_true(hv_host_has(&f.host, HV_SEC_BUILD));
	assert_int_equal(f.host.build.number.value, 14393);
	assert_int_equal(f.host.build.revision.value, 7515);
	assert_string_equal(f.host.build.product, "Windows");
}

static void test_builder_maps_configuration_files(void **state)
{
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_FILES, HV_CLASS_VM_CONFIGURATION,
		"[{'Id':'" VM "','Name':'a','Generation':1,'CheckpointDataRoot':'C:\\\\S',"
		"'Checkpoints':[{'Id':'" CKP "','Name':'c'}],'Disks':["
		"{'Path':'D:\\\\x.vhd','Type':'VHD','Bus':'IDE','Controller':0,'Slot':1},"
		"{'Path':'','Type':'NONE','Bus':'IDE','Controller':0,'Slot':0},"
		"{'Path':'D:\\\\x.iso','Type':'ISO','Bus':'IDE','Controller':1,'Slot':0},"
		"{'Path':'\\\\\\\\.\\\\PHYSICALDRIVE2','Type':'PHYSICAL','Bus':'SCSI'}]},"
		"{'Id':'" CKP "','Name':'c','CheckpointOf':'" VM "','Disks':["
		"{'Path':'D:\\\\base.vhd','Type':'VHD','Bus':'IDE','Controller':0,'Slot':1}]}]");
	finish(&f);
	assert_int_equal(f.host.vm_count, 1);
	assert_string_equal(f.host.vms[0].snapshot_root.path, "C:\\S");
	assert_int_equal(f.host.vms[0].disk_count, 3);
	assert_int_equal(f.host.disk_count, 4);
	assert_int_equal(f.host.vms[0].disks[0].slot.value, 1);
	assert_int_equal(f.host.vms[0].disks[2].kind, HV_DISK_PASS_THROUGH);
	assert_null(f.host.vms[0].disks[2].place.path);
	assert_int_equal(f.host.checkpoint_count, 1);
	assert_true(hv_host_has(&f.host, HV_SEC_VMS | HV_SEC_DISKS | HV_SEC_CHECKPOINTS));
}

static void test_builder_refuses_what_it_cannot_use(void **state)
{
	static const struct {
		const char *ns;
		const char *class_name;
		const char *rows;
		const char *error;
	} CASES[] = {
		{ HV_NS_V2, "Msvm_ComputerSystem", "[{'ElementName':'x'}]", "Name: expected" },
		{ HV_NS_V2, "Msvm_ComputerSystem", "[{'Name':7}]", "Name: expected text" },
		{ HV_NS_V2, "Msvm_VirtualSystemSettingData",
			"[{'VirtualSystemType':'Microsoft:Hyper-V:System:Realized'}]",
			"VirtualSystemIdentifier: expected" },
		{ HV_NS_V2, "Msvm_VirtualSystemSettingData",
			"[{'VirtualSystemType':'Microsoft:Hyper-V:Snapshot:Recovery',"
			"'VirtualSystemIdentifier':'" VM "','InstanceID':'x'}]",
			"InstanceID: expected" },
		{ HV_NS_V2, "Msvm_StorageAllocationSettingData",
			"[{'InstanceID':'Microsoft:" VM "','HostResource':[7]}]",
			"HostResource: expected" },
		{ HV_NS_V1, "Msvm_VirtualSystemSettingData", "[{'SettingType':3}]",
			"SystemName: expected" },
		{ HV_NS_CIMV2, "Win32_Volume", "[{'Name':'D:\\\\'}]", "DeviceID: expected" },
		{ HV_NS_CIMV2, "Win32_Volume", "[{'DeviceID':'x','FreeSpace':'much'}]",
			"FreeSpace: expected a whole number" },
		{ HV_NS_CIMV2, "Win32_Volume", "[{'DeviceID':'x','DirtyBitSet':'maybe'}]",
			"DirtyBitSet: expected true or false" },
		{ HV_NS_CIMV2, "Win32_OperatingSystem", "[{'Version':'new'}]",
			"Version: expected" },
		{ HV_NS_CIMV2, "Win32_ShadowStorage", "[{'Volume':'x'}]", "Volume: expected" },
		{ HV_NS_FILES, HV_CLASS_VM_CONFIGURATION, "[{'Name':'x'}]", "Id: expected" },
		{ HV_NS_FILES, HV_CLASS_VM_CONFIGURATION, "[{'Id':'" VM "','Disks':[1]}]",
			"Disks[0]: expected" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(fixture) f;

		start(&f, ALL, NULL);
		assert_int_equal(pour(&f, CASES[i].ns, CASES[i].class_name, CASES[i].rows), -1);
		assert_int_equal(f.err.kind, HV_ERR_FORMAT);
		assert_non_null(strstr(f.err.text, CASES[i].error));
		/* What was read so far must not break what follows. */
		hv_err_clear(&f.err);
		finish(&f);
	}
}

static void test_builder_takes_never_for_not_told(void **state)
{
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_V2, "Msvm_VirtualSystemSettingData",
		"[{'InstanceID':'Microsoft:" CKP "','VirtualSystemIdentifier':'" VM "',"
		"'VirtualSystemType':'Microsoft:Hyper-V:Snapshot:Recovery',"
		"'CreationTime':'0001-01-01T00:00:00'}]");
	finish(&f);
	assert_int_equal(f.host.checkpoint_count, 1);
	assert_false(f.host.checkpoints[0].created_at.known);
}

static void test_builder_names_a_missing_class(void **state)
{
	HV_AUTO(fixture) f;
	const struct hv_section_info *info;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_V2, "Msvm_StorageAllocationSettingData", "[]");
	finish(&f);
	info = &f.host.sections[HV_SECTION_DISKS];
	assert_int_equal(info->status, HV_SECTION_FAILED);
	assert_string_equal(info->error,
		"class Msvm_ResourceAllocationSettingData of root/virtualization/v2 is not in the "
		"capture");
	assert_int_equal(f.host.sections[HV_SECTION_VMS].status, HV_SECTION_NOT_ASKED);
}

static void test_builder_passes_a_failure_on(void **state)
{
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_CIMV2, "Win32_Volume", "[]");
	fail_class(&f, HV_NS_CIMV2, "Win32_MountPoint", "access denied");
	finish(&f);
	assert_int_equal(f.host.sections[HV_SECTION_VOLUMES].status, HV_SECTION_FAILED);
	assert_string_equal(f.host.sections[HV_SECTION_VOLUMES].error,
		"class Win32_MountPoint of root/cimv2 could not be read: access denied");
}

static void test_builder_does_without_an_optional_class(void **state)
{
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, ALL, NULL);
	need(&f, HV_NS_CIMV2, "Win32_Volume", "[]");
	finish(&f);
	assert_int_equal(f.host.sections[HV_SECTION_VOLUMES].status, HV_SECTION_PRESENT);
}

/* Windows Server 2008 R2 has no v2; a script that asks for both gets an error for one. */
static void test_builder_lets_one_namespace_make_up_for_the_other(void **state)
{
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, HV_SEC_GUESTS | HV_SEC_CHECKPOINTS, NULL);
	fail_class(&f, HV_NS_V2, "Msvm_KvpExchangeComponent", "invalid namespace");
	need(&f, HV_NS_V1, "Msvm_KvpExchangeComponent", "[]");
	fail_class(&f, HV_NS_V2, "Msvm_VirtualSystemSettingData", "invalid namespace");
	fail_class(&f, HV_NS_V1, "Msvm_VirtualSystemSettingData", "access denied");
	finish(&f);
	assert_int_equal(f.host.sections[HV_SECTION_GUESTS].status, HV_SECTION_PRESENT);
	assert_int_equal(f.host.sections[HV_SECTION_CHECKPOINTS].status, HV_SECTION_FAILED);
	assert_true(f.host.is_v1);
}

static void test_builder_lets_no_file_hide_a_failure(void **state)
{
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, HV_SEC_VMS, NULL);
	fail_class(&f, HV_NS_V2, "Msvm_ComputerSystem", "access denied");
	need(&f, HV_NS_FILES, HV_CLASS_VM_CONFIGURATION, "[{'Id':'" VM "'}]");
	finish(&f);
	assert_int_equal(f.host.sections[HV_SECTION_VMS].status, HV_SECTION_FAILED);
	assert_int_equal(f.host.vm_count, 1);
}

static void test_builder_passes_over_what_nobody_asked_for(void **state)
{
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, HV_SEC_OS, NULL);
	need(&f, HV_NS_CIMV2, "Win32_Volume", "[{'no':'device'}]");
	need(&f, "root/other", "Win32_Volume", "[{'no':'device'}]");
	need(&f, HV_NS_CIMV2, "Win32_Unheard", "[{}]");
	assert_int_equal(f.sink.event(f.sink.ctx, "no xml", 6, &f.err), 0);
	finish(&f);
	assert_int_equal(f.host.volume_count, 0);
	assert_int_equal(f.host.sections[HV_SECTION_VOLUMES].status, HV_SECTION_NOT_ASKED);
}

#define EVENT(time)                                                                                \
	"<Event><System><Provider Name='P'/><EventID>1</EventID><Level>2</Level><TimeCreated "     \
	"SystemTime='" time                                                                        \
	"'/><EventRecordID>7</EventRecordID><Channel>C</Channel></System></Event>"

static void test_builder_counts_events_it_cannot_understand(void **state)
{
	HV_AUTO(fixture) f;
	const struct hv_event_batch batch = { .origin = "a.evtx", .records = 3 };
	const struct hv_event_want want = { .since = 1700000000000000 };
	static const char *const events[] = { EVENT("2023-11-14T22:13:20Z"),
		EVENT("2023-11-14T22:13:19Z"), "<Event><System/></Event>" };

	(void)state;
	start(&f, ALL, &want);
	for (size_t i = 0; i < HV_ARRAY_LEN(events); i++)
		assert_int_equal(f.sink.event(f.sink.ctx, events[i], strlen(events[i]), &f.err), 0);
	assert_int_equal(f.sink.events(f.sink.ctx, &batch, &f.err), 0);
	finish(&f);
	assert_int_equal(f.host.event_count, 1);
	assert_int_equal(f.host.sections[HV_SECTION_EVENTS].status, HV_SECTION_PRESENT);
	assert_int_equal(f.host.sections[HV_SECTION_EVENTS].rows, 3);
	assert_non_null(strstr(f.host.sections[HV_SECTION_EVENTS].damage,
		"a.evtx: damaged: 1 record could not be understood"));
}

static void test_builder_takes_an_unreadable_log_for_a_failure(void **state)
{
	HV_AUTO(fixture) f;
	const struct hv_event_batch good = { .origin = "a", .records = 1, .damage = "torn" };
	const struct hv_event_batch bad = { .origin = "b", .error = "access denied" };

	(void)state;
	start(&f, ALL, NULL);
	assert_int_equal(f.sink.events(f.sink.ctx, &good, &f.err), 0);
	assert_int_equal(f.sink.events(f.sink.ctx, &bad, &f.err), 0);
	finish(&f);
	assert_int_equal(f.host.sections[HV_SECTION_EVENTS].status, HV_SECTION_FAILED);
	assert_string_equal(f.host.sections[HV_SECTION_EVENTS].error, "b: access denied");
	assert_string_equal(f.host.sections[HV_SECTION_EVENTS].damage, "a: damaged: torn");
}

static void test_builder_passes_over_what_ails_other_logs(void **state)
{
	static const struct hv_event_key keys[] = { { .channel = "Wanted" }, { .channel = NULL } };
	const struct hv_event_want want = { .keys = keys, .since = HV_USEC_MIN };
	const struct hv_event_batch refused = { .channel = "Other", .error = "access denied" };
	const struct hv_event_batch torn = { .channel = "Other", .records = 1, .damage = "torn" };
	const struct hv_event_batch wanted = { .channel = "wanted", .error = "access denied" };
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, ALL, &want);
	assert_int_equal(f.sink.events(f.sink.ctx, &refused, &f.err), 0);
	assert_int_equal(f.host.sections[HV_SECTION_EVENTS].status, HV_SECTION_NOT_ASKED);
	assert_int_equal(f.sink.events(f.sink.ctx, &torn, &f.err), 0);
	assert_int_equal(f.host.sections[HV_SECTION_EVENTS].status, HV_SECTION_PRESENT);
	assert_null(f.host.sections[HV_SECTION_EVENTS].damage);
	assert_int_equal(f.sink.events(f.sink.ctx, &wanted, &f.err), 0);
	finish(&f);
	assert_int_equal(f.host.sections[HV_SECTION_EVENTS].status, HV_SECTION_FAILED);
}

static void test_builder_takes_the_newest_time_of_several_sources(void **state)
{
	HV_AUTO(fixture) f;

	(void)state;
	start(&f, ALL, NULL);
	assert_int_equal(
		f.sink.host(f.sink.ctx, "A", (struct hv_time){ .usec = 5, .known = true }, &f.err),
		0);
	assert_int_equal(
		f.sink.host(f.sink.ctx, "B", (struct hv_time){ .usec = 9, .known = true }, &f.err),
		0);
	assert_int_equal(
		f.sink.host(f.sink.ctx, NULL, (struct hv_time){ .usec = 7, .known = true }, &f.err),
		0);
	finish(&f);
	assert_string_equal(f.host.name, "A");
	assert_int_equal(f.host.taken_at.usec, 9);
}

static void test_class_table_names_every_property_that_is_read(void **state)
{
	(void)state;
	for (const struct hv_class_info *info = hv_class_infos; info->class_name != NULL; info++)
		assert_true(info->sections != 0 && (info->sections & ~(unsigned int)ALL) == 0);
	assert_true(hv_class_reads(HV_NS_V2, "Msvm_StorageAllocationSettingData", "HostResource"));
	assert_true(hv_class_reads(HV_NS_CIMV2, "Win32_Volume", "FreeSpace"));
	assert_false(hv_class_reads(HV_NS_CIMV2, "Win32_Volume", "BlockSize"));
	assert_false(hv_class_reads(HV_NS_V1, "Win32_Volume", "FreeSpace"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_builder_maps_machines_of_v2),
		cmocka_unit_test(test_builder_maps_states),
		cmocka_unit_test(test_builder_maps_disks_of_v2),
		cmocka_unit_test(test_builder_maps_checkpoints_of_v2),
		cmocka_unit_test(test_builder_maps_automatic_checkpoints),
		cmocka_unit_test(test_builder_maps_times_of_vms),
		cmocka_unit_test(test_builder_maps_operations),
		cmocka_unit_test(test_builder_maps_v1),
		cmocka_unit_test(test_builder_maps_answers_of_guests),
		cmocka_unit_test(test_builder_maps_integration_services),
		cmocka_unit_test(test_builder_maps_what_stands_in_the_way),
		cmocka_unit_test(test_builder_maps_cimv2),
		cmocka_unit_test(test_builder_maps_updates),
		cmocka_unit_test(test_builder_maps_the_registry),
		cmocka_unit_test(test_builder_maps_configuration_files),
		cmocka_unit_test(test_builder_refuses_what_it_cannot_use),
		cmocka_unit_test(test_builder_takes_never_for_not_told),
		cmocka_unit_test(test_builder_names_a_missing_class),
		cmocka_unit_test(test_builder_passes_a_failure_on),
		cmocka_unit_test(test_builder_does_without_an_optional_class),
		cmocka_unit_test(test_builder_lets_one_namespace_make_up_for_the_other),
		cmocka_unit_test(test_builder_lets_no_file_hide_a_failure),
		cmocka_unit_test(test_builder_passes_over_what_nobody_asked_for),
		cmocka_unit_test(test_builder_counts_events_it_cannot_understand),
		cmocka_unit_test(test_builder_takes_an_unreadable_log_for_a_failure),
		cmocka_unit_test(test_builder_passes_over_what_ails_other_logs),
		cmocka_unit_test(test_builder_takes_the_newest_time_of_several_sources),
		cmocka_unit_test(test_class_table_names_every_property_that_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
