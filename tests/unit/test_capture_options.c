/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of hyperv_capture: defaults, what goes with what, the names of sections, and the
 * options that stand there for the sake of checks alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "cli/capture-options.h"
#include "cli/extra-opts.h"
#include "cli/help.h"
#include "cli/option-table.h"
#include "model/host.h"

enum { MAX_ARGS = 12, OUTPUT_MAX = 1 << 20, ARENA_MAX = 1 << 22 };

#define DAY (86400 * HV_USEC_PER_SEC)

static const char *no_environment(const char *name)
{
	(void)name;
	return NULL;
}

/* Parses and checks "NAME" and the arguments; strings are those of the caller. */
static int take(struct hv_capture_options *o, struct hv_arena *arena, const char *const *args,
	struct hv_err *err)
{
	char *argv[MAX_ARGS + 2] = { NULL };
	int argc = 0;

	argv[argc++] = (char[]){ HV_CAPTURE_NAME };
	for (; *args; args++)
		argv[argc++] = (char *)(uintptr_t)*args;
	if (hv_capture_options_parse(o, argc, argv, no_environment, arena, err))
		return -1;
	return hv_capture_options_check(o, err);
}

static void test_capture_has_defaults(void **state)
{
	static const char *const ARGS[] = { "-H", "hv01", NULL };
	HV_AUTO(arena) arena = { .max = ARENA_MAX };
	struct hv_err err = HV_ERR_INIT;
	struct hv_capture_options o;

	(void)state;
	assert_int_equal(take(&o, &arena, ARGS, &err), 0);
	assert_int_equal(o.wanted, (HV_SEC(HV_SECTION_COUNT) - 1) & ~HV_SEC_WRITERS);
	assert_int_equal(o.events.usec, 7 * DAY);
	assert_int_equal(o.timeout.usec, 60 * HV_USEC_PER_SEC);
	assert_int_equal(o.jobs.value, 4);
	assert_false(o.now_time.known);
	assert_true(hv_capture_is_live(&o));
	assert_string_equal(o.connect.auth, "auto");
}

static void test_capture_judges_combinations(void **state)
{
	static const struct {
		const char *args[MAX_ARGS];
		const char *error; /* NULL: fine */
	} CASES[] = {
		{ { "-H", "a" }, NULL },
		{ { "-H", "a", "-o", "f", "--redact", "-v" }, NULL },
		{ { "-H", "a", "--list", "-v" }, NULL },
		{ { "-H", "a", "--capture", "c", "--evtx", "e" }, NULL },
		{ { "-H", "a", "--diagnose" }, NULL },
		{ { "--hosts", "f", "-o", "d", "-j", "64", "--redact" }, NULL },
		{ { "--capture", "c", "-o", "f", "--redact" }, NULL },
		{ { "--vm-config", "c", "--list" }, NULL },
		{ { NULL }, "nothing to read" },
		{ { "-o", "f" }, "nothing to read" },
		{ { "--diagnose" }, "--diagnose needs --hostname" },
		{ { "-H", "a", "--hosts", "f", "-o", "d" }, "--hostname" },
		{ { "--hosts", "f", "-o", "d", "--diagnose" }, "--diagnose asks one host" },
		{ { "-H", "a", "--diagnose", "--list" }, "--list" },
		{ { "-H", "a", "--diagnose", "--capture", "c" }, "nothing recorded" },
		{ { "-H", "a", "--diagnose", "-o", "f" }, "--output" },
		{ { "-H", "a", "--diagnose", "--redact" }, "--redact" },
		{ { "--hosts", "f", "-o", "d", "--list" }, "--list reads one host" },
		{ { "-H", "a", "--list", "-o", "f" }, "--output" },
		{ { "-H", "a", "--list", "--redact" }, "--redact" },
		{ { "--hosts", "f", "-o", "d", "--evtx", "e" }, "a capture of its own" },
		{ { "--hosts", "f" }, "--hosts needs --output" },
		{ { "--hosts", "f", "-o", "-" }, "--hosts needs --output" },
		{ { "--hosts", "f", "-o", "d", "-j", "0" }, "--jobs: must be from 1 to 64" },
		{ { "--hosts", "f", "-o", "d", "-j", "65" }, "--jobs: must be from 1 to 64" },
		{ { "-H", "a", "-t", "0" }, "--timeout" },
		{ { "-H", "a", "-t", "1d" }, NULL },
		{ { "-H", "a", "-t", "86401" }, "--timeout" },
		{ { "-H", "a", "--events", "0" }, "--events" },
		{ { "-H", "a", "--events", "3650d" }, NULL },
		{ { "-H", "a", "--events", "3651d" }, "--events" },
		{ { "-H", "a", "--now", "yesterday" }, "--now" },
		{ { "-H", "a", "--now", "2026-11-22T03:00:00Z" }, NULL },
		{ { "--capture", "c", "--sections", "volumes" }, "--hostname or --hosts" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(arena) arena = { .max = ARENA_MAX };
		struct hv_err err = HV_ERR_INIT;
		struct hv_capture_options o;
		const int result = take(&o, &arena, CASES[i].args, &err);

		if (!CASES[i].error && result)
			fail_msg("case %zu: %s", i, err.text);
		if (!CASES[i].error)
			continue;
		if (!result || !strstr(err.text, CASES[i].error))
			fail_msg("case %zu: '%s' instead of '%s'", i, err.text, CASES[i].error);
		assert_int_equal(err.kind, HV_ERR_ARGUMENT);
	}
}

static void test_capture_knows_sections_by_their_names(void **state)
{
	static const struct {
		const char *list;
		unsigned int wanted; /* 0: refused */
	} CASES[] = {
		{ "volumes", HV_SEC_VOLUMES },
		{ "Virtual-Machines", HV_SEC_VMS },
		{ "operating-system,volumes,shadow-copy-storage,virtual-machines,virtual-disks,"
		  "checkpoints,guests,integration-services,integration-services-versions,virtual-fibre-channel,events,jobs,vss-writers,permissions-of-files,"
		  "installed-updates,build-and-revision",
			HV_SEC(HV_SECTION_COUNT) - 1 },
		{ "guests,guests", HV_SEC_GUESTS },
		{ "VSS-writers", HV_SEC_WRITERS | HV_SEC_VMS | HV_SEC_JOBS },
		{ "volume", 0 },
		{ "volumes,", 0 },
		{ "virtual", 0 },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		const char *const args[] = { "-H", "a", "--sections", CASES[i].list, NULL };
		HV_AUTO(arena) arena = { .max = ARENA_MAX };
		struct hv_err err = HV_ERR_INIT;
		struct hv_capture_options o;

		if (take(&o, &arena, args, &err))
			assert_int_equal(CASES[i].wanted, 0);
		else
			assert_int_equal(o.wanted, CASES[i].wanted);
	}
}

static void test_capture_lists_the_sections_it_knows(void **state)
{
	static const char *const ARGS[] = { "-H", "a", "--sections", "volumes,moon", NULL };
	HV_AUTO(arena) arena = { .max = ARENA_MAX };
	struct hv_err err = HV_ERR_INIT;
	struct hv_capture_options o;

	(void)state;
	assert_int_equal(take(&o, &arena, ARGS, &err), -1);
	assert_string_equal(err.text,
		"--sections: 'moon' is none of operating-system, volumes, shadow-copy-storage, "
		"virtual-machines, virtual-disks, checkpoints, guests, integration-services, integration-services-versions, virtual-fibre-channel, events, jobs, VSS-writers, permissions-of-files, installed-updates, build-and-revision");
}

/* A section that serves checks may hold what is of no use here; the command line may not. */
static void test_capture_takes_options_of_checks_from_files_alone(void **state)
{
	static const char SECTION[] = "[x]\nhostname = a\ncache = 60\nunreachable = ok\n";
	static const char *const ARGS[] = { "-H", "a", "--cache", "60", NULL };
	HV_AUTO(arena) arena = { .max = ARENA_MAX };
	struct hv_capture_options o = { .hosts = NULL };
	struct hv_err err = HV_ERR_INIT;
	struct hv_capture_groups groups;
	struct hv_opt_line line;

	(void)state;
	hv_capture_groups(&o, &groups);
	assert_int_equal(
		hv_opt_line_init(&line, groups.items, HV_CAPTURE_GROUPS, NULL, &arena, &err), 0);
	assert_int_equal(
		hv_extra_opts_apply_text(&line, SECTION, strlen(SECTION), "file", "x", &err), 0);
	assert_string_equal(o.connect.hostname, "a");
	assert_int_equal(take(&o, &arena, ARGS, &err), -1);
	assert_non_null(strstr(err.text, "--cache"));
}

static void test_capture_help_shows_what_can_be_typed(void **state)
{
	static const struct {
		const char *option;
		bool shown;
	} CASES[] = {
		{ "-H, --hostname", true },
		{ "--hosts=FILE", true },
		{ "--event-method", true },
		{ "--diagnose", true },
		{ "--cache", false },
		{ "--unreachable", false },
		{ "--password", false },
	};
	HV_AUTO(buf) out = { .max = OUTPUT_MAX };
	struct hv_capture_groups groups;

	(void)state;
	hv_capture_groups(NULL, &groups);
	hv_help_options(groups.items, HV_CAPTURE_GROUPS, &out);
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++)
		if (!strstr(hv_buf_str(&out), CASES[i].option) == CASES[i].shown)
			fail_msg("%s", CASES[i].option);
}

/* The first of two options of one name or letter would hide the other. */
static void test_capture_names_and_letters_are_free(void **state)
{
	struct hv_capture_groups groups;

	(void)state;
	hv_capture_groups(NULL, &groups);
	for (size_t g = 0; g < HV_CAPTURE_GROUPS; g++)
		for (const struct hv_opt *o = groups.items[g].options; o->name; o++)
			for (size_t h = 0; h < HV_CAPTURE_GROUPS; h++)
				for (const struct hv_opt *p = groups.items[h].options; p->name; p++)
					if (o != p &&
						(strcmp(o->name, p->name) == 0 ||
							(o->letter && o->letter == p->letter)))
						fail_msg("--%s and --%s", o->name, p->name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capture_has_defaults),
		cmocka_unit_test(test_capture_judges_combinations),
		cmocka_unit_test(test_capture_knows_sections_by_their_names),
		cmocka_unit_test(test_capture_lists_the_sections_it_knows),
		cmocka_unit_test(test_capture_takes_options_of_checks_from_files_alone),
		cmocka_unit_test(test_capture_help_shows_what_can_be_typed),
		cmocka_unit_test(test_capture_names_and_letters_are_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
