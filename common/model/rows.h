/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of one kind in one array: adding, sorting, merging what was told twice. Used inside
 * common/model only. `rows` is the address of the pointer to the first row, as in hv_grow(). */
#ifndef HV_MODEL_ROWS_H
#define HV_MODEL_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Adds a zeroed row of an array that nothing else resizes. NULL when memory is short or
 * HV_HOST_MAX_ROWS is reached. */
void *hv_rows_add(void *rows, size_t *count, size_t size, struct hv_err *err) HV_MUST_USE;

enum hv_rows_result_order {
	HV_ROWS_SORTED,  /* by compare */
	HV_ROWS_AS_TOLD, /* each where it was first told */
};

struct hv_rows_rule {
	size_t size;
	/* Rows that compare equal stay in the order they were told. */
	int (*compare)(const void *a, const void *b);
	/* Whether a row that equals others may be merged with them. NULL: nothing is merged. */
	bool (*mergeable)(const void *row);
	/* Fills what is not told in `into` from `from`, which was told later. */
	void (*merge)(void *into, const void *from);
	enum hv_rows_result_order order;
};

/* No row may be added afterwards. */
int hv_rows_arrange(
	void *rows, size_t *count, const struct hv_rows_rule *rule, struct hv_err *err) HV_MUST_USE;

#endif
