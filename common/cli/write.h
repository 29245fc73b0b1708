/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a result to a descriptor, all of it or an error: a closed standard output must not look
 * like success. */
#ifndef HV_CLI_WRITE_H
#define HV_CLI_WRITE_H

#include <stddef.h>

#include "base/err.h"

int hv_write_all(int fd, const void *bytes, size_t len, struct hv_err *err) HV_MUST_USE;

#endif
