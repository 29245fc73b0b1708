/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports. Short memory is remembered, not told: a check cannot fail. */
#include "check/report.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/join.h"

enum {
	REPORT_BYTES_MAX = 512 << 20,
	NOTES_MIN = 8,
	RANKS = 4, /* of hv_state_rank() */
};

static const char NO_MEMORY[] = "out of memory";

void hv_report_init(struct hv_report *r)
{
	*r = (struct hv_report){ .findings = NULL };
	hv_arena_init(&r->arena, REPORT_BYTES_MAX);
	r->findings_tail = &r->findings;
	r->metrics_tail = &r->metrics;
}

void hv_report_done(struct hv_report *r)
{
	if (!r)
		return;
	hv_arena_done(&r->arena);
	hv_report_init(r);
}

static struct hv_finding *new_finding(struct hv_report *r)
{
	struct hv_finding *f = hv_arena_alloc(&r->arena, sizeof(*f));

	if (!f) {
		r->failed = true;
		r->spare_finding = (struct hv_finding){ .text = NO_MEMORY };
		return &r->spare_finding;
	}
	*r->findings_tail = f;
	r->findings_tail = &f->next;
	r->finding_count++;
	return f;
}

/* What could not be copied is missing from the report, which therefore failed. */
static const char *checked(struct hv_report *r, const char *text)
{
	if (hv_arena_failed(&r->arena))
		r->failed = true;
	return text;
}

struct hv_finding *hv_report_add(struct hv_report *r, enum hv_state state, const char *item,
	const char *rule, const char *fmt, ...)
{
	struct hv_finding *f = new_finding(r);
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = checked(r, hv_arena_vprintf(&r->arena, fmt, ap));
	va_end(ap);
	f->state = state;
	f->item = checked(r, hv_arena_strdup(&r->arena, item));
	f->rule = checked(r, hv_arena_strdup(&r->arena, rule));
	f->text = text ? text : NO_MEMORY;
	f->about = r->about;
	return f;
}

void hv_report_about(struct hv_report *r, const struct hv_subject *about)
{
	r->about = (struct hv_subject){ .vm_id = NULL };
	if (!about)
		return;
	r->about.vm_id = checked(r, hv_arena_strdup(&r->arena, about->vm_id));
	r->about.path = checked(r, hv_arena_strdup(&r->arena, about->path));
	r->about.volume = checked(r, hv_arena_strdup(&r->arena, about->volume));
}

void hv_finding_blame(struct hv_report *r, struct hv_finding *f, const char *path)
{
	f->about.path = checked(r, hv_arena_strdup(&r->arena, path));
}

void hv_finding_why(struct hv_report *r, struct hv_finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	f->why = checked(r, hv_arena_vprintf(&r->arena, fmt, ap));
	va_end(ap);
}

void hv_finding_remedy(struct hv_report *r, struct hv_finding *f, const char *fmt, ...)
{
	const char *line;
	va_list ap;

	va_start(ap, fmt);
	line = checked(r, hv_arena_vprintf(&r->arena, fmt, ap));
	va_end(ap);
	if (line && f->remedy)
		line = checked(r, hv_arena_printf(&r->arena, "%s\n%s", f->remedy, line));
	if (line)
		f->remedy = line;
}

static struct hv_metric *new_metric(struct hv_report *r)
{
	struct hv_metric *m = hv_arena_alloc(&r->arena, sizeof(*m));

	if (!m) {
		r->failed = true;
		r->spare_metric = (struct hv_metric){ .label = "", .name = "" };
		return &r->spare_metric;
	}
	*r->metrics_tail = m;
	r->metrics_tail = &m->next;
	return m;
}

struct hv_metric *hv_report_metric_unknown(
	struct hv_report *r, const char *item, const char *name, const char *uom)
{
	struct hv_metric *m = new_metric(r);
	const char *label;
	const char *unit;

	label = checked(
		r, hv_arena_printf(&r->arena, "%s%s%s", item ? item : "", item ? "_" : "", name));
	unit = checked(r, hv_arena_strdup(&r->arena, uom));
	m->label = label ? label : "";
	m->item = checked(r, hv_arena_strdup(&r->arena, item));
	m->name = label ? label + (item ? strlen(item) + 1 : 0) : "";
	m->uom = unit ? unit : "";
	return m;
}

struct hv_metric *hv_report_metric(
	struct hv_report *r, const char *item, const char *name, double value, const char *uom)
{
	struct hv_metric *m = hv_report_metric_unknown(r, item, name, uom);

	m->known = isfinite(value);
	m->value = m->known ? value : 0;
	return m;
}

void hv_report_ok_text(struct hv_report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	r->ok_text = checked(r, hv_arena_vprintf(&r->arena, fmt, ap));
	va_end(ap);
}

void hv_report_nothing_text(struct hv_report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	r->nothing_text = checked(r, hv_arena_vprintf(&r->arena, fmt, ap));
	va_end(ap);
}

/* Makes room for one more line. */
static bool grow_lines(struct hv_arena *arena, struct hv_lines *l)
{
	size_t capacity = l->capacity ? l->capacity * 2 : NOTES_MIN;
	const char **items;

	if (l->count < l->capacity)
		return true;
	items = hv_arena_array(arena, capacity, sizeof(*items));
	if (!items)
		return false;
	if (l->count > 0)
		memcpy(items, l->items, l->count * sizeof(*items));
	l->items = items;
	l->capacity = capacity;
	return true;
}

static void add_line(struct hv_report *r, struct hv_lines *l, const char *line)
{
	if (line && grow_lines(&r->arena, l))
		l->items[l->count++] = line;
	else
		r->failed = true;
}

void hv_finding_names(struct hv_report *r, struct hv_finding *f, const char *id)
{
	for (size_t i = 0; i < f->names.count; i++)
		if (strcmp(f->names.items[i], id) == 0)
			return;
	add_line(r, &f->names, hv_arena_strdup(&r->arena, id));
}

void hv_report_note(struct hv_report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(r, &r->notes, hv_arena_vprintf(&r->arena, fmt, ap));
	va_end(ap);
}

void hv_report_trace(struct hv_report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(r, &r->trace, hv_arena_vprintf(&r->arena, fmt, ap));
	va_end(ap);
}

void hv_report_limit(struct hv_report *r, const char *fmt, ...)
{
	const char *limit;
	va_list ap;

	va_start(ap, fmt);
	limit = checked(r, hv_arena_vprintf(&r->arena, fmt, ap));
	va_end(ap);
	r->limits = checked(r, hv_join(&r->arena, r->limits, limit));
}

void hv_report_count(struct hv_report *r, uint64_t seen, uint64_t judged, uint64_t excluded)
{
	r->seen = seen;
	r->judged = judged;
	r->excluded = excluded;
	r->counted = true;
}

enum hv_state hv_report_state(const struct hv_report *r)
{
	enum hv_state worst = HV_OK;

	if (hv_report_failed(r))
		return HV_UNKNOWN;
	for (const struct hv_finding *f = r->findings; f; f = f->next)
		worst = hv_state_worse(worst, f->state);
	return worst;
}

bool hv_report_failed(const struct hv_report *r)
{
	return r->failed || hv_arena_failed(&r->arena);
}

size_t hv_report_sorted(struct hv_report *r, const struct hv_finding *const **ret)
{
	const struct hv_finding **sorted = NULL;
	size_t count = 0;

	*ret = NULL;
	if (r->finding_count > 0)
		sorted = hv_arena_array(&r->arena, r->finding_count, sizeof(void *));
	if (!sorted) {
		r->failed |= r->finding_count > 0;
		return 0;
	}
	for (int rank = RANKS - 1; rank >= 0; rank--) {
		for (const struct hv_finding *f = r->findings; f; f = f->next) {
			if (hv_state_rank(f->state) == rank)
				sorted[count++] = f;
		}
	}
	*ret = sorted;
	return count;
}
