/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --extra-opts: the INI syntax, which file and section are read, and errors that name the line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/file.h"
#include "cli/extra-opts.h"

struct config {
	struct hv_range warning;
	struct hv_list captures;
	unsigned char verbose;
	bool help;
	struct hv_list extra;
	struct hv_secret password;
	const char *domain;
};

static const struct hv_opt options[] = {
	HV_OPT(struct config, warning, 'w', "warning", "RANGE", "1:", "h"),
	HV_OPT(struct config, captures, 0, "capture", "PATH", NULL, "h"),
	HV_OPT(struct config, verbose, 'v', "verbose", NULL, NULL, "h"),
	HV_OPT(struct config, help, 'h', "help", NULL, NULL, "h"),
	HV_OPT(struct config, extra, 0, HV_EXTRA_OPTS_NAME, "[[SECTION][@FILE]]", NULL, "h"),
	HV_OPT_FILE_ONLY(struct config, password, "password", "PASSWORD", "h"),
	HV_OPT_FILE_ONLY(struct config, domain, "domain", "NAME", "h"),
	HV_OPT_END,
};

struct fixture {
	struct hv_arena arena;
	struct config config;
	struct hv_opt_group group;
	struct hv_opt_line line;
	struct hv_err err;
	int result;
};

/* What the environment says in this program. */
static const char *mp_config_file;
static const char *nagios_config_path;
static char folder[] = "/tmp/test_extra_opts.XXXXXX";

static const char *env(const char *name)
{
	if (strcmp(name, "MP_CONFIG_FILE") == 0)
		return mp_config_file;
	if (strcmp(name, "NAGIOS_CONFIG_PATH") == 0)
		return nagios_config_path;
	return NULL;
}

static void reset(struct fixture *f)
{
	struct hv_err err = HV_ERR_INIT;

	hv_secret_done(&f->config.password);
	hv_arena_done(&f->arena);
	hv_arena_init(&f->arena, 1 << 24);
	f->err = err;
	f->group =
		(struct hv_opt_group){ .title = "All", .options = options, .config = &f->config };
	assert_int_equal(hv_opt_line_init(&f->line, &f->group, 1, NULL, &f->arena, &err), 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	mp_config_file = NULL;
	nagios_config_path = NULL;
	*state = f;
	reset(f);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	hv_secret_done(&f->config.password);
	hv_arena_done(&f->arena);
	free(f);
	return 0;
}

static void apply(struct fixture *f, const char *text, size_t len)
{
	char *copy = malloc(len + 1); /* of the exact size: reading past its end would be seen */

	assert_non_null(copy);
	memcpy(copy, text, len);
	reset(f);
	f->result = hv_extra_opts_apply_text(&f->line, copy, len, "x.ini", "check_x", &f->err);
	free(copy);
}

static void test_extra_opts_reads_a_section(void **state)
{
	static const char text[] = "\xEF\xBB\xBF# comment\n"
				   "; comment\n"
				   "\n"
				   "[other]\n"
				   "anything goes = here\n"
				   "and here\n"
				   "  [ check_x ]  \r\n"
				   "  w =  10:  \r\n"
				   "\tcapture\t=\ta = b # no comment\n"
				   "verbose\n"
				   "v =\n"
				   "[check_xy]\n"
				   "help\n"
				   "[check_x]\n"
				   "capture=second";
	struct fixture *f = *state;

	apply(f, text, sizeof(text) - 1);
	assert_string_equal(f->err.text, "");
	assert_int_equal(f->result, 0);
	assert_true(f->config.warning.start == 10.0);
	assert_int_equal(f->config.captures.count, 2);
	assert_string_equal(f->config.captures.items[0], "a = b # no comment");
	assert_string_equal(f->config.captures.items[1], "second");
	assert_int_equal(f->config.verbose, 2);
	assert_false(f->config.help);
}

static void test_extra_opts_refuses(void **state)
{
	static const struct {
		const char *text;
		const char *error; /* part of it */
	} CASES[] = {
		{ "", "x.ini: there is no section [check_x]" },
		{ "[other]\nw=1\n", "x.ini: there is no section [check_x]" },
		{ "w = 10\n[check_x]\n", "x.ini:1: text before the first [section]" },
		{ "[check_x\n", "x.ini:1: a section's line must end with ']'" },
		{ "\n[\n", "x.ini:2: a section's line must end with ']'" },
		{ "[check_x] # c\n", "x.ini:1: a section's line must end with ']'" },
		{ "[check_x]\n\nnosuch = 1\n", "x.ini:3: unknown option '--nosuch'" },
		{ "[check_x]\n--warning = 1\n", "x.ini:2: unknown option '----warning'" },
		{ "[check_x]\nx = 1\n", "x.ini:2: unknown option '-x'" },
		{ "[check_x]\n= 1\n", "x.ini:2: no option's name before '='" },
		{ "[check_x]\nwarning\n", "x.ini:2: --warning needs an argument: RANGE" },
		{ "[check_x]\nwarning =\n", "x.ini:2: --warning needs an argument: RANGE" },
		{ "[check_x]\nwarning = 20:10\n", "x.ini:2: --warning: " },
		{ "[check_x]\nverbose = 1\n", "x.ini:2: --verbose takes no argument" },
		{ "[check_x]\nextra-opts = @y\n", "x.ini:2: --extra-opts cannot stand in a file" },
		{ "[check_x]\npassword\n", "x.ini:2: --password needs an argument: PASSWORD" },
		{ "[check_x]\npassword =\n", "x.ini:2: --password needs an argument: PASSWORD" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		apply(f, CASES[i].text, strlen(CASES[i].text));
		if (f->result == 0 || strstr(f->err.text, CASES[i].error) == NULL)
			fail_msg("%s: %s", CASES[i].error, f->err.text);
		assert_int_equal(f->err.kind, HV_ERR_ARGUMENT);
	}
	apply(f, "[check_x]\ncapture = a\0b\n", 24);
	assert_int_equal(f->result, -1);
	assert_string_equal(f->err.text, "x.ini:2: a NUL byte");
}

static void test_extra_opts_takes_secrets(void **state)
{
	static const char text[] = "[check_x]\n"
				   "password = first\n"
				   "password =  correct # horse =\t\n"
				   "domain = CONTOSO\n";
	static const char alone[] = "[check_x]\npassword = correct horse\n";
	struct fixture *f = *state;
	size_t used;

	apply(f, text, sizeof(text) - 1);
	assert_string_equal(f->err.text, "");
	assert_int_equal(f->result, 0);
	assert_string_equal(hv_secret_str(&f->config.password), "correct # horse =");
	assert_string_equal(f->config.domain, "CONTOSO");
	assert_int_equal(f->line.secrets, 2);

	/* What is in the arena is wiped by nobody. */
	reset(f);
	used = f->arena.used;
	assert_int_equal(hv_extra_opts_apply_text(
				 &f->line, alone, sizeof(alone) - 1, "x.ini", "check_x", &f->err),
		0);
	assert_string_equal(hv_secret_str(&f->config.password), "correct horse");
	assert_int_equal(f->arena.used, used);
}

/* Each line holds SECRET, which no error may tell. */
static void test_extra_opts_errors_tell_no_secret(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} CASES[] = {
		{ "[check_x]\npassword SECRET\n", "x.ini:2: not a line of the form: name = value" },
		{ "[check_x]\npassword: SECRET\n",
			"x.ini:2: not a line of the form: name = value" },
		{ "[check_x]\npassword:SECRET=\n",
			"x.ini:2: not a line of the form: name = value" },
		{ "[check_x]\npassword = SECRET\nSECRET!\n",
			"x.ini:3: not a line of the form: name = value" },
		{ "[check_x]\npasswort = SECRET\n", "x.ini:2: unknown option '--passwort'" },
		{ "[check_x]\npassword = SECRET\xFF\n",
			"x.ini:2: --password: the argument is not valid UTF-8" },
		{ "password = SECRET\n", "x.ini:1: text before the first [section]" },
	};
	static char text[HV_SECRET_MAX + 64] = "[check_x]\npassword=";
	size_t len = strlen(text);
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		apply(f, CASES[i].text, strlen(CASES[i].text));
		assert_int_equal(f->result, -1);
		assert_string_equal(f->err.text, CASES[i].error);
	}
	memset(text + len, 'x', HV_SECRET_MAX + 1);
	apply(f, text, len + HV_SECRET_MAX);
	assert_int_equal(f->result, 0);
	apply(f, text, len + HV_SECRET_MAX + 1);
	assert_int_equal(f->result, -1);
	assert_string_equal(
		f->err.text, "x.ini:2: --password: longer than the limit of 4095 bytes");
}

static void test_extra_opts_is_bounded(void **state)
{
	static char text[32 + 3 * (HV_OPT_MAX_ARGS + 1)];
	struct fixture *f = *state;
	size_t len = (size_t)snprintf(text, sizeof(text), "[check_x]\n");

	for (size_t i = 0; i <= HV_OPT_MAX_ARGS; i++, len += 2)
		memcpy(text + len, "v\n", 2);
	apply(f, text, len - 2);
	assert_int_equal(f->result, 0);
	apply(f, text, len);
	assert_int_equal(f->result, -1);
	assert_string_equal(f->err.text, "x.ini:4098: more than 4096 options");
}

static const char *put_file(
	struct hv_arena *arena, const char *directory, const char *name, const char *text)
{
	struct hv_err err = HV_ERR_INIT;
	const char *path = hv_arena_printf(arena, "%s/%s", directory, name);

	assert_non_null(path);
	assert_int_equal(hv_file_write_atomic(path, text, strlen(text), 0600, &err), 0);
	return path;
}

static void apply_locator(struct fixture *f, const char *locator)
{
	reset(f);
	f->result = hv_extra_opts_apply(&f->line, locator, "check_x", env, &f->err);
}

static void test_extra_opts_locator_names_section_and_file(void **state)
{
	struct fixture *f = *state;
	struct hv_arena paths;
	const char *path;

	hv_arena_init(&paths, 1 << 16);
	path = put_file(&paths, folder, "mine.ini", "[check_x]\nw=7:\n[night]\nw=8:\n");

	apply_locator(f, hv_arena_printf(&paths, "@%s", path));
	assert_int_equal(f->result, 0);
	assert_true(f->config.warning.start == 7.0);

	apply_locator(f, hv_arena_printf(&paths, "night@%s", path));
	assert_int_equal(f->result, 0);
	assert_true(f->config.warning.start == 8.0);

	apply_locator(f, hv_arena_printf(&paths, "day@%s", path));
	assert_int_equal(f->result, -1);
	assert_non_null(strstr(f->err.text, "mine.ini: there is no section [day]"));

	apply_locator(f, "night@");
	assert_int_equal(f->result, -1);
	assert_string_equal(f->err.text, "--extra-opts: no file is named behind '@'");

	apply_locator(f, "@/nonexistent/x.ini");
	assert_int_equal(f->result, -1);
	assert_non_null(strstr(f->err.text, "/nonexistent/x.ini: No such file"));
	unlink(path);
	hv_arena_done(&paths);
}

/* Others may read the file unless a secret is taken from it. */
static void test_extra_opts_secrets_need_a_private_file(void **state)
{
	static const struct {
		const char *section;
		mode_t mode;
		bool good;
	} CASES[] = {
		{ "open", 0644, true },
		{ "open", 0600, true },
		{ "secret", 0644, false },
		{ "secret", 0640, false },
		{ "secret", 0602, false },
		{ "secret", 0600, true },
	};
	struct fixture *f = *state;
	char path[sizeof(folder) + 16];
	char locator[sizeof(path) + 16];
	char error[3 * sizeof(path) + 128];

	snprintf(path, sizeof(path), "%s/mode.ini", folder);
	put_file(&f->arena, folder, "mode.ini",
		"[open]\ndomain = CONTOSO\n[secret]\npassword = pw\n");
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		assert_int_equal(chmod(path, CASES[i].mode), 0);
		snprintf(locator, sizeof(locator), "%s@%s", CASES[i].section, path);
		apply_locator(f, locator);
		assert_int_equal(f->result, CASES[i].good ? 0 : -1);
		snprintf(error, sizeof(error),
			"--extra-opts: %s: holds a password, but is open to others (mode %04o): "
			"chmod 600 %s",
			path, (unsigned int)CASES[i].mode, path);
		assert_string_equal(f->err.text, CASES[i].good ? "" : error);
	}
	unlink(path);
}

static void test_extra_opts_searches_in_order(void **state)
{
	struct fixture *f = *state;
	struct hv_arena paths;
	const char *a;
	const char *b;
	const char *files[4];

	hv_arena_init(&paths, 1 << 16);
	a = hv_arena_printf(&paths, "%s/a", folder);
	b = hv_arena_printf(&paths, "%s/b", folder);
	assert_int_equal(mkdir(a, 0700), 0);
	assert_int_equal(mkdir(b, 0700), 0);
	files[0] = put_file(&paths, folder, "env.ini", "[check_x]\nw=20:\n");
	files[1] = put_file(&paths, a, "plugins.ini", "[check_x]\nw=21:\n");
	files[2] = put_file(&paths, a, "nagios-plugins.ini", "[check_x]\nw=22:\n");
	files[3] = put_file(&paths, b, "monitoring-plugins.ini", "[check_x]\nw=23:\n");
	nagios_config_path = hv_arena_printf(&paths, "::%s:/nonexistent:%s:%s", folder, a, b);
	mp_config_file = files[0];

	for (size_t i = 0; i < HV_ARRAY_LEN(files); i++) {
		apply_locator(f, i == 0 ? NULL : "");
		assert_int_equal(f->result, 0);
		assert_true(f->config.warning.start == 20.0 + (double)i);
		unlink(files[i]);
		mp_config_file = ""; /* counts as unset */
	}
	assert_int_equal(rmdir(a), 0);
	assert_int_equal(rmdir(b), 0);
	hv_arena_done(&paths);
}

static void test_extra_opts_file_is_bounded(void **state)
{
	struct fixture *f = *state;
	char path[sizeof(folder) + 16];
	char locator[sizeof(path) + 1];

	snprintf(path, sizeof(path), "%s/large.ini", folder);
	snprintf(locator, sizeof(locator), "@%s", path);
	put_file(&f->arena, folder, "large.ini", "[check_x]\n");
	assert_int_equal(truncate(path, HV_EXTRA_OPTS_MAX_BYTES + 1), 0);
	apply_locator(f, locator);
	assert_int_equal(f->result, -1);
	assert_int_equal(f->err.kind, HV_ERR_LIMIT);
	unlink(path);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_extra_opts_reads_a_section, setup, teardown),
		cmocka_unit_test_setup_teardown(test_extra_opts_refuses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_extra_opts_takes_secrets, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_extra_opts_errors_tell_no_secret, setup, teardown),
		cmocka_unit_test_setup_teardown(test_extra_opts_is_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_extra_opts_locator_names_section_and_file, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_extra_opts_secrets_need_a_private_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_extra_opts_searches_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_extra_opts_file_is_bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
