/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The board: hosts come and go with the configuration, polls change what is known of them. */
#include "mibs/board.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf.h"
#include "mibs/board-parts.h"

void hv_board_init(struct hv_board *board, const struct hv_moment *now)
{
	*board = (struct hv_board){ .started_wall = now->wall };
}

static void host_done(struct hv_board_host *host)
{
	hv_snapshot_done(&host->snapshot);
	hv_free(host->address);
	hv_free(host->checks);
	hv_free(host->error);
}

void hv_board_done(struct hv_board *board)
{
	if (!board)
		return;
	for (size_t i = 0; i < board->host_count; i++)
		host_done(&board->hosts[i]);
	hv_free(board->hosts);
	*board = (struct hv_board){ .started_wall = board->started_wall };
}

static int compare_hosts(const void *a, const void *b)
{
	const struct hv_board_host *left = a, *right = b;

	return hv_index_cmp(left->name, right->name);
}

static int compare_name(const void *name, const void *host)
{
	return hv_index_cmp(name, ((const struct hv_board_host *)host)->name);
}

static int compare_checks(const void *a, const void *b)
{
	const struct hv_board_check *left = a, *right = b;

	return hv_index_cmp(left->check, right->check);
}

struct hv_board_host *hv_board_find(struct hv_board *board, const char *name)
{
	if (board->host_count == 0)
		return NULL;
	return bsearch(name, board->hosts, board->host_count, sizeof(*board->hosts), compare_name);
}

/* A text of at least one octet that fits into ret with its NUL. */
static int copy_index(
	char *ret, size_t size, const char *text, const char *what, struct hv_err *err)
{
	size_t len = strlen(text);

	if (len == 0 || len >= size)
		return hv_err_set(err, HV_ERR_LIMIT,
			"the name of a %s has 1 to %zu characters: \"%s\"", what, size - 1, text);
	memcpy(ret, text, len + 1);
	return 0;
}

static int make_checks(struct hv_board_host *host, const char *const *names, hv_usec since_wall,
	struct hv_err *err)
{
	size_t count = 0;

	while (names[count])
		count++;
	host->checks = hv_alloc_array(count, sizeof(*host->checks));
	if (!host->checks)
		return hv_err_no_memory(err);
	for (; host->check_count < count; host->check_count++) {
		struct hv_board_check *check = &host->checks[host->check_count];

		*check = (struct hv_board_check){ .state = HV_UNKNOWN, .since_wall = since_wall };
		if (copy_index(check->check, sizeof(check->check), names[host->check_count],
			    "check", err))
			return -1;
	}
	qsort(host->checks, count, sizeof(*host->checks), compare_checks);
	for (size_t i = 1; i < count; i++) {
		if (compare_checks(&host->checks[i - 1], &host->checks[i]) == 0)
			return hv_err_set(err, HV_ERR_ARGUMENT, "check %s is there twice",
				host->checks[i].check);
	}
	return 0;
}

/* A host as if it had never been polled. */
static int make_host(struct hv_board_host *host, const struct hv_board_host_config *config,
	hv_usec since_wall, struct hv_err *err)
{
	*host = (struct hv_board_host){
		.interval = config->interval,
		.unreachable_after = config->unreachable_after ? config->unreachable_after : 1,
		.unreachable_state = config->unreachable,
	};
	hv_snapshot_init(&host->snapshot);
	if (copy_index(host->name, sizeof(host->name), config->name, "host", err))
		return -1;
	if (config->interval <= 0)
		return hv_err_set(err, HV_ERR_ARGUMENT, "host %s: no interval", config->name);
	host->address = hv_strdup(config->address);
	host->error = hv_strdup("");
	if (!host->address || !host->error)
		return hv_err_no_memory(err);
	if (make_checks(host, config->checks, since_wall, err))
		return hv_err_wrap(err, "host %s", config->name);
	return 0;
}

static int make_hosts(
	struct hv_board *board, const struct hv_board_config *config, struct hv_err *err)
{
	board->hosts = hv_alloc_array(config->host_count, sizeof(*board->hosts));
	if (!board->hosts)
		return hv_err_no_memory(err);
	for (size_t i = 0; i < config->host_count; i++) {
		/* Counted first: what is half made is released with the rest. */
		board->host_count++;
		if (make_host(&board->hosts[i], &config->hosts[i], board->started_wall, err))
			return -1;
	}
	qsort(board->hosts, board->host_count, sizeof(*board->hosts), compare_hosts);
	for (size_t i = 1; i < board->host_count; i++) {
		if (compare_hosts(&board->hosts[i - 1], &board->hosts[i]) == 0)
			return hv_err_set(err, HV_ERR_ARGUMENT, "host %s is there twice",
				board->hosts[i].name);
	}
	return 0;
}

static void keep_checks(struct hv_board_host *host, const struct hv_board_host *old)
{
	for (size_t i = 0; i < host->check_count; i++) {
		struct hv_board_check *check = &host->checks[i];
		const struct hv_board_check *known = NULL;

		if (old->check_count > 0)
			known = bsearch(check, old->checks, old->check_count, sizeof(*old->checks),
				compare_checks);
		if (known)
			*check = *known;
		else if (old->polls > 0)
			check->since_wall = old->polled_at.wall;
	}
}

/* Moves what is known of a host to its successor. */
static void keep_host(struct hv_board_host *host, struct hv_board_host *old)
{
	keep_checks(host, old);
	host->snapshot = old->snapshot;
	hv_snapshot_init(&old->snapshot);
	host->has_snapshot = old->has_snapshot;
	host->taken_at = old->taken_at;
	host->polled_at = old->polled_at;
	host->took = old->took;
	host->polls = old->polls;
	host->failures = old->failures;
	host->failures_in_a_row = old->failures_in_a_row;
	hv_free(host->error);
	host->error = hv_take(&old->error);
	host->unreachable = old->unreachable;
	host->reachable_since_wall = old->reachable_since_wall;
	host->told_unreachable = old->told_unreachable;
	host->told_known = old->told_known;
}

int hv_board_configure(
	struct hv_board *board, const struct hv_board_config *config, struct hv_err *err)
{
	HV_AUTO(board) made = { .started_wall = board->started_wall };
	struct hv_board old = *board;

	if (make_hosts(&made, config, err))
		return -1;
	for (size_t i = 0; i < made.host_count; i++) {
		struct hv_board_host *known = hv_board_find(&old, made.hosts[i].name);

		if (known)
			keep_host(&made.hosts[i], known);
	}
	made.polls = old.polls;
	made.failures = old.failures;
	made.tell_states = config->tell_states;
	made.tell_reachability = config->tell_reachability;
	made.tell_first = config->tell_first;
	made.told_changes = old.told_changes + 1; /* hosts may be gone */
	*board = made;
	made = old;
	for (size_t i = 0; i < board->host_count; i++)
		hv_board_review(board, &board->hosts[i]);
	return 0;
}

static const struct hv_snapshot_check *find_row(
	const struct hv_snapshot *snapshot, const char *check)
{
	for (size_t i = 0; i < snapshot->check_count; i++) {
		if (strcmp(snapshot->checks[i].check, check) == 0)
			return &snapshot->checks[i];
	}
	return NULL;
}

static void judge_check(struct hv_board *board, struct hv_board_check *check,
	const struct hv_snapshot *snapshot, const struct hv_moment *now)
{
	enum hv_state state;

	check->row = find_row(snapshot, check->check);
	state = check->row ? check->row->state : HV_UNKNOWN;
	/* The first time only what is not OK can be worth telling, and only if that is wanted. */
	if (!check->told_known) {
		check->told = board->tell_first ? HV_OK : state;
		check->told_known = true;
		board->told_changes++;
	}
	check->judged = true;
	if (state != check->state)
		check->since_wall = now->wall;
	check->state = state;
}

/* Of a host of which nothing was told so far. */
static void begin_telling(struct hv_board *board, struct hv_board_host *host, bool unreachable)
{
	if (host->told_known)
		return;
	host->told_unreachable = unreachable;
	host->told_known = true;
	board->told_changes++;
}

static void take_answer(struct hv_board *board, struct hv_board_host *host,
	struct hv_snapshot *snapshot, const struct hv_moment *now)
{
	begin_telling(board, host, false);
	hv_snapshot_done(&host->snapshot);
	host->snapshot = *snapshot;
	hv_snapshot_init(snapshot);
	host->has_snapshot = true;
	host->taken_at = *now;
	host->failures_in_a_row = 0;
	host->unreachable = false;
	host->error[0] = '\0';
	for (size_t i = 0; i < host->check_count; i++)
		judge_check(board, &host->checks[i], &host->snapshot, now);
}

/* A copy of at most max octets that ends with a whole character. */
static char *copy_bounded(const char *text, size_t max)
{
	const size_t len = hv_utf8_cut(text, max);
	char *copy;

	copy = hv_alloc(len + 1);
	if (copy)
		memcpy(copy, text, len);
	return copy;
}

static int take_failure(
	struct hv_board *board, struct hv_board_host *host, const char *error, struct hv_err *err)
{
	char *copy = copy_bounded(error, HV_SNAPSHOT_LONG_TEXT_MAX);

	board->failures++;
	host->failures++;
	if (host->failures_in_a_row < UINT_MAX)
		host->failures_in_a_row++;
	if (!host->unreachable && host->failures_in_a_row >= host->unreachable_after) {
		host->unreachable = true;
		/* Found so from the start: only its return is news. */
		begin_telling(board, host, !board->tell_first);
	}
	if (!copy) {
		host->error[0] = '\0';
		return hv_err_no_memory(err);
	}
	hv_free(host->error);
	host->error = copy;
	return 0;
}

int hv_board_take(struct hv_board *board, struct hv_board_host *host, struct hv_snapshot *snapshot,
	hv_usec took, const struct hv_moment *now, struct hv_err *err)
{
	bool was_reachable = hv_board_is_reachable(host);
	int rc = 0;

	board->polls++;
	host->polls++;
	host->polled_at = *now;
	host->took = took;
	if (snapshot->answered)
		take_answer(board, host, snapshot, now);
	else
		rc = take_failure(board, host, snapshot->error, err);
	if (host->polls == 1 || hv_board_is_reachable(host) != was_reachable)
		host->reachable_since_wall = now->wall;
	hv_board_review(board, host);
	return rc;
}
