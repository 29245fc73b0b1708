/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The channels that the records of one event log come from: one as a rule, several where events
 * were forwarded or saved together. */
#ifndef HV_CIM_CHANNELS_H
#define HV_CIM_CHANNELS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	HV_CHANNELS_MAX = 16,
	HV_CHANNEL_MAX_BYTES = 255, /* channel names are shorter [EvtOpenChannelConfig] */
};

struct hv_channels {
	char names[HV_CHANNELS_MAX][HV_CHANNEL_MAX_BYTES + 1];
	size_t count;
	bool more; /* there are some that found no room */
};

/* Notes the channel of one record; name need not end with a NUL. Empty names are passed over. */
void hv_channels_note(struct hv_channels *c, const char *name, size_t len);

/* Notes the content of the first Channel element of an event's XML. */
void hv_channels_note_xml(struct hv_channels *c, const char *xml, size_t len);

/* The channel when all records come from one; else NULL. Borrowed. */
const char *hv_channels_only(const struct hv_channels *c);

#endif
