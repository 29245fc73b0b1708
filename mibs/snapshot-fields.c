/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a snapshot. One list writes, reads and orders the rows of a table. */
#include <string.h>

#include "mibs/snapshot-parts.h"

#define TIME_MIN (INT64_C(-11644473600) * HV_USEC_PER_SEC)     /* 1601-01-01T00:00:00Z */
#define TIME_MAX (INT64_C(253402300800) * HV_USEC_PER_SEC - 1) /* the end of 9999 */

/* GCC and clang give an enumeration without negative members the type of unsigned int. */
#define KIND_OF(member)                                                                            \
	_Generic((member),                                                                         \
		bool: HV_FIELD_BOOL,                                                               \
		const char *: HV_FIELD_TEXT,                                                       \
		uint32_t: HV_FIELD_NUMBER,                                                         \
		uint64_t: HV_FIELD_U64,                                                            \
		struct hv_u64: HV_FIELD_KNOWN,                                                     \
		struct hv_time: HV_FIELD_TIME)

#define FIELD(row, member)                                                                         \
	.kind = KIND_OF(((struct row *)0)->member), .offset = offsetof(struct row, member)
#define INDEX(row, member, max_)                                                                   \
	{                                                                                          \
		FIELD(row, member), .max = (max_), .is_index = true                                \
	}
#define TEXT(row, member, max_)                                                                    \
	{                                                                                          \
		FIELD(row, member), .max = (max_)                                                  \
	}
#define NAME(row, member)     TEXT(row, member, HV_SNAPSHOT_TEXT_MAX)
#define SENTENCE(row, member) TEXT(row, member, HV_SNAPSHOT_LONG_TEXT_MAX)
#define LINES(row, member)                                                                         \
	{                                                                                          \
		FIELD(row, member), .max = HV_SNAPSHOT_LONG_TEXT_MAX, .form = HV_TEXT_LINES        \
	}
#define NUMBER(row, member, min_, max_)                                                            \
	{                                                                                          \
		FIELD(row, member), .min = (min_), .max = (max_)                                   \
	}
#define VALUE(row, member)                                                                         \
	{                                                                                          \
		FIELD(row, member)                                                                 \
	}

const struct hv_snapshot_field hv_snapshot_head[HV_SNAPSHOT_HEAD_FIELDS] = {
	VALUE(hv_snapshot, answered),
	LINES(hv_snapshot, error),
	NAME(hv_snapshot, computer),
	NAME(hv_snapshot, windows),
};

static const struct hv_snapshot_field check_fields[] = {
	INDEX(hv_snapshot_check, check, HV_INDEX_CHECK_MAX),
	NUMBER(hv_snapshot_check, state, HV_OK, HV_UNKNOWN),
	SENTENCE(hv_snapshot_check, summary),
};

static const struct hv_snapshot_field finding_fields[] = {
	INDEX(hv_snapshot_finding, check, HV_INDEX_CHECK_MAX),
	INDEX(hv_snapshot_finding, item, HV_INDEX_ITEM_MAX),
	{
		FIELD(hv_snapshot_finding, number),
		.min = 1,
		.max = HV_SNAPSHOT_ROWS_MAX,
		.is_index = true,
	},
	NUMBER(hv_snapshot_finding, state, HV_WARNING, HV_UNKNOWN),
	NAME(hv_snapshot_finding, title),
	NAME(hv_snapshot_finding, rule),
	SENTENCE(hv_snapshot_finding, text),
	LINES(hv_snapshot_finding, why),
	LINES(hv_snapshot_finding, remedy),
};

static const struct hv_snapshot_field metric_fields[] = {
	INDEX(hv_snapshot_metric, check, HV_INDEX_CHECK_MAX),
	INDEX(hv_snapshot_metric, item, HV_INDEX_ITEM_MAX),
	INDEX(hv_snapshot_metric, metric, HV_INDEX_METRIC_MAX),
	NAME(hv_snapshot_metric, title),
	NAME(hv_snapshot_metric, value),
	NAME(hv_snapshot_metric, unit),
	NAME(hv_snapshot_metric, warning),
	NAME(hv_snapshot_metric, critical),
	NAME(hv_snapshot_metric, minimum),
	NAME(hv_snapshot_metric, maximum),
	VALUE(hv_snapshot_metric, integer),
	NUMBER(hv_snapshot_metric, integer_unit, HV_INTEGER_NONE, HV_INTEGER_HUNDREDTHS),
};

static const struct hv_snapshot_field volume_fields[] = {
	INDEX(hv_snapshot_volume, volume, HV_INDEX_ITEM_MAX),
	NAME(hv_snapshot_volume, title),
	NAME(hv_snapshot_volume, label),
	NAME(hv_snapshot_volume, file_system),
	VALUE(hv_snapshot_volume, capacity_bytes),
	VALUE(hv_snapshot_volume, free_bytes),
};

static const struct hv_snapshot_field vm_fields[] = {
	INDEX(hv_snapshot_vm, vm, HV_INDEX_VM_MAX),
	NAME(hv_snapshot_vm, name),
	NUMBER(hv_snapshot_vm, state, HV_VM_STATE_UNKNOWN, HV_VM_CHANGING),
	NAME(hv_snapshot_vm, guest),
	VALUE(hv_snapshot_vm, disks),
	VALUE(hv_snapshot_vm, checkpoints),
	VALUE(hv_snapshot_vm, last_backup),
	NUMBER(hv_snapshot_vm, outlook, HV_OUTLOOK_GOOD, HV_OUTLOOK_BAD),
	SENTENCE(hv_snapshot_vm, culprit),
	LINES(hv_snapshot_vm, remedy),
};

#define TABLE(name_, list, row, rows_member, count_member)                                         \
	{                                                                                          \
		.name = (name_), .fields = (list), .field_count = HV_ARRAY_LEN(list),              \
		.row_size = sizeof(struct row),                                                    \
		.rows_offset = offsetof(struct hv_snapshot, rows_member),                          \
		.count_offset = offsetof(struct hv_snapshot, count_member),                        \
	}

const struct hv_snapshot_table hv_snapshot_tables[HV_SNAPSHOT_TABLES] = {
	[HV_SNAPSHOT_CHECKS] =
		TABLE("checks", check_fields, hv_snapshot_check, checks, check_count),
	[HV_SNAPSHOT_FINDINGS] =
		TABLE("findings", finding_fields, hv_snapshot_finding, findings, finding_count),
	[HV_SNAPSHOT_METRICS] =
		TABLE("metrics", metric_fields, hv_snapshot_metric, metrics, metric_count),
	[HV_SNAPSHOT_VOLUMES] =
		TABLE("volumes", volume_fields, hv_snapshot_volume, volumes, volume_count),
	[HV_SNAPSHOT_VMS] = TABLE("VMs", vm_fields, hv_snapshot_vm, vms, vm_count),
};

bool hv_snapshot_time_fits(hv_usec t)
{
	return t >= TIME_MIN && t <= TIME_MAX;
}

const void *hv_snapshot_rows(
	const struct hv_snapshot *s, const struct hv_snapshot_table *table, size_t *ret_count)
{
	const unsigned char *base = (const unsigned char *)s;
	const void *rows;

	memcpy(&rows, base + table->rows_offset, sizeof(rows));
	memcpy(ret_count, base + table->count_offset, sizeof(*ret_count));
	return rows;
}

void hv_snapshot_set_rows(
	struct hv_snapshot *s, const struct hv_snapshot_table *table, void *rows, size_t count)
{
	unsigned char *base = (unsigned char *)s;

	memcpy(base + table->rows_offset, &rows, sizeof(rows));
	memcpy(base + table->count_offset, &count, sizeof(count));
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t number_a;
	uint32_t number_b;

	memcpy(&number_a, a, sizeof(number_a));
	memcpy(&number_b, b, sizeof(number_b));
	return (number_a > number_b) - (number_a < number_b);
}

static int compare_texts(const void *a, const void *b)
{
	const char *text_a;
	const char *text_b;

	memcpy(&text_a, a, sizeof(text_a));
	memcpy(&text_b, b, sizeof(text_b));
	return hv_index_cmp(text_a, text_b);
}

int hv_snapshot_row_cmp(const struct hv_snapshot_table *table, const void *a, const void *b)
{
	int order = 0;

	for (size_t i = 0; order == 0 && i < table->field_count; i++) {
		const struct hv_snapshot_field *f = &table->fields[i];
		const void *in_a = (const unsigned char *)a + f->offset;
		const void *in_b = (const unsigned char *)b + f->offset;

		if (!f->is_index)
			break;
		order = f->kind == HV_FIELD_NUMBER ? compare_numbers(in_a, in_b)
						   : compare_texts(in_a, in_b);
	}
	return order;
}
