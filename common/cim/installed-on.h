/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The forms of Win32_QuickFixEngineering.InstalledOn, which is a text and not a CIM datetime. */
#ifndef HV_CIM_INSTALLED_ON_H
#define HV_CIM_INSTALLED_ON_H

#include <stdbool.h>

#include "base/time.h"
#include "model/value.h"

struct hv_installed_on {
	hv_usec on;
	struct hv_time exchanged_on; /* with day and month exchanged, when that is a date, too */
	bool day_first;              /* a slashed date whose first number can be no month */
};

/* "3/25/2014" and "25/3/2014" with '/' or '-', "25.3.2014", "2014-03-25", each with or without a
 * time behind a blank, which is not read; "20140325"; a FILETIME in hexadecimal digits. The month
 * stands first where both are possible and the text has '/': so PowerShell reads what hosts since
 * Windows 7 write, and the FILETIME and yyyymmdd of older ones [PowerShell, ScriptProperty
 * InstalledOn of its types]. With '-' the older date counts. False when it is none of these. */
bool hv_installed_on_parse(const char *text, struct hv_installed_on *ret);

#endif
