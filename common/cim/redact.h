/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a capture fit for a public bug report: names, addresses and accounts become numbered ones,
 * the same name always the same one, so that every check comes to the same verdict. */
#ifndef HV_CIM_REDACT_H
#define HV_CIM_REDACT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* The full form of a capture, redacted, in the layout of hv_capture_writer_finish(). */
int hv_redact(const char *json, size_t len, struct hv_buf *out, struct hv_err *err) HV_MUST_USE;

#endif
