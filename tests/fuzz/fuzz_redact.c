/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Redacting captures: what comes out is a capture again that can be redacted again. */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "cim/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_OUTPUT = 1 << 26 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hv_err err = HV_ERR_INIT;
	HV_AUTO(buf) once;
	HV_AUTO(buf) twice;

	hv_buf_init(&once, MAX_OUTPUT);
	hv_buf_init(&twice, MAX_OUTPUT);
	if (hv_redact((const char *)data, size, &once, &err) < 0) {
		if (!hv_err_is_set(&err))
			abort();
		return 0;
	}
	if (hv_redact(hv_buf_str(&once), once.len, &twice, &err) < 0 && err.kind != HV_ERR_LIMIT &&
		err.kind != HV_ERR_NO_MEMORY)
		abort();
	return 0;
}
