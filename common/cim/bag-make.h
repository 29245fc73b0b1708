/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bags of what did not come as one: rows made of texts. */
#ifndef HV_CIM_BAG_MAKE_H
#define HV_CIM_BAG_MAKE_H

#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "cim/sink.h"

struct hv_bag_text {
	const char *name, *value; /* value NULL: the property is left out */
};

/* One row to the sink's bag(). What of a value is not valid UTF-8 is an error. */
int hv_bag_pour_texts(const struct hv_sink *sink, const char *ns, const char *class_name,
	const struct hv_bag_text *properties, size_t count, struct hv_err *err) HV_MUST_USE;

#endif
