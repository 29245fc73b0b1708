/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON captures, format hyperv-capture/1 (doc/capture-format.md): reading the full form and the
 * per-class files that a person makes with ConvertTo-Json, and writing the full form. Errors name
 * the JSON path and what was expected. Duplicate keys are refused; depth and size are bounded. */
#ifndef HV_CIM_CAPTURE_JSON_H
#define HV_CIM_CAPTURE_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "cim/sink.h"

enum {
	HV_CAPTURE_MAX_BYTES = 512 << 20,
	HV_CAPTURE_MAX_DEPTH = 32,
};

#define HV_CAPTURE_FORMAT "hyperv-capture/1"

/* Full form: bytes of one file to the sink. Classes of sections outside `sections` need not be
 * poured. */
int hv_capture_json_read(const uint8_t *bytes, size_t len, const char *origin,
	unsigned int sections, struct hv_sink *sink, struct hv_err *err) HV_MUST_USE;

/* One CLASS.json of the directory form. class_name is the file's name without .json; the namespace
 * comes from CimSystemProperties.Namespace, the CimClass text
 * ("ROOT/virtualization/v2:Msvm_ComputerSystem"), else by class. */
int hv_class_json_read(const uint8_t *bytes, size_t len, const char *class_name, const char *origin,
	struct hv_time read_at, struct hv_sink *sink, struct hv_err *err) HV_MUST_USE;

/* Sink that collects everything and writes a full-form capture. */
struct hv_capture_writer;
struct hv_capture_writer *hv_capture_writer_new(struct hv_err *err);
void hv_capture_writer_free(struct hv_capture_writer *w);
struct hv_sink hv_capture_writer_sink(struct hv_capture_writer *w);
/* producer: "hyperv_capture 0.1.0". Computer name and time not told by any source: computer_name
 * and taken_at stand in (may be not told). */
int hv_capture_writer_finish(struct hv_capture_writer *w, const char *producer,
	struct hv_time taken_at, struct hv_buf *out, struct hv_err *err) HV_MUST_USE;

#endif
