/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What elements and attributes are made of. Every token, and every piece of a large value, is paid
 * for from the record's budget, which bounds the work that templates within templates can ask for.
 * Functions that return bool set the problem when they return false. */
#ifndef HV_EVTX_PIECE_H
#define HV_EVTX_PIECE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "evtx/binxml.h"
#include "evtx/token.h"
#include "evtx/value.h"

/* Where substitutions find their values. */
struct hv_evtx_scope {
	const struct hv_evtx_value *values;
	size_t count;
};

/* A place in the output. */
struct hv_evtx_span {
	size_t start;
	size_t len;
};

/* What the content of an element or attribute turned out to be. */
struct hv_evtx_content {
	bool null;  /* an optional substitution without a value */
	bool other; /* anything else */
};

bool hv_evtx_fail(
	struct hv_evtx_binxml *x, const char *problem); /* keeps the first; returns false */
bool hv_evtx_damaged_token(struct hv_evtx_binxml *x);
bool hv_evtx_pay(
	struct hv_evtx_binxml *x, size_t bytes) HV_MUST_USE; /* one token and so many bytes */
bool hv_evtx_next_token(struct hv_evtx_binxml *x, const struct hv_evtx_tokens *t,
	enum hv_evtx_token *ret) HV_MUST_USE;

/* Where the name was written; x->problem is set when it is none. */
struct hv_evtx_span hv_evtx_write_name(struct hv_evtx_binxml *x, struct hv_evtx_text name);

bool hv_evtx_is_null(const struct hv_evtx_scope *scope, size_t index);

/* Reads a substitution. *ret is NULL when it has no value. */
bool hv_evtx_resolve(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_scope *scope, struct hv_evtx_content *content,
	const struct hv_evtx_value **ret) HV_MUST_USE;

bool hv_evtx_write_entity_ref(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t) HV_MUST_USE;
bool hv_evtx_write_char_ref(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t) HV_MUST_USE;
bool hv_evtx_write_value_text(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t) HV_MUST_USE;
bool hv_evtx_write_cdata(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t) HV_MUST_USE;

/* All attributes of a start tag, each with a space before it. */
bool hv_evtx_write_attributes(struct hv_evtx_binxml *x, struct hv_evtx_tokens *t,
	const struct hv_evtx_scope *scope) HV_MUST_USE;

#endif
