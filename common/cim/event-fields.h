/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the payload of an event tells about a virtual machine: fields by name, generic parameters,
 * or the message. */
#ifndef HV_CIM_EVENT_FIELDS_H
#define HV_CIM_EVENT_FIELDS_H

#include "base/arena.h"
#include "base/err.h"
#include "model/host.h"

/* Sets vm_id, vm_name and hresult of an event whose fields and message are set. Strings are
 * borrowed from the event or live in arena. */
int hv_event_interpret(
	struct hv_event *event, struct hv_arena *arena, struct hv_err *err) HV_MUST_USE;

#endif
