/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of a subscription to event logs. [MS-WSMV 3.1.4.1.30] */
#include <string.h>

#include "cim/event-xml.h"
#include "cim/xml-tree.h"
#include "wsman/element.h"
#include "wsman/soap.h"
#include "wsman/uri.h"

#include <libxml/tree.h>

/* Provider of events about the subscription itself: started, heartbeat, bookmark. */
#define FORWARDER "Microsoft-Windows-EventForwarder"

/* Bytes of one event: more than readers take, so that they see, and count, one that is too large.
 */
enum { EVENT_TEXT_MAX = 2 * HV_EVENT_MAX_XML };

int hv_answer_subscribed(
	struct hv_answer *a, struct hv_answer_subscription *ret, struct hv_err *err)
{
	struct hv_answer_subscription subscription = { .identifier = "" };
	const struct _xmlNode *response = NULL;
	const struct _xmlNode *manager;
	const struct _xmlNode *parameters;

	if (hv_answer_expect(a, HV_URI_E, "SubscribeResponse", &response, err) < 0)
		return -1;
	manager = hv_xml_child(response, HV_URI_E, "SubscriptionManager");
	parameters = hv_xml_child(manager, HV_URI_A, "ReferenceProperties");
	if (parameters == NULL)
		parameters = hv_xml_child(manager, HV_URI_A, "ReferenceParameters");
	if (hv_answer_text(a, hv_xml_child(parameters, HV_URI_E, "Identifier"),
		    &subscription.identifier, err) < 0 ||
		hv_answer_text(a, hv_xml_child(response, HV_URI_N, "EnumerationContext"),
			&subscription.context, err) < 0)
		return -1;
	if (subscription.identifier[0] == '\0' || subscription.context[0] == '\0')
		return hv_err_set(err, HV_ERR_FORMAT, "the subscription has no %s",
			subscription.identifier[0] == '\0' ? "identifier" : "context");
	*ret = subscription;
	return 0;
}

/* A text of the tree, which cannot hold what XML does not allow. */
static void add_text(struct hv_buf *b, const char *text)
{
	if (!hv_soap_escape(b, text, strlen(text)))
		b->failed = true;
}

/* An element with its content, without prefixes: a namespace is declared where it differs from that
 * of the element around. The depth of answers bounds the recursion. */
static void add_element(struct hv_buf *b, const xmlNode *element, const char *outer_uri)
{
	const char *name = hv_xml_name(element);
	const char *uri = hv_xml_uri(element);

	hv_buf_addf(b, "<%s", name);
	if (strcmp(uri, outer_uri) != 0) {
		hv_buf_adds(b, " xmlns=\"");
		add_text(b, uri);
		hv_buf_addc(b, '"');
	}
	for (const xmlAttr *attr = element->properties; attr != NULL; attr = attr->next) {
		if (attr->ns != NULL)
			continue;
		hv_buf_addf(b, " %s=\"", (const char *)attr->name);
		add_text(b, hv_xml_node_attr(element, "", (const char *)attr->name));
		hv_buf_addc(b, '"');
	}
	if (element->children == NULL) {
		hv_buf_adds(b, "/>");
		return;
	}
	hv_buf_addc(b, '>');
	for (const xmlNode *child = element->children; child != NULL; child = child->next) {
		if (child->type == XML_ELEMENT_NODE)
			add_element(b, child, uri);
		else if (child->type == XML_TEXT_NODE && child->content != NULL)
			add_text(b, (const char *)child->content);
	}
	hv_buf_addf(b, "</%s>", name);
}

static bool is_about_forwarding(const struct _xmlNode *event)
{
	const char *uri = hv_xml_uri(event);
	const struct _xmlNode *provider =
		hv_xml_child(hv_xml_child(event, uri, "System"), uri, "Provider");
	const char *name = provider != NULL ? hv_xml_node_attr(provider, "", "Name") : NULL;

	return name != NULL && strcmp(name, FORWARDER) == 0;
}

static int pour_event(const struct _xmlNode *event, const struct hv_sink *sink, struct hv_buf *text,
	struct hv_err *err)
{
	hv_buf_clear(text);
	add_element(text, event, "");
	if (text->overflow)
		return hv_err_set(
			err, HV_ERR_LIMIT, "an event of more than %d bytes", (int)EVENT_TEXT_MAX);
	if (hv_buf_failed(text))
		return hv_err_no_memory(err);
	return sink->event(sink->ctx, hv_buf_str(text), text->len, err);
}

int hv_answer_events(struct hv_answer *a, const struct hv_sink *sink, struct hv_answer_page *ret,
	struct hv_err *err)
{
	const struct _xmlNode *items = NULL;
	struct hv_answer_page page = { .count = 0 };
	HV_AUTO(buf) text;

	hv_buf_init(&text, EVENT_TEXT_MAX);
	if (hv_answer_page(a, &items, &page, err) < 0)
		return -1;
	for (const struct _xmlNode *i = hv_xml_first(items); i != NULL; i = hv_xml_next(i)) {
		if (strcmp(hv_xml_name(i), "Event") != 0)
			return hv_err_set(err, HV_ERR_FORMAT, "expected <Event>, found <%.64s>",
				hv_xml_name(i));
		page.count++;
		if (!is_about_forwarding(i) && pour_event(i, sink, &text, err) < 0)
			return -1;
	}
	*ret = page;
	return 0;
}
