/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Snapshots: what a diagnosis becomes in rows, and rows as bytes and back. */
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/utf.h"
#include "check/diagnosis.h"
#include "mibs/snapshot.h"
#include "model-builder.h"

/* 2026-11-22T02:04:05Z */
#define NOW    (INT64_C(1795313045) * HV_USEC_PER_SEC)
#define YEAR_1 (INT64_C(-11644473600) * HV_USEC_PER_SEC) /* 1601: never */

enum {
	MAX_STEPS = 4,
	ARENA_MAX = 64 << 20,
	DUMP_MAX = 1 << 20,
	LONG = 3000, /* characters, more than any text may have */
};

struct scene {
	struct hv_host host;
	struct hv_arena arena;
	struct hv_check checks[MAX_STEPS];
	struct hv_report reports[MAX_STEPS];
	struct hv_step_result results[MAX_STEPS];
	size_t count;
	struct hv_diagnosis d;
	struct hv_snapshot snapshot;
};

static void scene_done(struct scene *s)
{
	for (size_t i = 0; i < s->count; i++)
		hv_report_done(&s->reports[i]);
	hv_snapshot_done(&s->snapshot);
	hv_arena_done(&s->arena);
	hv_host_done(&s->host);
}

#define HV_AUTO_scene __attribute__((cleanup(scene_done))) struct scene

static struct hv_report *add_step(struct scene *s, const char *check)
{
	const struct hv_step *step = hv_steps;
	struct hv_report *report = &s->reports[s->count];

	while (step->check != NULL && strcmp(step->check, check) != 0)
		step++;
	assert_non_null(step->check);
	assert_true(s->count < MAX_STEPS);
	s->checks[s->count] = (struct hv_check){ .name = check };
	hv_report_init(report);
	s->results[s->count] = (struct hv_step_result){
		.step = step,
		.check = &s->checks[s->count],
		.report = report,
	};
	s->count++;
	return report;
}

static void scene_init(struct scene *s)
{
	memset(s, 0, sizeof(*s));
	hv_arena_init(&s->arena, ARENA_MAX);
	hv_snapshot_init(&s->snapshot);
	build_host(&s->host, "10.0.17763");
}

static void diagnose(struct scene *s)
{
	build_end(&s->host);
	assert_true(hv_diagnose(&s->d, &s->arena, &s->host, NOW, s->results, s->count));
}

static void make(struct scene *s)
{
	struct hv_err err = HV_ERR_INIT;

	diagnose(s);
	if (hv_snapshot_make(&s->snapshot, &s->d, &err) != 0)
		fail_msg("%s", err.text);
}

static void dump_known(struct hv_buf *out, bool known, int64_t value)
{
	if (known)
		hv_buf_addf(out, "|%" PRId64, value);
	else
		hv_buf_adds(out, "|-");
}

/* Every column of every row. */
static void dump(struct hv_buf *out, const struct hv_snapshot *s)
{
	hv_buf_addf(out, "host|%d|%s|%s|%s\n", s->answered, s->error, s->computer, s->windows);
	for (size_t i = 0; i < s->check_count; i++) {
		const struct hv_snapshot_check *c = &s->checks[i];

		hv_buf_addf(out, "check|%s|%s|%s\n", c->check, hv_state_name(c->state), c->summary);
	}
	for (size_t i = 0; i < s->finding_count; i++) {
		const struct hv_snapshot_finding *f = &s->findings[i];

		hv_buf_addf(out, "finding|%s|%s|%" PRIu32 "|%s|%s|%s|%s|%s|%s\n", f->check, f->item,
			f->number, hv_state_name(f->state), f->title, f->rule, f->text, f->why,
			f->remedy);
	}
	for (size_t i = 0; i < s->metric_count; i++) {
		const struct hv_snapshot_metric *m = &s->metrics[i];

		hv_buf_addf(out, "metric|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s", m->check, m->item,
			m->metric, m->title, m->value, m->unit, m->warning, m->critical, m->minimum,
			m->maximum);
		dump_known(out, m->integer.known, (int64_t)m->integer.value);
		hv_buf_addf(out, "|%d\n", (int)m->integer_unit);
	}
	for (size_t i = 0; i < s->volume_count; i++) {
		const struct hv_snapshot_volume *v = &s->volumes[i];

		hv_buf_addf(
			out, "volume|%s|%s|%s|%s", v->volume, v->title, v->label, v->file_system);
		dump_known(out, v->capacity_bytes.known, (int64_t)v->capacity_bytes.value);
		dump_known(out, v->free_bytes.known, (int64_t)v->free_bytes.value);
		hv_buf_addc(out, '\n');
	}
	for (size_t i = 0; i < s->vm_count; i++) {
		const struct hv_snapshot_vm *v = &s->vms[i];

		hv_buf_addf(out, "vm|%s|%s|%d|%s|%" PRIu64 "|%" PRIu64, v->vm, v->name,
			(int)v->state, v->guest, v->disks, v->checkpoints);
		dump_known(out, v->last_backup.known, v->last_backup.usec);
		hv_buf_addf(out, "|%s|%s|%s\n", hv_outlook_text(v->outlook), v->culprit, v->remedy);
	}
	assert_false(hv_buf_failed(out));
}

static void assert_snapshot(const struct hv_snapshot *s, const char *expected)
{
	HV_AUTO(buf) text = { .max = DUMP_MAX };

	dump(&text, s);
	assert_string_equal(hv_buf_str(&text), expected);
}

static struct hv_range range(const char *text)
{
	struct hv_range r;

	assert_int_equal(hv_range_parse(text, &r, NULL), 0);
	return r;
}

/* --- What a diagnosis becomes --- */

static struct hv_vm *vm_of(struct scene *s, size_t i)
{
	assert_true(i < s->host.vm_count);
	return &s->host.vms[i];
}

/* A host of which every column has something to show. */
static void build_all(struct scene *s)
{
	struct hv_report *space;
	struct hv_report *layout;
	struct hv_finding *f;
	struct hv_metric *m;

	scene_init(s);
	s->host.build = (struct hv_build){
		.number = { .value = 17763, .known = true },
		.revision = { .value = 6532, .known = true },
		.product = "Windows Server 2019 Standard",
	};
	build_volume(&s->host, 'E', "E:\\", 100 * GIB, 40 * GIB);
	s->host.volumes[0].label = "Data";
	s->host.volumes[0].file_system = "NTFS";
	build_volume(&s->host, 'C', "C:\\", 0, 0);
	s->host.volumes[1].capacity_bytes.known = false;
	s->host.volumes[1].free_bytes.known = false;
	build_volume(&s->host, 'X', "X:\\", 1, 1);
	s->host.volumes[2].excluded = true;
	build_vm(&s->host, ID_2, "a", NULL, "E:\\a");
	*vm_of(s, 0) = (struct hv_vm){
		.id = ID_2,
		.name = "a",
		.listed = true,
		.state = HV_VM_RUNNING,
		.guest.os_name = "Windows Server 2022",
		.last_backup = { .usec = NOW, .known = true },
	};
	build_disk(&s->host, ID_2, "E:\\a\\a.vhdx");
	build_disk_kind(&s->host, ID_2, HV_DISK_PASS_THROUGH, NULL);
	build_disk_kind(&s->host, ID_2, HV_DISK_ISO, "E:\\iso\\a.iso");
	build_checkpoint(&s->host, ID_2, ID_3, HV_CHECKPOINT_USER);
	build_vm(&s->host, ID_1, "b", NULL, NULL);
	vm_of(s, 1)->last_backup = (struct hv_time){ .usec = YEAR_1, .known = true };
	build_vm(&s->host, ID_3, "gone", NULL, NULL);
	vm_of(s, 2)->excluded = true;

	layout = add_step(s, "check_hyperv_layout");
	hv_report_add(layout, HV_UNKNOWN, NULL, NULL, "about the host");
	hv_report_about(layout, &(struct hv_subject){ .vm_id = ID_2 });
	hv_report_add(layout, HV_WARNING, "VM 'a'", "second", "less bad");
	f = hv_report_add(layout, HV_CRITICAL, "VM 'a'", "split-root", "worst");
	hv_finding_why(layout, f, "it fails");
	hv_finding_remedy(layout, f, "Move-VMStorage 'a' | Out-Null");
	hv_finding_remedy(layout, f, "then again");
	hv_report_add(layout, HV_OK, "VM 'a'", NULL, "good news");
	hv_report_count(layout, 3, 2, 1);

	space = add_step(s, "check_hyperv_space");
	hv_report_ok_text(space, "enough everywhere");
	hv_report_limit(space, "one | two");
	m = hv_report_metric(space, "E:", "free_pct", 40.25, "%");
	m->warn = range("20:");
	m->crit = range("@0:10");
	m->has_min = m->has_max = true;
	m->max = 100;
	hv_report_metric_unknown(space, "C:", "free_pct", "%");
}

static const char ALL[] =
	"host|1||HV01|Windows Server 2019 Standard 10.0.17763.6532\n"
	"check|space|OK|enough everywhere (one \xC2\xA6 two)\n"
	"check|layout|CRITICAL|VM 'a': worst (+2 more)\n"
	"finding|layout||1|UNKNOWN|||about the host||\n"
	"finding|layout|VM 'a'|1|CRITICAL|VM 'a'|split-root|worst|it fails|"
	"Move-VMStorage 'a' | Out-Null\nthen again\n"
	"finding|layout|VM 'a'|2|WARNING|VM 'a'|second|less bad||\n"
	"metric|space|C:|free_pct|C:|U|%|||||-|4\n"
	"metric|space|E:|free_pct|E:|40.25|%|20:|@10|0|100|4025|4\n"
	"metric|layout||seen||3||||||3000|1\n"
	"metric|layout||judged||2||||||2000|1\n"
	"metric|layout||excluded||1||||||1000|1\n"
	"volume|C:|C:|||-|-\n"
	"volume|E:|E:|Data|NTFS|107374182400|42949672960\n"
	"vm|11111111-1111-1111-1111-111111111111|b|0||0|0|-|not known||\n"
	"vm|22222222-2222-2222-2222-222222222222|a|1|Windows Server 2022|2|1|1795313045000000|"
	"will fail|VM 'a': worst|Move-VMStorage 'a' | Out-Null\nthen again\n";

static void test_snapshot_shows_every_column(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };

	(void)state;
	build_all(&s);
	make(&s);
	assert_snapshot(&s.snapshot, ALL);
}

static void test_snapshot_of_nothing_is_empty(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };

	(void)state;
	scene_init(&s);
	s.host.name = NULL;
	s.host.version.known = false;
	make(&s);
	assert_snapshot(&s.snapshot, "host|1|||\n");
}

static void test_snapshot_windows_without_its_revision(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };

	(void)state;
	scene_init(&s);
	s.host.build.number = (struct hv_u64){ .value = 9600, .known = true };
	s.host.build.revision = (struct hv_u64){ .value = 1, .known = true };
	make(&s);
	assert_string_equal(s.snapshot.windows, "10.0.17763");
}

static void test_snapshot_step_without_a_word_is_unknown(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };

	(void)state;
	scene_init(&s);
	add_step(&s, "check_hyperv_space");
	s.results[0].not_judged = "no \x01rights";
	make(&s);
	assert_snapshot(&s.snapshot,
		"host|1||HV01|10.0.17763\ncheck|space|UNKNOWN|not judged: no ?rights\n");
}

/* What the user made of "nothing to judge" is the plugin's state as well. */
static void test_snapshot_not_judged_keeps_what_its_report_says(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };
	struct hv_report *r;

	(void)state;
	scene_init(&s);
	r = add_step(&s, "check_hyperv_space");
	hv_report_add(r, HV_WARNING, NULL, NULL, "nothing was judged");
	s.results[0].not_judged = "nothing was judged";
	make(&s);
	assert_int_equal(s.snapshot.checks[0].state, HV_WARNING);
	assert_string_equal(s.snapshot.checks[0].summary, "nothing was judged");
}

static void test_snapshot_failed_report_is_never_ok(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };

	(void)state;
	scene_init(&s);
	add_step(&s, "check_hyperv_space")->failed = true;
	make(&s);
	assert_int_equal(s.snapshot.checks[0].state, HV_UNKNOWN);
}

static void test_snapshot_integers(void **state)
{
	static const struct {
		double value;
		const char *uom;
		enum hv_integer_unit unit;
		bool known;
		uint64_t integer;
		const char *text;
	} CASES[] = {
		{ 12, "B", HV_INTEGER_BYTES, true, 12, "12" },
		{ 12.5, "B", HV_INTEGER_BYTES, true, 13, "12.5" },
		{ 1.2344, "s", HV_INTEGER_MILLISECONDS, true, 1234, "1.2344" },
		{ 1.2345, "s", HV_INTEGER_MILLISECONDS, true, 1235, "1.2345" },
		{ 0.29, "%", HV_INTEGER_HUNDREDTHS, true, 29, "0.29" },
		{ 7, "", HV_INTEGER_NONE, true, 7000, "7" },
		{ 7, "c", HV_INTEGER_NONE, true, 7000, "7" },
		{ 7, "h", HV_INTEGER_NONE, true, 7000, "7" },
		{ 0, "", HV_INTEGER_NONE, true, 0, "0" },
		{ -0.5, "%", HV_INTEGER_HUNDREDTHS, false, 0, "-0.5" },
		{ NAN, "B", HV_INTEGER_BYTES, false, 0, "U" },
		{ INFINITY, "B", HV_INTEGER_BYTES, false, 0, "U" },
		/* More than a double tells apart is not changed by rounding. */
		{ 4503599627370497.0, "B", HV_INTEGER_BYTES, true, 4503599627370497,
			"4503599627370497" },
		{ 9223372036854774784.0, "B", HV_INTEGER_BYTES, true, 9223372036854774784u,
			"9223372036854775000" },
		{ 9223372036854775808.0, "B", HV_INTEGER_BYTES, false, 0, "9223372036854776000" },
		{ 1e16, "", HV_INTEGER_NONE, false, 0, "10000000000000000" },
		/* Too long a number to be shown is none, not the beginning of one. */
		{ 1e300, "B", HV_INTEGER_BYTES, false, 0, "U" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(scene) s = { .count = 0 };
		const struct hv_snapshot_metric *m;

		scene_init(&s);
		hv_report_metric(add_step(&s, "check_hyperv_space"), NULL, "x", CASES[i].value,
			CASES[i].uom);
		make(&s);
		assert_int_equal(s.snapshot.metric_count, 1);
		m = s.snapshot.metrics;
		assert_string_equal(m->value, CASES[i].text);
		assert_string_equal(m->unit, CASES[i].uom);
		assert_int_equal(m->integer_unit, CASES[i].unit);
		assert_int_equal(m->integer.known, CASES[i].known);
		assert_int_equal(m->integer.value, CASES[i].integer);
	}
}

static void test_snapshot_backup_times(void **state)
{
	static const struct {
		struct hv_time told;
		bool known;
	} CASES[] = {
		{ { .usec = NOW, .known = true }, true },
		{ { .usec = NOW }, false },
		{ { .usec = YEAR_1, .known = true }, false },
		{ { .usec = HV_USEC_MAX, .known = true }, false },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(scene) s = { .count = 0 };

		scene_init(&s);
		build_vm(&s.host, ID_1, "a", NULL, NULL);
		vm_of(&s, 0)->last_backup = CASES[i].told;
		make(&s);
		assert_int_equal(s.snapshot.vms[0].last_backup.known, CASES[i].known);
	}
}

/* --- Foreign texts --- */

/* count times what, in the arena of the scene. */
static const char *repeat(struct scene *s, const char *what, size_t count)
{
	HV_AUTO(buf) text = { .max = ARENA_MAX };
	const char *kept;

	for (size_t i = 0; i < count; i++)
		hv_buf_adds(&text, what);
	kept = hv_arena_strdup(&s->arena, hv_buf_str(&text));
	assert_non_null(kept);
	return kept;
}

#define HOSTILE "a\x01\xFF\xE2\x80\xAE\n|b"

static void test_snapshot_neutralises_foreign_text(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };
	const struct hv_snapshot_finding *f;
	struct hv_report *r;
	struct hv_finding *finding;

	(void)state;
	scene_init(&s);
	s.host.name = HOSTILE;
	build_vm(&s.host, ID_1, HOSTILE, NULL, NULL);
	r = add_step(&s, "check_hyperv_space");
	hv_report_about(r, &(struct hv_subject){ .vm_id = ID_1 });
	finding = hv_report_add(r, HV_CRITICAL, HOSTILE, HOSTILE, HOSTILE);
	hv_finding_why(r, finding, HOSTILE);
	hv_finding_remedy(r, finding, HOSTILE);
	make(&s);
	f = s.snapshot.findings;
	assert_string_equal(s.snapshot.computer, "a????|b");
	assert_string_equal(s.snapshot.checks[0].summary, "a????\xC2\xA6"
							  "b: a????\xC2\xA6"
							  "b");
	assert_string_equal(f->title, "a????|b");
	assert_string_equal(f->rule, "a????|b");
	assert_string_equal(f->text, "a????|b");
	assert_string_equal(f->why, "a???\n|b");
	assert_string_equal(f->remedy, "a???\n|b");
	assert_memory_equal(f->item, "a????|b~", strlen("a????|b~"));
	assert_string_equal(s.snapshot.vms[0].name, "a????|b");
	assert_string_equal(s.snapshot.vms[0].culprit, "a????|b: a????|b");
	assert_string_equal(s.snapshot.vms[0].remedy, "a???\n|b");
}

static void assert_cut(const char *text, size_t max)
{
	const size_t len = strlen(text);

	assert_in_range(len, max - 3, max);
	assert_true(hv_utf8_valid(text, len));
	assert_string_equal(text + len - strlen("..."), "...");
}

static void test_snapshot_cuts_between_characters(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };
	const struct hv_snapshot_finding *f;
	struct hv_report *r;
	struct hv_finding *finding;
	const char *name;

	(void)state;
	scene_init(&s);
	name = repeat(&s, "\xE2\x82\xAC", LONG);
	s.host.name = name;
	build_vm(&s.host, ID_1, name, NULL, NULL);
	r = add_step(&s, "check_hyperv_space");
	hv_report_about(r, &(struct hv_subject){ .vm_id = ID_1 });
	finding = hv_report_add(r, HV_CRITICAL, name, NULL, "%s", name);
	hv_finding_remedy(r, finding, "%s", name);
	make(&s);
	f = s.snapshot.findings;
	assert_cut(s.snapshot.computer, HV_SNAPSHOT_TEXT_MAX);
	assert_cut(f->title, HV_SNAPSHOT_TEXT_MAX);
	assert_cut(f->text, HV_SNAPSHOT_LONG_TEXT_MAX);
	assert_cut(f->remedy, HV_SNAPSHOT_LONG_TEXT_MAX);
	assert_cut(s.snapshot.vms[0].culprit, HV_SNAPSHOT_LONG_TEXT_MAX);
	assert_true(strlen(s.snapshot.checks[0].summary) <= HV_SNAPSHOT_LONG_TEXT_MAX);
	assert_true(strlen(f->item) <= HV_INDEX_ITEM_MAX);
}

static void test_snapshot_cuts_no_command(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };
	struct hv_report *r;
	struct hv_finding *finding;

	(void)state;
	scene_init(&s);
	r = add_step(&s, "check_hyperv_space");
	finding = hv_report_add(r, HV_CRITICAL, NULL, NULL, "x");
	hv_finding_remedy(r, finding, "first");
	hv_finding_remedy(r, finding, "Remove-Item %s", repeat(&s, "x", LONG));
	finding = hv_report_add(r, HV_CRITICAL, NULL, NULL, "x");
	hv_finding_remedy(r, finding, "%s", repeat(&s, "x", HV_SNAPSHOT_LONG_TEXT_MAX - 2));
	hv_finding_remedy(r, finding, "last");
	make(&s);
	assert_string_equal(s.snapshot.findings[0].remedy, "first\n...");
	/* No room for "..." behind the first line: it is cut. */
	assert_cut(s.snapshot.findings[1].remedy, HV_SNAPSHOT_LONG_TEXT_MAX);
	assert_null(strchr(s.snapshot.findings[1].remedy, '\n'));
}

static void test_snapshot_text_that_fits_is_whole(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };

	(void)state;
	scene_init(&s);
	s.host.name = repeat(&s, "x", HV_SNAPSHOT_TEXT_MAX);
	make(&s);
	assert_string_equal(s.snapshot.computer, s.host.name);
}

static void test_index_text(void **state)
{
	static const struct {
		const char *name;
		size_t max;
		const char *expected;
	} CASES[] = {
		{ "", 16, "" },
		{ "E:", 16, "E:" },
		{ "0123456789abcdef", 16, "0123456789abcdef" },
		/* FNV-1a of "0123456789abcdefg" */
		{ "0123456789abcdefg", 16, "0123456~0744d6ae" },
		{ "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC", 17,
			"\xE2\x82\xAC\xE2\x82\xAC~6f5959e5" },
		{ "a\nb", 16, "a?b~28e4c710" },
		{ "a\tb", 16, "a?b~42e2b167" },
		{ "\xFF", 16, "?~7a0b824e" },
		{ "abcdefghij", 4, "~bce" },
		{ "abc", 0, "" },
	};
	HV_AUTO(arena) arena = { .max = ARENA_MAX };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		const char *text = hv_index_text(&arena, CASES[i].name, CASES[i].max);

		assert_non_null(text);
		assert_string_equal(text, CASES[i].expected);
	}
}

static void test_index_cmp_goes_by_length_first(void **state)
{
	static const char *const ORDER[] = { "", "Z", "a", "\xC3", "AA", "aa", "AAA" };

	(void)state;
	for (size_t a = 0; a < HV_ARRAY_LEN(ORDER); a++) {
		for (size_t b = 0; b < HV_ARRAY_LEN(ORDER); b++) {
			const int order = hv_index_cmp(ORDER[a], ORDER[b]);

			assert_int_equal((order > 0) - (order < 0), (a > b) - (a < b));
		}
	}
}

/* --- Rows of the same name --- */

static void assert_volumes(struct scene *s, const char *const *titles, const char *const *indexes)
{
	size_t count = 0;

	scene_init(s);
	for (; titles[count] != NULL; count++)
		build_volume(&s->host, (char)('a' + count), NULL, count + 1, 0);
	diagnose(s);
	for (size_t i = 0; i < count; i++)
		s->host.volumes[i].title = titles[s->host.volumes[i].capacity_bytes.value - 1];
	assert_int_equal(hv_snapshot_make(&s->snapshot, &s->d, NULL), 0);
	assert_int_equal(s->snapshot.volume_count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(s->snapshot.volumes[i].volume, indexes[i]);
}

#define FULL_31 "0123456789012345678901234567890"

static void test_snapshot_names_told_twice_lose_no_row(void **state)
{
	static const struct {
		const char *titles[6], *indexes[6];
	} CASES[] = {
		{ { "a", "b", NULL }, { "a", "b" } },
		{ { "a", "a", "a", NULL }, { "a", "a~2", "a~3" } },
		/* The tail is taken already: another number, beyond all that were given. */
		{ { "a~2", "a", "a", NULL }, { "a", "a~2", "a~2~4" } },
		{ { "", "", NULL }, { "", "~2" } },
		{ { FULL_31 "x", FULL_31 "x", NULL },
			{ FULL_31 "x", "012345678901234567890123456789~2" } },
		{ { FULL_31 "x", FULL_31 "x", FULL_31 "y", FULL_31 "y", NULL },
			{ FULL_31 "x", FULL_31 "y", "012345678901234567890123456789~2",
				"012345678901234567890123456789~5" } },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(scene) s = { .count = 0 };

		assert_volumes(&s, CASES[i].titles, CASES[i].indexes);
	}
}

static void test_snapshot_metrics_told_twice_lose_no_row(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };
	struct hv_report *r;

	(void)state;
	scene_init(&s);
	r = add_step(&s, "check_hyperv_space");
	for (double i = 1; i <= 2; i++) {
		hv_report_metric(r, "E:", "free", i, "");
		hv_report_metric(r, "E:", "size", i, "");
		hv_report_metric(r, NULL, "all", i, "");
	}
	make(&s);
	assert_snapshot(&s.snapshot, "host|1||HV01|10.0.17763\n"
				     "check|space|OK|no problem found\n"
				     "metric|space||all||1||||||1000|1\n"
				     "metric|space||all~2||2||||||2000|1\n"
				     "metric|space|E:|free|E:|1||||||1000|1\n"
				     "metric|space|E:|size|E:|1||||||1000|1\n"
				     "metric|space|E:~2|free|E:|2||||||2000|1\n"
				     "metric|space|E:~2|size|E:|2||||||2000|1\n");
}

/* --- Limits --- */

static void test_snapshot_too_many_rows(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };
	struct hv_err err = HV_ERR_INIT;
	struct hv_report *r;

	(void)state;
	scene_init(&s);
	r = add_step(&s, "check_hyperv_space");
	for (int i = 0; i < HV_SNAPSHOT_ROWS_MAX; i++)
		hv_report_metric(r, NULL, "m", i, "");
	make(&s);
	assert_int_equal(s.snapshot.metric_count, HV_SNAPSHOT_ROWS_MAX);
	assert_string_equal(s.snapshot.metrics[HV_SNAPSHOT_ROWS_MAX - 1].metric, "m~200000");

	hv_report_metric(r, NULL, "m", 0, "");
	assert_int_equal(hv_snapshot_make(&s.snapshot, &s.d, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
	assert_string_equal(err.text, "200001 metrics, more than the limit of 200000");
	/* What it held before stays. */
	assert_int_equal(s.snapshot.metric_count, HV_SNAPSHOT_ROWS_MAX);
}

static void test_snapshot_too_many_bytes(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };
	struct hv_err err = HV_ERR_INIT;
	struct hv_report *r;
	const char *text;

	(void)state;
	scene_init(&s);
	text = repeat(&s, "x", HV_SNAPSHOT_LONG_TEXT_MAX);
	r = add_step(&s, "check_hyperv_space");
	for (int i = 0; i < 34000; i++)
		hv_report_add(r, HV_WARNING, NULL, NULL, "%s", text);
	s.d = (struct hv_diagnosis){ .host = &s.host, .results = s.results, .result_count = 1 };
	assert_int_equal(hv_snapshot_make(&s.snapshot, &s.d, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
	assert_string_equal(err.text, "34000 findings: more than 67108864 bytes in one snapshot");
}

/* --- A host that did not answer --- */

static void test_snapshot_failed(void **state)
{
	HV_AUTO(snapshot) s = { .answered = false };

	(void)state;
	hv_snapshot_init(&s);
	assert_int_equal(hv_snapshot_make_failed(&s, "no \x1B[0mroute\ntry: ping", NULL), 0);
	assert_snapshot(&s, "host|0|no ?[0mroute\ntry: ping||\n");
}

/* --- Bytes --- */

/* Reads a copy of exactly that size, so that a sanitizer sees a read past the end. */
static int read_bytes(struct hv_snapshot *ret, const void *bytes, size_t len, struct hv_err *err)
{
	HV_AUTO(bytes) copy = hv_alloc_array(len + (len == 0), 1);

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	return hv_snapshot_read(ret, copy, len, err);
}

static void write_bytes(struct hv_buf *out, const struct hv_snapshot *s)
{
	struct hv_err err = HV_ERR_INIT;

	if (hv_snapshot_write(s, out, &err) != 0)
		fail_msg("%s", err.text);
}

static void test_snapshot_bytes_and_back(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };
	HV_AUTO(snapshot) again = { .answered = false };
	HV_AUTO(buf) bytes = { .max = DUMP_MAX };
	HV_AUTO(buf) same = { .max = DUMP_MAX };

	(void)state;
	hv_snapshot_init(&again);
	build_all(&s);
	make(&s);
	write_bytes(&bytes, &s.snapshot);
	assert_int_equal(read_bytes(&again, bytes.data, bytes.len, NULL), 0);
	assert_snapshot(&again, ALL);
	write_bytes(&same, &again);
	assert_int_equal(same.len, bytes.len);
	assert_memory_equal(same.data, bytes.data, bytes.len);
}

static void test_snapshot_failed_bytes_and_back(void **state)
{
	HV_AUTO(snapshot) s = { .answered = false };
	HV_AUTO(buf) bytes = { .max = DUMP_MAX };

	(void)state;
	hv_snapshot_init(&s);
	assert_int_equal(hv_snapshot_make_failed(&s, "a\nb", NULL), 0);
	write_bytes(&bytes, &s);
	assert_int_equal(read_bytes(&s, bytes.data, bytes.len, NULL), 0);
	assert_snapshot(&s, "host|0|a\nb||\n");
}

static void test_snapshot_bytes_cut_short(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };
	HV_AUTO(snapshot) read = { .answered = false };
	HV_AUTO(buf) bytes = { .max = DUMP_MAX };

	(void)state;
	hv_snapshot_init(&read);
	build_all(&s);
	make(&s);
	write_bytes(&bytes, &s.snapshot);
	assert_int_equal(read_bytes(&read, bytes.data, bytes.len, NULL), 0);
	for (size_t len = 0; len < bytes.len; len++) {
		struct hv_err err = HV_ERR_INIT;

		assert_int_equal(read_bytes(&read, bytes.data, len, &err), -1);
		assert_int_equal(err.kind, HV_ERR_FORMAT);
	}
	/* What could not be read leaves what was there. */
	assert_snapshot(&read, ALL);
}

static void assert_sound_text(const char *text, size_t max)
{
	assert_true(strlen(text) <= max);
	assert_true(hv_utf8_valid(text, strlen(text)));
}

/* Order and limits of what was read. */
static void assert_sound(const struct hv_snapshot *s)
{
	for (size_t i = 0; i < s->check_count; i++) {
		assert_sound_text(s->checks[i].check, HV_INDEX_CHECK_MAX);
		assert_sound_text(s->checks[i].summary, HV_SNAPSHOT_LONG_TEXT_MAX);
		assert_in_range(s->checks[i].state, HV_OK, HV_UNKNOWN);
		if (i > 0)
			assert_true(hv_index_cmp(s->checks[i - 1].check, s->checks[i].check) < 0);
	}
	for (size_t i = 0; i < s->finding_count; i++) {
		const struct hv_snapshot_finding *f = &s->findings[i];
		int order;

		assert_sound_text(f->remedy, HV_SNAPSHOT_LONG_TEXT_MAX);
		assert_in_range(f->state, HV_WARNING, HV_UNKNOWN);
		if (i == 0)
			continue;
		order = hv_index_cmp(f[-1].check, f->check);
		order = order != 0 ? order : hv_index_cmp(f[-1].item, f->item);
		assert_true(order < 0 || (order == 0 && f[-1].number < f->number));
	}
	for (size_t i = 1; i < s->metric_count; i++) {
		const struct hv_snapshot_metric *m = &s->metrics[i];
		int order = hv_index_cmp(m[-1].check, m->check);

		order = order != 0 ? order : hv_index_cmp(m[-1].item, m->item);
		order = order != 0 ? order : hv_index_cmp(m[-1].metric, m->metric);
		assert_true(order < 0);
		assert_in_range(m->integer_unit, HV_INTEGER_NONE, HV_INTEGER_HUNDREDTHS);
	}
	for (size_t i = 1; i < s->volume_count; i++)
		assert_true(hv_index_cmp(s->volumes[i - 1].volume, s->volumes[i].volume) < 0);
	for (size_t i = 0; i < s->vm_count; i++) {
		assert_in_range(s->vms[i].state, HV_VM_STATE_UNKNOWN, HV_VM_CHANGING);
		assert_in_range(s->vms[i].outlook, HV_OUTLOOK_GOOD, HV_OUTLOOK_BAD);
		if (i > 0)
			assert_true(hv_index_cmp(s->vms[i - 1].vm, s->vms[i].vm) < 0);
	}
}

static void test_snapshot_bytes_changed(void **state)
{
	static const unsigned char CHANGES[] = { 0x01, 0x02, 0x20, 0x80, 0xFF };
	HV_AUTO(scene) s = { .count = 0 };
	HV_AUTO(buf) bytes = { .max = DUMP_MAX };
	size_t refused = 0;

	(void)state;
	build_all(&s);
	make(&s);
	write_bytes(&bytes, &s.snapshot);
	for (size_t i = 0; i < bytes.len; i++) {
		for (size_t c = 0; c < HV_ARRAY_LEN(CHANGES); c++) {
			HV_AUTO(snapshot) read = { .answered = false };
			struct hv_err err = HV_ERR_INIT;

			hv_snapshot_init(&read);
			bytes.data[i] = (char)(bytes.data[i] ^ CHANGES[c]);
			if (read_bytes(&read, bytes.data, bytes.len, &err) == 0)
				assert_sound(&read);
			else
				refused += hv_err_is_set(&err);
			bytes.data[i] = (char)(bytes.data[i] ^ CHANGES[c]);
		}
	}
	/* Each of the first eleven bytes is a mark, a version, a flag or a length. */
	assert_true(refused > 11);
}

static void assert_refused(const struct hv_snapshot *s, const char *why)
{
	HV_AUTO(snapshot) read = { .answered = false };
	HV_AUTO(buf) bytes = { .max = DUMP_MAX };
	struct hv_err err = HV_ERR_INIT;

	hv_snapshot_init(&read);
	write_bytes(&bytes, s);
	if (why == NULL) {
		assert_int_equal(read_bytes(&read, bytes.data, bytes.len, &err), 0);
		return;
	}
	assert_int_equal(read_bytes(&read, bytes.data, bytes.len, &err), -1);
	assert_non_null(strstr(err.text, why));
}

/* One row of each table in whose order nothing is wrong. */
static void test_snapshot_rows_that_are_refused(void **state)
{
	struct hv_snapshot_check checks[2] = {
		{ .check = "b", .summary = "" },
		{ .check = "aa", .summary = "" },
	};
	struct hv_snapshot_finding finding = {
		.check = "b",
		.item = "",
		.number = 1,
		.state = HV_WARNING,
		.title = "",
		.rule = "",
		.text = "",
		.why = "one\ntwo",
		.remedy = "one\ntwo",
	};
	struct hv_snapshot_vm vm = {
		.vm = ID_1,
		.name = "",
		.guest = "",
		.culprit = "",
		.remedy = "",
		.last_backup = { .usec = NOW, .known = true },
	};
	struct hv_snapshot s = {
		.answered = true,
		.error = "",
		.computer = "",
		.windows = "",
		.checks = checks,
		.check_count = 2,
		.findings = &finding,
		.finding_count = 1,
		.vms = &vm,
		.vm_count = 1,
	};

	(void)state;
	assert_refused(&s, NULL);
	checks[1].check = "a";
	assert_refused(&s, "rows out of order");
	checks[1].check = "b";
	assert_refused(&s, "rows out of order");
	checks[1].check = "aa";
	checks[1].state = (enum hv_state)4;
	assert_refused(&s, "a number beyond its limits");
	checks[1].state = HV_OK;
	checks[1].summary = "one\ntwo";
	assert_refused(&s, "text that cannot be shown");
	checks[1].summary = "\xE2\x82";
	assert_refused(&s, "text that cannot be shown");
	checks[1].summary = "\x7F";
	assert_refused(&s, "text that cannot be shown");
	checks[1].summary = "\xC3\xA4";
	assert_refused(&s, NULL);
	finding.state = HV_OK;
	assert_refused(&s, "a number beyond its limits");
	finding.state = HV_UNKNOWN;
	finding.number = 0;
	assert_refused(&s, "a number beyond its limits");
	finding.number = 2;
	assert_refused(&s, NULL);
	vm.outlook = HV_OUTLOOK_COUNT;
	assert_refused(&s, "a number beyond its limits");
	vm.outlook = HV_OUTLOOK_BAD;
	vm.last_backup.usec = HV_USEC_MAX;
	assert_refused(&s, "a time that cannot be");
	vm.last_backup.known = false;
	assert_refused(&s, NULL);
	s.answered = false;
	assert_refused(&s, "an answer and an error");
	s.answered = true;
	s.error = "x";
	assert_refused(&s, "an answer and an error");
}

static void test_snapshot_bytes_that_are_refused(void **state)
{
	static const struct {
		size_t offset;
		char byte;
		const char *why;
	} CASES[] = {
		{ 0, 'X', "not the mark of one" }, { 4, 2, "another version" },
		{ 6, 2, "neither yes nor no" },
		{ 8, 8, "too long a text" },      /* error: 2048 octets */
		{ 16, 1, "more than the limit" }, /* checks: 16777216 */
		{ 13, 1, "cut short" },           /* checks: 1 */
	};
	HV_AUTO(snapshot) s = { .answered = false };
	HV_AUTO(snapshot) read = { .answered = false };
	HV_AUTO(buf) bytes = { .max = DUMP_MAX };
	struct hv_err over = HV_ERR_INIT;

	(void)state;
	hv_snapshot_init(&s);
	hv_snapshot_init(&read);
	s.answered = true;
	write_bytes(&bytes, &s);
	assert_int_equal(read_bytes(&read, bytes.data, bytes.len, NULL), 0);
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(buf) changed = { .max = DUMP_MAX };
		struct hv_err err = HV_ERR_INIT;

		hv_buf_add(&changed, bytes.data, bytes.len);
		changed.data[CASES[i].offset] = CASES[i].byte;
		for (size_t n = 0; n < HV_SNAPSHOT_LONG_TEXT_MAX + 100 && CASES[i].offset == 8; n++)
			hv_buf_addc(&changed, 'x');
		assert_int_equal(read_bytes(&read, changed.data, changed.len, &err), -1);
		if (strstr(err.text, CASES[i].why) == NULL)
			fail_msg("%s: %s", CASES[i].why, err.text);
	}
	hv_buf_addc(&bytes, 0);
	assert_int_equal(read_bytes(&read, bytes.data, bytes.len, &over), -1);
	assert_non_null(strstr(over.text, "something left over"));
	hv_err_clear(&over);
	assert_int_equal(
		hv_snapshot_read(&read, bytes.data, HV_SNAPSHOT_BYTES_MAX + (size_t)1, &over), -1);
	assert_int_equal(over.kind, HV_ERR_LIMIT);
}

static void test_snapshot_write_keeps_limits(void **state)
{
	HV_AUTO(scene) s = { .count = 0 };
	HV_AUTO(buf) out = { .max = DUMP_MAX };
	HV_AUTO(buf) little = { .max = 8 };
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	scene_init(&s);
	assert_int_equal(hv_snapshot_write(&s.snapshot, &little, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
	hv_err_clear(&err);
	s.snapshot.error = repeat(&s, "x", HV_SNAPSHOT_LONG_TEXT_MAX + 1);
	assert_int_equal(hv_snapshot_write(&s.snapshot, &out, &err), -1);
	assert_int_equal(err.kind, HV_ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_snapshot_shows_every_column),
		cmocka_unit_test(test_snapshot_of_nothing_is_empty),
		cmocka_unit_test(test_snapshot_windows_without_its_revision),
		cmocka_unit_test(test_snapshot_step_without_a_word_is_unknown),
		cmocka_unit_test(test_snapshot_not_judged_keeps_what_its_report_says),
		cmocka_unit_test(test_snapshot_failed_report_is_never_ok),
		cmocka_unit_test(test_snapshot_integers),
		cmocka_unit_test(test_snapshot_backup_times),
		cmocka_unit_test(test_snapshot_neutralises_foreign_text),
		cmocka_unit_test(test_snapshot_cuts_between_characters),
		cmocka_unit_test(test_snapshot_cuts_no_command),
		cmocka_unit_test(test_snapshot_text_that_fits_is_whole),
		cmocka_unit_test(test_index_text),
		cmocka_unit_test(test_index_cmp_goes_by_length_first),
		cmocka_unit_test(test_snapshot_names_told_twice_lose_no_row),
		cmocka_unit_test(test_snapshot_metrics_told_twice_lose_no_row),
		cmocka_unit_test(test_snapshot_too_many_rows),
		cmocka_unit_test(test_snapshot_too_many_bytes),
		cmocka_unit_test(test_snapshot_failed),
		cmocka_unit_test(test_snapshot_bytes_and_back),
		cmocka_unit_test(test_snapshot_failed_bytes_and_back),
		cmocka_unit_test(test_snapshot_bytes_cut_short),
		cmocka_unit_test(test_snapshot_bytes_changed),
		cmocka_unit_test(test_snapshot_rows_that_are_refused),
		cmocka_unit_test(test_snapshot_bytes_that_are_refused),
		cmocka_unit_test(test_snapshot_write_keeps_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
