/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event as it is sent. */
#ifndef HV_SIM_EVENT_TEXT_H
#define HV_SIM_EVENT_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "store.h"

/* Appends the event's XML; without the message and the names of its RenderingInfo unless rendered.
 */
void sim_event_text(struct hv_buf *out, const struct sim_event *event, bool rendered);

#endif
