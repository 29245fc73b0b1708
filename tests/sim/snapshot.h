/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints that are created and removed: CreateSnapshot and DestroySnapshot of
 * Msvm_VirtualSystemSnapshotService change the rows that a capture brought. Jobs and merges take as
 * many looks at them as the host is told, and fail where it is told.
 *
 * Which rows change, and how, is by the documentation of the classes; how the two calls look over
 * WS-Management is not recorded anywhere, so their form here is that of every method. */
#ifndef HV_SIM_SNAPSHOT_H
#define HV_SIM_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct json_t;
struct sim_call;
struct sim_class;
struct sim_host;

enum { SIM_GUID_MAX = 40, SIM_SNAPSHOT_POLLS = 2 };

enum sim_snapshot_failure {
	SIM_SNAPSHOT_GOOD = 0,
	SIM_CREATE_REFUSED, /* return value 32775 */
	SIM_CREATE_DENIED,  /* return value 32769 */
	SIM_CREATE_JOB,     /* the job ends in an exception */
	SIM_CREATE_STUCK,   /* the job never ends */
	SIM_CREATE_LATE,    /* the job takes many times as long as others */
	SIM_CREATE_NOTHING, /* the job ends well, and there is no checkpoint */
	SIM_CREATE_HALF,    /* the job ends in an exception, yet there is a checkpoint */
	SIM_CREATE_TWO,     /* somebody else creates another one at the same time */
	SIM_REMOVE_REFUSED, /* return value 32774 */
	SIM_REMOVE_ONCE,    /* the same, but only the first time */
	SIM_REMOVE_JOB,
	SIM_REMOVE_STUCK,
	SIM_MERGE_JOB,
	SIM_MERGE_STUCK,
};

struct sim_snapshot_config {
	bool enabled; /* the service and the classes of jobs are there */
	enum sim_snapshot_failure failure;
	unsigned int polls; /* looks that a job takes; 0: it is done at once, without a job */
};

enum sim_snapshot_phase { SIM_IDLE, SIM_CREATING, SIM_REMOVING, SIM_MERGING };

struct sim_snapshots {
	struct sim_snapshot_config config;
	enum sim_snapshot_phase phase;
	unsigned int left; /* looks until the phase is over */
	char vm[SIM_GUID_MAX], snapshot[SIM_GUID_MAX];
	struct json_t *job;   /* row */
	struct json_t *bases; /* what the disks were: HostResource by InstanceID */
	size_t removals;
};

int sim_snapshots_init(struct sim_host *host, const struct sim_snapshot_config *config,
	struct hv_err *err) HV_MUST_USE;
void sim_snapshots_done(struct sim_snapshots *snapshots);

/* A class is about to be enumerated: time passes for the jobs in it. */
void sim_snapshots_look(struct sim_host *host, const struct sim_class *class);

/* The method's name when it is one of these; NULL: it is not. */
const char *sim_snapshot_method(
	const struct sim_host *host, const char *class_name, const char *method);

/* Answers it. The input was found to be the method's. */
void sim_snapshot_invoke(struct sim_call *call, const struct sim_class *class, const char *method);

/* --- Rows; internal --- */

struct json_t *sim_rows(struct sim_host *host, const char *class_name);

/* The row whose property has this text, without regard to case; NULL: none. */
struct json_t *sim_rows_find(
	struct sim_host *host, const char *class_name, const char *property, const char *text);

/* A new job of the class, running, about the snapshot. */
struct json_t *sim_job_add(struct sim_host *host, const char *class_name, int type);
void sim_job_end(struct sim_host *host, struct json_t *job, bool well);

/* OperationalStatus: operation 0: at rest. */
void sim_vm_set_operation(struct sim_host *host, const char *vm, int operation);

/* The rows of a checkpoint, and the disks' files beside their bases; and back. */
void sim_snapshot_add(struct sim_host *host, const char *vm, const char *snapshot);
void sim_snapshot_remove(struct sim_host *host, const char *snapshot);
void sim_disks_branch(struct sim_host *host, const char *vm, const char *snapshot);
void sim_disks_merge(struct sim_host *host);

#endif
