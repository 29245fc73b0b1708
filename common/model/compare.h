/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders of single values, for sorting rows. Used inside common/model only. */
#ifndef HV_MODEL_COMPARE_H
#define HV_MODEL_COMPARE_H

#include <stdint.h>
#include <string.h>

#include "base/utf.h"
#include "model/host.h"

static inline const char *hv_text_or_empty(const char *s)
{
	return s ? s : "";
}

static inline int hv_compare_text(const char *a, const char *b)
{
	return strcmp(hv_text_or_empty(a), hv_text_or_empty(b));
}

static inline int hv_compare_case(const char *a, const char *b)
{
	return hv_utf8_casecmp(hv_text_or_empty(a), hv_text_or_empty(b));
}

static inline int hv_compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* What is not told comes last. */
static inline int hv_compare_known(struct hv_u64 a, struct hv_u64 b)
{
	if (a.known != b.known)
		return a.known ? -1 : 1;
	return a.known ? hv_compare_u64(a.value, b.value) : 0;
}

static inline int hv_compare_usec(hv_usec a, hv_usec b)
{
	return (a > b) - (a < b);
}

static inline int hv_compare_time(struct hv_time a, struct hv_time b)
{
	if (a.known != b.known)
		return a.known ? -1 : 1;
	return a.known ? hv_compare_usec(a.usec, b.usec) : 0;
}

/* Rows without a VM come last; VMs are sorted in their array. */
static inline int hv_compare_vm(const struct hv_vm *a, const struct hv_vm *b)
{
	if (!a || !b)
		return (a == NULL) - (b == NULL);
	return (a > b) - (a < b);
}

#endif
