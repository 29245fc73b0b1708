/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help, usage and the forms of --describe: every option of the tables is in all of them, and text
 * is quoted as each form needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "cli/common-options.h"
#include "cli/describe.h"
#include "cli/help.h"
#include "cli/manual.h"
#include "cli/text.h"

enum { OUTPUT_MAX = 1 << 20, MANY_OPTIONS = 100 };

/* 2026-11-05T12:00:00Z */
#define DAY ((hv_usec)1793880000 * HV_USEC_PER_SEC)

struct config {
	struct hv_range warning;
	struct hv_bytes floor;
	struct hv_list volumes;
	struct hv_rule_states rules;
	bool strict;
};

static const struct hv_opt options[] = {
	HV_OPT(struct config, warning, 'w', "warning", "RANGE",
		"15:", "Percentage \"free\". Next sentence."),
	HV_OPT(struct config, floor, 0, "critical-bytes", "SIZE", "2GiB", "At C:\\new."),
	HV_OPT_COMMA_LIST(struct config, volumes, 0, "backup-volumes", "LIST", NULL,
		"Volumes of the backup."),
	HV_OPT(struct config, rules, 0, "rule", "ID=STATE", NULL, "State of a rule."),
	HV_OPT(struct config, strict, 0, "strict", NULL, NULL, "Be strict."),
	HV_OPT_END,
};

static const struct hv_rule rules[] = {
	{ .id = "split-root",
		.summary = "Disks on two volumes.",
		.states = "CRITICAL on 2012 R2",
		.explanation = "First.\n\nSecond.",
		.source = "KB 2771882" },
	{ .id = NULL },
};

static const struct hv_example examples[] = {
	{ .args = "--capture host.json -w 10:", .text = "Judges a capture." },
	{ .args = NULL },
};

static const struct hv_check check = {
	.name = "check_hyperv_toy",
	.label = "TOY",
	.summary = "Free space for a \"toy\"",
	.description = "First paragraph, which is long enough that it has to be filled over more "
		       "than one line of the terminal.\n\n"
		       ".Begins with a dot -- and goes on.\n"
		       "  literal\\line",
	.needs = HV_SEC_VMS | HV_SEC_DISKS,
	.uses = HV_SEC_EVENTS | HV_SEC_VMS,
	.options = options,
	.config_size = sizeof(struct config),
	.rules = rules,
	.states = { "All disks fit.", "One is close.", NULL, "Not readable." },
	.examples = examples,
};

static const struct hv_check bare_check = {
	.name = "check_hyperv_bare",
	.label = "BARE",
	.summary = "Nothing of its own",
	.needs = HV_SEC_VMS,
};

static int setup(void **state)
{
	static struct hv_buf out;

	hv_buf_init(&out, OUTPUT_MAX);
	*state = &out;
	return 0;
}

static int teardown(void **state)
{
	struct hv_buf *out = *state;

	assert_false(hv_buf_failed(out));
	hv_buf_done(out);
	return 0;
}

static void assert_has(const struct hv_buf *out, const char *text)
{
	if (strstr(hv_buf_str(out), text) == NULL)
		fail_msg("'%s' is not in:\n%s", text, hv_buf_str(out));
}

static void assert_lacks(const struct hv_buf *out, const char *text)
{
	if (strstr(hv_buf_str(out), text) != NULL)
		fail_msg("'%s' is in:\n%s", text, hv_buf_str(out));
}

/* Calls for each option of the check and the common ones. */
static void each_option(const struct hv_check *c, struct hv_buf *out,
	void (*look)(const struct hv_opt *o, struct hv_buf *out))
{
	struct hv_opt_group groups[HV_ALL_GROUPS];

	hv_all_groups(c, NULL, NULL, groups);
	for (size_t g = 0; g < HV_ALL_GROUPS; g++) {
		for (const struct hv_opt *o = groups[g].options; o != NULL && o->name != NULL; o++)
			look(o, out);
	}
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		size_t columns = hv_text_columns(text, len);

		longest = columns > longest ? columns : longest;
		text += len + (text[len] == '\n');
	}
	return longest;
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void look_in_help(const struct hv_opt *o, struct hv_buf *out)
{
	char text[128];

	if (o->file_only)
		return;
	snprintf(text, sizeof(text), "--%s%s", o->name,
		o->arg == NULL ? "\n" : (o->arg[0] == '[' ? "[=" : "="));
	assert_has(out, text);
	if (o->letter != '\0') {
		snprintf(text, sizeof(text), "\n  -%c, --%s", o->letter, o->name);
		assert_has(out, text);
	}
	/* Every option says something. */
	assert_true(strlen(o->help) > 5);
	assert_int_equal(o->help[strlen(o->help) - 1], '.');
}

static void test_help_has_everything(void **state)
{
	struct hv_buf *out = *state;

	hv_help(&check, out);
	each_option(&check, out, look_in_help);
	assert_has(out, "(default: 15:)");
	assert_has(out, "\n  split-root: CRITICAL on 2012 R2\n        Disks on two volumes.\n");
	assert_has(out, "\n  0 OK\n        All disks fit.\n");
	assert_has(out, "\n  2 CRITICAL\n        Something is wrong.\n");
	assert_has(out, "  needed: virtual machines, ");
	assert_has(out, "  used when told: events\n");
	assert_has(out,
		"\n  check_hyperv_toy --capture host.json -w 10:\n        Judges a capture.\n");
	assert_has(out, "\n  literal\\line\n");
	assert_in_range(longest_line(hv_buf_str(out)), 60, 80);
}

static void test_help_of_a_bare_check(void **state)
{
	struct hv_buf *out = *state;

	hv_help(&bare_check, out);
	assert_lacks(out, "Options of this check");
	assert_lacks(out, "Rules");
	assert_lacks(out, "Examples");
	assert_has(out, "  used when told: none\n");
	assert_has(out, "\n  1 WARNING\n        Something should be looked at.\n");
}

static void test_usage_is_short(void **state)
{
	static char names[MANY_OPTIONS][32];
	static struct hv_opt many[MANY_OPTIONS + 1];
	struct hv_check large = check;
	struct hv_buf *out = *state;

	hv_help_usage(&check, out);
	assert_has(out, "Usage: check_hyperv_toy [-w RANGE] [--critical-bytes SIZE]");
	assert_has(out, "[--extra-opts[=[SECTION][@FILE]]] [-h] [-V]");
	assert_has(out, "\nTry 'check_hyperv_toy --help'.\n");
	assert_lacks(out, "...");
	assert_true(longest_line(hv_buf_str(out)) <= 80);
	assert_true(count_lines(hv_buf_str(out)) <= HV_USAGE_MAX_LINES);

	for (size_t i = 0; i < MANY_OPTIONS; i++) {
		snprintf(names[i], sizeof(names[i]), "option-with-a-long-name-%zu", i);
		many[i] = (struct hv_opt){ .name = names[i], .arg = "RANGE", .help = "." };
	}
	large.options = many;
	hv_buf_clear(out);
	hv_help_usage(&large, out);
	assert_true(longest_line(hv_buf_str(out)) <= 80);
	assert_int_equal(count_lines(hv_buf_str(out)), HV_USAGE_MAX_LINES);
	assert_has(out, " ...\nTry ");
}

static void test_text_is_filled(void **state)
{
	static const char text[] =
		"1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 12345678 x yz\n"
		"\n"
		"\xC3\xA4\xC3\xA4 next";
	struct hv_buf *out = *state;

	hv_text_fill(out, text, 2);
	assert_string_equal(hv_buf_str(out),
		"  1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 12345678 x\n"
		"  yz\n"
		"\n"
		"  \xC3\xA4\xC3\xA4 next\n");
	assert_int_equal(hv_text_columns("\xC3\xA4x", 3), 2);
}

static bool is_own(const struct hv_opt *o)
{
	return o >= options && o < options + sizeof(options) / sizeof(options[0]);
}

static void look_in_icinga2(const struct hv_opt *o, struct hv_buf *out)
{
	char text[128];

	snprintf(text, sizeof(text), "\t\t\"--%s\" = {\n\t\t\t%s = \"$hyperv_%s", o->name,
		o->arg == NULL ? "set_if" : "value", is_own(o) ? "toy_" : "");
	if (hv_option_is_informational(o) || o->file_only)
		assert_lacks(out, text);
	else
		assert_has(out, text);
}

static void test_icinga2_has_every_option(void **state)
{
	struct hv_buf *out = *state;

	hv_describe_icinga2(&check, out);
	each_option(&check, out, look_in_icinga2);
	assert_has(
		out, "object CheckCommand \"hyperv_toy\" {\n\timport \"plugin-check-command\"\n");
	assert_has(out, "command = [ PluginContribDir + \"/check_hyperv_toy\" ]");
	assert_has(out, "value = \"$hyperv_toy_critical_bytes$\"\n");
	assert_has(
		out, "description = \"Percentage \\\"free\\\". Next sentence. (default: 15:)\"\n");
	assert_has(out, "description = \"At C:\\\\new. (default: 2GiB)\"\n");
	assert_has(out, "description = \"State of a rule.\"\n\t\t\trepeat_key = true\n");
	assert_has(out,
		"set_if = \"$hyperv_toy_strict$\"\n\t\t\tdescription = \"Be strict.\"\n\t\t}\n");
	assert_has(out, "value = \"$hyperv_hostname$\"\n");
	assert_has(out, "value = \"$hyperv_ca_file$\"\n");
	assert_has(out, "set_if = \"$hyperv_verbose$\"\n");
	assert_has(out, "\t\t\"-v\" = {\n"
			"\t\t\tset_if = {{ string(macro(\"$hyperv_verbose$\")) == \"2\" }}\n");
	assert_has(out, "\t\t\"-vv\" = {\n"
			"\t\t\tset_if = {{ string(macro(\"$hyperv_verbose$\")) == \"3\" }}\n");
	assert_lacks(out, "\"-vvv\"");
	assert_has(out, "\t}\n\n\ttimeout = 10 + 60\n}\n");
	assert_lacks(out, "HypervBinDir");
}

static void test_icinga2_of_a_program_that_runs_checks(void **state)
{
	struct hv_check doctor = check;
	struct hv_buf *out = *state;

	doctor.name = "hyperv_toys";
	doctor.runs_checks = true;
	hv_describe_icinga2(&doctor, out);
	assert_has(out, "object CheckCommand \"hyperv_toys\" {\n");
	assert_has(out, "command = [ HypervBinDir + \"/hyperv_toys\" ]");
	assert_has(out, "\tconst HypervBinDir = \"/usr/bin\"\n");
	assert_has(out, "\ttimeout = 60 + 60\n");
}

static void test_nagios_is_one_command(void **state)
{
	struct hv_check doctor = bare_check;
	struct hv_buf *out = *state;

	hv_describe_nagios(&check, out);
	assert_string_equal(hv_buf_str(out),
		"# check_hyperv_toy: Free space for a \"toy\"\n"
		"# Its own options, for $ARG1$:\n"
		"#   --warning=RANGE (default: 15:)\n"
		"#   --critical-bytes=SIZE (default: 2GiB)\n"
		"#   --backup-volumes=LIST\n"
		"#   --rule=ID=STATE\n"
		"#   --strict\n"
		"define command {\n"
		"\tcommand_name\tcheck_hyperv_toy\n"
		"\tcommand_line\t$USER1$/check_hyperv_toy -v -t 50 -H '$HOSTADDRESS$' "
		"$_HOSTHYPERV_OPTIONS$ $ARG1$\n"
		"}\n");
	hv_buf_clear(out);
	hv_describe_nagios(&bare_check, out);
	assert_lacks(out, "own options");
	assert_has(out, "\n\tcommand_line\t$USER1$/check_hyperv_bare -v ");
	hv_buf_clear(out);
	doctor.runs_checks = true;
	hv_describe_nagios(&doctor, out);
	assert_has(out, "\n\tcommand_line\tcheck_hyperv_bare -v ");
}

static void test_json_is_complete(void **state)
{
	struct hv_buf *out = *state;
	const json_t *first;
	json_t *root;

	hv_describe_json(&check, out);
	root = json_loads(hv_buf_str(out), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "name")), "check_hyperv_toy");
	assert_string_equal(
		json_string_value(json_object_get(root, "description")), check.description);
	assert_int_equal(json_array_size(json_object_get(root, "options")), 5 + 16 + 19);
	first = json_array_get(json_object_get(root, "options"), 0);
	assert_string_equal(json_string_value(json_object_get(first, "name")), "warning");
	assert_string_equal(json_string_value(json_object_get(first, "letter")), "w");
	assert_string_equal(json_string_value(json_object_get(first, "type")), "range");
	assert_string_equal(json_string_value(json_object_get(first, "default")), "15:");
	assert_string_equal(json_string_value(json_object_get(first, "help")), options[0].help);
	assert_true(json_is_false(json_object_get(first, "repeatable")));
	assert_string_equal(json_string_value(json_object_get(first, "icinga2_variable")),
		"hyperv_toy_warning");
	assert_string_equal(
		json_string_value(json_object_get(
			json_array_get(json_object_get(root, "options"), 5), "icinga2_variable")),
		"hyperv_hostname");
	assert_true(json_is_null(
		json_object_get(json_array_get(json_object_get(root, "options"), 4), "arg")));
	assert_true(json_is_true(json_object_get(
		json_array_get(json_object_get(root, "options"), 2), "comma_separated")));
	assert_int_equal(json_array_size(json_object_get(root, "rules")), 1);
	assert_int_equal(json_object_size(json_object_get(root, "states")), 4);
	assert_int_equal(
		json_array_size(json_object_get(json_object_get(root, "sections"), "needs")), 2);
	assert_int_equal(
		json_array_size(json_object_get(json_object_get(root, "sections"), "uses")), 1);
	assert_int_equal(json_array_size(json_object_get(root, "examples")), 1);
	json_decref(root);
}

static void test_json_of_a_bare_check(void **state)
{
	struct hv_buf *out = *state;
	json_t *root;

	hv_describe_json(&bare_check, out);
	root = json_loads(hv_buf_str(out), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_true(json_is_null(json_object_get(root, "description")));
	assert_int_equal(json_array_size(json_object_get(root, "rules")), 0);
	json_decref(root);
}

static void look_in_man(const struct hv_opt *o, struct hv_buf *out)
{
	char text[128];

	if (o->file_only)
		return;
	if (o->letter != '\0')
		snprintf(text, sizeof(text), "\n.It Fl %c , Fl \\-%s", o->letter, o->name);
	else
		snprintf(text, sizeof(text), "\n.It Fl \\-%s", o->name);
	assert_has(out, text);
}

static void test_man_has_everything(void **state)
{
	struct hv_buf *out = *state;

	hv_describe_man(&check, DAY, out);
	each_option(&check, out, look_in_man);
	assert_has(out, "\n.Dd November 5, 2026\n.Dt CHECK_HYPERV_TOY 1\n.Os\n");
	assert_has(out, "\n.Nd Free space for a \\(dqtoy\\(dq\n");
	assert_has(out, "\n\\&.Begins with a dot \\-\\- and goes on.\n");
	assert_has(out, "\n.Bd -literal\n  literal\\eline\n.Ed\n");
	assert_has(
		out, "\nPercentage \\(dqfree\\(dq.\nNext sentence.\nDefault:\n.Ql \"15:\\&\" .\n");
	assert_has(out, "\n.It Cm split-root\n");
	assert_has(out, "\n.It 0 Pq OK\nAll disks fit.\n");
	assert_has(out, "\n.Ss Values\nRANGE: ");
	assert_has(out, "\n.Sh SEE ALSO\n.Xr hyperv_capture 1 ,\n.Xr hyperv_doctor 1 ,\n"
			".Xr hyperv-capture 5\n");
	assert_has(out, "\n.Dl check_hyperv_toy \\-\\-capture host.json \\-w 10:\n");
	assert_true(longest_line(hv_buf_str(out)) <= 80);
}

static void test_describe_knows_its_forms(void **state)
{
	struct hv_buf *out = *state;
	struct hv_err err = HV_ERR_INIT;

	assert_int_equal(hv_describe(&check, "man", DAY, out, &err), 0);
	assert_int_equal(hv_describe(&check, "icinga2", DAY, out, &err), 0);
	assert_int_equal(hv_describe(&check, "nagios", DAY, out, &err), 0);
	assert_int_equal(hv_describe(&check, "json", DAY, out, &err), 0);
	assert_int_equal(hv_describe(&check, "bash", DAY, out, &err), 0);
	assert_int_equal(hv_describe(&check, "html", DAY, out, &err), -1);
	assert_int_equal(err.kind, HV_ERR_ARGUMENT);
}

static void add_choices(const struct hv_opt *option, struct hv_buf *out)
{
	if (strcmp(option->name, "backup-volumes") == 0)
		hv_buf_adds(out, "C: D: ");
}

/* tests/shell/completion.sh has bash read it. */
static void test_bash_knows_what_arguments_may_be(void **state)
{
	struct hv_check choosing = check;
	struct hv_buf *out = *state;

	choosing.choices = add_choices;
	hv_describe_bash(&choosing, out);
	assert_has(out, "\t--warning | -w) kind=text ;;\n");
	assert_has(out, "\t--backup-volumes) kind=list words='C: D:' ;;\n");
	assert_has(out, "\t--rule) kind=states words='split-root=' ;;\n");
	assert_has(out, "\t--auth) kind=words words='auto kerberos ntlm basic certificate' ;;\n");
	assert_has(out, "\t--authfile) kind=file ;;\n");
	assert_has(out, "\t--cache) kind=behind-colon ;;\n");
	assert_has(out, "\t--extra-opts) kind=optional ;;\n");
	assert_has(out,
		"\tlocal options='--warning -w --critical-bytes --backup-volumes --rule --strict ");
	assert_lacks(out, "--strict)");
	assert_lacks(out, "--password");
	assert_has(out, "\ncomplete -F _check_hyperv_toy check_hyperv_toy\n");
}

static void test_man_of_a_program(void **state)
{
	static const char *const pages[] = { "other 1", "toyd 8", "zoo 8", NULL };
	const struct hv_opt_group group = { .title = "Options", .options = options };
	struct hv_manual manual = {
		.page = { .name = "toyd", .section = "8", .summary = "serve toys" },
		.introduction = "Serves.",
		.groups = &group,
		.group_count = 1,
		.statuses = "0: good.\n1: bad.",
		.see_also = pages,
	};
	struct hv_buf *out = *state;

	hv_manual(&manual, DAY, out);
	assert_has(out, "\n.Dt TOYD 8\n.Os\n.Sh NAME\n.Nm toyd\n.Nd serve toys\n");
	assert_has(out, "\n.Sh DESCRIPTION\nServes.\n.Ss Options\n");
	assert_has(out, "\n.It Fl w , Fl \\-warning Ns = Ns Ar RANGE\n");
	assert_has(out, "\n.Sh EXIT STATUS\n0: good.\n.Pp\n1: bad.\n");
	assert_has(out, "\n.Sh SEE ALSO\n.Xr other 1 ,\n.Xr zoo 8\n");
	assert_lacks(out, ".Sh FILES");
	assert_lacks(out, ".Ss Values");
	hv_buf_clear(out);
	manual.files = "/etc/toys: toys.";
	manual.values = "TOY: a toy.";
	hv_manual(&manual, DAY, out);
	assert_has(out, "\n.Sh FILES\n/etc/toys: toys.\n");
	assert_has(out, "\n.Ss Values\nTOY: a toy.\n");
	hv_buf_clear(out);
	hv_manual_describe(&manual, "bash", NULL, DAY, out);
	assert_has(out, "\t--backup-volumes) kind=text ;;\n");
	assert_has(out, "\ncomplete -F _toyd toyd\n");
	hv_buf_clear(out);
	hv_manual_describe(&manual, "man", NULL, DAY, out);
	assert_has(out, "\n.Dt TOYD 8\n");
}

static void test_form_of_a_program(void **state)
{
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	assert_int_equal(hv_manual_check_form("man", &err), 0);
	assert_int_equal(hv_manual_check_form("bash", &err), 0);
	assert_int_equal(hv_manual_check_form("json", &err), -1);
	assert_int_equal(err.kind, HV_ERR_ARGUMENT);
}

static const char *epoch_of_day(const char *name)
{
	return strcmp(name, "SOURCE_DATE_EPOCH") == 0 ? "1793880000" : NULL;
}

static const char *no_epoch(const char *name)
{
	return strcmp(name, "SOURCE_DATE_EPOCH") == 0 ? "tomorrow" : NULL;
}

static hv_usec clock_of_test(void)
{
	return 42;
}

static void test_date_of_a_page(void **state)
{
	struct hv_cli_env env = { .env = epoch_of_day, .clock = clock_of_test };

	(void)state;
	assert_int_equal(hv_manual_date(&env), DAY);
	env.env = no_epoch;
	assert_int_equal(hv_manual_date(&env), 42);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_help_has_everything),
		TEST(test_help_of_a_bare_check),
		TEST(test_usage_is_short),
		TEST(test_text_is_filled),
		TEST(test_icinga2_has_every_option),
		TEST(test_icinga2_of_a_program_that_runs_checks),
		TEST(test_nagios_is_one_command),
		TEST(test_json_is_complete),
		TEST(test_json_of_a_bare_check),
		TEST(test_man_has_everything),
		TEST(test_describe_knows_its_forms),
		TEST(test_bash_knows_what_arguments_may_be),
		TEST(test_man_of_a_program),
		TEST(test_form_of_a_program),
		TEST(test_date_of_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
