/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of one kind in one array. */
#include "model/rows.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "model/host.h"

enum { ROWS_MIN = 8 };

/* rows is the address of some T *, which only memcpy may read as a void *. */
static unsigned char *first_row(const void *rows)
{
	unsigned char *first;

	memcpy(&first, rows, sizeof(first));
	return first;
}

/* The array is full when it holds nothing, ROWS_MIN rows, or any higher power of two: the capacity
 * follows from the count and need not be stored. */
static bool is_full(size_t count)
{
	return count == 0 || (count >= ROWS_MIN && (count & (count - 1)) == 0);
}

void *hv_rows_add(void *rows, size_t *count, size_t size, struct hv_err *err)
{
	unsigned char *first = first_row(rows);

	if (*count >= HV_HOST_MAX_ROWS) {
		(void)hv_err_set(
			err, HV_ERR_LIMIT, "more than %d rows of one kind", (int)HV_HOST_MAX_ROWS);
		return NULL;
	}
	if (is_full(*count)) {
		first = hv_realloc_array(first, *count ? *count * 2 : ROWS_MIN, size);
		if (!first) {
			(void)hv_err_no_memory(err);
			return NULL;
		}
		memcpy(rows, &first, sizeof(first));
	}
	first += *count * size;
	memset(first, 0, size);
	(*count)++;
	return first;
}

static bool mergeable(const struct hv_rows_rule *rule, const void *a, const void *b)
{
	return rule->mergeable && rule->mergeable(a) && rule->mergeable(b);
}

/* Sources mostly tell their rows in order and once. */
static bool is_arranged(const unsigned char *first, size_t count, const struct hv_rows_rule *rule)
{
	for (size_t i = 1; i < count; i++) {
		const unsigned char *row = first + i * rule->size;
		int order = rule->compare(row - rule->size, row);

		if (order > 0 || (order == 0 && mergeable(rule, row - rule->size, row)))
			return false;
	}
	return true;
}

static int compare_addresses(const void *a, const void *b)
{
	uintptr_t address_a = (uintptr_t) * (unsigned char *const *)a;
	uintptr_t address_b = (uintptr_t) * (unsigned char *const *)b;

	return (address_a > address_b) - (address_a < address_b);
}

static int compare_rows(const void *a, const void *b, void *rule)
{
	const struct hv_rows_rule *r = rule;
	int order = r->compare(*(unsigned char *const *)a, *(unsigned char *const *)b);

	return order ? order : compare_addresses(a, b);
}

/* Merges sorted rows into the first of their equals. Returns how many are left. */
static size_t merge_equal(unsigned char **sorted, size_t count, const struct hv_rows_rule *rule)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && mergeable(rule, sorted[kept - 1], sorted[i]) &&
			rule->compare(sorted[kept - 1], sorted[i]) == 0)
			rule->merge(sorted[kept - 1], sorted[i]);
		else
			sorted[kept++] = sorted[i];
	}
	return kept;
}

static int arrange_pointers(void *rows, size_t *count, unsigned char **sorted,
	const struct hv_rows_rule *rule, struct hv_err *err)
{
	unsigned char *first = first_row(rows);
	struct hv_rows_rule r = *rule;
	unsigned char *arranged;
	size_t kept;

	for (size_t i = 0; i < *count; i++)
		sorted[i] = first + i * rule->size;
	qsort_r(sorted, *count, sizeof(*sorted), compare_rows, &r);
	kept = merge_equal(sorted, *count, rule);
	if (rule->order == HV_ROWS_AS_TOLD)
		qsort(sorted, kept, sizeof(*sorted), compare_addresses);
	arranged = hv_alloc_array(kept, rule->size);
	if (!arranged)
		return hv_err_no_memory(err);
	for (size_t i = 0; i < kept; i++)
		memcpy(arranged + i * rule->size, sorted[i], rule->size);
	hv_free(first);
	memcpy(rows, &arranged, sizeof(arranged));
	*count = kept;
	return 0;
}

int hv_rows_arrange(void *rows, size_t *count, const struct hv_rows_rule *rule, struct hv_err *err)
{
	unsigned char **sorted;
	int result;

	if (is_arranged(first_row(rows), *count, rule))
		return 0;
	sorted = hv_alloc_array(*count, sizeof(*sorted));
	if (!sorted)
		return hv_err_no_memory(err);
	result = arrange_pointers(rows, count, sorted, rule, err);
	hv_free(sorted);
	return result;
}
