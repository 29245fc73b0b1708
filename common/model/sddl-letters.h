/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the letters of security descriptors mean. Used by common/model/sddl*.c only. */
#ifndef HV_MODEL_SDDL_LETTERS_H
#define HV_MODEL_SDDL_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/acl.h"

enum { HV_SDDL_WORD = 2 }; /* letters of rights, flags and accounts */

struct hv_sddl_span {
	const char *start;
	size_t len;
};

/* Rights and flags of an entry to bits. Where text is not understood; NULL: nowhere. */
const char *hv_sddl_rights(struct hv_sddl_span text, uint32_t *ret);
const char *hv_sddl_flags(struct hv_sddl_span text, uint32_t *ret);

/* Type of an entry, and whether it is conditional. */
bool hv_sddl_type(struct hv_sddl_span text, struct hv_ace *ret);

/* The account of the letters that text begins with; NULL: none. Those of a domain or of the
 * computer itself, whose SIDs nothing tells, stay as they are. */
const char *hv_sddl_alias(const char *text);

void hv_sddl_add_flags(struct hv_buf *out, uint32_t flags);

#endif
