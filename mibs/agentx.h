/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The AgentX side (RFC 2741), by net-snmp's agent library: registers the module, answers out of the
 * tree, sends notifications, comes back when the master does. The one file that knows that library.
 */
#ifndef HV_MIBS_AGENTX_H
#define HV_MIBS_AGENTX_H

#include <stdbool.h>

#include "base/err.h"
#include "mibs/board.h"

struct hv_agentx;

struct hv_agentx_plan {
	const char *
		socket; /* "/var/agentx/master", "tcp:127.0.0.1:705"; NULL: the library's default */
	const struct hv_board *board;
	void (*now)(void *ctx, struct hv_moment *ret);
	void (*log)(void *ctx, int priority, const char *line); /* syslog(3) priority */
	/* Called from the loop when fd is readable, and about once a second. */
	int fd;
	void (*readable)(void *ctx);
	void (*tick)(void *ctx);
	/* To the master, or no more; also before hv_agentx_new() returns. */
	void (*connected)(void *ctx, bool is);
	void *ctx;
};

/* A master that is not there yet is no error. One in the life of a process: the library has one
 * state, and does not begin again. SIGPIPE has to be ignored: a master may leave while it is
 * written to. SIGALRM and the real-time interval timer are taken. */
struct hv_agentx *hv_agentx_new(const struct hv_agentx_plan *plan, struct hv_err *err) HV_MUST_USE;
void hv_agentx_free(struct hv_agentx *a); /* unregisters */

/* Waits for something to happen and answers it. */
void hv_agentx_run_once(struct hv_agentx *a);

/* False when there is no master to send it to, or when the master takes nothing: try again later.
 */
bool hv_agentx_notify(struct hv_agentx *a, const struct hv_notice *notice);

#endif
