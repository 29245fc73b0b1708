/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of mibs/agentx.h share. */
#ifndef HV_MIBS_AGENTX_PARTS_H
#define HV_MIBS_AGENTX_PARTS_H

#include <stdbool.h>

#include "mibs/agentx.h"

struct snmp_session; /* of net-snmp */
struct netsnmp_handler_registration_s;

struct hv_agentx {
	struct hv_agentx_plan plan;
	struct snmp_session *master; /* NULL: not connected */
	struct netsnmp_handler_registration_s *registration;
	bool refused;                    /* the master did not take our objects */
	bool told_refused;               /* in this connection */
	unsigned int ticks, ticks_apart; /* seconds about; without a master */
};

/* Answers for the objects of the module from now on, and tells a master that is there so. */
int hv_agentx_register(struct hv_agentx *a, struct hv_err *err) HV_MUST_USE;
/* Tells the master once more. */
void hv_agentx_register_again(struct hv_agentx *a);

#endif
