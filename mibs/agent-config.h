/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hyperv_agentx.conf: which hosts are polled, how, and with what checks. */
#ifndef HV_MIBS_AGENT_CONFIG_H
#define HV_MIBS_AGENT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "check/check.h"
#include "check/option.h"
#include "cli/common-options.h"
#include "cli/doctor.h"
#include "cli/options.h"
#include "mibs/snapshot.h"

enum {
	HV_AGENT_HOSTS_MAX = 10000,
	HV_AGENT_WORKERS_MAX = 256,
	HV_AGENT_INTERVAL_MIN_SEC = 10,
	HV_AGENT_INTERVAL_MAX_SEC = 86400,
	HV_AGENT_UNREACHABLE_AFTER_MAX = 1000,
	HV_AGENT_CONFIG_MAX_BYTES = 8 << 20,
	HV_AGENT_ERRORS_MAX = 100, /* told; further ones are counted */
};

/* Section [agent]. */
struct hv_agent_options {
	const char *agentx_socket; /* as snmpd's agentXSocket; NULL: the library's own default */
	struct hv_count workers;   /* polls at a time */
	bool notify_states;        /* hvbCheckStateChange */
	bool notify_reachability;  /* hvbHostUnreachable, hvbHostReachable */
	bool notify_first;         /* also what the first poll finds */
	const char *state_file;    /* what was told; NULL: is not kept */
};

/* A section [host NAME], with what [defaults] says before it. */
struct hv_agent_host {
	const char *name; /* of the section, 1 to HV_INDEX_HOST_MAX octets of printable ASCII */
	size_t line;
	struct hv_common common;         /* the options of every check */
	struct hv_doctor_options checks; /* set: "space.warning=20:"; skip */
	struct hv_duration interval;
	struct hv_count unreachable_after;
	const char **check_names; /* that run, as in an index ("layout"), in the order of it; ends
				     with NULL */
};

struct hv_agent_config {
	struct hv_arena arena;
	struct hv_agent_options options;
	struct hv_agent_host *hosts; /* in the order of the file */
	size_t host_count;
};

void hv_agent_config_init(struct hv_agent_config *c);
void hv_agent_config_done(struct hv_agent_config *c);
#define HV_AUTO_agent_config __attribute__((cleanup(hv_agent_config_done))) struct hv_agent_config

/* Reads and checks all of it, so that a poll can only fail for what changes later. *ret was
 * initialised and keeps what it has when this fails. Every error is a line "FILE:LINE: text" of
 * *errors; -1 when there is any (err: how many, or why the file could not be read). Secrets are not
 * kept: a worker reads the authfile of its host. */
int hv_agent_config_read(struct hv_agent_config *ret, const char *path, struct hv_buf *errors,
	struct hv_err *err) HV_MUST_USE;

/* The same for the text of a file. file: its name, for errors. */
int hv_agent_config_read_text(struct hv_agent_config *ret, const char *text, size_t len,
	const char *file, struct hv_buf *errors, struct hv_err *err) HV_MUST_USE;

/* The option tables, for the manual. A flag is written as "yes" or "no". */
extern const struct hv_opt hv_agent_option_table[]; /* [agent] */
/* [defaults] and [host NAME], beside those of every check: that all of them are, of which a section
 * takes those that hv_agent_host_takes(). host may be NULL when only the tables are looked at. */
extern const struct hv_opt hv_agent_host_option_table[];
void hv_agent_host_groups(struct hv_agent_host *host, struct hv_opt_group ret[HV_ALL_GROUPS]);
bool hv_agent_host_takes(const struct hv_opt *opt);
/* Of one host alone: in [defaults] every host would be judged by the data of one. */
bool hv_agent_names_a_host(const struct hv_opt *opt);

#endif
