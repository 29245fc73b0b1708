/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WQL, as far as clients of this host need it: SELECT of all or some properties of a class, with
 * conditions of the form Property = value joined by AND and OR. */
#ifndef HV_SIM_WQL_H
#define HV_SIM_WQL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct json_t;

enum { SIM_WQL_MAX_TERMS = 64, SIM_WQL_MAX_PROPERTIES = 64 };

struct sim_wql_term {
	const char *property;
	const char *value;
	bool opens_group; /* first term, or joined by OR: AND binds closer */
};

struct sim_wql {
	const char *class_name;
	const char *properties[SIM_WQL_MAX_PROPERTIES];
	size_t property_count; /* 0: all */
	struct sim_wql_term terms[SIM_WQL_MAX_TERMS];
	size_t term_count;
};

/* Names and values live in the arena. False when the query is none of these. */
bool sim_wql_parse(struct sim_wql *ret, struct hv_arena *arena, const char *query);

bool sim_wql_matches(const struct sim_wql *wql, const struct json_t *row);

/* A property by name without regard to case; NULL when there is none. */
const struct json_t *sim_row_get(const struct json_t *row, const char *name);
/* Whether a property has that value, as a text, without regard to case. */
bool sim_row_equals(const struct json_t *row, const char *name, const char *value);

#endif
