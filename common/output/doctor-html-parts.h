/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the page of a diagnosis. Used inside common/output only. */
#ifndef HV_OUTPUT_DOCTOR_HTML_PARTS_H
#define HV_OUTPUT_DOCTOR_HTML_PARTS_H

#include "base/buf.h"
#include "base/err.h"
#include "check/diagnosis.h"

#define HV_MARK_BAD  "\xE2\x9C\x97" /* ballot x */
#define HV_MARK_GOOD "\xE2\x9C\x93" /* check mark */

/* How an outlook or a state looks: the class of its colours, and a mark that works without them. */
struct hv_doctor_look {
	const char *class_name;
	const char *mark;
};
struct hv_doctor_look hv_doctor_look_outlook(enum hv_outlook outlook);
struct hv_doctor_look hv_doctor_look_state(enum hv_state state);

/* "3 disks" */
void hv_doctor_count(struct hv_buf *out, size_t count, const char *one, const char *many);

extern const char hv_doctor_style[]; /* CSS */

/* <figure> with the drawing of the host. */
int hv_doctor_drawing(
	const struct hv_diagnosis *d, struct hv_buf *out, struct hv_err *err) HV_MUST_USE;

/* <section>s: each VM that has something against it, those that have nothing, the host. */
int hv_doctor_evidence(
	const struct hv_diagnosis *d, struct hv_buf *out, struct hv_err *err) HV_MUST_USE;

#endif
