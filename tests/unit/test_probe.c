/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checkpoint probe against a host of our own with a clock of its own: what it asks for, what it
 * refuses, and what it says of every end that a step can have. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/probe.h"
#include "model-builder.h"

#define OLD "AAAAAAAA-0000-4000-8000-000000000001"
#define NEW "AAAAAAAA-0000-4000-8000-000000000002"
#define TOO "AAAAAAAA-0000-4000-8000-000000000003"

#define BASE   "E:\\vm\\disk.vhdx"
#define BRANCH "E:\\vm\\disk_1.avhdx"

#define SECONDS(n) ((n)*HV_USEC_PER_SEC)
#define HOUR       SECONDS(3600)
#define NEVER      HV_USEC_MAX

/* How the host behaves; all zero: well and at once. */
struct script {
	uint64_t create_returns, remove_returns;
	bool create_lost, remove_lost; /* the answer, not the request */
	bool create_fails;             /* the request did not get through */
	uint64_t refuse_removals;      /* the first so many: in use */
	hv_usec create_takes, remove_takes, merge_takes;
	bool create_job_fails, merge_job_fails, remove_job_fails;
	bool half; /* there is a checkpoint all the same */
	bool makes_none;
	bool tells_id;
	bool two;            /* somebody else's appears with it */
	bool recovery;       /* only a backup's appears */
	bool automatic;      /* or one that Hyper-V makes by itself */
	hv_usec stop_at;     /* somebody wants it to end; 0: nobody */
	hv_usec silent_from; /* no answer from then on; 0: always answers */
	bool foreign_merge;  /* a merge of somebody else goes on for ever */
	bool nameless_jobs;  /* jobs do not tell their ids */
	/* What is there before: */
	enum hv_vm_state state; /* UNKNOWN: running */
	bool state_unknown;
	enum hv_vm_operation operation;
	bool v1, backup_job, old_recovery, old_missing, disabled, full, no_volume, namesake;
	bool no_section, no_vm, no_row, storage_job, share;
	size_t old_checkpoints;
};

struct world {
	struct script s;
	struct hv_host host;
	bool has_host;
	hv_usec now, created_at, removed_at;
	bool created, removed; /* asked for, and begun */
	size_t creations, removals, looks;
	struct hv_report report;
	struct hv_probe_config config;
};

static hv_usec world_now(void *ctx)
{
	return ((struct world *)ctx)->now;
}

static void world_sleep(void *ctx, hv_usec time)
{
	struct world *w = ctx;

	assert_true(time > 0);
	w->now += time;
}

static bool world_stopped(void *ctx)
{
	const struct world *w = ctx;

	return w->s.stop_at != 0 && w->now >= w->s.stop_at;
}

static bool after(hv_usec now, hv_usec begun, hv_usec takes)
{
	return takes != NEVER && now >= begun + takes;
}

static bool is_made(const struct world *w)
{
	return w->created && !w->s.makes_none && (!w->s.create_job_fails || w->s.half) &&
	       after(w->now, w->created_at, w->s.create_takes);
}

static bool is_away(const struct world *w)
{
	return w->removed && !w->s.remove_job_fails &&
	       after(w->now, w->removed_at, w->s.remove_takes);
}

static bool is_merged(const struct world *w)
{
	return is_away(w) && !w->s.merge_job_fails &&
	       after(w->now, w->removed_at, w->s.remove_takes) &&
	       after(w->now, w->removed_at + w->s.remove_takes, w->s.merge_takes);
}

static struct hv_u64 number(uint64_t value)
{
	return (struct hv_u64){ .value = value, .known = true };
}

static void add_job(struct world *w, const char *id, bool is_storage, uint64_t type, uint64_t state)
{
	const bool failed = state == HV_JOB_EXCEPTION;
	struct hv_job *job = hv_host_add_job(&w->host, NULL);

	assert_non_null(job);
	*job = (struct hv_job){
		.id = w->s.nameless_jobs ? "" : id,
		.is_storage = is_storage,
		.type = number(type),
		.state = number(state),
		.error_code = number(failed ? 32768 : 0),
		.error_text = failed ? "Datei nicht gefunden (0x80070002)" : NULL,
	};
}

static uint64_t state_of(bool ended, bool failed)
{
	if (!ended)
		return 4;
	return failed ? HV_JOB_EXCEPTION : HV_JOB_COMPLETED;
}

static void build_jobs(struct world *w)
{
	if (w->s.backup_job)
		add_job(w, "B", false, 170, 4);
	if (w->s.storage_job || (w->s.foreign_merge && w->removed))
		add_job(w, "S", true, 5, 4);
	if (w->created)
		add_job(w, "C", false, 70,
			state_of(after(w->now, w->created_at, w->s.create_takes),
				w->s.create_job_fails));
	if (w->removed)
		add_job(w, "R", false, 72,
			state_of(after(w->now, w->removed_at, w->s.remove_takes),
				w->s.remove_job_fails));
	if (is_away(w) && w->s.merge_job_fails)
		add_job(w, "M", true, 5, HV_JOB_EXCEPTION);
}

static void build_news(struct world *w)
{
	if (w->s.recovery && w->created) {
		build_checkpoint(&w->host, ID_1, TOO, HV_CHECKPOINT_RECOVERY);
		return;
	}
	if (!is_made(w) || is_away(w))
		return;
	build_checkpoint(&w->host, ID_1, NEW, HV_CHECKPOINT_USER);
	w->host.checkpoints[w->host.checkpoint_count - 1].automatic =
		(struct hv_bool){ .value = w->s.automatic, .known = w->s.automatic };
	if (w->s.two)
		build_checkpoint(&w->host, ID_1, TOO, HV_CHECKPOINT_USER);
}

static void build_checkpoints(struct world *w)
{
	for (size_t i = 0; i < w->s.old_checkpoints; i++)
		build_checkpoint(&w->host, ID_1,
			hv_arena_printf(&w->host.arena, "BBBBBBBB-0000-4000-8000-%012zu", i),
			HV_CHECKPOINT_USER);
	if (w->s.old_recovery)
		build_checkpoint(&w->host, ID_1, OLD, HV_CHECKPOINT_RECOVERY);
	if (w->s.old_missing)
		build_checkpoint(&w->host, ID_1, OLD, HV_CHECKPOINT_MISSING);
	build_news(w);
}

static void build_state(struct world *w)
{
	struct hv_vm *vm = &w->host.vms[0];

	vm->state = w->s.state != HV_VM_STATE_UNKNOWN || w->s.state_unknown ? w->s.state
									    : HV_VM_RUNNING;
	vm->operation = w->s.operation;
	vm->user_snapshot_type = number(w->s.disabled ? HV_USER_SNAPSHOTS_DISABLED : 3);
	if (is_away(w) && !is_merged(w) && !w->s.merge_job_fails)
		vm->operation = HV_VM_MERGING;
}

static void build_world(struct world *w)
{
	const bool branched = is_made(w) && !is_merged(w);

	build_host(&w->host, "6.3.9600");
	w->has_host = true;
	w->host.host_row_seen = !w->s.no_row;
	w->host.is_v1 = w->s.v1;
	if (w->s.no_section)
		hv_host_section_failed(&w->host, HV_SECTION_CHECKPOINTS, "class X is gone");
	if (!w->s.no_volume)
		build_volume(&w->host, 'e', "E:\\", 100 * GIB, w->s.full ? GIB : 50 * GIB);
	if (!w->s.no_vm && !w->s.no_row) {
		build_vm(&w->host, ID_1, "sql01", NULL, "E:\\vm");
		build_state(w);
		build_disk(&w->host, ID_1,
			w->s.share ? "\\\\fs\\share\\vm\\disk.vhdx"
			: branched ? BRANCH
				   : BASE);
		w->host.disks[w->host.disk_count - 1].instance_id = "D";
		build_checkpoints(w);
	}
	if (w->s.namesake)
		build_vm(&w->host, ID_2, "SQL01", NULL, "E:\\vm2");
	build_jobs(w);
	build_end(&w->host);
}

static bool is_silent(const struct world *w)
{
	return w->s.silent_from != 0 && w->now >= w->s.silent_from;
}

static int world_look(void *ctx, bool everything, const struct hv_host **ret, struct hv_err *err)
{
	struct world *w = ctx;

	assert_true(everything == (w->looks++ == 0));
	if (is_silent(w))
		return hv_err_set(err, HV_ERR_IO, "no answer");
	if (w->has_host)
		hv_host_done(&w->host);
	build_world(w);
	*ret = &w->host;
	return 0;
}

static int lose(struct hv_probe_answer *ret, bool maybe, struct hv_err *err)
{
	ret->maybe_done = maybe;
	ret->advice = "Get-Service";
	return hv_err_set(err, HV_ERR_IO, "the connection broke");
}

static int world_create(
	void *ctx, const char *vm_id, struct hv_probe_answer *ret, struct hv_err *err)
{
	struct world *w = ctx;

	assert_string_equal(vm_id, ID_1);
	*ret = (struct hv_probe_answer){ .job_id = NULL };
	w->creations++;
	if (w->s.create_fails)
		return lose(ret, false, err);
	if (w->s.create_returns != 0) {
		ret->return_value = number(w->s.create_returns);
		return 0;
	}
	w->created = true;
	w->created_at = w->now;
	if (w->s.create_lost)
		return lose(ret, true, err);
	ret->return_value = number(HV_METHOD_JOB_STARTED);
	ret->job_id = "C";
	ret->checkpoint_id = w->s.tells_id ? NEW : NULL;
	return 0;
}

/* What was there before, or is somebody else's, is never asked to be removed. */
static int world_remove(void *ctx, const char *id, struct hv_probe_answer *ret, struct hv_err *err)
{
	struct world *w = ctx;

	assert_string_equal(id, NEW);
	*ret = (struct hv_probe_answer){ .job_id = NULL };
	if (w->removals++ < w->s.refuse_removals) {
		ret->return_value = number(32774);
		return 0;
	}
	w->removed = true;
	w->removed_at = w->now;
	if (w->s.remove_lost)
		return lose(ret, true, err);
	ret->return_value = number(HV_METHOD_JOB_STARTED);
	ret->job_id = "R";
	return 0;
}

static void start(struct world *w, const struct script *s)
{
	const struct hv_probe_ops ops = {
		.ctx = w,
		.now = world_now,
		.pause = world_sleep,
		.stopped = world_stopped,
		.look = world_look,
		.create = world_create,
		.remove = world_remove,
	};
	struct hv_err err = HV_ERR_INIT;

	*w = (struct world){
		.s = *s,
		.now = HOUR,
		.config = { .vm = "sql01",
			.step_timeout = { .usec = SECONDS(300) },
			.merge_timeout = { .usec = HOUR },
			.timeout = { .usec = SECONDS(4500) },
			.space = { .warn_pct = { .start = 15, .end = INFINITY, .set = true } } },
	};
	hv_report_init(&w->report);
	assert_true(hv_probe_run(&w->config, &ops, &w->report, &err));
	assert_false(hv_report_failed(&w->report));
}

static void stop(struct world *w)
{
	if (w->has_host)
		hv_host_done(&w->host);
	hv_report_done(&w->report);
}

struct expectation {
	const char *what;
	struct script s;
	enum hv_state state;
	const char *text; /* in the first finding's item and text, or in the summary of an OK */
	size_t creations, removals;
};

static void check_text(struct world *w, const struct expectation *e)
{
	const struct hv_finding *const *sorted = NULL;
	const size_t count = hv_report_sorted(&w->report, &sorted);
	char text[2048] = "";

	if (e->state == HV_OK) {
		assert_non_null(w->report.ok_text);
		assert_non_null(strstr(w->report.ok_text, e->text));
		return;
	}
	assert_true(count > 0);
	assert_true(snprintf(text, sizeof(text), "%s: %s", sorted[0]->item ? sorted[0]->item : "",
			    sorted[0]->text) > 0);
	if (strstr(text, e->text) == NULL)
		fail_msg("%s: expected \"%s\" in \"%s\"", e->what, e->text, text);
}

static void check_all(const struct expectation *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct expectation *e = &cases[i];
		struct world w;

		start(&w, &e->s);
		if (hv_report_state(&w.report) != e->state || w.creations != e->creations ||
			w.removals != e->removals)
			fail_msg("%s: state %d, %zu creations, %zu removals", e->what,
				(int)hv_report_state(&w.report), w.creations, w.removals);
		check_text(&w, e);
		stop(&w);
	}
}

static void test_probe_refuses(void **unused)
{
	static const struct expectation cases[] = {
		{ "job", { .backup_job = true }, HV_UNKNOWN, "a job runs", 0, 0 },
		{ "storage job", { .storage_job = true }, HV_UNKNOWN, "a job runs", 0, 0 },
		{ "merging", { .operation = HV_VM_MERGING }, HV_UNKNOWN, "being merged", 0, 0 },
		{ "backup", { .operation = HV_VM_BACKING_UP }, HV_UNKNOWN, "backed up", 0, 0 },
		{ "checkpoint", { .operation = HV_VM_CHECKPOINTING }, HV_UNKNOWN, "is being", 0,
			0 },
		{ "changing", { .state = HV_VM_CHANGING }, HV_UNKNOWN, "changing", 0, 0 },
		{ "unknown", { .state_unknown = true }, HV_UNKNOWN, "state is not known", 0, 0 },
		{ "recovery", { .old_recovery = true }, HV_UNKNOWN, "of a backup", 0, 0 },
		{ "missing", { .old_missing = true }, HV_UNKNOWN, "are missing", 0, 0 },
		{ "many", { .old_checkpoints = 40 }, HV_UNKNOWN, "40 checkpoints", 0, 0 },
		{ "disabled", { .disabled = true }, HV_UNKNOWN, "disabled", 0, 0 },
		{ "full", { .full = true }, HV_UNKNOWN, "only 1 GiB are free", 0, 0 },
		{ "no volume", { .no_volume = true }, HV_UNKNOWN, "is not known", 0, 0 },
		{ "share", { .share = true }, HV_UNKNOWN, "is not known", 0, 0 },
		{ "namesake", { .namesake = true }, HV_UNKNOWN, "2 virtual machines", 0, 0 },
		{ "old host", { .v1 = true }, HV_UNKNOWN, "older than", 0, 0 },
		{ "section", { .no_section = true }, HV_UNKNOWN, "class X is gone", 0, 0 },
		{ "no VM", { .no_vm = true }, HV_UNKNOWN, "is called 'sql01'", 0, 0 },
		{ "no row", { .no_row = true }, HV_UNKNOWN, "lacks rights", 0, 0 },
		{ "stop", { .stop_at = HOUR }, HV_UNKNOWN, "nothing was changed", 0, 0 },
	};

	(void)unused;
	check_all(cases, HV_ARRAY_LEN(cases));
}

static void test_probe_succeeds(void **unused)
{
	static const struct expectation cases[] = {
		{ "at once", { .state = HV_VM_RUNNING }, HV_OK, "created in 0.0 s", 1, 1 },
		{ "with time",
			{ .create_takes = SECONDS(60),
				.remove_takes = SECONDS(30),
				.merge_takes = SECONDS(1800) },
			HV_OK, "created in 6", 1, 1 },
		{ "39 before", { .old_checkpoints = 39 }, HV_OK, "created", 1, 1 },
		{ "off", { .state = HV_VM_OFF }, HV_OK, "created", 1, 1 },
		{ "id is told", { .tells_id = true }, HV_OK, "created", 1, 1 },
		{ "nameless jobs",
			{ .nameless_jobs = true,
				.create_takes = SECONDS(100),
				.remove_takes = SECONDS(100) },
			HV_OK, "created in 1", 1, 1 },
		{ "removal lost", { .remove_lost = true, .remove_takes = SECONDS(3) }, HV_OK,
			"removed in", 1, 1 },
	};

	(void)unused;
	check_all(cases, HV_ARRAY_LEN(cases));
}

static void test_probe_tells_failures(void **unused)
{
	static const struct expectation cases[] = {
		{ "refused", { .create_returns = 32775 }, HV_CRITICAL, "32775, invalid state", 1,
			0 },
		{ "denied", { .create_returns = 32769 }, HV_UNKNOWN, "32769, access denied", 1, 0 },
		{ "not understood", { .create_returns = 4 }, HV_UNKNOWN, "invalid parameter", 1,
			0 },
		{ "odd value", { .create_returns = 77 }, HV_UNKNOWN, "refuses: 77", 1, 0 },
		{ "not sent", { .create_fails = true }, HV_UNKNOWN, "connection broke", 1, 0 },
		{ "job fails", { .create_job_fails = true }, HV_CRITICAL, "(0x80070002)", 1, 0 },
		{ "half", { .create_job_fails = true, .half = true }, HV_CRITICAL, "not created", 1,
			1 },
		{ "none", { .makes_none = true }, HV_CRITICAL, "no new checkpoint", 1, 0 },
		{ "too late", { .create_takes = SECONDS(400) }, HV_CRITICAL, "not done after", 1,
			1 },
		{ "never", { .create_takes = NEVER }, HV_CRITICAL, "CHECKPOINT MAY BE LEFT BEHIND",
			1, 0 },
		{ "lost", { .create_lost = true, .create_takes = SECONDS(20) }, HV_UNKNOWN,
			"connection broke", 1, 1 },
		{ "lost and never", { .create_lost = true, .create_takes = NEVER }, HV_CRITICAL,
			"CHECKPOINT MAY BE LEFT BEHIND", 1, 0 },
		{ "two", { .two = true }, HV_CRITICAL, "CHECKPOINT LEFT BEHIND: one of", 1, 0 },
		{ "two, id is told", { .two = true, .tells_id = true }, HV_CRITICAL,
			"CHECKPOINT LEFT BEHIND: one of", 1, 0 },
		{ "a backup's", { .recovery = true }, HV_CRITICAL, "no new checkpoint", 1, 0 },
		{ "automatic", { .automatic = true }, HV_CRITICAL, "no new checkpoint", 1, 0 },
		{ "in use", { .refuse_removals = 9 }, HV_CRITICAL,
			"CHECKPOINT LEFT BEHIND: checkpoint '" NEW "'", 1, 3 },
		{ "in use once", { .refuse_removals = 1 }, HV_WARNING, "removed at attempt 2", 1,
			2 },
		{ "removal fails", { .remove_job_fails = true }, HV_CRITICAL,
			"CHECKPOINT LEFT BEHIND", 1, 3 },
		{ "removal never", { .remove_takes = NEVER }, HV_CRITICAL, "CHECKPOINT LEFT BEHIND",
			1, 1 },
		{ "merge fails", { .merge_job_fails = true }, HV_CRITICAL,
			"did not merge: the host", 1, 1 },
		{ "merge never", { .merge_takes = NEVER }, HV_CRITICAL, "is still '" BRANCH "'", 1,
			1 },
		{ "foreign merge", { .foreign_merge = true }, HV_WARNING, "still merges some", 1,
			1 },
		{ "stopped amid creation",
			{ .create_takes = SECONDS(60), .stop_at = HOUR + 1, .merge_takes = NEVER },
			HV_UNKNOWN, "no longer waited for", 1, 1 },
		{ "silence amid creation", { .create_takes = SECONDS(60), .silent_from = HOUR + 1 },
			HV_CRITICAL, "CHECKPOINT MAY BE LEFT BEHIND", 1, 0 },
	};

	(void)unused;
	check_all(cases, HV_ARRAY_LEN(cases));
}

/* All that the steps may take does not take the time of the removal. */
static void test_probe_keeps_time_for_removal(void **unused)
{
	const struct script s = { .create_takes = SECONDS(350), .merge_takes = NEVER };
	struct world w;

	(void)unused;
	start(&w, &s);
	assert_int_equal(w.removals, 1);
	assert_true(w.now <= HOUR + SECONDS(4500) + SECONDS(20));
	stop(&w);
}

static void test_probe_tells_the_command(void **unused)
{
	const struct script s = { .refuse_removals = 9 };
	const struct hv_finding *f;
	struct world w;

	(void)unused;
	start(&w, &s);
	f = find_finding(&w.report, "CHECKPOINT LEFT BEHIND", NULL, 0);
	assert_non_null(f);
	assert_string_equal(f->remedy, "on the host: Remove-VMSnapshot -VMSnapshot "
				       "(Get-VMSnapshot -Id '" NEW "')");
	assert_string_equal(f->about.vm_id, ID_1);
	stop(&w);
}

static void test_probe_measures(void **unused)
{
	const struct script s = { .merge_takes = SECONDS(100) };
	const struct hv_metric *m;
	struct world w;

	(void)unused;
	start(&w, &s);
	m = find_metric(&w.report, "merge_time");
	assert_true(m != NULL && m->known && m->value >= 100 && m->value < 115);
	m = find_metric(&w.report, "create_time");
	assert_true(m != NULL && m->known);
	stop(&w);
}

static void test_probe_names_return_values(void **unused)
{
	struct hv_arena arena;

	(void)unused;
	hv_arena_init(&arena, 1 << 16);
	assert_string_equal(hv_probe_return_text(&arena, 32768), "32768, failed");
	assert_string_equal(hv_probe_return_text(&arena, 5), "5, invalid state");
	assert_string_equal(hv_probe_return_text(&arena, 40000), "40000");
	hv_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probe_refuses),
		cmocka_unit_test(test_probe_succeeds),
		cmocka_unit_test(test_probe_tells_failures),
		cmocka_unit_test(test_probe_keeps_time_for_removal),
		cmocka_unit_test(test_probe_tells_the_command),
		cmocka_unit_test(test_probe_measures),
		cmocka_unit_test(test_probe_names_return_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
