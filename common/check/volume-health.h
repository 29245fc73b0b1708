/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a volume can be relied on by the virtual machines that use it: judgement, reasons and
 * remedies. */
#ifndef HV_CHECK_VOLUME_HEALTH_H
#define HV_CHECK_VOLUME_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "check/check.h"
#include "check/report.h"
#include "check/volume-use.h"
#include "model/host.h"

#define HV_RULE_VANISHED     "vanished"
#define HV_RULE_FILE_SYSTEM  "file-system"
#define HV_RULE_READ_ONLY    "read-only"
#define HV_RULE_DIRTY        "dirty"
#define HV_RULE_CSV_UNLISTED "csv-unlisted"

/* For people; ends with id NULL. */
extern const struct hv_rule hv_volume_rules[];

struct hv_volume_job {
	const struct hv_host *host;
	const struct hv_volume_uses *uses;
	const struct hv_rule_states *rules; /* the user's --rule */
	struct hv_report *out;
};

/* Volumes for which a rule holds, whatever its state. */
struct hv_volume_tally {
	uint64_t vanished, unsuitable, read_only, dirty;
	uint64_t dirty_not_told;  /* cluster shared volumes */
	uint64_t access_not_told; /* whether a volume is read-only */
};

/* The findings about one volume; an OK one when there is nothing to say against it. Adds to *tally.
 * False when the host does not tell what the verdict needs, which is a finding too. */
bool hv_volume_judge(const struct hv_volume_job *job, const struct hv_volume_use *use,
	struct hv_volume_tally *tally);

/* The same for a volume that paths name and the host does not list. False when it is one for which
 * that means nothing. */
bool hv_volume_judge_missing(const struct hv_volume_job *job,
	const struct hv_missing_volume *missing, struct hv_volume_tally *tally);

/* A cluster shared volume. */
bool hv_volume_is_csv(const struct hv_volume *volume);

/* What can check a file system. */
enum hv_repair {
	HV_REPAIR_ONLINE,  /* chkdsk /scan: NTFS, from Windows Server 2012 on */
	HV_REPAIR_OFFLINE, /* chkdsk /f */
	HV_REPAIR_ITSELF,  /* ReFS */
};
enum hv_repair hv_volume_repair(const struct hv_host *host, const struct hv_volume *volume);

/* Add the remedy to a finding of the rule that is in the name. */
void hv_volume_remedy_dirty(
	const struct hv_volume_job *job, struct hv_finding *f, const struct hv_volume *volume);
void hv_volume_remedy_read_only(
	const struct hv_volume_job *job, struct hv_finding *f, const struct hv_volume *volume);
void hv_volume_remedy_file_system(
	const struct hv_volume_job *job, struct hv_finding *f, const struct hv_volume *volume);
void hv_volume_remedy_vanished(
	const struct hv_volume_job *job, struct hv_finding *f, const struct hv_place *place);

#endif
