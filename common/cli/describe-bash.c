/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The completion of a check in bash. */
#include "cli/common-options.h"
#include "cli/completion.h"
#include "cli/describe.h"

void hv_describe_bash(const struct hv_check *check, struct hv_buf *out)
{
	struct hv_opt_group groups[HV_ALL_GROUPS];
	const struct hv_completion completion = {
		.name = check->name,
		.groups = groups,
		.group_count = HV_ALL_GROUPS,
		.rules = check->rules,
		.choices = check->choices,
	};

	hv_all_groups(check, NULL, NULL, groups);
	hv_completion_bash(&completion, out);
}
