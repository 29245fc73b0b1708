/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of a VM's findings is to blame. */
#include <inttypes.h>
#include <string.h>

#include "check/diagnosis-parts.h"

/* What could not be judged is nobody's fault. */
static bool can_be_blamed(const struct hv_evidence *e)
{
	return e->finding->state == HV_CRITICAL || e->finding->state == HV_WARNING;
}

static bool is_cause(const struct hv_evidence *e)
{
	return e->result->step->kind == HV_STEP_CAUSE;
}

/* The best explanation of an error: by the table, then the worst. *best: how good the best one so
 * far is, SIZE_MAX at first. */
static const struct hv_evidence *explain(const struct hv_evidence *items, size_t count,
	uint32_t hresult, const struct hv_evidence *found, size_t *best)
{
	for (size_t i = 0; i < count; i++) {
		const struct hv_evidence *e = &items[i];
		const size_t rank = can_be_blamed(e) ? hv_diagnosis_explains(e, hresult) : SIZE_MAX;

		if (rank == SIZE_MAX || rank > *best)
			continue;
		if (rank == *best &&
			hv_state_rank(e->finding->state) <= hv_state_rank(found->finding->state))
			continue;
		found = e;
		*best = rank;
	}
	return found;
}

/* Above 0 when a is more to blame than b: causes first, then the worst, then what tells most. */
static int compare(
	const struct hv_host *host, const struct hv_evidence *a, const struct hv_evidence *b)
{
	const int outlook = (int)hv_diagnosis_weigh(host, a, HV_REACH_VM) -
			    (int)hv_diagnosis_weigh(host, b, HV_REACH_VM);
	const int state = hv_state_rank(a->finding->state) - hv_state_rank(b->finding->state);
	const size_t tells_a = hv_diagnosis_specificity(a->result->step);
	const size_t tells_b = hv_diagnosis_specificity(b->result->step);

	if (is_cause(a) != is_cause(b))
		return is_cause(a) ? 1 : -1;
	if (outlook != 0)
		return outlook;
	if (state != 0)
		return state;
	return (tells_a < tells_b) - (tells_a > tells_b);
}

/* failed: only what the event log tells of the failure, since nothing explains it. */
static const struct hv_evidence *worst(
	const struct hv_vm_diagnosis *vm, const struct hv_host *host, bool failed)
{
	const struct hv_evidence *found = NULL;

	for (size_t i = 0; i < vm->evidence_count; i++) {
		const struct hv_evidence *e = &vm->evidence[i];

		if (!can_be_blamed(e) || (failed && !hv_evidence_is_of(e, HV_CHECK_EVENTS)))
			continue;
		if (found == NULL || compare(host, e, found) > 0)
			found = e;
	}
	return found;
}

/* A copy of the evidence with one more, at its step's place. NULL when memory is short. */
static const struct hv_evidence *adopt(
	struct hv_vm_diagnosis *vm, struct hv_arena *arena, const struct hv_evidence *e)
{
	struct hv_evidence *items = hv_arena_array(arena, vm->evidence_count + 1, sizeof(*items));
	size_t place = 0;

	if (items == NULL)
		return NULL;
	while (place < vm->evidence_count && vm->evidence[place].result <= e->result)
		place++;
	if (vm->evidence_count > 0) {
		memcpy(items, vm->evidence, place * sizeof(*items));
		memcpy(items + place + 1, vm->evidence + place,
			(vm->evidence_count - place) * sizeof(*items));
	}
	items[place] = *e;
	vm->evidence = items;
	vm->evidence_count++;
	return &items[place];
}

static bool is_among(const struct hv_vm_diagnosis *vm, const struct hv_evidence *e)
{
	return vm->evidence_count > 0 && e >= vm->evidence && e < vm->evidence + vm->evidence_count;
}

bool hv_diagnosis_blame(struct hv_vm_diagnosis *vm, struct hv_arena *arena,
	const struct hv_host *host, const uint32_t errors[HV_DIAGNOSIS_MAX_ERRORS],
	const struct hv_evidence *on_host, size_t on_host_count)
{
	bool logged = false;

	for (size_t i = 0; i < HV_DIAGNOSIS_MAX_ERRORS; i++) {
		const struct hv_evidence *found = NULL;
		size_t best = SIZE_MAX;

		if (errors[i] == 0)
			continue;
		logged = true;
		found = explain(vm->evidence, vm->evidence_count, errors[i], found, &best);
		found = explain(on_host, on_host_count, errors[i], found, &best);
		if (found == NULL)
			continue;
		vm->culprit = is_among(vm, found) ? found : adopt(vm, arena, found);
		vm->explained = hv_arena_printf(arena, "0x%08" PRIX32, errors[i]);
		return vm->culprit != NULL && vm->explained != NULL;
	}
	vm->culprit = logged ? worst(vm, host, true) : NULL;
	if (vm->culprit == NULL)
		vm->culprit = worst(vm, host, false);
	return true;
}
