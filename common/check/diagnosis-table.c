/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the diagnosis: the steps, what their findings mean for a backup, and which of them
 * explain a logged error. */
#include <string.h>

#include "base/attr.h"
#include "check/checkpoints.h"
#include "check/diagnosis-parts.h"
#include "check/layout.h"
#include "check/volume-health.h"
#include "check/vss-writers.h"

/* The order of the report that this project began with ("Error 0x80070002 when attempting to backup
 * a Hyper-V Virtual Machine using Windows Server Backup"): its generic fixes, its less known steps,
 * the cause that it found; then what the host recorded. That no backup is on record is no reason
 * why the next one should fail: others than Windows Server Backup leave none. */
const struct hv_step hv_steps[] = {
	{ HV_CHECK_SPACE, "Free space", HV_STEP_CAUSE, HV_OUTLOOK_UNKNOWN },
	{ HV_CHECK_ACL, "Permissions", HV_STEP_CAUSE, HV_OUTLOOK_UNKNOWN },
	{ HV_CHECK_UPDATES, "Updates", HV_STEP_CAUSE, HV_OUTLOOK_UNKNOWN },
	{ HV_CHECK_VOLUMES, "File systems (chkdsk)", HV_STEP_CAUSE, HV_OUTLOOK_UNKNOWN },
	{ HV_CHECK_INTEGRATION, "Integration services", HV_STEP_CAUSE, HV_OUTLOOK_UNKNOWN },
	{ HV_CHECK_CHECKPOINTS, "Checkpoints", HV_STEP_CAUSE, HV_OUTLOOK_UNKNOWN },
	{ HV_CHECK_VSS, "VSS writers", HV_STEP_CAUSE, HV_OUTLOOK_UNKNOWN },
	{ HV_CHECK_PREREQUISITES, "Backup prerequisites", HV_STEP_CAUSE, HV_OUTLOOK_UNKNOWN },
	{ HV_CHECK_LAYOUT, "Layout of the files", HV_STEP_CAUSE, HV_OUTLOOK_UNKNOWN },
	{ HV_CHECK_EVENTS, "Event log", HV_STEP_SYMPTOM, HV_OUTLOOK_UNKNOWN },
	{ HV_CHECK_BACKUP, "Last backup", HV_STEP_SYMPTOM, HV_OUTLOOK_GOOD },
	{ .check = NULL },
};

const struct hv_step *hv_step_of(const struct hv_check *check)
{
	for (const struct hv_step *step = hv_steps; step->check != NULL; step++)
		if (strcmp(step->check, check->name) == 0)
			return step;
	return NULL;
}

/* Most specific first: what names a file of the VM before what names its host. */
static const char *const specificity[] = {
	HV_CHECK_LAYOUT,
	HV_CHECK_ACL,
	HV_CHECK_PREREQUISITES,
	HV_CHECK_VOLUMES,
	HV_CHECK_INTEGRATION,
	HV_CHECK_VSS,
	HV_CHECK_SPACE,
	HV_CHECK_CHECKPOINTS,
	HV_CHECK_UPDATES,
};

size_t hv_diagnosis_specificity(const struct hv_step *step)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(specificity); i++)
		if (strcmp(specificity[i], step->check) == 0)
			return i;
	return HV_ARRAY_LEN(specificity);
}

bool hv_evidence_is_of(const struct hv_evidence *evidence, const char *check)
{
	return strcmp(evidence->result->step->check, check) == 0;
}

/* --- What findings mean --- */

/* When no row says otherwise. */
static const enum hv_outlook usual[][HV_REACH_COUNT][HV_UNKNOWN + 1] = {
	[HV_STEP_CAUSE] = {
		[HV_REACH_VM] = {
			[HV_WARNING] = HV_OUTLOOK_RISK,
			[HV_CRITICAL] = HV_OUTLOOK_BAD,
			[HV_UNKNOWN] = HV_OUTLOOK_UNKNOWN,
		},
		[HV_REACH_HOST] = { [HV_UNKNOWN] = HV_OUTLOOK_UNKNOWN },
	},
	[HV_STEP_SYMPTOM] = {
		[HV_REACH_VM] = {
			[HV_WARNING] = HV_OUTLOOK_RISK,
			[HV_CRITICAL] = HV_OUTLOOK_RISK,
			[HV_UNKNOWN] = HV_OUTLOOK_UNKNOWN,
		},
		[HV_REACH_HOST] = { [HV_UNKNOWN] = HV_OUTLOOK_UNKNOWN },
	},
};

/* Shadow copies need 320 MB (reference: vssadmin add shadowstorage, /MaxSize). */
#define SHADOW_COPY_BYTES (UINT64_C(320) << 20)

static bool is_full(const struct hv_host *host, const struct hv_finding *finding)
{
	const struct hv_volume *volume =
		finding->about.volume != NULL ? hv_host_volume(host, finding->about.volume) : NULL;

	return volume != NULL && volume->free_bytes.known &&
	       volume->free_bytes.value < SHADOW_COPY_BYTES;
}

/* Exceptions; the first row that fits counts. */
static const struct weight {
	const char *check;
	const char *rule; /* NULL: any */
	enum hv_state state;
	enum hv_reach reach;
	enum hv_outlook outlook;
	bool (*holds)(const struct hv_host *host, const struct hv_finding *finding); /* NULL: yes */
} weights[] = {
	/* Nobody knows that a VM fails for want of a margin; without any room it does. */
	{ HV_CHECK_SPACE, NULL, HV_CRITICAL, HV_REACH_VM, HV_OUTLOOK_BAD, is_full },
	{ HV_CHECK_SPACE, NULL, HV_CRITICAL, HV_REACH_VM, HV_OUTLOOK_RISK, NULL },
	/* Old checkpoints and lost ones do not stop a new one; 50 of them do (rule count). */
	{ HV_CHECK_CHECKPOINTS, HV_RULE_USER_AGE, HV_CRITICAL, HV_REACH_VM, HV_OUTLOOK_RISK, NULL },
	{ HV_CHECK_CHECKPOINTS, HV_RULE_BACKUP_AGE, HV_CRITICAL, HV_REACH_VM, HV_OUTLOOK_RISK,
		NULL },
	{ HV_CHECK_CHECKPOINTS, HV_RULE_AUTOMATIC_AGE, HV_CRITICAL, HV_REACH_VM, HV_OUTLOOK_RISK,
		NULL },
	{ HV_CHECK_CHECKPOINTS, HV_RULE_MISSING, HV_CRITICAL, HV_REACH_VM, HV_OUTLOOK_RISK, NULL },
	/* An update that is missing says that a fault may be met, not that it is. */
	{ HV_CHECK_UPDATES, NULL, HV_CRITICAL, HV_REACH_VM, HV_OUTLOOK_RISK, NULL },
	/* All VMs are backed up by the same writer. */
	{ HV_CHECK_VSS, NULL, HV_CRITICAL, HV_REACH_HOST, HV_OUTLOOK_BAD, NULL },
	{ HV_CHECK_VSS, HV_RULE_WRITER_WAITING, HV_WARNING, HV_REACH_HOST, HV_OUTLOOK_RISK, NULL },
	/* What holds for the host holds for each of its VMs, more or less. */
	{ HV_CHECK_ACL, NULL, HV_CRITICAL, HV_REACH_HOST, HV_OUTLOOK_RISK, NULL },
	{ HV_CHECK_PREREQUISITES, NULL, HV_CRITICAL, HV_REACH_HOST, HV_OUTLOOK_RISK, NULL },
	/* What failed and has not succeeded since fails again. */
	{ HV_CHECK_EVENTS, NULL, HV_CRITICAL, HV_REACH_VM, HV_OUTLOOK_BAD, NULL },
	{ HV_CHECK_BACKUP, NULL, HV_UNKNOWN, HV_REACH_HOST, HV_OUTLOOK_GOOD, NULL },
};

static bool same_rule(const char *rule, const struct hv_finding *finding)
{
	return rule == NULL || (finding->rule != NULL && strcmp(rule, finding->rule) == 0);
}

enum hv_outlook hv_diagnosis_weigh(
	const struct hv_host *host, const struct hv_evidence *evidence, enum hv_reach reach)
{
	const struct hv_finding *finding = evidence->finding;

	for (size_t i = 0; i < HV_ARRAY_LEN(weights); i++) {
		const struct weight *w = &weights[i];

		if (w->state == finding->state && w->reach == reach &&
			hv_evidence_is_of(evidence, w->check) && same_rule(w->rule, finding) &&
			(w->holds == NULL || w->holds(host, finding)))
			return w->outlook;
	}
	return usual[evidence->result->step->kind][reach][finding->state];
}

/* --- Which findings explain an error --- */

/* By the meanings of known-hresults.c. Of several rows of one error the earlier explains it
 * better. */
static const struct explanation {
	uint32_t hresult;
	const char *check;
	const char *rule; /* NULL: any */
} explanations[] = {
	{ 0x80070002, HV_CHECK_LAYOUT, HV_RULE_SPLIT_ROOT },
	{ 0x80070002, HV_CHECK_LAYOUT, HV_RULE_ROOT },
	{ 0x80070002, HV_CHECK_LAYOUT, HV_RULE_VM_FOLDER },
	{ 0x80070002, HV_CHECK_VOLUMES, HV_RULE_VANISHED },
	{ 0x80070002, HV_CHECK_CHECKPOINTS, HV_RULE_MISSING },
	{ 0x80070002, HV_CHECK_LAYOUT, NULL },
	{ 0x80070002, HV_CHECK_ACL, NULL },
	{ 0x80070003, HV_CHECK_VOLUMES, HV_RULE_VANISHED },
	{ 0x80070003, HV_CHECK_CHECKPOINTS, HV_RULE_MISSING },
	{ 0x80070003, HV_CHECK_LAYOUT, NULL },
	{ 0x80070005, HV_CHECK_ACL, NULL },
	{ 0x80070005, HV_CHECK_VOLUMES, HV_RULE_FILE_SYSTEM },
	{ 0x80070005, HV_CHECK_VOLUMES, HV_RULE_READ_ONLY },
	{ 0x80070015, HV_CHECK_VOLUMES, HV_RULE_VANISHED },
	{ 0x80070032, HV_CHECK_PREREQUISITES, NULL },
	{ 0x80070050, HV_CHECK_CHECKPOINTS, NULL },
	{ 0x80070070, HV_CHECK_SPACE, NULL },
	{ 0x800703EE, HV_CHECK_VOLUMES, NULL },
	{ 0x8007052F, HV_CHECK_ACL, NULL },
	{ 0x80070569, HV_CHECK_ACL, NULL },
	{ 0x8000FFFF, HV_CHECK_ACL, NULL },
	{ 0x8000FFFF, HV_CHECK_CHECKPOINTS, NULL },
	{ 0x80042301, HV_CHECK_VSS, NULL },
	{ 0x80042302, HV_CHECK_VSS, NULL },
	{ 0x80042304, HV_CHECK_VSS, NULL },
	{ 0x80042306, HV_CHECK_VSS, NULL },
	{ 0x80042308, HV_CHECK_VOLUMES, HV_RULE_VANISHED },
	{ 0x8004230C, HV_CHECK_VOLUMES, HV_RULE_FILE_SYSTEM },
	{ 0x8004230C, HV_CHECK_PREREQUISITES, NULL },
	{ 0x8004230E, HV_CHECK_VOLUMES, HV_RULE_FILE_SYSTEM },
	{ 0x8004230E, HV_CHECK_PREREQUISITES, NULL },
	{ 0x8004230F, HV_CHECK_VSS, NULL },
	{ 0x80042315, HV_CHECK_VSS, NULL },
	{ 0x80042317, HV_CHECK_VSS, NULL },
	{ 0x80042318, HV_CHECK_VSS, NULL },
	{ 0x80042319, HV_CHECK_VSS, NULL },
	{ 0x8004231F, HV_CHECK_SPACE, NULL },
	{ 0x800423F0, HV_CHECK_LAYOUT, HV_RULE_BACKUP_SET },
	{ 0x800423F1, HV_CHECK_SPACE, NULL },
	{ 0x800423F2, HV_CHECK_VSS, NULL },
	{ 0x800423F2, HV_CHECK_INTEGRATION, NULL },
	{ 0x800423F3, HV_CHECK_INTEGRATION, NULL },
	{ 0x800423F3, HV_CHECK_VSS, NULL },
	/* The text that Windows Server Backup shows for whatever goes wrong in a VM. */
	{ 0x800423F4, HV_CHECK_LAYOUT, HV_RULE_SPLIT_ROOT },
	{ 0x800423F4, HV_CHECK_ACL, NULL },
	{ 0x800423F4, HV_CHECK_PREREQUISITES, NULL },
	{ 0x800423F4, HV_CHECK_VSS, NULL },
	{ 0x800423F4, HV_CHECK_INTEGRATION, NULL },
	{ 0x800423F4, HV_CHECK_LAYOUT, NULL },
	{ 0x800423F5, HV_CHECK_CHECKPOINTS, NULL },
	{ 0x800423F8, HV_CHECK_VOLUMES, HV_RULE_VANISHED },
	{ 0x800423F9, HV_CHECK_VOLUMES, HV_RULE_VANISHED },
	{ 0x800423FA, HV_CHECK_VOLUMES, HV_RULE_VANISHED },
	{ 0x800423FB, HV_CHECK_CHECKPOINTS, NULL },
};

size_t hv_diagnosis_explains(const struct hv_evidence *evidence, uint32_t hresult)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(explanations); i++) {
		const struct explanation *e = &explanations[i];

		if (e->hresult == hresult && hv_evidence_is_of(evidence, e->check) &&
			same_rule(e->rule, evidence->finding))
			return i;
	}
	return SIZE_MAX;
}
