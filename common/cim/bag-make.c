/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cim/bag-make.h"

#include <string.h>

#include "base/utf.h"
#include "cim/json.h"

int hv_bag_pour_texts(const struct hv_sink *sink, const char *ns, const char *class_name,
	const struct hv_bag_text *properties, size_t count, struct hv_err *err)
{
	HV_AUTO(json) props = json_object();
	const struct hv_bag bag = { .ns = ns, .class_name = class_name, .props = props };

	if (props == NULL)
		return hv_err_no_memory(err);
	for (size_t i = 0; i < count; i++) {
		const char *value = properties[i].value;

		if (value == NULL)
			continue;
		if (!hv_utf8_valid(value, strlen(value)))
			return hv_err_set(err, HV_ERR_FORMAT, "%s: expected text in UTF-8",
				properties[i].name);
		if (json_object_set_new(props, properties[i].name, json_string(value)) < 0)
			return hv_err_no_memory(err);
	}
	return sink->bag(sink->ctx, &bag, err);
}
