/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When hosts are polled: the spread of starts, intervals, back-off, who goes first, and an hour of
 * many hosts of which half hang. Time is simulated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "mibs/schedule.h"

#define SEC    HV_USEC_PER_SEC
#define MINUTE (60 * SEC)

enum { HOSTS = 1000, WORKERS = 32 };

static const hv_usec START = 1000 * SEC;

/* When the schedule will look for somebody again. */
static hv_usec next_look(const struct hv_schedule *s)
{
	return s->running < s->workers ? s->look_again : HV_USEC_MAX;
}

static void add_at(struct hv_schedule *s, void *job, hv_usec interval, hv_usec now)
{
	struct hv_err err = HV_ERR_INIT;

	assert_int_equal(hv_schedule_add(s, job, interval, 0, 1, now, &err), 0);
}

static struct hv_schedule_entry *entry_of(const struct hv_schedule *s, const void *job)
{
	size_t at = 0;

	while (at < s->count && s->entries[at].job != job)
		at++;
	assert_true(at < s->count);
	return &s->entries[at];
}

/* Takes exactly this one. */
static void begin(struct hv_schedule *s, const void *job, hv_usec now)
{
	assert_ptr_equal(hv_schedule_take(s, now), job);
}

static void poll_once(struct hv_schedule *s, const void *job, bool failed, hv_usec now)
{
	begin(s, job, now);
	hv_schedule_ended(s, job, failed, now);
}

static void assert_due_between(
	const struct hv_schedule *s, const void *job, hv_usec from, hv_usec to)
{
	hv_usec due = entry_of(s, job)->due;

	assert_true(due >= from);
	assert_true(due <= to);
}

static void test_schedule_empty(void **state)
{
	struct hv_schedule s;
	char stranger;

	(void)state;
	hv_schedule_init(&s, 4, 1);
	assert_null(hv_schedule_take(&s, START));
	assert_true(next_look(&s) == HV_USEC_MAX);
	hv_schedule_ended(&s, &stranger, true, START);
	hv_schedule_remove(&s, &stranger);
	assert_int_equal(s.running, 0);
	hv_schedule_done(&s);
	hv_schedule_done(NULL);
}

static void test_schedule_limits_of_places(void **state)
{
	static const struct {
		size_t workers, places, suspects;
	} CASES[] = { { 0, 1, 1 }, { 1, 1, 1 }, { 2, 2, 1 }, { 3, 3, 1 }, { 8, 8, 4 } };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		struct hv_schedule s;

		hv_schedule_init(&s, CASES[i].workers, 1);
		assert_int_equal(s.workers, CASES[i].places);
		assert_int_equal(s.suspects_max, CASES[i].suspects);
		hv_schedule_done(&s);
	}
}

/* New hosts begin a second apart, or all within their interval when that is shorter. */
static void test_schedule_spread_of_starts(void **state)
{
	static const struct {
		hv_usec interval, apart;
	} CASES[] = { { 5 * MINUTE, SEC }, { 50 * SEC, SEC / 2 }, { 100 * SEC, SEC } };
	char jobs[100];

	(void)state;
	for (size_t c = 0; c < HV_ARRAY_LEN(CASES); c++) {
		struct hv_err err = HV_ERR_INIT;
		struct hv_schedule s;

		hv_schedule_init(&s, 4, 1);
		for (size_t i = 0; i < HV_ARRAY_LEN(jobs); i++) {
			assert_int_equal(hv_schedule_add(&s, &jobs[i], CASES[c].interval, i,
						 HV_ARRAY_LEN(jobs), START, &err),
				0);
			assert_true(
				entry_of(&s, &jobs[i])->due == START + (hv_usec)i * CASES[c].apart);
		}
		assert_true(next_look(&s) == START);
		begin(&s, &jobs[0], START);
		assert_null(hv_schedule_take(&s, START));
		assert_true(next_look(&s) == START + CASES[c].apart);
		assert_null(hv_schedule_take(&s, START + CASES[c].apart - 1));
		begin(&s, &jobs[1], START + CASES[c].apart);
		hv_schedule_done(&s);
	}
}

/* A place that makes no sense is the first one. */
static void test_schedule_place_without_count(void **state)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_schedule s;
	char jobs[2];

	(void)state;
	hv_schedule_init(&s, 4, 1);
	assert_int_equal(hv_schedule_add(&s, &jobs[0], MINUTE, 0, 0, START, &err), 0);
	assert_int_equal(hv_schedule_add(&s, &jobs[1], MINUTE, 7, 3, START, &err), 0);
	assert_true(s.entries[0].due == START);
	assert_true(s.entries[1].due == START);
	hv_schedule_done(&s);
}

/* From the beginning of the last poll, give or take a twentieth, and not always the same. */
static void test_schedule_interval_from_beginning(void **state)
{
	struct hv_schedule s;
	hv_usec now = START;
	hv_usec least = HV_USEC_MAX, most = 0;
	char job;

	(void)state;
	hv_schedule_init(&s, 1, 1);
	add_at(&s, &job, 100 * SEC, now);
	for (size_t i = 0; i < 500; i++) {
		hv_usec after;

		begin(&s, &job, now);
		assert_true(next_look(&s) == HV_USEC_MAX);
		hv_schedule_ended(&s, &job, false, now + 40 * SEC);
		after = entry_of(&s, &job)->due - now;
		least = after < least ? after : least;
		most = after > most ? after : most;
		now = entry_of(&s, &job)->due;
	}
	assert_true(least >= 95 * SEC && least < 96 * SEC);
	assert_true(most <= 105 * SEC && most > 104 * SEC);
	hv_schedule_done(&s);
}

/* One that takes longer than its interval is due at its end, not before. */
static void test_schedule_longer_than_interval(void **state)
{
	struct hv_schedule s;
	char job;

	(void)state;
	hv_schedule_init(&s, 1, 1);
	add_at(&s, &job, 10 * SEC, START);
	begin(&s, &job, START);
	hv_schedule_ended(&s, &job, false, START + MINUTE);
	assert_true(entry_of(&s, &job)->due == START + MINUTE);
	hv_schedule_done(&s);
}

static void test_schedule_back_off(void **state)
{
	static const struct {
		hv_usec interval;
		hv_usec seconds[8]; /* after each failure */
	} CASES[] = {
		{ 300 * SEC, { 30, 60, 120, 240, 480, 960, 1200, 1200 } },
		{ 60 * SEC, { 10, 20, 40, 80, 160, 240, 240, 240 } },
		{ 2 * SEC, { 8, 8, 8, 8, 8, 8, 8, 8 } },
	};

	(void)state;
	for (size_t c = 0; c < HV_ARRAY_LEN(CASES); c++) {
		struct hv_schedule s;
		hv_usec now = START;
		char job;

		hv_schedule_init(&s, 2, 7);
		add_at(&s, &job, CASES[c].interval, now);
		for (size_t i = 0; i < HV_ARRAY_LEN(CASES[c].seconds); i++) {
			hv_usec delay = CASES[c].seconds[i] * SEC;
			hv_usec longest = delay + delay / 20;

			if (longest > 4 * CASES[c].interval)
				longest = 4 * CASES[c].interval;
			begin(&s, &job, now);
			now += 45 * SEC;
			hv_schedule_ended(&s, &job, true, now);
			assert_due_between(&s, &job, now + delay - delay / 20, now + longest);
			now = entry_of(&s, &job)->due;
		}
		hv_schedule_done(&s);
	}
}

/* Years of failures neither overflow nor end the retries. */
static void test_schedule_back_off_for_years(void **state)
{
	struct hv_schedule s;
	hv_usec now = START;
	char job;

	(void)state;
	hv_schedule_init(&s, 2, 7);
	add_at(&s, &job, 300 * SEC, now);
	for (size_t i = 0; i < 20000; i++) {
		poll_once(&s, &job, true, now);
		assert_due_between(&s, &job, now + 28 * SEC, now + 1200 * SEC);
		now = entry_of(&s, &job)->due;
	}
	hv_schedule_done(&s);
}

static void test_schedule_recovery(void **state)
{
	struct hv_schedule s;
	hv_usec now = START;
	char job;

	(void)state;
	hv_schedule_init(&s, 2, 7);
	add_at(&s, &job, 300 * SEC, now);
	for (size_t i = 0; i < 5; i++) {
		poll_once(&s, &job, true, now);
		now = entry_of(&s, &job)->due;
	}
	assert_int_equal(entry_of(&s, &job)->failures, 5);
	poll_once(&s, &job, false, now);
	assert_int_equal(entry_of(&s, &job)->failures, 0);
	assert_due_between(&s, &job, now + 285 * SEC, now + 315 * SEC);
	now = entry_of(&s, &job)->due;
	/* The next failure is a first one again. */
	poll_once(&s, &job, true, now);
	assert_due_between(&s, &job, now + 28 * SEC, now + 32 * SEC);
	hv_schedule_done(&s);
}

static void test_schedule_longest_waiting_first(void **state)
{
	struct hv_schedule s;
	char jobs[3];

	(void)state;
	hv_schedule_init(&s, 8, 1);
	add_at(&s, &jobs[0], MINUTE, START + 20);
	add_at(&s, &jobs[1], MINUTE, START);
	add_at(&s, &jobs[2], MINUTE, START + 10);
	begin(&s, &jobs[1], START + MINUTE);
	begin(&s, &jobs[2], START + MINUTE);
	begin(&s, &jobs[0], START + MINUTE);
	assert_null(hv_schedule_take(&s, START + 2 * MINUTE));
	hv_schedule_done(&s);
}

static void test_schedule_no_more_than_workers(void **state)
{
	struct hv_schedule s;
	char jobs[3];

	(void)state;
	hv_schedule_init(&s, 2, 1);
	for (size_t i = 0; i < 3; i++)
		add_at(&s, &jobs[i], MINUTE, START + (hv_usec)i);
	begin(&s, &jobs[0], START + SEC);
	begin(&s, &jobs[1], START + SEC);
	assert_null(hv_schedule_take(&s, START + SEC));
	assert_true(next_look(&s) == HV_USEC_MAX);
	hv_schedule_ended(&s, &jobs[0], false, START + 2 * SEC);
	assert_true(next_look(&s) <= START + 2 * SEC);
	begin(&s, &jobs[2], START + 2 * SEC);
	hv_schedule_done(&s);
}

/* Hosts 0 to 3 failed once and are due; of 4 workers 2 are for such ones. */
static void test_schedule_suspects_use_a_part(void **state)
{
	struct hv_schedule s;
	char jobs[5];

	(void)state;
	hv_schedule_init(&s, 4, 1);
	for (size_t i = 0; i < 4; i++) {
		add_at(&s, &jobs[i], 300 * SEC, START);
		poll_once(&s, &jobs[i], true, START);
	}
	assert_non_null(hv_schedule_take(&s, START + MINUTE));
	assert_non_null(hv_schedule_take(&s, START + MINUTE));
	assert_int_equal(s.running_suspects, 2);
	assert_null(hv_schedule_take(&s, START + MINUTE));
	assert_true(next_look(&s) == HV_USEC_MAX);
	/* Another that has not failed finds a place. */
	add_at(&s, &jobs[4], 300 * SEC, START + MINUTE);
	begin(&s, &jobs[4], START + MINUTE);
	/* An end makes room for the next suspect. */
	for (size_t i = 0; i < 4; i++) {
		if (entry_of(&s, &jobs[i])->running) {
			hv_schedule_ended(&s, &jobs[i], true, START + MINUTE);
			break;
		}
	}
	assert_int_equal(s.running_suspects, 1);
	assert_non_null(hv_schedule_take(&s, START + MINUTE));
	assert_int_equal(s.running_suspects, 2);
	hv_schedule_done(&s);
}

/* With one worker a suspect has it in its turn, and so has everybody else. */
static void test_schedule_one_worker(void **state)
{
	struct hv_schedule s;
	char bad, good;

	(void)state;
	hv_schedule_init(&s, 1, 1);
	add_at(&s, &good, 300 * SEC, START);
	poll_once(&s, &good, false, START);
	add_at(&s, &bad, 300 * SEC, START);
	poll_once(&s, &bad, true, START);
	begin(&s, &bad, START + 10 * MINUTE);
	assert_null(hv_schedule_take(&s, START + 10 * MINUTE));
	hv_schedule_ended(&s, &bad, true, START + 11 * MINUTE);
	begin(&s, &good, START + 13 * MINUTE);
	hv_schedule_done(&s);
}

/* One worker is busy with a host never asked; then whoever answered the last time goes first, those
 * never asked before those that failed, however long they have waited. */
static void test_schedule_proven_first(void **state)
{
	struct hv_schedule s;
	char busy, bad, unasked, proven;

	(void)state;
	hv_schedule_init(&s, 8, 1);
	add_at(&s, &bad, 300 * SEC, START);
	poll_once(&s, &bad, true, START);
	add_at(&s, &proven, 300 * SEC, START);
	poll_once(&s, &proven, false, START);
	add_at(&s, &busy, 300 * SEC, START - SEC);
	add_at(&s, &unasked, 300 * SEC, START + 100 * SEC);
	begin(&s, &busy, START);
	begin(&s, &proven, START + 400 * SEC);
	begin(&s, &unasked, START + 400 * SEC);
	begin(&s, &bad, START + 400 * SEC);
	hv_schedule_done(&s);
}

static void test_schedule_removed_while_running(void **state)
{
	struct hv_schedule s;
	char jobs[2];

	(void)state;
	hv_schedule_init(&s, 1, 1);
	add_at(&s, &jobs[0], 300 * SEC, START);
	poll_once(&s, &jobs[0], true, START);
	add_at(&s, &jobs[1], 300 * SEC, START + 2 * MINUTE);
	begin(&s, &jobs[0], START + MINUTE);
	assert_null(hv_schedule_take(&s, START + 2 * MINUTE));
	hv_schedule_remove(&s, &jobs[0]);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.running, 0);
	assert_int_equal(s.running_suspects, 0);
	assert_int_equal(s.running_unproven, 0);
	begin(&s, &jobs[1], START + 2 * MINUTE);
	hv_schedule_ended(&s, &jobs[0], true, START + 2 * MINUTE);
	assert_int_equal(s.running, 1);
	/* The same one anew, not begun: the end of its former self means nothing. */
	add_at(&s, &jobs[0], 300 * SEC, START + 3 * MINUTE);
	hv_schedule_ended(&s, &jobs[0], true, START + 3 * MINUTE);
	assert_int_equal(s.running, 1);
	assert_int_equal(entry_of(&s, &jobs[0])->failures, 0);
	hv_schedule_done(&s);
}

static void test_schedule_removed_while_waiting(void **state)
{
	struct hv_schedule s;
	char jobs[3];

	(void)state;
	hv_schedule_init(&s, 3, 1);
	for (size_t i = 0; i < 3; i++)
		add_at(&s, &jobs[i], MINUTE, START + (hv_usec)i);
	hv_schedule_remove(&s, &jobs[0]);
	begin(&s, &jobs[1], START + SEC);
	begin(&s, &jobs[2], START + SEC);
	assert_null(hv_schedule_take(&s, START + SEC));
	hv_schedule_done(&s);
}

static void test_schedule_deterministic(void **state)
{
	struct hv_schedule s[3];
	static const uint64_t SEEDS[] = { 5, 5, 6 };
	char job;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		hv_schedule_init(&s[i], 1, SEEDS[i]);
		add_at(&s[i], &job, 300 * SEC, START);
		poll_once(&s[i], &job, false, START);
	}
	assert_true(s[0].entries[0].due == s[1].entries[0].due);
	assert_true(s[0].entries[0].due != s[2].entries[0].due);
	for (size_t i = 0; i < 3; i++)
		hv_schedule_done(&s[i]);
}

/* A simulated host and what is remembered of its polls. */
struct host {
	bool hangs;
	hv_usec takes; /* when it does not hang */
	hv_usec ends;  /* HV_USEC_MAX: not running */
	hv_usec begun; /* the last time; 0: never */
	hv_usec gap;   /* the longest between two of its polls */
	size_t polls;
};

struct world {
	struct hv_schedule s;
	struct host hosts[HOSTS];
	size_t count, running;
	hv_usec now;
};

static void set_up(struct world *w, size_t workers, size_t count, hv_usec interval)
{
	struct hv_err err = HV_ERR_INIT;

	*w = (struct world){ .count = count, .now = START };
	hv_schedule_init(&w->s, workers, 42);
	for (size_t i = 0; i < count; i++) {
		w->hosts[i] = (struct host){ .takes = 2 * SEC, .ends = HV_USEC_MAX };
		assert_int_equal(
			hv_schedule_add(&w->s, &w->hosts[i], interval, i, count, START, &err), 0);
	}
}

static void begin_what_may(struct world *w)
{
	struct host *h;

	while ((h = hv_schedule_take(&w->s, w->now)) != NULL) {
		assert_true(h->ends == HV_USEC_MAX);
		if (h->begun > 0 && w->now - h->begun > h->gap)
			h->gap = w->now - h->begun;
		h->begun = w->now;
		h->ends = w->now + (h->hangs ? MINUTE : h->takes);
		h->polls++;
		w->running++;
	}
	assert_true(w->running <= w->s.workers);
	assert_int_equal(w->running, w->s.running);
	assert_true(w->s.running_suspects <= w->s.suspects_max);
}

static hv_usec end_of_next(const struct world *w)
{
	hv_usec next = HV_USEC_MAX;

	for (size_t i = 0; i < w->count; i++) {
		if (w->hosts[i].ends < next)
			next = w->hosts[i].ends;
	}
	return next;
}

static void end_what_is_over(struct world *w)
{
	for (size_t i = 0; i < w->count; i++) {
		struct host *h = &w->hosts[i];

		if (h->ends > w->now)
			continue;
		h->ends = HV_USEC_MAX;
		w->running--;
		hv_schedule_ended(&w->s, h, h->hangs, w->now);
	}
}

/* From event to event, as the agent's loop does. */
static void run_until(struct world *w, hv_usec end)
{
	begin_what_may(w);
	for (;;) {
		hv_usec next = next_look(&w->s);
		hv_usec ends = end_of_next(w);

		next = ends < next ? ends : next;
		if (next > end)
			break;
		assert_true(next >= w->now);
		w->now = next;
		end_what_is_over(w);
		begin_what_may(w);
	}
	w->now = end;
}

/* The longest wait of a healthy host, also the one that has not ended yet. */
static hv_usec longest_gap(const struct world *w)
{
	hv_usec longest = 0;

	for (size_t i = 0; i < w->count; i++) {
		const struct host *h = &w->hosts[i];
		hv_usec open = w->now - h->begun;
		hv_usec gap = open > h->gap ? open : h->gap;

		if (!h->hangs && gap > longest)
			longest = gap;
	}
	return longest;
}

static void forget_gaps(struct world *w)
{
	for (size_t i = 0; i < w->count; i++)
		w->hosts[i].gap = 0;
}

static size_t fewest_polls(const struct world *w, bool hanging)
{
	size_t fewest = SIZE_MAX;

	for (size_t i = 0; i < w->count; i++) {
		if (w->hosts[i].hangs == hanging && w->hosts[i].polls < fewest)
			fewest = w->hosts[i].polls;
	}
	return fewest;
}

/* Half of the hosts hang from the beginning, every other one or all of the first half. That they
 * do must be found out first: 500 polls of a minute by 32 workers take 16 minutes at the least.
 * Whoever has answered once waits for none of that. */
static void test_schedule_half_hang(void **state)
{
	static struct world w;

	(void)state;
	for (size_t order = 0; order < 2; order++) {
		set_up(&w, WORKERS, HOSTS, 5 * MINUTE);
		for (size_t i = 0; i < HOSTS; i++)
			w.hosts[i].hangs = order == 0 ? i % 2 == 1 : i < HOSTS / 2;
		run_until(&w, START + 20 * MINUTE);
		assert_true(fewest_polls(&w, false) >= 1);
		for (size_t minute = 20; minute <= 60; minute++) {
			run_until(&w, START + (hv_usec)minute * MINUTE);
			assert_true(longest_gap(&w) <= 10 * MINUTE);
		}
		assert_true(fewest_polls(&w, false) >= 8);
		/* No host that hangs is forgotten. */
		assert_true(fewest_polls(&w, true) >= 2);
		hv_schedule_done(&w.s);
	}
}

/* Half of the hosts, all known as good, begin to hang at once: the others are late while that is
 * found out, and not again. When they answer again, all are polled as before. */
static void test_schedule_half_begin_to_hang(void **state)
{
	static struct world w;

	(void)state;
	set_up(&w, WORKERS, HOSTS, 5 * MINUTE);
	run_until(&w, START + 20 * MINUTE);
	assert_true(longest_gap(&w) <= 6 * MINUTE);
	for (size_t i = 0; i < HOSTS; i += 2)
		w.hosts[i].hangs = true;
	run_until(&w, START + 45 * MINUTE);
	assert_true(longest_gap(&w) <= 20 * MINUTE);
	forget_gaps(&w);
	run_until(&w, START + 105 * MINUTE);
	assert_true(longest_gap(&w) <= 10 * MINUTE);
	for (size_t i = 0; i < HOSTS; i += 2)
		w.hosts[i].hangs = false;
	run_until(&w, START + 130 * MINUTE);
	forget_gaps(&w);
	run_until(&w, START + 150 * MINUTE);
	assert_true(longest_gap(&w) <= 6 * MINUTE);
	assert_int_equal(w.s.running_suspects, 0);
	hv_schedule_done(&w.s);
}

/* More to do than the workers can: a hundred hosts want 20 workers where 8 are. Those that hang get
 * their turn all the same, and the others share what is left evenly. */
static void test_schedule_overload_starves_nobody(void **state)
{
	static struct world w;

	(void)state;
	set_up(&w, 8, 110, 10 * SEC);
	for (size_t i = 0; i < 110; i += 11)
		w.hosts[i].hangs = true;
	run_until(&w, START + 20 * MINUTE);
	forget_gaps(&w);
	run_until(&w, START + 80 * MINUTE);
	assert_true(longest_gap(&w) <= MINUTE);
	assert_true(fewest_polls(&w, true) >= 5);
	hv_schedule_done(&w.s);
}

/* Hosts come while others hang: those known go on. */
static void test_schedule_many_new_ones_hang(void **state)
{
	static struct world w;
	struct hv_err err = HV_ERR_INIT;

	(void)state;
	set_up(&w, WORKERS, HOSTS, 5 * MINUTE);
	for (size_t i = HOSTS / 2; i < HOSTS; i++) {
		hv_schedule_remove(&w.s, &w.hosts[i]);
		w.hosts[i].hangs = true;
	}
	run_until(&w, START + 20 * MINUTE);
	for (size_t i = HOSTS / 2; i < HOSTS; i++)
		assert_int_equal(hv_schedule_add(&w.s, &w.hosts[i], 5 * MINUTE, i - HOSTS / 2,
					 HOSTS / 2, w.now, &err),
			0);
	run_until(&w, START + 80 * MINUTE);
	assert_true(longest_gap(&w) <= 10 * MINUTE);
	assert_true(fewest_polls(&w, true) >= 1);
	hv_schedule_done(&w.s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schedule_empty),
		cmocka_unit_test(test_schedule_limits_of_places),
		cmocka_unit_test(test_schedule_spread_of_starts),
		cmocka_unit_test(test_schedule_place_without_count),
		cmocka_unit_test(test_schedule_interval_from_beginning),
		cmocka_unit_test(test_schedule_longer_than_interval),
		cmocka_unit_test(test_schedule_back_off),
		cmocka_unit_test(test_schedule_back_off_for_years),
		cmocka_unit_test(test_schedule_recovery),
		cmocka_unit_test(test_schedule_longest_waiting_first),
		cmocka_unit_test(test_schedule_no_more_than_workers),
		cmocka_unit_test(test_schedule_suspects_use_a_part),
		cmocka_unit_test(test_schedule_one_worker),
		cmocka_unit_test(test_schedule_proven_first),
		cmocka_unit_test(test_schedule_removed_while_running),
		cmocka_unit_test(test_schedule_removed_while_waiting),
		cmocka_unit_test(test_schedule_deterministic),
		cmocka_unit_test(test_schedule_half_hang),
		cmocka_unit_test(test_schedule_half_begin_to_hang),
		cmocka_unit_test(test_schedule_overload_starves_nobody),
		cmocka_unit_test(test_schedule_many_new_ones_hang),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
