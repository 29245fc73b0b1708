/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows paths in texts that are redacted: names of folders, files, servers and shares go, what
 * every host has stays. A path has the same number of components afterwards, and two paths are the
 * same if and only if they were. */
#ifndef HV_CIM_REDACT_PATH_H
#define HV_CIM_REDACT_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "cim/redact-words.h"

/* Bytes of the path that stands at text[pos]; 0 when there is none. text ends with a NUL. */
size_t hv_redact_path_span(const struct hv_words *w, const char *text, size_t len, size_t pos);

/* Appends the path text[0..len) with its names replaced. */
void hv_redact_path(struct hv_words *w, const char *text, size_t len, struct hv_buf *out);

/* Whether a name of a folder is on every host. */
bool hv_redact_path_is_common(const char *name, size_t len);

/* Bytes of the known endings (".vhdx", ".vhdx.rct") that name[0..len) has; 0 when it has none. */
size_t hv_redact_path_ending(const char *name, size_t len);

/* Bytes of the longest known ending that text begins with; 0 when there is none. */
size_t hv_redact_path_ending_at(const char *text);

#endif
