/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every check needs. */
#include "check/check.h"

#include <string.h>

#define PREFIX "check_hyperv_"

enum hv_state hv_rule_state(
	const struct hv_rule_states *chosen, const char *id, enum hv_state by_default)
{
	enum hv_state state = by_default;

	/* The last one given counts, as with every option. */
	for (size_t i = 0; i < chosen->count; i++) {
		if (strcmp(chosen->items[i].id, id) == 0)
			state = chosen->items[i].state;
	}
	return state;
}

const char *hv_check_word(const struct hv_check *check)
{
	const bool has_prefix = strncmp(check->name, PREFIX, strlen(PREFIX)) == 0;

	return check->name + (has_prefix ? strlen(PREFIX) : 0);
}
