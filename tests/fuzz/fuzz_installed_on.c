/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates of updates: what is understood lies within the supported years, and the older meaning with
 * '-' stands alone. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cim/installed-on.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_TEXT = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hv_installed_on date;
	char text[MAX_TEXT + 1];
	char iso[HV_TIME_TEXT_MAX];
	hv_usec again;

	if (size > MAX_TEXT)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (!hv_installed_on_parse(text, &date))
		return 0;
	hv_time_format_usec(date.on, iso);
	if (hv_time_parse_iso(iso, &again, NULL) != 0 || again != date.on)
		abort();
	if (date.exchanged_on.known && (date.day_first || strchr(text, '/') == NULL))
		abort();
	return 0;
}
