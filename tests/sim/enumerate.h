/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enumerate, Pull and Release of WMI classes. */
#ifndef HV_SIM_ENUMERATE_H
#define HV_SIM_ENUMERATE_H

#include <stddef.h>

struct sim_call;
struct sim_enumeration;

struct sim_enumerations {
	struct sim_enumeration *first;
	size_t count;
	char failed[48]; /* context of the last one that ended with a failed pull */
};

void sim_enumerations_done(struct sim_enumerations *enumerations);

void sim_enumerate(struct sim_call *call);
void sim_pull(struct sim_call *call);
void sim_release(struct sim_call *call);

#endif
