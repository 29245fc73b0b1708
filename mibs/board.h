/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All hosts as the agent knows them: the last snapshot of each, how old it is, since when a state
 * is what it is, and what has still to be told by a notification. Pure: time is a parameter. */
#ifndef HV_MIBS_BOARD_H
#define HV_MIBS_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/time.h"
#include "check/state.h"
#include "mibs/snapshot.h"

/* Ages go by the one, dates by the other: the wall clock may jump. */
struct hv_moment {
	hv_usec monotonic, wall;
};

/* What the configuration says of a host. */
struct hv_board_host_config {
	const char *name;          /* index; unique */
	const char *address;       /* for people; "" */
	const char *const *checks; /* indexes of those that run, ends with NULL */
	hv_usec interval;
	unsigned int unreachable_after; /* polls in a row that must fail; at least 1 */
	enum hv_state unreachable;      /* state of such a host */
};

struct hv_board_config {
	const struct hv_board_host_config *hosts;
	size_t host_count;
	bool tell_states, tell_reachability; /* by notifications */
	bool tell_first;                     /* also what the first poll of a host finds */
};

struct hv_board_check {
	char check[HV_INDEX_CHECK_MAX + 1]; /* index */
	enum hv_state state;                /* of the last poll; see hv_board_check_state() */
	hv_usec since_wall;                 /* when it became that, by the wall clock */
	bool judged;                        /* some poll did; before that UNKNOWN */
	enum hv_state told; /* what is known of it outside: by a notification, or taken for so */
	bool told_known;    /* else the first poll finds what is taken for so */
	const struct hv_snapshot_check *row; /* in the snapshot; NULL: none */
};

struct hv_board_host {
	char name[HV_INDEX_HOST_MAX + 1];
	char *address;
	hv_usec interval;
	unsigned int unreachable_after;
	enum hv_state unreachable_state;
	struct hv_board_check *checks; /* in the order of the index */
	size_t check_count;
	struct hv_snapshot snapshot; /* of the last poll that was answered */
	bool has_snapshot;
	struct hv_moment taken_at;  /* of that */
	struct hv_moment polled_at; /* end of the last poll */
	hv_usec took;               /* that one */
	uint64_t polls, failures;
	unsigned int failures_in_a_row;
	char *error; /* of the last poll, at most HV_SNAPSHOT_LONG_TEXT_MAX; "": it was answered */
	bool unreachable;             /* so many polls failed that it counts as such */
	hv_usec reachable_since_wall; /* or not reachable since; 0: not polled yet */
	bool told_unreachable;
	bool told_known; /* as that of a check */
	bool to_tell;    /* something may have to be told */
};

struct hv_board {
	struct hv_board_host *hosts; /* in the order of the index: hv_index_cmp() */
	size_t host_count;
	hv_usec started_wall;
	uint64_t polls, failures; /* since the start, also of hosts that are gone */
	bool tell_states, tell_reachability, tell_first;
	size_t to_tell;        /* hosts of which something may have to be told */
	size_t cursor;         /* the host to look at next for that */
	uint64_t told_changes; /* how often something of what was told has changed */
};

void hv_board_init(struct hv_board *board, const struct hv_moment *now);
void hv_board_done(struct hv_board *board);
#define HV_AUTO_board __attribute__((cleanup(hv_board_done))) struct hv_board

/* Makes the board that of the configuration. Hosts that stay keep what is known of them. Nothing is
 * borrowed; nothing changes when it fails. */
int hv_board_configure(struct hv_board *board, const struct hv_board_config *config,
	struct hv_err *err) HV_MUST_USE;

struct hv_board_host *hv_board_find(struct hv_board *board, const char *name); /* NULL: none */

/* What an earlier run has told: the first poll is held against it. To be called before that. */
void hv_board_remember_host(struct hv_board_host *host, bool unreachable);
void hv_board_remember_check(struct hv_board_check *check, enum hv_state told);

/* A poll of the host has ended. The snapshot is moved out of *snapshot when it was answered.
 * When memory is short only the text of a failure is lost: it counts all the same. */
int hv_board_take(struct hv_board *board, struct hv_board_host *host, struct hv_snapshot *snapshot,
	hv_usec took, const struct hv_moment *now, struct hv_err *err) HV_MUST_USE;

/* The data are older than they should be: the last poll failed, or two intervals have passed. */
bool hv_board_is_stale(const struct hv_board_host *host, const struct hv_moment *now);
/* They tell nothing any more: none yet, or older than three intervals. */
bool hv_board_is_expired(const struct hv_board_host *host, const struct hv_moment *now);
/* Whole seconds since the data were taken; 0 when there are none. */
uint32_t hv_board_age(const struct hv_board_host *host, const struct hv_moment *now);
/* False before the first answer, too; that alone does not make a host one that "cannot be
 * reached": `unreachable` does. */
bool hv_board_is_reachable(const struct hv_board_host *host);

/* The state to show, the moment it became that, and the sentence, which is good until the board
 * changes; expired: UNKNOWN and why. text has room for HV_SNAPSHOT_LONG_TEXT_MAX + 1. */
enum hv_state hv_board_check_state(const struct hv_board_host *host,
	const struct hv_board_check *check, const struct hv_moment *now);
hv_usec hv_board_check_since(const struct hv_board_host *host, const struct hv_board_check *check,
	const struct hv_moment *now);
void hv_board_check_summary(const struct hv_board_host *host, const struct hv_board_check *check,
	const struct hv_moment *now, char *text);
/* The worst of its checks; of a host that cannot be reached what its configuration says. */
enum hv_state hv_board_host_state(const struct hv_board_host *host, const struct hv_moment *now);

enum hv_notice_kind { HV_NOTICE_CHECK_STATE, HV_NOTICE_UNREACHABLE, HV_NOTICE_REACHABLE };

struct hv_notice {
	enum hv_notice_kind kind;
	struct hv_board_host *host;
	struct hv_board_check *check; /* of a check's state */
	enum hv_state state, before;
	const char *text; /* the summary, or the error; good until the board changes */
};

/* The next thing to tell; false: nothing. hv_board_told() says that it was: until then it comes
 * again. What has changed back meanwhile is never told. States of checks are not told while a host
 * does not answer: one trouble, one notification. */
bool hv_board_next_notice(struct hv_board *board, struct hv_notice *ret);
void hv_board_told(struct hv_board *board, const struct hv_notice *notice);

#endif
