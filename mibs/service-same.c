/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether two sections of configurations come to the same poll, by the option tables: an option
 * that is added needs no line here. */
#include <string.h>

#include "mibs/service.h"

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_list(const struct hv_list *a, const struct hv_list *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!same_text(a->items[i], b->items[i]))
			return false;
	return true;
}

static bool same_rules(const struct hv_rule_states *a, const struct hv_rule_states *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->items[i].state != b->items[i].state ||
			!same_text(a->items[i].id, b->items[i].id))
			return false;
	return true;
}

static bool same_range(const struct hv_range *a, const struct hv_range *b)
{
	char x[HV_RANGE_TEXT_MAX];
	char y[HV_RANGE_TEXT_MAX];

	hv_range_format(a, x);
	hv_range_format(b, y);
	return a->set == b->set && strcmp(x, y) == 0;
}

static bool same_member(enum hv_opt_type type, const void *a, const void *b)
{
	switch (type) {
	case HV_OPT_FLAG:
		return *(const bool *)a == *(const bool *)b;
	case HV_OPT_STRING:
		return same_text(*(const char *const *)a, *(const char *const *)b);
	case HV_OPT_RANGE:
		return same_range(a, b);
	case HV_OPT_BYTES:
		return ((const struct hv_bytes *)a)->bytes == ((const struct hv_bytes *)b)->bytes;
	case HV_OPT_DURATION:
		return ((const struct hv_duration *)a)->usec ==
		       ((const struct hv_duration *)b)->usec;
	case HV_OPT_COUNT:
		return ((const struct hv_count *)a)->value == ((const struct hv_count *)b)->value;
	case HV_OPT_STATE:
		return *(const enum hv_state *)a == *(const enum hv_state *)b;
	case HV_OPT_LIST:
		return same_list(a, b);
	case HV_OPT_RULES:
		return same_rules(a, b);
	case HV_OPT_LEVEL:
		return *(const unsigned char *)a == *(const unsigned char *)b;
	case HV_OPT_SECRET: /* is not kept */
		return true;
	}
	return false;
}

static bool same_group(const struct hv_opt_group *a, const struct hv_opt_group *b)
{
	for (const struct hv_opt *o = a->options; o->name; o++)
		if (!same_member(o->type, (const char *)a->config + o->offset,
			    (const char *)b->config + o->offset))
			return false;
	return true;
}

static bool same_names(const char *const *a, const char *const *b)
{
	for (; *a && *b; a++, b++)
		if (strcmp(*a, *b) != 0)
			return false;
	return *a == *b;
}

/* The groups are filled by a function that knows no constant hosts; nothing is written. */
bool hv_service_same_poll(const struct hv_agent_host *a, const struct hv_agent_host *b)
{
	struct hv_agent_host x = *a;
	struct hv_agent_host y = *b;
	struct hv_opt_group of_x[HV_ALL_GROUPS];
	struct hv_opt_group of_y[HV_ALL_GROUPS];

	hv_agent_host_groups(&x, of_x);
	hv_agent_host_groups(&y, of_y);
	for (size_t i = 0; i < HV_ALL_GROUPS; i++)
		if (!same_group(&of_x[i], &of_y[i]))
			return false;
	return same_list(&a->checks.set, &b->checks.set) &&
	       same_names(a->check_names, b->check_names);
}
