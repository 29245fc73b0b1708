/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contexts change with every page as a rule, so the same one again is no sign of a circle; pages
 * without items are. */
#include "wsman/paging.h"

#include "wsman/client.h"

enum { CONTEXT_MAX = 64 << 10 };

void hv_paging_init(struct hv_paging *p)
{
	*p = (struct hv_paging){ .items = 0 };
	hv_buf_init(&p->context, CONTEXT_MAX);
}

void hv_paging_restart(struct hv_paging *p)
{
	hv_paging_end(p);
	p->items = 0;
	p->pages = 0;
	p->empty_pages = 0;
}

void hv_paging_done(struct hv_paging *p)
{
	if (p)
		hv_buf_done(&p->context);
}

bool hv_paging_goes_on(const struct hv_paging *p)
{
	return p->context.len > 0;
}

void hv_paging_end(struct hv_paging *p)
{
	hv_buf_clear(&p->context);
}

int hv_paging_turn(struct hv_paging *p, const char *context, struct hv_err *err)
{
	hv_paging_end(p);
	if (context == NULL)
		return 0;
	hv_buf_adds(&p->context, context);
	if (!hv_buf_failed(&p->context))
		return 0;
	if (p->context.overflow)
		(void)hv_err_set(err, HV_ERR_LIMIT, "an enumeration context of more than %d bytes",
			(int)CONTEXT_MAX);
	else
		(void)hv_err_no_memory(err);
	/* Half a context is good for nothing. */
	hv_paging_end(p);
	return -1;
}

int hv_paging_count(struct hv_paging *p, size_t items, size_t max_items, struct hv_err *err)
{
	p->items += items;
	p->pages++;
	p->empty_pages = items > 0 ? 0 : p->empty_pages + 1;
	if (p->items > max_items)
		return hv_err_set(err, HV_ERR_LIMIT, "more than %zu items", max_items);
	if (!hv_paging_goes_on(p))
		return 0;
	if (p->pages >= HV_CLIENT_MAX_PAGES)
		return hv_err_set(
			err, HV_ERR_LIMIT, "more than %d pages", (int)HV_CLIENT_MAX_PAGES);
	if (p->empty_pages >= HV_CLIENT_MAX_EMPTY_PAGES)
		return hv_err_set(err, HV_ERR_LIMIT,
			"%d empty pages in a row: the host goes round in circles",
			(int)HV_CLIENT_MAX_EMPTY_PAGES);
	return 0;
}
