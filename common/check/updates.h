/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a host is updated: judgement, reasons and remedies. */
#ifndef HV_CHECK_UPDATES_H
#define HV_CHECK_UPDATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/check.h"
#include "check/option.h"
#include "check/report.h"
#include "model/host.h"

#define HV_RULE_MIN_UBR        "min-ubr"
#define HV_RULE_AGE            "age"
#define HV_RULE_REQUIRED_KB    "required-kb"
#define HV_RULE_RECOMMENDED_KB "recommended-kb"

/* For people; ends with id NULL. */
extern const struct hv_rule hv_update_rules[];

struct hv_updates_config {
	struct hv_rule_states rules;
	struct hv_list min_ubr;        /* "BUILD=UBR" */
	struct hv_list required;       /* "KB1234567" or "1234567" */
	struct hv_duration warn, crit; /* age of the newest update */
};

/* "BUILD=UBR" of --min-ubr. */
int hv_updates_parse_minimum(const char *text, uint32_t *ret_build, uint64_t *ret_minimum,
	struct hv_err *err) HV_MUST_USE;

/* Whether the elements of the lists can be understood, and name no article in place of an update.
 */
int hv_updates_config_check(const struct hv_updates_config *cfg, struct hv_err *err) HV_MUST_USE;

/* Installed updates by their dates. A host that writes the day first shows it by some date; then
 * the older meaning of the others counts. */
struct hv_update_dates {
	const struct hv_update *newest; /* NULL: no date is known */
	hv_usec newest_on;
	size_t not_told, in_future; /* updates whose date says nothing */
	bool day_first;
};

struct hv_updates_job {
	const struct hv_host *host;
	const struct hv_updates_config *cfg;
	hv_usec now;
	struct hv_report *out;
	struct hv_update_dates dates;
};

void hv_updates_init(struct hv_updates_job *job, const struct hv_host *host,
	const struct hv_updates_config *cfg, hv_usec now, struct hv_report *out);

/* Of the newest update; 0 when there is none, or when the host's day begins before ours. */
hv_usec hv_updates_age(const struct hv_updates_job *job);

/* 0: not known. */
uint32_t hv_updates_build(const struct hv_host *host);

/* An update by the number of its KB; NULL: the host does not list it. */
const struct hv_update *hv_updates_find(const struct hv_host *host, uint32_t number);

/* Judgements: findings and metrics. Those on updates need at least one. */
void hv_updates_judge_revision(const struct hv_updates_job *job);
void hv_updates_judge_age(const struct hv_updates_job *job);
void hv_updates_judge_required(const struct hv_updates_job *job);
void hv_updates_judge_recommended(const struct hv_updates_job *job);

/* "KB5044293"; "an update without a number" */
const char *hv_update_name(const struct hv_update *update);

/* "KB" and its digits, or the digits alone, as the user types them. */
int hv_kb_parse(const char *text, uint32_t *ret, struct hv_err *err) HV_MUST_USE;

/* How this version of Windows is updated. */
void hv_updates_remedy_update(const struct hv_updates_job *job, struct hv_finding *f);

#endif
