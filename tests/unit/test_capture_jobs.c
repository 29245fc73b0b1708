/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs in processes of their own: whatever becomes of one, the others are done and it is told of.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/capture-jobs.h"

enum { MAX_JOBS = 40, FAILED = 3 };

#define LONG  (60 * HV_USEC_PER_SEC)
#define SHORT (HV_USEC_PER_SEC / 10)

enum deed {
	SUCCEED,
	FAIL,
	CRASH,
	LEAVE,       /* without a word */
	HANG,        /* until told to end */
	HANG_DEAF,   /* whatever it is told */
	ALARM,       /* its own time is over */
	STOP_PARENT, /* SIGTERM to the one that waits */
};

struct scene {
	const enum deed *deeds;
	struct hv_job_report reports[MAX_JOBS];
	size_t done[MAX_JOBS];
};

static hv_usec monotonic(void *unused)
{
	struct timespec now;

	(void)unused;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * HV_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void hang(void)
{
	for (;;)
		pause();
}

static void be_deaf(void)
{
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	hang();
}

static void do_deed(void *ctx, size_t index, struct hv_job_report *ret)
{
	const struct scene *scene = ctx;

	switch (scene->deeds[index]) {
	case SUCCEED:
		*ret = (struct hv_job_report){ .bytes = 100 + index };
		break;
	case FAIL:
		*ret = (struct hv_job_report){ .status = 1, .text = "reason" };
		break;
	case CRASH:
		raise(SIGKILL);
		break;
	case LEAVE:
		_exit(0);
	case HANG:
		hang();
		break;
	case HANG_DEAF:
		be_deaf();
		break;
	case ALARM:
		raise(SIGALRM);
		break;
	case STOP_PARENT:
		kill(getppid(), SIGTERM);
		hang();
		break;
	}
}

static void note(void *ctx, size_t index, const struct hv_job_report *report, hv_usec took)
{
	struct scene *scene = ctx;

	assert_true(took >= 0);
	scene->reports[index] = *report;
	scene->done[index]++;
}

/* All jobs; each has to be told of once. */
static bool run(
	struct scene *scene, const enum deed *deeds, size_t count, size_t parallel, hv_usec timeout)
{
	const struct hv_job_plan plan = {
		.count = count,
		.parallel = parallel,
		.timeout = timeout,
		.grace = SHORT,
		.failed = FAILED,
		.now = monotonic,
		.work = do_deed,
		.done = note,
		.ctx = scene,
	};
	struct hv_err err = HV_ERR_INIT;
	bool interrupted = false;

	*scene = (struct scene){ .deeds = deeds };
	assert_int_equal(hv_jobs_run(&plan, &interrupted, &err), 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(scene->done[i], 1);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left */
	return interrupted;
}

static void expect(const struct scene *scene, size_t index, int status, const char *text)
{
	assert_int_equal(scene->reports[index].status, status);
	assert_string_equal(scene->reports[index].text, text);
}

static void test_jobs_tell_what_they_did(void **state)
{
	static const enum deed DEEDS[] = { SUCCEED, FAIL, SUCCEED };
	struct scene scene;

	(void)state;
	assert_false(run(&scene, DEEDS, 3, 2, LONG));
	expect(&scene, 0, 0, "");
	expect(&scene, 1, 1, "reason");
	assert_int_equal(scene.reports[2].bytes, 102);
}

static void test_jobs_are_all_done_however_few_at_a_time(void **state)
{
	enum deed deeds[MAX_JOBS] = { SUCCEED };
	static const size_t AT_A_TIME[] = { 1, 3, MAX_JOBS, MAX_JOBS + 24 };
	struct scene scene;

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(AT_A_TIME); i++) {
		assert_false(run(&scene, deeds, MAX_JOBS, AT_A_TIME[i], LONG));
		for (size_t job = 0; job < MAX_JOBS; job++)
			assert_int_equal(scene.reports[job].bytes, 100 + job);
	}
}

static void test_jobs_that_die_take_no_other_with_them(void **state)
{
	static const enum deed DEEDS[] = { CRASH, SUCCEED, LEAVE, SUCCEED, ALARM, SUCCEED };
	struct scene scene;

	(void)state;
	assert_false(run(&scene, DEEDS, HV_ARRAY_LEN(DEEDS), 2, LONG));
	expect(&scene, 0, FAILED, "its process was ended by signal 9");
	expect(&scene, 2, FAILED, "its process ended without a word");
	expect(&scene, 4, FAILED, "timed out after 1m");
	for (size_t i = 1; i < HV_ARRAY_LEN(DEEDS); i += 2)
		assert_int_equal(scene.reports[i].bytes, 100 + i);
}

static void test_jobs_that_hang_are_ended(void **state)
{
	static const enum deed DEEDS[] = { HANG, SUCCEED, HANG_DEAF, SUCCEED };
	struct scene scene;

	(void)state;
	assert_false(run(&scene, DEEDS, HV_ARRAY_LEN(DEEDS), 1, HV_USEC_PER_SEC));
	expect(&scene, 0, FAILED, "timed out after 1s");
	expect(&scene, 1, 0, "");
	expect(&scene, 2, FAILED, "timed out after 1s");
	expect(&scene, 3, 0, "");
}

static void test_jobs_end_when_they_are_interrupted(void **state)
{
	static const enum deed DEEDS[] = { STOP_PARENT, HANG_DEAF, SUCCEED };
	struct scene scene;

	(void)state;
	assert_true(run(&scene, DEEDS, HV_ARRAY_LEN(DEEDS), 2, LONG));
	expect(&scene, 0, FAILED, "interrupted");
	expect(&scene, 1, FAILED, "interrupted");
	expect(&scene, 2, FAILED, "interrupted");
}

/* What comes after must not find signals blocked. */
static void test_jobs_leave_signals_as_they_were(void **state)
{
	static const enum deed DEEDS[] = { SUCCEED };
	struct scene scene;
	sigset_t before;
	sigset_t after;

	(void)state;
	sigprocmask(SIG_BLOCK, NULL, &before);
	assert_false(run(&scene, DEEDS, 1, 1, LONG));
	sigprocmask(SIG_BLOCK, NULL, &after);
	for (int s = 1; s <= SIGRTMAX; s++)
		assert_int_equal(sigismember(&before, s), sigismember(&after, s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jobs_tell_what_they_did),
		cmocka_unit_test(test_jobs_are_all_done_however_few_at_a_time),
		cmocka_unit_test(test_jobs_that_die_take_no_other_with_them),
		cmocka_unit_test(test_jobs_that_hang_are_ended),
		cmocka_unit_test(test_jobs_end_when_they_are_interrupted),
		cmocka_unit_test(test_jobs_leave_signals_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
