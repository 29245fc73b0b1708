/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_hyperv_events: model literals in, report out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check/known-events.h"
#include "check/option.h"
#include "model-builder.h"

extern const struct hv_check check_hyperv_events;

/* 2026-11-22T02:04:05Z */
#define NOW    (INT64_C(1795313045) * HV_USEC_PER_SEC)
#define MINUTE (60 * HV_USEC_PER_SEC)
#define HOUR   (60 * MINUTE)

enum { CONFIG_MAX = 256 };

union config {
	max_align_t align;
	unsigned char bytes[CONFIG_MAX];
};

static struct hv_event *add_event(struct hv_host *host, hv_usec at, uint32_t id, const char *vm_id,
	const char *vm_name, uint32_t hresult)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_event *e = hv_host_add_event(host, &err);

	assert_non_null(e);
	*e = (struct hv_event){
		.record_id = host->event_count,
		.time = NOW + at,
		.provider = "Microsoft-Windows-Hyper-V-VMMS",
		.channel = HV_CHANNEL_VMMS,
		.event_id = id,
		.level = id == 18510 || id == 19080 || id == 13003 ? 4 : 2,
		.vm_id = vm_id,
		.vm_name = vm_name,
		.hresult = { .value = hresult, .known = hresult != 0 },
	};
	return e;
}

/* A log of a channel that reaches back two days. */
static void add_log(struct hv_host *host, const char *channel, size_t records)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_event_log *log = hv_host_add_event_log(host, &err);

	assert_non_null(log);
	*log = (struct hv_event_log){
		.channel = channel,
		.records = records,
		.oldest = { .usec = NOW - 48 * HOUR, .known = records > 0 },
	};
	hv_host_section_present(host, HV_SECTION_EVENTS, "test");
	host->sections[HV_SECTION_EVENTS].rows += records;
}

/* A host that tells nothing but events. */
static void build_log(struct hv_host *host, size_t records)
{
	hv_host_init(host);
	add_log(host, HV_CHANNEL_VMMS, records);
}

/* VM 1 with its first disk where it belongs and its second one where `second` says. */
static void build_split_vm(struct hv_host *host, const char *second)
{
	build_host(host, "6.3.9600");
	add_log(host, HV_CHANNEL_VMMS, 100);
	build_volume(host, 'D', "D:\\", 100 * GIB, 50 * GIB);
	build_volume(host, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_vm(host, ID_1, "sql01", "6.0.6002", "E:\\Virtual Machines\\sql01");
	build_disk(host, ID_1, "E:\\Virtual Machines\\sql01\\sql01-c.vhdx");
	build_disk(host, ID_1, second);
}

/* As a user who gives no option. */
static void set_defaults(union config *config)
{
	struct hv_duration *since = config_member(&check_hyperv_events, config, "since");
	struct hv_err err = HV_ERR_INIT;

	assert_true(check_hyperv_events.config_size <= sizeof(*config));
	memset(config, 0, sizeof(*config));
	for (const struct hv_opt *o = check_hyperv_events.options; o->name != NULL; o++) {
		if (strcmp(o->name, "since") == 0)
			assert_int_equal(hv_duration_parse(o->def, &since->usec, &err), 0);
		else
			assert_null(o->def);
	}
}

static void judge_by(
	struct hv_host *host, const char *warn, const char *crit, struct hv_report *out)
{
	struct hv_err err = HV_ERR_INIT;
	union config config;

	set_defaults(&config);
	if (warn != NULL)
		assert_int_equal(
			hv_range_parse(warn,
				config_member(&check_hyperv_events, &config, "warning"), &err),
			0);
	if (crit != NULL)
		assert_int_equal(
			hv_range_parse(crit,
				config_member(&check_hyperv_events, &config, "critical"), &err),
			0);
	build_end(host);
	hv_report_init(out);
	check_hyperv_events.eval(host, &config, NOW, out);
	assert_false(hv_report_failed(out));
}

static void judge(struct hv_host *host, struct hv_report *out)
{
	judge_by(host, NULL, NULL, out);
}

static void assert_metric(const struct hv_report *r, const char *label, double value)
{
	const struct hv_metric *m = find_metric(r, label);

	assert_non_null(m);
	assert_true(m->known);
	if (m->value != value)
		fail_msg("%s is %g", label, m->value);
}

static void assert_holds(const char *text, const char *part)
{
	assert_non_null(text);
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" does not hold \"%s\"", text, part);
}

static void test_quiet_log_says_what_was_looked_at(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_log(&host, 1234);
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_OK);
	assert_string_equal(out.ok_text, "no unresolved failure in 1d 2h; 1234 records read, 0 "
					 "about checkpoints, backups or merges");
	assert_null(out.limits);
	assert_false(out.counted);
	assert_metric(&out, "failed_vms", 0);
	assert_metric(&out, "events", 0);
}

static void test_empty_log_is_nothing_to_judge(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_log(&host, 0);
	judge(&host, &out);
	assert_true(out.counted);
	assert_int_equal(out.judged, 0);
	assert_holds(out.nothing_text, "holds no record");
}

static void test_another_log_alone_is_unknown(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	hv_host_init(&host);
	add_log(&host, "Application", 115);
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_UNKNOWN);
	assert_holds(out.findings->text, "was not read, only Application");
}

static void test_log_of_several_channels_may_be_the_right_one(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	hv_host_init(&host);
	add_log(&host, "Application", 115);
	add_log(&host, NULL, 7);
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_OK);
}

static void test_log_that_begins_too_late_is_a_limit(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_log(&host, 12);
	host.event_logs[0].oldest.usec = NOW - 3 * HOUR;
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_OK);
	assert_holds(out.limits, "the VMMS log begins only at");
}

/* A live host is asked only for what would be bad: that nothing comes is good. */
static void test_log_read_by_selection_may_be_empty(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_log(&host, 0);
	host.event_logs[0].oldest.known = false;
	host.event_logs[0].since = (struct hv_time){ .usec = NOW - 48 * HOUR, .known = true };
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_OK);
	assert_null(out.limits);
	assert_null(out.nothing_text);
}

static void test_selection_that_begins_too_late_is_a_limit(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_log(&host, 0);
	host.event_logs[0].oldest.known = false;
	host.event_logs[0].since = (struct hv_time){ .usec = NOW - 3 * HOUR, .known = true };
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_OK);
	assert_holds(out.limits, "the VMMS log was read only from");
}

static void test_log_that_begins_within_the_selection_is_a_limit(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_log(&host, 0);
	host.event_logs[0].since = (struct hv_time){ .usec = NOW - 48 * HOUR, .known = true };
	host.event_logs[0].oldest = (struct hv_time){ .usec = NOW - 3 * HOUR, .known = true };
	judge(&host, &out);
	assert_holds(out.limits, "the VMMS log begins only at");
}

static void test_log_that_begins_before_the_selection_is_none(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_log(&host, 0);
	host.event_logs[0].since = (struct hv_time){ .usec = NOW - 48 * HOUR, .known = true };
	host.event_logs[0].oldest = (struct hv_time){ .usec = NOW - 72 * HOUR, .known = true };
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_OK);
	assert_null(out.limits);
}

static void test_failure_is_critical(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;
	const struct hv_finding *f;

	(void)state;
	build_log(&host, 10);
	(void)add_event(&host, -4 * HOUR, 18012, ID_1, "sql01", 0);
	(void)add_event(&host, -2 * HOUR, 18012, ID_1, "sql01", 0);
	(void)add_event(&host, -HOUR, 16420, ID_1, "sql01", 0x80070002);
	(void)add_event(&host, -HOUR + MINUTE, 18012, ID_1, "sql01", 0);
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_CRITICAL);
	assert_int_equal(out.finding_count, 1);
	f = out.findings;
	assert_string_equal(f->item, "VM 'sql01'");
	assert_string_equal(f->text, "3 failed checkpoint attempts since 2026-11-21T22:04:05Z, "
				     "last at 2026-11-22T01:05:05Z, "
				     "0x80070002 (file not found)");
	assert_holds(f->why, "could not be created beside a disk");
	assert_holds(f->remedy, "check_hyperv_layout");
	assert_metric(&out, "failed_vms", 1);
	assert_metric(&out, "failures", 3);
	assert_metric(&out, "events", 4);
	assert_true(out.counted);
	assert_int_equal(out.seen, 1);
	assert_int_equal(out.judged, 1);
}

static void test_texts_by_kind(void **state)
{
	static const struct {
		uint32_t id, hresult;
		const char *name;
		enum hv_state state;
		const char *item, *text, *remedy;
	} kinds[] = {
		{ 18012, 0, NULL, HV_CRITICAL, "VM '" ID_1 "'",
			"1 failed checkpoint attempt at 2026-11-22T01:04:05Z",
			"@SystemTime>='2026-11-22T00:59:05Z' and "
			"@SystemTime<='2026-11-22T01:05:05Z'" },
		{ 18014, 0, "a", HV_WARNING, "VM 'a'",
			"1 cancelled checkpoint attempt at 2026-11-22T01:04:05Z", "cancelled it" },
		{ 18014, 0x80070070, "a", HV_CRITICAL, "VM 'a'",
			"1 failed checkpoint attempt at 2026-11-22T01:04:05Z, 0x80070070 (disk "
			"full)",
			"cancelled it" },
		{ 10172, 0x800423F4, "a", HV_CRITICAL, "VM 'a'",
			"1 failed backup attempt at 2026-11-22T01:04:05Z, 0x800423F4", NULL },
		{ 19100, 0x80070020, "a", HV_CRITICAL, "VM 'a'",
			"1 failed merge at 2026-11-22T01:04:05Z, 0x80070020 (", NULL },
		{ 12240, 0x80070003, "a", HV_CRITICAL, "VM 'a'",
			"1 unclassified VMMS error at 2026-11-22T01:04:05Z, 0x80070003 (path not "
			"found) in event 12240",
			NULL },
		{ 19100, 0x80551234, "a", HV_CRITICAL, "VM 'a'",
			"1 failed merge at 2026-11-22T01:04:05Z, 0x80551234", "VmId='" ID_1 "'" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(kinds); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) out;

		build_log(&host, 1);
		(void)add_event(&host, -HOUR, kinds[i].id, ID_1, kinds[i].name, kinds[i].hresult);
		judge(&host, &out);
		assert_int_equal(out.finding_count, 1);
		assert_int_equal(out.findings->state, kinds[i].state);
		assert_string_equal(out.findings->item, kinds[i].item);
		assert_holds(out.findings->text, kinds[i].text);
		assert_non_null(out.findings->why);
		assert_holds(out.findings->remedy, kinds[i].remedy != NULL ? kinds[i].remedy : "");
	}
}

static void test_checkpoint_and_merge_in_one_finding(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_log(&host, 2);
	(void)add_event(&host, -2 * HOUR, 19100, ID_1, "a", 0x80070020);
	(void)add_event(&host, -HOUR, 18012, ID_1, "a", 0);
	judge(&host, &out);
	assert_int_equal(out.finding_count, 1);
	assert_holds(out.findings->text, "1 failed checkpoint attempt at 2026-11-22T01:04:05Z; 1 "
					 "failed merge at 2026-11-22T00:04:05Z, 0x80070020");
	assert_metric(&out, "failed_vms", 1);
	assert_metric(&out, "failures", 2);
}

static void test_cleared_failure_is_good_news(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_log(&host, 7);
	(void)add_event(&host, -2 * HOUR, 18012, ID_1, "sql01", 0);
	(void)add_event(&host, -HOUR, 18510, ID_1, "sql01", 0);
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_OK);
	assert_int_equal(out.finding_count, 1);
	assert_string_equal(out.findings->text,
		"1 failed checkpoint attempt at 2026-11-22T00:04:05Z; cleared by event 18510 "
		"of " HV_CHANNEL_VMMS " at 2026-11-22T01:04:05Z");
	assert_string_equal(out.ok_text, "no unresolved failure in 1d 2h; 7 records read, 2 about "
					 "checkpoints, backups or merges, "
					 "newest of these 2026-11-22T01:04:05Z");
	assert_null(out.limits);
	assert_metric(&out, "cleared", 1);
	assert_metric(&out, "failures", 1);
	assert_metric(&out, "failed_vms", 0);
}

static void test_layout_culprit_is_named(void **state)
{
	static const struct {
		const char *named; /* by the event */
		const char *text, *why;
	} events[] = {
		{ "E:\\Virtual Machines\\sql01\\sql01-c.vhdx",
			"; cause: D:\\sql01-d.vhdx (layout rule split-root), not the disk that the "
			"event names",
			"names E:\\Virtual Machines\\sql01\\sql01-c.vhdx, but" },
		{ "d:\\SQL01-D.vhdx", "; cause: D:\\sql01-d.vhdx (layout rule split-root)",
			"breaks the layout rule split-root" },
		{ NULL, "; cause: D:\\sql01-d.vhdx (layout rule split-root)",
			"breaks the layout rule split-root" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(events); i++) {
		const struct hv_event_field field = { .name = "Parameter2",
			.value = events[i].named };
		HV_AUTO(host) host;
		HV_AUTO(report) out;
		struct hv_event *e;
		const char *cause;

		build_split_vm(&host, "D:\\sql01-d.vhdx");
		e = add_event(&host, -HOUR, 16420, ID_1, "sql01", 0x80070002);
		e->fields = &field;
		e->field_count = 1;
		(void)add_event(&host, -HOUR, 18012, ID_1, "sql01", 0);
		judge(&host, &out);
		assert_int_equal(hv_report_state(&out), HV_CRITICAL);
		cause = strstr(out.findings->text, "; cause");
		assert_non_null(cause);
		assert_string_equal(cause, events[i].text);
		assert_holds(out.findings->why, events[i].why);
		assert_holds(out.findings->remedy,
			"Move-VMStorage -VMName 'sql01' -VHDs "
			"@(@{'SourceFilePath'='D:\\sql01-d.vhdx';'DestinationFilePath'='D:"
			"\\sql01\\sql01-d.vhdx'})");
	}
}

/* The layout is blamed for a missing file only, and only where it breaks a rule and is known. */
static void test_layout_is_not_blamed(void **state)
{
	static const struct {
		const char *disk;
		uint32_t hresult;
		const char *vm_id;
		bool disks_failed;
	} others[] = {
		{ "D:\\sql01\\sql01-d.vhdx", 0x80070002, ID_1, false },
		{ "D:\\sql01-d.vhdx", 0x80070020, ID_1, false },
		{ "D:\\sql01-d.vhdx", 0x80070002, ID_2, false },
		{ "D:\\sql01-d.vhdx", 0x80070002, ID_1, true },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(others); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) out;

		build_split_vm(&host, others[i].disk);
		if (others[i].disks_failed)
			hv_host_section_failed(&host, HV_SECTION_DISKS, "no rights");
		(void)add_event(&host, -HOUR, 16420, others[i].vm_id, "sql01", others[i].hresult);
		judge(&host, &out);
		assert_int_equal(hv_report_state(&out), HV_CRITICAL);
		assert_null(strstr(out.findings->text, "cause"));
		assert_null(strstr(out.findings->remedy, "Move-VMStorage -VMName"));
	}
}

static void test_ranges_decide(void **state)
{
	static const struct {
		const char *warn, *crit;
		size_t vms;
		bool cancelled; /* another VM */
		enum hv_state expected;
	} ranges[] = {
		{ NULL, NULL, 0, false, HV_OK },
		{ NULL, NULL, 1, false, HV_CRITICAL },
		{ NULL, NULL, 0, true, HV_WARNING },
		{ "1", NULL, 1, false, HV_OK },
		{ "1", NULL, 2, false, HV_WARNING },
		{ "0", "1", 1, false, HV_WARNING },
		{ "0", "1", 2, false, HV_CRITICAL },
		{ NULL, "1", 1, true, HV_OK },
		{ NULL, "1", 2, true, HV_CRITICAL },
		{ "1:", NULL, 0, false, HV_WARNING },
		{ NULL, "@0:0", 0, false, HV_CRITICAL },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(ranges); i++) {
		HV_AUTO(host) host;
		HV_AUTO(report) out;

		build_log(&host, 9);
		for (size_t n = 0; n < ranges[i].vms; n++)
			(void)add_event(&host, -HOUR, 18012, n == 0 ? ID_1 : ID_2, "a", 0);
		if (ranges[i].cancelled)
			(void)add_event(&host, -HOUR, 18014, ID_3, "b", 0);
		judge_by(&host, ranges[i].warn, ranges[i].crit, &out);
		if (hv_report_state(&out) != ranges[i].expected)
			fail_msg("case %zu: %s", i, hv_state_name(hv_report_state(&out)));
	}
}

static void test_allowed_failures_are_told(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;
	char text[HV_RANGE_TEXT_MAX];

	(void)state;
	build_log(&host, 9);
	(void)add_event(&host, -HOUR, 18012, ID_1, "a", 0);
	judge_by(&host, NULL, "1", &out);
	assert_holds(out.ok_text, "1 VM with unresolved failures, as allowed, in 1d 2h");
	hv_range_format(&find_metric(&out, "failed_vms")->crit, text);
	assert_string_equal(text, "1");
}

static void test_gaps_are_not_silent(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_log(&host, 3);
	(void)add_event(&host, -HOUR, 18012, NULL, NULL, 0);
	(void)add_event(&host, HOUR, 18012, ID_1, "a", 0);
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_UNKNOWN);
	assert_string_equal(out.findings->text,
		"1 failure event names no virtual machine, last at 2026-11-22T01:04:05Z");
	assert_int_equal(out.notes.count, 1);
	assert_string_equal(out.limits, "1 event from the future ignored");
}

static void test_excluded_vms_are_counted(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_host(&host, "10.0.17763");
	add_log(&host, HV_CHANNEL_VMMS, 2);
	build_vm(&host, ID_1, "a", NULL, NULL);
	build_vm(&host, ID_2, "b", NULL, NULL);
	host.vms[0].excluded = true;
	(void)add_event(&host, -HOUR, 18012, ID_1, "a", 0);
	add_event(&host, -HOUR, 18012, ID_3, "c", 0)->excluded = true;
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_OK);
	assert_int_equal(out.finding_count, 0);
	assert_int_equal(out.seen, 3);
	assert_int_equal(out.judged, 1);
	assert_int_equal(out.excluded, 2);
	assert_metric(&out, "failures", 0);
}

/* A log alone tells of no other VM: that all it tells of are excluded is no reason to doubt. */
static void test_excluded_events_alone_are_fine(void **state)
{
	HV_AUTO(host) host;
	HV_AUTO(report) out;

	(void)state;
	build_log(&host, 1);
	add_event(&host, -HOUR, 18012, ID_1, "a", 0)->excluded = true;
	judge(&host, &out);
	assert_int_equal(hv_report_state(&out), HV_OK);
	assert_false(out.counted);
}

static void test_descriptor_is_complete(void **state)
{
	const struct hv_check *c = &check_hyperv_events;
	union config config;
	struct hv_err err = HV_ERR_INIT;
	struct hv_duration *since;

	(void)state;
	assert_int_equal(c->needs, HV_SEC_EVENTS);
	for (size_t i = 0; i < HV_ARRAY_LEN(c->states); i++)
		assert_non_null(c->states[i]);
	for (const struct hv_example *e = c->examples; e->args != NULL; e++)
		assert_non_null(e->text);
	set_defaults(&config);
	assert_int_equal(c->events_since(&config), 26 * HOUR);
	assert_int_equal(c->validate(&config, &err), 0);
	since = config_member(c, &config, "since");
	since->usec = 0;
	assert_int_equal(c->validate(&config, &err), -1);
	assert_int_equal(err.kind, HV_ERR_ARGUMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet_log_says_what_was_looked_at),
		cmocka_unit_test(test_empty_log_is_nothing_to_judge),
		cmocka_unit_test(test_another_log_alone_is_unknown),
		cmocka_unit_test(test_log_of_several_channels_may_be_the_right_one),
		cmocka_unit_test(test_log_that_begins_too_late_is_a_limit),
		cmocka_unit_test(test_log_read_by_selection_may_be_empty),
		cmocka_unit_test(test_selection_that_begins_too_late_is_a_limit),
		cmocka_unit_test(test_log_that_begins_within_the_selection_is_a_limit),
		cmocka_unit_test(test_log_that_begins_before_the_selection_is_none),
		cmocka_unit_test(test_failure_is_critical),
		cmocka_unit_test(test_texts_by_kind),
		cmocka_unit_test(test_checkpoint_and_merge_in_one_finding),
		cmocka_unit_test(test_cleared_failure_is_good_news),
		cmocka_unit_test(test_layout_culprit_is_named),
		cmocka_unit_test(test_layout_is_not_blamed),
		cmocka_unit_test(test_ranges_decide),
		cmocka_unit_test(test_allowed_failures_are_told),
		cmocka_unit_test(test_gaps_are_not_silent),
		cmocka_unit_test(test_excluded_vms_are_counted),
		cmocka_unit_test(test_excluded_events_alone_are_fine),
		cmocka_unit_test(test_descriptor_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
