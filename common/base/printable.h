/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which characters may be shown as they are: on a terminal, in a mail, in a line that somebody
 * copies from there. */
#ifndef HV_BASE_PRINTABLE_H
#define HV_BASE_PRINTABLE_H

#include <stdbool.h>
#include <stdint.h>

/* False for control characters (C0, DEL, C1), for line and paragraph separators and for controls of
 * the writing direction, which can make a line look different from what it holds [UAX #9 2]. */
bool hv_printable(uint32_t code_point);

#endif
