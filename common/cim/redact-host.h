/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of computers and domains among the words that are redacted. A computer's full name is that
 * of the computer and that of the domain, each of which may stand alone elsewhere. */
#ifndef HV_CIM_REDACT_HOST_H
#define HV_CIM_REDACT_HOST_H

#include <stddef.h>

#include "cim/redact-words.h"

/* What stands for a computer ("hv01", "hv01.example.com") or a domain ("EXAMPLE", "example.com").
 * text ends with a NUL somewhere. */
const char *hv_redact_host(struct hv_words *w, const char *text, size_t len);
const char *hv_redact_domain(struct hv_words *w, const char *text, size_t len);

#endif
