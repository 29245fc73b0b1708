/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metrics of a snapshot: performance data, and as an integer for what reads no decimals. */
#include <math.h>
#include <string.h>

#include "mibs/snapshot-maker.h"
#include "output/perfdata.h"

#define TWO_TO_63 9223372036854775808.0

enum {
	NUMBER_MAX = 1024, /* the longest number has 309 digits before its point */
	COUNTS = 3,
};

static size_t count_metrics(const struct hv_diagnosis *d)
{
	size_t count = 0;

	for (size_t i = 0; i < d->result_count; i++) {
		const struct hv_report *report = d->results[i].report;

		if (!report)
			continue;
		for (const struct hv_metric *metric = report->metrics; metric;
			metric = metric->next)
			count++;
		count += report->counted ? COUNTS : 0;
	}
	return count;
}

static const struct unit {
	const char *uom; /* NULL: any other */
	double scale;
	enum hv_integer_unit unit;
} UNITS[] = {
	{ "B", 1, HV_INTEGER_BYTES },
	{ "s", 1000, HV_INTEGER_MILLISECONDS },
	{ "%", 100, HV_INTEGER_HUNDREDTHS },
	{ NULL, 1000, HV_INTEGER_NONE },
};

/* Rounded to the nearest. What is added before a cut would itself be rounded in large numbers. */
static struct hv_u64 to_integer(double v)
{
	uint64_t whole;

	if (!(v >= 0 && v < TWO_TO_63))
		return (struct hv_u64){ .known = false };
	whole = (uint64_t)v;
	if (v - (double)whole >= 0.5)
		whole++;
	return (struct hv_u64){ .value = whole, .known = true };
}

static void set_integer(struct hv_snapshot_metric *row, const struct hv_metric *metric)
{
	const struct unit *unit = UNITS;

	while (unit->uom && strcmp(unit->uom, metric->uom) != 0)
		unit++;
	row->integer_unit = unit->unit;
	if (metric->known && isfinite(metric->value))
		row->integer = to_integer(metric->value * unit->scale);
}

/* One part of its performance data. A number must not be cut: too long a one is none. */
static const char *part_text(
	struct hv_snapshot_maker *m, const struct hv_metric *metric, enum hv_perfdata_part part)
{
	HV_AUTO(buf) text = { .max = NUMBER_MAX };

	hv_perfdata_part(&text, metric, part);
	if (text.len > HV_SNAPSHOT_TEXT_MAX) {
		hv_buf_clear(&text);
		hv_buf_adds(&text, part == HV_PERFDATA_VALUE ? "U" : "");
	}
	return hv_maker_buffered(m, &text);
}

static void fill_metric(struct hv_snapshot_maker *m, struct hv_snapshot_metric *row,
	const struct hv_step_result *result, const struct hv_metric *metric)
{
	*row = (struct hv_snapshot_metric){
		.check = hv_maker_check(m, result),
		.item = hv_maker_index(m, metric->item, HV_INDEX_ITEM_MAX),
		.metric = hv_maker_index(m, metric->name, HV_INDEX_METRIC_MAX),
		.title = hv_maker_name(m, metric->item),
		.value = part_text(m, metric, HV_PERFDATA_VALUE),
		.unit = hv_maker_name(m, metric->uom),
		.warning = part_text(m, metric, HV_PERFDATA_WARN),
		.critical = part_text(m, metric, HV_PERFDATA_CRIT),
		.minimum = part_text(m, metric, HV_PERFDATA_MIN),
		.maximum = part_text(m, metric, HV_PERFDATA_MAX),
	};
	set_integer(row, metric);
}

static struct hv_metric count_of(const char *name, uint64_t value)
{
	return (struct hv_metric){
		.label = name,
		.name = name,
		.value = (double)value,
		.known = true,
		.uom = "",
	};
}

static void fill_metrics(struct hv_snapshot_maker *m, void *rows)
{
	struct hv_snapshot_metric *row = rows;

	for (size_t i = 0; i < m->d->result_count; i++) {
		const struct hv_step_result *result = &m->d->results[i];
		const struct hv_report *report = result->report;

		if (!report)
			continue;
		for (const struct hv_metric *metric = report->metrics; metric;
			metric = metric->next)
			fill_metric(m, row++, result, metric);
		if (report->counted) {
			const struct hv_metric counts[COUNTS] = {
				count_of("seen", report->seen),
				count_of("judged", report->judged),
				count_of("excluded", report->excluded),
			};

			for (size_t n = 0; n < COUNTS; n++)
				fill_metric(m, row++, result, &counts[n]);
		}
	}
}

/* By its item, so that all metrics of two volumes of one name part in the same way. */
static bool rename_metric(struct hv_arena *arena, void *row, uint32_t n)
{
	struct hv_snapshot_metric *metric = row;
	const bool has_item = *metric->item != '\0';
	const char **part = has_item ? &metric->item : &metric->metric;

	*part = hv_index_numbered(
		arena, *part, n, has_item ? HV_INDEX_ITEM_MAX : HV_INDEX_METRIC_MAX);
	return *part != NULL;
}

const struct hv_snapshot_source hv_snapshot_metric_source = {
	count_metrics,
	fill_metrics,
	rename_metric,
};
