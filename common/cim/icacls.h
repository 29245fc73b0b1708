/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What icacls prints: a path and its first entry in one line, further entries indented below it.
 * Names of accounts come in the language of the host, so those of others than virtual machines and
 * a few that are not translated stay names. Masks are letters. */
#ifndef HV_CIM_ICACLS_H
#define HV_CIM_ICACLS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "cim/sink.h"
#include "model/acl.h"

enum {
	HV_ICACLS_MAX_BYTES = 16 << 20, /* of one file */
	HV_ICACLS_MAX_TEXT = 1 << 20,   /* of the entries of one path */
};

/* A file to rows of FileSecurity, one a path: Path and Icacls, or Path and Error where lines are
 * not understood. text is valid UTF-8 and ends with a NUL. */
int hv_icacls_rows(const char *text, const struct hv_sink *sink, struct hv_err *err) HV_MUST_USE;

/* Batch and rows of recorded output, in UTF-8 or UTF-16. */
int hv_icacls_read(const uint8_t *bytes, size_t len, const char *origin, struct hv_time read_at,
	struct hv_sink *sink, struct hv_err *err) HV_MUST_USE;

/* Where the parentheses of an entry begin; NULL: it is none. A path has no colon but its drive's.
 */
const char *hv_icacls_rights(const char *s, const char *end);

/* Entries, "ACCOUNT:(I)(OI)(F)", one a line, to *acl, whose path stays. Texts go to the arena. */
int hv_icacls_parse(const char *text, struct hv_arena *arena, struct hv_acl *acl,
	struct hv_err *err) HV_MUST_USE;

#endif
