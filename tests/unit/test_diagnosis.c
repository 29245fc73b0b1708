/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The diagnosis of a host from reports made here: what each kind of finding means for a VM, and
 * which one is to blame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/all-checks.h"
#include "check/diagnosis.h"
#include "check/known-events.h"
#include "model-builder.h"

/* 2026-11-22T02:04:05Z */
#define NOW  (INT64_C(1795313045) * HV_USEC_PER_SEC)
#define HOUR (3600 * HV_USEC_PER_SEC)

enum {
	MAX_STEPS = 16,
	MAX_FINDINGS = 4,
	CHECKPOINT_FAILED = 18012,
	ARENA_MAX = 16 << 20,
};

/* What a finding is about. */
enum about { NOTHING = 0, THE_VM, ITS_VOLUME, UNUSED_VOLUME, GONE_VOLUME };

struct said {
	const char *check; /* last word of its name; NULL: none */
	const char *rule;
	enum hv_state state;
	enum about about;
};

struct scene {
	struct hv_host host;
	struct hv_arena arena;
	struct hv_check checks[MAX_STEPS];
	struct hv_report reports[MAX_STEPS];
	struct hv_step_result results[MAX_STEPS];
	size_t count;
	struct hv_diagnosis d;
};

static hv_usec since_yesterday(const void *unused)
{
	(void)unused;
	return 26 * HOUR;
}

static void scene_done(struct scene *s)
{
	for (size_t i = 0; i < s->count; i++)
		hv_report_done(&s->reports[i]);
	hv_arena_done(&s->arena);
	hv_host_done(&s->host);
}

#define HV_AUTO_scene __attribute__((cleanup(scene_done))) struct scene

/* VM a on E: and on X:, which is gone, VM b on F:, Z: without files; every step is taken. */
static void scene_make(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	hv_arena_init(&s->arena, ARENA_MAX);
	build_host(&s->host, "10.0.17763");
	build_volume(&s->host, 'E', "E:\\", 100 * GIB, 50 * GIB);
	build_volume(&s->host, 'F', "F:\\", 100 * GIB, 50 * GIB);
	build_volume(&s->host, 'Z', "Z:\\", 100 * GIB, 50 * GIB);
	build_vm(&s->host, ID_1, "a", NULL, "E:\\vms\\a");
	build_disk(&s->host, ID_1, "E:\\vms\\a\\a.vhdx");
	build_disk(&s->host, ID_1, "X:\\vms\\a\\x.vhdx");
	build_vm(&s->host, ID_2, "b", NULL, "F:\\vms\\b");
	build_disk(&s->host, ID_2, "F:\\vms\\b\\b.vhdx");
	for (const struct hv_step *step = hv_steps; step->check != NULL; step++) {
		assert_true(s->count < MAX_STEPS);
		s->checks[s->count] = (struct hv_check){ .name = step->check };
		if (strcmp(step->check, "check_hyperv_events") == 0)
			s->checks[s->count].events_since = since_yesterday;
		hv_report_init(&s->reports[s->count]);
		s->results[s->count] = (struct hv_step_result){
			.step = step,
			.check = &s->checks[s->count],
			.config = s,
			.report = &s->reports[s->count],
		};
		s->count++;
	}
}

static struct hv_step_result *result_of(struct scene *s, const char *check)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->results[i].step->check + strlen("check_hyperv_"), check) == 0)
			return &s->results[i];
	fail_msg("no step %s", check);
	return NULL;
}

static struct hv_finding *say(struct scene *s, const struct said *said)
{
	struct hv_report *r = result_of(s, said->check)->report;
	struct hv_subject about = { .vm_id = NULL };
	struct hv_finding *f;

	if (said->about == THE_VM)
		about.vm_id = ID_1;
	else if (said->about == GONE_VOLUME)
		about.volume = "X:";
	else if (said->about != NOTHING)
		about.volume = build_device_id(&s->host, said->about == ITS_VOLUME ? 'E' : 'Z');
	hv_report_about(r, &about);
	f = hv_report_add(r, said->state, NULL, said->rule, "%s", said->check);
	hv_finding_remedy(r, f, "repair %s", said->check);
	hv_report_about(r, NULL);
	return f;
}

/* An error that is logged for VM a and not cleared. */
static void log_error(struct scene *s, uint32_t hresult)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_event *e = hv_host_add_event(&s->host, &err);

	assert_non_null(e);
	*e = (struct hv_event){
		.record_id = s->host.event_count,
		.time = NOW - HOUR,
		.provider = "Microsoft-Windows-Hyper-V-VMMS",
		.channel = HV_CHANNEL_VMMS,
		.event_id = CHECKPOINT_FAILED,
		.level = 2,
		.vm_id = ID_1,
		.vm_name = "a",
		.hresult = { .value = hresult, .known = hresult != 0 },
	};
}

static void diagnose(struct scene *s)
{
	build_end(&s->host);
	assert_true(hv_diagnose(&s->d, &s->arena, &s->host, NOW, s->results, s->count));
}

static const struct hv_vm_diagnosis *vm_of(const struct scene *s, const char *id)
{
	for (size_t i = 0; i < s->d.vm_count; i++)
		if (strcmp(s->d.vms[i].vm->id, id) == 0)
			return &s->d.vms[i];
	fail_msg("no VM %s", id);
	return NULL;
}

static const char *culprit_of(const struct hv_vm_diagnosis *vm)
{
	return vm->culprit == NULL ? NULL
				   : vm->culprit->result->step->check + strlen("check_hyperv_");
}

/* --- Outlook --- */

static const struct outlook_case {
	struct said said;
	enum hv_outlook a, b;
} outlook_cases[] = {
	{ { "layout", "split-root", HV_CRITICAL, THE_VM }, HV_OUTLOOK_BAD, HV_OUTLOOK_GOOD },
	{ { "layout", "root", HV_WARNING, THE_VM }, HV_OUTLOOK_RISK, HV_OUTLOOK_GOOD },
	{ { "layout", NULL, HV_UNKNOWN, THE_VM }, HV_OUTLOOK_UNKNOWN, HV_OUTLOOK_GOOD },
	{ { "layout", NULL, HV_OK, THE_VM }, HV_OUTLOOK_GOOD, HV_OUTLOOK_GOOD },
	{ { "layout", NULL, HV_UNKNOWN, NOTHING }, HV_OUTLOOK_UNKNOWN, HV_OUTLOOK_UNKNOWN },
	{ { "volumes", "dirty", HV_WARNING, ITS_VOLUME }, HV_OUTLOOK_RISK, HV_OUTLOOK_GOOD },
	{ { "volumes", "vanished", HV_CRITICAL, GONE_VOLUME }, HV_OUTLOOK_BAD, HV_OUTLOOK_GOOD },
	{ { "volumes", "dirty", HV_CRITICAL, UNUSED_VOLUME }, HV_OUTLOOK_GOOD, HV_OUTLOOK_GOOD },
	{ { "volumes", "dirty", HV_UNKNOWN, UNUSED_VOLUME }, HV_OUTLOOK_GOOD, HV_OUTLOOK_GOOD },
	{ { "space", NULL, HV_CRITICAL, ITS_VOLUME }, HV_OUTLOOK_RISK, HV_OUTLOOK_GOOD },
	{ { "checkpoints", "missing", HV_CRITICAL, THE_VM }, HV_OUTLOOK_RISK, HV_OUTLOOK_GOOD },
	{ { "checkpoints", "user-age", HV_CRITICAL, THE_VM }, HV_OUTLOOK_RISK, HV_OUTLOOK_GOOD },
	{ { "checkpoints", "backup-age", HV_CRITICAL, THE_VM }, HV_OUTLOOK_RISK, HV_OUTLOOK_GOOD },
	{ { "checkpoints", "automatic-age", HV_CRITICAL, THE_VM }, HV_OUTLOOK_RISK,
		HV_OUTLOOK_GOOD },
	{ { "checkpoints", "count", HV_CRITICAL, THE_VM }, HV_OUTLOOK_BAD, HV_OUTLOOK_GOOD },
	{ { "updates", NULL, HV_CRITICAL, THE_VM }, HV_OUTLOOK_RISK, HV_OUTLOOK_GOOD },
	{ { "updates", NULL, HV_CRITICAL, NOTHING }, HV_OUTLOOK_GOOD, HV_OUTLOOK_GOOD },
	{ { "vss", NULL, HV_CRITICAL, NOTHING }, HV_OUTLOOK_BAD, HV_OUTLOOK_BAD },
	{ { "vss", "writer-waiting", HV_WARNING, NOTHING }, HV_OUTLOOK_RISK, HV_OUTLOOK_RISK },
	{ { "vss", "other-writer-failed", HV_WARNING, NOTHING }, HV_OUTLOOK_GOOD, HV_OUTLOOK_GOOD },
	{ { "acl", NULL, HV_CRITICAL, NOTHING }, HV_OUTLOOK_RISK, HV_OUTLOOK_RISK },
	{ { "prerequisites", NULL, HV_CRITICAL, NOTHING }, HV_OUTLOOK_RISK, HV_OUTLOOK_RISK },
	{ { "prerequisites", NULL, HV_WARNING, NOTHING }, HV_OUTLOOK_GOOD, HV_OUTLOOK_GOOD },
	{ { "events", NULL, HV_CRITICAL, THE_VM }, HV_OUTLOOK_BAD, HV_OUTLOOK_GOOD },
	{ { "events", NULL, HV_WARNING, THE_VM }, HV_OUTLOOK_RISK, HV_OUTLOOK_GOOD },
	{ { "events", NULL, HV_UNKNOWN, NOTHING }, HV_OUTLOOK_UNKNOWN, HV_OUTLOOK_UNKNOWN },
	{ { "backup", NULL, HV_CRITICAL, THE_VM }, HV_OUTLOOK_RISK, HV_OUTLOOK_GOOD },
	{ { "backup", NULL, HV_UNKNOWN, NOTHING }, HV_OUTLOOK_GOOD, HV_OUTLOOK_GOOD },
};

static void test_diagnosis_outlooks(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(outlook_cases); i++) {
		const struct outlook_case *c = &outlook_cases[i];
		HV_AUTO(scene) s;

		scene_make(&s);
		(void)say(&s, &c->said);
		diagnose(&s);
		if (vm_of(&s, ID_1)->outlook != c->a || vm_of(&s, ID_2)->outlook != c->b)
			fail_msg("%s %s: a %s, b %s", c->said.check,
				c->said.rule != NULL ? c->said.rule : "",
				hv_outlook_text(vm_of(&s, ID_1)->outlook),
				hv_outlook_text(vm_of(&s, ID_2)->outlook));
		assert_int_equal(s.d.state, c->said.state);
		assert_int_equal(s.d.host_evidence_count,
			c->said.about == NOTHING || c->said.about == UNUSED_VOLUME);
	}
}

static void test_diagnosis_a_volume_without_any_room_fails(void **state)
{
	HV_AUTO(scene) s;

	(void)state;
	scene_make(&s);
	s.host.volumes[0].free_bytes.value = GIB / 8;
	(void)say(&s, &(struct said){ "space", NULL, HV_CRITICAL, ITS_VOLUME });
	diagnose(&s);
	assert_int_equal(vm_of(&s, ID_1)->outlook, HV_OUTLOOK_BAD);
}

static void test_diagnosis_volume_of_shadow_copies_concerns_the_vm(void **state)
{
	HV_AUTO(scene) s;

	(void)state;
	scene_make(&s);
	build_shadow_storage(&s.host, 'E', 'Z', GIB, 2 * GIB);
	(void)say(&s, &(struct said){ "space", NULL, HV_WARNING, UNUSED_VOLUME });
	diagnose(&s);
	assert_int_equal(vm_of(&s, ID_1)->outlook, HV_OUTLOOK_RISK);
	assert_int_equal(vm_of(&s, ID_2)->outlook, HV_OUTLOOK_GOOD);
}

/* Never "will back up" when a cause, or the log, could not be looked at. */
static void test_diagnosis_step_not_judged_is_not_known(void **state)
{
	(void)state;
	for (const struct hv_step *step = hv_steps; step->check != NULL; step++) {
		HV_AUTO(scene) s;

		scene_make(&s);
		s.results[step - hv_steps].not_judged = "section failed";
		diagnose(&s);
		assert_int_equal(s.d.vms[0].outlook, step->unjudged);
		assert_true(step->kind != HV_STEP_CAUSE || step->unjudged == HV_OUTLOOK_UNKNOWN);
	}
}

static void test_diagnosis_excluded_vm_is_not_listed(void **state)
{
	HV_AUTO(scene) s;

	(void)state;
	scene_make(&s);
	build_end(&s.host);
	s.host.vms[0].excluded = true;
	assert_true(hv_diagnose(&s.d, &s.arena, &s.host, NOW, s.results, s.count));
	assert_int_equal(s.d.vm_count, 1);
	assert_string_equal(s.d.vms[0].vm->name, "b");
}

static void test_diagnosis_nothing_taken_is_unknown(void **state)
{
	HV_AUTO(scene) s;

	(void)state;
	scene_make(&s);
	build_end(&s.host);
	assert_true(hv_diagnose(&s.d, &s.arena, &s.host, NOW, s.results, 0));
	assert_int_equal(s.d.state, HV_UNKNOWN);
}

static void test_diagnosis_worst_vm_comes_first(void **state)
{
	HV_AUTO(scene) s;
	struct hv_report *r;

	(void)state;
	scene_make(&s);
	r = result_of(&s, "layout")->report;
	hv_report_about(r, &(struct hv_subject){ .vm_id = ID_2 });
	hv_report_add(r, HV_CRITICAL, NULL, "root", "b");
	hv_report_about(r, NULL);
	diagnose(&s);
	assert_string_equal(s.d.vms[0].vm->name, "b");
	assert_int_equal(s.d.outlooks[HV_OUTLOOK_BAD], 1);
	assert_int_equal(s.d.outlooks[HV_OUTLOOK_GOOD], 1);
}

/* --- Culprit --- */

static const struct culprit_case {
	uint32_t logged; /* 0: no error */
	struct said said[MAX_FINDINGS];
	const char *culprit;
	bool explained;
} culprit_cases[] = {
	/* What explains the error beats what is worse, and the symptom. */
	{ 0x80070002,
		{ { "layout", "root", HV_WARNING, THE_VM },
			{ "volumes", "read-only", HV_CRITICAL, ITS_VOLUME },
			{ "events", NULL, HV_CRITICAL, THE_VM } },
		"layout", true },
	{ 0x80070002,
		{ { "acl", NULL, HV_CRITICAL, THE_VM },
			{ "layout", "split-root", HV_CRITICAL, THE_VM },
			{ "events", NULL, HV_CRITICAL, THE_VM } },
		"layout", true },
	{ 0x80070005,
		{ { "acl", NULL, HV_CRITICAL, THE_VM },
			{ "layout", "split-root", HV_CRITICAL, THE_VM },
			{ "events", NULL, HV_CRITICAL, THE_VM } },
		"acl", true },
	{ 0x80070003,
		{ { "volumes", "vanished", HV_CRITICAL, GONE_VOLUME },
			{ "layout", "root", HV_WARNING, THE_VM } },
		"volumes", true },
	{ 0x80070070,
		{ { "space", NULL, HV_WARNING, ITS_VOLUME },
			{ "layout", "split-root", HV_CRITICAL, THE_VM } },
		"space", true },
	{ 0x800423F0,
		{ { "layout", "backup-set", HV_WARNING, THE_VM },
			{ "acl", NULL, HV_CRITICAL, THE_VM } },
		"layout", true },
	/* One about the whole host becomes evidence of the VM. */
	{ 0x800423F3,
		{ { "vss", NULL, HV_CRITICAL, NOTHING }, { "layout", "root", HV_WARNING, THE_VM } },
		"vss", true },
	/* What does not explain it is not blamed for it. */
	{ 0x80070020,
		{ { "layout", "root", HV_WARNING, THE_VM },
			{ "events", NULL, HV_CRITICAL, THE_VM } },
		"events", false },
	{ 0x80070002,
		{ { "layout", NULL, HV_UNKNOWN, THE_VM }, { "events", NULL, HV_CRITICAL, THE_VM } },
		"events", false },
	/* Without a logged error: causes, the worst, the most specific. */
	{ 0,
		{ { "volumes", "dirty", HV_WARNING, ITS_VOLUME },
			{ "backup", NULL, HV_CRITICAL, THE_VM } },
		"volumes", false },
	{ 0,
		{ { "space", NULL, HV_CRITICAL, ITS_VOLUME },
			{ "layout", "split-root", HV_CRITICAL, THE_VM } },
		"layout", false },
	{ 0, { { "acl", NULL, HV_WARNING, THE_VM }, { "layout", "root", HV_WARNING, THE_VM } },
		"layout", false },
	{ 0, { { "backup", NULL, HV_CRITICAL, THE_VM } }, "backup", false },
	{ 0, { { "layout", NULL, HV_UNKNOWN, THE_VM } }, NULL, false },
	{ 0, { { "layout", NULL, HV_OK, THE_VM } }, NULL, false },
};

static void check_culprit(const struct culprit_case *c)
{
	const struct hv_vm_diagnosis *vm;
	char code[16];
	HV_AUTO(scene) s;

	scene_make(&s);
	if (c->logged != 0)
		log_error(&s, c->logged);
	for (size_t i = 0; i < MAX_FINDINGS && c->said[i].check != NULL; i++)
		(void)say(&s, &c->said[i]);
	diagnose(&s);
	vm = vm_of(&s, ID_1);
	if (c->culprit == NULL) {
		assert_null(vm->culprit);
		return;
	}
	assert_non_null(vm->culprit);
	assert_string_equal(culprit_of(vm), c->culprit);
	assert_true(vm->culprit >= vm->evidence && vm->culprit < vm->evidence + vm->evidence_count);
	if (!c->explained) {
		assert_null(vm->explained);
		return;
	}
	assert_true(snprintf(code, sizeof(code), "0x%08X", c->logged) > 0);
	assert_string_equal(vm->explained, code);
}

static void test_diagnosis_culprits(void **state)
{
	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(culprit_cases); i++)
		check_culprit(&culprit_cases[i]);
}

static void test_diagnosis_cleared_error_explains_nothing(void **state)
{
	struct hv_event *success;
	HV_AUTO(scene) s;

	(void)state;
	scene_make(&s);
	log_error(&s, 0x80070005);
	log_error(&s, 0);
	success = &s.host.events[1];
	success->event_id = 18510;
	success->level = 4;
	success->time += HOUR / 2;
	(void)say(&s, &(struct said){ "acl", NULL, HV_WARNING, THE_VM });
	(void)say(&s, &(struct said){ "layout", "root", HV_WARNING, THE_VM });
	diagnose(&s);
	assert_string_equal(culprit_of(vm_of(&s, ID_1)), "layout");
	assert_null(vm_of(&s, ID_1)->explained);
}

/* The event log names the culprit of the layout, too: one culprit, one remedy. */
static void test_diagnosis_symptom_repeats_what_explains_it(void **state)
{
	const struct hv_vm_diagnosis *vm;
	HV_AUTO(scene) s;

	(void)state;
	scene_make(&s);
	log_error(&s, 0x80070002);
	(void)say(&s, &(struct said){ "space", NULL, HV_WARNING, ITS_VOLUME });
	(void)say(&s, &(struct said){ "layout", "split-root", HV_CRITICAL, THE_VM });
	(void)say(&s, &(struct said){ "events", NULL, HV_CRITICAL, THE_VM });
	diagnose(&s);
	vm = vm_of(&s, ID_1);
	assert_int_equal(vm->evidence_count, 3);
	assert_false(vm->evidence[0].repeats);
	assert_ptr_equal(vm->culprit, &vm->evidence[1]);
	assert_true(vm->evidence[2].repeats);
}

static void test_diagnosis_shared_finding_is_told_once(void **state)
{
	HV_AUTO(scene) s;

	(void)state;
	scene_make(&s);
	build_disk(&s.host, ID_2, "E:\\vms\\b\\e.vhdx");
	(void)say(&s, &(struct said){ "space", NULL, HV_WARNING, ITS_VOLUME });
	diagnose(&s);
	assert_null(vm_of(&s, ID_1)->culprit->told_for);
	assert_string_equal(vm_of(&s, ID_2)->culprit->told_for->name, "a");
}

/* --- Tables --- */

static void test_diagnosis_every_check_is_a_step(void **state)
{
	(void)state;
	assert_non_null(hv_all_checks[0]);
	for (const struct hv_check *const *check = hv_all_checks; *check != NULL; check++)
		if (hv_step_of(*check) == NULL)
			fail_msg("%s is no step of hv_steps", (*check)->name);
}

static const struct hv_check *check_of(const struct hv_step *step)
{
	for (const struct hv_check *const *check = hv_all_checks; *check != NULL; check++)
		if (strcmp((*check)->name, step->check) == 0)
			return *check;
	return NULL;
}

static void test_diagnosis_every_step_is_a_check(void **state)
{
	(void)state;
	assert_non_null(hv_steps[0].check);
	for (const struct hv_step *step = hv_steps; step->check != NULL; step++) {
		const struct hv_check *check = check_of(step);

		if (check == NULL)
			fail_msg("%s is no check", step->check);
		else if (hv_step_of(check) != step)
			fail_msg("%s comes twice", step->check);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_diagnosis_outlooks),
		cmocka_unit_test(test_diagnosis_a_volume_without_any_room_fails),
		cmocka_unit_test(test_diagnosis_volume_of_shadow_copies_concerns_the_vm),
		cmocka_unit_test(test_diagnosis_step_not_judged_is_not_known),
		cmocka_unit_test(test_diagnosis_excluded_vm_is_not_listed),
		cmocka_unit_test(test_diagnosis_nothing_taken_is_unknown),
		cmocka_unit_test(test_diagnosis_worst_vm_comes_first),
		cmocka_unit_test(test_diagnosis_culprits),
		cmocka_unit_test(test_diagnosis_cleared_error_explains_nothing),
		cmocka_unit_test(test_diagnosis_symptom_repeats_what_explains_it),
		cmocka_unit_test(test_diagnosis_shared_finding_is_told_once),
		cmocka_unit_test(test_diagnosis_every_check_is_a_step),
		cmocka_unit_test(test_diagnosis_every_step_is_a_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
