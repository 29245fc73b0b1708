/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attempts and incidents: clustering, cancellation, cause, recovery, window. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/event-disk.h"
#include "check/incident.h"
#include "model-builder.h"

#define NOW    (INT64_C(1795399445) * HV_USEC_PER_SEC)
#define MINUTE (60 * HV_USEC_PER_SEC)
#define HOUR   (60 * MINUTE)
#define ARENA  ((size_t)1 << 20)

enum { MAX_EVENTS = 12 };

/* One event, by what makes it one of a kind. */
enum kind {
	END,
	FAILED,     /* VMMS 18012 */
	CANCELLED,  /* VMMS 18014 */
	STORAGE,    /* VMMS 16420 */
	BACKUP,     /* VMMS 10172, English */
	MERGE,      /* VMMS 19100 */
	UNKNOWN_ID, /* VMMS 4711 */
	OPERATION,  /* VMMS 16010, "The operation failed." */
	DISABLED,   /* VMMS, checkpoints have been disabled */
	CHECKPOINT_OK,
	MERGE_OK,
	DELETED,
	BACKUP_OK,     /* Windows Server Backup, VM 1 succeeded by GUID */
	BACKUP_NAMED,  /* by name */
	BACKUP_PARTLY, /* VM 1 failed */
	BACKUP_EMPTY,  /* tells no components */
};

static const struct {
	const char *channel;
	uint32_t id, level;
	const char *message;
	const char *components;
} kinds[] = {
	[FAILED] = { HV_CHANNEL_VMMS, 18012, 2, NULL, NULL },
	[CANCELLED] = { HV_CHANNEL_VMMS, 18014, 2, NULL, NULL },
	[STORAGE] = { HV_CHANNEL_VMMS, 16420, 2, NULL, NULL },
	[BACKUP] = { HV_CHANNEL_VMMS, 10172, 2,
		"Could not create backup checkpoint for virtual machine 'a'", NULL },
	[MERGE] = { HV_CHANNEL_VMMS, 19100, 2, NULL, NULL },
	[UNKNOWN_ID] = { HV_CHANNEL_VMMS, 4711, 2, NULL, NULL },
	[OPERATION] = { HV_CHANNEL_VMMS, 16010, 2, "The operation failed.", NULL },
	[DISABLED] = { HV_CHANNEL_VMMS, 4712, 2, "Checkpoints have been disabled for 'a'.", NULL },
	[CHECKPOINT_OK] = { HV_CHANNEL_VMMS, 18510, 4, NULL, NULL },
	[MERGE_OK] = { HV_CHANNEL_VMMS, 19080, 4, NULL, NULL },
	[DELETED] = { HV_CHANNEL_VMMS, 13003, 4, NULL, NULL },
	[BACKUP_OK] = { HV_CHANNEL_BACKUP, 4, 4, NULL,
		"<C><I Component=\"" ID_1 "\" HResult=\"0\"/></C>" },
	[BACKUP_NAMED] = { HV_CHANNEL_BACKUP, 14, 4, NULL,
		"<C><I Caption=\"sql01(Online)\" HResult=\"0\"/></C>" },
	[BACKUP_PARTLY] = { HV_CHANNEL_BACKUP, 4, 4, NULL,
		"<C><I Component=\"" ID_1 "\" HResult=\"-1\"/></C>" },
	[BACKUP_EMPTY] = { HV_CHANNEL_BACKUP, 4, 4, NULL, NULL },
};

struct row {
	enum kind kind;
	hv_usec at;       /* from NOW */
	uint32_t hresult; /* 0: none */
};

static bool of_backup(enum kind kind)
{
	return kind == BACKUP_OK || kind == BACKUP_NAMED || kind == BACKUP_PARTLY ||
	       kind == BACKUP_EMPTY;
}

static struct hv_event *add_event(struct hv_host *host, const struct row *row, const char *vm_id)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_event *e = hv_host_add_event(host, &err);
	struct hv_event_field *fields = hv_arena_array(&host->arena, 2, sizeof(*fields));

	assert_non_null(e);
	assert_non_null(fields);
	*e = (struct hv_event){
		.record_id = host->event_count,
		.time = NOW + row->at,
		.provider = "",
		.channel = kinds[row->kind].channel,
		.event_id = kinds[row->kind].id,
		.level = kinds[row->kind].level,
		.message = kinds[row->kind].message,
		.hresult = { .value = row->hresult, .known = row->hresult != 0 },
		.fields = fields,
	};
	if (of_backup(row->kind)) {
		fields[0] = (struct hv_event_field){ .name = "HRESULT", .value = "0x0" };
		fields[1] = (struct hv_event_field){ .name = "ComponentInfo",
			.value = kinds[row->kind].components };
		e->field_count = 2;
	} else {
		e->vm_id = row->kind == OPERATION ? NULL : vm_id;
		e->vm_name = row->kind == OPERATION ? NULL : "sql01";
	}
	return e;
}

static struct hv_incidents collect(struct hv_host *host, struct hv_arena *arena)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_incidents all = { .count = 0 };

	build_end(host);
	assert_int_equal(hv_incidents_collect(host, 26 * HOUR, NOW, arena, &all, &err), 0);
	return all;
}

/* Events of one VM and what they come to. */
static const struct {
	const char *name;
	struct row rows[MAX_EVENTS];
	size_t failed, cancelled; /* open checkpoint attempts */
	size_t merges;            /* open failed merges */
	uint32_t hresult;         /* of the open checkpoint attempts */
	bool cleared;
} cases[] = {
	{ .name = "one attempt of four events",
		.failed = 1,
		.hresult = 0x80070002,
		.rows = { { STORAGE, -HOUR, 0x80070002 }, { FAILED, -HOUR, 0 },
			{ BACKUP, -HOUR + MINUTE, 0x80070002 },
			{ OPERATION, -HOUR + MINUTE, 0 } } },
	{ .name = "exactly five minutes are one attempt",
		.failed = 1,
		.rows = { { FAILED, -HOUR, 0 }, { FAILED, -HOUR + 5 * MINUTE, 0 } } },
	{ .name = "more are two",
		.failed = 2,
		.rows = { { FAILED, -HOUR, 0 }, { FAILED, -HOUR + 5 * MINUTE + 1, 0 } } },
	{ .name = "a chain of short gaps does not become one attempt",
		.failed = 2,
		.rows = { { FAILED, -HOUR, 0 }, { FAILED, -HOUR + 4 * MINUTE, 0 },
			{ FAILED, -HOUR + 8 * MINUTE, 0 } } },
	{ .name = "cancelled", .cancelled = 1, .rows = { { CANCELLED, -HOUR, 0 } } },
	{ .name = "cancelled, then failed in the same attempt",
		.cancelled = 1,
		.rows = { { CANCELLED, -HOUR, 0 }, { FAILED, -HOUR + 1, 0 } } },
	{ .name = "cancelled with the code of a cancellation",
		.cancelled = 1,
		.hresult = 0x800704C7,
		.rows = { { CANCELLED, -HOUR, 0 }, { BACKUP, -HOUR, 0x800704C7 },
			{ FAILED, -HOUR, 0 } } },
	{ .name = "cancelled for a reason is a failure",
		.failed = 1,
		.hresult = 0x80070070,
		.rows = { { CANCELLED, -HOUR, 0 }, { STORAGE, -HOUR, 0x80070070 },
			{ FAILED, -HOUR, 0 } } },
	{ .name = "cancelled and a failed backup without a code",
		.failed = 1,
		.rows = { { CANCELLED, -HOUR, 0 }, { BACKUP, -HOUR, 0 } } },
	{ .name = "failed without a cancellation",
		.failed = 1,
		.hresult = 0x800704C7,
		.rows = { { FAILED, -HOUR, 0x800704C7 } } },
	{ .name = "failed, later cancelled",
		.failed = 1,
		.cancelled = 1,
		.hresult = 0x80070002,
		.rows = { { STORAGE, -2 * HOUR, 0x80070002 }, { CANCELLED, -HOUR, 0 } } },
	{ .name = "the first code that tells a cause",
		.failed = 1,
		.hresult = 0x80070002,
		.rows = { { BACKUP, -HOUR, 0x800423F4 }, { STORAGE, -HOUR, 0x80070002 },
			{ UNKNOWN_ID, -HOUR, 0x80070005 } } },
	{ .name = "a summary before a cancellation",
		.failed = 1,
		.hresult = 0x800423F4,
		.rows = { { BACKUP, -HOUR, 0x800704C7 }, { BACKUP, -HOUR, 0x800423F4 } } },
	{ .name = "a summary for want of a cause",
		.failed = 1,
		.hresult = 0x800423F4,
		.rows = { { FAILED, -HOUR, 0 }, { BACKUP, -HOUR, 0x800423F4 } } },
	{ .name = "the code of the last attempt",
		.failed = 2,
		.hresult = 0x80070070,
		.rows = { { STORAGE, -2 * HOUR, 0x80070002 }, { STORAGE, -HOUR, 0x80070070 } } },
	{ .name = "an attempt without a code keeps the earlier one",
		.failed = 2,
		.hresult = 0x80070002,
		.rows = { { STORAGE, -2 * HOUR, 0x80070002 }, { FAILED, -HOUR, 0 } } },
	{ .name = "unclassified",
		.failed = 1,
		.hresult = 0x80070020,
		.rows = { { UNKNOWN_ID, -HOUR, 0x80070020 } } },
	{ .name = "an attendant alone is nothing",
		.rows = { { OPERATION, -HOUR, 0 }, { DISABLED, -HOUR, 0 } } },
	{ .name = "merge", .merges = 1, .rows = { { MERGE, -HOUR, 0x80070020 } } },
	{ .name = "merge and checkpoint at once",
		.merges = 1,
		.failed = 1,
		.rows = { { MERGE, -HOUR, 0x80070020 }, { FAILED, -HOUR, 0 } } },
	{ .name = "cleared by a checkpoint",
		.cleared = true,
		.rows = { { FAILED, -HOUR, 0 }, { CHECKPOINT_OK, -HOUR + 1, 0 } } },
	{ .name = "cancelled, cleared",
		.cleared = true,
		.rows = { { CANCELLED, -HOUR, 0 }, { CHECKPOINT_OK, -HOUR + 1, 0 } } },
	{ .name = "a success of the same instant clears nothing",
		.failed = 1,
		.rows = { { FAILED, -HOUR, 0 }, { CHECKPOINT_OK, -HOUR, 0 } } },
	{ .name = "an earlier success clears nothing",
		.failed = 1,
		.rows = { { CHECKPOINT_OK, -HOUR - 1, 0 }, { FAILED, -HOUR, 0 } } },
	{ .name = "a later failure starts again",
		.failed = 1,
		.cleared = true,
		.rows = { { FAILED, -3 * HOUR, 0 }, { FAILED, -2 * HOUR, 0 },
			{ CHECKPOINT_OK, -HOUR, 0 }, { FAILED, -HOUR + 1, 0 } } },
	{ .name = "a checkpoint does not clear a merge",
		.merges = 1,
		.rows = { { MERGE, -HOUR, 0 }, { CHECKPOINT_OK, -1, 0 } } },
	{ .name = "a merge does not clear a checkpoint",
		.failed = 1,
		.rows = { { FAILED, -HOUR, 0 }, { MERGE_OK, -1, 0 } } },
	{ .name = "a merge clears a merge",
		.cleared = true,
		.rows = { { MERGE, -HOUR, 0 }, { MERGE_OK, -1, 0 } } },
	{ .name = "a merge clears nothing unclassified",
		.failed = 1,
		.hresult = 0x80070005,
		.rows = { { UNKNOWN_ID, -HOUR, 0x80070005 }, { MERGE_OK, -1, 0 } } },
	{ .name = "deletion clears all",
		.cleared = true,
		.rows = { { MERGE, -HOUR, 0 }, { FAILED, -HOUR, 0 }, { DELETED, -1, 0 } } },
	{ .name = "a backup clears by GUID",
		.cleared = true,
		.rows = { { FAILED, -HOUR, 0 }, { BACKUP_OK, -1, 0 } } },
	{ .name = "a backup clears by name",
		.cleared = true,
		.rows = { { BACKUP, -HOUR, 0 }, { BACKUP_NAMED, -1, 0 } } },
	{ .name = "a backup before the failure",
		.failed = 1,
		.rows = { { BACKUP_OK, -2 * HOUR, 0 }, { FAILED, -HOUR, 0 } } },
	{ .name = "a backup that failed for this VM",
		.failed = 1,
		.rows = { { FAILED, -HOUR, 0 }, { BACKUP_PARTLY, -1, 0 } } },
	{ .name = "a backup that tells no components",
		.failed = 1,
		.rows = { { FAILED, -HOUR, 0 }, { BACKUP_EMPTY, -1, 0 } } },
	{ .name = "a backup does not clear a merge",
		.merges = 1,
		.rows = { { MERGE, -HOUR, 0 }, { BACKUP_OK, -1, 0 } } },
	{ .name = "start of the window", .rows = { { FAILED, -26 * HOUR, 0 } } },
	{ .name = "inside the window", .failed = 1, .rows = { { FAILED, -26 * HOUR + 1, 0 } } },
	{ .name = "now", .failed = 1, .rows = { { FAILED, 0, 0 } } },
	{ .name = "clocks differ", .failed = 1, .rows = { { FAILED, HV_EVENT_CLOCK_SKEW, 0 } } },
	{ .name = "the future", .rows = { { FAILED, HV_EVENT_CLOCK_SKEW + 1, 0 } } },
	{ .name = "a success from the future clears nothing",
		.failed = 1,
		.rows = { { FAILED, -HOUR, 0 }, { CHECKPOINT_OK, HV_EVENT_CLOCK_SKEW + 1, 0 } } },
};

static void run_case(size_t i)
{
	HV_AUTO(host) host;
	HV_AUTO(arena) arena;
	struct hv_incidents all;
	const struct hv_incident none = { .failed = 0 };
	const struct hv_incident *in = &none;

	hv_arena_init(&arena, ARENA);
	build_host(&host, NULL);
	for (const struct row *row = cases[i].rows; row->kind != END; row++)
		(void)add_event(&host, row, ID_1);
	all = collect(&host, &arena);
	assert_true(all.count <= 1);
	if (all.count == 1)
		in = &all.items[0];
	if (in->checkpoint.failed.count != cases[i].failed ||
		in->checkpoint.cancelled.count != cases[i].cancelled ||
		in->merge.failed.count != cases[i].merges ||
		in->checkpoint.hresult != cases[i].hresult ||
		(in->cleared_by != NULL) != cases[i].cleared)
		fail_msg("%s: %zu failed, %zu cancelled, %zu merges, 0x%08x", cases[i].name,
			in->checkpoint.failed.count, in->checkpoint.cancelled.count,
			in->merge.failed.count, (unsigned int)in->checkpoint.hresult);
}

static void test_incidents_by_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++)
		run_case(i);
}

static void test_incidents_separate_vms(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(arena) arena;
	struct hv_incidents all;

	(void)state;
	hv_arena_init(&arena, ARENA);
	build_host(&host, NULL);
	build_vm(&host, ID_2, "web", NULL, NULL);
	(void)add_event(&host, &(struct row){ FAILED, -3 * HOUR, 0 }, ID_2);
	(void)add_event(&host, &(struct row){ FAILED, -2 * HOUR, 0 }, ID_1);
	(void)add_event(&host, &(struct row){ FAILED, -HOUR, 0 }, ID_2);
	(void)add_event(&host, &(struct row){ CHECKPOINT_OK, -MINUTE, 0 }, ID_1);
	all = collect(&host, &arena);
	assert_int_equal(all.count, 2);
	assert_int_equal(all.events, 4);
	assert_int_equal(all.newest, NOW - MINUTE);
	assert_string_equal(all.items[0].vm_id, ID_1);
	assert_null(all.items[0].vm);
	assert_string_equal(all.items[0].vm_name, "sql01");
	assert_true(hv_incident_is_cleared(&all.items[0]));
	assert_int_equal(all.items[0].cleared_by->event_id, 18510);
	assert_int_equal(all.items[0].failed, 1);
	assert_true(all.items[1].vm == hv_host_vm(&host, ID_2));
	assert_true(hv_incident_is_failed(&all.items[1]));
	assert_int_equal(all.items[1].checkpoint.failed.count, 2);
	assert_int_equal(all.items[1].checkpoint.failed.first, NOW - 3 * HOUR);
	assert_int_equal(all.items[1].checkpoint.failed.last, NOW - HOUR);
}

/* By name a backup proves nothing when two VMs have that name. */
static void test_incidents_need_a_unique_name(void **state)
{
	static const struct {
		const char *other; /* name of another VM of the host; NULL: an event tells of it */
		bool cleared;
	} others[] = { { "web", true }, { "SQL01", false }, { NULL, false } };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(others); i++) {
		HV_AUTO(host) host;
		HV_AUTO(arena) arena;
		struct hv_incidents all;

		hv_arena_init(&arena, ARENA);
		build_host(&host, NULL);
		if (others[i].other != NULL)
			build_vm(&host, ID_2, others[i].other, NULL, NULL);
		else
			(void)add_event(&host, &(struct row){ MERGE_OK, -HOUR, 0 }, ID_2);
		(void)add_event(&host, &(struct row){ FAILED, -HOUR, 0 }, ID_1);
		(void)add_event(&host, &(struct row){ BACKUP_NAMED, -1, 0 }, NULL);
		all = collect(&host, &arena);
		assert_int_equal(hv_incident_is_cleared(&all.items[0]), others[i].cleared);
	}
}

static void test_incidents_count_what_cannot_be_judged(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(arena) arena;
	struct hv_incidents all;

	(void)state;
	hv_arena_init(&arena, ARENA);
	build_host(&host, NULL);
	(void)add_event(&host, &(struct row){ FAILED, -2 * HOUR, 0 }, NULL);
	(void)add_event(&host, &(struct row){ BACKUP, -HOUR, 0 }, NULL);
	(void)add_event(&host, &(struct row){ CHECKPOINT_OK, -HOUR, 0 }, NULL);
	(void)add_event(&host, &(struct row){ UNKNOWN_ID, -HOUR, 0x80070002 }, NULL);
	(void)add_event(&host, &(struct row){ OPERATION, -HOUR, 0 }, NULL);
	(void)add_event(&host, &(struct row){ FAILED, HOUR, 0 }, ID_1);
	(void)add_event(&host, &(struct row){ UNKNOWN_ID, HOUR, 0 }, ID_1);
	all = collect(&host, &arena);
	assert_int_equal(all.count, 0);
	assert_int_equal(all.nameless, 2);
	assert_int_equal(all.nameless_last, NOW - HOUR);
	assert_int_equal(all.future, 1);
}

/* The filter's verdict on the VM counts, and that on its events when the VM is not known. */
static void test_incidents_follow_the_filter(void **state)
{
	static const struct {
		bool known, vm_excluded, event_excluded, excluded;
	} filters[] = {
		{ true, false, true, false },
		{ true, true, false, true },
		{ false, false, false, false },
		{ false, false, true, true },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(filters); i++) {
		HV_AUTO(host) host;
		HV_AUTO(arena) arena;
		struct hv_incidents all;

		hv_arena_init(&arena, ARENA);
		build_host(&host, NULL);
		if (filters[i].known)
			build_vm(&host, ID_1, "sql01", NULL, NULL);
		add_event(&host, &(struct row){ FAILED, -HOUR, 0 }, ID_1)->excluded =
			filters[i].event_excluded;
		add_event(&host, &(struct row){ FAILED, -1, 0 }, ID_1)->vm_name = NULL;
		if (filters[i].known)
			host.vms[0].excluded = filters[i].vm_excluded;
		all = collect(&host, &arena);
		assert_int_equal(all.count, 1);
		assert_int_equal(all.items[0].excluded, filters[i].excluded);
	}
}

static void test_attempt_is_explained_by_its_attendant(void **state)
{
	static const struct {
		struct row attendant;
		uint32_t hresult;
		const char *key;
	} attended[] = {
		{ { DISABLED, -HOUR - MINUTE, 0 }, 0, "vmms-checkpoints-disabled" },
		{ { DISABLED, -HOUR + MINUTE, 0 }, 0, "vmms-checkpoints-disabled" },
		{ { DISABLED, -HOUR - 6 * MINUTE, 0 }, 0, "vmms-18012" },
		{ { DISABLED, -HOUR + 6 * MINUTE, 0 }, 0, "vmms-18012" },
		{ { DISABLED, -HOUR, 0 }, 0x80070070, "vmms-18012" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(attended); i++) {
		HV_AUTO(host) host;
		HV_AUTO(arena) arena;
		struct hv_incidents all;

		hv_arena_init(&arena, ARENA);
		build_host(&host, NULL);
		(void)add_event(&host, &attended[i].attendant, ID_1);
		(void)add_event(&host, &(struct row){ FAILED, -HOUR, attended[i].hresult }, ID_1);
		all = collect(&host, &arena);
		assert_string_equal(all.items[0].checkpoint.row->key, attended[i].key);
	}
}

static void test_event_disk_is_found(void **state)
{
	static const struct {
		const char *field, *message, *disk;
	} disks[] = {
		{ "E:\\VMs\\a b.vhdx", NULL, "E:\\VMs\\a b.vhdx" },
		{ "\\\\srv\\share\\a.AVHDX", "using disk D:\\b.vhd: x", "\\\\srv\\share\\a.AVHDX" },
		{ "sql01",
			"'sql01' cannot create the storage using disk E:\\VMs\\a b.vhdx: The file. "
			"(0x80070002)",
			"E:\\VMs\\a b.vhdx" },
		{ "sql01", "disk d:\\a.vhd, no other", "d:\\a.vhd" },
		{ "sql01", "C:\\config.xml and disk D:\\a.vhd", "D:\\a.vhd" },
		{ "x.vhdx", "x.vhdx was not found", NULL },
		{ "C:\\config.xml", "C:\\config.xml", NULL },
		{ ".vhdx", ".vhdx C:\\", NULL },
		{ NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(disks); i++) {
		const struct hv_event_field field = { .name = "Parameter2",
			.value = disks[i].field };
		const struct hv_event e = {
			.message = disks[i].message, .fields = &field, .field_count = 1
		};
		HV_AUTO(arena) arena;
		const char *disk;

		hv_arena_init(&arena, ARENA);
		disk = hv_event_disk(&arena, &e);
		if (disks[i].disk == NULL)
			assert_null(disk);
		else
			assert_string_equal(disk, disks[i].disk);
	}
}

static void test_incidents_tell_short_memory(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(arena) arena;
	struct hv_incidents all = { .count = 99 };
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	hv_arena_init(&arena, 1);
	build_host(&host, NULL);
	(void)add_event(&host, &(struct row){ FAILED, -HOUR, 0 }, ID_1);
	build_end(&host);
	assert_int_equal(hv_incidents_collect(&host, 26 * HOUR, NOW, &arena, &all, &err), -1);
	assert_int_equal(err.kind, HV_ERR_NO_MEMORY);
	assert_int_equal(all.count, 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_incidents_by_table),
		cmocka_unit_test(test_incidents_separate_vms),
		cmocka_unit_test(test_incidents_need_a_unique_name),
		cmocka_unit_test(test_incidents_count_what_cannot_be_judged),
		cmocka_unit_test(test_incidents_follow_the_filter),
		cmocka_unit_test(test_attempt_is_explained_by_its_attendant),
		cmocka_unit_test(test_event_disk_is_found),
		cmocka_unit_test(test_incidents_tell_short_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
