/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers: whatever becomes of one, its job is told of once, the others go on, and nothing waits
 * for it. */
#include <errno.h>
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
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "mibs/workers.h"

enum {
	MAX_JOBS = 40,
	RESULT_MAX = 9 << 20,
	BIG = 8 << 20,
	PATIENCE_MS = 60000, /* a machine may be slow; nothing here takes that long */
};

#define LONG  (600 * HV_USEC_PER_SEC)
#define SHORT (HV_USEC_PER_SEC / 10)

struct outcome {
	size_t told;
	bool ok;
	char *bytes; /* test_free() */
	size_t len;
	char error[256];
};

struct scene {
	struct hv_workers *workers;
	struct outcome outcomes[MAX_JOBS];
	size_t told;
	void (*then)(struct scene *scene, size_t job); /* within done() */
};

static hv_usec monotonic(void *unused)
{
	struct timespec now;

	(void)unused;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * HV_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Jobs are places in the scene. */
static void note(void *ctx, void *job, bool ok, const void *bytes, size_t len, const char *error,
	hv_usec took)
{
	struct scene *scene = ctx;
	struct outcome *o = job;

	assert_true(took >= 0);
	o->told++;
	o->ok = ok;
	o->len = len;
	(void)snprintf(o->error, sizeof(o->error), "%s", error);
	if (ok) {
		o->bytes = test_malloc(len);
		memcpy(o->bytes, bytes, len);
	}
	scene->told++;
	if (scene->then)
		scene->then(scene, (size_t)(o - scene->outcomes));
}

static void open_scene(struct scene *scene, size_t parallel)
{
	const struct hv_workers_plan plan = {
		.parallel = parallel,
		.result_bytes_max = RESULT_MAX,
		.grace = SHORT,
		.now = monotonic,
		.done = note,
		.ctx = scene,
	};
	struct hv_err err = HV_ERR_INIT;

	*scene = (struct scene){ .told = 0 };
	scene->workers = hv_workers_new(&plan, &err);
	assert_non_null(scene->workers);
}

static void close_scene(struct scene *scene)
{
	hv_workers_free(scene->workers);
	for (size_t i = 0; i < MAX_JOBS; i++)
		test_free(scene->outcomes[i].bytes);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left */
	assert_int_equal(errno, ECHILD);
}

typedef void work_fn(const void *arg, struct hv_buf *out);

static int start_for(
	struct scene *scene, size_t job, hv_usec timeout, work_fn *work, const void *arg)
{
	struct hv_err err = HV_ERR_INIT;

	return hv_workers_start(scene->workers, &scene->outcomes[job], timeout, work, arg, &err);
}

static void start(struct scene *scene, size_t job, work_fn *work, const void *arg)
{
	assert_int_equal(start_for(scene, job, LONG, work, arg), 0);
}

/* As an event loop does it. */
static void step(struct scene *scene)
{
	struct pollfd p = { .fd = hv_workers_fd(scene->workers), .events = POLLIN };

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	hv_workers_dispatch(scene->workers);
}

static void run(struct scene *scene)
{
	while (hv_workers_running(scene->workers) > 0)
		step(scene);
}

static void expect_bytes(const struct scene *scene, size_t job, const char *text)
{
	const struct outcome *o = &scene->outcomes[job];

	assert_int_equal(o->told, 1);
	assert_string_equal(o->error, "");
	assert_true(o->ok);
	assert_int_equal(o->len, strlen(text));
	assert_memory_equal(o->bytes, text, o->len);
}

static void expect_error(const struct scene *scene, size_t job, const char *error)
{
	assert_int_equal(scene->outcomes[job].told, 1);
	assert_false(scene->outcomes[job].ok);
	assert_int_equal(scene->outcomes[job].len, 0);
	assert_string_equal(scene->outcomes[job].error, error);
}

/* --- Work --- */

static void say(const void *arg, struct hv_buf *out)
{
	hv_buf_adds(out, arg);
}

static void say_much(const void *arg, struct hv_buf *out)
{
	const size_t *count = arg;

	for (size_t i = 0; i < *count; i++)
		hv_buf_addc(out, (char)(i * 7 + i / 256));
}

/* Past the limit that its buffer has. */
static void flood(const void *arg, struct hv_buf *out)
{
	struct hv_buf more = { .max = (size_t)2 * RESULT_MAX };
	const size_t count = RESULT_MAX + 1;

	(void)arg;
	hv_buf_done(out);
	say_much(&count, &more);
	*out = more;
}

static void hang(const void *arg, struct hv_buf *out)
{
	sigset_t all;

	(void)arg;
	(void)out;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (;;)
		pause();
}

static void crash(const void *arg, struct hv_buf *out)
{
	const int *signal_number = arg;

	hv_buf_adds(out, "half of it");
	raise(*signal_number);
}

static void leave(const void *arg, struct hv_buf *out)
{
	const int *status = arg;

	hv_buf_adds(out, "half of it");
	_exit(*status);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static void tell_descriptors(const void *arg, struct hv_buf *out)
{
	(void)arg;
	for (int fd = 0; fd < 1024; fd++)
		if (is_open(fd))
			hv_buf_addf(out, "%d ", fd);
}

static void tell_surroundings(const void *arg, struct hv_buf *out)
{
	struct sigaction action;
	struct rlimit core;
	sigset_t mask;
	int end_signal = 0;

	(void)arg;
	sigprocmask(SIG_BLOCK, NULL, &mask);
	sigaction(SIGUSR1, NULL, &action);
	getrlimit(RLIMIT_CORE, &core);
	prctl(PR_GET_PDEATHSIG, &end_signal);
	hv_buf_addf(out, "blocked %d, handled %d, core %d, dumpable %d, dies by %d",
		sigismember(&mask, SIGTERM), action.sa_handler != SIG_DFL, core.rlim_cur != 0,
		prctl(PR_GET_DUMPABLE), end_signal);
}

/* --- Tests --- */

static void test_a_result_is_told(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 2);
	assert_int_equal(hv_workers_running(scene.workers), 0);
	start(&scene, 0, say, "one");
	start(&scene, 1, say, "two");
	assert_int_equal(hv_workers_running(scene.workers), 2);
	assert_false(hv_workers_any_free(scene.workers));
	assert_int_equal(start_for(&scene, 2, LONG, say, "three"), -1);
	run(&scene);
	expect_bytes(&scene, 0, "one");
	expect_bytes(&scene, 1, "two");
	assert_int_equal(scene.outcomes[2].told, 0);
	assert_true(hv_workers_any_free(scene.workers));
	close_scene(&scene);
}

static void test_a_big_result_comes_whole(void **state)
{
	const size_t count = BIG;
	HV_AUTO(buf) expected = { .max = BIG };
	struct scene scene;

	(void)state;
	say_much(&count, &expected);
	open_scene(&scene, 1);
	start(&scene, 0, say_much, &count);
	run(&scene);
	assert_true(scene.outcomes[0].ok);
	assert_int_equal(scene.outcomes[0].len, BIG);
	assert_memory_equal(scene.outcomes[0].bytes, expected.data, BIG);
	close_scene(&scene);
}

static void test_one_dispatch_reads_a_part_of_a_big_result(void **state)
{
	const size_t count = BIG;
	struct scene scene;
	size_t dispatches = 0;

	(void)state;
	open_scene(&scene, 1);
	start(&scene, 0, say_much, &count);
	for (; hv_workers_running(scene.workers) > 0; dispatches++)
		step(&scene);
	assert_true(dispatches >= BIG / (256 << 10));
	close_scene(&scene);
}

static void test_a_result_that_is_too_big_is_none(void **state)
{
	static const size_t JUST = RESULT_MAX;
	static const size_t MORE = RESULT_MAX + 1;
	struct scene scene;

	(void)state;
	open_scene(&scene, 3);
	start(&scene, 0, say_much, &JUST);
	start(&scene, 1, say_much, &MORE);
	start(&scene, 2, flood, NULL);
	run(&scene);
	assert_true(scene.outcomes[0].ok);
	expect_error(&scene, 1, "its result is too large");
	expect_error(&scene, 2, "its result is larger than 9437184 bytes");
	close_scene(&scene);
}

static void test_one_that_hangs_is_killed(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 2);
	assert_int_equal(start_for(&scene, 0, HV_USEC_PER_SEC, hang, NULL), 0);
	start(&scene, 1, say, "one");
	run(&scene);
	expect_error(&scene, 0, "timed out after 1s");
	expect_bytes(&scene, 1, "one");
	close_scene(&scene);
}

static void test_one_that_dies_is_told_of(void **state)
{
	static const int SIGNALS[] = { SIGSEGV, SIGTERM, SIGALRM };
	static const int STATUSES[] = { 0, 1 };
	struct scene scene;

	(void)state;
	open_scene(&scene, 6);
	for (size_t i = 0; i < 3; i++)
		start(&scene, i, crash, &SIGNALS[i]);
	for (size_t i = 0; i < 2; i++)
		start(&scene, 3 + i, leave, &STATUSES[i]);
	start(&scene, 5, say, "");
	run(&scene);
	expect_error(&scene, 0, "its process was ended by signal 11");
	expect_error(&scene, 1, "its process was ended by signal 15");
	expect_error(&scene, 2, "timed out after 10m");
	for (size_t i = 3; i < 6; i++)
		expect_error(&scene, i, "its process ended without a word");
	close_scene(&scene);
}

static void test_one_that_is_dropped_is_not_told_of(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 2);
	start(&scene, 0, hang, NULL);
	start(&scene, 1, say, "one");
	hv_workers_drop(scene.workers, &scene.outcomes[0]);
	hv_workers_drop(scene.workers, &scene.outcomes[7]); /* never was */
	run(&scene);
	assert_int_equal(scene.outcomes[0].told, 0);
	expect_bytes(&scene, 1, "one");
	start(&scene, 0, say, "again");
	run(&scene);
	expect_bytes(&scene, 0, "again");
	close_scene(&scene);
}

static void start_next(struct scene *scene, size_t job)
{
	if (job + 3 < MAX_JOBS)
		start(scene, job + 3, say, "one");
}

static void test_many_come_one_after_the_other(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 3);
	scene.then = start_next;
	for (size_t i = 0; i < 3; i++)
		start(&scene, i, say, "one");
	run(&scene);
	for (size_t i = 0; i < MAX_JOBS; i++)
		expect_bytes(&scene, i, "one");
	close_scene(&scene);
}

static void test_many_run_at_once(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, MAX_JOBS);
	for (size_t i = 0; i < MAX_JOBS; i++)
		start(&scene, i, say, "one");
	run(&scene);
	for (size_t i = 0; i < MAX_JOBS; i++)
		expect_bytes(&scene, i, "one");
	close_scene(&scene);
}

static void drop_the_other(struct scene *scene, size_t job)
{
	hv_workers_drop(scene->workers, &scene->outcomes[1 - job]);
}

static void test_who_is_told_may_drop_others(void **state)
{
	static const int SIGNAL = SIGKILL;
	struct scene scene;

	(void)state;
	open_scene(&scene, 2);
	scene.then = drop_the_other;
	start(&scene, 0, crash, &SIGNAL);
	start(&scene, 1, hang, NULL);
	run(&scene);
	assert_int_equal(scene.told, 1);
	assert_int_equal(scene.outcomes[0].told, 1);
	close_scene(&scene);
}

static void test_all_are_killed_at_the_end(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene, 3);
	for (size_t i = 0; i < 3; i++)
		start(&scene, i, hang, NULL);
	close_scene(&scene);
	assert_int_equal(scene.told, 0);
	hv_workers_free(NULL);
}

static void test_descriptors_are_not_inherited(void **state)
{
	struct scene scene;
	int others[2];
	int high;

	(void)state;
	assert_int_equal(pipe(others), 0);
	high = fcntl(others[0], F_DUPFD, 700);
	assert_int_equal(high, 700);
	open_scene(&scene, 2);
	start(&scene, 0, hang, NULL);
	start(&scene, 1, tell_descriptors, NULL);
	while (scene.outcomes[1].told == 0)
		step(&scene);
	expect_bytes(&scene, 1, "0 1 2 3 ");
	close_scene(&scene);
	close(others[0]);
	close(others[1]);
	close(high);
}

static void on_signal(int signal_number)
{
	(void)signal_number;
}

static void test_surroundings_are_those_of_a_new_process(void **state)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction before;
	struct scene scene;
	sigset_t mask;
	sigset_t after;

	(void)state;
	sigaction(SIGUSR1, &action, &before);
	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	open_scene(&scene, 1);
	start(&scene, 0, tell_surroundings, NULL);
	run(&scene);
	expect_bytes(&scene, 0, "blocked 0, handled 0, core 0, dumpable 0, dies by 9");
	close_scene(&scene);
	sigprocmask(SIG_BLOCK, NULL, &after);
	assert_true(sigismember(&after, SIGTERM));
	assert_false(sigismember(&after, SIGHUP));
	sigprocmask(SIG_UNBLOCK, &mask, NULL);
	sigaction(SIGUSR1, &before, NULL);
}

/* Tells its own number by the pipe, and stays. */
static void tell_and_hang(const void *arg, struct hv_buf *out)
{
	const char *path = arg;
	const pid_t self = getpid();
	const int fd = open(path, O_WRONLY);

	if (write(fd, &self, sizeof(self)) == (ssize_t)sizeof(self))
		hang(NULL, out);
}

/* The process in the middle: has a worker and ends without freeing it. */
static void be_middle(const char *path)
{
	struct scene scene;

	open_scene(&scene, 1);
	start(&scene, 0, tell_and_hang, path);
	for (;;)
		pause();
}

static void test_workers_end_with_their_parent(void **state)
{
	char directory[] = "/tmp/hv-workers-XXXXXX";
	char path[64];
	pid_t middle;
	pid_t worker = 0;
	struct pollfd end;

	(void)state;
	assert_non_null(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/fifo", directory);
	assert_int_equal(mkfifo(path, 0600), 0);
	middle = fork();
	if (middle == 0)
		be_middle(path);
	assert_true(middle > 0);
	end = (struct pollfd){ .fd = open(path, O_RDONLY), .events = POLLIN };
	assert_int_equal(read(end.fd, &worker, sizeof(worker)), sizeof(worker));
	assert_int_equal(kill(worker, 0), 0);
	kill(middle, SIGKILL);
	assert_int_equal(waitpid(middle, NULL, 0), middle);
	/* Its end of the pipe is closed when it ends, and by nothing else. */
	assert_int_equal(poll(&end, 1, PATIENCE_MS), 1);
	assert_int_equal(read(end.fd, &worker, sizeof(worker)), 0);
	close(end.fd);
	unlink(path);
	rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_result_is_told),
		cmocka_unit_test(test_a_big_result_comes_whole),
		cmocka_unit_test(test_one_dispatch_reads_a_part_of_a_big_result),
		cmocka_unit_test(test_a_result_that_is_too_big_is_none),
		cmocka_unit_test(test_one_that_hangs_is_killed),
		cmocka_unit_test(test_one_that_dies_is_told_of),
		cmocka_unit_test(test_one_that_is_dropped_is_not_told_of),
		cmocka_unit_test(test_many_come_one_after_the_other),
		cmocka_unit_test(test_many_run_at_once),
		cmocka_unit_test(test_who_is_told_may_drop_others),
		cmocka_unit_test(test_all_are_killed_at_the_end),
		cmocka_unit_test(test_descriptors_are_not_inherited),
		cmocka_unit_test(test_surroundings_are_those_of_a_new_process),
		cmocka_unit_test(test_workers_end_with_their_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
