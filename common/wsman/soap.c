/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests for instances and events. */
#include "wsman/soap.h"

#include "cim/instance-xml.h"
#include "wsman/envelope.h"
#include "wsman/uri.h"

#define WQL        "http://schemas.microsoft.com/wbem/wsman/1/WQL"
#define EVENTQUERY "http://schemas.microsoft.com/win/2004/08/events/eventquery"
#define PULL_MODE  "http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull"

/* A subscription lives as long as it is pulled from; what is lost dies after these. */
#define HEARTBEAT "PT60.000S"
#define EXPIRES   "PT600.000S"

int hv_soap_identify(struct hv_buf *out, struct hv_err *err)
{
	struct hv_envelope e = { .out = out };

	hv_buf_clear(out);
	hv_buf_adds(out, "<s:Envelope xmlns:s=\"" HV_URI_S "\"><s:Header/><s:Body>"
			 "<wsmid:Identify xmlns:wsmid=\"" HV_URI_ID "\"/>");
	return hv_envelope_close(&e, err);
}

/* WQL wants the resource of all classes. [DSP0227 8.2.2; MS-WSMV 2.2.4.14] */
static struct hv_envelope_head all_classes(const char *ns, const char *action)
{
	return (struct hv_envelope_head){
		.resource = HV_WMI_URI_PREFIX,
		.ns = ns,
		.name = "*",
		.action = action,
	};
}

int hv_soap_enumerate(struct hv_buf *out, const struct hv_soap_call *call, const char *ns,
	const char *wql, struct hv_err *err)
{
	const struct hv_envelope_head head = all_classes(ns, HV_URI_N "/Enumerate");
	struct hv_envelope e;

	hv_envelope_open(&e, out, call, &head);
	hv_buf_addf(out,
		"<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>%d</w:MaxElements>"
		"<w:Filter Dialect=\"" WQL "\">",
		(int)HV_SOAP_MAX_ELEMENTS);
	hv_envelope_text(&e, wql);
	hv_buf_adds(out, "</w:Filter></n:Enumerate>");
	return hv_envelope_close(&e, err);
}

static int pull(struct hv_buf *out, const struct hv_soap_call *call,
	const struct hv_envelope_head *head, const char *context, uint32_t max_elements,
	struct hv_err *err)
{
	struct hv_envelope e;

	hv_envelope_open(&e, out, call, head);
	hv_buf_adds(out, "<n:Pull><n:EnumerationContext>");
	hv_envelope_text(&e, context);
	hv_buf_addf(out, "</n:EnumerationContext><n:MaxElements>%u</n:MaxElements></n:Pull>",
		max_elements);
	return hv_envelope_close(&e, err);
}

int hv_soap_pull(struct hv_buf *out, const struct hv_soap_call *call, const char *ns,
	const char *context, struct hv_err *err)
{
	const struct hv_envelope_head head = all_classes(ns, HV_URI_N "/Pull");

	return pull(out, call, &head, context, HV_SOAP_MAX_ELEMENTS, err);
}

int hv_soap_release(struct hv_buf *out, const struct hv_soap_call *call, const char *ns,
	const char *context, struct hv_err *err)
{
	const struct hv_envelope_head head = all_classes(ns, HV_URI_N "/Release");
	struct hv_envelope e;

	hv_envelope_open(&e, out, call, &head);
	hv_buf_adds(out, "<n:Release><n:EnumerationContext>");
	hv_envelope_text(&e, context);
	hv_buf_adds(out, "</n:EnumerationContext></n:Release>");
	return hv_envelope_close(&e, err);
}

static struct hv_envelope_head one_object(const struct hv_soap_object *object)
{
	return (struct hv_envelope_head){
		.resource = HV_WMI_URI_PREFIX,
		.ns = object->ns,
		.name = object->class_name,
		.selectors = object->selectors,
		.selector_count = object->selector_count,
	};
}

int hv_soap_get(struct hv_buf *out, const struct hv_soap_call *call,
	const struct hv_soap_object *object, struct hv_err *err)
{
	struct hv_envelope_head head = one_object(object);
	struct hv_envelope e;

	head.action = HV_URI_X "/Get";
	hv_envelope_open(&e, out, call, &head);
	return hv_envelope_close(&e, err);
}

/* A reference is the content of an endpoint reference. [DSP0230 6.5.4] */
static void add_parameter(struct hv_envelope *e, const struct hv_soap_parameter *parameter)
{
	hv_buf_adds(e->out, "<p:");
	hv_envelope_text(e, parameter->name);
	hv_buf_addc(e->out, '>');
	if (parameter->resource_uri != NULL) {
		hv_buf_adds(e->out, "<a:Address>" HV_URI_EPR
				    "</a:Address><a:ReferenceParameters><w:ResourceURI>");
		hv_envelope_text(e, parameter->resource_uri);
		hv_buf_adds(e->out, "</w:ResourceURI>");
		hv_envelope_selectors(e, parameter->selectors, parameter->selector_count);
		hv_buf_adds(e->out, "</a:ReferenceParameters>");
	} else {
		hv_envelope_text(e, parameter->value);
	}
	hv_buf_adds(e->out, "</p:");
	hv_envelope_text(e, parameter->name);
	hv_buf_addc(e->out, '>');
}

int hv_soap_invoke(struct hv_buf *out, const struct hv_soap_call *call,
	const struct hv_soap_object *object, const char *method,
	const struct hv_soap_parameter *parameters, size_t parameter_count, struct hv_err *err)
{
	struct hv_envelope_head head = one_object(object);
	struct hv_envelope e;

	head.method = method;
	hv_envelope_open(&e, out, call, &head);
	hv_buf_adds(out, "<p:");
	hv_envelope_text(&e, method);
	hv_buf_adds(out, "_INPUT xmlns:p=\"");
	hv_envelope_uri(&e, &head);
	hv_buf_adds(out, "\">");
	for (size_t i = 0; i < parameter_count; i++)
		add_parameter(&e, &parameters[i]);
	hv_buf_adds(out, "</p:");
	hv_envelope_text(&e, method);
	hv_buf_adds(out, "_INPUT>");
	return hv_envelope_close(&e, err);
}

/* [MS-WSMV 3.1.4.1.30.1]; IgnoreChannelError is not among them: a channel that cannot be read would
 * look like one without events. */
static const struct hv_envelope_option event_options[] = {
	{ .name = "SubscriptionName", .value = "monitoring-plugins-hyperv" },
	{ .name = "ContentFormat", .value = "RenderedText" },
	{ .name = "ReadExistingEvents", .value = NULL },
};

static struct hv_envelope_head event_log(const char *action)
{
	return (struct hv_envelope_head){
		.resource = HV_URI_EVENTLOG,
		.action = action,
		.options = event_options,
		.option_count = HV_ARRAY_LEN(event_options),
	};
}

/* The filter is XML within XML: a text whose own texts are escaped before. */
static void add_query_list(struct hv_envelope *e, const struct hv_soap_event_query *queries,
	size_t count, struct hv_buf *list)
{
	struct hv_envelope inner = { .out = list };

	hv_buf_adds(list, "<QueryList>");
	for (size_t i = 0; i < count; i++) {
		hv_buf_addf(list, "<Query Id=\"%zu\" Path=\"", i);
		hv_envelope_text(&inner, queries[i].channel);
		hv_buf_adds(list, "\"><Select>");
		hv_envelope_text(&inner, queries[i].xpath);
		hv_buf_adds(list, "</Select></Query>");
	}
	hv_buf_adds(list, "</QueryList>");
	e->bad = e->bad || inner.bad;
	hv_envelope_text(e, hv_buf_str(list));
}

int hv_soap_subscribe(struct hv_buf *out, const struct hv_soap_call *call,
	const struct hv_soap_event_query *queries, size_t query_count, struct hv_err *err)
{
	const struct hv_envelope_head head = event_log(HV_URI_E "/Subscribe");
	HV_AUTO(buf) list;
	struct hv_envelope e;

	hv_buf_init(&list, HV_SOAP_MAX_REQUEST);
	hv_envelope_open(&e, out, call, &head);
	hv_buf_adds(out,
		"<e:Subscribe><e:Delivery Mode=\"" PULL_MODE "\"><w:Heartbeats>" HEARTBEAT
		"</w:Heartbeats><w:Locale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>"
		"<p:DataLocale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/>"
		"<w:ContentEncoding>UTF-8</w:ContentEncoding></e:Delivery><e:Expires>" EXPIRES
		"</e:Expires><w:Filter Dialect=\"" EVENTQUERY "\">");
	add_query_list(&e, queries, query_count, &list);
	hv_buf_adds(out, "</w:Filter><w:SendBookmarks/></e:Subscribe>");
	if (list.overflow)
		return hv_err_set(err, HV_ERR_LIMIT, "an event query of more than %d bytes",
			(int)HV_SOAP_MAX_REQUEST);
	if (hv_buf_failed(&list))
		return hv_err_no_memory(err);
	return hv_envelope_close(&e, err);
}

int hv_soap_pull_events(struct hv_buf *out, const struct hv_soap_call *call, const char *context,
	uint32_t max_events, struct hv_err *err)
{
	const struct hv_envelope_head head = event_log(HV_URI_N "/Pull");

	return pull(out, call, &head, context, max_events, err);
}

int hv_soap_unsubscribe(struct hv_buf *out, const struct hv_soap_call *call, const char *identifier,
	struct hv_err *err)
{
	const struct hv_envelope_head head = {
		.resource = HV_URI_EVENTLOG,
		.action = HV_URI_E "/Unsubscribe",
		.identifier = identifier,
	};
	struct hv_envelope e;

	hv_envelope_open(&e, out, call, &head);
	hv_buf_adds(out, "<e:Unsubscribe/>");
	return hv_envelope_close(&e, err);
}
