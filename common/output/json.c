/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A report as one JSON object; doc/output-json.md describes it. */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/utf.h"
#include "output/output.h"
#include "output/summary.h"

/* Above it not every whole number is a double. */
#define WHOLE_MAX 9007199254740992.0 /* 2^53 */

enum { JSON_INDENT_WIDTH = 2 };

/* Builds one object. Failure is sticky: what cannot be built leaves the object failed. */
struct object {
	json_t *json; /* owned; NULL when failed */
};

static void set(struct object *o, const char *key, json_t *value)
{
	/* Takes the value over, even when it fails; a NULL value is a failure. */
	if (o->json && json_object_set_new(o->json, key, value) == 0)
		return;
	if (!o->json)
		json_decref(value);
	json_decref(o->json);
	o->json = NULL;
}

/* JSON holds valid UTF-8 only. */
static json_t *text_or_null(const char *s)
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

static json_t *count(uint64_t n)
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

static json_t *finding_object(const struct hv_finding *f)
{
	struct object o = { .json = json_object() };

	set(&o, "state", json_string(hv_state_name(f->state)));
	set(&o, "item", text_or_null(f->item));
	set(&o, "rule", text_or_null(f->rule));
	set(&o, "text", text_or_null(f->text));
	set(&o, "why", text_or_null(f->why));
	set(&o, "remedy", text_or_null(f->remedy));
	return o.json;
}

static json_t *metric_object(const struct hv_metric *m)
{
	struct object o = { .json = json_object() };

	set(&o, "label", text_or_null(m->label));
	set(&o, "value", number_or_null(m->value, m->known));
	set(&o, "unit", text_or_null(m->uom));
	set(&o, "warning", range_or_null(&m->warn));
	set(&o, "critical", range_or_null(&m->crit));
	set(&o, "min", number_or_null(m->min, m->has_min));
	set(&o, "max", number_or_null(m->max, m->has_max));
	return o.json;
}

/* Appends and takes the value over. False, and *array NULL, when that fails. */
static bool append(json_t **array, json_t *value)
{
	if (*array && json_array_append_new(*array, value) == 0)
		return true;
	if (!*array)
		json_decref(value);
	json_decref(*array);
	*array = NULL;
	return false;
}

static json_t *findings_array(const struct hv_summary *s)
{
	json_t *array = json_array();

	for (size_t i = 0; i < s->count; i++) {
		if (!append(&array, finding_object(s->findings[i])))
			break;
	}
	return array;
}

static json_t *metrics_array(const struct hv_report *report)
{
	json_t *array = json_array();

	for (const struct hv_metric *m = report->metrics; m; m = m->next) {
		if (!append(&array, metric_object(m)))
			break;
	}
	return array;
}

static json_t *notes_array(const struct hv_report *report)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->notes.count; i++) {
		if (!append(&array, text_or_null(report->notes.items[i])))
			break;
	}
	return array;
}

static json_t *counts_or_null(const struct hv_report *report)
{
	struct object o = { .json = NULL };

	if (!report->counted)
		return json_null();
	o.json = json_object();
	set(&o, "seen", count(report->seen));
	set(&o, "judged", count(report->judged));
	set(&o, "excluded", count(report->excluded));
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
	return hv_buf_failed(&line) ? NULL : text_or_null(hv_buf_str(&line));
}

static json_t *report_object(struct hv_report *report, const char *check, hv_usec now)
{
	struct hv_summary s = hv_summary_make(report);
	struct object o = { .json = json_object() };
	char time[HV_TIME_TEXT_MAX];

	hv_time_format(now, time);
	set(&o, "check", json_string(check));
	set(&o, "time", json_string(time));
	set(&o, "state", json_string(hv_state_name(s.state)));
	set(&o, "status", json_integer((json_int_t)s.state));
	set(&o, "summary", summary_text(&s, report));
	set(&o, "findings", findings_array(&s));
	set(&o, "metrics", metrics_array(report));
	set(&o, "counts", counts_or_null(report));
	set(&o, "limits", text_or_null(report->limits));
	set(&o, "notes", notes_array(report));
	return o.json;
}

static int dump_to_buf(const char *text, size_t len, void *out)
{
	hv_buf_add(out, text, len);
	return hv_buf_failed(out) ? -1 : 0;
}

int hv_output_json(struct hv_report *report, const struct hv_check *check, hv_usec now,
	struct hv_buf *out, struct hv_err *err)
{
	json_t *json = report_object(report, check->name, now);
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
