/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding instances: columns in the order of the module, in each the rows of all hosts in the order
 * of their index, by binary search. */
#include "mibs/tree.h"

#include <config.h>
#include <string.h>

#include "mibs/tree-parts.h"

const uint32_t hv_mib_root[] = { HV_MIB_ROOT };
const size_t hv_mib_root_len = HV_ARRAY_LEN(hv_mib_root);

/* In the order of their prefixes. */
static const struct hv_tree_table *const tables[] = {
	&hv_tree_agent_table,
	&hv_tree_host_table,
	&hv_tree_check_table,
	&hv_tree_finding_table,
	&hv_tree_metric_table,
	&hv_tree_volume_table,
	&hv_tree_vm_table,
	&hv_tree_notify_table,
};

static size_t length_of(const struct hv_oid *oid)
{
	return oid->len < HV_OID_MAX ? oid->len : HV_OID_MAX;
}

int hv_oid_cmp(const struct hv_oid *a, const struct hv_oid *b)
{
	size_t a_len = length_of(a), b_len = length_of(b);

	for (size_t i = 0; i < a_len && i < b_len; i++) {
		if (a->ids[i] != b->ids[i])
			return a->ids[i] < b->ids[i] ? -1 : 1;
	}
	return (a_len > b_len) - (a_len < b_len);
}

/* Behind the last one that there can be nothing is added: our own indexes are far shorter. */
static void add_id(struct hv_oid *oid, uint32_t id)
{
	if (oid->len < HV_OID_MAX)
		oid->ids[oid->len++] = id;
}

static void add_text(struct hv_oid *oid, const char *text)
{
	size_t len = strlen(text);

	add_id(oid, (uint32_t)len);
	for (size_t i = 0; i < len; i++)
		add_id(oid, (unsigned char)text[i]);
}

static void add_column(
	struct hv_oid *oid, const struct hv_tree_table *table, const struct hv_tree_column *column)
{
	for (size_t i = 0; i < table->prefix_len; i++)
		add_id(oid, table->prefix[i]);
	add_id(oid, column->id);
}

static void add_index(struct hv_oid *oid, const struct hv_tree_table *table,
	const struct hv_board_host *host, const void *row)
{
	struct hv_tree_index index;

	add_text(oid, host->name);
	if (!table->index)
		return;
	index = table->index(row);
	for (size_t i = 0; i < index.text_count; i++)
		add_text(oid, index.texts[i]);
	if (index.has_number)
		add_id(oid, index.number);
}

/* How many hosts begin before the place `index`, or with it. */
static size_t hosts_up_to(const struct hv_board *board, const struct hv_oid *index)
{
	size_t low = 0, high = board->host_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct hv_oid key;

		key.len = 0;
		add_text(&key, board->hosts[middle].name);
		if (hv_oid_cmp(&key, index) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The rows of a host in a table. */
struct rows {
	const struct hv_tree_table *table;
	const struct hv_board_host *host;
	const char *first;
	size_t count;
};

static struct rows rows_of(const struct hv_tree_table *table, const struct hv_board_host *host)
{
	struct rows rows = { .table = table, .host = host };

	rows.first = table->rows(host, &rows.count);
	return rows;
}

static const void *row_at(const struct rows *rows, size_t i)
{
	return rows->first + i * rows->table->row_size;
}

/* How many rows stand before the place `index`, or at it. */
static size_t rows_up_to(const struct rows *rows, const struct hv_oid *index)
{
	size_t low = 0, high = rows->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct hv_oid key;

		key.len = 0;
		add_index(&key, rows->table, rows->host, row_at(rows, middle));
		if (hv_oid_cmp(&key, index) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool value_of(const struct hv_tree *tree, const struct hv_tree_column *column,
	const struct hv_board_host *host, const void *row, struct hv_mib_value *ret)
{
	const struct hv_tree_row where = { .tree = tree, .host = host, .row = row };

	ret->type = column->type;
	ret->number = 0;
	ret->bytes = NULL;
	ret->len = 0;
	return column->value(column, &where, ret);
}

/* Whether oid is the column or stands below it; *ret_index: what follows. */
static bool is_below(const struct hv_oid *oid, const struct hv_tree_table *table,
	const struct hv_tree_column *column, struct hv_oid *ret_index)
{
	size_t depth = table->prefix_len + 1, len = length_of(oid);

	if (len < depth || oid->ids[depth - 1] != column->id ||
		memcmp(oid->ids, table->prefix, table->prefix_len * sizeof(uint32_t)) != 0)
		return false;
	ret_index->len = len - depth;
	memcpy(ret_index->ids, oid->ids + depth, ret_index->len * sizeof(uint32_t));
	return true;
}

static enum hv_tree_status get_row(const struct hv_tree *tree, const struct hv_tree_table *table,
	const struct hv_tree_column *column, const struct hv_oid *index, struct hv_mib_value *ret)
{
	size_t host = hosts_up_to(tree->board, index);
	struct hv_oid found;
	struct rows rows;
	size_t row;

	if (host == 0)
		return HV_TREE_NO_INSTANCE;
	rows = rows_of(table, &tree->board->hosts[host - 1]);
	row = rows_up_to(&rows, index);
	if (row == 0)
		return HV_TREE_NO_INSTANCE;
	found.len = 0;
	add_index(&found, table, rows.host, row_at(&rows, row - 1));
	if (hv_oid_cmp(&found, index) != 0 ||
		!value_of(tree, column, rows.host, row_at(&rows, row - 1), ret))
		return HV_TREE_NO_INSTANCE;
	return HV_TREE_FOUND;
}

static enum hv_tree_status get_scalar(const struct hv_tree *tree,
	const struct hv_tree_column *column, const struct hv_oid *index, struct hv_mib_value *ret)
{
	if (index->len != 1 || index->ids[0] != 0 || !value_of(tree, column, NULL, NULL, ret))
		return HV_TREE_NO_INSTANCE;
	return HV_TREE_FOUND;
}

enum hv_tree_status hv_tree_get(
	const struct hv_tree *tree, const struct hv_oid *oid, struct hv_mib_value *ret)
{
	for (size_t t = 0; t < HV_ARRAY_LEN(tables); t++) {
		for (size_t c = 0; c < tables[t]->column_count; c++) {
			const struct hv_tree_column *column = &tables[t]->columns[c];
			struct hv_oid index;

			if (!column->value || !is_below(oid, tables[t], column, &index))
				continue;
			if (!tables[t]->rows)
				return get_scalar(tree, column, &index, ret);
			return get_row(tree, tables[t], column, &index, ret);
		}
	}
	return HV_TREE_NO_OBJECT;
}

/* The first of the rows from `from` on that has a value. */
static bool first_value(const struct hv_tree *tree, const struct hv_tree_column *column,
	const struct rows *rows, size_t from, struct hv_oid *ret_oid, struct hv_mib_value *ret)
{
	for (size_t i = from; i < rows->count; i++) {
		if (!value_of(tree, column, rows->host, row_at(rows, i), ret))
			continue;
		ret_oid->len = 0;
		add_column(ret_oid, rows->table, column);
		add_index(ret_oid, rows->table, rows->host, row_at(rows, i));
		return true;
	}
	return false;
}

static bool next_row(const struct hv_tree *tree, const struct hv_tree_table *table,
	const struct hv_tree_column *column, const struct hv_oid *index, struct hv_oid *ret_oid,
	struct hv_mib_value *ret)
{
	const struct hv_board *board = tree->board;
	size_t host = hosts_up_to(board, index);

	/* The last host that begins before the place may have rows behind it. */
	if (host > 0) {
		struct rows rows = rows_of(table, &board->hosts[host - 1]);

		if (first_value(tree, column, &rows, rows_up_to(&rows, index), ret_oid, ret))
			return true;
	}
	for (; host < board->host_count; host++) {
		struct rows rows = rows_of(table, &board->hosts[host]);

		if (first_value(tree, column, &rows, 0, ret_oid, ret))
			return true;
	}
	return false;
}

static bool next_scalar(const struct hv_tree *tree, const struct hv_tree_table *table,
	const struct hv_tree_column *column, const struct hv_oid *index, struct hv_oid *ret_oid,
	struct hv_mib_value *ret)
{
	if (index->len > 0 || !value_of(tree, column, NULL, NULL, ret))
		return false;
	ret_oid->len = 0;
	add_column(ret_oid, table, column);
	add_id(ret_oid, 0);
	return true;
}

/* Where in the column to go on from oid; false: oid is behind all of it. */
static bool is_ahead(const struct hv_oid *oid, const struct hv_tree_table *table,
	const struct hv_tree_column *column, struct hv_oid *ret_index)
{
	struct hv_oid place;

	if (is_below(oid, table, column, ret_index))
		return true;
	place.len = 0;
	add_column(&place, table, column);
	ret_index->len = 0;
	return hv_oid_cmp(oid, &place) < 0;
}

enum hv_tree_status hv_tree_next(const struct hv_tree *tree, const struct hv_oid *oid,
	struct hv_oid *ret_oid, struct hv_mib_value *ret)
{
	struct hv_oid found; /* oid and *ret_oid may be the same */

	for (size_t t = 0; t < HV_ARRAY_LEN(tables); t++) {
		for (size_t c = 0; c < tables[t]->column_count; c++) {
			const struct hv_tree_column *column = &tables[t]->columns[c];
			struct hv_oid index;

			if (!column->value || !is_ahead(oid, tables[t], column, &index))
				continue;
			if (tables[t]->rows ? next_row(tree, tables[t], column, &index, &found, ret)
					    : next_scalar(tree, tables[t], column, &index, &found,
						      ret)) {
				*ret_oid = found;
				return HV_TREE_FOUND;
			}
		}
	}
	return HV_TREE_END;
}

size_t hv_tree_objects(struct hv_tree_object ret[HV_TREE_OBJECTS_MAX])
{
	size_t count = 0;

	for (size_t t = 0; t < HV_ARRAY_LEN(tables); t++) {
		for (size_t c = 0; c < tables[t]->column_count; c++) {
			const struct hv_tree_column *column = &tables[t]->columns[c];

			if (count == HV_TREE_OBJECTS_MAX)
				return count;
			ret[count] = (struct hv_tree_object){
				.name = column->name,
				.type = column->type,
				.is_accessible = column->value != NULL,
			};
			add_column(&ret[count++].oid, tables[t], column);
		}
	}
	return count;
}

static bool object_oid(const char *name, const struct hv_tree_table *table, struct hv_oid *ret)
{
	for (size_t c = 0; c < table->column_count; c++) {
		if (strcmp(table->columns[c].name, name) != 0)
			continue;
		ret->len = 0;
		add_column(ret, table, &table->columns[c]);
		return true;
	}
	return false;
}

bool hv_tree_host_oid(const char *name, const struct hv_board_host *host, struct hv_oid *ret)
{
	if (object_oid(name, &hv_tree_host_table, ret)) {
		add_index(ret, &hv_tree_host_table, host, host);
		return true;
	}
	if (!object_oid(name, &hv_tree_notify_table, ret) &&
		!object_oid(name, &hv_tree_agent_table, ret))
		return false;
	add_id(ret, 0);
	return true;
}

bool hv_tree_check_oid(const char *name, const struct hv_board_host *host,
	const struct hv_board_check *check, struct hv_oid *ret)
{
	if (!object_oid(name, &hv_tree_check_table, ret))
		return hv_tree_host_oid(name, host, ret);
	add_index(ret, &hv_tree_check_table, host, check);
	return true;
}
