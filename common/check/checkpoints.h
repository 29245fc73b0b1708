/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints of virtual machines: what each is for, how old it may become, how many there may be,
 * and disks whose merge did not happen. */
#ifndef HV_CHECK_CHECKPOINTS_H
#define HV_CHECK_CHECKPOINTS_H

#include <stdint.h>

#include "check/check.h"
#include "check/report.h"
#include "model/host.h"

#define HV_RULE_MISSING       "missing"
#define HV_RULE_BACKUP_AGE    "backup-age"
#define HV_RULE_USER_AGE      "user-age"
#define HV_RULE_AUTOMATIC_AGE "automatic-age"
#define HV_RULE_UNMERGED      "unmerged"
#define HV_RULE_MERGE_AGE     "merge-age"
#define HV_RULE_MERGE_FAILED  "merge-failed"
#define HV_RULE_COUNT         "count"

/* For people; ends with id NULL. */
extern const struct hv_rule hv_checkpoint_rules[];

/* By kind and IsAutomaticSnapshot. Those that have an age rule come first. */
enum hv_checkpoint_class {
	HV_CHECKPOINTS_USER = 0,
	HV_CHECKPOINTS_BACKUP,
	HV_CHECKPOINTS_AUTOMATIC,
	HV_CHECKPOINTS_AGED, /* number of classes with an age rule */
	HV_CHECKPOINTS_REPLICA = HV_CHECKPOINTS_AGED,
	HV_CHECKPOINTS_MISSING,
	HV_CHECKPOINTS_PLANNED, /* of a planned VM: not judged */
	HV_CHECKPOINTS_CLASSES
};

enum hv_checkpoint_class hv_checkpoint_class(const struct hv_checkpoint *checkpoint);

enum {
	HV_CHECKPOINTS_MAX_NAMED = 4, /* that one finding names; further ones are counted */
};

struct hv_checkpoint_limits {          /* of one class */
	struct hv_duration warn, crit; /* older ones alert */
	struct hv_range count;         /* of one VM; WARNING */
};

struct hv_checkpoint_config {
	struct hv_rule_states rules;
	struct hv_range warn, crit; /* checkpoints of one VM, without those of Hyper-V Replica */
	struct hv_checkpoint_limits aged[HV_CHECKPOINTS_AGED];
	struct hv_duration merge_warn; /* a merge that takes longer */
};

struct hv_checkpoint_tally {
	uint64_t of_class[HV_CHECKPOINTS_CLASSES];
	struct hv_time oldest[HV_CHECKPOINTS_AGED]; /* age; not known: none has a known age */
	uint64_t most;                             /* of one VM, without those of Hyper-V Replica */
	uint64_t unmerged_vms, faulty_vms, merges; /* merges: under way */
	uint64_t judged_vms;                       /* every age is known that a rule is about */
};

struct hv_checkpoint_query {
	const struct hv_host *host;
	const struct hv_checkpoint_config *config;
	hv_usec now;
};

/* Adds the findings about one VM; an OK one when there is nothing to say against it. Adds to
 * *tally. */
void hv_checkpoint_findings(const struct hv_checkpoint_query *query, const struct hv_vm *vm,
	struct hv_report *out, struct hv_checkpoint_tally *tally);

/* The same about jobs that merge disks: those that failed or take too long. */
void hv_checkpoint_job_findings(const struct hv_checkpoint_query *query, struct hv_report *out,
	struct hv_checkpoint_tally *tally);

/* A job that does this now on the host; which VM it is for is not told. NULL: none. */
const struct hv_job *hv_checkpoint_running_job(const struct hv_host *host, enum hv_job_kind kind);

/* Its name, else its id. */
const char *hv_checkpoint_title(const struct hv_checkpoint *checkpoint);

/* Adds what to do to a finding about checkpoints of a class that are older than age. */
void hv_checkpoint_remedy_age(struct hv_report *r, struct hv_finding *f,
	const struct hv_checkpoint_query *query, const struct hv_vm *vm,
	enum hv_checkpoint_class which, hv_usec age);
void hv_checkpoint_remedy_missing(struct hv_report *r, struct hv_finding *f,
	const struct hv_host *host, const struct hv_vm *vm);
void hv_checkpoint_remedy_unmerged(struct hv_report *r, struct hv_finding *f,
	const struct hv_host *host, const struct hv_vm *vm);
void hv_checkpoint_remedy_count(struct hv_report *r, struct hv_finding *f,
	const struct hv_host *host, const struct hv_vm *vm);

/* How old it is. False when that is not told or cannot be: made before there was Hyper-V, or in the
 * future. */
bool hv_checkpoint_age(const struct hv_checkpoint *checkpoint, hv_usec now, hv_usec *ret);

#endif
