/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What "vssadmin list writers" prints, in any language, to rows of class VssWriter in namespace
 * "commands": Name, WriterId, InstanceId, State (the number in brackets), LastError, and of hosts
 * that are asked again and again StateSince. A row that has NotAsked says that the command was not
 * run, and why.
 *
 * Labels are translated, so a block is read by its structure: its first GUID is the writer's id,
 * the second that of the instance, [n] is the state, and the line after that ends with the last
 * error. */
#ifndef HV_CIM_VSSADMIN_H
#define HV_CIM_VSSADMIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "cim/sink.h"

enum {
	HV_VSSADMIN_MAX_BYTES = 4 << 20,
	HV_VSSADMIN_MAX_WRITERS = 1000,
};

#define HV_VSSADMIN_LIST_WRITERS "vssadmin list writers"

/* Texts are NULL when the block has no such thing, which for id and state is damage. */
struct hv_vssadmin_writer {
	const char *name;
	const char *id;          /* upper case, no braces */
	const char *instance_id; /* likewise */
	const char *state;       /* digits */
	const char *last_error;
	const char *since; /* ISO 8601; never set by hv_vssadmin_parse() */
};

struct hv_vssadmin_list {
	struct hv_arena arena;
	struct hv_vssadmin_writer *writers;
	size_t count, capacity;
};
void hv_vssadmin_list_done(struct hv_vssadmin_list *list);
#define HV_AUTO_vssadmin_list                                                                      \
	__attribute__((cleanup(hv_vssadmin_list_done))) struct hv_vssadmin_list

/* bytes: UTF-16 with or without byte order mark, UTF-8, or some code page, of which what is not
 * ASCII gets lost. No writer at all is HV_ERR_MISSING, with Microsoft's advice. *ret is to be
 * released in any case. */
int hv_vssadmin_parse(const uint8_t *bytes, size_t len, struct hv_vssadmin_list *ret,
	struct hv_err *err) HV_MUST_USE;

/* The rows to the sink's bag(). */
int hv_vssadmin_pour(const struct hv_vssadmin_list *list, const struct hv_sink *sink,
	struct hv_err *err) HV_MUST_USE;

/* The one row of a list that was not asked for. */
int hv_vssadmin_pour_not_asked(
	const struct hv_sink *sink, const char *reason, struct hv_err *err) HV_MUST_USE;

/* Batch and rows of recorded output; what is no list of writers is a class that could not be read.
 */
int hv_vssadmin_read(const uint8_t *bytes, size_t len, const char *origin, struct hv_time read_at,
	struct hv_sink *sink, struct hv_err *err) HV_MUST_USE;

#endif
