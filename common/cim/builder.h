/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sink that fills a host model: the tables in cim/map-*.c say which property of which class, in
 * which namespace, becomes which member. */
#ifndef HV_CIM_BUILDER_H
#define HV_CIM_BUILDER_H

#include "cim/sink.h"
#include "model/host.h"

enum { HV_BUILDER_MAX_CLASSES = 64 }; /* rows of the class table */

/* What came of one class of the class table, internal to the builder. Texts live in the host's
 * arena. */
struct hv_builder_class {
	bool read;
	const char *error; /* the first one */
	const char *origin;
	struct hv_time read_at; /* the oldest told */
	size_t rows;
};

struct hv_builder {
	struct hv_host *host;            /* borrowed */
	const struct hv_event_key *keys; /* events kept; NULL: all */
	hv_usec since;                   /* older events are not kept */
	unsigned int sections;           /* asked for; rows of others are passed over */
	struct hv_builder_class classes[HV_BUILDER_MAX_CLASSES];
	size_t lost_events;     /* of the log being read: not understood */
	const char *first_lost; /* why the first of them was not */
};

/* host must be initialised; since and keys as in hv_event_want. */
void hv_builder_init(struct hv_builder *b, struct hv_host *host, unsigned int sections,
	const struct hv_event_want *want);
struct hv_sink hv_builder_sink(struct hv_builder *b);

/* After the last source: settles which sections are present (a section whose classes came in part
 * is FAILED and names the missing class), then hv_host_link(). */
int hv_builder_finish(struct hv_builder *b, struct hv_err *err) HV_MUST_USE;

/* The WMI classes that hold a section, for capture scripts and messages; NULL-terminated class
 * names with their namespaces. */
struct hv_class_info {
	const char *ns;
	const char *class_name; /* NULL ends the table */
	unsigned int sections;  /* HV_SEC_* that need it */
};
extern const struct hv_class_info hv_class_infos[];

#endif
