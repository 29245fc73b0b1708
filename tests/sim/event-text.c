/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event-text.h"

#include <string.h>

void sim_event_text(struct hv_buf *out, const struct sim_event *event, bool rendered)
{
	static const char close[] = "</RenderingInfo>";
	const char *start = NULL;
	const char *end = NULL;

	if (!rendered) {
		start = memmem(event->xml, event->len, "<RenderingInfo", strlen("<RenderingInfo"));
		end = memmem(event->xml, event->len, close, strlen(close));
	}
	if (start == NULL || end == NULL || end < start) {
		hv_buf_add(out, event->xml, event->len);
		return;
	}
	end += strlen(close);
	hv_buf_add(out, event->xml, (size_t)(start - event->xml));
	hv_buf_add(out, end, (size_t)(event->xml + event->len - end));
}
