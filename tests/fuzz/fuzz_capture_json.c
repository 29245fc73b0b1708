/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Captures in full form: whatever is read ends up in a model that can be linked, or in an error;
 * and what a writer makes of it can be read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "cim/builder.h"
#include "cim/capture-json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ALL_SECTIONS = (1 << HV_SECTION_COUNT) - 1 };

static void build(const uint8_t *data, size_t size)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_builder builder;
	struct hv_sink sink;
	HV_AUTO(host) host;

	hv_host_init(&host);
	hv_builder_init(&builder, &host, ALL_SECTIONS, NULL);
	sink = hv_builder_sink(&builder);
	if (hv_capture_json_read(data, size, "f", ALL_SECTIONS, &sink, &err) < 0 &&
		!hv_err_is_set(&err))
		abort();
	hv_err_clear(&err);
	if (hv_builder_finish(&builder, &err) < 0 && !hv_err_is_set(&err))
		abort();
}

/* One pass through reader and writer; the text is the caller's. False when it cannot be read. */
static bool rewrite(const uint8_t *data, size_t size, struct hv_buf *out)
{
	struct hv_err err = HV_ERR_INIT;
	struct hv_capture_writer *writer = hv_capture_writer_new(&err);
	struct hv_sink sink;
	bool read;

	if (writer == NULL)
		return false;
	sink = hv_capture_writer_sink(writer);
	read = hv_capture_json_read(data, size, "f", ALL_SECTIONS, &sink, &err) == 0;
	if (read && hv_capture_writer_finish(
			    writer, "fuzz", (struct hv_time){ .known = false }, out, &err) < 0)
		abort();
	hv_capture_writer_free(writer);
	return read;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	HV_AUTO(buf) once;
	HV_AUTO(buf) twice;

	build(data, size);
	hv_buf_init(&once, 1 << 24);
	hv_buf_init(&twice, 1 << 24);
	if (!rewrite(data, size, &once))
		return 0;
	if (!rewrite((const uint8_t *)hv_buf_str(&once), once.len, &twice) ||
		once.len != twice.len || memcmp(once.data, twice.data, once.len) != 0)
		abort();
	return 0;
}
