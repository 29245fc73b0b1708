/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page.h"

#include "base/parse.h"

/* What the envelope around the items takes at most. */
enum { AROUND_BYTES = 4096 };

static size_t utf16_length(const char *text, size_t len)
{
	size_t units = 0;

	for (size_t i = 0; i < len; i++) {
		const unsigned char c = (unsigned char)text[i];

		units += (c & 0xC0) != 0x80;
		units += c >= 0xF0;
	}
	return units;
}

bool sim_page_init(
	struct sim_page *page, struct sim_call *call, const struct _xmlNode *max_elements)
{
	*page = (struct sim_page){
		.max_items = 1,
		.soft_chars = call->host->page_chars,
		.hard_chars = (size_t)(call->request->max_envelope - AROUND_BYTES) / 2,
	};
	if (page->soft_chars > page->hard_chars)
		page->soft_chars = page->hard_chars;
	if (max_elements == NULL)
		return true;
	if (hv_parse_u64(sim_request_text(call->request, max_elements), 1, UINT64_MAX,
		    &page->max_items, NULL) < 0)
		return false;
	if (page->max_items > SIM_MAX_PAGE_ITEMS)
		page->max_items = SIM_MAX_PAGE_ITEMS;
	return true;
}

enum sim_room sim_page_take(struct sim_page *page, const char *xml, size_t len)
{
	const size_t chars = utf16_length(xml, len);

	if (page->items == page->max_items)
		return SIM_FULL;
	if (page->items > 0 && page->chars + chars > page->soft_chars)
		return SIM_FULL;
	if (chars > page->hard_chars)
		return SIM_NEVER;
	page->items++;
	page->chars += chars;
	return SIM_ROOM;
}
