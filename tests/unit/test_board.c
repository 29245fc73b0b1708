/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The board: configuration, polls, what is shown at a moment, and what is told. Allocations are
 * made to fail at link time (--wrap). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "mibs/board.h"

#define SEC    HV_USEC_PER_SEC
#define MINUTE (60 * SEC)

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *p, size_t size);

static long countdown = -1; /* allocations left before the one that fails; negative: none fails */

static bool must_fail(void)
{
	return countdown >= 0 && countdown-- == 0;
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

static const char *const LAYOUT_SPACE[] = { "layout", "space", NULL };
static const char *const LAYOUT[] = { "layout", NULL };
static const char *const NOTHING[] = { NULL };

/* Both clocks, seconds after the start of the agent; the wall clock counts from elsewhere. */
static struct hv_moment at(int64_t seconds)
{
	return (struct hv_moment){
		.monotonic = 5000 * SEC + seconds * SEC,
		.wall = 1800000000 * SEC + seconds * SEC,
	};
}

static struct hv_board_host_config host_config(const char *name)
{
	return (struct hv_board_host_config){
		.name = name,
		.address = "10.0.0.1",
		.checks = LAYOUT_SPACE,
		.interval = 5 * MINUTE,
		.unreachable_after = 2,
		.unreachable = HV_CRITICAL,
	};
}

static struct hv_board_config config_of(const struct hv_board_host_config *hosts, size_t count)
{
	return (struct hv_board_config){
		.hosts = hosts,
		.host_count = count,
		.tell_states = true,
		.tell_reachability = true,
	};
}

static void configure(struct hv_board *board, const struct hv_board_config *config)
{
	struct hv_err err = HV_ERR_INIT;

	assert_int_equal(hv_board_configure(board, config, &err), 0);
}

/* A board of one host, "hv01". */
static void set_up(struct hv_board *board)
{
	struct hv_board_host_config host = host_config("hv01");
	struct hv_board_config config = config_of(&host, 1);
	struct hv_moment start = at(0);

	hv_board_init(board, &start);
	configure(board, &config);
}

static void set_up_tell_first(struct hv_board *board)
{
	struct hv_board_host_config host = host_config("hv01");
	struct hv_board_config config = config_of(&host, 1);
	struct hv_moment start = at(0);

	config.tell_first = true;
	hv_board_init(board, &start);
	configure(board, &config);
}

struct row {
	const char *check;
	enum hv_state state;
	const char *summary;
};

static void take_rows(struct hv_board *board, const char *name, int64_t seconds,
	const struct row *rows, size_t count)
{
	HV_AUTO(snapshot) snapshot = { .error = NULL };
	struct hv_err err = HV_ERR_INIT;
	struct hv_moment now = at(seconds);

	hv_snapshot_init(&snapshot);
	snapshot.answered = true;
	snapshot.error = "";
	snapshot.checks = hv_arena_array(&snapshot.arena, count, sizeof(*snapshot.checks));
	assert_non_null(snapshot.checks);
	snapshot.check_count = count;
	for (size_t i = 0; i < count; i++) {
		snapshot.checks[i] = (struct hv_snapshot_check){
			.check = hv_arena_strdup(&snapshot.arena, rows[i].check),
			.state = rows[i].state,
			.summary = hv_arena_strdup(&snapshot.arena, rows[i].summary),
		};
	}
	assert_int_equal(
		hv_board_take(board, hv_board_find(board, name), &snapshot, 3 * SEC, &now, &err),
		0);
	/* It was moved. */
	assert_null(snapshot.checks);
	assert_false(snapshot.answered);
}

static void take_states(
	struct hv_board *board, int64_t seconds, enum hv_state layout, enum hv_state space)
{
	const struct row rows[] = {
		{ "space", space, "space is so" },
		{ "layout", layout, "layout is so" },
	};

	take_rows(board, "hv01", seconds, rows, HV_ARRAY_LEN(rows));
}

static int take_failed(struct hv_board *board, const char *name, int64_t seconds, const char *error)
{
	HV_AUTO(snapshot) snapshot = { .error = NULL };
	struct hv_err err = HV_ERR_INIT;
	struct hv_moment now = at(seconds);

	hv_snapshot_init(&snapshot);
	snapshot.error = error;
	return hv_board_take(board, hv_board_find(board, name), &snapshot, MINUTE, &now, &err);
}

static void take_error(struct hv_board *board, int64_t seconds, const char *error)
{
	assert_int_equal(take_failed(board, "hv01", seconds, error), 0);
}

static const struct hv_board_check *check_of(const struct hv_board *board, const char *name)
{
	const struct hv_board_host *host = &board->hosts[0];
	size_t at = 0;

	while (at < host->check_count && strcmp(host->checks[at].check, name) != 0)
		at++;
	assert_true(at < host->check_count);
	return &host->checks[at];
}

static enum hv_state shown(const struct hv_board *board, const char *check, int64_t seconds)
{
	struct hv_moment now = at(seconds);

	return hv_board_check_state(&board->hosts[0], check_of(board, check), &now);
}

static void assert_since(
	const struct hv_board *board, const char *check, int64_t seconds, int64_t since)
{
	struct hv_moment now = at(seconds);

	assert_true(hv_board_check_since(&board->hosts[0], check_of(board, check), &now) ==
		    at(since).wall);
}

static void assert_summary(
	const struct hv_board *board, const char *check, int64_t seconds, const char *expected)
{
	char text[HV_SNAPSHOT_LONG_TEXT_MAX + 1];
	struct hv_moment now = at(seconds);

	hv_board_check_summary(&board->hosts[0], check_of(board, check), &now, text);
	assert_string_equal(text, expected);
}

static enum hv_state host_state(const struct hv_board *board, int64_t seconds)
{
	struct hv_moment now = at(seconds);

	return hv_board_host_state(&board->hosts[0], &now);
}

static bool is_stale(const struct hv_board *board, int64_t seconds)
{
	struct hv_moment now = at(seconds);

	return hv_board_is_stale(&board->hosts[0], &now);
}

static bool is_expired(const struct hv_board *board, int64_t seconds)
{
	struct hv_moment now = at(seconds);

	return hv_board_is_expired(&board->hosts[0], &now);
}

static uint32_t age(const struct hv_board *board, int64_t seconds)
{
	struct hv_moment now = at(seconds);

	return hv_board_age(&board->hosts[0], &now);
}

static void assert_nothing_to_tell(struct hv_board *board)
{
	struct hv_notice notice;

	assert_false(hv_board_next_notice(board, &notice));
	assert_int_equal(board->to_tell, 0);
}

/* The next one is this, and comes again until it was told. */
static void tell(struct hv_board *board, enum hv_notice_kind kind, const char *check,
	enum hv_state before, enum hv_state after, const char *text)
{
	struct hv_notice notice;

	for (size_t i = 0; i < 2; i++) {
		assert_true(hv_board_next_notice(board, &notice));
		assert_int_equal(notice.kind, kind);
		assert_int_equal(notice.before, before);
		assert_int_equal(notice.state, after);
		assert_string_equal(notice.text, text);
		if (check)
			assert_string_equal(notice.check->check, check);
		else
			assert_null(notice.check);
	}
	hv_board_told(board, &notice);
}

static void tell_check(struct hv_board *board, const char *check, enum hv_state before,
	enum hv_state after, const char *text)
{
	tell(board, HV_NOTICE_CHECK_STATE, check, before, after, text);
}

/* Configuration */

static void test_board_empty(void **state)
{
	struct hv_moment start = at(0);
	struct hv_board board;

	(void)state;
	hv_board_init(&board, &start);
	assert_true(board.started_wall == start.wall);
	assert_null(hv_board_find(&board, "hv01"));
	assert_nothing_to_tell(&board);
	hv_board_done(&board);
	hv_board_done(&board);
	hv_board_done(NULL);
}

/* As parts of an object identifier: the length first. So for checks. */
static void test_board_order(void **state)
{
	static const char *const checks[] = { "volumes", "acl", "space", NULL };
	struct hv_board_host_config hosts[] = { host_config("beta"), host_config("alpha"),
		host_config("z") };
	struct hv_board_config config = config_of(hosts, HV_ARRAY_LEN(hosts));
	struct hv_moment start = at(0);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	hosts[2].checks = checks;
	hv_board_init(&board, &start);
	configure(&board, &config);
	assert_int_equal(board.host_count, 3);
	assert_string_equal(board.hosts[0].name, "z");
	assert_string_equal(board.hosts[1].name, "beta");
	assert_string_equal(board.hosts[2].name, "alpha");
	assert_int_equal(board.hosts[0].check_count, 3);
	assert_string_equal(board.hosts[0].checks[0].check, "acl");
	assert_string_equal(board.hosts[0].checks[1].check, "space");
	assert_string_equal(board.hosts[0].checks[2].check, "volumes");
	assert_ptr_equal(hv_board_find(&board, "alpha"), &board.hosts[2]);
	assert_null(hv_board_find(&board, "gamma"));
	assert_null(hv_board_find(&board, ""));
}

static void test_board_copies_configuration(void **state)
{
	char name[] = "hv01", address[] = "10.0.0.1", check[] = "layout";
	const char *checks[] = { check, NULL };
	struct hv_board_host_config host = host_config(name);
	struct hv_board_config config = config_of(&host, 1);
	struct hv_moment start = at(0);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	host.address = address;
	host.checks = checks;
	host.unreachable_after = 0;
	hv_board_init(&board, &start);
	configure(&board, &config);
	memset(name, 'x', 4);
	memset(address, 'x', 8);
	memset(check, 'x', 6);
	assert_string_equal(board.hosts[0].name, "hv01");
	assert_string_equal(board.hosts[0].address, "10.0.0.1");
	assert_string_equal(board.hosts[0].checks[0].check, "layout");
	assert_true(board.hosts[0].interval == 5 * MINUTE);
	assert_int_equal(board.hosts[0].unreachable_state, HV_CRITICAL);
	/* At least one. */
	assert_int_equal(board.hosts[0].unreachable_after, 1);
}

static void test_board_refuses_and_changes_nothing(void **state)
{
	static const char *const twice[] = { "layout", "space", "layout", NULL };
	static const char *const long_check[] = { "a-check-of-17-cha", NULL };
	static const char *const no_name[] = { "", NULL };
	struct hv_board_host_config good = host_config("hv02");
	struct hv_board_host_config cases[] = {
		host_config("hv02"),
		host_config(""),
		host_config("123456789-123456789-123456789-123"),
		host_config("hv03"),
		host_config("hv03"),
		host_config("hv03"),
		host_config("hv03"),
	};
	static const char *const messages[] = { "host hv02 is there twice", "1 to 32", "1 to 32",
		"host hv03: check layout is there twice", "1 to 16", "1 to 16",
		"host hv03: no interval" };
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_WARNING);
	cases[3].checks = twice;
	cases[4].checks = long_check;
	cases[5].checks = no_name;
	cases[6].interval = 0;
	for (size_t i = 0; i < HV_ARRAY_LEN(cases); i++) {
		struct hv_board_host_config hosts[] = { host_config("hv01"), good, cases[i] };
		struct hv_board_config config = config_of(hosts, HV_ARRAY_LEN(hosts));
		struct hv_err err = HV_ERR_INIT;

		config.tell_states = false;
		assert_int_equal(hv_board_configure(&board, &config, &err), -1);
		assert_non_null(strstr(err.text, messages[i]));
		assert_int_equal(board.host_count, 1);
		assert_true(board.tell_states);
		assert_int_equal(shown(&board, "space", 20), HV_WARNING);
	}
}

/* The longest names there may be are none of those. */
static void test_board_longest_names(void **state)
{
	static const char *const checks[] = { "a-check-of-16-ch", NULL };
	struct hv_board_host_config host = host_config("123456789-123456789-123456789-12");
	struct hv_board_config config = config_of(&host, 1);
	struct hv_moment start = at(0);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	host.checks = checks;
	hv_board_init(&board, &start);
	configure(&board, &config);
	assert_string_equal(board.hosts[0].name, host.name);
	assert_string_equal(board.hosts[0].checks[0].check, checks[0]);
}

static void test_board_no_memory_changes_nothing(void **state)
{
	struct hv_board_host_config hosts[] = { host_config("hv01"), host_config("b"),
		host_config("c") };
	struct hv_board_config config = config_of(hosts, HV_ARRAY_LEN(hosts));
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(board) board = { .hosts = NULL };
	long allocation = 0;

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_WARNING);
	for (;; allocation++) {
		int rc;

		hv_err_clear(&err);
		countdown = allocation;
		rc = hv_board_configure(&board, &config, &err);
		countdown = -1;
		if (rc == 0)
			break;
		assert_int_equal(err.kind, HV_ERR_NO_MEMORY);
		assert_int_equal(board.host_count, 1);
		assert_int_equal(shown(&board, "space", 20), HV_WARNING);
		assert_summary(&board, "space", 20, "space is so");
	}
	assert_true(allocation >= 10);
	assert_int_equal(board.host_count, 3);
}

/* What is known of a host and of its checks stays, what the configuration says changes; hosts come
 * before and behind it. */
static void test_board_reconfigure_keeps(void **state)
{
	static const char *const checks[] = { "space", "vss", NULL };
	struct hv_board_host_config hosts[] = { host_config("hv01"), host_config("hv00"),
		host_config("hv02") };
	struct hv_board_config config = config_of(hosts, HV_ARRAY_LEN(hosts));
	struct hv_board_host *host;
	struct hv_moment now = at(400);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_WARNING);
	take_error(&board, 310, "no route");
	hosts[0].checks = checks;
	hosts[0].interval = 10 * MINUTE;
	hosts[0].address = "10.0.0.9";
	hosts[0].unreachable_after = 7;
	hosts[0].unreachable = HV_UNKNOWN;
	configure(&board, &config);
	host = hv_board_find(&board, "hv01");
	assert_ptr_equal(host, &board.hosts[1]);
	assert_true(host->interval == 10 * MINUTE);
	assert_string_equal(host->address, "10.0.0.9");
	assert_int_equal(host->unreachable_after, 7);
	assert_int_equal(host->unreachable_state, HV_UNKNOWN);
	assert_true(host->has_snapshot);
	assert_int_equal(host->snapshot.check_count, 2);
	assert_int_equal(host->polls, 2);
	assert_int_equal(host->failures, 1);
	assert_int_equal(host->failures_in_a_row, 1);
	assert_true(host->took == MINUTE);
	assert_true(host->taken_at.wall == at(10).wall);
	assert_true(host->polled_at.wall == at(310).wall);
	assert_true(host->reachable_since_wall == at(10).wall);
	assert_string_equal(host->error, "no route");
	assert_int_equal(board.polls, 2);
	assert_int_equal(board.failures, 1);
	/* vss is new and not judged, space as it was, layout is gone. */
	assert_int_equal(host->check_count, 2);
	assert_string_equal(host->checks[0].check, "vss");
	assert_false(host->checks[0].judged);
	assert_int_equal(host->checks[0].state, HV_UNKNOWN);
	assert_true(hv_board_check_since(host, &host->checks[0], &now) == at(310).wall);
	assert_string_equal(host->checks[1].check, "space");
	assert_true(host->checks[1].judged);
	assert_int_equal(host->checks[1].state, HV_WARNING);
	assert_string_equal(host->checks[1].row->summary, "space is so");
	assert_int_equal(board.hosts[0].polls, 0);
	assert_int_equal(board.hosts[2].polls, 0);
}

static void test_board_new_check_is_not_judged(void **state)
{
	static const char *const checks[] = { "layout", "space", "vss", NULL };
	struct hv_board_host_config host = host_config("hv01");
	struct hv_board_config config = config_of(&host, 1);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	host.checks = checks;
	configure(&board, &config);
	assert_int_equal(shown(&board, "vss", 20), HV_UNKNOWN);
	assert_summary(&board, "vss", 20, "not polled yet");
	assert_int_equal(shown(&board, "space", 20), HV_OK);
	assert_int_equal(host_state(&board, 20), HV_UNKNOWN);
	assert_nothing_to_tell(&board);
}

/* One that was gone meanwhile is new: its first poll is a first one again. */
static void test_board_removed_and_added(void **state)
{
	struct hv_board_host_config host = host_config("hv01");
	struct hv_board_config config = config_of(&host, 1);
	struct hv_board_config none = config_of(NULL, 0);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	take_states(&board, 310, HV_OK, HV_CRITICAL);
	assert_int_equal(board.to_tell, 1);
	configure(&board, &none);
	assert_int_equal(board.host_count, 0);
	assert_nothing_to_tell(&board);
	configure(&board, &config);
	assert_null(board.hosts[0].checks[0].row);
	assert_int_equal(board.hosts[0].polls, 0);
	take_states(&board, 610, HV_OK, HV_CRITICAL);
	assert_nothing_to_tell(&board);
	assert_int_equal(board.polls, 3);
}

/* Polls */

static void test_board_before_any_poll(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	assert_false(hv_board_is_reachable(&board.hosts[0]));
	assert_false(board.hosts[0].unreachable);
	assert_true(board.hosts[0].reachable_since_wall == 0);
	assert_true(is_stale(&board, 0));
	assert_true(is_expired(&board, 0));
	assert_int_equal(age(&board, 100), 0);
	assert_int_equal(shown(&board, "layout", 100), HV_UNKNOWN);
	assert_since(&board, "layout", 100, 0);
	assert_summary(&board, "layout", 100, "not polled yet");
	/* Not the state of one that cannot be reached: nobody has tried. */
	assert_int_equal(host_state(&board, 100), HV_UNKNOWN);
	assert_nothing_to_tell(&board);
}

static void test_board_answer(void **state)
{
	const struct hv_board_host *host;
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_WARNING);
	host = &board.hosts[0];
	assert_true(hv_board_is_reachable(host));
	assert_true(host->reachable_since_wall == at(10).wall);
	assert_true(host->taken_at.monotonic == at(10).monotonic);
	assert_true(host->polled_at.wall == at(10).wall);
	assert_true(host->took == 3 * SEC);
	assert_int_equal(host->polls, 1);
	assert_int_equal(host->failures, 0);
	assert_int_equal(board.polls, 1);
	assert_int_equal(board.failures, 0);
	assert_string_equal(host->error, "");
	assert_false(is_stale(&board, 20));
	assert_false(is_expired(&board, 20));
	assert_int_equal(age(&board, 20), 10);
	assert_int_equal(shown(&board, "layout", 20), HV_OK);
	assert_int_equal(shown(&board, "space", 20), HV_WARNING);
	assert_since(&board, "space", 20, 10);
	assert_summary(&board, "space", 20, "space is so");
	assert_int_equal(host_state(&board, 20), HV_WARNING);
}

/* Only a change of the state is one, not a poll, and not its rows. */
static void test_board_since(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_WARNING);
	take_states(&board, 310, HV_OK, HV_WARNING);
	assert_since(&board, "space", 320, 10);
	take_error(&board, 610, "no route");
	assert_since(&board, "space", 620, 10);
	take_states(&board, 900, HV_OK, HV_CRITICAL);
	assert_since(&board, "space", 910, 900);
	assert_since(&board, "layout", 910, 10);
	assert_true(board.hosts[0].taken_at.wall == at(900).wall);
	/* UNKNOWN from the start, and still so: since the start. */
	hv_board_done(&board);
	set_up(&board);
	take_states(&board, 10, HV_UNKNOWN, HV_OK);
	assert_since(&board, "layout", 20, 0);
	assert_since(&board, "space", 20, 10);
}

static void test_board_check_without_row(void **state)
{
	static const struct row rows[] = { { "layout", HV_OK, "fine" },
		{ "acl", HV_CRITICAL, "" } };
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	take_rows(&board, "hv01", 310, rows, HV_ARRAY_LEN(rows));
	assert_int_equal(shown(&board, "space", 320), HV_UNKNOWN);
	assert_since(&board, "space", 320, 310);
	assert_summary(&board, "space", 320, "the last poll brought no result of this check");
	assert_int_equal(shown(&board, "layout", 320), HV_OK);
	/* A row of a check that is not configured has no say. */
	assert_int_equal(host_state(&board, 320), HV_UNKNOWN);
	tell_check(&board, "space", HV_OK, HV_UNKNOWN,
		"the last poll brought no result of this check");
	assert_nothing_to_tell(&board);
}

/* One failure is stale data; the second in a row makes it a host that cannot be reached. */
static void test_board_failures(void **state)
{
	const struct hv_board_host *host;
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_WARNING);
	take_error(&board, 310, "no route");
	host = &board.hosts[0];
	assert_true(hv_board_is_reachable(host));
	assert_true(is_stale(&board, 311));
	assert_false(is_expired(&board, 311));
	assert_int_equal(host_state(&board, 311), HV_WARNING);
	assert_string_equal(host->error, "no route");
	assert_true(host->has_snapshot);
	assert_summary(&board, "space", 311, "space is so");
	take_error(&board, 370, "timed out");
	assert_false(hv_board_is_reachable(host));
	assert_true(host->reachable_since_wall == at(370).wall);
	assert_int_equal(host_state(&board, 371), HV_CRITICAL);
	/* The checks still show what is known. */
	assert_int_equal(shown(&board, "space", 371), HV_WARNING);
	assert_int_equal(host->failures, 2);
	assert_int_equal(board.failures, 2);
	assert_string_equal(host->error, "timed out");
	take_error(&board, 430, "timed out");
	assert_true(host->reachable_since_wall == at(370).wall);
	take_states(&board, 500, HV_OK, HV_WARNING);
	assert_true(hv_board_is_reachable(host));
	assert_true(host->reachable_since_wall == at(500).wall);
	assert_int_equal(host->failures_in_a_row, 0);
	assert_string_equal(host->error, "");
	assert_false(is_stale(&board, 501));
	assert_int_equal(host_state(&board, 501), HV_WARNING);
	/* Not in a row with the former ones. */
	take_error(&board, 800, "timed out");
	assert_true(hv_board_is_reachable(host));
}

static void test_board_never_answered(void **state)
{
	const struct hv_board_host *host;
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_error(&board, 60, "no route");
	host = &board.hosts[0];
	assert_false(hv_board_is_reachable(host));
	assert_false(host->unreachable);
	assert_true(host->reachable_since_wall == at(60).wall);
	assert_int_equal(host_state(&board, 61), HV_UNKNOWN);
	assert_summary(&board, "layout", 61, "never answered: no route");
	take_error(&board, 120, "timed out");
	assert_true(host->unreachable);
	assert_true(host->reachable_since_wall == at(60).wall);
	assert_int_equal(host_state(&board, 121), HV_CRITICAL);
	assert_int_equal(shown(&board, "layout", 121), HV_UNKNOWN);
	assert_since(&board, "layout", 121, 0);
	assert_summary(&board, "layout", 121, "never answered: timed out");
	assert_int_equal(age(&board, 121), 0);
	assert_true(is_stale(&board, 121));
}

/* The worse of what the checks say and what the configuration says of such a host. */
static void test_board_host_state(void **state)
{
	static const struct {
		enum hv_state layout, space, unreachable, reached, not_reached;
	} CASES[] = {
		{ HV_OK, HV_OK, HV_CRITICAL, HV_OK, HV_CRITICAL },
		{ HV_OK, HV_UNKNOWN, HV_CRITICAL, HV_UNKNOWN, HV_CRITICAL },
		{ HV_WARNING, HV_UNKNOWN, HV_UNKNOWN, HV_WARNING, HV_WARNING },
		{ HV_WARNING, HV_CRITICAL, HV_WARNING, HV_CRITICAL, HV_CRITICAL },
		{ HV_OK, HV_OK, HV_UNKNOWN, HV_OK, HV_UNKNOWN },
		{ HV_OK, HV_OK, HV_OK, HV_OK, HV_OK },
	};

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		HV_AUTO(board) board = { .hosts = NULL };

		set_up(&board);
		board.hosts[0].unreachable_state = CASES[i].unreachable;
		take_states(&board, 10, CASES[i].layout, CASES[i].space);
		assert_int_equal(host_state(&board, 20), CASES[i].reached);
		take_error(&board, 30, "no route");
		take_error(&board, 40, "no route");
		assert_int_equal(host_state(&board, 50), CASES[i].not_reached);
	}
}

/* Without checks nothing can be wrong with one that answers. */
static void test_board_host_without_checks(void **state)
{
	struct hv_board_host_config host = host_config("hv01");
	struct hv_board_config config = config_of(&host, 1);
	struct hv_moment start = at(0);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	host.checks = NOTHING;
	hv_board_init(&board, &start);
	configure(&board, &config);
	assert_int_equal(host_state(&board, 5), HV_UNKNOWN);
	take_states(&board, 10, HV_OK, HV_OK);
	assert_int_equal(host_state(&board, 20), HV_OK);
	assert_int_equal(host_state(&board, 2000), HV_UNKNOWN);
}

static void test_board_error_is_bounded(void **state)
{
	char error[HV_SNAPSHOT_LONG_TEXT_MAX + 4];
	char text[HV_SNAPSHOT_LONG_TEXT_MAX + 1];
	struct hv_moment now = at(20);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	memset(error, 'x', sizeof(error));
	error[sizeof(error) - 1] = '\0';
	take_error(&board, 10, error);
	assert_int_equal(strlen(board.hosts[0].error), HV_SNAPSHOT_LONG_TEXT_MAX);
	hv_board_check_summary(&board.hosts[0], &board.hosts[0].checks[0], &now, text);
	assert_int_equal(strlen(text), HV_SNAPSHOT_LONG_TEXT_MAX);
	assert_memory_equal(text, "never answered: xxx", 19);
	/* No half of a character, here an "ä" over the end of both. */
	memcpy(error + HV_SNAPSHOT_LONG_TEXT_MAX - 1, "\xC3\xA4", 3);
	memcpy(error + HV_SNAPSHOT_LONG_TEXT_MAX - 17, "\xC3\xA4", 2);
	take_error(&board, 20, error);
	assert_int_equal(strlen(board.hosts[0].error), HV_SNAPSHOT_LONG_TEXT_MAX - 1);
	hv_board_check_summary(&board.hosts[0], &board.hosts[0].checks[0], &now, text);
	assert_int_equal(strlen(text), HV_SNAPSHOT_LONG_TEXT_MAX - 1);
	assert_int_equal(text[HV_SNAPSHOT_LONG_TEXT_MAX - 2], 'x');
}

/* The text is lost, not the failure. */
static void test_board_failure_without_memory(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	take_error(&board, 310, "no route");
	countdown = 0;
	assert_int_equal(take_failed(&board, "hv01", 340, "no route"), -1);
	countdown = -1;
	assert_int_equal(board.hosts[0].failures, 2);
	assert_false(hv_board_is_reachable(&board.hosts[0]));
	assert_string_equal(board.hosts[0].error, "");
	assert_summary(&board, "space", 10 + 3600, "no data for 1h");
	tell(&board, HV_NOTICE_UNREACHABLE, NULL, HV_OK, HV_CRITICAL, "no answer");
}

/* Time: an interval is 300 s, the data are of second 10. */
static void test_board_ages(void **state)
{
	static const struct {
		int64_t seconds;
		bool stale, expired;
		uint32_t age;
	} CASES[] = {
		{ 10, false, false, 0 },
		{ 610, false, false, 600 },
		{ 611, true, false, 601 },
		{ 910, true, false, 900 },
		{ 911, true, true, 901 },
		/* A moment before they were taken. */
		{ 5, false, false, 0 },
		{ -100000, false, false, 0 },
		{ INT64_C(5000000000), true, true, UINT32_MAX },
	};
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	for (size_t i = 0; i < HV_ARRAY_LEN(CASES); i++) {
		assert_int_equal(is_stale(&board, CASES[i].seconds), CASES[i].stale);
		assert_int_equal(is_expired(&board, CASES[i].seconds), CASES[i].expired);
		assert_int_equal(age(&board, CASES[i].seconds), CASES[i].age);
	}
}

static void test_board_ages_by_the_monotonic_clock(void **state)
{
	struct hv_moment back = at(20), ahead = at(2000);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	back.wall = 0;
	assert_int_equal(hv_board_age(&board.hosts[0], &back), 10);
	assert_false(hv_board_is_stale(&board.hosts[0], &back));
	ahead.wall = at(20).wall;
	assert_true(hv_board_is_expired(&board.hosts[0], &ahead));
}

static void test_board_longest_interval_does_not_overflow(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	board.hosts[0].interval = HV_USEC_MAX / 2;
	assert_false(is_stale(&board, 1000000));
	assert_false(is_expired(&board, 1000000));
}

static void test_board_expired(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_CRITICAL);
	assert_int_equal(shown(&board, "layout", 910), HV_OK);
	assert_int_equal(shown(&board, "layout", 973), HV_UNKNOWN);
	assert_int_equal(shown(&board, "space", 973), HV_UNKNOWN);
	assert_since(&board, "layout", 910, 10);
	assert_since(&board, "layout", 973, 910);
	assert_summary(&board, "layout", 973, "no data for 16m 3s");
	assert_int_equal(host_state(&board, 973), HV_UNKNOWN);
	take_error(&board, 970, "no route");
	assert_summary(&board, "layout", 973, "no data for 16m 3s: no route");
	/* That alone is nothing to tell of a check. */
	assert_nothing_to_tell(&board);
	take_states(&board, 1000, HV_OK, HV_CRITICAL);
	assert_int_equal(shown(&board, "layout", 1001), HV_OK);
	assert_since(&board, "layout", 1001, 10);
	assert_nothing_to_tell(&board);
}

/* One that was UNKNOWN already became it then. */
static void test_board_expired_since_of_unknown(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	take_states(&board, 310, HV_UNKNOWN, HV_OK);
	assert_since(&board, "layout", 3000, 310);
	assert_since(&board, "space", 3000, 1210);
}

/* Notices */

static void test_board_first_poll_is_silent(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_CRITICAL, HV_OK);
	assert_nothing_to_tell(&board);
	take_states(&board, 310, HV_CRITICAL, HV_OK);
	assert_nothing_to_tell(&board);
	/* Its end is told. */
	take_states(&board, 610, HV_OK, HV_OK);
	tell_check(&board, "layout", HV_CRITICAL, HV_OK, "layout is so");
	assert_nothing_to_tell(&board);
}

static void test_board_tell_first(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up_tell_first(&board);
	take_states(&board, 10, HV_UNKNOWN, HV_OK);
	tell_check(&board, "layout", HV_OK, HV_UNKNOWN, "layout is so");
	assert_nothing_to_tell(&board);
	take_states(&board, 310, HV_OK, HV_OK);
	tell_check(&board, "layout", HV_UNKNOWN, HV_OK, "layout is so");
	assert_nothing_to_tell(&board);
}

static void test_board_tell_first_all_well(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up_tell_first(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	assert_nothing_to_tell(&board);
}

static void test_board_alarm_and_clear(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	take_states(&board, 310, HV_WARNING, HV_CRITICAL);
	/* In the order of the checks: "space" is shorter. */
	tell_check(&board, "space", HV_OK, HV_CRITICAL, "space is so");
	tell_check(&board, "layout", HV_OK, HV_WARNING, "layout is so");
	assert_nothing_to_tell(&board);
	take_states(&board, 610, HV_WARNING, HV_WARNING);
	tell_check(&board, "space", HV_CRITICAL, HV_WARNING, "space is so");
	take_states(&board, 910, HV_OK, HV_OK);
	tell_check(&board, "space", HV_WARNING, HV_OK, "space is so");
	tell_check(&board, "layout", HV_WARNING, HV_OK, "layout is so");
	assert_nothing_to_tell(&board);
}

static void test_board_changed_back_is_not_told(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	take_states(&board, 310, HV_CRITICAL, HV_OK);
	assert_int_equal(board.to_tell, 1);
	take_states(&board, 610, HV_OK, HV_OK);
	assert_nothing_to_tell(&board);
	/* Reachability likewise. */
	take_error(&board, 910, "no route");
	take_error(&board, 920, "no route");
	assert_int_equal(board.to_tell, 1);
	take_states(&board, 930, HV_OK, HV_OK);
	assert_nothing_to_tell(&board);
}

static void test_board_unreachable_and_back(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_WARNING, HV_OK);
	take_error(&board, 310, "no route");
	assert_nothing_to_tell(&board);
	take_error(&board, 340, "timed out");
	tell(&board, HV_NOTICE_UNREACHABLE, NULL, HV_WARNING, HV_CRITICAL, "timed out");
	assert_nothing_to_tell(&board);
	take_error(&board, 400, "timed out");
	assert_nothing_to_tell(&board);
	take_states(&board, 520, HV_OK, HV_OK);
	tell(&board, HV_NOTICE_REACHABLE, NULL, HV_CRITICAL, HV_OK, "the host answers");
	tell_check(&board, "layout", HV_WARNING, HV_OK, "layout is so");
	assert_nothing_to_tell(&board);
}

/* One trouble, one notification: what a check has to say waits, and may be over by then. */
static void test_board_checks_wait_for_the_host(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	take_states(&board, 310, HV_CRITICAL, HV_WARNING);
	take_error(&board, 610, "no route");
	take_error(&board, 640, "no route");
	tell(&board, HV_NOTICE_UNREACHABLE, NULL, HV_CRITICAL, HV_CRITICAL, "no route");
	assert_nothing_to_tell(&board);
	take_states(&board, 700, HV_CRITICAL, HV_OK);
	tell(&board, HV_NOTICE_REACHABLE, NULL, HV_CRITICAL, HV_CRITICAL, "the host answers");
	tell_check(&board, "layout", HV_OK, HV_CRITICAL, "layout is so");
	assert_nothing_to_tell(&board);
}

/* A single failure is no trouble of the host: what has to be told is told. */
static void test_board_checks_do_not_wait_for_one_failure(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	take_states(&board, 310, HV_CRITICAL, HV_OK);
	take_error(&board, 610, "no route");
	tell_check(&board, "layout", HV_OK, HV_CRITICAL, "layout is so");
	assert_nothing_to_tell(&board);
}

static void test_board_unreachable_from_the_start(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_error(&board, 10, "no route");
	take_error(&board, 40, "no route");
	take_error(&board, 100, "no route");
	assert_true(board.hosts[0].unreachable);
	assert_nothing_to_tell(&board);
	/* Only its return; what the first answer finds is silent. */
	take_states(&board, 200, HV_CRITICAL, HV_OK);
	tell(&board, HV_NOTICE_REACHABLE, NULL, HV_CRITICAL, HV_CRITICAL, "the host answers");
	assert_nothing_to_tell(&board);
	/* From then on as any other. */
	take_error(&board, 500, "no route");
	take_error(&board, 530, "no route");
	tell(&board, HV_NOTICE_UNREACHABLE, NULL, HV_CRITICAL, HV_CRITICAL, "no route");
}

static void test_board_one_failure_at_the_start(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_error(&board, 10, "no route");
	take_states(&board, 40, HV_OK, HV_OK);
	assert_nothing_to_tell(&board);
}

static void test_board_tell_first_unreachable(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up_tell_first(&board);
	take_error(&board, 10, "no route");
	assert_nothing_to_tell(&board);
	take_error(&board, 40, "no route");
	tell(&board, HV_NOTICE_UNREACHABLE, NULL, HV_UNKNOWN, HV_CRITICAL, "no route");
	take_states(&board, 100, HV_WARNING, HV_OK);
	tell(&board, HV_NOTICE_REACHABLE, NULL, HV_CRITICAL, HV_WARNING, "the host answers");
	tell_check(&board, "layout", HV_OK, HV_WARNING, "layout is so");
	assert_nothing_to_tell(&board);
}

/* More failures allowed by a new configuration are no answer. */
static void test_board_reload_is_no_return(void **state)
{
	struct hv_board_host_config host = host_config("hv01");
	struct hv_board_config config = config_of(&host, 1);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	take_error(&board, 310, "no route");
	take_error(&board, 340, "no route");
	tell(&board, HV_NOTICE_UNREACHABLE, NULL, HV_OK, HV_CRITICAL, "no route");
	host.unreachable_after = 10;
	configure(&board, &config);
	assert_nothing_to_tell(&board);
	assert_false(hv_board_is_reachable(&board.hosts[0]));
	take_error(&board, 400, "no route");
	assert_nothing_to_tell(&board);
	take_states(&board, 500, HV_OK, HV_OK);
	tell(&board, HV_NOTICE_REACHABLE, NULL, HV_CRITICAL, HV_OK, "the host answers");
}

/* What is still to tell outlives a reload. */
static void test_board_reload_keeps_what_is_to_tell(void **state)
{
	struct hv_board_host_config host = host_config("hv01");
	struct hv_board_config config = config_of(&host, 1);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	take_states(&board, 310, HV_CRITICAL, HV_WARNING);
	host.checks = LAYOUT;
	configure(&board, &config);
	tell_check(&board, "layout", HV_OK, HV_CRITICAL, "layout is so");
	assert_nothing_to_tell(&board);
}

/* What an earlier run has told */

static void remember(struct hv_board *board, bool unreachable, enum hv_state space)
{
	struct hv_board_host *host = &board->hosts[0];

	hv_board_remember_host(host, unreachable);
	assert_string_equal(host->checks[0].check, "space");
	hv_board_remember_check(&host->checks[0], space);
}

/* Of layout nothing is known: what is found is the beginning, with space or without. */
static void test_board_first_poll_against_memory(void **state)
{
	(void)state;
	for (enum hv_state told = HV_OK; told <= HV_UNKNOWN; told++) {
		for (enum hv_state found = HV_OK; found <= HV_UNKNOWN; found++) {
			HV_AUTO(board) board = { .hosts = NULL };

			set_up(&board);
			remember(&board, false, told);
			take_states(&board, 10, HV_CRITICAL, found);
			if (found != told)
				tell_check(&board, "space", told, found, "space is so");
			assert_nothing_to_tell(&board);
			take_states(&board, 310, HV_OK, found);
			tell_check(&board, "layout", HV_CRITICAL, HV_OK, "layout is so");
			assert_nothing_to_tell(&board);
		}
	}
}

/* What is remembered is no state of now. */
static void test_board_memory_is_not_shown(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	remember(&board, true, HV_CRITICAL);
	assert_false(check_of(&board, "space")->judged);
	assert_int_equal(shown(&board, "space", 5), HV_UNKNOWN);
	assert_summary(&board, "space", 5, "not polled yet");
	assert_false(board.hosts[0].unreachable);
	assert_nothing_to_tell(&board);
}

/* Where the first poll is told, it is told of what is not remembered. */
static void test_board_memory_and_tell_first(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up_tell_first(&board);
	remember(&board, false, HV_CRITICAL);
	take_states(&board, 10, HV_WARNING, HV_CRITICAL);
	tell_check(&board, "layout", HV_OK, HV_WARNING, "layout is so");
	assert_nothing_to_tell(&board);
}

/* Nothing is told of its return before it answers: not by a reload, not by a first failure. */
static void test_board_remembered_unreachable_answers(void **state)
{
	struct hv_board_host_config host = host_config("hv01");
	struct hv_board_config config = config_of(&host, 1);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	remember(&board, true, HV_WARNING);
	configure(&board, &config);
	assert_nothing_to_tell(&board);
	take_error(&board, 10, "no route");
	assert_nothing_to_tell(&board);
	take_error(&board, 40, "no route");
	assert_nothing_to_tell(&board);
	take_states(&board, 70, HV_OK, HV_OK);
	tell(&board, HV_NOTICE_REACHABLE, NULL, HV_CRITICAL, HV_OK, "the host answers");
	tell_check(&board, "space", HV_WARNING, HV_OK, "space is so");
	assert_nothing_to_tell(&board);
}

static void test_board_remembered_reachable_fails(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	set_up(&board);
	remember(&board, false, HV_OK);
	take_error(&board, 10, "no route");
	assert_nothing_to_tell(&board);
	take_error(&board, 40, "timed out");
	tell(&board, HV_NOTICE_UNREACHABLE, NULL, HV_UNKNOWN, HV_CRITICAL, "timed out");
	assert_nothing_to_tell(&board);
}

/* While nobody wants to be told it stays until something else is known. */
static void test_board_memory_while_nothing_is_told(void **state)
{
	struct hv_board_host_config host = host_config("hv01");
	struct hv_board_config silent = config_of(&host, 1), loud = config_of(&host, 1);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	silent.tell_states = silent.tell_reachability = false;
	set_up(&board);
	remember(&board, true, HV_WARNING);
	configure(&board, &silent);
	assert_true(board.hosts[0].told_unreachable);
	assert_int_equal(check_of(&board, "space")->told, HV_WARNING);
	take_states(&board, 10, HV_OK, HV_CRITICAL);
	assert_false(board.hosts[0].told_unreachable);
	assert_int_equal(check_of(&board, "space")->told, HV_CRITICAL);
	configure(&board, &loud);
	assert_nothing_to_tell(&board);
}

/* Whoever keeps what was told has to know when that changes. */
static void test_board_counts_what_changes_of_it(void **state)
{
	HV_AUTO(board) board = { .hosts = NULL };
	uint64_t before;

	(void)state;
	set_up(&board);
	before = board.told_changes;
	take_error(&board, 5, "no route");
	assert_true(board.told_changes == before);
	take_states(&board, 10, HV_OK, HV_OK); /* taken for known */
	assert_true(board.told_changes > before);
	before = board.told_changes;
	take_states(&board, 310, HV_OK, HV_WARNING); /* nobody was told */
	assert_true(board.told_changes == before);
	tell_check(&board, "space", HV_OK, HV_WARNING, "space is so");
	assert_true(board.told_changes > before);
	before = board.told_changes;
	take_states(&board, 610, HV_OK, HV_WARNING);
	assert_true(board.told_changes == before);
	take_error(&board, 910, "no route");
	take_error(&board, 940, "no route");
	tell(&board, HV_NOTICE_UNREACHABLE, NULL, HV_WARNING, HV_CRITICAL, "no route");
	assert_true(board.told_changes > before);
	before = board.told_changes;
	take_states(&board, 1000, HV_OK, HV_WARNING);
	tell(&board, HV_NOTICE_REACHABLE, NULL, HV_CRITICAL, HV_WARNING, "the host answers");
	assert_true(board.told_changes > before);
}

static void test_board_states_not_told(void **state)
{
	struct hv_board_host_config host = host_config("hv01");
	struct hv_board_config silent = config_of(&host, 1), loud = config_of(&host, 1);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	silent.tell_states = false;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	take_states(&board, 310, HV_WARNING, HV_OK);
	configure(&board, &silent);
	assert_nothing_to_tell(&board);
	take_states(&board, 610, HV_WARNING, HV_CRITICAL);
	assert_nothing_to_tell(&board);
	/* Reachability is told all the same. */
	take_error(&board, 910, "no route");
	take_error(&board, 940, "no route");
	tell(&board, HV_NOTICE_UNREACHABLE, NULL, HV_CRITICAL, HV_CRITICAL, "no route");
	take_states(&board, 1000, HV_WARNING, HV_CRITICAL);
	tell(&board, HV_NOTICE_REACHABLE, NULL, HV_CRITICAL, HV_CRITICAL, "the host answers");
	assert_nothing_to_tell(&board);
	/* Nothing of that is made up for. */
	configure(&board, &loud);
	assert_nothing_to_tell(&board);
	take_states(&board, 1300, HV_WARNING, HV_OK);
	tell_check(&board, "space", HV_CRITICAL, HV_OK, "space is so");
	assert_nothing_to_tell(&board);
}

static void test_board_reachability_not_told(void **state)
{
	struct hv_board_host_config host = host_config("hv01");
	struct hv_board_config silent = config_of(&host, 1), loud = config_of(&host, 1);
	HV_AUTO(board) board = { .hosts = NULL };

	(void)state;
	silent.tell_reachability = false;
	set_up(&board);
	take_states(&board, 10, HV_OK, HV_OK);
	configure(&board, &silent);
	take_error(&board, 310, "no route");
	take_error(&board, 340, "no route");
	assert_nothing_to_tell(&board);
	take_states(&board, 400, HV_WARNING, HV_OK);
	tell_check(&board, "layout", HV_OK, HV_WARNING, "layout is so");
	assert_nothing_to_tell(&board);
	take_error(&board, 700, "no route");
	take_error(&board, 730, "no route");
	configure(&board, &loud);
	assert_nothing_to_tell(&board);
	take_states(&board, 800, HV_WARNING, HV_OK);
	tell(&board, HV_NOTICE_REACHABLE, NULL, HV_CRITICAL, HV_WARNING, "the host answers");
}

enum { MANY = 500 };

/* Of many hosts some have something to tell: each is told once, and none forgotten. */
static void test_board_many_hosts(void **state)
{
	static char names[MANY][8];
	static struct hv_board_host_config hosts[MANY];
	static const struct row good[] = { { "layout", HV_OK, "fine" },
		{ "space", HV_OK, "fine" } };
	static const struct row bad[] = { { "layout", HV_OK, "fine" },
		{ "space", HV_WARNING, "" } };
	struct hv_board_config config = config_of(hosts, MANY);
	struct hv_moment start = at(0);
	HV_AUTO(board) board = { .hosts = NULL };
	struct hv_notice notice;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		assert_true(snprintf(names[i], sizeof(names[i]), "h%zu", i) > 0);
		hosts[i] = host_config(names[i]);
	}
	hv_board_init(&board, &start);
	configure(&board, &config);
	for (size_t i = 0; i < MANY; i++)
		take_rows(&board, names[i], 10, good, HV_ARRAY_LEN(good));
	assert_nothing_to_tell(&board);
	for (size_t round = 0; round < 3; round++) {
		size_t told = 0;

		for (size_t i = 0; i < MANY; i += 7)
			take_rows(&board, names[i], 20, round % 2 ? good : bad, 2);
		while (hv_board_next_notice(&board, &notice)) {
			assert_int_equal(notice.state, round % 2 ? HV_OK : HV_WARNING);
			hv_board_told(&board, &notice);
			told++;
		}
		assert_int_equal(told, (MANY + 6) / 7);
		assert_nothing_to_tell(&board);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_board_empty),
		cmocka_unit_test(test_board_order),
		cmocka_unit_test(test_board_copies_configuration),
		cmocka_unit_test(test_board_refuses_and_changes_nothing),
		cmocka_unit_test(test_board_longest_names),
		cmocka_unit_test(test_board_no_memory_changes_nothing),
		cmocka_unit_test(test_board_reconfigure_keeps),
		cmocka_unit_test(test_board_new_check_is_not_judged),
		cmocka_unit_test(test_board_removed_and_added),
		cmocka_unit_test(test_board_before_any_poll),
		cmocka_unit_test(test_board_answer),
		cmocka_unit_test(test_board_since),
		cmocka_unit_test(test_board_check_without_row),
		cmocka_unit_test(test_board_failures),
		cmocka_unit_test(test_board_never_answered),
		cmocka_unit_test(test_board_host_state),
		cmocka_unit_test(test_board_host_without_checks),
		cmocka_unit_test(test_board_error_is_bounded),
		cmocka_unit_test(test_board_failure_without_memory),
		cmocka_unit_test(test_board_ages),
		cmocka_unit_test(test_board_ages_by_the_monotonic_clock),
		cmocka_unit_test(test_board_longest_interval_does_not_overflow),
		cmocka_unit_test(test_board_expired),
		cmocka_unit_test(test_board_expired_since_of_unknown),
		cmocka_unit_test(test_board_first_poll_is_silent),
		cmocka_unit_test(test_board_tell_first),
		cmocka_unit_test(test_board_tell_first_all_well),
		cmocka_unit_test(test_board_alarm_and_clear),
		cmocka_unit_test(test_board_changed_back_is_not_told),
		cmocka_unit_test(test_board_unreachable_and_back),
		cmocka_unit_test(test_board_checks_wait_for_the_host),
		cmocka_unit_test(test_board_checks_do_not_wait_for_one_failure),
		cmocka_unit_test(test_board_unreachable_from_the_start),
		cmocka_unit_test(test_board_one_failure_at_the_start),
		cmocka_unit_test(test_board_tell_first_unreachable),
		cmocka_unit_test(test_board_reload_is_no_return),
		cmocka_unit_test(test_board_reload_keeps_what_is_to_tell),
		cmocka_unit_test(test_board_first_poll_against_memory),
		cmocka_unit_test(test_board_memory_is_not_shown),
		cmocka_unit_test(test_board_memory_and_tell_first),
		cmocka_unit_test(test_board_remembered_unreachable_answers),
		cmocka_unit_test(test_board_remembered_reachable_fails),
		cmocka_unit_test(test_board_memory_while_nothing_is_told),
		cmocka_unit_test(test_board_counts_what_changes_of_it),
		cmocka_unit_test(test_board_states_not_told),
		cmocka_unit_test(test_board_reachability_not_told),
		cmocka_unit_test(test_board_many_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
