/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of JSON objects, and a report as one. */
#include "output/json-parts.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/utf.h"
#include "check/explained.h"
#include "output/output.h"
#include "output/summary.h"

/* Above it not every whole number is a double. */
#define WHOLE_MAX 9007199254740992.0 /* 2^53 */

enum { JSON_INDENT_WIDTH = 2 };

void hv_json_set(struct hv_json *o, const char *key, json_t *value)
{
	if (o->json && json_object_set_new(o->json, key, value) == 0)
		return;
	if (!o->json)
		json_decref(value);
	json_decref(o->json);
	o->json = NULL;
}

json_t *hv_json_text(const char *s)
{
	HV_AUTO(buf) repaired = { .max = HV_OUTPUT_MAX_BYTES };

	if (!s)
		return json_null();
	hv_utf8_repair(&repaired, s, strlen(s));
	return hv_buf_failed(&repaired) ? NULL : json_stringn(hv_buf_str(&repaired), repaired.len);
}

static json_t *number(double v)
{
	if (v == floor(v) && fabs(v) <= WHOLE_MAX)
		return json_integer((json_int_t)v);
	return json_real(v);
}

static json_t *number_or_null(double v, bool known)
{
	return known && isfinite(v) ? number(v) : json_null();
}

json_t *hv_json_count(uint64_t n)
{
	return n <= INT64_MAX ? json_integer((json_int_t)n) : json_real((double)n);
}

static json_t *range_or_null(const struct hv_range *r)
{
	char text[HV_RANGE_TEXT_MAX];

	if (!r->set)
		return json_null();
	hv_range_format(r, text);
	return json_string(text);
}

json_t *hv_json_time(hv_usec t)
{
	char time[HV_TIME_TEXT_MAX];

	hv_time_format(t, time);
	return json_string(time);
}

bool hv_json_append(json_t **array, json_t *value)
{
	if (*array && json_array_append_new(*array, value) == 0)
		return true;
	if (!*array)
		json_decref(value);
	json_decref(*array);
	*array = NULL;
	return false;
}

static json_t *explained_array(const struct hv_check *check, const struct hv_finding *f)
{
	json_t *array = json_array();
	char room[HV_EXPLAINED_ID_MAX];
	const char *id;

	for (size_t i = 0; (id = hv_finding_explained(check, f, i, room)) != NULL; i++) {
		if (!hv_json_append(&array, hv_json_text(id)))
			break;
	}
	return array;
}

void hv_json_set_finding(
	struct hv_json *o, const struct hv_check *check, const struct hv_finding *f)
{
	hv_json_set(o, "state", json_string(hv_state_name(f->state)));
	hv_json_set(o, "item", hv_json_text(f->item));
	hv_json_set(o, "rule", hv_json_text(f->rule));
	hv_json_set(o, "text", hv_json_text(f->text));
	hv_json_set(o, "why", hv_json_text(f->why));
	hv_json_set(o, "remedy", hv_json_text(f->remedy));
	hv_json_set(o, "explain", explained_array(check, f));
}

static json_t *finding_object(const struct hv_check *check, const struct hv_finding *f)
{
	struct hv_json o = { .json = json_object() };

	hv_json_set_finding(&o, check, f);
	return o.json;
}

static json_t *metric_object(const struct hv_metric *m)
{
	struct hv_json o = { .json = json_object() };

	hv_json_set(&o, "label", hv_json_text(m->label));
	hv_json_set(&o, "value", number_or_null(m->value, m->known));
	hv_json_set(&o, "unit", hv_json_text(m->uom));
	hv_json_set(&o, "warning", range_or_null(&m->warn));
	hv_json_set(&o, "critical", range_or_null(&m->crit));
	hv_json_set(&o, "min", number_or_null(m->min, m->has_min));
	hv_json_set(&o, "max", number_or_null(m->max, m->has_max));
	return o.json;
}

static json_t *findings_array(const struct hv_check *check, const struct hv_summary *s)
{
	json_t *array = json_array();

	for (size_t i = 0; i < s->count; i++) {
		if (!hv_json_append(&array, finding_object(check, s->findings[i])))
			break;
	}
	return array;
}

static json_t *metrics_array(const struct hv_report *report)
{
	json_t *array = json_array();

	for (const struct hv_metric *m = report->metrics; m; m = m->next) {
		if (!hv_json_append(&array, metric_object(m)))
			break;
	}
	return array;
}

static json_t *notes_array(const struct hv_report *report)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->notes.count; i++) {
		if (!hv_json_append(&array, hv_json_text(report->notes.items[i])))
			break;
	}
	return array;
}

static json_t *counts_or_null(const struct hv_report *report)
{
	struct hv_json o = { .json = NULL };

	if (!report->counted)
		return json_null();
	o.json = json_object();
	hv_json_set(&o, "seen", hv_json_count(report->seen));
	hv_json_set(&o, "judged", hv_json_count(report->judged));
	hv_json_set(&o, "excluded", hv_json_count(report->excluded));
	return o.json;
}

static void add_raw(struct hv_buf *out, const char *s)
{
	hv_buf_adds(out, s);
}

static json_t *summary_text(const struct hv_summary *s, const struct hv_report *report)
{
	HV_AUTO(buf) line = { .max = HV_OUTPUT_MAX_BYTES };

	hv_summary_line(&line, s, report, add_raw);
	return hv_buf_failed(&line) ? NULL : hv_json_text(hv_buf_str(&line));
}

json_t *hv_json_report(struct hv_report *report, const struct hv_check *check, hv_usec now)
{
	struct hv_summary s = hv_summary_make(report);
	struct hv_json o = { .json = json_object() };

	hv_json_set(&o, "check", json_string(check->name));
	hv_json_set(&o, "time", hv_json_time(now));
	hv_json_set(&o, "state", json_string(hv_state_name(s.state)));
	hv_json_set(&o, "status", json_integer((json_int_t)s.state));
	hv_json_set(&o, "summary", summary_text(&s, report));
	hv_json_set(&o, "findings", findings_array(check, &s));
	hv_json_set(&o, "metrics", metrics_array(report));
	hv_json_set(&o, "counts", counts_or_null(report));
	hv_json_set(&o, "limits", hv_json_text(report->limits));
	hv_json_set(&o, "notes", notes_array(report));
	return o.json;
}

static int dump_to_buf(const char *text, size_t len, void *out)
{
	hv_buf_add(out, text, len);
	return hv_buf_failed(out) ? -1 : 0;
}

int hv_json_dump(json_t *json, struct hv_buf *out, struct hv_err *err)
{
	int result;

	if (!json)
		return hv_err_no_memory(err);
	result = json_dump_callback(json, dump_to_buf, out, JSON_INDENT(JSON_INDENT_WIDTH));
	json_decref(json);
	hv_buf_addc(out, '\n');
	if (out->overflow)
		return hv_err_set(
			err, HV_ERR_LIMIT, "the output is larger than %zu bytes", out->max);
	return result || hv_buf_failed(out) ? hv_err_no_memory(err) : 0;
}
