/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows in the order of their indexes. Names that were cut, or that a host gives twice, may be
 * alike: no row is lost for that. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "mibs/snapshot-parts.h"

/* The first round gives each of n equal rows a number of its own, further ones each row of the
 * table: these meet only a name that happens to end in that number. */
enum { ROUNDS_MAX = 16 };

struct ordering {
	struct hv_arena *arena;
	const struct hv_snapshot_table *table;
	hv_snapshot_rename_fn *rename;
	unsigned char **rows;
	size_t count;
};

static int compare_rows(const void *a, const void *b, void *table)
{
	const unsigned char *row_a = *(unsigned char *const *)a;
	const unsigned char *row_b = *(unsigned char *const *)b;
	const int order = hv_snapshot_row_cmp(table, row_a, row_b);

	return order != 0 ? order : (row_a > row_b) - (row_a < row_b);
}

/* Renames all but the first of equal rows; *next: NULL in the first round. Adds to *ret_renamed.
 */
static bool rename_equal(const struct ordering *o, uint32_t *next, size_t *ret_renamed)
{
	size_t start = 0;

	for (size_t i = 1; i < o->count; i++) {
		if (hv_snapshot_row_cmp(o->table, o->rows[start], o->rows[i]) != 0) {
			start = i;
			continue;
		}
		*ret_renamed += 1;
		if (!o->rename(o->arena, o->rows[i], next ? (*next)++ : (uint32_t)(i - start) + 1))
			return false;
	}
	return true;
}

static int order_rows(const struct ordering *o, const struct hv_snapshot *s, struct hv_err *err)
{
	struct hv_snapshot_table table = *o->table;
	uint32_t next = (uint32_t)o->count + 1;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		size_t renamed = 0;

		qsort_r(o->rows, o->count, sizeof(*o->rows), compare_rows, &table);
		if (!rename_equal(o, round > 0 ? &next : NULL, &renamed))
			return hv_snapshot_no_room(s, HV_SNAPSHOT_TEXT_MAX, err);
		if (renamed == 0)
			return 0;
	}
	return hv_err_set(err, HV_ERR_LIMIT, "their names are too much alike");
}

static int take_rows(const struct ordering *o, struct hv_snapshot *s, struct hv_err *err)
{
	const size_t size = o->table->row_size;
	unsigned char *sorted = hv_arena_array(&s->arena, o->count, size);

	if (!sorted)
		return hv_snapshot_no_room(s, o->count * size, err);
	for (size_t i = 0; i < o->count; i++)
		memcpy(sorted + i * size, o->rows[i], size);
	hv_snapshot_set_rows(s, o->table, sorted, o->count);
	return 0;
}

int hv_snapshot_arrange(struct hv_snapshot *s, const struct hv_snapshot_table *table,
	unsigned char *rows, size_t count, hv_snapshot_rename_fn *rename, struct hv_err *err)
{
	struct ordering o = {
		.arena = &s->arena,
		.table = table,
		.rename = rename,
		.count = count,
	};
	int result;

	if (count == 0)
		return 0;
	o.rows = hv_alloc_array(count, sizeof(*o.rows));
	if (!o.rows)
		return hv_err_no_memory(err);
	for (size_t i = 0; i < count; i++)
		o.rows[i] = rows + i * table->row_size;
	result = order_rows(&o, s, err);
	if (result == 0)
		result = take_rows(&o, s, err);
	hv_free(o.rows);
	return result;
}
