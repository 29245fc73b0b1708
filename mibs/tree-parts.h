/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What mibs/tree*.c share: tables of columns, and how values are made. */
#ifndef HV_MIBS_TREE_PARTS_H
#define HV_MIBS_TREE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "mibs/tree.h"

enum {
	HV_TREE_PREFIX_MAX = 2, /* from hvbObjects to what holds the columns */
	HV_TREE_TEXTS_MAX = 3,  /* of an index, behind the host */
};

struct hv_tree_row {
	const struct hv_tree *tree;
	const struct hv_board_host *host; /* NULL: of no host */
	const void *row;                  /* of the kind of its table */
};

/* The parameters of the function of a column; few look at the column. */
#define HV_TREE_COLUMN_ARGS                                                                        \
	HV_UNUSED const struct hv_tree_column *column, const struct hv_tree_row *row,              \
		struct hv_mib_value *ret

struct hv_tree_column {
	uint32_t id;
	const char *name;
	enum hv_mib_type type;
	/* Fills number, or bytes and len; false: absent. NULL: nobody can read this object. */
	bool (*value)(const struct hv_tree_column *column, const struct hv_tree_row *row,
		struct hv_mib_value *ret);
	size_t at; /* of a value that is a member of the row: its offset */
};

struct hv_tree_index {
	const char *texts[HV_TREE_TEXTS_MAX];
	size_t text_count;
	bool has_number; /* which ends it */
	uint32_t number;
};

struct hv_tree_table {
	uint32_t prefix[HV_TREE_PREFIX_MAX];
	size_t prefix_len;
	const struct hv_tree_column *columns; /* in the order of their ids */
	size_t column_count;
	/* The rows of a host, in the order of their index. NULL: no table, instances are 0. */
	const void *(*rows)(const struct hv_board_host *host, size_t *ret_count);
	size_t row_size;
	/* Of a row, behind the host; NULL: nothing. */
	struct hv_tree_index (*index)(const void *row);
};

extern const struct hv_tree_table hv_tree_agent_table, hv_tree_host_table, hv_tree_check_table,
	hv_tree_finding_table, hv_tree_metric_table, hv_tree_volume_table, hv_tree_vm_table,
	hv_tree_notify_table;

/* Values; each is true, for use as the last word of a column's function. */
bool hv_tree_set_number(struct hv_mib_value *ret, uint64_t number);
bool hv_tree_set_gauge(struct hv_mib_value *ret, uint64_t number);   /* 32 bits, stays at the top */
bool hv_tree_set_counter(struct hv_mib_value *ret, uint64_t number); /* 32 bits, begins anew */
bool hv_tree_set_truth(struct hv_mib_value *ret, bool is);
bool hv_tree_set_state(struct hv_mib_value *ret, enum hv_state state);
/* Cut between two characters at max octets; NULL is "". */
bool hv_tree_set_text(struct hv_mib_value *ret, const char *text, size_t max);
/* DateAndTime in UTC; false when t has no place in the calendar. */
bool hv_tree_set_date(struct hv_mib_value *ret, hv_usec t);

/* The data of the row's host tell nothing any more. */
bool hv_tree_is_expired(const struct hv_tree_row *row);
/* The member of the row at the offset of the column. */
const void *hv_tree_member(const struct hv_tree_column *column, const struct hv_tree_row *row);

/* Columns that many tables have: members of the row, and how old the data of the host are. */
bool hv_tree_text(HV_TREE_COLUMN_ARGS);
bool hv_tree_long_text(HV_TREE_COLUMN_ARGS);
bool hv_tree_known_number(HV_TREE_COLUMN_ARGS); /* struct hv_u64; absent also when expired */
bool hv_tree_age(HV_TREE_COLUMN_ARGS);
bool hv_tree_stale(HV_TREE_COLUMN_ARGS);

#endif
