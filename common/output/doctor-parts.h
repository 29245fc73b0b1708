/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all forms of the doctor's page say. Used inside common/output only. */
#ifndef HV_OUTPUT_DOCTOR_PARTS_H
#define HV_OUTPUT_DOCTOR_PARTS_H

#include <stdbool.h>

#include "base/buf.h"
#include "check/diagnosis.h"
#include "output/summary.h"

/* "1 of 12 VMs will fail, 2 at risk: VM 'x': ..." */
void hv_doctor_headline(
	struct hv_buf *out, const struct hv_diagnosis *d, hv_summary_text_fn *add_text);

/* What was found; without its item where that is the VM it is shown for. vm NULL: for the host. */
void hv_doctor_finding(struct hv_buf *out, const struct hv_evidence *e, const struct hv_vm *vm,
	hv_summary_text_fn *add_text);

/* What came of a step, or why it was not judged. */
void hv_doctor_step(
	struct hv_buf *out, const struct hv_step_result *result, hv_summary_text_fn *add_text);

/* Whether there is more to say of the VM than its outlook. */
bool hv_doctor_has_details(const struct hv_vm_diagnosis *vm);

/* VMs of an outlook of which there is no more to say. */
size_t hv_doctor_count_plain(const struct hv_diagnosis *d, enum hv_outlook outlook);

/* What is over the list of such VMs: "Will back up". */
const char *hv_doctor_plain_title(enum hv_outlook outlook);

/* The remedy of evidence beside the culprit; NULL when there is none to show. */
const char *hv_doctor_remedy(const struct hv_evidence *e);

const char *hv_doctor_host_name(const struct hv_diagnosis *d); /* "not told" without one */

#endif
