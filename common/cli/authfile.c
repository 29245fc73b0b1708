/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/authfile.h"

#include <string.h>
#include <strings.h>

#include "base/utf.h"
#include "cli/ini-text.h"
#include "cli/private-file.h"

static int set_text(
	struct hv_ini_piece value, struct hv_arena *arena, const char **ret, struct hv_err *err)
{
	*ret = hv_arena_strndup(arena, value.text, value.len);
	return *ret == NULL ? hv_err_no_memory(err) : 0;
}

static int set_username(struct hv_authfile *a, struct hv_ini_piece value, struct hv_arena *arena,
	struct hv_err *err)
{
	return set_text(value, arena, &a->username, err);
}

static int set_domain(struct hv_authfile *a, struct hv_ini_piece value, struct hv_arena *arena,
	struct hv_err *err)
{
	return set_text(value, arena, &a->domain, err);
}

/* Not by way of the arena, which nobody wipes. */
static int set_password(struct hv_authfile *a, struct hv_ini_piece value, struct hv_arena *arena,
	struct hv_err *err)
{
	(void)arena;
	return hv_secret_set(&a->password, value.text, value.len, err);
}

struct key {
	const char *name;
	int (*set)(struct hv_authfile *a, struct hv_ini_piece value, struct hv_arena *arena,
		struct hv_err *err);
};

static const struct key keys[] = {
	{ .name = "username", .set = set_username },
	{ .name = "password", .set = set_password },
	{ .name = "domain", .set = set_domain },
};

static const struct key *find_key(struct hv_ini_piece name)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(keys); i++) {
		if (name.len == strlen(keys[i].name) &&
			strncasecmp(name.text, keys[i].name, name.len) == 0)
			return &keys[i];
	}
	return NULL;
}

static int check_value(const struct key *key, struct hv_ini_piece value, struct hv_err *err)
{
	if (value.len == 0)
		return hv_err_set(err, HV_ERR_FORMAT, "nothing behind '%s ='", key->name);
	if (memchr(value.text, '\0', value.len) != NULL)
		return hv_err_set(err, HV_ERR_FORMAT, "a NUL byte in the %s", key->name);
	if (!hv_utf8_valid(value.text, value.len))
		return hv_err_set(err, HV_ERR_FORMAT, "the %s is not valid UTF-8", key->name);
	return 0;
}

/* seen: bits, by place in the table. What stands before '=' is not quoted: who forgot the '=' may
 * have written the password there. */
static int take_line(struct hv_authfile *a, struct hv_ini_piece line, unsigned int *seen,
	struct hv_arena *arena, struct hv_err *err)
{
	struct hv_ini_piece name;
	struct hv_ini_piece value;
	const struct key *key;
	unsigned int bit;

	if (line.len > HV_AUTHFILE_MAX_LINE)
		return hv_err_set(err, HV_ERR_LIMIT, "a line of more than %d bytes",
			(int)HV_AUTHFILE_MAX_LINE);
	if (!hv_ini_split(line, &name, &value))
		return hv_err_set(err, HV_ERR_FORMAT, "no '=' in the line");
	key = find_key(name);
	if (key == NULL)
		return hv_err_set(err, HV_ERR_FORMAT,
			"the key before '=' is none of username, password, domain");
	bit = 1U << (unsigned int)(key - keys);
	if ((*seen & bit) != 0)
		return hv_err_set(err, HV_ERR_FORMAT, "%s is told a second time", key->name);
	*seen |= bit;
	if (check_value(key, value, err) != 0)
		return -1;
	return key->set(a, value, arena, err);
}

int hv_authfile_parse(const char *text, size_t len, const char *file, struct hv_arena *arena,
	struct hv_authfile *ret, struct hv_err *err)
{
	HV_AUTO(authfile) a = { .username = NULL };
	struct hv_ini_lines lines = hv_ini_lines_start(text, len);
	struct hv_ini_piece line;
	unsigned int seen = 0;

	while (hv_ini_lines_next(&lines, &line)) {
		if (take_line(&a, line, &seen, arena, err) != 0)
			return hv_err_wrap(err, "%s:%zu", file, lines.number);
	}
	if (seen == 0)
		return hv_err_set(err, HV_ERR_FORMAT,
			"%s: there is no username, password or domain in it", file);
	*ret = a;
	a = (struct hv_authfile){ .username = NULL };
	return 0;
}

int hv_authfile_read(
	const char *path, struct hv_arena *arena, struct hv_authfile *ret, struct hv_err *err)
{
	HV_AUTO(private_file) file = { .text = NULL };

	if (hv_private_file_load(&file, path, HV_AUTHFILE_MAX_BYTES, err) != 0)
		return -1;
	if (hv_err_is_set(&file.exposure))
		return hv_err_set(err, file.exposure.kind, "%s", file.exposure.text);
	return hv_authfile_parse(file.text, file.len, path, arena, ret, err);
}

void hv_authfile_done(struct hv_authfile *a)
{
	if (a == NULL)
		return;
	hv_secret_done(&a->password);
	*a = (struct hv_authfile){ .username = NULL };
}
