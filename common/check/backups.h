/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When each virtual machine was last backed up, and what came of the last run of Windows Server
 * Backup. */
#ifndef HV_CHECK_BACKUPS_H
#define HV_CHECK_BACKUPS_H

#include <stdint.h>

#include "check/backup-runs.h"
#include "check/check.h"
#include "check/report.h"
#include "model/host.h"

#define HV_RULE_BACKUP_OLD      "age"
#define HV_RULE_BACKUP_NEVER    "never"
#define HV_RULE_BACKUP_SKIPPED  "skipped"
#define HV_RULE_BACKUP_FAILED   "job-failed"
#define HV_RULE_BACKUP_WARNINGS "job-warnings"
#define HV_RULE_BACKUP_HANGS    "job-hangs"
#define HV_RULE_BACKUP_NO_RUN   "no-run"

/* For people; ends with id NULL. */
extern const struct hv_rule hv_backup_rules[];

enum {
	HV_BACKUPS_MAX_NAMED = 4, /* VMs that one finding names; further ones are counted */
};

struct hv_backup_config {
	struct hv_rule_states rules;
	struct hv_duration warn, crit; /* older backups alert */
	struct hv_duration max_run;    /* a run that takes longer hangs */
};

struct hv_backup_query {
	const struct hv_host *host;
	const struct hv_backup_config *config;
	struct hv_backup_runs runs;
	hv_usec now;
	bool is_told; /* Hyper-V tells the last backup of at least one of the host's VMs */
};

struct hv_backup_tally {
	uint64_t judged_vms;
	uint64_t backed_up; /* with a known backup, however old */
	uint64_t never;     /* with none, new ones included */
	uint64_t skipped;
	uint64_t untold;               /* nothing tells whether they were ever backed up */
	const char *named;             /* the first untold ones, for people; NULL: none */
	struct hv_time oldest, newest; /* of the last backups */
};

/* Whether a time that Hyper-V tells of a VM is one: 1601 stands for never. */
bool hv_backup_time_is_set(const struct hv_time *t);

/* Whether times are told at all, which says what a missing one means. */
bool hv_backup_is_told(const struct hv_host *host, hv_usec now);

/* Adds the findings about one VM; an OK one when there is nothing to say against it. Adds to
 * *tally. *ret: its last backup. */
void hv_backup_findings(const struct hv_backup_query *query, const struct hv_vm *vm,
	struct hv_report *out, struct hv_backup_tally *tally, struct hv_time *ret);

/* Adds what is to be said of all VMs: those that nothing is known of, and the runs of Windows
 * Server Backup. */
void hv_backup_host_findings(
	const struct hv_backup_query *query, struct hv_report *out, struct hv_backup_tally *tally);

/* The state of an age; *ret is the limit that it is beyond, when it is. */
enum hv_state hv_backup_age_state(
	const struct hv_backup_config *config, hv_usec age, const struct hv_duration **ret);

/* Remedies. */
void hv_backup_remedy_old(struct hv_report *r, struct hv_finding *f,
	const struct hv_backup_query *query, const struct hv_vm *vm);
void hv_backup_remedy_skipped(struct hv_report *r, struct hv_finding *f,
	const struct hv_backup_query *query, const struct hv_vm *vm, uint32_t hresult);
void hv_backup_remedy_untold(
	struct hv_report *r, struct hv_finding *f, const struct hv_backup_query *query);
void hv_backup_remedy_run(
	struct hv_report *r, struct hv_finding *f, const struct hv_backup_run *run);

#endif
