/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A capture's tree as text, one instance and one event a line. */
#ifndef HV_CIM_REDACT_DUMP_H
#define HV_CIM_REDACT_DUMP_H

#include <jansson.h>

#include "base/buf.h"

/* The root, a class or an event log. Failure is that of the buffer. */
void hv_redact_dump(struct hv_buf *out, json_t *object);

#endif
