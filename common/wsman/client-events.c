/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event logs by a pull subscription. It has no end of its own: an empty page, or a fault that says
 * that nothing came, is the end of what there is. [MS-WSMV 3.1.4.1.30, DSP0226 10.2] */
#include "wsman/client.h"
#include "wsman/element.h"
#include "wsman/exchange.h"
#include "wsman/paging.h"

#define PLACE "event log"

enum { IDENTIFIER_MAX = 128 << 10 };

struct subscription {
	struct hv_client *client;
	const struct hv_sink *sink;
	struct hv_arena arena;
	const char *identifier; /* in arena */
	struct hv_paging paging;
	size_t events;     /* without those about the subscription itself */
	size_t max_events; /* 0: all */
};

static bool is_full(const struct subscription *s)
{
	return s->max_events > 0 && s->events >= s->max_events;
}

static int pour(void *ctx, const char *xml, size_t len, struct hv_err *err)
{
	struct subscription *s = ctx;

	if (is_full(s))
		return 0;
	s->events++;
	return s->sink->event(s->sink->ctx, xml, len, err);
}

static int subscribe(struct subscription *s, const struct hv_soap_event_query *queries,
	size_t query_count, struct hv_err *err)
{
	const struct hv_exchange_plan plan = {
		.name = "Subscribe",
		.place = PLACE,
		.what = query_count > 0 ? queries[0].channel : NULL,
		.repeat = HV_REPEAT_SAFE,
		.denied = HV_FAULT_ACCESS_EVENTS,
	};
	struct hv_answer_subscription answer;
	HV_AUTO(exchange) x;

	if (hv_exchange_begin(&x, s->client, &plan, err) < 0 ||
		hv_soap_subscribe(&x.request, &x.call, queries, query_count, err) < 0 ||
		hv_exchange_run(&x, err) < 0 || hv_answer_subscribed(&x.answer, &answer, err) < 0)
		return -1;
	s->identifier = hv_arena_strdup(&s->arena, answer.identifier);
	if (s->identifier == NULL)
		return hv_err_no_memory(err);
	return hv_paging_turn(&s->paging, answer.context, err);
}

static int take_page(struct subscription *s, struct hv_answer *answer, struct hv_err *err)
{
	const struct hv_sink counting = { .ctx = s, .event = pour };
	struct hv_answer_page page;

	if (hv_answer_events(answer, &counting, &page, err) < 0 ||
		hv_paging_turn(&s->paging, page.count > 0 ? page.context : NULL, err) < 0)
		return -1;
	return hv_paging_count(&s->paging, page.count, HV_CLIENT_MAX_EVENTS, err);
}

static uint32_t page_of(const struct subscription *s)
{
	return s->max_events > 0 && s->max_events < HV_CLIENT_EVENTS_A_PAGE
		       ? (uint32_t)s->max_events
		       : HV_CLIENT_EVENTS_A_PAGE;
}

static uint32_t wait_of(const struct hv_soap_call *call)
{
	const uint32_t part = call->timeout_ms / HV_CLIENT_EVENTS_WAIT_PARTS;

	return part < HV_CLIENT_EVENTS_WAIT_MS ? part : HV_CLIENT_EVENTS_WAIT_MS;
}

static int pull(struct subscription *s, struct hv_err *err)
{
	const struct hv_exchange_plan plan = {
		.name = "Pull",
		.place = PLACE,
		.repeat = HV_REPEAT_NEVER,
	};
	HV_AUTO(exchange) x;

	if (hv_exchange_begin(&x, s->client, &plan, err) < 0)
		return -1;
	x.call.timeout_ms = wait_of(&x.call);
	if (hv_soap_pull_events(
		    &x.request, &x.call, hv_buf_str(&s->paging.context), page_of(s), err) < 0 ||
		hv_exchange_post(&x, err) < 0)
		return -1;
	if (hv_exchange_is_fault(&x, HV_FAULT_TIMED_OUT) ||
		hv_exchange_is_fault(&x, HV_FAULT_NO_EVENTS)) {
		hv_paging_end(&s->paging);
		return 0;
	}
	return hv_exchange_check(&x, err) < 0 ? -1 : take_page(s, &x.answer, err);
}

static void unsubscribe(struct subscription *s)
{
	const struct hv_exchange_plan plan = {
		.name = "Unsubscribe",
		.place = PLACE,
		.repeat = HV_REPEAT_SAFE,
		.closing = true,
	};
	HV_AUTO(exchange) x;

	if (hv_exchange_begin(&x, s->client, &plan, NULL) == 0 &&
		hv_soap_unsubscribe(&x.request, &x.call, s->identifier, NULL) == 0)
		hv_exchange_close(&x);
}

int hv_client_events(struct hv_client *c, const struct hv_soap_event_query *queries,
	size_t query_count, size_t max_events, const struct hv_sink *sink, size_t *ret_events,
	struct hv_err *err)
{
	struct subscription s = { .client = c, .sink = sink, .max_events = max_events };
	int result;

	hv_arena_init(&s.arena, IDENTIFIER_MAX);
	hv_paging_init(&s.paging);
	result = subscribe(&s, queries, query_count, err);
	while (result == 0 && hv_paging_goes_on(&s.paging) && !is_full(&s))
		result = pull(&s, err);
	if (s.identifier != NULL)
		unsubscribe(&s);
	if (result == 0)
		*ret_events = s.events;
	hv_paging_done(&s.paging);
	hv_arena_done(&s.arena);
	return result;
}
