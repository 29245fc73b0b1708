/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a capture as Windows writes instances. [DSP0227, DSP0230] */
#ifndef HV_SIM_INSTANCES_H
#define HV_SIM_INSTANCES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "store.h"

/* The instance under the name of its class. arena is for what it needs meanwhile. */
void sim_instance_add(struct hv_buf *out, struct hv_arena *arena, const struct sim_class *class,
	const struct json_t *row);

/* A fragment of the named properties. */
void sim_fragment_add(struct hv_buf *out, struct hv_arena *arena, const struct sim_class *class,
	const struct json_t *row, const char *const *properties, size_t count);

#endif
