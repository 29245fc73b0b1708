/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The diagnosis of a whole host: what every check said, put together for each virtual machine, with
 * the one finding to blame in front. Pure: it reads reports and the model. */
#ifndef HV_CHECK_DIAGNOSIS_H
#define HV_CHECK_DIAGNOSIS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/time.h"
#include "check/check.h"
#include "check/report.h"
#include "model/host.h"

enum hv_outlook {
	HV_OUTLOOK_GOOD,    /* will back up */
	HV_OUTLOOK_UNKNOWN, /* nothing known against it, but something could not be judged */
	HV_OUTLOOK_RISK,    /* at risk */
	HV_OUTLOOK_BAD,     /* will fail */
	HV_OUTLOOK_COUNT
};
const char *hv_outlook_text(enum hv_outlook outlook); /* "will back up" ... */

/* What a step tells about: why a backup fails, or that one failed. */
enum hv_step_kind { HV_STEP_CAUSE, HV_STEP_SYMPTOM };

/* One step, in the order in which administrators take them; a row of the table of steps. */
struct hv_step {
	const char *check; /* name of its check; NULL ends the table */
	const char *title; /* "Free space" */
	enum hv_step_kind kind;
	enum hv_outlook unjudged; /* of every VM, at best, when the step could not be judged */
};
extern const struct hv_step hv_steps[];
const struct hv_step *hv_step_of(const struct hv_check *check); /* NULL: none */

/* A step that was taken. */
struct hv_step_result {
	const struct hv_step *step;
	const struct hv_check *check;
	const void *config;       /* of the check; NULL: not told */
	struct hv_report *report; /* borrowed */
	const char *not_judged;   /* why the step as a whole could not be judged; NULL: it was */
};

/* A finding as evidence about one VM. */
struct hv_evidence {
	const struct hv_step_result *result;
	const struct hv_finding *finding;
	const struct hv_vm *told_for; /* VM listed before, of which the same finding is evidence */
	bool repeats; /* the VM's culprit says the same, or explains it: its remedy adds nothing */
};

struct hv_vm_diagnosis {
	const struct hv_vm *vm;
	enum hv_outlook outlook;
	/* Findings that are not OK, in the order of the steps: about the VM or a volume with files
	 * of it, and one about the host when that is the culprit. culprit: the one to blame, which
	 * is among them; NULL: none. explained: the logged error that it explains, "0x80070002";
	 * NULL. */
	const struct hv_evidence *evidence;
	size_t evidence_count;
	const struct hv_evidence *culprit;
	const char *explained;
};

struct hv_diagnosis {
	const struct hv_host *host;
	hv_usec now;
	enum hv_state state; /* the worst of all steps */
	const struct hv_step_result *results;
	size_t result_count;
	const struct hv_vm_diagnosis *vms; /* those the filter keeps: worst first, then by name */
	size_t vm_count;
	size_t outlooks[HV_OUTLOOK_COUNT];       /* VMs of each */
	const struct hv_evidence *host_evidence; /* not OK, and about no VM that is listed */
	size_t host_evidence_count;
	/* For the page alone, filled by whoever took the steps. */
	const struct hv_step *const *skipped; /* steps that the user left out */
	size_t skipped_count;
	const char *warning; /* about the page as a whole; NULL: none */
};

/* results as they were taken, in the order of hv_steps. The result lives in the arena and borrows
 * from the rest. False when memory is short. */
bool hv_diagnose(struct hv_diagnosis *ret, struct hv_arena *arena, const struct hv_host *host,
	hv_usec now, const struct hv_step_result *results, size_t count);

#endif
