/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Free space of volumes and of the storage of their shadow copies: judgement, reasons and remedies.
 */
#ifndef HV_CHECK_SPACE_H
#define HV_CHECK_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "check/option.h"
#include "check/report.h"
#include "check/volume-use.h"
#include "model/host.h"

struct hv_space_thresholds {
	struct hv_range warn_pct, crit_pct;     /* percent free */
	struct hv_bytes warn_bytes, crit_bytes; /* fewer bytes free alert */
	struct hv_range shadow_pct;             /* percent used of the maximum */
};

struct hv_space_job {
	const struct hv_host *host;
	const struct hv_space_thresholds *thresholds;
	const struct hv_volume *spare; /* where files could go; NULL: nowhere */
	struct hv_report *out;
};

/* 100 * part / whole, exact when the result is a whole number. whole must not be 0. */
double hv_space_percent(uint64_t part, uint64_t whole);

/* Whether capacity and free space are told and make sense. */
bool hv_space_known(const struct hv_volume *volume);

/* Of a volume whose space is known. */
enum hv_state hv_space_state(const struct hv_space_thresholds *t, const struct hv_volume *volume);

/* The volume in use with most space that is OK by itself; NULL when there is none. */
const struct hv_volume *hv_space_spare(
	const struct hv_space_thresholds *t, const struct hv_volume_uses *uses);

/* One finding (OK ones too) and the metrics of one volume. */
void hv_space_judge_volume(const struct hv_space_job *job, const struct hv_volume_use *use);

/* The same for the storage of the volume's shadow copies, when it has one with a maximum. */
void hv_space_judge_shadow_storage(const struct hv_space_job *job, const struct hv_volume *volume);

/* Adds cause and remedy to the finding about a volume, the remedy to that about shadow storage. */
void hv_space_remedy(
	const struct hv_space_job *job, struct hv_finding *f, const struct hv_volume_use *use);
void hv_space_shadow_remedy(
	const struct hv_space_job *job, struct hv_finding *f, const struct hv_volume *volume);

#endif
