/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of JSON objects. Used inside common/output only. Failure is sticky: what cannot be built is
 * NULL, and so is what it was to be part of. */
#ifndef HV_OUTPUT_JSON_PARTS_H
#define HV_OUTPUT_JSON_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "check/check.h"
#include "check/report.h"

/* An object while it is built. */
struct hv_json {
	json_t *json; /* owned; NULL when failed */
};

/* Takes the value over, even when it fails; a NULL value is a failure. */
void hv_json_set(struct hv_json *o, const char *key, json_t *value);

/* Appends and takes the value over. False, and *array NULL, when that fails. */
bool hv_json_append(json_t **array, json_t *value);

json_t *hv_json_text(const char *s); /* NULL: null. JSON holds valid UTF-8 only: repaired */
json_t *hv_json_count(uint64_t n);
json_t *hv_json_time(hv_usec t);

/* The members of a finding of the check, into an object that may have others. */
void hv_json_set_finding(
	struct hv_json *o, const struct hv_check *check, const struct hv_finding *f);

/* A report as doc/output-json.md describes it. */
json_t *hv_json_report(struct hv_report *report, const struct hv_check *check, hv_usec now);

/* Writes the value, with a line break at its end, and releases it; NULL: memory was short. */
int hv_json_dump(json_t *json, struct hv_buf *out, struct hv_err *err) HV_MUST_USE;

#endif
