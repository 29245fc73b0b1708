/* SPDX-License-Identifier: GPL-3.0-or-later */
/* [DSP0226 10; MS-WSMV 3.1.4.6, 3.1.4.1.30] */
#include "events.h"

#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf.h"
#include "call.h"
#include "cim/xml-tree.h"
#include "escape.h"
#include "event-text.h"
#include "page.h"
#include "subscription.h"
#include "wsman/uri.h"

#define EVENT_URI "http://schemas.microsoft.com/win/2004/08/events/event"

void sim_subscription_free(struct sim_subscription *s)
{
	if (s == NULL)
		return;
	hv_arena_done(&s->arena);
	hv_free(s);
}

void sim_subscriptions_done(struct sim_subscriptions *subscriptions)
{
	while (subscriptions->first != NULL) {
		struct sim_subscription *s = subscriptions->first;

		subscriptions->first = s->next;
		sim_subscription_free(s);
	}
	subscriptions->count = 0;
}

bool sim_has_event_plugin(struct sim_call *call)
{
	if (call->host->denied & SIM_NO_SUBSCRIBE)
		sim_call_refuse(call, SIM_FAULT_NO_RESOURCE, "");
	return call->fault == SIM_FAULT_NONE;
}

/* The select that an event falls under; SIM_MAX_SELECTS when it is not wanted. */
static size_t select_of(const struct sim_host *host, const struct sim_subscription *s,
	const struct sim_event *event)
{
	for (size_t i = 0; i < s->queries.count; i++) {
		const struct sim_position *position = &s->positions[i];

		if (position->is_replayed && hv_utf8_caseeq(event->channel, position->channel) &&
			event->record > position->after &&
			sim_filter_matches(
				&s->queries.selects[i].filter, event, host->store.taken_at))
			return i;
	}
	return SIM_MAX_SELECTS;
}

/* All selects of a channel move on together. */
static void note_position(struct sim_subscription *s, const struct sim_event *event)
{
	for (size_t i = 0; i < s->queries.count; i++) {
		struct sim_position *position = &s->positions[i];

		position->is_current = hv_utf8_caseeq(position->channel, event->channel);
		if (position->is_current)
			position->record = event->record;
	}
}

static bool is_named_before(const struct sim_subscription *s, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (hv_utf8_caseeq(s->positions[j].channel, s->positions[i].channel))
			return true;
	return false;
}

/* As EvtRenderBookmark writes it: without a namespace. */
static void add_bookmark(struct hv_buf *out, const struct sim_subscription *s)
{
	hv_buf_adds(out, "<w:Bookmark><BookmarkList>");
	for (size_t i = 0; i < s->queries.count; i++) {
		const struct sim_position *position = &s->positions[i];

		if (position->record == 0 || is_named_before(s, i))
			continue;
		hv_buf_adds(out, "<Bookmark Channel=\"");
		sim_escape(out, position->channel);
		hv_buf_addf(out, "\" RecordId=\"%" PRIu64 "\"%s/>", position->record,
			position->is_current ? " IsCurrent=\"true\"" : "");
	}
	hv_buf_adds(out, "</BookmarkList></w:Bookmark>");
}

/* Before the first event comes one of the plug-in itself. */
static void add_started(struct sim_call *call, struct hv_buf *items)
{
	char now[HV_TIME_TEXT_MAX];

	hv_time_format_usec(
		call->host->store.taken_at.known ? call->host->store.taken_at.usec : 0, now);
	hv_buf_adds(items, "<Event xmlns=\"" EVENT_URI "\"><System><Provider Name=\""
			   "Microsoft-Windows-EventForwarder\"/><EventID>111</EventID>"
			   "<TimeCreated SystemTime=\"");
	hv_buf_addf(items, "%s\"/><Computer>", now);
	sim_escape(items, call->host->store.computer_name);
	hv_buf_adds(items, "</Computer></System><SubscriptionBookmarkEvent><SubscriptionId/>"
			   "</SubscriptionBookmarkEvent></Event>");
}

/* Returns how many events the page got. */
static size_t add_events(struct sim_call *call, struct sim_subscription *s, struct sim_page *page,
	struct hv_buf *items)
{
	const struct sim_store *store = &call->host->store;
	HV_AUTO(buf) text;

	hv_buf_init(&text, SIM_ANSWER_MAX);
	for (; s->next_event < store->event_count; s->next_event++) {
		const struct sim_event *event = &store->events[s->next_event];
		enum sim_room room;

		if (select_of(call->host, s, event) == SIM_MAX_SELECTS)
			continue;
		hv_buf_clear(&text);
		sim_event_text(&text, event, s->is_rendered);
		room = sim_page_take(page, hv_buf_str(&text), text.len);
		if (room == SIM_NEVER && page->items == 0)
			sim_call_refuse(call, SIM_FAULT_ANSWER_TOO_LARGE, "");
		if (room != SIM_ROOM)
			break;
		hv_buf_add(items, hv_buf_str(&text), text.len);
		note_position(s, event);
	}
	call->failed = call->failed || hv_buf_failed(&text);
	return page->items;
}

static struct sim_subscription *find_by_context(struct sim_call *call)
{
	const char *context = sim_request_text(
		call->request, hv_xml_child(call->request->body, HV_URI_N, "EnumerationContext"));
	struct sim_subscription *s = call->host->subscriptions.first;

	while (s != NULL && strcmp(s->context, context) != 0)
		s = s->next;
	return s;
}

void sim_pull_events(struct sim_call *call)
{
	const struct _xmlNode *body = call->request->body;
	struct sim_subscription *s;
	struct sim_page page;
	HV_AUTO(buf) items;

	hv_buf_init(&items, SIM_ANSWER_MAX);
	call->host->counters.event_pull++;
	if (!sim_has_event_plugin(call))
		return;
	if (body == NULL || !hv_xml_is(body, HV_URI_N, "Pull") ||
		!sim_page_init(&page, call, hv_xml_child(body, HV_URI_N, "MaxElements"))) {
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
		return;
	}
	s = find_by_context(call);
	if (s == NULL) {
		sim_call_refuse(call, SIM_FAULT_CONTEXT, "");
		return;
	}
	if (!s->has_started)
		add_started(call, &items);
	else if (add_events(call, s, &page, &items) > 0)
		add_bookmark(&call->header, s);
	s->has_started = true;
	sim_host_id(call->host, "uuid:", s->context);
	hv_buf_addf(&call->body,
		"<n:PullResponse><n:EnumerationContext>%s</n:EnumerationContext><n:Items>",
		s->context);
	hv_buf_add(&call->body, hv_buf_str(&items), items.len);
	hv_buf_adds(&call->body, "</n:Items></n:PullResponse>");
	call->failed = call->failed || hv_buf_failed(&items);
}

void sim_unsubscribe(struct sim_call *call)
{
	const struct _xmlNode *body = call->request->body;
	struct sim_subscriptions *all = &call->host->subscriptions;
	struct sim_subscription **link = &all->first;
	struct sim_subscription *s;

	call->host->counters.unsubscribe++;
	if (!sim_has_event_plugin(call))
		return;
	if (body == NULL || !hv_xml_is(body, HV_URI_E, "Unsubscribe")) {
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
		return;
	}
	while (*link != NULL && !hv_utf8_caseeq((*link)->identifier, call->request->identifier))
		link = &(*link)->next;
	s = *link;
	if (s == NULL) {
		sim_call_refuse(call, SIM_FAULT_CONTEXT, "");
		return;
	}
	*link = s->next;
	all->count--;
	sim_subscription_free(s);
}
