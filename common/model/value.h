/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that can be "not known": missing is never zero. Units stand in the names of members. */
#ifndef HV_MODEL_VALUE_H
#define HV_MODEL_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

struct hv_u64 {
	uint64_t value;
	bool known;
};

struct hv_bool {
	bool value;
	bool known;
};

struct hv_time {
	hv_usec usec;
	bool known;
};

/* A Windows version, "6.3.9600": known when major and minor are. */
struct hv_version {
	uint32_t major;
	uint32_t minor;
	uint32_t build; /* 0 when not told */
	bool known;
};

/* Releases by version number, for comparisons with hv_version_cmp(). Windows Server 2016 and later
 * share 10.0 and differ by build. */
#define HV_WINDOWS_2008    ((struct hv_version){ .major = 6, .minor = 0, .known = true })
#define HV_WINDOWS_2008_R2 ((struct hv_version){ .major = 6, .minor = 1, .known = true })
#define HV_WINDOWS_2012    ((struct hv_version){ .major = 6, .minor = 2, .known = true })
#define HV_WINDOWS_2012_R2 ((struct hv_version){ .major = 6, .minor = 3, .known = true })
#define HV_WINDOWS_2016    ((struct hv_version){ .major = 10, .minor = 0, .known = true })

/* Compares major and minor only. Both must be known. */
static inline int hv_version_cmp(struct hv_version a, struct hv_version b)
{
	if (a.major != b.major)
		return a.major < b.major ? -1 : 1;
	return (a.minor > b.minor) - (a.minor < b.minor);
}

/* "6.3.9600" to a version; build and further parts are optional. Not known when s is NULL or
 * malformed. */
struct hv_version hv_version_parse(const char *s);

#endif
