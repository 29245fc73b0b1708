/* SPDX-License-Identifier: GPL-3.0-or-later */
/* States: names, and which of two is worse. */
#include "check/state.h"

#include "base/utf.h"

static const struct state_row {
	const char *name;
	const char *digit;
	int rank;
} STATES[] = {
	[HV_OK] = { .name = "OK", .digit = "0", .rank = 0 },
	[HV_WARNING] = { .name = "WARNING", .digit = "1", .rank = 2 },
	[HV_CRITICAL] = { .name = "CRITICAL", .digit = "2", .rank = 3 },
	[HV_UNKNOWN] = { .name = "UNKNOWN", .digit = "3", .rank = 1 },
};

const char *hv_state_name(enum hv_state state)
{
	return STATES[state].name;
}

int hv_state_parse(const char *s, enum hv_state *ret, struct hv_err *err)
{
	for (unsigned int i = 0; i < HV_ARRAY_LEN(STATES); i++) {
		if (hv_utf8_caseeq(s, STATES[i].name) || hv_utf8_caseeq(s, STATES[i].digit)) {
			*ret = (enum hv_state)i;
			return 0;
		}
	}
	return hv_err_set(err, HV_ERR_ARGUMENT,
		"not a state (ok, warning, critical, unknown or 0 to 3): \"%s\"", s);
}

int hv_state_rank(enum hv_state state)
{
	return STATES[state].rank;
}

enum hv_state hv_state_worse(enum hv_state a, enum hv_state b)
{
	return hv_state_rank(a) >= hv_state_rank(b) ? a : b;
}
