/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Free space where checkpoints and shadow copies grow. */
#include "check/space.h"

#include <math.h>
#include <stddef.h>

#include "base/parse.h"
#include "check/layout.h"

enum { MAX_PERCENT = 1000000 }; /* that a text gives */

double hv_space_percent(uint64_t part, uint64_t whole)
{
	uint64_t quotient, rest;
	double pct;

	while (part > UINT64_MAX / 100) {
		part >>= 1;
		whole >>= 1;
	}
	if (whole == 0)
		return INFINITY;
	quotient = part * 100 / whole;
	rest = part * 100 % whole;
	pct = (double)quotient + (double)rest / (double)whole;
	/* what is less than a whole number must not be rounded up to it */
	return rest > 0 ? fmin(pct, nextafter((double)quotient + 1, 0)) : pct;
}

bool hv_space_known(const struct hv_volume *volume)
{
	return volume->capacity_bytes.known && volume->free_bytes.known &&
	       volume->capacity_bytes.value > 0 &&
	       volume->free_bytes.value <= volume->capacity_bytes.value;
}

static double free_percent(const struct hv_volume *volume)
{
	return hv_space_percent(volume->free_bytes.value, volume->capacity_bytes.value);
}

/* For performance data: two decimals, cut off, so that 14.996 never reads as the 15 that would be
 * OK. */
static double shown_percent(double pct)
{
	return floor(pct * 100) / 100;
}

static bool under(const struct hv_bytes *threshold, const struct hv_volume *volume)
{
	return threshold->set && volume->free_bytes.value < threshold->bytes;
}

enum hv_state hv_space_state(const struct hv_space_thresholds *t, const struct hv_volume *volume)
{
	const double pct = free_percent(volume);

	if (hv_range_alerts(&t->crit_pct, pct) || under(&t->crit_bytes, volume))
		return HV_CRITICAL;
	if (hv_range_alerts(&t->warn_pct, pct) || under(&t->warn_bytes, volume))
		return HV_WARNING;
	return HV_OK;
}

const struct hv_volume *hv_space_spare(
	const struct hv_space_thresholds *t, const struct hv_volume_uses *uses)
{
	const struct hv_volume *best = NULL;

	for (size_t i = 0; i < uses->count; i++) {
		const struct hv_volume *volume = uses->of[i].volume;

		if (hv_volume_is_used(&uses->of[i]) && !volume->excluded &&
			hv_volume_has_path(volume) && hv_space_known(volume) &&
			hv_space_state(t, volume) == HV_OK &&
			(best == NULL || volume->free_bytes.value > best->free_bytes.value))
			best = volume;
	}
	return best;
}

/* One digit after the point, cut: 14.97 must not read as 15.0. */
static const char *percent_text(struct hv_arena *arena, double pct)
{
	const uint64_t tenths = (uint64_t)(fmin(pct, MAX_PERCENT) * 10);

	return hv_arena_printf(arena, "%llu.%llu %%", (unsigned long long)(tenths / 10),
		(unsigned long long)(tenths % 10));
}

/* Why the volume is in this state: the threshold that it broke. "" for OK. */
static const char *threshold_text(
	struct hv_arena *arena, const struct hv_space_thresholds *t, const struct hv_volume *volume)
{
	const enum hv_state state = hv_space_state(t, volume);
	const struct hv_range *range = state == HV_CRITICAL ? &t->crit_pct : &t->warn_pct;
	const struct hv_bytes *bytes = state == HV_CRITICAL ? &t->crit_bytes : &t->warn_bytes;
	char text[HV_RANGE_TEXT_MAX], size[HV_BYTES_TEXT_MAX];

	if (state == HV_OK)
		return "";
	if (!hv_range_alerts(range, free_percent(volume))) {
		hv_format_bytes(bytes->bytes, size);
		return hv_arena_printf(arena, ", less than %s", size);
	}
	if (!range->inside && isinf(range->end) && range->start >= 0) {
		hv_format_double(range->start, text);
		return hv_arena_printf(arena, ", less than %s %%", text);
	}
	hv_range_format(range, text);
	return hv_arena_printf(arena, ", against %s %%", text);
}

static void add_metrics(const struct hv_space_job *job, const struct hv_volume *volume)
{
	const struct hv_space_thresholds *t = job->thresholds;
	struct hv_metric *pct, *bytes;

	if (!hv_space_known(volume)) {
		hv_report_metric_unknown(job->out, volume->title, "free_pct", "%");
		hv_report_metric_unknown(job->out, volume->title, "free_bytes", "B");
		return;
	}
	pct = hv_report_metric(
		job->out, volume->title, "free_pct", shown_percent(free_percent(volume)), "%");
	pct->warn = t->warn_pct;
	pct->crit = t->crit_pct;
	pct->max = 100;
	pct->has_min = pct->has_max = true;
	bytes = hv_report_metric(
		job->out, volume->title, "free_bytes", (double)volume->free_bytes.value, "B");
	bytes->warn = (struct hv_range){
		.start = (double)t->warn_bytes.bytes, .end = INFINITY, .set = t->warn_bytes.set
	};
	bytes->crit = (struct hv_range){
		.start = (double)t->crit_bytes.bytes, .end = INFINITY, .set = t->crit_bytes.set
	};
	bytes->max = (double)volume->capacity_bytes.value;
	bytes->has_min = bytes->has_max = true;
}

static void add_unknown(
	const struct hv_space_job *job, const char *item, const struct hv_volume_use *use)
{
	const struct hv_volume *volume = use->volume;
	const char *users = hv_volume_use_text(&job->out->arena, use);

	if (volume->capacity_bytes.known && volume->free_bytes.known)
		hv_report_add(job->out, HV_UNKNOWN, item, NULL,
			"free space not judged, the host tells %llu bytes free of %llu; %s",
			(unsigned long long)volume->free_bytes.value,
			(unsigned long long)volume->capacity_bytes.value, users);
	else
		hv_report_add(job->out, HV_UNKNOWN, item, NULL,
			"free space not judged, the host does not tell it; %s", users);
}

void hv_space_judge_volume(const struct hv_space_job *job, const struct hv_volume_use *use)
{
	const struct hv_volume *volume = use->volume;
	struct hv_arena *arena = &job->out->arena;
	const char *item = hv_arena_printf(arena, "volume '%s'", volume->title);
	char free_text[HV_BYTES_TEXT_MAX], size_text[HV_BYTES_TEXT_MAX];
	struct hv_finding *f;
	enum hv_state state;

	add_metrics(job, volume);
	if (!hv_space_known(volume)) {
		add_unknown(job, item, use);
		return;
	}
	state = hv_space_state(job->thresholds, volume);
	hv_format_bytes(volume->free_bytes.value, free_text);
	hv_format_bytes(volume->capacity_bytes.value, size_text);
	f = hv_report_add(job->out, state, item, NULL, "%s free (%s of %s)%s; %s",
		percent_text(arena, free_percent(volume)), free_text, size_text,
		threshold_text(arena, job->thresholds, volume), hv_volume_use_text(arena, use));
	if (state == HV_OK)
		return;
	hv_space_remedy(job, f, use);
}

void hv_space_judge_shadow_storage(const struct hv_space_job *job, const struct hv_volume *volume)
{
	const struct hv_shadow_storage *storage = volume->shadow_storage;
	struct hv_arena *arena = &job->out->arena;
	const char *item = hv_arena_printf(arena, "shadow storage of volume '%s'", volume->title);
	char used[HV_BYTES_TEXT_MAX], max[HV_BYTES_TEXT_MAX];
	struct hv_metric *metric;
	struct hv_finding *f;
	enum hv_state state;
	double pct;

	if (storage == NULL)
		return;
	if (storage->diff_volume == NULL)
		hv_report_add(job->out, HV_UNKNOWN, item, NULL,
			"kept on %s, which is not among the host's volumes; its free space is not "
			"judged",
			storage->diff_volume_id != NULL ? storage->diff_volume_id
							: "a volume that is not told");
	if (storage->max_bytes.known && storage->max_bytes.value == UINT64_MAX)
		return;
	if (!storage->used_bytes.known || !storage->max_bytes.known ||
		storage->max_bytes.value == 0) {
		hv_report_metric_unknown(job->out, volume->title, "shadow_pct", "%");
		hv_report_add(job->out, HV_UNKNOWN, item, NULL,
			"not judged, the host does not tell how much of it is used");
		return;
	}
	pct = hv_space_percent(storage->used_bytes.value, storage->max_bytes.value);
	state = hv_range_alerts(&job->thresholds->shadow_pct, pct) ? HV_WARNING : HV_OK;
	metric = hv_report_metric(job->out, volume->title, "shadow_pct", shown_percent(pct), "%");
	metric->warn = job->thresholds->shadow_pct;
	metric->max = 100;
	metric->has_min = metric->has_max = true;
	hv_format_bytes(storage->used_bytes.value, used);
	hv_format_bytes(storage->max_bytes.value, max);
	f = hv_report_add(job->out, state, item, NULL, "%s used (%s of at most %s)%s%s",
		percent_text(arena, pct), used, max,
		storage->diff_volume != NULL ? ", kept on " : "",
		storage->diff_volume != NULL ? storage->diff_volume->title : "");
	if (state == HV_OK)
		return;
	hv_finding_why(job->out, f,
		"When the storage reaches its maximum, Windows deletes shadow copies (volsnap "
		"events 25, 33 and 36), and a backup that reads from one fails.");
	hv_space_shadow_remedy(job, f, volume);
}
