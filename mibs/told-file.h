/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was told by notifications, in a file: another start of the agent neither repeats it nor
 * misses what has changed meanwhile. */
#ifndef HV_MIBS_TOLD_FILE_H
#define HV_MIBS_TOLD_FILE_H

#include <stddef.h>

#include "base/err.h"
#include "mibs/board.h"

enum { HV_TOLD_FILE_MAX_BYTES = 16 << 20 }; /* of as many hosts as there may be: a third */

/* Lines that mean nothing. */
struct hv_told_oddities {
	size_t count;
	size_t first_line; /* from 1 */
};

/* Lets a board that was never polled remember. When there is no file there is nothing to remember.
 * Odd lines are passed over, and so are hosts and checks that the board does not have. -1: it
 * cannot be read or is not such a file, so that it should not be written either. */
int hv_told_file_read(struct hv_board *board, const char *path, struct hv_told_oddities *ret,
	struct hv_err *err) HV_MUST_USE;

/* Takes the place of the former one; for its owner alone. */
int hv_told_file_write(
	const struct hv_board *board, const char *path, struct hv_err *err) HV_MUST_USE;

#endif
