/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options from an INI file. Syntax, search order and precedence are those of the Monitoring Plugins
 * (https://www.monitoring-plugins.org/doc/extra-opts.html and lib/parse_ini.c of
 * monitoring-plugins 3.0):
 * "[section]", "key = value", comment lines that begin with '#' or ';', no comments behind a value,
 * no quoting. Keys of one letter are short options. A section that occurs again goes on. Lines of
 * other sections are not looked at. */
#include "cli/extra-opts.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"

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

/* A piece of the file's text. */
struct piece {
	const char *text;
	size_t len;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static struct piece trim(const char *text, size_t len)
{
	while (len > 0 && is_blank(text[0])) {
		text++;
		len--;
	}
	while (len > 0 && is_blank(text[len - 1]))
		len--;
	return (struct piece){ .text = text, .len = len };
}

static bool piece_equals(struct piece p, const char *s)
{
	return p.len == strlen(s) && memcmp(p.text, s, p.len) == 0;
}

/* "[ name ]" */
static int section_name(struct piece line, struct piece *ret, struct hv_err *err)
{
	if (line.text[line.len - 1] != ']') {
		hv_err_set(err, HV_ERR_ARGUMENT, "a section's line must end with ']'");
		return -1;
	}
	*ret = trim(line.text + 1, line.len - 2);
	return 0;
}

static int find_key(const struct hv_opt_line *line, struct piece key, struct hv_opt_ref *ret,
	struct hv_err *err)
{
	if (key.len == 0) {
		hv_err_set(err, HV_ERR_ARGUMENT, "no option's name before '='");
		return -1;
	}
	if (key.len == 1)
		return hv_opt_find_letter(line, key.text[0], ret, err);
	return hv_opt_find(line, key.text, key.len, ret, err);
}

static int apply_line(struct hv_opt_line *line, struct piece text, struct hv_err *err)
{
	const char *equals = memchr(text.text, '=', text.len);
	size_t key_len = equals == NULL ? text.len : (size_t)(equals - text.text);
	struct piece key = trim(text.text, key_len);
	struct piece value = { .text = "" };
	const char *copy = NULL;
	struct hv_opt_ref ref;

	if (equals != NULL)
		value = trim(equals + 1, text.len - key_len - 1);
	if (find_key(line, key, &ref, err) != 0)
		return -1;
	if (strcmp(ref.opt->name, HV_EXTRA_OPTS_NAME) == 0)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "--%s cannot stand in a file", HV_EXTRA_OPTS_NAME);
	if (value.len > 0) {
		copy = hv_arena_strndup(line->arena, value.text, value.len);
		if (copy == NULL)
			return hv_err_no_memory(err);
	}
	return hv_opt_set(line, &ref, copy, err);
}

struct place {
	bool any_section;
	bool in_section;
	bool found;
};

static int take_line(struct hv_opt_line *line, struct piece text, const char *section,
	struct place *place, struct hv_err *err)
{
	struct piece name;

	if (text.len == 0 || text.text[0] == '#' || text.text[0] == ';')
		return 0;
	if (text.text[0] == '[') {
		if (section_name(text, &name, err) != 0)
			return -1;
		place->any_section = true;
		place->in_section = piece_equals(name, section);
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
	static const char bom[] = "\xEF\xBB\xBF";
	struct place place = { .found = false };
	size_t number = 1;
	size_t pos = len >= 3 && memcmp(text, bom, 3) == 0 ? 3 : 0;

	for (; pos < len; number++) {
		const char *end = memchr(text + pos, '\n', len - pos);
		size_t line_len = end == NULL ? len - pos : (size_t)(end - (text + pos));

		if (take_line(line, trim(text + pos, line_len), section, &place, err) != 0)
			return hv_err_wrap(err, "%s:%zu", file, number);
		pos += line_len + (end != NULL);
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
	HV_AUTO(bytes) bytes = NULL;
	hv_usec modified_at;
	size_t size;

	if (split_locator(line->arena, locator, &section, &file, err) != 0)
		return -1;
	if (file == NULL && default_file(line->arena, env, &file, err) != 0)
		return -1;
	if (hv_file_load(file, HV_EXTRA_OPTS_MAX_BYTES, &bytes, &size, &modified_at, err) != 0)
		return -1;
	return hv_extra_opts_apply_text(line, (const char *)bytes, size, file, section, err);
}

int hv_extra_opts_apply(struct hv_opt_line *line, const char *locator, const char *program,
	const char *(*env)(const char *name), struct hv_err *err)
{
	if (load_and_apply(line, locator == NULL ? "" : locator, program, env, err) != 0)
		return hv_err_wrap(err, "--%s", HV_EXTRA_OPTS_NAME);
	return 0;
}
