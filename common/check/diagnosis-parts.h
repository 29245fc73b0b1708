/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the diagnosis and the choice of the culprit. Used by common/check/diagnosis*.c
 * only. */
#ifndef HV_CHECK_DIAGNOSIS_PARTS_H
#define HV_CHECK_DIAGNOSIS_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/diagnosis.h"

/* Names of checks in the tables. */
#define HV_CHECK_SPACE         "check_hyperv_space"
#define HV_CHECK_ACL           "check_hyperv_acl"
#define HV_CHECK_UPDATES       "check_hyperv_updates"
#define HV_CHECK_VOLUMES       "check_hyperv_volumes"
#define HV_CHECK_INTEGRATION   "check_hyperv_integration"
#define HV_CHECK_CHECKPOINTS   "check_hyperv_checkpoints"
#define HV_CHECK_VSS           "check_hyperv_vss"
#define HV_CHECK_PREREQUISITES "check_hyperv_prerequisites"
#define HV_CHECK_LAYOUT        "check_hyperv_layout"
#define HV_CHECK_EVENTS        "check_hyperv_events"
#define HV_CHECK_BACKUP        "check_hyperv_backup"

/* Whom a finding concerns. */
enum hv_reach {
	HV_REACH_VM,   /* one VM, or those with files on one volume */
	HV_REACH_HOST, /* the host, and so each of its VMs */
	HV_REACH_COUNT
};

/* What a finding means for the next backup of a VM that it concerns. */
enum hv_outlook hv_diagnosis_weigh(
	const struct hv_host *host, const struct hv_evidence *evidence, enum hv_reach reach);

/* How well findings of this kind explain the error, from 0 on; SIZE_MAX: not at all. */
size_t hv_diagnosis_explains(const struct hv_evidence *evidence, uint32_t hresult);

/* Between causes that are equally bad: the smaller the number, the more it tells. */
size_t hv_diagnosis_specificity(const struct hv_step *step);

bool hv_evidence_is_of(const struct hv_evidence *evidence, const char *check);

enum { HV_DIAGNOSIS_MAX_ERRORS = 2 }; /* of one VM: of its checkpoints and of its merges */

/* Chooses vm->culprit. errors: HRESULTs that were logged for the VM and not cleared; 0: none.
 * on_host: what concerns all VMs; one that is to blame becomes evidence of the VM. False when
 * memory is short. */
bool hv_diagnosis_blame(struct hv_vm_diagnosis *vm, struct hv_arena *arena,
	const struct hv_host *host, const uint32_t errors[HV_DIAGNOSIS_MAX_ERRORS],
	const struct hv_evidence *on_host, size_t on_host_count);

#endif
