/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulated Hyper-V host, as far as SOAP reaches: takes the request bodies that WS-Management
 * clients send and answers as Windows does, from what a capture holds. Knows nothing of HTTP,
 * logins or sealing (server.h). Strict: what Windows refuses is refused here, with the fault that
 * Windows sends. Evidence for the forms is recorded in the documentation of the client's side. */
#ifndef HV_SIM_HOST_H
#define HV_SIM_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "snapshot.h"

enum sim_generation {
	SIM_2008_R2, /* WinRM 2.0: namespace v1 alone, no rsp:Shell in CreateResponse */
	SIM_2012,    /* namespaces v1 and v2 */
	SIM_2012_R2, /* and later: v2 alone */
};

/* What the account may not do: bits */
enum {
	SIM_DENY_WINRM = 1 << 0,   /* fault 5 for everything but Identify */
	SIM_DENY_WMI = 1 << 1,     /* namespace refused, 2150859013 with 0x80041003 within */
	SIM_DENY_HYPERV = 1 << 2,  /* Hyper-V classes have no rows */
	SIM_DENY_EVENTS = 1 << 3,  /* Subscribe: fault 5; wevtutil ends with status 5 */
	SIM_DENY_SHELL = 1 << 4,   /* shells: fault 5 */
	SIM_NO_HYPERV = 1 << 5,    /* the role is absent: neither v1 nor v2 namespace */
	SIM_NO_SUBSCRIBE = 1 << 6, /* the event plug-in is absent: 2150858752 */
	SIM_NO_CHANNEL = 1 << 7,   /* no such event channel: provider fault 5004; wevtutil 15007 */
	SIM_QUOTA_OPERATIONS = 1 << 8, /* 2150859174 for every Enumerate */
	SIM_QUOTA_SHELLS = 1 << 9,     /* 2150859173 for every Create */
	SIM_TIMES_OUT = 1 << 10,       /* w:TimedOut 2150858793 for every Enumerate */
	SIM_PULL_FAILS = 1 << 11,      /* a provider's fault for every Pull of an enumeration */
	SIM_DENY_ELEVATION = 1 << 12,  /* no administrator: vssadmin ends with status 2 */
	SIM_DENY_METHODS = 1 << 13,    /* methods of WMI refused, 2150859013 with 0x80041003 */
};

struct sim_host_config {
	const char *capture;   /* path of a hyperv-capture/1 file */
	bool guess_generation; /* from the capture: Hyper-V classes in v1 alone: SIM_2008_R2 */
	enum sim_generation generation;
	unsigned int denied;  /* SIM_* bits */
	size_t page_chars;    /* a page of an enumeration ends after so many; 0: 76,800 */
	bool plain_enumerate; /* ignores OptimizeEnumeration: the first answer has no items */
	bool endless;         /* enumerations never end */
	bool german;          /* language of vssadmin; else English */
	struct sim_snapshot_config snapshots;
};

/* What clients left open and what they did. */
struct sim_counters {
	size_t open_enumerations, open_subscriptions, open_shells, open_commands;
	size_t open_checkpoints; /* made by a method and not removed */
	size_t snapshot_create, snapshot_destroy;
	size_t identify, enumerate, pull, release, get, invoke, subscribe, event_pull, unsubscribe;
	size_t shell_create, shell_command, shell_receive, shell_send, shell_signal, shell_delete;
	size_t faults;
};

struct sim_host;

int sim_host_new(const struct sim_host_config *config, struct sim_host **ret,
	struct hv_err *err) HV_MUST_USE;
void sim_host_free(struct sim_host *host);

/* Answers one SOAP body (UTF-8, or UTF-16 with a byte order mark). identified: the client has
 * logged in; else only Identify is answered, without versions. *ret_status is the HTTP status (200,
 * 400, 500). The answer is appended to ret_body as UTF-8. -1 only when this program fails. */
int sim_host_answer(struct sim_host *host, bool identified, const char *soap, size_t len,
	int *ret_status, struct hv_buf *ret_body, struct hv_err *err) HV_MUST_USE;

const struct sim_counters *sim_host_counters(const struct sim_host *host);

#endif
