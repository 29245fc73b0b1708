/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading hyperv_agentx.conf, in parts: lines, sections, and what a host's section comes to.
 * Internal to the configuration. */
#ifndef HV_MIBS_AGENT_CONFIG_PARTS_H
#define HV_MIBS_AGENT_CONFIG_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "cli/ini-text.h"
#include "cli/option-table.h"
#include "mibs/agent-config.h"

struct hv_agent_problem {
	size_t line;
	size_t order; /* in which they were found */
	const char *text;
};

struct hv_agent_reading {
	struct hv_agent_config *config;
	struct hv_agent_problem problems[HV_AGENT_ERRORS_MAX];
	size_t problem_count;          /* those that found no room, too */
	struct hv_agent_host defaults; /* what [defaults] says */
	size_t defaults_line;          /* 0: there is none */
	size_t last_line;
};

/* A section while its lines are read. */
struct hv_agent_section {
	struct hv_opt_line *options;
	struct hv_agent_host *host;           /* NULL: [agent] */
	const struct hv_agent_host *defaults; /* that host began as; NULL: it is [defaults] */
};

/* Keeps what is wrong in a line and clears it. -1: memory is short, which ends it all. */
int hv_agent_problem_add(struct hv_agent_reading *r, size_t line, struct hv_err *problem,
	struct hv_err *err) HV_MUST_USE;

/* The line "key = value". Errors quote no value that no option has taken. */
int hv_agent_key_apply(const struct hv_agent_section *section, struct hv_ini_piece text,
	struct hv_err *err) HV_MUST_USE;

/* All lines: fills the options and hosts of r->config as the sections say. -1 as above. */
int hv_agent_sections_read(
	struct hv_agent_reading *r, const char *text, size_t len, struct hv_err *err) HV_MUST_USE;

/* Whether the hosts make sense, and what follows from their options. -1 as above. */
int hv_agent_hosts_check(struct hv_agent_reading *r, struct hv_err *err) HV_MUST_USE;

#endif
