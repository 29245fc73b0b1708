/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line: which argument belongs to which option, and what text becomes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "cli/options.h"

enum { MAX_TEST_ARGS = 12, MAX_TEST_ARG_LEN = 120 };

struct own {
	struct hv_range warning;
	struct hv_bytes floor;
	struct hv_bytes warn_floor;
	struct hv_duration since;
	struct hv_count failures;
	struct hv_list volumes;
	struct hv_rule_states rules;
};

struct shared {
	struct hv_list captures;
	const char *output;
	const char *now;
	enum hv_state nothing_found;
	enum hv_state undefined;
	unsigned char verbose;
	bool help;
	struct hv_list extra;
	struct hv_secret secret;
	const char *realm;
};

static const struct hv_opt own_options[] = {
	HV_OPT(struct own, warning, 'w', "warning", "RANGE", "15:", "h"),
	HV_OPT(struct own, floor, 0, "critical-bytes", "SIZE", "2GiB", "h"),
	HV_OPT(struct own, warn_floor, 0, "warning-bytes", "SIZE", NULL, "h"),
	HV_OPT(struct own, since, 0, "since", "DURATION", "26h", "h"),
	HV_OPT(struct own, failures, 'f', "failures", "COUNT", NULL, "h"),
	HV_OPT_COMMA_LIST(struct own, volumes, 0, "backup-volumes", "LIST", "C:,D:", "h"),
	HV_OPT(struct own, rules, 0, "rule", "ID=STATE", NULL, "h"),
	HV_OPT_END,
};

static const struct hv_opt shared_options[] = {
	HV_OPT(struct shared, captures, 'C', "capture", "PATH", NULL, "h"),
	HV_OPT(struct shared, output, 0, "output", "text|json", "text", "h"),
	HV_OPT(struct shared, now, 0, "now", "TIME", NULL, "h"),
	HV_OPT(struct shared, nothing_found, 0, "nothing-found", "STATE", "unknown", "h"),
	HV_OPT(struct shared, undefined, 0, "undefined", "STATE", NULL, "h"),
	HV_OPT(struct shared, verbose, 'v', "verbose", NULL, NULL, "h"),
	HV_OPT(struct shared, help, 'h', "help", NULL, NULL, "h"),
	HV_OPT(struct shared, extra, 0, "extra", "[[SECTION][@FILE]]", NULL, "h"),
	HV_OPT_FILE_ONLY(struct shared, secret, "secret", "SECRET", "h"),
	HV_OPT_FILE_ONLY(struct shared, realm, "realm", "NAME", "h"),
	HV_OPT_END,
};

static const struct hv_rule rules[] = {
	{ .id = "root" },
	{ .id = "split-root" },
	{ .id = NULL },
};

struct parsed {
	struct hv_arena arena;
	struct own own;
	struct shared shared;
	struct hv_err err;
	int result;
	char args[MAX_TEST_ARGS + 1][MAX_TEST_ARG_LEN]; /* strings are borrowed from here */
};

static int setup(void **state)
{
	struct parsed *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return -1;
	hv_arena_init(&p->arena, 1 << 24);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct parsed *p = *state;

	hv_arena_done(&p->arena);
	free(p);
	return 0;
}

static void parse_argv(struct parsed *p, int argc, char *const *argv)
{
	const struct hv_opt_group groups[] = {
		{ .title = "Own", .options = own_options, .config = &p->own },
		{ .title = "None", .options = NULL, .config = NULL },
		{ .title = "Shared", .options = shared_options, .config = &p->shared },
	};

	hv_arena_done(&p->arena);
	hv_arena_init(&p->arena, 1 << 24);
	memset(&p->own, 0xA5, sizeof(p->own));
	memset(&p->shared, 0xA5, sizeof(p->shared));
	p->err = (struct hv_err)HV_ERR_INIT;
	p->result = hv_options_parse(
		groups, HV_ARRAY_LEN(groups), rules, argc, argv, &p->arena, &p->err);
}

/* args: NULL-terminated, without the program. */
static void parse(struct parsed *p, const char *const *args)
{
	char *argv[MAX_TEST_ARGS + 2] = { p->args[0] };
	int argc = 1;

	for (; args[argc - 1] != NULL; argc++) {
		assert_true(argc <= MAX_TEST_ARGS);
		assert_true(strlen(args[argc - 1]) < MAX_TEST_ARG_LEN);
		memcpy(p->args[argc], args[argc - 1], strlen(args[argc - 1]) + 1);
		argv[argc] = p->args[argc];
	}
	parse_argv(p, argc, argv);
}

#define PARSE(p, ...) parse(p, (const char *const[]){ __VA_ARGS__, NULL })

static void test_options_have_defaults(void **state)
{
	struct parsed *p = *state;

	parse(p, (const char *const[]){ NULL });
	assert_int_equal(p->result, 0);
	assert_true(p->own.warning.set);
	assert_true(p->own.warning.start == 15.0);
	assert_true(p->own.floor.set);
	assert_true(p->own.floor.bytes == UINT64_C(2) << 30);
	assert_false(p->own.warn_floor.set);
	assert_true(p->own.since.set);
	assert_true(p->own.since.usec == 26 * 3600 * HV_USEC_PER_SEC);
	assert_false(p->own.failures.set);
	assert_int_equal(p->own.volumes.count, 2);
	assert_string_equal(p->own.volumes.items[1], "D:");
	assert_int_equal(p->own.rules.count, 0);
	assert_int_equal(p->shared.captures.count, 0);
	assert_string_equal(p->shared.output, "text");
	assert_null(p->shared.now);
	assert_int_equal(p->shared.nothing_found, HV_UNKNOWN);
	assert_int_equal(p->shared.undefined, HV_UNKNOWN);
	assert_int_equal(p->shared.verbose, 0);
	assert_false(p->shared.help);
	assert_null(p->shared.secret.bytes);
	assert_null(p->shared.realm);
}

static void test_options_take_arguments_in_every_form(void **state)
{
	static const char *const FORMS[][4] = {
		{ "-w", "10:", NULL },
		{ "-w10:", NULL },
		{ "--warning", "10:", NULL },
		{ "--warning=10:", NULL },
		{ "--warning=5:", "-w10:", NULL }, /* the last one wins */
		{ "-vhw10:", NULL },
		{ "--warning=10:", "--", NULL },
	};
	struct parsed *p = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(FORMS); i++) {
		parse(p, FORMS[i]);
		assert_int_equal(p->result, 0);
		assert_true(p->own.warning.start == 10.0);
	}
}

static void test_options_set_every_type(void **state)
{
	struct parsed *p = *state;

	PARSE(p, "--critical-bytes=1KiB", "--since", "90s", "-f3", "--output=json", "--now=x",
		"--nothing-found", "OK", "--undefined=1", "-hvv", "--verbose");
	assert_int_equal(p->result, 0);
	assert_true(p->own.floor.bytes == 1024);
	assert_true(p->own.since.usec == 90 * HV_USEC_PER_SEC);
	assert_true(p->own.failures.set);
	assert_true(p->own.failures.value == 3);
	assert_string_equal(p->shared.output, "json");
	assert_string_equal(p->shared.now, "x");
	assert_int_equal(p->shared.nothing_found, HV_OK);
	assert_int_equal(p->shared.undefined, HV_WARNING);
	assert_int_equal(p->shared.verbose, 3);
	assert_true(p->shared.help);
}

static void test_options_lists_grow_and_replace_their_default(void **state)
{
	struct parsed *p = *state;

	PARSE(p, "-C", "a", "-Cb", "--capture=c", "--capture", "-",
		"--backup-volumes=E:, F: ", "--backup-volumes", "G:");
	assert_int_equal(p->result, 0);
	assert_int_equal(p->shared.captures.count, 4);
	assert_string_equal(p->shared.captures.items[0], "a");
	assert_string_equal(p->shared.captures.items[1], "b");
	assert_string_equal(p->shared.captures.items[2], "c");
	assert_string_equal(p->shared.captures.items[3], "-");
	assert_int_equal(p->own.volumes.count, 3);
	assert_string_equal(p->own.volumes.items[0], "E:");
	assert_string_equal(p->own.volumes.items[1], "F:");
	assert_string_equal(p->own.volumes.items[2], "G:");
}

static void test_options_rules_are_checked_and_the_last_wins(void **state)
{
	struct parsed *p = *state;

	PARSE(p, "--rule=root=ok", "--rule", "split-root=critical", "--rule=root=warning");
	assert_int_equal(p->result, 0);
	assert_int_equal(p->own.rules.count, 2);
	assert_string_equal(p->own.rules.items[0].id, "root");
	assert_int_equal(p->own.rules.items[0].state, HV_WARNING);
	assert_int_equal(p->own.rules.items[1].state, HV_CRITICAL);
}

static void test_options_long_names_may_be_abbreviated(void **state)
{
	struct parsed *p = *state;

	PARSE(p, "--warning-b=1", "--out=json", "--warning=3:");
	assert_int_equal(p->result, 0);
	assert_true(p->own.warn_floor.bytes == 1);
	assert_string_equal(p->shared.output, "json");
	assert_true(p->own.warning.start == 3.0); /* exact, though also a beginning */
	PARSE(p, "--warn=3:");
	assert_int_equal(p->result, -1);
	assert_string_equal(
		p->err.text, "option '--warn' is ambiguous: --warning, --warning-bytes");
}

static void test_options_optional_argument(void **state)
{
	struct parsed *p = *state;

	PARSE(p, "--extra", "-v", "--extra=a@b", "--extra", "c", "--extra");
	assert_int_equal(p->result, 0);
	assert_int_equal(p->shared.extra.count, 4);
	assert_string_equal(p->shared.extra.items[0], "");
	assert_string_equal(p->shared.extra.items[1], "a@b");
	assert_string_equal(p->shared.extra.items[2], "c");
	assert_string_equal(p->shared.extra.items[3], "");
	assert_int_equal(p->shared.verbose, 1);
}

static void test_options_paths_are_bytes_and_the_rest_is_text(void **state)
{
	struct parsed *p = *state;

	PARSE(p, "--capture=\xFF.json");
	assert_int_equal(p->result, 0);
	PARSE(p, "--now=\xFF");
	assert_int_equal(p->result, -1);
	assert_string_equal(p->err.text, "--now: the argument is not valid UTF-8");
}

static void test_options_refuse(void **state)
{
	static const struct {
		const char *args[4];
		const char *text; /* part of the reason */
	} CASES[] = {
		{ { "--nosuch" }, "unknown option '--nosuch'" },
		{ { "--nosuch=1" }, "unknown option '--nosuch'" },
		{ { "--=1" }, "unknown option '--'" },
		{ { "-x" }, "unknown option '-x'" },
		{ { "-vx" }, "unknown option '-x'" },
		{ { "-w" }, "--warning needs an argument: RANGE" },
		{ { "-vw" }, "--warning needs an argument: RANGE" },
		{ { "--since" }, "--since needs an argument: DURATION" },
		{ { "--capture", "--verbose" }, "--capture needs an argument: PATH" },
		{ { "--capture", "--out=json" }, "--capture needs an argument: PATH" },
		{ { "--help=yes" }, "--help takes no argument" },
		{ { "--verbose=3" }, "--verbose takes no argument" },
		{ { "file" }, "'file' is not an option; there are no positional arguments" },
		{ { "-" }, "'-' is not an option" },
		{ { "" }, "'' is not an option" },
		{ { "--", "-v" }, "'-v' is not an option" },
		{ { "-w", "20:10" }, "--warning: " },
		{ { "-w", "" }, "--warning: the argument (RANGE) is empty" },
		{ { "--warning=" }, "--warning: the argument (RANGE) is empty" },
		{ { "--capture=" }, "--capture: the argument (PATH) is empty" },
		{ { "--now=" }, "--now: the argument (TIME) is empty" },
		{ { "-f", "-1" }, "--failures: " },
		{ { "-f", "1.5" }, "--failures: " },
		{ { "--critical-bytes=2XB" }, "--critical-bytes: " },
		{ { "--since=1y" }, "--since: " },
		{ { "--output=xml" }, "--output: 'xml' is not one of text|json" },
		{ { "--output=text|json" }, "--output: 'text|json' is not one of" },
		{ { "--output=tex" }, "--output: 'tex' is not one of" },
		{ { "--nothing-found=green" }, "--nothing-found: " },
		{ { "--backup-volumes=E:,,F:" }, "has an empty element between its commas" },
		{ { "--backup-volumes=E:," }, "has an empty element between its commas" },
		{ { "--rule=root" }, "--rule: 'root' is not of the form ID=STATE" },
		{ { "--rule=nosuch=ok" },
			"--rule: there is no rule 'nosuch' (rules: root, split-root)" },
		{ { "--rule=root=green" }, "--rule: rule root: " },
		{ { "--secret=x" },
			"--secret is not accepted on the command line, where every user can see "
			"it; use --authfile or a section of --extra-opts" },
		{ { "--secret", "x" }, "--secret is not accepted on the command line, where" },
		{ { "--secret" }, "--secret is not accepted on the command line, where" },
		{ { "--sec=x" }, "--secret is not accepted on the command line, where" },
		{ { "--realm=x" },
			"--realm is not accepted on the command line; use --authfile or a "
			"section of --extra-opts" },
		{ { "--now", "--secret=x" }, "--now needs an argument: TIME" },
	};
	struct parsed *p = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		parse(p, CASES[i].args);
		if (p->result == 0 || strstr(p->err.text, CASES[i].text) == NULL)
			fail_msg("%s: %s", CASES[i].text, p->err.text);
		assert_int_equal(p->err.kind, HV_ERR_ARGUMENT);
	}
}

static void test_options_are_bounded(void **state)
{
	static char program[] = "check_x";
	static char flag[] = "-v";
	static char capture[] = "-Ca";
	static char long_value[HV_OPT_MAX_ARG_LEN + 20];
	static char *argv[HV_OPT_MAX_LIST + 2];
	struct parsed *p = *state;

	argv[0] = program;
	for (size_t i = 1; i < HV_ARRAY_LEN(argv); i++)
		argv[i] = flag;
	parse_argv(p, HV_OPT_MAX_ARGS, argv);
	assert_int_equal(p->result, 0);
	assert_int_equal(p->shared.verbose, 255);
	parse_argv(p, HV_OPT_MAX_ARGS + 1, argv);
	assert_int_equal(p->result, -1);
	assert_string_equal(p->err.text, "more than 4096 arguments");

	memset(long_value, 'x', sizeof(long_value) - 1);
	memcpy(long_value, "--now=", strlen("--now="));
	argv[1] = long_value;
	parse_argv(p, 2, argv);
	assert_int_equal(p->result, -1);
	assert_string_equal(p->err.text, "--now: longer than 65536 bytes");

	for (size_t i = 1; i < HV_ARRAY_LEN(argv); i++)
		argv[i] = capture;
	parse_argv(p, HV_OPT_MAX_ARGS, argv);
	assert_int_equal(p->result, 0);
	assert_int_equal(p->shared.captures.count, HV_OPT_MAX_ARGS - 1);
	assert_string_equal(p->shared.captures.items[HV_OPT_MAX_ARGS - 2], "a");
}

static void test_options_list_elements_are_bounded(void **state)
{
	static char program[] = "check_x";
	static char value[2 * (HV_OPT_MAX_LIST + 1) + 32];
	char *argv[] = { program, value };
	size_t len = strlen("--backup-volumes=");
	struct parsed *p = *state;

	memcpy(value, "--backup-volumes=", len);
	for (size_t i = 0; i <= HV_OPT_MAX_LIST; i++) {
		value[len++] = 'x';
		value[len++] = ',';
	}
	value[--len] = '\0';
	parse_argv(p, 2, argv);
	assert_int_equal(p->result, -1);
	assert_string_equal(p->err.text, "--backup-volumes: more than 4096 elements");
	value[len - 2] = '\0';
	parse_argv(p, 2, argv);
	assert_int_equal(p->result, 0);
	assert_int_equal(p->own.volumes.count, HV_OPT_MAX_LIST);
}

static void test_options_need_no_arguments_at_all(void **state)
{
	struct parsed *p = *state;

	parse_argv(p, 0, (char *const[]){ NULL });
	assert_int_equal(p->result, 0);
}

static void test_options_tell_when_memory_is_short(void **state)
{
	struct parsed *p = *state;
	const struct hv_opt_group groups[] = {
		{ .title = "Own", .options = own_options, .config = &p->own },
	};
	struct hv_arena none;

	hv_arena_init(&none, 1);
	assert_int_equal(hv_options_parse(groups, 1, NULL, 0, NULL, &none, &p->err), -1);
	assert_int_equal(p->err.kind, HV_ERR_NO_MEMORY);
	hv_arena_done(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_options_have_defaults, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_options_take_arguments_in_every_form, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_set_every_type, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_options_lists_grow_and_replace_their_default, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_options_rules_are_checked_and_the_last_wins, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_options_long_names_may_be_abbreviated, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_optional_argument, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_options_paths_are_bytes_and_the_rest_is_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_refuse, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_are_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_options_list_elements_are_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_options_need_no_arguments_at_all, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_options_tell_when_memory_is_short, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
