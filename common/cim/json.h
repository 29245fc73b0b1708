/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Foreign JSON text to a tree, within the limits of captures. */
#ifndef HV_CIM_JSON_H
#define HV_CIM_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Decodes the text (hv_text_decode), checks its size and depth, refuses duplicate keys. Integers
 * that only fit into 64 bits without a sign become strings of the same digits, which the accessors
 * of bags read alike. *ret is yours (json_decref). Errors name origin and, for syntax, line and
 * column. */
int hv_json_load(const uint8_t *bytes, size_t len, const char *origin, json_t **ret,
	struct hv_err *err) HV_MUST_USE;

/* A document of which the objects that lie `level` containers deep stay text until they are asked
 * for: most of a capture is instances, of which one at a time is needed, and many not at all. */
struct hv_json_slice {
	size_t offset;
	size_t len;
	bool has_big_integers;
};

struct hv_json_doc {
	const char *origin;
	char *text;
	struct hv_json_slice *slices;
	size_t count;
	size_t capacity;
	json_t *skeleton; /* the document, with a mark in the place of each of these objects */
};

void hv_json_doc_done(struct hv_json_doc *doc);
#define HV_AUTO_json_doc __attribute__((cleanup(hv_json_doc_done))) struct hv_json_doc

/* As hv_json_load, into *doc, which is released with hv_json_doc_done() also after an error. What
 * an object that stayed text is worth shows when it is asked for. */
int hv_json_doc_load(struct hv_json_doc *doc, const uint8_t *bytes, size_t len, const char *origin,
	size_t level, struct hv_err *err) HV_MUST_USE;

/* The object whose mark a value of the skeleton is; *ret is yours, NULL when value is no mark. */
int hv_json_doc_object(const struct hv_json_doc *doc, const json_t *value, json_t **ret,
	struct hv_err *err) HV_MUST_USE;

/* "HostResource: expected text" below "classes[3].instances[17]" becomes "host.json:
 * classes[3].instances[17].HostResource: expected text"; other kinds of error get the path in
 * front. Returns -1. */
int hv_json_locate(struct hv_err *err, const char *origin, const char *path);

static inline void hv_json_free_p(json_t **p)
{
	json_decref(*p);
}
#define HV_AUTO_json __attribute__((cleanup(hv_json_free_p))) json_t *

#endif
