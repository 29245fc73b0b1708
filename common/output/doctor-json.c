/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The doctor's page as one JSON object; doc/hyperv-doctor-1.schema.json describes it. */
#include <string.h>

#include "output/doctor-parts.h"
#include "output/doctor.h"
#include "output/json-parts.h"
#include "output/output.h"

#define FORMAT "hyperv-doctor/1"

static void add_raw(struct hv_buf *out, const char *s)
{
	hv_buf_adds(out, s);
}

static json_t *headline(const struct hv_diagnosis *d)
{
	HV_AUTO(buf) text = { .max = HV_OUTPUT_MAX_BYTES };

	hv_doctor_headline(&text, d, add_raw);
	return hv_buf_failed(&text) ? NULL : hv_json_text(hv_buf_str(&text));
}

static json_t *counts_object(const struct hv_diagnosis *d)
{
	struct hv_json o = { .json = json_object() };

	hv_json_set(&o, "seen", hv_json_count(d->host->vm_count));
	hv_json_set(&o, "judged", hv_json_count(d->vm_count - d->outlooks[HV_OUTLOOK_UNKNOWN]));
	hv_json_set(&o, "excluded", hv_json_count(d->host->vm_count - d->vm_count));
	hv_json_set(&o, "will_fail", hv_json_count(d->outlooks[HV_OUTLOOK_BAD]));
	hv_json_set(&o, "at_risk", hv_json_count(d->outlooks[HV_OUTLOOK_RISK]));
	hv_json_set(&o, "not_known", hv_json_count(d->outlooks[HV_OUTLOOK_UNKNOWN]));
	hv_json_set(&o, "will_back_up", hv_json_count(d->outlooks[HV_OUTLOOK_GOOD]));
	return o.json;
}

static json_t *evidence_object(const struct hv_evidence *e)
{
	struct hv_json o = { .json = json_object() };

	hv_json_set(&o, "check", json_string(e->result->check->name));
	hv_json_set_finding(&o, e->result->check, e->finding);
	hv_json_set(&o, "path", hv_json_text(e->finding->about.path));
	hv_json_set(&o, "volume", hv_json_text(e->finding->about.volume));
	return o.json;
}

static json_t *evidence_array(const struct hv_evidence *items, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		if (!hv_json_append(&array, evidence_object(&items[i])))
			break;
	}
	return array;
}

/* Each line of a remedy. False when that fails. */
static bool append_lines(json_t **array, const char *text)
{
	while (text) {
		size_t len = strcspn(text, "\n");
		HV_AUTO(buf) line = { .max = HV_OUTPUT_MAX_BYTES };

		hv_buf_add(&line, text, len);
		if (!hv_json_append(
			    array, hv_buf_failed(&line) ? NULL : hv_json_text(hv_buf_str(&line))))
			return false;
		text = text[len] ? text + len + 1 : NULL;
	}
	return true;
}

/* The culprit's remedy, then those of the others that say something new. */
static json_t *commands_array(const struct hv_vm_diagnosis *vm)
{
	json_t *array = json_array();

	if (vm->culprit && !append_lines(&array, vm->culprit->finding->remedy))
		return NULL;
	for (size_t i = 0; i < vm->evidence_count; i++) {
		if (&vm->evidence[i] != vm->culprit &&
			!append_lines(&array, hv_doctor_remedy(&vm->evidence[i])))
			return NULL;
	}
	return array;
}

static json_t *vm_object(const struct hv_vm_diagnosis *vm)
{
	struct hv_json o = { .json = json_object() };

	hv_json_set(&o, "name", hv_json_text(vm->vm->name));
	hv_json_set(&o, "id", hv_json_text(vm->vm->id));
	hv_json_set(&o, "outlook", json_string(hv_outlook_text(vm->outlook)));
	hv_json_set(&o, "culprit", vm->culprit ? evidence_object(vm->culprit) : json_null());
	hv_json_set(&o, "explains", hv_json_text(vm->explained));
	hv_json_set(&o, "commands", commands_array(vm));
	hv_json_set(&o, "evidence", evidence_array(vm->evidence, vm->evidence_count));
	return o.json;
}

static json_t *vms_array(const struct hv_diagnosis *d)
{
	json_t *array = json_array();

	for (size_t i = 0; i < d->vm_count; i++) {
		if (!hv_json_append(&array, vm_object(&d->vms[i])))
			break;
	}
	return array;
}

static json_t *step_object(const struct hv_diagnosis *d, const struct hv_step_result *r)
{
	struct hv_json o = { .json = json_object() };

	hv_json_set(&o, "title", json_string(r->step->title));
	hv_json_set(&o, "kind", json_string(r->step->kind == HV_STEP_CAUSE ? "cause" : "symptom"));
	hv_json_set(&o, "not_judged", hv_json_text(r->not_judged));
	hv_json_set(&o, "report", hv_json_report(r->report, r->check, d->now));
	return o.json;
}

static json_t *steps_array(const struct hv_diagnosis *d)
{
	json_t *array = json_array();

	for (size_t i = 0; i < d->result_count; i++) {
		if (!hv_json_append(&array, step_object(d, &d->results[i])))
			break;
	}
	return array;
}

static json_t *skipped_array(const struct hv_diagnosis *d)
{
	json_t *array = json_array();

	for (size_t i = 0; i < d->skipped_count; i++) {
		if (!hv_json_append(&array, json_string(d->skipped[i]->check)))
			break;
	}
	return array;
}

int hv_output_doctor_json(const struct hv_diagnosis *d, struct hv_buf *out, struct hv_err *err)
{
	struct hv_json o = { .json = json_object() };

	hv_json_set(&o, "format", json_string(FORMAT));
	hv_json_set(&o, "host", hv_json_text(d->host->name));
	hv_json_set(&o, "time", hv_json_time(d->now));
	hv_json_set(&o, "state", json_string(hv_state_name(d->state)));
	hv_json_set(&o, "status", json_integer((json_int_t)d->state));
	hv_json_set(&o, "summary", headline(d));
	hv_json_set(&o, "warning", hv_json_text(d->warning));
	hv_json_set(&o, "counts", counts_object(d));
	hv_json_set(&o, "vms", vms_array(d));
	hv_json_set(&o, "host_evidence", evidence_array(d->host_evidence, d->host_evidence_count));
	hv_json_set(&o, "steps", steps_array(d));
	hv_json_set(&o, "skipped", skipped_array(d));
	return hv_json_dump(o.json, out, err);
}
