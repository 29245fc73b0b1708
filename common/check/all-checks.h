/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every check there is, for programs that run them all. Makefile.am makes the table of its list of
 * checks. */
#ifndef HV_CHECK_ALL_CHECKS_H
#define HV_CHECK_ALL_CHECKS_H

#include "check/check.h"

extern const struct hv_check *const hv_all_checks[]; /* ends with NULL */

#endif
