/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The faults that a simulated host sends. Their texts are German, as those of a host may be:
 * clients must decide by numbers. */
#ifndef HV_SIM_FAULTS_H
#define HV_SIM_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum sim_fault {
	SIM_FAULT_NONE = 0,
	SIM_FAULT_INVALID_XML,
	SIM_FAULT_SOAP_VERSION,
	SIM_FAULT_MUST_UNDERSTAND,
	SIM_FAULT_LOCALE, /* Locale may only be a hint */
	SIM_FAULT_MISSING_HEADER,
	SIM_FAULT_INVALID_HEADER,
	SIM_FAULT_INVALID_TIMEOUT,
	SIM_FAULT_INVALID_BODY,
	SIM_FAULT_SCHEMA,
	SIM_FAULT_ACTION,
	SIM_FAULT_REQUEST_TOO_LARGE,
	SIM_FAULT_ENVELOPE_TOO_SMALL,
	SIM_FAULT_ANSWER_TOO_LARGE,
	SIM_FAULT_ACCESS_DENIED,
	SIM_FAULT_WMI_DENIED,
	SIM_FAULT_NO_RESOURCE,
	SIM_FAULT_NO_INSTANCE,
	SIM_FAULT_NO_NAMESPACE,
	SIM_FAULT_NO_CLASS,
	SIM_FAULT_INVALID_QUERY,
	SIM_FAULT_NO_FILTER,
	SIM_FAULT_DIALECT,
	SIM_FAULT_WQL_NEEDS_STAR,
	SIM_FAULT_ENUMERATION_MODE,
	SIM_FAULT_PROVIDER,
	SIM_FAULT_TIMED_OUT,
	SIM_FAULT_CONTEXT,
	SIM_FAULT_ENUMERATION_DEAD,
	SIM_FAULT_PULL_DIFFERS,
	SIM_FAULT_KEYS_MISSING,
	SIM_FAULT_INVALID_SELECTORS,
	SIM_FAULT_QUOTA_OPERATIONS,
	SIM_FAULT_QUOTA_SHELLS,
	SIM_FAULT_DELIVERY_MODE,
	SIM_FAULT_BOOKMARK,
	SIM_FAULT_EVENT_QUERY,
	SIM_FAULT_NO_CHANNEL,
	SIM_FAULT_NO_SHELL,
	SIM_FAULT_NO_PROGRAM,
	SIM_FAULT_COMMAND_LINE,
	SIM_FAULT_CODE_PAGE,
};

struct sim_fault_place {
	const char *machine; /* as the host calls itself */
	const char *detail;  /* the query, or what failed; "" when there is none */
	bool has_wmi_errors; /* WinRM 3.0: quotas are told by an MSFT_WmiError */
};

/* Action of the answer. */
const char *sim_fault_action(enum sim_fault fault);
/* HTTP status of the answer. */
int sim_fault_status(enum sim_fault fault);
/* s:Fault. */
void sim_fault_add(struct hv_buf *out, enum sim_fault fault, const struct sim_fault_place *place);

#endif
