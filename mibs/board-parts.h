/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the board share. */
#ifndef HV_MIBS_BOARD_PARTS_H
#define HV_MIBS_BOARD_PARTS_H

#include "mibs/board.h"

/* To be called for a host after anything that may change what there is to tell of it. What nobody
 * wants to be told is taken as told. */
void hv_board_review(struct hv_board *board, struct hv_board_host *host);

/* The sentence of the last poll that was answered, however old. */
const char *hv_board_polled_summary(const struct hv_board_check *check);

#endif
