/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of one enumeration or subscription: where the next one is found, and bounds for a host
 * that would go on for ever. Internal to common/wsman. */
#ifndef HV_WSMAN_PAGING_H
#define HV_WSMAN_PAGING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct hv_paging {
	struct hv_buf context; /* for the next pull, or to be released; empty: no more pages */
	size_t items;
	size_t pages;
	size_t empty_pages; /* in a row */
};

void hv_paging_init(struct hv_paging *p);
void hv_paging_restart(struct hv_paging *p);
void hv_paging_done(struct hv_paging *p);
#define HV_AUTO_paging __attribute__((cleanup(hv_paging_done))) struct hv_paging

/* Takes the context of the latest page, NULL: there are no more. */
int hv_paging_turn(struct hv_paging *p, const char *context, struct hv_err *err) HV_MUST_USE;

/* Counts the items of the latest page. */
int hv_paging_count(
	struct hv_paging *p, size_t items, size_t max_items, struct hv_err *err) HV_MUST_USE;

bool hv_paging_goes_on(const struct hv_paging *p);
void hv_paging_end(struct hv_paging *p);

#endif
