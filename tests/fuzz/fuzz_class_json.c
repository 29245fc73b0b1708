/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of one class. The first byte chooses the class. */
#include <stdint.h>
#include <stdlib.h>

#include "cim/builder.h"
#include "cim/capture-json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ALL_SECTIONS = (1 << HV_SECTION_COUNT) - 1 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_builder builder;
	struct hv_sink sink;
	HV_AUTO(host) host;
	size_t classes = 0;

	hv_host_init(&host);
	if (size == 0)
		return 0;
	while (hv_class_infos[classes].class_name != NULL)
		classes++;
	hv_builder_init(&builder, &host, ALL_SECTIONS, NULL);
	sink = hv_builder_sink(&builder);
	if (hv_class_json_read(data + 1, size - 1, hv_class_infos[data[0] % classes].class_name,
		    "f", (struct hv_time){ .known = false }, &sink, &err) < 0 &&
		!hv_err_is_set(&err))
		abort();
	hv_err_clear(&err);
	if (hv_builder_finish(&builder, &err) < 0 && !hv_err_is_set(&err))
		abort();
	return 0;
}
