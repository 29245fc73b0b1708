/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent at work: polls hosts when they are due, puts what they tell on the board, sends
 * notifications, reads its configuration again on SIGHUP, ends on SIGTERM. It waits for nothing:
 * the loop is that of the AgentX side. */
#ifndef HV_MIBS_SERVICE_H
#define HV_MIBS_SERVICE_H

#include <stdbool.h>

#include "check/check.h"
#include "cli/options.h"
#include "mibs/agent-config.h"
#include "mibs/agent-log.h"
#include "mibs/agentx.h"
#include "mibs/sd-notify.h"

struct hv_service;

struct hv_service_plan {
	/* On SIGHUP; as hv_agent_config_read(). */
	int (*read_config)(
		void *ctx, struct hv_agent_config *ret, struct hv_buf *errors, struct hv_err *err);
	/* In a process of its own; arg: a struct hv_poll. hv_poll_work() */
	void (*work)(const void *arg, struct hv_buf *out);
	/* False: nobody to send it to. */
	bool (*notify)(void *ctx, const struct hv_notice *notice);
	void *ctx;
	const struct hv_check *const *checks; /* ends with NULL */
	const struct hv_cli_env *env;
	const struct hv_agent_log *log;
	const struct hv_sd_notify *manager;
	hv_usec watchdog; /* how often it wants to hear something; 0: never */
};

/* Blocks SIGHUP, SIGTERM and SIGINT, which come to the service then. *config is moved out of. What
 * the plan points to is borrowed. */
struct hv_service *hv_service_new(const struct hv_service_plan *plan,
	struct hv_agent_config *config, struct hv_err *err) HV_MUST_USE;
void hv_service_free(struct hv_service *s); /* kills its workers */
#define HV_AUTO_service __attribute__((cleanup(hv_service_cleanup))) struct hv_service *
void hv_service_cleanup(struct hv_service **s);

/* What the AgentX side is to show and to call. */
void hv_service_agentx(struct hv_service *s, struct hv_agentx_plan *ret);

/* Tells the service manager that everything is there. */
void hv_service_ready(struct hv_service *s);
bool hv_service_is_over(const struct hv_service *s); /* it was told to end */
void hv_service_end(struct hv_service *s); /* leaves behind what the next start has to know */

/* Whether two hosts of configurations are polled in the same way. */
bool hv_service_same_poll(const struct hv_agent_host *a, const struct hv_agent_host *b);

#endif
