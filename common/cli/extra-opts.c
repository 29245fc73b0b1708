/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options from an INI file. Syntax, search order and precedence are those of the Monitoring Plugins
 * (https://www.monitoring-plugins.org/doc/extra-opts.html and lib/parse_ini.c of
 * monitoring-plugins 3.0):
 * "[section]", "key = value", comment lines that begin with '#' or ';', no comments behind a value,
 * no quoting. Keys of one letter are short options. A section that occurs again goes on. Lines of
 * other sections are not looked at. */
#include "cli/extra-opts.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/ini-text.h"
#include "cli/private-file.h"

enum { MAX_PATH_TEXT = 65536 };

/* Names looked for in each directory of NAGIOS_CONFIG_PATH, then whole paths (parse_ini.c,
 * default_ini_file_names and default_ini_path_names). MP_CONFIG_FILE comes before both. */
static const char *const directory_names[] = {
	"monitoring-plugins.ini",
	"plugins.ini",
	"nagios-plugins.ini",
};

static const char *const default_paths[] = {
	"/usr/local/etc/monitoring-plugins/monitoring-plugins.ini",
	"/usr/local/etc/monitoring-plugins.ini",
	"/etc/monitoring-plugins/monitoring-plugins.ini",
	"/etc/monitoring-plugins.ini",
	"/etc/nagios/plugins.ini",
	"/usr/local/nagios/etc/plugins.ini",
	"/usr/local/etc/nagios/plugins.ini",
	"/etc/opt/nagios/plugins.ini",
	"/etc/nagios-plugins.ini",
	"/usr/local/etc/nagios-plugins.ini",
	"/etc/opt/nagios-plugins.ini",
};

/* "[ name ]" */
static int section_name(struct hv_ini_piece line, struct hv_ini_piece *ret, struct hv_err *err)
{
	if (line.text[line.len - 1] != ']') {
		hv_err_set(err, HV_ERR_ARGUMENT, "a section's line must end with ']'");
		return -1;
	}
	*ret = hv_ini_trim(line.text + 1, line.len - 2);
	return 0;
}

/* What is no name is not looked up, because the error would quote it: in "password: x" the '=' is
 * missing, but not the password. */
static bool is_name(struct hv_ini_piece key)
{
	for (size_t i = 0; i < key.len; i++) {
		if (!isalnum((unsigned char)key.text[i]) && key.text[i] != '-')
			return false;
	}
	return true;
}

static int find_key(const struct hv_opt_line *line, struct hv_ini_piece key, struct hv_opt_ref *ret,
	struct hv_err *err)
{
	if (key.len == 0) {
		hv_err_set(err, HV_ERR_ARGUMENT, "no option's name before '='");
		return -1;
	}
	if (!is_name(key)) {
		hv_err_set(err, HV_ERR_ARGUMENT, "not a line of the form: name = value");
		return -1;
	}
	if (key.len == 1)
		return hv_opt_find_letter(line, key.text[0], ret, err);
	return hv_opt_find(line, key.text, key.len, ret, err);
}

/* By way of another secret: neither the arena nor the stack is wiped. */
static int apply_secret(struct hv_opt_line *line, const struct hv_opt_ref *ref,
	struct hv_ini_piece value, struct hv_err *err)
{
	HV_AUTO(secret) copy = HV_SECRET_INIT;

	if (hv_secret_set(&copy, value.text, value.len, err) != 0)
		return hv_err_wrap(err, "--%s", ref->opt->name);
	return hv_opt_set(line, ref, hv_secret_str(&copy), err);
}

static int apply_line(struct hv_opt_line *line, struct hv_ini_piece text, struct hv_err *err)
{
	struct hv_ini_piece key;
	struct hv_ini_piece value;
	const char *copy = NULL;
	struct hv_opt_ref ref;

	(void)hv_ini_split(text, &key, &value);
	if (find_key(line, key, &ref, err) != 0)
		return -1;
	if (strcmp(ref.opt->name, HV_EXTRA_OPTS_NAME) == 0)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "--%s cannot stand in a file", HV_EXTRA_OPTS_NAME);
	if (value.len == 0)
		return hv_opt_set(line, &ref, NULL, err);
	if (ref.opt->type == HV_OPT_SECRET)
		return apply_secret(line, &ref, value, err);
	copy = hv_arena_strndup(line->arena, value.text, value.len);
	if (copy == NULL)
		return hv_err_no_memory(err);
	return hv_opt_set(line, &ref, copy, err);
}

struct place {
	bool any_section;
	bool in_section;
	bool found;
};

static int take_line(struct hv_opt_line *line, struct hv_ini_piece text, const char *section,
	struct place *place, struct hv_err *err)
{
	struct hv_ini_piece name;

	if (text.text[0] == '[') {
		if (section_name(text, &name, err) != 0)
			return -1;
		place->any_section = true;
		place->in_section = hv_ini_equals(name, section);
		place->found = place->found || place->in_section;
		return 0;
	}
	if (!place->any_section)
		return hv_err_set(err, HV_ERR_ARGUMENT, "text before the first [section]");
	if (!place->in_section)
		return 0;
	if (memchr(text.text, '\0', text.len) != NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT, "a NUL byte");
	return apply_line(line, text, err);
}

int hv_extra_opts_apply_text(struct hv_opt_line *line, const char *text, size_t len,
	const char *file, const char *section, struct hv_err *err)
{
	struct hv_ini_lines lines = hv_ini_lines_start(text, len);
	struct place place = { .found = false };
	struct hv_ini_piece piece;

	while (hv_ini_lines_next(&lines, &piece)) {
		if (take_line(line, piece, section, &place, err) != 0)
			return hv_err_wrap(err, "%s:%zu", file, lines.number);
	}
	if (!place.found)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "%s: there is no section [%.200s]", file, section);
	return 0;
}

static bool exists(const char *path)
{
	struct hv_file_info info;

	return hv_file_stat(path, &info, NULL) == 0;
}

/* Looks in the directories of a colon-separated list. *ret stays NULL when the file is in none. */
static int find_in_directories(
	struct hv_arena *arena, const char *directories, const char **ret, struct hv_err *err)
{
	for (const char *p = directories; *p != '\0';) {
		size_t len = strcspn(p, ":");

		for (size_t i = 0;
			len > 0 && len < MAX_PATH_TEXT && i < HV_ARRAY_LEN(directory_names); i++) {
			const char *path =
				hv_arena_printf(arena, "%.*s/%s", (int)len, p, directory_names[i]);

			if (path == NULL)
				return hv_err_no_memory(err);
			if (exists(path)) {
				*ret = path;
				return 0;
			}
		}
		p += len;
		p += strspn(p, ":");
	}
	return 0;
}

static int default_file(struct hv_arena *arena, const char *(*env)(const char *name),
	const char **ret, struct hv_err *err)
{
	const char *file = env("MP_CONFIG_FILE");
	const char *directories = env("NAGIOS_CONFIG_PATH");
	const char *found = NULL;

	if (file != NULL && file[0] != '\0') {
		*ret = file;
		return 0;
	}
	if (directories != NULL && find_in_directories(arena, directories, &found, err) != 0)
		return -1;
	for (size_t i = 0; found == NULL && i < HV_ARRAY_LEN(default_paths); i++) {
		if (exists(default_paths[i]))
			found = default_paths[i];
	}
	if (found == NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"there is no configuration file: neither MP_CONFIG_FILE nor "
			"NAGIOS_CONFIG_PATH names one, nor is there any of the usual ones (%s ...)",
			default_paths[2]);
	*ret = found;
	return 0;
}

/* Splits "[SECTION][@FILE]"; what is left out stays as it is. */
static int split_locator(struct hv_arena *arena, const char *locator, const char **section,
	const char **file, struct hv_err *err)
{
	size_t len = strcspn(locator, "@");

	if (len > 0) {
		const char *copy = hv_arena_strndup(arena, locator, len);

		if (copy == NULL)
			return hv_err_no_memory(err);
		*section = copy;
	}
	if (locator[len] == '\0')
		return 0;
	if (locator[len + 1] == '\0')
		return hv_err_set(err, HV_ERR_ARGUMENT, "no file is named behind '@'");
	*file = locator + len + 1;
	return 0;
}

static int load_and_apply(struct hv_opt_line *line, const char *locator, const char *program,
	const char *(*env)(const char *name), struct hv_err *err)
{
	const char *section = program;
	const char *file = NULL;
	HV_AUTO(private_file) loaded = { .text = NULL };
	size_t secrets_before = line->secrets;

	if (split_locator(line->arena, locator, &section, &file, err) != 0)
		return -1;
	if (file == NULL && default_file(line->arena, env, &file, err) != 0)
		return -1;
	if (hv_private_file_load(&loaded, file, HV_EXTRA_OPTS_MAX_BYTES, err) != 0)
		return -1;
	if (hv_extra_opts_apply_text(line, loaded.text, loaded.len, file, section, err) != 0)
		return -1;
	if (line->secrets > secrets_before && hv_err_is_set(&loaded.exposure))
		return hv_err_set(err, loaded.exposure.kind, "%s", loaded.exposure.text);
	return 0;
}

int hv_extra_opts_apply(struct hv_opt_line *line, const char *locator, const char *program,
	const char *(*env)(const char *name), struct hv_err *err)
{
	if (load_and_apply(line, locator == NULL ? "" : locator, program, env, err) != 0)
		return hv_err_wrap(err, "--%s", HV_EXTRA_OPTS_NAME);
	return 0;
}

static int apply_files(struct hv_opt_line *line, int argc, char *const *argv, const char *program,
	const char *(*env)(const char *name), struct hv_err *err)
{
	struct hv_opt_scan scan = hv_opt_scan_start(line, argc, argv);
	struct hv_opt_ref ref;
	const char *value;
	int more;

	while ((more = hv_opt_scan_next(&scan, &ref, &value, err)) > 0) {
		if (strcmp(ref.opt->name, HV_EXTRA_OPTS_NAME) == 0 &&
			hv_extra_opts_apply(line, value, program, env, err) != 0)
			return -1;
	}
	return more;
}

static int apply_command_line(
	struct hv_opt_line *line, int argc, char *const *argv, struct hv_err *err)
{
	struct hv_opt_scan scan = hv_opt_scan_start(line, argc, argv);
	struct hv_opt_ref ref;
	const char *value;
	int more;

	while ((more = hv_opt_scan_next(&scan, &ref, &value, err)) > 0) {
		if (hv_opt_set(line, &ref, value, err) != 0)
			return -1;
	}
	return more;
}

int hv_extra_opts_parse(struct hv_opt_line *line, int argc, char *const *argv, const char *program,
	const char *(*env)(const char *name), struct hv_err *err)
{
	if (apply_files(line, argc, argv, program, env, err) != 0)
		return -1;
	return apply_command_line(line, argc, argv, err);
}
