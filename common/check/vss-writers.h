/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the VSS writers of a host are fit for a backup: judgement, reasons and remedies. */
#ifndef HV_CHECK_VSS_WRITERS_H
#define HV_CHECK_VSS_WRITERS_H

#include <stdbool.h>
#include <stdint.h>

#include "check/check.h"
#include "check/known-hresults.h"
#include "check/report.h"
#include "model/host.h"

#define HV_RULE_WRITER_FAILED       "writer-failed"
#define HV_RULE_WRITER_MISSING      "writer-missing"
#define HV_RULE_WRITER_WAITING      "writer-waiting"
#define HV_RULE_OTHER_WRITER_FAILED "other-writer-failed"

/* For people; ends with id NULL. */
extern const struct hv_rule hv_writer_rules[];

struct hv_writer_job {
	const struct hv_host *host;
	const struct hv_rule_states *rules; /* the user's --rule */
	hv_usec waiting;                    /* a writer may wait so long */
	hv_usec now;
	struct hv_report *out;
};

/* Writers for which something holds, whatever the rules' states. */
struct hv_writer_tally {
	uint64_t hyperv;          /* writers of Hyper-V */
	uint64_t failed;          /* all kinds */
	uint64_t stable, waiting; /* those of Hyper-V */
	uint64_t judged;          /* whose state has a meaning */
};

/* Adds findings about all writers of the host, of which there is at least one. */
void hv_writers_judge(const struct hv_writer_job *job, struct hv_writer_tally *tally);

/* The client editions of Windows have no VSS writer for Hyper-V [in-box VSS writers]. */
bool hv_writers_are_of_client(const struct hv_host *host);

/* States of a writer [VSS_WRITER_STATE]: 1 to 15; NULL for any other number. */
const char *hv_writer_state_text(uint64_t state);
bool hv_writer_state_is_failed(uint64_t state);
bool hv_writer_state_is_waiting(uint64_t state);

/* What vssadmin prints as last error in English; NULL for any other text. */
const struct hv_known_hresult *hv_writer_error(const char *text);

/* Add the remedy to a finding of the rule that is in the name. */
void hv_writer_remedy_failed(
	const struct hv_writer_job *job, struct hv_finding *f, const struct hv_writer *writer);
void hv_writer_remedy_missing(const struct hv_writer_job *job, struct hv_finding *f);
void hv_writer_remedy_waiting(const struct hv_writer_job *job, struct hv_finding *f);

#endif
