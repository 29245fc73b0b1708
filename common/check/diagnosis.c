/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts the findings of all checks together by virtual machine. */
#include "check/diagnosis.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "check/diagnosis-parts.h"
#include "check/incident.h"

enum { HINTS_FIRST = 64 }; /* room that the list of evidence begins with */

const char *hv_outlook_text(enum hv_outlook outlook)
{
	switch (outlook) {
	case HV_OUTLOOK_GOOD:
		return "will back up";
	case HV_OUTLOOK_UNKNOWN:
		return "not known";
	case HV_OUTLOOK_RISK:
		return "at risk";
	case HV_OUTLOOK_BAD:
		return "will fail";
	case HV_OUTLOOK_COUNT:
		break;
	}
	return "?";
}

/* Evidence about one VM, before it is sorted by VM. */
struct hint {
	size_t vm; /* place in host->vms */
	struct hv_evidence evidence;
};

struct hints {
	struct hint *items;
	size_t count, capacity;
};

struct host_hints {
	struct hv_evidence *items;
	size_t count, capacity;
};

/* A finding about several VMs. */
struct told {
	const struct hv_finding *finding;
	const struct hv_vm *vm; /* listed first */
};

struct work {
	struct hv_diagnosis *ret;
	struct hv_arena *arena;
	const struct hv_host *host;
	struct hints hints;                          /* in the order of the steps */
	struct host_hints on_host;                   /* what concerns all VMs */
	struct host_hints aside;                     /* all that is shown as the host's */
	enum hv_outlook at_best;                     /* of every VM */
	struct hv_vm_diagnosis *vms;                 /* as host->vms */
	uint32_t (*errors)[HV_DIAGNOSIS_MAX_ERRORS]; /* as host->vms */
	struct told *told;
	size_t told_count, told_capacity;
};

static enum hv_outlook worse(enum hv_outlook a, enum hv_outlook b)
{
	return a > b ? a : b;
}

/* Room for one more. NULL when memory is short, and the arena has failed. */
static void *grow(struct hv_arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
	const size_t larger = *capacity == 0 ? HINTS_FIRST : 2 * *capacity;
	void *grown;

	if (count < *capacity)
		return items;
	grown = hv_arena_array(arena, larger, size);
	if (grown == NULL)
		return NULL;
	if (count > 0)
		memcpy(grown, items, count * size);
	*capacity = larger;
	return grown;
}

static void add_hint(struct work *w, size_t vm, const struct hv_evidence *e)
{
	struct hints *h = &w->hints;
	struct hint *items = grow(w->arena, h->items, h->count, &h->capacity, sizeof(*items));

	if (items == NULL)
		return;
	h->items = items;
	items[h->count++] = (struct hint){ .vm = vm, .evidence = *e };
	w->vms[vm].evidence_count++;
	w->vms[vm].outlook = worse(w->vms[vm].outlook, hv_diagnosis_weigh(w->host, e, HV_REACH_VM));
}

static void add_host_hint(struct work *w, struct host_hints *h, const struct hv_evidence *e)
{
	struct hv_evidence *items =
		grow(w->arena, h->items, h->count, &h->capacity, sizeof(*items));

	if (items == NULL)
		return;
	h->items = items;
	items[h->count++] = *e;
}

/* --- Whom a finding is about --- */

/* A volume as findings name it: one of the host's, or the key of one that it does not list. */
struct target {
	const struct hv_volume *volume;
	const char *key;
};

static bool lies_on(const struct hv_place *place, const struct target *t)
{
	if (t->volume == NULL)
		return place->key != NULL && hv_utf8_caseeq(place->key, t->key);
	if (place->volume == NULL)
		return false;
	return place->volume == t->volume ||
	       (place->volume->shadow_storage != NULL &&
		       place->volume->shadow_storage->diff_volume == t->volume);
}

/* Images and floppies are no part of a backup. */
static bool has_file_on(const struct hv_vm *vm, const struct target *t)
{
	HV_FOREACH_DISK (disk, vm) {
		if ((disk->kind == HV_DISK_VHD || disk->kind == HV_DISK_OTHER) &&
			lies_on(&disk->place, t))
			return true;
	}
	return lies_on(&vm->configuration, t) || lies_on(&vm->snapshot_root, t) ||
	       lies_on(&vm->swap_file_root, t);
}

static bool add_by_volume(struct work *w, const struct hv_evidence *e)
{
	const char *key = e->finding->about.volume;
	const struct target t = { .volume = hv_host_volume(w->host, key), .key = key };
	bool found = false;

	HV_FOREACH_VM (vm, w->host) {
		if (!has_file_on(vm, &t))
			continue;
		add_hint(w, (size_t)(vm - w->host->vms), e);
		found = true;
	}
	return found;
}

static bool add_by_vm(struct work *w, const struct hv_evidence *e)
{
	const struct hv_vm *vm = hv_host_vm(w->host, e->finding->about.vm_id);

	if (vm == NULL || vm->excluded)
		return false;
	add_hint(w, (size_t)(vm - w->host->vms), e);
	return true;
}

/* What could not be read, several steps may say in the same words. */
static bool is_told(const struct host_hints *h, const struct hv_evidence *e)
{
	for (size_t i = 0; i < h->count; i++)
		if (strcmp(h->items[i].finding->text, e->finding->text) == 0)
			return true;
	return false;
}

static void add_finding(struct work *w, const struct hv_evidence *e)
{
	const struct hv_subject *about = &e->finding->about;

	if (e->finding->state == HV_OK)
		return;
	if (about->vm_id == NULL && about->volume == NULL) {
		if (!is_told(&w->on_host, e))
			add_host_hint(w, &w->aside, e);
		add_host_hint(w, &w->on_host, e);
		w->at_best = worse(w->at_best, hv_diagnosis_weigh(w->host, e, HV_REACH_HOST));
	} else if (about->vm_id != NULL ? !add_by_vm(w, e) : !add_by_volume(w, e)) {
		add_host_hint(w, &w->aside, e);
	}
}

static void read_results(struct work *w)
{
	for (size_t i = 0; i < w->ret->result_count; i++) {
		const struct hv_step_result *result = &w->ret->results[i];
		const struct hv_finding *const *sorted;
		const size_t count = hv_report_sorted(result->report, &sorted);

		w->ret->state = hv_state_worse(w->ret->state, hv_report_state(result->report));
		if (result->not_judged != NULL)
			w->at_best = worse(w->at_best, result->step->unjudged);
		for (size_t f = 0; f < count; f++)
			add_finding(
				w, &(struct hv_evidence){ .result = result, .finding = sorted[f] });
	}
}

/* --- By VM --- */

/* The evidence of each VM in one piece, in the order of the steps. */
static void sort_hints(struct work *w)
{
	struct hv_evidence *all;
	struct hv_evidence **next;
	size_t start = 0;

	all = hv_arena_array(w->arena, w->hints.count + 1, sizeof(*all));
	next = hv_arena_array(w->arena, w->host->vm_count + 1, sizeof(*next));
	if (all == NULL || next == NULL)
		return;
	for (size_t i = 0; i < w->host->vm_count; i++) {
		next[i] = all + start;
		w->vms[i].evidence = next[i];
		start += w->vms[i].evidence_count;
	}
	for (size_t i = 0; i < w->hints.count; i++)
		*next[w->hints.items[i].vm]++ = w->hints.items[i].evidence;
}

/* The errors that the step of the event log judged by: logged for a VM and not cleared. */
static bool read_errors(struct work *w)
{
	for (size_t i = 0; i < w->ret->result_count; i++) {
		const struct hv_step_result *r = &w->ret->results[i];
		struct hv_incidents all;
		struct hv_err err = HV_ERR_INIT;

		if (strcmp(r->step->check, HV_CHECK_EVENTS) != 0 || r->config == NULL ||
			r->check->events_since == NULL)
			continue;
		if (hv_incidents_collect(w->host, r->check->events_since(r->config), w->ret->now,
			    w->arena, &all, &err) != 0)
			return false;
		for (size_t n = 0; n < all.count; n++) {
			const struct hv_incident *in = &all.items[n];

			if (in->vm == NULL)
				continue;
			if (in->checkpoint.failed.count > 0)
				w->errors[in->vm - w->host->vms][0] = in->checkpoint.hresult;
			if (in->merge.failed.count > 0)
				w->errors[in->vm - w->host->vms][1] = in->merge.hresult;
		}
	}
	return true;
}

static bool same_text(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* The VM that the finding was told for first; NULL: this one. */
static const struct hv_vm *find_told(
	struct work *w, const struct hv_evidence *e, const struct hv_vm *vm)
{
	struct told *items;

	for (size_t i = 0; i < w->told_count; i++)
		if (w->told[i].finding == e->finding)
			return w->told[i].vm;
	items = grow(w->arena, w->told, w->told_count, &w->told_capacity, sizeof(*items));
	if (items == NULL)
		return NULL;
	w->told = items;
	items[w->told_count++] = (struct told){ .finding = e->finding, .vm = vm };
	return NULL;
}

/* A fact that two steps tell has one culprit: the symptom that it explains, and a finding with the
 * same remedy, repeat it. */
static bool mark_repeats(struct work *w, struct hv_vm_diagnosis *vm)
{
	const struct hv_evidence *culprit = vm->culprit;
	struct hv_evidence *items;

	if (vm->evidence_count == 0)
		return true;
	items = hv_arena_array(w->arena, vm->evidence_count, sizeof(*items));
	if (items == NULL)
		return false;
	memcpy(items, vm->evidence, vm->evidence_count * sizeof(*items));
	for (size_t i = 0; i < vm->evidence_count; i++) {
		struct hv_evidence *e = &items[i];

		if (e->finding->about.vm_id == NULL)
			e->told_for = find_told(w, e, vm->vm);
		if (culprit == NULL || &vm->evidence[i] == culprit)
			continue;
		e->repeats = same_text(e->finding->remedy, culprit->finding->remedy) ||
			     (vm->explained != NULL && hv_evidence_is_of(e, HV_CHECK_EVENTS));
	}
	if (culprit != NULL)
		vm->culprit = items + (culprit - vm->evidence);
	vm->evidence = items;
	return true;
}

static bool finish_vm(struct work *w, size_t i)
{
	struct hv_vm_diagnosis *vm = &w->vms[i];

	vm->vm = &w->host->vms[i];
	vm->outlook = worse(vm->outlook, w->at_best);
	w->ret->outlooks[vm->outlook]++;
	return hv_diagnosis_blame(
		vm, w->arena, w->host, w->errors[i], w->on_host.items, w->on_host.count);
}

/* Worst first; within an outlook the order of the host, which is by name. */
static bool list_vms(struct work *w)
{
	struct hv_vm_diagnosis *listed =
		hv_arena_array(w->arena, w->host->vm_count + 1, sizeof(*listed));

	if (listed == NULL)
		return false;
	HV_FOREACH_VM (vm, w->host) {
		if (!finish_vm(w, (size_t)(vm - w->host->vms)))
			return false;
	}
	for (int outlook = HV_OUTLOOK_COUNT - 1; outlook >= 0; outlook--) {
		HV_FOREACH_VM (vm, w->host) {
			const struct hv_vm_diagnosis *d = &w->vms[vm - w->host->vms];

			if ((int)d->outlook == outlook)
				listed[w->ret->vm_count++] = *d;
		}
	}
	for (size_t i = 0; i < w->ret->vm_count; i++)
		if (!mark_repeats(w, &listed[i]))
			return false;
	w->ret->vms = listed;
	return !hv_arena_failed(w->arena);
}

bool hv_diagnose(struct hv_diagnosis *ret, struct hv_arena *arena, const struct hv_host *host,
	hv_usec now, const struct hv_step_result *results, size_t count)
{
	struct work w = { .ret = ret, .arena = arena, .host = host, .at_best = HV_OUTLOOK_GOOD };

	*ret = (struct hv_diagnosis){
		.host = host,
		.now = now,
		.state = count > 0 ? HV_OK : HV_UNKNOWN,
		.results = results,
		.result_count = count,
	};
	w.vms = hv_arena_array(arena, host->vm_count + 1, sizeof(*w.vms));
	w.errors = hv_arena_array(arena, host->vm_count + 1, sizeof(*w.errors));
	if (w.vms == NULL || w.errors == NULL)
		return false;
	read_results(&w);
	sort_hints(&w);
	if (hv_arena_failed(arena) || !read_errors(&w) || !list_vms(&w))
		return false;
	ret->host_evidence = w.aside.items;
	ret->host_evidence_count = w.aside.count;
	return true;
}
