/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Redacts a text: paths, patterns and words. */
#ifndef HV_CIM_REDACT_TEXT_H
#define HV_CIM_REDACT_TEXT_H

#include <stddef.h>

#include "base/buf.h"
#include "cim/redact-words.h"

/* Appends the text with everything replaced that must not be published. Names of files, addresses
 * and accounts that are no words yet become some. A word that may be an ordinary one is replaced
 * only where it is the whole text, quoted, or a component of a path. */
void hv_redact_text(struct hv_words *w, const char *text, struct hv_buf *out);

#endif
