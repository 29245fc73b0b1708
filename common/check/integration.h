/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Integration services of running virtual machines: whether the component that a backup needs is
 * on and answers, and whether their version fits the host. */
#ifndef HV_CHECK_INTEGRATION_H
#define HV_CHECK_INTEGRATION_H

#include <stdbool.h>
#include <stdint.h>

#include "check/check.h"
#include "check/report.h"
#include "model/host.h"

#define HV_RULE_VSS_DISABLED     "vss-disabled"
#define HV_RULE_VSS_NO_CONTACT   "vss-no-contact"
#define HV_RULE_VSS_PROTOCOL     "vss-protocol"
#define HV_RULE_LINUX_NO_CONTACT "linux-no-contact"
#define HV_RULE_VERSION_OLD      "version-old"
#define HV_RULE_VERSION_MISMATCH "version-mismatch"

/* For people; ends with id NULL. */
extern const struct hv_rule hv_integration_rules[];

/* What the host tells of the component. [hyperv_v2: msvm-vsscomponent] */
enum hv_vss {
	HV_VSS_NOT_TOLD = 0,
	HV_VSS_ANSWERS,
	HV_VSS_DISABLED,
	HV_VSS_NO_CONTACT,
	HV_VSS_LOST_CONTACT,
	HV_VSS_OLDER_PROTOCOL,
	HV_VSS_OTHER_PROTOCOL, /* that the host cannot speak */
	HV_VSS_ODD,            /* a number without a known meaning */
};

enum hv_vss hv_vss_of(const struct hv_vm *vm);

/* Whether the guest was started so lately that its services need not answer yet. */
bool hv_vm_is_starting(const struct hv_vm *vm, const struct hv_duration *grace);

struct hv_integration_config {
	struct hv_rule_states rules;
	struct hv_duration grace; /* after a start */
};

struct hv_integration_tally {
	uint64_t running, not_running, starting;
	uint64_t disabled, no_contact, outdated; /* VMs, whatever the rule's state */
	uint64_t faulty_vms;
	uint64_t judged_vms;       /* running ones of which all is known that a rule needs */
	uint64_t version_not_told; /* Windows guests */
	uint64_t guest_not_told;
};

struct hv_integration_query {
	const struct hv_host *host;
	const struct hv_integration_config *config;
};

/* Adds the findings about one VM; an OK one when there is nothing to say against it. Adds to
 * *tally. */
void hv_integration_findings(const struct hv_integration_query *query, const struct hv_vm *vm,
	struct hv_report *out, struct hv_integration_tally *tally);

/* What a component that is off or does not answer means for a backup by this host. Static. */
const char *hv_vss_consequence(const struct hv_host *host);

/* Adds to f's remedy what makes the component answer. */
void hv_vss_remedy(struct hv_report *r, struct hv_finding *f, const struct hv_host *host,
	const struct hv_vm *vm);
/* Adds to f's remedy how integration services are brought up to date. */
void hv_integration_remedy_version(struct hv_report *r, struct hv_finding *f,
	const struct hv_host *host, const struct hv_vm *vm);

#endif
