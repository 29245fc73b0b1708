/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that a query brings, page by page. [DSP0226 8.2; DSP0227 8.2.2] */
#include "enumerate.h"

#include <jansson.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf.h"
#include "call.h"
#include "cim/xml-tree.h"
#include "escape.h"
#include "instances.h"
#include "page.h"
#include "resource.h"
#include "wql.h"
#include "wsman/uri.h"

#define WQL "http://schemas.microsoft.com/wbem/wsman/1/WQL"

enum { ARENA_MAX = 256 << 20, ITEM_MAX = 16 << 20, MAX_HITS = 1 << 20 };

struct hit {
	const struct sim_class *class;
	json_t *row; /* a reference of its own: the class may lose it meanwhile */
};

struct sim_enumeration {
	struct sim_enumeration *next;
	struct hv_arena arena;
	char context[SIM_ID_MAX];
	const char *ns;
	const char *query; /* for faults */
	uint64_t max_envelope;
	struct sim_wql wql;
	struct hit *hits;
	size_t count, capacity, position;
};

static void enumeration_free(struct sim_enumeration *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < e->count; i++)
		json_decref(e->hits[i].row);
	hv_free(e->hits);
	hv_arena_done(&e->arena);
	hv_free(e);
}

static void enumeration_free_p(struct sim_enumeration **p)
{
	enumeration_free(*p);
}
#define HV_AUTO_enumeration __attribute__((cleanup(enumeration_free_p))) struct sim_enumeration *

void sim_enumerations_done(struct sim_enumerations *enumerations)
{
	while (enumerations->first != NULL) {
		struct sim_enumeration *e = enumerations->first;

		enumerations->first = e->next;
		enumeration_free(e);
	}
	enumerations->count = 0;
}

static void close_enumeration(struct sim_call *call, struct sim_enumeration *e)
{
	struct sim_enumerations *all = &call->host->enumerations;
	struct sim_enumeration **link = &all->first;

	while (*link != e)
		link = &(*link)->next;
	*link = e->next;
	all->count--;
	enumeration_free(e);
}

static bool add_hit(struct sim_enumeration *e, const struct sim_class *class, json_t *row)
{
	if (!sim_wql_matches(&e->wql, row))
		return true;
	if (hv_grow(&e->hits, &e->capacity, e->count + 1, MAX_HITS, sizeof(*e->hits)) < 0)
		return false;
	e->hits[e->count++] = (struct hit){ .class = class, .row = json_incref(row) };
	return true;
}

static bool collect(
	const struct sim_host *host, struct sim_enumeration *e, const struct sim_class *class)
{
	if (sim_class_is_hidden(host, class))
		return true;
	for (size_t i = 0; i < json_array_size(class->rows); i++)
		if (!add_hit(e, class, json_array_get(class->rows, i)))
			return false;
	return true;
}

/* What the filter asks for; the class of the resource when there is no filter. */
static bool read_query(
	struct sim_call *call, struct sim_enumeration *e, const struct sim_resource *resource)
{
	const struct _xmlNode *filter = hv_xml_child(call->request->body, HV_URI_W, "Filter");
	const bool is_star = strcmp(resource->name, "*") == 0;
	const char *dialect = filter != NULL ? hv_xml_node_attr(filter, "", "Dialect") : NULL;

	e->ns = hv_arena_strdup(&e->arena, resource->ns);
	if (filter == NULL) {
		e->query = hv_arena_printf(&e->arena, "SELECT * FROM %s", resource->name);
	} else if (dialect == NULL || strcmp(dialect, WQL) != 0) {
		sim_call_refuse(call, SIM_FAULT_DIALECT, "");
	} else if (!is_star) {
		sim_call_refuse(call, SIM_FAULT_WQL_NEEDS_STAR, "");
	} else {
		e->query = hv_arena_strdup(&e->arena, sim_request_text(call->request, filter));
	}
	if (filter == NULL && is_star)
		sim_call_refuse(call, SIM_FAULT_NO_FILTER, "");
	call->failed = call->failed || hv_arena_failed(&e->arena);
	if (call->fault != SIM_FAULT_NONE || call->failed)
		return false;
	if (!sim_wql_parse(&e->wql, &e->arena, e->query))
		sim_call_refuse(call, SIM_FAULT_INVALID_QUERY, e->query);
	return call->fault == SIM_FAULT_NONE;
}

static bool find_rows(struct sim_call *call, struct sim_enumeration *e)
{
	const struct sim_class *class =
		sim_store_class(&call->host->store, e->ns, e->wql.class_name);

	if (class != NULL)
		sim_snapshots_look(call->host, class);
	if (class == NULL)
		sim_call_refuse(call, SIM_FAULT_NO_CLASS, e->query);
	else if (class->error != NULL)
		sim_call_refuse(call, SIM_FAULT_PROVIDER, class->error);
	else
		call->failed = !collect(call->host, e, class);
	return call->fault == SIM_FAULT_NONE && !call->failed;
}

static void render(struct sim_call *call, const struct sim_enumeration *e, struct hv_buf *item)
{
	const struct hit *hit = &e->hits[e->position % e->count];
	struct hv_arena *arena = &call->request->arena;

	hv_buf_clear(item);
	if (e->wql.property_count > 0)
		sim_fragment_add(item, arena, hit->class, hit->row, e->wql.properties,
			e->wql.property_count);
	else
		sim_instance_add(item, arena, hit->class, hit->row);
	call->failed = call->failed || hv_buf_failed(item);
}

static bool is_over(const struct sim_call *call, const struct sim_enumeration *e)
{
	return e->position >= e->count && !call->host->endless;
}

/* Items up to the end of the page. An item that is too large for every page is a fault. */
static void add_items(
	struct sim_call *call, struct sim_enumeration *e, struct sim_page *page, struct hv_buf *out)
{
	enum sim_room room = SIM_ROOM;
	HV_AUTO(buf) item;

	hv_buf_init(&item, ITEM_MAX);
	while (room == SIM_ROOM && e->count > 0 && !is_over(call, e)) {
		render(call, e, &item);
		room = sim_page_take(page, hv_buf_str(&item), item.len);
		if (room == SIM_NEVER)
			sim_call_refuse(call, SIM_FAULT_ANSWER_TOO_LARGE, "");
		if (room != SIM_ROOM)
			break;
		hv_buf_add(out, item.data, item.len);
		e->position++;
	}
}

/* The optimised answer holds one item and, when there are no more, the mark of the end. */
static void add_first(struct sim_call *call, struct sim_enumeration *e)
{
	struct sim_page page;
	const bool ends = e->count <= 1 && !call->host->endless;

	if (!sim_page_init(&page, call, NULL)) /* one item */
		return;
	hv_buf_addf(&call->body,
		"<n:EnumerateResponse><n:EnumerationContext>%s</n:EnumerationContext><w:Items>",
		ends ? "" : e->context);
	add_items(call, e, &page, &call->body);
	hv_buf_adds(&call->body, "</w:Items>");
	if (ends)
		hv_buf_adds(&call->body, "<w:EndOfSequence/>");
	hv_buf_adds(&call->body, "</n:EnumerateResponse>");
}

static void answer_enumerate(struct sim_call *call, struct sim_enumeration **e)
{
	struct sim_host *host = call->host;
	const bool optimised =
		hv_xml_child(call->request->body, HV_URI_W, "OptimizeEnumeration") != NULL;

	sim_host_id(host, "uuid:", (*e)->context);
	if (optimised && !host->plain_enumerate)
		add_first(call, *e);
	else
		hv_buf_addf(&call->body,
			"<n:EnumerateResponse><n:EnumerationContext>%s</n:EnumerationContext>"
			"</n:EnumerateResponse>",
			(*e)->context);
	if (call->fault != SIM_FAULT_NONE)
		return;
	if (optimised && !host->plain_enumerate && is_over(call, *e))
		return;
	(*e)->next = host->enumerations.first;
	host->enumerations.first = hv_take(e);
	host->enumerations.count++;
}

void sim_enumerate(struct sim_call *call)
{
	const struct _xmlNode *body = call->request->body;
	struct sim_resource resource;
	HV_AUTO(enumeration) e = NULL;

	call->host->counters.enumerate++;
	if (body == NULL || !hv_xml_is(body, HV_URI_N, "Enumerate")) {
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
		return;
	}
	if (call->host->denied & SIM_TIMES_OUT) {
		sim_call_refuse(call, SIM_FAULT_TIMED_OUT, "");
		return;
	}
	if (hv_xml_child(body, HV_URI_W, "EnumerationMode") != NULL) {
		sim_call_refuse(call, SIM_FAULT_ENUMERATION_MODE, "");
		return;
	}
	if (!sim_resource_read(call, &resource) || !sim_call_takes_operation(call))
		return;
	e = hv_alloc(sizeof(*e));
	if (e == NULL) {
		call->failed = true;
		return;
	}
	hv_arena_init(&e->arena, ARENA_MAX);
	e->max_envelope = call->request->max_envelope;
	if (read_query(call, e, &resource) && find_rows(call, e))
		answer_enumerate(call, &e);
	/* the fault outlives the enumeration */
	if (call->fault != SIM_FAULT_NONE)
		call->detail = hv_arena_strdup(&call->request->arena, call->detail);
}

/* The enumeration of a Pull or Release; refuses a context that is not, or no longer, its own. */
static struct sim_enumeration *find_enumeration(struct sim_call *call, const char *element)
{
	const struct _xmlNode *body = call->request->body;
	struct sim_enumerations *all = &call->host->enumerations;
	struct sim_enumeration *e = all->first;
	struct sim_resource resource;
	const char *context;

	if (body == NULL || !hv_xml_is(body, HV_URI_N, element)) {
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
		return NULL;
	}
	if (!sim_resource_read(call, &resource))
		return NULL;
	context =
		sim_request_text(call->request, hv_xml_child(body, HV_URI_N, "EnumerationContext"));
	while (e != NULL && strcmp(e->context, context) != 0)
		e = e->next;
	if (e == NULL && context[0] != '\0' && strcmp(all->failed, context) == 0)
		sim_call_refuse(call, SIM_FAULT_ENUMERATION_DEAD, "");
	else if (e == NULL || strcmp(e->ns, resource.ns) != 0 ||
		 (strcmp(resource.name, "*") != 0 &&
			 !hv_utf8_caseeq(resource.name, e->wql.class_name)))
		sim_call_refuse(call, SIM_FAULT_CONTEXT, "");
	return call->fault == SIM_FAULT_NONE ? e : NULL;
}

/* A failed pull ends the enumeration. */
static void fail_pull(struct sim_call *call, struct sim_enumeration *e, enum sim_fault fault)
{
	memcpy(call->host->enumerations.failed, e->context, sizeof(e->context));
	sim_call_refuse(call, fault, hv_arena_strdup(&call->request->arena, e->query));
	close_enumeration(call, e);
}

/* The context is a new one every time, and missing in the last page; it stands before the items, so
 * these are made first. */
static void answer_pull(struct sim_call *call, struct sim_enumeration *e, struct sim_page *page)
{
	HV_AUTO(buf) items;

	hv_buf_init(&items, SIM_ANSWER_MAX);
	add_items(call, e, page, &items);
	if (call->fault != SIM_FAULT_NONE) {
		fail_pull(call, e, call->fault);
		return;
	}
	call->failed = call->failed || hv_buf_failed(&items);
	hv_buf_adds(&call->body, "<n:PullResponse>");
	if (!is_over(call, e)) {
		sim_host_id(call->host, "uuid:", e->context);
		hv_buf_addf(
			&call->body, "<n:EnumerationContext>%s</n:EnumerationContext>", e->context);
	}
	hv_buf_addf(&call->body, "<n:Items>%s</n:Items>", hv_buf_str(&items));
	if (is_over(call, e)) {
		hv_buf_adds(&call->body, "<n:EndOfSequence/>");
		close_enumeration(call, e);
	}
	hv_buf_adds(&call->body, "</n:PullResponse>");
}

void sim_pull(struct sim_call *call)
{
	struct sim_enumeration *e;
	struct sim_page page;

	call->host->counters.pull++;
	e = find_enumeration(call, "Pull");
	if (e == NULL)
		return;
	if (!sim_page_init(
		    &page, call, hv_xml_child(call->request->body, HV_URI_N, "MaxElements"))) {
		sim_call_refuse(call, SIM_FAULT_SCHEMA, "");
		return;
	}
	if (e->max_envelope != call->request->max_envelope) {
		sim_call_refuse(call, SIM_FAULT_PULL_DIFFERS, "");
		return;
	}
	if (call->host->denied & SIM_PULL_FAILS) {
		fail_pull(call, e, SIM_FAULT_PROVIDER);
		return;
	}
	answer_pull(call, e, &page);
}

void sim_release(struct sim_call *call)
{
	struct sim_enumeration *e;

	call->host->counters.release++;
	e = find_enumeration(call, "Release");
	if (e != NULL)
		close_enumeration(call, e);
}
