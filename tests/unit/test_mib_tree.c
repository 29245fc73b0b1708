/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree over boards made of literals: what GET answers, and that GETNEXT goes through everything
 * once and in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "mibs/tree.h"

#define SECONDS(n) ((n)*HV_USEC_PER_SEC)
#define NOON       SECONDS(INT64_C(1795348800)) /* 2026-11-22T12:00:00Z */
#define VM_1       "11111111-1111-1111-1111-111111111111"
#define VM_2       "22222222-2222-2222-2222-222222222222"
#define INTERVAL   SECONDS(300)

enum { WALK_MAX = 200000 };

static struct hv_snapshot_check answered_checks[] = {
	{ .check = "space", .state = HV_WARNING, .summary = "D: is nearly full" },
	{ .check = "layout", .state = HV_OK, .summary = "nothing lies in a root" },
};
static struct hv_board_check full_checks[] = {
	{ .check = "space",
		.state = HV_WARNING,
		.judged = true,
		.since_wall = NOON - SECONDS(60),
		.row = &answered_checks[0] },
	{ .check = "layout",
		.state = HV_OK,
		.judged = true,
		.since_wall = NOON - SECONDS(90),
		.row = &answered_checks[1] },
};
static struct hv_board_check new_checks[] = {
	{ .check = "space", .state = HV_UNKNOWN },
};
static struct hv_snapshot_finding findings[] = {
	{ .check = "space",
		.item = "",
		.number = 1,
		.state = HV_UNKNOWN,
		.title = "",
		.rule = "unread",
		.text = "not read",
		.why = "",
		.remedy = "" },
	{ .check = "space",
		.item = "D:",
		.number = 1,
		.state = HV_WARNING,
		.title = "D:",
		.rule = "free-space",
		.text = "little is free",
		.why = "it fills",
		.remedy = "make room" },
	{ .check = "space",
		.item = "D:",
		.number = 300,
		.state = HV_CRITICAL,
		.title = "D:",
		.rule = "growth",
		.text = "less every day",
		.why = "",
		.remedy = "" },
	{ .check = "space",
		.item = "\xC3\xA4:",
		.number = 1,
		.state = HV_WARNING,
		.title = "\xC3\xA4:",
		.rule = "",
		.text = "",
		.why = "",
		.remedy = "" },
};
static struct hv_snapshot_metric metrics[] = {
	{ .check = "space",
		.item = "D:",
		.metric = "free",
		.title = "D:",
		.value = "40.25",
		.unit = "%",
		.warning = "20:",
		.critical = "10:",
		.minimum = "0",
		.maximum = "100",
		.integer = { .value = 4025, .known = true },
		.integer_unit = HV_INTEGER_HUNDREDTHS },
	{ .check = "space",
		.item = "D:",
		.metric = "hours",
		.title = "D:",
		.value = "-1",
		.unit = "",
		.warning = "",
		.critical = "",
		.minimum = "",
		.maximum = "",
		.integer_unit = HV_INTEGER_NONE },
	{ .check = "space",
		.item = "E:",
		.metric = "free",
		.title = "E:",
		.value = "5",
		.unit = "B",
		.warning = "",
		.critical = "",
		.minimum = "",
		.maximum = "",
		.integer = { .value = UINT64_MAX, .known = true },
		.integer_unit = HV_INTEGER_BYTES },
};
static struct hv_snapshot_volume volumes[] = {
	{ .volume = "D:",
		.title = "D:",
		.label = "data",
		.file_system = "NTFS",
		.capacity_bytes = { .value = 3000, .known = true },
		.free_bytes = { .value = 1000, .known = true } },
	{ .volume = "E:",
		.title = "E:",
		.label = "",
		.file_system = "",
		.capacity_bytes = { .value = UINT64_MAX, .known = true },
		.free_bytes = { .value = UINT64_MAX / 2, .known = true } },
	{ .volume = "F:",
		.title = "F:",
		.label = "",
		.file_system = "",
		.capacity_bytes = { .value = 0, .known = true },
		.free_bytes = { .value = 0, .known = true } },
	{ .volume = "G:", .title = "G:", .label = "", .file_system = "" },
	{ .volume = "H:",
		.title = "H:",
		.label = "",
		.file_system = "",
		.capacity_bytes = { .value = 10, .known = true },
		.free_bytes = { .value = 11, .known = true } },
};
static struct hv_snapshot_vm vms[] = {
	{ .vm = VM_1,
		.name = "sql",
		.state = HV_VM_RUNNING,
		.guest = "Windows",
		.disks = 2,
		.checkpoints = 0,
		.last_backup = { .usec = NOON - SECONDS(36000), .known = true },
		.outlook = HV_OUTLOOK_BAD,
		.culprit = "D: full",
		.remedy = "make room" },
	{ .vm = VM_2,
		.name = "web",
		.state = HV_VM_STATE_UNKNOWN,
		.guest = "",
		.disks = UINT64_C(1) << 40,
		.checkpoints = 3,
		.outlook = HV_OUTLOOK_GOOD,
		.culprit = "",
		.remedy = "" },
};
static char no_text[] = "";
static char new_address[] = "192.0.2.1";
static char full_address[] = "hv.example.com";
static char refused[] = "login refused";

/* "new" was never polled; "full" was answered five seconds ago. */
#define FULL_SNAPSHOT                                                                              \
	{                                                                                          \
		.answered = true, .error = "", .computer = "HV1", .windows = "Windows Server",     \
		.checks = answered_checks, .check_count = HV_ARRAY_LEN(answered_checks),           \
		.findings = findings, .finding_count = HV_ARRAY_LEN(findings), .metrics = metrics, \
		.metric_count = HV_ARRAY_LEN(metrics), .volumes = volumes,                         \
		.volume_count = HV_ARRAY_LEN(volumes), .vms = vms, .vm_count = HV_ARRAY_LEN(vms),  \
	}
static const struct hv_board_host hosts[] = {
	{ .name = "new",
		.address = new_address,
		.interval = INTERVAL,
		.unreachable_after = 3,
		.unreachable_state = HV_CRITICAL,
		.checks = new_checks,
		.check_count = HV_ARRAY_LEN(new_checks),
		.error = no_text },
	{ .name = "full",
		.address = full_address,
		.interval = INTERVAL,
		.unreachable_after = 3,
		.unreachable_state = HV_CRITICAL,
		.checks = full_checks,
		.check_count = HV_ARRAY_LEN(full_checks),
		.snapshot = FULL_SNAPSHOT,
		.has_snapshot = true,
		.taken_at = { .monotonic = SECONDS(1000), .wall = NOON },
		.polled_at = { .monotonic = SECONDS(1000), .wall = NOON },
		.took = 2500000,
		.polls = (UINT64_C(1) << 32) + 7,
		.failures = 2,
		.error = no_text,
		.reachable_since_wall = NOON - SECONDS(3600) },
};

struct fixture {
	struct hv_board_host hosts[HV_ARRAY_LEN(hosts)];
	struct hv_board board;
	struct hv_tree tree;
};

static struct hv_board_host *new_host(struct fixture *f)
{
	return &f->hosts[0];
}

static struct hv_board_host *full_host(struct fixture *f)
{
	return &f->hosts[1];
}

static void make(struct fixture *f)
{
	memcpy(f->hosts, hosts, sizeof(hosts));
	f->board = (struct hv_board){ .hosts = f->hosts,
		.host_count = HV_ARRAY_LEN(f->hosts),
		.started_wall = NOON - SECONDS(86400),
		.polls = 9,
		.failures = 2 };
	f->tree = (struct hv_tree){ .board = &f->board,
		.now = { .monotonic = SECONDS(1005), .wall = NOON + SECONDS(5) } };
}

static void wait_seconds(struct fixture *f, int64_t seconds)
{
	f->tree.now.monotonic += SECONDS(seconds);
	f->tree.now.wall += SECONDS(seconds);
}

/* "2.1.5" or "2.1.5.'new'" to an identifier: a text in apostrophes stands for its length and its
 * octets. */
static struct hv_oid oid_of(const char *text)
{
	struct hv_oid oid = { .len = 0 };

	while (*text != '\0') {
		if (*text == '\'') {
			const char *end = strchr(++text, '\'');

			oid.ids[oid.len++] = (uint32_t)(end - text);
			while (text < end)
				oid.ids[oid.len++] = (unsigned char)*text++;
			text++;
		} else {
			char *end;

			oid.ids[oid.len++] = (uint32_t)strtoul(text, &end, 10);
			text = end;
		}
		if (*text == '.')
			text++;
	}
	return oid;
}

static enum hv_tree_status get(struct fixture *f, const char *text, struct hv_mib_value *ret)
{
	struct hv_oid oid = oid_of(text);

	return hv_tree_get(&f->tree, &oid, ret);
}

static void expect_number(
	struct fixture *f, const char *oid, enum hv_mib_type type, uint64_t number)
{
	struct hv_mib_value value;

	if (get(f, oid, &value) != HV_TREE_FOUND)
		fail_msg("%s is not there", oid);
	if (value.type != type || value.number != number)
		fail_msg("%s is %llu of type %d", oid, (unsigned long long)value.number,
			(int)value.type);
}

static void expect_bytes(struct fixture *f, const char *oid, const void *bytes, size_t len)
{
	struct hv_mib_value value;

	if (get(f, oid, &value) != HV_TREE_FOUND)
		fail_msg("%s is not there", oid);
	if (value.type != HV_MIB_OCTETS || value.len != len || memcmp(value.bytes, bytes, len) != 0)
		fail_msg("%s is \"%.*s\"", oid, (int)value.len, (const char *)value.bytes);
}

static void expect_text(struct fixture *f, const char *oid, const char *text)
{
	expect_bytes(f, oid, text, strlen(text));
}

static void expect_absent(struct fixture *f, const char *oid, enum hv_tree_status status)
{
	struct hv_mib_value value;

	if (get(f, oid, &value) != status)
		fail_msg("%s is not absent as it should be", oid);
}

static void test_mib_tree_agent(void **state)
{
	struct fixture f;
	struct hv_mib_value version;

	(void)state;
	make(&f);
	assert_int_equal(get(&f, "1.1.0", &version), HV_TREE_FOUND);
	assert_true(version.len > 0);
	expect_bytes(&f, "1.2.0", "\x07\xEA\x0B\x15\x0C\x00\x00\x00+\x00\x00", 11);
	expect_number(&f, "1.3.0", HV_MIB_UNSIGNED, 2);
	expect_number(&f, "1.4.0", HV_MIB_UNSIGNED, 1);
	expect_number(&f, "1.5.0", HV_MIB_COUNTER32, 9);
	expect_number(&f, "1.6.0", HV_MIB_COUNTER32, 2);
	expect_number(&f, "1.7.0", HV_MIB_INTEGER, 2); /* WARNING outweighs UNKNOWN */
	f.board.polls = UINT64_C(1) << 32;
	expect_number(&f, "1.5.0", HV_MIB_COUNTER32, 0);
	f.board.host_count = 0;
	expect_number(&f, "1.7.0", HV_MIB_INTEGER, 4);
	expect_absent(&f, "1.7", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "1.7.1", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "1.7.0.0", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "1.8.0", HV_TREE_NO_OBJECT);
}

static void test_mib_tree_hosts(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	expect_text(&f, "2.1.2.'full'", "hv.example.com");
	expect_text(&f, "2.1.3.'full'", "HV1");
	expect_text(&f, "2.1.4.'full'", "Windows Server");
	expect_number(&f, "2.1.5.'full'", HV_MIB_INTEGER, 2);
	expect_number(&f, "2.1.6.'full'", HV_MIB_INTEGER, 1);
	expect_bytes(&f, "2.1.7.'full'", "\x07\xEA\x0B\x16\x0B\x00\x00\x00+\x00\x00", 11);
	expect_text(&f, "2.1.8.'full'", "");
	expect_bytes(&f, "2.1.9.'full'", "\x07\xEA\x0B\x16\x0C\x00\x00\x00+\x00\x00", 11);
	expect_number(&f, "2.1.10.'full'", HV_MIB_UNSIGNED, 2500);
	expect_number(&f, "2.1.11.'full'", HV_MIB_COUNTER32, 7);
	expect_number(&f, "2.1.12.'full'", HV_MIB_COUNTER32, 2);
	expect_number(&f, "2.1.13.'full'", HV_MIB_UNSIGNED, 2);
	expect_number(&f, "2.1.14.'full'", HV_MIB_UNSIGNED, 5);
	expect_number(&f, "2.1.15.'full'", HV_MIB_INTEGER, 2);
	expect_absent(&f, "2.1.1.'full'", HV_TREE_NO_OBJECT);
	expect_absent(&f, "2.1.16.'full'", HV_TREE_NO_OBJECT);
}

static void test_mib_tree_host_before_first_poll(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	expect_text(&f, "2.1.2.'new'", "192.0.2.1");
	expect_text(&f, "2.1.3.'new'", "");
	expect_number(&f, "2.1.5.'new'", HV_MIB_INTEGER, 4);
	expect_number(&f, "2.1.6.'new'", HV_MIB_INTEGER, 2);
	expect_absent(&f, "2.1.7.'new'", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "2.1.9.'new'", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "2.1.10.'new'", HV_TREE_NO_INSTANCE);
	expect_number(&f, "2.1.11.'new'", HV_MIB_COUNTER32, 0);
	expect_absent(&f, "2.1.13.'new'", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "2.1.14.'new'", HV_TREE_NO_INSTANCE);
	expect_number(&f, "2.1.15.'new'", HV_MIB_INTEGER, 1);
	expect_number(&f, "3.1.2.'new'.'space'", HV_MIB_INTEGER, 4);
	expect_absent(&f, "3.1.4.'new'.'space'", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "3.1.5.'new'.'space'", HV_TREE_NO_INSTANCE);
	expect_number(&f, "3.1.6.'new'.'space'", HV_MIB_INTEGER, 1);
}

static void test_mib_tree_checks(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	expect_number(&f, "3.1.2.'full'.'space'", HV_MIB_INTEGER, 2);
	expect_number(&f, "3.1.2.'full'.'layout'", HV_MIB_INTEGER, 1);
	expect_text(&f, "3.1.3.'full'.'space'", "D: is nearly full");
	expect_bytes(&f, "3.1.4.'full'.'space'", "\x07\xEA\x0B\x16\x0B\x3B\x00\x00+\x00\x00", 11);
	expect_number(&f, "3.1.5.'full'.'space'", HV_MIB_UNSIGNED, 5);
	expect_number(&f, "3.1.6.'full'.'space'", HV_MIB_INTEGER, 2);
	expect_absent(&f, "3.1.2.'full'.'spac'", HV_TREE_NO_INSTANCE);
}

static void test_mib_tree_findings(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	expect_number(&f, "4.1.3.'full'.'space'.''.1", HV_MIB_INTEGER, 4);
	expect_text(&f, "4.1.4.'full'.'space'.''.1", "");
	expect_number(&f, "4.1.3.'full'.'space'.'D:'.1", HV_MIB_INTEGER, 2);
	expect_text(&f, "4.1.4.'full'.'space'.'D:'.1", "D:");
	expect_text(&f, "4.1.5.'full'.'space'.'D:'.1", "free-space");
	expect_text(&f, "4.1.6.'full'.'space'.'D:'.1", "little is free");
	expect_text(&f, "4.1.7.'full'.'space'.'D:'.1", "it fills");
	expect_text(&f, "4.1.8.'full'.'space'.'D:'.1", "make room");
	expect_number(&f, "4.1.9.'full'.'space'.'D:'.1", HV_MIB_UNSIGNED, 5);
	expect_number(&f, "4.1.10.'full'.'space'.'D:'.1", HV_MIB_INTEGER, 2);
	expect_number(&f, "4.1.3.'full'.'space'.'D:'.300", HV_MIB_INTEGER, 3);
	expect_number(&f, "4.1.3.'full'.'space'.'\xC3\xA4:'.1", HV_MIB_INTEGER, 2);
	expect_absent(&f, "4.1.3.'full'.'space'.'D:'.2", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "4.1.3.'new'.'space'.''.1", HV_TREE_NO_INSTANCE);
}

static void test_mib_tree_metrics(void **state)
{
	static const char *const texts[] = { "D:", "40.25", "%", "20:", "10:", "0", "100" };
	struct fixture f;

	(void)state;
	make(&f);
	for (size_t i = 0; i < HV_ARRAY_LEN(texts); i++) {
		char oid[64];

		snprintf(oid, sizeof(oid), "5.1.%zu.'full'.'space'.'D:'.'free'", i + 3);
		expect_text(&f, oid, texts[i]);
	}
	expect_number(&f, "5.1.10.'full'.'space'.'D:'.'free'", HV_MIB_COUNTER64, 4025);
	expect_number(&f, "5.1.11.'full'.'space'.'D:'.'free'", HV_MIB_INTEGER, 4);
	expect_number(&f, "5.1.12.'full'.'space'.'D:'.'free'", HV_MIB_UNSIGNED, 5);
	expect_number(&f, "5.1.13.'full'.'space'.'D:'.'free'", HV_MIB_INTEGER, 2);
	expect_absent(&f, "5.1.10.'full'.'space'.'D:'.'hours'", HV_TREE_NO_INSTANCE);
	expect_number(&f, "5.1.11.'full'.'space'.'D:'.'hours'", HV_MIB_INTEGER, 1);
	expect_number(&f, "5.1.10.'full'.'space'.'E:'.'free'", HV_MIB_COUNTER64, UINT64_MAX);
}

static void test_mib_tree_volumes(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	expect_text(&f, "6.1.2.'full'.'D:'", "D:");
	expect_text(&f, "6.1.3.'full'.'D:'", "data");
	expect_text(&f, "6.1.4.'full'.'D:'", "NTFS");
	expect_number(&f, "6.1.5.'full'.'D:'", HV_MIB_COUNTER64, 3000);
	expect_number(&f, "6.1.6.'full'.'D:'", HV_MIB_COUNTER64, 1000);
	expect_number(&f, "6.1.7.'full'.'D:'", HV_MIB_UNSIGNED, 3333);
	expect_number(&f, "6.1.8.'full'.'D:'", HV_MIB_UNSIGNED, 5);
	expect_number(&f, "6.1.9.'full'.'D:'", HV_MIB_INTEGER, 2);
	expect_number(&f, "6.1.7.'full'.'E:'", HV_MIB_UNSIGNED, 5000);
	expect_number(&f, "6.1.5.'full'.'F:'", HV_MIB_COUNTER64, 0);
	expect_absent(&f, "6.1.7.'full'.'F:'", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "6.1.5.'full'.'G:'", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "6.1.6.'full'.'G:'", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "6.1.7.'full'.'G:'", HV_TREE_NO_INSTANCE);
	expect_number(&f, "6.1.7.'full'.'H:'", HV_MIB_UNSIGNED, 10000);
}

static void test_mib_tree_vms(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	expect_text(&f, "7.1.2.'full'.'" VM_1 "'", "sql");
	expect_number(&f, "7.1.3.'full'.'" VM_1 "'", HV_MIB_INTEGER, 1);
	expect_text(&f, "7.1.4.'full'.'" VM_1 "'", "Windows");
	expect_number(&f, "7.1.5.'full'.'" VM_1 "'", HV_MIB_UNSIGNED, 2);
	expect_number(&f, "7.1.6.'full'.'" VM_1 "'", HV_MIB_UNSIGNED, 0);
	expect_bytes(
		&f, "7.1.7.'full'.'" VM_1 "'", "\x07\xEA\x0B\x16\x02\x00\x00\x00+\x00\x00", 11);
	expect_number(&f, "7.1.8.'full'.'" VM_1 "'", HV_MIB_INTEGER, 3);
	expect_text(&f, "7.1.9.'full'.'" VM_1 "'", "D: full");
	expect_text(&f, "7.1.10.'full'.'" VM_1 "'", "make room");
	expect_number(&f, "7.1.11.'full'.'" VM_1 "'", HV_MIB_UNSIGNED, 5);
	expect_number(&f, "7.1.12.'full'.'" VM_1 "'", HV_MIB_INTEGER, 2);
	expect_number(&f, "7.1.3.'full'.'" VM_2 "'", HV_MIB_INTEGER, 6);
	expect_number(&f, "7.1.5.'full'.'" VM_2 "'", HV_MIB_UNSIGNED, UINT32_MAX);
	expect_absent(&f, "7.1.7.'full'.'" VM_2 "'", HV_TREE_NO_INSTANCE);
	expect_number(&f, "7.1.8.'full'.'" VM_2 "'", HV_MIB_INTEGER, 1);
}

static void test_mib_tree_enumerations(void **state)
{
	static const enum hv_vm_state STATES[] = { HV_VM_RUNNING, HV_VM_OFF, HV_VM_SAVED,
		HV_VM_PAUSED, HV_VM_CHANGING, HV_VM_STATE_UNKNOWN };
	static const enum hv_outlook OUTLOOKS[] = { HV_OUTLOOK_GOOD, HV_OUTLOOK_RISK,
		HV_OUTLOOK_BAD, HV_OUTLOOK_UNKNOWN };
	struct fixture f;
	struct hv_snapshot_vm vm = vms[0];

	(void)state;
	make(&f);
	full_host(&f)->snapshot.vms = &vm;
	full_host(&f)->snapshot.vm_count = 1;
	for (size_t i = 0; i < HV_ARRAY_LEN(STATES); i++) {
		vm.state = STATES[i];
		expect_number(&f, "7.1.3.'full'.'" VM_1 "'", HV_MIB_INTEGER, i + 1);
	}
	for (size_t i = 0; i < HV_ARRAY_LEN(OUTLOOKS); i++) {
		vm.outlook = OUTLOOKS[i];
		expect_number(&f, "7.1.8.'full'.'" VM_1 "'", HV_MIB_INTEGER, i + 1);
	}
}

static void test_mib_tree_dates(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	f.board.started_wall = SECONDS(951782399) + 987654; /* a leap day, and a tenth */
	expect_bytes(&f, "1.2.0", "\x07\xD0\x02\x1C\x17\x3B\x3B\x09+\x00\x00", 11);
	f.board.started_wall = SECONDS(951782400);
	expect_bytes(&f, "1.2.0", "\x07\xD0\x02\x1D\x00\x00\x00\x00+\x00\x00", 11);
	f.board.started_wall = HV_USEC_MAX; /* a year that has no room */
	expect_absent(&f, "1.2.0", HV_TREE_NO_INSTANCE);
	f.board.started_wall = HV_USEC_MIN;
	expect_absent(&f, "1.2.0", HV_TREE_NO_INSTANCE);
}

static void test_mib_tree_long_texts(void **state)
{
	struct fixture f;
	struct hv_snapshot_finding long_one = findings[0];
	char text[HV_SNAPSHOT_LONG_TEXT_MAX + 10], title[HV_SNAPSHOT_TEXT_MAX + 10];
	struct hv_mib_value value;

	(void)state;
	make(&f);
	full_host(&f)->snapshot.findings = &long_one;
	full_host(&f)->snapshot.finding_count = 1;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memset(title, 'x', sizeof(title) - 1);
	memcpy(title + HV_SNAPSHOT_TEXT_MAX - 1, "\xC3\xA4", 2); /* on the border */
	title[sizeof(title) - 1] = '\0';
	long_one.text = text;
	long_one.title = title;
	long_one.why = NULL;
	assert_int_equal(get(&f, "4.1.6.'full'.'space'.''.1", &value), HV_TREE_FOUND);
	assert_int_equal(value.len, HV_SNAPSHOT_LONG_TEXT_MAX);
	assert_int_equal(get(&f, "4.1.4.'full'.'space'.''.1", &value), HV_TREE_FOUND);
	assert_int_equal(value.len, HV_SNAPSHOT_TEXT_MAX - 1);
	expect_text(&f, "4.1.7.'full'.'space'.''.1", "");
}

static void test_mib_tree_stale(void **state)
{
	static const char *const oids[] = { "2.1.15.'full'", "3.1.6.'full'.'space'",
		"4.1.10.'full'.'space'.''.1", "5.1.13.'full'.'space'.'D:'.'free'",
		"6.1.9.'full'.'D:'", "7.1.12.'full'.'" VM_1 "'" };
	struct fixture f;

	(void)state;
	make(&f);
	wait_seconds(&f, 2 * 300); /* and the five before */
	for (size_t i = 0; i < HV_ARRAY_LEN(oids); i++)
		expect_number(&f, oids[i], HV_MIB_INTEGER, 1);
	expect_number(&f, "2.1.14.'full'", HV_MIB_UNSIGNED, 605);
	/* What was found still stands. */
	expect_number(&f, "3.1.2.'full'.'space'", HV_MIB_INTEGER, 2);
	expect_number(&f, "6.1.6.'full'.'D:'", HV_MIB_COUNTER64, 1000);

	make(&f);
	full_host(&f)->failures_in_a_row = 1;
	full_host(&f)->error = refused;
	for (size_t i = 0; i < HV_ARRAY_LEN(oids); i++)
		expect_number(&f, oids[i], HV_MIB_INTEGER, 1);
	expect_text(&f, "2.1.8.'full'", "login refused");
}

static void test_mib_tree_expired(void **state)
{
	struct fixture f;
	struct hv_mib_value value;

	(void)state;
	make(&f);
	wait_seconds(&f, 3 * 300);
	expect_number(&f, "2.1.5.'full'", HV_MIB_INTEGER, 4);
	expect_text(&f, "2.1.3.'full'", "HV1");
	expect_absent(&f, "2.1.13.'full'", HV_TREE_NO_INSTANCE);
	expect_number(&f, "2.1.14.'full'", HV_MIB_UNSIGNED, 905);
	expect_number(&f, "3.1.2.'full'.'space'", HV_MIB_INTEGER, 4);
	expect_number(&f, "3.1.2.'full'.'layout'", HV_MIB_INTEGER, 4);
	assert_int_equal(get(&f, "3.1.3.'full'.'layout'", &value), HV_TREE_FOUND);
	assert_true(value.len > 0);
	expect_number(&f, "4.1.3.'full'.'space'.'D:'.300", HV_MIB_INTEGER, 4);
	expect_text(&f, "4.1.6.'full'.'space'.'D:'.1", "little is free");
	expect_text(&f, "5.1.4.'full'.'space'.'D:'.'free'", "U");
	expect_absent(&f, "5.1.10.'full'.'space'.'D:'.'free'", HV_TREE_NO_INSTANCE);
	expect_number(&f, "5.1.11.'full'.'space'.'D:'.'free'", HV_MIB_INTEGER, 4);
	expect_text(&f, "6.1.2.'full'.'D:'", "D:");
	expect_absent(&f, "6.1.5.'full'.'D:'", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "6.1.6.'full'.'D:'", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "6.1.7.'full'.'D:'", HV_TREE_NO_INSTANCE);
	expect_number(&f, "7.1.3.'full'.'" VM_1 "'", HV_MIB_INTEGER, 6);
	expect_absent(&f, "7.1.5.'full'.'" VM_1 "'", HV_TREE_NO_INSTANCE);
	expect_absent(&f, "7.1.6.'full'.'" VM_1 "'", HV_TREE_NO_INSTANCE);
	expect_number(&f, "7.1.8.'full'.'" VM_1 "'", HV_MIB_INTEGER, 4);
	expect_number(&f, "7.1.8.'full'.'" VM_2 "'", HV_MIB_INTEGER, 4);
	expect_text(&f, "7.1.9.'full'.'" VM_1 "'", "D: full");
}

/* Indexes that end too early, go on too long, or lie about the length of a text. */
static void test_mib_tree_odd_indexes(void **state)
{
	static const char *const oids[] = { "2.1.5", "2.1.5.4", "2.1.5.4.102.117.108",
		"2.1.5.'full'.0", "2.1.5.3.102.117.108.108", "2.1.5.5.102.117.108.108",
		"2.1.5.4.102.117.108.4294967295", "2.1.5.4.358.117.108.108", /* 102 + 256 */
		"2.1.5.4294967295.102", "2.1.5.0", "3.1.2.'full'", "3.1.2.'full'.5",
		"3.1.2.'full'.'space'.1", "3.1.2.'full'.5.371.112.97.99.101",
		"3.1.2.'fulk'.'space'", "4.1.3.'full'.'space'.'D:'",
		"4.1.3.'full'.'space'.'D:'.1.1", "4.1.3.'full'.'space'.'D:'.0",
		"4.1.3.'full'.'space'.'D:'.4294967295", "7.1.8.'full'.'" VM_1 "'.'" VM_2 "'" };
	static const char *const none[] = { "", "0", "1", "2", "2.1", "2.0.5.'full'",
		"2.2.5.'full'", "2.1.0.'full'", "2.1.4294967295", "8.1.0", "8.4.0", "9", "9.1.1",
		"4294967295" };
	struct fixture f;
	struct hv_oid longest = oid_of("2.1.5.'full'");
	struct hv_mib_value value;

	(void)state;
	make(&f);
	for (size_t i = 0; i < HV_ARRAY_LEN(oids); i++)
		expect_absent(&f, oids[i], HV_TREE_NO_INSTANCE);
	for (size_t i = 0; i < HV_ARRAY_LEN(none); i++)
		expect_absent(&f, none[i], HV_TREE_NO_OBJECT);
	while (longest.len < HV_OID_MAX)
		longest.ids[longest.len++] = UINT32_MAX;
	assert_int_equal(hv_tree_get(&f.tree, &longest, &value), HV_TREE_NO_INSTANCE);
}

/* What comes behind any of these. */
static void test_mib_tree_next(void **state)
{
	static const struct {
		const char *from, *to; /* NULL: the end */
	} CASES[] = {
		{ "", "1.1.0" },
		{ "0.5.4", "1.1.0" },
		{ "1", "1.1.0" },
		{ "1.1", "1.1.0" },
		{ "1.1.0", "1.2.0" },
		{ "1.1.0.7", "1.2.0" },
		{ "1.1.9", "1.2.0" },
		{ "1.7.0", "2.1.2.'new'" },
		{ "1.4294967295", "2.1.2.'new'" },
		{ "2", "2.1.2.'new'" },
		{ "2.0.4", "2.1.2.'new'" },
		{ "2.1.1", "2.1.2.'new'" },
		{ "2.1.1.'new'", "2.1.2.'new'" },
		{ "2.1.2", "2.1.2.'new'" },
		{ "2.1.2.0", "2.1.2.'new'" },
		{ "2.1.2.2.255.255", "2.1.2.'new'" },
		{ "2.1.2.3", "2.1.2.'new'" },
		{ "2.1.2.3.110", "2.1.2.'new'" },
		{ "2.1.2.3.110.101.118", "2.1.2.'new'" },
		{ "2.1.2.'new'", "2.1.2.'full'" },
		{ "2.1.2.'new'.1", "2.1.2.'full'" },
		{ "2.1.2.3.110.101.120", "2.1.2.'full'" },
		{ "2.1.2.3.1000", "2.1.2.'full'" },
		{ "2.1.2.4.102.117.108.107.99", "2.1.2.'full'" },
		{ "2.1.2.'full'", "2.1.3.'new'" },
		{ "2.1.2.4294967295", "2.1.3.'new'" },
		{ "2.1.6.'full'", "2.1.7.'full'" }, /* absent for the new host */
		{ "2.1.15.'full'", "3.1.2.'new'.'space'" },
		{ "2.1.16", "3.1.2.'new'.'space'" },
		{ "2.2", "3.1.2.'new'.'space'" },
		{ "3.1.2.'new'", "3.1.2.'new'.'space'" },
		{ "3.1.2.'new'.'space'", "3.1.2.'full'.'space'" },
		{ "3.1.2.'full'.'space'", "3.1.2.'full'.'layout'" },
		{ "3.1.2.'full'.5.115.112.97.99.101.0", "3.1.2.'full'.'layout'" },
		{ "3.1.2.'full'.'layout'", "3.1.3.'new'.'space'" },
		{ "3.1.6.'full'.'layout'", "4.1.3.'full'.'space'.''.1" },
		{ "4.1.3.'full'.'space'.''", "4.1.3.'full'.'space'.''.1" },
		{ "4.1.3.'full'.'space'.''.1", "4.1.3.'full'.'space'.'D:'.1" },
		{ "4.1.3.'full'.'space'.'D:'.1", "4.1.3.'full'.'space'.'D:'.300" },
		{ "4.1.3.'full'.'space'.'D:'.299.5", "4.1.3.'full'.'space'.'D:'.300" },
		{ "4.1.3.'full'.'space'.'D:'.300", "4.1.3.'full'.'space'.'\xC3\xA4:'.1" },
		{ "5.1.10.'full'.'space'.'D:'.'free'", "5.1.10.'full'.'space'.'E:'.'free'" },
		{ "6.1.5.'full'.'F:'", "6.1.5.'full'.'H:'" },
		{ "7.1.12.'full'.'" VM_1 "'", "7.1.12.'full'.'" VM_2 "'" },
		{ "7.1.12.'full'.'" VM_2 "'", NULL },
		{ "7.1.13", NULL },
		{ "8.1", NULL },
		{ "8.1.0", NULL },
		{ "4294967295", NULL },
	};
	struct fixture f;

	(void)state;
	make(&f);
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_oid oid = oid_of(CASES[i].from);
		struct hv_oid expected = oid_of(CASES[i].to ? CASES[i].to : "");
		struct hv_mib_value value;
		enum hv_tree_status status = hv_tree_next(&f.tree, &oid, &oid, &value);

		if (!CASES[i].to) {
			assert_int_equal(status, HV_TREE_END);
			continue;
		}
		if (status != HV_TREE_FOUND || hv_oid_cmp(&oid, &expected) != 0)
			fail_msg("\"%s\" is not what comes behind \"%s\"", CASES[i].to,
				CASES[i].from);
	}
}

/* The longest identifiers there can be are places in the order, too. */
static void test_mib_tree_next_of_longest(void **state)
{
	struct fixture f;
	struct hv_oid oid = oid_of("2.1.2.'new'"), next;
	struct hv_oid expected = oid_of("2.1.2.'full'");
	struct hv_mib_value value;

	(void)state;
	make(&f);
	while (oid.len < HV_OID_MAX)
		oid.ids[oid.len++] = UINT32_MAX;
	assert_int_equal(hv_tree_next(&f.tree, &oid, &next, &value), HV_TREE_FOUND);
	assert_int_equal(hv_oid_cmp(&next, &expected), 0);
	oid.len = SIZE_MAX; /* no more than there is room for is read */
	assert_int_equal(hv_tree_next(&f.tree, &oid, &next, &value), HV_TREE_FOUND);
	assert_int_equal(hv_oid_cmp(&next, &expected), 0);
}

/* Goes through everything: how many values; each must be further on, and what GET answers. */
static size_t walk(const struct hv_tree *tree)
{
	struct hv_oid oid = { .len = 0 };
	size_t count = 0;

	for (;;) {
		struct hv_oid next;
		struct hv_mib_value value, again;

		if (hv_tree_next(tree, &oid, &next, &value) == HV_TREE_END)
			return count;
		assert_true(hv_oid_cmp(&oid, &next) < 0);
		assert_int_equal(hv_tree_get(tree, &next, &again), HV_TREE_FOUND);
		assert_int_equal(value.type, again.type);
		assert_true(value.number == again.number);
		assert_int_equal(value.len, again.len);
		assert_true(value.len == 0 || memcmp(value.bytes, again.bytes, value.len) == 0);
		oid = next;
		assert_true(++count <= WALK_MAX);
	}
}

static void test_mib_tree_walk(void **state)
{
	/* Absent: five columns of the new host and two of its check, one integer of a metric, two
	 * sizes and two shares of volumes, the last backup of one machine. */
	size_t expected = 7 + 2 * 14 - 5 + 3 * 5 - 2 + 4 * 8 + 3 * 11 - 1 + 5 * 8 - 4 + 2 * 11 - 1;
	struct fixture f;

	(void)state;
	make(&f);
	assert_int_equal(walk(&f.tree), expected);
	/* Further: the number of machines; two integers; the sizes and shares that were left; disks
	 * and checkpoints. */
	wait_seconds(&f, 3 * 300);
	assert_int_equal(walk(&f.tree), expected - 1 - 2 - (4 + 4 + 3) - 2 * 2);
	f.board.host_count = 0;
	assert_int_equal(walk(&f.tree), 7);
}

/* Indexes as long as they get, with octets above 127. */
static void test_mib_tree_longest_index(void **state)
{
	struct fixture f;
	char check[HV_INDEX_CHECK_MAX + 1], item[HV_INDEX_ITEM_MAX + 1],
		metric[HV_INDEX_METRIC_MAX + 1];
	struct hv_snapshot_metric longest = metrics[0];
	struct hv_oid oid = oid_of("5.1.4"), next;
	struct hv_mib_value value;

	(void)state;
	make(&f);
	memset(check, 'c', sizeof(check));
	memset(item, '\xFE', sizeof(item));
	memset(metric, 'm', sizeof(metric));
	memset(full_host(&f)->name, 'h', HV_INDEX_HOST_MAX);
	check[sizeof(check) - 1] = item[sizeof(item) - 1] = metric[sizeof(metric) - 1] = '\0';
	longest.check = check;
	longest.item = item;
	longest.metric = metric;
	full_host(&f)->snapshot.metrics = &longest;
	full_host(&f)->snapshot.metric_count = 1;
	assert_int_equal(hv_tree_next(&f.tree, &oid, &next, &value), HV_TREE_FOUND);
	assert_int_equal(next.len, 3 + 33 + 17 + 33 + 25);
	assert_true(hv_mib_root_len + 1 + next.len <= HV_OID_MAX);
	assert_int_equal(next.ids[3 + 33 + 17 + 5], 0xFE);
	assert_int_equal(hv_tree_get(&f.tree, &next, &value), HV_TREE_FOUND);
}

/* Rows come and go between the steps of a walk: it goes on from the place, never back. */
static void test_mib_tree_walk_while_it_changes(void **state)
{
	struct fixture f;
	struct hv_oid oid = { .len = 0 }, next;
	struct hv_mib_value value;
	size_t steps = 0;

	(void)state;
	make(&f);
	while (hv_tree_next(&f.tree, &oid, &next, &value) == HV_TREE_FOUND) {
		assert_true(hv_oid_cmp(&oid, &next) < 0);
		oid = next;
		assert_true(++steps <= WALK_MAX);
		full_host(&f)->snapshot.vms = steps % 2 ? vms + 1 : vms;
		full_host(&f)->snapshot.vm_count = steps % 2 ? 1 : 2;
		full_host(&f)->snapshot.finding_count = steps % HV_ARRAY_LEN(findings);
		new_host(&f)->polls = steps;
		/* Where nothing is left the walk ends: only the tables that every host has. */
		full_host(&f)->has_snapshot = oid.ids[0] > 3 || steps % 7 != 0;
		f.board.host_count = oid.ids[0] <= 3 && steps % 11 == 0 ? 1 : 2;
	}
	assert_int_equal(oid.ids[0], 7);

	/* A row that is gone is a place all the same. */
	make(&f);
	full_host(&f)->snapshot.vms = vms + 1;
	full_host(&f)->snapshot.vm_count = 1;
	oid = oid_of("7.1.2.'full'.'" VM_1 "'");
	assert_int_equal(hv_tree_next(&f.tree, &oid, &next, &value), HV_TREE_FOUND);
	oid = oid_of("7.1.2.'full'.'" VM_2 "'");
	assert_int_equal(hv_oid_cmp(&oid, &next), 0);
}

enum { MANY_HOSTS = 200, MANY_VMS = 100 };

static void test_mib_tree_many(void **state)
{
	static struct hv_board_host many[MANY_HOSTS];
	static struct hv_snapshot_vm machines[MANY_VMS];
	static char ids[MANY_VMS][sizeof(VM_1)];
	struct fixture f;

	(void)state;
	make(&f);
	for (size_t i = 0; i < MANY_VMS; i++) {
		snprintf(ids[i], sizeof(ids[i]), "%08zX-0000-4000-8000-1234567890AB", i * 41);
		machines[i] = vms[0];
		machines[i].vm = ids[i];
	}
	for (size_t i = 0; i < MANY_HOSTS; i++) {
		many[i] = *full_host(&f);
		snprintf(many[i].name, sizeof(many[i].name), "host-%03zu", i);
		many[i].snapshot = (struct hv_snapshot){ .vms = machines,
			.vm_count = i % 2 ? MANY_VMS : 0,
			.computer = "",
			.windows = "" };
	}
	f.board.hosts = many;
	f.board.host_count = MANY_HOSTS;
	assert_int_equal(walk(&f.tree),
		7 + MANY_HOSTS * 14 + MANY_HOSTS * 2 * 5 + MANY_HOSTS / 2 * MANY_VMS * 11);
}

static void test_mib_tree_objects(void **state)
{
	struct hv_tree_object objects[HV_TREE_OBJECTS_MAX];
	size_t count = hv_tree_objects(objects), readable = 0;

	(void)state;
	assert_int_equal(count, 7 + 15 + 6 + 10 + 13 + 9 + 12 + 4);
	for (size_t i = 0; i < count; i++) {
		assert_true(strncmp(objects[i].name, "hvb", 3) == 0);
		assert_true(i == 0 || hv_oid_cmp(&objects[i - 1].oid, &objects[i].oid) < 0);
		readable += objects[i].is_accessible ? 1 : 0;
	}
	/* Parts of an index: one, one, two, two, one, one. */
	assert_int_equal(readable, count - 8 - 4);
}

static void expect_oid(const struct hv_oid *oid, const char *expected)
{
	struct hv_oid other = oid_of(expected);

	assert_int_equal(hv_oid_cmp(oid, &other), 0);
}

static void test_mib_tree_notification_objects(void **state)
{
	struct fixture f;
	struct hv_oid oid;
	const struct hv_board_host *host;

	(void)state;
	make(&f);
	host = full_host(&f);
	assert_true(hv_tree_host_oid("hvbHostState", host, &oid));
	expect_oid(&oid, "2.1.5.'full'");
	assert_true(hv_tree_host_oid("hvbNotifyHost", host, &oid));
	expect_oid(&oid, "8.1.0");
	assert_true(hv_tree_host_oid("hvbWorstState", host, &oid));
	expect_oid(&oid, "1.7.0");
	assert_false(hv_tree_host_oid("hvbCheckState", host, &oid));
	assert_false(hv_tree_host_oid("hvbHost", host, &oid));
	assert_true(hv_tree_check_oid("hvbCheckState", host, &host->checks[1], &oid));
	expect_oid(&oid, "3.1.2.'full'.'layout'");
	assert_true(hv_tree_check_oid("hvbNotifyCheck", host, &host->checks[1], &oid));
	expect_oid(&oid, "8.2.0");
	assert_true(hv_tree_check_oid("hvbHostState", host, &host->checks[1], &oid));
	expect_oid(&oid, "2.1.5.'full'");
	assert_false(hv_tree_check_oid("hvbVmName", host, &host->checks[1], &oid));
}

static void test_mib_tree_compare(void **state)
{
	static const char *const ordered[] = { "", "0", "1", "1.0", "1.1", "1.255", "1.256",
		"1.4294967295", "2" };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(ordered); i++) {
		for (size_t j = 0; j < HV_ARRAY_LEN(ordered); j++) {
			struct hv_oid a = oid_of(ordered[i]), b = oid_of(ordered[j]);

			assert_int_equal(hv_oid_cmp(&a, &b), (i > j) - (i < j));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mib_tree_agent),
		cmocka_unit_test(test_mib_tree_hosts),
		cmocka_unit_test(test_mib_tree_host_before_first_poll),
		cmocka_unit_test(test_mib_tree_checks),
		cmocka_unit_test(test_mib_tree_findings),
		cmocka_unit_test(test_mib_tree_metrics),
		cmocka_unit_test(test_mib_tree_volumes),
		cmocka_unit_test(test_mib_tree_vms),
		cmocka_unit_test(test_mib_tree_enumerations),
		cmocka_unit_test(test_mib_tree_dates),
		cmocka_unit_test(test_mib_tree_long_texts),
		cmocka_unit_test(test_mib_tree_stale),
		cmocka_unit_test(test_mib_tree_expired),
		cmocka_unit_test(test_mib_tree_odd_indexes),
		cmocka_unit_test(test_mib_tree_next),
		cmocka_unit_test(test_mib_tree_next_of_longest),
		cmocka_unit_test(test_mib_tree_walk),
		cmocka_unit_test(test_mib_tree_longest_index),
		cmocka_unit_test(test_mib_tree_walk_while_it_changes),
		cmocka_unit_test(test_mib_tree_many),
		cmocka_unit_test(test_mib_tree_objects),
		cmocka_unit_test(test_mib_tree_notification_objects),
		cmocka_unit_test(test_mib_tree_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
