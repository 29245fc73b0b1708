/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rewrites the texts and attributes of XML and leaves all other bytes as they are. Not a parser:
 * what is no markup is text, so nothing is passed over. */
#ifndef HV_CIM_REDACT_MARKUP_H
#define HV_CIM_REDACT_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct hv_markup_span {
	const char *start;
	size_t len;
};

struct hv_markup_field {
	struct hv_markup_span element;   /* name of the element that the value stands in */
	struct hv_markup_span attribute; /* name; empty for the text of an element */
	struct hv_markup_span title; /* first attribute of the element, quoted: of Data its name */
	const char *value;           /* decoded; ends with a NUL */
};

/* Appends what shall stand for a value. */
struct hv_markup_visitor {
	void *ctx;
	void (*visit)(void *ctx, const struct hv_markup_field *field, struct hv_buf *out);
};

bool hv_markup_is(const char *text); /* begins with a tag */
bool hv_markup_is_name(struct hv_markup_span span, const char *name);

/* Appends text with each value visited. */
void hv_markup_walk(const char *text, const struct hv_markup_visitor *visitor, struct hv_buf *out);

#endif
