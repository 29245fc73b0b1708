/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A snapshot out of a diagnosis. */
#include <string.h>

#include "base/alloc.h"
#include "cli/doctor-steps.h"
#include "mibs/snapshot-maker.h"
#include "output/output.h"

enum { SUMMARY_MAX = 4096 }; /* octets, before it is cut */

static const char *kept(struct hv_snapshot_maker *m, const char *text)
{
	m->failed = m->failed || !text;
	return text ? text : "";
}

const char *hv_maker_name(struct hv_snapshot_maker *m, const char *s)
{
	return kept(m, hv_snapshot_text(m->arena, s, HV_SNAPSHOT_TEXT_MAX, HV_TEXT_LINE));
}

const char *hv_maker_sentence(struct hv_snapshot_maker *m, const char *s)
{
	return kept(m, hv_snapshot_text(m->arena, s, HV_SNAPSHOT_LONG_TEXT_MAX, HV_TEXT_LINE));
}

const char *hv_maker_lines(struct hv_snapshot_maker *m, const char *s)
{
	return kept(m, hv_snapshot_text(m->arena, s, HV_SNAPSHOT_LONG_TEXT_MAX, HV_TEXT_LINES));
}

const char *hv_maker_index(struct hv_snapshot_maker *m, const char *name, size_t max)
{
	return kept(m, hv_index_text(m->arena, name ? name : "", max));
}

const char *hv_maker_check(struct hv_snapshot_maker *m, const struct hv_step_result *result)
{
	return hv_maker_index(m, hv_check_word(result->check), HV_INDEX_CHECK_MAX);
}

const char *hv_maker_buffered(struct hv_snapshot_maker *m, const struct hv_buf *text)
{
	m->failed = m->failed || hv_buf_failed(text);
	return hv_maker_sentence(m, hv_buf_str(text));
}

/* --- Checks --- */

static size_t count_checks(const struct hv_diagnosis *d)
{
	return d->result_count;
}

/* A step without a report, or with one that says nothing of why there is no verdict. */
static bool is_untold(const struct hv_step_result *result)
{
	return !result->report || (result->not_judged && result->report->finding_count == 0);
}

static void fill_check(struct hv_snapshot_maker *m, struct hv_snapshot_check *row,
	const struct hv_step_result *result)
{
	HV_AUTO(buf) summary = { .max = SUMMARY_MAX };

	row->check = hv_maker_check(m, result);
	if (is_untold(result)) {
		row->state = HV_UNKNOWN;
		hv_buf_adds(&summary, "not judged: ");
		hv_output_text(&summary, result->not_judged ? result->not_judged : "no report",
			HV_OUTPUT_MAX_TEXT);
	} else {
		hv_output_summary(result->report, &summary);
		row->state = hv_report_state(result->report);
	}
	row->summary = hv_maker_buffered(m, &summary);
}

static void fill_checks(struct hv_snapshot_maker *m, void *rows)
{
	for (size_t i = 0; i < m->d->result_count; i++)
		fill_check(m, (struct hv_snapshot_check *)rows + i, &m->d->results[i]);
}

static bool rename_check(struct hv_arena *arena, void *row, uint32_t n)
{
	struct hv_snapshot_check *check = row;

	check->check = hv_index_numbered(arena, check->check, n, HV_INDEX_CHECK_MAX);
	return check->check != NULL;
}

/* --- Findings --- */

static const struct hv_finding *first_finding(const struct hv_step_result *result)
{
	return result->report ? result->report->findings : NULL;
}

static size_t count_findings(const struct hv_diagnosis *d)
{
	size_t count = 0;

	for (size_t i = 0; i < d->result_count; i++)
		for (const struct hv_finding *f = first_finding(&d->results[i]); f; f = f->next)
			count += f->state != HV_OK;
	return count;
}

static void fill_finding(struct hv_snapshot_maker *m, struct hv_snapshot_finding *row,
	const struct hv_step_result *result, const struct hv_finding *f)
{
	*row = (struct hv_snapshot_finding){
		.check = hv_maker_check(m, result),
		.item = hv_maker_index(m, f->item, HV_INDEX_ITEM_MAX),
		.number = 1,
		.state = f->state,
		.title = hv_maker_name(m, f->item),
		.rule = hv_maker_name(m, f->rule),
		.text = hv_maker_sentence(m, f->text),
		.why = hv_maker_lines(m, f->why),
		.remedy = hv_maker_lines(m, f->remedy),
	};
}

/* The worst ones first: they get the lowest numbers. */
static void fill_findings(struct hv_snapshot_maker *m, void *rows)
{
	static const enum hv_state states[] = { HV_CRITICAL, HV_WARNING, HV_UNKNOWN };
	struct hv_snapshot_finding *row = rows;

	for (size_t s = 0; s < HV_ARRAY_LEN(states); s++) {
		for (size_t i = 0; i < m->d->result_count; i++) {
			const struct hv_step_result *result = &m->d->results[i];

			for (const struct hv_finding *f = first_finding(result); f; f = f->next)
				if (f->state == states[s])
					fill_finding(m, row++, result, f);
		}
	}
}

static bool number_finding(struct hv_arena *arena, void *row, uint32_t n)
{
	(void)arena;
	((struct hv_snapshot_finding *)row)->number = n;
	return true;
}

/* --- All of it --- */

static const struct hv_snapshot_source checks = { count_checks, fill_checks, rename_check };
static const struct hv_snapshot_source findings = { count_findings, fill_findings, number_finding };

static const struct hv_snapshot_source *const SOURCES[HV_SNAPSHOT_TABLES] = {
	[HV_SNAPSHOT_CHECKS] = &checks,
	[HV_SNAPSHOT_FINDINGS] = &findings,
	[HV_SNAPSHOT_METRICS] = &hv_snapshot_metric_source,
	[HV_SNAPSHOT_VOLUMES] = &hv_snapshot_volume_source,
	[HV_SNAPSHOT_VMS] = &hv_snapshot_vm_source,
};

static int make_rows(struct hv_snapshot_maker *m, struct hv_snapshot *s,
	const struct hv_snapshot_source *source, const struct hv_snapshot_table *table,
	size_t count, struct hv_err *err)
{
	HV_AUTO(bytes) rows = hv_alloc_array(count, table->row_size);

	if (!rows)
		return hv_err_no_memory(err);
	source->fill(m, rows);
	if (m->failed)
		return hv_snapshot_no_room(s, HV_SNAPSHOT_LONG_TEXT_MAX + 1, err);
	return hv_snapshot_arrange(s, table, rows, count, source->rename, err);
}

static int make_table(struct hv_snapshot_maker *m, struct hv_snapshot *s,
	enum hv_snapshot_table_id id, struct hv_err *err)
{
	const struct hv_snapshot_table *table = &hv_snapshot_tables[id];
	const size_t count = SOURCES[id]->count(m->d);

	if (count == 0)
		return 0;
	if (count > HV_SNAPSHOT_ROWS_MAX)
		return hv_err_set(err, HV_ERR_LIMIT, "%zu %s, more than the limit of %d", count,
			table->name, HV_SNAPSHOT_ROWS_MAX);
	if (make_rows(m, s, SOURCES[id], table, count, err) != 0)
		return hv_err_wrap(err, "%zu %s", count, table->name);
	return 0;
}

int hv_snapshot_make(
	struct hv_snapshot *ret, const struct hv_diagnosis *diagnosis, struct hv_err *err)
{
	HV_AUTO(snapshot) made = { .answered = true };
	struct hv_snapshot_maker m = { .arena = &made.arena, .d = diagnosis };

	hv_snapshot_init(&made);
	made.answered = true;
	made.computer = hv_maker_name(&m, diagnosis->host->name);
	made.windows = hv_maker_windows(&m);
	if (m.failed)
		return hv_snapshot_no_room(&made, HV_SNAPSHOT_TEXT_MAX + 1, err);
	for (int id = 0; id < HV_SNAPSHOT_TABLES; id++)
		if (make_table(&m, &made, (enum hv_snapshot_table_id)id, err) != 0)
			return -1;
	hv_snapshot_move(ret, &made);
	return 0;
}
