/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Authfiles: the syntax, who may be able to read them, and errors that never tell a value. Names of
 * users in all their spellings. */
#include <fcntl.h>
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
#include "cli/authfile.h"
#include "cli/credentials.h"
#include "cli/private-file.h"

enum { PATH_LEN = 128, OWNER = 1000, OTHER = 1001 };

static char folder[] = "/tmp/test_authfile.XXXXXX";

struct fixture {
	struct hv_arena arena;
	struct hv_authfile file;
	struct hv_err err;
	int result;
	char path[PATH_LEN];
	char link[PATH_LEN];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	hv_arena_init(&f->arena, 1 << 20);
	snprintf(f->path, sizeof(f->path), "%s/auth", folder);
	snprintf(f->link, sizeof(f->link), "%s/link", folder);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	hv_authfile_done(&f->file);
	hv_arena_done(&f->arena);
	unlink(f->path);
	unlink(f->link);
	free(f);
	return 0;
}

static void parse(struct fixture *f, const char *text, size_t len)
{
	char *copy = malloc(len + 1); /* of the exact size: reading past its end would be seen */

	assert_non_null(copy);
	memcpy(copy, text, len);
	hv_authfile_done(&f->file);
	f->err = (struct hv_err)HV_ERR_INIT;
	f->result = hv_authfile_parse(copy, len, "auth", &f->arena, &f->file, &f->err);
	free(copy);
}

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void test_authfile_takes(void **state)
{
	static const struct {
		const char *text;
		const char *username, *password, *domain; /* NULL: not told */
	} CASES[] = {
		{ "username = svc\npassword = pw\ndomain = CONTOSO\n", "svc", "pw", "CONTOSO" },
		{ "username=svc\npassword=pw", "svc", "pw", NULL },
		{ "domain = CONTOSO\npassword = pw\n", NULL, "pw", "CONTOSO" },
		{ "\xEF\xBB\xBFusername = svc\r\npassword = pw\r\n", "svc", "pw", NULL },
		{ "# c\n; c\n\n  \t\n  # c = d\n\tUserName\t=\tsvc\t\n", "svc", NULL, NULL },
		{ "PASSWORD = a # b; c = d\n", NULL, "a # b; c = d", NULL },
		{ "password ==x=\n", NULL, "=x=", NULL },
		{ "password =  two  words \t\n", NULL, "two  words", NULL },
		{ "password = #\n", NULL, "#", NULL },
		{ "password = \"quoted\"\n", NULL, "\"quoted\"", NULL },
		{ "password = p\xC3\xA4ss\n", NULL, "p\xC3\xA4ss", NULL },
		{ "username = CONTOSO\\svc\n", "CONTOSO\\svc", NULL, NULL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		const char *password;

		parse(f, CASES[i].text, strlen(CASES[i].text));
		password = f->file.password.bytes == NULL ? NULL : hv_secret_str(&f->file.password);
		if (f->result != 0 || !same(f->file.username, CASES[i].username) ||
			!same(password, CASES[i].password) ||
			!same(f->file.domain, CASES[i].domain))
			fail_msg("%s: %s", CASES[i].text, f->err.text);
	}
}

static void test_authfile_refuses(void **state)
{
	/* Each holds SECRET, which no error may tell. */
	static const struct {
		const char *text;
		const char *error;
	} CASES[] = {
		{ "# SECRET\n", "auth: there is no username, password or domain in it" },
		{ "password SECRET\n", "auth:1: no '=' in the line" },
		{ "\npassword: SECRET\n", "auth:2: no '=' in the line" },
		{ "password = SECRET\nSECRET\n", "auth:2: no '=' in the line" },
		{ "password: SECRET=\n",
			"auth:1: the key before '=' is none of username, password, domain" },
		{ "passwd = SECRET\n",
			"auth:1: the key before '=' is none of username, password, domain" },
		{ "= SECRET\n",
			"auth:1: the key before '=' is none of username, password, domain" },
		{ "[password]\npassword = SECRET\n", "auth:1: no '=' in the line" },
		{ "password = SECRET\n\nPassword = SECRET\n",
			"auth:3: password is told a second time" },
		{ "username = a\nusername = SECRET\n", "auth:2: username is told a second time" },
		{ "domain = a\n#\ndomain = SECRET\n", "auth:3: domain is told a second time" },
		{ "password = SECRET\nusername =  \n", "auth:2: nothing behind 'username ='" },
		{ "username = SECRET\npassword=\n", "auth:2: nothing behind 'password ='" },
		{ "password = SECRET\xFF\n", "auth:1: the password is not valid UTF-8" },
		{ "username = SECRET\xC0\x80\n", "auth:1: the username is not valid UTF-8" },
	};
	static const char nul[] = "password = SECRET\0x\n";
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		parse(f, CASES[i].text, strlen(CASES[i].text));
		assert_int_equal(f->result, -1);
		assert_string_equal(f->err.text, CASES[i].error);
		assert_int_equal(f->err.kind, HV_ERR_FORMAT);
		assert_null(strstr(f->err.text, "SECRET"));
		assert_null(f->file.password.bytes);
	}
	parse(f, nul, sizeof(nul) - 1);
	assert_int_equal(f->result, -1);
	assert_string_equal(f->err.text, "auth:1: a NUL byte in the password");
	parse(f, "", 0);
	assert_int_equal(f->result, -1);
}

static void test_authfile_lines_are_bounded(void **state)
{
	char text[HV_AUTHFILE_MAX_LINE + 2];
	struct fixture *f = *state;
	size_t key_len = strlen("password=");

	memset(text, 'x', sizeof(text));
	memcpy(text, "password=", key_len);
	parse(f, text, HV_AUTHFILE_MAX_LINE);
	assert_int_equal(f->result, 0);
	assert_int_equal(f->file.password.len, HV_AUTHFILE_MAX_LINE - key_len);
	parse(f, text, HV_AUTHFILE_MAX_LINE + 1);
	assert_int_equal(f->result, -1);
	assert_int_equal(f->err.kind, HV_ERR_LIMIT);
	assert_string_equal(f->err.text, "auth:1: a line of more than 4096 bytes");
}

static void read_path(struct fixture *f, const char *path)
{
	hv_authfile_done(&f->file);
	f->err = (struct hv_err)HV_ERR_INIT;
	f->result = hv_authfile_read(path, &f->arena, &f->file, &f->err);
}

static void put(const struct fixture *f, const char *text, mode_t mode)
{
	assert_int_equal(hv_file_write_atomic(f->path, text, strlen(text), mode, NULL), 0);
}

static void test_authfile_keeps_the_password_out_of_the_arena(void **state)
{
	struct fixture *f = *state;
	size_t used = f->arena.used;

	put(f, "password = correct horse\n", 0600);
	read_path(f, f->path);
	assert_int_equal(f->result, 0);
	assert_string_equal(hv_secret_str(&f->file.password), "correct horse");
	assert_int_equal(f->arena.used, used);
	put(f, "username = svc\n", 0600);
	read_path(f, f->path);
	assert_int_equal(f->result, 0);
	assert_true(f->arena.used > used);
}

static void test_authfile_modes(void **state)
{
	static const struct {
		mode_t mode;
		bool good;
	} CASES[] = {
		{ 0600, true },
		{ 0700, true },
		{ 0640, false },
		{ 0620, false },
		{ 0610, false },
		{ 0604, false },
		{ 0602, false },
		{ 0601, false },
		{ 0644, false },
	};
	struct fixture *f = *state;
	char error[2 * PATH_LEN + 128];

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		put(f, "username = svc\n", CASES[i].mode);
		read_path(f, f->path);
		assert_int_equal(f->result, CASES[i].good ? 0 : -1);
		if (CASES[i].good)
			continue;
		snprintf(error, sizeof(error),
			"%s: holds a password, but is open to others (mode %04o): chmod 600 %s",
			f->path, (unsigned int)CASES[i].mode, f->path);
		assert_string_equal(f->err.text, error);
	}
}

static void test_authfile_owners(void **state)
{
	static const struct {
		uid_t owner;
		mode_t mode;
		uid_t user;
		const char *error; /* NULL: none */
	} CASES[] = {
		{ OWNER, S_IFREG | 0600, OWNER, NULL },
		{ OWNER, S_IFREG | 0400, OWNER, NULL },
		{ 0, S_IFREG | 0600, OWNER, NULL },
		{ 0, S_IFREG | 0600, 0, NULL },
		{ OTHER, S_IFREG | 0600, OWNER,
			"f: holds a password, but belongs to another user (id 1001): "
			"chown 1000 f" },
		{ OWNER, S_IFREG | 0600, 0,
			"f: holds a password, but belongs to another user (id 1000): chown 0 f" },
		{ 0, S_IFREG | 0640, OWNER,
			"f: holds a password, but is open to others (mode 0640): chmod 600 f" },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_err err = HV_ERR_INIT;
		int result = hv_private_file_judge(
			"f", CASES[i].owner, CASES[i].mode, CASES[i].user, &err);

		assert_int_equal(result, CASES[i].error == NULL ? 0 : -1);
		assert_string_equal(err.text, CASES[i].error == NULL ? "" : CASES[i].error);
	}
}

/* A link says nothing: what it leads to is judged. */
static void test_authfile_follows_links(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(symlink(f->path, f->link), 0);
	put(f, "username = svc\n", 0600);
	read_path(f, f->link);
	assert_int_equal(f->result, 0);
	put(f, "username = svc\n", 0644);
	read_path(f, f->link);
	assert_int_equal(f->result, -1);
	assert_non_null(strstr(f->err.text, "is open to others (mode 0644)"));
}

static void test_authfile_is_a_regular_file_of_limited_size(void **state)
{
	struct fixture *f = *state;

	read_path(f, folder);
	assert_int_equal(f->result, -1);
	assert_non_null(strstr(f->err.text, ": is a directory"));
	read_path(f, f->path);
	assert_int_equal(f->result, -1);
	assert_non_null(strstr(f->err.text, "No such file"));
	assert_int_equal(mkfifo(f->path, 0600), 0);
	read_path(f, f->path);
	assert_int_equal(f->result, -1);
	assert_non_null(strstr(f->err.text, ": not a regular file"));
	unlink(f->path);

	put(f, "username = svc\n#", 0600);
	assert_int_equal(truncate(f->path, HV_AUTHFILE_MAX_BYTES), 0);
	read_path(f, f->path);
	assert_int_equal(f->result, 0);
	assert_int_equal(truncate(f->path, HV_AUTHFILE_MAX_BYTES + 1), 0);
	read_path(f, f->path);
	assert_int_equal(f->result, -1);
	assert_int_equal(f->err.kind, HV_ERR_LIMIT);
}

static void test_credentials_are_spelled(void **state)
{
	static const struct {
		const char *name, *domain;
		const char *user, *ntlm, *kerberos;
	} CASES[] = {
		{ "svc", NULL, "svc", "svc", "svc" },
		{ "CONTOSO\\svc", NULL, "svc", "CONTOSO\\svc", "svc" },
		{ "svc", "CONTOSO", "svc", "CONTOSO\\svc", "svc" },
		{ "contoso\\svc", "CONTOSO", "svc", "CONTOSO\\svc", "svc" },
		{ "svc@CONTOSO.LOCAL", NULL, "svc", "\\svc@CONTOSO.LOCAL", "svc@CONTOSO.LOCAL" },
		{ "svc@contoso.local", NULL, "svc", "\\svc@contoso.local", "svc@CONTOSO.LOCAL" },
		{ "svc@contoso.local", "CONTOSO", "svc", "CONTOSO\\svc", "svc@CONTOSO.LOCAL" },
		{ "contoso.local\\svc", NULL, "svc", "contoso.local\\svc", "svc@CONTOSO.LOCAL" },
		{ "svc", "contoso.local", "svc", "contoso.local\\svc", "svc@CONTOSO.LOCAL" },
		{ ".\\svc", NULL, "svc", ".\\svc", "svc" },
		{ "s\xC3\xA4m svc", NULL, "s\xC3\xA4m svc", "s\xC3\xA4m svc", "s\xC3\xA4m svc" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_credentials c = { .user = NULL };

		assert_int_equal(hv_credentials_set_user(&c, CASES[i].name, &f->arena, &f->err), 0);
		if (CASES[i].domain != NULL)
			assert_int_equal(
				hv_credentials_set_domain(&c, CASES[i].domain, &f->err), 0);
		assert_string_equal(c.user, CASES[i].user);
		assert_string_equal(hv_credentials_ntlm_name(&c, &f->arena), CASES[i].ntlm);
		assert_string_equal(hv_credentials_kerberos_name(&c, &f->arena), CASES[i].kerberos);
		hv_credentials_done(&c);
		assert_null(c.user);
	}
}

static void test_credentials_refuse(void **state)
{
	static const struct {
		const char *name, *domain;
		const char *error;
	} CASES[] = {
		{ "", NULL, "an empty user's name" },
		{ "CONTOSO\\", NULL, "'CONTOSO\\': nothing on one side of the name" },
		{ "\\svc", NULL, "'\\svc': nothing on one side of the name" },
		{ "svc@", NULL, "'svc@': nothing on one side of the name" },
		{ "@CONTOSO", NULL, "'@CONTOSO': nothing on one side of the name" },
		{ "A\\B\\svc", NULL, "'A\\B\\svc' is none of user, DOMAIN\\user, user@REALM" },
		{ "svc@A@B", NULL, "'svc@A@B' is none of user, DOMAIN\\user, user@REALM" },
		{ "A\\svc@B", NULL, "'A\\svc@B' is none of user, DOMAIN\\user, user@REALM" },
		{ "CONTOSO/svc", NULL, "'CONTOSO/svc': a user's name has no '/': DOMAIN\\user" },
		{ "s\nvc", NULL, "a user's name with control characters or no text" },
		{ "s\x7Fvc", NULL, "a user's name with control characters or no text" },
		{ "s\xFFvc", NULL, "a user's name with control characters or no text" },
		{ "A\\svc", "B", "'B' contradicts the user's name, which says 'A'" },
		{ "svc", "",
			"no name of a domain: 1 to 1024 bytes without \\, @, / and control "
			"characters" },
		{ "svc", "A\\B",
			"no name of a domain: 1 to 1024 bytes without \\, @, / and control "
			"characters" },
		{ "svc", "A\tB",
			"no name of a domain: 1 to 1024 bytes without \\, @, / and control "
			"characters" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_credentials c = { .user = NULL };
		struct hv_err err = HV_ERR_INIT;
		int result = hv_credentials_set_user(&c, CASES[i].name, &f->arena, &err);

		assert_int_equal(result, CASES[i].domain == NULL ? -1 : 0);
		if (CASES[i].domain != NULL)
			assert_int_equal(hv_credentials_set_domain(&c, CASES[i].domain, &err), -1);
		assert_string_equal(err.text, CASES[i].error);
		assert_int_equal(err.kind, HV_ERR_ARGUMENT);
	}
}

static void test_credentials_are_bounded(void **state)
{
	char name[HV_USER_NAME_MAX + 2];
	struct fixture *f = *state;
	struct hv_credentials c = { .user = NULL };

	memset(name, 'x', sizeof(name));
	name[HV_USER_NAME_MAX + 1] = '\0';
	assert_int_equal(hv_credentials_set_user(&c, name, &f->arena, &f->err), -1);
	assert_string_equal(f->err.text, "a user's name longer than 1024 bytes");
	assert_int_equal(hv_credentials_set_domain(&c, name, NULL), -1);
	name[HV_USER_NAME_MAX] = '\0';
	assert_int_equal(hv_credentials_set_user(&c, name, &f->arena, NULL), 0);
	assert_int_equal(hv_credentials_set_domain(&c, name, NULL), 0);
	assert_int_equal(strlen(hv_credentials_ntlm_name(&c, &f->arena)), 2 * HV_USER_NAME_MAX + 1);
}

static void test_credentials_without_a_user(void **state)
{
	const struct hv_credentials c = { .domain = "CONTOSO" };
	struct fixture *f = *state;

	assert_null(hv_credentials_ntlm_name(&c, &f->arena));
	assert_null(hv_credentials_kerberos_name(&c, &f->arena));
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

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_authfile_takes),
		TEST(test_authfile_refuses),
		TEST(test_authfile_lines_are_bounded),
		TEST(test_authfile_keeps_the_password_out_of_the_arena),
		TEST(test_authfile_modes),
		TEST(test_authfile_owners),
		TEST(test_authfile_follows_links),
		TEST(test_authfile_is_a_regular_file_of_limited_size),
		TEST(test_credentials_are_spelled),
		TEST(test_credentials_refuse),
		TEST(test_credentials_are_bounded),
		TEST(test_credentials_without_a_user),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
