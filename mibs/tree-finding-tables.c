/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checks of the last poll found and measured. */
#include <stddef.h>

#include "mibs/tree-parts.h"

static bool finding_state(HV_TREE_COLUMN_ARGS)
{
	const struct hv_snapshot_finding *finding = row->row;

	return hv_tree_set_state(ret, hv_tree_is_expired(row) ? HV_UNKNOWN : finding->state);
}

#define AT(member) offsetof(struct hv_snapshot_finding, member)
static const struct hv_tree_column finding_columns[] = {
	{ .id = 1, .name = "hvbFindingItem", .type = HV_MIB_OCTETS },
	{ .id = 2, .name = "hvbFindingNumber", .type = HV_MIB_UNSIGNED },
	{ .id = 3, .name = "hvbFindingState", .type = HV_MIB_INTEGER, .value = finding_state },
	{ .id = 4,
		.name = "hvbFindingTitle",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(title) },
	{ .id = 5,
		.name = "hvbFindingRule",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(rule) },
	{ .id = 6,
		.name = "hvbFindingText",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_long_text,
		.at = AT(text) },
	{ .id = 7,
		.name = "hvbFindingWhy",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_long_text,
		.at = AT(why) },
	{ .id = 8,
		.name = "hvbFindingRemedy",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_long_text,
		.at = AT(remedy) },
	{ .id = 9, .name = "hvbFindingAge", .type = HV_MIB_UNSIGNED, .value = hv_tree_age },
	{ .id = 10, .name = "hvbFindingStale", .type = HV_MIB_INTEGER, .value = hv_tree_stale },
};

static const void *finding_rows(const struct hv_board_host *host, size_t *ret_count)
{
	*ret_count = host->has_snapshot ? host->snapshot.finding_count : 0;
	return host->snapshot.findings;
}

static struct hv_tree_index finding_index(const void *row)
{
	const struct hv_snapshot_finding *finding = row;

	return (struct hv_tree_index){
		.texts = { finding->check, finding->item },
		.text_count = 2,
		.has_number = true,
		.number = finding->number,
	};
}

const struct hv_tree_table hv_tree_finding_table = {
	.prefix = { 4, 1 },
	.prefix_len = 2,
	.columns = finding_columns,
	.column_count = HV_ARRAY_LEN(finding_columns),
	.rows = finding_rows,
	.row_size = sizeof(struct hv_snapshot_finding),
	.index = finding_index,
};
#undef AT

static bool metric_value(HV_TREE_COLUMN_ARGS)
{
	const struct hv_snapshot_metric *metric = row->row;

	return hv_tree_set_text(
		ret, hv_tree_is_expired(row) ? "U" : metric->value, HV_SNAPSHOT_TEXT_MAX);
}

static bool metric_integer_unit(HV_TREE_COLUMN_ARGS)
{
	const struct hv_snapshot_metric *metric = row->row;

	return hv_tree_set_number(ret, (uint64_t)metric->integer_unit);
}

#define AT(member) offsetof(struct hv_snapshot_metric, member)
static const struct hv_tree_column metric_columns[] = {
	{ .id = 1, .name = "hvbMetricItem", .type = HV_MIB_OCTETS },
	{ .id = 2, .name = "hvbMetricName", .type = HV_MIB_OCTETS },
	{ .id = 3,
		.name = "hvbMetricTitle",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(title) },
	{ .id = 4, .name = "hvbMetricValue", .type = HV_MIB_OCTETS, .value = metric_value },
	{ .id = 5,
		.name = "hvbMetricUnit",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(unit) },
	{ .id = 6,
		.name = "hvbMetricWarning",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(warning) },
	{ .id = 7,
		.name = "hvbMetricCritical",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(critical) },
	{ .id = 8,
		.name = "hvbMetricMinimum",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(minimum) },
	{ .id = 9,
		.name = "hvbMetricMaximum",
		.type = HV_MIB_OCTETS,
		.value = hv_tree_text,
		.at = AT(maximum) },
	{ .id = 10,
		.name = "hvbMetricInteger",
		.type = HV_MIB_COUNTER64,
		.value = hv_tree_known_number,
		.at = AT(integer) },
	{ .id = 11,
		.name = "hvbMetricIntegerUnit",
		.type = HV_MIB_INTEGER,
		.value = metric_integer_unit },
	{ .id = 12, .name = "hvbMetricAge", .type = HV_MIB_UNSIGNED, .value = hv_tree_age },
	{ .id = 13, .name = "hvbMetricStale", .type = HV_MIB_INTEGER, .value = hv_tree_stale },
};

static const void *metric_rows(const struct hv_board_host *host, size_t *ret_count)
{
	*ret_count = host->has_snapshot ? host->snapshot.metric_count : 0;
	return host->snapshot.metrics;
}

static struct hv_tree_index metric_index(const void *row)
{
	const struct hv_snapshot_metric *metric = row;

	return (struct hv_tree_index){
		.texts = { metric->check, metric->item, metric->metric },
		.text_count = 3,
	};
}

const struct hv_tree_table hv_tree_metric_table = {
	.prefix = { 5, 1 },
	.prefix_len = 2,
	.columns = metric_columns,
	.column_count = HV_ARRAY_LEN(metric_columns),
	.rows = metric_rows,
	.row_size = sizeof(struct hv_snapshot_metric),
	.index = metric_index,
};
#undef AT
