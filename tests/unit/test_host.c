/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The host model: rows, sections, lookups, and what hv_host_link() makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf.h"
#include "model/host.h"

#define VM_1 "11111111-1111-1111-1111-111111111111"
#define VM_2 "22222222-2222-2222-2222-222222222222"
#define VM_A "AAAAAAAA-AAAA-AAAA-AAAA-AAAAAAAAAAAA"
#define DEVICE(c)                                                                                  \
	"\\\\?\\Volume{" c c c c c c c c "-" c c c c "-" c c c c "-" c c c c                       \
	"-" c c c c c c c c c c c c "}\\"

static int setup(void **state)
{
	static struct hv_host host;

	hv_host_init(&host);
	*state = &host;
	return 0;
}

static int teardown(void **state)
{
	hv_host_done(*state);
	return 0;
}

static struct hv_vm *add_vm(struct hv_host *host, const char *id, const char *name)
{
	struct hv_vm *vm = hv_host_add_vm(host, NULL);

	assert_non_null(vm);
	vm->id = id;
	vm->name = name;
	vm->listed = true;
	return vm;
}

static struct hv_disk *add_disk(struct hv_host *host, const char *owner_id, const char *path)
{
	struct hv_disk *disk = hv_host_add_disk(host, NULL);

	assert_non_null(disk);
	disk->owner_id = owner_id;
	disk->kind = HV_DISK_VHD;
	assert_int_equal(hv_place_set(&disk->place, host, path, NULL), 0);
	return disk;
}

static void set_slot(struct hv_disk *disk, enum hv_bus bus, uint64_t controller, uint64_t slot)
{
	disk->bus = bus;
	disk->controller = (struct hv_u64){ .value = controller, .known = true };
	disk->slot = (struct hv_u64){ .value = slot, .known = true };
}

static struct hv_volume *add_volume(struct hv_host *host, const char *name, const char *device_id)
{
	struct hv_volume *volume = hv_host_add_volume(host, NULL);

	assert_non_null(volume);
	volume->name = name;
	volume->device_id = device_id;
	return volume;
}

static void add_mount_point(struct hv_host *host, const char *directory, const char *device_id)
{
	struct hv_mount_point *mount = hv_host_add_mount_point(host, NULL);

	assert_non_null(mount);
	mount->directory = directory;
	mount->device_id = device_id;
}

static struct hv_event *add_event(
	struct hv_host *host, const char *channel, uint64_t record_id, hv_usec time)
{
	struct hv_event *event = hv_host_add_event(host, NULL);

	assert_non_null(event);
	event->provider = "";
	event->channel = channel;
	event->record_id = record_id;
	event->time = time;
	return event;
}

static void link_host(struct hv_host *host)
{
	struct hv_err err = HV_ERR_INIT;

	assert_int_equal(hv_host_link(host, &err), 0);
}

static void test_host_of_nothing_links(void **state)
{
	struct hv_host *host = *state;

	link_host(host);
	assert_int_equal(host->vm_count, 0);
	assert_null(hv_host_vm(host, VM_1));
	assert_null(hv_host_volume(host, DEVICE("1")));
	HV_FOREACH_VM (vm, host)
		fail_msg("%s", vm->name);
}

static void test_host_rows_are_zeroed_and_kept(void **state)
{
	enum { ROWS = 1000 };
	struct hv_host *host = *state;

	for (uint64_t i = 0; i < ROWS; i++) {
		struct hv_event *event = hv_host_add_event(host, NULL);

		assert_non_null(event);
		assert_true(event->record_id == 0 && event->channel == NULL);
		event->record_id = i + 1;
	}
	assert_int_equal(host->event_count, ROWS);
	for (uint64_t i = 0; i < ROWS; i++)
		assert_int_equal(host->events[i].record_id, i + 1);
}

static void test_host_rows_are_limited(void **state)
{
	struct hv_host *host = *state;
	struct hv_err err = HV_ERR_INIT;

	for (int i = 0; i < HV_HOST_MAX_ROWS; i++)
		assert_non_null(hv_host_add_mount_point(host, NULL));
	assert_null(hv_host_add_mount_point(host, &err));
	assert_int_equal(err.kind, HV_ERR_LIMIT);
	assert_int_equal(host->mount_point_count, HV_HOST_MAX_ROWS);
}

static void test_host_sections_keep_failures(void **state)
{
	struct hv_host *host = *state;

	assert_false(hv_host_has(host, HV_SEC_VMS));
	assert_true(hv_host_has(host, 0));
	hv_host_section_present(host, HV_SECTION_VMS, "a.json");
	hv_host_section_present(host, HV_SECTION_VMS, "b.json");
	hv_host_section_present(host, HV_SECTION_VMS, "b.json");
	assert_true(hv_host_has(host, HV_SEC_VMS));
	assert_false(hv_host_has(host, HV_SEC_VMS | HV_SEC_DISKS));
	assert_string_equal(host->sections[HV_SECTION_VMS].origin, "a.json; b.json");
	hv_host_section_failed(host, HV_SECTION_VMS, "access denied");
	hv_host_section_failed(host, HV_SECTION_VMS, "again");
	hv_host_section_present(host, HV_SECTION_VMS, "c.json");
	assert_false(hv_host_has(host, HV_SEC_VMS));
	assert_int_equal(host->sections[HV_SECTION_VMS].status, HV_SECTION_FAILED);
	assert_string_equal(host->sections[HV_SECTION_VMS].error, "access denied");
}

static void test_host_sections_join_damage(void **state)
{
	struct hv_host *host = *state;

	hv_host_section_present(host, HV_SECTION_EVENTS, NULL);
	hv_host_section_damaged(host, HV_SECTION_EVENTS, "aa.evtx: cut");
	hv_host_section_damaged(host, HV_SECTION_EVENTS, "a.evtx: cut");
	assert_string_equal(host->sections[HV_SECTION_EVENTS].damage, "aa.evtx: cut; a.evtx: cut");
	assert_true(hv_host_has(host, HV_SEC_EVENTS));
	assert_null(host->sections[HV_SECTION_EVENTS].origin);
	for (int i = 0; i < 20000; i++) {
		char text[40];

		(void)snprintf(text, sizeof(text), "log%d.evtx: cut", i);
		hv_host_section_damaged(host, HV_SECTION_EVENTS, text);
	}
	assert_true(strlen(host->sections[HV_SECTION_EVENTS].damage) < 5000);
	assert_non_null(strstr(host->sections[HV_SECTION_EVENTS].damage, "; ..."));
}

static void test_host_section_names(void **state)
{
	(void)state;
	assert_string_equal(hv_section_name(HV_SECTION_VOLUMES), "volumes");
	for (unsigned int i = 0; i < HV_SECTION_COUNT; i++)
		assert_non_null(hv_section_name((enum hv_section)i));
}

static void test_event_wanted(void **state)
{
	static const struct hv_event_key KEYS[] = {
		{ .channel = "A", .id = 5 },
		{ .channel = "B", .max_level = 2 },
		{ .channel = NULL },
	};
	static const struct {
		const char *channel;
		uint32_t id;
		uint32_t level;
		bool wanted;
	} CASES[] = {
		{ "A", 5, 4, true },
		{ "a", 5, 0, true },
		{ "A", 6, 1, false },
		{ "B", 6, 1, true },
		{ "B", 6, 2, true },
		{ "B", 6, 3, false },
		{ "B", 6, 0, false },
		{ "C", 5, 1, false },
		{ "", 5, 1, false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		assert_int_equal(
			hv_event_wanted(KEYS, CASES[i].channel, CASES[i].id, CASES[i].level),
			CASES[i].wanted);
		assert_true(hv_event_wanted(NULL, CASES[i].channel, CASES[i].id, CASES[i].level));
	}
	assert_false(hv_event_wanted(&KEYS[2], "A", 5, 1));
}

static void test_link_merges_vms_by_id(void **state)
{
	struct hv_host *host = *state;
	struct hv_vm *vm;

	vm = add_vm(host, VM_2, "web");
	vm = add_vm(host, VM_1, VM_1);
	vm->state = HV_VM_RUNNING;
	vm = hv_host_add_vm(host, NULL); /* a guest's answers */
	assert_non_null(vm);
	vm->id = VM_1;
	vm->guest.os_version = hv_version_parse("6.0.6002");
	vm->guest.is_windows = true;
	vm = add_vm(host, VM_1, "sql");
	vm->state = HV_VM_OFF;
	vm->generation = (struct hv_u64){ .value = 2, .known = true };
	assert_int_equal(hv_place_set_folder(&vm->configuration, host, "E:\\sql", NULL), 0);
	link_host(host);

	assert_int_equal(host->vm_count, 2);
	vm = &host->vms[0];
	assert_string_equal(vm->id, VM_1);
	assert_string_equal(vm->name, "sql");
	assert_int_equal(vm->state, HV_VM_RUNNING);
	assert_int_equal(vm->generation.value, 2);
	assert_int_equal(vm->guest.os_version.minor, 0);
	assert_true(vm->guest.os_version.known && vm->guest.is_windows);
	assert_string_equal(vm->configuration.path, "E:\\sql");
	assert_string_equal(vm->configuration.root, "E:");
	assert_string_equal(host->vms[1].name, "web");
}

static void test_link_drops_vms_that_nobody_lists(void **state)
{
	struct hv_host *host = *state;
	struct hv_vm *vm = hv_host_add_vm(host, NULL);

	assert_non_null(vm);
	vm->id = VM_A;
	add_vm(host, VM_2, NULL);
	link_host(host);
	assert_int_equal(host->vm_count, 1);
	assert_string_equal(host->vms[0].name, VM_2);
	assert_null(hv_host_vm(host, VM_A));
}

static void test_host_vm_takes_any_spelling(void **state)
{
	struct hv_host *host = *state;

	add_vm(host, VM_A, "a");
	add_vm(host, VM_1, "1");
	add_vm(host, VM_2, "2");
	link_host(host);
	assert_string_equal(hv_host_vm(host, VM_A)->name, "a");
	assert_string_equal(hv_host_vm(host, VM_1)->name, "1");
	assert_string_equal(hv_host_vm(host, "{" VM_2 "}")->name, "2");
	assert_string_equal(hv_host_vm(host, "{aaaaaaaa-aaaa-AAAA-aaaa-aaaaaaaaaaaa}")->name, "a");
	assert_null(hv_host_vm(host, "33333333-3333-3333-3333-333333333333"));
	assert_null(hv_host_vm(host, "sql"));
	assert_null(hv_host_vm(host, NULL));
}

static void test_host_volume_takes_any_spelling(void **state)
{
	struct hv_host *host = *state;

	add_volume(host, "C:\\", NULL);
	add_volume(host, "D:\\", DEVICE("d"));
	add_volume(host, "E:\\", "\\\\?\\Volume{eeeeeeee-0000-0000-0000-000000000000}");
	link_host(host);
	assert_string_equal(hv_host_volume(host, DEVICE("d"))->title, "D:");
	assert_string_equal(hv_host_volume(host, DEVICE("D"))->title, "D:");
	assert_string_equal(
		hv_host_volume(host, "\\\\?\\VOLUME{dddddddd-dddd-dddd-dddd-dddddddddddd}")->title,
		"D:");
	assert_string_equal(
		hv_host_volume(host, "\\\\?\\Volume{EEEEEEEE-0000-0000-0000-000000000000}\\")
			->title,
		"E:");
	assert_null(hv_host_volume(host, DEVICE("e")));
	assert_null(hv_host_volume(host, ""));
	assert_null(hv_host_volume(host, "\\"));
	assert_null(hv_host_volume(host, NULL));
}

static void test_link_merges_volumes_in_the_order_told(void **state)
{
	struct hv_host *host = *state;
	struct hv_volume *volume = add_volume(host, "E:\\", DEVICE("e"));

	volume->free_bytes = (struct hv_u64){ .value = 5, .known = true };
	add_volume(host, "D:\\", DEVICE("d"));
	volume = add_volume(host, "X:\\", DEVICE("E"));
	volume->free_bytes = (struct hv_u64){ .value = 6, .known = true };
	volume->capacity_bytes = (struct hv_u64){ .value = 10, .known = true };
	add_volume(host, "F:\\", NULL);
	add_volume(host, "G:\\", NULL);
	link_host(host);
	assert_int_equal(host->volume_count, 4);
	assert_string_equal(host->volumes[0].title, "E:");
	assert_int_equal(host->volumes[0].free_bytes.value, 5);
	assert_int_equal(host->volumes[0].capacity_bytes.value, 10);
	assert_string_equal(host->volumes[1].title, "D:");
	assert_string_equal(host->volumes[2].title, "F:");
	assert_string_equal(host->volumes[3].title, "G:");
}

static void test_link_titles_volumes(void **state)
{
	struct hv_host *host = *state;

	add_volume(host, "d:\\", DEVICE("1"));
	add_volume(host, "C:\\Mount\\x\\", DEVICE("2"));
	add_volume(host, DEVICE("3"), DEVICE("3"));
	add_volume(host, DEVICE("4"), DEVICE("4"));
	add_volume(host, NULL, NULL)->label = "Data";
	add_volume(host, NULL, NULL);
	add_mount_point(host, "C:\\ClusterStorage\\Volume1\\", DEVICE("4"));
	add_mount_point(host, "C:\\elsewhere", DEVICE("1"));
	link_host(host);
	assert_string_equal(host->volumes[0].title, "D:");
	assert_string_equal(host->volumes[1].title, "C:\\Mount\\x");
	assert_string_equal(
		host->volumes[2].title, "\\\\?\\Volume{33333333-3333-3333-3333-333333333333}");
	assert_string_equal(host->volumes[3].title, "C:\\ClusterStorage\\Volume1");
	assert_string_equal(host->volumes[4].title, "Data");
	assert_string_equal(host->volumes[5].title, "unnamed volume");
}

static void test_link_connects_shadow_storage(void **state)
{
	struct hv_host *host = *state;

	add_volume(host, "D:\\", DEVICE("d"));
	add_volume(host, "E:\\", DEVICE("e"));
	for (int i = 0; i < 2; i++) { /* told twice */
		struct hv_shadow_storage *s = hv_host_add_shadow_storage(host, NULL);

		assert_non_null(s);
		s->volume_id = DEVICE("d");
		s->diff_volume_id = DEVICE("E");
		s->used_bytes = (struct hv_u64){ .value = 7 + (uint64_t)i, .known = true };
	}
	hv_host_add_shadow_storage(host, NULL)->volume_id = DEVICE("f");
	link_host(host);
	assert_int_equal(host->shadow_storage_count, 2);
	assert_ptr_equal(host->shadow_storages[0].volume, &host->volumes[0]);
	assert_ptr_equal(host->shadow_storages[0].diff_volume, &host->volumes[1]);
	assert_int_equal(host->shadow_storages[0].used_bytes.value, 7);
	assert_ptr_equal(host->volumes[0].shadow_storage, &host->shadow_storages[0]);
	assert_null(host->volumes[1].shadow_storage);
	assert_null(host->shadow_storages[1].volume);
	assert_null(host->shadow_storages[1].diff_volume);
}

static void test_link_merges_disks_told_twice(void **state)
{
	struct hv_host *host = *state;
	struct hv_disk *disk;

	add_vm(host, VM_1, "sql");
	add_disk(host, VM_1, "E:\\sql\\c.vhdx");
	disk = add_disk(host, VM_1, "e:/SQL/C.vhdx");
	set_slot(disk, HV_BUS_SCSI, 0, 3);
	disk->instance_id = "i";
	add_disk(host, VM_1, "E:\\sql\\c.vhdx")->kind = HV_DISK_ISO;
	add_disk(host, VM_2, "E:\\sql\\c.vhdx");
	add_disk(host, VM_1, NULL);
	add_disk(host, VM_1, NULL);
	link_host(host);
	assert_int_equal(host->disk_count, 5);
	assert_int_equal(host->vms[0].disk_count, 4);
	disk = &host->vms[0].disks[0];
	assert_string_equal(disk->place.path, "E:\\sql\\c.vhdx");
	assert_int_equal(disk->kind, HV_DISK_VHD);
	assert_int_equal(disk->bus, HV_BUS_SCSI);
	assert_int_equal(disk->slot.value, 3);
	assert_string_equal(disk->instance_id, "i");
}

static void test_link_keeps_slots_of_one_bus(void **state)
{
	struct hv_host *host = *state;
	struct hv_disk *disk;

	add_vm(host, VM_1, "sql");
	disk = add_disk(host, VM_1, "E:\\c.vhdx");
	disk->bus = HV_BUS_IDE;
	set_slot(add_disk(host, VM_1, "E:\\c.vhdx"), HV_BUS_SCSI, 2, 3);
	link_host(host);
	assert_int_equal(host->disk_count, 1);
	assert_int_equal(host->disks[0].bus, HV_BUS_IDE);
	assert_false(host->disks[0].controller.known);
	assert_false(host->disks[0].slot.known);
}

static void test_link_sorts_disks_by_slot(void **state)
{
	static const char *const ORDER[] = { "D:\\ide00", "D:\\ide01", "D:\\ide10", "D:\\scsi0",
		"D:\\scsi2", "D:\\scsi10", "D:\\floppy", "D:\\a", "D:\\b" };
	struct hv_host *host = *state;

	add_vm(host, VM_2, "web");
	add_vm(host, VM_1, "sql");
	add_disk(host, VM_A, "D:\\checkpoint's");
	add_disk(host, VM_1, "D:\\b");
	add_disk(host, VM_1, "D:\\a");
	set_slot(add_disk(host, VM_1, "D:\\floppy"), HV_BUS_FLOPPY, 0, 0);
	set_slot(add_disk(host, VM_2, "D:\\web"), HV_BUS_IDE, 0, 0);
	set_slot(add_disk(host, VM_1, "D:\\scsi10"), HV_BUS_SCSI, 0, 10);
	set_slot(add_disk(host, VM_1, "D:\\scsi2"), HV_BUS_SCSI, 0, 2);
	set_slot(add_disk(host, VM_1, "D:\\scsi0"), HV_BUS_SCSI, 0, 0);
	set_slot(add_disk(host, VM_1, "D:\\ide10"), HV_BUS_IDE, 1, 0);
	set_slot(add_disk(host, VM_1, "D:\\ide01"), HV_BUS_IDE, 0, 1);
	set_slot(add_disk(host, VM_1, "D:\\ide00"), HV_BUS_IDE, 0, 0);
	link_host(host);
	assert_int_equal(host->disk_count, HV_ARRAY_LEN(ORDER) + 2);
	assert_int_equal(host->vms[0].disk_count, HV_ARRAY_LEN(ORDER));
	for (size_t i = 0; i < HV_ARRAY_LEN(ORDER); i++) {
		assert_string_equal(host->vms[0].disks[i].place.path, ORDER[i]);
		assert_ptr_equal(host->vms[0].disks[i].vm, &host->vms[0]);
	}
	assert_int_equal(host->vms[1].disk_count, 1);
	assert_string_equal(host->vms[1].disks[0].place.path, "D:\\web");
	assert_null(host->disks[host->disk_count - 1].vm);
}

static void test_link_merges_and_groups_checkpoints(void **state)
{
	static const struct {
		const char *id;
		const char *vm_id;
		hv_usec created_at;
		enum hv_checkpoint_kind kind;
	} ROWS[] = {
		{ "C3", VM_1, 30, HV_CHECKPOINT_USER },
		{ "C9", VM_A, 1, HV_CHECKPOINT_USER }, /* of a VM that is not known */
		{ "C1", VM_2, 5, HV_CHECKPOINT_USER },
		{ "C2", VM_1, 10, HV_CHECKPOINT_USER },
		{ "C3", VM_1, 30, HV_CHECKPOINT_RECOVERY },
	};
	struct hv_host *host = *state;

	add_vm(host, VM_1, "sql");
	add_vm(host, VM_2, "web");
	for (size_t i = 0; i < HV_ARRAY_LEN(ROWS); i++) {
		struct hv_checkpoint *c = hv_host_add_checkpoint(host, NULL);

		assert_non_null(c);
		c->id = ROWS[i].id;
		c->vm_id = ROWS[i].vm_id;
		c->created_at = (struct hv_time){ .usec = ROWS[i].created_at, .known = true };
		c->kind = ROWS[i].kind;
	}
	link_host(host);
	assert_int_equal(host->checkpoint_count, 4);
	assert_int_equal(host->vms[0].checkpoint_count, 2);
	assert_string_equal(host->vms[0].checkpoints[0].id, "C2");
	assert_string_equal(host->vms[0].checkpoints[1].id, "C3");
	assert_int_equal(host->vms[0].checkpoints[1].kind, HV_CHECKPOINT_RECOVERY);
	assert_int_equal(host->vms[1].checkpoint_count, 1);
	assert_ptr_equal(host->vms[1].checkpoints[0].vm, &host->vms[1]);
	assert_null(host->checkpoints[3].vm);
}

static void test_link_merges_events_of_one_record(void **state)
{
	struct hv_host *host = *state;
	struct hv_event *event;

	add_event(host, "VMMS", 7, 200);
	event = add_event(host, "vmms", 7, 200);
	event->message = "failed";
	event->hresult = (struct hv_u64){ .value = 0x80070002, .known = true };
	add_event(host, "VMMS", 7, 201);   /* the log was cleared in between */
	add_event(host, "Worker", 7, 200); /* another log */
	add_event(host, "VMMS", 0, 100);
	add_event(host, "VMMS", 0, 100);
	add_event(host, "VMMS", 6, 200)->event_id = 1;
	link_host(host);
	assert_int_equal(host->event_count, 6);
	assert_int_equal(host->events[0].time, 100);
	assert_int_equal(host->events[1].time, 100);
	assert_int_equal(host->events[2].record_id, 6);
	assert_string_equal(host->events[3].channel, "VMMS");
	assert_string_equal(host->events[3].message, "failed");
	assert_int_equal(host->events[3].hresult.value, 0x80070002);
	assert_string_equal(host->events[4].channel, "Worker");
	assert_null(host->events[4].message);
	assert_int_equal(host->events[5].time, 201);
}

/* The host of all place tests: C: with mount points, D:, a cluster shared volume known by its
 * mount point, one that is not, and a volume without any mount path. */
static void add_place_volumes(struct hv_host *host)
{
	add_volume(host, "C:\\", DEVICE("c"));
	add_volume(host, "D:\\", DEVICE("d"));
	add_volume(host, "C:\\Mount\\x\\", DEVICE("1"));
	add_volume(host, "C:\\Mount\\x\\deep\\", DEVICE("2"));
	add_volume(host, DEVICE("3"), DEVICE("3"));
	add_volume(host, DEVICE("4"), DEVICE("4"));
	add_mount_point(host, "C:\\ClusterStorage\\Volume1", DEVICE("3"));
	add_mount_point(host, "D:\\lost", DEVICE("9"));
	add_mount_point(host, "D:\\also-x", DEVICE("1"));
	add_mount_point(host, "\\\\srv\\share", DEVICE("1")); /* no share is a volume */
}

#define ID(c)  c c c c c c c c "-" c c c c "-" c c c c "-" c c c c "-" c c c c c c c c c c c c
#define KEY(c) "\\\\?\\Volume{" ID(c) "}"

struct place_case {
	const char *path;
	const char *title; /* of the volume; NULL: not known */
	const char *root;
	const char *key;
	bool in_root;
};

static void assert_place(const struct hv_place *place, const struct place_case *expected)
{
	if (expected->title) {
		assert_non_null(place->volume);
		assert_string_equal(place->volume->title, expected->title);
	} else {
		assert_null(place->volume);
	}
	if (!expected->root) {
		assert_null(place->root);
		assert_null(place->key);
	} else {
		assert_string_equal(place->root, expected->root);
		if (!hv_utf8_caseeq(place->key, expected->key))
			fail_msg("%s: %s is not %s", place->path, place->key, expected->key);
	}
	if (place->in_root != expected->in_root)
		fail_msg("%s: in_root is %d", place->path, place->in_root);
}

static void test_link_places_files(void **state)
{
	static const struct place_case CASES[] = {
		{ "D:\\x.vhdx", "D:", "D:", KEY("d"), true },
		{ "d:\\a\\x.vhdx", "D:", "D:", KEY("D"), false },
		{ "C:\\Mount\\x\\a.vhdx", "C:\\Mount\\x", "C:\\Mount\\x", KEY("1"), true },
		{ "c:\\MOUNT\\X\\a\\a.vhdx", "C:\\Mount\\x", "C:\\MOUNT\\X", KEY("1"), false },
		{ "C:\\Mount\\x\\deep\\a.vhdx", "C:\\Mount\\x\\deep", "C:\\Mount\\x\\deep",
			KEY("2"), true },
		{ "C:\\Mount\\x\\deeper\\a.vhdx", "C:\\Mount\\x", "C:\\Mount\\x", KEY("1"), false },
		{ "C:\\Mount\\xy\\a.vhdx", "C:", "C:", KEY("c"), false },
		{ "C:\\Mount\\a.vhdx", "C:", "C:", KEY("c"), false },
		{ "C:\\a.vhdx", "C:", "C:", KEY("c"), true },
		{ "C:\\Mount\\x", "C:", "C:", KEY("c"), false }, /* a file of that name */
		{ "D:\\also-x\\a.vhdx", "C:\\Mount\\x", "D:\\also-x", KEY("1"), true },
		{ "D:\\lost\\a\\a.vhdx", NULL, "D:\\lost", KEY("9"), false },
		{ "E:\\a.vhdx", NULL, "E:", "E:", true },
		{ "E:\\a\\a.vhdx", NULL, "E:", "E:", false },
		{ "C:\\ClusterStorage\\Volume1\\a.vhdx", "C:\\ClusterStorage\\Volume1",
			"C:\\ClusterStorage\\Volume1", KEY("3"), true },
		{ "C:\\ClusterStorage\\volume1\\a\\a.vhdx", "C:\\ClusterStorage\\Volume1",
			"C:\\ClusterStorage\\volume1", KEY("3"), false },
		{ "C:\\ClusterStorage\\Volume2\\a.vhdx", NULL, "C:\\ClusterStorage\\Volume2",
			"C:\\ClusterStorage\\Volume2", true },
		{ "C:\\ClusterStorage\\Volume2\\a\\a.vhdx", NULL, "C:\\ClusterStorage\\Volume2",
			"c:\\clusterstorage\\volume2", false },
		{ DEVICE("D") "x.vhdx", "D:", "D:", KEY("d"), true },
		{ DEVICE("3") "a\\x.vhdx", "C:\\ClusterStorage\\Volume1",
			"C:\\ClusterStorage\\Volume1", KEY("3"), false },
		{ DEVICE("4") "x.vhdx", KEY("4"), KEY("4"), KEY("4"), true },
		{ DEVICE("8") "a\\x.vhdx", NULL, KEY("8"), KEY("8"), false },
		{ "\\\\srv\\share\\x.vhdx", NULL, "\\\\srv\\share", "\\\\SRV\\Share", true },
		{ "\\\\srv\\share\\a\\x.vhdx", NULL, "\\\\srv\\share", "\\\\srv\\share", false },
		{ "\\\\?\\UNC\\srv\\share\\x.vhdx", NULL, "\\\\srv\\share", "\\\\srv\\share",
			true },
		{ "x.vhdx", NULL, NULL, NULL, false },
		{ "\\\\?\\GLOBALROOT\\Device\\x", NULL, NULL, NULL, false },
		{ "D:x.vhdx", NULL, NULL, NULL, false },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_host *host = *state;

		hv_host_done(host);
		add_place_volumes(host);
		add_disk(host, VM_1, CASES[i].path);
		link_host(host);
		assert_place(&host->disks[0].place, &CASES[i]);
		assert_false(host->disks[0].place.is_folder);
	}
}

static void test_link_places_folders(void **state)
{
	static const struct place_case CASES[] = {
		{ "D:\\", "D:", "D:", KEY("d"), true },
		{ "D:", "D:", "D:", KEY("d"), true },
		{ "D:\\a", "D:", "D:", KEY("d"), false },
		{ "C:\\Mount\\x\\", "C:\\Mount\\x", "C:\\Mount\\x", KEY("1"), true },
		{ "C:\\Mount\\x\\a", "C:\\Mount\\x", "C:\\Mount\\x", KEY("1"), false },
		{ "C:\\Mount", "C:", "C:", KEY("c"), false },
		{ "C:\\ClusterStorage\\Volume1", "C:\\ClusterStorage\\Volume1",
			"C:\\ClusterStorage\\Volume1", KEY("3"), true },
		{ "C:\\ClusterStorage\\Volume2\\", NULL, "C:\\ClusterStorage\\Volume2",
			"C:\\ClusterStorage\\Volume2", true },
		{ "C:\\ClusterStorage\\Volume2\\a", NULL, "C:\\ClusterStorage\\Volume2",
			"C:\\ClusterStorage\\Volume2", false },
		{ "\\\\srv\\share\\", NULL, "\\\\srv\\share", "\\\\srv\\share", true },
		{ "\\\\srv\\share\\a", NULL, "\\\\srv\\share", "\\\\srv\\share", false },
		{ DEVICE("d"), "D:", "D:", KEY("d"), true },
	};

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_host *host = *state;
		struct hv_vm *vm;

		hv_host_done(host);
		add_place_volumes(host);
		vm = add_vm(host, VM_1, "sql");
		assert_int_equal(
			hv_place_set_folder(&vm->snapshot_root, host, CASES[i].path, NULL), 0);
		link_host(host);
		assert_place(&host->vms[0].snapshot_root, &CASES[i]);
		assert_true(host->vms[0].snapshot_root.is_folder);
	}
}

static void test_link_places_without_volumes(void **state)
{
	static const struct place_case CASE = { NULL, NULL, "D:", "D:", true };
	struct hv_host *host = *state;

	add_disk(host, VM_1, "D:\\x.vhdx");
	link_host(host);
	assert_place(&host->disks[0].place, &CASE);
}

static void test_link_does_not_place_pass_through_disks(void **state)
{
	struct hv_host *host = *state;

	add_disk(host, VM_1, "\\\\HOST\\root\\virtualization\\v2:Msvm_DiskDrive.DeviceID=\"x\"")
		->kind = HV_DISK_PASS_THROUGH;
	link_host(host);
	assert_int_equal(host->disks[0].place.kind, HV_PATH_OTHER);
	assert_null(host->disks[0].place.root);
}

static void test_place_set_leaves_what_is_not_told(void **state)
{
	struct hv_host *host = *state;
	struct hv_place place = { .path = NULL };

	assert_int_equal(hv_place_set(&place, host, NULL, NULL), 0);
	assert_int_equal(hv_place_set(&place, host, "", NULL), 0);
	assert_int_equal(hv_place_set_folder(&place, host, "", NULL), 0);
	assert_null(place.path);
	assert_false(place.is_folder);
}

static void test_link_reports_short_memory(void **state)
{
	struct hv_host *host = *state;
	struct hv_err err = HV_ERR_INIT;

	host->arena.failed = true;
	assert_int_equal(hv_host_link(host, &err), -1);
	assert_int_equal(err.kind, HV_ERR_NO_MEMORY);
}

static void test_foreach_passes_over_excluded_vms(void **state)
{
	struct hv_host *host = *state;
	unsigned int count = 0;

	add_vm(host, VM_1, "sql")->excluded = true;
	add_vm(host, VM_2, "web");
	link_host(host);
	HV_FOREACH_VM (vm, host) {
		assert_string_equal(vm->name, "web");
		count++;
	}
	assert_int_equal(count, 1);
}

static void test_vm_title(void **state)
{
	struct hv_host *host = *state;
	struct hv_vm vm = { .id = VM_1, .name = "sql01" };

	assert_string_equal(hv_vm_title(&host->arena, &vm), "VM 'sql01'");
}

static void test_host_of_many_vms_links(void **state)
{
	enum { VMS = 10000, DISKS = 4, VOLUMES = 1000 };
	struct hv_host *host = *state;
	struct hv_arena *arena = &host->arena;

	for (int i = VOLUMES - 1; i >= 0; i--)
		add_volume(host, hv_arena_printf(arena, "C:\\ClusterStorage\\Volume%d\\", i),
			hv_arena_printf(
				arena, "\\\\?\\Volume{%08x-0000-0000-0000-000000000000}\\", i));
	for (int i = VMS - 1; i >= 0; i--) {
		const char *id = hv_arena_printf(arena, "%08X-0000-0000-0000-000000000000", i);

		add_vm(host, id, id);
		for (int d = DISKS - 1; d >= 0; d--)
			set_slot(add_disk(host, id,
					 hv_arena_printf(arena,
						 "C:\\ClusterStorage\\Volume%d\\vm%d\\%d.vhdx",
						 (i + d) % VOLUMES, i, d)),
				HV_BUS_SCSI, 0, (uint64_t)d);
	}
	link_host(host);
	assert_int_equal(host->vm_count, VMS);
	HV_FOREACH_VM (vm, host) {
		assert_int_equal(vm->disk_count, DISKS);
		HV_FOREACH_DISK (disk, vm)
			assert_non_null(disk->place.volume);
	}
	assert_string_equal(
		host->vms[VMS - 1].disks[3].place.volume->title, "C:\\ClusterStorage\\Volume2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_host_of_nothing_links, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_host_rows_are_zeroed_and_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_host_rows_are_limited, setup, teardown),
		cmocka_unit_test_setup_teardown(test_host_sections_keep_failures, setup, teardown),
		cmocka_unit_test_setup_teardown(test_host_sections_join_damage, setup, teardown),
		cmocka_unit_test_setup_teardown(test_host_section_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_event_wanted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_merges_vms_by_id, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_link_drops_vms_that_nobody_lists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_host_vm_takes_any_spelling, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_host_volume_takes_any_spelling, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_link_merges_volumes_in_the_order_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_titles_volumes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_connects_shadow_storage, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_merges_disks_told_twice, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_keeps_slots_of_one_bus, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_sorts_disks_by_slot, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_link_merges_and_groups_checkpoints, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_link_merges_events_of_one_record, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_places_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_places_folders, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_places_without_volumes, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_link_does_not_place_pass_through_disks, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_place_set_leaves_what_is_not_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_reports_short_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_foreach_passes_over_excluded_vms, setup, teardown),
		cmocka_unit_test_setup_teardown(test_vm_title, setup, teardown),
		cmocka_unit_test_setup_teardown(test_host_of_many_vms_links, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
