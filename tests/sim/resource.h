/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a WMI resource URI names, and whether the account may read it. */
#ifndef HV_SIM_RESOURCE_H
#define HV_SIM_RESOURCE_H

#include <stdbool.h>

struct sim_call;
struct sim_class;
struct sim_host;

struct sim_resource {
	const char *ns;   /* as in struct hv_bag */
	const char *name; /* class, or "*" */
};

/* The namespace and class of the request's resource; refuses what is none, and a namespace that may
 * not be read or is not there. */
bool sim_resource_read(struct sim_call *call, struct sim_resource *ret);

/* Hyper-V classes have no rows for those who may not manage Hyper-V. */
bool sim_class_is_hidden(const struct sim_host *host, const struct sim_class *class);

#endif
