/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much one page of an enumeration or subscription takes. Windows counts characters of UTF-16.
 */
#ifndef HV_SIM_PAGE_H
#define HV_SIM_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call.h"

struct sim_page {
	uint64_t max_items;
	size_t soft_chars; /* a page ends before it would exceed this, but holds one item at least
			    */
	size_t hard_chars; /* what the envelope has room for at all */
	size_t items, chars;
};

/* From MaxElements of n:Pull, which is 1 when not told, and MaxEnvelopeSize. False when MaxElements
 * makes no sense. */
bool sim_page_init(
	struct sim_page *page, struct sim_call *call, const struct _xmlNode *max_elements);

enum sim_room { SIM_ROOM, SIM_FULL, SIM_NEVER /* too large for any page */ };

/* Whether an item of that XML still goes into the page; counts it when it does. */
enum sim_room sim_page_take(struct sim_page *page, const char *xml, size_t len);

#endif
