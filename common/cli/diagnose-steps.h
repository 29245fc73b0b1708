/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of a diagnosis: what each of them tries, and what it tells. */
#ifndef HV_CLI_DIAGNOSE_STEPS_H
#define HV_CLI_DIAGNOSE_STEPS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/time.h"
#include "cli/diagnose.h"

enum hv_step_outcome {
	HV_STEP_OK,
	HV_STEP_WARNING,
	HV_STEP_FAILED,
};

enum { HV_STEP_MEASURED = -1, HV_STEP_UNTIMED = -2 };

struct hv_step_report {
	hv_usec took;         /* MEASURED from outside when the step does not know better */
	const char *detail;   /* what was found; NULL: nothing to tell. In the arena. */
	struct hv_err reason; /* what is wrong */
	const char *advice;   /* NULL: none */
	bool advice_is_local;
};

/* Where the first question ended, which goes the way of four steps at once. */
enum hv_reach {
	HV_REACH_NOTHING, /* the name has no address */
	HV_REACH_ADDRESS, /* that answers */
	HV_REACH_PORT,
	HV_REACH_TLS,
	HV_REACH_SERVICE,
};

/* A diagnosis on its way. */
struct hv_walk {
	const struct hv_patient *patient;
	struct hv_arena *arena;
	/* Of the first question: */
	bool asked;
	enum hv_reach reach;
	struct hv_http_answer first;
	enum hv_trouble trouble;
	struct hv_err reason;
	hv_usec first_took;
	hv_usec clock_offset; /* the host's clock is ahead by */
	/* From the login on: */
	struct hv_client *client;
};

/* In the order in which they are tried. */
enum hv_step_id {
	HV_STEP_NAME,
	HV_STEP_TCP,
	HV_STEP_TLS,
	HV_STEP_WSMAN,
	HV_STEP_LOGIN,
	HV_STEP_CLOCK,
	HV_STEP_WMI,
	HV_STEP_HYPERV,
	HV_STEP_EVENTS,
	HV_STEP_SHELL,
	HV_STEP_COUNT
};

struct hv_connection_step {
	const char *name;
	enum hv_step_outcome (*run)(struct hv_walk *walk, struct hv_step_report *report);
	unsigned int needs; /* bits of steps; when one of them failed, this one is not tried */
	bool tls;           /* of use with TLS alone */
};

extern const struct hv_connection_step hv_connection_steps[HV_STEP_COUNT];

#define HV_STEP_BIT(id) (1u << (id))

/* What to do about a failure of the network or the login. Once the port is reached, a host that
 * falls silent is not behind a firewall. */
void hv_step_advise(struct hv_step_report *report, const struct hv_walk *walk,
	const struct hv_client_failure *failure);

/* Steps of the network, and of what is asked after it. */
enum hv_step_outcome hv_step_name(struct hv_walk *walk, struct hv_step_report *report);
enum hv_step_outcome hv_step_tcp(struct hv_walk *walk, struct hv_step_report *report);
enum hv_step_outcome hv_step_tls(struct hv_walk *walk, struct hv_step_report *report);
enum hv_step_outcome hv_step_wsman(struct hv_walk *walk, struct hv_step_report *report);
enum hv_step_outcome hv_step_clock(struct hv_walk *walk, struct hv_step_report *report);

enum hv_step_outcome hv_step_login(struct hv_walk *walk, struct hv_step_report *report);
enum hv_step_outcome hv_step_wmi(struct hv_walk *walk, struct hv_step_report *report);
enum hv_step_outcome hv_step_hyperv(struct hv_walk *walk, struct hv_step_report *report);
enum hv_step_outcome hv_step_events(struct hv_walk *walk, struct hv_step_report *report);
enum hv_step_outcome hv_step_shell(struct hv_walk *walk, struct hv_step_report *report);

#endif
