/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said about one virtual machine's failed checkpoints, backups and merges: text, cause and
 * remedy. */
#ifndef HV_CHECK_INCIDENT_FINDINGS_H
#define HV_CHECK_INCIDENT_FINDINGS_H

#include "check/incident.h"
#include "check/report.h"

/* "VM 'sql01'", by its id when its name is not known. In the report's arena; never NULL. */
const char *hv_incident_item(struct hv_report *out, const struct hv_incident *in);

/* What the table of HRESULTs advises, with the VM's names in it (NULL: no VM in particular). In the
 * report's arena; NULL when the table knows nothing. */
const char *hv_incident_hresult_remedy(
	struct hv_report *out, const struct hv_vm *vm, uint32_t hresult);

/* An unresolved failure. A missing file of a VM whose layout breaks a rule is blamed on the disk
 * that breaks it. */
void hv_incident_add_failed(struct hv_report *out, const struct hv_host *host,
	const struct hv_incident *in, enum hv_state state);

/* Attempts that were cancelled and nothing else. */
void hv_incident_add_cancelled(
	struct hv_report *out, const struct hv_incident *in, enum hv_state state);

/* Failures that a later success ended: good news. */
void hv_incident_add_cleared(struct hv_report *out, const struct hv_incident *in);

/* Failures that name no VM, and events later than now: not passed over in silence. */
void hv_incidents_add_gaps(struct hv_report *out, const struct hv_incidents *all);

/* What an OK rests on: how many records were read and how many of them counted. */
void hv_incidents_ok_text(struct hv_report *out, const struct hv_host *host,
	const struct hv_incidents *all, size_t failed_vms, hv_usec since);

#endif
