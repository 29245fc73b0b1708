/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is redacted for its form, wherever it stands: addresses, SIDs, accounts, names of computers
 * in a known domain. */
#ifndef HV_CIM_REDACT_PATTERN_H
#define HV_CIM_REDACT_PATTERN_H

#include <stddef.h>

#include "base/buf.h"
#include "cim/redact-words.h"

/* Appends what stands for the pattern at text[pos] and returns its length there; 0 when there is
 * none. A GUID stays: it says nothing and links rows. text ends with a NUL. */
size_t hv_redact_pattern(
	struct hv_words *w, const char *text, size_t len, size_t pos, struct hv_buf *out);

/* A network adapter's address without separators: 12 hex digits and nothing else. */
size_t hv_redact_mac(struct hv_words *w, const char *text, size_t len, struct hv_buf *out);

/* Appends text with nothing but its SIDs replaced. */
void hv_redact_sids(struct hv_words *w, const char *text, struct hv_buf *out);

#endif
