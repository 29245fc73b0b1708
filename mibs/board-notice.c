/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has to be told: what is, compared with what was told last. So nothing is told twice, and
 * what has changed back is not told at all. */
#include "mibs/board-parts.h"

static enum hv_state worst_polled(const struct hv_board_host *host)
{
	enum hv_state worst = HV_OK;

	for (size_t i = 0; i < host->check_count; i++)
		worst = hv_state_worse(worst, host->checks[i].state);
	return worst;
}

static struct hv_notice unreachable_notice(struct hv_board_host *host)
{
	return (struct hv_notice){
		.kind = HV_NOTICE_UNREACHABLE,
		.host = host,
		.state = hv_state_worse(worst_polled(host), host->unreachable_state),
		.before = worst_polled(host),
		.text = host->error[0] ? host->error : "no answer",
	};
}

static struct hv_notice reachable_notice(struct hv_board_host *host)
{
	return (struct hv_notice){
		.kind = HV_NOTICE_REACHABLE,
		.host = host,
		.state = worst_polled(host),
		.before = host->unreachable_state,
		.text = "the host answers",
	};
}

static struct hv_notice check_notice(struct hv_board_host *host, struct hv_board_check *check)
{
	return (struct hv_notice){
		.kind = HV_NOTICE_CHECK_STATE,
		.host = host,
		.check = check,
		.state = check->state,
		.before = check->told,
		.text = hv_board_polled_summary(check),
	};
}

/* What nobody wants to be told has been taken as told, so comparing is all there is to do. */
static bool find_notice(struct hv_board_host *host, struct hv_notice *ret)
{
	if (host->unreachable) {
		if (!host->told_unreachable)
			*ret = unreachable_notice(host);
		return !host->told_unreachable;
	}
	/* After a start there may be no answer yet. */
	if (host->told_unreachable && host->has_snapshot) {
		*ret = reachable_notice(host);
		return true;
	}
	for (size_t i = 0; i < host->check_count; i++) {
		struct hv_board_check *check = &host->checks[i];

		if (check->judged && check->state != check->told) {
			*ret = check_notice(host, check);
			return true;
		}
	}
	return false;
}

static void mark(struct hv_board *board, struct hv_board_host *host, bool to_tell)
{
	if (to_tell && !host->to_tell)
		board->to_tell++;
	if (!to_tell && host->to_tell)
		board->to_tell--;
	host->to_tell = to_tell;
}

static void set_told_host(struct hv_board *board, struct hv_board_host *host, bool unreachable)
{
	board->told_changes += host->told_unreachable != unreachable;
	host->told_unreachable = unreachable;
}

static void set_told_check(
	struct hv_board *board, struct hv_board_check *check, enum hv_state state)
{
	board->told_changes += check->told != state;
	check->told = state;
}

void hv_board_remember_host(struct hv_board_host *host, bool unreachable)
{
	host->told_unreachable = unreachable;
	host->told_known = true;
}

void hv_board_remember_check(struct hv_board_check *check, enum hv_state told)
{
	check->told = told;
	check->told_known = true;
}

/* What was not seen since the start stays as it is remembered. */
void hv_board_review(struct hv_board *board, struct hv_board_host *host)
{
	struct hv_notice notice;

	if (!board->tell_reachability && (host->has_snapshot || host->unreachable))
		set_told_host(board, host, host->unreachable);
	for (size_t i = 0; i < host->check_count && !board->tell_states; i++) {
		if (host->checks[i].judged)
			set_told_check(board, &host->checks[i], host->checks[i].state);
	}
	mark(board, host, find_notice(host, &notice));
}

/* Marked hosts are counted, so that nothing is looked for when nothing is there; the cursor stays
 * where something was found, so that a look goes over each host once until all is told. */
bool hv_board_next_notice(struct hv_board *board, struct hv_notice *ret)
{
	for (size_t i = 0; i < board->host_count && board->to_tell > 0; i++) {
		struct hv_board_host *host = &board->hosts[board->cursor];

		if (host->to_tell && find_notice(host, ret))
			return true;
		mark(board, host, false);
		board->cursor = (board->cursor + 1) % board->host_count;
	}
	return false;
}

void hv_board_told(struct hv_board *board, const struct hv_notice *notice)
{
	switch (notice->kind) {
	case HV_NOTICE_CHECK_STATE:
		set_told_check(board, notice->check, notice->state);
		return;
	case HV_NOTICE_UNREACHABLE:
		set_told_host(board, notice->host, true);
		return;
	case HV_NOTICE_REACHABLE:
		set_told_host(board, notice->host, false);
		return;
	}
}
