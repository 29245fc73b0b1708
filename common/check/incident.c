/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events of the known kinds are sorted by VM and time; each VM's are then read one after the other,
 * together with the backup results that may cover it. */
#include "check/incident.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf.h"
#include "check/backup-components.h"

struct sightings {
	struct hv_sighting *items;
	size_t count;
	size_t capacity;
};

/* One VM's events, while they are read. */
struct reading {
	const struct hv_host *host;
	struct hv_arena *arena;
	struct hv_incident *incident;
	struct hv_attempt_line checkpoint, merge;
};

bool hv_incident_is_failed(const struct hv_incident *in)
{
	return in->checkpoint.failed.count > 0 || in->merge.failed.count > 0;
}

bool hv_incident_is_cancelled(const struct hv_incident *in)
{
	return !hv_incident_is_failed(in) && in->checkpoint.cancelled.count > 0;
}

bool hv_incident_is_cleared(const struct hv_incident *in)
{
	return in->cleared_by != NULL && !hv_incident_is_failed(in) &&
	       !hv_incident_is_cancelled(in);
}

static bool has_failures(const struct hv_attempt_line *line)
{
	return line->attempt.open || line->failures.failed.count > 0 ||
	       line->failures.cancelled.count > 0;
}

static bool is_covered(const struct reading *r, const struct hv_event *backup)
{
	const struct hv_incident *in = r->incident;
	const char *name = in->vm_name != NULL ? in->vm_name : in->vm != NULL ? in->vm->name : NULL;
	uint32_t unused;

	return hv_backup_mention(r->host, backup, in->vm_id, name, &unused) == HV_BACKUP_COVERED;
}

static void clear(struct reading *r, struct hv_attempt_line *line, const struct hv_event *success)
{
	if (hv_attempt_line_clear(line, success, &r->incident->cleared))
		r->incident->cleared_by = success;
}

static void read_sighting(struct reading *r, const struct hv_sighting *s)
{
	switch (s->event_class) {
	case HV_EVENT_NONE:
		break;
	case HV_EVENT_CHECKPOINT_FAILED:
	case HV_EVENT_CHECKPOINT_CANCELLED:
	case HV_EVENT_BACKUP_FAILED:
	case HV_EVENT_UNCLASSIFIED:
		hv_attempt_line_add(&r->checkpoint, r->arena, s);
		break;
	case HV_EVENT_MERGE_FAILED:
		hv_attempt_line_add(&r->merge, r->arena, s);
		break;
	case HV_EVENT_ATTENDANT:
		hv_attempt_line_attend(&r->checkpoint, s);
		break;
	case HV_EVENT_CHECKPOINT_OK:
		clear(r, &r->checkpoint, s->event);
		break;
	case HV_EVENT_MERGE_OK:
		clear(r, &r->merge, s->event);
		break;
	case HV_EVENT_BACKUP_OK:
		if (has_failures(&r->checkpoint) && is_covered(r, s->event))
			clear(r, &r->checkpoint, s->event);
		break;
	case HV_EVENT_VM_DELETED:
		clear(r, &r->checkpoint, s->event);
		clear(r, &r->merge, s->event);
		break;
	}
}

/* Events are compared by their place in the host's array, which is sorted by time. */
static bool is_earlier(const struct hv_sighting *a, const struct hv_sighting *b)
{
	return a->event < b->event;
}

/* The newest of a VM's events that tells its name says how the filter sees it. */
static void identify(const struct hv_host *host, const struct hv_sighting *own, size_t count,
	struct hv_incident *incident)
{
	const struct hv_event *newest = own[count - 1].event;

	for (size_t i = count; i > 0 && incident->vm_name == NULL; i--) {
		incident->vm_name = own[i - 1].event->vm_name;
		if (incident->vm_name != NULL)
			newest = own[i - 1].event;
	}
	incident->vm_id = newest->vm_id;
	incident->vm = hv_host_vm(host, newest->vm_id);
	incident->excluded = incident->vm != NULL ? incident->vm->excluded : newest->excluded;
}

/* One VM: its own events and the backups' results, in the order of time. */
static void read_vm(struct reading *r, const struct hv_sighting *own, size_t count,
	const struct sightings *backups)
{
	size_t next_backup = 0;

	r->checkpoint = (struct hv_attempt_line){ .failed = 0 };
	r->merge = (struct hv_attempt_line){ .failed = 0 };
	for (size_t i = 0; i < count; i++) {
		while (next_backup < backups->count &&
			is_earlier(&backups->items[next_backup], &own[i]))
			read_sighting(r, &backups->items[next_backup++]);
		read_sighting(r, &own[i]);
	}
	while (next_backup < backups->count)
		read_sighting(r, &backups->items[next_backup++]);
	hv_attempt_line_finish(&r->checkpoint);
	hv_attempt_line_finish(&r->merge);
	r->incident->checkpoint = r->checkpoint.failures;
	r->incident->merge = r->merge.failures;
	r->incident->failed = r->checkpoint.failed + r->merge.failed;
	r->incident->cancelled = r->checkpoint.cancelled + r->merge.cancelled;
}

static int add_sighting(struct sightings *list, const struct hv_sighting *s, struct hv_err *err)
{
	if (hv_grow(&list->items, &list->capacity, list->count + 1, HV_HOST_MAX_ROWS,
		    sizeof(*list->items)) < 0)
		return hv_err_no_memory(err);
	list->items[list->count++] = *s;
	return 0;
}

/* A failure whose only fault is that it names no VM. */
static bool is_nameless_failure(const struct hv_event *e, uint32_t build)
{
	struct hv_event named = *e;
	const struct hv_known_event *row;
	enum hv_event_class c;

	if (e->vm_id != NULL)
		return false;
	named.vm_id = "?";
	c = hv_known_event_classify(&named, build, &row);
	return c != HV_EVENT_UNCLASSIFIED && hv_event_class_is_failure(c);
}

static int sort_event(const struct hv_event *e, uint32_t build, struct hv_incidents *ret,
	struct sightings *own, struct sightings *backups, struct hv_err *err)
{
	struct hv_sighting s = { .event = e };

	s.event_class = hv_known_event_classify(e, build, &s.row);
	if (is_nameless_failure(e, build)) {
		ret->nameless++;
		ret->nameless_last = e->time;
	} else if (s.event_class == HV_EVENT_NONE) {
		return 0;
	}
	ret->events++;
	ret->newest = e->time;
	if (s.event_class == HV_EVENT_BACKUP_OK)
		return add_sighting(backups, &s, err);
	return s.event_class == HV_EVENT_NONE || e->vm_id == NULL ? 0 : add_sighting(own, &s, err);
}

static int sort_events(const struct hv_host *host, hv_usec since, hv_usec now,
	struct hv_incidents *ret, struct sightings *own, struct sightings *backups,
	struct hv_err *err)
{
	uint32_t build = host->version.known ? host->version.build : 0;
	hv_usec from = hv_usec_sub(now, since);
	hv_usec to = hv_usec_add(now, HV_EVENT_CLOCK_SKEW);

	HV_FOREACH_EVENT (e, host) {
		const struct hv_known_event *row;

		if (e->time <= from)
			continue;
		if (e->time > to) {
			ret->future +=
				hv_known_event_classify(e, build, &row) != HV_EVENT_NONE ? 1 : 0;
			continue;
		}
		if (sort_event(e, build, ret, own, backups, err) < 0)
			return -1;
	}
	return 0;
}

static int compare_sightings(const void *a, const void *b)
{
	const struct hv_sighting *x = a;
	const struct hv_sighting *y = b;
	int order = strcmp(x->event->vm_id, y->event->vm_id);

	if (order != 0)
		return order;
	return (x->event > y->event) - (x->event < y->event);
}

static size_t count_vms(const struct sightings *own)
{
	size_t count = 0;

	for (size_t i = 0; i < own->count; i++) {
		if (i == 0 ||
			strcmp(own->items[i].event->vm_id, own->items[i - 1].event->vm_id) != 0)
			count++;
	}
	return count;
}

static void read_vms(struct reading *r, struct hv_incidents *ret, const struct sightings *own,
	const struct sightings *backups)
{
	for (size_t i = 0, n; i < own->count; i += n) {
		const struct hv_sighting *first = &own->items[i];

		for (n = 1; i + n < own->count; n++) {
			if (strcmp(first[n].event->vm_id, first->event->vm_id) != 0)
				break;
		}
		r->incident = &ret->items[ret->count++];
		identify(r->host, first, n, r->incident);
		read_vm(r, first, n, backups);
	}
}

static const char *name_of(const struct hv_incident *in)
{
	return in->vm != NULL ? in->vm->name : in->vm_name != NULL ? in->vm_name : in->vm_id;
}

static int compare_incidents(const void *a, const void *b)
{
	const struct hv_incident *x = a;
	const struct hv_incident *y = b;
	int order = hv_utf8_casecmp(name_of(x), name_of(y));

	return order != 0 ? order : strcmp(x->vm_id, y->vm_id);
}

static int collect(const struct hv_host *host, hv_usec since, hv_usec now, struct hv_arena *arena,
	struct sightings *own, struct sightings *backups, struct hv_incidents *ret,
	struct hv_err *err)
{
	struct reading r = { .host = host, .arena = arena };
	size_t vms;

	if (sort_events(host, since, now, ret, own, backups, err) < 0)
		return -1;
	if (own->count == 0)
		return 0;
	qsort(own->items, own->count, sizeof(*own->items), compare_sightings);
	vms = count_vms(own);
	ret->items = hv_arena_array(arena, vms, sizeof(*ret->items));
	if (ret->items == NULL)
		return hv_err_no_memory(err);
	read_vms(&r, ret, own, backups);
	qsort(ret->items, ret->count, sizeof(*ret->items), compare_incidents);
	return hv_arena_failed(arena) ? hv_err_no_memory(err) : 0;
}

int hv_incidents_collect(const struct hv_host *host, hv_usec since, hv_usec now,
	struct hv_arena *arena, struct hv_incidents *ret, struct hv_err *err)
{
	struct hv_incidents result = { .count = 0 };
	struct sightings own = { .items = NULL };
	struct sightings backups = { .items = NULL };
	int rc = collect(host, since, now, arena, &own, &backups, &result, err);

	hv_free(own.items);
	hv_free(backups.items);
	if (rc == 0)
		*ret = result;
	return rc;
}
