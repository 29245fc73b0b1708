/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event XML [MS-EVEN6 2.2.13] to the model, and event XML files (wevtutil qe /f:xml,
 * /f:RenderedXml, "Save as XML") to single events. */
#ifndef HV_CIM_EVENT_XML_H
#define HV_CIM_EVENT_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cim/sink.h"
#include "model/host.h"

enum {
	HV_EVENT_MAX_XML = 1 << 20, /* bytes of one event */
	HV_EVENT_MAX_FIELDS = 1024,
	HV_EVENT_MAX_DEPTH = 64,
	HV_EVENT_FILE_MAX = 512 << 20, /* bytes of one event XML file */
};

/* Parses one <Event>. Elements are matched by local name (renderings exist that drop the
 * namespace); times by SystemTime in ISO form or with a space. Adds it to host when wanted (keys,
 * since). *ret_added tells; may be NULL. */
int hv_event_xml_add(struct hv_host *host, const char *xml, size_t len,
	const struct hv_event_key *keys, hv_usec since, bool *ret_added,
	struct hv_err *err) HV_MUST_USE;

/* One <Event> to a model event whose strings live in the host's arena. */
int hv_event_xml_parse(struct hv_host *host, const char *xml, size_t len, struct hv_event *ret,
	struct hv_err *err) HV_MUST_USE;

/* When an event happened, without parsing it. False when it does not tell. */
bool hv_event_xml_time(const char *xml, size_t len, hv_usec *ret);

/* Splits the bytes of an event XML file (UTF-8 or UTF-16 with BOM; with <Events> root, without a
 * root element, one event or many; XML declaration allowed) and gives each to the sink's event(),
 * then events(). An event that cannot be parsed is damage, not an error; a file without any event
 * and without an empty root is an error. */
int hv_event_xml_file(const uint8_t *bytes, size_t len, const char *origin, struct hv_time read_at,
	struct hv_sink *sink, struct hv_err *err) HV_MUST_USE;

#endif
