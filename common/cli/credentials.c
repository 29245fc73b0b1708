/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/credentials.h"

#include <string.h>

#include "base/utf.h"

static bool has_control(const char *s)
{
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7F)
			return true;
	}
	return false;
}

static int check_name(const char *name, struct hv_err *err)
{
	const char *backslash = strchr(name, '\\');
	const char *at = strchr(name, '@');

	if (strlen(name) > HV_USER_NAME_MAX)
		return hv_err_set(err, HV_ERR_ARGUMENT, "a user's name longer than %d bytes",
			(int)HV_USER_NAME_MAX);
	if (has_control(name) || !hv_utf8_valid(name, strlen(name)))
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "a user's name with control characters or no text");
	if (strchr(name, '/') != NULL)
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "'%s': a user's name has no '/': DOMAIN\\user", name);
	if ((backslash != NULL && (at != NULL || strchr(backslash + 1, '\\') != NULL)) ||
		(at != NULL && strchr(at + 1, '@') != NULL))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"'%s' is none of user, DOMAIN\\user, user@REALM", name);
	return 0;
}

/* The two sides of a name; `side` is the one that is not the user. */
static int set_parts(struct hv_credentials *c, const char *user, const char **ret_side,
	const char *side, const char *name, struct hv_err *err)
{
	if (user == NULL || side == NULL)
		return hv_err_no_memory(err);
	if (user[0] == '\0' || side[0] == '\0')
		return hv_err_set(
			err, HV_ERR_ARGUMENT, "'%s': nothing on one side of the name", name);
	c->user = user;
	*ret_side = side;
	return 0;
}

int hv_credentials_set_user(
	struct hv_credentials *c, const char *name, struct hv_arena *arena, struct hv_err *err)
{
	size_t len = strcspn(name, "\\@");
	const char *before;
	const char *after;

	if (name[0] == '\0')
		return hv_err_set(err, HV_ERR_ARGUMENT, "an empty user's name");
	if (check_name(name, err) != 0)
		return -1;
	before = hv_arena_strndup(arena, name, len);
	if (name[len] == '\0') {
		if (before == NULL)
			return hv_err_no_memory(err);
		c->user = before;
		return 0;
	}
	after = hv_arena_strdup(arena, name + len + 1);
	if (name[len] == '\\')
		return set_parts(c, after, &c->domain, before, name, err);
	return set_parts(c, before, &c->realm, after, name, err);
}

int hv_credentials_set_domain(struct hv_credentials *c, const char *domain, struct hv_err *err)
{
	if (domain[0] == '\0' || strlen(domain) > HV_USER_NAME_MAX || has_control(domain) ||
		!hv_utf8_valid(domain, strlen(domain)) || strpbrk(domain, "\\@/") != NULL)
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"no name of a domain: 1 to %d bytes without \\, @, / and control "
			"characters",
			(int)HV_USER_NAME_MAX);
	if (c->domain != NULL && !hv_utf8_caseeq(c->domain, domain))
		return hv_err_set(err, HV_ERR_ARGUMENT,
			"'%s' contradicts the user's name, which says '%s'", domain, c->domain);
	c->domain = domain;
	return 0;
}

const char *hv_credentials_ntlm_name(const struct hv_credentials *c, struct hv_arena *arena)
{
	if (c->user == NULL)
		return NULL;
	if (c->domain != NULL)
		return hv_arena_printf(arena, "%s\\%s", c->domain, c->user);
	if (c->realm != NULL)
		return hv_arena_printf(arena, "\\%s@%s", c->user, c->realm);
	return hv_arena_strdup(arena, c->user);
}

/* ASCII alone: a realm is a DNS name. */
static void add_capitals(struct hv_buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		hv_buf_addc(b, *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s);
}

const char *hv_credentials_kerberos_name(const struct hv_credentials *c, struct hv_arena *arena)
{
	HV_AUTO(buf) name = { .max = 2 * HV_USER_NAME_MAX + 2 };
	const char *realm = c->realm;

	if (c->user == NULL)
		return NULL;
	if (realm == NULL && c->domain != NULL && strchr(c->domain, '.') > c->domain)
		realm = c->domain;
	hv_buf_adds(&name, c->user);
	if (realm != NULL) {
		hv_buf_addc(&name, '@');
		add_capitals(&name, realm);
	}
	return hv_buf_failed(&name) ? NULL : hv_arena_strdup(arena, hv_buf_str(&name));
}

void hv_credentials_done(struct hv_credentials *c)
{
	if (c == NULL)
		return;
	hv_secret_done(&c->password);
	*c = (struct hv_credentials){ .user = NULL };
}
