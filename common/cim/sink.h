/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a source pours its data into, and who takes them: the host builder (bags and events to the
 * model) or the capture writer (the same to a capture file). Calls return 0, or -1 with err set,
 * which ends the reading. */
#ifndef HV_CIM_SINK_H
#define HV_CIM_SINK_H

#include <stddef.h>

#include "base/err.h"
#include "cim/bag.h"
#include "cim/channels.h"
#include "model/value.h"

/* One class of one namespace has been asked for. Comes before its bags, also when there are none.
 */
struct hv_batch {
	const char *ns;
	const char *class_name;
	const char *origin; /* file or host it comes from, for people */
	const char *error;  /* the class could not be read: why; no bag follows. NULL: read */
	struct hv_time read_at;
};

/* One event log has been read (after its events). */
struct hv_event_batch {
	const char *origin;                 /* file or channel */
	const char *channel;                /* NULL when not told or several */
	const struct hv_channels *channels; /* of the records; NULL when not told */
	const char *error;                  /* the log could not be read at all: why. NULL: read */
	const char *damage; /* part of it could not be read: what, and how many records were. NULL:
			       whole */
	size_t records;     /* read, wanted or not */
	/* The host was asked only for wanted events since then: how many records the log has is not
	 * known. Not told: the whole log was read, or it has no record at all. */
	struct hv_time since;
	struct hv_time oldest, newest; /* of the records read */
	struct hv_time read_at;
};

struct hv_sink {
	void *ctx;
	/* Facts about the capture as a whole; any may be not told. */
	int (*host)(
		void *ctx, const char *computer_name, struct hv_time taken_at, struct hv_err *err);
	int (*batch)(void *ctx, const struct hv_batch *batch, struct hv_err *err);
	int (*bag)(void *ctx, const struct hv_bag *bag, struct hv_err *err);
	/* One <Event> element as UTF-8 XML, with or without its namespace. */
	int (*event)(void *ctx, const char *xml, size_t len, struct hv_err *err);
	int (*events)(void *ctx, const struct hv_event_batch *batch, struct hv_err *err);
};

#endif
