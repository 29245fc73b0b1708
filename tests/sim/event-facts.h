/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What queries ask about an event. */
#ifndef HV_SIM_EVENT_FACTS_H
#define HV_SIM_EVENT_FACTS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "store.h"

/* Copies the XML of one event into the arena and reads its System element. */
int sim_event_read(struct hv_arena *arena, const char *xml, size_t len, struct sim_event *ret,
	struct hv_err *err) HV_MUST_USE;

#endif
