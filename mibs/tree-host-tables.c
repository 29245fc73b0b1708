/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The agent itself, hosts, checks; and what notifications carry besides. */
#include <config.h>

#include "mibs/tree-parts.h"

static bool agent_version(HV_UNUSED const struct hv_tree_column *column,
	HV_UNUSED const struct hv_tree_row *row, struct hv_mib_value *ret)
{
	return hv_tree_set_text(ret, PACKAGE_VERSION, HV_SNAPSHOT_TEXT_MAX);
}

static bool agent_start(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_date(ret, row->tree->board->started_wall);
}

static bool agent_hosts(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_gauge(ret, row->tree->board->host_count);
}

static bool agent_reachable(HV_TREE_COLUMN_ARGS)
{
	const struct hv_board *board = row->tree->board;
	size_t count = 0;

	for (size_t i = 0; i < board->host_count; i++)
		count += hv_board_is_reachable(&board->hosts[i]) ? 1 : 0;
	return hv_tree_set_gauge(ret, count);
}

static bool agent_polls(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_counter(ret, row->tree->board->polls);
}

static bool agent_failures(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_counter(ret, row->tree->board->failures);
}

static bool agent_worst(HV_TREE_COLUMN_ARGS)
{
	const struct hv_board *board = row->tree->board;
	/* No host is no reason to be content. */
	enum hv_state worst = board->host_count > 0 ? HV_OK : HV_UNKNOWN;

	for (size_t i = 0; i < board->host_count; i++)
		worst = hv_state_worse(
			worst, hv_board_host_state(&board->hosts[i], &row->tree->now));
	return hv_tree_set_state(ret, worst);
}

static const struct hv_tree_column agent_columns[] = {
	{ .id = 1, .name = "hvbAgentVersion", .type = HV_MIB_OCTETS, .value = agent_version },
	{ .id = 2, .name = "hvbAgentStart", .type = HV_MIB_OCTETS, .value = agent_start },
	{ .id = 3, .name = "hvbHostsConfigured", .type = HV_MIB_UNSIGNED, .value = agent_hosts },
	{ .id = 4, .name = "hvbHostsReachable", .type = HV_MIB_UNSIGNED, .value = agent_reachable },
	{ .id = 5, .name = "hvbPolls", .type = HV_MIB_COUNTER32, .value = agent_polls },
	{ .id = 6, .name = "hvbPollFailures", .type = HV_MIB_COUNTER32, .value = agent_failures },
	{ .id = 7, .name = "hvbWorstState", .type = HV_MIB_INTEGER, .value = agent_worst },
};

const struct hv_tree_table hv_tree_agent_table = {
	.prefix = { 1 },
	.prefix_len = 1,
	.columns = agent_columns,
	.column_count = HV_ARRAY_LEN(agent_columns),
};

static bool host_address(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_text(ret, row->host->address, HV_SNAPSHOT_TEXT_MAX);
}

static bool host_computer(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_text(ret, row->host->has_snapshot ? row->host->snapshot.computer : NULL,
		HV_SNAPSHOT_TEXT_MAX);
}

static bool host_windows(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_text(ret, row->host->has_snapshot ? row->host->snapshot.windows : NULL,
		HV_SNAPSHOT_TEXT_MAX);
}

static bool host_state(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_state(ret, hv_board_host_state(row->host, &row->tree->now));
}

static bool host_reachable(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_truth(ret, hv_board_is_reachable(row->host));
}

static bool host_since(HV_TREE_COLUMN_ARGS)
{
	return row->host->reachable_since_wall != 0 &&
	       hv_tree_set_date(ret, row->host->reachable_since_wall);
}

static bool host_error(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_text(ret, row->host->error, HV_SNAPSHOT_LONG_TEXT_MAX);
}

static bool host_last_poll(HV_TREE_COLUMN_ARGS)
{
	return row->host->polls > 0 && hv_tree_set_date(ret, row->host->polled_at.wall);
}

static bool host_duration(HV_TREE_COLUMN_ARGS)
{
	hv_usec took = row->host->took > 0 ? row->host->took : 0;

	return row->host->polls > 0 &&
	       hv_tree_set_gauge(ret, (uint64_t)(took / (HV_USEC_PER_SEC / 1000)));
}

static bool host_polls(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_counter(ret, row->host->polls);
}

static bool host_failures(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_counter(ret, row->host->failures);
}

static bool host_vms(HV_TREE_COLUMN_ARGS)
{
	return row->host->has_snapshot && !hv_tree_is_expired(row) &&
	       hv_tree_set_gauge(ret, row->host->snapshot.vm_count);
}

static const struct hv_tree_column host_columns[] = {
	{ .id = 1, .name = "hvbHostName", .type = HV_MIB_OCTETS },
	{ .id = 2, .name = "hvbHostAddress", .type = HV_MIB_OCTETS, .value = host_address },
	{ .id = 3, .name = "hvbHostComputer", .type = HV_MIB_OCTETS, .value = host_computer },
	{ .id = 4, .name = "hvbHostWindows", .type = HV_MIB_OCTETS, .value = host_windows },
	{ .id = 5, .name = "hvbHostState", .type = HV_MIB_INTEGER, .value = host_state },
	{ .id = 6, .name = "hvbHostIsReachable", .type = HV_MIB_INTEGER, .value = host_reachable },
	{ .id = 7, .name = "hvbHostSince", .type = HV_MIB_OCTETS, .value = host_since },
	{ .id = 8, .name = "hvbHostError", .type = HV_MIB_OCTETS, .value = host_error },
	{ .id = 9, .name = "hvbHostLastPoll", .type = HV_MIB_OCTETS, .value = host_last_poll },
	{ .id = 10,
		.name = "hvbHostPollDuration",
		.type = HV_MIB_UNSIGNED,
		.value = host_duration },
	{ .id = 11, .name = "hvbHostPolls", .type = HV_MIB_COUNTER32, .value = host_polls },
	{ .id = 12,
		.name = "hvbHostPollFailures",
		.type = HV_MIB_COUNTER32,
		.value = host_failures },
	{ .id = 13, .name = "hvbHostVms", .type = HV_MIB_UNSIGNED, .value = host_vms },
	{ .id = 14, .name = "hvbHostAge", .type = HV_MIB_UNSIGNED, .value = hv_tree_age },
	{ .id = 15, .name = "hvbHostStale", .type = HV_MIB_INTEGER, .value = hv_tree_stale },
};

static const void *host_rows(const struct hv_board_host *host, size_t *ret_count)
{
	*ret_count = 1;
	return host;
}

const struct hv_tree_table hv_tree_host_table = {
	.prefix = { 2, 1 },
	.prefix_len = 2,
	.columns = host_columns,
	.column_count = HV_ARRAY_LEN(host_columns),
	.rows = host_rows,
	.row_size = sizeof(struct hv_board_host),
};

static bool check_state(HV_TREE_COLUMN_ARGS)
{
	return hv_tree_set_state(ret, hv_board_check_state(row->host, row->row, &row->tree->now));
}

static bool check_summary(HV_TREE_COLUMN_ARGS)
{
	char *text = (char *)ret->own;

	hv_board_check_summary(row->host, row->row, &row->tree->now, text);
	return hv_tree_set_text(ret, text, HV_SNAPSHOT_LONG_TEXT_MAX);
}

static bool check_since(HV_TREE_COLUMN_ARGS)
{
	const struct hv_board_check *check = row->row;

	return check->judged &&
	       hv_tree_set_date(ret, hv_board_check_since(row->host, check, &row->tree->now));
}

static const struct hv_tree_column check_columns[] = {
	{ .id = 1, .name = "hvbCheckName", .type = HV_MIB_OCTETS },
	{ .id = 2, .name = "hvbCheckState", .type = HV_MIB_INTEGER, .value = check_state },
	{ .id = 3, .name = "hvbCheckSummary", .type = HV_MIB_OCTETS, .value = check_summary },
	{ .id = 4, .name = "hvbCheckSince", .type = HV_MIB_OCTETS, .value = check_since },
	{ .id = 5, .name = "hvbCheckAge", .type = HV_MIB_UNSIGNED, .value = hv_tree_age },
	{ .id = 6, .name = "hvbCheckStale", .type = HV_MIB_INTEGER, .value = hv_tree_stale },
};

static const void *check_rows(const struct hv_board_host *host, size_t *ret_count)
{
	*ret_count = host->check_count;
	return host->checks;
}

static struct hv_tree_index check_index(const void *row)
{
	const struct hv_board_check *check = row;

	return (struct hv_tree_index){
		.texts = { check->check },
		.text_count = 1,
	};
}

const struct hv_tree_table hv_tree_check_table = {
	.prefix = { 3, 1 },
	.prefix_len = 2,
	.columns = check_columns,
	.column_count = HV_ARRAY_LEN(check_columns),
	.rows = check_rows,
	.row_size = sizeof(struct hv_board_check),
	.index = check_index,
};

static const struct hv_tree_column notify_columns[] = {
	{ .id = 1, .name = "hvbNotifyHost", .type = HV_MIB_OCTETS },
	{ .id = 2, .name = "hvbNotifyCheck", .type = HV_MIB_OCTETS },
	{ .id = 3, .name = "hvbNotifyPreviousState", .type = HV_MIB_INTEGER },
	{ .id = 4, .name = "hvbNotifyText", .type = HV_MIB_OCTETS },
};

const struct hv_tree_table hv_tree_notify_table = {
	.prefix = { 8 },
	.prefix_len = 1,
	.columns = notify_columns,
	.column_count = HV_ARRAY_LEN(notify_columns),
};
