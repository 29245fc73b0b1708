/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The service from within. */
#ifndef HV_MIBS_SERVICE_PARTS_H
#define HV_MIBS_SERVICE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "mibs/board.h"
#include "mibs/schedule.h"
#include "mibs/service.h"
#include "mibs/workers.h"

enum {
	HV_SERVICE_NOTICES_PER_SEC = 20,
	HV_SERVICE_STATUS_MAX = 128,
};

/* A host as schedule and workers know it: stays where it is whatever becomes of the configuration.
 */
struct hv_service_job {
	const struct hv_agent_host *host; /* in the configuration */
};

struct hv_service {
	struct hv_service_plan plan;
	struct hv_agent_config config;
	char *socket; /* of the master, as it was at the start; NULL: the usual one */
	struct hv_service_job **jobs; /* in the order of their names */
	size_t job_count;
	struct hv_board board;
	struct hv_schedule schedule;
	struct hv_workers *workers;
	int epoll;
	int signals;
	hv_usec notices_since; /* a second, in which so many were sent */
	unsigned int notices;
	hv_usec heard_last; /* by the watchdog */
	char status[HV_SERVICE_STATUS_MAX];
	bool starts_fail;   /* of processes: said once */
	char *state_file;   /* as it was at the start; NULL: none */
	bool keeps_told;    /* there */
	uint64_t told_kept; /* told_changes of the board, when it was written last */
	hv_usec keep_next;  /* not before */
	bool keeping_fails; /* said once */
	bool over;
};

/* Takes the configuration over: hosts that stay keep what is known of them, those that are polled
 * in another way now are polled soon. *config is moved out of; nothing changes when it fails. */
int hv_service_configure(
	struct hv_service *s, struct hv_agent_config *config, struct hv_err *err) HV_MUST_USE;
void hv_service_jobs_free(struct hv_service_job **jobs, size_t count);

struct hv_moment hv_service_now(const struct hv_service *s);

/* Begins what is due while workers are free. */
void hv_service_start_polls(struct hv_service *s);
/* done() of the workers. */
void hv_service_poll_ended(void *ctx, void *job, bool ok, const void *bytes, size_t len,
	const char *error, hv_usec took);
void hv_service_send_notices(struct hv_service *s);

/* Before the first poll; a file that cannot be used is no reason not to go on. */
void hv_service_recall_told(struct hv_service *s);
void hv_service_keep_told(struct hv_service *s); /* when it has changed */

/* What a poll has changed is logged: what was before, and what is after. */
struct hv_service_before {
	enum hv_state *states; /* of the checks; NULL: not known */
	size_t check_count;
	unsigned int failures_in_a_row;
	bool had_snapshot;
};
void hv_service_note_before(const struct hv_board_host *host, struct hv_service_before *ret);
void hv_service_log_change(const struct hv_agent_log *log, const struct hv_board_host *host,
	const struct hv_service_before *before, const struct hv_moment *now);
void hv_service_before_done(struct hv_service_before *before);
#define HV_AUTO_service_before                                                                     \
	__attribute__((cleanup(hv_service_before_done))) struct hv_service_before

/* "12 hosts, 11 reachable, worst CRITICAL" */
void hv_service_status(
	const struct hv_board *board, const struct hv_moment *now, char ret[HV_SERVICE_STATUS_MAX]);

#endif
