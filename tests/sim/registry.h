/* SPDX-License-Identifier: GPL-3.0-or-later */
/* StdRegProv: values of the registry, from rows of the namespace "registry". [StdRegProv] */
#ifndef HV_SIM_REGISTRY_H
#define HV_SIM_REGISTRY_H

#include <stdbool.h>

struct sim_call;

/* Whether the class is the provider and has the method. */
bool sim_registry_has(const char *class_name, const char *method);

/* Refuses when the capture says that the key could not be read. */
void sim_registry_answer(struct sim_call *call, const char *ns, const char *method);

#endif
