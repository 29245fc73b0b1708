/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Virtual machine configuration files. */
#include <stdint.h>
#include <stdlib.h>

#include "cim/builder.h"
#include "cim/vmconfig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ALL_SECTIONS = (1 << HV_SECTION_COUNT) - 1 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_builder builder;
	struct hv_sink sink;
	HV_AUTO(host) host;

	hv_host_init(&host);
	hv_builder_init(&builder, &host, ALL_SECTIONS, NULL);
	sink = hv_builder_sink(&builder);
	if (hv_vmconfig_read(data, size, "f", &sink, &err) < 0 && !hv_err_is_set(&err))
		abort();
	hv_err_clear(&err);
	if (hv_builder_finish(&builder, &err) < 0 && !hv_err_is_set(&err))
		abort();
	return 0;
}
