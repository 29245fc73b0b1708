/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event XML files, and each of their events. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "cim/builder.h"
#include "cim/event-xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	if (text != NULL && !hv_utf8_valid(text, strlen(text)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_builder builder;
	struct hv_event event;
	struct hv_sink sink;
	HV_AUTO(host) host;

	hv_host_init(&host);
	hv_builder_init(&builder, &host, HV_SEC_EVENTS, NULL);
	sink = hv_builder_sink(&builder);
	if (hv_event_xml_file(data, size, "f", (struct hv_time){ .known = false }, &sink, &err) <
			0 &&
		!hv_err_is_set(&err))
		abort();
	hv_err_clear(&err);
	if (hv_event_xml_parse(&host, (const char *)data, size, &event, &err) == 0) {
		check_text(event.channel);
		check_text(event.message);
		for (size_t i = 0; i < event.field_count; i++)
			check_text(event.fields[i].value);
	}
	hv_err_clear(&err);
	if (hv_builder_finish(&builder, &err) < 0 && !hv_err_is_set(&err))
		abort();
	return 0;
}
