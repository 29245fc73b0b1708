/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where to read more of what findings name. Used inside common/output only. */
#ifndef HV_OUTPUT_MORE_H
#define HV_OUTPUT_MORE_H

#include "base/buf.h"
#include "check/check.h"
#include "check/report.h"

enum { HV_MORE_TOLD_MAX = 1 << 16 }; /* several times all ids that there are */

/* What stands before the first command, between two, and behind the last one. */
struct hv_more_form {
	const char *before, *between, *behind;
};

/* A command for each id that the finding of the check names; nothing for those told before on the
 * page, which told remembers, empty at first and of HV_MORE_TOLD_MAX. */
void hv_more(struct hv_buf *out, struct hv_buf *told, const struct hv_check *check,
	const struct hv_finding *f, const struct hv_more_form *form);

#endif
