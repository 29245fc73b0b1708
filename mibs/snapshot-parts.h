/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a snapshot consists of, as tables of fields, and how its texts are made fit. Used by
 * mibs/snapshot*.c alone. */
#ifndef HV_MIBS_SNAPSHOT_PARTS_H
#define HV_MIBS_SNAPSHOT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "mibs/snapshot.h"

/* By the type of the member. */
enum hv_field_kind {
	HV_FIELD_BOOL,
	HV_FIELD_TEXT,
	HV_FIELD_NUMBER, /* uint32_t or an enumeration */
	HV_FIELD_U64,
	HV_FIELD_KNOWN, /* struct hv_u64 */
	HV_FIELD_TIME,
};

enum hv_text_form {
	HV_TEXT_LINE,
	HV_TEXT_LINES, /* may have several, parted by '\n' */
};

struct hv_snapshot_field {
	enum hv_field_kind kind;
	size_t offset;
	uint32_t min, max; /* of a number; max: octets of a text */
	enum hv_text_form form;
	bool is_index; /* such fields come first, in the order of the index */
};

struct hv_snapshot_table {
	const char *name; /* of its rows, for people */
	const struct hv_snapshot_field *fields;
	size_t field_count;
	size_t row_size;
	size_t rows_offset, count_offset; /* in struct hv_snapshot */
};

enum hv_snapshot_table_id {
	HV_SNAPSHOT_CHECKS,
	HV_SNAPSHOT_FINDINGS,
	HV_SNAPSHOT_METRICS,
	HV_SNAPSHOT_VOLUMES,
	HV_SNAPSHOT_VMS,
	HV_SNAPSHOT_TABLES
};
extern const struct hv_snapshot_table hv_snapshot_tables[HV_SNAPSHOT_TABLES];

/* What stands in no table, of struct hv_snapshot itself. */
enum { HV_SNAPSHOT_HEAD_FIELDS = 4 };
extern const struct hv_snapshot_field hv_snapshot_head[HV_SNAPSHOT_HEAD_FIELDS];

/* Whether it can be shown as a date: years 1601 to 9999. */
bool hv_snapshot_time_fits(hv_usec t);

const void *hv_snapshot_rows(
	const struct hv_snapshot *s, const struct hv_snapshot_table *table, size_t *ret_count);
void hv_snapshot_set_rows(
	struct hv_snapshot *s, const struct hv_snapshot_table *table, void *rows, size_t count);

/* By their indexes. */
int hv_snapshot_row_cmp(const struct hv_snapshot_table *table, const void *a, const void *b);

/* Gives later ones of rows with the same index another one, the n-th of its kind, n from 2 on.
 * False when memory is short. */
typedef bool hv_snapshot_rename_fn(struct hv_arena *arena, void *row, uint32_t n);

/* Makes count rows those of the table, in the order of their indexes and without equal ones. Of
 * these the one that came first keeps its index. */
int hv_snapshot_arrange(struct hv_snapshot *s, const struct hv_snapshot_table *table,
	unsigned char *rows, size_t count, hv_snapshot_rename_fn *rename,
	struct hv_err *err) HV_MUST_USE;

/* s without anything that cannot be shown, at most max octets; NULL: "". In arena; NULL when
 * memory is short. */
const char *hv_snapshot_text(
	struct hv_arena *arena, const char *s, size_t max, enum hv_text_form form);
/* Whether it could have come from there. */
bool hv_snapshot_text_is_fit(const char *s, size_t len, enum hv_text_form form);

/* "text~2": what does not fit is left out before the tail. In arena; NULL when memory is short. */
const char *hv_index_numbered(struct hv_arena *arena, const char *text, uint32_t n, size_t max);

/* Why that many bytes could not be had. */
int hv_snapshot_no_room(const struct hv_snapshot *s, size_t asked, struct hv_err *err);

/* Hands *made over; what *ret held is released. */
void hv_snapshot_move(struct hv_snapshot *ret, struct hv_snapshot *made);

#endif
