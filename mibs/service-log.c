/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of hosts: their changes in the log, all of them together in one line of status. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/alloc.h"
#include "mibs/service-parts.h"

void hv_service_note_before(const struct hv_board_host *host, struct hv_service_before *ret)
{
	*ret = (struct hv_service_before){
		.check_count = host->check_count,
		.failures_in_a_row = host->failures_in_a_row,
		.had_snapshot = host->has_snapshot,
	};
	if (!host->has_snapshot)
		return;
	ret->states = hv_alloc_array(host->check_count + 1, sizeof(*ret->states));
	for (size_t i = 0; ret->states && i < host->check_count; i++)
		ret->states[i] = host->checks[i].state;
}

void hv_service_before_done(struct hv_service_before *before)
{
	hv_free(before->states);
	before->states = NULL;
}

/* The first one of a row, and the one that makes it unreachable. */
static void log_failure(const struct hv_agent_log *log, const struct hv_board_host *host)
{
	const char *error = host->error ? host->error : "";

	if (host->failures_in_a_row == host->unreachable_after)
		hv_agent_log(log, LOG_WARNING, "%s: cannot be reached: %s", host->name, error);
	else if (host->failures_in_a_row == 1)
		hv_agent_log(log, LOG_NOTICE, "%s: a poll failed: %s", host->name, error);
}

static void log_answer(const struct hv_agent_log *log, const struct hv_board_host *host,
	const struct hv_service_before *before, const struct hv_moment *now)
{
	const char *state = hv_state_name(hv_board_host_state(host, now));

	if (!before->had_snapshot)
		hv_agent_log(log, LOG_INFO, "%s: answers, %s", host->name, state);
	else if (before->failures_in_a_row >= host->unreachable_after)
		hv_agent_log(log, LOG_NOTICE, "%s: can be reached again, %s", host->name, state);
	else if (before->failures_in_a_row > 0)
		hv_agent_log(log, LOG_INFO, "%s: answers again, %s", host->name, state);
}

static void log_check(const struct hv_agent_log *log, const struct hv_board_host *host,
	const struct hv_board_check *check, enum hv_state before)
{
	hv_agent_log(log, check->state == HV_OK ? LOG_INFO : LOG_NOTICE, "%s: %s: %s (was %s): %s",
		host->name, check->check, hv_state_name(check->state), hv_state_name(before),
		check->row ? check->row->summary : "");
}

void hv_service_log_change(const struct hv_agent_log *log, const struct hv_board_host *host,
	const struct hv_service_before *before, const struct hv_moment *now)
{
	if (host->failures_in_a_row > 0) {
		log_failure(log, host);
		return;
	}
	log_answer(log, host, before, now);
	for (size_t i = 0; before->states && i < host->check_count && i < before->check_count; i++)
		if (host->checks[i].state != before->states[i])
			log_check(log, host, &host->checks[i], before->states[i]);
}

void hv_service_status(
	const struct hv_board *board, const struct hv_moment *now, char ret[HV_SERVICE_STATUS_MAX])
{
	enum hv_state worst = HV_OK;
	size_t reachable = 0;

	for (size_t i = 0; i < board->host_count; i++) {
		const struct hv_board_host *host = &board->hosts[i];

		reachable += hv_board_is_reachable(host);
		worst = hv_state_worse(worst, hv_board_host_state(host, now));
	}
	(void)snprintf(ret, HV_SERVICE_STATUS_MAX, "%zu host%s, %zu reachable, worst %s",
		board->host_count, board->host_count == 1 ? "" : "s", reachable,
		hv_state_name(worst));
}
