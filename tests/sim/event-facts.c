/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "event-facts.h"

#include <string.h>

#include "base/buf.h"
#include "base/parse.h"
#include "base/time.h"
#include "cim/event-xml.h"
#include "cim/xml-tree.h"
#include "cim/xml.h"

enum { MAX_ITEMS = 100000, TEXT_MAX = 4096 };

/* Renderings exist that drop the namespace. */
static const struct _xmlNode *child(const struct _xmlNode *parent, const char *name)
{
	const struct _xmlNode *element = hv_xml_first(parent);

	while (element != NULL && strcmp(hv_xml_name(element), name) != 0)
		element = hv_xml_next(element);
	return element;
}

static const char *text_of(struct hv_arena *arena, const struct _xmlNode *element)
{
	HV_AUTO(buf) text;

	hv_buf_init(&text, TEXT_MAX);
	hv_xml_add_text(&text, element);
	return hv_arena_strdup(arena, hv_buf_str(&text));
}

static uint64_t number_of(const struct _xmlNode *element)
{
	HV_AUTO(buf) text;
	uint64_t number = 0;

	hv_buf_init(&text, TEXT_MAX);
	hv_xml_add_text(&text, element);
	return hv_parse_u64(hv_buf_str(&text), 0, UINT64_MAX, &number, NULL) == 0 ? number : 0;
}

static const char *attribute(const struct _xmlNode *element, const char *name)
{
	const char *value = element != NULL ? hv_xml_node_attr(element, "", name) : NULL;

	return value != NULL ? value : "";
}

static void read_system(
	struct hv_arena *arena, const struct _xmlNode *system, struct sim_event *event)
{
	const char *time = attribute(child(system, "TimeCreated"), "SystemTime");

	event->provider = hv_arena_strdup(arena, attribute(child(system, "Provider"), "Name"));
	event->channel = text_of(arena, child(system, "Channel"));
	event->id = number_of(child(system, "EventID"));
	event->level = number_of(child(system, "Level"));
	event->record = number_of(child(system, "EventRecordID"));
	event->time.known = hv_time_parse_iso(time, &event->time.usec, NULL) == 0;
}

/* Within an envelope there is no place for an XML declaration. */
static void skip_declaration(const char **xml, size_t *len)
{
	const char *end;

	if (*len < 5 || memcmp(*xml, "<?xml", 5) != 0)
		return;
	end = memmem(*xml, *len, "?>", 2);
	if (end == NULL)
		return;
	*len -= (size_t)(end + 2 - *xml);
	*xml = end + 2;
}

int sim_event_read(struct hv_arena *arena, const char *xml, size_t len, struct sim_event *ret,
	struct hv_err *err)
{
	struct _xmlDoc *doc = NULL;
	struct sim_event event = { .id = 0 };

	skip_declaration(&xml, &len);
	if (hv_xml_tree(xml, len, HV_EVENT_MAX_DEPTH, MAX_ITEMS, &doc, err) < 0)
		return -1;
	read_system(arena, child(hv_xml_root(doc), "System"), &event);
	hv_xml_tree_free(doc);
	event.xml = hv_arena_strndup(arena, xml, len);
	event.len = len;
	if (hv_arena_failed(arena))
		return hv_err_no_memory(err);
	*ret = event;
	return 0;
}
