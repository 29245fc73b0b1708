/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One poll: what a worker's bytes say of a recorded host is what the doctor says of it, and a poll
 * that fails says why. */
#include <jansson.h>
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

#include "base/file.h"
#include "check/all-checks.h"
#include "cli/doctor.h"
#include "mibs/poll.h"

enum { PATH_MAX_BYTES = 4096, PAGE_MAX = 4 << 20, CONFIG_MAX = 1 << 16 };

struct fixture {
	struct hv_cli_env env;
	struct hv_agent_config config;
	struct hv_buf out;
	struct hv_snapshot snapshot;
};

static void forbidden_deadline(void *ctx, hv_usec limit, enum hv_state state)
{
	(void)ctx;
	(void)limit;
	(void)state;
	fail_msg("a poll ends no process");
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return -1;
	hv_cli_process_env(&f->env);
	f->env.deadline = forbidden_deadline;
	hv_agent_config_init(&f->config);
	hv_buf_init(&f->out, HV_SNAPSHOT_BYTES_MAX);
	hv_snapshot_init(&f->snapshot);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	hv_snapshot_done(&f->snapshot);
	hv_buf_done(&f->out);
	hv_agent_config_done(&f->config);
	free(f);
	return 0;
}

static void example_path(const char *name, char ret[PATH_MAX_BYTES])
{
	const char *srcdir = getenv("srcdir");
	int n = snprintf(ret, PATH_MAX_BYTES, "%s/doc/examples/%s-capture.json",
		srcdir != NULL ? srcdir : ".", name);

	assert_true(n > 0 && n < PATH_MAX_BYTES);
}

static void poll_again(struct fixture *f)
{
	const struct hv_poll poll = {
		.host = &f->config.hosts[0],
		.env = &f->env,
		.checks = hv_all_checks,
	};
	struct hv_err err = HV_ERR_INIT;

	hv_buf_clear(&f->out);
	hv_poll_work(&poll, &f->out);
	hv_snapshot_done(&f->snapshot);
	hv_snapshot_init(&f->snapshot);
	if (hv_snapshot_read(&f->snapshot, hv_buf_str(&f->out), f->out.len, &err) != 0)
		fail_msg("%s", err.text);
}

/* A host with these lines, polled. */
static void run_poll(struct fixture *f, const char *lines)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) text = { .max = CONFIG_MAX };
	HV_AUTO(buf) errors = { .max = CONFIG_MAX };

	hv_buf_addf(&text, "[host a]\n%s", lines);
	if (hv_agent_config_read_text(
		    &f->config, hv_buf_str(&text), text.len, "x.conf", &errors, &err) != 0)
		fail_msg("%s", hv_buf_str(&errors));
	poll_again(f);
}

static void poll_example(struct fixture *f, const char *name, const char *more)
{
	char path[PATH_MAX_BYTES];
	HV_AUTO(buf) lines = { .max = CONFIG_MAX };

	example_path(name, path);
	hv_buf_addf(&lines, "capture = %s\nmax-age = 520w\n%s", path, more);
	run_poll(f, hv_buf_str(&lines));
}

/* -1: there is no such row. */
static int state_of(const struct fixture *f, const char *check)
{
	for (size_t i = 0; i < f->snapshot.check_count; i++)
		if (strcmp(f->snapshot.checks[i].check, check) == 0)
			return (int)f->snapshot.checks[i].state;
	return -1;
}

static const struct hv_opt doctor_options[] = {
	HV_OPT(struct hv_doctor_options, set, 0, "set", "CHECK.OPTION=VALUE", NULL, "h"),
	HV_OPT(struct hv_doctor_options, skip, 0, "skip", "CHECK", NULL, "h"),
	HV_OPT(struct hv_doctor_options, list, 0, "list", NULL, NULL, "h"),
	HV_OPT_END,
};

static const struct hv_check doctor = {
	.name = "hyperv_doctor",
	.label = "DOCTOR",
	.summary = "Everything",
	.uses = HV_SEC(HV_SECTION_COUNT) - 1,
	.options = doctor_options,
	.config_size = sizeof(struct hv_doctor_options),
	.runs_checks = true,
};

/* The doctor's page on the capture. */
static json_t *doctor_says(const char *name)
{
	char path[PATH_MAX_BYTES];
	char program[] = "hyperv_doctor";
	char capture[] = "--capture";
	char output[] = "--output=json";
	char *argv[] = { program, capture, path, output, NULL };
	struct hv_cli_env env;
	char *page = malloc(PAGE_MAX);
	json_t *root;
	ssize_t len;

	assert_non_null(page);
	example_path(name, path);
	hv_cli_process_env(&env);
	env.out_fd = memfd_create("page", MFD_CLOEXEC);
	assert_true(env.out_fd >= 0);
	(void)hv_doctor_run(&doctor, hv_all_checks, 4, argv, &env);
	len = pread(env.out_fd, page, PAGE_MAX, 0);
	close(env.out_fd);
	assert_true(len > 0 && len < PAGE_MAX);
	root = json_loadb(page, (size_t)len, 0, NULL);
	free(page);
	assert_non_null(root);
	return root;
}

static const char *string_of(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	assert_non_null(s);
	return s;
}

static void assert_as_the_doctor(struct fixture *f, const char *name)
{
	static const char prefix[] = "check_hyperv_";
	json_t *page = doctor_says(name);
	const json_t *steps = json_object_get(page, "steps");
	const json_t *step;
	size_t i;

	poll_example(f, name, "");
	assert_true(f->snapshot.answered);
	assert_string_equal(f->snapshot.error, "");
	assert_string_equal(f->snapshot.computer, "HV01");
	assert_int_equal(f->snapshot.check_count, json_array_size(steps));
	assert_int_equal(f->snapshot.vm_count, json_array_size(json_object_get(page, "vms")));
	json_array_foreach(steps, i, step)
	{
		const json_t *report = json_object_get(step, "report");
		const char *check = string_of(report, "check") + strlen(prefix);

		assert_int_equal(state_of(f, check),
			(int)json_integer_value(json_object_get(report, "status")));
		assert_string_equal(f->config.hosts[0].check_names[i], f->snapshot.checks[i].check);
	}
	assert_null(f->config.hosts[0].check_names[json_array_size(steps)]);
	json_decref(page);
}

static void test_poll_finds_what_the_doctor_finds(void **state)
{
	struct fixture *f = *state;

	assert_as_the_doctor(f, "fault");
	assert_int_equal(state_of(f, "layout"), HV_CRITICAL);
	assert_true(f->snapshot.finding_count > 0);
	assert_as_the_doctor(f, "repaired");
	assert_int_equal(state_of(f, "layout"), HV_OK);
	assert_int_equal(f->snapshot.finding_count, 0);
}

static void test_poll_takes_the_options_of_its_host(void **state)
{
	struct fixture *f = *state;

	poll_example(
		f, "fault", "skip = updates\nlayout.rule = split-root=warning\nexclude = dc01\n");
	assert_true(f->snapshot.answered);
	assert_int_equal(state_of(f, "updates"), -1);
	assert_int_equal(state_of(f, "layout"), HV_WARNING);
	assert_int_equal(f->snapshot.vm_count, 3);
	for (size_t i = 0; i < f->snapshot.vm_count; i++)
		assert_string_not_equal(f->snapshot.vms[i].name, "dc01");
}

/* Of which no check can judge anything: one reason, not one for each check. */
static void test_poll_heeds_the_age_of_a_capture(void **state)
{
	struct fixture *f = *state;

	poll_example(f, "repaired", "max-age = 1s\n");
	assert_false(f->snapshot.answered);
	assert_non_null(strstr(f->snapshot.error, "no check could judge anything: the data are"));
}

static void test_poll_says_why_it_failed(void **state)
{
	struct fixture *f = *state;

	run_poll(f, "capture = /nosuch/host.json\nmax-age = 520w\n");
	assert_false(f->snapshot.answered);
	assert_non_null(strstr(f->snapshot.error, "/nosuch/host.json"));
	assert_int_equal(f->snapshot.check_count, 0);
	assert_int_equal(f->snapshot.vm_count, 0);
}

static void write_authfile(const char *path, const char *text)
{
	struct hv_err err = HV_ERR_INIT;

	if (hv_file_write_atomic(path, text, strlen(text), 0600, &err) != 0)
		fail_msg("%s", err.text);
}

/* Nothing listens at port 1: what failed, and what to type against it. */
static void test_poll_says_what_helps(void **state)
{
	struct fixture *f = *state;
	char path[] = "/tmp/test_poll.XXXXXX";
	HV_AUTO(buf) lines = { .max = CONFIG_MAX };

	assert_non_null(mkdtemp(path));
	hv_buf_addf(&lines,
		"hostname = 127.0.0.1\nport = 1\nauth = basic\nallow-unencrypted = yes\nauthfile = %s/auth\n",
		path);
	hv_buf_addf(&f->out, "%s/auth", path);
	write_authfile(hv_buf_str(&f->out), "username = monitor\npassword = hunter2\n");
	run_poll(f, hv_buf_str(&lines));
	assert_false(f->snapshot.answered);
	assert_non_null(strstr(f->snapshot.error, "127.0.0.1: "));
	assert_non_null(strstr(f->snapshot.error, "; on the host: "));
	assert_null(strstr(f->snapshot.error, "hunter2"));

	/* It is read anew for each poll, when the configuration has long been read. */
	hv_buf_clear(&f->out);
	hv_buf_addf(&f->out, "%s/auth", path);
	assert_int_equal(unlink(hv_buf_str(&f->out)), 0);
	poll_again(f);
	assert_false(f->snapshot.answered);
	assert_non_null(strstr(f->snapshot.error, "--authfile: "));
	assert_int_equal(rmdir(path), 0);
}

/* As the last resort nothing is written, rather than a part. */
static void test_poll_writes_all_or_nothing(void **state)
{
	struct fixture *f = *state;
	struct hv_poll poll = { .env = &f->env, .checks = hv_all_checks };
	HV_AUTO(buf) small = { .max = 400 };
	HV_AUTO(buf) tiny = { .max = 4 };
	struct hv_err err = HV_ERR_INIT;

	poll_example(f, "repaired", "");
	poll.host = &f->config.hosts[0];
	hv_poll_work(&poll, &small);
	hv_snapshot_done(&f->snapshot);
	hv_snapshot_init(&f->snapshot);
	assert_int_equal(hv_snapshot_read(&f->snapshot, hv_buf_str(&small), small.len, &err), 0);
	assert_false(f->snapshot.answered);
	assert_string_not_equal(f->snapshot.error, "");
	hv_poll_work(&poll, &tiny);
	assert_int_equal(tiny.len, 0);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	static const struct CMUnitTest TESTS[] = {
		CASE(test_poll_finds_what_the_doctor_finds),
		CASE(test_poll_takes_the_options_of_its_host),
		CASE(test_poll_heeds_the_age_of_a_capture),
		CASE(test_poll_says_why_it_failed),
		CASE(test_poll_says_what_helps),
		CASE(test_poll_writes_all_or_nothing),
	};

	return cmocka_run_group_tests(TESTS, NULL, NULL);
}
