/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "duration.h"

#include <inttypes.h>
#include <string.h>

#include "base/parse.h"

static const struct {
	char mark;
	bool is_time; /* stands behind the T */
	uint64_t seconds;
} units[] = {
	{ 'D', false, 86400 },
	{ 'H', true, 3600 },
	{ 'M', true, 60 },
	{ 'S', true, 1 },
};

bool sim_duration_parse(const char *text, hv_usec *ret)
{
	bool behind_t = false;
	hv_usec total = 0;
	size_t next = 0; /* units come in this order, each at most once */

	if (*text++ != 'P' || *text == '\0')
		return false;
	while (*text != '\0') {
		const size_t len = strspn(text, "0123456789.");
		uint64_t usec;

		if (*text == 'T' && !behind_t) {
			behind_t = true;
			text++;
			if (*text == '\0')
				return false;
			continue;
		}
		while (next < HV_ARRAY_LEN(units) && units[next].mark != text[len])
			next++;
		if (next == HV_ARRAY_LEN(units) || units[next].is_time != behind_t || len == 0 ||
			hv_parse_scaled(text, len, units[next].seconds * (uint64_t)HV_USEC_PER_SEC,
				&usec, NULL) < 0)
			return false;
		total = hv_usec_add(total, usec < INT64_MAX ? (hv_usec)usec : HV_USEC_MAX);
		text += len + 1;
		next++;
	}
	*ret = total;
	return true;
}

void sim_duration_add(struct hv_buf *out, hv_usec duration)
{
	const int64_t seconds = duration / HV_USEC_PER_SEC;
	const int64_t usec = duration % HV_USEC_PER_SEC;

	hv_buf_addf(out, "P%" PRId64 "DT%" PRId64 "H%" PRId64 "M%" PRId64, seconds / 86400,
		seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
	if (usec != 0)
		hv_buf_addf(out, ".%06" PRId64, usec);
	hv_buf_addc(out, 'S');
}
