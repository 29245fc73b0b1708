/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a simulated host holds: the rows and events of a capture. */
#ifndef HV_SIM_STORE_H
#define HV_SIM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/value.h"

struct json_t;

#define SIM_CLASS_SERVICE "Msvm_VirtualSystemManagementService"

enum {
	SIM_MAX_CLASSES = 1024,
	SIM_MAX_CHANNELS = 1024,
	SIM_MAX_EVENTS = 1 << 20,
};

struct sim_class {
	const char *ns; /* as in struct hv_bag */
	const char *name;
	const char *error;   /* why the capture has no rows of it; NULL: it has, maybe none */
	struct json_t *rows; /* array of objects */
};

struct sim_event {
	const char *xml; /* one element, without an XML declaration */
	size_t len;
	const char *channel, *provider; /* "" when not told */
	uint64_t id, level, record;
	struct hv_time time;
};

struct sim_channel {
	const char *name;
	bool readable;
};

struct sim_store {
	struct hv_arena arena;
	struct sim_class *classes;
	size_t class_count, class_capacity;
	struct sim_event *events; /* oldest first */
	size_t event_count, event_capacity;
	struct sim_channel *channels;
	size_t channel_count, channel_capacity;
	size_t log_start; /* first event of the log that is being read */
	const char *computer_name;
	struct hv_time taken_at; /* the host's clock: that of the capture, or the newest event's */
};

/* Released with sim_store_done() also after an error. */
int sim_store_load(struct sim_store *store, const char *path, struct hv_err *err) HV_MUST_USE;
void sim_store_done(struct sim_store *store);

/* A class, without rows unless it was there already. Enumerations borrow classes: before the first.
 */
int sim_store_add_class(
	struct sim_store *store, const char *ns, const char *name, struct hv_err *err) HV_MUST_USE;

/* Without regard to case, as Windows compares names. NULL when there is none. */
const struct sim_class *sim_store_class(
	const struct sim_store *store, const char *ns, const char *name);
const struct sim_channel *sim_store_channel(const struct sim_store *store, const char *name);
bool sim_store_has_namespace(const struct sim_store *store, const char *ns);

/* A text property of the first row of a class; NULL when there is none. */
const char *sim_store_text(
	const struct sim_store *store, const char *ns, const char *name, const char *property);

#endif
