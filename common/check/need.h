/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For texts that are NULL when memory is short without the report's arena knowing. */
#ifndef HV_CHECK_NEED_H
#define HV_CHECK_NEED_H

#include <stddef.h>

#include "check/report.h"

/* text; when it is NULL the report fails, and "" stands in. */
static inline const char *hv_need(struct hv_report *r, const char *text)
{
	if (text == NULL)
		r->failed = true;
	return text != NULL ? text : "";
}

#endif
