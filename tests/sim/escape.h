/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of answers. */
#ifndef HV_SIM_ESCAPE_H
#define HV_SIM_ESCAPE_H

#include <string.h>

#include "base/buf.h"
#include "wsman/soap.h"

/* Appends text as XML; what XML cannot carry is left out. */
static inline void sim_escape(struct hv_buf *out, const char *text)
{
	if (!hv_soap_escape(out, text, strlen(text)))
		return;
}

#endif
