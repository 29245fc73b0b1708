/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of the connection: which hosts are taken, which combinations make sense, where the
 * password comes from, and that nothing shows options that may stand in a file alone. */
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
#include <jansson.h>

#include "base/attr.h"
#include "base/file.h"
#include "cli/common-options.h"
#include "cli/connect-host.h"
#include "cli/connect-options.h"
#include "cli/describe.h"
#include "cli/extra-opts.h"
#include "cli/help.h"
#include "cli/option-table.h"

enum { MAX_TEST_ARGS = 8, ARG_LEN = 128, OUTPUT_MAX = 1 << 20 };

static char folder[] = "/tmp/test_connect.XXXXXX";

struct fixture {
	struct hv_arena arena;
	struct hv_connect_options options;
	struct hv_connection connection;
	struct hv_err err;
	int result;
	char args[MAX_TEST_ARGS + 1][ARG_LEN]; /* strings are borrowed from here */
	char authfile[ARG_LEN];
};

static void clear(struct fixture *f)
{
	hv_connection_done(&f->connection);
	hv_connect_options_done(&f->options);
	hv_arena_done(&f->arena);
	hv_arena_init(&f->arena, 1 << 22);
	f->err = (struct hv_err)HV_ERR_INIT;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	snprintf(f->authfile, sizeof(f->authfile), "%s/auth", folder);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	clear(f);
	unlink(f->authfile);
	free(f);
	return 0;
}

static int apply_args(struct fixture *f, struct hv_opt_line *line, const char *const *args)
{
	char *argv[MAX_TEST_ARGS + 2] = { f->args[0] };
	struct hv_opt_scan scan;
	struct hv_opt_ref ref;
	const char *value;
	int argc = 1;
	int more;

	for (; args != NULL && args[argc - 1] != NULL; argc++) {
		assert_true(argc <= MAX_TEST_ARGS);
		assert_true(strlen(args[argc - 1]) < ARG_LEN);
		memcpy(f->args[argc], args[argc - 1], strlen(args[argc - 1]) + 1);
		argv[argc] = f->args[argc];
	}
	scan = hv_opt_scan_start(line, argc, argv);
	while ((more = hv_opt_scan_next(&scan, &ref, &value, &f->err)) > 0) {
		if (hv_opt_set(line, &ref, value, &f->err) != 0)
			return -1;
	}
	return more;
}

/* As a check runs: a section, the command line, then what they mean. section: its lines, NULL: none
 * is read. args: NULL-terminated. */
static void run(struct fixture *f, const char *section, const char *const *args)
{
	const struct hv_opt_group group = {
		.title = "Host",
		.options = hv_connect_option_table,
		.config = &f->options,
	};
	struct hv_opt_line line;

	clear(f);
	memset(&f->options, 0xA5, sizeof(f->options));
	assert_int_equal(hv_opt_line_init(&line, &group, 1, NULL, &f->arena, &f->err), 0);
	if (section != NULL)
		assert_int_equal(hv_extra_opts_apply_text(
					 &line, section, strlen(section), "x.ini", "s", &f->err),
			0);
	f->result = apply_args(f, &line, args);
	if (f->result == 0)
		f->result = hv_connect_check(&f->options, &f->arena, &f->connection, &f->err);
}

#define RUN(f, ...) run(f, NULL, (const char *const[]){ __VA_ARGS__, NULL })

static void test_connect_has_defaults(void **state)
{
	struct fixture *f = *state;

	RUN(f, "-H", "hv01");
	assert_string_equal(f->err.text, "");
	assert_int_equal(f->result, 0);
	assert_string_equal(f->connection.host, "hv01");
	assert_false(f->connection.host_is_address);
	assert_int_equal(f->connection.port, 5985);
	assert_string_equal(f->connection.url, "http://hv01:5985/wsman");
	assert_int_equal(f->connection.auth, HV_WINRM_AUTO);
	assert_string_equal(f->connection.service, "HTTP");
	assert_int_equal(f->connection.event_method, HV_WINRM_EVENTS_AUTO);
	assert_int_equal(f->connection.cache_max_age, 0);
	assert_null(f->connection.cache_directory);
	assert_null(f->connection.credentials.user);
	assert_null(f->connection.credentials.password.bytes);
	assert_int_equal(f->options.unreachable, HV_CRITICAL);
	assert_false(f->options.ssl || f->options.insecure || f->options.allow_unencrypted);
}

static void test_connect_takes_values(void **state)
{
	struct fixture *f = *state;

	RUN(f, "-SH::1", "--spn-service=wsman", "--event-method=winrs", "--unreachable=unknown",
		"--cache=300:/var/cache/hv", "-uCONTOSO\\svc", "-C/ca.pem");
	assert_string_equal(f->err.text, "");
	assert_int_equal(f->result, 0);
	assert_string_equal(f->connection.url, "https://[::1]:5986/wsman");
	assert_string_equal(f->connection.service, "WSMAN");
	assert_int_equal(f->connection.event_method, HV_WINRM_EVENTS_WINRS);
	assert_int_equal(f->options.unreachable, HV_UNKNOWN);
	assert_true(f->connection.cache_max_age == 300 * HV_USEC_PER_SEC);
	assert_string_equal(f->connection.cache_directory, "/var/cache/hv");
	assert_string_equal(f->connection.credentials.user, "svc");
	assert_string_equal(f->connection.credentials.domain, "CONTOSO");
	RUN(f, "-Hh", "-p", "65535", "--auth=kerberos", "--spn-service=host",
		"--event-method=subscribe");
	assert_int_equal(f->result, 0);
	assert_int_equal(f->connection.port, 65535);
	assert_int_equal(f->connection.auth, HV_WINRM_KERBEROS);
	assert_string_equal(f->connection.service, "host");
	assert_int_equal(f->connection.event_method, HV_WINRM_EVENTS_SUBSCRIBE);
}

static void test_connect_takes_hosts(void **state)
{
	static const struct {
		const char *text, *host;
		bool is_address;
	} CASES[] = {
		{ "hv01", "hv01", false },
		{ "HV-01.contoso.local", "HV-01.contoso.local", false },
		{ "hv_01", "hv_01", false },
		{ "2012r2", "2012r2", false },
		{ "192.0.2.1", "192.0.2.1", true },
		{ "2001:db8::1", "2001:db8::1", true },
		{ "[2001:db8::1]", "2001:db8::1", true },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1", true },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		RUN(f, "--hostname", CASES[i].text);
		assert_string_equal(f->err.text, "");
		assert_int_equal(f->result, 0);
		assert_string_equal(f->connection.host, CASES[i].host);
		assert_int_equal(f->connection.host_is_address, CASES[i].is_address);
	}
}

static void test_connect_refuses_hosts(void **state)
{
	static const struct {
		const char *text;
		const char *error; /* behind the text */
	} CASES[] = {
		{ "http://hv01", "is a URL: give the host alone, with --ssl and --port" },
		{ "https://svc@hv01:5986/",
			"is a URL: give the host alone, with --ssl and --port" },
		{ "svc@hv01", "names a user: that is for --username" },
		{ "hv01/wsman", "has a path: give the host alone" },
		{ "fe80::1%eth0", "has a scope id: link-local addresses cannot be used" },
		{ "[fe80::1%25eth0]", "has a scope id: link-local addresses cannot be used" },
		{ "hv01:5985", "has a port: that is for --port" },
		{ "192.0.2.1:5985", "has a port: that is for --port" },
		{ "[::1]:5985", "has a port: that is for --port" },
		{ "[hv01]", "is no IPv6 address" },
		{ "[192.0.2.1]", "is no IPv6 address" },
		{ "[::1", "is no IPv6 address" },
		{ "[", "is no IPv6 address" },
		{ "[]", "is no IPv6 address" },
		{ "1:2:3", "is no IPv6 address" },
		{ "300.1.1.1", "is no IPv4 address" },
		{ "1.2.3", "is no IPv4 address" },
		{ "5985", "is no IPv4 address" },
		{ "hv01.", "is neither a DNS name nor an address" },
		{ "hv01..local", "is neither a DNS name nor an address" },
		{ "-hv01.local", "is neither a DNS name nor an address" },
		{ "hv01-", "is neither a DNS name nor an address" },
		{ "hv 01", "is neither a DNS name nor an address" },
		{ "hv01\n", "is neither a DNS name nor an address" },
		{ "h\xC3\xB6st", "is neither a DNS name nor an address" },
		{ "*", "is neither a DNS name nor an address" },
	};
	struct fixture *f = *state;
	char error[2 * ARG_LEN];

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		run(f, NULL, (const char *const[]){ "--hostname", CASES[i].text, NULL });
		snprintf(
			error, sizeof(error), "--hostname: '%s' %s", CASES[i].text, CASES[i].error);
		assert_string_equal(f->err.text, error);
		assert_int_equal(f->result, -1);
		assert_int_equal(f->err.kind, HV_ERR_ARGUMENT);
	}
}

static void test_connect_host_names_are_bounded(void **state)
{
	char name[255 + 1];
	struct fixture *f = *state;
	const char *host = NULL;
	bool is_address = true;

	clear(f);
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 64 == 63 ? '.' : 'x';
	name[253] = '\0';
	assert_int_equal(hv_connect_host(name, &f->arena, &host, &is_address, &f->err), 0);
	assert_false(is_address);
	name[253] = 'x';
	name[254] = '\0';
	assert_int_equal(hv_connect_host(name, &f->arena, &host, &is_address, &f->err), -1);
	assert_string_equal(f->err.text, "longer than the 253 bytes of a DNS name");
	name[63] = 'x';
	name[100] = '\0';
	assert_int_equal(hv_connect_host(name, &f->arena, &host, &is_address, NULL), -1);
}

/* What the combinations say; NULL: they are taken. */
static void test_connect_judges_combinations(void **state)
{
	static const char pw[] = "[s]\nusername = svc\npassword = pw\n";
	static const struct {
		const char *section;
		const char *args[MAX_TEST_ARGS];
		const char *error;
	} CASES[] = {
		{ NULL, { "-p0" }, "--port: must be from 1 to 65535" },
		{ NULL, { "-p1" }, NULL },
		{ NULL, { "-p65536" }, "--port: must be from 1 to 65535" },
		{ NULL, { "-p18446744073709551615" }, "--port: must be from 1 to 65535" },
		{ NULL, { "--ca-file=f" }, "--ca-file is of use with --ssl alone" },
		{ NULL, { "-S", "--ca-file=f" }, NULL },
		{ NULL, { "--tls-server-name=n" }, "--tls-server-name is of use with --ssl alone" },
		{ NULL, { "-S", "--tls-server-name=n" }, NULL },
		{ NULL, { "--insecure" }, "--insecure is of use with --ssl alone" },
		{ NULL, { "-S", "--insecure" }, NULL },
		{ NULL, { "-S", "--insecure", "-Cf" }, "--insecure contradicts --ca-file" },
		{ NULL, { "-S", "--insecure", "--tls-server-name=n" },
			"--insecure contradicts --tls-server-name" },
		{ NULL, { "-S", "-Cf", "--tls-server-name=n" }, NULL },
		{ NULL, { "--auth=certificate" }, "--auth=certificate needs --ssl" },
		{ NULL, { "-S", "--auth=certificate" },
			"--auth=certificate needs --client-certificate" },
		{ NULL, { "-S", "--auth=certificate", "--client-key=f" },
			"--auth=certificate needs --client-certificate" },
		{ NULL, { "-S", "--auth=certificate", "--client-certificate=f" }, NULL },
		{ NULL, { "-S", "--auth=certificate", "--client-certificate=f", "--client-key=g" },
			NULL },
		{ NULL, { "-S", "--client-certificate=f" },
			"--client-certificate needs --auth=certificate" },
		{ NULL, { "-S", "--client-key=f" }, "--client-key needs --auth=certificate" },
		{ NULL, { "--client-certificate=f" },
			"--client-certificate is of use with --ssl alone" },
		{ NULL, { "--client-key=f" }, "--client-key is of use with --ssl alone" },
		{ NULL, { "--keytab=f" }, "--keytab needs --username" },
		{ NULL, { "--keytab=f", "-usvc" }, NULL },
		{ NULL, { "--keytab=f", "-usvc", "--auth=kerberos" }, NULL },
		{ pw, { "--keytab=f", "--auth=ntlm" }, "--keytab contradicts --auth=ntlm" },
		{ pw, { "--keytab=f" }, "--keytab contradicts the password that was given" },
		{ pw, { NULL }, NULL },
		{ pw, { "--auth=kerberos" }, NULL },
		{ NULL, { "--auth=kerberos" }, NULL },
		{ pw, { "--auth=ntlm" }, NULL },
		{ NULL, { "--auth=ntlm", "-usvc" },
			"--auth=ntlm needs a user and a password: --authfile, or a section of "
			"--extra-opts" },
		{ pw, { "--auth=basic", "-S" }, NULL },
		{ pw, { "--auth=basic" }, "--auth=basic needs --ssl, or else --allow-unencrypted" },
		{ pw, { "--auth=basic", "--allow-unencrypted" }, NULL },
		{ NULL, { "--auth=basic", "-S", "-usvc" },
			"--auth=basic needs a user and a password: --authfile, or a section of "
			"--extra-opts" },
		{ "[s]\npassword = pw\n", { "--auth=basic", "-S" },
			"there is a password, but no user: --username" },
		{ pw, { "--auth=basic", "-S", "-us:vc" },
			"--username: --auth=basic cannot tell a name with ':'" },
		{ pw, { "--auth=ntlm", "-us:vc" }, NULL },
		{ "[s]\npassword = pw\n", { NULL },
			"there is a password, but no user: --username" },
		{ "[s]\ndomain = D\n", { NULL }, "there is a domain, but no user: --username" },
		{ "[s]\ndomain = D\n", { "-usvc" }, NULL },
		{ "[s]\ndomain = D\n", { "-ud\\svc" }, NULL },
		{ "[s]\ndomain = D\n", { "-uE\\svc" },
			"domain: 'D' contradicts the user's name, which says 'E'" },
		{ NULL, { "-uE\\" }, "--username: 'E\\': nothing on one side of the name" },
		{ NULL, { "--cache=0" }, NULL },
		{ NULL, { "--cache=86400" }, NULL },
		{ NULL, { "--cache=60:/d:e" }, NULL },
		{ NULL, { "--cache=60:" },
			"--cache: the directory behind ':' must begin with '/'" },
		{ NULL, { "--cache=60:d" },
			"--cache: the directory behind ':' must begin with '/'" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		const char *args[MAX_TEST_ARGS + 1] = { "-Hhv01" };

		memcpy(args + 1, CASES[i].args, sizeof(CASES[i].args));
		run(f, CASES[i].section, args);
		if (f->result != (CASES[i].error == NULL ? 0 : -1) ||
			strcmp(f->err.text, CASES[i].error == NULL ? "" : CASES[i].error) != 0)
			fail_msg("%zu: %s, not %s", i, f->err.text, CASES[i].error);
		if (CASES[i].error != NULL)
			assert_int_equal(f->err.kind, HV_ERR_ARGUMENT);
	}
}

static void test_connect_cache_is_a_number_of_seconds(void **state)
{
	static const char *const CASES[] = { "86401", "-1", "5m", "x", "1.5", " 1" };
	struct fixture *f = *state;
	char error[ARG_LEN];

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		RUN(f, "-Hhv01", "--cache", CASES[i]);
		assert_int_equal(f->result, -1);
		snprintf(error, sizeof(error),
			"--cache: '%s' is no number of seconds from 0 to 86400", CASES[i]);
		assert_string_equal(f->err.text, error);
		assert_int_equal(f->err.kind, HV_ERR_ARGUMENT);
	}
	RUN(f, "-Hhv01", "--cache", ":/d");
	assert_string_equal(f->err.text, "--cache: '' is no number of seconds from 0 to 86400");
}

/* A section may serve checks that read a capture, too. */
static void test_connect_without_a_host_judges_nothing(void **state)
{
	struct fixture *f = *state;

	run(f,
		"[s]\nport = 0\ninsecure\npassword = pw\nauthfile = /nonexistent\n"
		"auth = certificate\ncache = x\n",
		NULL);
	assert_int_equal(f->result, 0);
	assert_null(f->connection.host);
	assert_null(f->connection.credentials.password.bytes);
}

static void put_authfile(const struct fixture *f, const char *text, mode_t mode)
{
	assert_int_equal(hv_file_write_atomic(f->authfile, text, strlen(text), mode, NULL), 0);
}

static void run_with_authfile(struct fixture *f, const char *section, const char *username)
{
	run(f, section,
		(const char *const[]){ "-Hhv01", "--authfile", f->authfile, username, NULL });
}

static void test_connect_joins_authfile_and_options(void **state)
{
	struct fixture *f = *state;
	const struct hv_credentials *c = &f->connection.credentials;

	put_authfile(f, "username = svc\npassword = pw\ndomain = CONTOSO\n", 0600);
	run_with_authfile(f, NULL, NULL);
	assert_string_equal(f->err.text, "");
	assert_string_equal(c->user, "svc");
	assert_string_equal(c->domain, "CONTOSO");
	assert_string_equal(hv_secret_str(&c->password), "pw");

	/* The same again is no contradiction. */
	run_with_authfile(f, "[s]\ndomain = contoso\n", "--username=SVC");
	assert_string_equal(f->err.text, "");
	assert_string_equal(c->user, "SVC");

	put_authfile(f, "password = pw\n", 0600);
	run_with_authfile(f, "[s]\ndomain = CONTOSO\n", "--username=svc");
	assert_string_equal(f->err.text, "");
	assert_string_equal(hv_credentials_ntlm_name(c, &f->arena), "CONTOSO\\svc");

	put_authfile(f, "username = svc\n", 0600);
	run_with_authfile(f, "[s]\npassword = from section\n", NULL);
	assert_string_equal(f->err.text, "");
	assert_string_equal(hv_secret_str(&c->password), "from section");
	assert_null(f->options.password.bytes); /* moved */
}

static void test_connect_refuses_two_minds(void **state)
{
	static const struct {
		const char *section, *username;
		const char *error;
	} CASES[] = {
		{ NULL, "--username=other", "--username says 'other', but --authfile 'svc', in " },
		{ "[s]\ndomain = FABRIKAM\n", NULL,
			"--domain says 'FABRIKAM', but --authfile 'CONTOSO', in " },
		{ "[s]\npassword = SECRET\n", NULL, "--authfile: there is a password in " },
	};
	struct fixture *f = *state;

	put_authfile(f, "username = svc\npassword = SECRET\ndomain = CONTOSO\n", 0600);
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		run_with_authfile(f, CASES[i].section, CASES[i].username);
		assert_int_equal(f->result, -1);
		assert_non_null(strstr(f->err.text, CASES[i].error));
		assert_null(strstr(f->err.text, "SECRET"));
		assert_int_equal(f->err.kind, HV_ERR_ARGUMENT);
	}
	RUN(f, "-Hhv01", "--authfile=/nonexistent/auth");
	assert_string_equal(
		f->err.text, "--authfile: /nonexistent/auth: No such file or directory");
	put_authfile(f, "username = svc\npassword = SECRET\n", 0640);
	run_with_authfile(f, NULL, NULL);
	assert_int_equal(f->result, -1);
	assert_int_equal(strncmp(f->err.text, "--authfile: ", 12), 0);
	assert_non_null(strstr(f->err.text, "chmod 600"));
}

static void test_connect_refuses_secrets_on_the_command_line(void **state)
{
	static const struct {
		const char *args[3];
		const char *error;
	} CASES[] = {
		{ { "--password=SECRET" },
			"--password is not accepted on the command line, where every user can see "
			"it; use --authfile or a section of --extra-opts" },
		{ { "--pass", "SECRET" },
			"--password is not accepted on the command line, where every user can see "
			"it; use --authfile or a section of --extra-opts" },
		{ { "--domain=SECRET" },
			"--domain is not accepted on the command line; use --authfile or a "
			"section of --extra-opts" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		run(f, NULL, CASES[i].args);
		assert_int_equal(f->result, -1);
		assert_string_equal(f->err.text, CASES[i].error);
		assert_null(f->options.password.bytes);
	}
}

static bool is_taken(const struct hv_opt *table, const struct hv_opt *o)
{
	for (; table != NULL && table->name != NULL; table++) {
		if (table == o)
			continue;
		if (strcmp(table->name, o->name) == 0 ||
			(o->letter != '\0' && table->letter == o->letter))
			return true;
	}
	return false;
}

extern const struct hv_check check_toy;
const struct hv_check check_toy = {
	.name = "check_hyperv_toy",
	.label = "TOY",
	.summary = "A check",
	.needs = HV_SEC_VMS,
	.options = hv_connect_option_table,
	.config_size = sizeof(struct hv_connect_options),
};

static void test_connect_names_and_letters_are_free(void **state)
{
	/* Those of the checks' thresholds */
	static const char taken_letters[] = "wc";
	struct hv_opt_group groups[HV_ALL_GROUPS];

	(void)state;
	hv_all_groups(&check_toy, NULL, NULL, groups);
	for (const struct hv_opt *o = hv_connect_option_table; o->name != NULL; o++) {
		assert_true(o->letter == '\0' || strchr(taken_letters, o->letter) == NULL);
		for (size_t g = 0; g < HV_ALL_GROUPS; g++)
			assert_false(is_taken(groups[g].options, o));
	}
}

static void assert_shows(void (*show)(const struct hv_check *, struct hv_buf *), const char *shown,
	const char *const hidden[2])
{
	HV_AUTO(buf) out = { .max = OUTPUT_MAX };

	show(&check_toy, &out);
	assert_false(hv_buf_failed(&out));
	assert_non_null(strstr(hv_buf_str(&out), shown));
	for (size_t i = 0; i < 2; i++) {
		if (strstr(hv_buf_str(&out), hidden[i]) != NULL)
			fail_msg("'%s' is in:\n%s", hidden[i], hv_buf_str(&out));
	}
}

static void describe_man(const struct hv_check *check, struct hv_buf *out)
{
	hv_describe_man(check, 0, out);
}

static void test_connect_help_hides_what_stands_in_files_alone(void **state)
{
	static const char *const terms[2] = { "--password", "--domain" };
	static const char *const mdoc[2] = { "Fl \\-password", "Fl \\-domain" };

	(void)state;
	assert_shows(hv_help, "--authfile=FILE", terms);
	assert_shows(hv_help, "\"password = ...\"", terms);
	assert_shows(hv_help_usage, "[-u NAME]", terms);
	assert_shows(hv_describe_icinga2, "\"--authfile\" = {", terms);
	assert_shows(describe_man, ".It Fl \\-authfile Ns = Ns Ar FILE", mdoc);
}

static const json_t *find_option(const json_t *root, const char *name)
{
	const json_t *options = json_object_get(root, "options");

	for (size_t i = 0; i < json_array_size(options); i++) {
		const json_t *o = json_array_get(options, i);

		if (strcmp(json_string_value(json_object_get(o, "name")), name) == 0)
			return o;
	}
	fail_msg("no option %s", name);
	return NULL;
}

static void test_connect_json_marks_what_stands_in_files_alone(void **state)
{
	static const struct {
		const char *name, *type;
		bool file_only;
	} CASES[] = {
		{ "password", "secret", true },
		{ "domain", "string", true },
		{ "username", "string", false },
	};
	HV_AUTO(buf) out = { .max = OUTPUT_MAX };
	json_t *root;

	(void)state;
	hv_describe_json(&check_toy, &out);
	root = json_loads(hv_buf_str(&out), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		const json_t *o = find_option(root, CASES[i].name);

		assert_string_equal(json_string_value(json_object_get(o, "type")), CASES[i].type);
		assert_int_equal(json_is_true(json_object_get(o, "file_only")), CASES[i].file_only);
	}
	json_decref(root);
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
		TEST(test_connect_has_defaults),
		TEST(test_connect_takes_values),
		TEST(test_connect_takes_hosts),
		TEST(test_connect_refuses_hosts),
		TEST(test_connect_host_names_are_bounded),
		TEST(test_connect_judges_combinations),
		TEST(test_connect_cache_is_a_number_of_seconds),
		TEST(test_connect_without_a_host_judges_nothing),
		TEST(test_connect_joins_authfile_and_options),
		TEST(test_connect_refuses_two_minds),
		TEST(test_connect_refuses_secrets_on_the_command_line),
		TEST(test_connect_names_and_letters_are_free),
		TEST(test_connect_help_hides_what_stands_in_files_alone),
		TEST(test_connect_json_marks_what_stands_in_files_alone),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
