/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A diagnosis as a page to read, to print and to send: one HTML file with a drawing of the host. No
 * script, nothing from elsewhere; understood without colours; well-formed XML as well. */
#ifndef HV_OUTPUT_DOCTOR_HTML_H
#define HV_OUTPUT_DOCTOR_HTML_H

#include "base/buf.h"
#include "base/err.h"
#include "check/diagnosis.h"

enum {
	HV_DOCTOR_HTML_MAX_VMS = 100,     /* told in full; others are named with their outlook */
	HV_DOCTOR_HTML_MAX_NAMES = 2000,  /* in a list of VMs */
	HV_DOCTOR_HTML_MAX_EVIDENCE = 30, /* findings about one VM, or about the host */
};

/* out may have any maximum; HV_OUTPUT_MAX_BYTES is plenty. */
int hv_output_doctor_html(
	const struct hv_diagnosis *d, struct hv_buf *out, struct hv_err *err) HV_MUST_USE;

#endif
