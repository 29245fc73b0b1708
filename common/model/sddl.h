/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security descriptors as text, SDDL [MS-DTYP 2.5.1]: what (Get-Acl PATH).Sddl prints. */
#ifndef HV_MODEL_SDDL_H
#define HV_MODEL_SDDL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/acl.h"

enum { HV_SDDL_MAX = 1 << 20 }; /* bytes of text */

/* The list of text to *acl, whose path stays. Texts go to the arena. A text without a list, and one
 * that is not understood to its end, is an error. */
int hv_sddl_parse(const char *text, struct hv_arena *arena, struct hv_acl *acl,
	struct hv_err *err) HV_MUST_USE;

/* One entry with a SID: "(A;OICI;0x1f01ff;;;S-1-5-18)". */
void hv_sddl_add_ace(struct hv_buf *out, const struct hv_ace *ace);

#endif
