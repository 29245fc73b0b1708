/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Subscribe: what is asked for, and from where on. [DSP0226 10.2; MS-WSMV 3.1.4.6, 3.1.4.1.30] */
#include <string.h>

#include "base/alloc.h"
#include "base/parse.h"
#include "base/utf.h"
#include "cim/xml-tree.h"
#include "duration.h"
#include "escape.h"
#include "subscription.h"
#include "wsman/uri.h"

#define EVENTQUERY "http://schemas.microsoft.com/win/2004/08/events/eventquery"
#define WSMAN      "http://schemas.dmtf.org/wbem/wsman/1/wsman"
#define PULL_MODE  WSMAN "/Pull"
#define EARLIEST   WSMAN "/bookmark/earliest"

static bool check_delivery(struct sim_call *call)
{
	const struct _xmlNode *delivery = hv_xml_child(call->request->body, HV_URI_E, "Delivery");
	const struct _xmlNode *heartbeats = hv_xml_child(delivery, HV_URI_W, "Heartbeats");
	const struct _xmlNode *expires = hv_xml_child(call->request->body, HV_URI_E, "Expires");
	const char *mode = delivery != NULL ? hv_xml_node_attr(delivery, "", "Mode") : NULL;
	hv_usec duration;

	if (mode == NULL || strcmp(mode, PULL_MODE) != 0)
		sim_call_refuse(call, SIM_FAULT_DELIVERY_MODE, "");
	else if ((heartbeats != NULL &&
			 !sim_duration_parse(
				 sim_request_text(call->request, heartbeats), &duration)) ||
		 (expires != NULL &&
			 !sim_duration_parse(sim_request_text(call->request, expires), &duration)))
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
	return call->fault == SIM_FAULT_NONE;
}

/* The filter is XML as an escaped text; elements within are accepted by no known host. */
static bool read_filter(struct sim_call *call, struct sim_subscription *s)
{
	const struct _xmlNode *filter = hv_xml_child(call->request->body, HV_URI_W, "Filter");
	const char *dialect = filter != NULL ? hv_xml_node_attr(filter, "", "Dialect") : NULL;

	if (dialect != NULL && strcmp(dialect, EVENTQUERY) != 0)
		sim_call_refuse(call, SIM_FAULT_DIALECT, "");
	else if (filter == NULL || !sim_query_list_parse(&s->queries, &s->arena,
					   sim_request_text(call->request, filter)))
		sim_call_refuse(call, SIM_FAULT_EVENT_QUERY, "");
	call->failed = call->failed || hv_arena_failed(&s->arena);
	return call->fault == SIM_FAULT_NONE;
}

/* Channels that are not there are a fault, or passed over as long as one remains. */
static bool check_channels(struct sim_call *call, struct sim_subscription *s)
{
	const bool ignores = sim_pairs_get(&call->request->options, "IgnoreChannelError") != NULL;
	size_t good = 0;

	for (size_t i = 0; i < s->queries.count; i++) {
		const struct sim_channel *channel =
			sim_store_channel(&call->host->store, s->queries.selects[i].channel);

		if (channel == NULL || !channel->readable || (call->host->denied & SIM_NO_CHANNEL))
			continue;
		s->positions[good].channel = channel->name;
		s->queries.selects[good] = s->queries.selects[i];
		good++;
	}
	if (good == 0 || (good < s->queries.count && !ignores))
		sim_call_refuse(call, SIM_FAULT_NO_CHANNEL, "");
	s->queries.count = good;
	return call->fault == SIM_FAULT_NONE;
}

static bool read_bookmark_list(
	struct sim_call *call, const struct _xmlNode *list, struct sim_subscription *s)
{
	for (const struct _xmlNode *b = hv_xml_first(list); b != NULL; b = hv_xml_next(b)) {
		const char *channel = hv_xml_node_attr(b, "", "Channel");
		const char *record = hv_xml_node_attr(b, "", "RecordId");
		uint64_t number;

		if (strcmp(hv_xml_name(b), "Bookmark") != 0 || channel == NULL || record == NULL ||
			hv_parse_u64(record, 0, UINT64_MAX, &number, NULL) < 0) {
			sim_call_refuse(call, SIM_FAULT_BOOKMARK, "");
			return false;
		}
		for (size_t i = 0; i < s->queries.count; i++)
			if (hv_utf8_caseeq(s->positions[i].channel, channel))
				s->positions[i].after = number;
	}
	return true;
}

/* Where to begin: with what comes from now on, unless the request says otherwise. */
static bool read_start(struct sim_call *call, struct sim_subscription *s)
{
	const struct _xmlNode *bookmark = hv_xml_child(call->request->body, HV_URI_W, "Bookmark");
	const struct _xmlNode *list = hv_xml_child(bookmark, "", "BookmarkList");
	bool replays = sim_pairs_get(&call->request->options, "ReadExistingEvents") != NULL;

	if (list != NULL) {
		replays = true;
		if (!read_bookmark_list(call, list, s))
			return false;
	} else if (bookmark != NULL) {
		replays = true;
		if (strcmp(sim_request_text(call->request, bookmark), EARLIEST) != 0)
			sim_call_refuse(call, SIM_FAULT_BOOKMARK, "");
	}
	for (size_t i = 0; i < s->queries.count; i++)
		s->positions[i].is_replayed = replays;
	return call->fault == SIM_FAULT_NONE;
}

static void answer_subscribe(struct sim_call *call, struct sim_subscription **s)
{
	struct sim_host *host = call->host;
	const char *format = sim_pairs_get(&call->request->options, "ContentFormat");

	(*s)->is_rendered = format != NULL && hv_utf8_caseeq(format, "RenderedText");
	sim_host_id(host, "uuid:", (*s)->context);
	sim_host_id(host, "", (*s)->identifier);
	hv_buf_adds(&call->body, "<e:SubscribeResponse><e:SubscriptionManager><a:Address>http://");
	sim_escape(&call->body, host->store.computer_name);
	hv_buf_addf(&call->body,
		":5985/wsman</a:Address><a:ReferenceProperties><w:ResourceURI>" HV_URI_EVENTLOG
		"</w:ResourceURI><e:Identifier>%s</e:Identifier></a:ReferenceProperties>"
		"</e:SubscriptionManager><e:Expires>PT0.000S</e:Expires><n:EnumerationContext>%s"
		"</n:EnumerationContext></e:SubscribeResponse>",
		(*s)->identifier, (*s)->context);
	(*s)->next = host->subscriptions.first;
	host->subscriptions.first = hv_take(s);
	host->subscriptions.count++;
}

void sim_subscribe(struct sim_call *call)
{
	enum { ARENA_MAX = 16 << 20 };
	const struct _xmlNode *body = call->request->body;
	HV_AUTO(sim_subscription) s = NULL;

	call->host->counters.subscribe++;
	if (!sim_has_event_plugin(call))
		return;
	if (call->host->denied & SIM_DENY_EVENTS) {
		sim_call_refuse(call, SIM_FAULT_ACCESS_DENIED, "");
		return;
	}
	if (body == NULL || !hv_xml_is(body, HV_URI_E, "Subscribe")) {
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
		return;
	}
	if (!check_delivery(call) || !sim_call_takes_operation(call))
		return;
	s = hv_alloc(sizeof(*s));
	if (s == NULL) {
		call->failed = true;
		return;
	}
	hv_arena_init(&s->arena, ARENA_MAX);
	if (read_filter(call, s) && check_channels(call, s) && read_start(call, s))
		answer_subscribe(call, &s);
}
