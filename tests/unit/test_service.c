/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The service with hosts that are made up, a clock that stands still until it is moved, and nobody
 * but the test on the other side of AgentX. Its workers are real. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "mibs/poll.h"
#include "mibs/service-parts.h"
#include "mibs/service.h"

enum {
	HOSTS_MAX = 40,
	TEXT_MAX = 64 << 10,
	STEPS_MAX = 2000,
	STEP_MS = 20,
};

#define INTERVAL (300 * HV_USEC_PER_SEC)
#define START    (1000 * HV_USEC_PER_SEC)

/* A clock has no context. */
static hv_usec now_usec;

static hv_usec monotonic(void *unused)
{
	(void)unused;
	return now_usec;
}

static hv_usec wall(void)
{
	return 1700000000 * HV_USEC_PER_SEC + now_usec;
}

static void pass(hv_usec time)
{
	now_usec += time;
}

static int not_random(void *ret, size_t len)
{
	memset(ret, 7, len);
	return 0;
}

struct scene {
	struct hv_cli_env env; /* first: a poll finds the scene by it */
	/* What hosts do; names of those that are otherwise. */
	enum hv_state state;
	const char *failing, *crashing, *hanging;
	/* What the next configuration is. */
	const char *names[HOSTS_MAX];
	size_t name_count;
	const char *username; /* of the first */
	const char *state_file;
	bool wrong;
	bool tells_first;
	bool has_master;
	size_t notices;
	char last_notice[256];
	struct hv_agent_log log;
	int log_end;
	char log_text[TEXT_MAX];
	struct hv_sd_notify manager;
	int manager_end;
	struct hv_service *service;
	struct hv_agentx_plan agentx;
};

static bool is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

/* --- What stands around the service --- */

static void work(const void *arg, struct hv_buf *out)
{
	const struct hv_poll *poll = arg;
	const struct scene *scene = (const void *)poll->env;
	struct hv_snapshot_check check = { "layout", scene->state, "as it is" };
	struct hv_snapshot s;

	if (is(scene->crashing, poll->host->name))
		raise(SIGSEGV);
	if (is(scene->hanging, poll->host->name))
		pause();
	hv_snapshot_init(&s);
	if (is(scene->failing, poll->host->name)) {
		assert_int_equal(hv_snapshot_make_failed(&s, "no answer", NULL), 0);
	} else {
		s.answered = true;
		s.error = s.computer = s.windows = "";
		s.checks = &check;
		s.check_count = 1;
	}
	assert_int_equal(hv_snapshot_write(&s, out, NULL), 0);
}

static void fill_config(const struct scene *scene, struct hv_agent_config *ret)
{
	static const char *names[] = { "layout", NULL };

	hv_agent_config_done(ret);
	hv_agent_config_init(ret);
	ret->options = (struct hv_agent_options){
		.workers = { .value = 4 },
		.notify_states = true,
		.notify_reachability = true,
		.notify_first = scene->tells_first,
		.state_file = scene->state_file,
	};
	ret->hosts = hv_arena_array(&ret->arena, scene->name_count + 1, sizeof(*ret->hosts));
	assert_non_null(ret->hosts);
	ret->host_count = scene->name_count;
	for (size_t i = 0; i < scene->name_count; i++) {
		struct hv_agent_host *h = &ret->hosts[i];

		h->name = hv_arena_strdup(&ret->arena, scene->names[i]);
		h->common.timeout.usec = 60 * HV_USEC_PER_SEC;
		h->common.connect.username = i == 0 ? scene->username : NULL;
		h->common.connect.unreachable = HV_CRITICAL;
		h->interval.usec = INTERVAL;
		h->unreachable_after.value = 2;
		h->check_names = names;
	}
}

static int read_config(
	void *ctx, struct hv_agent_config *ret, struct hv_buf *errors, struct hv_err *err)
{
	const struct scene *scene = ctx;

	if (scene->wrong) {
		hv_buf_adds(errors, "x.conf:3: first\nx.conf:7: second\n");
		return hv_err_set(err, HV_ERR_ARGUMENT, "x.conf: 2 errors");
	}
	fill_config(scene, ret);
	return 0;
}

static bool notify(void *ctx, const struct hv_notice *notice)
{
	struct scene *scene = ctx;

	if (!scene->has_master)
		return false;
	scene->notices++;
	(void)snprintf(scene->last_notice, sizeof(scene->last_notice), "%d %s %s",
		(int)notice->kind, notice->host->name, notice->check ? notice->check->check : "");
	return true;
}

static void set_hosts(struct scene *scene, const char *const *names, size_t count)
{
	scene->name_count = count;
	for (size_t i = 0; i < count; i++)
		scene->names[i] = names[i];
}

static void init_scene(struct scene *scene)
{
	static const char *const NAMES[] = { "hv01" };

	now_usec = START;
	*scene = (struct scene){
		.env = { .clock = wall, .monotonic = monotonic, .random = not_random },
		.has_master = true,
	};
	set_hosts(scene, NAMES, 1);
}

static void open_log(struct scene *scene)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	scene->log = (struct hv_agent_log){ .fd = ends[1] };
	scene->log_end = ends[0];
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends), 0);
	scene->manager.fd = ends[1];
	scene->manager_end = ends[0];
}

static void open_service(struct scene *scene)
{
	const struct hv_service_plan plan = {
		.read_config = read_config,
		.work = work,
		.notify = notify,
		.ctx = scene,
		.env = &scene->env,
		.log = &scene->log,
		.manager = &scene->manager,
		.watchdog = 30 * HV_USEC_PER_SEC,
	};
	HV_AUTO(agent_config) config;
	struct hv_err err = HV_ERR_INIT;

	open_log(scene);
	hv_agent_config_init(&config);
	fill_config(scene, &config);
	scene->service = hv_service_new(&plan, &config, &err);
	assert_string_equal(err.text, "");
	assert_non_null(scene->service);
	hv_service_agentx(scene->service, &scene->agentx);
}

static void close_service(struct scene *scene)
{
	sigset_t set;

	hv_service_free(scene->service);
	close(scene->log.fd);
	close(scene->log_end);
	close(scene->manager.fd);
	close(scene->manager_end);
	sigemptyset(&set);
	(void)sigprocmask(SIG_SETMASK, &set, NULL);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left */
}

/* --- Looking --- */

static struct hv_board_host *host(const struct scene *scene, const char *name)
{
	return hv_board_find(&scene->service->board, name);
}

/* One turn of the loop. */
static void step(struct scene *scene)
{
	struct pollfd p = { .fd = scene->agentx.fd, .events = POLLIN };

	scene->agentx.tick(scene->agentx.ctx);
	if (poll(&p, 1, STEP_MS) > 0)
		scene->agentx.readable(scene->agentx.ctx);
}

static void settle(struct scene *scene)
{
	size_t steps = 0;

	do {
		step(scene);
		assert_true(++steps < STEPS_MAX);
	} while (hv_workers_running(scene->service->workers) > 0);
	step(scene);
}

static void step_until_polled(struct scene *scene, const char *name, uint64_t polls)
{
	for (size_t i = 0; host(scene, name)->polls < polls; i++) {
		assert_true(i < STEPS_MAX);
		step(scene);
	}
}

static void expect_log(struct scene *scene, const char *text)
{
	const ssize_t len = read(scene->log_end, scene->log_text, TEXT_MAX - 1);

	scene->log_text[len > 0 ? len : 0] = '\0';
	assert_string_equal(scene->log_text, text);
}

static void expect_told(const struct scene *scene, const char *message)
{
	char bytes[512];
	const ssize_t len = recv(scene->manager_end, bytes, sizeof(bytes) - 1, 0);

	bytes[len > 0 ? len : 0] = '\0';
	assert_string_equal(bytes, message);
}

static void forget_told(const struct scene *scene)
{
	char byte;

	while (recv(scene->manager_end, &byte, 1, 0) >= 0)
		;
}

/* --- Tests --- */

static void test_hosts_are_polled_again_and_again(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	open_service(&scene);
	assert_false(hv_board_is_reachable(host(&scene, "hv01")));
	settle(&scene);
	assert_true(hv_board_is_reachable(host(&scene, "hv01")));
	assert_int_equal(host(&scene, "hv01")->polls, 1);
	settle(&scene);
	assert_int_equal(host(&scene, "hv01")->polls, 1);
	pass(2 * INTERVAL);
	settle(&scene);
	assert_int_equal(host(&scene, "hv01")->polls, 2);
	close_service(&scene);
}

static void test_changes_are_logged_and_nothing_else(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	open_service(&scene);
	settle(&scene);
	expect_log(&scene, "hyperv_agentx: hv01: answers, OK\n");
	pass(2 * INTERVAL);
	settle(&scene);
	expect_log(&scene, "");
	scene.state = HV_WARNING;
	pass(2 * INTERVAL);
	settle(&scene);
	expect_log(&scene, "hyperv_agentx: hv01: layout: WARNING (was OK): as it is\n");
	pass(2 * INTERVAL);
	settle(&scene);
	expect_log(&scene, "");
	close_service(&scene);
}

static void test_a_host_that_fails_is_logged_until_it_answers(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	open_service(&scene);
	settle(&scene);
	expect_log(&scene, "hyperv_agentx: hv01: answers, OK\n");
	scene.failing = "hv01";
	pass(2 * INTERVAL);
	settle(&scene);
	expect_log(&scene, "hyperv_agentx: hv01: a poll failed: no answer\n");
	pass(5 * INTERVAL);
	settle(&scene);
	expect_log(&scene, "hyperv_agentx: hv01: cannot be reached: no answer\n");
	assert_string_equal(scene.last_notice, "1 hv01 ");
	pass(5 * INTERVAL);
	settle(&scene);
	expect_log(&scene, "");
	scene.failing = NULL;
	pass(5 * INTERVAL);
	settle(&scene);
	expect_log(&scene, "hyperv_agentx: hv01: can be reached again, OK\n");
	assert_string_equal(scene.last_notice, "2 hv01 ");
	close_service(&scene);
}

static void test_a_worker_that_dies_is_a_poll_that_failed(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.crashing = "hv01";
	open_service(&scene);
	settle(&scene);
	assert_int_equal(host(&scene, "hv01")->failures, 1);
	assert_string_equal(host(&scene, "hv01")->error, "its process was ended by signal 11");
	close_service(&scene);
}

/* What this system lacks says nothing about a host. */
static void test_a_poll_that_cannot_begin_is_put_off(void **state)
{
	struct rlimit before;
	struct rlimit low;
	struct scene scene;

	(void)state;
	init_scene(&scene);
	open_service(&scene);
	getrlimit(RLIMIT_NOFILE, &before);
	low = (struct rlimit){ .rlim_cur = 0, .rlim_max = before.rlim_max };
	setrlimit(RLIMIT_NOFILE, &low);
	scene.agentx.tick(scene.agentx.ctx);
	pass(INTERVAL);
	scene.agentx.tick(scene.agentx.ctx);
	setrlimit(RLIMIT_NOFILE, &before);
	assert_int_equal(host(&scene, "hv01")->polls, 0);
	expect_log(&scene,
		"hyperv_agentx: hv01: not polled: no pipe for a process: Too many open files\n");
	pass(INTERVAL);
	settle(&scene);
	assert_int_equal(host(&scene, "hv01")->polls, 1);
	close_service(&scene);
}

/* However long it lasts: a host is as good as it was. */
static void test_a_poll_that_could_not_begin_comes_soon(void **state)
{
	struct rlimit before;
	struct rlimit low;
	struct scene scene;

	(void)state;
	init_scene(&scene);
	open_service(&scene);
	settle(&scene);
	getrlimit(RLIMIT_NOFILE, &before);
	low = (struct rlimit){ .rlim_cur = 0, .rlim_max = before.rlim_max };
	setrlimit(RLIMIT_NOFILE, &low);
	for (int i = 0; i < 8; i++) {
		pass(INTERVAL);
		scene.agentx.tick(scene.agentx.ctx);
	}
	setrlimit(RLIMIT_NOFILE, &before);
	assert_int_equal(host(&scene, "hv01")->polls, 1);
	pass(10 * HV_USEC_PER_SEC);
	settle(&scene);
	assert_int_equal(host(&scene, "hv01")->polls, 2);
	close_service(&scene);
}

static void test_notices_wait_for_a_master(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.tells_first = true;
	scene.state = HV_CRITICAL;
	scene.has_master = false;
	open_service(&scene);
	settle(&scene);
	assert_int_equal(scene.notices, 0);
	scene.has_master = true;
	step(&scene);
	assert_int_equal(scene.notices, 1);
	assert_string_equal(scene.last_notice, "0 hv01 layout");
	step(&scene);
	assert_int_equal(scene.notices, 1);
	close_service(&scene);
}

static void test_notices_come_a_few_at_a_time(void **state)
{
	static char names[HOSTS_MAX][8];
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.tells_first = true;
	scene.state = HV_CRITICAL;
	scene.has_master = false;
	scene.name_count = HOSTS_MAX;
	for (size_t i = 0; i < HOSTS_MAX; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "hv%02zu", i);
		scene.names[i] = names[i];
	}
	open_service(&scene);
	pass(HOSTS_MAX * HV_USEC_PER_SEC);
	settle(&scene);
	scene.has_master = true;
	step(&scene);
	step(&scene);
	assert_int_equal(scene.notices, HV_SERVICE_NOTICES_PER_SEC);
	pass(HV_USEC_PER_SEC);
	step(&scene);
	assert_int_equal(scene.notices, 2 * HV_SERVICE_NOTICES_PER_SEC);
	close_service(&scene);
}

static void test_the_manager_hears_of_it(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.state = HV_CRITICAL;
	open_service(&scene);
	hv_service_ready(scene.service);
	expect_told(&scene, "READY=1");
	settle(&scene);
	forget_told(&scene);
	assert_string_equal(scene.service->status, "1 host, 1 reachable, worst CRITICAL");
	step(&scene);
	expect_told(&scene, ""); /* the same is not told again */
	pass(30 * HV_USEC_PER_SEC);
	step(&scene);
	expect_told(&scene, "WATCHDOG=1");
	step(&scene);
	expect_told(&scene, "");
	close_service(&scene);
}

static void test_a_reload_keeps_what_is_known(void **state)
{
	static const char *const BEFORE[] = { "hv01", "hv02", "hv03" };
	static const char *const AFTER[] = { "hv04", "hv01", "hv03" };
	struct scene scene;

	(void)state;
	init_scene(&scene);
	set_hosts(&scene, BEFORE, 3);
	open_service(&scene);
	pass(3 * HV_USEC_PER_SEC);
	settle(&scene);
	assert_int_equal(scene.service->board.polls, 3);
	scene.hanging = "hv02";
	pass(2 * INTERVAL);
	step_until_polled(&scene, "hv03", 2);
	step_until_polled(&scene, "hv01", 2);
	assert_int_equal(hv_workers_running(scene.service->workers), 1);
	forget_told(&scene);
	set_hosts(&scene, AFTER, 3);
	raise(SIGHUP);
	settle(&scene); /* the one that hangs is gone with its host */
	expect_told(&scene, "RELOADING=1\nMONOTONIC_USEC=1603000000");
	expect_told(&scene, "READY=1");
	assert_null(host(&scene, "hv02"));
	assert_int_equal(host(&scene, "hv01")->polls, 2);
	assert_int_equal(host(&scene, "hv03")->polls, 2);
	assert_int_equal(host(&scene, "hv04")->polls, 1);
	pass(2 * INTERVAL);
	settle(&scene);
	assert_int_equal(host(&scene, "hv01")->polls, 3);
	close_service(&scene);
}

static void test_a_host_that_is_asked_otherwise_is_asked_soon(void **state)
{
	static const char *const NAMES[] = { "hv01", "hv02" };
	struct scene scene;

	(void)state;
	init_scene(&scene);
	set_hosts(&scene, NAMES, 2);
	open_service(&scene);
	pass(2 * HV_USEC_PER_SEC);
	settle(&scene);
	scene.username = "somebody else";
	raise(SIGHUP);
	settle(&scene);
	assert_int_equal(host(&scene, "hv01")->polls, 2);
	assert_int_equal(host(&scene, "hv02")->polls, 1);
	close_service(&scene);
}

static void test_a_wrong_configuration_changes_nothing(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	open_service(&scene);
	settle(&scene);
	expect_log(&scene, "hyperv_agentx: hv01: answers, OK\n");
	forget_told(&scene);
	scene.wrong = true;
	raise(SIGHUP);
	settle(&scene);
	expect_log(&scene, "hyperv_agentx: x.conf:3: first\nhyperv_agentx: x.conf:7: second\n"
			   "hyperv_agentx: the configuration stays as it was: x.conf: 2 errors\n");
	expect_told(&scene, "RELOADING=1\nMONOTONIC_USEC=1000000000");
	expect_told(&scene, "READY=1");
	assert_non_null(host(&scene, "hv01"));
	assert_false(hv_service_is_over(scene.service));
	close_service(&scene);
}

static void test_it_ends_when_told(void **state)
{
	static const int SIGNALS[] = { SIGTERM, SIGINT };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(SIGNALS); i++) {
		struct scene scene;

		init_scene(&scene);
		scene.hanging = "hv01";
		open_service(&scene);
		step(&scene);
		assert_false(hv_service_is_over(scene.service));
		raise(SIGNALS[i]);
		step(&scene);
		assert_true(hv_service_is_over(scene.service));
		close_service(&scene); /* with the worker */
	}
}

/* --- What was told outlives it --- */

static char folder[] = "/tmp/test_service.XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void write_state(const struct scene *scene, const char *text)
{
	FILE *f = fopen(scene->state_file, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void expect_state(const struct scene *scene, const char *text)
{
	char bytes[1024];
	FILE *f = fopen(scene->state_file, "r");
	size_t len;

	assert_non_null(f);
	len = fread(bytes, 1, sizeof(bytes) - 1, f);
	bytes[len] = '\0';
	fclose(f);
	assert_string_equal(bytes, text);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

#define MAGIC "# hyperv_agentx: told, 1\n"

/* Another start with the same file, after a crash or when it was told to end. */
static void start_again(struct scene *scene, bool end)
{
	if (end)
		hv_service_end(scene->service);
	close_service(scene);
	scene->notices = 0;
	scene->last_notice[0] = '\0';
	open_service(scene);
	settle(scene);
}

static void test_a_start_goes_on_from_what_was_told(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.state_file = in_folder("told");
	open_service(&scene);
	settle(&scene);
	assert_int_equal(scene.notices, 0);
	expect_state(&scene, MAGIC "[host hv01]\nunreachable = no\nlayout = OK\n");
	start_again(&scene, false);
	assert_int_equal(scene.notices, 0);
	scene.state = HV_CRITICAL;
	start_again(&scene, false);
	assert_int_equal(scene.notices, 1);
	assert_string_equal(scene.last_notice, "0 hv01 layout");
	expect_state(&scene, MAGIC "[host hv01]\nunreachable = no\nlayout = CRITICAL\n");
	start_again(&scene, false);
	assert_int_equal(scene.notices, 0);
	scene.state = HV_OK;
	start_again(&scene, false);
	assert_int_equal(scene.notices, 1);
	close_service(&scene);
	unlink(scene.state_file);
}

static void test_without_a_file_each_start_begins_anew(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	open_service(&scene);
	settle(&scene);
	scene.state = HV_CRITICAL;
	start_again(&scene, true);
	assert_int_equal(scene.notices, 0);
	close_service(&scene);
}

static void test_a_host_that_was_gone_is_told_to_be_back(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.state_file = in_folder("told");
	write_state(&scene, MAGIC "[host hv01]\nunreachable = yes\nlayout = OK\n"
				  "[host gone]\nlayout = OK\n");
	open_service(&scene);
	settle(&scene);
	assert_int_equal(scene.notices, 1);
	assert_string_equal(scene.last_notice, "2 hv01 ");
	expect_state(&scene, MAGIC "[host hv01]\nunreachable = no\nlayout = OK\n");
	close_service(&scene);
	unlink(scene.state_file);
}

/* What nobody could be told of is told after the next start. */
static void test_what_was_not_told_is_not_kept_as_told(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.state_file = in_folder("told");
	write_state(&scene, MAGIC "[host hv01]\nunreachable = no\nlayout = OK\n");
	scene.state = HV_WARNING;
	scene.has_master = false;
	open_service(&scene);
	settle(&scene);
	scene.has_master = true;
	start_again(&scene, true);
	assert_int_equal(scene.notices, 1);
	close_service(&scene);
	unlink(scene.state_file);
}

/* Written at the end without another second, and not when nothing has changed. */
static void test_the_end_writes_what_is_new(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.state_file = in_folder("told");
	open_service(&scene);
	settle(&scene);
	unlink(scene.state_file);
	hv_service_end(scene.service);
	assert_int_equal(access(scene.state_file, F_OK), -1);
	scene.service->board.told_changes++;
	hv_service_end(scene.service);
	expect_state(&scene, MAGIC "[host hv01]\nunreachable = no\nlayout = OK\n");
	close_service(&scene);
	unlink(scene.state_file);
}

static void test_a_file_that_cannot_be_written_is_told_once(void **state)
{
	char text[256];
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.state_file = in_folder("none/told");
	(void)snprintf(text, sizeof(text),
		"hyperv_agentx: state-file: %s: No such file or directory\n"
		"hyperv_agentx: hv01: answers, OK\n",
		scene.state_file);
	open_service(&scene);
	settle(&scene);
	expect_log(&scene, text);
	pass(INTERVAL / 2);
	settle(&scene);
	expect_log(&scene, "");
	/* It goes on when there is room for it. */
	(void)snprintf(text, sizeof(text), "%s/none", folder);
	assert_int_equal(mkdir(text, 0700), 0);
	step(&scene); /* not at once */
	assert_int_equal(access(scene.state_file, F_OK), -1);
	pass(60 * HV_USEC_PER_SEC);
	step(&scene);
	expect_state(&scene, MAGIC "[host hv01]\nunreachable = no\nlayout = OK\n");
	close_service(&scene);
	unlink(scene.state_file);
	rmdir(text);
}

/* There is no later then. */
static void test_the_end_tries_once_more(void **state)
{
	char text[256];
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.state_file = in_folder("none/told");
	open_service(&scene);
	settle(&scene);
	(void)snprintf(text, sizeof(text), "%s/none", folder);
	assert_int_equal(mkdir(text, 0700), 0);
	hv_service_end(scene.service);
	expect_state(&scene, MAGIC "[host hv01]\nunreachable = no\nlayout = OK\n");
	close_service(&scene);
	unlink(scene.state_file);
	rmdir(text);
}

static void test_a_foreign_file_stays_as_it_is(void **state)
{
	char text[256];
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.state_file = in_folder("told");
	write_state(&scene, "password = x\n");
	(void)snprintf(text, sizeof(text),
		"hyperv_agentx: state-file: not used, and not written: %s: not written by this "
		"program\nhyperv_agentx: hv01: answers, OK\n",
		scene.state_file);
	open_service(&scene);
	settle(&scene);
	expect_log(&scene, text);
	hv_service_end(scene.service);
	expect_state(&scene, "password = x\n");
	close_service(&scene);
	unlink(scene.state_file);
}

static void test_odd_lines_are_told_once_and_gone_then(void **state)
{
	char text[256];
	struct scene scene;

	(void)state;
	init_scene(&scene);
	scene.state_file = in_folder("told");
	write_state(&scene, MAGIC "[host hv01]\nlayout = RED\nlayout\nlayout = CRITICAL\n");
	(void)snprintf(text, sizeof(text),
		"hyperv_agentx: state-file: %s:3: means nothing; 2 such lines passed over\n"
		"hyperv_agentx: hv01: answers, OK\n",
		scene.state_file);
	open_service(&scene);
	settle(&scene);
	expect_log(&scene, text);
	assert_string_equal(scene.last_notice, "0 hv01 layout");
	expect_state(&scene, MAGIC "[host hv01]\nunreachable = no\nlayout = OK\n");
	close_service(&scene);
	unlink(scene.state_file);
}

static void test_another_file_is_for_the_next_start(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	open_service(&scene);
	settle(&scene);
	expect_log(&scene, "hyperv_agentx: hv01: answers, OK\n");
	scene.state_file = in_folder("told");
	raise(SIGHUP);
	settle(&scene);
	expect_log(&scene, "hyperv_agentx: state-file: changes with the next start\n"
			   "hyperv_agentx: configuration read, hosts: 1\n");
	assert_int_equal(access(scene.state_file, F_OK), -1);
	close_service(&scene);
}

static void test_polls_are_held_against_each_other(void **state)
{
	static const char *NAMES[] = { "layout", "space", NULL };
	static const char *ITEMS[] = { "space.warning=20:" };
	struct hv_agent_host a = { .name = "a", .check_names = NAMES };
	struct hv_agent_host b = { .name = "a", .line = 7, .check_names = NAMES };
	struct hv_agent_host c;

	(void)state;
	assert_true(hv_service_same_poll(&a, &b));
	c = b;
	c.common.connect.insecure = true;
	assert_false(hv_service_same_poll(&a, &c));
	c = b;
	c.common.connect.hostname = "hv01";
	assert_false(hv_service_same_poll(&a, &c));
	c = b;
	c.interval.usec = 7;
	assert_false(hv_service_same_poll(&a, &c));
	c = b;
	c.common.include = (struct hv_list){ .items = ITEMS, .count = 1 };
	assert_false(hv_service_same_poll(&a, &c));
	c = b;
	c.checks.set = (struct hv_list){ .items = ITEMS, .count = 1 };
	assert_false(hv_service_same_poll(&a, &c));
	c = b;
	c.check_names = &NAMES[1];
	assert_false(hv_service_same_poll(&a, &c));
	assert_false(hv_service_same_poll(&c, &a));
}

static void test_the_end_comes_before_a_reload(void **state)
{
	struct scene scene;

	(void)state;
	init_scene(&scene);
	open_service(&scene);
	settle(&scene);
	expect_log(&scene, "hyperv_agentx: hv01: answers, OK\n");
	raise(SIGHUP);
	raise(SIGTERM);
	step(&scene);
	assert_true(hv_service_is_over(scene.service));
	expect_log(&scene, "");
	close_service(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts_are_polled_again_and_again),
		cmocka_unit_test(test_changes_are_logged_and_nothing_else),
		cmocka_unit_test(test_a_host_that_fails_is_logged_until_it_answers),
		cmocka_unit_test(test_a_worker_that_dies_is_a_poll_that_failed),
		cmocka_unit_test(test_a_poll_that_cannot_begin_is_put_off),
		cmocka_unit_test(test_a_poll_that_could_not_begin_comes_soon),
		cmocka_unit_test(test_notices_wait_for_a_master),
		cmocka_unit_test(test_notices_come_a_few_at_a_time),
		cmocka_unit_test(test_the_manager_hears_of_it),
		cmocka_unit_test(test_a_reload_keeps_what_is_known),
		cmocka_unit_test(test_a_host_that_is_asked_otherwise_is_asked_soon),
		cmocka_unit_test(test_a_wrong_configuration_changes_nothing),
		cmocka_unit_test(test_it_ends_when_told),
		cmocka_unit_test(test_the_end_comes_before_a_reload),
		cmocka_unit_test(test_a_start_goes_on_from_what_was_told),
		cmocka_unit_test(test_without_a_file_each_start_begins_anew),
		cmocka_unit_test(test_a_host_that_was_gone_is_told_to_be_back),
		cmocka_unit_test(test_what_was_not_told_is_not_kept_as_told),
		cmocka_unit_test(test_the_end_writes_what_is_new),
		cmocka_unit_test(test_a_file_that_cannot_be_written_is_told_once),
		cmocka_unit_test(test_the_end_tries_once_more),
		cmocka_unit_test(test_a_foreign_file_stays_as_it_is),
		cmocka_unit_test(test_odd_lines_are_told_once_and_gone_then),
		cmocka_unit_test(test_another_file_is_for_the_next_start),
		cmocka_unit_test(test_polls_are_held_against_each_other),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
