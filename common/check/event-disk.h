/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The disk that an event is about. */
#ifndef HV_CHECK_EVENT_DISK_H
#define HV_CHECK_EVENT_DISK_H

#include "base/arena.h"
#include "model/host.h"

/* The path of a virtual hard disk that an event names in its fields, else in its message, as it
 * stands there. In the arena; NULL when there is none or memory is short. */
const char *hv_event_disk(struct hv_arena *arena, const struct hv_event *e);

#endif
