/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all transports share. */
#include "wsman/transport.h"

void hv_http_answer_init(struct hv_http_answer *a, size_t max_body)
{
	*a = (struct hv_http_answer){ .status = 0 };
	hv_buf_init(&a->authenticate, HV_HTTP_HEADERS_MAX);
	hv_buf_init(&a->body, max_body);
}

void hv_http_answer_done(struct hv_http_answer *a)
{
	if (!a)
		return;
	hv_buf_done(&a->authenticate);
	hv_buf_done(&a->body);
}

void hv_transport_done(struct hv_transport *t)
{
	if (!t || !t->ops)
		return;
	t->ops->done(t->state);
	*t = (struct hv_transport){ .ops = NULL };
}
