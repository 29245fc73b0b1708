/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_agentx.conf: what the sections come to, and that every error is told with its line. */
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

#include "base/file.h"
#include "mibs/agent-config.h"

enum { MANY_HOSTS = HV_AGENT_HOSTS_MAX, PATH_TEXT_MAX = 256, TEXT_MAX = 16 << 20 };

#define MINUTE (60 * HV_USEC_PER_SEC)

struct fixture {
	struct hv_agent_config config;
	struct hv_buf errors;
	struct hv_err err;
	int result;
};

static char folder[] = "/tmp/test_agent_config.XXXXXX";

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	hv_agent_config_init(&f->config);
	hv_buf_init(&f->errors, TEXT_MAX);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	hv_agent_config_done(&f->config);
	hv_buf_done(&f->errors);
	free(f);
	return 0;
}

static void read_bytes(struct fixture *f, const char *text, size_t len)
{
	char *copy = malloc(len + 1); /* gone before anything is looked at */

	assert_non_null(copy);
	memcpy(copy, text, len);
	hv_buf_clear(&f->errors);
	hv_err_clear(&f->err);
	f->result = hv_agent_config_read_text(&f->config, copy, len, "x.conf", &f->errors, &f->err);
	memset(copy, 'X', len);
	free(copy);
}

static void read_good(struct fixture *f, const char *text)
{
	read_bytes(f, text, strlen(text));
	if (f->result != 0)
		fail_msg("%s\n%s", f->err.text, hv_buf_str(&f->errors));
	assert_int_equal(f->errors.len, 0);
}

static void assert_errors(struct fixture *f, const char *text, const char *errors)
{
	read_bytes(f, text, strlen(text));
	assert_int_equal(f->result, -1);
	assert_int_equal(f->err.kind, HV_ERR_ARGUMENT);
	assert_string_equal(hv_buf_str(&f->errors), errors);
}

static void assert_list(const struct hv_list *list, const char *joined)
{
	HV_AUTO(buf) text = { .max = 4096 };

	for (size_t i = 0; i < list->count; i++)
		hv_buf_addf(&text, "%s%s", i > 0 ? "|" : "", list->items[i]);
	assert_string_equal(hv_buf_str(&text), joined);
}

static void assert_checks(const struct hv_agent_host *host, const char *joined)
{
	HV_AUTO(buf) text = { .max = 4096 };

	for (const char **name = host->check_names; *name != NULL; name++)
		hv_buf_addf(&text, "%s%s", text.len > 0 ? " " : "", *name);
	assert_string_equal(hv_buf_str(&text), joined);
}

#define ALL_CHECKS                                                                                 \
	"acl vss space backup events layout updates volumes checkpoints integration prerequisites"

static void test_config_has_defaults(void **state)
{
	struct fixture *f = *state;
	const struct hv_agent_host *host;

	read_good(f, "[host hv01]\n");
	assert_null(f->config.options.agentx_socket);
	assert_int_equal(f->config.options.workers.value, 32);
	assert_true(f->config.options.notify_states);
	assert_true(f->config.options.notify_reachability);
	assert_false(f->config.options.notify_first);
	assert_null(f->config.options.state_file);
	assert_int_equal(f->config.host_count, 1);
	host = &f->config.hosts[0];
	assert_string_equal(host->name, "hv01");
	assert_int_equal(host->line, 1);
	assert_string_equal(host->common.connect.hostname, "hv01");
	assert_int_equal(host->common.connect.unreachable, HV_CRITICAL);
	assert_int_equal(host->common.nothing_found, HV_UNKNOWN);
	assert_int_equal(host->common.timeout.usec, MINUTE);
	assert_int_equal(host->interval.usec, 5 * MINUTE);
	assert_int_equal(host->unreachable_after.value, 2);
	assert_checks(host, ALL_CHECKS);
}

static void test_config_reads_every_section(void **state)
{
	static const char text[] = "\xEF\xBB\xBF# a comment\r\n"
				   "[ agent ]\r\n"
				   "agentx-socket = tcp:127.0.0.1:705\r\n"
				   "workers=256\r\n"
				   "notify-states = no\r\n"
				   "notify-reachability = no\r\n"
				   "notify-first = yes\r\n"
				   "state-file = /var/lib/a/told\r\n"
				   "\r\n"
				   "[host\t a-1.example ]\r\n"
				   "hostname = hv01.example.com\r\n"
				   "port = 5999\r\n"
				   "ssl = no\r\n"
				   "\tusername = EXAMPLE\\monitor  \r\n"
				   "domain = EXAMPLE\r\n"
				   "unreachable = warning\r\n"
				   "interval = 10s\r\n"
				   "unreachable-after = 1\r\n"
				   "timeout = 90\r\n"
				   "nothing-found = ok\r\n"
				   "[host recorded]\r\n"
				   "capture = /var/lib/a = b # c.json\r\n"
				   "max-age = 26h\r\n"
				   "now = 2026-11-22T06:00:00Z\r\n"
				   "[agent]\r\n"
				   "workers = 1";
	struct fixture *f = *state;
	const struct hv_agent_host *host;

	read_bytes(f, text, sizeof(text) - 1);
	assert_string_equal(hv_buf_str(&f->errors), "");
	assert_string_equal(f->config.options.agentx_socket, "tcp:127.0.0.1:705");
	assert_int_equal(f->config.options.workers.value, 1);
	assert_false(f->config.options.notify_states);
	assert_false(f->config.options.notify_reachability);
	assert_true(f->config.options.notify_first);
	assert_string_equal(f->config.options.state_file, "/var/lib/a/told");
	assert_int_equal(f->config.host_count, 2);
	host = &f->config.hosts[0];
	assert_string_equal(host->name, "a-1.example");
	assert_int_equal(host->line, 10);
	assert_string_equal(host->common.connect.hostname, "hv01.example.com");
	assert_int_equal(host->common.connect.port.value, 5999);
	assert_string_equal(host->common.connect.username, "EXAMPLE\\monitor");
	assert_int_equal(host->common.connect.unreachable, HV_WARNING);
	assert_int_equal(host->interval.usec, 10 * HV_USEC_PER_SEC);
	assert_int_equal(host->unreachable_after.value, 1);
	assert_int_equal(host->common.timeout.usec, 90 * HV_USEC_PER_SEC);
	assert_int_equal(host->common.nothing_found, HV_OK);
	host = &f->config.hosts[1];
	assert_null(host->common.connect.hostname);
	assert_list(&host->common.captures, "/var/lib/a = b # c.json");
	assert_true(host->common.now_time.known);
	assert_int_equal(host->common.max_age.usec, 26 * 60 * MINUTE);
}

/* A scalar of the host takes the place of that of the defaults, wherever those stand; a list goes
 * on; no host sees what another one adds. */
static void test_config_combines_defaults_and_hosts(void **state)
{
	static const char text[] = "[defaults]\n"
				   "exclude = test-*\n"
				   "exclude = lab-*\n"
				   "exclude = old-*\n"
				   "space.warning = 20:\n"
				   "volumes.all = yes\n"
				   "[host one]\n"
				   "exclude = one-*\n"
				   "ssl = no\n"
				   "layout.rule = split-root=warning\n"
				   "[host two]\n"
				   "exclude = two-*\n"
				   "interval = 1m\n"
				   "skip = updates\n"
				   "skip = check_hyperv_vss\n"
				   "volumes.all = no\n"
				   "[host three]\n"
				   "check_hyperv_space.warning = 30:\n"
				   "[defaults]\n"
				   "interval = 15m\n"
				   "ssl = yes\n"
				   "skip = acl\n";
	struct fixture *f = *state;
	const struct hv_agent_host *h;

	read_good(f, text);
	h = f->config.hosts;
	assert_list(&h[0].common.exclude, "test-*|lab-*|old-*|one-*");
	assert_list(&h[1].common.exclude, "test-*|lab-*|old-*|two-*");
	assert_list(&h[2].common.exclude, "test-*|lab-*|old-*");
	assert_int_equal(h[0].interval.usec, 15 * MINUTE);
	assert_int_equal(h[1].interval.usec, 1 * MINUTE);
	assert_false(h[0].common.connect.ssl);
	assert_true(h[1].common.connect.ssl);
	assert_list(
		&h[0].checks.set, "space.warning=20:|volumes.all|layout.rule=split-root=warning");
	assert_list(&h[1].checks.set, "space.warning=20:");
	assert_list(&h[2].checks.set, "space.warning=20:|volumes.all|space.warning=30:");
	assert_list(&h[1].checks.skip, "acl|updates|check_hyperv_vss");
	assert_checks(&h[0],
		"vss space backup events layout updates volumes checkpoints integration "
		"prerequisites");
	assert_checks(
		&h[1], "space backup events layout volumes checkpoints integration prerequisites");
	assert_ptr_equal(h[0].common.include.items, NULL);
}

static void test_config_tells_what_is_wrong_in_a_line(void **state)
{
	static const struct {
		const char *line; /* the second one, of a section [host a] */
		const char *error;
	} CASES[] = {
		{ "nosuch = 1", "this section knows no key 'nosuch'" },
		{ "intervall = 1", "this section knows no key 'intervall'" },
		{ "host = 1", "this section knows no key 'host'" },
		{ "H = 1", "this section knows no key 'H'" },
		{ "workers = 1", "this section knows no key 'workers'" },
		{ "help = yes", "this section knows no key 'help'" },
		{ "version = yes", "this section knows no key 'version'" },
		{ "describe = json", "this section knows no key 'describe'" },
		{ "output = json", "this section knows no key 'output'" },
		{ "verbose = yes", "this section knows no key 'verbose'" },
		{ "extra-opts = @x", "this section knows no key 'extra-opts'" },
		{ "hostname", "not a line of the form: key = value" },
		{ "= 1", "not a line of the form: key = value" },
		{ "host name = 1", "not a line of the form: key = value" },
		{ "hostname =", "nothing behind '='" },
		{ "ssl = true", "--ssl: must be yes or no here" },
		{ "ssl =", "nothing behind '='" },
		{ "interval = 5", "--interval: must be from 10s to 1d" },
		{ "interval = 2d", "--interval: must be from 10s to 1d" },
		{ "interval = soon", "--interval: " },
		{ "unreachable-after = 0", "--unreachable-after: must be from 1 to 1000" },
		{ "unreachable-after = 1001", "--unreachable-after: must be from 1 to 1000" },
		{ "unreachable-after = -1", "--unreachable-after: " },
		{ "unreachable = bad", "--unreachable: " },
		{ "auth = guess",
			"--auth: 'guess' is not one of auto|kerberos|ntlm|basic|certificate" },
		{ "skip = nosuch", "--skip: there is no check 'nosuch'" },
		{ "nosuch.warning = 1", "there is no check 'nosuch'" },
		{ "space.nosuch = 1", "check_hyperv_space has no option of that name" },
		{ "space. = 1", "check_hyperv_space has no option of that name" },
		{ "space.warn = 1", "check_hyperv_space has no option of that name" },
		{ "space.warning = x", "space: --warning: " },
		{ "space.warning =", "nothing behind '='" },
		{ "layout.rule = nosuch=ok", "layout: --rule: there is no rule 'nosuch'" },
		{ "volumes.all = true", "volumes: --all: must be yes or no here" },
		{ "[host a", "a section's line must end with ']'" },
		{ "[", "a section's line must end with ']'" },
		{ "[]", "this section is none of [agent], [defaults] and [host NAME]" },
		{ "[hosts b]", "this section is none of [agent], [defaults] and [host NAME]" },
		{ "[Agent]", "this section is none of [agent], [defaults] and [host NAME]" },
		{ "[agent x]", "this section is none of [agent], [defaults] and [host NAME]" },
		{ "[host 123456789012345678901234567890123]",
			"a host's name must have 1 to 32 characters (hostname may have more)" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(buf) text = { .max = 4096 };
		HV_AUTO(buf) error = { .max = 4096 };

		hv_buf_addf(&text, "[host a]\n%s\n", CASES[i].line);
		hv_buf_addf(&error, "x.conf:2: %s", CASES[i].error);
		read_bytes(f, hv_buf_str(&text), text.len);
		if (f->result == 0 ||
			strncmp(hv_buf_str(&f->errors), hv_buf_str(&error), error.len) != 0)
			fail_msg("%s: %s", CASES[i].line, hv_buf_str(&f->errors));
		assert_int_equal(f->config.host_count, 0);
	}
}

static void test_config_tells_what_is_wrong_in_agent(void **state)
{
	assert_errors(*state,
		"workers = 1\nworkers = 2\n[agent]\nworkers = 0\nworkers = 257\ntimeout = 1\n"
		"notify-first = 1\nspace.warning = 1\n[host a]\n",
		"x.conf:1: text before the first [section]\n"
		"x.conf:4: --workers: must be from 1 to 256\n"
		"x.conf:5: --workers: must be from 1 to 256\n"
		"x.conf:6: this section knows no key 'timeout'\n"
		"x.conf:7: --notify-first: must be yes or no here\n"
		"x.conf:8: this section knows no key 'space.warning'\n");
}

static void test_config_needs_a_host(void **state)
{
	struct fixture *f = *state;

	assert_errors(f, "", "x.conf:0: there is no section [host NAME]\n");
	assert_errors(f, "[agent]\n# x\n", "x.conf:2: there is no section [host NAME]\n");
	assert_errors(f, "[host]\n[host ]\n",
		"x.conf:1: a host's name must have 1 to 32 characters (hostname may have more)\n"
		"x.conf:2: a host's name must have 1 to 32 characters (hostname may have more)\n");
}

static void test_config_tells_contradictions_of_a_host(void **state)
{
	static const char text[] = "[host a]\n"
				   "ca-file = /etc/ca.pem\n"
				   "timeout = 0\n"
				   "[host b]\n"
				   "auth = basic\n"
				   "ssl = yes\n"
				   "[host c]\n"
				   "authfile = /nosuch/file\n"
				   "[host d]\n"
				   "port = 0\n"
				   "[host e]\n"
				   "now = yesterday\n"
				   "max-age = 26h\n"
				   "capture = x.json\n";
	struct fixture *f = *state;
	const char *told;

	read_bytes(f, text, sizeof(text) - 1);
	told = hv_buf_str(&f->errors);
	assert_non_null(strstr(told, "x.conf:1: host 'a': --timeout: must be above 0"));
	assert_non_null(strstr(told, "x.conf:1: host 'a': --ca-file is of use with --ssl alone"));
	assert_non_null(strstr(told, "x.conf:4: host 'b': --auth=basic needs a user and"));
	assert_non_null(strstr(told, "x.conf:7: host 'c': --authfile: "));
	assert_non_null(strstr(told, "x.conf:9: host 'd': --port: must be from 1 to 65535"));
	assert_non_null(strstr(told, "x.conf:11: host 'e': --now: "));
}

static void test_config_wants_checks_that_agree(void **state)
{
	static const char skips[] =
		"skip=acl\nskip=vss\nskip=space\nskip=backup\nskip=events\nskip=layout\n"
		"skip=updates\nskip=volumes\nskip=checkpoints\nskip=integration\n"
		"skip=prerequisites\n";
	struct fixture *f = *state;
	HV_AUTO(buf) text = { .max = 4096 };

	hv_buf_addf(&text, "[host a]\n%s[host b]\n", skips);
	assert_errors(f, hv_buf_str(&text), "x.conf:1: host 'a': --skip leaves no check to run\n");
	assert_errors(f, "[host a]\nvss.vss-interval = 1m\n[host b]\nvss.vss-interval = 5m\n",
		"x.conf:1: host 'a': --set check_hyperv_vss: --vss-interval: must be at least 5m, "
		"each question costs the host much\n");
	/* Once, not for each host. */
	hv_buf_clear(&text);
	hv_buf_addf(&text, "[host a]\n[host b]\n[defaults]\n%s", skips);
	assert_errors(f, hv_buf_str(&text), "x.conf:3: --skip leaves no check to run\n");
}

static void test_config_refuses_hosts_told_twice(void **state)
{
	assert_errors(*state, "[host a]\n[host b]\n[host A]\n[host  a ]\n[host a]\n",
		"x.conf:4: host 'a' is told in line 1 already\n"
		"x.conf:5: host 'a' is told in line 4 already\n");
}

static void test_config_takes_a_source_of_one_host_for_no_other(void **state)
{
	assert_errors(*state,
		"[host a]\n[defaults]\nhostname = hv01\ncapture = x\nevtx = y\nvm-config = z\n",
		"x.conf:3: hostname tells of one host what [defaults] would say of all of them\n"
		"x.conf:4: capture tells of one host what [defaults] would say of all of them\n"
		"x.conf:5: evtx tells of one host what [defaults] would say of all of them\n"
		"x.conf:6: vm-config tells of one host what [defaults] would say of all of "
		"them\n");
}

/* A job that died would look like a healthy host for ever. */
static void test_config_wants_to_know_how_old_recordings_may_be(void **state)
{
	struct fixture *f = *state;

	assert_errors(f, "[host a]\ncapture = x.json\n",
		"x.conf:1: host 'a': --capture needs --max-age: a recording that nobody renews "
		"looks like a healthy host\n");
	assert_errors(f, "[host a]\nevtx = x.evtx\n",
		"x.conf:1: host 'a': --evtx needs --max-age: a recording that nobody renews looks "
		"like a healthy host\n");
	read_good(f, "[defaults]\nmax-age = 26h\n[host a]\ncapture = x.json\n[host b]\n"
		     "[host c]\nvm-config = x.xml\n");
	assert_true(f->config.hosts[0].common.max_age.set);
	assert_false(f->config.hosts[1].common.max_age.set);
	assert_false(f->config.hosts[2].common.max_age.set);
}

static void test_config_quotes_no_secret(void **state)
{
	static const char *const LINES[] = {
		"password = hunter2",
		"password=hunter2",
		"password: hunter2",
		"password hunter2",
		"Password = hunter2",
		"pass = hunter2",
		"hunter2",
		"hunter2!",
		"hunter2? =",
		"space.password = hunter2",
		"authfile.password = hunter2",
		"[hunter2",
		"[hunter2]",
	};
	static const char *const SECTIONS[] = { "agent", "defaults", "host a" };
	struct fixture *f = *state;

	for (size_t s = 0; s < HV_ARRAY_LEN(SECTIONS); s++)
		for (size_t i = 0; i < HV_ARRAY_LEN(LINES); i++) {
			HV_AUTO(buf) text = { .max = 4096 };

			hv_buf_addf(&text, "[%s]\n%s\n[host b]\n", SECTIONS[s], LINES[i]);
			read_bytes(f, hv_buf_str(&text), text.len);
			assert_int_equal(f->result, -1);
			assert_int_equal(strncmp(hv_buf_str(&f->errors), "x.conf:2: ", 10), 0);
			if (strstr(hv_buf_str(&f->errors), "hunter2") != NULL ||
				strstr(f->err.text, "hunter2") != NULL)
				fail_msg("%s", hv_buf_str(&f->errors));
		}
	assert_errors(f, "[host a]\npassword = x\n",
		"x.conf:2: password is not accepted here; put it into a file and name that with "
		"authfile\n");
}

static void test_config_survives_foreign_bytes(void **state)
{
	static const char nul[] = "[host a]\nhostname = a\0b\n[host b\0]\n";
	struct fixture *f = *state;

	read_bytes(f, nul, sizeof(nul) - 1);
	assert_string_equal(hv_buf_str(&f->errors), "x.conf:2: a NUL byte\nx.conf:3: a NUL byte\n");
	assert_errors(f, "[host a]\nexclude = \xFF\n",
		"x.conf:2: --exclude: the argument is not valid UTF-8\n");
	assert_errors(f, "[host a]\nauth = \x1B[2Jx\n",
		"x.conf:2: --auth: '?[2Jx' is not one of auto|kerberos|ntlm|basic|certificate\n");
	assert_errors(f, "[host \xC3\xA4]\n", "x.conf:1: a host's name must be printable ASCII\n");
}

static void test_config_tells_many_errors(void **state)
{
	struct fixture *f = *state;
	HV_AUTO(buf) text = { .max = TEXT_MAX };
	size_t lines = 0;

	hv_buf_adds(&text, "[host a]\n");
	for (int i = 0; i < HV_AGENT_ERRORS_MAX + 7; i++)
		hv_buf_addf(&text, "nosuch-%d = 1\n", i);
	read_bytes(f, hv_buf_str(&text), text.len);
	assert_int_equal(f->result, -1);
	assert_string_equal(f->err.text, "x.conf: 107 errors");
	for (const char *p = hv_buf_str(&f->errors); *p != '\0'; p++)
		lines += *p == '\n';
	assert_int_equal(lines, HV_AGENT_ERRORS_MAX + 1);
	assert_non_null(strstr(hv_buf_str(&f->errors), "x.conf:101: this section"));
	assert_non_null(strstr(hv_buf_str(&f->errors), "x.conf: 7 more errors\n"));
}

static void put_hosts(struct hv_buf *text, size_t count)
{
	hv_buf_adds(text, "[defaults]\nspace.warning = 20:\nexclude = test-*\n");
	for (size_t i = 0; i < count; i++)
		hv_buf_addf(text,
			"[host hv%05zu]\nhostname = hv%05zu.example.com\nexclude = x%zu\n"
			"space.critical = 10:\ninterval = 10m\n",
			i, i, i);
	assert_false(hv_buf_failed(text));
}

static void test_config_takes_many_hosts(void **state)
{
	struct fixture *f = *state;
	HV_AUTO(buf) text = { .max = TEXT_MAX };

	put_hosts(&text, MANY_HOSTS);
	read_good(f, hv_buf_str(&text));
	assert_int_equal(f->config.host_count, MANY_HOSTS);
	assert_string_equal(f->config.hosts[MANY_HOSTS - 1].name, "hv09999");
	assert_list(&f->config.hosts[MANY_HOSTS - 1].common.exclude, "test-*|x9999");
	assert_true(f->config.arena.used < MANY_HOSTS * (size_t)2048);

	hv_buf_adds(&text, "[host one-more]\nnosuch = 1\n[host two-more]\n");
	read_bytes(f, hv_buf_str(&text), text.len);
	assert_int_equal(f->result, -1);
	assert_string_equal(hv_buf_str(&f->errors),
		"x.conf:50004: more than 10000 hosts\nx.conf:50006: more than 10000 hosts\n");
	/* What was read before stays. */
	assert_int_equal(f->config.host_count, MANY_HOSTS);
}

static void write_file(const char *name, const char *text, mode_t mode, char path[PATH_TEXT_MAX])
{
	struct hv_err err = HV_ERR_INIT;
	int n = snprintf(path, PATH_TEXT_MAX, "%s/%s", folder, name);

	assert_true(n > 0 && n < PATH_TEXT_MAX);
	if (hv_file_write_atomic(path, text, strlen(text), mode, &err) != 0)
		fail_msg("%s", err.text);
}

static void read_path(struct fixture *f, const char *path)
{
	hv_buf_clear(&f->errors);
	hv_err_clear(&f->err);
	f->result = hv_agent_config_read(&f->config, path, &f->errors, &f->err);
}

/* The authfile is read, for its errors, and nothing of it is kept. */
static void test_config_looks_at_the_authfile(void **state)
{
	struct fixture *f = *state;
	char authfile[PATH_TEXT_MAX];
	char path[PATH_TEXT_MAX];
	HV_AUTO(buf) text = { .max = 4096 };

	write_file("auth", "username = monitor\npassword = hunter2\n", 0600, authfile);
	hv_buf_addf(&text, "[host a]\nauthfile = %s\nauth = ntlm\n", authfile);
	write_file("x.conf", hv_buf_str(&text), 0644, path);
	read_path(f, path);
	assert_string_equal(hv_buf_str(&f->errors), "");
	assert_int_equal(f->result, 0);
	assert_null(f->config.hosts[0].common.connect.password.bytes);
	assert_null(f->config.hosts[0].common.connect.username);

	assert_int_equal(chmod(authfile, 0644), 0);
	read_path(f, path);
	assert_int_equal(f->result, -1);
	assert_non_null(strstr(hv_buf_str(&f->errors), "/x.conf:1: host 'a': --authfile: "));
	assert_non_null(strstr(hv_buf_str(&f->errors), "chmod 600"));
	assert_null(strstr(hv_buf_str(&f->errors), "hunter2"));
	unlink(authfile);
	unlink(path);
}

static void test_config_reads_files_within_limits(void **state)
{
	struct fixture *f = *state;
	char path[PATH_TEXT_MAX];

	read_path(f, "/nosuch/x.conf");
	assert_int_equal(f->result, -1);
	assert_non_null(strstr(f->err.text, "/nosuch/x.conf"));
	read_path(f, folder);
	assert_int_equal(f->result, -1);
	write_file("huge", "", 0600, path);
	assert_int_equal(truncate(path, HV_AGENT_CONFIG_MAX_BYTES + 1), 0);
	read_path(f, path);
	assert_int_equal(f->result, -1);
	assert_int_equal(f->err.kind, HV_ERR_LIMIT);
	unlink(path);
}

/* --- The documents --- */

static char *load(const char *name)
{
	const char *srcdir = getenv("srcdir");
	struct hv_err err = HV_ERR_INIT;
	char path[4096];
	uint8_t *bytes = NULL;
	size_t len = 0;
	int n = snprintf(path, sizeof(path), "%s/%s", srcdir != NULL ? srcdir : ".", name);

	assert_true(n > 0 && (size_t)n < sizeof(path));
	if (hv_file_load(path, 1 << 20, &bytes, &len, NULL, &err) != 0)
		fail_msg("%s", err.text);
	return (char *)bytes;
}

/* Rows of tables: | `key` | */
static bool has_row(const char *guide, const char *key)
{
	HV_AUTO(buf) row = { .max = 256 };

	hv_buf_addf(&row, "\n| `%s` |", key);
	return strstr(guide, hv_buf_str(&row)) != NULL;
}

static size_t count_rows(const char *guide)
{
	size_t count = 0;

	for (const char *p = guide; (p = strstr(p, "\n| `")) != NULL; p++)
		count++;
	return count;
}

static void test_guide_has_every_key_and_no_other(void **state)
{
	struct hv_opt_group groups[HV_ALL_GROUPS];
	char *guide = load("doc/agentx.md");
	size_t known = 1; /* CHECK.OPTION */

	(void)state;
	for (const struct hv_opt *o = hv_agent_option_table; o->name != NULL; o++, known++)
		if (!has_row(guide, o->name))
			fail_msg("[agent] %s", o->name);
	hv_agent_host_groups(NULL, groups);
	for (size_t g = 0; g < HV_ALL_GROUPS; g++)
		for (const struct hv_opt *o = groups[g].options; o->name != NULL; o++) {
			known += hv_agent_host_takes(o);
			if (has_row(guide, o->name) != hv_agent_host_takes(o))
				fail_msg("[host] %s", o->name);
		}
	assert_true(has_row(guide, "CHECK.OPTION"));
	assert_int_equal(count_rows(guide), known);
	free(guide);
}

/* Its proposals are lines without a blank behind '#'. An authfile there is none. */
static void put_in_force(struct hv_buf *out, const char *sample)
{
	for (const char *line = sample; *line != '\0';) {
		const size_t len = strcspn(line, "\n");
		const bool is_proposal = len > 1 && line[0] == '#' && line[1] != ' ';

		if (is_proposal && strncmp(line, "#authfile", strlen("#authfile")) != 0)
			hv_buf_addf(out, "%.*s", (int)len - 1, line + 1);
		hv_buf_addc(out, '\n');
		line += len + (line[len] == '\n');
	}
}

static void test_sample_proposes_what_is_taken(void **state)
{
	struct fixture *f = *state;
	char *sample = load("packaging/hyperv_agentx.conf");
	HV_AUTO(buf) text = { .max = 1 << 16 };

	put_in_force(&text, sample);
	free(sample);
	read_good(f, hv_buf_str(&text));
	assert_int_equal(f->config.host_count, 2);
	assert_string_equal(f->config.hosts[0].common.connect.cache, "0:/var/cache/hyperv_agentx");
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
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	static const struct CMUnitTest TESTS[] = {
		CASE(test_config_has_defaults),
		CASE(test_config_reads_every_section),
		CASE(test_config_combines_defaults_and_hosts),
		CASE(test_config_tells_what_is_wrong_in_a_line),
		CASE(test_config_tells_what_is_wrong_in_agent),
		CASE(test_config_needs_a_host),
		CASE(test_config_tells_contradictions_of_a_host),
		CASE(test_config_wants_checks_that_agree),
		CASE(test_config_refuses_hosts_told_twice),
		CASE(test_config_takes_a_source_of_one_host_for_no_other),
		CASE(test_config_wants_to_know_how_old_recordings_may_be),
		CASE(test_config_quotes_no_secret),
		CASE(test_config_survives_foreign_bytes),
		CASE(test_config_tells_many_errors),
		CASE(test_config_takes_many_hosts),
		CASE(test_config_looks_at_the_authfile),
		CASE(test_config_reads_files_within_limits),
		CASE(test_guide_has_every_key_and_no_other),
		CASE(test_sample_proposes_what_is_taken),
	};

	return cmocka_run_group_tests(TESTS, make_folder, remove_folder);
}
