/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get and methods: one object by its keys. */
#ifndef HV_SIM_OBJECTS_H
#define HV_SIM_OBJECTS_H

#include <stdbool.h>

struct sim_call;

void sim_get(struct sim_call *call);

/* Whether the action is a method of the resource; then sim_invoke() answers it. */
bool sim_is_method(const struct sim_call *call);
void sim_invoke(struct sim_call *call);

#endif
