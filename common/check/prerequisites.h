/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the host can back up a virtual machine while it runs, and what stands in the way. */
#ifndef HV_CHECK_PREREQUISITES_H
#define HV_CHECK_PREREQUISITES_H

#include <stdbool.h>
#include <stdint.h>

#include "check/check.h"
#include "check/report.h"
#include "model/host.h"

#define HV_RULE_PASS_THROUGH         "pass-through"
#define HV_RULE_SHARED_DISK          "shared-disk"
#define HV_RULE_FIBRE_CHANNEL        "fibre-channel"
#define HV_RULE_CSV_WSB              "csv-wsb"
#define HV_RULE_SCSI_CONTROLLER      "scsi-controller"
#define HV_RULE_VSS_COMPONENT        "vss-component"
#define HV_RULE_CHECKPOINT_LOCATION  "checkpoint-location"
#define HV_RULE_CHECKPOINTS_DISABLED "checkpoints-disabled"

/* For people; ends with id NULL. */
extern const struct hv_rule hv_prerequisite_rules[];

/* The worst last. */
enum hv_verdict {
	HV_VERDICT_ONLINE = 0,
	HV_VERDICT_NOT_RUNNING, /* nothing is in the way of a copy of its files */
	HV_VERDICT_UNKNOWN,
	HV_VERDICT_SAVED_STATE, /* it stands still while its backup begins */
	HV_VERDICT_NOT_POSSIBLE,
	HV_VERDICT_COUNT
};

struct hv_prerequisite_config {
	struct hv_rule_states rules;
	struct hv_duration grace; /* after a start */
	const char *product;      /* that makes the backups: "wsb"; NULL: not told */
};

struct hv_prerequisite_query {
	const struct hv_host *host;
	const struct hv_prerequisite_config *config;
};

/* One VM as the conditions see it. */
struct hv_prerequisite_job {
	const struct hv_prerequisite_query *query;
	const struct hv_vm *vm;
	struct hv_report *out;
	unsigned int host, guest; /* check/platform.h */
	bool starting;            /* so lately that its services need not answer */
};

/* One way in which the host cannot make a backup of a running VM. */
struct hv_prerequisite {
	const char *rule;
	unsigned int hosts, guests; /* check/platform.h */
	bool also_off;              /* it is in the way of a VM that does not run, too */
	/* *ret_path: the file to blame, left alone when there is none. */
	bool (*holds)(const struct hv_prerequisite_job *job, const char **ret_path);
	enum hv_verdict verdict;
	enum hv_state state;
	const char *reason; /* what was seen; a path follows it */
	const char *why;    /* NULL: hv_vss_consequence() */
	void (*remedy)(const struct hv_prerequisite_job *job, struct hv_finding *f,
		const char *path); /* NULL: none */
};

/* In the order in which reasons are told; ends with rule NULL. */
extern const struct hv_prerequisite hv_prerequisites[];

/* Adds the finding about one VM: its verdict with all reasons. */
enum hv_verdict hv_prerequisite_findings(
	const struct hv_prerequisite_query *query, const struct hv_vm *vm, struct hv_report *out);

/* Remedies, for the table. */
void hv_prerequisite_remedy_pass_through(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path);
void hv_prerequisite_remedy_shared(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path);
void hv_prerequisite_remedy_fibre_channel(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path);
void hv_prerequisite_remedy_csv(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path);
void hv_prerequisite_remedy_scsi(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path);
void hv_prerequisite_remedy_vss(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path);
void hv_prerequisite_remedy_location(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path);
void hv_prerequisite_remedy_checkpoints(
	const struct hv_prerequisite_job *job, struct hv_finding *f, const char *path);

#endif
