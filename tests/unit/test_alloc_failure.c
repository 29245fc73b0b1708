/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every allocation fails in turn: whole runs of the checks, with the n-th allocation refused, for
 * all n until a run needs no more. Such a run must end with UNKNOWN or with the very result of an
 * undisturbed run, and leak nothing. The heap is reached at link time (--wrap) in our own objects,
 * and through their own hooks in jansson and libxml2. */
#include <fcntl.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "check/all-checks.h"
#include "check/check.h"
#include "cli/doctor.h"
#include "cli/options.h"
#include "cli/runner.h"
#include "mibs/agent-config.h"
#include "mibs/poll.h"

extern const struct hv_check check_hyperv_acl;
extern const struct hv_check check_hyperv_events;
extern const struct hv_check check_hyperv_layout;
extern const struct hv_check check_hyperv_space;
extern const struct hv_check check_hyperv_updates;
extern const struct hv_check check_hyperv_volumes;
extern const struct hv_check check_hyperv_backup;
extern const struct hv_check check_hyperv_vss;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);

enum { MAX_ALLOCATIONS = 200000, MAX_OUTPUT = 65536 };

static long countdown = -1; /* allocations left before the one that fails; negative: none fails */
static bool has_failed;
static bool has_failed_in_xml;

static bool must_fail(void)
{
	if (countdown < 0 || countdown-- > 0)
		return false;
	has_failed = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return must_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return must_fail() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return must_fail() ? NULL : __real_realloc(p, size);
}

/* jansson 2.14 does not look whether its buffer for one token could grow, and fails an assertion
 * further on. The sizes of that buffer are powers of two from 16 on; those are always granted. */
static void *jansson_malloc(size_t size)
{
	bool token_buffer = size >= 16 && (size & (size - 1)) == 0;

	return token_buffer ? __real_malloc(size) : __wrap_malloc(size);
}

static void *xml_malloc(size_t size)
{
	void *p = __wrap_malloc(size);

	has_failed_in_xml |= p == NULL;
	return p;
}

static void *xml_realloc(void *old, size_t size)
{
	void *p = __wrap_realloc(old, size);

	has_failed_in_xml |= p == NULL;
	return p;
}

static char *xml_strdup(const char *s)
{
	size_t size = strlen(s) + 1;
	char *copy = xml_malloc(size);

	return copy != NULL ? memcpy(copy, s, size) : NULL;
}

static const char *no_environment(const char *name)
{
	(void)name;
	return NULL;
}

static hv_usec some_time(void)
{
	return 1795300000 * HV_USEC_PER_SEC;
}

struct outcome {
	int status;
	size_t len;
	char text[MAX_OUTPUT];
};

static void run(const struct hv_check *check, int argc, char *const *argv, struct outcome *ret)
{
	int fd = memfd_create("out", MFD_CLOEXEC);
	struct hv_cli_env env = { .env = no_environment, .clock = some_time, .out_fd = fd };
	ssize_t n;

	assert_true(fd >= 0);
	ret->status = check->runs_checks ? hv_doctor_run(check, hv_all_checks, argc, argv, &env)
					 : hv_check_run(check, argc, argv, &env);
	n = pread(fd, ret->text, sizeof(ret->text), 0);
	assert_true(n >= 0);
	ret->len = (size_t)n;
	close(fd);
}

/* libxml2 2.9 takes some refusals for bad input: one event is then told as damage, one answer of a
 * guest as not known. That may change the text, and must not make the result better. */
static bool is_honest(const struct outcome *one, const struct outcome *whole)
{
	if (one->status == HV_UNKNOWN)
		return true;
	if (has_failed_in_xml)
		return one->status == whole->status;
	return one->status == whole->status && one->len == whole->len &&
	       memcmp(one->text, whole->text, one->len) == 0;
}

static void fail_each(const struct hv_check *check, int argc, char *const *argv)
{
	static struct outcome whole;
	static struct outcome one;
	long n = 0;

	countdown = -1;
	run(check, argc, argv, &whole);
	do {
		assert_true(n < MAX_ALLOCATIONS);
		has_failed = false;
		has_failed_in_xml = false;
		countdown = n++;
		run(check, argc, argv, &one);
		countdown = -1;
		if (!is_honest(&one, &whole))
			fail_msg("%s: allocation %ld refused: status %d, text %.*s", check->name,
				n - 1, one.status, (int)one.len, one.text);
	} while (has_failed);
	print_message("# %s: %ld allocations\n", check->name, n - 1);
	assert_true(n > 10);
}

static char *path_of(const char *file)
{
	static char paths[4][4096];
	static size_t next;
	const char *srcdir = getenv("srcdir");
	char *path = paths[next++ % HV_ARRAY_LEN(paths)];
	int n = snprintf(path, sizeof(paths[0]), "%s/%s", srcdir != NULL ? srcdir : ".", file);

	assert_true(n > 0 && (size_t)n < sizeof(paths[0]));
	return path;
}

static void capture_with(const struct hv_check *check)
{
	char option[] = "--capture";
	char verbose[] = "-vv";
	char name[] = "check";
	char *argv[] = { name, option, path_of("doc/examples/fault-capture.json"), verbose, NULL };

	fail_each(check, 4, argv);
}

static void test_acl(void **state)
{
	(void)state;
	capture_with(&check_hyperv_acl);
}

static void test_space(void **state)
{
	(void)state;
	capture_with(&check_hyperv_space);
}

static void test_layout(void **state)
{
	(void)state;
	capture_with(&check_hyperv_layout);
}

static void test_updates(void **state)
{
	(void)state;
	capture_with(&check_hyperv_updates);
}

static void test_volumes(void **state)
{
	(void)state;
	capture_with(&check_hyperv_volumes);
}

static void test_backup(void **state)
{
	(void)state;
	capture_with(&check_hyperv_backup);
}

static void test_vss(void **state)
{
	(void)state;
	capture_with(&check_hyperv_vss);
}

static void test_events(void **state)
{
	(void)state;
	capture_with(&check_hyperv_events);
}

static void test_events_json(void **state)
{
	char option[] = "--capture";
	char output[] = "--output=json";
	char name[] = "check";
	char *argv[] = { name, option, path_of("doc/examples/fault-capture.json"), output, NULL };

	(void)state;
	fail_each(&check_hyperv_events, 4, argv);
}

static const struct hv_opt doctor_options[] = {
	HV_OPT(struct hv_doctor_options, set, 0, "set", "CHECK.OPTION=VALUE", NULL, "Set."),
	HV_OPT_END,
};

static const struct hv_check doctor = {
	.name = "hyperv_doctor",
	.label = "DOCTOR",
	.options = doctor_options,
	.config_size = sizeof(struct hv_doctor_options),
	.runs_checks = true,
};

static void doctor_with(const char *form)
{
	char option[] = "--capture";
	char setting[] = "--set=layout.backup-volumes=C:,E:";
	char name[] = "doctor";
	char output[32];
	char *argv[] = { name, option, path_of("doc/examples/fault-capture.json"), output, setting,
		NULL };

	assert_true(snprintf(output, sizeof(output), "--output=%s", form) > 0);
	fail_each(&doctor, 5, argv);
}

static void test_doctor(void **state)
{
	(void)state;
	doctor_with("text");
}

static void test_doctor_json(void **state)
{
	(void)state;
	doctor_with("json");
}

static void test_doctor_markdown(void **state)
{
	(void)state;
	doctor_with("markdown");
}

static void test_doctor_html(void **state)
{
	(void)state;
	doctor_with("html");
}

/* --- The agent --- */

static const char agent_text[] = "[agent]\nworkers = 4\n"
				 "[defaults]\nexclude = a\nexclude = b\nspace.warning = 20:\n"
				 "[host one]\nexclude = c\nvolumes.all = yes\nskip = acl\n"
				 "[host two]\ninterval = 1m\n";

/* The configuration is there as a whole, or memory was short. */
static void test_agent_config(void **state)
{
	long n = 0;

	(void)state;
	do {
		HV_AUTO(agent_config) config;
		HV_AUTO(buf) errors = { .max = MAX_OUTPUT };
		struct hv_err err = HV_ERR_INIT;
		int result;

		assert_true(n < MAX_ALLOCATIONS);
		hv_agent_config_init(&config);
		has_failed = false;
		countdown = n++;
		result = hv_agent_config_read_text(
			&config, agent_text, sizeof(agent_text) - 1, "f", &errors, &err);
		countdown = -1;
		assert_int_equal(errors.len, 0);
		assert_int_equal(config.host_count, result == 0 ? 2 : 0);
		if (result == 0) {
			assert_int_equal(config.hosts[0].common.exclude.count, 3);
			assert_int_equal(config.hosts[0].checks.set.count, 2);
			assert_string_equal(config.hosts[1].check_names[0], "acl");
		} else if (err.kind != HV_ERR_NO_MEMORY) {
			fail_msg("allocation %ld refused: %s", n - 1, err.text);
		}
	} while (has_failed);
	print_message("# agent config: %ld allocations\n", n - 1);
	assert_true(n > 10);
}

static void read_snapshot(struct hv_snapshot *ret, const struct hv_buf *bytes)
{
	struct hv_err err = HV_ERR_INIT;

	hv_snapshot_init(ret);
	if (hv_snapshot_read(ret, hv_buf_str(bytes), bytes->len, &err) != 0)
		fail_msg("%s", err.text);
}

static enum hv_state worst_of(const struct hv_snapshot *s)
{
	enum hv_state worst = HV_OK;

	for (size_t i = 0; i < s->check_count; i++)
		worst = hv_state_worse(worst, s->checks[i].state);
	return worst;
}

/* Nothing, a poll that failed, or the whole truth; see is_honest(). */
static bool is_honest_poll(const struct hv_buf *one, const struct hv_buf *whole)
{
	HV_AUTO(snapshot) s;
	HV_AUTO(snapshot) truth;

	hv_snapshot_init(&s);
	hv_snapshot_init(&truth);
	if (one->len == 0)
		return true;
	read_snapshot(&s, one);
	read_snapshot(&truth, whole);
	if (!s.answered)
		return true;
	if (has_failed_in_xml)
		return worst_of(&s) == worst_of(&truth);
	return one->len == whole->len &&
	       memcmp(hv_buf_str(one), hv_buf_str(whole), whole->len) == 0;
}

static void fail_each_of_poll(const struct hv_poll *poll)
{
	HV_AUTO(buf) whole = { .max = HV_SNAPSHOT_BYTES_MAX };
	long n = 0;

	hv_poll_work(poll, &whole);
	do {
		HV_AUTO(buf) one = { .max = HV_SNAPSHOT_BYTES_MAX };

		assert_true(n < MAX_ALLOCATIONS);
		has_failed = false;
		has_failed_in_xml = false;
		countdown = n++;
		hv_poll_work(poll, &one);
		countdown = -1;
		if (!is_honest_poll(&one, &whole))
			fail_msg("poll: allocation %ld refused", n - 1);
	} while (has_failed);
	print_message("# poll: %ld allocations\n", n - 1);
	assert_true(n > 10);
}

static void test_poll(void **state)
{
	const struct hv_cli_env env = { .env = no_environment, .clock = some_time };
	HV_AUTO(agent_config) config;
	HV_AUTO(buf) errors = { .max = MAX_OUTPUT };
	HV_AUTO(buf) text = { .max = MAX_OUTPUT };
	struct hv_err err = HV_ERR_INIT;
	struct hv_poll poll = { .env = &env, .checks = hv_all_checks };

	(void)state;
	countdown = -1;
	hv_agent_config_init(&config);
	hv_buf_addf(&text, "[host a]\ncapture = %s\nmax-age = 520w\n",
		path_of("doc/examples/fault-capture.json"));
	if (hv_agent_config_read_text(&config, hv_buf_str(&text), text.len, "f", &errors, &err) !=
		0)
		fail_msg("%s", hv_buf_str(&errors));
	poll.host = &config.hosts[0];
	fail_each_of_poll(&poll);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_space),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_acl),
		cmocka_unit_test(test_updates),
		cmocka_unit_test(test_volumes),
		cmocka_unit_test(test_backup),
		cmocka_unit_test(test_vss),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_events_json),
		cmocka_unit_test(test_doctor),
		cmocka_unit_test(test_doctor_json),
		cmocka_unit_test(test_doctor_markdown),
		cmocka_unit_test(test_doctor_html),
		cmocka_unit_test(test_agent_config),
		cmocka_unit_test(test_poll),
	};

	json_set_alloc_funcs(jansson_malloc, free);
	xmlMemSetup(free, xml_malloc, xml_realloc, xml_strdup);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
