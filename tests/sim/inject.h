/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults of the transport, asked for on the command line: what goes wrong with which request. */
#ifndef HV_SIM_INJECT_H
#define HV_SIM_INJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

/* Bits, as several can hit the same request. Those up to SIM_INJECT_HUGE take the place of the
 * answer, and the host never sees the request; the others change the answer. */
enum {
	SIM_INJECT_DROP = 1 << 0,
	SIM_INJECT_HANG = 1 << 1,
	SIM_INJECT_401 = 1 << 2,
	SIM_INJECT_400 = 1 << 3,
	SIM_INJECT_503 = 1 << 4,
	SIM_INJECT_EMPTY_500 = 1 << 5,
	SIM_INJECT_GARBAGE = 1 << 6,
	SIM_INJECT_HTML = 1 << 7,
	SIM_INJECT_HUGE = 1 << 8,
	SIM_INJECT_DELAY = 1 << 9,
	SIM_INJECT_TRUNCATE = 1 << 10,
	SIM_INJECT_WRONG_LENGTH = 1 << 11,
	SIM_INJECT_WRONG_MULTIPART = 1 << 12,
	SIM_INJECT_PLAIN = 1 << 13,
	SIM_INJECT_BAD_SEAL = 1 << 14,
	SIM_INJECT_UTF16 = 1 << 15,
	SIM_INJECT_CHUNKED = 1 << 16,
	SIM_INJECT_TAB = 1 << 17,
};

enum { SIM_INJECT_MAX = 32, SIM_INJECT_DELAY_MAX_MS = 600 * 1000 };

struct sim_inject {
	unsigned int kind;
	unsigned int delay_ms;
	size_t at; /* the request it hits, from 1; 0: every one */
};

/* Reads WHAT[@N]. */
int sim_inject_parse(const char *text, struct sim_inject *ret, struct hv_err *err) HV_MUST_USE;

/* All that hits the n-th request; *ret_delay_ms is the sum of the delays. */
unsigned int sim_inject_at(
	const struct sim_inject *list, size_t count, size_t n, unsigned int *ret_delay_ms);

#endif
