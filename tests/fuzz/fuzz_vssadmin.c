/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What vssadmin prints, or anything else, to a host. */
#include <stdint.h>
#include <stdlib.h>

#include "cim/builder.h"
#include "cim/vssadmin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_builder builder;
	struct hv_sink sink;
	HV_AUTO(host) host;

	hv_host_init(&host);
	hv_builder_init(&builder, &host, HV_SEC_WRITERS, NULL);
	sink = hv_builder_sink(&builder);
	if (hv_vssadmin_read(data, size, "f", (struct hv_time){ .known = false }, &sink, &err) < 0)
		abort();
	if (hv_builder_finish(&builder, &err) < 0)
		abort();
	if (host.sections[HV_SECTION_WRITERS].status == HV_SECTION_PRESENT &&
		host.writer_count == 0 && host.sections[HV_SECTION_WRITERS].damage == NULL)
		abort();
	return 0;
}
